"""Test samples to choose from: thumbnails of pictures, or lines of words, each with what is right and what was told."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from workbench.ui.text import tr
from workbench.ui.theme import LIGHT, Theme, font

#: Height and width of a thumbnail, in logical pixels.
_SIDE = 40


@dataclass(frozen=True, eq=False)
class Shown:
    """One sample: its number, what stands under it (or in its line), and its picture where it is one, 0..1."""

    number: int
    text: str
    tip: str
    is_right: bool | None
    picture: npt.NDArray[np.float32] | None = None


class SamplesList(QListWidget):
    """A click or Enter chooses a sample by its number."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._shown: tuple[Shown, ...] = ()
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setWordWrap(False)
        self.setStyleSheet("QListWidget::item { padding: 1px; }")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSpacing(2)
        self.setMinimumWidth(_SIDE + 48)
        self.setFont(font("caption", tabular=True))
        self.setAccessibleName(tr("Test samples"))
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    @property
    def shown(self) -> tuple[Shown, ...]:
        """What is shown."""
        return self._shown

    def set_theme(self, theme: Theme) -> None:
        """Pictures in these colours from now on."""
        if theme is not self._theme:
            self._theme = theme
            self._fill()

    def set_samples(self, shown: Sequence[Shown]) -> None:
        """Shows these; the same again changes nothing."""
        if [(one.number, one.text) for one in shown] == [(one.number, one.text) for one in self._shown] and all(
            a.picture is b.picture or np.array_equal(a.picture, b.picture)  # type: ignore[arg-type]
            for a, b in zip(shown, self._shown, strict=True)
        ):
            return
        self._shown = tuple(shown)
        self._fill()

    def _fill(self) -> None:
        chosen = self.currentItem()
        before = chosen.data(Qt.ItemDataRole.UserRole) if chosen is not None else None
        has_pictures = bool(self._shown) and self._shown[0].picture is not None
        self.setViewMode(QListView.ViewMode.IconMode if has_pictures else QListView.ViewMode.ListMode)
        self.setMovement(QListView.Movement.Static)  # which another view mode sets back
        self.setIconSize(QSize(_SIDE, _SIDE))
        lines = self.fontMetrics().height()
        self.setGridSize(QSize(_SIDE + 34, _SIDE + lines + 8) if has_pictures else QSize())
        self.clear()
        for one in self._shown:
            item = QListWidgetItem(one.text)
            if one.picture is not None:
                item.setIcon(QIcon(_pixmap(one.picture, self._theme, self.devicePixelRatioF())))
                item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            if one.is_right is False:
                item.setForeground(QColor(self._theme.error))
            item.setToolTip(one.tip)
            item.setData(Qt.ItemDataRole.UserRole, one.number)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, one.tip)
            self.addItem(item)
            if one.number == before:
                self.setCurrentItem(item)

    @Slot(QListWidgetItem)
    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(int(item.data(Qt.ItemDataRole.UserRole)))


def _pixmap(picture: npt.NDArray[np.float32], theme: Theme, ratio: float) -> QPixmap:
    """Ink as text on paper, colours as they are; scaled with the screen's own pixels."""
    if picture.ndim == 2:
        ink, paper = (
            np.array([c.red(), c.green(), c.blue()]) for c in (QColor(theme.text), QColor(theme.surface))
        )  # fmt: skip
        rgb = paper + picture[..., None] * (ink - paper)
    else:
        rgb = picture * 255
    pixels = np.ascontiguousarray(np.clip(np.rint(rgb), 0, 255), dtype=np.uint8)  # (height, width, 3)
    height, width = pixels.shape[:2]
    image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    side = round(_SIDE * ratio)
    scaled = image.scaled(
        side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )  # fmt: skip
    result = QPixmap.fromImage(scaled)
    result.setDevicePixelRatio(ratio)
    return result
