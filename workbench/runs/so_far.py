"""What a run said so far, told again as the events it was: for curves that go on where a training goes on."""

import math
from pathlib import Path

import numpy as np

from workbench.engine.events import Ended, Progress, Validated
from workbench.engine.state import TrainerState
from workbench.runs.index import About
from workbench.runs.snapshot_files import load_metrics, load_validations


def said_so_far(run: Path, state: TrainerState | None) -> list[Progress | Validated]:
    """The steps up to the state, and the validations before it: that of just its step is made again.

    Raises BadInput for broken tables.
    """
    return [] if state is None else _said(run, state.step, state.step - 1, state.seconds)


def said_in_all(run: Path, about: About) -> list[Progress | Validated | Ended]:
    """All that a run said which is over, and that it is. Raises BadInput for broken tables."""
    seconds = about.facts.get("training_seconds", 0.0)
    return [
        *_said(run, math.inf, math.inf, seconds),
        Ended(about.step, "finished" if about.is_complete else "diverged"),
    ]


def _said(run: Path, step: float, validated: float, seconds: float) -> list[Progress | Validated]:
    """The steps up to ``step``, and the validations up to ``validated``."""
    rows = load_metrics(run, step)
    if not len(rows):
        return []
    with np.errstate(over="ignore"):  # a loss beyond single precision is infinite
        losses, accuracies, norms = rows[:, 1:].T.astype(np.float32)
    told: list[Progress | Validated] = [
        Progress(rows[:, 0].astype(np.int64), losses, accuracies, norms, seconds),
    ]
    validations = load_validations(run, validated).items()
    return told + [Validated(step, said.loss, said.accuracy) for step, said in validations]
