"""Told numbers in a table: words in columns, one row a step."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex


class ToldTable(QAbstractTableModel):
    """A read-only table of texts; ``set_rows`` keeps what is selected when only the texts change."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._head: tuple[str, ...] = ()
        self._rows: tuple[tuple[str, ...], ...] = ()

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The texts, row by row."""
        return self._rows

    @property
    def head(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self._head

    def set_rows(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show these texts; every row as long as ``head``."""
        new_head, new_rows = tuple(head), tuple(tuple(row) for row in rows)
        if (new_head, len(new_rows)) != (self._head, len(self._rows)):
            self.beginResetModel()
            self._head, self._rows = new_head, new_rows
            self.endResetModel()
        elif new_rows != self._rows:
            self._rows = new_rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(new_rows) - 1, len(new_head) - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        """Steps."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """What is said of a step."""
        return 0 if parent is not None and parent.isValid() else len(self._head)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text, to the right, as figures stand."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The names of the columns."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._head[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None
