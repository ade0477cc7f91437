"""The 28 x 28 picture a network is given, pixel for pixel, with the box and the centre it was fitted to."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.errors import BadInput
from workbench.ui.text import tr
from workbench.ui.theme import Theme
from workbench.ui.widgets.input_strip import ink_table
from workbench.ui.widgets.painted import Painted

SIDE = 28
#: MNIST fits a digit's ink into this box before it centres the mass (LeCun, Cortes and Burges, "the MNIST database").
BOX = 20


class NetworkSees(Painted):
    """Grey levels 0..1 ``(28, 28)`` without smoothing; hairlines for the 20 x 20 box and the centre of mass."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = np.zeros((SIDE, SIDE), dtype=np.float32)
        self._pixels = np.zeros((SIDE, SIDE), dtype=np.uint8)
        self._image = QImage()
        self._rows, self._columns = range(0), range(SIDE)
        self._guides = True
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("What the network sees"))
        self._build_image()

    def set_picture(self, picture: npt.NDArray[np.float32] | None) -> None:
        """Show grey levels 0..1 ``(28, 28)``, 1 is ink; None is an empty picture."""
        shown = np.zeros((SIDE, SIDE), dtype=np.float32) if picture is None else np.asarray(picture, dtype=np.float32)
        if shown.shape != (SIDE, SIDE):
            raise BadInput("what the network sees", "expected a picture of shape (28, 28)", value=shown.shape)
        if not np.array_equal(shown, self._picture):
            self._picture = shown.copy()
            self._build_image()
            self.update()

    def set_read(self, rows: range, columns: range = range(SIDE)) -> None:
        """Frame what is being read of some rows; nothing for an empty range."""
        if (rows, columns) != (self._rows, self._columns):
            self._rows, self._columns = rows, columns
            self.update()

    def set_guides(self, shown: bool) -> None:
        """The box and the cross are MNIST's; without its treatment they would mislead."""
        if shown != self._guides:
            self._guides = shown
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Ink on this theme's paper."""
        changed = theme is not self.theme
        super().set_theme(theme)
        if changed:
            self._build_image()

    def centre_of_mass(self) -> tuple[float, float] | None:
        """Row and column in pixels, a pixel's middle at +0.5; None without ink."""
        total = float(self._picture.sum())
        if total <= 0.0:
            return None
        at = np.arange(SIDE) + 0.5
        return (
            float(self._picture.sum(axis=1) @ at) / total,
            float(self._picture.sum(axis=0) @ at) / total,
        )

    def heightForWidth(self, width: int) -> int:
        """Square."""
        return width

    def sizeHint(self) -> QSize:
        """Six pixels a pixel."""
        return QSize(SIDE * 6 + 2, SIDE * 6 + 2)

    def minimumSizeHint(self) -> QSize:
        """Three pixels a pixel."""
        return QSize(SIDE * 3 + 2, SIDE * 3 + 2)

    def square(self) -> QRect:
        """Where the picture is: the largest square of whole device pixels a pixel."""
        ratio = self.devicePixelRatioF()
        side = int((min(self.width(), self.height()) - 2) * ratio) // SIDE * SIDE / ratio
        return QRect(round((self.width() - side) / 2), round((self.height() - side) / 2), round(side), round(side))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The grey level under the pointer, as a tool tip."""
        box = self.square()
        column = int((event.position().x() - box.left()) * SIDE // max(1, box.width()))
        row = int((event.position().y() - box.top()) * SIDE // max(1, box.height()))
        inside = 0 <= row < SIDE and 0 <= column < SIDE
        self.setToolTip(
            tr("row {row}, column {column}: {value:.3f}").format(
                row=row, column=column, value=float(self._picture[row, column])
            )
            if inside
            else ""
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, then the hairlines over it."""
        painter = QPainter(self)
        box = self.square()
        painter.drawImage(box, self._image)
        self.paint_frame(painter, box)
        pixel = box.width() / SIDE
        if self._guides:
            margin = (SIDE - BOX) / 2 * pixel
            painter.setPen(QPen(QColor(self.theme.outline), 1, Qt.PenStyle.DotLine))
            painter.drawRect(QRectF(box).adjusted(margin, margin, -margin, -margin))
            centre = self.centre_of_mass()
            if centre is not None:
                x, y = box.left() + centre[1] * pixel, box.top() + centre[0] * pixel
                painter.setPen(QPen(QColor(self.theme.gates["f"]), 1.5))
                painter.drawLine(QLineF(x - 5, y, x + 5, y))
                painter.drawLine(QLineF(x, y - 5, x, y + 5))
        if self._rows:
            painter.setPen(QPen(QColor(self.theme.accent), 1.5))
            left, width = self._columns.start * pixel, len(self._columns) * pixel
            top, height = self._rows.start * pixel, len(self._rows) * pixel
            painter.drawRect(QRectF(box.left() + left, box.top() + top, width, height))

    def _build_image(self) -> None:
        self._pixels = np.rint(np.clip(np.nan_to_num(self._picture), 0.0, 1.0) * 255).astype(np.uint8)
        self._image = QImage(self._pixels.data, SIDE, SIDE, SIDE, QImage.Format.Format_Indexed8)
        self._image.setColorTable(ink_table(self.theme))
