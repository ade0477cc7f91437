"""The screen desk: keeps what is drawn and told, for the next launch and in its run's folder, and brings it back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import paths
from workbench.config import Task
from workbench.errors import BadInput
from workbench.preset_files import load_preset
from workbench.runs.folders import ABOUT, PRESET, SCREEN
from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.job import Work
from workbench.session.memory import WITHOUT_SCREEN, Memory, put_aside, recall, remember, screen_of_run
from workbench.session.pad import Content
from workbench.session.screen import bring_back, bring_rest_back, bring_run_back, screen_of

if TYPE_CHECKING:
    from workbench.session.session import Session

log = logging.getLogger(__name__)

#: The screen is written so often at most, and only when it is another one.
KEEP_SECONDS = 5.0

#: What is kept changes with these only.
_ON_SCREEN = Change.PRESETS | Change.SETTINGS | Change.PAD | Change.STORY | Change.SUM


@dataclass(frozen=True)
class _Read:
    run: Path
    task: Task
    memory: Memory


@dataclass(frozen=True)
class _Before:
    """What stood on the screen before a run's own took its place, and whose that was. A memory has no pictures."""

    memory: Memory
    content: Content
    owner: Path | None


@dataclass(frozen=True)
class _Kept:
    pass


@dataclass(frozen=True)
class _NotKept:
    why: str


class ScreenDesk:
    """Reads and writes in the background; what comes back with a run can be taken back in one go."""

    def __init__(self, wake: Callable[[], None], session: Session) -> None:
        self._session = session
        self._reading, self._writing = Background("run screen", wake), Background("run screen to keep", wake)
        #: The run that the screen belongs to: what is drawn and told goes into its folder.
        self.owner: Path | None = None
        self._seen: object = None  # the run that was travelled through when it was last looked
        self._read: _Read | None = None  # what waits until the story that is being told has stopped
        self._asked: _Before | None = None
        self._before: _Before | None = None
        self._changed = Change.NONE
        #: What was written last, and into which run's folder.
        self._kept: tuple[tuple[Path, ...], Memory] | None = None
        self._kept_at = time.monotonic()
        self._was_busy = self._is_owed = False
        self._is_stale = self._is_closed = self._is_failing = False

    @property
    def is_reading(self) -> bool:
        """Whether the screen of a run that was opened is still to come."""
        return self._reading.is_busy or self._read is not None

    @property
    def can_take_back(self) -> bool:
        """Whether what stood here before a run's screen came back is still known."""
        return self._before is not None

    # --- the last session ---------------------------------------------------------------------------------------------

    def recall(self) -> Change:
        """Brings back what was on the screen when the workbench was last closed.

        What is broken is said, and kept in another file; the rest is there.
        """
        session, path = self._session, paths.session_file()
        try:
            if (memory := recall(path)) is None:
                return Change.NONE
        except BadInput as error:
            session.note("warning", str(error))
            return Change.NONE
        broken = bring_back(session, memory)
        for each in broken:
            session.note("warning", str(each))
        if broken:
            session.note("warning", f"The last session did not come back whole. {put_aside(path)}")
        session.looking.at = session.choices.preset.task
        self._kept = ((), memory)
        return Change.PRESETS | Change.SETTINGS | Change.PAD | Change.STORY

    def remember(self) -> None:
        """Saves what is on the screen. Raises nothing: a full disk must not keep the window from closing."""
        memory = screen_of(self._session)
        try:
            for run in self._own_run():
                _keep_with(run, memory)
            remember(memory, paths.session_file())
        except OSError as error:
            log.error("The session could not be saved: %s", error)

    def see(self, change: Change) -> None:
        """Something changed: what is on the screen may be another."""
        self._is_stale = self._is_stale or bool(change & _ON_SCREEN)

    # --- runs ---------------------------------------------------------------------------------------------------------

    def belongs_to(self, run: Path, *, brings: bool = False) -> None:
        """From now on the screen is that of a run which is trained here; ``brings`` back what the run was left with."""
        self.owner, self._before, self._kept, self._kept_at = run, None, None, time.monotonic()
        if brings:
            self.bring(run)

    def bring(self, run: Path) -> None:
        """Brings back the drawing and the story that a run was left with; nothing happens where it has none."""
        if (run / ABOUT).is_file() and (run / SCREEN).is_file():
            self._asked = _Before(screen_of(self._session), self._session.pad.content, self.owner)
            self._reading.start(lambda: _read(run))

    def take_back(self) -> None:
        """What stood on the screen before the run's drawing and story came back."""
        if self._before is None:
            return
        before, self._before = self._before, None
        self._session.story.stop()
        self._session.pad.put(before.content)
        bring_rest_back(self._session, before.memory)
        self.owner = before.owner
        self._is_shown()

    def poll(self) -> Change:
        """Takes in what was read, and keeps the screen of the run that is trained."""
        opened = self._session.times.opened
        if opened is not self._seen:
            self._seen = opened
            if opened is not None:
                self.bring(opened.travels.folder)
        for event in self._reading.poll():
            self._fold(event)
        for event in self._writing.poll():
            self._fold(event)
        self._keep_when_due()
        if self._read is not None and self._session.story.is_telling:
            self._session.story.stop()
        elif self._read is not None:
            self._show(self._read)
        change, self._changed = self._changed, Change.NONE
        return change

    def close(self) -> None:
        """Waits until what was being written is."""
        self._is_closed = True
        self._reading.close()
        self._writing.close()

    def _fold(self, event: Any) -> None:
        match event:
            case _Read():
                self._read = event
            case BadInput():
                self._session.note("warning", str(event))
            case _Kept():
                self._is_failing = False
            case _NotKept():
                self._kept = None  # it is tried again
                if not self._is_failing:
                    self._session.note("warning", event.why)
                self._is_failing = self._is_stale = True

    def _show(self, read: _Read) -> None:
        self._read, before = None, screen_of(self._session)
        for error in bring_run_back(self._session, read.memory, str(read.run / SCREEN), read.task):
            self._session.note("warning", f"{error} {WITHOUT_SCREEN}")
        if screen_of(self._session) != before:
            self._before = self._asked
            self.owner = self.owner if self.owner == read.run else None
            self._is_shown()
            self._changed |= Change.SCREEN

    def _is_shown(self) -> None:
        session = self._session
        session.digits.sample_label = None
        session.story.stay(session.network_for("words"))
        self._changed |= Change.PAD | Change.STORY | Change.SUM

    def _own_run(self) -> tuple[Path, ...]:
        """The run that the screen goes with, once its training has begun: one that fails to begin keeps its own."""
        has_begun = self._session.training.started is not None
        return (self.owner,) if self.owner is not None and has_begun else ()

    def _keep_when_due(self) -> None:
        """Every few seconds, and at once when a training begins or ends: a process that is killed loses no more."""
        is_busy, now = self._session.training.is_busy, time.monotonic()
        self._is_owed |= is_busy != self._was_busy
        self._was_busy = is_busy
        is_due = self._is_owed or (self._is_stale and now - self._kept_at >= KEEP_SECONDS)
        if not is_due or self._writing.is_busy or self._is_closed:
            return
        runs = self._own_run() if is_busy or self._is_owed else ()
        self._kept_at, self._is_owed, self._is_stale = now, False, False
        memory = screen_of(self._session)
        if (runs, memory) != self._kept:
            self._kept = (runs, memory)
            self._writing.start(lambda: _written(runs, memory))


def _read(run: Path) -> Work:
    try:
        yield _Read(run, load_preset(run / PRESET).task, screen_of_run(run / SCREEN))
    except BadInput as error:
        yield error


def _written(runs: tuple[Path, ...], memory: Memory) -> Work:
    """Each file by itself: where one cannot be written the other is."""
    yield None
    try:
        for run in runs:
            _keep_with(run, memory)
    except OSError as error:  # the training says what is wrong with its disk
        log.warning("The drawing and the story of %s could not be kept: %s", run, error)
    try:
        remember(memory, paths.session_file())
    except OSError as error:
        yield _NotKept(f"{paths.session_file()}: what is drawn and told could not be kept: {error.strerror or error}.")
    else:
        yield _Kept()


def _keep_with(run: Path, memory: Memory) -> None:
    if (run / ABOUT).exists():
        remember(memory, run / SCREEN)
