"""The best of several runs: by each measure, and where some runs have none."""

import math

import pytest

from workbench.runs.index import About
from workbench.runs.ranking import best, measured


def about(**facts: object) -> About:
    return About("p", "P", "now", facts=dict(facts))


def test_more_right_is_better_and_less_loss() -> None:
    runs = [
        about(test={"on": "t", "accuracy": 0.5, "loss": 1.0}, validation={"loss": 0.2, "step": 1}, training_seconds=9),
        about(test={"on": "t", "accuracy": 0.75, "loss": 2.0}, validation={"loss": 0.1, "accuracy": 0.25}),
        about(test="someone else's words", validation=None, training_seconds=True),
    ]

    def number(metric: str) -> int | None:
        found = best(runs, metric, lambda run: run)  # type: ignore[arg-type]
        return runs.index(found) if found is not None else None

    assert [number(name) for name in ("accuracy", "loss", "validation-accuracy", "validation-loss", "seconds")] == [
        1, 0, 1, 1, 0
    ]  # fmt: skip
    assert best(runs[2:], "accuracy", lambda run: run) is None
    assert math.isnan(measured(runs[2], "seconds"))


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 10**400, True, "3", [3], {"loss": 3}, None])
def test_what_is_no_number_is_no_measure(value: object) -> None:
    run = about(test={"loss": value}, training_seconds=value)
    assert math.isnan(measured(run, "loss"))
    assert math.isnan(measured(run, "seconds"))
    assert best([run], "loss", lambda each: each) is None
