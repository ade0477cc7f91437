"""Runs as rows of a table that sorts and filters thousands of them between two keystrokes."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from workbench.session.run_rows import RunRow
from workbench.ui.text import tr
from workbench.ui.theme import LIGHT, Theme
from workbench.ui.widgets.runs_legend import line_sample
from workbench.ui.widgets.series import run_pen
from workbench.ui.wording import duration, percent

Index = QModelIndex | QPersistentModelIndex

#: The column that shows a piece of a run's line.
_CURVE = 1

#: The column that runs are sorted by at first.
BEGAN = 2

_NUMBERS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Column(NamedTuple):
    """One column: how its value reads, by what rows are sorted, and whether it is a number."""

    name: str
    title: str
    words: Callable[[RunRow], str]
    key: Callable[[RunRow], Any]
    is_number: bool = False


def columns() -> tuple[Column, ...]:
    """The columns, from the left."""

    def number(name: str, title: str, words: Callable[[RunRow], str], value: Callable[[RunRow], float]) -> Column:
        return Column(name, title, lambda row: "" if math.isnan(value(row)) else words(row), value, is_number=True)

    return (
        Column("star", "★", lambda row: "★" if row.remarks.star else "☆", lambda row: not row.remarks.star),
        Column("curve", "", lambda row: "", lambda row: 0),
        Column("began", tr("Began"), began_words, lambda row: (row.about.started, row.folder.name)),
        _text("preset", tr("Preset"), lambda row: row.about.title),
        _text("network", tr("Network"), lambda row: row.network),
        number("steps", tr("Steps"), lambda row: f"{row.about.step:,}", lambda row: float(row.about.step)),
        _text("ended", tr("Ended"), ended_words),
        number("accuracy", tr("Test right"), lambda row: percent(row.measured("accuracy"), 2),
               lambda row: row.measured("accuracy")),
        number("loss", tr("Test loss"), lambda row: f"{row.measured('loss'):.4g}", lambda row: row.measured("loss")),
        number("seconds", tr("Time"), lambda row: duration(row.measured("seconds")),
               lambda row: row.measured("seconds")),
        _text("tags", tr("Tags"), lambda row: " ".join(row.remarks.tags)),
        _text("note", tr("Note"), lambda row: row.remarks.note),
    )  # fmt: skip


def _text(name: str, title: str, words: Callable[[RunRow], str]) -> Column:
    return Column(name, title, words, lambda row: words(row).casefold())


def began_words(row: RunRow) -> str:
    """``2026-03-14 15:09``."""
    return row.about.started.replace("T", " ")[:16]


def ended_words(row: RunRow) -> str:
    """How a run ended, or that it has not."""
    if not row.about.ended:
        return tr("training") if row.is_training else tr("broken off")
    words = {
        "finished": tr("finished"), "stopped": tr("stopped"), "diverged": tr("diverged"), "failed": tr("failed")
    }  # fmt: skip
    return words.get(row.about.ended, row.about.ended)


class RunsTable(QAbstractTableModel):
    """Sorts and filters by itself: a proxy would ask Python for two values at each comparison."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = columns()
        self._all: tuple[RunRow, ...] = ()
        self._haystacks: dict[Path, tuple[RunRow, str]] = {}
        self._words: tuple[str, ...] = ()
        self._sorted_by, self._descending = BEGAN, True
        self._theme = LIGHT
        #: The runs whose curves are drawn, each with its place among them.
        self.places: dict[Path, int] = {}
        self._numbers: dict[Path, int] = {}
        #: The rows that are shown, in their order.
        self.rows: list[RunRow] = []

    def set_rows(self, rows: Sequence[RunRow]) -> None:
        """The runs as they are; where only what is said of them is new, each stays in its place."""
        rows = tuple(rows)
        if rows is self._all or rows == self._all:
            return
        if [row.folder for row in rows] == [row.folder for row in self._all]:
            self._all = rows
            by_folder = {row.folder: row for row in rows}
            for number, row in enumerate(self.rows):
                if (fresh := by_folder[row.folder]) is not row:
                    self.rows[number] = fresh
                    self.dataChanged.emit(self.index(number, 0), self.index(number, len(self.columns) - 1))
            return
        self._all = rows
        self._forget({row.folder for row in rows})
        self._show()

    def set_places(self, places: Mapping[Path, int]) -> None:
        """Whose curves are drawn: a piece of its line stands in each one's row."""
        if places != self.places:
            changed, self.places = self.places.keys() | places.keys(), dict(places)
            for folder in changed & self._numbers.keys():
                at = self.index(self._numbers[folder], _CURVE)
                self.dataChanged.emit(at, at)

    def set_theme(self, theme: Theme) -> None:
        """The colours of the curves."""
        self._theme = theme
        if self.rows:
            self.dataChanged.emit(self.index(0, _CURVE), self.index(len(self.rows) - 1, _CURVE))

    def set_filter(self, text: str) -> None:
        """Shows the runs in which each of these words occurs, as part of a word, wherever."""
        words = tuple(text.casefold().split())
        if words != self._words:
            self._words = words
            self._show()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By one column; runs that have no such number come last either way."""
        self._sorted_by, self._descending = column, order == Qt.SortOrder.DescendingOrder
        self._show()

    def number_of(self, folder: Path) -> int | None:
        """Where a run stands; None where it is not shown."""
        return self._numbers.get(folder)

    def rowCount(self, parent: Index | None = None) -> int:
        """The runs that are shown."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """What is said of each."""
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words to read; in full as a tip."""
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.words(row).partition("\n")[0]
        if role == Qt.ItemDataRole.ToolTipRole:
            drawn = tr("Click to draw its curves, or to take them away")
            tips = {"star": tr("Click to give or take the star"), "curve": drawn, "began": row.folder.name}
            tip = escape(tips.get(column.name) or column.words(row)).replace("\n", "<br>")
            return f"<qt>{tip}</qt>" if tip else None  # words of somebody else's, never their HTML
        if role == Qt.ItemDataRole.DecorationRole and column.name == "curve" and row.folder in self.places:
            return line_sample(run_pen(self.places[row.folder], self._theme), self._ratio())
        if role == Qt.ItemDataRole.AccessibleTextRole and column.name == "curve":
            return tr("its curves are drawn") if row.folder in self.places else tr("its curves are not drawn")
        if role == Qt.ItemDataRole.AccessibleTextRole and column.name == "star":
            return tr("with a star") if row.remarks.star else tr("without a star")
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return _NUMBERS
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' titles."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return {"star": tr("Star"), "curve": tr("Whose curves are drawn")}.get(column.name) or column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _NUMBERS if column.is_number else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def _ratio(self) -> float:
        """Device pixels for each of the window's."""
        view = self.parent()
        return view.devicePixelRatioF() if isinstance(view, QWidget) else 1.0

    def _show(self) -> None:
        self.beginResetModel()
        column = self.columns[self._sorted_by]
        if column.name == "curve":  # the drawn ones first, in the order of their colours
            last = len(self.places)
            column = column._replace(key=lambda row: -self.places.get(row.folder, last))
        found = [row for row in self._all if all(word in self._haystack(row) for word in self._words)]
        if column.is_number:
            known = [row for row in found if not math.isnan(column.key(row))]
            unknown = [row for row in found if math.isnan(column.key(row))]
            self.rows = [*sorted(known, key=column.key, reverse=self._descending), *unknown]
        else:
            self.rows = sorted(found, key=column.key, reverse=self._descending)
        self._numbers = {row.folder: number for number, row in enumerate(self.rows)}
        self.endResetModel()

    def _forget(self, there: set[Path]) -> None:
        """Of runs that are gone nothing is kept."""
        self._haystacks = {folder: known for folder, known in self._haystacks.items() if folder in there}

    def _haystack(self, row: RunRow) -> str:
        """All that is said of a run, made once."""
        known = self._haystacks.get(row.folder)
        if known is None or known[0] is not row:
            text = "\n".join([row.folder.name, *(column.words(row) for column in self.columns)]).casefold()
            known = self._haystacks[row.folder] = (row, text)
        return known[1]
