"""How sure a network is: a large numeral and a bar for each class, never one without the other."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.errors import BadInput
from workbench.ui.text import tr
from workbench.ui.widgets.painted import Painted

_NUMERAL_PIXELS = 84
_DASH_PIXELS = 40
DIGITS = tuple("0123456789")


class DigitBelief(Painted):
    """Probabilities ``(classes,)`` as bars with one decimal of a per cent, and the likeliest class as a numeral."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: tuple[str, ...] = DIGITS
        self._beliefs: npt.NDArray[np.float32] | None = None
        self._empty = tr("Nothing drawn is no digit.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Belief"))
        self._describe()

    @property
    def beliefs(self) -> npt.NDArray[np.float32] | None:
        """The probabilities shown, or None while there are none."""
        return self._beliefs

    @property
    def winner(self) -> str | None:
        """The likeliest class; none where nothing was drawn or a probability is not a number."""
        if self._beliefs is None or not np.isfinite(self._beliefs).all():
            return None
        return self._classes[int(self._beliefs.argmax())]

    def set_classes(self, names: Sequence[str]) -> None:
        """Names of the classes, in the order of the probabilities; the beliefs are forgotten."""
        if tuple(names) != self._classes:
            self._classes, self._beliefs = tuple(names), None
            self._describe()
            self.updateGeometry()
            self.update()

    def set_beliefs(self, values: npt.NDArray[np.float32] | None) -> None:
        """Show probabilities ``(classes,)``; None says that nothing was drawn."""
        if values is not None:
            values = np.asarray(values, dtype=np.float32)
            if values.shape != (len(self._classes),):
                raise BadInput("belief", f"expected one probability a class ({len(self._classes)})", value=values.shape)
        before = self._beliefs
        if before is values or (before is not None and values is not None and np.array_equal(before, values)):
            return
        self._beliefs = None if values is None else values.copy()
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        """The numeral beside ten bars."""
        return QSize(300, max(220, len(self._classes) * (self.line_height("body") + 5)))

    def minimumSizeHint(self) -> QSize:
        """Bars one line high."""
        return QSize(232, len(self._classes) * self.line_height("caption") + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Numeral left, bars right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        column = min(136, max(96, round(self.width() * 0.36)))
        self._paint_numeral(painter, QRect(0, 0, column, self.height()))
        self._paint_bars(painter, QRect(column + 8, 0, self.width() - column - 8, self.height()))

    def _paint_numeral(self, painter: QPainter, box: QRect) -> None:
        winner = self.winner
        text = "—" if winner is None else winner
        numeral = self.type("title")
        numeral.setPixelSize(_numeral_pixels(text, box.width() - 8) if winner is not None else _DASH_PIXELS)
        metrics = QFontMetrics(numeral)
        small = self.line_height("heading" if winner is not None else "caption") * (1 if winner is not None else 3)
        top = max(0, (self.height() - metrics.height() - small) // 2)
        painter.setFont(numeral)
        painter.setPen(QColor(self.theme.secondary if winner is None else self.theme.accent))
        centre = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        painter.drawText(QRect(box.left(), top, box.width(), metrics.height()), centre, text)
        below = QRect(box.left(), top + metrics.height(), box.width(), self.height() - top - metrics.height())
        if winner is None or self._beliefs is None:
            painter.setFont(self.type("caption"))
            painter.setPen(QColor(self.theme.secondary))
            words = self._empty if self._beliefs is None else tr("The network's output is not a number.")
            painter.drawText(below, centre | int(Qt.TextFlag.TextWordWrap), words)
        else:
            painter.setFont(self.type("heading"))
            painter.setPen(QColor(self.theme.text))
            painter.drawText(below, centre, percent(float(self._beliefs.max())))

    def _paint_bars(self, painter: QPainter, box: QRect) -> None:
        metrics = QFontMetrics(self.type("body"))
        widest = max((metrics.horizontalAdvance(name) for name in self._classes), default=0)
        name_width = min(widest, max(16, box.width() // 3))
        number_width = max(metrics.horizontalAdvance(text) for text in ("100.0 %", ">99.9 %")) + 4
        left = box.left() + name_width + 8
        room = max(8, box.right() - number_width - 8 - left)
        pitch = box.height() / len(self._classes)
        winner = self.winner
        for k, name in enumerate(self._classes):
            top, value = box.top() + k * pitch, None if self._beliefs is None else float(self._beliefs[k])
            best = name == winner
            row = QRect(box.left(), round(top), box.width(), round(pitch))
            painter.setFont(self.type("body", bold=best))
            painter.setPen(QColor(self.theme.accent if best else self.theme.text))
            right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, name_width)
            painter.drawText(row.adjusted(0, 0, name_width - row.width(), 0), right, short)
            thick = min(14.0, pitch * 0.6)
            track = QRectF(left, top + (pitch - thick) / 2, room, thick)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.hover))
            painter.drawRoundedRect(track, 3, 3)
            if value is None:
                continue
            if np.isfinite(value) and value * room >= 0.5:
                painter.setBrush(QColor(self.theme.accent if best else self.theme.outline))
                painter.drawRoundedRect(track.adjusted(0, 0, (value - 1) * room, 0), 3, 3)
            painter.setPen(QColor(self.theme.accent if best else self.theme.secondary))
            painter.drawText(row, right, percent(value))

    def _describe(self) -> None:
        winner = self.winner
        if winner is None or self._beliefs is None:
            self.setAccessibleDescription(self._empty)
            return
        order = np.argsort(-self._beliefs)[:3]
        self.setAccessibleDescription(
            ", ".join(f"{self._classes[k]} {percent(float(self._beliefs[k]))}" for k in order)
        )


def percent(value: float) -> str:
    """A probability with one decimal; one that is not exactly 0 or 1 is never rounded to look so."""
    if not np.isfinite(value):
        return tr("not a number")
    if 0.0 < value < 0.0005:
        return "<0.1 %"
    if 0.9995 <= value < 1.0:
        return ">99.9 %"
    return f"{value * 100:.1f} %"


def _numeral_pixels(text: str, room: int) -> int:
    """As large as fits: a digit is a numeral, a word is a heading."""
    return _NUMERAL_PIXELS if len(text) <= 1 else max(18, min(_NUMERAL_PIXELS, int(room / (0.62 * len(text)))))
