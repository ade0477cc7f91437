"""Which line is which, above a plot instead of over it; with a value each while the pointer reads the curves."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.widgets.painted import Painted

_SAMPLE = 24
_GAP = 18


@dataclass(frozen=True)
class Entry:
    """One line of a plot: its name, how it is drawn, and its value under the pointer, if there is one."""

    name: str
    pen: QPen
    marker: bool = False
    value: str = ""


class Legend(Painted):
    """Entries from left to right, on as many lines as they need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self._where = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_entries(self, entries: Sequence[Entry], where: str = "") -> None:
        """The entries, and where their values were read ("step 1200")."""
        before = self.heightForWidth(self.width())
        self._entries, self._where = tuple(entries), where
        self.setAccessibleDescription(", ".join(f"{e.name} {e.value}".strip() for e in self._entries))
        if self.heightForWidth(self.width()) != before:
            self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The lines its entries need."""
        places = self._places(width)
        lines = (places[-1].bottom() + 1) if places else self.line_height("caption") + 4
        return int(lines)

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(240, self.heightForWidth(max(self.width(), 240)))

    def minimumSizeHint(self) -> QSize:
        """One line."""
        return QSize(80, self.line_height("caption") + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The entries."""
        painter = QPainter(self)
        self.paint_entries(painter, self.width())

    def paint_entries(self, painter: QPainter, width: int) -> None:
        """On any painter, from its origin: the window's, or a picture's to save."""
        painter.save()
        metrics, bold = QFontMetrics(self.type("caption")), QFontMetrics(self.type("caption", bold=True))
        for entry, box in zip(self._entries, self._places(width), strict=True):
            middle = box.top() + box.height() / 2
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(entry.pen)
            painter.drawLine(QPointF(box.left(), middle), QPointF(box.left() + _SAMPLE, middle))
            if entry.marker:
                painter.setBrush(entry.pen.color())
                painter.setPen(Qt.PenStyle.NoPen)
                painter.drawEllipse(QPointF(box.left() + _SAMPLE / 2, middle), 3, 3)
            painter.setFont(self.type("caption"))
            painter.setPen(QColor(self.theme.text))
            left = box.left() + _SAMPLE + 6
            flags = int(Qt.AlignmentFlag.AlignVCenter)
            value = 6 + bold.horizontalAdvance(entry.value) if entry.value else 0
            name = metrics.elidedText(entry.name, Qt.TextElideMode.ElideRight, box.right() - left - value)
            painter.drawText(QRect(left, box.top(), box.width(), box.height()), flags, name)
            if entry.value:
                left += metrics.horizontalAdvance(name) + 6
                painter.setFont(self.type("caption", bold=True))
                painter.drawText(QRect(left, box.top(), box.width(), box.height()), flags, entry.value)
        if self._where and self._entries:
            painter.setFont(self.type("caption"))
            painter.setPen(QColor(self.theme.secondary))
            row = QRect(0, 0, width - 2, metrics.height() + 4)
            painter.drawText(row, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self._where)
        painter.restore()

    def _places(self, width: int) -> list[QRect]:
        metrics, bold = QFontMetrics(self.type("caption")), QFontMetrics(self.type("caption", bold=True))
        reserved = metrics.horizontalAdvance(self._where) + _GAP if self._where else 0
        height = metrics.height() + 4
        places: list[QRect] = []
        x = y = 0
        for entry in self._entries:
            needs = _SAMPLE + 6 + metrics.horizontalAdvance(entry.name) + 4
            if entry.value:
                needs += 6 + bold.horizontalAdvance(entry.value)
            if x and x + needs > width - (reserved if y == 0 else 0):
                x, y = 0, y + height
            room = width - x - (max(0, reserved - _GAP + 2) if y == 0 else 0)
            needs = min(needs, max(_SAMPLE, room))  # a long name is cut short
            places.append(QRect(x, y, needs, height))
            x += needs + _GAP
        return places
