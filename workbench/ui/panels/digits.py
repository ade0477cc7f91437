"""The digit tab: a pad to draw on, what the network sees of it, and what it believes, row by row."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.config import Interface
from workbench.data.drawing import Stroke
from workbench.errors import BadInput
from workbench.insight.decision import measured_after
from workbench.session.change import Change
from workbench.session.pad import Image
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui import icons
from workbench.ui.panels.calibration_line import CalibrationLine
from workbench.ui.panels.controls import caption_label, enable
from workbench.ui.panels.digit_places import DigitPlaces
from workbench.ui.panels.network_caption import network_caption
from workbench.ui.panels.panel import Panel
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.belief import DIGITS, DigitBelief
from workbench.ui.widgets.belief_by_row import BeliefByRow
from workbench.ui.widgets.canvas import DigitCanvas
from workbench.ui.widgets.network_sees import SIDE, NetworkSees

if TYPE_CHECKING:
    from workbench.engine.trained import Trained

#: The thickness slider goes from 2 to 25 hundredths of the pad's side.
_THINNEST, _THICKEST = 2, 25

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
        self._icons: list[tuple[QToolButton, str]] = []
        self.undo = self._tool("undoStroke", "undo", tr("Undo"))
        self.redo = self._tool("redoStroke", "redo", tr("Redo"))
        self.clear = self._tool("clearPad", "clear", tr("Clear the pad"))
        self.load = self._tool("loadOnPad", "open-image", tr("Load an image or a drawing"))
        self.save = self._tool("saveDrawing", "save", tr("Save the drawing"))
        self.thickness = QSlider(Qt.Orientation.Horizontal)
        self.thickness.setObjectName("thickness")
        self.thickness.setAccessibleName(tr("Thickness of the pen"))
        self.thickness.setToolTip(tr("Thickness of the pen; what is drawn becomes as thick"))
        self.thickness.setRange(_THINNEST, _THICKEST)
        self.sample = QPushButton(tr("Test digit"))
        self.sample.setObjectName("showSample")
        self.sample.setToolTip(tr("Show a test digit that the network has not been trained on"))
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
        for widget in (self.canvas, self.sees, self.belief, self.by_row):
            widget.set_theme(theme)
        for button, name in self._icons:
            button.setIcon(icons.icon(name, theme))

    def _show_pad(self) -> None:
        pad = self.session.pad
        content = pad.content
        if not self.canvas.is_drawing:
            self.canvas.set_drawing(content.drawing)
        if content.image is not self._image:
            self._image = content.image
            self.canvas.set_background_image(None if content.image is None else content.image.ink)
        if not self.thickness.isSliderDown():
            self.thickness.blockSignals(True)
            self.thickness.setValue(round(content.drawing.thickness * 100))
            self.thickness.blockSignals(False)
        enable(self.undo, pad.can_undo, tr("Undo the last stroke or change"), tr("There is nothing to undo"))
        enable(self.redo, pad.can_redo, tr("Redo what was undone"), tr("There is nothing to redo"))
        enable(self.clear, not content.is_empty, tr("Clear the pad"), tr("The pad is empty"))
        has_strokes = not content.drawing.is_empty
        enable(self.save, has_strokes, tr("Save the drawing as a file"), tr("There are no strokes to save"))
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
            word, numbers = _called(read, answer.believed_every)
            self.by_row.set_beliefs(answer.beliefs, word, numbers)
            self.belief.set_beliefs(answer.probabilities if step is None else answer.beliefs[step])
            self.belief_title.setText(_belief_title(answer, step))
        if in_use is not None:
            self.calibration.show_step(step, *_called(in_use.trained.interface, _every(answer, in_use.trained)))
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

    @Slot()
    def _ink(self) -> None:
        self.message.hide()
        self.session.ink(self.canvas.drawing)

    @Slot(object)
    def _stroke(self, stroke: Stroke) -> None:
        self.session.add_stroke(stroke)

    @Slot()
    def _undo(self) -> None:
        self.session.undo()

    @Slot()
    def _redo(self) -> None:
        self.session.redo()

    @Slot()
    def _clear(self) -> None:
        self.message.hide()
        self.session.clear_pad()

    @Slot(int)
    def _thicken(self, hundredths: int) -> None:
        self.session.set_thickness(hundredths / 100)

    @Slot(bool)
    def _fit(self, on: bool) -> None:
        self.session.set_fit(on)

    @Slot()
    def _sample(self) -> None:
        self.message.hide()
        self.session.show_sample()

    @Slot()
    def _ask_what_to_load(self) -> None:
        dialog = self._dialog("loadDialog", tr("Load an image or a drawing"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [
                tr("Images and drawings") + " (*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp *.pgm *.json)",
                tr("All files") + " (*)",
            ]
        )
        dialog.fileSelected.connect(self._load)
        dialog.open()

    @Slot()
    def _ask_where_to_save(self) -> None:
        dialog = self._dialog("saveDialog", tr("Save the drawing"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([tr("Drawing") + " (*.json)"])
        dialog.setDefaultSuffix("json")
        dialog.selectFile("digit.json")
        dialog.fileSelected.connect(self._save)
        dialog.open()

    @Slot(str)
    def _load(self, name: str) -> None:
        try:
            self.session.load_on_pad(Path(name))
        except BadInput as error:
            self._say(error)
        else:
            self.message.hide()

    @Slot(str)
    def _save(self, name: str) -> None:
        try:
            self.session.save_drawing(name)
        except BadInput as error:
            self._say(error)
        else:
            self.message.hide()

    def _say(self, error: BadInput) -> None:
        self.message.setText(str(error))
        self.message.show()

    def _dialog(self, name: str, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setObjectName(name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One image or drawing file may be dropped."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile() and not urls[0].toLocalFile().endswith(_NOT_FOR_THE_PAD):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """It lies on the pad from now on."""
        self._load(event.mimeData().urls()[0].toLocalFile())
        event.acceptProposedAction()

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(GRID // 2)
        for button in (self.undo, self.redo, self.clear, self.load, self.save):
            tools.addWidget(button)
        tools.addSpacing(GRID)
        label = QLabel(tr("Pen"))
        label.setBuddy(self.thickness)
        tools.addWidget(label)
        tools.addSpacing(GRID // 2)
        self.thickness.setMaximumWidth(200)
        tools.addWidget(self.thickness, 2)
        tools.addSpacing(GRID)
        tools.addStretch(1)
        tools.addWidget(self.sample)

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
        column.addLayout(tools)
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
        order = (self.canvas, self.undo, self.redo, self.clear, self.load, self.save, self.thickness, self.sample,
                 self.fit, self.by_row)  # fmt: skip
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self.canvas.inkChanged.connect(self._ink)
        self.canvas.strokeFinished.connect(self._stroke)
        self.undo.clicked.connect(self._undo)
        self.redo.clicked.connect(self._redo)
        self.clear.clicked.connect(self._clear)
        self.load.clicked.connect(self._ask_what_to_load)
        self.save.clicked.connect(self._ask_where_to_save)
        self.sample.clicked.connect(self._sample)
        self.thickness.valueChanged.connect(self._thicken)
        self.fit.clicked.connect(self._fit)
        self.by_row.cursorMoved.connect(self.point)
        self.by_row.cursorLeft.connect(self.point_nowhere)

    def _tool(self, name: str, icon: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setIconSize(QSize(20, 20))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._icons.append((button, icon))
        return button


def _every(answer: Answer | None, trained: "Trained") -> int:
    """At how many steps apart a network's beliefs are measured, as far as it was asked."""
    is_known = answer is not None and answer.question.trained.preset == trained.preset
    return answer.believed_every if answer is not None and is_known else 1


def _called(read: Interface, every: int) -> tuple[str, Sequence[int]]:
    """What a step is called and its number: by the last row it reads, or by the pixel after which it was measured."""
    if len(read.columns_at(0)) == 1:
        return tr("pixel"), [measured_after(step, every, read.steps) for step in range(read.steps)]
    return tr("row"), [read.rows_at(step)[-1] for step in range(read.steps)]


def _belief_title(answer: Answer, step: int | None) -> str:
    read = answer.question.trained.interface
    word, numbers = _called(read, answer.believed_every)
    if word == tr("pixel"):
        if step is not None:
            pixel = numbers[step]
            title = tr("Belief after pixel {pixel}, in row {row}").format(pixel=pixel, row=read.rows_at(pixel)[-1])
            if answer.believed_every == 1:
                return title
            # The belief at a pixel in between is that after the next one where it was measured.
            return tr("{title}, measured at every {every}th").format(title=title, every=answer.believed_every)
        title = tr("Belief after all {count} pixels, in {ms:.0f} ms")
        if answer.believed_every > 1:
            title += tr("; measured at every {every}th").format(every=answer.believed_every)
        return title.format(count=read.steps, ms=answer.seconds * 1000)
    if step is not None:
        return tr("Belief after row {row}, of 0 to {last}").format(row=numbers[step], last=numbers[-1])
    return tr("Belief after all {rows} rows, in {ms:.1f} ms").format(rows=numbers[-1] + 1, ms=answer.seconds * 1000)
