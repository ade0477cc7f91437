"""The pad: draws with mouse, pen, touch and keys, and says at every movement what is on it."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.data.drawing import THICKEST, THINNEST, Drawing, Point, Stroke
from workbench.ui.text import tr
from workbench.ui.theme import Theme, mixed
from workbench.ui.widgets.ink_layer import InkLayer
from workbench.ui.widgets.input_strip import ink_table
from workbench.ui.widgets.key_pen import PadKeys
from workbench.ui.widgets.painted import Painted

#: Movements shorter than this (in pad units) are the hand's tremor, not a line.
_NEAREST = 0.002
#: A pen's pressure 0..1 gives 0.4 to 1.6 times the thickness, and half pressure the thickness itself.
_LIGHTEST, _HEAVIEST = 0.4, 1.6


class DigitCanvas(Painted):
    """A square pad. ``inkChanged`` at every movement; ``strokeFinished(Stroke)`` when the pen lifts.

    The pad shows what it is given (``set_drawing``) and the stroke under way; undo and redo are its owner's.
    """

    inkChanged = Signal()  # noqa: N815 (Qt's signals are camelCase)
    strokeStarted = Signal()  # noqa: N815
    strokeFinished = Signal(object)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = Drawing()
        self._under_way: list[Point] = []
        self._layer = InkLayer()
        self._background: QImage | None = None
        self._levels = np.zeros((0, 0), dtype=np.uint8)
        self._hover: QPointF | None = None
        self._row: tuple[int, int] | None = None
        self._empty = tr("Draw a digit")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(tr("Digit pad"))
        self.keys = PadKeys(self, self)
        self._describe()

    @property
    def drawing(self) -> Drawing:
        """Everything on the pad, the stroke under way included."""
        if not self._under_way:
            return self._drawing
        return self._drawing.with_stroke(Stroke(tuple(self._under_way)))

    @property
    def is_drawing(self) -> bool:
        """Whether the pen is down."""
        return bool(self._under_way)

    def set_drawing(self, drawing: Drawing) -> None:
        """Show this instead (undo, redo, a restored session); a stroke under way goes on. Says nothing."""
        if drawing != self._drawing:
            self._drawing = drawing
            self._redraw()

    def set_thickness(self, thickness: float) -> None:
        """The pen's diameter as a share of the pad's side, for all the ink there is."""
        thickness = min(max(thickness, THINNEST), THICKEST)
        if thickness != self._drawing.thickness:
            self._drawing = Drawing(self._drawing.strokes, thickness)
            self._redraw()

    def set_background_image(self, image: QImage | npt.NDArray[np.float32] | None) -> None:
        """A picture under the ink: an image (dark is ink) or ink levels 0..1 ``(rows, columns)``; None removes it."""
        if image is None:
            self._background = None
        else:
            levels = _ink_levels(image) if isinstance(image, QImage) else np.asarray(image, dtype=np.float32)
            rows, columns = levels.shape
            stride = (columns + 3) & ~3
            self._levels = np.zeros((rows, stride), dtype=np.uint8)
            self._levels[:, :columns] = np.rint(np.clip(np.nan_to_num(levels), 0.0, 1.0) * 255)
            self._background = QImage(self._levels.data, columns, rows, stride, QImage.Format.Format_Indexed8)
            self._background.setColorTable(ink_table(self.theme))
        self._describe()
        self.update()

    def set_row(self, row: int | None, rows: int = 28) -> None:
        """A thin line in the middle of row ``row``, where the pad is cut into ``rows``."""
        marker = None if row is None else (row, rows)
        if marker != self._row:
            self._row = marker
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Ink and paper of this theme."""
        changed = theme is not self.theme
        super().set_theme(theme)
        if changed:
            if self._background is not None:
                self._background.setColorTable(ink_table(theme))
            self._redraw()

    def pad(self) -> QRect:
        """The largest square in the middle of the widget."""
        side = min(self.width(), self.height()) - 2
        return QRect((self.width() - side) // 2, (self.height() - side) // 2, side, side)

    def heightForWidth(self, width: int) -> int:
        """Square."""
        return width

    def sizeHint(self) -> QSize:
        """The largest thing on its tab."""
        return QSize(420, 420)

    def minimumSizeHint(self) -> QSize:
        """Room for a finger."""
        return QSize(200, 200)

    def begin(self, place: tuple[float, float]) -> None:
        """The pen touches down, without a hand, at a place in pad units."""
        self._press(self._position(place), 1.0)

    def go_on(self, place: tuple[float, float]) -> None:
        """It moves."""
        self._move(self._position(place), 1.0)

    def lift(self) -> None:
        """What it drew is a stroke."""
        self._release()

    def take_back(self) -> None:
        """The stroke under way is none."""
        self._under_way = []
        self._redraw()
        self.inkChanged.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The left button is the pen."""
        if event.button() == Qt.MouseButton.LeftButton and self.pad().contains(event.position().toPoint()):
            self._press(event.position(), 1.0)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Ink while the button is down, the pen's size while it is up."""
        if self._under_way and event.buttons() & Qt.MouseButton.LeftButton:
            self._move(event.position(), 1.0)
        else:
            self._set_hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The pen lifts."""
        if event.button() == Qt.MouseButton.LeftButton and self._under_way:
            self._move(event.position(), 1.0)
            self._release()
        else:
            super().mouseReleaseEvent(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen's pressure is the line's width."""
        width = _LIGHTEST + (_HEAVIEST - _LIGHTEST) * event.pressure()
        if event.type() == QEvent.Type.TabletPress and self.pad().contains(event.position().toPoint()):
            self._press(event.position(), width)
        elif event.type() == QEvent.Type.TabletMove and self._under_way:
            self._move(event.position(), width)
        elif event.type() == QEvent.Type.TabletMove:
            self._set_hover(event.position())
        elif event.type() == QEvent.Type.TabletRelease and self._under_way:
            self._release()
        event.accept()  # Otherwise Qt makes mouse events of it, and draws everything twice.

    def event(self, event: QEvent) -> bool:
        """Touch has no handler of its own in QWidget: the first finger draws."""
        if isinstance(event, QTouchEvent) and event.points():
            self._touch(event)
            event.accept()
            return True
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No pen over the pad."""
        self._set_hover(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Strokes are in pad units: draw them again at the new size."""
        self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper, picture, ink, then the row being read and the pen."""
        pad, theme = self.pad(), self.theme
        if not self._layer.matches(pad.width(), self.devicePixelRatioF(), QColor(theme.text), self._drawing.thickness):
            self._fill_layer()
        painter = QPainter(self)
        painter.fillRect(pad, QColor(theme.surface))
        if self._background is not None:
            painter.drawImage(pad, self._background)
        elif self._drawing.is_empty and not self._under_way:
            self._paint_guide(painter, pad)
        painter.setClipRect(event.rect() & pad)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        origin = QPointF(pad.topLeft())
        self._layer.paint(painter, origin)
        self._layer.paint_tail(painter, self._under_way, origin)
        if self._row is not None:
            row, rows = self._row
            y = pad.top() + (row + 0.5) * pad.height() / rows
            painter.setPen(QPen(QColor(theme.accent), 1.5))
            painter.drawLine(QPointF(pad.left(), y), QPointF(pad.right(), y))
        if self._hover is not None and not self._under_way:
            radius = self._pen_radius()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.outline), 1))
            painter.drawEllipse(self._hover, radius, radius)
        if self.keys.pen is not None:
            self.keys.paint(painter, self._position(self.keys.pen.place), self._pen_radius(), theme)
        painter.setClipping(False)
        self.paint_frame(painter, pad)

    def _paint_guide(self, painter: QPainter, pad: QRect) -> None:
        margin = round(pad.width() * (1 - 20 / 28) / 2)
        box = pad.adjusted(margin, margin, -margin, -margin)
        painter.setPen(QPen(mixed(self.theme.outline, self.theme.surface, 0.45), 1, Qt.PenStyle.DashLine))
        painter.drawRect(box)
        painter.setFont(self.type("heading"))
        painter.setPen(QColor(self.theme.secondary))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap), self._empty)

    def _press(self, position: QPointF, width: float) -> None:
        was_empty = self._drawing.is_empty
        self._hover = None
        self._under_way = [self._point(position, width)]
        self.strokeStarted.emit()
        if was_empty:
            self.update()  # The guide goes.
        else:
            self._update_tail()
        self.inkChanged.emit()

    def _move(self, position: QPointF, width: float) -> None:
        point, last = self._point(position, width), self._under_way[-1]
        if abs(point[0] - last[0]) + abs(point[1] - last[1]) < _NEAREST:
            return
        self._under_way.append(point)
        pad, colour = self.pad(), QColor(self.theme.text)
        if self._layer.matches(pad.width(), self.devicePixelRatioF(), colour, self._drawing.thickness):
            self._layer.add_piece(self._under_way)
        self._update_tail()
        self.inkChanged.emit()

    def _release(self) -> None:
        stroke = Stroke(tuple(self._under_way))
        self._drawing = self._drawing.with_stroke(stroke)
        self._under_way = []
        self._redraw()
        self.strokeFinished.emit(stroke)

    def _touch(self, event: QTouchEvent) -> None:
        position = event.points()[0].position()
        match event.type():
            case QEvent.Type.TouchBegin if self.pad().contains(position.toPoint()):
                self._press(position, 1.0)
            case QEvent.Type.TouchUpdate if self._under_way:
                self._move(position, 1.0)
            case QEvent.Type.TouchEnd if self._under_way:
                self._release()
            case QEvent.Type.TouchCancel if self._under_way:
                self.take_back()

    def _position(self, place: tuple[float, float]) -> QPointF:
        """In the widget, of a place in pad units."""
        pad = self.pad()
        return QPointF(pad.left() + place[0] * pad.width(), pad.top() + place[1] * pad.height())

    def _point(self, position: QPointF, width: float) -> Point:
        """In pad units. What leaves the pad stays on its edge: ink that nobody sees would still be read."""
        pad = self.pad()
        x = (position.x() - pad.left()) / pad.width()
        y = (position.y() - pad.top()) / pad.height()
        return (min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0), width)

    def _redraw(self) -> None:
        self._layer = InkLayer()
        self._describe()
        self.update()

    def _fill_layer(self) -> None:
        self._layer.begin(
            self.pad().width(), self.devicePixelRatioF(), QColor(self.theme.text), self._drawing.thickness
        )
        for stroke in self._drawing.strokes:
            if stroke.points:
                self._layer.add_stroke(stroke.points)
        for end in range(2, len(self._under_way) + 1):
            self._layer.add_piece(self._under_way[:end])

    def _update_tail(self) -> None:
        pad = self.pad()
        if self._layer.matches(pad.width(), self.devicePixelRatioF(), QColor(self.theme.text), self._drawing.thickness):
            self.update(self._layer.tail_box(self._under_way).translated(pad.topLeft()).toAlignedRect())
        else:
            self.update()

    def _set_hover(self, position: QPointF | None) -> None:
        if position is not None and not self.pad().contains(position.toPoint()):
            position = None
        reach = self._pen_radius() + 2
        for place in (self._hover, position):
            if place is not None:
                self.update(QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach).toAlignedRect())
        self._hover = position

    def _pen_radius(self) -> float:
        return self._drawing.thickness * self.pad().width() / 2

    def _describe(self) -> None:
        if self._background is not None:
            text = tr("A picture is on the pad.")
        elif self._drawing.is_empty:
            text = tr(
                "Nothing is drawn. Draw with the mouse, a pen or a finger, or with keys: arrows move a pen, Space sets "
                "it down and lifts it."
            )
        else:
            text = tr("Strokes drawn: {n}").format(n=len(self._drawing.strokes))
        self.setAccessibleDescription(text)


def _ink_levels(image: QImage) -> npt.NDArray[np.float32]:
    """Darkness 0..1 of an image, ``(rows, columns)``; transparent is paper."""
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    grey = paper.convertToFormat(QImage.Format.Format_Grayscale8)
    rows, columns, stride = grey.height(), grey.width(), grey.bytesPerLine()
    levels = np.frombuffer(grey.constBits(), dtype=np.uint8).reshape(rows, stride)[:, :columns]
    return np.float32(1.0) - levels.astype(np.float32) / np.float32(255)
