"""The curves of a race: the losses and the shares right of all lanes, over each other."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from workbench.session.racing import RaceDesk, Runner
from workbench.ui.text import tr
from workbench.ui.theme import GRID, LIGHT, Theme
from workbench.ui.widgets.curve import CurvePlot
from workbench.ui.widgets.series import Series

#: Weight of the moving average in front of each line: a mean of about ten steps.
_SMOOTHING = 0.9

#: A share is drawn in per cent.
_SCALE = {"loss": 1.0, "accuracy": 100.0}


class RaceCurves(QWidget):
    """Loss and accuracy, a colour a lane; dashed the validation. The lanes themselves are the legend.

    ``reading`` carries the values under the pointer, in words.
    """

    reading = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._asked = False
        self._drawn: tuple[object, ...] = ()
        self._desk: RaceDesk | None = None
        self.plots: dict[str, CurvePlot] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID)

    def set_theme(self, theme: Theme) -> None:
        """Plots in the theme's colours."""
        self._theme = theme
        for plot in self.plots.values():
            plot.set_theme(theme)

    def show_desk(self, desk: RaceDesk) -> None:
        """The lanes of the race that runs or ran last."""
        self._desk = desk
        state = (desk.runners, *(runner.history.version for runner in desk.runners), desk.is_busy)
        if not self.plots or (len(state) == len(self._drawn) and state[0] is self._drawn[0] and state == self._drawn):
            return
        self._drawn = state
        for name, plot in self.plots.items():
            plot.set_longest(float(desk.steps) if desk.is_busy else 0.0)
            lines = curves(name, desk.runners)
            plot.set_series(lines)
            if name == "accuracy":  # numbers are neither right nor wrong: there is no such curve
                plot.setVisible(bool(lines) or not any(len(runner.history.training) for runner in desk.runners))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The plots are made after the first painting: importing their library takes half a second."""
        super().paintEvent(event)
        if not self._asked:
            self._asked = True
            QTimer.singleShot(0, self, self.make_plots)

    @Slot()
    def make_plots(self) -> None:
        """Makes the plots, once."""
        if self.plots:
            return
        for name, object_name, title, unit in (
            ("loss", "raceLossCurve", tr("loss"), ""), ("accuracy", "raceAccuracyCurve", tr("accuracy"), "%"),
        ):  # fmt: skip
            plot = CurvePlot(self)
            plot.setObjectName(object_name)
            plot.set_axes("", title, y_unit=unit)
            plot.setAccessibleName(tr("Curves of the lanes: {what} over the steps").format(what=title))
            plot.legend.hide()
            plot.reading.connect(self.reading)
            plot.set_limits(0.0, 100.0 if name == "accuracy" else math.inf)
            plot.set_smoothing(_SMOOTHING)
            plot.set_empty_text(tr("The lanes' curves begin with the first step."))
            plot.setToolTip(tr("Solid: training, a mean of about 10 steps, the raw line paler. Dashed: validation."))
            plot.set_theme(self._theme)
            self._row.addWidget(plot, 1)
            self.plots[name] = plot
        if self._desk is not None:
            self.show_desk(self._desk)


def curves(name: str, runners: Sequence[Runner]) -> list[Series]:
    """Each lane's training and validation in the lane's colour.

    Of sums every bit is counted while one learns, and only sums all of whose bits are right of those held out.
    """
    lines = []
    for number, runner in enumerate(runners):
        history, learnt, held_out = runner.history, "{lane}", tr("{lane}, validation")
        if name == "accuracy" and runner.preset.task == "bits":
            learnt, held_out = tr("{lane}, single bits"), tr("{lane}, validation, whole sums")
        if not len(history.training) or np.isnan(history.training[name]).all():
            continue
        values = history.training[name] * _SCALE[name]
        name_of_it = learnt.format(lane=runner.name)
        lines.append(Series(name_of_it, history.training["step"], values, colour=number, smooth=True))
        if len(history.validation):
            checked = history.validation[name] * _SCALE[name]
            name_of_it = held_out.format(lane=runner.name)
            lines.append(Series(name_of_it, history.validation["step"], checked, "validation", number))
    return lines
