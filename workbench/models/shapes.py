"""Names and shapes of a network's weights, worked out without torch, so that a form can show them as one types."""

from typing import NamedTuple

from workbench.config import CellName, Convnet, Interface, Layer, Model, Recurrent
from workbench.errors import BadInput


class Shape(NamedTuple):
    """One weight: its name in the network's state, its shape, and whether training finds it or the data give it."""

    name: str
    shape: tuple[int, ...]
    is_trained: bool = True

    @property
    def numbers(self) -> int:
        product = 1
        for size in self.shape:
            product *= size
        return product


#: Blocks of rows in a layer's matrices, one per gate computed from x and h.
BLOCKS: dict[CellName, int] = {"lstm": 4, "gru": 3, "rnn-tanh": 1, "rnn-relu": 1, "rnn-sigmoid": 1}

#: Gates of an LSTM that see the cell state through peepholes: i, f and o.
PEEPHOLES = 3


def weight_shapes(model: Model, interface: Interface) -> tuple[Shape, ...]:
    """Every weight of the network in the order it holds them. Raises BadInput when they cannot fit together."""
    return _recurrent(model, interface) if isinstance(model, Recurrent) else _convnet(model, interface)


def _recurrent(model: Recurrent, interface: Interface) -> tuple[Shape, ...]:
    found: list[Shape] = []
    width = interface.width
    if interface.symbols:
        found += input_shapes(model, interface)
        width = input_width(model, interface)
    elif model.projection:
        found += _linear("input.projection", model.projection, width, bias=model.bias)
        width = model.projection
    for number, layer in enumerate(model.stack):
        for suffix in ("", "_reverse") if layer.bidirectional else ("",):
            found += layer_shapes(layer, f"layers.{number}.", suffix, width, bias=model.bias)
        width = layer.units * (2 if layer.bidirectional else 1)
    if model.readout == "attention" and not interface.every_step:
        units = model.stack[-1].units
        found += _linear("attention.hidden", units, width, bias=model.bias)
        found += _linear("attention.query", 1, units, bias=False)
    if model.head == "linear":
        found += _linear("head", interface.classes, width, bias=model.bias)
    return tuple(found)


def _convnet(model: Convnet, interface: Interface) -> tuple[Shape, ...]:
    if interface.picture is None:
        raise BadInput("convolution net", "reads pictures, and these data have none", key="model.kind")
    height, width, channels = interface.picture
    places = model.pooled_side(height) * model.pooled_side(width)
    if min(model.pooled_side(height), model.pooled_side(width)) < 1:
        raise BadInput(
            "convolution net", f"leaves nothing of a picture of {height} by {width} pixels", key="model.kernel",
            value=model.kernel, hint="Try a smaller kernel.",
        )  # fmt: skip
    kernel = (model.kernel, model.kernel)
    return (
        Shape("mean", (channels,), is_trained=False),
        Shape("deviation", (channels,), is_trained=False),
        Shape("convolution_1.weight", (model.first_maps, channels, *kernel)),
        Shape("convolution_1.bias", (model.first_maps,)),
        Shape("convolution_2.weight", (model.second_maps, model.first_maps, *kernel)),
        Shape("convolution_2.bias", (model.second_maps,)),
        *_linear("hidden_1", model.first_units, model.second_maps * places, bias=True),
        *_linear("hidden_2", model.second_units, model.first_units, bias=True),
        *_linear("head", interface.classes, model.second_units, bias=True),
    )


def input_width(model: Recurrent, interface: Interface) -> int:
    """How many numbers stand for one symbol."""
    match model.input:
        case "scalar":
            return 1
        case "one_hot":
            return interface.symbols
        case "embedding":
            return model.embedding
        case "word_vectors":
            return interface.vectors


def input_shapes(model: Recurrent, interface: Interface) -> list[Shape]:
    """Tables with a vector for each symbol: the one that came with the data, and the one that is learnt.

    The former is there as long as it is read or answers are compared with it.
    """
    found: list[Shape] = []
    tuned = model.input == "word_vectors" and model.tune_vectors
    if interface.answer == "vector" or (model.input == "word_vectors" and not tuned):
        found.append(Shape("input.vectors", (interface.symbols, interface.vectors), is_trained=False))
    if model.input == "embedding" or tuned:
        found.append(Shape("input.embedding.weight", (interface.symbols, input_width(model, interface))))
    return found


def layer_shapes(layer: Layer, prefix: str, suffix: str, width: int, *, bias: bool) -> list[Shape]:
    """The weights of one direction of one layer that reads ``width`` numbers a step."""
    rows = BLOCKS[layer.cell] * layer.units
    found = [
        Shape(f"{prefix}weight_ih_l0{suffix}", (rows, width)),
        Shape(f"{prefix}weight_hh_l0{suffix}", (rows, layer.units)),
    ]
    if bias:
        found += [Shape(f"{prefix}bias_ih_l0{suffix}", (rows,)), Shape(f"{prefix}bias_hh_l0{suffix}", (rows,))]
    if layer.sees_cell:
        found.append(Shape(f"{prefix}weight_peephole_l0{suffix}", (PEEPHOLES * layer.units,)))
    return found


def _linear(name: str, outputs: int, inputs: int, *, bias: bool) -> list[Shape]:
    weight = Shape(f"{name}.weight", (outputs, inputs))
    return [weight, Shape(f"{name}.bias", (outputs,))] if bias else [weight]


def parameter_count(model: Model, interface: Interface) -> int:
    """How many numbers training finds."""
    return sum(shape.numbers for shape in weight_shapes(model, interface) if shape.is_trained)


def state_count(model: Model, interface: Interface) -> int:
    """How many numbers a sample leaves behind in the network until the way back needs them: a lower bound.

    Of a recurrent layer the gates, c and h of every step; of a convolution its maps.
    """
    if isinstance(model, Convnet):
        assert interface.picture is not None
        height, width, _ = interface.picture
        first = (height - model.kernel + 1) * (width - model.kernel + 1)
        second = 4 * model.pooled_side(height) * model.pooled_side(width)
        return model.first_maps * first + model.second_maps * second
    return interface.steps * sum(
        (2 if layer.bidirectional else 1) * layer.units * (BLOCKS[layer.cell] + 1) for layer in model.stack
    )
