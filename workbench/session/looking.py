"""Looking: what the networks are asked about what is on the screen, and what they answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from workbench.config import Task
from workbench.session.change import Change
from workbench.session.networks import InUse
from workbench.session.reader import Answer, Probe, Question, Reader

if TYPE_CHECKING:
    from workbench.insight.clamp import Clamp
    from workbench.insight.clamped import Means


class Desk(Protocol):
    """The part of the session behind one place of the playground."""

    def probe(self, in_use: InUse) -> Probe | None:
        """What its network is to look at; None when there is nothing."""


class Looking:
    """Asks the network of each task about its desk's probe. ``desks``: the places of the playground, by task."""

    def __init__(self, wake: Callable[[], None], desks: dict[Task, Desk], at: Task) -> None:
        self._reader = Reader(wake)
        self._desks = desks
        #: Numbers of the newest question and of the newest answer.
        self.asked = self.answered = 0
        #: The network's answer to what is shown, by task.
        self.answers: dict[Task, Answer | None] = dict.fromkeys(desks)
        self._at: Task = at
        #: The step that every view with time across points at; None while nobody points.
        self.cursor: int | None = None
        #: The step that was pointed at last, for views that go on showing it.
        self.step = 0
        #: Which of an answer's layers and directions is looked at, by its place in ``answer.trace.layers``.
        self.layer = 0
        #: The unit of that layer that was chosen; None for none.
        self.unit: int | None = None
        #: The units of that layer that were brushed on a heatmap.
        self.brushed: frozenset[int] = frozenset()

    @property
    def at(self) -> Task:
        """What the gates look at."""
        return self._at

    @at.setter
    def at(self, task: Task) -> None:
        if task != self._at:
            self._at = task
            self._forget_the_cell()

    def _forget_the_cell(self) -> None:
        """Another network's layers and units are not this one's."""
        self.layer, self.unit, self.brushed = 0, None, frozenset()

    def point_at(self, step: int | None) -> Change:
        """Puts the cursor on a step, counted from 0, or takes it away."""
        if step == self.cursor:
            return Change.NONE
        self.cursor = step
        self.step = self.step if step is None else step
        return Change.CURSOR

    def point_at_unit(self, unit: int | None) -> Change:
        """Chooses one unit of the layer that is looked at, or none."""
        if unit == self.unit:
            return Change.NONE
        self.unit = unit
        return Change.CURSOR

    def look_at_layer(self, number: int) -> Change:
        """Looks at another layer or direction; another one's units are not this one's."""
        if number == self.layer:
            return Change.NONE
        self.layer, self.unit, self.brushed = number, None, frozenset()
        return Change.CELL | Change.CURSOR

    def brush(self, units: Iterable[int]) -> Change:
        """Marks units of the layer that is looked at; none to take the marks away."""
        brushed = frozenset(units)
        if brushed == self.brushed:
            return Change.NONE
        self.brushed = brushed
        return Change.CELL

    def close(self) -> None:
        """Ends the reader's thread."""
        self._reader.close()

    def probe(self, task: Task, in_use: InUse | None) -> Probe | None:
        """What the network is asked; None when there is nothing to ask, or nobody."""
        desk = self._desks.get(task)
        return None if in_use is None or desk is None else desk.probe(in_use)

    def ask(
        self, task: Task, in_use: InUse | None, clamps: tuple[Clamp, ...] = (), means: Means | None = None
    ) -> Change:
        """Asks the network in use about the desk as it is now, with gates held where some are.

        Without a network an old answer goes.
        """
        probe = self.probe(task, in_use)
        if probe is None or in_use is None:
            had_one = self.answers.get(task) is not None
            self.answers[task] = None
            return Change.READING if had_one else Change.NONE
        self.asked += 1
        self._reader.ask(Question(self.asked, in_use.trained, probe, clamps, means or {}))
        return Change.NONE

    def poll(self) -> tuple[Change, list[Exception]]:
        """Takes in the answers since the last call, and what went wrong."""
        change, failures = Change.NONE, []
        for answer in self._reader.poll():
            if isinstance(answer, Answer):
                trained = answer.question.trained
                before = self.answers[trained.preset.task]
                self.answers[trained.preset.task] = answer
                is_another = before is not None and before.question.trained.preset.model != trained.preset.model
                if is_another and trained.preset.task == self.at:
                    self._forget_the_cell()
                    change |= Change.CELL | Change.CURSOR
                self.answered = answer.question.number
                change |= Change.READING
            else:
                failures.append(answer)
        return change, failures
