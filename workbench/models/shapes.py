"""Names and shapes of a network's weights, worked out without torch, so that a form can show them as one types."""

from typing import NamedTuple

from workbench.config import CellName, Interface, Layer, Model


class Shape(NamedTuple):
    """One weight: its name in the network's state, and its shape."""

    name: str
    shape: tuple[int, ...]

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
    """Every weight of the network in the order it holds them."""
    found: list[Shape] = []
    width = interface.width
    if interface.symbols:
        width = model.embedding or interface.symbols
        if model.embedding:
            found.append(Shape("input.embedding.weight", (interface.symbols, model.embedding)))
    elif model.projection:
        found += _linear("input.projection", model.projection, width, bias=model.bias)
        width = model.projection
    for number, layer in enumerate(model.stack):
        for suffix in ("", "_reverse") if layer.bidirectional else ("",):
            found += layer_shapes(layer, f"layers.{number}.", suffix, width, bias=model.bias)
        width = layer.units * (2 if layer.bidirectional else 1)
    return (*found, *_linear("head", interface.classes, width, bias=model.bias))


def layer_shapes(layer: Layer, prefix: str, suffix: str, width: int, *, bias: bool) -> list[Shape]:
    """The weights of one direction of one layer that reads ``width`` numbers a step."""
    rows = BLOCKS[layer.cell] * layer.units
    found = [
        Shape(f"{prefix}weight_ih_l0{suffix}", (rows, width)),
        Shape(f"{prefix}weight_hh_l0{suffix}", (rows, layer.units)),
    ]
    if bias:
        found += [Shape(f"{prefix}bias_ih_l0{suffix}", (rows,)), Shape(f"{prefix}bias_hh_l0{suffix}", (rows,))]
    if layer.cell == "lstm" and layer.peepholes:
        found.append(Shape(f"{prefix}weight_peephole_l0{suffix}", (PEEPHOLES * layer.units,)))
    return found


def _linear(name: str, outputs: int, inputs: int, *, bias: bool) -> list[Shape]:
    weight = Shape(f"{name}.weight", (outputs, inputs))
    return [weight, Shape(f"{name}.bias", (outputs,))] if bias else [weight]


def parameter_count(model: Model, interface: Interface) -> int:
    """How many numbers training finds."""
    return sum(shape.numbers for shape in weight_shapes(model, interface))
