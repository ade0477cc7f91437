"""The Race panel: lanes to line up and start, and their curves, gates and differences side by side."""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from workbench.config import Preset
from workbench.engine.lanes import MOST
from workbench.errors import BadInput
from workbench.session.change import Change
from workbench.session.racing import RaceDesk
from workbench.session.session import Session
from workbench.ui.icons import icon
from workbench.ui.panels.controls import caption_label, enable
from workbench.ui.panels.panel import Panel
from workbench.ui.panels.race_curves import RaceCurves
from workbench.ui.panels.race_differences import DifferencesTable
from workbench.ui.panels.race_flow import RaceFlow
from workbench.ui.panels.race_gates import RaceGates
from workbench.ui.panels.race_lanes import LaneTable
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme, font
from workbench.ui.wording import duration, loading_sentence, phase_name

#: Room for the lanes and the bar that scrolls them; what is beside them takes the rest.
_LANES_WIDTH = 530


class RacePanel(Panel):
    """Lanes at the left; at the right what they come to."""

    listens: ClassVar[Change] = Change.RACE | Change.RACE_GATES | Change.TRAINING | Change.CURSOR | Change.CELL
    interval_ms: ClassVar[int] = 50

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("racePanel")
        self.setAccessibleName(tr("Race"))
        self.start = QPushButton(self)
        self.start.setObjectName("raceStart")
        self.start.setProperty("primary", "true")
        self.pause = QPushButton(tr("Pause"), self)
        self.pause.setObjectName("racePause")
        self.stop = QPushButton(self)
        self.stop.setObjectName("raceStop")
        self.stop.setAccessibleName(tr("Stop the race"))
        self.stop.setIconSize(QSize(16, 16))
        self.stop.setFixedWidth(36)
        self.stop.setStyleSheet("QPushButton, QPushButton:focus { padding-left: 2px; padding-right: 2px; }")
        self.add = QPushButton(tr("Add lane"), self)
        self.add.setObjectName("raceAdd")
        self.same_size = QCheckBox(tr("Same size"), self)
        self.same_size.setObjectName("raceMatched")
        self.same_size.setToolTip(
            tr("Choose the other lanes' units so that all lanes have as many parameters as lane 0")
        )
        self.usual = QPushButton(tr("Reset"), self)
        self.usual.setObjectName("raceReset")
        self.usual.setAccessibleName(tr("Reset the lanes"))
        self.usual.setProperty("flat", "true")
        self._reading = ""
        self.lanes = LaneTable(self)
        self.status = caption_label("raceStatus")
        self.status.setFont(font("caption", tabular=True))
        self.curves = RaceCurves(self)
        self.gates = RaceGates(self)
        self.flow = RaceFlow(self)
        self.unlike = DifferencesTable(self)
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("raceTabs")
        self.tabs.setAccessibleName(tr("What the race shows"))
        self.pages = QStackedWidget(self)
        for title, page in (
            (tr("Curves"), self.curves), (tr("Gates"), self.gates), (tr("Gradients"), self.flow),
            (tr("Differences"), self.unlike),
        ):  # fmt: skip
            self.tabs.addTab(title)
            self.pages.addWidget(page)
        self._lay_out()
        self.start.clicked.connect(self._start)
        self.pause.clicked.connect(self._pause_or_go_on)
        self.stop.clicked.connect(self._stop)
        self.add.clicked.connect(self._add)
        self.usual.clicked.connect(self._back_to_usual)
        self.same_size.clicked.connect(self._match)
        self.lanes.edited.connect(self._set)
        self.lanes.removed.connect(self._remove)
        self.tabs.currentChanged.connect(self._page_chosen)
        self.curves.reading.connect(self._read)
        for view in (self.gates, self.flow):
            view.cursorMoved.connect(self.point)
            view.cursorLeft.connect(self.point_nowhere)
        self.flow.reading.connect(self._read)
        self.set_theme(theme)
        self.refresh()

    # --- showing ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """All of it, from the session."""
        desk = self.session.race
        presets = shown_presets(desk)
        self._show_buttons(desk, presets)
        self.lanes.show_desk(desk)
        self._show_status(desk)
        self.curves.show_desk(desk)
        for view in (self.gates, self.flow):
            view.show_desk(desk, self.session.looking.layer, self.session.looking.cursor)
        self.unlike.show_lanes(presets)

    def set_theme(self, theme: Theme) -> None:
        """Icons, curves and heatmaps in the theme's colours."""
        super().set_theme(theme)
        self.start.setIcon(icon("train", theme, colour=theme.on_accent))
        self.stop.setIcon(icon("stop", theme))
        for part in (self.lanes, self.curves, self.gates, self.flow, self.unlike):
            part.set_theme(theme)

    def _show_buttons(self, desk: RaceDesk, presets: tuple[Preset, ...]) -> None:
        why = tr("A race is running") if desk.is_busy else tr(desk.why_not())
        self.start.setText(start_words(presets))
        enable(self.start, not why, tr("Train all lanes step by step in turn, on the same samples in the same order"),
               why)  # fmt: skip
        waits = desk.phase in ("pausing", "paused")
        self.pause.setText(tr("Continue") if waits else tr("Pause"))
        enable(self.pause, waits or desk.phase in ("preparing", "training"),
               tr("Go on from the very step where the race paused") if waits
               else tr("Hold all lanes at the same step; nothing is lost"), tr("Nothing races"))  # fmt: skip
        enable(self.stop, desk.is_busy and desk.phase != "stopping",
               tr("End the race and keep every lane's network as it is"), tr("Nothing races"))  # fmt: skip
        is_full = len(presets) >= MOST
        enable(self.add, not desk.is_busy and not is_full, tr("One more lane, a copy of the last"),
               tr("The lanes cannot be changed while they race") if desk.is_busy
               else tr("{most} lanes are the most").format(most=MOST))  # fmt: skip
        self.usual.setVisible(not desk.lanes.is_usual)
        enable(self.usual, not desk.is_busy, tr("Back to LSTM, GRU and plain RNN of the chosen experiment"),
               tr("The lanes cannot be changed while they race"))  # fmt: skip
        self.same_size.setEnabled(not desk.is_busy)
        self.same_size.setChecked(desk.lanes.is_matched)

    def _show_status(self, desk: RaceDesk) -> None:
        role = "error" if desk.phase in ("failed", "diverged") else "caption"
        why = "" if desk.is_busy else tr(desk.why_not())
        if why:
            text, role = why, "warning"
        elif desk.phase == "idle":
            text = tr("Lanes take turns, step by step: the same samples, order and seed.")
        else:
            text = f"{phase_name(desk.phase)}: {self._where(desk)}"
        if self._reading:
            text, role = self._reading, "caption"
        elif desk.runners and not why:
            text += "".join(
                f" {runner.name}: {tr(runner.findings[-1].title).lower()}."
                for runner in desk.runners
                if runner.findings
            )
        if desk.message and not why and not self._reading:
            text = f"{text} {tr(desk.message)}"
        if self.status.property("role") != role:
            self.status.setProperty("role", role)
            self.status.style().unpolish(self.status)
            self.status.style().polish(self.status)
        if self.status.text() != text:
            self.status.setText(text)

    @staticmethod
    def _where(desk: RaceDesk) -> str:
        if desk.is_refused:
            return ""
        if not desk.has_begun:
            return loading_sentence(desk.loading) if desk.is_busy else ""
        where = tr("step {step:,} of {steps:,}").format(step=desk.step, steps=desk.steps)
        if desk.phase == "training" and desk.remaining is not None:
            where += ", " + tr("about {time} left").format(time=duration(desk.remaining))
        if not desk.is_busy:
            where += ". " + tr("Every lane is kept as a run.")
            if desk.phase in ("stopped", "failed"):
                where += " " + tr("Go on, in Runs, resumes the race from any of them.")
        return where

    # --- acting -------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Gates are computed while they are seen."""
        super().showEvent(event)
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        """And no longer."""
        super().hideEvent(event)
        self.session.race.watch(False)

    def _watch(self) -> None:
        self.session.race.watch(self.tabs.currentIndex() == self.pages.indexOf(self.gates))

    @Slot(int)
    def _page_chosen(self, index: int) -> None:
        self.pages.setCurrentIndex(index)
        self._watch()

    @Slot(str)
    def _read(self, text: str) -> None:
        """The curves' values under the pointer stand in the line that says where the race is."""
        self._reading = text
        self._show_status(self.session.race)

    @Slot()
    def _start(self) -> None:
        self._try(self.session.race.start)

    @Slot()
    def _pause_or_go_on(self) -> None:
        if self.session.race.phase in ("pausing", "paused"):
            self.session.race.go_on()
        else:
            self.session.race.pause()

    @Slot()
    def _stop(self) -> None:
        self.session.race.stop()

    @Slot()
    def _add(self) -> None:
        self._try(self.session.race.lanes.add)

    @Slot()
    def _back_to_usual(self) -> None:
        self.session.race.lanes.back_to_usual()

    @Slot(bool)
    def _match(self, is_matched: bool) -> None:
        self.session.race.lanes.set_matched(is_matched)

    @Slot(int, str, object)
    def _set(self, lane: int, key: str, value: object) -> None:
        self.session.race.lanes.set(lane, key, value)

    @Slot(int)
    def _remove(self, lane: int) -> None:
        self._try(self.session.race.lanes.remove, lane)

    def _try(self, verb: object, *arguments: object) -> None:
        assert callable(verb)
        try:
            verb(*arguments)
        except BadInput as error:
            self.status.setText(str(error))

    # --- building -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID // 2 + 2)
        for button in (self.start, self.pause, self.stop, self.add, self.same_size, self.usual):
            head.addWidget(button)
        head.addStretch(1)
        head.addWidget(self.tabs)
        self.tabs.setUsesScrollButtons(True)  # in a narrow window
        self.tabs.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        inside = QWidget(self)
        left = QVBoxLayout(inside)
        left.setContentsMargins(0, 0, GRID // 2, 0)
        left.setSpacing(GRID // 2)
        left.addWidget(self.lanes)
        left.addWidget(self.status)
        left.addStretch(1)
        scroll = QScrollArea(self)  # a low window scrolls rather than cuts
        scroll.setObjectName("raceLanesPlace")
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        scroll.setMaximumWidth(_LANES_WIDTH)
        body = QHBoxLayout()
        body.setSpacing(GRID)
        body.addWidget(scroll, 3)
        body.addWidget(self.pages, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        layout.setSpacing(GRID // 2)
        layout.addLayout(head)
        layout.addLayout(body, 1)
        order: list[QWidget] = [self.start, self.pause, self.stop, self.add, self.same_size, self.usual, self.tabs,
                                *self.lanes.stops()]  # fmt: skip
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)


def shown_presets(desk: RaceDesk) -> tuple[Preset, ...]:
    """The lanes that race, or those that are lined up."""
    racing = tuple(runner.preset for runner in desk.runners) if desk.is_busy else ()
    return racing or desk.lanes.presets


def start_words(presets: tuple[Preset, ...]) -> str:
    """``Race LSTM / GRU / RNN``; how many lanes there are where that says more."""
    names = {"lstm": "LSTM", "gru": "GRU"}
    cells = [names.get(preset.stack[0].cell, "RNN") if preset.stack else "" for preset in presets]
    if len(cells) <= 3 and len(set(cells)) == len(cells) and "" not in cells:
        return tr("Race {names}").format(names=" / ".join(cells))
    return tr("Race {n} lanes").format(n=len(presets))
