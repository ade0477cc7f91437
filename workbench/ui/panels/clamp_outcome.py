"""What held gates do: the answer, the step it was decided at, and the score over test samples, free and held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from workbench.insight.decision import decided_after
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui.panels.controls import caption_label
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, font
from workbench.ui.widgets.candidates import visible
from workbench.ui.widgets.compared import Compared, ComparedBars
from workbench.ui.widgets.two_beliefs import TwoBeliefs

if TYPE_CHECKING:
    from workbench.insight.held_score import HeldScore

#: So many classes or words are compared at most: the likeliest, free or held.
_MOST = 6


class ClampOutcome(QWidget):
    """Sentences and bars; nothing while no gate is held."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("clampOutcome")
        self._session = session
        self.title = QLabel(tr("What it does"))
        self.title.setFont(font("body", bold=True))
        self.bars = ComparedBars(self)
        self.bars.setObjectName("clampBars")
        self.by_step = TwoBeliefs(self)
        self.by_step.setObjectName("clampBeliefs")
        self.by_step.cursorMoved.connect(self._point)
        self.by_step.cursorLeft.connect(self._point_nowhere)
        self.decided = caption_label("clampDecided")
        self.score = caption_label("clampScore", "body")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID // 2, 0, 0)
        column.setSpacing(GRID // 2)
        for widget in (self.title, self.bars, self.by_step, self.decided, self.score):
            column.addWidget(widget)

    def show_answer(self, answer: Answer) -> None:
        """Free and held beside each other, where something is held."""
        desk = self._session.clamping
        self.setVisible(bool(desk.clamps))
        if not desk.clamps:
            return
        held = answer.held
        if held is None:
            self.bars.set_rows(())
            self.bars.set_empty_text(
                tr("The means over test samples are being measured.") if desk.is_measuring
                else tr("Nothing that is held is in this network.")
            )  # fmt: skip
            self.decided.setText("")
            self.by_step.hide()
        else:
            interface = answer.question.trained.interface
            self._show_by_step(answer, held.beliefs)
            rows = compared(answer, held.beliefs)
            self.bars.set_rows(rows, shares=interface.answer in ("class", "bit"))
            self.decided.setText(self._decided(answer, held.beliefs))
        self.decided.setVisible(bool(self.decided.text()))
        self.score.setText(self._score(answer))

    def set_theme(self, theme: Theme) -> None:
        """Bars and lines in the theme's colours."""
        self.bars.set_theme(theme)
        self.by_step.set_theme(theme)

    def _show_by_step(self, answer: Answer, held: NDArray[np.float32]) -> None:
        """The class that the free network answers, after every step."""
        trained = answer.question.trained
        is_class = trained.interface.answer == "class" and len(held) > 1
        self.by_step.setVisible(is_class)
        if is_class:
            number = int(answer.probabilities.argmax())
            name = visible(trained.classes[number])
            self.by_step.set_beliefs(name, answer.beliefs[:, number], held[:, number], answer.believed_every)
            self.by_step.set_cursor(self._session.looking.cursor)

    @Slot(int)
    def _point(self, step: int) -> None:
        self._session.point_at(step)

    @Slot()
    def _point_nowhere(self) -> None:
        self._session.point_at(None)

    def _decided(self, answer: Answer, beliefs: NDArray[np.float32]) -> str:
        if answer.question.trained.interface.answer != "class" or len(beliefs) < 2:
            return ""
        steps = [decided_after(each, answer.believed_every) for each in (answer.beliefs, beliefs)]
        told = [tr("never") if step is None else tr("at step {n}").format(n=step) for step in steps]
        return tr("Decided {free} free, {held} held.").format(free=told[0], held=told[1])

    def _score(self, answer: Answer) -> str:
        desk = self._session.clamping
        if desk.failure is not None:
            return desk.failure.sentence
        scored, question = desk.scored, answer.question
        is_ours = scored is not None and scored.trained.preset == question.trained.preset
        if scored is None or scored.score is None or not is_ours or scored.clamps != question.clamps:
            return tr("Asking test samples…") if desk.is_measuring else ""
        late = "" if scored.trained is question.trained else tr(" (a moment ago)")
        return told_score(scored.score) + late


def compared(answer: Answer, held: NDArray[np.float32]) -> list[Compared]:
    """The answers worth comparing, likeliest first: classes or words; or every step's bit or number."""
    trained = answer.question.trained
    free = answer.beliefs
    if trained.interface.answer in ("bit", "number") and trained.interface.every_step:
        return [
            Compared(tr("step {n}").format(n=step), float(free[step, 0]), float(held[step, 0]))
            for step in range(len(free))
        ]
    if trained.interface.answer == "number" or trained.interface.answer == "vector":
        return [
            Compared(tr("output {n}").format(n=n), float(free[-1, n]), float(held[-1, n]))
            for n in range(min(_MOST, free.shape[1]))
        ]
    order = np.argsort(-np.maximum(free[-1], held[-1]), kind="stable")[:_MOST]
    order = order[np.argsort(-free[-1][order], kind="stable")]
    return [Compared(visible(trained.classes[n]), float(free[-1, n]), float(held[-1, n])) for n in order.tolist()]


def told_score(score: HeldScore) -> str:
    """The score as a sentence."""
    if score.right is None or score.held_right is None:
        return tr("Over {what}: mean loss {free:.4g} free, {held:.4g} held.").format(
            what=score.caption, free=score.loss, held=score.held_loss
        )
    change = 100 * (score.held_right - score.right) / score.count
    return tr(
        "Over {what}: {free:.1f}\N{NO-BREAK SPACE}% right free, {held:.1f}\N{NO-BREAK SPACE}% held ({change})."
    ).format(
        what=score.caption,
        free=100 * score.right / score.count,
        held=100 * score.held_right / score.count,
        change=tr("{n:+.1f} points").format(n=change).replace("-", "−"),
    )


def _percent(count: int, of: int) -> str:
    return f"{100 * count / of:.1f}\N{NO-BREAK SPACE}%"
