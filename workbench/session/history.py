"""History: the events of a training folded into columns that curves are drawn from."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.config import Answer, CellName
from workbench.engine.events import Ended, Progress, Started, Tested, Validated
from workbench.engine.score import Fact, Score
from workbench.insight.flow import Flow

#: So many gradient flows are kept; when there are more, every other one goes, so that those left span all of it.
MOST_FLOWS = 512


class Columns:
    """Columns of equal length that grow at the end, without copying each time."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._values = np.empty((len(names), 256), dtype=np.float64)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, *parts: Any) -> None:
        """Adds one row, or as many rows as the arrays given are long."""
        rows = np.broadcast_arrays(*(np.atleast_1d(part) for part in parts))
        count = len(rows[0])
        while self._length + count > self._values.shape[1]:
            self._values = np.concatenate([self._values, np.empty_like(self._values)], axis=1)
        for column, part in zip(self._values, rows, strict=True):
            column[self._length : self._length + count] = part
        self._length += count

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """One column, as long as there are rows. A view: not to be written to."""
        return self._values[self._names.index(name), : self._length]


class History:
    """Everything one training said. ``version`` grows with each change, so that a plot knows whether to redraw."""

    def __init__(self, name: str, preset_id: str) -> None:
        self.name, self.preset_id = name, preset_id
        #: Where it is recorded.
        self.folder: Path | None = None
        #: The cell of each recurrent layer, by id, the lowest first.
        self.cells: tuple[CellName, ...] = ()
        self.training = Columns("step", "loss", "accuracy", "gradient_norm")
        self.validation = Columns("step", "loss", "accuracy")
        self.validation_caption = ""
        #: What else was measured at the last validation, the most telling first.
        self.validation_facts: tuple[Fact, ...] = ()
        self.step = self.steps = self.steps_per_epoch = self.batch = self.parameters = 0
        self.seconds = 0.0
        self.device = ""
        self.answer: Answer = "class"
        self.score: Score | None = None
        self.ended: Ended | None = None
        #: The gradient flow over training, the latest last.
        self.flows: list[Flow] = []
        self.version = 0

    def fold(self, event: Any) -> None:
        """Takes one event in; events that are no part of a history change nothing."""
        match event:
            case Started():
                self.step, self.steps = event.step, event.steps
                self.steps_per_epoch, self.batch = event.steps_per_epoch, event.batch
                self.parameters, self.device = event.parameters, event.device
                self.validation_caption, self.answer = event.validation, event.interface.answer
            case Progress():
                self.training.append(event.steps, event.losses, event.accuracies, event.gradient_norms)
                self.step, self.seconds = int(event.steps[-1]), event.seconds
            case Validated():
                self.validation.append(event.step, event.loss, event.accuracy)
                self.validation_facts = event.facts
            case Tested():
                self.score = event.score
            case Ended():
                self.ended = event
            case Flow():
                self.flows.append(event)
                if len(self.flows) > MOST_FLOWS:
                    self.flows = self.flows[::2]
            case _:
                return
        self.version += 1
