"""Every unit switched off in turn: which of them a class, or an answer, can least do without."""

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
        is_ours = removed is not None and removed.trained.preset.model == trained.preset.model
        self.start.setText(tr("Stop") if desk.is_removing else tr("Switch off each"))
        self.table.setVisible(is_ours)
        if removed is None or not is_ours:
            self._model.set_rows((), ())
            self.told.setText(tr("Which units can a class least do without?") if not desk.is_removing else "…")
            return
        self.told.setText(_told(removed))
        self._model.set_rows(
            (tr("layer"), tr("unit"), tr("probability"), tr("score")),
            [
                (f"{one.layer} {way(one.direction)}", str(one.unit), _points(one.change), _signed(one.logit))
                for one in removed.units[:_LISTED]
            ],
        )

    @Slot()
    def _start(self) -> None:
        desk = self._session.clamping
        if desk.is_removing:
            desk.stop_removing()
        elif self._answer is not None and self.which.currentData() is not None:
            desk.switch_off_each(self._answer.question.trained, int(self.which.currentData()))

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


def _choices(answer: Answer) -> list[tuple[int, str]]:
    trained = answer.question.trained
    if not isinstance(trained.preset.model, Recurrent):
        return []
    if trained.interface.answer != "class":
        return [(n, tr("output {n}").format(n=n)) for n in range(min(_MOST_CLASSES, trained.interface.classes))]
    if len(trained.classes) > _MOST_CLASSES:
        n = int(answer.probabilities.argmax())
        return [(n, visible(trained.classes[n]))]
    return [(n, visible(name)) for n, name in enumerate(trained.classes)]


def _told(removed: Removed) -> str:
    free = 100 * removed.units[0].probability if removed.units else 0.0
    if removed.trained.interface.answer in ("class", "bit"):
        return tr("On {on}: probability {free:.1f}\N{NO-BREAK SPACE}% with all units; the change without each:").format(
            on=removed.on, free=free
        )
    return tr("On {on}; the change without each:").format(on=removed.on)


def _points(change: float) -> str:
    return f"{100 * change:+.2f}".replace("-", "−")


def _signed(change: float) -> str:
    return f"{change:+.3f}".replace("-", "−")
