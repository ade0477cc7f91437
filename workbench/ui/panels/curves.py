"""The Curves panel: loss, accuracy and gradient norm of this training, with earlier ones behind them."""

import math
from collections.abc import Hashable
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSlider, QStackedWidget, QVBoxLayout, QWidget

from workbench.session.change import Change
from workbench.session.drawn_runs import DrawnRun
from workbench.session.history import History
from workbench.session.session import Session
from workbench.ui.panels.panel import Panel
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, font
from workbench.ui.widgets.curve import CurvePlot
from workbench.ui.widgets.runs_legend import RunEntry, RunsLegend
from workbench.ui.widgets.series import Series

#: Each notch of the slider: the moving average's weight. About so many steps count: 1 / (1 - weight).
SMOOTHING = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998)

_DEFAULT_SMOOTHING = 4

#: Accuracy is kept as a share of 1 and drawn in per cent.
SCALE = {"loss": 1.0, "accuracy": 100.0, "gradient_norm": 1.0}


class CurvesPanel(Panel):
    """Two or three plots side by side, and at their right how they are drawn."""

    listens: ClassVar[Change] = Change.HISTORY | Change.TIMES | Change.RUNS
    interval_ms: ClassVar[int] = 100

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("curvesPanel")
        self.plots: dict[str, CurvePlot] = {}
        self._loss_unit = tr("nats")
        self._drawn: tuple[object, ...] = ()
        self._earlier_lines: dict[str, tuple[tuple[DrawnRun, ...], list[Series]]] = {}
        self._asked_for_plots = False
        self.empty = QLabel(tr("Press Train: loss and accuracy are drawn here, step by step."), self)
        self.empty.setObjectName("curvesEmpty")
        self.empty.setProperty("role", "secondary")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self._row = QWidget(self)
        self._row_layout = QHBoxLayout(self._row)
        self._row_layout.setContentsMargins(0, 0, 0, 0)
        self._row_layout.setSpacing(2 * GRID)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self._row)

        self.log_axis = self._switch("logAxis", tr("Log axis"), tr("A logarithmic axis for loss and gradient norm"))
        self.show_earlier = self._switch(
            "showEarlier",
            tr("Earlier runs"),
            tr("Thin lines of the trainings before this one, and of the runs chosen in Runs"),
            on=True,
        )
        self.show_gradient = self._switch(
            "showGradient", tr("Gradient norm"), tr("Length of the gradient at each step, before clipping"), on=True
        )
        self.runs = RunsLegend(self)
        self.runs.hide()
        self.runs.toggled.connect(self._toggle_run)
        self.smoothing = QSlider(Qt.Orientation.Horizontal, self)
        self.smoothing.setObjectName("smoothing")
        self.smoothing.setAccessibleName(tr("Smoothing"))
        self.smoothing.setRange(0, len(SMOOTHING) - 1)
        self.smoothing.setPageStep(1)
        self.smoothing.setValue(_DEFAULT_SMOOTHING)
        self.smoothing.setToolTip(
            tr("A moving average of the training. The raw line stays behind it, paler; validation is never smoothed.")
        )
        self.smoothing_text = QLabel(self)
        self.smoothing_text.setProperty("role", "caption")
        self.smoothing_text.setFont(font("caption", tabular=True))
        self.smoothing.valueChanged.connect(self._options_changed)
        self._lay_out()
        self._options_changed()

    def refresh(self) -> None:
        """Draws the history, if it or the options changed since it was last drawn."""
        times = self.session.times
        history = times.history
        for plot in self.plots.values():
            plot.set_marked(None if times.at is None else float(times.at))
        if not self.plots:
            if history is not None:
                self.empty.setText(tr("The curves begin with the first step."))
            return
        shown = history.folder if history is not None else None
        runs = [run for run in self.session.runs.drawn if shown is None or run.history.folder != shown]
        listed = runs if self.show_earlier.isChecked() else []
        self.show_earlier.setEnabled(bool(runs))
        self._list_runs(listed)
        earlier = tuple(run for run in listed if not run.is_hidden)
        has_curve = bool(listed) or (history is not None and len(history.training) > 0)
        self.pages.setCurrentWidget(self._row if has_curve else self.empty)
        as_drawn = tuple((id(run.history), run.place) for run in earlier)
        state = (
            history, history.version if history else 0, as_drawn, self._clip(), self._options(),
            self.session.training.is_busy,
        )  # fmt: skip
        if not has_curve or state == self._drawn:
            return
        self._drawn = state
        weight = SMOOTHING[self.smoothing.value()]
        unit = self._unit_of_loss()
        if unit != self._loss_unit:
            self._loss_unit = unit
            self.plots["loss"].set_axes(tr("step"), tr("loss"), y_unit=unit)
        preset = self.session.training.preset
        every_step = preset is not None and preset.training.every_step
        tells_bits = preset is not None and preset.task == "bits"
        for name, plot in self.plots.items():
            plot.set_log(self.log_axis.isChecked() and name != "accuracy")
            plot.set_smoothing(weight)
            plot.setVisible(name != "gradient_norm" or self.show_gradient.isChecked())
            # While steps are still to come the axis reaches ahead of them.
            is_growing = history is self.session.training.history and self.session.training.is_busy
            plot.set_longest(float(history.steps) if history is not None and is_growing else 0.0)
            limit = self._clip() if name == "gradient_norm" else 0.0
            own = curves(name, history, clip=limit, every_step=every_step, tells_bits=tells_bits)
            lines = [*self._lines_of(earlier, name), *own]
            plot.set_series(lines)
            if name == "accuracy":  # numbers are neither right nor wrong: there is no such curve
                plot.setVisible(bool(lines))

    def set_theme(self, theme: Theme) -> None:
        """Plots in the theme's colours."""
        super().set_theme(theme)
        for plot in self.plots.values():
            plot.set_theme(theme)
        self.runs.set_theme(theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Once the window has been painted, the plots are made: importing their library takes half a second."""
        super().paintEvent(event)
        if not self._asked_for_plots:
            self._asked_for_plots = True
            QTimer.singleShot(0, self, self.make_plots)

    @Slot()
    def make_plots(self) -> None:
        """Makes the plots, once."""
        if self.plots:
            return
        axes = {
            "loss": ("lossCurve", tr("loss"), tr("nats")),
            "accuracy": ("accuracyCurve", tr("accuracy"), "%"),
            "gradient_norm": ("gradientCurve", tr("gradient norm"), ""),
        }
        for name, (object_name, title, unit) in axes.items():
            plot = CurvePlot(self._row)
            plot.setObjectName(object_name)
            plot.set_axes(tr("step"), title, y_unit=unit)
            plot.set_limits(0.0, 100.0 if name == "accuracy" else math.inf)
            plot.set_theme(self.theme)
            plot.most_named = 0  # they are listed beside the plots, once for all of them
            plot.reading.connect(self._read_runs)
            self._row_layout.addWidget(plot, 1)
            self.plots[name] = plot
        self.refresh()

    def _unit_of_loss(self) -> str:
        """Cross-entropies are in nats; squared errors have no name for their unit."""
        history, preset = self.session.times.history, self.session.times.preset
        if history is None or preset is None:
            return tr("nats")
        training = preset.training
        is_squared = history.answer == "bit" and training.engine == "scratch" and training.bit_loss == "squared"
        return tr("nats") if history.answer in ("class", "bit") and not is_squared else ""

    def _lines_of(self, earlier: tuple[DrawnRun, ...], name: str) -> list[Series]:
        """Earlier trainings no longer change: the same lines each time need not be compared point by point."""
        drawn, lines = self._earlier_lines.get(name, ((), []))
        if earlier != drawn:
            lines = [run_line(run, name) for run in earlier]
            self._earlier_lines[name] = (earlier, lines)
        return lines

    def _list_runs(self, runs: list[DrawnRun]) -> None:
        self.runs.setVisible(bool(runs))
        self.runs.set_entries([
            RunEntry(run.key, _listed_name(run.history), run.place, run.is_hidden,
                     run.history.folder.name if run.history.folder is not None else "")
            for run in runs
        ])  # fmt: skip
        self._read_runs()

    @Slot()
    def _read_runs(self) -> None:
        """The values of the runs in the plot that the pointer is in."""
        values: dict[int, float] = {}
        for plot in self.plots.values():
            if plot.read_at is not None:
                values = {
                    series.colour: value for series, value in plot.values_at(plot.read_at)
                    if series.style == "earlier" and isinstance(series.colour, int)
                }  # fmt: skip
        self.runs.set_values([
            f"{values[entry.place]:.4g}" if entry.place in values and not entry.is_hidden else ""
            for entry in self.runs.entries
        ])  # fmt: skip

    @Slot(object, bool)
    def _toggle_run(self, key: Hashable, is_hidden: bool) -> None:
        self.session.runs.hide_curves(key, not is_hidden)

    def _clip(self) -> float:
        preset = self.session.times.preset
        return preset.training.clip if preset is not None else 0.0

    def _options(self) -> tuple[object, ...]:
        return (
            self.log_axis.isChecked(), self.show_earlier.isChecked(), self.show_gradient.isChecked(),
            self.smoothing.value(),
        )  # fmt: skip

    def _switch(self, name: str, text: str, tip: str, *, on: bool = False) -> QCheckBox:
        switch = QCheckBox(text, self)
        switch.setObjectName(name)
        switch.setToolTip(tip)
        switch.setChecked(on)
        switch.toggled.connect(self._options_changed)
        return switch

    def _lay_out(self) -> None:
        label = QLabel(tr("Smoothing"), self)
        label.setBuddy(self.smoothing)
        side = QVBoxLayout()
        side.setSpacing(GRID // 2)
        side.addWidget(label)
        side.addWidget(self.smoothing)
        side.addWidget(self.smoothing_text)
        side.addSpacing(GRID // 2)
        for switch in (self.log_axis, self.show_gradient, self.show_earlier):
            side.addWidget(switch)
        side.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID + 4, GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.pages, 4)
        layout.addWidget(self.runs, 1)
        layout.addLayout(side)

    @Slot()
    def _options_changed(self) -> None:
        weight = SMOOTHING[self.smoothing.value()]
        about = round(1.0 / (1.0 - weight))
        self.smoothing_text.setText(tr("off") if weight == 0.0 else tr("mean of about {n} steps").format(n=about))
        self.refresh()


def _listed_name(history: History) -> str:
    """What tells it from others comes first: the rest may have no room. "#2 MNIST, an LSTM", or the day and time."""
    title, mark, number = history.name.rpartition(" #")
    return f"#{number} {title}" if mark else history.name


def run_line(run: DrawnRun, name: str) -> Series:
    """The line that a run adds to the plot of a column, behind the live one's."""
    columns = run.history.training
    return Series(run.history.name, columns["step"], columns[name] * SCALE[name], "earlier", run.place, smooth=True)


def curves(
    name: str, history: History | None, *, clip: float = 0.0, every_step: bool = False, tells_bits: bool = False
) -> list[Series]:
    """The lines that one training adds to the plot of a column: itself, its validation, and the limit ``clip``.

    ``every_step``: the loss it learns from is a mean over all steps, which must not be held against the last one's.
    ``tells_bits``: of what it learns every bit is counted, of what is held out only sums all of whose bits are right.
    """
    if history is None or not len(history.training) or np.isnan(history.training[name]).all():
        return []
    step = history.training["step"]
    learnt, held_out = tr("training"), tr("validation")
    if every_step and name == "loss":
        learnt, held_out = tr("training, mean of all steps"), tr("validation, last step")
    if tells_bits and name == "accuracy":
        learnt, held_out = tr("training, single bits"), tr("validation, whole sums")
    lines = [Series(learnt, step, history.training[name] * SCALE[name], smooth=True)]
    if name != "gradient_norm" and len(history.validation):
        values = history.validation[name] * SCALE[name]
        lines.append(Series(held_out, history.validation["step"], values, "validation", 1))
    if clip:
        # As far as the training has come, so that all plots stand over the same steps.
        ends = np.array([0.0, float(step[-1])])
        lines.append(Series(tr("clipped at {clip:g}").format(clip=clip), ends, np.full(2, clip), "limit"))
    return lines
