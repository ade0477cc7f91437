"""A button that chooses the preset for a place of the playground and trains it, while nobody answers there."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

from workbench.config import Task
from workbench.engine.length import about
from workbench.errors import BadInput
from workbench.session.networks import BUNDLED
from workbench.session.session import Session
from workbench.ui.panels.controls import enable
from workbench.ui.text import tr


class TrainFor(QPushButton):
    """Seen only while a place has no network and none is being loaded."""

    def __init__(self, session: Session, task: Task, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._session, self._task, self._text = session, task, text
        self.setObjectName(f"trainFor_{task}")
        self.setProperty("primary", True)
        self.clicked.connect(self._train)
        self.hide()

    def refresh(self) -> None:
        """Whether it is needed, and whether it can be pressed."""
        session = self._session
        self.setVisible(bool(session.nobody_answers(self._task)) and not session.networks.is_loading)
        entry = session.choices.entries.get(BUNDLED[self._task])
        length = None if entry is None else session.estimating.length_of(entry.preset)
        # Known once the experiment is chosen and has been timed.
        self.setText(self._text if length is None else f"{self._text} ({about(length.seconds, tr)})")
        title = entry.preset.title if entry is not None else BUNDLED[self._task]
        enable(
            self, entry is not None and not session.training.is_busy,
            tr("Chooses the experiment “{title}” and presses Train").format(title=title),
            tr("A training is running; stop it first.") if entry is not None
            else tr("The experiment “{title}” is not there").format(title=title),
        )  # fmt: skip

    @Slot()
    def _train(self) -> None:
        try:
            self._session.train_for(self._task)
        except BadInput as error:
            self._session.note("error", str(error))
