"""Norms of gradients at every step of the input, as lines on a logarithmic axis."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.text import tr
from workbench.ui.theme import Theme
from workbench.ui.widgets.decade_axis import log_ticks
from workbench.ui.widgets.legend import Entry
from workbench.ui.widgets.time_view import TimeView

_FOOT = 16

#: Pixels above the highest power of ten and below the lowest, so that a line there is seen whole.
_AIR = 4


@dataclass(frozen=True, eq=False)
class FlowLine:
    """One line. ``norms``: (time,), 0 or more. ``colour``: a gate's id, or a place in the theme's series."""

    name: str
    norms: npt.NDArray[np.float64]
    colour: int | str
    dashed: bool = False

    def pen(self, theme: Theme) -> QPen:
        """How it is drawn."""
        colour = theme.gate(self.colour) if isinstance(self.colour, str) else theme.series_colour(self.colour)
        return QPen(colour, 1.5 if self.dashed else 2.0, Qt.PenStyle.DashLine if self.dashed else Qt.PenStyle.SolidLine)


class FlowLines(TimeView):
    """Lines over the steps of the input. Where a norm is 0, or no number, there is no line: it has no logarithm."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[FlowLine, ...] = ()
        self._low, self._high = -1.0, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Norm of the gradient at every step"))

    @property
    def lines(self) -> tuple[FlowLine, ...]:
        """What is drawn."""
        return self._lines

    def set_lines(self, lines: Sequence[FlowLine], low: float, high: float) -> None:
        """Show these lines, all of one length, on an axis of the powers of ten from ``low`` to ``high``."""
        lines = tuple(lines)
        same = (low, high) == (self._low, self._high) and len(lines) == len(self._lines)
        if same and all(
            (old.name, old.colour, old.dashed) == (new.name, new.colour, new.dashed)
            and np.array_equal(old.norms, new.norms, equal_nan=True)
            for old, new in zip(self._lines, lines, strict=True)
        ):
            return
        self._lines, self._low, self._high = lines, low, high
        self._steps = len(lines[0].norms) if lines else 0
        if self._cursor is not None and self._cursor >= self._steps:
            self._cursor = None
        names, why = ", ".join(line.name for line in lines), self._why_no_line()
        self.setAccessibleDescription(f"{names}. {why}" if why else names)
        self.update()

    def entries(self) -> list[Entry]:
        """For a legend; with the norms under the cursor."""
        at = self.cursor_step
        return [
            Entry(line.name, line.pen(self.theme), value="" if at is None else f"{line.norms[at]:.3g}")
            for line in self._lines
        ]

    def area(self) -> QRect:
        """Above the numbers of the steps."""
        area = super().area()
        return QRect(area.left(), 6, area.width(), max(1, self.height() - 6 - _FOOT))

    def reading_at(self, step: int, row: int | None) -> str:
        """All lines at one step."""
        return "  ".join([tr("step {step}").format(step=step), *(f"{e.norms[step]:.3g} {e.name}" for e in self._lines)])

    def sizeHint(self) -> QSize:
        """Room for 28 steps."""
        return QSize(280, 140)

    def y_of(self, norm: float) -> float | None:
        """Where a norm is drawn; None where it is 0 or no number."""
        if not (norm > 0.0 and math.isfinite(norm)):
            return None
        area = self.area()
        share = (math.log10(norm) - self._low) / (self._high - self._low)
        return area.bottom() - _AIR - share * (area.height() - 2 * _AIR)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Decades, lines, and the cursor."""
        painter = QPainter(self)
        area = self.area()
        painter.fillRect(area, QColor(self.theme.surface))
        self.paint_frame(painter, area)
        if not self._steps:
            self.paint_empty(painter, area)
            return
        self._paint_axes(painter, area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(area)
        for line in reversed(self._lines):
            painter.setPen(line.pen(self.theme))
            for piece in self._pieces(line):
                if piece.size() > 1:
                    painter.drawPolyline(piece)
                else:
                    painter.setBrush(painter.pen().color())
                    painter.drawEllipse(piece.first(), 2.0, 2.0)
        painter.setClipping(False)
        if why := self._why_no_line():
            self.paint_empty(painter, area, why)
        self.paint_cursor(painter)

    def _why_no_line(self) -> str:
        """Why not one norm can be drawn, in words; empty where one can, or where there are no steps."""
        norms = np.concatenate([line.norms for line in self._lines]) if self._lines else np.zeros(0)
        if not len(norms) or (np.isfinite(norms) & (norms > 0.0)).any():
            return ""
        if (norms == 0.0).all():
            return tr("Every norm is 0: no gradient comes back to any step.")
        return tr("No norm is a number that could be drawn: the gradient has overflowed.")

    def _pieces(self, line: FlowLine) -> list[QPolygonF]:
        """What hangs together of a line."""
        pieces: list[QPolygonF] = []
        is_open = False
        for step, norm in enumerate(line.norms.tolist()):
            y = self.y_of(norm)
            if y is None:
                is_open = False
                continue
            if not is_open:
                pieces.append(QPolygonF())
                is_open = True
            left, width = self.step_span(step)
            pieces[-1].append(QPointF(left + width / 2, y))
        return pieces

    def _paint_axes(self, painter: QPainter, area: QRect) -> None:
        painter.setFont(self.type("caption"))
        height = self.line_height("caption")
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for power in log_ticks(self._low, self._high, area.height()):
            if power != round(power):
                continue
            y = self.y_of(10.0**power)
            assert y is not None
            painter.setPen(QPen(QColor(self.theme.hairline), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(self.theme.secondary))
            painter.drawText(QRectF(0, y - height / 2, area.left() - 4, height), right, decade(power))
        painter.setPen(QColor(self.theme.secondary))
        foot = QRect(area.left(), area.bottom() + 2, area.width(), _FOOT)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), "0")
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignHCenter), tr("step of the input"))
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), str(self._steps - 1))


def decade(power: float) -> str:
    """A power of ten as an axis says it: 1, 10, 0.1, or 1e−5."""
    return f"{10.0**power:g}" if abs(power) <= 2 else f"1e{power:.0f}".replace("-", "−")


def decades(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    """The whole powers of ten that hold all of these norms, zeros left out; at least one decade."""
    seen = values[np.isfinite(values) & (values > 0.0)]
    if not len(seen):
        return -1.0, 0.0
    low, high = math.floor(math.log10(float(seen.min()))), math.ceil(math.log10(float(seen.max())))
    return float(low), float(max(high, low + 1))
