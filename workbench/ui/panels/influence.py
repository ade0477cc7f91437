"""The Influence panel: what of the input spoke for an answer and what against it, and an eraser to try it."""

from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.insight.scales import rounded_up
from workbench.session.change import Change
from workbench.session.influence_reader import Mattered
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui.panels.controls import caption_label
from workbench.ui.panels.eraser_tools import EraserTools
from workbench.ui.panels.influence_choices import Belief, InfluenceChoices
from workbench.ui.panels.influence_told import (
    belief_sentence,
    method_of,
    part_sentence,
    sum_sentence,
    table_of,
)
from workbench.ui.panels.panel import Panel
from workbench.ui.panels.values_window import ValuesWindow
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.candidates import visible
from workbench.ui.widgets.colour_bar import ColourBar
from workbench.ui.widgets.compared import Compared, ComparedBars
from workbench.ui.widgets.influence_map import InfluenceMap
from workbench.ui.widgets.influence_view import InfluenceView
from workbench.ui.widgets.influence_words import InfluenceWords

#: More classes than these are words, of which the likeliest are shown.
_MOST_CLASSES = 12
_SHOWN_WORDS = 6

#: Of the belief beside a picture; where classes have longer names, or numbers and no bars are shown.
_NARROW, _WIDE = 136, 176
#: A panel that is narrower has no room for it there.
_TOO_NARROW = 380
_UNLIMITED = 16_777_215


class InfluencePanel(Panel):
    """Above, what is explained and how; in the middle the input in colours beside the belief; below, the eraser."""

    listens: ClassVar[Change] = Change.INFLUENCE | Change.READING | Change.NETWORK | Change.CURSOR

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("influencePanel")
        self.setAccessibleName(tr("Influence"))
        self.choices = InfluenceChoices(session, self)
        self.map = InfluenceMap(self)
        self.map.setObjectName("influenceMap")
        self.words = InfluenceWords(self)
        self.words.setObjectName("influenceWords")
        self.bar = ColourBar()
        self.bar.setObjectName("influenceScale")
        self.bars = ComparedBars(self)
        self.bars.setObjectName("influenceBelief")
        self.bars.setAccessibleName(tr("Belief, whole and erased"))
        self.caption = caption_label("influenceCaption")
        self.sum = caption_label("influenceSum")
        self.reading = caption_label("influenceReading")
        self.told = caption_label("influenceTold")
        self.problem = caption_label("influenceProblem", "error")
        self.empty = caption_label("influenceEmpty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.tools = EraserTools(session, self)
        self._is_short = True
        #: Whether words are shown, and whether the belief stands below.
        self._arranged: tuple[bool, bool] | None = None
        self._pages = QStackedWidget()
        self._views = QGridLayout()
        self._lay_out()
        self.choices.refused.connect(self._refused)
        self.choices.tables.clicked.connect(self.show_table)
        for view in (self.map, self.words):
            view.pointed.connect(self._pointed)
            view.erased.connect(self._erased)
            view.undone.connect(self.tools.undo_stroke)
            view.redone.connect(self.tools.redo_stroke)
        self.set_theme(theme)
        self.refresh()

    # --- showing ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """What was found of the sample that is looked at, and the belief whole and erased."""
        answer = self.session.answer
        self._pages.setCurrentIndex(0 if answer is None else 1)
        if answer is None:
            self.empty.setText(self._why_empty())
            return
        found = self._found(answer)
        trained, probe = (answer.question.trained if found is None else found.asked.trained), answer.question.probe
        called = probe.caption if found is None else found.asked.caption
        # Words stand below, and need not be said twice.
        by = tr("Read by “{title}” after {step:,} training steps") if probe.inputs.ndim == 1 else tr(
            "{what}, read by “{title}” after {step:,} training steps")  # fmt: skip
        what = called[:1].upper() + called[1:]
        self.caption.setText(by.format(what=what, title=trained.preset.title, step=trained.step))
        self.choices.show_answer(answer, self._belief(answer))
        self._show_input(answer, found)
        self._show_values(found)
        self._show_belief(answer, found)
        self._show_reading()
        self.tools.refresh(is_picture=answer.question.trained.interface.picture is not None)
        self.choices.tables.setEnabled(found is not None and found.influence is not None)

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        super().set_theme(theme)
        for widget in (self.map, self.words, self.bar, self.bars, self.choices, self.tools):
            widget.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        """From now on somebody watches."""
        super().showEvent(event)
        self.session.influence.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is worked out for nobody."""
        super().hideEvent(event)
        self.session.influence.watch(False)

    @property
    def view(self) -> InfluenceView:
        """The view of the sample that is shown."""
        return self.words if self.words.isVisibleTo(self) else self.map

    def _found(self, answer: Answer) -> Mattered | None:
        """What was found last, where it is of a sample of this kind."""
        found = self.session.influence.mattered
        if found is None:
            return None
        asked, now = found.asked, answer.question
        is_alike = asked.trained.preset.task == now.trained.preset.task and asked.trained.classes == now.trained.classes
        return found if is_alike and asked.inputs.shape == now.probe.inputs.shape else None

    def _belief(self, answer: Answer) -> Belief | None:
        """Of every class. Where words are told as vectors, the answer holds none, and what was found the cosines."""
        found = self._found(answer)
        if found is not None and found.influence is not None:
            return found.influence.belief
        return None if answer.question.trained.interface.answer == "vector" else answer.probabilities

    def _show_input(self, answer: Answer, found: Mattered | None) -> None:
        inputs = found.asked.inputs if found is not None else answer.question.probe.inputs
        trained = answer.question.trained
        is_words = inputs.ndim == 1
        self._is_short = trained.interface.picture is not None and max(map(len, trained.classes)) <= 2
        self._arrange(words=is_words)
        gone, cursor = self.session.influence.erased, self.session.looking.cursor
        if is_words:
            self.words.set_words([visible(trained.classes[number]) for number in inputs.tolist()])
            self.words.set_gone(gone)
            self.words.set_lit(cursor if cursor is not None and cursor < len(inputs) else None)
            return
        picture = trained.interface.picture
        # Grey, for the colours are those of the values.
        levels = inputs if picture is None else inputs.reshape(picture).mean(axis=2)
        self.map.set_input(
            levels.astype(np.float32), picture=picture is not None, ink=picture is not None and picture[2] == 1
        )
        self.map.set_gone(gone)
        self.map.set_eraser(self.session.influence.eraser)
        # A convolution net reads all rows at once, and no step is one of them.
        if cursor is None or cursor >= answer.trace.steps or not answer.trace.layers:
            self.map.set_lit(range(0), range(0))
        else:
            self.map.set_lit(trained.interface.rows_at(cursor), trained.interface.columns_at(cursor))

    def _show_values(self, found: Mattered | None) -> None:
        influence = None if found is None else found.influence
        self.problem.setText(found.problem if found is not None else "")
        self.problem.setVisible(bool(self.problem.text()))
        if influence is None:
            self.sum.setText("" if self.problem.text() else tr("Working it out…"))
            if self.words.words:
                self.words.set_influence(None, 1.0)
            self.map.set_influence(None, None, 1.0, 1.0)
            self.bar.set_range(-1.0, 1.0, "diverging")
            return
        method = method_of(influence)
        values, rows = (a.astype(np.float32) for a in (influence.parts(method), influence.rows(method)))
        reach, row_reach = (rounded_up(float(np.abs(np.nan_to_num(a)).max())) for a in (values, rows))
        if influence.kind == "words":
            self.words.set_influence(values, reach)
        else:
            self.map.set_influence(values, rows, reach, row_reach)
        self.bar.set_range(-reach, reach, "diverging")
        free = tr(" Held gates play no part in it.") if self.session.clamping.clamps else ""
        self.sum.setText(sum_sentence(influence) + free)

    def _show_belief(self, answer: Answer, found: Mattered | None) -> None:
        desk = self.session.influence
        influence = None if found is None else found.influence
        remains = desk.remains
        interface = answer.question.trained.interface
        before = remains.before if remains is not None else None if influence is None else influence.belief
        if before is None:
            self.told.setText(self._how_to_erase(answer))
            return
        after = remains.after if remains is not None else before
        names = _names(answer, len(before))
        shown = range(len(before))
        if len(before) > _MOST_CLASSES and interface.answer in ("class", "vector"):
            order = np.argsort(-np.maximum(before, after), kind="stable")[:_SHOWN_WORDS]
            shown = order[np.argsort(-before[order], kind="stable")].tolist()
        what = {"bit": tr("bit"), "number": tr("step")}.get(interface.answer, "")
        self.bars.set_titles(tr("whole"), tr("now"), what)
        self.bars.set_rows(
            [Compared(str(n) if what else names[n], float(before[n]), float(after[n])) for n in shown],
            shares=interface.answer in ("class", "bit"),
        )
        if remains is not None and influence is not None:
            self.told.setText(belief_sentence(influence, names, before, after, len(desk.erased)))
        else:
            self.told.setText(self._how_to_erase(answer))

    def _how_to_erase(self, answer: Answer) -> str:
        if answer.question.probe.inputs.ndim == 1:
            return tr("Click a word to leave it out, and again to bring it back: the belief is that of the rest.")
        if answer.question.trained.interface.picture is None:
            return tr(
                "Drag over numbers, or click the bar of a step, to make them 0: the belief is that of what remains."
            )
        return tr("Drag on the picture, or click a row's bar, to erase: the belief is that of what remains.")

    def _show_reading(self) -> None:
        answer = self.session.answer
        found = None if answer is None else self._found(answer)
        if found is None or found.influence is None:
            self.reading.setText("")
            return
        influence, view = found.influence, self.view
        part, by_row = view.part, view.is_by_row
        cursor = self.session.looking.cursor
        if part is None and cursor is not None and answer is not None and answer.trace.layers:
            rows = found.asked.trained.interface.rows_at(cursor)
            width = 1 if len(influence.shape) == 1 else influence.shape[1]
            part, by_row = rows.start * width, True
        if part is None or part >= int(np.prod(influence.shape)):
            self.reading.setText(tr("Point at a part to read it. Arrow keys walk, Delete erases."))
            return
        row, column = (part, None) if influence.kind == "words" else divmod(part, influence.shape[1])
        self.reading.setText(part_sentence(influence, row, None if by_row else column))

    def _why_empty(self) -> str:
        if why := self.session.nobody_answers(self.session.looking.at):
            return tr("{why} What of the input mattered will show here.").format(why=tr(why))
        return tr("Nothing is read yet. What of it mattered will show here.")

    # --- acting -------------------------------------------------------------------------------------------------------

    @Slot(str)
    def _refused(self, why: str) -> None:
        self.problem.setText(why)
        self.problem.show()

    @Slot(int)
    def _pointed(self, part: int) -> None:
        """The shared cursor goes to the step that reads the part."""
        answer = self.session.answer
        if part < 0 or answer is None or not answer.trace.layers:
            self.session.point_at(None)
            self._show_reading()
            return
        interface, inputs = answer.question.trained.interface, answer.question.probe.inputs
        if inputs.ndim == 1:
            step = part
        elif interface.picture is None:
            step = part // inputs.shape[1]
        else:
            step = part * interface.picture[2] // interface.width
        self.session.point_at(step)
        self._show_reading()

    @Slot(object, bool)
    def _erased(self, parts: object, goes_on: bool) -> None:
        assert isinstance(parts, list)
        desk = self.session.influence
        if self.view is self.words and set(parts) & desk.erased and not goes_on:
            desk.bring_back(parts)
        else:
            desk.erase(parts, goes_on=goes_on)

    @Slot()
    def show_table(self) -> ValuesWindow | None:
        """Opens the exact values in a table, as they are now."""
        answer = self.session.answer
        found = None if answer is None else self._found(answer)
        if found is None or found.influence is None:
            return None
        window = ValuesWindow(tr("Influence"), sum_sentence(found.influence), table_of(found.influence), self)
        window.show()
        return window

    # --- building -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        scale = QHBoxLayout()
        scale.setSpacing(GRID)
        for end, words in ((0, tr("against")), (1, tr("for"))):
            label = caption_label(f"influenceEnd{end}")
            label.setText(words)
            label.setWordWrap(False)
            scale.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        scale.insertWidget(1, self.bar, 1)
        self._views.setContentsMargins(0, 0, 0, 0)
        self._views.setSpacing(GRID)
        self._arrange(words=False)
        for label, lines in ((self.sum, 2), (self.reading, 1), (self.told, 2)):
            # As many lines always, so that nothing jumps while values are read.
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            label.setMinimumHeight(lines * label.fontMetrics().height())
        shown = QWidget()
        page = QVBoxLayout(shown)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(GRID // 2)
        page.addWidget(self.choices)
        page.addWidget(self.problem)
        page.addWidget(self.caption)
        page.addLayout(self._views, 1)
        page.addWidget(self.reading)
        page.addLayout(scale)
        page.addWidget(self.sum)
        page.addWidget(self.tools)
        page.addWidget(self.told)
        scroll = QScrollArea()  # a low window scrolls rather than cuts
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(shown)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(scroll)
        around = QVBoxLayout(self)
        around.setContentsMargins(GRID, GRID, GRID, GRID)
        around.addWidget(self._pages)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The belief goes below where there is no room for it beside."""
        super().resizeEvent(event)
        self._arrange(words=self.words.isVisibleTo(self))

    def _arrange(self, *, words: bool) -> None:
        """Beside a picture stands the belief, as long as there is room; else below, as below a sentence."""
        below = words or self.width() < _TOO_NARROW
        beside = max(_NARROW if self._is_short else _WIDE, self.width() // 3)
        self.bars.setMaximumWidth(_UNLIMITED if below else beside)
        if (words, below) == self._arranged:
            return
        self._arranged = (words, below)
        for widget in (self.map, self.words, self.bars):
            self._views.removeWidget(widget)
        self.map.setVisible(not words)
        self.words.setVisible(words)
        if below:
            self._views.addWidget(self.words if words else self.map, 0, 0, 1, 2)
            self._views.addWidget(self.bars, 1, 0, 1, 2, Qt.AlignmentFlag.AlignTop)
        else:
            self._views.addWidget(self.map, 0, 0)
            self._views.addWidget(self.bars, 0, 1, Qt.AlignmentFlag.AlignTop)
        self._views.setColumnStretch(0, 1)


def _names(answer: Answer, count: int) -> list[str]:
    """Names of what the network answers with: classes, or the steps of bits and numbers."""
    trained = answer.question.trained
    if trained.interface.answer in ("bit", "number"):
        name = tr("bit {n}") if trained.interface.answer == "bit" else tr("step {n}")
        return [name.format(n=n) for n in range(count)]
    return [visible(name) for name in trained.classes]
