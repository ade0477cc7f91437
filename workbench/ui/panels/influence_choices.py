"""What the Influence panel explains: which answer's score, compared with which other, by which method."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from workbench.errors import BadInput
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui import icons
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.candidates import visible
from workbench.ui.widgets.choice import Choice

Belief = npt.NDArray[np.float32]

#: Of more classes, which are words, the likeliest are offered.
_OFFERED_WORDS = 24


class InfluenceChoices(QWidget):
    """Two rows: what is explained and above what; the method, and a button for the table of its values."""

    #: What was chosen cannot be explained; why not.
    refused = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.explained = Choice([])
        self.explained.setObjectName("influenceClass")
        self.explained.setAccessibleName(tr("What is explained"))
        self.explained.setToolTip(tr("The answer whose score is explained: orange speaks for it, blue against it"))
        self.against = Choice([])
        self.against.setObjectName("influenceAgainst")
        self.against.setAccessibleName(tr("Compared with"))
        self.against.setToolTip(tr("Explain the score alone, or by how much it is above another one"))
        self.method = Choice([("gradients", tr("Integrated gradients")), ("erasing", tr("Erasing each in turn"))])
        self.method.setObjectName("influenceMethod")
        self.method.setAccessibleName(tr("Method"))
        self.method.setToolTip(
            tr("Integrated gradients share the score out among the inputs; erasing runs the network again without each")
        )
        self.tables = QToolButton()
        self.tables.setObjectName("influenceTable")
        self.tables.setAccessibleName(tr("Show as table"))
        self.tables.setToolTip(tr("Show the exact values as a table"))
        self.explained.edited.connect(self._class_chosen)
        self.against.edited.connect(self._against_chosen)
        self.method.edited.connect(self._method_chosen)
        head, how = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.explained, 1)
        head.addWidget(self.against, 1)
        how.addWidget(self.method, 1)
        how.addWidget(self.tables)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GRID // 2)
        for row in (head, how):
            row.setSpacing(GRID)
            rows.addLayout(row)

    def set_theme(self, theme: Theme) -> None:
        """The icon in the theme's colour."""
        self.tables.setIcon(icons.icon("table", theme))

    def show_answer(self, answer: Answer, belief: Belief | None) -> None:
        """What can be explained of this answer. ``belief``: in every class, where it is known."""
        desk, trained = self._session.influence, answer.question.trained
        self.method.show_value(desk.method)
        if trained.interface.answer in ("bit", "number"):
            name = tr("Bit {n}") if trained.interface.answer == "bit" else tr("The number told at step {n}")
            last = len(answer.beliefs) - 1
            self.explained.set_options([("", name.format(n=last) + tr(", the last")),
                                        *((str(n), name.format(n=n)) for n in range(last))])  # fmt: skip
            self.explained.show_value("" if desk.step in (None, last) else str(desk.step))
            self.against.hide()
            return
        the_answer = tr("The answer")
        if belief is not None:
            name = visible(trained.classes[int(np.nan_to_num(belief).argmax())])
            the_answer = tr("The answer, {name}").format(name=name)
        names = self._offered(answer, belief)
        self.explained.set_options([("", the_answer), *((name, visible(name)) for name in names)])
        self.explained.show_value(desk.class_name or "")
        self.against.show()
        self.against.set_options(
            [("", tr("its own score")), *((name, tr("above {name}").format(name=visible(name))) for name in names)]
        )
        self.against.show_value(desk.against or "")

    def _offered(self, answer: Answer, belief: Belief | None) -> list[str]:
        """Classes to choose from: all, or of many words the likeliest in the order of the alphabet."""
        classes, desk = answer.question.trained.classes, self._session.influence
        if len(classes) <= _OFFERED_WORDS:
            return list(classes)
        chosen = {name for name in (desk.class_name, desk.against) if name is not None}
        if belief is None:
            return sorted(chosen)
        order = np.argsort(-np.nan_to_num(belief), kind="stable")[:_OFFERED_WORDS].tolist()
        return sorted({classes[number] for number in order} | chosen)

    @Slot(object)
    def _class_chosen(self, name: object) -> None:
        answer, desk = self._session.answer, self._session.influence
        if answer is not None and answer.question.trained.interface.answer in ("bit", "number"):
            desk.explain_step(int(str(name)) if name else None)
            return
        self._explain(str(name) or None, desk.against if desk.against != name else None)

    @Slot(object)
    def _against_chosen(self, name: object) -> None:
        self._explain(self._session.influence.class_name, str(name) or None)

    def _explain(self, name: str | None, against: str | None) -> None:
        try:
            self._session.influence.explain(name, against)
        except BadInput as error:
            self.refused.emit(str(error))

    @Slot(object)
    def _method_chosen(self, method: object) -> None:
        self._session.influence.choose_method("erasing" if method == "erasing" else "gradients")
