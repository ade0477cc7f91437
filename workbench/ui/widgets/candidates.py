"""The words that might have stood at one place of a story, each with its probability as a bar."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.text import tr
from workbench.ui.widgets.belief import percent
from workbench.ui.widgets.painted import Painted

_BAR = 4

#: What stands for characters that cannot be seen.
_SIGNS = {" ": "␣", "\n": "↵", "\t": "⇥", "\u3000": "␣"}


def visible(word: str) -> str:
    """A word as it is shown by itself: a space or line end as a sign."""
    return _SIGNS.get(word, word)


def word_share(value: float, *, is_cosine: bool) -> str:
    """A word's probability in per cent, or the cosine of its vector to what was told."""
    return f"{value:.3f}".replace("-", "−") if is_cosine else percent(value)


class Candidates(Painted):
    """Word and per cent on one line, the bar below it; the word that was taken in the accent's colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._candidates: tuple[tuple[str, float], ...] = ()
        self._taken = ""
        self._is_cosine = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Candidates"))

    @property
    def candidates(self) -> tuple[tuple[str, float], ...]:
        """What is shown: words with their probabilities."""
        return self._candidates

    def set_candidates(
        self, candidates: Sequence[tuple[str, float]], taken: str = "", *, is_cosine: bool = False
    ) -> None:
        """Show words with their probabilities, the likeliest first; ``taken`` is the one the story went on with.

        ``is_cosine``: the numbers are cosines, of a network that answers with vectors.
        """
        if (tuple(candidates), taken, is_cosine) != (self._candidates, self._taken, self._is_cosine):
            self._candidates, self._taken, self._is_cosine = tuple(candidates), taken, is_cosine
            self.setAccessibleDescription(
                ", ".join(f"{visible(text)} {word_share(p, is_cosine=is_cosine)}" for text, p in candidates)
            )
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Six words."""
        return QSize(150, 6 * self._pitch())

    def minimumSizeHint(self) -> QSize:
        """Three words."""
        return QSize(120, 3 * self._pitch())

    def paintEvent(self, event: QPaintEvent) -> None:
        """One after the other, as many as there is room for."""
        painter = QPainter(self)
        if not self._candidates:
            self.paint_empty(painter, self.rect())
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pitch = self._pitch()
        for k, (text, probability) in enumerate(self._candidates):
            line = QRect(0, k * pitch, self.width(), pitch - _BAR - 6)
            if k and line.bottom() + _BAR + 4 > self.height():
                break
            self._paint_one(painter, line, text, probability)

    def _paint_one(self, painter: QPainter, line: QRect, text: str, probability: float) -> None:
        taken = text == self._taken
        painter.setFont(self.type("body", bold=taken))
        metrics = QFontMetrics(painter.font())
        number = word_share(probability, is_cosine=self._is_cosine)
        painter.setPen(QColor(self.theme.secondary))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), number)
        painter.setPen(QColor(self.theme.accent if taken else self.theme.text))
        room = line.width() - metrics.horizontalAdvance(number) - 8
        short = metrics.elidedText(visible(text), Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), short)
        track = QRectF(0, line.bottom() + 2, line.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.hover))
        painter.drawRoundedRect(track, 2, 2)
        if probability * track.width() >= 0.5:
            painter.setBrush(QColor(self.theme.accent if taken else self.theme.outline))
            painter.drawRoundedRect(track.adjusted(0, 0, (min(probability, 1.0) - 1) * track.width(), 0), 2, 2)

    def _pitch(self) -> int:
        return self.line_height("body") + _BAR + 8
