"""Lines through points: with round corners, a stretch of one, and how far a point is from it."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

#: A corner is cut this far before and after it.
CORNER = 9.0


def rounded_path(points: list[QPointF], shortened: float) -> QPainterPath:
    """The line through the points with round corners, its end cut back by so much."""
    path = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        path.lineTo(_towards(corner, before, CORNER))
        path.quadTo(corner, _towards(corner, after, CORNER))
    path.lineTo(_towards(points[-1], points[-2], shortened))
    return path


def stretch(path: QPainterPath, start: float, end: float) -> QPainterPath:
    """The line from one length along it to another."""
    result = QPainterPath(path.pointAtPercent(path.percentAtLength(start)))
    pieces = max(1, round((end - start) / 3.0))
    for k in range(1, pieces + 1):
        result.lineTo(path.pointAtPercent(path.percentAtLength(start + (end - start) * k / pieces)))
    return result


def distance(a: QPointF, b: QPointF) -> float:
    return float(((a.x() - b.x()) ** 2 + (a.y() - b.y()) ** 2) ** 0.5)


def distance_to_line(point: QPointF, start: QPointF, end: QPointF) -> float:
    """To the nearest point between the two ends."""
    way = end - start
    along = QPointF.dotProduct(point - start, way) / (QPointF.dotProduct(way, way) or 1.0)
    return distance(point, start + way * min(1.0, max(0.0, along)))


def _towards(start: QPointF, end: QPointF, distance: float) -> QPointF:
    way = end - start
    length = (way.x() ** 2 + way.y() ** 2) ** 0.5
    return start + way * (distance / length) if length else start
