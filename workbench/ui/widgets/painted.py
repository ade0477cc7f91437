"""A widget that paints itself from values it was given, in the colours of a theme."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from workbench.ui.theme import LIGHT, Role, Theme, font


class Painted(QWidget):
    """The part every painted widget shares: its theme, its fonts and the words for an empty place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._empty = ""
        self._fonts: dict[tuple[Role, bool], QFont] = {}

    @property
    def theme(self) -> Theme:
        """The colours this widget paints with."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Paint in these colours from now on."""
        if theme is not self._theme:
            self._theme = theme
            self.update()

    def set_empty_text(self, text: str) -> None:
        """What stands here while there is nothing to show: what will come, and how to get it."""
        if text != self._empty:
            self._empty = text
            self.update()

    def type(self, role: Role, *, bold: bool = False) -> QFont:
        """The interface font in one of the theme's sizes, figures of equal width."""
        key = (role, bold)
        if key not in self._fonts:
            self._fonts[key] = font(role, bold=bold, tabular=True)
        return self._fonts[key]

    def line_height(self, role: Role) -> int:
        """Pixels a line of text of this role needs."""
        return QFontMetrics(self.type(role)).height()

    def changeEvent(self, event: QEvent) -> None:
        """Forget the fonts when the application's changed."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self._fonts.clear()
            self.updateGeometry()
        super().changeEvent(event)

    def paint_empty(self, painter: QPainter, area: QRect, words: str = "") -> None:
        """The empty place's words, or these, quietly in the middle of ``area``, as many lines as they need."""
        painter.setFont(self.type("caption"))
        painter.setPen(QColor(self._theme.secondary))
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(area.adjusted(8, 4, -8, -4), flags, words or self._empty)

    def paint_frame(self, painter: QPainter, area: QRect) -> None:
        """A hairline just outside ``area``; the accent's when the widget has the keyboard."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        colour = self._theme.accent if self.hasFocus() else self._theme.hairline
        painter.setPen(QPen(QColor(colour), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(-1, -1, 0, 0))

    def minimumSizeHint(self) -> QSize:
        """Small enough to stack several of them."""
        return QSize(96, 64)
