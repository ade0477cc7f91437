"""Norms of gradients over a training: steps of the input across, moments of the training down."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.text import tr
from workbench.ui.theme import Theme, gate_name
from workbench.ui.widgets.colour_map import MISSING, colour_table, quantise
from workbench.ui.widgets.time_view import TimeView


class FlowMap(TimeView):
    """Norms ``(moments, time)``, coloured by their logarithm; what is exactly 0 has none and stays blank."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = "h"
        self._norms = np.zeros((0, 0))
        self._moments: tuple[int, ...] = ()
        self._low, self._high = -1.0, 0.0
        self._indices = np.zeros((0, 0), dtype=np.uint8)
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Norm of the gradient over the training"))

    @property
    def norms(self) -> npt.NDArray[np.float64]:
        """The exact norms, ``(moments, time)``."""
        return self._norms

    @property
    def moments(self) -> tuple[int, ...]:
        """After how many training steps each row was measured."""
        return self._moments

    def set_norms(
        self, state: str, norms: npt.NDArray[np.float64], moments: Sequence[int], low: float, high: float
    ) -> None:
        """Show norms of ``state`` (h or c), coloured from the power of ten ``low`` to ``high``."""
        moments = tuple(moments)
        if (state, moments, low, high) == (self._state, self._moments, self._low, self._high) and np.array_equal(
            norms, self._norms, equal_nan=True
        ):
            return
        self._state, self._norms, self._moments, self._low, self._high = state, norms, moments, low, high
        self._steps = norms.shape[1] if norms.size else 0
        if self._cursor is not None and self._cursor >= self._steps:
            self._cursor = None
        self._build_image()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        changed = theme is not self.theme
        super().set_theme(theme)
        if changed and not self._image.isNull():
            self._image.setColorTable(self._colours())

    def area(self) -> QRect:
        """Below the title, above the numbers of the steps."""
        area = super().area()
        top = self.line_height("caption") + 4
        return QRect(area.left(), top, area.width(), max(1, self.height() - top - 16))

    def row_at(self, y: float) -> int | None:
        """The moment at a vertical position."""
        area, rows = self.area(), self.row_count()
        if not rows or not area.top() <= y < area.top() + area.height():
            return None
        return min(rows - 1, int((y - area.top()) * rows / area.height()))

    def row_count(self) -> int:
        """Moments."""
        return int(self._norms.shape[0])

    def reading_at(self, step: int, row: int | None) -> str:
        """The norm at a step and a moment."""
        if row is None:
            return ""
        return tr("after training step {moment:,}: |dL/d{state}| at step {step} is {norm:.3g}").format(
            moment=self._moments[row], state=self._state, step=step, norm=self._norms[row, step]
        )

    def sizeHint(self) -> QSize:
        """Room for 28 steps and a title."""
        return QSize(240, 140)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Title, picture, numbers and cursor."""
        painter = QPainter(self)
        area = self.area()
        self.paint_frame(painter, area)
        painter.fillRect(area.adjusted(0, 0, -1, -1), QColor(self.theme.surface))
        if not self._steps:
            self.paint_empty(painter, area)
            return
        painter.drawImage(area, self._image)
        self._paint_words(painter, area)
        self.paint_cursor(painter)

    def _paint_words(self, painter: QPainter, area: QRect) -> None:
        painter.setFont(self.type("caption", bold=True))
        painter.setPen(self.theme.gate(self._state))
        title = tr("{state}  {name}, over the training").format(state=self._state, name=gate_name(self._state))
        painter.drawText(QRect(area.left(), 0, area.width(), area.top() - 2), int(Qt.AlignmentFlag.AlignLeft), title)
        painter.setFont(self.type("caption"))
        painter.setPen(QColor(self.theme.secondary))
        right, height = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self.line_height("caption")
        box = QRect(0, area.top() - 2, area.left() - 4, height)
        painter.drawText(box, right, _short(self._moments[0]))
        if len(self._moments) > 1:
            box.moveBottom(area.bottom() + 2)
            painter.drawText(box, right, _short(self._moments[-1]))
        foot = QRect(area.left(), area.bottom() + 2, area.width(), 16)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), "0")
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignHCenter), tr("step of the input"))
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), str(self._steps - 1))

    def _build_image(self) -> None:
        if not self._norms.size:
            self._image = QImage()
            return
        powers = np.full(self._norms.shape, np.nan, dtype=np.float32)
        np.log10(self._norms, out=powers, where=self._norms > 0.0, casting="same_kind")
        rows, steps = powers.shape
        stride = (steps + 3) & ~3  # Qt reads rows of indexed images at multiples of four bytes.
        self._indices = np.zeros((rows, stride), dtype=np.uint8)  # The image does not own its pixels.
        self._indices[:, :steps] = quantise(powers, self._low, self._high)
        self._image = QImage(self._indices.data, steps, rows, stride, QImage.Format.Format_Indexed8)
        self._image.setColorTable(self._colours())

    def _colours(self) -> list[int]:
        table = list(colour_table("sequential", self.theme))
        table[MISSING] = QColor(self.theme.surface).rgba()
        return table


def _short(step: int) -> str:
    """A number of steps for a narrow place: 2145, 38.7k, 1.2M."""
    if step < 100_000:
        return str(step) if step < 10_000 else f"{step / 1000:.3g}k"
    return f"{step / 1_000_000:.2g}M" if step >= 1_000_000 else f"{step // 1000}k"
