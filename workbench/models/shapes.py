"""Names and shapes of a network's weights, worked out without torch, so that a form can show them as one types."""

from typing import NamedTuple

from workbench.config import Interface, Recurrent


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
BLOCKS = {"lstm": 4, "gru": 3, "rnn-tanh": 1, "rnn-relu": 1}


def weight_shapes(model: Recurrent, interface: Interface) -> tuple[Shape, ...]:
    """Every weight of the network in the order it holds them."""
    found: list[Shape] = []
    width = interface.width
    if interface.symbols:
        width = model.embedding or interface.symbols
        if model.embedding:
            found.append(Shape("input.embedding.weight", (interface.symbols, model.embedding)))
    elif model.projection:
        found += [
            Shape("input.projection.weight", (model.projection, width)),
            Shape("input.projection.bias", (model.projection,)),
        ]
        width = model.projection
    rows = BLOCKS[model.cell] * model.units
    directions = ("", "_reverse") if model.bidirectional else ("",)
    for layer in range(model.layers):
        for direction in directions:
            found += [
                Shape(f"layers.{layer}.weight_ih_l0{direction}", (rows, width)),
                Shape(f"layers.{layer}.weight_hh_l0{direction}", (rows, model.units)),
                Shape(f"layers.{layer}.bias_ih_l0{direction}", (rows,)),
                Shape(f"layers.{layer}.bias_hh_l0{direction}", (rows,)),
            ]
        width = model.units * len(directions)
    return (*found, Shape("head.weight", (interface.classes, width)), Shape("head.bias", (interface.classes,)))


def parameter_count(model: Recurrent, interface: Interface) -> int:
    """How many numbers training finds."""
    return sum(shape.numbers for shape in weight_shapes(model, interface))
