"""The flow desk: on which steps the answer that is shown hangs, measured in the background when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.job import Failed, Work

if TYPE_CHECKING:
    from workbench.insight.flow import GradientFlow
    from workbench.session.reader import Answer, Question


@dataclass(frozen=True, eq=False)
class AnswerFlow:
    """The flow of one answer. ``flow`` has no layers where the network hands nothing on from step to step."""

    question: Question
    flow: GradientFlow


class FlowDesk:
    """Measures one answer at a time; a newer one replaces it."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._background = Background("flow", wake)
        self._asked = -1
        #: What was measured last.
        self.result: AnswerFlow | None = None
        self.failure: Failed | None = None

    @property
    def is_measuring(self) -> bool:
        return self._background.is_busy

    def measure(self, answer: Answer | None) -> None:
        """Measures the answer, unless that was asked for before. One that is being measured is finished first."""
        if answer is None or self.is_measuring or answer.question.number == self._asked:
            return
        self._asked, self.failure = answer.question.number, None
        question = answer.question
        self._background.start(lambda: _measure(question))

    def close(self) -> None:
        self._background.close()

    def poll(self) -> Change:
        """Takes in what was measured since the last call."""
        change = Change.NONE
        for event in self._background.poll():
            if isinstance(event, AnswerFlow):
                self.result = event
            elif isinstance(event, Failed):
                self.failure = event
            change = Change.FLOW
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
