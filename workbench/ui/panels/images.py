"""The image tab: one picture, large, and the class table that a network gives it, live while it learns."""

from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QSpinBox, QToolButton, QVBoxLayout, QWidget

from workbench.errors import BadInput
from workbench.session.change import Change
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui import icons
from workbench.ui.panels.calibration_line import CalibrationLine
from workbench.ui.panels.controls import caption_label, enable
from workbench.ui.panels.network_caption import network_caption
from workbench.ui.panels.panel import Panel
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.belief_by_row import BeliefByRow
from workbench.ui.widgets.class_table import ClassTable
from workbench.ui.widgets.picture_view import PictureView

#: What the window opens itself when it is dropped anywhere.
_NO_PICTURES = (".toml", ".txt", ".safetensors", ".lstmrun", ".json")


class ImagesPanel(Panel):
    """Chooses the session's picture, and shows what the network makes of it."""

    listens: ClassVar[Change] = (
        Change.IMAGES | Change.READING | Change.NETWORK | Change.TRAINING | Change.CURSOR | Change.CALIBRATION
        | Change.SETTINGS
    )  # fmt: skip

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("imagesPanel")
        self.setAccessibleName(tr("Tell pictures apart"))
        self.setAcceptDrops(True)
        self.number = QSpinBox()
        self.number.setObjectName("testImage")
        self.number.setAccessibleName(tr("Number of the test image"))
        self.number.setToolTip(tr("Which test image is shown, counted from 1; arrow keys show the next"))
        self.number.setKeyboardTracking(False)
        self.of = caption_label("testImages")
        self.of.setWordWrap(False)
        self.back = QPushButton(tr("Test images"))
        self.back.setObjectName("backToTestImages")
        self.load = QToolButton()
        self.load.setObjectName("openPicture")
        self.load.setAccessibleName(tr("Open a picture of your own"))
        self.load.setToolTip(tr("Open a picture of your own, or drop it here"))
        self.load.setIconSize(QSize(20, 20))
        self.message = caption_label("imageMessage", "error")
        self.message.hide()
        self.title = caption_label("pictureTitle")
        self.picture = PictureView()
        self.picture.setObjectName("shownPicture")
        self.table_title = caption_label("classTableTitle")
        self.table = ClassTable()
        self.table.setObjectName("classTable")
        self.by_row = BeliefByRow()
        self.by_row.setObjectName("pictureBeliefByRow")
        self.by_row.setAccessibleName(tr("Belief after every row"))
        self.calibration = CalibrationLine(session, "images")
        self.caption = caption_label("imageCaption")
        self._build()
        self.number.valueChanged.connect(self._show_number)
        self.back.clicked.connect(self._back)
        self.load.clicked.connect(self._ask_what_to_open)
        self.by_row.cursorMoved.connect(self.point)
        self.by_row.cursorLeft.connect(self.point_nowhere)
        self.set_theme(theme)

    # --- showing ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """The picture that was chosen, and what the network makes of it."""
        self._show_choice()
        self._show_answer()

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        super().set_theme(theme)
        for widget in (self.picture, self.table, self.by_row):
            widget.set_theme(theme)
        self.load.setIcon(icons.icon("open-image", theme))

    def _show_choice(self) -> None:
        session, desk = self.session, self.session.images
        in_use = session.network_for("images")
        count = desk.count(in_use)
        self.number.blockSignals(True)
        self.number.setRange(1, count or desk.number)
        self.number.setValue(desk.shown_number(in_use) or desk.number)
        self.number.blockSignals(False)
        self.number.setEnabled(count > 0)
        self.of.setText(tr("of {count:,}").format(count=count) if count else "")
        enable(
            self.back, desk.own is not None and count > 0, tr("Show the test image again"),
            tr("A test image is shown") if desk.own is None else tr("There are no test images here"),
        )  # fmt: skip
        self.picture.set_picture(desk.picture(in_use))
        right = desk.right(in_use)
        if desk.own is not None:
            self.title.setText(desk.own.name)
        elif count:
            self.title.setText(
                tr("Test image {number:,}: {right}").format(number=desk.shown_number(in_use), right=right)
            )
        else:
            self.title.setText(tr("Picture"))
        self.picture.set_empty_text(self._why_no_picture())

    def _why_no_picture(self) -> str:
        if why := self.session.nobody_answers("images"):
            return tr(why)
        loading = self.session.images.loading
        if loading is not None:
            return tr("{what}: {done:,} of {total:,}").format(what=loading.what, done=loading.done, total=loading.total)
        return tr("The test images are not on this computer; open a picture of your own, or train to have them.")

    def _show_answer(self) -> None:
        session = self.session
        in_use, answer = session.network_for("images"), self._answer()
        classes = in_use.trained.classes if in_use is not None else ()
        reads_rows = answer is not None and len(answer.beliefs) > 1
        self.by_row.setVisible(reads_rows)
        step = session.looking.cursor if session.looking.at == "images" else None
        step = step if answer is not None and reads_rows and step is not None and step < len(answer.beliefs) else None
        read = answer.question.trained.interface if answer is not None and step is not None else None
        if read is None or step is None:
            self.picture.set_read(range(0), range(0))
        else:
            self.picture.set_read(read.rows_at(step), read.columns_at(step))
        waiting = tr(session.nobody_answers("images")) or tr("The probability of each class will stand here.")
        self.table.set_empty_text(waiting)
        if answer is None:
            self.table.set_table(classes, None)
            self.table_title.setText(tr("Class table"))
        else:
            beliefs = answer.probabilities if step is None else answer.beliefs[step]
            self.table.set_table(classes, beliefs, session.images.right(in_use))
            self.table_title.setText(
                tr("Class table, in {ms:.1f} ms").format(ms=answer.seconds * 1000) if step is None
                else tr("Class table after row {row}, of 0 to {last}").format(row=step, last=len(answer.beliefs) - 1)
            )  # fmt: skip
            if reads_rows:
                self.by_row.set_classes(classes)
                self.by_row.set_beliefs(answer.beliefs, tr("row"))
                self.by_row.set_cursor(step)
        self.calibration.setVisible(reads_rows)
        if answer is not None:
            self.calibration.show_step(step, tr("row"), range(len(answer.beliefs)))
        network = network_caption(session, "images")
        self.caption.setText(tr("Told apart by {network}.").format(network=network) if network else "")

    def _answer(self) -> Answer | None:
        """The answer to what is shown, by the network in use."""
        answer = self.session.looking.answers.get("images")
        in_use = self.session.network_for("images")
        if answer is None or in_use is None or len(in_use.trained.classes) != answer.beliefs.shape[1]:
            return None
        return answer

    # --- acting -------------------------------------------------------------------------------------------------------

    @Slot(int)
    def _show_number(self, number: int) -> None:
        self._try(self.session.show_test_image, number)

    @Slot()
    def _back(self) -> None:
        self._try(self.session.show_test_image, self.number.value())

    @Slot()
    def _ask_what_to_open(self) -> None:
        dialog = QFileDialog(self, tr("Open a picture"))
        dialog.setObjectName("openPictureDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [tr("Pictures") + " (*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp *.ppm)", tr("All files") + " (*)"]
        )
        dialog.fileSelected.connect(self._open)
        dialog.open()

    @Slot(str)
    def _open(self, name: str) -> None:
        self._try(self.session.open_picture, Path(name))

    def _try(self, verb: object, argument: object) -> None:
        assert callable(verb)
        try:
            verb(argument)
        except BadInput as error:
            self.message.setText(str(error))
            self.message.show()
        else:
            self.message.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One picture may be dropped."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile() and not urls[0].toLocalFile().endswith(_NO_PICTURES):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """It is shown from now on."""
        self._open(event.mimeData().urls()[0].toLocalFile())
        event.acceptProposedAction()

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(GRID // 2)
        label = QLabel(tr("Test image"))
        label.setBuddy(self.number)
        self.number.setMinimumWidth(88)
        tools.addWidget(label)
        tools.addWidget(self.number)
        tools.addWidget(self.of)
        tools.addStretch(1)
        tools.addWidget(self.back)
        tools.addWidget(self.load)
        shown = QVBoxLayout()
        shown.setSpacing(GRID // 2)
        shown.addWidget(self.title)
        shown.addWidget(self.picture, 1)
        told = QVBoxLayout()
        told.setSpacing(GRID // 2)
        told.addWidget(self.table_title)
        told.addWidget(self.table, 1)
        both = QHBoxLayout()
        both.setSpacing(2 * GRID)
        both.addLayout(shown, 3)
        both.addLayout(told, 2)
        self.by_row.setMinimumHeight(96)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addLayout(tools)
        column.addWidget(self.message)
        column.addLayout(both, 3)
        column.addWidget(self.by_row, 2)
        column.addWidget(self.calibration)
        column.addWidget(self.caption)
        for before, after in ((self.number, self.back), (self.back, self.load), (self.load, self.by_row)):
            QWidget.setTabOrder(before, after)
