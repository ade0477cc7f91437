"""Smooth ink on a transparent layer: strokes in pad units become round-ended curves, piece by piece."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from workbench.data.drawing import Point


class InkLayer:
    """Ink that only grows is painted once; a stroke under way costs one short curve a movement.

    A stroke runs through the middles between neighbouring points as quadratic curves with the points as handles, so its
    last half piece is not settled until the next point: ``paint_tail`` draws that over the layer.
    """

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self._side = 0.0
        self._colour = QColor()
        self._thickness = 0.0

    def begin(self, side: float, ratio: float, colour: QColor, thickness: float) -> None:
        """An empty layer ``side`` logical pixels square; ``thickness`` is the pen's diameter in pad units."""
        pixels = max(1, round(side * ratio))
        if self._pixmap.size() != QSize(pixels, pixels) or self._pixmap.devicePixelRatio() != ratio:
            self._pixmap = QPixmap(pixels, pixels)
            self._pixmap.setDevicePixelRatio(ratio)
        self._pixmap.fill(Qt.GlobalColor.transparent)
        self._side, self._colour, self._thickness = side, colour, thickness

    def matches(self, side: float, ratio: float, colour: QColor, thickness: float) -> bool:
        """Whether the layer was begun for just this."""
        return (self._side, self._colour, self._thickness) == (side, colour, thickness) and (
            not self._pixmap.isNull() and self._pixmap.devicePixelRatio() == ratio
        )

    def add_stroke(self, points: Sequence[Point]) -> None:
        """A whole stroke."""
        painter = self._painter()
        for end in range(len(points)):
            self._paint_piece(painter, points, end)
        self.paint_tail(painter, points, QPointF())
        painter.end()

    def add_piece(self, points: Sequence[Point]) -> None:
        """What the last point of a stroke under way has settled."""
        painter = self._painter()
        self._paint_piece(painter, points, len(points) - 1)
        painter.end()

    def paint(self, painter: QPainter, origin: QPointF) -> None:
        """The settled ink, its top left corner at ``origin``."""
        painter.drawPixmap(origin, self._pixmap)

    def paint_tail(self, painter: QPainter, points: Sequence[Point], origin: QPointF) -> None:
        """From the last settled middle to the last point; a single point is a dot."""
        if not points:
            return
        last = self._at(points[-1]) + origin
        if len(points) == 1:
            diameter = self._width(points[-1], points[-1])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour)
            painter.drawEllipse(last, diameter / 2, diameter / 2)
            return
        start = self._middle(points[-2], points[-1]) + origin
        painter.setPen(self._pen(points[-2], points[-1]))
        painter.drawLine(start, last)

    def tail_box(self, points: Sequence[Point]) -> QRectF:
        """Where the newest piece and its tail can have changed the picture, in the layer's pixels."""
        recent = [self._at(point) for point in points[-4:]]
        reach = self._thickness * self._side * max((point[2] for point in points[-4:]), default=1.0) / 2 + 2
        xs, ys = [p.x() for p in recent], [p.y() for p in recent]
        return QRectF(QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys))).adjusted(-reach, -reach, reach, reach)

    def _paint_piece(self, painter: QPainter, points: Sequence[Point], end: int) -> None:
        """The curve that point ``end`` settles: between the middles before and after the point before it."""
        if end < 1:
            return
        start = self._at(points[0]) if end == 1 else self._middle(points[end - 2], points[end - 1])
        path = QPainterPath(start)
        path.quadTo(self._at(points[end - 1]), self._middle(points[end - 1], points[end]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._pen(points[end - 1], points[end]))
        painter.drawPath(path)

    def _painter(self) -> QPainter:
        painter = QPainter(self._pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return painter

    def _pen(self, first: Point, second: Point) -> QPen:
        width = self._width(first, second)
        return QPen(self._colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)

    def _width(self, first: Point, second: Point) -> float:
        return max(1.0, self._thickness * self._side * (first[2] + second[2]) / 2)

    def _at(self, point: Point) -> QPointF:
        return QPointF(point[0] * self._side, point[1] * self._side)

    def _middle(self, first: Point, second: Point) -> QPointF:
        return (self._at(first) + self._at(second)) / 2
