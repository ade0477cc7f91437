"""Two answers side by side: a bar for the free network, one for the held one, and the difference."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.text import tr
from workbench.ui.widgets.belief import percent
from workbench.ui.widgets.painted import Painted


@dataclass(frozen=True)
class Compared:
    """One class, or word: its probability (or number) free and held."""

    name: str
    free: float
    held: float


class ComparedBars(Painted):
    """One row for each; the free bar above in grey, the held one below in the accent. Numbers beside them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Compared, ...] = ()
        self._shares = True
        self._titles, self._what = (tr("free"), tr("held")), ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Answers free and held"))

    @property
    def rows(self) -> tuple[Compared, ...]:
        """What is shown."""
        return self._rows

    def set_titles(self, first: str, second: str, what: str = "") -> None:
        """What the two answers are called, and what the names of the rows are names of."""
        self._titles, self._what = (first, second), what
        self.update()

    def set_rows(self, rows: Sequence[Compared], *, shares: bool = True) -> None:
        """Show these; ``shares``: they are probabilities, else plain numbers, which have no bars."""
        rows = tuple(rows)
        if (rows, shares) == (self._rows, self._shares):
            return
        resized = len(rows) != len(self._rows)
        self._rows, self._shares = rows, shares
        self.setAccessibleDescription(
            "; ".join(
                f"{row.name}: {self._titles[0]} {self._told(row.free)}, {self._titles[1]} {self._told(row.held)}"
                for row in rows
            )
        )
        if resized:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A head, and a line for each row."""
        return QSize(300, self._head() + max(1, len(self._rows)) * self._pitch())

    def minimumSizeHint(self) -> QSize:
        """Never lower than its rows."""
        return QSize(128, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The head, then row by row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._rows:
            self.paint_empty(painter, self.rect())
            return
        metrics = QFontMetrics(self.type("body"))
        number = max(metrics.horizontalAdvance("−100.0"), metrics.horizontalAdvance(">99.9 %")) + 8
        name = max(metrics.horizontalAdvance(row.name) for row in self._rows) + 8
        name = min(name, self.width() // 2, max(self.width() // 4, self.width() - number - 40))
        # The change goes first where there is no room for it, then the first answer, whose bar is still there.
        room = self.width() - name - (56 if self._shares else 0)
        shown = min(3, max(1, room // number))
        numbers = {3: (0, 1, 2), 2: (0, 1), 1: (1,)}[shown]
        columns = {which: self.width() - (shown - place) * number for place, which in enumerate(numbers)}
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(self.type("caption"))
        painter.setPen(QColor(self.theme.secondary))
        painter.drawText(QRect(0, 0, self.width(), self._head()), left, self._what)
        for which, x in columns.items():
            words = (*self._titles, tr("change"))[which]
            painter.drawText(QRect(x, 0, number, self._head()), right, words)
        for place, row in enumerate(self._rows):
            top = self._head() + place * self._pitch()
            line = QRect(0, top, self.width(), self._pitch())
            painter.setFont(self.type("body"))
            painter.setPen(QColor(self.theme.text))
            words = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, name - 8)
            painter.drawText(line.adjusted(0, 0, name - line.width(), 0), left, words)
            if self._shares:
                self._paint_bars(painter, QRect(name, top, min(columns.values()) - name - 4, self._pitch()), row)
            changed = row.held - row.free
            told = (
                (self._told(row.free), self.theme.secondary),
                (self._told(row.held), self.theme.accent),
                (self._told_change(changed), self.theme.text),
            )
            for which, x in columns.items():
                words, colour = told[which]
                painter.setPen(QColor(colour))
                painter.drawText(QRect(x, top, number, self._pitch()), right, words)

    def _paint_bars(self, painter: QPainter, box: QRect, row: Compared) -> None:
        thick = 4.0
        middle = box.top() + box.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        for top, value, colour in (
            (middle - thick - 0.5, row.free, self.theme.outline),
            (middle + 0.5, row.held, self.theme.accent),
        ):
            track = QRectF(box.left(), top, max(8, box.width()), thick)
            painter.setBrush(QColor(self.theme.hover))
            painter.drawRoundedRect(track, 2, 2)
            if 0.0 < value <= 1.0:
                painter.setBrush(QColor(colour))
                painter.drawRoundedRect(track.adjusted(0, 0, (value - 1) * track.width(), 0), 2, 2)

    def _told(self, value: float) -> str:
        return percent(value) if self._shares else f"{value:.3f}".replace("-", "−")

    def _told_change(self, change: float) -> str:
        digits = f"{100 * change:+.1f}" if self._shares else f"{change:+.3f}"
        return digits.replace("-", "−")

    def _pitch(self) -> int:
        return self.line_height("body") + 4

    def _head(self) -> int:
        return self.line_height("caption") + 2
