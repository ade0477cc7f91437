"""A sum in columns, bit by bit, as on paper: summands, carries, the right sum, and what a network says of each bit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.text import tr
from workbench.ui.theme import contrast
from workbench.ui.widgets.colour_map import Colours, colour_table, quantise
from workbench.ui.widgets.time_view import TimeView

#: Room for the names of the rows, and for the arrow of time above them.
_NAMES = 96
_WIDEST, _NARROWEST = 56, 11
#: From this width of a column on, probabilities are written out.
_WRITTEN = 34
_GAP = 14

_MIRRORED = {
    Qt.Key.Key_Left: Qt.Key.Key_Right, Qt.Key.Key_Right: Qt.Key.Key_Left,
    Qt.Key.Key_Home: Qt.Key.Key_End, Qt.Key.Key_End: Qt.Key.Key_Home,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Carried:
    """A unit shown beside the carry: its values after each step, and the range of its colours."""

    name: str
    values: npt.NDArray[np.float32]  # (steps,)
    low: float
    high: float
    colours: Colours


@dataclass(frozen=True, eq=False)
class Column:
    """The bits of a sum, every sequence (steps,) with the lowest place first. ``said``: the network's probabilities
    that a bit of the sum is 1; None while no network has answered.
    """

    a: Sequence[int] = ()
    b: Sequence[int] = ()
    carry: Sequence[int] = ()
    total: Sequence[int] = ()
    said: npt.NDArray[np.float32] | None = None
    carried: Carried | None = None

    @property
    def wrong(self) -> tuple[int, ...]:
        """The places where the network says another bit than the sum has."""
        if self.said is None:
            return ()
        told = (self.said > 0.5).tolist()
        return tuple(n for n, (bit, right) in enumerate(zip(told, self.total, strict=True)) if bit != right)


class SumBits(TimeView):
    """Columns from the highest place on the left to the lowest on the right, so that time runs from right to left.

    Long sums are broken into several bands, the highest places above.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sum = Column()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(tr("The sum, bit by bit"))

    @property
    def shown(self) -> Column:
        """The sum that is shown."""
        return self._sum

    def set_sum(self, shown: Column) -> None:
        """Show a sum, and what the network says of it."""
        before = (self._steps, self._sum.said is None, self._sum.carried is None)
        self._sum, self._steps = shown, len(shown.total)
        if self._cursor is not None and self._cursor >= self._steps:
            self._cursor = None
        if before != (self._steps, shown.said is None, shown.carried is None):
            self.updateGeometry()
        self.setAccessibleDescription(self._in_words())
        self.update()

    # --- geometry -----------------------------------------------------------------------------------------------------

    def area(self) -> QRect:
        """Where the columns are, of all bands."""
        left = self._left()
        return QRect(left, 0, self.width() - left - 2, self.height())

    def step_span(self, step: int) -> tuple[float, float]:
        """Left edge and width of a place's column."""
        width = self._column()
        from_right = step % self._places()
        return self.width() - 2 - (from_right + 1) * width, width

    def band_of(self, step: int) -> QRect:
        """The rows that a place stands in."""
        bands = self._bands()
        number = bands - 1 - step // self._places()
        return QRect(0, number * (self._band_height() + _GAP), self.width(), self._band_height())

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher, as long sums are broken."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all bands."""
        bands = self._bands(width)
        return bands * self._band_height() + (bands - 1) * _GAP

    def sizeHint(self) -> QSize:
        """Eight columns."""
        return QSize(_NAMES + 8 * 40, self.heightForWidth(_NAMES + 8 * 40))

    def minimumSizeHint(self) -> QSize:
        """Sixteen narrow columns."""
        return QSize(_NAMES + 16 * _NARROWEST + 4, self._band_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another number of bands."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _places(self, width: int | None = None) -> int:
        """Columns in a band."""
        width = self.width() if width is None else width
        fit = max(4, (width - _NAMES - 2) // _NARROWEST)
        steps = max(1, self._steps)
        if steps <= fit:
            return steps
        even = -(-steps // -(-steps // fit))
        return int(min(fit, -(-even // 4) * 4))

    def _bands(self, width: int | None = None) -> int:
        return -(-max(1, self._steps) // self._places(width))

    def _column(self) -> float:
        return min(float(_WIDEST), (self.width() - _NAMES - 2) / self._places())

    def _left(self) -> int:
        return int(self.width() - 2 - self._places() * self._column())

    def _line(self) -> int:
        return self.line_height("body") + 4

    def _rows(self) -> list[tuple[str, int]]:
        """The rows of a band by name, each with its height."""
        row = self._line()
        rows = [("place", self.line_height("caption") + 2), ("carry", row)]
        if self._sum.carried is not None:
            rows.append(("carried", row))
        rows += [("a", row), ("b", row), ("rule", 5), ("total", row)]
        if self._sum.said is not None:
            rows += [("said", row + 2), ("bars", 26)]
            if self._column() >= _WRITTEN:
                rows.append(("written", self.line_height("caption")))
        return rows

    def _band_height(self) -> int:
        return sum(height for _, height in self._rows())

    # --- pointing -----------------------------------------------------------------------------------------------------

    def _point(self, position: QPointF) -> None:
        width, places = self._column(), self._places()
        column = int((self.width() - 2 - position.x()) // width) if width else -1
        band = int(position.y() // (self._band_height() + _GAP))
        step = (self._bands() - 1 - band) * places + column
        if 0 <= column < places and 0 <= step < self._steps:
            self._move(step, None)
        else:
            self._leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The left arrow goes to the left, which is later."""
        key = Qt.Key(event.key())
        if key in _MIRRORED:
            event = QKeyEvent(event.type(), _MIRRORED[key], event.modifiers())
        super().keyPressEvent(event)

    def reading_at(self, step: int, row: int | None) -> str:
        """The sum at one place in words, and what the network says of it."""
        shown = self._sum
        before = shown.carry[step - 1] if step else 0
        text = tr("bit {n}: {a} + {b} and a carry of {before} make {total}, carry {carry}.").format(
            n=step, a=shown.a[step], b=shown.b[step], before=before, total=shown.total[step], carry=shown.carry[step]
        )
        if shown.said is not None:
            told = tr("right") if step not in shown.wrong else tr("wrong")
            text += " " + tr("The network says 1 with probability {p:.3f}: {told}.").format(
                p=float(shown.said[step]), told=told
            )
        if shown.carried is not None:
            value = f"{float(shown.carried.values[step]):.3f}".replace("-", "−")
            text += " " + tr("{name}: {value}.").format(name=shown.carried.name, value=value)
        return text

    def _in_words(self) -> str:
        shown = self._sum
        if not self._steps:
            return ""

        def highest_first(bits: Sequence[int]) -> str:
            return "".join(str(bit) for bit in reversed(bits))

        text = f"a {highest_first(shown.a)}, b {highest_first(shown.b)}, "
        text += tr("carry {carry}, sum {total}").format(
            carry=highest_first(shown.carry), total=highest_first(shown.total)
        )
        if shown.said is not None:
            text += ", " + tr("the network {said}").format(said=highest_first((shown.said > 0.5).astype(int).tolist()))
        return text

    def _update_step(self, step: int) -> None:
        left, width = self.step_span(step)
        band = self.band_of(step)
        self.update(QRect(int(left) - 3, band.top() - 3, int(width) + 7, band.height() + 6))

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Band by band, row by row."""
        painter = QPainter(self)
        if not self._steps:
            self.paint_empty(painter, self.rect())
            return
        for band in range(self._bands()):
            first = (self._bands() - 1 - band) * self._places()
            steps = range(first, min(self._steps, first + self._places()))
            self._paint_band(painter, band * (self._band_height() + _GAP), steps)
        self.paint_cursor(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def paint_cursor(self, painter: QPainter) -> None:
        """Two lines around the column under the cursor, over the whole band."""
        if self._cursor is None:
            return
        left, width = self.step_span(self._cursor)
        band = self.band_of(self._cursor)
        box = QRect(round(left), band.top(), max(3, round(left + width) - round(left)), band.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.accent), 1))
        painter.drawRect(box.adjusted(0, 0, -1, -1))

    def _paint_band(self, painter: QPainter, top: int, steps: range) -> None:
        names = {
            "place": tr("bit, time ←"), "carry": tr("carry out"), "a": "a", "b": "b", "total": tr("sum"),
            "said": tr("network"), "bars": tr("probability of 1"),
        }  # fmt: skip
        if self._sum.carried is not None:
            names["carried"] = self._sum.carried.name
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        edge = round(self.step_span(steps[-1])[0])
        for row, height in self._rows():
            box = QRect(edge - _NAMES, top, _NAMES - 8, height)
            if row == "rule":
                painter.setPen(QPen(QColor(self.theme.text), 1))
                painter.drawLine(edge, top + 2, self.width() - 2, top + 2)
            elif row in names:
                painter.setFont(self.type("caption", bold=row == "said"))
                painter.setPen(QColor(self.theme.text if row == "said" else self.theme.secondary))
                painter.drawText(box, right, names[row])
            for step in steps:
                left, width = self.step_span(step)
                self._paint_cell(painter, row, step, QRectF(left, top, width, height))
            top += height

    def _paint_cell(self, painter: QPainter, row: str, step: int, box: QRectF) -> None:
        shown, theme = self._sum, self.theme
        match row:
            case "place":
                every = 1 if box.width() >= 20 else 4
                if step % every == 0:
                    wide = box.adjusted(-20, 0, 20, 0)
                    self._write(painter, wide, str(step), theme.secondary, small=True)
            case "carry":
                # A carry of 0 is no event: it stands back, so that the ones can be seen to run.
                quiet = not shown.carry[step]
                self._write(painter, box, str(shown.carry[step]), theme.disabled if quiet else theme.text)
            case "carried" if shown.carried is not None:
                self._paint_carried(painter, shown.carried, step, box)
            case "a":
                self._write(painter, box, str(shown.a[step]), theme.text)
            case "b":
                self._write(painter, box, str(shown.b[step]), theme.text)
            case "total":
                self._write(painter, box, str(shown.total[step]), theme.text)
            case "said" if shown.said is not None:
                self._paint_said(painter, step, float(shown.said[step]), box)
            case "bars" if shown.said is not None:
                self._paint_bar(painter, float(shown.said[step]), box)
            case "written" if shown.said is not None:
                self._write(painter, box, f"{float(shown.said[step]):.2f}", theme.secondary, small=True)

    def _write(
        self, painter: QPainter, box: QRectF, text: str, colour: str, *, bold: bool = False, small: bool = False
    ) -> None:
        painter.setFont(self.type("caption" if small or box.width() < 14 else "body", bold=bold))
        painter.setPen(QColor(colour))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_said(self, painter: QPainter, step: int, probability: float, box: QRectF) -> None:
        """The bit the network says; a wrong one stands in a box."""
        theme, wrong = self.theme, step in self._sum.wrong
        frame = box.adjusted(1, 2, -1, -2)
        if frame.width() > 24:
            frame = QRectF(box.center().x() - 12, frame.top(), 24, frame.height())
        if wrong:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.error), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(frame)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._write(painter, box, str(int(probability > 0.5)), theme.error if wrong else theme.text, bold=True)

    def _paint_bar(self, painter: QPainter, probability: float, box: QRectF) -> None:
        """A column as high as the probability, with a line at one half."""
        theme = self.theme
        width = min(20.0, box.width() - 3)
        room = QRectF(box.center().x() - width / 2, box.top() + 3, width, box.height() - 5)
        painter.fillRect(room, QColor(theme.hairline))
        if probability == probability:
            high = room.height() * min(1.0, max(0.0, probability))
            painter.fillRect(QRectF(room.left(), room.bottom() - high, width, high), QColor(theme.accent))
        painter.setPen(QPen(QColor(theme.surface), 1))
        middle = round(room.center().y())
        painter.drawLine(QPointF(room.left(), middle), QPointF(room.right() - 1, middle))

    def _paint_carried(self, painter: QPainter, carried: Carried, step: int, box: QRectF) -> None:
        table = colour_table(carried.colours, self.theme)
        index = int(quantise(carried.values[step : step + 1], carried.low, carried.high)[0])
        colour = QColor.fromRgba(table[index])
        painter.fillRect(box.adjusted(0.5, 1, -0.5, -1), colour)
        if box.width() >= _WRITTEN:
            ink = max(("#FFFFFF", "#000000"), key=lambda ink: contrast(ink, colour))
            self._write(painter, box, f"{float(carried.values[step]):.2f}".replace("-", "−"), ink, small=True)
