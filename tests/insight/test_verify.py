"""Verification is green for every cell, direction and depth, and red for each mistake and for a broken step."""

import json

import pytest
import torch
from torch import Tensor

from workbench.__main__ import main
from workbench.config import Interface, Recurrent
from workbench.insight.trace import gate_trace
from workbench.insight.verify import GREEN, UNITS, VARIANTS, Stack, verify
from workbench.models.cell import Hold, State, Weights, free
from workbench.models.lstm import LSTM
from workbench.models.network import Network
from workbench.scratch.mistakes import MISTAKES


@pytest.mark.parametrize(("depth", "bidirectional"), [(1, False), (1, True), (3, True)])
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_cell_is_green(variant: str, depth: int, bidirectional: bool) -> None:
    verdict = verify(Stack(variant, depth, bidirectional))
    assert verdict.is_green, verdict
    layer = VARIANTS[variant]
    fused = layer.cell != "rnn-sigmoid" and layer.outer_tanh and not layer.peepholes
    assert set(verdict.gates) == {"trace", "by hand"} | ({"fused"} if fused else set())
    assert set(verdict.gradients) == {"by hand", "differences"} | ({"fused"} if fused else set())
    weights = depth * (1 + bidirectional) * (4 + layer.peepholes)
    assert len(verdict.gradients["by hand"]) == weights + 1  # and the input
    assert len(verdict.gradients["differences"]) == weights


CASES = [
    (name, variant, bidirectional)
    for name, mistake in MISTAKES.items()
    for variant in VARIANTS
    # One direction too where that decides whether the mistake can be made.
    for bidirectional in ((False, True) if mistake.both_directions else (True,))
]


@pytest.mark.parametrize(("name", "variant", "bidirectional"), CASES)
def test_a_mistake_turns_red_what_it_is_made_in_and_nothing_else(name: str, variant: str, bidirectional: bool) -> None:
    mistake, verdict = MISTAKES[name], verify(Stack(variant, 1, bidirectional), name)
    assert verdict.mistaken == mistake.applies(VARIANTS[variant].cell, bidirectional)
    assert verdict.is_green != verdict.mistaken
    by_hand = max(verdict.gates["by hand"], *verdict.gradients["by hand"].values())
    others = [verdict.gates["trace"], *verdict.gradients["differences"].values()]
    assert max(others) < GREEN
    if verdict.mistaken:
        assert by_hand > 1e-3
        assert (verdict.gates["by hand"] < GREEN) == (mistake.wrong == "gradients")


@pytest.mark.parametrize("variant", VARIANTS)
def test_gates_stay_within_the_bounds_that_their_cell_states(variant: str) -> None:
    network = Network(Recurrent(stack=(VARIANTS[variant],)), Interface(steps=9, width=3, symbols=0, classes=2))
    network.initialise(torch.Generator().manual_seed(1))
    (trace,) = gate_trace(network, 100 * torch.randn(9, 3, generator=torch.Generator().manual_seed(1))).layers
    for gate in trace.shown:
        values = trace.gates[gate.id]
        assert values.shape == (UNITS, 9)
        assert gate.low is None or values.min() >= gate.low
        assert gate.high is None or values.max() <= gate.high


def test_a_step_with_two_gates_exchanged_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    right = LSTM.step

    def wrong(
        self: LSTM, weights: Weights, x: Tensor, state: State, hold: Hold = free
    ) -> tuple[State, dict[str, Tensor]]:
        after, gates = right(self, weights, x, state, hold)
        return after, gates | {"i": gates["f"], "f": gates["i"]}

    monkeypatch.setattr(LSTM, "step", wrong)
    verdict = verify(Stack("LSTM", 1, bidirectional=False))
    assert not verdict.is_green
    assert verdict.gates["by hand"] > 0.01
    assert verdict.gates["fused"] < GREEN


def test_the_command_is_green_and_with_a_mistake_red(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.insight.verify.DEPTHS", (2,))
    assert main(["verify"]) == 0
    assert "All below 1e-06." in capsys.readouterr().out
    assert main(["verify", "--mistake", "forget-delta", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert not answer["green"]
    red = {verdict["cell"] for verdict in answer["verdicts"] if not verdict["green"]}
    assert red == {variant for variant, layer in VARIANTS.items() if layer.cell == "lstm"}
    for verdict in answer["verdicts"]:
        if verdict["mistaken"]:
            wrong = {name for name, error in verdict["gradients"]["by hand"].items() if error > GREEN}
            assert f"layers.{verdict['layers'] - 1}.weight_ih_l0" in wrong


@pytest.mark.parametrize("variant", ["LSTM, peepholes", "GRU", "RNN tanh"])
def test_what_a_mistake_says_of_a_gradient_check_is_so(variant: str) -> None:
    def red(mistake: str) -> set[str]:
        errors = verify(Stack(variant, 2, bidirectional=True), mistake).gradients["by hand"]
        return {name for name, error in errors.items() if error > GREEN}

    every = set(verify(Stack(variant, 2, bidirectional=True)).gradients["by hand"])
    assert red("off-by-one") == {name for name in every if "weight_hh" in name}
    assert red("overwritten") == every - {"x"}


def test_a_mistake_nobody_makes_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--mistake", "typo"]) == 2
    assert "forget-delta" in capsys.readouterr().err
