"""The flow desk: on which steps the answer that is shown hangs, measured in the background when it is asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.job import Failed, Work

if TYPE_CHECKING:
    from workbench.insight.flow import GradientFlow
    from workbench.session.reader import Answer, Question


#: While a network trains each snapshot answers anew: measuring may take this share of the time, but nobody waits
#: longer than so many seconds for the next measure.
SHARE, LONGEST = 0.1, 1.0


@dataclass(frozen=True, eq=False)
class AnswerFlow:
    """The flow of one answer. ``flow`` has no layers where the network hands nothing on from step to step."""

    question: Question
    flow: GradientFlow


class FlowDesk:
    """Measures one answer at a time; a newer one replaces it."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._background = Background("flow", wake)
        #: What is to be measured next, and what was begun last; when, and when the next may begin.
        self._wanted: Question | None = None
        self._begun: Question | None = None
        self._began = self._next = 0.0
        #: What was measured last.
        self.result: AnswerFlow | None = None
        self.failure: Failed | None = None

    def measure(self, answer: Answer | None) -> None:
        """Measures the answer soon, unless it was before; one that is being measured is finished first."""
        if answer is not None and answer.question is not self._begun:
            self._wanted = answer.question

    def close(self) -> None:
        self._background.close()

    def poll(self) -> Change:
        """Takes in what was measured since the last call, and begins what is to be."""
        change = Change.NONE
        for event in self._background.poll():
            took = time.monotonic() - self._began
            self._next = time.monotonic() + min(LONGEST, (1.0 / SHARE - 1.0) * took)
            if isinstance(event, AnswerFlow):
                self.result = event
            elif isinstance(event, Failed):
                self.failure = event
            change = Change.FLOW
        if self._wanted is not None and not self._background.is_busy and time.monotonic() >= self._next:
            question, self._wanted = self._wanted, None
            self._begun, self.failure, self._began = question, None, time.monotonic()
            self._background.start(lambda: _measure(question))
        return change


def _measure(question: Question) -> Work:
    import torch

    from workbench.engine.batches import as_input
    from workbench.insight.flow import GradientFlow
    from workbench.insight.gradient_flow import answer_flow
    from workbench.models.network import Network

    network = question.trained.network()
    if not isinstance(network, Network):
        yield AnswerFlow(question, GradientFlow((), 0.0, 1, "answer"))
        return
    yield AnswerFlow(question, answer_flow(network, as_input(torch.from_numpy(question.probe.inputs))))
