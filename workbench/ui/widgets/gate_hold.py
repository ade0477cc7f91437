"""The valve of one gate: free, shut, open, at its mean, or anywhere between."""

import math

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSlider, QWidget

from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, font, gate_name

#: Positions of a slider from one end of its range to the other.
_POSITIONS = 200

#: How far the slider goes where nothing bounds a gate's values.
_REACH = 4.0

FREE = "free"
MEAN = "mean"


class GateHold(QWidget):
    """One row: the gate's name in its colour, a button for each usual value, and a slider."""

    #: The gate and the value that it is to be held at, None for its mean; and whether it is one drag.
    held = Signal(str, object, bool)
    #: The gate that is to be let go.
    freed = Signal(str)

    def __init__(self, gate: str, low: float | None, high: float | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.gate = gate
        self._low = -_REACH if low is None else low
        self._high = _REACH if high is None else high
        self.setObjectName(f"hold_{gate}")
        self.setAccessibleName(tr("Hold {gate}").format(gate=f"{gate}, {gate_name(gate)}"))
        self.name = QLabel(f"{gate}  {gate_name(gate)}")
        self.name.setFont(font("body", bold=True))
        self.name.setMinimumWidth(self.name.fontMetrics().horizontalAdvance("g  candidate") + GRID)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.name)
        for word, text, tip in self._choices(high):
            button = QPushButton(text)
            button.setObjectName(f"hold_{gate}_{word}")
            button.setAccessibleName(f"{gate}: {text}")
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setProperty("segment", "true")
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            self._group.addButton(button)
            self.buttons[word] = button
            row.addWidget(button)
            if word == "0" and high != 1.0:  # no valve, but the sliders stand below each other
                spare = QPushButton("1")
                spare.setProperty("segment", "true")
                spare.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
                keeps = spare.sizePolicy()
                keeps.setRetainSizeWhenHidden(True)
                spare.setSizePolicy(keeps)
                spare.hide()
                row.addWidget(spare)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName(f"hold_{gate}_slider")
        self.slider.setAccessibleName(tr("Value that {gate} is held at").format(gate=gate))
        self.slider.setRange(0, _POSITIONS)
        self.slider.setMinimumWidth(48)
        self.value = QLabel()
        self.value.setFont(font("body", tabular=True))
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.value.setMinimumWidth(self.value.fontMetrics().horizontalAdvance("−0.000"))
        row.addSpacing(GRID // 2)
        row.addWidget(self.slider, 1)
        row.addWidget(self.value)
        self._group.buttonClicked.connect(self._pressed)
        self.slider.valueChanged.connect(self._slid)
        self.show_value(FREE)

    def show_value(self, value: float | str | None) -> None:
        """Show what it is held at: a number, FREE, MEAN, or None where units or steps differ."""
        known = value if isinstance(value, str) else _word(value)
        self._group.setExclusive(False)
        for word, button in self.buttons.items():
            button.setChecked(word == known)
        self._group.setExclusive(known in self.buttons)
        if isinstance(value, float):
            self.slider.blockSignals(True)
            self.slider.setValue(round((value - self._low) / (self._high - self._low) * _POSITIONS))
            self.slider.blockSignals(False)
            self.value.setText(f"{value:.3f}".replace("-", "−"))
        else:
            self.value.setText({FREE: "", MEAN: tr("mean")}.get(value or "", "…"))

    def set_theme(self, theme: Theme) -> None:
        """The gate's own colour."""
        self.name.setStyleSheet(f"color: {theme.gate(self.gate).name()};")

    def _choices(self, high: float | None) -> list[tuple[str, str, str]]:
        found = [
            (FREE, tr("free"), tr("As the network computes it")),
            ("0", "0", tr("Held at 0: shut, or switched off")),
        ]
        if high == 1.0:
            found.append(("1", "1", tr("Held at 1: wide open")))
        found.append((MEAN, tr("mean"), tr("Held at each unit's own mean over test samples and steps")))
        return found

    @Slot(object)
    def _pressed(self, button: QPushButton) -> None:
        word = next(word for word, each in self.buttons.items() if each is button)
        if word == FREE:
            self.freed.emit(self.gate)
        else:
            self.held.emit(self.gate, None if word == MEAN else float(word), False)

    @Slot(int)
    def _slid(self, position: int) -> None:
        value = self._low + (self._high - self._low) * position / _POSITIONS
        self.held.emit(self.gate, round(value, 6), True)


def _word(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:g}"
