"""What a run said so far, told again as the events it was: for curves that go on where a training goes on."""

from pathlib import Path

import numpy as np

from workbench.engine.events import Progress, Validated
from workbench.engine.state import TrainerState
from workbench.runs.snapshot_files import load_metrics, load_validations


def said_so_far(run: Path, state: TrainerState | None) -> list[Progress | Validated]:
    """The steps up to the state, and the validations before it: that of just its step is made again.

    Raises BadInput for broken tables.
    """
    if state is None:
        return []
    rows = load_metrics(run, state.step)
    if not len(rows):
        return []
    with np.errstate(over="ignore"):  # a loss beyond single precision is infinite
        losses, accuracies, norms = rows[:, 1:].T.astype(np.float32)
    told: list[Progress | Validated] = [
        Progress(rows[:, 0].astype(np.int64), losses, accuracies, norms, state.seconds),
    ]
    validations = load_validations(run, state.step - 1).items()
    return told + [Validated(step, said.loss, said.accuracy) for step, said in validations]
