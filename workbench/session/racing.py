"""The race desk: the lanes of the next race, and the race that runs or ran last, with a history for each lane."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workbench.config import Preset, Task
from workbench.data.dataset import Loading
from workbench.engine.events import Ended, Snapshot, Started
from workbench.errors import BadInput
from workbench.insight.finding import Finding, LaneFinding
from workbench.insight.flow import Flows
from workbench.runs.raced import lanes_of
from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.choices import Choices
from workbench.session.history import History
from workbench.session.job import Done, Failed, Job, Paused, Work
from workbench.session.line_up import LineUp
from workbench.session.networks import InUse
from workbench.session.race_work import LaneGates, Lined, new_race, resumed_race, traces
from workbench.session.reader import Probe
from workbench.session.training import BUSY, Phase, TrainingDesk

if TYPE_CHECKING:
    from workbench.engine.race import OfLane
    from workbench.engine.trained import Trained

#: After these the probe may be another one.
_PROBES = Change.PAD | Change.STORY | Change.IMAGES | Change.SUM | Change.READING


@dataclass(eq=False)
class Runner:
    """One lane of a race that began."""

    preset: Preset
    name: str
    folder: Path
    history: History
    #: Median time of its last steps; None before the second one.
    step_seconds: float | None = None
    started: Started | None = None
    #: Its network at the last snapshot, and the gates of one such network for the probe.
    trained: Trained | None = None
    gates: LaneGates | None = None
    #: What is wrong in it, as far as it has shown.
    findings: tuple[Finding, ...] = ()

    @property
    def pace(self) -> float | None:
        """Seconds that a step takes now, or took before it was resumed; None while unknown."""
        if self.step_seconds is None and self.started is not None and self.started.step:
            return self.history.seconds / self.history.step
        return self.step_seconds


class RaceDesk:
    """Lines up lanes, races them in the background and folds what happens into a history for each."""

    def __init__(
        self,
        wake: Callable[[], None],
        threads: int,
        choices: Choices,
        training: TrainingDesk,
        probe: Callable[[Task, InUse], Probe | None],
    ) -> None:
        """``choices``: whose preset the lanes are changes of. ``probe``: what a network is to look at."""
        self._wake, self._threads, self._choices, self._training, self._probe = wake, threads, choices, training, probe
        self._job: Job | None = None
        self._looking = Background("race gates", wake)
        self._stale: set[int] = set()
        self._changed = Change.NONE
        self.is_watched = False
        #: The lanes of the next race.
        self.lanes = LineUp(choices)
        self.phase: Phase = "idle"
        self.preset_id = ""
        self.runners: tuple[Runner, ...] = ()
        self.loading: Loading | None = None
        self.failure: Failed | None = None
        self.message = ""
        #: Whether the race that was asked for was refused before its lanes lined up; the one before is still there.
        self.is_refused = False
        self._before: tuple[str, tuple[Runner, ...]] = ("", ())
        self._notes: list[tuple[str, str, str]] = []

    # --- the race -----------------------------------------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        return self.phase in BUSY

    @property
    def has_begun(self) -> bool:
        """Whether the data are there and the lanes have started."""
        return any(runner.started is not None for runner in self.runners)

    @property
    def step(self) -> int:
        """The step that all lanes have told of."""
        return min((runner.history.step for runner in self.runners if runner.history.ended is None), default=max(
            (runner.history.step for runner in self.runners), default=0
        ))  # fmt: skip

    @property
    def steps(self) -> int:
        return max((runner.history.steps for runner in self.runners), default=0)

    @property
    def remaining(self) -> float | None:
        """Seconds until all lanes are through; None while unknown."""
        learning = [runner for runner in self.runners if runner.history.ended is None]
        times = [runner.pace * (self.steps - runner.history.step) for runner in learning if runner.pace is not None]
        return sum(times) if times and len(times) == len(learning) else None

    def why_not(self) -> str:
        """Why no race can begin; empty when one can."""
        return "A training is running; stop it first." if self._training.is_busy else self.lanes.why_not()

    def start(self) -> None:
        """Begins the race in the background; each lane is recorded as a run. Raises BadInput."""
        if self.is_busy:
            raise BadInput("race", "one is running already; stop it first")
        if why := self.why_not():
            raise BadInput("race", why)
        preset_id, presets, is_matched = self._choices.chosen, self.lanes.presets, self.lanes.is_matched
        self._begin(preset_id, lambda: new_race(preset_id, presets, is_matched), self._threads)

    def resume(self, run: Path, places: Mapping[str, str] = MappingProxyType({})) -> None:
        """Goes on with the race that this run is a lane of, where its lanes were saved. Raises BadInput.

        ``places`` says where its data lie now, by the settings' keys.
        """
        if self.is_busy or self._training.is_busy:
            raise BadInput("race", "one is running already; stop it first")
        lanes = lanes_of(run)
        if all(about.is_over for about in lanes.values()):
            raise BadInput(str(run), "this race is over; nothing is left to be trained")
        first = next(iter(lanes.values()))
        assert first.raced is not None
        self._begin(first.raced.preset_id, lambda: resumed_race(run, places), first.threads(self._threads))

    def _begin(self, preset_id: str, work: Callable[[], Work], threads: int) -> None:
        self._before = self.preset_id, self.runners
        self.preset_id, self.runners = preset_id, ()
        self.loading = self.failure = None
        self.message, self.is_refused = "", False
        self.phase = "preparing"
        self._job = Job("race", work, self._wake, threads=threads, is_long=True)
        self._job.start()
        self._changed |= Change.RACE | Change.TRAINING

    def pause(self) -> None:
        if self._job and self.phase in ("preparing", "training"):
            self.phase = "pausing"
            self._job.pause()
            self._changed |= Change.RACE

    def go_on(self) -> None:
        if self._job and self.phase in ("pausing", "paused"):
            self.phase = "training" if self.has_begun else "preparing"
            self._job.go_on()
            self._changed |= Change.RACE

    def stop(self) -> None:
        if self._job and self.is_busy:
            self.phase = "stopping"
            self._job.stop()
            self._changed |= Change.RACE

    def close(self) -> None:
        """Stops, and waits until the networks are saved and the threads gone."""
        self.stop()
        if self._job:
            self._job.stop()
            self._job.join()
        self._looking.close()

    def watch(self, is_watched: bool) -> None:
        """Whether somebody looks at the lanes' gates: only then are they computed."""
        self.is_watched = is_watched
        self._stale = set(range(len(self.runners)))

    def poll(self, change: Change = Change.NONE) -> Change:
        """Takes in what the worker and the reader said since the last call. ``change``: what else has changed."""
        found, self._changed = self._changed, Change.NONE
        if self.lanes.is_new or change & (Change.SETTINGS | Change.PRESETS):
            self.lanes.is_new = False
            found |= Change.RACE
        for event in self._job.poll() if self._job else ():
            was_busy = self.is_busy
            self._fold(event)
            found |= Change.RACE
            if was_busy and not self.is_busy:
                self._note_the_end()
                found |= Change.TRAINING  # which may begin again
        if change & _PROBES:
            self._stale = set(range(len(self.runners)))
        for event in self._looking.poll():
            match event:
                case LaneGates():
                    runner = self.runners[event.lane] if event.lane < len(self.runners) else None
                    if runner is not None and event.trained.preset is runner.preset:  # of this race, not the last one
                        runner.gates = event
                        found |= Change.RACE_GATES
                case Failed():
                    self.message = f"The gates could not be computed: {event.sentence}"
                    found |= Change.RACE
        self._look()
        return found

    def take_notes(self) -> list[tuple[str, str, str]]:
        """What is to be said in the log since the last call: level, sentence, details."""
        taken, self._notes = self._notes, []
        return taken

    def _note_the_end(self) -> None:
        if self.phase == "failed":
            details = self.failure.details if self.failure is not None else ""
            self._notes.append(("error", f"Race: {self.message}", details))
            return
        lines = [
            "; ".join([f"{runner.name}: {runner.history.ended.reason} after {runner.history.step:,} steps",
                       *(runner.history.score.lines()[:1] if runner.history.score is not None else [])])
            for runner in self.runners if runner.history.ended is not None
        ]  # fmt: skip
        names = ", ".join(runner.name for runner in self.runners)
        self._notes.append(("info", f"Race of {names}: {self.phase}." if names else "Race: stopped.", "\n".join(lines)))

    def _look(self) -> None:
        """Has the gates computed of every lane whose network or probe is another one."""
        if not self.is_watched or self._looking.is_busy:
            return
        wanted = []
        for number in sorted(self._stale):
            trained = self.runners[number].trained
            if trained is not None:
                probe = self._probe(trained.preset.task, InUse(trained, "training"))
                wanted += [(number, trained, probe)] if probe is not None else []
        self._stale = set()
        if wanted:
            self._looking.start(lambda: traces(wanted))

    def _fold(self, event: Any) -> None:
        match event:
            case Lined():
                self.runners = tuple(
                    Runner(preset, name, folder, History(name, self.preset_id))
                    for preset, name, folder in zip(event.presets, event.names, event.folders, strict=True)
                )
                for number, over in event.over.items():
                    self.runners[number].history.parameters, self.runners[number].trained = over
                self._stale = set(event.over)
                self._before = ("", ())
            case str():
                self._notes.append(("info", f"Race: {event}", ""))
            case Loading():
                self.loading = event
            case tuple():
                for told in event:
                    self._fold_lane(told)
            case Flows():
                for runner, flow in zip(self.runners, event.lanes, strict=True):
                    runner.history.fold(flow)
            case LaneFinding():
                runner = self.runners[event.lane]
                runner.findings = (*runner.findings, event.finding)
                way_out = f"{event.finding.sentence()} Try {event.finding.change}."
                self._notes.append(("info", f"{runner.name}: {way_out}", ""))
            case Paused():
                if self.phase == "pausing":
                    self.phase = "paused"
            case Ended():
                self.phase = event.reason
                self.message = " ".join(
                    f"{runner.name}: {runner.history.ended.message}" for runner in self.runners
                    if runner.history.ended is not None and runner.history.ended.message
                )  # fmt: skip
            case Failed():
                self.phase, self.failure, self.message = "failed", event, event.sentence
                if not self.runners:
                    self.preset_id, self.runners = self._before
                    self.is_refused = True
            case Done():
                if self.is_busy:  # closed before it had begun
                    self.phase = "stopped"

    def _fold_lane(self, told: OfLane) -> None:
        runner = self.runners[told.lane]
        runner.history.fold(told.event)
        runner.step_seconds = told.step_seconds
        match told.event:
            case Started() as started:
                runner.started, self.loading = started, None
                if self.phase == "preparing":
                    self.phase = "training"
            case Snapshot() as snapshot:
                from workbench.engine.trained import Trained

                assert runner.started is not None
                runner.trained = Trained(
                    self.preset_id, runner.preset, runner.started.interface, runner.started.classes,
                    snapshot.weights, snapshot.step,
                )  # fmt: skip
                self._stale.add(told.lane)
