"""The clamp desk: which gates are held, with undo, and what that does to many samples and to one class."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.config import Recurrent
from workbench.errors import BadInput
from workbench.insight.clamp import Clamp, checked, fitting
from workbench.insight.lessons import LESSONS, lessons_for
from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.job import Failed, Work
from workbench.session.test_samples import TestSamples
from workbench.session.timeline import Timeline
from workbench.session.training import TrainingDesk

if TYPE_CHECKING:
    from workbench.engine.trained import Trained
    from workbench.insight.clamped import Means
    from workbench.insight.held_score import HeldScore
    from workbench.insight.switched_off import SwitchedOff

Clamps = tuple[Clamp, ...]

#: A network is tried on so many test samples, and its means are taken over the first of them.
SAMPLES, MEAN_OVER = 500, 200

#: While a network trains it is tried anew after so many seconds at the earliest.
PAUSE = 2.0


@dataclass(frozen=True)
class Measured:
    """Means of the gates, and then the score, of one network with some clamps."""

    trained: Trained
    clamps: Clamps
    means: Means
    score: HeldScore | None = None


@dataclass(frozen=True)
class Removed:
    """What switching off every unit in turn did, the unit that matters most first.

    ``answer``: the class whose samples were read; None where answers are no classes.
    """

    trained: Trained
    answer: int | None
    on: str
    units: tuple[SwitchedOff, ...]
    is_whole: bool


class ClampDesk:
    """Holds the clamps; measures in the background what they do, the newest question first."""

    def __init__(self, wake: Callable[[], None], training: TrainingDesk, samples: TestSamples) -> None:
        self._training, self._samples = training, samples
        self._scoring, self._removing = Background("clamps", wake), Background("switching off", wake)
        self._changed = Change.NONE
        self._timeline: Timeline[Clamps] = Timeline(())
        self._joins: object = None  # what the last change belonged to, so that one drag is one undo
        self._asked: tuple[Trained, Clamps] | None = None
        self._asked_at = 0.0
        #: The last means, the last that came with a score, and why there are none.
        self.measured: Measured | None = None
        self.scored: Measured | None = None
        self.failure: Failed | None = None
        self.removed: Removed | None = None
        self.removing_failure: Failed | None = None

    # --- verbs --------------------------------------------------------------------------------------------------------

    def hold(self, clamp: Clamp, model: Recurrent, *, joins: object = None) -> None:
        """Holds a gate, in place of what held the same gate of the same units and steps. Raises BadInput.

        Changes with the same ``joins``, one after the other, are undone together.
        """
        checked(clamp, model, "clamps")
        same = replace(clamp, value=0.0)
        self.put((*(one for one in self.clamps if replace(one, value=0.0) != same), clamp), joins=joins)

    def free(self, clamp: Clamp) -> None:
        """Lets one go."""
        self.put(one for one in self.clamps if one != clamp)

    def put(self, clamps: Iterable[Clamp], *, joins: object = None) -> None:
        """Holds these and no others."""
        clamps = tuple(clamps)
        if clamps == self.clamps:
            return
        if joins is None or joins != self._joins:
            self._timeline.do(clamps)
        else:
            self._timeline.amend(clamps)
        self._joins = joins
        self._changed |= Change.CLAMPS

    def reset(self) -> None:
        """Lets every gate go."""
        self.put(())

    def lesson(self, lesson_id: str, trained: Trained) -> None:
        """Holds what a lesson asks for. Raises BadInput where the network has no such gates."""
        model = trained.preset.model
        found = {lesson.id: lesson for lesson in LESSONS}.get(lesson_id)
        if not isinstance(model, Recurrent) or found is None or found not in lessons_for(model, trained.interface):
            raise BadInput("lesson", "this network has no gates for it", value=lesson_id)
        self.put(found.clamps(model, trained.interface))

    @property
    def clamps(self) -> Clamps:
        """What is held, in the order it was asked for."""
        return self._timeline.now

    @property
    def can_undo(self) -> bool:
        return self._timeline.can_undo

    @property
    def can_redo(self) -> bool:
        return self._timeline.can_redo

    def undo(self) -> None:
        self._timeline.undo()
        self._joins = None
        self._changed |= Change.CLAMPS

    def redo(self) -> None:
        self._timeline.redo()
        self._joins = None
        self._changed |= Change.CLAMPS

    # --- what is held now ---------------------------------------------------------------------------------------------

    def for_network(self, trained: Trained) -> tuple[Clamps, Means]:
        """The clamps that fit a network, and the means they need; without these, those held at a mean wait."""
        model = trained.preset.model
        if not isinstance(model, Recurrent):
            return (), {}
        clamps = fitting(self.clamps, model)
        measured = self.measured
        if measured is not None and measured.trained.preset == trained.preset:  # while it learns, those of a moment ago
            return clamps, measured.means
        return tuple(clamp for clamp in clamps if clamp.value is not None), {}

    @property
    def is_measuring(self) -> bool:
        return self._scoring.is_busy

    # --- every unit in turn -------------------------------------------------------------------------------------------

    @property
    def is_removing(self) -> bool:
        return self._removing.is_busy

    def switch_off_each(self, trained: Trained, answer: int | None) -> None:
        """Switches every unit off in turn, and sees what becomes of a class on samples of it.

        Without a class, of a network that tells bits or numbers, what becomes of all its answers.
        """
        self.removed = self.removing_failure = None
        self._removing.start(lambda: self._remove(trained, answer))
        self._changed |= Change.CLAMPS

    def stop_removing(self) -> None:
        self._removing.stop()

    def _remove(self, trained: Trained, answer: int | None) -> Work:
        import torch

        from workbench.engine.batches import Samples
        from workbench.insight.switched_off import most_harm_first, on_samples, samples_for, switched_off
        from workbench.models.network import Network

        network = trained.network()
        split = yield from self._samples.get(trained, SAMPLES)
        if split is None or not isinstance(network, Network):
            return
        x, y = Samples(split, torch.device("cpu")).batch(slice(None))
        x, y = samples_for(trained.interface, x, y, answer)
        on = on_samples(len(x), None if answer is None else trained.classes[answer])
        if not len(x):
            raise BadInput("switching off", f"there are {on} among the {len(split):,} that are tried")
        units: list[SwitchedOff] = []
        for found in switched_off(network, x, y):
            units = most_harm_first([*units, *found])
            if (yield Removed(trained, answer, on, tuple(units), is_whole=False)) == "stop":
                return
        yield Removed(trained, answer, on, tuple(units), is_whole=True)

    # --- measuring ----------------------------------------------------------------------------------------------------

    def poll(self, trained: Trained | None) -> Change:
        """Takes in what was measured since the last call, and asks anew when the network or the clamps changed."""
        change, self._changed = self._changed, Change.NONE
        for event in self._scoring.poll():
            if isinstance(event, Measured):
                self.measured, self.failure = event, None
                self.scored = event if event.score is not None else self.scored
                change |= Change.CLAMPS
            elif isinstance(event, Failed):
                self.failure = event
                change |= Change.CLAMPS
        for event in self._removing.poll():
            change |= Change.CLAMPS
            if isinstance(event, Removed):
                self.removed = event
            elif isinstance(event, Failed):
                self.removing_failure = event
        if trained is not None:
            change |= self._measure(trained)
        return change

    def close(self) -> None:
        self._scoring.close()
        self._removing.close()

    def _measure(self, trained: Trained) -> Change:
        model = trained.preset.model
        clamps = fitting(self.clamps, model) if isinstance(model, Recurrent) else ()
        asked = (trained, clamps)
        if not clamps or (self._asked is not None and self._asked[0] is trained and self._asked[1] == clamps):
            return Change.NONE
        is_same_network = self._asked is not None and self._asked[0] is trained
        if not is_same_network and self._training.is_busy and time.monotonic() - self._asked_at < PAUSE:
            return Change.NONE
        self._asked, self._asked_at = asked, time.monotonic()
        self._scoring.start(lambda: self._score(trained, clamps))
        return Change.CLAMPS

    def _score(self, trained: Trained, clamps: Clamps) -> Work:
        import torch

        from workbench.engine.batches import Samples
        from workbench.insight.clamped import gate_means
        from workbench.insight.held_score import held_score
        from workbench.models.network import Network

        network = trained.network()
        split = yield from self._samples.get(trained, SAMPLES)
        if split is None or not isinstance(network, Network):
            return
        measured = self.measured
        if measured is not None and measured.trained is trained:
            means = measured.means
        else:
            x, _ = Samples(split, torch.device("cpu")).batch(slice(MEAN_OVER))
            means = gate_means(network, x)
            if (yield Measured(trained, clamps, means)) == "stop":
                return
        score = yield from held_score(network, split, clamps, means)
        if score is not None:
            yield Measured(trained, clamps, means, score)
