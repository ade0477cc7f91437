"""Feature maps side by side: what each pattern of a convolution answers at each place of a picture."""

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.errors import BadInput
from workbench.ui.text import tr
from workbench.ui.theme import Theme
from workbench.ui.widgets.colour_map import colour_table, quantise
from workbench.ui.widgets.painted import Painted

_GAP = 4


class MapGrid(Painted):
    """Values ``(maps, height, width)`` as square tiles in one scale from 0 to the largest, brighter for more.

    Where there are values below 0, the scale goes as far on both sides of it, in two colours.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._maps = np.zeros((0, 1, 1), dtype=np.float32)
        self._images: list[QImage] = []
        self._indices = np.zeros((0, 1, 1), dtype=np.uint8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Feature maps"))

    @property
    def maps(self) -> npt.NDArray[np.float32]:
        """What is shown."""
        return self._maps

    @property
    def largest(self) -> float:
        """The value at the end of the scale."""
        return float(np.nanmax(np.abs(self._maps), initial=0.0))

    @property
    def is_signed(self) -> bool:
        """Whether there are values below 0."""
        return bool((self._maps < 0.0).any())

    def set_maps(self, maps: npt.NDArray[np.float32]) -> None:
        """Show one tile a map."""
        if maps.ndim != 3:
            raise BadInput("feature maps", "expected values of shape (maps, height, width)", value=maps.shape)
        relayout = maps.shape != self._maps.shape
        self._maps = np.array(maps, dtype=np.float32, order="C")  # a convolution may have them in another order
        self._build()
        self.setAccessibleDescription(tr("{count} maps, up to {largest:.3f}").format(
            count=len(maps), largest=self.largest))  # fmt: skip
        if relayout:
            self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Paint in these colours from now on."""
        changed = theme is not self.theme
        super().set_theme(theme)
        if changed:
            self._build()

    def sizeHint(self) -> QSize:
        """Tiles of forty pixels."""
        columns, rows = self._arranged(QSize(300, 300))
        return QSize(columns * 44, rows * 44)

    def minimumSizeHint(self) -> QSize:
        """Two rows of small tiles."""
        return QSize(120, 64)

    def tiles(self) -> list[QRect]:
        """Where each map is: squares as large as fit, every map in one place."""
        if not len(self._maps):
            return []
        columns, rows = self._arranged(self.size())
        side = max(4, min((self.width() + _GAP) // columns, (self.height() + _GAP) // rows) - _GAP)
        left = (self.width() - columns * (side + _GAP) + _GAP) // 2
        return [
            QRect(left + (k % columns) * (side + _GAP), (k // columns) * (side + _GAP), side, side)
            for k in range(len(self._maps))
        ]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Which map, where in it, and how much, as a tool tip."""
        self.setToolTip(self.words_at(event.position().x(), event.position().y()))

    def words_at(self, x: float, y: float) -> str:
        """The value at a place of this widget; empty between the maps."""
        for number, tile in enumerate(self.tiles()):
            if tile.contains(int(x), int(y)):
                height, width = self._maps.shape[1:]
                row = min(height - 1, int((y - tile.top()) * height / tile.height()))
                column = min(width - 1, int((x - tile.left()) * width / tile.width()))
                return tr("map {number}, row {row}, column {column}: {value:.3f}").format(
                    number=number, row=row, column=column, value=float(self._maps[number, row, column])
                )
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The tiles, or the words for an empty place."""
        painter = QPainter(self)
        if not self._images:
            self.paint_empty(painter, self.rect())
            return
        for tile, image in zip(self.tiles(), self._images, strict=True):
            painter.drawImage(tile, image)

    def _arranged(self, size: QSize) -> tuple[int, int]:
        """Columns and rows that leave the tiles largest."""
        count = max(1, len(self._maps))
        sides = {
            columns: min(size.width() / columns, size.height() / math.ceil(count / columns))
            for columns in range(1, count + 1)
        }  # fmt: skip
        columns = max(sides, key=lambda number: sides[number])
        return columns, math.ceil(count / columns)

    def _build(self) -> None:
        table = colour_table("diverging" if self.is_signed else "sequential", self.theme)
        largest = self.largest or 1.0
        self._indices = quantise(self._maps, -largest if self.is_signed else 0.0, largest)
        self._images = []
        for indices in self._indices:
            height, width = indices.shape
            image = QImage(indices.data, width, height, width, QImage.Format.Format_Indexed8)
            image.setColorTable(table)
            self._images.append(image)
