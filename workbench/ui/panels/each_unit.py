"""Every unit switched off in turn: which of them a class, or the right answers, can least do without."""

from PySide6.QtCore import QModelIndex, QSize, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workbench.config import Recurrent
from workbench.session.clamping import Removed
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui.panels.controls import caption_label
from workbench.ui.panels.held_list import way
from workbench.ui.text import tr
from workbench.ui.theme import GRID, font
from workbench.ui.widgets.candidates import visible
from workbench.ui.widgets.choice import Choice
from workbench.ui.widgets.told_table import ToldTable

#: So many units are listed.
_LISTED = 12

#: With more classes than this, the answer to what is shown is the class that is looked at.
_MOST_CLASSES = 20


class EachUnit(QWidget):
    """A class, a button, and the units that matter most for it; a click on one chooses it everywhere."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("eachUnit")
        self._session = session
        self._answer: Answer | None = None
        title = QLabel(tr("Every unit switched off in turn"))
        title.setFont(font("body", bold=True))
        self.which = Choice([], self)
        self.which.setObjectName("eachUnitClass")
        self.which.setAccessibleName(tr("Class that is watched"))
        self.start = QPushButton(tr("Switch off each"), self)
        self.start.setObjectName("eachUnitStart")
        self.start.setToolTip(tr("Holds h of one unit after the other at 0 and asks the network again"))
        self.told = caption_label("eachUnitTold")
        self._model = ToldTable(self)
        self.table = QTableView(self)
        self.table.setObjectName("eachUnitTable")
        self.table.setAccessibleName(tr("Units that matter most"))
        self.table.setModel(self._model)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setShowGrid(False)
        self.table.setMinimumSize(QSize(200, 180))
        row = QHBoxLayout()
        row.setSpacing(GRID // 2)
        row.addWidget(self.which, 1)
        row.addWidget(self.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID // 2, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(title)
        column.addLayout(row)
        column.addWidget(self.told)
        column.addWidget(self.table)
        self.start.clicked.connect(self._start)
        self.table.clicked.connect(self._chosen)
        self.table.activated.connect(self._chosen)

    def show_answer(self, answer: Answer) -> None:
        """The classes to choose from, and what was found."""
        self._answer = answer
        trained = answer.question.trained
        names = _choices(answer)
        if names != [(self.which.itemData(k), self.which.itemText(k)) for k in range(self.which.count())]:
            self.which.clear()
            for number, name in names:
                self.which.addItem(name, number)
            if len(names) <= _MOST_CLASSES and trained.interface.answer == "class":
                self.which.show_value(int(answer.probabilities.argmax()))
        desk = self._session.clamping
        removed = desk.removed
        # Another network with the same layers is another one; what the same one was a moment ago is said to be that.
        is_ours = removed is not None and removed.trained.preset == trained.preset
        self.start.setText(tr("Stop") if desk.is_removing else tr("Switch off each"))
        self.table.setVisible(is_ours)
        if removed is None or not is_ours:
            self._model.set_rows((), ())
            self.told.setText(self._waiting(answer))
            return
        self.told.setText(_told(removed, is_late=removed.trained is not trained))
        self._model.set_rows(*_rows(removed))

    def _waiting(self, answer: Answer) -> str:
        desk = self._session.clamping
        if desk.is_removing:
            return "…"
        if desk.removing_failure is not None:
            return desk.removing_failure.sentence
        if answer.question.trained.interface.answer == "class":
            return tr("Which units can a class least do without?")
        return tr("Which units can the right answers least do without?")

    @Slot()
    def _start(self) -> None:
        desk = self._session.clamping
        if desk.is_removing:
            desk.stop_removing()
        elif self._answer is not None and self.which.count():
            desk.switch_off_each(self._answer.question.trained, self.which.currentData())

    @Slot(QModelIndex)
    def _chosen(self, index: QModelIndex) -> None:
        removed, answer = self._session.clamping.removed, self._answer
        if removed is None or answer is None or index.row() >= len(removed.units):
            return
        one = removed.units[index.row()]
        places = [(layer.layer, layer.direction) for layer in answer.trace.layers]
        if (one.layer, one.direction) in places:
            self._session.look_at_layer(places.index((one.layer, one.direction)))
            self._session.point_at_unit(one.unit)


def _choices(answer: Answer) -> list[tuple[int | None, str]]:
    """Classes by number; None for all answers, where they are no classes."""
    trained = answer.question.trained
    if not isinstance(trained.preset.model, Recurrent):
        return []
    match trained.interface.answer:
        case "bit":
            return [(None, tr("all bits"))]
        case "number":
            return [(None, tr("all numbers"))]
        case "vector":
            return [(None, tr("all words"))]
        case "class" if len(trained.classes) > _MOST_CLASSES:
            n = int(answer.probabilities.argmax())
            return [(n, visible(trained.classes[n]))]
        case "class":
            return [(n, visible(name)) for n, name in enumerate(trained.classes)]


def _told(removed: Removed, *, is_late: bool) -> str:
    one = removed.units[0]
    free = {
        "probability": tr("what is right has a probability of {share:.1f}\N{NO-BREAK SPACE}%"),
        "cosine": tr("the cosine to the right word is {free:.4f}"),
        "squared error": tr("the mean squared error is {free:.4g}"),
    }[one.watched].format(share=100 * one.free, free=one.free)
    on = tr("On {on}, after {steps:,} training steps,") if is_late else tr("On {on}")
    return tr("{on} {free} with all units; the change without each:").format(
        on=on.format(on=removed.on, steps=removed.trained.step), free=free
    )


def _rows(removed: Removed) -> tuple[list[str], list[list[str]]]:
    """The heads of the columns, and a row for each of those that matter most."""
    heads = {
        "probability": [tr("probability"), tr("score")],
        "cosine": [tr("cosine")],
        "squared error": [tr("squared error")],
    }[removed.units[0].watched]
    rows = []
    for one in removed.units[:_LISTED]:
        row = [f"{one.layer} {way(one.direction)}", str(one.unit)]
        if one.watched == "probability":
            row.append(tr("{change} points").format(change=_signed(100 * one.change, 2)))
        else:
            row.append(f"{one.change:+.3g}".replace("-", "−"))
        if one.logit is not None:
            row.append(_signed(one.logit, 3))
        rows.append(row)
    return [tr("layer"), tr("unit"), *heads], rows


def _signed(change: float, places: int) -> str:
    return f"{change:+.{places}f}".replace("-", "−")
