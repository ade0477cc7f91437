"""The influence of a picture's pixels, or of the numbers of each step, with a bar for each row beside them."""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.errors import BadInput
from workbench.ui.text import tr
from workbench.ui.theme import Theme
from workbench.ui.widgets.colour_map import colour_table, quantise
from workbench.ui.widgets.influence_view import InfluenceView, Values

_GAP = 8
_BARS = 64
_FOOT = 16
#: How much of a colour picture shines through where nothing mattered.
_SHINE = 0.45


class InfluenceMap(InfluenceView):
    """Parts ``(rows, columns)`` in colours, the ink's outline over them; right of them what each row adds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels = np.zeros((0, 0), dtype=np.float32)
        self._values: Values | None = None
        self._rows: Values | None = None
        self._row_reach = 1.0
        self._is_picture, self._is_ink = True, True
        self._eraser = 1
        self._lit: tuple[range, range] = (range(0), range(0))
        self._pixels = np.zeros((0, 0), dtype=np.uint32)
        self._image = QImage()
        self._outline: list[QLineF] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Influence of the input"))

    # --- what is shown ------------------------------------------------------------------------------------------------

    @property
    def values(self) -> Values | None:
        """The influence of every part; None while it is not known."""
        return self._values

    @property
    def rows(self) -> Values | None:
        """The influence of every row."""
        return self._rows

    def set_input(self, levels: npt.NDArray[np.float32], *, picture: bool, ink: bool) -> None:
        """What was read, ``(rows, columns)``: grey levels of a picture (``ink``: of a pen's on paper), or numbers."""
        if levels.ndim != 2:
            raise BadInput("influence", "expected a picture of shape (rows, columns)", value=levels.shape)
        if (picture, ink) == (self._is_picture, self._is_ink) and np.array_equal(levels, self._levels):
            return
        if levels.shape != self._levels.shape:
            self._values = self._rows = self._part = None
        self._levels, self._is_picture, self._is_ink = np.array(levels, dtype=np.float32), picture, ink
        self._outline = outline(self._levels > 0.5) if picture and ink else []
        self._build()

    def set_influence(self, values: Values | None, rows: Values | None, reach: float, row_reach: float) -> None:
        """Show values of the parts, from ``-reach`` to ``reach``, and of the rows; None while they are not known."""
        if values is not None and values.shape != self._levels.shape:
            raise BadInput("influence", "expected a value for every part", value=values.shape)
        self._values, self._rows, self._reach, self._row_reach = values, rows, reach, row_reach
        self._build()

    def set_lit(self, rows: range, columns: range) -> None:
        """Frame what the shared cursor points at."""
        if (rows, columns) != self._lit:
            self._lit = rows, columns
            self.update()

    def set_eraser(self, side: int) -> None:
        """The eraser's side, in pixels."""
        if side != self._eraser:
            self._eraser = side
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Paint in these colours from now on."""
        changed = theme is not self.theme
        super().set_theme(theme)
        if changed:
            self._build()

    # --- where it is --------------------------------------------------------------------------------------------------

    def box(self) -> QRectF:
        """Where the parts are: a picture's pixels are square."""
        rows, columns = self._levels.shape
        width, height = max(16, self.width() - _BARS - _GAP - 2), max(16, self.height() - _FOOT - 2)
        if not rows or not columns:
            return QRectF(1, 1, width, height)
        if not self._is_picture:
            return QRectF(1, 1, width, min(height, rows * 26))
        side = min(width / columns, height / rows)
        side = int(2 * side) / 2 if side >= 2 else side
        return QRectF(1, 1, side * columns, side * rows)

    def bars(self) -> QRectF:
        """Where the rows' bars are."""
        box = self.box()
        return QRectF(box.right() + _GAP, box.top(), _BARS, box.height())

    def part_at(self, position: QPointF) -> int | None:
        """A pixel; beside the picture, the first one of the row whose bar is there."""
        rows, columns = self._levels.shape
        box, bars = self.box(), self.bars()
        if not rows or not box.top() <= position.y() < box.bottom():
            return None
        row = min(rows - 1, int((position.y() - box.top()) * rows / box.height()))
        if box.left() <= position.x() < box.right():
            return row * columns + min(columns - 1, int((position.x() - box.left()) * columns / box.width()))
        return row * columns if self._by_row and bars.left() <= position.x() < bars.right() else None

    def part_box(self, row: int, column: int, rows: int = 1, columns: int = 1) -> QRectF:
        """Where some parts are."""
        box, (down, across) = self.box(), self._levels.shape
        width, height = box.width() / across, box.height() / down
        return QRectF(box.left() + column * width, box.top() + row * height, columns * width, rows * height)

    def under_eraser(self, part: int) -> Collection[int]:
        """A square of pixels around it; a whole row where the keys walked to one, or its bar was pressed."""
        rows, columns = self._levels.shape
        row, column = divmod(part, columns)
        if self._by_row:
            return range(row * columns, (row + 1) * columns)
        side = self._eraser if self._is_picture else 1
        top, left = row - (side - 1) // 2, column - (side - 1) // 2
        return [
            r * columns + c for r in range(max(0, top), min(rows, top + side))
            for c in range(max(0, left), min(columns, left + side))
        ]  # fmt: skip

    def walked(self, part: int | None, key: Qt.Key) -> int | None:
        """Up and Down walk rows, Left and Right the parts of one."""
        rows, columns = self._levels.shape
        if not rows:
            return None
        lit = self._lit[0].start if self._lit[0] else 0
        row, column = divmod(part, columns) if part is not None else (lit, 0)
        match key:
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                by = 0 if part is None else -1 if key == Qt.Key.Key_Up else 1
                self._by_row, row, column = True, min(rows - 1, max(0, row + by)), 0
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                by = 0 if self._by_row or part is None else -1 if key == Qt.Key.Key_Left else 1
                self._by_row, column = False, min(columns - 1, max(0, column + by))
            case Qt.Key.Key_Home:
                self._by_row, row, column = True, 0, 0
            case Qt.Key.Key_End:
                self._by_row, row, column = True, rows - 1, 0
            case _:
                return None
        self.update()
        return row * columns + column

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """On a bar the whole row is erased."""
        self._by_row = event.position().x() >= self.box().right()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Beside the picture a row is pointed at. A stroke goes on as it began, wherever it leads."""
        if self._last is None:
            self._by_row = event.position().x() >= self.box().right()
        super().mouseMoveEvent(event)

    def sizeHint(self) -> QSize:
        """Six pixels a pixel of a digit."""
        return QSize(170 + _GAP + _BARS + 2, 170 + _FOOT + 2)

    def minimumSizeHint(self) -> QSize:
        """Five pixels a pixel of a digit."""
        return QSize(140 + _GAP + _BARS + 2, 140 + _FOOT + 2)

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Colours, the ink's outline, what is erased, the bars, and what is pointed at."""
        painter = QPainter(self)
        rows, columns = self._levels.shape
        if not rows or not columns:
            self.paint_empty(painter, self.rect())
            return
        box = self.box()
        painter.drawImage(box, self._image)
        for part in self._gone:
            self.paint_gone(painter, self.part_box(*divmod(part, columns)))
        self._paint_outline(painter, box)
        if not self._is_picture:
            self._paint_numbers(painter)
        self.paint_frame(painter, box.toRect())
        self._paint_bars(painter)
        self._paint_pointed(painter)

    def _paint_outline(self, painter: QPainter, box: QRectF) -> None:
        """Where ink meets paper, for colours alone do not show a digit whose strokes did not matter."""
        if self._outline:
            rows, columns = self._levels.shape
            wide, high = box.width() / columns, box.height() / rows
            painter.setPen(QPen(QColor(self.theme.secondary), 1))
            painter.drawLines([
                QLineF(box.left() + line.x1() * wide, box.top() + line.y1() * high,
                       box.left() + line.x2() * wide, box.top() + line.y2() * high)
                for line in self._outline
            ])  # fmt: skip

    def _paint_numbers(self, painter: QPainter) -> None:
        """The numbers themselves, where there is room for them."""
        painter.setFont(self.type("caption"))
        metrics = painter.fontMetrics()
        cell = self.part_box(0, 0)
        if cell.height() < metrics.height() or cell.width() < metrics.horizontalAdvance("−0.25"):
            return
        for (row, column), level in np.ndenumerate(self._levels):
            part = row * self._levels.shape[1] + column
            value = 0.0 if self._values is None else float(self._values[row, column])
            painter.setPen(QColor(self.theme.secondary) if part in self._gone else self.readable_on(self.colour(value)))
            words = f"{level:.3g}".replace("-", "−")
            painter.drawText(self.part_box(row, column), int(Qt.AlignmentFlag.AlignCenter), words)

    def _paint_bars(self, painter: QPainter) -> None:
        """From the middle to the right what speaks for it, to the left what speaks against it."""
        bars, rows = self.bars(), self._levels.shape[0]
        middle, high = bars.center().x(), bars.height() / rows
        painter.setPen(QPen(QColor(self.theme.hairline), 1))
        painter.drawLine(QLineF(middle, bars.top(), middle, bars.bottom()))
        if self._rows is None:
            return
        for row, value in enumerate(self._rows.tolist()):
            if not np.isfinite(value):
                continue
            long = min(1.0, abs(value) / self._row_reach) * bars.width() / 2
            left = middle if value > 0 else middle - long
            colour = self.colour(0.7 * self._reach if value > 0 else -0.7 * self._reach)
            painter.fillRect(QRectF(left, bars.top() + row * high + high * 0.15, long, max(1.0, high * 0.7)), colour)
        painter.setFont(self.type("caption"))
        painter.setPen(QColor(self.theme.secondary))
        words = f"±{self._row_reach:.3g}"
        foot = QRectF(bars.left(), bars.bottom() + 1, bars.width(), _FOOT)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop), words)

    def _paint_pointed(self, painter: QPainter) -> None:
        """The shared cursor's row, and the eraser's square."""
        rows, columns = self._levels.shape
        painter.setBrush(Qt.BrushStyle.NoBrush)
        lit_rows, lit_columns = self._lit
        accent = QPen(QColor(self.theme.accent), 1)
        if lit_rows and lit_rows.stop <= rows:
            across = lit_columns if lit_columns and lit_columns.stop <= columns else range(columns)
            painter.setPen(accent)
            painter.drawRect(self.part_box(lit_rows.start, across.start, len(lit_rows), len(across)))
            bars, box = self.bars(), self.part_box(lit_rows.start, 0, len(lit_rows))
            painter.drawRect(QRectF(bars.left(), box.top(), bars.width(), box.height()))
        if self._part is not None:
            under = [divmod(part, columns) for part in self.under_eraser(self._part)]
            top, left = under[0]
            down, across_ = under[-1][0] - top + 1, under[-1][1] - left + 1
            painter.setPen(QPen(QColor(self.theme.text), 1))
            painter.drawRect(self.part_box(top, left, down, across_))

    def _build(self) -> None:
        """The picture in colours: the map's own, and on a colour picture the more of them the more a pixel mattered."""
        self.update()
        if not self._levels.size:
            return
        rows, columns = self._levels.shape
        values = np.zeros_like(self._levels) if self._values is None else self._values.astype(np.float32)
        table = np.array(colour_table("diverging", self.theme), dtype=np.uint32)
        # (rows, columns), 0xAARRGGBB
        colours: npt.NDArray[np.uint32] = table[quantise(values, -self._reach, self._reach)]
        if self._is_picture and not self._is_ink:
            share = np.clip(np.abs(np.nan_to_num(values, nan=self._reach)) / self._reach, 0.0, 1.0)[..., None]
            paper, ink = (_channels(np.array(QColor(c).rgb())) for c in (self.theme.surface, self.theme.text))
            grey = paper + (ink - paper) * _SHINE * (self._levels if self.theme.dark else 1 - self._levels)[..., None]
            red, green, blue = np.rint(grey + (_channels(colours) - grey) * share).astype(np.uint32).transpose(2, 0, 1)
            colours = (np.uint32(0xFF000000) | red << 16 | green << 8 | blue).astype(np.uint32)
        # Qt reads the rows from this array, so it is kept as long as the image.
        self._pixels = np.ascontiguousarray(colours, dtype=np.uint32)
        self._image = QImage(self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        told = "" if self._rows is None else tr("row {n} matters most").format(n=int(np.abs(self._rows).argmax()))
        self.setAccessibleDescription(told)


def outline(filled: npt.NDArray[np.bool_]) -> list[QLineF]:
    """The lines between parts that are filled and parts that are not, in parts from the upper left corner."""
    rows, columns = filled.shape
    around = np.zeros((rows + 2, columns + 2), dtype=np.bool_)
    around[1:-1, 1:-1] = filled
    across = np.argwhere(around[1:, 1:-1] != around[:-1, 1:-1])  # (lines, 2), below each of the rows
    down = np.argwhere(around[1:-1, 1:] != around[1:-1, :-1])
    lines = [QLineF(column, row, column + 1, row) for row, column in across.tolist()]
    return lines + [QLineF(column, row, column, row + 1) for row, column in down.tolist()]


def _channels(colours: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """Red, green and blue on a last axis."""
    whole = colours.astype(np.uint32)
    return np.stack([whole >> 16 & 255, whole >> 8 & 255, whole & 255], axis=-1).astype(np.float64)
