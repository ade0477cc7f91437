"""The tools above the pad: undo, redo, clear, load, save, the pen's thickness and a test digit."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QSlider, QToolButton, QWidget

from workbench.errors import BadInput
from workbench.session.session import Session
from workbench.ui import icons
from workbench.ui.panels.controls import enable
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme

#: The thickness slider goes from 2 to 25 hundredths of the pad's side.
_THINNEST, _THICKEST = 2, 25


class PadTools(QWidget):
    """A row of buttons and a slider. Files are asked for in dialogs that leave the window free."""

    #: Why a file could not be loaded or saved; empty when something else was done since.
    said = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
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
        #: As Tab goes through them.
        self.in_order = (self.undo, self.redo, self.clear, self.load, self.save, self.thickness, self.sample)
        self._lay_out()
        self.undo.clicked.connect(self._undo)
        self.redo.clicked.connect(self._redo)
        self.clear.clicked.connect(self._clear)
        self.load.clicked.connect(self._ask_what_to_load)
        self.save.clicked.connect(self._ask_where_to_save)
        self.sample.clicked.connect(self._sample)
        self.thickness.valueChanged.connect(self._thicken)

    def refresh(self) -> None:
        """What the pad allows, and how thick its pen is."""
        pad = self._session.pad
        content = pad.content
        if not self.thickness.isSliderDown():
            self.thickness.blockSignals(True)
            self.thickness.setValue(round(content.drawing.thickness * 100))
            self.thickness.blockSignals(False)
        enable(self.undo, pad.can_undo, tr("Undo the last stroke or change"), tr("There is nothing to undo"))
        enable(self.redo, pad.can_redo, tr("Redo what was undone"), tr("There is nothing to redo"))
        enable(self.clear, not content.is_empty, tr("Clear the pad"), tr("The pad is empty"))
        has_strokes = not content.drawing.is_empty
        enable(self.save, has_strokes, tr("Save the drawing as a file"), tr("There are no strokes to save"))

    def set_theme(self, theme: Theme) -> None:
        """Icons in the theme's colours."""
        for button, name in self._icons:
            button.setIcon(icons.icon(name, theme))

    @Slot(str)
    def load_file(self, name: str) -> None:
        """An image or a drawing lies on the pad from now on, or :attr:`said` tells why not."""
        try:
            self._session.load_on_pad(Path(name))
        except BadInput as error:
            self.said.emit(str(error))
        else:
            self.said.emit("")

    @Slot()
    def _undo(self) -> None:
        self._session.undo()

    @Slot()
    def _redo(self) -> None:
        self._session.redo()

    @Slot()
    def _clear(self) -> None:
        self.said.emit("")
        self._session.clear_pad()

    @Slot(int)
    def _thicken(self, hundredths: int) -> None:
        self._session.set_thickness(hundredths / 100)

    @Slot()
    def _sample(self) -> None:
        self.said.emit("")
        self._session.show_sample()

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
        dialog.fileSelected.connect(self.load_file)
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
    def _save(self, name: str) -> None:
        try:
            self._session.save_drawing(name)
        except BadInput as error:
            self.said.emit(str(error))
        else:
            self.said.emit("")

    def _dialog(self, name: str, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setObjectName(name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _lay_out(self) -> None:
        tools = QHBoxLayout(self)
        tools.setContentsMargins(0, 0, 0, 0)
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

    def _tool(self, name: str, icon: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setIconSize(QSize(20, 20))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._icons.append((button, icon))
        return button
