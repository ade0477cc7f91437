"""The Verify panel: every cell held to the textbook in several ways, famous mistakes to switch on, and their twins."""

from itertools import pairwise
from typing import ClassVar

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.scratch.mistakes import MISTAKES
from workbench.session.change import Change
from workbench.session.session import Session
from workbench.session.verifying import VerifyDesk
from workbench.ui.icons import icon
from workbench.ui.panels.controls import caption_label, enable
from workbench.ui.panels.panel import Panel
from workbench.ui.panels.twins import TwinsView
from workbench.ui.panels.verdicts import VerdictTable
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, font
from workbench.ui.widgets.choice import Choice

#: In a lower place all of it scrolls.
_HEIGHT = 440


class VerifyPanel(Panel):
    """Verdicts above; below them what mistake is made, and its twins."""

    listens: ClassVar[Change] = Change.VERIFYING
    interval_ms: ClassVar[int] = 100

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("verifyPanel")
        self.verify = QPushButton(tr("Verify"), self)
        self.verify.setObjectName("verifyButton")
        self.stop = QPushButton(self)
        self.stop.setObjectName("stopVerifyButton")
        self.stop.setAccessibleName(tr("Stop verifying"))
        self.stop.setProperty("flat", "true")
        self.stop.setIconSize(QSize(18, 18))
        self.status = QLabel(self)
        self.status.setObjectName("verifyStatus")
        self.status.setFont(font("body", bold=True, tabular=True))
        self.mistake = Choice(
            [("", tr("No mistake")), *((name, tr(mistake.title)) for name, mistake in MISTAKES.items())], self
        )
        self.mistake.setObjectName("mistakeChooser")
        self.mistake.setAccessibleName(tr("Famous mistake"))
        self.mistake.setToolTip(tr("A famous mistake to make in what is computed by hand: it must turn its cells red"))
        self.mistake.setMaxVisibleItems(len(MISTAKES) + 1)
        self.mistake.view().setMinimumWidth(self.mistake.view().sizeHintForColumn(0) + 4 * GRID)
        self.what = caption_label("mistakeText")
        self.what.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.table = VerdictTable(self)
        self.empty = QLabel(
            tr("Press Verify: every cell, in every direction and depth, is computed in several ways, forwards and "
               "backwards, and each is held to torch's textbook step."), self,
        )  # fmt: skip
        self.empty.setObjectName("verifyEmpty")
        self.empty.setProperty("role", "secondary")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.table)
        self.twins = TwinsView(self)
        self._lay_out()
        order = (self.verify, self.stop, self.table, self.mistake, self.twins.cell)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)
        self.verify.clicked.connect(self._verify)
        self.stop.clicked.connect(self._stop)
        self.mistake.edited.connect(self._switch_on)
        self.twins.edited.connect(self._train_twins)
        self.set_theme(theme)
        self.refresh()

    def refresh(self) -> None:
        """Verdicts, mistake and twins, from the session."""
        desk = self.session.verifying
        self._show_status(desk)
        enable(self.stop, desk.is_checking or desk.is_training, tr("Stop; what was found stays"),
               tr("Nothing is being verified"))  # fmt: skip
        self.mistake.show_value(desk.mistake)
        self.what.setText(_about(desk))
        self.pages.setCurrentWidget(
            self.table if desk.plan is not None or self.table.topLevelItemCount() else self.empty
        )
        self.table.show_desk(desk)
        self.twins.show_desk(desk)

    def set_theme(self, theme: Theme) -> None:
        """Signs, curves and icons in the theme's colours."""
        super().set_theme(theme)
        self.verify.setIcon(icon("check", theme))
        self.stop.setIcon(icon("stop", theme))
        self.table.set_theme(theme)
        self.twins.set_theme(theme)
        self.refresh()

    def _show_status(self, desk: VerifyDesk) -> None:
        colour = self.theme.text
        if desk.failure is not None:
            text, tip, colour = tr("Broke off"), desk.failure.sentence, self.theme.error
        elif desk.plan is None:
            text = tip = ""
        else:
            done, total, red = len(desk.verdicts), len(desk.plan.stacks), len(desk.red)
            limit = tr("Green: every error below {limit:g} of the largest value.").format(limit=desk.plan.limit)
            if not desk.is_whole:
                text = tr("{done} of {total}") if desk.is_checking else tr("stopped at {done}")
            else:
                text = tr("{red} of {total} red") if red else tr("all {total} green")
                colour = self.theme.error if red else self.theme.success
            text, tip = text.format(done=done, total=total, red=red), limit
        self.status.setText(text)
        self.status.setToolTip(tip)
        sheet = f"color: {colour};"
        if sheet != self.status.styleSheet():  # a new one is worked out for the whole label
            self.status.setStyleSheet(sheet)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID // 2)
        head.addWidget(self.verify)
        head.addWidget(self.stop)
        head.addSpacing(GRID // 2)
        head.addWidget(self.status, 1)
        whole = QWidget()
        whole.setMinimumHeight(_HEIGHT)
        column = QVBoxLayout(whole)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID // 2)
        column.addLayout(head)
        column.addWidget(self.pages, 17)
        column.addSpacing(GRID // 2)
        column.addWidget(self.mistake)
        column.addWidget(self.what)
        column.addWidget(self.twins, 12)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(whole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)

    @Slot()
    def _verify(self) -> None:
        self.session.verifying.verify()

    @Slot()
    def _stop(self) -> None:
        self.session.verifying.stop()

    @Slot(object)
    def _switch_on(self, mistake: object) -> None:
        self.session.verifying.switch_on(str(mistake))

    @Slot(str)
    def _train_twins(self, cell: str) -> None:
        self.session.verifying.train_twins(cell)


def _about(desk: VerifyDesk) -> str:
    """What is wrong and how one would notice; what there is to choose while nothing is."""
    if desk.made is None:
        return tr("A mistake that is switched on is made in what is computed by hand, and must turn its cells red.")
    return f"{tr(desk.made.what)}\n{tr(desk.made.noticed)}"
