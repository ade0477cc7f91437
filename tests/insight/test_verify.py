"""Verification is green for every cell, and turns red when a cell is broken."""

import pytest
from torch import Tensor

from workbench.config import CellName
from workbench.insight.verify import GREEN, verify
from workbench.models.cell import State, Weights
from workbench.models.cells import CELLS
from workbench.models.lstm import LSTM


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_is_green(cell: CellName, bidirectional: bool) -> None:
    verdict = verify(cell, 2, bidirectional)
    assert verdict.is_green, verdict
    assert set(verdict.gates) == {"fused", "trace", "stepwise"}
    assert len(verdict.gradients) == 2 * 4 * (2 if bidirectional else 1)


def test_a_step_with_two_gates_exchanged_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    right = LSTM.step

    def wrong(self: LSTM, weights: Weights, x: Tensor, state: State) -> tuple[State, dict[str, Tensor]]:
        after, gates = right(self, weights, x, state)
        return after, gates | {"i": gates["f"], "f": gates["i"]}

    monkeypatch.setattr(LSTM, "step", wrong)
    verdict = verify("lstm", 1, bidirectional=False)
    assert not verdict.is_green
    assert verdict.gates["stepwise"] > 0.01
    assert verdict.gates["fused"] < GREEN
