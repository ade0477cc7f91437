"""Names and shapes worked out without torch are those of the real network."""

from itertools import product
from typing import Any, get_args

import pytest

from workbench.config import CellName, Interface, Layer, Recurrent, stacked
from workbench.models.cells import CELLS, cell_of
from workbench.models.network import Network
from workbench.models.shapes import BLOCKS, parameter_count, weight_shapes

NUMBERS = Interface(steps=28, width=6, symbols=0, classes=10)
SYMBOLS = Interface(steps=5, width=0, symbols=11, classes=11, every_step=True)

# Numbers as they are, through a projection, read out by attention; one-hot symbols, embedded symbols.
INPUTS: list[tuple[Interface, dict[str, Any]]] = [
    (NUMBERS, {}),
    (NUMBERS, {"projection": 4}),
    (NUMBERS, {"readout": "attention"}),
    (SYMBOLS, {"embedding": 0}),
    (SYMBOLS, {"embedding": 3}),
]


@pytest.mark.parametrize("cell", CELLS)
def test_the_shapes_shown_are_the_shapes_built(cell: CellName) -> None:
    for layers, bidirectional, (interface, inputs) in product((1, 2, 3), (False, True), INPUTS):
        model = Recurrent(stack=stacked(cell=cell, units=5, layers=layers, bidirectional=bidirectional), **inputs)
        built = Network(model, interface).state_dict()
        shown = weight_shapes(model, interface)
        assert [(shape.name, shape.shape) for shape in shown] == [(n, tuple(w.shape)) for n, w in built.items()]
        assert parameter_count(model, interface) == sum(weight.numel() for weight in built.values())


def test_the_default_lstm_has_the_textbook_count() -> None:
    # 4 gates x (28 x 128 + 128 x 128 + two biases of 128) and a head of 128 x 10 + 10.
    model, interface = Recurrent(), Interface(steps=28, width=28, symbols=0, classes=10)
    assert parameter_count(model, interface) == 4 * (28 * 128 + 128 * 128 + 2 * 128) + 1290


def test_every_cell_that_can_be_chosen_is_there_with_its_blocks() -> None:
    assert set(CELLS) == set(get_args(CellName)) == set(BLOCKS)
    cells = {name: cell_of(Layer(cell=name)) for name in CELLS}
    assert {name: cell.blocks for name, cell in cells.items()} == BLOCKS
    assert all(cell.id == name for name, cell in cells.items())
