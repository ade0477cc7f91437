"""The gradient flow of a race: the lanes' norms at every step of the input over each other, and in all."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from workbench.insight.flow import LayerFlow
from workbench.session.racing import RaceDesk, Runner
from workbench.ui.panels.controls import caption_label
from workbench.ui.text import tr
from workbench.ui.theme import GRID, LIGHT, Theme
from workbench.ui.widgets.curve import CurvePlot
from workbench.ui.widgets.flow_lines import FlowLine, FlowLines, decades
from workbench.ui.widgets.series import Series

#: Weight of the moving average in front of the norm of the whole gradient.
_SMOOTHING = 0.9


class RaceFlow(QWidget):
    """Lines in the lanes' colours. ``reading`` carries the values under the pointer, in words."""

    cursorMoved = Signal(int)  # noqa: N815 (Qt's signals are camelCase)
    cursorLeft = Signal()  # noqa: N815
    reading = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("raceFlow")
        self.setAccessibleName(tr("Gradient flow of the lanes"))
        self._theme = LIGHT
        self._desk: RaceDesk | None = None
        self._drawn: tuple[object, ...] = ()
        self.empty = QLabel(
            tr("Start a race: how much the loss hangs on h and c at every step of the input is drawn here, lane over "
               "lane."), self,
        )  # fmt: skip
        self.empty.setObjectName("raceFlowEmpty")
        self.empty.setProperty("role", "secondary")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.caption = caption_label("raceFlowCaption")
        self.caption.setWordWrap(False)
        self.lines = FlowLines(self)
        self.lines.setObjectName("raceFlowLines")
        self.lines.cursorMoved.connect(self.cursorMoved)
        self.lines.cursorLeft.connect(self.cursorLeft)
        self.lines.reading.connect(self.reading)
        self.total: CurvePlot | None = None
        self._row = QHBoxLayout()
        self._row.setSpacing(GRID)
        self._row.addWidget(self.lines, 1)
        shown = QWidget(self)
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.caption)
        column.addLayout(self._row, 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(shown)

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        self._theme = theme
        self.lines.set_theme(theme)
        if self.total is not None:
            self.total.set_theme(theme)

    def show_desk(self, desk: RaceDesk, layer: int, cursor: int | None) -> None:
        """The latest flows of the layer and direction at this place, or of a lane's last one where it has fewer."""
        self._desk = desk
        flows = [flow_of(runner, layer) for runner in desk.runners]
        found = [(number, flow) for number, flow in enumerate(flows) if flow is not None]
        self._pages.setCurrentIndex(1 if found else 0)
        if not found:
            return
        lines = flow_lines(desk.runners, layer)
        low, high = decades(np.concatenate([line.norms for line in lines]))
        self.lines.set_lines(lines, low, high)
        self.lines.set_cursor(cursor)
        latest = max((runner.history.flows[-1] for runner in desk.runners if runner.history.flows),
                     key=lambda flow: flow.step)  # fmt: skip
        self.caption.setText(
            tr("{layer}, after {step:,} steps, {n} test samples. Solid: by h. Dashed: by c.").format(
                layer=found[0][1].name.capitalize(), step=latest.step, n=latest.flow.samples
            )
        )
        self._show_total(desk)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The plot is made after the first painting: importing its library takes half a second."""
        super().paintEvent(event)
        if self.total is None:
            QTimer.singleShot(0, self, self.make_plot)

    @Slot()
    def make_plot(self) -> None:
        """Makes the plot of the whole gradient, once."""
        if self.total is not None:
            return
        self.total = CurvePlot(self)
        self.total.setObjectName("raceGradientCurve")
        self.total.set_axes("", tr("‖gradient‖"))
        self.total.setAccessibleName(tr("Norm of the lanes' gradients over the steps"))
        self.total.setToolTip(tr("Norm of the whole gradient, before clipping. Dotted: where it is clipped."))
        self.total.legend.hide()
        self.total.set_limits(0.0, math.inf)
        self.total.set_log(True)
        self.total.set_smoothing(_SMOOTHING)
        self.total.set_theme(self._theme)
        self.total.reading.connect(self.reading)
        self._row.addWidget(self.total, 1)
        if self._desk is not None:
            self._show_total(self._desk)

    def _show_total(self, desk: RaceDesk) -> None:
        state = (*(id(runner) for runner in desk.runners), *(runner.history.version for runner in desk.runners))
        if self.total is None or state == self._drawn:
            return
        self._drawn = state
        self.total.set_longest(float(desk.steps) if desk.is_busy else 0.0)
        self.total.set_series(gradient_norms(desk.runners))


def flow_of(runner: Runner, layer: int) -> LayerFlow | None:
    """The latest flow of one lane through the layer and direction at this place."""
    layers = runner.history.flows[-1].flow.layers if runner.history.flows else ()
    return layers[min(layer, len(layers) - 1)] if layers else None


def flow_lines(runners: Sequence[Runner], layer: int) -> list[FlowLine]:
    """By h a solid line for each lane, by c a dashed one for each that has a cell state."""
    lines = []
    for number, runner in enumerate(runners):
        flow = flow_of(runner, layer)
        if flow is not None:
            for state, norms in flow.norms.items():
                lines.append(FlowLine(f"{state} {runner.name}", norms, number, dashed=state == "c"))
    return lines


def gradient_norms(runners: Sequence[Runner]) -> list[Series]:
    """The norm of the whole gradient of each lane, and every limit that it is clipped at."""
    lines = [
        Series(runner.name, runner.history.training["step"], runner.history.training["gradient_norm"],
               colour=number, smooth=True)
        for number, runner in enumerate(runners) if len(runner.history.training)
    ]  # fmt: skip
    for clip in sorted({runner.preset.training.clip for runner in runners} - {0.0}) if lines else ():
        ends = np.array([0.0, max(float(line.x[-1]) for line in lines)])
        lines.append(Series(tr("clipped at {clip:g}").format(clip=clip), ends, np.full(2, clip), "limit"))
    return lines
