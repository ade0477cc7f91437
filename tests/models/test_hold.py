"""What a step holds reaches everything that is computed from it, for every cell."""

import pytest
import torch

from workbench.config import Layer
from workbench.models.cell import Cell, Hold, Weights
from workbench.models.cells import CELLS, cell_of

LAYERS = [Layer(cell=name, units=3) for name in CELLS] + [
    Layer(cell="lstm", units=3, peepholes=True),
    Layer(cell="lstm", units=3, outer_tanh=False),
]


def some_weights(cell: Cell, *, peepholes: bool) -> Weights:
    generator = torch.Generator().manual_seed(1)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    rows = cell.blocks * 3
    return Weights(draw(rows, 2), draw(rows, 3), draw(rows), draw(rows), draw(9) if peepholes else None)


def holding(held: dict[str, float]) -> Hold:
    return lambda gate, values: torch.full_like(values, held[gate]) if gate in held else values


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_each_quantity_is_offered_once_and_what_is_held_is_what_stands_there(layer: Layer) -> None:
    cell = cell_of(layer)
    weights = some_weights(cell, peepholes=layer.peepholes)
    x = torch.ones(1, 2, dtype=torch.float64)
    before = cell.state(1, 3, x)
    offered: list[str] = []

    def watch(gate: str, values: torch.Tensor) -> torch.Tensor:
        offered.append(gate)
        return values

    state, gates = cell.step(weights, x, before, watch)
    plain_state, plain = cell.step(weights, x, before)
    assert sorted(offered) == sorted(gate.id for gate in cell.gates)
    assert all(torch.equal(gates[gate], plain[gate]) for gate in plain)
    assert all(torch.equal(a, b) for a, b in zip(state, plain_state, strict=True))
    for gate in cell.gates:
        _, held = cell.step(weights, x, before, holding({gate.id: 0.25}))
        assert held[gate.id].tolist() == [[0.25, 0.25, 0.25]]


def test_an_lstm_goes_on_with_what_is_held() -> None:
    cell = cell_of(Layer(cell="lstm", units=3))
    weights = some_weights(cell, peepholes=False)
    x = torch.ones(1, 2, dtype=torch.float64)
    before = (torch.full((1, 3), 0.5, dtype=torch.float64), torch.full((1, 3), -1.5, dtype=torch.float64))
    (h, c), _ = cell.step(weights, x, before, holding({"f": 1.0, "i": 0.0, "o": 1.0}))
    assert torch.equal(c, before[1])
    assert torch.equal(h, torch.tanh(before[1]))


def test_a_gru_whose_update_gate_is_one_keeps_what_it_had() -> None:
    cell = cell_of(Layer(cell="gru", units=3))
    weights = some_weights(cell, peepholes=False)
    before = (torch.full((1, 3), 0.5, dtype=torch.float64),)
    x = torch.ones(1, 2, dtype=torch.float64)
    (h,), _ = cell.step(weights, x, before, holding({"z": 1.0}))
    assert torch.equal(h, before[0])
