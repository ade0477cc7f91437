"""Rows that are units: in an order of their own, one of them pinned, some of them brushed."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from workbench.ui.widgets.time_view import TimeView

Numbers = npt.NDArray[np.int64]

#: Pixels that the mark of brushed units is wide, and how far left of the first step marks and numbers end.
_MARK, _APART, _LABEL = 3, 2, 9
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class UnitRows(TimeView):
    """A row a unit. A click or Enter pins its unit; dragging down, or Shift with the arrow keys, brushes units.

    Rows are counted from the top; units have numbers of their own, which is what signals and readings say. Like the
    cursor, a pin and a brush are only painted here: a panel connects the signals to what all views share.
    """

    #: An int, None when the pin is taken out; and a frozenset of units.
    unitPinned = Signal(object)  # noqa: N815 (Qt's signals are camelCase)
    unitsBrushed = Signal(object)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order: Numbers | None = None
        self._rows: Numbers = np.zeros(0, dtype=np.int64)  # of each unit, the row it stands in
        self._pointed: int | None = None
        self._pinned: int | None = None
        self._brushed: frozenset[int] = frozenset()
        #: Where the mouse or Shift was first pressed, what was brushed then, and whether it has moved since.
        self._anchor: int | None = None
        self._kept: frozenset[int] = frozenset()
        self._is_brushing = False

    # --- what is shown ------------------------------------------------------------------------------------------------

    @property
    def order(self) -> Numbers:
        """The units from top to bottom."""
        count = self.row_count()
        return self._order if self._order is not None and len(self._order) == count else np.arange(count)

    def unit_at(self, row: int) -> int:
        """The unit that stands in a row."""
        return int(self.order[row])

    def row_of(self, unit: int) -> int | None:
        """The row in which a unit stands; None for one that is not here."""
        count = self.row_count()
        if not 0 <= unit < count:
            return None
        return int(self._rows[unit]) if self._order is not None and len(self._order) == count else unit

    @property
    def cursor_unit(self) -> int | None:
        """The unit under this view's own pointer."""
        return None if self._row is None or self._row >= self.row_count() else self.unit_at(self._row)

    def set_order(self, units: Numbers | None) -> bool:
        """Units from top to bottom, None for their own order. True when the rows have changed."""
        if (units is None and self._order is None) or (
            units is not None and self._order is not None and np.array_equal(units, self._order)
        ):
            return False
        self._order = units
        if units is not None:
            self._rows = np.empty(len(units), dtype=np.int64)
            self._rows[units] = np.arange(len(units))
        self.update()
        return True

    def set_unit(self, unit: int | None) -> None:
        """Mark one row in the gutter: the unit under the pointer, in whichever view."""
        if unit != self._pointed:
            self._pointed = unit
            self._update_gutter()

    def set_pinned(self, unit: int | None) -> None:
        """Mark the row of the unit that was chosen, across all steps where there is room."""
        if unit != self._pinned:
            self._pinned = unit
            self.update()

    def set_brushed(self, units: frozenset[int]) -> None:
        """Mark rows in the gutter."""
        if units != self._brushed:
            self._brushed = units
            self._update_gutter()

    # --- painting -----------------------------------------------------------------------------------------------------

    def row_top(self, row: int) -> float:
        """Upper edge of a row, in pixels; of the row after the last it is the lower edge of all."""
        area = self.area()
        return area.top() + row * area.height() / max(1, self.row_count())

    def paint_gutter(self, painter: QPainter) -> None:
        """Numbers of the first and the last unit and of the pinned one; marks at it, at brushed and pointed units."""
        area, count = self.area(), self.row_count()
        accent = QColor(self.theme.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for first, last in self._brushed_rows():
            top, bottom = round(self.row_top(first)), round(self.row_top(last + 1))
            painter.fillRect(QRect(area.left() - _APART - _MARK, top, _MARK, max(1, bottom - top)), accent)
        if (row := self._row_shown(self._pointed)) is not None:
            at = round(self._middle(row))
            painter.setPen(QPen(accent, 2))
            painter.drawLine(area.left() - _LABEL, at, area.left() - _APART, at)
        painter.setFont(self.type("caption"))
        height = self.line_height("caption")
        taken: list[QRect] = []
        if (row := self._row_shown(self._pinned)) is not None:
            y, tip = self._middle(row), area.left() - _APART
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawPolygon(QPolygonF([QPointF(tip - 6, y - 4), QPointF(tip, y), QPointF(tip - 6, y + 4)]))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            top = min(max(round(y - height / 2), area.top() - 2), area.bottom() + 3 - height)
            taken.append(QRect(0, top, area.left() - _LABEL, height))
            painter.setPen(accent)
            painter.drawText(taken[0], _RIGHT, str(self._pinned))
        painter.setPen(QColor(self.theme.secondary))
        if area.height() >= 2 * height:
            for row, top in ((0, area.top() - 2), (count - 1, area.bottom() + 3 - height)):
                box = QRect(0, top, area.left() - _LABEL, height)
                if not any(box.intersects(other) for other in taken):
                    painter.drawText(box, _RIGHT, str(self.unit_at(row)))

    def paint_pinned_row(self, painter: QPainter) -> None:
        """A line above and one below the pinned unit, readable on any colour; its values stay visible."""
        row = self._row_shown(self._pinned)
        if row is None:
            return
        area = self.area()
        top, bottom = round(self.row_top(row)), round(self.row_top(row + 1))
        bottom = max(bottom, top + 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for colour, apart in ((self.theme.surface, 2), (self.theme.accent, 1)):
            painter.setPen(QPen(QColor(colour), 1))
            for y in (top - apart, bottom - 1 + apart):
                if area.top() <= y <= area.bottom():
                    painter.drawLine(area.left(), y, area.right(), y)

    def _middle(self, row: int) -> float:
        return (self.row_top(row) + self.row_top(row + 1)) / 2

    def _row_shown(self, unit: int | None) -> int | None:
        return None if unit is None else self.row_of(unit)

    def _brushed_rows(self) -> list[tuple[int, int]]:
        """First and last row of each stretch of brushed units."""
        rows = sorted(row for unit in self._brushed if (row := self.row_of(unit)) is not None)
        if not rows:
            return []
        breaks = [(before, after) for before, after in pairwise(rows) if after > before + 1]
        starts = [rows[0], *(after for _, after in breaks)]
        ends = [*(before for before, _ in breaks), rows[-1]]
        return list(zip(starts, ends, strict=True))

    def _update_gutter(self) -> None:
        self.update(QRect(0, 0, self.area().left(), self.height()))

    # --- mouse and keys -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Where a click or a brush begins; Control adds to what is brushed."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin(self.row_at(event.position().y()), event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The cursor follows; with the button held, all rows from where it was pressed are brushed."""
        super().mouseMoveEvent(event)
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self._anchor = None
        if self._anchor is None:
            return
        row = self._nearest_row(event.position().y())
        if self._is_brushing or row != self._anchor:
            self._is_brushing = True
            self._brush_to(row)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Released in the row where it was pressed: that unit is pinned, or no longer when it was."""
        if event.button() == Qt.MouseButton.LeftButton and self._anchor is not None:
            if not self._is_brushing:
                self._pin(self._anchor)
            self._anchor, self._is_brushing = None, False
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter pins the unit under the cursor; Shift with Up and Down brushes; Escape takes marks away."""
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match Qt.Key(event.key()):
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self._row is not None and self.row_count():
                self._pin(self._row)
            case Qt.Key.Key_Up | Qt.Key.Key_Down if shift and self.row_count():
                if self._anchor is None:
                    self._begin(0 if self._row is None else self._row, event.modifiers())
                super().keyPressEvent(event)  # which walks
                self._brush_to(self._row or 0)
            case Qt.Key.Key_Escape if self._cursor is None and self._brushed:
                self.unitsBrushed.emit(frozenset())
            case Qt.Key.Key_Escape if self._cursor is None and self._pinned is not None:
                self.unitPinned.emit(None)
            case _:
                if not shift and event.key() != Qt.Key.Key_Shift:
                    self._anchor = None
                super().keyPressEvent(event)

    def _begin(self, row: int | None, modifiers: Qt.KeyboardModifier) -> None:
        adds = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        self._anchor, self._is_brushing = row, False
        self._kept = self._brushed if adds else frozenset()

    def _brush_to(self, row: int) -> None:
        if self._anchor is None:
            return
        first, last = sorted((self._anchor, row))
        self.unitsBrushed.emit(self._kept | {int(unit) for unit in self.order[first : last + 1]})

    def _pin(self, row: int) -> None:
        unit = self.unit_at(row)
        self.unitPinned.emit(None if unit == self._pinned else unit)

    def _nearest_row(self, y: float) -> int:
        area = self.area()
        row = self.row_at(min(max(y, area.top()), area.top() + area.height() - 1))
        return 0 if row is None else row
