"""What every view with time across has in common: steps, and a cursor that all of them share."""

from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from workbench.ui.widgets.painted import Painted

#: Pixels left of the first step in every view, so that views standing above each other line up.
GUTTER = 34
_RIGHT = 2


class TimeView(Painted):
    """Steps from left to right in ``area()``. Hovering and the arrow keys move the cursor and say so.

    ``set_cursor`` only paints: a panel connects ``cursorMoved`` of each view to ``set_cursor`` of all of them.
    """

    cursorMoved = Signal(int)  # noqa: N815 (Qt's signals are camelCase)
    cursorLeft = Signal()  # noqa: N815
    reading = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = 0
        self._cursor: int | None = None
        self._row: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return self._steps

    @property
    def cursor_step(self) -> int | None:
        """The step under the shared cursor."""
        return self._cursor

    @property
    def cursor_row(self) -> int | None:
        """The row under this view's own pointer; None while the cursor was moved from elsewhere."""
        return self._row

    def set_cursor(self, step: int | None) -> None:
        """Show the shared cursor at ``step``, or nowhere; a step that this view does not have is nowhere."""
        if step is not None and not 0 <= step < self._steps:
            step = None
        if step == self._cursor:
            return
        before, self._cursor = self._cursor, step
        for changed in (before, step):
            if changed is not None:
                self._update_step(changed)

    def area(self) -> QRect:
        """Where the steps are painted."""
        return QRect(GUTTER, 0, max(1, self.width() - GUTTER - _RIGHT), self.height())

    def step_span(self, step: int) -> tuple[float, float]:
        """Left edge and width of a step, in pixels."""
        area = self.area()
        width = area.width() / max(1, self._steps)
        return area.left() + step * width, width

    def step_at(self, x: float) -> int | None:
        """The step at a horizontal position, if there is one."""
        area = self.area()
        if not self._steps or not area.left() <= x < area.left() + area.width():
            return None
        return min(self._steps - 1, int((x - area.left()) * self._steps / area.width()))

    def reading_at(self, step: int, row: int | None) -> str:
        """What stands at a step (and a row of the view, when the pointer is on one), in words."""
        return ""

    def row_at(self, y: float) -> int | None:
        """The row at a vertical position, for views that have rows."""
        return None

    def row_count(self) -> int:
        """How many rows the up and down keys can walk."""
        return 0

    def paint_cursor(self, painter: QPainter) -> None:
        """Two lines around the step under the cursor: readable on any colour, and the value stays visible."""
        if self._cursor is None:
            return
        left, width = self.step_span(self._cursor)
        area = self.area()
        box = QRect(round(left), area.top(), max(2, round(left + width) - round(left)), area.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.surface), 1))
        painter.drawRect(box.adjusted(-2, -2, 1, 1))
        painter.setPen(QPen(QColor(self.theme.accent), 1))
        painter.drawRect(box.adjusted(-1, -1, 0, 0))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The cursor follows the pointer; outside the steps it leaves."""
        self._point(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A touch has no hover: pressing moves the cursor too."""
        self._point(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is elsewhere."""
        self._leave()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self._leave()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        super().focusInEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left, Right, Home and End walk the steps; Up and Down the rows; Escape lets the cursor go."""
        step = -1 if self._cursor is None else self._cursor
        row = self._row
        match Qt.Key(event.key()):
            case Qt.Key.Key_Left:
                step = max(0, step - 1)
            case Qt.Key.Key_Right:
                step = min(self._steps - 1, step + 1)
            case Qt.Key.Key_Home:
                step = 0
            case Qt.Key.Key_End:
                step = self._steps - 1
            case Qt.Key.Key_Up if self.row_count():
                row, step = max(0, (row or 0) - 1), max(0, step)
            case Qt.Key.Key_Down if self.row_count():
                row, step = (0 if row is None else min(self.row_count() - 1, row + 1)), max(0, step)
            case Qt.Key.Key_Escape if self._cursor is not None:
                self._leave()
                return
            case _:
                super().keyPressEvent(event)
                return
        if self._steps:
            self._move(step, row)

    def _point(self, position: QPointF) -> None:
        step = self.step_at(position.x())
        if step is None:
            self._leave()
        else:
            self._move(step, self.row_at(position.y()))

    def _move(self, step: int, row: int | None) -> None:
        moved = step != self._cursor
        text_changed = moved or row != self._row
        self._row = row
        self.set_cursor(step)
        if moved:
            self.cursorMoved.emit(step)
        if text_changed:
            text = self.reading_at(step, row)
            self.setToolTip(text)
            self.reading.emit(text)

    def _leave(self) -> None:
        had, self._row = self._cursor is not None, None
        self.set_cursor(None)
        if had:
            self.cursorLeft.emit()
            self.reading.emit("")

    def _update_step(self, step: int) -> None:
        left, width = self.step_span(step)
        self.update(QRect(int(left) - 3, 0, int(width) + 7, self.height()))
