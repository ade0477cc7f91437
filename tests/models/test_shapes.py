"""Names and shapes worked out without torch are those of the real network."""

from dataclasses import replace
from itertools import product
from typing import Any, get_args

import pytest

from workbench.config import CellName, Interface, Layer, Recurrent, stacked
from workbench.models.cells import CELLS, cell_of
from workbench.models.network import Network
from workbench.models.shapes import BLOCKS, parameter_count, weight_shapes

NUMBERS = Interface(steps=28, width=6, symbols=0, classes=10)
SYMBOLS = Interface(steps=5, width=0, symbols=11, classes=11, every_step=True)

VECTORS = replace(SYMBOLS, every_step=False, classes=7, answer="vector", vectors=7)

# Numbers as they are, through a projection, read out by attention; symbols in every way, with vectors as answers too.
INPUTS: list[tuple[Interface, dict[str, Any]]] = [
    (NUMBERS, {}),
    (NUMBERS, {"projection": 4}),
    (NUMBERS, {"readout": "attention"}),
    (SYMBOLS, {"input": "scalar"}),
    (SYMBOLS, {"input": "one_hot"}),
    (SYMBOLS, {"embedding": 3}),
    (replace(SYMBOLS, vectors=7), {"input": "word_vectors"}),
    (replace(SYMBOLS, vectors=7), {"input": "word_vectors", "tune_vectors": True}),
    (VECTORS, {"input": "word_vectors"}),
    (VECTORS, {"input": "word_vectors", "tune_vectors": True}),
    (VECTORS, {"input": "one_hot"}),
]


@pytest.mark.parametrize("cell", CELLS)
def test_the_shapes_shown_are_the_shapes_built(cell: CellName) -> None:
    for layers, bidirectional, (interface, inputs) in product((1, 2, 3), (False, True), INPUTS):
        model = Recurrent(stack=stacked(cell=cell, units=5, layers=layers, bidirectional=bidirectional), **inputs)
        network = Network(model, interface)
        built = network.state_dict()
        shown = weight_shapes(model, interface)
        assert [(shape.name, shape.shape) for shape in shown] == [(n, tuple(w.shape)) for n, w in built.items()]
        learnt = {name: weight for name, weight in network.named_parameters() if weight.requires_grad}
        assert parameter_count(model, interface) == sum(weight.numel() for weight in learnt.values())
        assert [shape.name for shape in shown if shape.is_trained] == list(learnt)


def test_the_default_lstm_has_the_textbook_count() -> None:
    # 4 gates x (28 x 128 + 128 x 128 + two biases of 128) and a head of 128 x 10 + 10.
    model, interface = Recurrent(), Interface(steps=28, width=28, symbols=0, classes=10)
    assert parameter_count(model, interface) == 4 * (28 * 128 + 128 * 128 + 2 * 128) + 1290


def test_every_cell_that_can_be_chosen_is_there_with_its_blocks() -> None:
    assert set(CELLS) == set(get_args(CellName)) == set(BLOCKS)
    cells = {name: cell_of(Layer(cell=name)) for name in CELLS}
    assert {name: cell.blocks for name, cell in cells.items()} == BLOCKS
    assert all(cell.id == name for name, cell in cells.items())
