"""What is made to fail is found and named with a way out; what goes well raises nothing."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.engine import toy
from workbench.config import Interface, Preset
from workbench.data.dataset import Dataset, Split
from workbench.engine.events import Checkpoint, Ended, Progress, Validated
from workbench.engine.state import TrainerState
from workbench.engine.train import train
from workbench.fields import problems
from workbench.insight.finding import Finding
from workbench.insight.flow import GradientFlow, LayerFlow
from workbench.insight.health import WINDOW, Health
from workbench.insight.watch import watched
from workbench.preset_files import with_setting


def remembering(steps: int, samples: int = 200, *, learnable: bool = True) -> Dataset:
    """Which of three numbers was largest at the first of so many steps; or answers that hang on nothing."""
    random = np.random.default_rng(3)

    def split(count: int) -> Split:
        inputs = random.normal(size=(count, steps, 3)).astype(np.float32)
        answers = inputs[:, 0].argmax(axis=1) if learnable else random.integers(3, size=count)
        return Split(inputs, answers.astype(np.int64), "toys")

    return Dataset(
        Interface(steps=steps, width=3, symbols=0, classes=3, picture=(steps, 3, 1)),
        train=split(samples), validation=split(60), test=split(60), classes=("first", "second", "third"),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def snapshots_after_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not as seldom as their cost demands, or what is found would hang on the computer's speed."""
    monkeypatch.setattr("workbench.engine.train.SNAPSHOT_SHARE", math.inf)


def found(preset: Preset, dataset: Dataset, state: TrainerState | None = None) -> list[Finding]:
    """What a watched training of the preset tells is wrong, measured after every step."""
    work = train(preset, dataset, toy.CPU, state=state, report_seconds=0.0, snapshot_seconds=0.0)
    return [event for event in watched(work, preset, share=1e9) if isinstance(event, Finding)]


def settings(**changed: Any) -> Preset:
    return toy.preset(**{"units": 12, "epochs": 0, "steps": 100, "validate_every": 50, "device": "cpu", **changed})


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn-tanh", "rnn-relu"])
def test_what_goes_well_raises_nothing(cell: str) -> None:
    assert found(settings(cell=cell, rate=0.01, steps=150), remembering(5)) == []


FAILING: dict[str, tuple[Preset, Dataset, dict[str, Any]]] = {
    "vanishing": (
        settings(cell="rnn-sigmoid"), remembering(40),
        {"where": "layer 0, forward", "setting": "model.stack.0.cell", "suggestion": "lstm"},
    ),
    "diverged": (
        settings(cell="rnn-relu", optimiser="sgd", rate=10.0), remembering(60),
        {"setting": "training.rate", "suggestion": "1"},
    ),
    "dead": (
        settings(cell="rnn-relu", rate=0.5), remembering(5),
        {"where": "layer 0, forward", "setting": "training.rate", "suggestion": "0.05"},
    ),
    "saturated": (
        settings(cell="lstm", forget_bias=10.0), remembering(5),
        {"where": "layer 0, forward, f", "setting": "model.forget_bias", "suggestion": "1"},
    ),
    "over-fitting": (
        settings(cell="lstm", units=48, rate=0.02, validate_every=10),
        remembering(5, samples=20, learnable=False), {"setting": "model.dropout", "suggestion": "0.3"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(FAILING))
def test_what_is_made_to_fail_is_found_and_named(kind: str) -> None:
    preset, dataset, expected = FAILING[kind]
    findings = found(preset, dataset)
    assert [finding.kind for finding in findings] == [kind]
    assert {name: getattr(findings[0], name) for name in expected} == expected
    assert 0 < findings[0].step <= preset.training.steps
    assert f"step {findings[0].step}" in findings[0].sentence()
    assert_way_out(preset, findings[0])


def assert_way_out(preset: Preset, finding: Finding) -> None:
    """What it advises can be set, and is a change."""
    changed = with_setting(preset, finding.setting, finding.suggestion)
    assert changed != preset
    assert problems(changed) == problems(preset)


def test_a_rectifier_that_hands_on_more_than_it_was_given_explodes() -> None:
    """U = 1.3 times the identity, over 40 steps: 1.3^39 is 28,000."""
    preset, dataset = settings(cell="rnn-relu", recurrent_start="identity", rate=1e-7), remembering(40)
    work = train(replace_steps(preset, 1), dataset, toy.CPU)
    state = next(event.state for event in work if isinstance(event, Checkpoint))
    name = "layers.0.weight_hh_l0"
    state = replace(state, weights={**state.weights, name: 1.3 * state.weights[name]})
    findings = found(preset, dataset, state)
    assert {finding.kind for finding in findings} == {"exploding"}
    inside = next(finding for finding in findings if finding.where)
    assert inside.where == "layer 0, forward"
    assert inside.change == "training.clip=1"
    assert_way_out(preset, inside)


def replace_steps(preset: Preset, steps: int) -> Preset:
    return with_setting(preset, "training.steps", steps)


# --- told events ------------------------------------------------------------------------------------------------------


def steps_of(norms: list[float], losses: list[float] | None = None, first: int = 1) -> Progress:
    count = len(norms)
    numbers = np.arange(first, first + count)
    lost = np.array(losses if losses is not None else [1.0] * count, dtype=np.float32)
    return Progress(numbers, lost, np.zeros(count, np.float32), np.array(norms, dtype=np.float32), 0.0)


def test_gradients_that_grow_a_hundredfold_explode_at_the_step_where_most_of_the_last_ones_did() -> None:
    health = Health(settings())
    assert health.see(steps_of([0.5] * 40)) == []
    (finding,) = health.see(steps_of([150.0] * 30, first=41))
    assert (finding.kind, finding.step) == ("exploding", 40 + WINDOW // 2 + 1)
    assert health.see(steps_of([150.0] * 30, first=71)) == []  # it is told once


def test_some_odd_batches_are_no_explosion() -> None:
    assert Health(settings()).see(steps_of([0.5, 0.5, 900.0] * 40)) == []


def test_where_gradients_are_clipped_already_shorter_steps_are_advised() -> None:
    health = Health(settings(clip=1.0, rate=0.02))
    (finding,) = health.see(steps_of([0.5] * 40 + [150.0] * 30))
    assert finding.change == "training.rate=0.002"


def test_a_training_that_broke_is_named_with_the_step_where_it_did() -> None:
    health = Health(settings(rate=3.0))
    assert health.see(steps_of([1.0, 2.0, math.inf, math.nan])) == []
    (finding,) = health.see(Ended(2, "diverged", "why"))
    assert (finding.kind, finding.step, finding.change) == ("diverged", 3, "training.rate=0.3")


def validated(losses: list[float], training: list[float]) -> list[Finding]:
    """Ten steps between two validations."""
    health, found = Health(settings()), []
    for number, (loss, lost) in enumerate(zip(losses, training, strict=True)):
        found += health.see(steps_of([1.0] * 10, [lost] * 10, first=10 * number + 1))
        found += health.see(Validated(10 * number + 10, loss, 0.5))
    return found


def test_over_fitting_is_named_with_the_step_of_the_best_validation() -> None:
    (finding,) = validated([1.0, 0.7, 0.6, 0.8, 0.9, 1.1], [1.0, 0.7, 0.5, 0.4, 0.3, 0.2])
    assert (finding.kind, finding.step) == ("over-fitting", 30)
    assert "0.6 " in finding.measured
    assert "step 60" in finding.measured


@pytest.mark.parametrize(
    ("losses", "training"),
    [
        ([1.0, 0.7, 0.6, 0.61, 0.62, 0.61], [1.0, 0.7, 0.5, 0.4, 0.3, 0.2]),  # hardly any worse
        ([1.0, 0.7, 0.6, 0.7, 0.7, 0.7], [1.0, 0.7, 0.5, 0.5, 0.5, 0.5]),  # learns no more
        ([1.0, 0.5, 1.2, 0.4, 0.9, 0.3, 0.5, 0.9, 0.45], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]),  # noise
        ([1.0, 0.7, 0.6, 0.7, 0.8], [1.0, 0.7, 0.5, 0.4, 0.3]),  # not for long enough
    ],
    ids=["within a tenth", "training stands still", "noise", "two of them"],
)
def test_what_may_be_chance_is_no_over_fitting(losses: list[float], training: list[float]) -> None:
    assert validated(losses, training) == []


def test_a_finding_is_plain_in_its_document() -> None:
    finding = Finding("dead", 70, "layer 1, forward", "5 of 8 units", "too long steps", "training.rate", "0.01")
    assert finding.sentence() == (
        "Dead units at step 70 (layer 1, forward): 5 of 8 units. Likely cause: too long steps."
    )
    assert finding.document() == {
        "kind": "dead", "step": 70, "where": "layer 1, forward", "measured": "5 of 8 units",
        "cause": "too long steps", "setting": "training.rate", "suggestion": "0.01",
    }  # fmt: skip


def flow_of(layer: int, norms: list[float]) -> GradientFlow:
    return GradientFlow((LayerFlow(layer, "forward", np.array(norms), None),), 1.0, 16)


@pytest.mark.parametrize(("layer", "expected"), [(1, {"exploding"}), (0, set())])
def test_a_layer_below_the_top_is_read_at_some_steps_more_than_at_others(layer: int, expected: set[str]) -> None:
    health, found = Health(settings(cell="rnn-tanh", layers=2)), []
    for step in (0, 30, 60):
        found += health.see_inside(step, flow_of(layer, [1.0, 1e-3, 1e-6]), ())
    assert {finding.kind for finding in found} == expected


def test_what_passes_is_not_told() -> None:
    health, found = Health(settings(cell="rnn-tanh")), []
    for step, first in ((0, 1e-9), (30, 1e-9), (60, 0.5), (90, 1e-9)):
        found += health.see_inside(step, flow_of(0, [first, 0.1, 1.0]), ())
    assert found == []
