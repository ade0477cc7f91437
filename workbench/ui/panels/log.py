"""The Log panel: what happened, newest last, with details to copy."""

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.session.change import Change
from workbench.session.note import Note
from workbench.session.session import Session
from workbench.ui.icons import icon
from workbench.ui.panels.panel import Panel
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, font

_NOTE = int(Qt.ItemDataRole.UserRole)


class WholeSentences(QStyledItemDelegate):
    """Makes rows as high as their wrapped sentence: a tree asks for the height without saying the width."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The style sheet's own height for one line, and the height of the lines that follow it."""
        size = super().sizeHint(option, index)
        tree = self.parent()
        if isinstance(tree, QTreeWidget):
            metrics, text = QFontMetrics(tree.font()), str(index.data())
            depth = 2 if index.parent().isValid() else 1
            room = (
                tree.columnWidth(1) - 2 * GRID if index.column() else tree.columnWidth(0) - depth * tree.indentation()
            )
            wrapped = metrics.boundingRect(QRect(0, 0, max(1, room), 10_000), int(Qt.TextFlag.TextWordWrap), text)
            one = metrics.boundingRect(QRect(0, 0, 10_000, 10_000), 0, "x").height()
            size.setHeight(max(one + GRID, wrapped.height() + GRID))
        return size


class LogPanel(Panel):
    """One line a note; details open under it."""

    listens: ClassVar[Change] = Change.LOG

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("logPanel")
        self._shown: list[Note] = []
        self.list = QTreeWidget(self)
        self.list.setObjectName("logView")
        self.list.setAccessibleName(tr("Log"))
        self.list.setHeaderLabels([tr("Time"), tr("What happened")])
        self.list.setFont(font("body", tabular=True))
        self.list.setIndentation(2 * GRID)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setWordWrap(True)
        self.list.setItemDelegate(WholeSentences(self.list))
        header = self.list.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(0, QFontMetrics(self.list.font()).horizontalAdvance("00:00:00") + 8 * GRID)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.empty = QLabel(tr("Nothing has happened yet. Warnings, errors and what was saved are noted here."), self)
        self.empty.setProperty("role", "secondary")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.list)
        self.copy = QPushButton(tr("Copy"), self)
        self.copy.setObjectName("copyLogButton")
        self.copy.setToolTip(tr("Copy the selected lines with their details; all of them when none is selected"))
        self.copy.clicked.connect(self._copy)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.list)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self._copy)
        side = QVBoxLayout()
        side.addWidget(self.copy)
        side.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.pages, 1)
        layout.addLayout(side)
        self.set_theme(theme)
        self.refresh()

    def refresh(self) -> None:
        """The notes of the session; those already in the list stay as they are."""
        notes = self.session.notes
        gone = _gone(self._shown, notes)
        for _ in range(gone):
            self.list.takeTopLevelItem(0)
        fresh = notes[len(self._shown) - gone :]
        for note in fresh:
            self._add(note)
        self._shown = notes
        if fresh:
            self.list.scrollToBottom()
        self.pages.setCurrentWidget(self.list if notes else self.empty)
        self.copy.setEnabled(bool(notes))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sentences wrap anew."""
        super().resizeEvent(event)
        self.list.scheduleDelayedItemsLayout()

    def set_theme(self, theme: Theme) -> None:
        """Icons in the theme's colours."""
        super().set_theme(theme)
        self.copy.setIcon(icon("copy", theme))
        self._marks = {  # shared by all lines: one of its own would take each of them 35 KiB
            "info": icon("information", theme, colour=theme.secondary),
            "warning": icon("warning", theme, colour=theme.warning),
            "error": icon("warning", theme, colour=theme.error),
        }
        for number in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(number)
            if item is not None:
                self._mark(item)

    def _add(self, note: Note) -> None:
        item = QTreeWidgetItem(self.list, [note.clock, tr(note.sentence)])
        item.setData(0, _NOTE, note)
        item.setToolTip(1, tr(note.sentence))
        item.setTextAlignment(0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        if note.details:
            QTreeWidgetItem(item, ["", note.details.strip()])
        self._mark(item)

    def _mark(self, item: QTreeWidgetItem) -> None:
        item.setIcon(0, self._marks[item.data(0, _NOTE).level])

    @Slot()
    def _copy(self) -> None:
        items = self.list.selectedItems() or [
            item for n in range(self.list.topLevelItemCount()) if (item := self.list.topLevelItem(n)) is not None
        ]
        chosen = [(item.parent() or item).data(0, _NOTE) for item in items]
        notes = [note for n, note in enumerate(chosen) if note not in chosen[:n]]
        lines = [f"{note.clock} {note.level}: {note.sentence}\n{note.details}".strip() for note in notes]
        QGuiApplication.clipboard().setText("\n".join(lines))


def _gone(shown: Sequence[Note], notes: Sequence[Note]) -> int:
    """How many of the notes that are shown are no longer among them: the oldest, as a log keeps so many only."""
    return next((n for n in range(len(shown)) if list(notes[: len(shown) - n]) == list(shown[n:])), len(shown))
