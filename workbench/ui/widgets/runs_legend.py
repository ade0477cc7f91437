"""Which run is which line, one a row with its value under the pointer; a click hides its lines, another shows them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QIcon, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from workbench.ui.text import tr
from workbench.ui.theme import GRID, LIGHT, Theme, font
from workbench.ui.widgets.series import run_pen

_SAMPLE = QSize(24, 12)

#: Room for a number of four digits with a power of ten.
_VALUE = "8.888e-88"


@dataclass(frozen=True)
class RunEntry:
    """One run: its place among the runs that are drawn, what it is called, and in full."""

    key: Hashable
    name: str
    place: int
    is_hidden: bool = False
    tip: str = ""


class RunsLegend(QTreeWidget):
    """A list to click in, or to walk through with the arrow keys, where Space does what a click does."""

    toggled = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._entries: tuple[RunEntry, ...] = ()
        self.setObjectName("runsLegend")
        self.setAccessibleName(tr("Runs that are drawn"))
        self.setFont(font("caption", tabular=True))
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIndentation(0)
        self.setIconSize(_SAMPLE)
        self.setMaximumWidth(320)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Row(self))
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(0)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(1, QFontMetrics(self.font()).horizontalAdvance(_VALUE) + GRID)
        self.itemClicked.connect(self._toggle)

    @property
    def entries(self) -> tuple[RunEntry, ...]:
        """What is listed."""
        return self._entries

    def set_entries(self, entries: Sequence[RunEntry]) -> None:
        """Lists these runs; the row that was chosen stays chosen."""
        entries = tuple(entries)
        if entries == self._entries:
            return
        self._entries = entries
        while self.topLevelItemCount() > len(entries):
            self.takeTopLevelItem(self.topLevelItemCount() - 1)
        while self.topLevelItemCount() < len(entries):
            self.addTopLevelItem(QTreeWidgetItem())
        self._dress()

    def set_values(self, values: Sequence[str]) -> None:
        """The value of each run under the pointer, empty where it has none."""
        for item, value in zip(self._items(), values, strict=True):
            item.setText(1, value)

    def set_theme(self, theme: Theme) -> None:
        """In these colours."""
        self._theme = theme
        self._dress()

    def sizeHint(self) -> QSize:
        """Room for a name of middling length and a value."""
        return QSize(240, 96)

    def minimumSizeHint(self) -> QSize:
        """Three rows, and a name cut short."""
        return QSize(224, 48)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Return do what a click does."""
        item = self.currentItem()
        if item is not None and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._toggle(item)
        else:
            super().keyPressEvent(event)

    def _items(self) -> list[QTreeWidgetItem]:
        return [item for k in range(self.topLevelItemCount()) if (item := self.topLevelItem(k)) is not None]

    def _dress(self) -> None:
        struck = self.font()
        struck.setStrikeOut(True)
        for item, entry in zip(self._items(), self._entries, strict=True):
            item.setText(0, entry.name)
            item.setIcon(0, QIcon(self._sample(entry)))
            item.setFont(0, struck if entry.is_hidden else self.font())
            does = tr("Click to show it again") if entry.is_hidden else tr("Click to hide it")
            item.setToolTip(0, "\n".join(filter(None, (entry.tip, does))))
            state = tr("{name}, hidden") if entry.is_hidden else "{name}"
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, state.format(name=entry.name))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            colour = QColor(self._theme.disabled if entry.is_hidden else self._theme.text)
            for column in range(2):
                item.setForeground(column, QBrush(colour))

    def _sample(self, entry: RunEntry) -> QPixmap:
        pen = run_pen(entry.place, self._theme)
        if entry.is_hidden:
            pen.setColor(QColor(self._theme.hairline))
        return line_sample(pen, self.devicePixelRatioF())

    @Slot(QTreeWidgetItem)
    def _toggle(self, item: QTreeWidgetItem) -> None:
        entry = self._entries[self.indexOfTopLevelItem(item)]
        self.toggled.emit(entry.key, entry.is_hidden)


class _Row(QStyledItemDelegate):
    """No more than a line of text; the style sheet would add air to each row of any list."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As high as its text."""
        return QSize(super().sizeHint(option, index).width(), option.fontMetrics.height() + 4)


def line_sample(pen: QPen, ratio: float) -> QPixmap:
    """A short piece of a line, for a list or a table; ``ratio``: device pixels for each of the window's."""
    picture = QPixmap(_SAMPLE * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    bold = QPen(pen)
    bold.setWidthF(max(2.0, pen.widthF()))
    painter.setPen(bold)
    middle = _SAMPLE.height() // 2
    painter.drawLine(0, middle, _SAMPLE.width(), middle)
    painter.end()
    return picture
