"""After a crash: the training that was cut short is offered back, until somebody answers; after a clean end none is."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from workbench.errors import BadInput
from workbench.session.session import Session
from workbench.session.unfinished import unfinished, unmark
from workbench.ui.notice import Notice
from workbench.ui.text import tr


class CutShort(QObject):
    """``left`` comes when a person leaves the run for later."""

    left = Signal()

    def __init__(self, session: Session, notice: Notice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._notice, self._run = session, notice, Path()

    def offer(self) -> None:
        """Asks, where there is such a run."""
        if (found := unfinished()) is None:
            return
        self._run, about = found
        told = tr(
            "{title} was being trained when the workbench broke off. It is saved up to step {step:,} of {steps:,}."
        )
        self._notice.ask(
            told.format(title=about.title, step=about.step, steps=about.steps),
            ((tr("Go on training"), self._resume), (tr("Leave it in Runs"), self._leave)),
        )

    @Slot()
    def _resume(self) -> None:
        try:
            self._session.resume(self._run)
        except BadInput as error:
            self._notice.say(str(error))
            self._leave()

    @Slot()
    def _leave(self) -> None:
        unmark(self._run)
        self._session.runs.choose((self._run,))
        self.left.emit()
