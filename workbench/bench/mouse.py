"""A hand that draws on the pad with mouse events."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from workbench.data.drawing import Stroke


class Hand:
    """Presses, moves and lifts the left mouse button over a widget whose square is the pad."""

    def __init__(self, pad: QWidget) -> None:
        self._pad = pad

    def stroke(self, stroke: Stroke) -> None:
        """Draws one whole stroke."""
        first, *others = stroke.points
        self.press(first[0], first[1])
        for x, y, _ in others:
            self.move(x, y)
        self.lift(stroke.points[-1][0], stroke.points[-1][1])

    def press(self, x: float, y: float) -> None:
        self._send(QMouseEvent.Type.MouseButtonPress, x, y, Qt.MouseButton.LeftButton)

    def move(self, x: float, y: float) -> None:
        self._send(QMouseEvent.Type.MouseMove, x, y, Qt.MouseButton.NoButton)

    def lift(self, x: float, y: float) -> None:
        self._send(QMouseEvent.Type.MouseButtonRelease, x, y, Qt.MouseButton.LeftButton)

    def _send(self, kind: QMouseEvent.Type, x: float, y: float, button: Qt.MouseButton) -> None:
        side = min(self._pad.width(), self._pad.height())
        left, top = (self._pad.width() - side) / 2, (self._pad.height() - side) / 2
        place = QPointF(left + x * side, top + y * side)
        held = Qt.MouseButton.NoButton if kind == QMouseEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        seen = QPointF(self._pad.mapToGlobal(QPoint(round(place.x()), round(place.y()))))
        event = QMouseEvent(kind, place, seen, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self._pad, event)


def zigzag(points: int) -> Stroke:
    """A stroke that wanders over the pad."""
    t = np.linspace(0.0, 1.0, points)
    return Stroke.through(zip(0.25 + 0.5 * np.abs(((3 * t) % 2) - 1), 0.15 + 0.7 * t, strict=True))
