"""A slider through the snapshots of a training, its validated steps marked."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSlider, QStyle, QWidget

from workbench.ui.theme import LIGHT, Theme

#: The handle's width, as the style sheet draws it, and how long a mark is.
_HANDLE, _MARK = 16, 5


class StepSlider(QSlider):
    """One notch a snapshot; arrows, page keys, Home and End move it. The marks stand under the groove."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = LIGHT
        self._marks: tuple[int, ...] = ()
        self.setSingleStep(1)
        self.setPageStep(10)
        self.setMinimumHeight(30)

    @property
    def marks(self) -> tuple[int, ...]:
        """The notches that are marked."""
        return self._marks

    def set_theme(self, theme: Theme) -> None:
        """Paint in these colours from now on."""
        self._theme = theme
        self.update()

    def set_notches(self, count: int, at: int, marks: Iterable[int]) -> None:
        """So many notches, standing at one of them; says nothing of it."""
        marks = tuple(marks)
        self.blockSignals(True)
        self.setRange(0, max(0, count - 1))
        self.setValue(at)
        self.blockSignals(False)
        self.setEnabled(count > 1)
        if marks != self._marks:
            self._marks = marks
            self.update()

    def place_of(self, notch: int) -> int:
        """Where a notch stands, in pixels from the left."""
        room = self.width() - _HANDLE
        return _HANDLE // 2 + QStyle.sliderPositionFromValue(self.minimum(), self.maximum(), notch, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The style's slider, and the marks under it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QColor(self._theme.secondary))
        bottom = self.height() - 1
        for notch in self._marks:
            x = self.place_of(notch)
            painter.drawLine(x, bottom - _MARK, x, bottom)
