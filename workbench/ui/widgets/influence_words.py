"""The influence of each word: the sentence with every word on its colour, its number and a bar below it."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.errors import BadInput
from workbench.ui.text import tr
from workbench.ui.widgets.influence_view import InfluenceView, Values

_GAP = 6
_PADDING = 6
_BAR = 4


class InfluenceWords(InfluenceView):
    """Words from left to right and line by line. An erased one is struck out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._values: Values | None = None
        self._lit: int | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(tr("Influence of the words"))

    @property
    def words(self) -> tuple[str, ...]:
        """What is shown."""
        return self._words

    @property
    def values(self) -> Values | None:
        """The influence of every word; None while it is not known."""
        return self._values

    def set_words(self, words: Sequence[str]) -> None:
        """What was read; the values are forgotten where it is another sentence."""
        words = tuple(words)
        if words != self._words:
            self._words, self._values, self._part = words, None, None
            self.updateGeometry()
            self.update()

    def set_influence(self, values: Values | None, reach: float) -> None:
        """Show values of the words, from ``-reach`` to ``reach``; None while they are not known."""
        if values is not None and values.shape != (len(self._words),):
            raise BadInput("influence", "expected a value for every word", value=values.shape)
        self._values, self._reach = values, reach
        self.setAccessibleDescription(
            " ".join(self._words) if values is None
            else ", ".join(f"{w} {_told(v)}" for w, v in zip(self._words, values.tolist(), strict=True))
        )  # fmt: skip
        self.update()

    def set_lit(self, word: int | None) -> None:
        """Frame the word that the shared cursor points at."""
        if word != self._lit:
            self._lit = word
            self.update()

    def boxes(self, width: int | None = None) -> list[QRectF]:
        """Where each word is, in lines as wide as this widget."""
        width = width or self.width()
        metrics, small = QFontMetrics(self.type("body")), QFontMetrics(self.type("caption"))
        high = metrics.height() + small.height() + _BAR + _PADDING
        # As wide as its number will be, so that nothing jumps when it changes.
        least = small.horizontalAdvance("−00.00")
        found, x, y = [], 1.0, 1.0
        for word in self._words:
            wide = max(least, metrics.horizontalAdvance(word)) + 2 * _PADDING
            if x > 1.0 and x + wide > width - 1:
                x, y = 1.0, y + high + _GAP
            found.append(QRectF(x, y, min(wide, width - 2), high))
            x += wide + _GAP
        return found

    def part_at(self, position: QPointF) -> int | None:
        """A word."""
        return next((n for n, box in enumerate(self.boxes()) if box.contains(position)), None)

    def walked(self, part: int | None, key: Qt.Key) -> int | None:
        """Left and Right walk the words, Home and End go to the ends."""
        last = len(self._words) - 1
        if last < 0:
            return None
        begin = part if part is not None else -1 if self._lit is None else self._lit - 1
        match key:
            case Qt.Key.Key_Left:
                return max(0, begin - 1)
            case Qt.Key.Key_Right:
                return min(last, begin + 1)
            case Qt.Key.Key_Home:
                return 0
            case Qt.Key.Key_End:
                return last
            case _:
                return None

    def heightForWidth(self, width: int) -> int:
        """As many lines as the words need."""
        boxes = self.boxes(width)
        return round(boxes[-1].bottom()) + 2 if boxes else 2 * self.line_height("body")

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(320, self.heightForWidth(320))

    def minimumSizeHint(self) -> QSize:
        """A line."""
        return QSize(160, self.heightForWidth(max(160, self.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Word by word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._words:
            self.paint_empty(painter, self.rect())
            return
        for number, box in enumerate(self.boxes()):
            self._paint_word(painter, number, box)

    def _paint_word(self, painter: QPainter, number: int, box: QRectF) -> None:
        value = None if self._values is None else float(self._values[number])
        is_gone = number in self._gone
        metrics = QFontMetrics(self.type("body"))
        chip = QRectF(box.left(), box.top(), box.width(), metrics.height() + _PADDING)
        background = self.colour(value if value is not None and np.isfinite(value) else 0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(background)
        painter.drawRoundedRect(chip, 3, 3)
        if is_gone:
            self.paint_gone(painter, chip)
        font = self.type("body")
        font.setStrikeOut(is_gone)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.secondary) if is_gone else self.readable_on(background))
        words = metrics.elidedText(self._words[number], Qt.TextElideMode.ElideRight, int(chip.width()) - _PADDING)
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), words)
        font.setStrikeOut(False)
        if value is not None:
            self._paint_value(painter, QRectF(box.left(), chip.bottom() + 1, box.width(), 0), value)
        if number in (self._lit, self._part):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.theme.accent), 1.5))
            painter.drawRoundedRect(chip, 3, 3)

    def _paint_value(self, painter: QPainter, line: QRectF, value: float) -> None:
        """A bar from the middle, and the number."""
        middle = line.center().x()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.hover))
        painter.drawRect(QRectF(line.left(), line.top(), line.width(), _BAR))
        if np.isfinite(value):
            long = min(1.0, abs(value) / self._reach) * line.width() / 2
            painter.setBrush(self.colour(0.7 * self._reach if value > 0 else -0.7 * self._reach))
            painter.drawRect(QRectF(middle if value > 0 else middle - long, line.top(), long, _BAR))
        painter.setFont(self.type("caption"))
        painter.setPen(QColor(self.theme.secondary))
        below = QRectF(line.left(), line.top() + _BAR, line.width(), self.line_height("caption"))
        painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), _told(value))


def _told(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
