"""The class table of one picture: every class with its probability as a bar, the right one marked."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.errors import BadInput
from workbench.ui.text import tr
from workbench.ui.widgets.belief import percent
from workbench.ui.widgets.painted import Painted

_BAR = 5
_TICK = 16


class ClassTable(Painted):
    """Name and per cent on a line with the bar below it, in the classes' own order.

    The likeliest class has the accent's colour; the right one, where it is known, a tick before its name.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: tuple[str, ...] = ()
        self._probabilities: npt.NDArray[np.float32] | None = None
        self._right = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Class table"))

    @property
    def probabilities(self) -> npt.NDArray[np.float32] | None:
        """What is shown; None while there is nothing."""
        return self._probabilities

    @property
    def likeliest(self) -> str | None:
        """The class with the highest probability."""
        if self._probabilities is None or not np.isfinite(self._probabilities).all():
            return None
        return self._classes[int(self._probabilities.argmax())]

    def set_table(self, classes: Sequence[str], probabilities: npt.NDArray[np.float32] | None, right: str = "") -> None:
        """Show probabilities ``(classes,)``; ``right`` is the right class, empty where nobody knows it."""
        if probabilities is not None:
            probabilities = np.asarray(probabilities, dtype=np.float32)
            if probabilities.shape != (len(classes),):
                raise BadInput("class table", "expected one probability a class", value=probabilities.shape)
        self._classes, self._probabilities, self._right = tuple(classes), probabilities, right
        self.setAccessibleDescription(self._words())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Every class with some air."""
        return QSize(260, len(self._classes) * (self._pitch() + 6))

    def minimumSizeHint(self) -> QSize:
        """Ten classes; more are drawn closer, and the last left out."""
        return QSize(180, min(10, max(3, len(self._classes))) * self._pitch())

    def paintEvent(self, event: QPaintEvent) -> None:
        """One class after the other, as many as there is room for; the likeliest and the right one always."""
        painter = QPainter(self)
        if self._probabilities is None:
            self.paint_empty(painter, self.rect())
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self.shown()
        pitch = min(self.height() / len(shown), self._pitch() * 1.5)
        for place, number in enumerate(shown):
            line = QRect(0, round(place * pitch), self.width(), round(pitch))
            self._paint_one(painter, line, number)

    def shown(self) -> list[int]:
        """Numbers of the classes there is room for, in their order; where not for all, the likeliest and the right."""
        assert self._probabilities is not None
        room = max(1, self.height() // self._pitch())
        if room >= len(self._classes):
            return list(range(len(self._classes)))
        order = np.argsort(-np.nan_to_num(self._probabilities), kind="stable").tolist()
        if self._right in self._classes:
            right = self._classes.index(self._right)
            order.remove(right)
            order.insert(min(1, room - 1), right)
        return sorted(order[:room])

    def _paint_one(self, painter: QPainter, line: QRect, number: int) -> None:
        assert self._probabilities is not None
        name, value = self._classes[number], float(self._probabilities[number])
        best = name == self.likeliest
        text = QRect(_TICK, line.top(), line.width() - _TICK, self.line_height("body"))
        painter.setFont(self.type("body", bold=best))
        metrics = QFontMetrics(painter.font())
        words = percent(value)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(QColor(self.theme.accent if best else self.theme.secondary))
        painter.drawText(text, middle | int(Qt.AlignmentFlag.AlignRight), words)
        painter.setPen(QColor(self.theme.accent if best else self.theme.text))
        room = text.width() - metrics.horizontalAdvance(words) - 8
        short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(text, middle | int(Qt.AlignmentFlag.AlignLeft), short)
        if name == self._right:
            self._paint_tick(painter, QRectF(0, text.top(), _TICK, text.height()))
        track = QRectF(_TICK, text.bottom() + 3, text.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.hover))
        painter.drawRoundedRect(track, 2, 2)
        if np.isfinite(value) and value * track.width() >= 0.5:
            painter.setBrush(QColor(self.theme.accent if best else self.theme.outline))
            painter.drawRoundedRect(track.adjusted(0, 0, (min(value, 1.0) - 1) * track.width(), 0), 2, 2)

    def _paint_tick(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(QPen(QColor(self.theme.success), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        centre = box.center()
        corner = QPointF(centre.x() - 3, centre.y() + 4)
        painter.drawLine(QPointF(centre.x() - 6, centre.y() + 1), corner)
        painter.drawLine(corner, QPointF(centre.x() + 4, centre.y() - 4))

    def _pitch(self) -> int:
        return self.line_height("body") + _BAR + 6

    def _words(self) -> str:
        if self._probabilities is None:
            return self._empty
        order = np.argsort(-np.nan_to_num(self._probabilities), kind="stable")[:3].tolist()
        said = ", ".join(f"{self._classes[k]} {percent(float(self._probabilities[k]))}" for k in order)
        return said + ("; " + tr("right is {name}").format(name=self._right) if self._right else "")
