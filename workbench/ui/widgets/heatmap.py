"""A gate over time: one row a unit, one column a step, each value painted exactly."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.errors import BadInput
from workbench.ui.text import tr
from workbench.ui.theme import Theme, gate_name
from workbench.ui.widgets.colour_map import Colours, colour_table, quantise
from workbench.ui.widgets.table import ValuesTable
from workbench.ui.widgets.unit_rows import Numbers, UnitRows

Values = npt.NDArray[np.float32]


class Heatmap(UnitRows):
    """Values ``(units, time)`` with time across and units down; colours are rounded, readings are not."""

    roomChanged = Signal()  # noqa: N815 (Qt's signals are camelCase)

    def __init__(self, gate: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gate = gate
        self._told = (0, 0)
        self._values: Values = np.zeros((0, 0), dtype=np.float32)
        self._low, self._high = 0.0, 1.0
        self._colours: Colours = "sequential"
        self._indices = np.zeros((0, 0), dtype=np.uint8)
        self._image = QImage()
        self._legend: tuple[str, ...] = ()
        self._step_name: Callable[[int], str] = str
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Heatmap of {gate}").format(gate=f"{gate}, {gate_name(gate)}"))

    @property
    def values(self) -> Values:
        """The exact values, ``(units, time)``."""
        return self._values

    @property
    def gate(self) -> str:
        """The gate's id."""
        return self._gate

    def set_values(self, values: Values, low: float, high: float, colours: Colours = "sequential") -> None:
        """Show ``values`` float32 ``(units, time)``, coloured from ``low`` to ``high``; the same again is free."""
        values = np.ascontiguousarray(values, dtype=np.float32)
        if values.ndim != 2 or not low < high:
            raise BadInput(
                "heatmap", "expected values of shape (units, time) and low < high",
                key=self._gate, value=(values.shape, low, high),
            )  # fmt: skip
        scale = (low, high, colours)
        same_shape = values.shape == self._values.shape
        if (
            same_shape
            and scale == (self._low, self._high, self._colours)
            and np.array_equal(values.view(np.uint32), self._values.view(np.uint32))
        ):
            return
        self._values = values
        self._low, self._high, self._colours = scale
        self._steps = values.shape[1] if values.size else 0
        if self._cursor is not None and self._cursor >= self._steps:
            self._cursor = None
        self._build_image()
        legend = self._describe()
        if same_shape and legend == self._legend:
            self.update(self.area())
        else:
            self._legend = legend
            self.setAccessibleDescription(", ".join(legend))
            self.update()

    def clear(self) -> None:
        """Nothing to show: the empty text stands here."""
        self.set_values(np.zeros((0, 0), dtype=np.float32), self._low, self._high, self._colours)

    def set_order(self, units: Numbers | None) -> bool:
        """Units from top to bottom, None for their own order; ``values`` stay as they were given."""
        changed = super().set_order(units)
        if changed:
            self._build_image()
        return changed

    def set_step_names(self, name: Callable[[int], str]) -> None:
        """How a step is called in readings: its number, unless it has a word."""
        self._step_name = name

    def set_theme(self, theme: Theme) -> None:
        """Paint in these colours; the diverging map has one for light and one for dark."""
        changed = theme is not self.theme
        super().set_theme(theme)
        if changed and not self._image.isNull():
            self._image.setColorTable(colour_table(self._colours, theme))

    def as_table(self) -> QAbstractTableModel:
        """The exact values as a table, for reading without colours; whoever asks keeps it."""
        order = self.order
        return ValuesTable(
            self._values[order], row_name=tr("unit {n}"), column_name=tr("step {n}"), row_numbers=order.tolist()
        )

    def area(self) -> QRect:
        """Below the title."""
        area = super().area()
        top = self.line_height("body") + 4
        return QRect(area.left(), top, area.width(), max(1, self.height() - top - 2))

    def row_at(self, y: float) -> int | None:
        """The unit at a vertical position."""
        area, units = self.area(), self.row_count()
        if not units or not area.top() <= y < area.top() + area.height():
            return None
        return min(units - 1, int((y - area.top()) * units / area.height()))

    def row_count(self) -> int:
        """Units."""
        return int(self._values.shape[0])

    @property
    def rows_seen(self) -> int:
        """So many units have a row of screen pixels of their own; with more, some are left out of the picture."""
        return min(self.row_count(), round(self.area().height() * self.devicePixelRatioF()))

    @property
    def steps_seen(self) -> int:
        """So many steps have a column of screen pixels of their own."""
        return min(self.steps, round(self.area().width() * self.devicePixelRatioF()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A larger heatmap shows more units and steps."""
        super().resizeEvent(event)
        if (self.rows_seen, self.steps_seen) != self._told:
            self._told = (self.rows_seen, self.steps_seen)
            self.roomChanged.emit()

    def reading_at(self, step: int, row: int | None) -> str:
        """For example ``f[unit 17, step 12] = 0.594``; between rows, the mean over the units."""
        if row is None:
            mean = float(self._values[:, step].mean())
            return tr("{gate}[step {step}], mean = {value:.3f}").format(
                gate=self._gate, step=self._step_name(step), value=mean
            )
        unit = self.unit_at(row)
        return tr("{gate}[unit {unit}, step {step}] = {value:.3f}").format(
            gate=self._gate, unit=unit, step=self._step_name(step), value=float(self._values[unit, step])
        )

    def sizeHint(self) -> QSize:
        """Room for 28 steps and a title."""
        return QSize(320, 132)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Title and legend only when they changed; the image always, as it is one blit."""
        painter = QPainter(self)
        area = self.area()
        if event.rect().top() < area.top():
            self._paint_title(painter, area)
        if event.rect().left() < area.left() and self._steps:
            self.paint_gutter(painter)
        self.paint_frame(painter, area)
        if not self._steps:
            painter.fillRect(area.adjusted(0, 0, -1, -1), QColor(self.theme.surface))
            self.paint_empty(painter, area)
            return
        painter.drawImage(area, self._image)
        self.paint_pinned_row(painter)
        self.paint_cursor(painter)

    def _paint_title(self, painter: QPainter, area: QRect) -> None:
        box = QRect(area.left(), 0, area.width(), area.top() - 3)
        painter.setPen(self.theme.gate(self._gate))
        painter.setFont(self.type("body", bold=True))
        name = f"{self._gate}  {gate_name(self._gate)}"
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)
        taken = QFontMetrics(painter.font()).horizontalAdvance(name) + 12
        painter.setPen(QColor(self.theme.secondary))
        painter.setFont(self.type("caption"))
        room = box.adjusted(taken, 0, 0, 0)
        metrics = QFontMetrics(painter.font())
        # A narrow heatmap leaves out whole words from the end: the shape first, for the gutter tells it too.
        for count in range(len(self._legend), 0, -1):
            text = "  ·  ".join(self._legend[:count])
            if metrics.horizontalAdvance(text) <= room.width():
                painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
                break

    def _build_image(self) -> None:
        if not self._values.size:
            self._image = QImage()
            return
        units, steps = self._values.shape
        indices = quantise(self._values, self._low, self._high)
        if self._order is not None:
            indices = np.ascontiguousarray(indices[self.order])
        # Qt reads rows of indexed images at multiples of four bytes.
        stride = (steps + 3) & ~3
        if stride != steps:
            padded = np.zeros((units, stride), dtype=np.uint8)
            padded[:, :steps] = indices
            indices = padded
        self._indices = indices  # The image does not own its pixels: they must live as long as it does.
        self._image = QImage(indices.data, steps, units, stride, QImage.Format.Format_Indexed8)
        self._image.setColorTable(colour_table(self._colours, self.theme))

    def _describe(self) -> tuple[str, ...]:
        """How many values the colours cannot show, the range and the shape; the most telling first."""
        if not self._values.size:
            return ()
        units, steps = self._values.shape
        below = int((self._values < self._low).sum())
        above = int((self._values > self._high).sum())
        missing = int(np.isnan(self._values).sum())
        parts = (
            tr("{n} not a number").format(n=missing) if missing else "",
            tr("▼ {n} below").format(n=below) if below else "",
            tr("▲ {n} above").format(n=above) if above else "",
            tr("{low:g} to {high:g}").format(low=self._low, high=self._high).replace("-", "−"),
            tr("{units} units × {steps} steps").format(units=units, steps=steps),
        )
        return tuple(part for part in parts if part)
