"""One class's probability after every step, of the free network and of the one whose gates are held."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.insight.decision import measured_after
from workbench.ui.text import tr
from workbench.ui.widgets.belief import percent
from workbench.ui.widgets.time_view import TimeView

Values = npt.NDArray[np.float32]

#: The ends of the scale.
_TOP, _BOTTOM = "100\N{NO-BREAK SPACE}%", "0\N{NO-BREAK SPACE}%"

_NONE: Values = np.zeros(0, dtype=np.float32)


class TwoBeliefs(TimeView):
    """Two stepped lines over time, 0 below and 1 above: free in grey, held in the accent and dashed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._every = "", 1
        self._free, self._held = _NONE, _NONE
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Belief by step, free and held"))

    @property
    def lines(self) -> tuple[Values, Values]:
        """The probabilities that are shown, (steps,) each: free, held."""
        return self._free, self._held

    def set_beliefs(self, name: str, free: Values, held: Values, every: int = 1) -> None:
        """Show the class ``name``: its probabilities (steps,) free and held, measured at ``every`` so many steps."""
        is_known = (name, every) == (self._name, self._every)
        if is_known and np.array_equal(free, self._free) and np.array_equal(held, self._held):
            return
        self._name, self._every, self._free, self._held = name, every, free.copy(), held.copy()
        self._steps = len(free)
        if self._cursor is not None and self._cursor >= self._steps:
            self._cursor = None
        self.update()

    def area(self) -> QRect:
        """Below the title, and right of the scale's ends."""
        area = super().area()
        top = self.line_height("caption") + 4
        left = max(area.left(), QFontMetrics(self.type("caption")).horizontalAdvance(_TOP) + 6)
        return QRect(left, top, max(1, area.right() + 1 - left), max(1, self.height() - top - 2))

    def reading_at(self, step: int, row: int | None) -> str:
        """For example ``“4” at step 9: 98.2 % free, 41.0 % held``."""
        measured = measured_after(step, self._every, self._steps)
        return tr("“{name}” at step {step}: {free} free, {held} held").format(
            name=self._name, step=measured, free=percent(float(self._free[step])), held=percent(float(self._held[step]))
        )

    def sizeHint(self) -> QSize:
        """A low chart."""
        return QSize(300, self.line_height("caption") + 68)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Title, frame, the ends of the scale, both lines, cursor."""
        painter = QPainter(self)
        area = self.area()
        painter.fillRect(area.adjusted(0, 0, -1, -1), QColor(self.theme.surface))
        self.paint_frame(painter, area)
        if not self._steps:
            return
        painter.setFont(self.type("caption"))
        painter.setPen(QColor(self.theme.secondary))
        top = QRect(area.left(), 0, area.width(), area.top() - 2)
        title = tr("Belief in “{name}” by step: free grey, held dashed").format(name=self._name)
        painter.drawText(top, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), title)
        height = self.line_height("caption")
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRect(0, area.top() - 2, area.left() - 4, height), right, _TOP)
        painter.drawText(QRect(0, area.bottom() + 2 - height, area.left() - 4, height), right, _BOTTOM)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(QRectF(area))
        painter.setPen(QPen(QColor(self.theme.outline), 2))
        painter.drawPolyline(self._line(self._free))
        painter.setPen(QPen(QColor(self.theme.accent), 2, Qt.PenStyle.DashLine))
        painter.drawPolyline(self._line(self._held))
        painter.setClipping(False)
        self.paint_cursor(painter)

    def _line(self, values: Values) -> QPolygonF:
        area = self.area()
        points = QPolygonF()
        for step, value in enumerate(values.tolist()):
            left, width = self.step_span(step)
            y = area.bottom() - 1 - (area.height() - 3) * (value if np.isfinite(value) else 0.0)
            points.append(QPointF(left, y))
            points.append(QPointF(left + width, y))
        return points
