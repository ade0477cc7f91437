"""A confusion matrix: a row for what is right, a column for what was told, every count printed, the diagonal apart."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from workbench.errors import BadInput
from workbench.ui.text import tr
from workbench.ui.theme import contrast, mixed
from workbench.ui.widgets.painted import Painted
from workbench.ui.wording import percent

Counts = npt.NDArray[np.int64]
Cell = tuple[int, int]

#: A cell is no smaller and no larger than this.
_LEAST, _MOST = QSize(18, 11), QSize(56, 34)
_AIR = 6


class ConfusionMatrix(Painted):
    """Arrow keys go from cell to cell, Enter or a click chooses one; the pointer reads them."""

    chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._counts: Counts = np.zeros((0, 0), dtype=np.int64)
        self._current: Cell = (0, 0)
        self._marked: Cell | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Confusion matrix"))

    @property
    def counts(self) -> Counts:
        """(classes, classes): rows are right, columns told."""
        return self._counts

    @property
    def current(self) -> Cell:
        """The cell that the keys stand on."""
        return self._current

    def set_matrix(self, names: Sequence[str], counts: Counts, marked: Cell | None = None) -> None:
        """Show counts (classes, classes); ``marked`` is the cell whose samples are looked at."""
        if counts.shape != (len(names), len(names)):
            raise BadInput("confusion matrix", "expected one row and column a class", value=counts.shape)
        same = tuple(names) == self._names and np.array_equal(counts, self._counts) and marked == self._marked
        if same:
            return
        if len(names) != len(self._names):
            self._current = (0, 0)
            self.updateGeometry()
        self._names, self._counts, self._marked = tuple(names), counts, marked
        self._describe()
        self.update()

    def set_empty_text(self, text: str) -> None:
        """What stands here while there is no matrix, and why."""
        super().set_empty_text(text)
        self._describe()

    def clear(self) -> None:
        """Shows nothing but the empty text."""
        self.set_matrix((), np.zeros((0, 0), dtype=np.int64))

    def reading(self, cell: Cell) -> str:
        """``7 told as 1: 12 of 1,028 (1.2 %)``."""
        right, told = cell
        count, of = int(self._counts[right, told]), int(self._counts[right].sum())
        words = tr("{right} told right: {count:,} of {of:,}") if right == told else tr(
            "{right} told as {told}: {count:,} of {of:,}"
        )  # fmt: skip
        text = words.format(right=self._names[right], told=self._names[told], count=count, of=of)
        return f"{text} ({percent(count / of)})" if of else text

    def sizeHint(self) -> QSize:
        count = max(10, len(self._names))
        return QSize(self._left() + (count + 2) * 32, self._top() + count * 19)

    def minimumSizeHint(self) -> QSize:
        count = max(2, len(self._names))
        return QSize(self._left() + count * _LEAST.width() + self._end(), self._top() + count * _LEAST.height())

    # --- geometry -----------------------------------------------------------------------------------------------------

    def cell_rect(self, cell: Cell) -> QRect:
        """Where a cell is painted."""
        width, height = self._cell_size()
        right, told = cell
        return QRect(self._left() + told * width, self._top() + right * height, width, height)

    def cell_at(self, place: QPoint) -> Cell | None:
        """The cell under a point."""
        width, height = self._cell_size()
        told, right = (place.x() - self._left()) // width, (place.y() - self._top()) // height
        inside = 0 <= right < len(self._names) and 0 <= told < len(self._names)
        return (right, told) if inside else None

    def _cell_size(self) -> tuple[int, int]:
        count = max(1, len(self._names))
        width = (self.width() - self._left() - self._end()) // count
        height = (self.height() - self._top()) // count
        return (
            min(max(width, _LEAST.width()), _MOST.width()), min(max(height, _LEAST.height()), _MOST.height()),
        )  # fmt: skip

    def _left(self) -> int:
        metrics = QFontMetrics(self.type("caption"))
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=10)
        return self.line_height("caption") + min(widest, 90) + 2 * _AIR

    def _top(self) -> int:
        return 2 * self.line_height("caption") + 2

    def _end(self) -> int:
        """Room for how much of each row is right."""
        return QFontMetrics(self.type("caption")).horizontalAdvance("100.0 %") + _AIR

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Headers, cells, how much of each row is right, and where the keys stand."""
        painter = QPainter(self)
        if not self._names:
            self.paint_empty(painter, self.rect())
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_headers(painter)
        small = self._cell_font()
        shares = self._counts / np.maximum(self._counts.sum(axis=1, keepdims=True), 1)
        for right in range(len(self._names)):
            for told in range(len(self._names)):
                self._paint_cell(painter, (right, told), float(shares[right, told]), small)
        for cell, colour in ((self._marked, self.theme.text), (self._current, self.theme.accent)):
            if cell is not None and (cell == self._marked or self.hasFocus()):
                painter.setPen(QPen(QColor(colour), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(self.cell_rect(cell)).adjusted(1, 1, -1, -1))

    def _paint_headers(self, painter: QPainter) -> None:
        line, width, height = self.line_height("caption"), *self._cell_size()
        count, left, top = len(self._names), self._left(), self._top()
        centre, middle = Qt.AlignmentFlag.AlignCenter, Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self.type("caption"))
        painter.setPen(QColor(self.theme.secondary))
        painter.drawText(QRect(left, 0, count * width, line), centre, tr("told"))
        share = QRect(left + count * width, line, self._end(), line)
        painter.drawText(share, middle | Qt.AlignmentFlag.AlignRight, tr("right"))
        painter.save()
        painter.translate(0, top + count * height)
        painter.rotate(-90)
        painter.drawText(QRect(0, 0, count * height, line), centre, tr("right"))
        painter.restore()
        metrics = QFontMetrics(self.type("caption"))
        sums = self._counts.sum(axis=1)
        for number, name in enumerate(self._names):
            head = QRect(left + number * width, line, width, line)
            painter.setPen(QColor(self.theme.text))
            painter.drawText(head, centre, metrics.elidedText(name, Qt.TextElideMode.ElideRight, width - 2))
            row = QRect(line, top + number * height, left - line - _AIR, height)
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, row.width())
            painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, words)
            if sums[number]:
                painter.setPen(QColor(self.theme.secondary))
                share = QRect(left + count * width, row.top(), self._end(), height)
                right = percent(self._counts[number, number] / sums[number])
                painter.drawText(share, middle | Qt.AlignmentFlag.AlignRight, right)

    def _paint_cell(self, painter: QPainter, cell: Cell, share: float, small: QFont) -> None:
        """Darker the more of its row; of mistakes the square root, or the few that there are would not be seen."""
        box = self.cell_rect(cell)
        is_right = cell[0] == cell[1]
        hue = self.theme.accent if is_right else self.theme.error
        colour = mixed(hue, self.theme.surface, 0.5 * share if is_right else min(1.0, float(np.sqrt(share))))
        painter.fillRect(box.adjusted(0, 0, -1, -1), colour)
        count = int(self._counts[cell])
        if not count and not is_right:
            return
        painter.setFont(small)
        ink = max((self.theme.text, self.theme.surface), key=lambda each: contrast(each, colour))
        painter.setPen(QColor(ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{count:,}")

    def _cell_font(self) -> QFont:
        """As large as the counts fit into their cells."""
        found = QFont(self.type("caption"))
        width, height = self._cell_size()
        widest = f"{int(self._counts.max(initial=0)):,}"
        while found.pointSizeF() > 6.0:
            metrics = QFontMetrics(found)
            if metrics.horizontalAdvance(widest) <= width - 3 and metrics.height() <= height + 2:
                break
            found.setPointSizeF(found.pointSizeF() - 0.5)
        return found

    # --- mouse and keys -----------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Reads the cell under the pointer."""
        cell = self.cell_at(event.position().toPoint())
        QToolTip.showText(event.globalPosition().toPoint(), self.reading(cell) if cell is not None else "", self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses the cell under the pointer."""
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._go(cell)
            self.chosen.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Goes from cell to cell, and chooses one."""
        moves = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
        }  # fmt: skip
        last = len(self._names) - 1
        move = moves.get(Qt.Key(event.key()))
        if last < 0:
            super().keyPressEvent(event)
        elif move is not None:
            right, told = self._current
            self._go((min(max(right + move[0], 0), last), min(max(told + move[1], 0), last)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(*self._current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Where the keys stand is seen."""
        super().focusInEvent(event)
        self.update()

    def _go(self, cell: Cell) -> None:
        self._current = cell
        self._describe()
        self.update()

    def _describe(self) -> None:
        """For screen readers: the cell that the keys stand on, and all that is right."""
        if not self._names:
            self.setAccessibleDescription(self._empty)
            return
        right, of = int(np.trace(self._counts)), int(self._counts.sum())
        whole = tr("{right:,} of {of:,} told right").format(right=right, of=of)
        self.setAccessibleDescription(f"{self.reading(self._current)}; {whole}")
