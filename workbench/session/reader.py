"""The reader: a thread that answers what a network makes of the latest drawing or sentence, newest question first."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.config import Task
from workbench.session.answering import Answering

if TYPE_CHECKING:
    from torch import Tensor

    from workbench.engine.trained import Trained
    from workbench.insight.carry import Carrier
    from workbench.insight.clamp import Clamp
    from workbench.insight.clamped import Means
    from workbench.insight.trace import GateTrace
    from workbench.models.build import AnyNetwork

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Probe:
    """What a network is to look at. inputs: (time, width) float32 or (time,) int64.

    ``stands_in``: it is shown only because there is nothing of the person's own.
    """

    inputs: NDArray[np.generic]
    caption: str
    stands_in: bool = False


@dataclass(frozen=True)
class Question:
    """A probe for a network."""

    number: int
    trained: Trained
    probe: Probe
    #: The gates that are held, all of which fit the network, and the means that some of them are held at.
    clamps: tuple[Clamp, ...] = ()
    means: Means = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """The answer with the question's gates held: ``beliefs`` and ``trace`` as the free answer has them."""

    beliefs: NDArray[np.float32]
    trace: GateTrace


@dataclass(frozen=True)
class Answer:
    """What the network made of it, all of it computed from the weights of ``question.trained``."""

    question: Question
    beliefs: NDArray[np.float32]  # (time, classes): probabilities had the sequence ended at each step
    trace: GateTrace
    seconds: float
    believed_every: int = 1  # at how many steps apart the beliefs were measured; those between stand for the next
    #: For a network that adds: the units that go most with the carry, the best first.
    carriers: tuple[Carrier, ...] = ()
    #: The same with gates held, where some are.
    held: Held | None = None

    @property
    def shown_trace(self) -> GateTrace:
        """The gates as they are, with those held that are."""
        return self.trace if self.held is None else self.held.trace

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """(classes,): the answer to the whole sequence."""
        last: NDArray[np.float32] = self.beliefs[-1]
        return last


@dataclass(frozen=True, eq=False)
class _Free:
    """What a network makes of some inputs with no gate held."""

    trained: Trained
    inputs: NDArray[np.generic]
    beliefs: NDArray[np.float32]
    trace: GateTrace
    seconds: float

    def is_of(self, question: Question) -> bool:
        """Whether it answers the question, its held gates aside."""
        return self.trained is question.trained and np.array_equal(self.inputs, question.probe.inputs)


class Reader(Answering[Answer]):
    """Asked at any time, it answers the newest question of each task and forgets those it overtook."""

    def __init__(self, wake: Callable[[], None]) -> None:
        super().__init__("reader", wake)
        self._questions: dict[Task, Question] = {}
        self._question: Question | None = None
        self._networks: dict[Task, tuple[Trained, AnyNetwork]] = {}
        self._carriers: tuple[Carrier, ...] = ()
        #: By task the last free answer, which stays what it is while gates are held this way and that.
        self._free: dict[Task, _Free] = {}

    def ask(self, question: Question) -> None:
        """Replaces the question of its task that waits, if one does."""
        with self._condition:
            self._questions[question.trained.preset.task] = question
            self._asked()

    def _has_work(self) -> bool:
        return bool(self._questions)

    def _take_up(self) -> None:
        self._question = self._questions.pop(next(iter(self._questions)))

    def _answer_what_was_taken_up(self) -> None:
        assert self._question is not None
        try:
            self._put(self._answer(self._question))
        except Exception as error:
            log.exception("A question could not be answered")
            self._put(error)

    def _answer(self, question: Question) -> Answer:
        import torch

        from workbench.insight.belief import belief_by_step, measured_every
        from workbench.insight.trace import gate_trace

        began = time.perf_counter()
        task = question.trained.preset.task
        known = self._networks.get(task)
        if known is None or known[0] is not question.trained:
            known = self._networks[task] = (question.trained, question.trained.network())
            if task == "bits":
                self._carriers = _carriers(known[1])
        network = known[1]
        x = torch.from_numpy(question.probe.inputs)
        free = self._free.get(task)
        if free is None or not free.is_of(question):
            beliefs, trace = belief_by_step(network, x), gate_trace(network, x)
            took = time.perf_counter() - began
            free = self._free[task] = _Free(question.trained, question.probe.inputs.copy(), beliefs, trace, took)
        beliefs, began = free.beliefs, time.perf_counter()
        held = _held(network, x, question)
        seconds = free.seconds + time.perf_counter() - began
        return Answer(
            question, beliefs, free.trace, seconds, measured_every(network, len(beliefs)),
            self._carriers if task == "bits" else (), held,
        )  # fmt: skip


def _held(network: AnyNetwork, x: Tensor, question: Question) -> Held | None:
    from workbench.insight.clamped import clamped_answer
    from workbench.models.network import Network

    if not question.clamps or not isinstance(network, Network):
        return None
    return Held(*clamped_answer(network, x, question.clamps, question.means))


def _carriers(network: AnyNetwork) -> tuple[Carrier, ...]:
    """They are a fact of the weights, whatever is added: found once for each network."""
    from workbench.insight.carry import carriers
    from workbench.models.network import Network

    return tuple(carriers(network, network.interface.steps)) if isinstance(network, Network) else ()
