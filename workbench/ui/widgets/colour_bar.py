"""What the colours of a heatmap mean: a bar with its numbers."""

from itertools import pairwise

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.text import tr
from workbench.ui.widgets.colour_map import MISSING, Colours, colour_table
from workbench.ui.widgets.painted import Painted

_THICKNESS = 10

#: Pixels between two numbers that stand beside each other.
_GAP = 12


class ColourBar(Painted):
    """The range of a colour map from ``low`` to ``high``, lying or standing."""

    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Horizontal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._across = orientation == Qt.Orientation.Horizontal
        self._low, self._high = 0.0, 1.0
        self._colours: Colours = "sequential"
        self._unit = ""
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(free if self._across else fixed, fixed if self._across else free)
        self._describe()

    def set_range(self, low: float, high: float, colours: Colours = "sequential", unit: str = "") -> None:
        """The values of the two ends, the map, and a word for what is measured."""
        if (low, high, colours, unit) != (self._low, self._high, self._colours, self._unit):
            self._low, self._high, self._colours, self._unit = low, high, colours, unit
            self._describe()
            self.updateGeometry()
            self.update()

    def ticks(self) -> tuple[float, ...]:
        """Ends and middle, and the quarters where there is room."""
        for parts in (4, 2):
            values = tuple(self._low + (self._high - self._low) * k / parts for k in range(parts + 1))
            if self._have_room(values):
                return values
        return self._low, self._high

    def tick_box(self, value: float) -> QRect:
        """Where the number of a tick stands."""
        bar, share = self._bar(), (value - self._low) / (self._high - self._low)
        metrics = QFontMetrics(self.type("caption"))
        if self._across:
            width = metrics.horizontalAdvance(self._tick_text(value))
            x = min(max(0, round(bar.left() + share * bar.width() - width / 2)), self.width() - width)
            return QRect(x, bar.bottom() + 4, width + 1, metrics.height())
        y = round(bar.bottom() - share * bar.height() - metrics.height() / 2)
        return QRect(bar.right() + 6, y, self.width(), metrics.height())

    def _have_room(self, values: tuple[float, ...]) -> bool:
        """Whether their numbers stand apart."""
        gap = (_GAP, 0) if self._across else (0, _GAP // 3)
        boxes = [self.tick_box(value).adjusted(0, 0, *gap) for value in values]
        return not any(one.intersects(next_one) for one, next_one in pairwise(boxes))

    def sizeHint(self) -> QSize:
        """One line of numbers beside the bar."""
        metrics = QFontMetrics(self.type("caption"))
        if self._across:
            return QSize(200, _THICKNESS + metrics.height() + 6)
        return QSize(_THICKNESS + metrics.horizontalAdvance("−0.25") + 10, 120)

    def minimumSizeHint(self) -> QSize:
        """Never less than the two ends."""
        hint = self.sizeHint()
        return QSize(64, hint.height()) if self._across else QSize(hint.width(), 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The 255 colours, then the numbers under (or right of) their place."""
        painter = QPainter(self)
        table = colour_table(self._colours, self.theme)[:MISSING]
        if self._across:
            image = QImage(len(table), 1, QImage.Format.Format_RGB32)
            for k, colour in enumerate(table):
                image.setPixel(k, 0, colour)
        else:
            image = QImage(1, len(table), QImage.Format.Format_RGB32)
            for k, colour in enumerate(reversed(table)):
                image.setPixel(0, k, colour)
        bar = self._bar()
        painter.drawImage(bar, image)
        self.paint_frame(painter, bar)
        painter.setPen(QColor(self.theme.secondary))
        painter.setFont(self.type("caption"))
        for value in self.ticks():
            painter.drawText(self.tick_box(value), 0, self._tick_text(value))

    def _bar(self) -> QRect:
        """Where the colours are painted."""
        if self._across:
            return QRect(1, 1, self.width() - 2, _THICKNESS)
        half = QFontMetrics(self.type("caption")).height() // 2
        return QRect(1, half, _THICKNESS, self.height() - 2 * half)

    def _tick_text(self, value: float) -> str:
        text = f"{value:g}".replace("-", "−")
        return f"{text} {self._unit}" if self._unit and value == self._high else text

    def _describe(self) -> None:
        self.setAccessibleName(tr("Colour scale"))
        self.setAccessibleDescription(
            tr("{low:g} to {high:g} {unit}").format(low=self._low, high=self._high, unit=self._unit).strip()
        )
