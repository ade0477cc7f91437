"""The Cell panel: one unit at one step, drawn, with its equations in live numbers, step by step through time."""

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.config import Recurrent
from workbench.errors import BadInput
from workbench.insight.equations import CellEquations, equations_of
from workbench.session.change import Change
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui import icons
from workbench.ui.motion import is_still
from workbench.ui.panels.controls import caption_label, enable
from workbench.ui.panels.layer_names import layer_names
from workbench.ui.panels.panel import Panel
from workbench.ui.stylesheet import inset
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.candidates import visible
from workbench.ui.widgets.cell_diagram import CellDiagram
from workbench.ui.widgets.stages import Stages

#: How long a stage is lit before the next one, while time is played.
STAGE_MS = 500

#: Height of the equations at least; in a lower window all of it scrolls.
_LOWEST = 112


class CellPanel(Panel):
    """The drawn cell above, its equations below; time is walked through with buttons and keys, or plays."""

    listens: ClassVar[Change] = Change.READING | Change.NETWORK | Change.CURSOR | Change.CELL

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("cellPanel")
        self.setAccessibleName(tr("Cell"))
        self.back, self.play, self.forward = (
            self._button("cellBack", tr("Step back")), self._button("cellPlay", tr("Play through time")),
            self._button("cellForward", tr("Step forward")),
        )  # fmt: skip
        self.where = QLabel()
        self.where.setObjectName("cellStep")
        self.unit = QSpinBox()
        self.unit.setObjectName("cellUnit")
        self.unit.setAccessibleName(tr("Unit"))
        self.unit.setPrefix(tr("unit") + "\N{NO-BREAK SPACE}")
        self.unit.setToolTip(tr("Which unit of the layer is drawn; a click on a heatmap chooses it too"))
        self.unit.setKeyboardTracking(False)
        self.unit.setFixedWidth(13 * GRID)
        inset(self.unit)
        self.layer = QComboBox()
        self.layer.setObjectName("cellLayer")
        self.layer.setAccessibleName(tr("Layer and direction"))
        self.layer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.layer.setToolTip(tr("Which layer, and which direction of it, the unit is in"))
        self.caption = caption_label("cellCaption")
        self.diagram = CellDiagram()
        self.diagram.setObjectName("cellDiagram")
        self.diagram.setToolTip(
            tr("Every line is as wide and as bright as the value that flows on it, dashed below 0.\n"
               "Arrow keys walk the steps and the units.")
        )  # fmt: skip
        self.stages = Stages()
        self.empty = caption_label("cellEmpty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._timer = QTimer(self)
        self._timer.setInterval(STAGE_MS)
        self._timer.timeout.connect(self.play_on)
        #: The last stage that is lit while time is played; None lights all.
        self._stage: int | None = None
        #: What is shown, so that the same is not worked out again.
        self._shown: tuple[Answer, int, int, int] | None = None
        self._cell: CellEquations | None = None
        #: Which network, layer and direction a unit was picked for while nobody has chosen one, and which unit.
        self._picked: tuple[tuple[str, int], int] | None = None
        self._build()
        self.back.clicked.connect(self.step_back)
        self.forward.clicked.connect(self.step_forward)
        self.play.clicked.connect(self.play_or_pause)
        self.layer.activated.connect(self._layer_chosen)
        self.unit.valueChanged.connect(self._unit_chosen)
        self.diagram.walked.connect(self._walk)
        self.diagram.climbed.connect(self._climb)
        self.set_theme(theme)

    @property
    def cell(self) -> CellEquations | None:
        """What is shown."""
        return self._cell

    @property
    def is_playing(self) -> bool:
        """Whether time goes on by itself."""
        return self._timer.isActive()

    # --- showing ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """The unit, step and layer that are looked at, in the answer that the gates show."""
        answer = self.session.answer
        if answer is None or not answer.trace.layers:
            self._show_nothing(self._why_empty(answer))
            return
        looking = self.session.looking
        index = min(looking.layer, len(answer.trace.layers) - 1)
        units = len(answer.trace.layers[index].gates["h"])
        unit = min(looking.unit, units - 1) if looking.unit is not None else self._pick(answer, index)
        step = min(looking.step, answer.trace.steps - 1)
        if self._shown != (answer, index, unit, step):
            model = answer.question.trained.preset.model
            assert isinstance(model, Recurrent)
            try:
                self._cell = equations_of(
                    answer.shown_trace, answer.question.trained.weights, model, index=index, unit=unit, step=step,
                    clamps=answer.question.clamps,
                )  # fmt: skip
            except BadInput as error:  # a network that diverged
                self._show_nothing(str(error))
                return
            self._shown = (answer, index, unit, step)
        assert self._cell is not None
        self._pages.setCurrentIndex(0)
        self._show_controls(answer, self._cell, units)
        self.diagram.set_cell(self._cell)
        self._fit_diagram()
        self.stages.show_cell(self._cell, self.theme)
        self._show_stage()

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        super().set_theme(theme)
        self.diagram.set_theme(theme)
        self.back.setIcon(icons.icon("step-back", theme))
        self.forward.setIcon(icons.icon("step", theme))
        self._show_play()
        if self._cell is not None:
            self.stages.show_cell(self._cell, theme)

    def _show_nothing(self, why: str) -> None:
        self._stop()
        self._shown = self._cell = None
        self.diagram.set_cell(None)
        self.empty.setText(why)
        self._pages.setCurrentIndex(1)

    def _show_controls(self, answer: Answer, cell: CellEquations, units: int) -> None:
        last = answer.trace.steps - 1
        self.where.setText(tr("Step {step} (0 to {last})").format(step=cell.step, last=last))
        enable(self.back, cell.step > 0, tr("One step back in the sequence"), tr("This is the first step"))
        enable(self.forward, cell.step < last, tr("One step on in the sequence"), tr("This is the last step"))
        self.unit.blockSignals(True)
        self.unit.setRange(0, units - 1)
        self.unit.setValue(cell.unit)
        self.unit.blockSignals(False)
        self._show_layers(answer)
        self.caption.setText(_caption(answer, cell))

    def _show_layers(self, answer: Answer) -> None:
        names = layer_names(answer.trace)
        self.layer.setVisible(len(names) > 1)
        if names != [self.layer.itemText(number) for number in range(self.layer.count())]:
            self.layer.clear()
            self.layer.addItems(names)
        self.layer.setCurrentIndex(min(self.session.looking.layer, len(names) - 1))

    def _show_stage(self) -> None:
        assert self._cell is not None
        current = self._stage if self.is_playing else None
        self.diagram.set_stage(current)
        self.stages.set_current(current)
        if current is not None and current < len(self.stages.texts):
            self._scroll.verticalScrollBar().setValue(self.stages.texts[current].y())

    def _show_play(self) -> None:
        self.play.setIcon(icons.icon("pause" if self.is_playing else "train", self.theme))
        name = tr("Stay at this step") if self.is_playing else tr("Play through time")
        self.play.setAccessibleName(name)
        self.play.setToolTip(
            name if self.is_playing else tr("Play: stage by stage through the cell, step by step, as it reads")
        )

    def _why_empty(self, answer: Answer | None) -> str:
        if answer is not None:
            return tr("This network has no recurrent cell to look into.")
        if why := self.session.nobody_answers(self.session.looking.at):
            return tr("{why} One cell of it will be drawn here, with its equations in live numbers.").format(
                why=tr(why)
            )
        return tr("Give the network something to read: one of its cells is drawn here, with its equations.")

    def _pick(self, answer: Answer, index: int) -> int:
        """A unit to begin with while none was chosen: the one whose h moves most; it stays while the network learns."""
        key = (answer.question.trained.preset_id, index)
        h = answer.trace.layers[index].gates["h"]  # (units, time)
        if self._picked is None or self._picked[0] != key or self._picked[1] >= len(h):
            self._picked = (key, int(np.nan_to_num(np.ptp(h, axis=1)).argmax()))
        return self._picked[1]

    # --- acting -------------------------------------------------------------------------------------------------------

    @Slot()
    def step_back(self) -> None:
        self._walk(-1)

    @Slot()
    def step_forward(self) -> None:
        self._walk(1)

    @Slot()
    def play_or_pause(self) -> None:
        """Plays from this step, from where the cell begins to read when it has read all; or stays."""
        if self.is_playing:
            self._stop()
        elif self._cell is not None and self._shown is not None:
            if self._next_step() is None:
                self.session.point_at(self._steps - 1 if self._cell.direction == "backward" else 0)
            self._stage = None if is_still(self) else 0
            self._timer.start()
        self._show_play()
        if self._cell is not None:
            self._show_stage()

    @Slot()
    def play_on(self) -> None:
        """Lights the next stage, or goes to the next step; stops after the last."""
        if self._cell is None:
            self._stop()
            return
        last = len(self._cell.stages) - 1
        if self._stage is not None and self._stage < last:
            self._stage += 1
            self._show_stage()
            return
        following = self._next_step()
        if following is None:
            self._stop()
            self._show_stage()
            return
        self._stage = None if is_still(self) else 0
        self.session.point_at(following)

    @Slot(int)
    def _walk(self, steps: int) -> None:
        if self._cell is not None:
            self.session.point_at(min(max(0, self._cell.step + steps), self._steps - 1))

    @Slot(int)
    def _climb(self, units: int) -> None:
        if self._cell is not None:
            self.session.point_at_unit(min(max(0, self._cell.unit + units), self.unit.maximum()))

    @Slot(int)
    def _layer_chosen(self, index: int) -> None:
        self.session.look_at_layer(index)

    @Slot(int)
    def _unit_chosen(self, unit: int) -> None:
        self.session.point_at_unit(unit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The drawing keeps its proportions."""
        super().resizeEvent(event)
        self._fit_diagram()

    def _fit_diagram(self) -> None:
        # From the panel's width, and not its own: that depends on a scroll bar, which depends on the height.
        self.diagram.setFixedHeight(self.diagram.heightForWidth(self.width() - 2 * GRID))

    def hideEvent(self, event: QHideEvent) -> None:
        """Time stands still while nobody looks."""
        self._stop()
        super().hideEvent(event)

    @property
    def _steps(self) -> int:
        return self._shown[0].trace.steps if self._shown is not None else 1

    def _next_step(self) -> int | None:
        """The step that the cell reads next; None after the last."""
        assert self._cell is not None
        following = self._cell.step + (-1 if self._cell.direction == "backward" else 1)
        return following if 0 <= following < self._steps else None

    def _stop(self) -> None:
        self._timer.stop()
        self._stage = None
        self._show_play()

    # --- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID // 2)
        for button in (self.back, self.play, self.forward):
            head.addWidget(button)
        head.addSpacing(GRID // 2)
        head.addWidget(self.where, 1)
        head.addWidget(self.unit)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("cellEquations")
        self._scroll.setAccessibleName(tr("Equations"))
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self.stages)
        self._scroll.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._scroll.setMinimumHeight(_LOWEST)
        self._scroll.setToolTip(
            tr("A result follows from its operands as they are shown, to its last digit.\n"
               "Their rounding moves it by one unit of that digit at most.")
        )  # fmt: skip
        shown = QWidget()
        page = QVBoxLayout(shown)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(GRID)
        page.addLayout(head)
        about = QHBoxLayout()
        about.setSpacing(GRID)
        about.addWidget(self.layer)
        about.addWidget(self.caption, 1)
        page.addLayout(about)
        page.addWidget(self.diagram)
        page.addWidget(self._scroll, 1)
        whole = QScrollArea()  # a low window scrolls rather than cuts
        whole.setFrameShape(QFrame.Shape.NoFrame)
        whole.setWidgetResizable(True)
        whole.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole.setWidget(shown)
        self._pages.addWidget(whole)
        self._pages.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.addWidget(self._pages)

    def _button(self, name: str, accessible: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(accessible)
        button.setIconSize(QSize(18, 18))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button


def _caption(answer: Answer, cell: CellEquations) -> str:
    """Which layer where there is but one, what was read at this step, and where the memory comes from."""
    names = layer_names(answer.trace)
    inputs, classes = answer.question.probe.inputs, answer.question.trained.classes
    read = tr("reads “{word}”").format(word=visible(classes[int(inputs[cell.step])])) if inputs.ndim == 1 else ""
    memory = (
        tr("begins with nothing remembered") if cell.before is None
        else tr("primes (′) mark step {before}").format(before=cell.before)
    )  # fmt: skip
    parts = (names[0] if len(names) == 1 else "", read, memory)
    sentence = ", ".join(part for part in parts if part)
    return sentence[:1].upper() + sentence[1:]
