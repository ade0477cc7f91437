"""The Gradients panel: the gradient's norm at every step, over the training, and in all, with earlier runs behind."""

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from workbench.config import Task
from workbench.insight.flow import Flow, GradientFlow, LayerFlow, evenly
from workbench.session.change import Change
from workbench.session.history import History
from workbench.session.reader import Question
from workbench.session.session import Session
from workbench.ui.choice_names import choice_name
from workbench.ui.panels.controls import caption_label
from workbench.ui.panels.curves import curves, run_line
from workbench.ui.panels.panel import Panel
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, gate_name, run_series
from workbench.ui.widgets.choice import Choice
from workbench.ui.widgets.colour_bar import ColourBar
from workbench.ui.widgets.curve import CurvePlot
from workbench.ui.widgets.flow_lines import FlowLine, FlowLines, decades
from workbench.ui.widgets.flow_map import FlowMap
from workbench.ui.widgets.legend import Legend
from workbench.ui.widgets.series import Series

#: Moments of the training in the map, and earlier runs beside this one's line.
_MOMENTS, _EARLIER = 96, 3


class GradientsPanel(Panel):
    """Lines of one moment, a map of all moments, and the norm of the whole gradient with the clipping limit."""

    listens: ClassVar[Change] = (
        Change.HISTORY | Change.TRAINING | Change.CURSOR | Change.READING | Change.FLOW | Change.RUNS
    )
    interval_ms: ClassVar[int] = 100

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("gradientsPanel")
        #: The moment of the training that is pointed at in the map; None for the latest.
        self._moment: int | None = None
        self.empty = QLabel(self)
        self.empty.setObjectName("gradientsEmpty")
        self.empty.setProperty("role", "secondary")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.source = Choice([("loss", tr("Loss, in training")), ("answer", tr("This answer"))], self)
        self.source.setObjectName("flowSource")
        self.source.setAccessibleName(tr("What is differentiated"))
        self.source.setToolTip(
            tr("The loss of test samples while a network trains, or the score of the answer that is shown, of the "
               "network that gives it")
        )  # fmt: skip
        self.layer = Choice([], self)
        self.layer.setObjectName("flowLayer")
        self.layer.setAccessibleName(tr("Layer and direction"))
        self.layer.setToolTip(tr("Which layer, and which direction of it, is shown"))
        self.shown = {state: self._switch(f"flow_{state}", f"{state}  {gate_name(state)}") for state in ("h", "c")}
        self.shown["h"].setToolTip(tr("The norm of the derivative by the hidden state at every step"))
        self.shown["c"].setToolTip(
            tr("The norm of the derivative by the cell state at every step; only LSTMs have one")
        )
        self.show_earlier = self._switch("flowEarlier", tr("Earlier runs"))
        self.show_earlier.setToolTip(tr("Dashed lines of the trainings before this one, where they read as many steps"))
        self.legend = Legend(self)
        self.lines = FlowLines(self)
        self.lines.setObjectName("flowLines")
        self.map = FlowMap(self)
        self.map.setObjectName("flowMap")
        self.bar = ColourBar(parent=self)
        self.what = caption_label("flowCaption")
        self.what.setWordWrap(False)
        self.total: CurvePlot | None = None
        self._drawn: tuple[object, ...] = ()
        self._lay_out()
        self.source.edited.connect(self._chosen)
        self.layer.edited.connect(self._chosen)
        for view in (self.lines, self.map):
            view.cursorMoved.connect(self.point)
            view.cursorLeft.connect(self.point_nowhere)
            view.reading.connect(self._read)
        self.set_theme(theme)
        self.refresh()

    # --- showing ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Everything, from the history, or from the answer that is shown."""
        asks = self.source.currentData() == "answer"
        if asks:
            self.session.flowing.measure(self.session.answer)
        flow, why = self._flow()
        self.pages.setCurrentIndex(1 if flow is not None and flow.layers else 0)
        self.empty.setText(why)
        self.layer.setEnabled(False)
        if flow is not None and flow.layers:
            self._show_layers(flow)
            layer = flow.layer(str(self.layer.currentData())) or flow.layers[0]
            for state, switch in self.shown.items():
                switch.setEnabled(state in layer.norms)
            self._show_flow(layer, asks=asks)
            self.what.setText(self._caption(flow, asks=asks))
        self._show_total()
        for view in (self.lines, self.map):
            view.set_cursor(self.session.looking.cursor)
        self.legend.set_entries(self.lines.entries(), self._where())

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        super().set_theme(theme)
        for view in (self.lines, self.map, self.bar, self.legend):
            view.set_theme(theme)
        self.legend.set_entries(self.lines.entries(), self._where())
        if self.total is not None:
            self.total.set_theme(theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Once the panel has been painted, the plot is made: importing its library takes half a second."""
        super().paintEvent(event)
        if self.total is None:
            QTimer.singleShot(0, self, self.make_plot)

    @Slot()
    def make_plot(self) -> None:
        """Makes the plot of the whole gradient, once."""
        if self.total is None:
            self.total = CurvePlot(self)
            self.total.setObjectName("gradientTotal")
            self.total.set_axes(tr("training step"), tr("‖gradient‖"))
            self.total.set_limits(0.0, math.inf)
            self.total.set_log(True)
            self.total.set_smoothing(0.9)
            self.total.set_theme(self.theme)
            self._total_place.addWidget(self.total)
            self._show_total()

    def _flow(self) -> tuple[GradientFlow | None, str]:
        """What is shown, or why there is nothing."""
        session = self.session
        if self.source.currentData() == "answer":
            if session.answer is None:
                return None, tr("Draw a digit, write words or type a sum: here stands on which steps the answer hangs.")
            if session.flowing.failure is not None:
                return None, tr(session.flowing.failure.sentence)
            result = session.flowing.result
            # What is shown last stays until the next is measured, but not beside another place of the playground.
            if result is None or _task(result.question) != _task(session.answer.question):
                return None, tr("Measuring…")
            return result.flow, _nothing_handed_on()
        history = session.training.history
        if history is None:
            return None, tr("Press Train: how much the loss hangs on h and c at every step of the input is drawn here, "
                            "while the network learns.")  # fmt: skip
        if not history.cells:
            return None, _nothing_handed_on()
        if not history.flows:
            return None, tr("The first flow is measured before the first step.")
        return self._at_moment(history).flow, ""

    def _at_moment(self, history: History) -> Flow:
        """The flow that was pointed at in the map, or the latest."""
        chosen = [flow for flow in history.flows if flow.step == self._moment]
        return chosen[0] if chosen else history.flows[-1]

    def _show_layers(self, flow: GradientFlow) -> None:
        both = any(layer.direction != "forward" for layer in flow.layers)
        names = {layer.name: _layer_name(layer, both=both) for layer in flow.layers}
        if list(names) != [self.layer.itemData(k) for k in range(self.layer.count())]:
            chosen = self.layer.currentData()
            self.layer.clear()
            for name, text in names.items():
                self.layer.addItem(text, name)
            self.layer.show_value(chosen if chosen in names else next(iter(names)))
        self.layer.setEnabled(len(names) > 1)

    def _show_flow(self, layer: LayerFlow, *, asks: bool) -> None:
        history = None if asks else self.session.training.history
        states = [state for state, switch in self.shown.items() if switch.isChecked() and state in layer.norms]
        if not states:
            states = ["h"]
        lines = [FlowLine(state, layer.norms[state], state) for state in states]
        earlier = [] if asks else self._earlier(layer)
        self.show_earlier.setEnabled(not asks and bool(self.session.training.earlier))
        places = {run.history: run.place for run in self.session.runs.drawn}
        for run, other in earlier:
            colour = run_series(places.get(run, 0))
            lines += [
                FlowLine(f"{state}  {_short_name(run)}", other.norms[state], colour, dashed=True)
                for state in states
                if state in other.norms
            ]
        # The axis holds every moment of this training, so that it stands still while one walks through them.
        moments = evenly(history.flows, _MOMENTS) if history is not None else []
        found = [each for flow in moments if (each := flow.flow.layer(layer.name)) is not None]
        every = [each.norms[state] for each in found for state in states]
        low, high = decades(np.concatenate([line.norms for line in lines] + every))
        self.lines.set_lines(lines, low, high)
        state = states[-1]
        norms = np.stack([each.norms[state] for each in found]) if found else np.zeros((0, 0))
        for part in (self._map_part, self._total_part):
            part.setVisible(bool(found))
        self.map.set_norms(state, norms, [flow.step for flow in moments], low, high)
        self.bar.set_range(low, high, unit=tr("power of ten"))

    def _earlier(self, layer: LayerFlow) -> list[tuple[History, LayerFlow]]:
        """The same layer and direction of earlier runs that read as many steps, the latest first."""
        if not self.show_earlier.isChecked():
            return []
        runs = [run for run in reversed(self.session.training.earlier) if run.flows]
        found = [(run, run.flows[-1].flow.layer(layer.name)) for run in runs]
        return [(run, other) for run, other in found if other is not None and len(other.h) == len(layer.h)][:_EARLIER]

    def _show_total(self) -> None:
        if self.total is None:
            return
        history, training = self.session.training.history, self.session.training
        clip = training.preset.training.clip if training.preset is not None else 0.0
        is_growing = history is not None and training.is_busy
        self.total.set_longest(float(history.steps) if history is not None and is_growing else 0.0)
        lines: list[Series] = []
        if self.show_earlier.isChecked():
            before = set(training.earlier)
            drawn = [run for run in self.session.runs.drawn if run.history in before and not run.is_hidden]
            lines = [run_line(run, "gradient_norm") for run in drawn]
        self.total.set_series([*lines, *curves("gradient_norm", history, clip=clip)])

    def _caption(self, flow: GradientFlow, *, asks: bool) -> str:
        if asks:
            result = self.session.flowing.result
            assert result is not None
            trained, probe = result.question.trained, result.question.probe
            is_words = probe.inputs.ndim == 1
            what = f"“{probe.caption}”" if is_words else probe.caption[:1].upper() + probe.caption[1:]
            return tr("{what}: the score of its answer, in “{title}” after {step:,} training steps").format(
                what=what, title=trained.preset.title, step=trained.step
            )
        history = self.session.training.history
        assert history is not None
        at = self._at_moment(history)
        return tr("{run} after training step {step:,}: mean loss of {n} test samples, {loss:.4g}").format(
            run=_run_name(history), step=at.step, n=flow.samples, loss=flow.loss
        )

    def _where(self) -> str:
        step = self.lines.cursor_step
        return "" if step is None else tr("step {step}").format(step=step)

    # --- acting -------------------------------------------------------------------------------------------------------

    @Slot(object)
    def _chosen(self, value: object) -> None:
        self.refresh()

    @Slot(bool)
    def _switched(self, on: bool) -> None:
        self.refresh()

    @Slot(str)
    def _read(self, text: str) -> None:
        """The lines are those of the moment under the pointer."""
        row = self.map.cursor_row
        moment = self.map.moments[row] if row is not None else None
        if moment != self._moment:
            self._moment = moment
            self.refresh()

    # --- building -----------------------------------------------------------------------------------------------------

    def _switch(self, name: str, text: str) -> QCheckBox:
        switch = QCheckBox(text, self)
        switch.setObjectName(name)
        switch.setChecked(True)
        switch.toggled.connect(self._switched)
        return switch

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(self.legend)
        left.addWidget(self.lines, 1)
        self._map_part = QWidget(self)
        middle = QVBoxLayout(self._map_part)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(2)
        middle.addWidget(self.map, 1)
        middle.addWidget(self.bar)
        self._total_part = QWidget(self)
        self._total_place = QVBoxLayout(self._total_part)
        self._total_place.setContentsMargins(0, 0, 0, 0)
        shown = QWidget(self)
        row = QHBoxLayout(shown)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addLayout(left, 4)
        row.addWidget(self._map_part, 3)
        row.addWidget(self._total_part, 3)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.what)
        column.addWidget(shown, 1)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.empty)
        self.pages.addWidget(page)
        side = QVBoxLayout()
        side.setSpacing(GRID // 2)
        states = QHBoxLayout()
        for switch in self.shown.values():
            states.addWidget(switch)
        side.addWidget(self.source)
        side.addWidget(self.layer)
        side.addLayout(states)
        side.addWidget(self.show_earlier)
        side.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID + 4, GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.pages, 1)
        layout.addLayout(side)


def _task(question: Question) -> Task:
    return question.trained.preset.task


def _nothing_handed_on() -> str:
    return tr("A convolution net hands nothing on from step to step: there is no flow to be shown.")


def _layer_name(layer: LayerFlow, *, both: bool) -> str:
    if not both:
        return tr("Layer {number}").format(number=layer.layer)
    direction = {"forward": tr("forward"), "backward": tr("backward")}[layer.direction]
    return tr("Layer {number}, {direction}").format(number=layer.layer, direction=direction)


def _run_name(run: History) -> str:
    """A run and its cells: "MNIST, an LSTM #2 (LSTM)"."""
    cells = " + ".join(dict.fromkeys(choice_name(cell) for cell in run.cells))
    return f"{run.name} ({cells})" if cells else run.name


def _short_name(run: History) -> str:
    """A run by its number and its cells, for a legend: "#2 GRU"."""
    cells = " + ".join(dict.fromkeys(choice_name(cell) for cell in run.cells))
    return f"#{run.name.rpartition('#')[2]} {cells}".strip()
