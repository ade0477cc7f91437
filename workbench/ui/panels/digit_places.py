"""Where the parts of the digit tab stand: the pad takes all that the others can spare."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from workbench.ui.theme import GRID


class DigitPlaces(QWidget):
    """Pad and belief by row on the left, the other two on the right; the pad is as large as the place allows."""

    def __init__(self, pad: QWidget, seen: QWidget, by_row: QWidget, believed: QWidget) -> None:
        super().__init__()
        self._pad, self._seen, self._by_row, self._believed = pad, seen, by_row, believed
        for child in (pad, seen, by_row, believed):
            child.setParent(self)

    def minimumSizeHint(self) -> QSize:
        """A pad for a finger, and every text beside it whole."""
        right = max(self._seen.minimumSizeHint().width(), self._believed.minimumSizeHint().width())
        left = self._pad.minimumSizeHint()
        height = max(left.height() + GRID + self._low(), self._beside(right) + GRID + self._believed_height())
        return QSize(left.width() + 2 * GRID + right, height)

    def sizeHint(self) -> QSize:
        """The least: the scroll area gives what it has, and scrolls only below this."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The pad takes what the least of the others leave it."""
        width, height = self.width(), self.height()
        right = max(self._seen.minimumSizeHint().width(), self._believed.minimumSizeHint().width())
        side = max(self._pad.minimumSizeHint().width(), min(width - 2 * GRID - right, height - GRID - self._low()))
        self._pad.setGeometry(QRect(0, 0, side, side))
        self._by_row.setGeometry(QRect(0, side + GRID, side, height - side - GRID))
        left, room = side + 2 * GRID, width - side - 2 * GRID
        low = max(self._believed_height(), min(round(height * 0.42), 320))
        self._seen.setGeometry(QRect(left, 0, room, height - low - GRID))
        self._believed.setGeometry(QRect(left, height - low, room, low))

    def _low(self) -> int:
        """What belief by row needs to name its classes."""
        return max(112, round(self.height() * 0.28))

    def _beside(self, width: int) -> int:
        layout = self._seen.layout()
        return layout.minimumHeightForWidth(width) if layout is not None else 0

    def _believed_height(self) -> int:
        return self._believed.minimumSizeHint().height()
