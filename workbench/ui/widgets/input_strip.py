"""What the network reads, step by step, above the heatmaps: a picture's rows or a sentence's words."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.errors import BadInput
from workbench.ui.text import tr
from workbench.ui.theme import Theme, mixed
from workbench.ui.widgets.time_view import TimeView

#: From this angle on, a word beside its neighbours no longer fits lying down.
_STANDING = -90.0


class InputStrip(TimeView):
    """The input with time across, lined up with the heatmaps below it and sharing their cursor."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._names: tuple[str, ...] = ()
        self._picture = np.zeros((0, 0), dtype=np.float32)
        self._pixels = np.zeros((0, 0), dtype=np.uint8)
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(tr("Input over time"))

    def set_picture(
        self, picture: npt.NDArray[np.float32], steps: int | None = None, *, transposed: bool = True,
        names: Sequence[str] = (), what: str = "",
    ) -> None:  # fmt: skip
        """Show grey levels 0..1 ``(rows, columns)``; time runs down the rows, so ``transposed`` lays it on its side.

        A row is a step, or each of fewer ``steps`` reads several. Without ``transposed`` time runs across already.
        ``names``: of the inputs, where each has one; ``what``: in words, where it is no picture.
        """
        picture = np.asarray(picture, dtype=np.float32)
        if picture.ndim != 2:
            raise BadInput("input strip", "expected a picture of shape (rows, columns)", value=picture.shape)
        shown = np.ascontiguousarray(picture.T if transposed else picture)
        names = tuple(names)
        is_same = not self._words and names == self._names
        if is_same and (steps or shown.shape[1]) == self._steps and np.array_equal(shown, self._picture):
            return
        relayout = bool(self._words) or shown.shape != self._picture.shape
        self._words, self._picture, self._names = (), shown, names
        self._set_steps(steps or shown.shape[1])
        self._build_image()
        what = what or (tr("{n} rows of a picture") if len(shown) > 1 else tr("{n} pixels of a picture"))
        self.setAccessibleDescription(what.format(n=shown.shape[1]))
        if relayout:
            self.updateGeometry()
        self.update()

    def set_words(self, words: Sequence[str]) -> None:
        """Show one word a step."""
        words = tuple(words)
        if words == self._words and not self._picture.size:
            return
        self._words, self._names = words, ()
        self._picture, self._image = np.zeros((0, 0), dtype=np.float32), QImage()
        self._set_steps(len(words))
        self.setAccessibleDescription(" ".join(words))
        self.updateGeometry()
        self.update()

    def clear(self) -> None:
        """Nothing to show: the empty text stands here."""
        self.set_words(())

    def set_theme(self, theme: Theme) -> None:
        """Paint in these colours; the picture is ink on this theme's paper."""
        changed = theme is not self.theme
        super().set_theme(theme)
        if changed and self._picture.size:
            self._build_image()

    def area(self) -> QRect:
        """The whole height, but for the frame."""
        return super().area().adjusted(0, 2, 0, -2)

    def row_at(self, y: float) -> int | None:
        """The pixel at a vertical position, in a picture."""
        area, rows = self.area(), self.row_count()
        if not rows or not area.top() <= y < area.top() + area.height():
            return None
        return min(rows - 1, int((y - area.top()) * rows / area.height()))

    def row_count(self) -> int:
        """Inputs a step, in a picture."""
        return int(self._picture.shape[0])

    def reading_at(self, step: int, row: int | None) -> str:
        """The word, or the grey level."""
        if self._words:
            return tr("step {step}: {word}").format(step=step, word=self._words[step])
        if row is None:
            return tr("step {step}").format(step=step)
        each = self._picture.shape[1] // self._steps  # rows of the picture that a step reads
        levels = self._picture[row, step * each : (step + 1) * each]
        shown = ", ".join(f"{level:.3f}" for level in levels)
        if self._names:
            return tr("{name}[step {step}] = {levels}").format(name=self._names[row], step=step, levels=shown)
        return tr("x[input {row}, step {step}] = {levels}").format(row=row, step=step, levels=shown)

    def sizeHint(self) -> QSize:
        """A picture is as high as a small heatmap; words stand on one line, or upright where they are many."""
        if self._words:
            metrics = QFontMetrics(self.type("caption"))
            longest = max(metrics.horizontalAdvance(word) for word in self._words)
            return QSize(320, min(112, longest + 14) if self._upright() else metrics.height() + 14)
        return QSize(320, 84)

    def minimumSizeHint(self) -> QSize:
        """One line."""
        return QSize(96, self.line_height("caption") + 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture or the words, then the cursor."""
        painter = QPainter(self)
        area = self.area()
        painter.setPen(QColor(self.theme.secondary))
        painter.setFont(self.type("body", bold=True))
        if self._steps:
            right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
            names = self._names or ("x",)
            height = area.height() / len(names)
            for row, name in enumerate(names):
                box = QRect(0, round(area.top() + row * height), area.left() - 8, round(height))
                painter.drawText(box, right, name)
        self.paint_frame(painter, area)
        if not self._steps:
            self.paint_empty(painter, area)
        elif self._words:
            self._paint_words(painter, area)
        else:
            painter.drawImage(area, self._image)
        self.paint_cursor(painter)

    def _paint_words(self, painter: QPainter, area: QRect) -> None:
        metrics = QFontMetrics(self.type("caption"))
        upright = self._upright()
        # Where steps are narrower than a line of text, as many words as can be read, and always the one pointed at.
        every = math.ceil(0.7 * metrics.height() * len(self._words) / max(1, area.width())) if upright else 1
        for step, word in enumerate(self._words):
            left, width = self.step_span(step)
            here = step == self.cursor_step
            painter.setFont(self.type("caption", bold=here))
            painter.setPen(QColor(self.theme.accent if here else self.theme.text))
            room = area.height() - 8 if upright else round(width) - 4
            text = metrics.elidedText(word, Qt.TextElideMode.ElideRight, max(8, room))
            centre = int(Qt.AlignmentFlag.AlignCenter)
            if upright:
                if step % every and not here:
                    continue
                painter.save()
                painter.translate(left + width / 2, area.bottom() - 4)
                painter.rotate(_STANDING)
                box = QRect(0, -metrics.height() // 2, room, metrics.height())
                painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
                painter.restore()
            else:
                painter.drawText(QRect(round(left), area.top(), round(width), area.height()), centre, text)

    def _upright(self) -> bool:
        if not self._words:
            return False
        metrics = QFontMetrics(self.type("caption"))
        longest = max(metrics.horizontalAdvance(word) for word in self._words)
        return longest + 6 > self.area().width() / len(self._words)

    def _set_steps(self, steps: int) -> None:
        self._steps = steps
        if self._cursor is not None and self._cursor >= steps:
            self._cursor = None

    def _build_image(self) -> None:
        rows, columns = self._picture.shape
        if not self._picture.size:
            self._image = QImage()
            return
        stride = (columns + 3) & ~3
        self._pixels = np.zeros((rows, stride), dtype=np.uint8)
        self._pixels[:, :columns] = np.rint(np.clip(np.nan_to_num(self._picture), 0.0, 1.0) * 255)
        self._image = QImage(self._pixels.data, columns, rows, stride, QImage.Format.Format_Indexed8)
        self._image.setColorTable(ink_table(self.theme))


@lru_cache(maxsize=4)
def ink_table(theme: Theme) -> tuple[int, ...]:
    """256 colours from this theme's paper to its ink, for grey levels."""
    return tuple(mixed(theme.text, theme.surface, level / 255).rgb() for level in range(256))
