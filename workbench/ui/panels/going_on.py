"""Going on with a run of the list: itself, or as a new one from its end or from a snapshot."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu

from workbench.errors import BadInput
from workbench.fields import Field
from workbench.session.session import Session
from workbench.ui.panels.controls import enable, segment_button
from workbench.ui.text import tr


class GoingOn(QObject):
    """A button with a menu. ``failed`` comes when a run could not go on; the session says why."""

    failed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.button = segment_button("goOnWithRun", tr("Go on"))
        self._menu = QMenu(self.button)
        self._menu.setToolTipsVisible(True)
        self.button.setMenu(self._menu)
        self.resume = self._action("resumeRun")
        self.as_new = self._action("continueRun")
        self.from_snapshot = self._action("continueFromSnapshot")
        self.resume.triggered.connect(self._resume)
        self.as_new.triggered.connect(self._continue)
        self.from_snapshot.triggered.connect(self._continue_from_snapshot)

    def refresh(self) -> None:
        """What can be done with the chosen run."""
        why = self._why_not()
        does = tr("Train this run further, or a new one that begins where it is")
        enable(self.button, not why, self._with_place(does), why)
        if why:
            return
        row = self._session.runs.row(self._session.runs.chosen[0])
        assert row is not None
        about = row.about
        self.resume.setText(tr("Resume it after step {step:,} of {steps:,}").format(step=about.step, steps=about.steps))
        self.resume.setEnabled(not about.is_complete)
        self.resume.setToolTip(
            tr("It is finished: nothing is left to be trained") if about.is_complete
            else tr("This very run, as if it had never been broken off")
        )  # fmt: skip
        self.as_new.setText(tr("As a new run, from its end"))
        self.as_new.setToolTip(tr("It stays as it is. One that is finished goes on for as many steps again."))
        at = self._snapshot_step()
        self.from_snapshot.setText(
            tr("As a new run, from a snapshot") if at is None
            else tr("As a new run, from step {step:,}").format(step=at)
        )  # fmt: skip
        self.from_snapshot.setEnabled(at is not None)
        self.from_snapshot.setToolTip(
            tr("Open it and travel there in Snapshots first") if at is None
            else tr("With the weights and curves up to there, but a fresh optimiser: a snapshot holds weights alone")
        )  # fmt: skip

    # --- what there is to say -----------------------------------------------------------------------------------------

    def _chosen(self) -> Path | None:
        chosen = self._session.runs.chosen
        return chosen[0] if len(chosen) == 1 else None

    def _why_not(self) -> str:
        chosen = self._chosen()
        row = self._session.runs.row(chosen) if chosen is not None else None
        if row is None:
            return tr("Choose one run")
        if row.is_training:
            return tr("It is being trained now")
        is_busy = self._session.training.is_busy or self._session.race.is_busy
        return tr("A training is running; stop it first") if is_busy else ""

    def _with_place(self, words: str) -> str:
        """That a place will be asked for, where the data are not at theirs."""
        if (missing := self._missing()) is None:
            return words
        told = tr("Its data are not where its settings say ({place}): asks where they are.")
        return f"{words}\n{told.format(place=tr(missing[1].title))}"

    def _snapshot_step(self) -> int | None:
        """The step of the chosen run that Snapshots shows, where that is before its end."""
        opened, at = self._session.times.opened, self._session.times.at
        is_shown = opened is not None and opened.travels.folder == self._chosen() and at != opened.travels.final.step
        return at if is_shown else None

    def _missing(self) -> tuple[str, Field] | None:
        """The place of the chosen run's data, where nothing is."""
        compared = self._session.runs.compared
        return compared.missing if compared is not None and compared.folders == self._session.runs.chosen else None

    # --- verbs --------------------------------------------------------------------------------------------------------

    def _action(self, name: str) -> QAction:
        action = QAction(self)
        action.setObjectName(name)
        self._menu.addAction(action)
        return action

    @Slot()
    def _resume(self) -> None:
        folder, places = self._chosen(), self._places()
        if folder is not None and places is not None:
            self._try(self._session.resume, folder, places)

    @Slot()
    def _continue(self) -> None:
        self._continue_at(None)

    @Slot()
    def _continue_from_snapshot(self) -> None:
        self._continue_at(self._snapshot_step())

    def _continue_at(self, at: int | None) -> None:
        folder, places = self._chosen(), self._places()
        if folder is not None and places is not None:
            self._try(self._session.runs.continue_as_new, folder, at, places)

    def _places(self) -> dict[str, str] | None:
        """Where the data of the chosen run are, asked where they are not at their place; None: never mind."""
        missing = self._missing()
        if missing is None:
            return {}
        key, field = missing
        title = tr("{place}: where is it now?").format(place=tr(field.title))
        if field.path == "folder":
            found = QFileDialog.getExistingDirectory(self.button, title)
        else:
            found, _ = QFileDialog.getOpenFileName(self.button, title)
        return {key: found} if found else None

    def _try(self, verb: object, *arguments: object) -> None:
        assert callable(verb)
        try:
            verb(*arguments)
        except BadInput as error:
            self._session.runs.failure = str(error)
            self.failed.emit()
