"""Going on with a run of the list: itself, the race it was a lane of, or a new one from its end or a snapshot."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu

from workbench.config import Preset
from workbench.fields import Field, settings_of
from workbench.runs.index import About
from workbench.runs.raced import lanes_of
from workbench.runs.run_preset import load_run_preset, missing_place, place_keys, preset_to_go_on
from workbench.session.run_comparison import Compared
from workbench.session.session import Session
from workbench.ui.panels.controls import enable, segment_button
from workbench.ui.text import tr


class GoingOn(QObject):
    """A button with a menu."""

    def __init__(self, session: Session, attempt: Callable[..., None], parent: QObject | None = None) -> None:
        """``attempt`` calls a verb with its arguments, and tells the person why it could not be done."""
        super().__init__(parent)
        self._session, self._try = session, attempt
        self.button = segment_button("goOnWithRun", tr("Go on"))
        self._menu = QMenu(self.button)
        self._menu.setToolTipsVisible(True)
        self.button.setMenu(self._menu)
        self.resume = self._action("resumeRun")
        self.elsewhere = self._action("resumeRunElsewhere", tr("Resume it, its data being elsewhere …"))
        self.elsewhere.setToolTip(tr("Asks where its data are now, and keeps that once they turn out to be its own"))
        self.race = self._action("resumeRace")
        self._menu.addSeparator()
        self.as_new = self._action("continueRun", tr("As a new run, from its end"))
        self.from_snapshot = self._action("continueFromSnapshot")
        self.resume.triggered.connect(self._resume)
        self.elsewhere.triggered.connect(self._resume_elsewhere)
        self.race.triggered.connect(self._resume_race)
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
        if about.is_complete:
            self.resume.setText(tr("Resume it"))
            self.resume.setToolTip(tr("It is finished: nothing is left to be trained"))
        elif about.step:
            words = tr("Resume it after step {step:,} of {steps:,}")
            self.resume.setText(words.format(step=about.step, steps=about.steps))
            self.resume.setToolTip(tr("This very run, as if it had never been broken off"))
        else:
            self.resume.setText(tr("Begin it again"))
            self.resume.setToolTip(tr("It was broken off before its first checkpoint"))
        self.resume.setEnabled(not about.is_complete)
        compared = self._compared()
        has_places = compared is not None and bool(place_keys(compared.presets[0]))
        self.elsewhere.setEnabled(not about.is_complete and has_places)
        self._show_race(row.folder, about)
        self.as_new.setEnabled(about.step > 0)
        self.as_new.setToolTip(
            tr("It stays as it is. One that is finished goes on for as many steps again.") if about.step
            else tr("It was broken off before its first checkpoint")
        )  # fmt: skip
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

    def _show_race(self, folder: Path, about: About) -> None:
        """All lanes of the race that the chosen run is one of."""
        raced = about.raced
        self.race.setVisible(raced is not None)
        if raced is None:
            return
        lanes = {name: self._session.runs.row(folder.with_name(name)) for name in raced.lanes}
        there = [row for row in lanes.values() if row is not None]
        why = ""
        if folder.name not in raced.lanes:
            why = tr("It was renamed, or is a copy: its race goes on from {names}").format(names=", ".join(raced.lanes))
        elif missing := [name for name, row in lanes.items() if row is None]:
            why = tr("Another lane of it is not here any more: {names}").format(names=", ".join(missing))
        elif all(row.about.is_over for row in there):
            why = tr("It is over: nothing is left to be trained")
        elif any(row.is_training for row in there):
            why = tr("One of its lanes is being trained now")
        self.race.setEnabled(not why)
        self.race.setToolTip(why or tr("All lanes side by side; those ahead wait until the others have caught up"))
        words = tr("Resume its race of {n} lanes after step {step:,} of {steps:,}")
        step = min((row.about.step for row in there if not row.about.is_over), default=about.step)
        steps = max((row.about.steps for row in there), default=0)
        self.race.setText(words.format(n=len(lanes), step=step, steps=steps))

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
        compared = self._compared()
        if compared is None or not compared.missing:
            return words
        told = tr("Its data are not where its settings say ({place}): asks where they are.")
        return f"{words}\n{told.format(place=_title(compared.presets[0], compared.missing))}"

    def _compared(self) -> Compared | None:
        """The settings of the chosen run, once they were read."""
        compared = self._session.runs.compared
        return compared if compared is not None and compared.folders == self._session.runs.chosen else None

    def _snapshot_step(self) -> int | None:
        """The step of the chosen run that Snapshots shows, where that is before its end."""
        opened, at = self._session.times.opened, self._session.times.at
        is_shown = opened is not None and opened.travels.folder == self._chosen() and at != opened.travels.final.step
        return at if is_shown else None

    # --- verbs --------------------------------------------------------------------------------------------------------

    def _action(self, name: str, text: str = "") -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)
        self._menu.addAction(action)
        return action

    @Slot()
    def _resume(self) -> None:
        self._try(self._resume_at, False)

    @Slot()
    def _resume_elsewhere(self) -> None:
        self._try(self._resume_at, True)

    @Slot()
    def _resume_race(self) -> None:
        self._try(self._race_on)

    @Slot()
    def _continue(self) -> None:
        self._try(self._continue_at, None)

    @Slot()
    def _continue_from_snapshot(self) -> None:
        self._try(self._continue_at, self._snapshot_step())

    def _resume_at(self, is_elsewhere: bool) -> None:
        folder = self._chosen()
        if folder is not None and (places := self._places(folder, of_all=is_elsewhere)) is not None:
            self._session.resume(folder, places)

    def _race_on(self) -> None:
        folder = self._chosen()
        if folder is None:
            return
        learning = [lane for lane, about in lanes_of(folder).items() if not about.is_over]
        # One that came to its end just now says so when it is to be resumed.
        if (places := self._places(*learning, of_all=False) if learning else {}) is not None:
            self._session.race.resume(folder, places)

    def _continue_at(self, at: int | None) -> None:
        folder = self._chosen()
        if folder is not None and (places := self._places(folder, of_all=False)) is not None:
            self._session.runs.continue_as_new(folder, at, places)

    def _places(self, *runs: Path, of_all: bool) -> dict[str, str] | None:
        """Where the data of these runs are: of all that the settings name, or those not at hand. None: never mind.

        Raises BadInput where there are none at the place that was chosen, either.
        """
        preset, places = load_run_preset(runs[0]), dict[str, str]()
        named = [key for key in place_keys(preset) if getattr(preset.data, key.removeprefix("data."))]
        wanted = (named or list(place_keys(preset))) if of_all else []
        while wanted or (missing := self._missing(runs, places)):
            key = wanted.pop(0) if wanted else missing
            if key in places:
                for run in runs:
                    preset_to_go_on(run, places)  # says what is wrong there
            if not (found := self._ask_for(preset, key)):
                return None
            places[key] = found
        return places

    @staticmethod
    def _missing(runs: Sequence[Path], places: dict[str, str]) -> str:
        """The key of a place where the data of any of them are not; empty where all are at hand."""
        return next(filter(None, (missing_place(run, places) for run in runs)), "")

    def _ask_for(self, preset: Preset, key: str) -> str:
        title = tr("{place}: where is it now?").format(place=_title(preset, key))
        if _setting(preset, key).path == "folder":
            return QFileDialog.getExistingDirectory(self.button, title)
        return QFileDialog.getOpenFileName(self.button, title)[0]


def _setting(preset: Preset, key: str) -> Field:
    return next(setting.field for setting in settings_of(preset) if setting.key == key)


def _title(preset: Preset, key: str) -> str:
    return tr(_setting(preset, key).title)
