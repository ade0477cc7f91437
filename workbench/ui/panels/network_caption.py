"""Which network answers, in one line: its preset, where it came from, and how good it was on its test."""

import math
from typing import Any

from workbench.config import Task
from workbench.session.networks import InUse
from workbench.session.session import Session
from workbench.ui.text import tr
from workbench.ui.wording import percent


def network_caption(session: Session, task: Task) -> str:
    """For example ``“Drawn digits, LSTM”, which came with the workbench; 97.1 % of 5,000 drawn test digits right``."""
    in_use = session.network_for(task)
    if in_use is None:
        return ""
    test = _test(session, in_use)
    return f"{_origin(session, in_use)}; {test}" if test else _origin(session, in_use)


def _origin(session: Session, in_use: InUse) -> str:
    trained = in_use.trained
    match in_use.origin:
        case "bundled":
            text = tr("“{title}”, which came with the workbench")
        case "run":
            text = tr("“{title}” as you trained it, {step:,} steps")
        case "file":
            text = tr("“{title}” from {file}, {step:,} steps")
        case "snapshot":
            text = tr("“{title}” as it was after {step:,} steps")
        case "training" if session.training.is_busy:
            text = tr("“{title}” as it is now, after {step:,} steps")
        case "training":
            text = tr("“{title}”, just trained, {step:,} steps")
    return text.format(title=trained.preset.title, step=trained.step, file=in_use.path.name if in_use.path else "")


def _test(session: Session, in_use: InUse) -> str:
    """How many test samples were answered right; empty while nobody has counted."""
    history = session.training.history
    if in_use.origin == "training":
        if session.training.is_busy or history is None or history.score is None:
            return ""
        share, what = history.score.accuracy, history.score.caption
        if math.isnan(share):
            return ""
    else:
        test: Any = in_use.trained.facts.get("test")
        if not isinstance(test, dict) or not isinstance(test.get("accuracy"), int | float):
            return ""
        share, what = test["accuracy"], str(test.get("on", ""))
    return tr("{share} of {what} right").format(share=percent(share), what=what)
