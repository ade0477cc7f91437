"""The influence reader: a thread that runs a network on what was not erased, and in between finds what mattered."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.errors import BadInput
from workbench.session.answering import Answering

if TYPE_CHECKING:
    from workbench.engine.trained import Trained
    from workbench.insight.continuous import Continuous
    from workbench.insight.influence import Influence, Method

log = logging.getLogger(__name__)

#: What has been worked on for so long is given up for a newer question; what is quicker is finished, so that something
#: is shown also while the questions never cease.
PATIENCE_SECONDS = 0.5


@dataclass(frozen=True, eq=False)
class Asked:
    """What mattered in a sample? inputs: (time, width) float32 or (time,) int64; the rest as ``influence`` takes it.

    ``caption``: what the sample is called, for what was found may still be seen when another one is looked at.
    """

    trained: Trained
    inputs: NDArray[np.generic]
    method: Method
    class_name: str | None = None
    against: str | None = None
    step: int | None = None
    caption: str = ""


@dataclass(frozen=True, eq=False)
class Mattered:
    """What did, or why it cannot be said; ``seconds`` of work."""

    asked: Asked
    influence: Influence | None
    seconds: float
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Erased:
    """What is the answer to a sample without some of its parts? ``parts``: their numbers, row after row."""

    trained: Trained
    inputs: NDArray[np.generic]
    parts: frozenset[int]


@dataclass(frozen=True, eq=False)
class Remains:
    """The network's answers to the whole sample and to what remains of it: (classes,), or (steps,) bits or numbers."""

    erased: Erased
    before: NDArray[np.float32]
    after: NDArray[np.float32]
    seconds: float


class InfluenceReader(Answering["Mattered | Remains"]):
    """Asked at any time, it answers the newest question of each of the two kinds; those about erased parts go first."""

    def __init__(self, wake: Callable[[], None]) -> None:
        super().__init__("influence", wake)
        self._of_sample: Asked | None = None
        self._of_rest: Erased | None = None
        self._now: Erased | None = None
        #: What mattered, as far as it was worked out, and since when.
        self._work: Generator[None, None, Mattered] | None = None
        self._began = 0.0
        #: The network that was asked last.
        self._network: tuple[Trained, Continuous] | None = None

    def ask(self, question: Asked | Erased) -> None:
        """Replaces the question of its kind that waits, if one does."""
        with self._condition:
            if isinstance(question, Asked):
                self._of_sample = question
            else:
                self._of_rest = question
            self._asked()

    def _has_work(self) -> bool:
        return bool(self._of_rest or self._of_sample or self._work)

    def _take_up(self) -> None:
        self._now, self._of_rest = self._of_rest, None
        has_time = self._work is None or time.perf_counter() - self._began > PATIENCE_SECONDS
        if self._now is None and self._of_sample is not None and has_time:
            self._work, self._began, self._of_sample = self._found(self._of_sample), time.perf_counter(), None

    def _answer_what_was_taken_up(self) -> None:
        try:
            if self._now is not None:
                self._put(self._remains(self._now))
            elif self._work is not None:
                next(self._work)
        except StopIteration as done:
            self._work = None
            self._put(done.value)
        except Exception as error:
            if self._now is None:
                self._work = None
            log.exception("An influence could not be found")
            self._put(error)

    def _found(self, asked: Asked) -> Generator[None, None, Mattered]:
        from workbench.insight.influence import influence_step_by_step

        began = time.perf_counter()
        try:
            found = yield from influence_step_by_step(
                asked.trained, self._continuous(asked.trained), asked.inputs, asked.class_name, asked.against,
                asked.step, (asked.method,),
            )  # fmt: skip
        except BadInput as error:
            return Mattered(asked, None, time.perf_counter() - began, str(error))
        return Mattered(asked, found, time.perf_counter() - began)

    def _remains(self, erased: Erased) -> Remains:
        import torch

        from workbench.insight.erasing import belief_without

        began = time.perf_counter()
        network, x = self._continuous(erased.trained), torch.from_numpy(erased.inputs)
        nothing = np.zeros(network.shape(x), dtype=np.bool_)
        mask = nothing.copy()
        mask.flat[list(erased.parts)] = True
        before, after = (belief_without(network, x, gone) for gone in (nothing, mask))
        return Remains(erased, before, after, time.perf_counter() - began)

    def _continuous(self, trained: Trained) -> Continuous:
        from workbench.insight.continuous import Continuous

        if self._network is None or self._network[0] is not trained:
            self._network = (trained, Continuous(trained.network()))
        return self._network[1]
