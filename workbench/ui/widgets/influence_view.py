"""What every view of influence has in common: parts that can be pointed at and erased, with mouse and keys."""

from collections.abc import Collection
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from workbench.ui.theme import contrast
from workbench.ui.widgets.colour_map import colour_table, quantise
from workbench.ui.widgets.painted import Painted

Values = npt.NDArray[np.float32]

Keys = QKeySequence.StandardKey


class InfluenceView(Painted):
    """Values of a sample's parts, orange for what speaks for a class and blue for what speaks against it.

    ``pointed`` carries the part under the pointer, counted row after row, -1 for none; ``erased`` some parts, and
    whether they belong to the stroke before. What is erased is for the view's owner to say.
    """

    pointed = Signal(int)
    erased = Signal(object, bool)
    undone = Signal()
    redone = Signal()

    #: Keys that the window has uses for, too; here they are this view's.
    own_keys: ClassVar[tuple[QKeySequence.StandardKey, ...]] = (Keys.Undo, Keys.Redo, Keys.Delete)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reach = 1.0
        self._gone: frozenset[int] = frozenset()
        #: The part under the pointer or the keys.
        self._part: int | None = None
        #: Whether its whole row is meant.
        self._by_row = False
        self._told: tuple[int | None, bool] = (None, False)
        self._last: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def gone(self) -> frozenset[int]:
        """The erased parts."""
        return self._gone

    @property
    def part(self) -> int | None:
        """The part under the pointer or the keys."""
        return self._part

    @property
    def is_by_row(self) -> bool:
        """Whether a whole row is pointed at, rather than one part of it."""
        return self._by_row

    def set_gone(self, parts: frozenset[int]) -> None:
        """Show these as erased."""
        if parts != self._gone:
            self._gone = parts
            self.update()

    def part_at(self, position: QPointF) -> int | None:
        """The part at a place of this widget."""
        raise NotImplementedError

    def under_eraser(self, part: int) -> Collection[int]:
        """What the eraser takes away at a part."""
        return (part,)

    def walked(self, part: int | None, key: Qt.Key) -> int | None:
        """The part that a key leads to; None where it leads nowhere."""
        raise NotImplementedError

    def colour(self, value: float) -> QColor:
        """The colour of a value."""
        table = colour_table("diverging", self.theme)
        return QColor.fromRgb(table[int(quantise(np.array([value], dtype=np.float32), -self._reach, self._reach)[0])])

    def readable_on(self, colour: QColor) -> QColor:
        """The theme's text colour, or its paper's, whichever is seen better."""
        text, paper = QColor(self.theme.text), QColor(self.theme.surface)
        return text if contrast(text, colour) >= contrast(paper, colour) else paper

    def paint_gone(self, painter: QPainter, box: QRectF) -> None:
        """An erased part: paper, hatched."""
        painter.fillRect(box, QColor(self.theme.surface))
        painter.fillRect(box, QBrush(QColor(self.theme.outline), Qt.BrushStyle.BDiagPattern))

    # --- mouse --------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The left button erases."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._last = event.position()
        part = self.part_at(event.position())
        self._point(part)
        self.erased.emit([] if part is None else list(self.under_eraser(part)), False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Erases all along the way while the button is down; else only points."""
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self._last = None
        self._point(self.part_at(event.position()))
        if self._last is None:
            return
        begin, self._last = self._last, event.position()
        way = self._last - begin
        # A quick hand skips pixels; the eraser does not.
        stops = max(1, int(max(abs(way.x()), abs(way.y())) / 3))
        parts: set[int] = set()
        for stop in range(stops + 1):
            part = self.part_at(begin + way * (stop / stops))
            if part is not None:
                parts.update(self.under_eraser(part))
        self.erased.emit(sorted(parts), True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The eraser lifts."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._last = None

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is elsewhere."""
        self._point(None)

    # --- keys ---------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """While this view has the focus its keys are its own, not the menu's."""
        if (
            event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
            and any(event.matches(key) for key in self.own_keys)
        ):  # fmt: skip
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Delete erases, the standard keys undo and redo, Escape lets go."""
        if event.matches(Keys.Undo):
            self.undone.emit()
        elif event.matches(Keys.Redo):
            self.redone.emit()
        elif event.matches(Keys.Delete) or event.key() == Qt.Key.Key_Backspace:
            self.erase_here()
        elif event.key() == Qt.Key.Key_Escape and self._part is not None:
            self._point(None)
        else:
            part = self.walked(self._part, Qt.Key(event.key()))
            if part is None:
                super().keyPressEvent(event)
            else:
                self._point(part)

    def erase_here(self) -> None:
        """What Delete does."""
        if self._part is not None:
            self.erased.emit(list(self.under_eraser(self._part)), False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def _point(self, part: int | None) -> None:
        self._part = part
        if (part, self._by_row) != self._told:
            self._told = part, self._by_row
            self.pointed.emit(-1 if part is None else part)
            self.update()
