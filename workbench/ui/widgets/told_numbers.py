"""Numbers told step by step: each target, what the network told in its place, and how far apart they are."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.errors import BadInput
from workbench.ui.text import tr
from workbench.ui.widgets.legend import Entry
from workbench.ui.widgets.time_view import TimeView

Numbers = npt.NDArray[np.float64]

_AXIS = 52
_BELOW = 20
#: With more steps than this the marks would touch, and the lines alone are drawn.
_MOST_MARKS = 60


class ToldNumbers(TimeView):
    """Targets as circles on a broken line, told numbers as diamonds on a whole one, a stroke from one to the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._targets = np.zeros(0)
        self._told: Numbers | None = None
        self._reading: Callable[[int], str] = str
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Target and told number at every step"))

    @property
    def targets(self) -> Numbers:
        """The numbers that should be told, (steps,)."""
        return self._targets

    @property
    def told(self) -> Numbers | None:
        """The numbers that were told, (steps,); None while no network has answered."""
        return self._told

    def set_numbers(self, targets: Numbers, told: Numbers | None) -> None:
        """Show targets (steps,) and, where a network has answered, as many told numbers."""
        if targets.ndim != 1 or (told is not None and told.shape != targets.shape):
            raise BadInput("told numbers", "expected as many told numbers as targets", value=(targets.shape, told))
        self._targets, self._told, self._steps = targets, told, len(targets)
        if self._cursor is not None and self._cursor >= self._steps:
            self._cursor = None
        self.setAccessibleDescription(self._in_words())
        self.update()

    def set_reading(self, reading: Callable[[int], str]) -> None:
        """What is said of a step under the pointer."""
        self._reading = reading

    def entries(self) -> list[Entry]:
        """For the legend: which line is which."""
        found = [Entry(tr("target"), self._pen_of_targets(), marker=True)]
        if self._told is not None:
            found.append(Entry(tr("network"), QPen(QColor(self.theme.accent), 1.5), marker=True))
        return found

    def area(self) -> QRect:
        """Right of the axis, above the steps' numbers."""
        return QRect(_AXIS, 6, max(1, self.width() - _AXIS - 2), max(1, self.height() - _BELOW - 6))

    def reading_at(self, step: int, row: int | None) -> str:
        """The two numbers and their difference."""
        return self._reading(step)

    def _in_words(self) -> str:
        """The first numbers, which are all of most series."""
        parts = [(tr("target"), self._targets)] + ([] if self._told is None else [(tr("network"), self._told)])
        return "; ".join(f"{name} {', '.join(f'{n:.3g}' for n in ns[:_MOST_MARKS].tolist())}" for name, ns in parts)

    def sizeHint(self) -> QSize:
        """As high as a small plot."""
        return QSize(360, 150)

    def minimumSizeHint(self) -> QSize:
        """Still to be read."""
        return QSize(200, 120)

    def span(self) -> tuple[float, float]:
        """Lowest and highest number of the axis, with some room."""
        shown = self._targets if self._told is None else np.concatenate([self._targets, self._told])
        shown = shown[np.isfinite(shown)]
        if not shown.size:
            return -1.0, 1.0
        low, high = float(shown.min()), float(shown.max())
        room = 0.08 * (high - low) or max(0.1 * abs(high), 0.1)
        return low - room, high + room

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The axis, both lines, their marks and the cursor."""
        painter = QPainter(self)
        area = self.area()
        painter.fillRect(area.adjusted(0, 0, -1, -1), QColor(self.theme.surface))
        self.paint_frame(painter, area)
        if not self._steps:
            self.paint_empty(painter, area)
            return
        self._paint_axis(painter, area)
        self._paint_steps(painter, area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        targets = self._points(self._targets)
        if self._told is not None:
            told = self._points(self._told)
            painter.setPen(QPen(QColor(self.theme.error), 1.5))
            for target, point in zip(targets, told, strict=True):
                if target is not None and point is not None and abs(target.y() - point.y()) > 6:
                    painter.drawLine(target, point)
        self._paint_line(painter, targets, self._pen_of_targets())
        if self._told is not None:
            self._paint_line(painter, told, QPen(QColor(self.theme.accent), 1.5))
        if self._steps <= _MOST_MARKS:
            painter.setPen(QPen(QColor(self.theme.secondary), 1.5))
            painter.setBrush(QColor(self.theme.surface))
            for point in targets:
                if point is not None:
                    painter.drawEllipse(point, 5.0, 5.0)
            if self._told is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self.theme.accent))
                for point in told:
                    if point is not None:
                        painter.drawPolygon(_diamond(point))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self.paint_cursor(painter)

    def _paint_axis(self, painter: QPainter, area: QRect) -> None:
        painter.setFont(self.type("caption"))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        low, high = self.span()
        ticks, digits = round_numbers(low, high, max(2, area.height() // 30))
        for tick in ticks:
            y = round(self._height_of(tick))
            painter.setPen(QPen(QColor(self.theme.secondary if tick == 0 else self.theme.hairline), 1))
            painter.drawLine(area.left(), y, area.right() - 1, y)
            painter.setPen(QColor(self.theme.secondary))
            painter.drawText(QRect(0, y - 10, area.left() - 6, 20), right, f"{tick:.{digits}f}".replace("-", "−"))

    def _paint_steps(self, painter: QPainter, area: QRect) -> None:
        painter.setPen(QColor(self.theme.secondary))
        width = self.step_span(0)[1]
        every = max(1, math.ceil(28 / width))
        for step in range(0, self._steps, every):
            left, _ = self.step_span(step)
            box = QRect(round(left + width / 2) - 30, area.bottom() + 2, 60, _BELOW - 2)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(step))

    def _paint_line(self, painter: QPainter, points: list[QPointF | None], pen: QPen) -> None:
        painter.setPen(pen)
        for one, two in pairwise(points):
            if one is not None and two is not None:
                painter.drawLine(one, two)

    def _pen_of_targets(self) -> QPen:
        return QPen(QColor(self.theme.secondary), 1.5, Qt.PenStyle.DashLine)

    def _points(self, values: Numbers) -> list[QPointF | None]:
        points: list[QPointF | None] = []
        for step, value in enumerate(values.tolist()):
            left, width = self.step_span(step)
            points.append(QPointF(left + width / 2, self._height_of(value)) if math.isfinite(value) else None)
        return points

    def _height_of(self, value: float) -> float:
        low, high = self.span()
        area = self.area()
        return area.bottom() - (value - low) / (high - low) * (area.height() - 1)


def round_numbers(low: float, high: float, most: int) -> tuple[list[float], int]:
    """Numbers to write on an axis, 1, 2 or 5 of a decade apart, at most about ``most``; and their decimals."""
    rough = (high - low) / most
    decade = 10.0 ** math.floor(math.log10(rough))
    apart = next(factor * decade for factor in (1, 2, 5, 10) if factor * decade >= rough * (1 - 1e-9))
    digits = max(0, -math.floor(math.log10(apart) + 1e-9))
    first, last = math.ceil(low / apart - 1e-9), math.floor(high / apart + 1e-9)
    return [n * apart for n in range(first, last + 1)], digits


def _diamond(middle: QPointF) -> QPolygonF:
    return QPolygonF([middle + QPointF(x, y) for x, y in ((0, -5), (5, 0), (0, 5), (-5, 0))])
