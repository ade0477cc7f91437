"""A trained network as an ONNX graph: one LSTM, GRU or RNN operator a layer, whatever runs step by step here.

ONNX has every cell of ours as an operator of its own (https://onnx.ai/onnx/operators), peepholes and the logistic RNN
included, so the graph is written down as it is rather than traced: no loop is unrolled, and batch and time stay open.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.config import Convnet, Interface, Layer, Recurrent
from workbench.engine.trained import Trained
from workbench.export.extra import extra_module

#: Understood by runtimes since 2022; nothing newer is needed.
OPSET, IR_VERSION = 17, 8

#: The name of a value in the graph.
Value = str

#: The blocks of rows of torch's matrices in ONNX's order: i, o, f, c of i, f, g, o, and z, r, h of r, z, n.
_BLOCKS = {"lstm": (0, 3, 1, 2), "gru": (1, 0, 2)}

#: Peepholes of i, o, f of our i, f, o.
_PEEPHOLES = (0, 2, 1)

_OPERATORS = {"lstm": "LSTM", "gru": "GRU", "rnn-tanh": "RNN", "rnn-relu": "RNN", "rnn-sigmoid": "RNN"}


def onnx_model(trained: Trained) -> Any:
    """The network as an ``onnx.ModelProto`` with the input ``x`` and the outputs ``scores`` and ``probabilities``.

    x: (batch, time, width) numbers, grey levels 0..1, or (batch, time) symbols as int64; batch and time are open, of a
    convolution net batch alone. scores: (batch, classes), or (batch, time, classes) of a network that answers at every
    step. Classes have probabilities that sum to 1, bits one each; numbers and vectors have none. Raises BadInput where
    onnx is missing.
    """
    graph = _Graph(trained)
    scores = (
        graph.recurrent(trained.preset.model)
        if isinstance(trained.preset.model, Recurrent)
        else graph.convnet(trained.preset.model)
    )
    graph.node("Identity", [scores], "scores")
    kind = {"class": "Softmax", "bit": "Sigmoid"}.get(trained.interface.answer)
    if kind is not None:
        graph.node(kind, ["scores"], "probabilities", **({"axis": -1} if kind == "Softmax" else {}))
    return graph.model(["scores", "probabilities"] if kind else ["scores"])


def time_is_open(trained: Trained) -> bool:
    """Whether a sequence may have any length: of all but convolution nets."""
    return isinstance(trained.preset.model, Recurrent)


class _Graph:
    """Nodes and weights as they are written down, one after another."""

    def __init__(self, trained: Trained) -> None:
        self._onnx = extra_module("onnx", "ONNX")
        self._trained = trained
        self._weights = {name: weight.float().numpy() for name, weight in trained.weights.items()}
        self._nodes: list[Any] = []
        self._kept: dict[str, Any] = {}

    def node(self, kind: str, inputs: Sequence[Value], output: Value = "", **attributes: Any) -> Value:
        """One operator; the name of its first output."""
        output = output or f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, [output], name=f"{output}_node", **attributes))
        return output

    def constant(self, name: str, values: NDArray[Any] | Sequence[int]) -> Value:
        """A weight, or whole numbers such as a shape."""
        array = np.asarray(values, dtype=None if isinstance(values, np.ndarray) else np.int64)
        self._kept[name] = self._onnx.numpy_helper.from_array(np.array(array, order="C"), name)
        return name

    def convnet(self, model: Convnet) -> Value:
        """models.convnet.ConvolutionNetwork."""
        assert self._trained.interface.picture is not None
        height, width, channels = self._trained.interface.picture
        x = self.node("Reshape", ["x", self.constant("picture", [-1, height, width, channels])])
        for kind, name in (("Sub", "mean"), ("Div", "deviation")):
            x = self.node(kind, [x, self.constant(name, self._weights[name])])
        x = self.node("Transpose", [x], perm=[0, 3, 1, 2])
        for number in (1, 2):
            names = [f"convolution_{number}.{part}" for part in ("weight", "bias")]
            x = self.node("Conv", [x, *(self.constant(name, self._weights[name]) for name in names)])
            x = self.node("MaxPool", [self._active(x, model)], kernel_shape=[2, 2], strides=[2, 2])
        x = self.node("Flatten", [x])
        for number in (1, 2):
            x = self._active(self._linear(x, f"hidden_{number}"), model)
        return self._linear(x, "head")

    def _active(self, x: Value, model: Convnet) -> Value:
        return self.node("Relu", [x]) if model.activation == "relu" else x

    def recurrent(self, model: Recurrent) -> Value:
        """models.network.Network, with time before batch on the way, as ONNX's operators have it."""
        interface = self._trained.interface
        x = self.node("Transpose", [self._read(model, interface)], perm=[1, 0, 2])  # (time, batch, width)
        for number, layer in enumerate(model.stack):
            x = self._layer(x, number, layer)
        x = self.node("Transpose", [x], perm=[1, 0, 2]) if interface.every_step else self._read_out(x, model)
        if model.head == "linear":
            return self._linear(x, "head")
        return self._part(x, "units", 0, interface.classes)

    def model(self, outputs: Sequence[Value]) -> Any:
        """Everything written down so far, whole and looked through by onnx itself."""
        onnx, trained = self._onnx, self._trained
        helper, kinds, interface = onnx.helper, onnx.TensorProto, trained.interface
        time = ["time"] if interface.every_step else []
        answers = [
            helper.make_tensor_value_info(name, kinds.FLOAT, ["batch", *time, interface.classes]) for name in outputs
        ]
        if interface.symbols:
            x = helper.make_tensor_value_info("x", kinds.INT64, ["batch", "time"])
        else:
            row = interface.width
            if interface.picture is not None:
                row = interface.picture[1] * interface.picture[2]
            rows = "time" if time_is_open(trained) else interface.picture[0] if interface.picture else "time"
            x = helper.make_tensor_value_info("x", kinds.FLOAT, ["batch", rows, row])
        graph = helper.make_graph(self._nodes, trained.preset_id, [x], answers, [*self._kept.values()])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION,
                                  producer_name="LSTM Workbench")  # fmt: skip
        about = {"title": trained.preset.title, "step": str(trained.step), "classes": "\n".join(trained.classes)}
        helper.set_model_props(model, about)
        onnx.checker.check_model(model, full_check=True)
        return model

    def _read(self, model: Recurrent, interface: Interface) -> Value:
        """models.input_layer.InputLayer: (batch, time, width)."""
        if not interface.symbols:
            x = "x"
            if interface.picture is not None and interface.picture[1] * interface.picture[2] != interface.width:
                x = self.node("Reshape", [x, self.constant("steps", [0, -1, interface.width])])
            return self._linear(x, "input.projection") if model.projection else x
        if model.input == "scalar":
            numbers = self.node("Cast", ["x"], to=self._onnx.TensorProto.FLOAT)
            return self.node("Unsqueeze", [numbers, self.constant("last_axis", [-1])])
        if model.input == "one_hot":
            depth = self.constant("symbols", [interface.symbols])
            return self.node("OneHot", ["x", depth, self.constant("off_and_on", np.array([0, 1], np.float32))])
        table = "input.embedding.weight" if "input.embedding.weight" in self._weights else "input.vectors"
        return self.node("Gather", [self.constant(table, self._weights[table]), "x"])

    def _layer(self, x: Value, number: int, layer: Layer) -> Value:
        """(time, batch, width) -> (time, batch, directions * units)."""
        sides = ("", "_reverse") if layer.bidirectional else ("",)
        name, operator = f"layers.{number}", _OPERATORS[layer.cell]
        attributes: dict[str, Any] = {
            "hidden_size": layer.units, "direction": "bidirectional" if layer.bidirectional else "forward"
        }  # fmt: skip
        inputs = [x]
        for letter, matrix in (("W", "weight_ih_l0"), ("R", "weight_hh_l0")):
            both = [self._blocks(f"{name}.{matrix}{side}", layer) for side in sides]
            inputs.append(self.constant(f"{name}.{letter}", np.stack(both)))
        if f"{name}.bias_ih_l0" in self._weights:
            both = [
                np.concatenate([self._blocks(f"{name}.{bias}{side}", layer) for bias in ("bias_ih_l0", "bias_hh_l0")])
                for side in sides
            ]
            inputs.append(self.constant(f"{name}.B", np.stack(both)))
        if operator == "GRU":
            attributes["linear_before_reset"] = 1  # as torch and cuDNN have it
        if operator == "RNN":
            attributes["activations"] = [layer.cell.removeprefix("rnn-").capitalize()] * len(sides)
        if layer.lacks_outer_tanh:
            # The third activation is that of c on its way to h: the affine map that changes nothing.
            attributes["activations"] = ["Sigmoid", "Tanh", "Affine"] * len(sides)
            attributes["activation_alpha"] = [1.0] * len(sides)
            attributes["activation_beta"] = [0.0] * len(sides)
        if layer.sees_cell:
            while len(inputs) < 7:
                inputs.append("")  # no biases, lengths, or states to begin with
            both = [
                np.concatenate([np.split(self._weights[f"{name}.weight_peephole_l0{side}"], 3)[k] for k in _PEEPHOLES])
                for side in sides
            ]
            inputs.append(self.constant(f"{name}.P", np.stack(both)))
        y = self.node(operator, inputs, f"{name}.y", **attributes)  # (time, directions, batch, units)
        y = self.node("Transpose", [y], perm=[0, 2, 1, 3])
        return self.node("Reshape", [y, self.constant(f"{name}.width", [0, 0, layer.units * len(sides)])])

    def _read_out(self, x: Value, model: Recurrent) -> Value:
        """models.network.read_out and models.attention: (time, batch, width) -> (batch, width)."""
        if model.readout == "attention":
            looked = self.node("Tanh", [self._linear(x, "attention.hidden")])
            weights = self.node("Softmax", [self._linear(looked, "attention.query")], axis=0)  # (time, batch, 1)
            return self.node("ReduceSum", [self.node("Mul", [x, weights]), self.constant("time_axis", [0])], keepdims=0)
        if model.readout in ("mean", "max"):
            return self.node("ReduceMean" if model.readout == "mean" else "ReduceMax", [x], axes=[0], keepdims=0)
        last = self.node("Gather", [x, self.constant("last_step", np.array(-1))], axis=0)
        if model.readout == "last":
            return last
        first, units = self.node("Gather", [x, self.constant("first_step", np.array(0))], axis=0), model.stack[-1].units
        ends = [self._part(last, "forward", 0, units), self._part(first, "backward", units, 2 * units)]
        return self.node("Concat", ends, axis=-1)

    def _linear(self, x: Value, name: str) -> Value:
        """(..., inputs) -> (..., outputs)."""
        y = self.node("MatMul", [x, self.constant(f"{name}.weight.T", self._weights[f"{name}.weight"].T)])
        if f"{name}.bias" not in self._weights:
            return y
        return self.node("Add", [y, self.constant(f"{name}.bias", self._weights[f"{name}.bias"])])

    def _part(self, x: Value, name: str, start: int, end: int) -> Value:
        """A part of the last axis."""
        places = (("start", start), ("end", end), ("axis", -1))
        return self.node("Slice", [x, *(self.constant(f"{name}.{word}", [place]) for word, place in places)])

    def _blocks(self, name: str, layer: Layer) -> NDArray[np.float32]:
        """A matrix or bias with its blocks of rows in ONNX's order."""
        order = _BLOCKS.get(layer.cell)
        values: NDArray[np.float32] = self._weights[name]
        return values if order is None else np.concatenate([np.split(values, len(order))[block] for block in order])
