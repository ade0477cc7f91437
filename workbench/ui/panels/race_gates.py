"""Gates side by side: of every lane h and one more gate over time, for what is on the pad or in the sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.engine.lanes import MOST
from workbench.insight.scales import scale_of
from workbench.session.racing import RaceDesk, Runner
from workbench.ui.text import tr
from workbench.ui.theme import GRID, LIGHT, Theme, font, gate_name
from workbench.ui.widgets.heatmap import Heatmap
from workbench.ui.widgets.swatch import Swatch

if TYPE_CHECKING:
    from workbench.insight.trace import LayerTrace

#: A low dock shows fewer units, and stays low.
_LOWEST = 48

#: The gate that is shown beside h until a person chooses another: what is kept of the past.
_FIRST = {"f": 0, "z": 1, "r": 2, "i": 3}


class LaneGatesView(QWidget):
    """One lane: its name, h above, and a gate of the person's choice below."""

    cursorMoved = Signal(int)  # noqa: N815 (Qt's signals are camelCase)
    cursorLeft = Signal()  # noqa: N815

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._layer: LayerTrace | None = None
        self._wanted = ""
        self.swatch = Swatch(number, self)
        self.title = QLabel(self)
        self.title.setFont(font("caption", bold=True))
        # A narrow lane cuts its name's end, never the heatmaps.
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.gate = QToolButton(self)
        self.gate.setObjectName(f"raceGate{number}")
        self.gate.setAccessibleName(tr("Second gate of lane {number}").format(number=number))
        self.gate.setToolTip(tr("Which gate stands below h"))
        self.gate.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.gate.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        room = self.gate.sizePolicy()
        room.setRetainSizeWhenHidden(True)  # so that the heatmaps of all lanes begin at one height
        self.gate.setSizePolicy(room)
        self.menu = QMenu(self.gate)
        self.gate.setMenu(self.menu)
        self.menu.triggered.connect(self._chosen)
        #: By gate id; h first.
        self.heatmaps: dict[str, Heatmap] = {}
        head = QHBoxLayout()
        head.setSpacing(GRID // 2 + 2)
        head.addWidget(self.swatch)
        head.addWidget(self.title, 1)
        head.addWidget(self.gate)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addLayout(head)

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        self._theme = theme
        self.swatch.set_theme(theme)
        for heatmap in self.heatmaps.values():
            heatmap.set_theme(theme)

    def show_runner(self, runner: Runner, layer: int, cursor: int | None) -> None:
        """The gates of the layer and direction at this place, or of the last one where there are fewer."""
        self.title.setText(runner.name)
        gates = runner.gates
        layers = gates.trace.layers if gates is not None else ()
        self.gate.setVisible(bool(layers))
        if gates is None or not layers:
            self._arrange([])
            return
        self._layer = layers[min(layer, len(layers) - 1)]
        self.title.setText(f"{runner.name}, {self._layer.name}" if len(layers) > 1 else runner.name)
        self.title.setToolTip(
            tr("{lane}, after {step:,} steps, reads {what}").format(
                lane=self.title.text(), step=gates.trained.step, what=gates.probe.caption
            )
        )
        self._offer([gate.id for gate in self._layer.shown if gate.id != "h"])
        self._show()
        for heatmap in self.heatmaps.values():
            heatmap.set_cursor(cursor)

    def _offer(self, gates: list[str]) -> None:
        """The gates there are besides h."""
        if gates != [action.data() for action in self.menu.actions()]:
            self.menu.clear()
            for gate in gates:
                self.menu.addAction(f"{gate}  {gate_name(gate)}").setData(gate)
        self.gate.setVisible(bool(gates))
        if self._wanted not in gates:
            self._wanted = min(gates, key=lambda gate: _FIRST.get(gate, len(_FIRST)), default="")
        self.gate.setText(f"{self._wanted} ▾")

    def _show(self) -> None:
        assert self._layer is not None
        wanted = ["h", *([self._wanted] if self._wanted else [])]
        self._arrange(wanted)
        known = {gate.id: gate for gate in self._layer.shown}
        for name, heatmap in self.heatmaps.items():
            gate, values = known[name], self._layer.gates[name]
            scale = scale_of(gate.low, gate.high, values)
            heatmap.set_values(values, scale.low, scale.high, scale.colours)

    def _arrange(self, gates: list[str]) -> None:
        if gates == list(self.heatmaps):
            return
        for name in [name for name in self.heatmaps if name not in gates]:
            gone = self.heatmaps.pop(name)
            gone.hide()
            gone.deleteLater()
        found = {}
        for name in gates:
            heatmap = self.heatmaps.get(name)
            if heatmap is None:
                heatmap = Heatmap(name, self)
                heatmap.set_theme(self._theme)
                heatmap.setMinimumHeight(_LOWEST)
                heatmap.cursorMoved.connect(self.cursorMoved)
                heatmap.cursorLeft.connect(self.cursorLeft)
                self._column.addWidget(heatmap, 1)
            found[name] = heatmap
        self.heatmaps = found

    @Slot(QAction)
    def _chosen(self, action: QAction) -> None:
        self._wanted = str(action.data())
        self.gate.setText(f"{self._wanted} ▾")
        if self._layer is not None:
            self._show()


class RaceGates(QWidget):
    """The lanes beside each other. ``cursorMoved`` and ``cursorLeft`` are for the cursor that all views share."""

    cursorMoved = Signal(int)  # noqa: N815
    cursorLeft = Signal()  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("raceGates")
        self.setAccessibleName(tr("Gates of the lanes side by side"))
        self.empty = QLabel(
            tr("Start a race: the gates of every lane show here, for what is on the pad or in the sentence."), self
        )
        self.empty.setObjectName("raceGatesEmpty")
        self.empty.setProperty("role", "secondary")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        shown = QWidget(self)
        row = QHBoxLayout(shown)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(GRID)
        self.lanes = [LaneGatesView(number, shown) for number in range(MOST)]
        for lane in self.lanes:
            row.addWidget(lane, 1)
            lane.cursorMoved.connect(self.cursorMoved)
            lane.cursorLeft.connect(self.cursorLeft)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(shown)

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        for lane in self.lanes:
            lane.set_theme(theme)

    def show_desk(self, desk: RaceDesk, layer: int, cursor: int | None) -> None:
        """The gates as they were computed last."""
        runners: Sequence[Runner] = desk.runners
        is_there = any(runner.gates is not None for runner in runners)
        self._pages.setCurrentIndex(1 if is_there else 0)
        if not is_there:
            return
        for number, view in enumerate(self.lanes):
            view.setVisible(number < len(runners))
            if number < len(runners):
                view.show_runner(runners[number], layer, cursor)
