"""A small picture, large: every pixel a square, its colours told under the pointer."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.errors import BadInput
from workbench.ui.text import tr
from workbench.ui.widgets.painted import Painted

_SMALLEST = 128
_PREFERRED = 320


class PictureView(Painted):
    """Levels 0..255 ``(height, width, channels)``, one channel grey or three colours, without smoothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: npt.NDArray[np.uint8] | None = None
        self._pixels = np.zeros((0, 0, 3), dtype=np.uint8)
        self._image = QImage()
        self._rows, self._columns = range(0), range(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Picture"))

    @property
    def picture(self) -> npt.NDArray[np.uint8] | None:
        """What is shown; None while there is nothing."""
        return self._picture

    def set_picture(self, picture: npt.NDArray[np.uint8] | None) -> None:
        """Show levels 0..255 ``(height, width, channels)``; None shows the words for an empty place."""
        if picture is None:
            if self._picture is not None:
                self._picture = None
                self.update()
            return
        if picture.ndim != 3 or picture.shape[2] not in (1, 3) or picture.dtype != np.uint8 or not picture.size:
            raise BadInput("picture", "expected bytes of shape (height, width, 1 or 3)", value=picture.shape)
        if self._picture is not None and np.array_equal(picture, self._picture):
            return
        self._picture = picture.copy()
        height, width = picture.shape[:2]
        # Qt reads the rows from this array, so it is kept as long as the image.
        self._pixels = np.ascontiguousarray(np.broadcast_to(self._picture, (height, width, 3)))
        self._image = QImage(self._pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self.setAccessibleDescription(tr("{width} by {height} pixels").format(width=width, height=height))
        self.update()

    def set_read(self, rows: range, columns: range) -> None:
        """Frame what is being read of the picture; nothing for an empty range."""
        if (rows, columns) != (self._rows, self._columns):
            self._rows, self._columns = rows, columns
            self.update()

    def sizeHint(self) -> QSize:
        """Large enough to see what it is."""
        return QSize(_PREFERRED, _PREFERRED)

    def minimumSizeHint(self) -> QSize:
        """Four pixels a pixel of a picture of 32."""
        return QSize(_SMALLEST, _SMALLEST)

    def box(self) -> QRect:
        """Where the picture is: as large as fits, each pixel a whole number of device pixels if it can be."""
        if self._picture is None:
            return QRect()
        height, width = self._picture.shape[:2]
        ratio = self.devicePixelRatioF()
        scale = min((self.width() - 2) * ratio / width, (self.height() - 2) * ratio / height)
        scale = max(scale // 1 if scale >= 1 else scale, 1 / max(height, width)) / ratio
        shown = QSize(max(1, round(width * scale)), max(1, round(height * scale)))
        left, top = (self.width() - shown.width()) // 2, (self.height() - shown.height()) // 2
        return QRect(left, top, shown.width(), shown.height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The pixel under the pointer, as a tool tip."""
        self.setToolTip(self.words_at(event.position().x(), event.position().y()))

    def words_at(self, x: float, y: float) -> str:
        """Row, column and levels of the pixel at a place of this widget; empty beside the picture."""
        if self._picture is None:
            return ""
        box, (height, width) = self.box(), self._picture.shape[:2]
        column = int((x - box.left()) * width // max(1, box.width()))
        row = int((y - box.top()) * height // max(1, box.height()))
        if not (0 <= row < height and 0 <= column < width):
            return ""
        levels = self._picture[row, column].tolist()
        if len(levels) == 1:
            return tr("row {row}, column {column}: {level}").format(row=row, column=column, level=levels[0])
        return tr("row {row}, column {column}: red {red}, green {green}, blue {blue}").format(
            row=row, column=column, red=levels[0], green=levels[1], blue=levels[2]
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture in its frame, or the words for an empty place."""
        painter = QPainter(self)
        if self._picture is None:
            self.paint_empty(painter, self.rect())
            return
        box = self.box()
        painter.drawImage(box, self._image)
        self.paint_frame(painter, box)
        if self._rows and self._columns:
            height, width = self._picture.shape[:2]
            down, across = box.height() / height, box.width() / width
            read = QRectF(
                box.left() + self._columns.start * across, box.top() + self._rows.start * down,
                len(self._columns) * across, len(self._rows) * down,
            )  # fmt: skip
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, pen in ((self.theme.surface, 3.5), (self.theme.accent, 1.5)):
                painter.setPen(QPen(QColor(colour), pen))
                painter.drawRect(read)
