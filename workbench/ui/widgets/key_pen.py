"""The pen that keys move over the pad, for whoever has no mouse: arrows move it, Space sets it down and lifts it."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QFocusEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from workbench.ui.text import tr
from workbench.ui.theme import Theme

#: The pad is walked in so many rows and columns, as many as the network reads; with Shift, so many at once.
ROWS, MANY = 28, 4

#: Rights and downs of each key; the corners of the number pad walk aslant.
_WAYS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Home: (-1, -1), Qt.Key.Key_PageUp: (1, -1), Qt.Key.Key_End: (-1, 1), Qt.Key.Key_PageDown: (1, 1),
}  # fmt: skip

_BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_BY_HAND = (QEvent.Type.MouseButtonPress, QEvent.Type.TabletPress, QEvent.Type.TouchBegin)


@dataclass(frozen=True)
class KeyPen:
    """A pen in the middle of one of the pad's ROWS x ROWS fields, both counted from 0."""

    column: int = ROWS // 2
    row: int = ROWS // 2

    @property
    def place(self) -> tuple[float, float]:
        """In pad units."""
        return (self.column + 0.5) / ROWS, (self.row + 0.5) / ROWS

    def moved(self, key: Qt.Key, *, far: bool) -> "KeyPen | None":
        """Where a key takes it, at most to the edge; None for a key that takes it nowhere."""
        if key not in _WAYS:
            return None
        right, down = (way * (MANY if far else 1) for way in _WAYS[key])
        return KeyPen(min(max(self.column + right, 0), ROWS - 1), min(max(self.row + down, 0), ROWS - 1))

    def words(self) -> str:
        """Where it is, to be read aloud."""
        return tr("column {column}, row {row}").format(column=self.column, row=self.row)


class Pad(Protocol):
    """What the keys draw on; places in pad units."""

    @property
    def is_drawing(self) -> bool:
        """Whether a pen is down, this one or another."""

    def begin(self, place: tuple[float, float]) -> None:
        """The pen touches down."""

    def go_on(self, place: tuple[float, float]) -> None:
        """It moves, while it is down."""

    def lift(self) -> None:
        """What it drew is a stroke."""

    def take_back(self) -> None:
        """What it drew is nothing."""


class PadKeys(QObject):
    """Hears the keys of a pad. The pen is seen from the first of its keys on, or when Tab has come to the pad.

    Until then Space is nobody's, and the window's. Shift goes further; Escape takes the stroke back, then puts the pen
    away, as a hand on the pad and leaving it do, when what is drawn stays. ``announced`` carries what is read aloud.
    """

    announced = Signal(str)

    def __init__(self, pad: Pad, widget: QWidget) -> None:
        super().__init__(widget)
        self._pad, self._widget = pad, widget
        #: None while it is not seen.
        self.pen: KeyPen | None = None
        self.is_down = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes the keys that are the pen's; everything else goes on to the pad."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._pressed(event)
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusIn:
            if event.reason() in _BY_KEYS:
                self._show(self.pen or KeyPen())
        elif event.type() == QEvent.Type.FocusOut or event.type() in _BY_HAND:
            self.put_away()
        return False

    def put_away(self) -> None:
        """What it was drawing is a stroke."""
        if self.is_down:
            self.is_down = False
            self._pad.lift()
        self._show(None)

    def paint(self, painter: QPainter, at: QPointF, radius: float, theme: Theme) -> None:
        """A ring as wide as the line with four arms, on ink as on paper; filled while it draws."""
        radius = max(4.0, radius)
        for colour, width in ((theme.surface, 4.0), (theme.accent, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.setBrush(QColor(theme.accent) if self.is_down else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, radius, radius)
            for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                way = QPointF(right, down)
                painter.drawLine(at + way * radius, at + way * (radius + 7))

    def _pressed(self, event: QKeyEvent) -> bool:
        key, shift = Qt.Key(event.key()), Qt.KeyboardModifier.ShiftModifier
        if event.modifiers() & ~(shift | Qt.KeyboardModifier.KeypadModifier):
            return False
        moved = (self.pen or KeyPen()).moved(key, far=bool(event.modifiers() & shift))
        if moved is not None:
            self._show(moved if self.pen is not None else KeyPen())  # the first key shows where it is
            if self.is_down:
                self._pad.go_on(moved.place)
            self._announce((self.pen or moved).words())
        elif key == Qt.Key.Key_Space and self.pen is not None:
            if not event.isAutoRepeat():
                self._set_down_or_lift(self.pen)
        elif key == Qt.Key.Key_Escape and self.is_down:
            self.is_down = False
            self._pad.take_back()
            self._announce(tr("The stroke is taken back"))
        elif key == Qt.Key.Key_Escape and self.pen is not None:
            self.put_away()
        else:
            return False
        return True

    def _set_down_or_lift(self, pen: KeyPen) -> None:
        if self.is_down:
            self.is_down = False
            self._pad.lift()
            self._announce(tr("Pen up. {pad}").format(pad=self._widget.accessibleDescription()))
        elif not self._pad.is_drawing:  # a hand may be
            self.is_down = True
            self._pad.begin(pen.place)
            self._announce(tr("Pen down at {place}").format(place=pen.words()))
        self._widget.update()

    def _show(self, pen: KeyPen | None) -> None:
        if pen != self.pen:
            self.pen = pen
            self._widget.update()

    def _announce(self, words: str) -> None:
        self.announced.emit(words)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._widget, words))
