"""Under the story: what the network would tell next after each word it reads, and when it made up its mind."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.config import Words
from workbench.insight.decision import told_apart
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui.panels.calibration_line import CalibrationLine
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.belief_by_row import BeliefByRow
from workbench.ui.widgets.candidates import visible

#: So many words have a line: the likeliest at the end, and those that were likely on the way.
WORDS = 6
_LEAST, _MOST = 56, 104


class WordBelief(QWidget):
    """Belief by word for the words that the gates look at; nothing for a network that answers with vectors."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.chart = BeliefByRow()
        self.chart.setObjectName("wordBelief")
        self.chart.setAccessibleName(tr("Belief after every word"))
        # The story above is what matters: of a low window it takes all but the least.
        self.chart.setMinimumHeight(_LEAST)
        self.chart.setMaximumHeight(_MOST)
        self.chart.set_empty_text(tr("What it would tell next after each word it reads will stand here."))
        self.calibration = CalibrationLine(session, "words")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.chart)
        column.addWidget(self.calibration)

    def refresh(self) -> None:
        """The answer to the words that were read last."""
        in_use = self._session.network_for("words")
        self.setVisible(in_use is None or in_use.trained.interface.answer == "class")
        answer = self._session.looking.answers["words"]
        if answer is None or in_use is None or answer.question.trained.interface.answer != "class":
            self.chart.set_beliefs(None)
        else:
            self._show(answer)

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        self.chart.set_theme(theme)

    def _show(self, answer: Answer) -> None:
        session = self._session
        trained = answer.question.trained
        chosen = told_apart(answer.beliefs, WORDS)
        data = trained.preset.data
        word = tr("sign") if isinstance(data, Words) and data.split == "characters" else tr("word")
        self.chart.set_classes([visible(trained.classes[number]) for number in chosen])
        self.chart.set_beliefs(answer.beliefs[:, chosen], word)
        step = session.looking.cursor if session.looking.at == "words" else None
        step = step if step is not None and step < len(answer.beliefs) else None
        self.chart.set_cursor(step)
        self.calibration.show_step(step, word, range(len(answer.beliefs)))
