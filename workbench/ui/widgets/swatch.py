"""A small square in the colour of a curve, beside the name of what the curve is of."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.widgets.painted import Painted

_SIDE = 12


class Swatch(Painted):
    """The colour of the ``number``-th curve."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def colour(self) -> QColor:
        """As the curve is drawn."""
        return self.theme.series_colour(self._number)

    def sizeHint(self) -> QSize:
        """A small square."""
        return QSize(_SIDE, _SIDE)

    def minimumSizeHint(self) -> QSize:
        """No less."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The square, its corners rounded."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.colour)
        painter.setBrush(self.colour)
        painter.drawRoundedRect(QRect(1, 1, _SIDE - 3, _SIDE - 3), 2, 2)
