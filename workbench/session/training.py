"""The training desk: the phase training is in, its job, its history, and earlier runs to compare with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench.config import Preset
from workbench.data.dataset import Loading
from workbench.engine.events import Ended, Printed, Progress, Snapshot, Started
from workbench.errors import BadInput
from workbench.insight.finding import Finding
from workbench.runs.folders import SCREEN
from workbench.runs.index import About
from workbench.runs.moments import Moments
from workbench.session.change import Change
from workbench.session.history import History
from workbench.session.job import Done, Failed, Job, Paused, Work, after
from workbench.session.memory import Memory, remember
from workbench.session.pace import Pace
from workbench.session.unfinished import marked

if TYPE_CHECKING:
    from workbench.engine.trained import Trained

Phase = Literal[
    "idle", "preparing", "training", "pausing", "paused", "stopping", "finished", "stopped", "diverged", "failed"
]

#: In these phases a worker is busy.
BUSY: frozenset[Phase] = frozenset({"preparing", "training", "pausing", "paused", "stopping"})

#: So many earlier runs stay as thin lines.
MOST_EARLIER = 12


class TrainingDesk:
    """Starts, pauses and stops training, and folds its events in."""

    def __init__(self, wake: Callable[[], None], threads: int) -> None:
        self._wake, self._threads = wake, threads
        self._job: Job | None = None
        self.phase: Phase = "idle"
        self.preset_id = ""
        self.preset: Preset | None = None
        self.loading: Loading | None = None
        self.history: History | None = None
        self.earlier: list[History] = []
        self._count = 0
        self.pace = Pace()
        self.remaining: float | None = None
        self.failure: Failed | None = None
        self.message = ""
        self.started: Started | None = None
        #: Earlier snapshots of it, to travel to.
        self.moments: Moments | None = None
        #: The network as it was at the last snapshot.
        self.trained: Trained | None = None
        self.folder: Path | None = None
        #: What is wrong with this training, as far as it has shown.
        self.findings: tuple[Finding, ...] = ()
        #: Errors that were published, beside ours, and findings, which nobody has taken yet.
        self._said: list[Printed | Finding | str] = []

    @property
    def is_busy(self) -> bool:
        return self.phase in BUSY

    def start(self, preset_id: str, preset: Preset, folder: Path, screen: Memory) -> None:
        """Begins training in the background; what it does is recorded in ``folder``, beside what is on the screen."""

        def work() -> Work:
            from workbench.engine.experiment import experiment
            from workbench.export.tensorboard import with_events
            from workbench.insight.watch import watched
            from workbench.runs.run import Recorder, recorded

            recorder = Recorder(folder, preset_id, preset)
            remember(screen, folder / SCREEN)
            return _marked(folder, watched(with_events(recorded(experiment(preset), recorder), folder), preset))

        self._begin(preset_id, preset, folder, work, self._threads)

    def resume(self, about: About, preset: Preset, folder: Path, places: Mapping[str, str], *, is_made: bool) -> None:
        """Goes on with a run in the background; what it said so far is told first, then how it goes on.

        ``places`` says where its data lie now, which ``preset`` knows already; ``is_made`` as in ``go_on_with``.
        """

        def work() -> Work:
            from workbench.engine.experiment import experiment
            from workbench.export.tensorboard import with_events
            from workbench.insight.watch import watched
            from workbench.runs.run import go_on_with, recorded
            from workbench.runs.so_far import said_so_far

            recorder, state, said = go_on_with(folder, places=places, is_made=is_made)
            try:
                so_far = said_so_far(folder, state)
            except BadInput:
                recorder.close()
                raise
            rest = watched(with_events(recorded(experiment(preset, state=state), recorder), folder), preset)
            return _marked(folder, after([*said, *so_far], rest))

        self._begin(about.preset_id, preset, folder, work, about.threads(self._threads))

    def _begin(self, preset_id: str, preset: Preset, folder: Path, work: Callable[[], Work], threads: int) -> None:
        if self.is_busy:
            raise BadInput("training", "one is running already; stop it first")
        if self.history is not None and len(self.history.training):
            self.history.flows = self.history.flows[-1:]  # of an earlier run only the last is drawn
            self.earlier = [*self.earlier, self.history][-MOST_EARLIER:]
        self._count += 1
        self.history = History(f"{preset.title} #{self._count}", preset_id)
        self.history.folder = folder
        self.history.cells = tuple(layer.cell for layer in preset.stack)
        self.preset_id, self.preset, self.folder = preset_id, preset, folder
        self.pace, self.remaining = Pace(), None
        self.loading = self.failure = self.started = self.trained = self.moments = None
        self.message, self.findings = "", ()
        self.phase = "preparing"

        self._job = Job("training", work, self._wake, threads=threads, is_long=True)
        self._job.start()

    def pause(self) -> None:
        if self._job and self.phase in ("preparing", "training"):
            self.phase = "pausing"
            self._job.pause()

    def go_on(self) -> None:
        if self._job and self.phase in ("pausing", "paused"):
            self.phase = "training" if self.started else "preparing"
            self._job.go_on()

    def one_step(self) -> None:
        if self._job and self.phase == "paused":
            self.phase = "pausing"
            self._job.one_step()

    def stop(self) -> None:
        if self._job and self.is_busy:
            self.phase = "stopping"
            self._job.stop()

    def close(self) -> None:
        """Stops, and waits until the network is saved and the thread gone."""
        self.stop()
        if self._job:
            self._job.stop()  # whatever the phase: a thread that waits would keep the process from ending
            self._job.join()

    def poll(self) -> Change:
        """Takes in what the worker said since the last call."""
        change = Change.NONE
        for event in self._job.poll() if self._job else ():
            change |= self._fold(event)
        return change

    def take_said(self) -> list[Printed | Finding | str]:
        """What this training said since the last call that belongs into a log: published errors, findings, words."""
        taken, self._said = self._said, []
        return taken

    def _fold(self, event: Any) -> Change:
        assert self.history is not None and self.preset is not None
        self.history.fold(event)
        match event:
            case Loading():
                self.loading = event
                return Change.TRAINING
            case Started():
                self.started, self.loading = event, None
                self.moments = Moments(self.preset, event)
                if self.phase == "preparing":
                    self.phase = "training"
                return Change.TRAINING | Change.HISTORY | Change.READING
            case Progress():
                self.pace.see(event.seconds, int(event.steps[-1]))
                self.remaining = self.pace.remaining(self.history.steps)
                return Change.TRAINING | Change.HISTORY
            case str():
                self._said.append(event)
                return Change.NONE
            case Printed():
                self._said.append(event)
                return Change.HISTORY
            case Finding():
                self.findings = (*self.findings, event)
                self._said.append(event)
                return Change.TRAINING
            case Snapshot():
                from workbench.engine.trained import Trained

                assert self.started is not None
                assert self.moments is not None
                self.moments.see(event)
                self.trained = Trained(
                    self.preset_id, self.preset, self.started.interface, self.started.classes, event.weights, event.step
                )
                return Change.NETWORK | Change.TIMES
            case Paused():
                if self.phase == "pausing":
                    self.phase = "paused"
                return Change.TRAINING
            case Ended():
                self.phase, self.message = event.reason, event.message
                return Change.TRAINING | Change.HISTORY
            case Failed():
                self.phase, self.failure, self.message = "failed", event, event.sentence
                return Change.TRAINING
            case Done():
                if self.is_busy:  # closed before it had begun
                    self.phase = "stopped"
                return Change.TRAINING
            case _:
                return Change.HISTORY


def _marked(run: Path, work: Work) -> Work:
    """The work; where the process dies in it, the run is offered back."""
    with marked(run):
        yield from work
