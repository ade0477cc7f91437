"""Belief after every step: how a network makes up its mind while it reads."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.errors import BadInput
from workbench.insight.decision import decided_at
from workbench.ui.text import tr
from workbench.ui.widgets.belief import DIGITS, percent
from workbench.ui.widgets.colour_map import colour_table, quantise
from workbench.ui.widgets.time_view import TimeView


class BeliefByRow(TimeView):
    """Probabilities ``(steps, classes)``, time across, one line a class; a mark where the answer stopped changing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: tuple[str, ...] = DIGITS
        self._beliefs = np.zeros((0, len(DIGITS)), dtype=np.float32)
        self._indices = np.zeros((0, 0), dtype=np.uint8)
        self._image = QImage()
        self._step_word = tr("row")
        self._numbers: Sequence[int] = range(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Belief after every step"))

    def set_classes(self, names: Sequence[str]) -> None:
        """Names of the classes; the beliefs are forgotten."""
        if tuple(names) != self._classes:
            self._classes = tuple(names)
            self._beliefs = np.zeros((0, len(self._classes)), dtype=np.float32)
            self._changed()

    def set_beliefs(
        self,
        values: npt.NDArray[np.float32] | None,
        step_word: str | None = None,
        numbers: Sequence[int] | None = None,
    ) -> None:
        """Show probabilities ``(steps, classes)``; None or no steps shows the empty text.

        A step is called a row, unless said otherwise, and by its own number, unless ``numbers`` holds another for each.
        """
        none = np.zeros((0, len(self._classes)), dtype=np.float32)
        shown = none if values is None else np.asarray(values, dtype=np.float32)
        if shown.ndim != 2 or shown.shape[1] != len(self._classes):
            raise BadInput(
                "belief by step", f"expected probabilities of shape (steps, {len(self._classes)})", value=shown.shape
            )
        word = step_word or self._step_word
        called = range(len(shown)) if numbers is None else tuple(numbers)
        if (word, called) == (self._step_word, self._numbers) and np.array_equal(shown, self._beliefs):
            return
        self._beliefs, self._step_word, self._numbers = shown.copy(), word, called
        self._changed()

    @property
    def decided(self) -> int | None:
        """The step from which on the answer stayed what it was at the end."""
        return decided_at(self._beliefs)

    def area(self) -> QRect:
        """Below the title, and right of the longest name as far as there is room."""
        area = super().area()
        top = self.line_height("caption") + 6
        metrics = QFontMetrics(self.type("caption", bold=True))
        longest = max((metrics.horizontalAdvance(name) for name in self._classes), default=0) + 10
        left = max(area.left(), min(longest, self.width() // 4))
        return QRect(left, top, max(1, area.right() + 1 - left), max(1, self.height() - top - 2))

    def row_at(self, y: float) -> int | None:
        """The class at a vertical position."""
        area, count = self.area(), len(self._classes)
        if not self._steps or not area.top() <= y < area.top() + area.height():
            return None
        return min(count - 1, int((y - area.top()) * count / area.height()))

    def row_count(self) -> int:
        """Classes."""
        return len(self._classes) if self._steps else 0

    def reading_at(self, step: int, row: int | None) -> str:
        """The class under the pointer, or the likeliest, after so many steps."""
        k = int(np.nan_to_num(self._beliefs[step]).argmax()) if row is None else row
        return tr("after {word} {step}: {name} {value}").format(
            word=self._step_word,
            step=self._numbers[step],
            name=self._classes[k],
            value=percent(float(self._beliefs[step, k])),
        )

    def sizeHint(self) -> QSize:
        """One low line a class."""
        return QSize(320, self.line_height("caption") + 8 + 11 * len(self._classes))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The title, the classes' names, the probabilities, the mark and the cursor."""
        painter = QPainter(self)
        area = self.area()
        self.paint_frame(painter, area)
        if not self._steps:
            painter.fillRect(area.adjusted(0, 0, -1, -1), QColor(self.theme.surface))
            self.paint_empty(painter, area)
            return
        self._paint_title(painter, area)
        self._paint_names(painter, area)
        painter.drawImage(area, self._image)
        decided = self.decided
        if decided is not None:
            x = self.step_span(decided)[0]
            winner = int(self._beliefs[-1].argmax())
            pitch = area.height() / len(self._classes)
            painter.setPen(QPen(QColor(self.theme.surface), 3))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setPen(QPen(QColor(self.theme.gates["f"]), 1.5))
            painter.drawLine(QPointF(x, area.top() - 4), QPointF(x, area.bottom()))
            y = area.top() + winner * pitch
            painter.drawRect(round(x), round(y), round(area.right() - x), round(pitch) - 1)
        self.paint_cursor(painter)

    def _paint_title(self, painter: QPainter, area: QRect) -> None:
        decided = self.decided
        painter.setFont(self.type("caption"))
        painter.setPen(QColor(self.theme.secondary))
        box = QRect(area.left(), 0, area.width(), area.top() - 4)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), self._title(decided))

    def _title(self, decided: int | None) -> str:
        if decided is None:
            return ""
        winner = self._classes[int(self._beliefs[-1].argmax())]
        number = self._numbers[decided]
        return tr("{name}: decided at {word} {step}").format(name=winner, word=self._step_word, step=number)

    def _paint_names(self, painter: QPainter, area: QRect) -> None:
        painter.setFont(self.type("caption"))
        metrics = QFontMetrics(painter.font())
        pitch = area.height() / len(self._classes)
        # Where lines of text would touch, every second, third ... class is named.
        every = max(1, int(np.ceil(metrics.height() * 0.8 / pitch)))
        winner = int(np.nan_to_num(self._beliefs[-1]).argmax())
        for k, name in enumerate(self._classes):
            if k != winner and (k % every or abs(k - winner) < every):
                continue
            painter.setPen(QColor(self.theme.accent if k == winner else self.theme.secondary))
            painter.setFont(self.type("caption", bold=k == winner))
            middle = area.top() + (k + 0.5) * pitch
            box = QRect(0, round(middle - metrics.height() / 2), area.left() - 6, metrics.height())
            text = QFontMetrics(painter.font()).elidedText(name, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), text)

    def _changed(self) -> None:
        self._steps = self._beliefs.shape[0]
        if self._cursor is not None and self._cursor >= self._steps:
            self._cursor = None
        self._image = QImage()
        if self._steps:
            classes = len(self._classes)
            stride = (self._steps + 3) & ~3
            self._indices = np.zeros((classes, stride), dtype=np.uint8)
            self._indices[:, : self._steps] = quantise(np.ascontiguousarray(self._beliefs.T), 0.0, 1.0)
            self._image = QImage(self._indices.data, self._steps, classes, stride, QImage.Format.Format_Indexed8)
            self._image.setColorTable(colour_table("sequential", self.theme))
        self.setAccessibleDescription(self._title(self.decided))
        self.update()
