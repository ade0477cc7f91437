"""The influence desk: what of the sample mattered for which class, by which method, and what a person erased of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from workbench.errors import BadInput
from workbench.session.change import Change
from workbench.session.influence_reader import Asked, Erased, InfluenceReader, Mattered, Remains
from workbench.session.reader import Answer
from workbench.session.timeline import Timeline

if TYPE_CHECKING:
    from workbench.insight.influence import Method

#: A network in training is asked anew after so many seconds at the soonest, and after so many times what it took.
LEAST_SECONDS, TIMES_AS_LONG = 0.4, 9.0

#: The eraser's side, in pixels of the picture.
SMALLEST_ERASER, LARGEST_ERASER = 1, 9


class InfluenceDesk:
    """Follows what the gates look at, while somebody watches. Erasing can be undone; another sample begins anew."""

    def __init__(self, wake: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._reader, self._clock = InfluenceReader(wake), clock
        self._changed = Change.NONE
        self._answer: Answer | None = None
        self._is_due = False
        self._asked_at, self._took = -np.inf, 0.0
        self._timeline: Timeline[frozenset[int]] = Timeline(frozenset())
        self.is_watched = False
        self.method: Method = "gradients"
        #: The class that is explained, None for the likeliest; and the one it is compared with, None for none.
        self.class_name: str | None = None
        self.against: str | None = None
        #: Of bits and numbers: the step whose answer is explained; None for the last.
        self.step: int | None = None
        self.eraser = 3
        #: The newest that was found; None until there is something.
        self.mattered: Mattered | None = None
        #: The answer to what remains; None while nothing is erased.
        self.remains: Remains | None = None
        self._stroke_has_begun = False
        self._failures: list[Exception] = []

    # --- what is looked at --------------------------------------------------------------------------------------------

    @property
    def answer(self) -> Answer | None:
        """The answer whose sample is explained."""
        return self._answer

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the sample's parts: (height, width) pixels, (time,) words, or (time, width) numbers; empty without one."""
        if self._answer is None:
            return ()
        question = self._answer.question
        picture = question.trained.interface.picture
        return picture[:2] if picture is not None else question.probe.inputs.shape

    @property
    def erased(self) -> frozenset[int]:
        """The erased parts, counted row after row."""
        return self._timeline.now

    @property
    def can_undo(self) -> bool:
        return self._timeline.can_undo

    @property
    def can_redo(self) -> bool:
        return self._timeline.can_redo

    # --- verbs --------------------------------------------------------------------------------------------------------

    def watch(self, watched: bool) -> None:
        """Whether somebody sees it; nothing is worked out while nobody does."""
        self.is_watched = watched

    def explain(self, class_name: str | None, against: str | None = None) -> None:
        """Explains a class, None for the likeliest, or its difference to another one. Raises BadInput."""
        if against is not None and against == class_name:
            raise BadInput("influence", "expected another class than the one explained", key="against", value=against)
        self.class_name, self.against = class_name, against
        self._ask_soon()

    def explain_step(self, step: int | None) -> None:
        """Of bits and numbers: explains the one at a step, None for the last."""
        self.step = step
        self._ask_soon()

    def choose_method(self, method: Method) -> None:
        """``gradients`` or ``erasing``."""
        self.method = method
        self._ask_soon()

    def set_eraser(self, side: int) -> None:
        """The eraser's side in pixels. Raises BadInput."""
        if not SMALLEST_ERASER <= side <= LARGEST_ERASER:
            raise BadInput("eraser", f"expected {SMALLEST_ERASER} to {LARGEST_ERASER} pixels", value=side)
        self.eraser = side
        self._changed |= Change.INFLUENCE

    def erase(self, parts: Iterable[int], *, goes_on: bool = False) -> None:
        """Erases parts, counted row after row; one that ``goes_on`` is one step to undo with those before it."""
        count = int(np.prod(self.shape)) if self.shape else 0
        more = self.erased | {part for part in parts if 0 <= part < count}
        self._stroke_has_begun &= goes_on
        if more == self.erased:
            return  # a stroke over what is gone already has not begun
        if self._stroke_has_begun:
            self._timeline.amend(more)
        else:
            self._timeline.do(more)
        self._stroke_has_begun = True
        self._erased_changed()

    def bring_back(self, parts: Iterable[int]) -> None:
        """Brings back some of the erased parts."""
        self._timeline.do(self.erased - set(parts))
        self._erased_changed()

    def restore(self) -> None:
        """Brings everything back; this, too, can be undone."""
        self._timeline.do(frozenset())
        self._erased_changed()

    def undo(self) -> None:
        self._timeline.undo()
        self._erased_changed()

    def redo(self) -> None:
        self._timeline.redo()
        self._erased_changed()

    def close(self) -> None:
        """Ends the reader's thread."""
        self._reader.close()

    # --- polling ------------------------------------------------------------------------------------------------------

    def poll(self, answer: Answer | None) -> tuple[Change, list[Exception]]:
        """Asks about the answer that the gates look at, where it is new; takes in what was found, and what went wrong.

        Never waits.
        """
        if answer is not self._answer:
            self._look_at(answer)
        if self._is_due and self.is_watched and self._answer is not None and self._clock() >= self._not_before():
            self._ask(self._answer)
        for found in self._reader.poll():
            self._take(found)
        change, self._changed = self._changed, Change.NONE
        failures, self._failures = self._failures, []
        return change, failures

    def _look_at(self, answer: Answer | None) -> None:
        before, self._answer = self._answer, answer
        self._changed |= Change.INFLUENCE
        if answer is None:
            self.mattered = self.remains = None
            self._timeline = Timeline(frozenset())
            return
        asks = answer.question
        if before is None or before.question.trained.classes != asks.trained.classes:
            self.class_name = self.against = self.step = None
        if before is None or not np.array_equal(before.question.probe.inputs, asks.probe.inputs):
            self._timeline, self.remains, self.step = Timeline(frozenset()), None, None
            self._ask_soon()
        else:
            self._is_due = True
            if self.erased:
                self._erased_changed()

    def _ask_soon(self) -> None:
        """At the next poll, however soon it is after the last."""
        self._is_due, self._asked_at = True, -np.inf
        self._changed |= Change.INFLUENCE

    def _not_before(self) -> float:
        return self._asked_at + max(LEAST_SECONDS, TIMES_AS_LONG * self._took)

    def _ask(self, answer: Answer) -> None:
        self._is_due, self._asked_at = False, self._clock()
        question = answer.question
        self._reader.ask(
            Asked(
                question.trained, question.probe.inputs, self.method, self.class_name, self.against, self.step,
                question.probe.caption,
            )
        )  # fmt: skip

    def _erased_changed(self) -> None:
        self._changed |= Change.INFLUENCE
        if not self.erased:
            self.remains = None
        elif self._answer is not None:
            question = self._answer.question
            self._reader.ask(Erased(question.trained, question.probe.inputs, self.erased))

    def _take(self, found: Mattered | Remains | Exception) -> None:
        self._changed |= Change.INFLUENCE
        match found:
            case Mattered():
                self.mattered, self._took = found, found.seconds
            case Remains():
                # What came too late, of another sample or after everything was brought back, says nothing here.
                seen = None if self._answer is None else self._answer.question.probe.inputs
                if self.erased and seen is not None and np.array_equal(found.erased.inputs, seen):
                    self.remains = found
            case _:
                self._failures.append(found)
