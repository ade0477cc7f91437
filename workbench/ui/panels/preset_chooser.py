"""The list of experiments: each with its title and what it promises in one line."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workbench.data.availability import Availability, megabytes
from workbench.data.sources import availability
from workbench.session.choices import Choices, Entry
from workbench.ui.text import tr
from workbench.ui.theme import GRID, LIGHT, Theme, font
from workbench.ui.widgets.drop_down import DropDown

_PROMISE = int(Qt.ItemDataRole.UserRole) + 1
_OWN = int(Qt.ItemDataRole.UserRole) + 2

#: Room for a promise on two lines, beside a panel that is narrower.
_LIST_WIDTH = 440

Index = QModelIndex | QPersistentModelIndex


class TwoLines(QStyledItemDelegate):
    """A title, with "yours" beside it for the person's own presets, and the promise under it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        #: Of promises, by their text: Qt asks often, and breaking lines takes its time.
        self._heights: dict[str, int] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Title, the promise's lines, and some air."""
        promise = str(index.data(_PROMISE))
        if promise not in self._heights:
            box = QRect(0, 0, _LIST_WIDTH - 4 * GRID, 1000)
            metrics = QFontMetrics(font("caption"))
            lines = metrics.boundingRect(box, int(Qt.TextFlag.TextWordWrap), promise).height()
            self._heights[promise] = QFontMetrics(font("body", bold=True)).height() + lines + 2 * GRID
        return QSize(_LIST_WIDTH, self._heights[promise])

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Both texts, on the selection's colour where the row is selected."""
        rect, state = QRect(option.rect), option.state
        selected = bool(state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver))
        painter.save()
        painter.fillRect(rect, QColor(self.theme.selection if selected else self.theme.surface))
        area = rect.adjusted(2 * GRID - 4, GRID, -2 * GRID + 4, -GRID)
        bold = font("body", bold=True)
        line = QFontMetrics(bold).height()
        painter.setFont(bold)
        painter.setPen(QColor(self.theme.text))
        title = str(index.data(Qt.ItemDataRole.DisplayRole))
        painter.drawText(area.left(), area.top() + QFontMetrics(bold).ascent(), title)
        if index.data(_OWN):
            left = area.left() + QFontMetrics(bold).horizontalAdvance(title) + GRID
            painter.setFont(font("caption"))
            painter.setPen(QColor(self.theme.accent))
            painter.drawText(left, area.top() + QFontMetrics(bold).ascent(), tr("yours"))
        painter.setFont(font("caption"))
        painter.setPen(QColor(self.theme.text if selected else self.theme.secondary))
        below = area.adjusted(0, line, 0, 0)
        painter.drawText(below, int(Qt.TextFlag.TextWordWrap), str(index.data(_PROMISE)))
        painter.restore()


class PresetChooser(DropDown):
    """``chosen`` carries the id of the preset that the person chose."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("presetChooser")
        self.setAccessibleName(tr("Experiment"))
        self.setToolTip(tr("The experiment to try: data, network and training together"))
        self.setMinimumContentsLength(12)
        self.setFont(font("body", bold=True))
        self.setMaxVisibleItems(12)
        # A list under the box: a menu over it, as Fusion has it, does not make room for items of two lines.
        self.setStyleSheet("QComboBox { combobox-popup: 0; }")
        self._entries: list[Entry] = []
        self._lines = TwoLines(self)
        self.setItemDelegate(self._lines)
        self.view().setMinimumWidth(_LIST_WIDTH)
        self.view().setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.activated.connect(self._activated)

    def set_theme(self, theme: Theme) -> None:
        """Colours of the list."""
        self._lines.theme = theme
        self.view().viewport().update()

    def show_choices(self, choices: Choices) -> None:
        """All presets there are, and which one is chosen."""
        entries = self._entries = list(choices.entries.values())
        shown = [(self.itemData(n), self.itemText(n), self.itemData(n, _OWN)) for n in range(self.count())]
        if shown != [(entry.id, entry.preset.title, entry.own) for entry in entries]:
            self.clear()
            for row, entry in enumerate(entries):
                self.addItem(entry.preset.title, entry.id)
                self.setItemData(row, entry.preset.promise, _PROMISE)
                self.setItemData(row, entry.preset.promise, Qt.ItemDataRole.AccessibleDescriptionRole)
                self.setItemData(row, entry.own, _OWN)
        self.setCurrentIndex(self.findData(choices.chosen))

    def showPopup(self) -> None:
        """Looks once more which data are here, and opens the list."""
        for row, entry in enumerate(self._entries):
            promise = f"{entry.preset.promise} {needs_words(availability(entry.preset.data))}".strip()
            self.setItemData(row, promise, _PROMISE)
            self.setItemData(row, promise, Qt.ItemDataRole.AccessibleDescriptionRole)
        super().showPopup()

    @Slot(int)
    def _activated(self, index: int) -> None:
        self.chosen.emit(str(self.itemData(index)))


def needs_words(there: Availability) -> str:
    """What must come before a training, as a short sentence; empty when nothing must."""
    match there.state:
        case "download":
            return tr("{size} to download.").format(size=megabytes(there.size))
        case "missing":
            return tr("Its data are missing.")
        case "here":
            return ""
