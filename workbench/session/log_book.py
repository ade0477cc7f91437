"""The log book: what happened, a line each, the newest last, and how each training ended."""

from __future__ import annotations

import time
from typing import Literal

from workbench.engine.events import Printed
from workbench.errors import BadInput
from workbench.insight.finding import Finding
from workbench.session.change import Change
from workbench.session.job import Failed
from workbench.session.note import Note
from workbench.session.training import TrainingDesk

#: The log forgets its oldest lines.
_MOST = 1000


class LogBook:
    """Takes lines from everybody; ``lines`` is another list whenever one was added."""

    def __init__(self) -> None:
        self.lines: list[Note] = []
        self._changed = Change.NONE

    def note(self, level: str, sentence: str, details: str = "", *, told_by: Literal["", "training"] = "") -> None:
        """Adds a line."""
        line = Note(time.strftime("%H:%M:%S"), level, sentence, details, told_by)
        self.lines = [*self.lines[1 - _MOST :], line]
        self._changed = Change.LOG

    def note_failure(self, failure: BadInput | Failed) -> None:
        """What could not be used, or broke."""
        sentence = str(failure) if isinstance(failure, BadInput) else failure.sentence
        self.note("error", sentence, failure.details if isinstance(failure, Failed) else "")

    def note_said(self, line: Printed | Finding | str) -> None:
        """What a training said on its way."""
        if isinstance(line, Finding):
            self.note("warning", f"{line.sentence()} Try {line.change}.", told_by="training")
        else:
            self.note("info", line if isinstance(line, str) else f"{line.sentence()}.")

    def note_end(self, training: TrainingDesk) -> None:
        """What became of a training stays in the log when the next one has begun."""
        name = training.history.name if training.history is not None else "Training"
        if training.phase in ("failed", "diverged"):
            details = training.failure.details if training.failure is not None else ""
            self.note("error", f"{name}: {training.message}", details, told_by="training")
        elif training.history is not None:
            steps = f"{name}: {training.phase} after {training.history.step:,} of {training.history.steps:,} steps"
            score = training.history.score
            lines = score.lines() if score else []
            self.note("info", f"{steps}, {lines[0]}." if lines else f"{steps}.", "\n".join(lines[1:]))

    def poll(self) -> Change:
        """Whether there are new lines since the last call."""
        change, self._changed = self._changed, Change.NONE
        return change
