"""The Clamps panel: valves for the gates of a layer, what is held, and what that does beside the free network."""

from itertools import pairwise
from typing import ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workbench.config import Recurrent
from workbench.errors import BadInput
from workbench.insight.clamp import HELD, Clamp, Direction, units_from_text
from workbench.insight.lessons import LESSONS, lessons_for
from workbench.session.change import Change
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui import icons, stylesheet
from workbench.ui.panels.clamp_outcome import ClampOutcome
from workbench.ui.panels.controls import caption_label, enable
from workbench.ui.panels.each_unit import EachUnit
from workbench.ui.panels.held_list import HeldList, way
from workbench.ui.panels.panel import Panel
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.choice import Choice
from workbench.ui.widgets.gate_hold import FREE, MEAN, GateHold

#: For which units a valve is turned.
ALL, CHOSEN, BRUSHED, TYPED = "all", "chosen", "brushed", "typed"


class ClampsPanel(Panel):
    """Above, what to hold and where; below, what is held and what becomes of the answers."""

    listens: ClassVar[Change] = Change.CLAMPS | Change.READING | Change.NETWORK | Change.CURSOR | Change.CELL
    interval_ms: ClassVar[int] = 50

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("clampsPanel")
        self.setAccessibleName(tr("Clamps"))
        self.lesson = Choice([("", tr("Lessons…"))], self)
        self.lesson.setObjectName("clampLesson")
        self.lesson.setAccessibleName(tr("Lesson"))
        self.lesson.setToolTip(tr("Clamps worth trying; they take the place of those that are held"))
        self.undo, self.redo, self.reset = (QPushButton(self) for _ in range(3))
        for button, name, words in (
            (self.undo, "clampUndo", tr("Undo")), (self.redo, "clampRedo", tr("Redo")),
            (self.reset, "clampReset", tr("Reset")),
        ):  # fmt: skip
            button.setObjectName(name)
            button.setAccessibleName(words)
        self.undo.setProperty("flat", "true")
        self.redo.setProperty("flat", "true")
        self.reset.setText(tr("Reset"))
        self.shows = caption_label("clampLessonText")
        self.layer = Choice([], self)
        self.layer.setObjectName("clampLayer")
        self.layer.setAccessibleName(tr("Layer and direction"))
        self.units = Choice(
            [(ALL, tr("all units")), (CHOSEN, tr("chosen unit")), (BRUSHED, tr("brushed units")),
             (TYPED, tr("units…"))], self,
        )  # fmt: skip
        self.units.setObjectName("clampUnits")
        self.units.setAccessibleName(tr("Which units"))
        self.units.setToolTip(tr("Choose one or brush several on a heatmap, or write their numbers"))
        self.typed = QLineEdit(self)
        self.typed.setObjectName("clampUnitNumbers")
        self.typed.setAccessibleName(tr("Numbers of units"))
        self.typed.setPlaceholderText("0-7, 12")
        self.first, self.last = QSpinBox(self), QSpinBox(self)
        for box, name, words in (
            (self.first, "clampFirst", tr("First step")), (self.last, "clampLast", tr("Last step")),
        ):  # fmt: skip
            box.setObjectName(name)
            box.setAccessibleName(words)
            box.setToolTip(tr("Steps from the first to the last are held; others are free"))
            stylesheet.inset(box)
        self._steps = 0
        self.problem = caption_label("clampProblem", "error")
        self.valves: dict[str, GateHold] = {}
        self._valves = QVBoxLayout()
        self.held = HeldList(session, self)
        self.outcome = ClampOutcome(session, self)
        self.each = EachUnit(session, self)
        self.empty = caption_label("clampsEmpty")
        self._lay_out()
        self.lesson.edited.connect(self._lesson_chosen)
        self.undo.clicked.connect(self._undo)
        self.redo.clicked.connect(self._redo)
        self.reset.clicked.connect(self._reset)
        self.layer.edited.connect(self._layer_chosen)
        self.units.edited.connect(self._where_changed)
        self.typed.textChanged.connect(self._where_changed)
        self.first.valueChanged.connect(self._where_changed)
        self.last.valueChanged.connect(self._where_changed)
        self.set_theme(theme)
        self.refresh()

    # --- showing ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Valves of the layer that is looked at, what is held, and what it does."""
        answer, desk = self.session.answer, self.session.clamping
        model = _model(answer)
        is_there = answer is not None and model is not None and bool(answer.trace.layers)
        self.empty.setVisible(not is_there)
        self._whole.setVisible(is_there)
        if answer is None or model is None or not answer.trace.layers:
            self.empty.setText(self._why_empty(answer))
            return
        self._show_lessons(answer, model)
        enable(self.undo, desk.can_undo, tr("Undo the last change of the clamps"), tr("Nothing to undo"))
        enable(self.redo, desk.can_redo, tr("Do again what was undone"), tr("Nothing to do again"))
        enable(self.reset, bool(desk.clamps), tr("Let every gate go"), tr("No gate is held"))
        self._show_where(answer)
        self._show_valves(answer, model)
        self.held.show_desk(answer)
        self.outcome.show_answer(answer)
        self.each.show_answer(answer)

    def set_theme(self, theme: Theme) -> None:
        """Icons, valves and bars in the theme's colours."""
        super().set_theme(theme)
        self.undo.setIcon(icons.icon("undo", theme))
        self.redo.setIcon(icons.icon("redo", theme))
        for valve in self.valves.values():
            valve.set_theme(theme)
        self.held.set_theme(theme)
        self.outcome.set_theme(theme)

    def _why_empty(self, answer: Answer | None) -> str:
        if answer is not None:
            return tr("This network has no gates: nothing to hold.")
        why = self.session.nobody_answers(self.session.looking.at)
        return tr("{why} Its gates can be held here.").format(why=tr(why)) if why else tr("Nothing is read yet.")

    def _show_lessons(self, answer: Answer, model: Recurrent) -> None:
        lessons = lessons_for(model, answer.question.trained.interface)
        ids = ["", *(lesson.id for lesson in lessons)]
        if ids != [self.lesson.itemData(k) for k in range(self.lesson.count())]:
            self.lesson.clear()
            self.lesson.addItem(tr("Lessons…"), "")
            for lesson in lessons:
                self.lesson.addItem(tr(lesson.title), lesson.id)
        interface = answer.question.trained.interface
        clamps = self.session.clamping.clamps
        now = next((one for one in lessons if clamps and one.clamps(model, interface) == clamps), None)
        self.lesson.show_value("" if now is None else now.id)
        self.shows.setText("" if now is None else tr(now.shows))
        self.shows.setVisible(now is not None)

    def _show_where(self, answer: Answer) -> None:
        looking, layers = self.session.looking, answer.trace.layers
        names = [tr("Layer {n}, {way}").format(n=one.layer, way=way(one.direction)) for one in layers]
        if names != [self.layer.itemText(k) for k in range(self.layer.count())]:
            self.layer.clear()
            for number, name in enumerate(names):
                self.layer.addItem(name, number)
        self.layer.show_value(min(looking.layer, len(layers) - 1))
        self.units.setItemText(
            1, tr("unit {n}").format(n=looking.unit) if looking.unit is not None else tr("chosen unit")
        )
        self.units.setItemText(
            2, tr("{n} brushed units").format(n=len(looking.brushed)) if looking.brushed else tr("brushed units")
        )
        self.typed.setVisible(self.units.currentData() == TYPED)
        if answer.trace.steps != self._steps:
            self._steps = answer.trace.steps
            for box, value in ((self.first, 0), (self.last, self._steps - 1)):
                box.blockSignals(True)
                box.setRange(0, self._steps - 1)
                box.setValue(value)
                box.blockSignals(False)

    def _show_valves(self, answer: Answer, model: Recurrent) -> None:
        layer = answer.trace.layers[self._number(answer)]
        ids = [gate.id for gate in layer.shown]
        if ids != list(self.valves):
            for valve in self.valves.values():
                self._valves.removeWidget(valve)
                valve.hide()
                valve.deleteLater()
            bounds = HELD[model.stack[layer.layer].cell]
            self.valves = {gate: GateHold(gate, *bounds[gate], self) for gate in ids}
            for valve in self.valves.values():
                valve.set_theme(self.theme)
                valve.held.connect(self._hold)
                valve.freed.connect(self._free)
                self._valves.addWidget(valve)
            for before, after in pairwise(self.valves.values()):
                QWidget.setTabOrder(before, after)
        try:
            units = self._chosen_units()
            self.problem.setText("")
        except BadInput as error:
            units = None
            self.problem.setText(str(error))
        self.problem.setVisible(bool(self.problem.text()))
        for gate, valve in self.valves.items():
            valve.setEnabled(not self.problem.text())
            mine = [one for one in self._on(answer) if one.gate == gate]
            exact = next((one for one in reversed(mine) if self._is_here(one, units)), None)
            if exact is not None:
                valve.show_value(MEAN if exact.value is None else exact.value)
            else:
                valve.show_value(None if mine else FREE)

    # --- where --------------------------------------------------------------------------------------------------------

    def _number(self, answer: Answer) -> int:
        return min(self.session.looking.layer, len(answer.trace.layers) - 1)

    def _on(self, answer: Answer) -> list[Clamp]:
        """What is held of the layer that is looked at."""
        layer = answer.trace.layers[self._number(answer)]
        place = (layer.layer, layer.direction)
        return [one for one in self.session.clamping.clamps if (one.layer, one.direction) == place]

    def _is_here(self, clamp: Clamp, units: tuple[int, ...] | None) -> bool:
        return (clamp.units, clamp.first, clamp.stop) == (units, *self._range())

    def _range(self) -> tuple[int, int | None]:
        last = self.last.value()
        return self.first.value(), None if last >= self._steps - 1 else last + 1

    def _chosen_units(self) -> tuple[int, ...] | None:
        """The units that a valve turns, None for all. Raises BadInput."""
        looking = self.session.looking
        if self.first.value() > self.last.value():
            raise BadInput("steps", "expected the first step before the last", value=self.first.value())
        match self.units.currentData():
            case "chosen":
                if looking.unit is None:
                    raise BadInput("units", "click a row of a heatmap to choose a unit")
                return (looking.unit,)
            case "brushed":
                if not looking.brushed:
                    raise BadInput("units", "drag over rows of a heatmap to brush units")
                return tuple(sorted(looking.brushed))
            case "typed":
                return units_from_text(self.typed.text())
            case _:
                return None

    # --- acting -------------------------------------------------------------------------------------------------------

    @Slot(str, object, bool)
    def _hold(self, gate: str, value: object, is_drag: bool) -> None:
        answer = self.session.answer
        model = _model(answer)
        if answer is None or model is None:
            return
        layer = answer.trace.layers[self._number(answer)]
        direction: Direction = "backward" if layer.direction == "backward" else "forward"
        number = value if isinstance(value, float) else None
        try:
            units = self._chosen_units()
            clamp = Clamp(layer.layer, direction, gate, number, units, *self._range())
            joins = (layer.layer, direction, gate, units) if is_drag else None
            self.session.clamping.hold(clamp, model, joins=joins)
        except BadInput as error:
            self.problem.setText(str(error))
            self.problem.show()

    @Slot(str)
    def _free(self, gate: str) -> None:
        answer = self.session.answer
        if answer is not None:
            mine = [one for one in self._on(answer) if one.gate == gate]
            self.session.clamping.put(one for one in self.session.clamping.clamps if one not in mine)
        self.refresh()

    @Slot(object)
    def _lesson_chosen(self, lesson: object) -> None:
        answer = self.session.answer
        if answer is not None and lesson in {one.id for one in LESSONS}:
            self.session.clamping.lesson(str(lesson), answer.question.trained)

    @Slot(object)
    def _layer_chosen(self, number: object) -> None:
        self.session.look_at_layer(int(str(number)))

    @Slot()
    def _where_changed(self) -> None:
        self.refresh()

    @Slot()
    def _undo(self) -> None:
        self.session.clamping.undo()

    @Slot()
    def _redo(self) -> None:
        self.session.clamping.redo()

    @Slot()
    def _reset(self) -> None:
        self.session.clamping.reset()

    # --- building -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID // 2)
        head.addWidget(self.lesson, 1)
        head.addWidget(self.undo)
        head.addWidget(self.redo)
        head.addWidget(self.reset)
        where = QGridLayout()
        where.setHorizontalSpacing(GRID // 2)
        where.setVerticalSpacing(GRID // 2)
        where.addWidget(self.layer, 0, 0, 1, 2)
        where.addWidget(self.units, 0, 2, 1, 2)
        where.addWidget(self.typed, 1, 2, 1, 2)
        steps = QHBoxLayout()
        steps.setSpacing(GRID // 2)
        steps.addWidget(_words(tr("steps")))
        steps.addWidget(self.first, 1)
        steps.addWidget(_words(tr("to")))
        steps.addWidget(self.last, 1)
        where.addLayout(steps, 1, 0, 1, 2)
        where.setColumnStretch(0, 1)
        where.setColumnStretch(1, 1)
        where.setColumnStretch(2, 1)
        where.setColumnStretch(3, 1)
        self._valves.setSpacing(GRID // 2)
        self._whole = QWidget()
        column = QVBoxLayout(self._whole)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(self.shows)
        column.addLayout(where)
        column.addWidget(self.problem)
        column.addLayout(self._valves)
        column.addWidget(self.held)
        column.addWidget(self.outcome)
        column.addWidget(self.each)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._whole)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.empty)
        layout.addWidget(scroll, 1)


def _words(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "secondary")
    return label


def _model(answer: Answer | None) -> Recurrent | None:
    model = answer.question.trained.preset.model if answer is not None else None
    return model if isinstance(model, Recurrent) else None
