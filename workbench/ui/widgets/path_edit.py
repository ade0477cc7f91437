"""A line for a file or a folder, with a button that looks for it."""

from typing import Literal

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from workbench.ui.text import tr
from workbench.ui.theme import GRID


class PathEdit(QWidget):
    """The control for a setting that names a file or a folder. ``edited`` comes with Return or on leaving the line."""

    edited = Signal(object)

    def __init__(self, kind: Literal["file", "folder"], title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._title, self._shown = kind, title, ""
        self.line = QLineEdit(self)
        self.line.setMinimumWidth(60)
        self.line.editingFinished.connect(self._finished)
        self.browse = QPushButton("…", self)
        self.browse.setFixedWidth(36)
        # The style sheet's padding is meant for words.
        self.browse.setStyleSheet("QPushButton, QPushButton:focus { padding-left: 2px; padding-right: 2px; }")
        self.browse.setToolTip(tr("Choose a folder") if kind == "folder" else tr("Choose a file"))
        self.browse.setAccessibleName(self.browse.toolTip())
        self.browse.clicked.connect(self._browse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.browse)
        self.setFocusProxy(self.line)

    def show_value(self, value: str) -> None:
        """Show the session's path."""
        self._shown = value
        if value != self.line.text():
            self.line.setText(value)
            self.line.setCursorPosition(0)
        self.line.setToolTip(value)

    @Slot()
    def _finished(self) -> None:
        if self.line.text() != self._shown:
            self._shown = self.line.text()
            self.edited.emit(self._shown)

    @Slot()
    def _browse(self) -> None:
        if self._kind == "folder":
            found = QFileDialog.getExistingDirectory(self, self._title, self.line.text())
        else:
            found, _ = QFileDialog.getOpenFileName(
                self, self._title, self.line.text(), tr("Texts (*.txt);;All files (*)")
            )
        if found:
            self.line.setText(found)
            self._finished()
