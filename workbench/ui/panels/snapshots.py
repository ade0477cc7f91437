"""The Snapshots panel: one slider through a training, the confusion matrix there, and the samples behind its cells."""

from itertools import pairwise
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from workbench.errors import BadInput
from workbench.session.change import Change
from workbench.session.examining import COUNTS, MOST_SHOWN, Examination, Sample
from workbench.session.session import Session
from workbench.ui.panels.controls import caption_label, enable
from workbench.ui.panels.panel import Panel
from workbench.ui.panels.travel import TravelControls
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.candidates import word_share
from workbench.ui.widgets.choice import Choice
from workbench.ui.widgets.confusion_matrix import ConfusionMatrix
from workbench.ui.widgets.samples_list import SamplesList, Shown
from workbench.ui.wording import percent

#: The left column, as wide as its longest line, and in a small window.
_LEFT, _NARROWEST = 284, 248


class SnapshotsPanel(Panel):
    """Travelling at the left, the matrix in the middle, samples at the right."""

    listens: ClassVar[Change] = (
        Change.TIMES | Change.EXAMINED | Change.NETWORK | Change.TRAINING | Change.HISTORY | Change.READING
    )
    interval_ms: ClassVar[int] = 60

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("snapshotsPanel")
        self.setAccessibleName(tr("Snapshots"))
        self.travel = TravelControls(session)
        self.caption = caption_label("confusionCaption")
        for part in (self.travel, self.caption):
            part.setMinimumWidth(_NARROWEST)
            part.setMaximumWidth(_LEFT)
        self.matrix = ConfusionMatrix()
        self.matrix.setObjectName("confusionMatrix")
        self.matrix.setToolTipDuration(10_000)
        self.wrong = QPushButton()
        self.wrong.setObjectName("wronglyReadDigits")
        self.wrong.setToolTip(tr("The test samples that were answered wrong, the hardest first"))
        self.hardest = QPushButton(tr("Hardest"))
        self.hardest.setObjectName("hardestDigits")
        self.hardest.setToolTip(tr("The test samples with the largest loss, right or wrong"))
        for button in (self.wrong, self.hardest):
            button.setCheckable(True)
        self.count = Choice([(str(count), tr("of {n:,}").format(n=count)) for count in COUNTS])
        self.count.setObjectName("examinedCount")
        self.count.setAccessibleName(tr("How many test samples"))
        self.count.setToolTip(tr("How many test samples are read at each step, where there are as many"))
        self.what = caption_label("examinedCaption")
        self.samples = SamplesList()
        self.samples.setObjectName("examinedSamples")
        self._drawn: tuple[object, ...] = ()
        self._lay_out()
        self.matrix.chosen.connect(self._show_cell)
        self.wrong.clicked.connect(self._show_wrong)
        self.hardest.clicked.connect(self._show_hardest)
        self.count.edited.connect(self._read)
        self.samples.chosen.connect(self._show_sample)
        self.set_theme(theme)

    def refresh(self) -> None:
        """Everything from the session."""
        self.travel.refresh()
        self._show_examination()

    def set_theme(self, theme: Theme) -> None:
        """Colours everywhere."""
        super().set_theme(theme)
        self.travel.set_theme(theme)
        self.matrix.set_theme(theme)
        self.samples.set_theme(theme)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Test samples are read only while somebody looks."""
        super().showEvent(event)
        self.session.examining.want(True)
        self.session.times.look_for_runs()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing plays or is read behind the person's back."""
        super().hideEvent(event)
        self.travel.pause()
        self.session.examining.want(False)

    # --- samples ------------------------------------------------------------------------------------------------------

    def _show_examination(self) -> None:
        desk = self.session.examining
        found = desk.examination
        if found is not None and found.trained.preset.task != self.session.looking.at:
            found = None
        can_be_wrong = found is not None and found.examined.is_right is not None
        self.count.show_value(str(desk.count))
        state = (found, desk.shown, desk.cell, desk.failure, self.session.looking.at, desk.is_busy)
        if state == self._drawn:
            return
        self._drawn = state
        wrong = len(found.examined.wrong()) if found is not None else 0
        self.wrong.setText(tr("{n:,} wrong").format(n=wrong) if can_be_wrong else tr("Wrong"))
        why_not = tr("Nothing was read yet") if found is None else tr("These answers are neither right nor wrong")
        enable(self.wrong, can_be_wrong, tr("The test samples that were answered wrong, the hardest first"), why_not)
        self.hardest.setEnabled(found is not None)
        self.wrong.setChecked(desk.shown == "wrong" and can_be_wrong)
        self.hardest.setChecked(desk.shown == "hardest" or (desk.shown == "wrong" and not can_be_wrong))
        self._show_matrix(found)
        self._show_samples(found)

    def _show_matrix(self, found: Examination | None) -> None:
        if found is None:
            self.caption.setText("")
            self.matrix.set_empty_text(self._why_empty())
            self.matrix.clear()
            return
        total, right = len(found.examined), found.examined.correct
        if found.examined.is_right is None:
            words = tr("Step {step:,}: loss {loss:.4g} on {of}.").format(
                step=found.trained.step, loss=float(found.examined.losses.mean()), of=found.caption
            )
        else:
            words = tr("Step {step:,}: {share} of {of} right.").format(
                step=found.trained.step, share=percent(right / total, 2), of=found.caption
            )
        self.caption.setText(words)
        if found.matrix is None:
            self.matrix.set_empty_text(_why_no_matrix(found))
            self.matrix.clear()
        else:
            self.matrix.set_matrix(found.names, found.matrix, self.session.examining.cell)

    def _show_samples(self, found: Examination | None) -> None:
        desk = self.session.examining
        if found is None:
            self.samples.set_samples(())
            self.what.setText("")
            return
        self.samples.set_samples([_shown(sample) for sample in desk.samples()])
        count = len(desk.numbers)
        if desk.shown == "cell" and desk.cell is not None and found.matrix is not None:
            words = self.matrix.reading(desk.cell)
        elif desk.shown == "wrong" and found.examined.is_right is not None:
            words = tr("answered wrong, the hardest first") if count else tr("none of them is answered wrong")
        elif found.examined.is_right is None:
            words = tr("those farthest off first")
        else:
            words = tr("the hardest first: right or wrong, by their loss")
        if count > MOST_SHOWN:
            words = tr("{what}; the first {n} of {count:,}").format(what=words, n=MOST_SHOWN, count=count)
        self.what.setText(words)

    def _why_empty(self) -> str:
        desk, task = self.session.examining, self.session.looking.at
        if desk.failure:
            return desk.failure
        return self.session.nobody_answers(task) or tr("Reading test samples …")

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(GRID)
        left.addWidget(self.travel)
        left.addStretch(1)
        left.addWidget(self.caption)
        head = QHBoxLayout()
        head.setSpacing(GRID // 2)
        head.addWidget(self.wrong)
        head.addWidget(self.hardest)
        head.addStretch(1)
        head.addWidget(self.count)
        right = QVBoxLayout()
        right.setSpacing(GRID // 2)
        right.addLayout(head)
        right.addWidget(self.what)
        right.addWidget(self.samples, 1)
        whole = _Whole()
        row = QHBoxLayout(whole)
        row.setContentsMargins(GRID, GRID, GRID, GRID)
        row.setSpacing(2 * GRID)
        row.addLayout(left, 1)
        row.addWidget(self.matrix, 1)
        row.addLayout(right, 1)
        scroll = QScrollArea(self)  # in a small window all of it scrolls
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(whole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        for before, after in pairwise((self.travel, self.matrix, self.wrong, self.hardest, self.count, self.samples)):
            self.setTabOrder(before, after)

    # --- verbs --------------------------------------------------------------------------------------------------------

    @Slot(int, int)
    def _show_cell(self, right: int, told: int) -> None:
        self.session.examining.show_cell(right, told)

    @Slot()
    def _show_wrong(self) -> None:
        self.session.examining.show("wrong")
        self._drawn = ()  # a pressed button does not come up by itself
        self.refresh()

    @Slot()
    def _show_hardest(self) -> None:
        self.session.examining.show("hardest")
        self._drawn = ()
        self.refresh()

    @Slot(object)
    def _read(self, count: object) -> None:
        self.session.examining.read(int(str(count)))

    @Slot(int)
    def _show_sample(self, number: int) -> None:
        try:
            self.session.show_examined(number)
        except BadInput as error:
            self.session.note("error", str(error))


class _Whole(QWidget):
    """As high as the place for it; a scroll area would give it all the height it likes, for the sake of its lines."""

    def heightForWidth(self, width: int) -> int:
        """No more than it must have."""
        return self.minimumSizeHint().height()


def _why_no_matrix(found: Examination) -> str:
    match found.trained.interface.answer:
        case "number":
            return tr("Numbers are neither right nor wrong, so that there is nothing to confuse: "
                      "at the right stand those told worst.")  # fmt: skip
        case _:
            return tr("{n:,} words are too many for a matrix: at the right stand the hardest ones, "
                      "with what was told in their place.").format(n=len(found.trained.classes))  # fmt: skip


def _shown(sample: Sample) -> Shown:
    """A thumbnail says right and told with the probability, rounded; a line of words what was read, too."""
    sure = "" if np.isnan(sample.sure) else word_share(sample.sure, is_cosine=sample.is_cosine)
    loss = tr("loss {loss:.3g}").format(loss=sample.loss)
    answer = sample.told if sample.is_right else tr("{right}, told {told}").format(right=sample.right, told=sample.told)
    tip = tr("sample {number:,}: {reads}\nright: {right}\ntold: {told} {sure}\n{loss}").format(
        number=sample.number, reads=sample.reads, right=sample.right, told=sample.told, sure=sure, loss=loss
    )
    if sample.picture is not None:
        share = percent(sample.sure, 0)
        text = f"{sample.told} {share}" if sample.is_right else f"{sample.right}→{sample.told} {share}"
    else:
        text = f"{answer}  {sure or loss}  ←  {sample.reads}"
    return Shown(sample.number, text, tip, sample.is_right, sample.picture)
