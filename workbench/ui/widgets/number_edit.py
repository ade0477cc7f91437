"""A line for one number: any text can be typed, arrow keys and the wheel step it, nothing is clamped in silence."""

import math
import re

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from workbench.fields import Field
from workbench.ui.theme import font

#: 60,000 or 60 000, the spaces of any width.
_GROUPED = re.compile(r"[+-]?\d{1,3}([,\s’']\d{3})+")

#: A field that may be 0 and spans many sizes goes from 0 to this.
_SMALLEST = 1e-4

#: One notch of a mouse wheel, in eighths of a degree.
_NOTCH = 120


def parsed(field: Field, text: str) -> int | float | str:
    """The number in a text, or the text itself where there is none: the session then says what was expected."""
    plain = text.strip()
    if _GROUPED.fullmatch(plain):
        plain = re.sub(r"[,\s’']", "", plain)
    try:
        return int(plain) if field.kind == "int" else float(plain)
    except ValueError:
        return plain


def shown(value: int | float) -> str:
    """A number as it is read best: ``60,000``, ``0.002``, ``1e-5``; a float to its last digit."""
    if isinstance(value, int):
        return f"{value:,}"
    if value.is_integer() and abs(value) < 1e15:
        return f"{int(value)}"
    return re.sub(r"e([+-])0+", r"e\1", repr(value)).replace("e+", "e")


def stepped(field: Field, value: int | float, direction: int) -> int | float:
    """The next number up (``direction`` 1) or down (-1), within the field's range.

    Whole numbers go by 1. Numbers that may be negative go by 0.5, shares of 1 by 0.05, and all others through
    1, 2, 5, 10 at their own size, as one tries learning rates.
    """
    low = -math.inf if field.low is None else field.low
    high = math.inf if field.high is None else field.high
    if isinstance(value, int):
        return int(min(max(value + direction, low), high))
    if low < 0.0:
        following = round(value / 0.5 + direction) * 0.5
    elif high <= 1.0:
        following = round(round(value / 0.05 + direction) * 0.05, 10)
    else:
        following = _one_two_five(value, direction)
        if field.low_excluded:
            low = math.ulp(0.0)
        elif following < _SMALLEST:
            following = _SMALLEST if direction > 0 else 0.0
    return float(min(max(following, low), high))


def doubled(field: Field, value: int | float, direction: int) -> int | float:
    """Twice or half a whole number, as one tries units and batches; ten times or a tenth of any other."""
    if not isinstance(value, int):
        for _ in range(3):
            value = stepped(field, value, direction)
        return value
    following = max(1, value * 2) if direction > 0 else value // 2
    low = -math.inf if field.low is None else field.low
    return int(min(max(following, low), math.inf if field.high is None else field.high))


def _one_two_five(value: float, direction: int) -> float:
    if value <= 0.0:
        return 0.0
    size = math.floor(math.log10(value) + 1e-9)
    ladder = [float(f"{digit}e{size + shift}") for shift in (-1, 0, 1) for digit in (1, 2, 5)]
    if direction > 0:
        return min(step for step in ladder if step > value * (1 + 1e-9))
    return max(step for step in ladder if step < value * (1 - 1e-9))


class NumberEdit(QLineEdit):
    """The control for a field that is a number. ``edited`` carries a number, or the text where it is none."""

    edited = Signal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._turned = 0
        self.setMaxLength(32)
        self.setFont(font("body", tabular=True))
        self.setMinimumWidth(72)
        self.textEdited.connect(self._typed)
        self.editingFinished.connect(self._tidy)

    def show_value(self, value: int | float) -> None:
        """Show the session's number; how the person wrote the same number is left alone."""
        if parsed(self._field, self.text()) != value:
            self.setText(shown(value))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go one step, Page Up and Page Down several."""
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if key == Qt.Key.Key_Up else -1)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._step(1 if key == Qt.Key.Key_PageUp else -1, far=True)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Steps only with the keyboard's focus, so that scrolling past changes nothing."""
        if not self.hasFocus():
            event.ignore()
            return
        self._turned += event.angleDelta().y()
        notches, self._turned = int(self._turned / _NOTCH), int(math.fmod(self._turned, _NOTCH))
        for _ in range(abs(notches)):
            self._step(1 if notches > 0 else -1)
        event.accept()

    def _step(self, direction: int, *, far: bool = False) -> None:
        value = parsed(self._field, self.text())
        if isinstance(value, str) or not math.isfinite(value):
            value = self._field.default
        following = (doubled if far else stepped)(self._field, value, direction)
        self.setText(shown(following))
        self.edited.emit(following)

    @Slot(str)
    def _typed(self, text: str) -> None:
        self.edited.emit(parsed(self._field, text))

    @Slot()
    def _tidy(self) -> None:
        value = parsed(self._field, self.text())
        if not isinstance(value, str) and math.isfinite(value):
            self.setText(shown(value))
