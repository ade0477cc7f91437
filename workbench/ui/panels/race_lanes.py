"""The lanes of a race, one a row: what each is, how large, how fast, and how it does."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from workbench.config import Layer, Preset
from workbench.engine.lanes import FEWEST, MOST, size_words
from workbench.fields import STACK_HEIGHT, fields_of
from workbench.preset_files import without_places
from workbench.session.history import History
from workbench.session.racing import RaceDesk, Runner
from workbench.ui.choice_names import choice_name
from workbench.ui.icons import icon
from workbench.ui.panels.controls import enable
from workbench.ui.text import tr
from workbench.ui.theme import GRID, LIGHT, Theme, font
from workbench.ui.widgets.choice import Choice
from workbench.ui.widgets.number_edit import NumberEdit
from workbench.ui.widgets.swatch import Swatch
from workbench.ui.wording import percent

#: Losses and shares are means over so many of the last steps; one batch alone would tell its luck.
LAST = 20

_FIELDS = {field.name: field for field in fields_of(Layer)}
_CELL_WIDTH = 144

_COLUMNS = ("", "cell", "units", "layers", "size", "pace", "score", "")


class LaneRow(QObject):
    """The controls and the numbers of one lane. They stand in the grid of :class:`LaneTable`."""

    edited = Signal(int, str, object)
    removed = Signal(int)

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.number = number
        name = tr("Lane {number}").format(number=number)
        self.swatch = Swatch(number, parent)
        self.swatch.setAccessibleName(name)
        self.cell = Choice([(cell, choice_name(cell)) for cell in _FIELDS["cell"].choices], parent)
        self.units = NumberEdit(_FIELDS["units"], parent)
        self.layers = NumberEdit(STACK_HEIGHT, parent)
        self.controls: dict[str, Choice | NumberEdit] = {
            "model.cell": self.cell, "model.units": self.units, "model.layers": self.layers,
        }  # fmt: skip
        for key, control in self.controls.items():
            title = tr(STACK_HEIGHT.title if key == "model.layers" else _FIELDS[key.removeprefix("model.")].title)
            control.setObjectName(f"raceLane{number}{key.removeprefix('model.').capitalize()}")
            control.setAccessibleName(f"{name}, {title}")
        self.cell.setMinimumWidth(_CELL_WIDTH)
        for edit, width in ((self.units, 58), (self.layers, 40)):
            edit.setMinimumWidth(width)
            edit.setMaximumWidth(width)
        self.size, self.pace, self.score = (self._text(f"raceLane{number}{what}", parent)
                                            for what in ("Size", "Pace", "Score"))  # fmt: skip
        self.remove = QPushButton(parent)
        self.remove.setObjectName(f"raceLane{number}Remove")
        self.remove.setAccessibleName(tr("Remove lane {number}").format(number=number))
        self.remove.setProperty("flat", "true")
        self.remove.setFixedWidth(28)
        self.remove.setStyleSheet("QPushButton, QPushButton:focus { padding-left: 2px; padding-right: 2px; }")
        self.cell.edited.connect(self._cell_edited)
        self.units.edited.connect(self._units_edited)
        self.layers.edited.connect(self._layers_edited)
        self.remove.clicked.connect(self._remove)

    def widgets(self) -> list[QWidget]:
        """One for each column."""
        return [self.swatch, self.cell, self.units, self.layers, self.size, self.pace, self.score, self.remove]

    def stops(self) -> list[QWidget]:
        """What the tab key comes by."""
        return [self.cell, self.units, self.layers, self.remove]

    def show_preset(self, preset: Preset, rejected: dict[tuple[int, str], str]) -> None:
        """What the lane is. What was typed and refused stays, with the reason."""
        stack = preset.stack
        cells, widths = [layer.cell for layer in stack], [layer.units for layer in stack]
        is_of_one_cell = len(set(cells)) == 1
        self.cell.setPlaceholderText(tr("Mixed") if stack else tr("Convolutions"))
        self.cell.show_value(cells[0] if is_of_one_cell else None)
        if (self.number, "model.units") not in rejected:
            if len(set(widths)) == 1:
                self.units.show_value(widths[0])
            else:
                self.units.setText("")
                self.units.setPlaceholderText("+".join(str(width) for width in widths) or "–")
        if (self.number, "model.layers") not in rejected:
            if stack:
                self.layers.show_value(len(stack))
            else:
                self.layers.setText("")
                self.layers.setPlaceholderText("–")
        for key, control in self.controls.items():
            why = rejected.get((self.number, key), "")
            if control.property("invalid") != bool(why):
                control.setProperty("invalid", bool(why))
                control.style().unpolish(control)
                control.style().polish(control)

    def enable(self, preset: Preset, *, is_racing: bool, is_matched: bool, why: dict[tuple[int, str], str]) -> None:
        """What can be changed, and why the rest cannot."""
        does = {
            "model.cell": tr("What one unit of this lane computes at one step"),
            "model.units": tr("Width of this lane's layers"),
            "model.layers": tr("Layers above each other"),
        }
        for key, control in self.controls.items():
            reason = ""
            if is_racing:
                reason = tr("The lanes cannot be changed while they race")
            elif not preset.stack:
                reason = tr("A convolution net has neither cells nor layers")
            elif key == "model.units" and is_matched and self.number:
                reason = tr("Chosen so that this lane has as many parameters as lane 0")
            control.setEnabled(not reason)
            control.setToolTip(why.get((self.number, key), "") or reason or does[key])

    def show_size(self, count: int | None, first: int | None) -> None:
        """``61,834``, and below it how much that is beside the first lane."""
        if count is None:
            self._say(self.size, "–", tr("Known once the text is cut"))
            return
        lines, tip = [f"{count:,}"], tr("{count:,} parameters").format(count=count)
        if self.number and first:
            words = size_words(count, first, tr).replace(" %", "\N{NO-BREAK SPACE}%")
            tip = tr("{tip}: {words}").format(tip=tip, words=words)
            lines.append(short_share(count, first))
        self._say(self.size, "\n".join(lines), tip)

    def show_runner(self, runner: Runner | None, step: int) -> None:
        """Time of a step, loss and share of right answers up to the step that all lanes have told of."""
        if runner is None or not len(runner.history.training):
            self._say(self.pace, "–", tr("Time of one step of this lane, measured for itself"))
            self._say(self.score, "–", tr("Loss and share right, means over the last {n} steps").format(n=LAST))
            return
        seconds = runner.step_seconds
        pace = "–" if seconds is None else milliseconds(seconds)
        self._say(self.pace, pace, tr("Median time of one step of this lane, measured for itself"))
        loss, share = recent(runner.history, step)
        lines = [f"{loss:.4g}", *([] if math.isnan(share) else [percent(share)])]
        tip = tr("Loss and share right, means of the last {n} steps up to step {step:,}.").format(n=LAST, step=step)
        if len(runner.history.validation):
            checked = runner.history.validation
            tip += " " + tr("Validation: loss {loss}").format(loss=f"{checked['loss'][-1]:.4g}")
            if not math.isnan(checked["accuracy"][-1]):
                tip += ", " + tr("{share} right").format(share=percent(float(checked["accuracy"][-1])))
        if runner.history.ended is not None and runner.history.ended.reason == "diverged":
            lines = [tr("diverged")]
            tip = tr(runner.history.ended.message)
        elif runner.findings:
            lines[0] = f"⚠ {lines[0]}"
            tip += "".join(f"\n{finding.sentence(tr)}" for finding in runner.findings)
        self._say(self.score, "\n".join(lines), tip)

    @Slot(object)
    def _cell_edited(self, value: object) -> None:
        self.edited.emit(self.number, "model.cell", value)

    @Slot(object)
    def _units_edited(self, value: object) -> None:
        self.edited.emit(self.number, "model.units", value)

    @Slot(object)
    def _layers_edited(self, value: object) -> None:
        self.edited.emit(self.number, "model.layers", value)

    @Slot()
    def _remove(self) -> None:
        self.removed.emit(self.number)

    @staticmethod
    def _text(name: str, parent: QWidget) -> QLabel:
        label = QLabel(parent)
        label.setObjectName(name)
        label.setProperty("role", "caption")
        label.setFont(font("caption", tabular=True))
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return label

    def _say(self, label: QLabel, text: str, tip: str) -> None:
        if label.text() != text:
            label.setText(text)
        label.setToolTip(tip)
        label.setAccessibleDescription(tip)


class LaneTable(QWidget):
    """All lanes. ``edited(lane, key, value)`` and ``removed(lane)`` say what the person wants."""

    edited = Signal(int, str, object)
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("raceLanes")
        self.setAccessibleName(tr("Lanes"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID // 2 + 2)
        self._grid.setVerticalSpacing(2)
        heads = ("", tr("Cell"), tr("Units"), tr("Layers"), tr("Parameters"), tr("A step"), tr("Loss, right"), "")
        for column, text in enumerate(heads):
            label = QLabel(text, self)
            label.setProperty("role", "caption")
            is_number = column >= _COLUMNS.index("size")
            label.setAlignment(Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(label, 0, column)
        self._grid.setColumnStretch(1, 1)
        for column, width in ((4, 64), (5, 58), (6, 66)):
            self._grid.setColumnMinimumWidth(column, width)
        self.rows = [LaneRow(number, self) for number in range(MOST)]
        for row in self.rows:
            for column, widget in enumerate(row.widgets()):
                self._grid.addWidget(widget, row.number + 1, column)
            row.edited.connect(self.edited)
            row.removed.connect(self.removed)
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Colours of the lanes."""
        for row in self.rows:
            row.swatch.set_theme(theme)
            row.remove.setIcon(icon("cross", theme))

    def show_desk(self, desk: RaceDesk) -> None:
        """The lanes of the race that runs, or those that are lined up with what they came to last."""
        lanes = desk.lanes
        racing = desk.runners if desk.is_busy else ()
        presets = tuple(runner.preset for runner in racing) or lanes.presets
        counts: Sequence[int | None] = [runner.history.parameters or None for runner in racing] or lanes.parameters
        for row in self.rows:
            is_there = row.number < len(presets)
            for widget in row.widgets():
                widget.setVisible(is_there)
            if not is_there:
                continue
            preset, rejected = presets[row.number], {} if desk.is_busy else lanes.rejected
            row.show_preset(preset, rejected)
            row.enable(preset, is_racing=desk.is_busy, is_matched=lanes.is_matched, why=rejected)
            row.show_size(counts[row.number], counts[0])
            row.show_runner(runner_of(desk, row.number, preset), desk.step)
            enable(
                row.remove, not desk.is_busy and len(presets) > FEWEST, tr("Take this lane out"),
                tr("The lanes cannot be changed while they race") if desk.is_busy
                else tr("{fewest} lanes are the fewest").format(fewest=FEWEST),
            )  # fmt: skip

    def stops(self) -> list[QWidget]:
        """What the tab key comes by."""
        return [stop for row in self.rows for stop in row.stops()]


def runner_of(desk: RaceDesk, number: int, preset: Preset) -> Runner | None:
    """What this lane came to in the race that runs or ran last; None where it was another lane then.

    One that was resumed is called otherwise than its preset, as its run is, and has whole places.
    """
    runner = desk.runners[number] if number < len(desk.runners) else None
    return runner if runner is not None and _settings(runner.preset) == _settings(preset) else None


def _settings(preset: Preset) -> tuple[object, ...]:
    return without_places(preset).data, preset.model, preset.training


def recent(history: History, step: int) -> tuple[float, float]:
    """Mean loss and share right of the last steps up to ``step``."""
    upto = int((history.training["step"] <= step).sum())
    first = max(0, upto - LAST)
    loss, share = (history.training[name][first:upto] for name in ("loss", "accuracy"))
    return (float(loss.mean()), float(share.mean())) if upto else (math.nan, math.nan)


def milliseconds(seconds: float) -> str:
    """Three significant digits: ``4.37 ms``, ``12.4 ms``, ``1.25 s``."""
    if seconds >= 1.0:
        return f"{seconds:.2f}\N{NO-BREAK SPACE}s"
    value = 1000.0 * seconds
    digits = 2 if value < 10.0 else 1 if value < 100.0 else 0
    return f"{value:.{digits}f}\N{NO-BREAK SPACE}ms"


def short_share(count: int, first: int) -> str:
    """``−24.8 %``: how many parameters more or fewer than the first lane."""
    share = 100.0 * (count / first - 1.0)
    return f"{share:+.1f}\N{NO-BREAK SPACE}%".replace("-", "−") if count != first else tr("the same")
