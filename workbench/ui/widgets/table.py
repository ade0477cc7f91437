"""Exact numbers in a table: what a picture of them shows, for reading and copying."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex


class ValuesTable(QAbstractTableModel):
    """A read-only table of an array ``(rows, columns)``; ``row_name`` and ``column_name`` hold ``{n}``.

    Rows are called by their own numbers, unless ``row_numbers`` holds another for each.
    """

    def __init__(
        self,
        values: npt.NDArray[np.float32],
        *,
        row_name: str = "{n}",
        column_name: str = "{n}",
        row_numbers: Sequence[int] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._values, self._row_name, self._column_name = values, row_name, column_name
        self._row_numbers: Sequence[int] = range(len(values)) if row_numbers is None else row_numbers

    def rowCount(self, parent: Index | None = None) -> int:
        """Rows of the array."""
        return 0 if parent is not None and parent.isValid() else int(self._values.shape[0])

    def columnCount(self, parent: Index | None = None) -> int:
        """Columns of the array."""
        return 0 if parent is not None and parent.isValid() else int(self._values.shape[1])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Six significant digits to read; the value itself for sorting and copying (``EditRole``)."""
        if not index.isValid():
            return None
        value = float(self._values[index.row(), index.column()])
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{value:.6g}"
        if role == Qt.ItemDataRole.EditRole:
            return value
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """``unit 3`` or ``step 12``."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self._column_name.format(n=section)
        return self._row_name.format(n=self._row_numbers[section])


class NamedTable(ValuesTable):
    """The same where every row and every column has a name of its own."""

    def __init__(
        self, values: npt.NDArray[np.float32], rows: Sequence[str], columns: Sequence[str],
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(values, parent=parent)
        self._row_names, self._column_names = tuple(rows), tuple(columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The name that was given."""
        names = self._column_names if orientation == Qt.Orientation.Horizontal else self._row_names
        return names[section] if role == Qt.ItemDataRole.DisplayRole else None
