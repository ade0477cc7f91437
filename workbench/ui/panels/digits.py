"""The digit tab: a pad to draw on, what the network sees of it, and what it believes, row by row."""

from itertools import pairwise
from typing import ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.data.drawing import Stroke
from workbench.session.change import Change
from workbench.session.pad import Image
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui.panels.belief_words import belief_title, called, every_of
from workbench.ui.panels.calibration_line import CalibrationLine
from workbench.ui.panels.controls import caption_label
from workbench.ui.panels.digit_places import DigitPlaces
from workbench.ui.panels.network_caption import network_caption
from workbench.ui.panels.pad_tools import PadTools
from workbench.ui.panels.panel import Panel
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.belief import DIGITS, DigitBelief
from workbench.ui.widgets.belief_by_row import BeliefByRow
from workbench.ui.widgets.canvas import DigitCanvas
from workbench.ui.widgets.network_sees import SIDE, NetworkSees

#: What the window opens itself when it is dropped anywhere.
_NOT_FOR_THE_PAD = (".toml", ".txt", ".safetensors", ".lstmrun")


class DigitsPanel(Panel):
    """Draws on the session's pad, and shows the network's answer while the pen still moves."""

    listens: ClassVar[Change] = (
        Change.PAD | Change.READING | Change.NETWORK | Change.TRAINING | Change.CURSOR | Change.CALIBRATION
        | Change.SETTINGS
    )  # fmt: skip

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("digitsPanel")
        self.setAccessibleName(tr("Draw a digit"))
        self.setAcceptDrops(True)
        self.canvas = DigitCanvas()
        self.canvas.setObjectName("digitCanvas")
        self.canvas.set_empty_text(tr("Draw a digit"))
        self.sees = NetworkSees()
        self.sees.setObjectName("networkSees")
        # Its picture is square in any place; the place itself need not be.
        self.sees.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.fit = QCheckBox(tr("Fit as MNIST did"))
        self.fit.setObjectName("fitSwitch")
        self.fit.setToolTip(
            tr("Ink scaled into 20 × 20 pixels, keeping its proportions, its centre of mass moved to the middle")
        )
        self.why_fit = caption_label("fitReason")
        self.belief_title = caption_label("beliefTitle")
        self.belief = DigitBelief()
        self.belief.setObjectName("digitBelief")
        self.by_row = BeliefByRow()
        self.by_row.setObjectName("beliefByRow")
        self.by_row.setAccessibleName(tr("Belief after every row"))
        self.message = caption_label("digitMessage", "error")
        self.message.hide()
        self.calibration = CalibrationLine(session, "digits")
        self.caption = caption_label("digitCaption")
        # Always two lines, so that the pad does not move under the pen when a number gets longer.
        self.caption.setMinimumHeight(2 * self.caption.fontMetrics().height())
        self.caption.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        #: The picture on the canvas, compared by identity.
        self._image: Image | None = None
        self.tools = PadTools(session)
        self._build()
        self._connect()
        self.set_theme(theme)

    # --- showing ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """The pad, the picture the network sees, and its beliefs."""
        self._show_pad()
        self._show_answer()

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        super().set_theme(theme)
        for widget in (self.canvas, self.sees, self.belief, self.by_row, self.tools):
            widget.set_theme(theme)

    def _show_pad(self) -> None:
        pad = self.session.pad
        content = pad.content
        if not self.canvas.is_drawing:
            self.canvas.set_drawing(content.drawing)
        if content.image is not self._image:
            self._image = content.image
            self.canvas.set_background_image(None if content.image is None else content.image.ink)
        self.tools.refresh()
        self.fit.setChecked(pad.fit)
        self.why_fit.setText(
            tr("It learnt from digits placed so. Switch off, draw small in a corner, and see it fail.")
            if pad.fit
            else tr("Your ink as it lies. It learnt only from digits scaled and centred, so it often fails.")
        )
        self.sees.set_picture(pad.seen())
        self.sees.set_guides(pad.fit)

    def _show_answer(self) -> None:
        session = self.session
        answer = self._answer()
        in_use = session.network_for("digits")
        classes = in_use.trained.classes if in_use is not None else DIGITS
        self.belief.set_classes(classes)
        self.by_row.set_classes(classes)
        step = self._step(answer)
        read = answer.question.trained.interface if answer is not None else None
        if read is None or step is None:
            self.sees.set_read(range(0))
        else:
            self.sees.set_read(read.rows_at(step), read.columns_at(step) or range(SIDE))
        # Fitting moves the ink: only without it does a row of the picture lie at the same height on the pad.
        self.canvas.set_row(None if session.pad.fit else step, read.steps if read is not None else 1)
        self.by_row.set_cursor(step)
        waiting = tr("Nothing drawn is no digit.") if in_use is not None else tr(session.nobody_answers("digits"))
        self.belief.set_empty_text(waiting)
        self.by_row.set_empty_text(
            tr("Draw a digit: what the network believes after each of its rows will stand here.")
            if in_use is not None else waiting
        )  # fmt: skip
        if answer is None or read is None:
            self.belief.set_beliefs(None)
            self.by_row.set_beliefs(None)
            self.belief_title.setText(tr("Belief"))
        else:
            word, numbers = called(read, answer.believed_every)
            self.by_row.set_beliefs(answer.beliefs, word, numbers)
            self.belief.set_beliefs(answer.probabilities if step is None else answer.beliefs[step])
            self.belief_title.setText(belief_title(answer, step))
        if in_use is not None:
            self.calibration.show_step(step, *called(in_use.trained.interface, every_of(answer, in_use.trained)))
        self.caption.setText(self._caption_text())

    def _answer(self) -> Answer | None:
        """The answer to what is on the pad; a digit shown in its stead is no answer."""
        answer = self.session.looking.answers["digits"]
        if answer is None or answer.question.probe.stands_in or self.session.pad.content.is_empty:
            return None
        in_use = self.session.network_for("digits")
        if in_use is None or len(in_use.trained.classes) != answer.beliefs.shape[1]:
            return None
        return answer

    def _step(self, answer: Answer | None) -> int | None:
        """The step that is pointed at, anywhere in the window."""
        step = self.session.looking.cursor if self.session.looking.at == "digits" else None
        return step if answer is not None and step is not None and step < len(answer.beliefs) else None

    def _caption_text(self) -> str:
        parts = []
        if self.session.digits.sample_label is not None:
            parts.append(tr("A test digit; it is a {label}.").format(label=self.session.digits.sample_label))
        network = network_caption(self.session, "digits")
        if network:
            parts.append(tr("Read by {network}.").format(network=network))
        else:
            parts.append(tr(self.session.nobody_answers("digits")))
        return " ".join(parts)

    # --- acting -------------------------------------------------------------------------------------------------------

    @Slot(str)
    def _say(self, why: str) -> None:
        """Why a file could not be loaded or saved; an empty reason takes the last one away."""
        self.message.setText(why)
        self.message.setVisible(bool(why))

    @Slot()
    def _ink(self) -> None:
        self.message.hide()
        self.session.ink(self.canvas.drawing)

    @Slot(object)
    def _stroke(self, stroke: Stroke) -> None:
        self.session.add_stroke(stroke)

    @Slot(bool)
    def _fit(self, on: bool) -> None:
        self.session.set_fit(on)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One image or drawing file may be dropped."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile() and not urls[0].toLocalFile().endswith(_NOT_FOR_THE_PAD):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """It lies on the pad from now on."""
        self.tools.load_file(event.mimeData().urls()[0].toLocalFile())
        event.acceptProposedAction()

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        seen = QWidget()
        column = QVBoxLayout(seen)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        heading = caption_label("seesTitle")
        heading.setText(tr("What the network sees"))
        column.addWidget(heading)
        column.addWidget(self.sees, 1)
        column.addWidget(self.fit)
        column.addWidget(self.why_fit)
        believed = QWidget()
        column = QVBoxLayout(believed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.belief_title)
        column.addWidget(self.belief, 1)

        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(self.tools)
        column.addWidget(self.message)
        column.addWidget(DigitPlaces(self.canvas, seen, self.by_row, believed), 1)
        column.addWidget(self.calibration)
        column.addWidget(self.caption)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll)
        order = (self.canvas, *self.tools.in_order, self.fit, self.by_row)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self.canvas.inkChanged.connect(self._ink)
        self.canvas.strokeFinished.connect(self._stroke)
        self.tools.said.connect(self._say)
        self.fit.clicked.connect(self._fit)
        self.by_row.cursorMoved.connect(self.point)
        self.by_row.cursorLeft.connect(self.point_nowhere)
