"""The shelf of runs: every run there is, what is remarked on them, which are chosen, and whose curves are drawn."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.runs.bin import to_bin
from workbench.runs.index import read_about
from workbench.runs.ranking import Metric, best
from workbench.runs.remarks import Remarks, remark
from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.choices import Choices
from workbench.session.drawn_runs import DrawnRun, DrawnRuns
from workbench.session.history import History
from workbench.session.job import Done, Failed, Work
from workbench.session.looking import Looking
from workbench.session.run_comparison import MOST_COMPARED, Compared, compared
from workbench.session.run_curves import run_history
from workbench.session.run_rows import Listed, RunRow, listed
from workbench.session.training import TrainingDesk

#: While somebody looks, the folder is asked so often whether another window changed it.
LOOK_SECONDS = 2.0

#: So many runs' curves can be drawn at once.
MOST_CURVES = 12


@dataclass(frozen=True, eq=False)  # compared by identity: it holds arrays
class _Drawn:
    curves: dict[Path, History]
    broken: tuple[BadInput, ...]


@dataclass(frozen=True)
class _Kept:
    """What became of one thing that was to be written or deleted. ``remarks`` is None where the run is gone."""

    folder: Path
    remarks: Remarks | None = None
    error: BadInput | None = None


@dataclass(frozen=True)
class _Begun:
    """A new run that goes on from another one, ready to be trained."""

    folder: Path
    places: Mapping[str, str]


class RunShelf:
    """Reads and writes in the background; what a person does is shown at once, and taken back where it fails."""

    def __init__(self, wake: Callable[[], None], choices: Choices, looking: Looking, training: TrainingDesk) -> None:
        self._choices, self._looking, self._training = choices, looking, training
        self._listing, self._comparing = Background("run list", wake), Background("run settings", wake)
        self._drawing, self._writing = Background("run curves", wake), Background("run remarks", wake)
        self._continuing = Background("continued run", wake)
        self._begun: _Begun | None = None
        self._to_write: deque[Callable[[], _Kept]] = deque()
        self._changed = Change.NONE
        self._stamp: object = None
        self._looked_at = -math.inf
        self._is_watched = self._is_owed = self._was_busy = False
        #: The runs, newest first; None until they were looked for.
        self.rows: tuple[RunRow, ...] | None = None
        #: What is wrong with runs, or remarks, that cannot be read.
        self.broken: tuple[BadInput, ...] = ()
        self.chosen: tuple[Path, ...] = ()
        self.compared: Compared | None = None
        #: The runs whose curves are drawn, and the curves as they come.
        self.overlaid: tuple[Path, ...] = ()
        self.curves: dict[Path, History] = {}
        self._drawn = DrawnRuns()
        #: Why the last thing asked for could not be done.
        self.failure = ""

    # --- what there is ------------------------------------------------------------------------------------------------

    def watch(self, is_watched: bool) -> None:
        """Whether somebody looks at the list: then the folder is looked at now, and again every few seconds."""
        self._is_watched = is_watched
        self._looked_at = -math.inf

    def row(self, folder: Path) -> RunRow | None:
        """The row of a run."""
        return next((row for row in self.rows or () if row.folder == folder), None)

    @property
    def drawn(self) -> tuple[DrawnRun, ...]:
        """The curves to draw: of earlier trainings since the start, then in the order they were asked for."""
        live = self._training.history.folder if self._training.history is not None else None
        # What a run that is gone on with said so far is part of the live curves.
        before = [history for history in self._training.earlier if live is None or history.folder != live]
        return self._drawn.of([*before, *(self.curves[folder] for folder in self.overlaid if folder in self.curves)])

    def hide_curves(self, key: Hashable, is_hidden: bool) -> None:
        """Hides the curves of a run that is drawn, by its ``key``, or shows them again."""
        self._drawn.hide(key, is_hidden)
        self._changed |= Change.RUNS

    def best(self, metric: Metric, among: Iterable[Path] | None = None) -> Path | None:
        """The best run by a metric, of all or of those given; None where none has it."""
        wanted = None if among is None else set(among)
        rows = [row for row in self.rows or () if wanted is None or row.folder in wanted]
        found = best(rows, metric, lambda row: row.about)
        return found.folder if found is not None else None

    # --- choosing -----------------------------------------------------------------------------------------------------

    def choose(self, folders: Iterable[Path]) -> None:
        """Chooses runs; their settings are read and compared in the background."""
        self.chosen = tuple(folders)
        self.compared, self.failure = None, ""
        self._changed |= Change.RUNS
        if 1 <= len(self.chosen) <= MOST_COMPARED:
            folders = self.chosen
            self._comparing.start(lambda: compared(folders))

    def overlay(self, folders: Iterable[Path]) -> None:
        """Draws the curves of these runs, and no others, behind those of this training. Raises BadInput."""
        wanted = tuple(dict.fromkeys(folders))
        if len(wanted) > MOST_CURVES:
            raise BadInput("runs", f"the curves of at most {MOST_CURVES} can be drawn at once", value=len(wanted))
        self.overlaid = wanted
        self.curves = {folder: curve for folder, curve in self.curves.items() if folder in wanted}
        self.failure = ""
        self._changed |= Change.RUNS
        if missing := [folder for folder in wanted if folder not in self.curves]:
            self._drawing.start(lambda: _drawn(missing))

    def duplicate(self, folder: Path) -> None:
        """Puts a run's settings into the form, to be changed and trained anew. Raises BadInput."""
        self._choices.open_run(folder, read_about(folder).preset_id)
        self._looking.at = self._choices.preset.task
        self._changed |= Change.PRESETS | Change.SETTINGS | Change.READING

    def continue_as_new(self, folder: Path, at: int | None = None, places: Mapping[str, str] | None = None) -> None:
        """Makes a new run that goes on from a run's end, or from its snapshot of a step. Raises BadInput.

        ``places`` says where its data lie now, by the settings' keys.
        """
        if self._was_busy or self._continuing.is_busy:
            raise BadInput("training", "one is running already; stop it first")
        self.failure = ""
        self._continuing.start(lambda: _continued(folder, at, places or {}))

    def take_begun(self) -> tuple[Path, Mapping[str, str]] | None:
        """The run that was made to go on with, once, and where its data lie now."""
        begun, self._begun = self._begun, None
        return None if begun is None else (begun.folder, begun.places)

    # --- remarking and deleting ---------------------------------------------------------------------------------------

    def star(self, folder: Path, star: bool) -> None:
        """Gives a run a star, or takes it."""
        self._remark(folder, star=star)

    def tag(self, folder: Path, tags: Iterable[str]) -> None:
        """The tags of a run: these and no others."""
        self._remark(folder, tags=tuple(tags))

    def note(self, folder: Path, note: str) -> None:
        """What is to be remembered of a run."""
        self._remark(folder, note=note)

    def delete(self, folders: Iterable[Path]) -> None:
        """Moves runs to the system's bin; one that is being trained stays."""
        for folder in folders:
            self._to_write.append(lambda folder=folder: _deleted(folder))  # type: ignore[misc]
        self.failure = ""
        self._write()

    def _remark(self, folder: Path, **changes: Any) -> None:
        self.failure = ""
        self._to_write.append(lambda: _remarked(folder, changes))
        if (row := self.row(folder)) is not None:
            self._replace(row, replace(row, remarks=_foreseen(row.remarks, changes)))
        self._write()

    def _replace(self, row: RunRow, by: RunRow) -> None:
        self.rows = tuple(by if each is row else each for each in self.rows or ())
        self._changed |= Change.RUNS

    def _write(self) -> None:
        if not self._writing.is_busy and self._to_write:
            waiting, self._to_write = self._to_write, deque()
            self._writing.start(lambda: _all_of(waiting))

    # --- polling ------------------------------------------------------------------------------------------------------

    def poll(self, *, is_busy: bool) -> Change:
        """Takes in what was read and written since the last call. ``is_busy``: whether a training or a race runs."""
        if self._was_busy != is_busy:  # there is one more, or one has ended
            self._was_busy, self._is_owed = is_busy, self.rows is not None
        if self._is_owed or (self._is_watched and time.monotonic() - self._looked_at >= LOOK_SECONDS):
            self._look()
        for event in [
            *self._listing.poll(), *self._comparing.poll(), *self._drawing.poll(), *self._writing.poll(),
            *self._continuing.poll(),
        ]:  # fmt: skip
            self._fold(event)
        self._write()
        change, self._changed = self._changed, Change.NONE
        return change

    def close(self) -> None:
        """Waits until everything that was remarked is written."""
        for desk in (self._listing, self._comparing, self._drawing, self._continuing):
            desk.close()
        self._writing.close()
        for job in self._to_write:
            job()
        self._to_write.clear()

    def _look(self) -> None:
        if self._listing.is_busy or self._writing.is_busy or self._to_write:
            return  # what is being written is not read back as it was before
        known = None if self._is_owed else self._stamp
        going = tuple(row.folder for row in self.rows or () if not row.about.ended)
        self._is_owed, self._looked_at = False, time.monotonic()
        self._listing.start(lambda: listed(known, going))

    def _fold(self, event: Any) -> None:
        match event:
            case Listed():
                if not (self._writing.is_busy or self._to_write):
                    self._stamp, self.rows, self.broken = event.stamp, event.rows, event.broken
                    self._forget({row.folder for row in event.rows})
                else:
                    self._is_owed = True
            case Compared():
                if event.folders == self.chosen:
                    self.compared = event
            case _Drawn():
                self.curves |= {folder: curve for folder, curve in event.curves.items() if folder in self.overlaid}
                self.overlaid = tuple(folder for folder in self.overlaid if folder in self.curves)
                self.failure = " ".join(map(str, event.broken))
            case _Kept():
                self._fold_kept(event)
            case _Begun():
                self._begun = event
            case Failed():
                self.failure = event.sentence
            case Done():
                return
        self._changed |= Change.RUNS

    def _fold_kept(self, kept: _Kept) -> None:
        if kept.error is not None:
            self.failure = str(kept.error)
            self._is_owed = True  # back to what the files say
            return
        row = self.row(kept.folder)
        if row is not None and kept.remarks is not None:
            self._replace(row, replace(row, remarks=kept.remarks))
        elif row is not None:
            self.rows = tuple(each for each in self.rows or () if each is not row)
            self._forget({each.folder for each in self.rows})

    def _forget(self, there: set[Path]) -> None:
        """Runs that are gone are neither chosen nor drawn."""
        self.overlaid = tuple(folder for folder in self.overlaid if folder in there)
        self.curves = {folder: curve for folder, curve in self.curves.items() if folder in there}
        if any(folder not in there for folder in self.chosen):
            self.choose(folder for folder in self.chosen if folder in there)


def _drawn(folders: list[Path]) -> Work:
    curves, broken = {}, []
    for folder in folders:
        try:
            curves[folder] = run_history(folder, read_about(folder))
        except BadInput as error:
            broken.append(error)
        if (yield None) == "stop":
            return
    yield _Drawn(curves, tuple(broken))


def _continued(folder: Path, at: int | None, places: Mapping[str, str]) -> Work:
    from workbench.runs.continued import continued

    yield _Begun(continued(folder, at, places=places), places)


def _remarked(folder: Path, changes: dict[str, Any]) -> _Kept:
    try:
        return _Kept(folder, remark(folder, **changes))
    except BadInput as error:
        return _Kept(folder, error=error)


def _deleted(folder: Path) -> _Kept:
    try:
        to_bin(folder)
    except BadInput as error:
        return _Kept(folder, error=error)
    return _Kept(folder)


def _all_of(waiting: deque[Callable[[], _Kept]]) -> Work:
    """One after the other, to the end: nothing a person wrote is given up."""
    while waiting:
        yield waiting.popleft()()


def _foreseen(remarks: Remarks, changes: dict[str, Any]) -> Remarks:
    """The remarks as they will be, unless they cannot be written."""
    star, tags, note = (changes.get(name, getattr(remarks, name)) for name in ("star", "tags", "note"))
    return Remarks(star, tuple(dict.fromkeys(tags)), note.strip())
