"""A heatmap's exact values in a table of their own, to read without colours and to copy."""

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QTableView, QVBoxLayout, QWidget

from workbench.ui.text import tr
from workbench.ui.theme import GRID


class ValuesWindow(QDialog):
    """Not modal: several may stand beside the workbench. The values stay as they were when it was opened."""

    def __init__(self, title: str, caption: str, model: QAbstractTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("valuesWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(720, 480)
        model.setParent(self)
        about = QLabel(caption)
        about.setProperty("role", "caption")
        about.setWordWrap(True)
        self.table = QTableView()
        self.table.setObjectName("valuesTable")
        self.table.setAccessibleName(title)
        self.table.setModel(model)
        self.table.setTabKeyNavigation(False)
        copy = QPushButton(tr("Copy"))
        copy.setObjectName("copyValues")
        copy.setToolTip(tr("Copy the selected values, or all of them, separated by tabs"))
        copy.clicked.connect(self.copy)
        foot = QHBoxLayout()
        foot.addWidget(about, 1)
        foot.addWidget(copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(self.table, 1)
        column.addLayout(foot)

    @Slot()
    def copy(self) -> None:
        """Puts the selected rectangle, or the whole table with its names, on the clipboard, to every digit."""
        QGuiApplication.clipboard().setText(self.text())

    def text(self) -> str:
        """Tab-separated: the selected rectangle, or everything."""
        model, chosen = self.table.model(), self.table.selectionModel().selectedIndexes()
        rows = sorted({index.row() for index in chosen}) or list(range(model.rowCount()))
        columns = sorted({index.column() for index in chosen}) or list(range(model.columnCount()))
        lines = ["\t".join(["", *(_name(model, column, Qt.Orientation.Horizontal) for column in columns)])]
        for row in rows:
            values = (model.index(row, column).data(Qt.ItemDataRole.EditRole) for column in columns)
            lines.append("\t".join([_name(model, row, Qt.Orientation.Vertical), *(f"{value:.9g}" for value in values)]))
        return "\n".join(lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The standard key copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)


def _name(model: QAbstractItemModel, number: int, side: Qt.Orientation) -> str:
    return str(model.headerData(number, side))
