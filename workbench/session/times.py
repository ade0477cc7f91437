"""The time desk: travels to earlier snapshots of a training or a finished run, and recomputes what was logged there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench import paths
from workbench.config import Preset, Task
from workbench.data.sources import availability
from workbench.engine.score import Score
from workbench.errors import BadInput
from workbench.outcome import until_stopped
from workbench.runs.folders import NETWORK, SNAPSHOTS
from workbench.runs.index import About, all_runs
from workbench.runs.moments import Moment, at_moment
from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.history import History
from workbench.session.job import Failed, Work
from workbench.session.networks import InUse, NetworkShelf
from workbench.session.run_curves import run_history
from workbench.session.training import TrainingDesk

if TYPE_CHECKING:
    from workbench.data.dataset import Dataset
    from workbench.engine.trained import Trained
    from workbench.runs.snapshot_files import Travels


@dataclass(frozen=True, eq=False)  # compared by identity: it holds arrays
class OpenedRun:
    """A run read from its folder, its curves folded as those of a training."""

    travels: Travels
    history: History


@dataclass(frozen=True)
class RunsFound:
    """The runs that kept snapshots, newest first."""

    runs: tuple[tuple[Path, About], ...]


@dataclass(frozen=True, eq=False)  # compared by identity: it holds arrays
class Recomputed:
    """What the validation of a step comes to when it is done again, on the data that came with it."""

    step: int
    score: Score
    dataset: Dataset


#: Where a journey rests for so many seconds the validation is recomputed.
REST = 0.1


class TimeDesk:
    """Where in its training the network that answers is taken from. Training goes on meanwhile."""

    def __init__(self, wake: Callable[[], None], training: TrainingDesk, networks: NetworkShelf) -> None:
        self._training, self._networks = training, networks
        self._opening, self._looking = Background("opening", wake), Background("runs", wake)
        self._recomputing = Background("recompute", wake)
        self._changed = Change.NONE
        self._seen: History | None = None
        self._looks = self._was_busy = False
        #: A finished run that was opened; None: the running or last training.
        self.opened: OpenedRun | None = None
        #: The step that was travelled to; None: now.
        self.at: int | None = None
        self._shown: Trained | None = None
        self._before: InUse | None = None
        #: Runs that kept snapshots, as they were last looked for.
        self.runs: tuple[tuple[Path, About], ...] = ()
        #: Scores recomputed so far, by step.
        self.recomputed: dict[int, Score] = {}
        self._recomputes = False
        self._moved_at = 0.0
        self._owed = False  # whether the validation of the step that is shown is to be recomputed
        self._dataset: Dataset | None = None
        #: Why the last run could not be opened, or the last validation not be recomputed.
        self.failure = ""

    # --- what there is ------------------------------------------------------------------------------------------------

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that can be travelled to, the newest last."""
        if self.opened is not None:
            return tuple(moment.step for moment in self.opened.travels.moments)
        training = self._training
        if training.moments is None or training.trained is None:
            return ()
        kept = [moment.step for moment in training.moments.kept]
        return (*kept, *([] if training.trained.step in kept else [training.trained.step]))

    @property
    def index(self) -> int:
        """The place among the steps that is shown: the last one now."""
        steps = self.steps
        return steps.index(self.at) if self.at in steps else max(0, len(steps) - 1)

    @property
    def history(self) -> History | None:
        """The curves of what is travelled through."""
        return self.opened.history if self.opened is not None else self._training.history

    @property
    def preset(self) -> Preset | None:
        """The settings of what is travelled through."""
        return self.opened.travels.final.preset if self.opened is not None else self._training.preset

    @property
    def is_too_large(self) -> bool:
        """Whether no snapshots are kept since the network is too large."""
        moments = self._training.moments
        return self.opened is None and moments is not None and moments.are_too_large

    @property
    def is_opening(self) -> bool:
        return self._opening.is_busy

    @property
    def is_recomputing(self) -> bool:
        return self._recomputing.is_busy

    def logged(self, step: int) -> tuple[float, float] | None:
        """Loss and accuracy that the validation of a step was logged with, None where there was none."""
        history = self.history
        if history is None:
            return None
        found = (history.validation["step"] == step).nonzero()[0]
        if not len(found):
            return None
        return float(history.validation["loss"][found[0]]), float(history.validation["accuracy"][found[0]])

    def validated(self) -> list[int]:
        """The places among the steps that were validated."""
        history = self.history
        return [] if history is None else np.flatnonzero(np.isin(self.steps, history.validation["step"])).tolist()

    def holds(self, task: Task) -> bool:
        """Whether the network of a task stays the one that was travelled to, whatever training says."""
        return self.at is not None and self._shown is not None and self._shown.preset.task == task

    # --- travelling ---------------------------------------------------------------------------------------------------

    def travel(self, index: int) -> None:
        """Shows the network as it was at one of the steps; the newest of a training is now. Raises BadInput."""
        steps = self.steps
        if not 0 <= index < len(steps):
            raise BadInput("snapshots", f"expected one of {len(steps):,}", value=index)
        if self.opened is None and index == len(steps) - 1:
            self.live()
            return
        if steps[index] != self.at:
            self._show(self._trained_at(steps[index]))

    def live(self) -> None:
        """Back to now: what answers is what would answer had nobody travelled."""
        task = self._shown.preset.task if self._shown is not None else None
        if self.at is not None and task is not None:
            newest = self._training.trained
            if newest is not None and newest.preset.task == task and self._is_of_training(self._before):
                self._networks.use(newest, "training")
            elif self._before is not None:
                self._networks.in_use[task] = self._before
            self._changed |= Change.NETWORK
        if self.opened is not None:
            self._leave_run()
        self.at = self._shown = self._before = None
        self._changed |= Change.TIMES

    def open(self, folder: Path) -> None:
        """Opens a run's folder in the background, and travels to its end."""
        self.failure = ""

        def work() -> Work:
            yield _opened(folder)

        self._opening.start(work)
        self._changed |= Change.TIMES

    def look_for_runs(self) -> None:
        """Lists, in the background, the runs that kept snapshots; from now on again after each training."""
        self._looks = True

        def work() -> Work:
            yield RunsFound(tuple((folder, about) for folder, about in all_runs() if (folder / SNAPSHOTS).is_dir()))

        self._looking.start(work)

    def _is_of_training(self, in_use: InUse | None) -> bool:
        """Training answers now if it answered before, or has begun meanwhile."""
        return in_use is None or in_use.origin == "training" or self._training.is_busy

    def _trained_at(self, step: int) -> Trained:
        if self.opened is not None:
            return self.opened.travels.at(step)
        moments, newest = self._training.moments, self._training.trained
        assert moments is not None
        assert newest is not None
        kept = {moment.step: moment for moment in moments.kept}
        return at_moment(newest, kept.get(step, Moment(newest.step, newest.weights)))

    def _show(self, trained: Trained) -> None:
        if self.at is None:
            self._before = self._networks.in_use.get(trained.preset.task)
        self.at, self._shown = trained.step, trained
        run = self.opened.travels.folder if self.opened is not None else self._training.folder
        self._networks.use(trained, "snapshot", run / NETWORK if run is not None else None)
        self._changed |= Change.TIMES | Change.NETWORK
        self._moved_at, self._owed = time.monotonic(), self._recomputes

    def _leave_run(self) -> None:
        self.opened = self._dataset = None
        self.recomputed = {}

    # --- recomputing --------------------------------------------------------------------------------------------------

    def cannot_recompute(self) -> str:
        """Why the validation of the step that is shown cannot be done again; empty when it can."""
        steps, preset = self.steps, self.preset
        if not steps or preset is None:
            return "There are no snapshots yet."
        if self.logged(steps[self.index]) is None:
            return "Nothing was validated at this step."
        if self._dataset is None and availability(preset.data).state != "here":
            return "The data are not on this computer."
        return ""

    def recompute(self) -> None:
        """Does the validation of the step that is shown again, and from now on that of every one travelled to."""
        if why := self.cannot_recompute():
            raise BadInput("snapshots", why)
        self._recomputes = True
        self._recompute(self._shown if self._shown is not None else self._trained_at(self.steps[self.index]))

    def _recompute(self, trained: Trained) -> None:
        if trained.step in self.recomputed:
            return
        known = self._dataset
        self._recomputing.start(lambda: _recomputed(trained, known))
        self._changed |= Change.TIMES

    # --- polling ------------------------------------------------------------------------------------------------------

    def poll(self) -> Change:
        """Takes in what was opened, found and recomputed since the last call."""
        change, self._changed = self._changed, Change.NONE
        if self._training.history is not self._seen:  # a new training: it is the one to travel through
            self._seen = self._training.history
            self._leave_run()
            self.at = self._shown = self._before = None
            change |= Change.TIMES
        if self._looks and self._was_busy and not self._training.is_busy:
            self.look_for_runs()  # there is one more
        self._was_busy = self._training.is_busy
        if self._shown is not None:
            in_use = self._networks.in_use.get(self._shown.preset.task)
            if in_use is None or in_use.trained is not self._shown:  # somebody chose another network
                self.at = self._shown = self._before = None
                self._leave_run()
                change |= Change.TIMES
        if self._owed and not self.is_recomputing and time.monotonic() - self._moved_at >= REST:
            self._owed = False
            if self._shown is not None and not self.cannot_recompute():
                self._recompute(self._shown)
        for event in [*self._opening.poll(), *self._looking.poll(), *self._recomputing.poll()]:
            self._fold(event)
            change |= Change.TIMES
        change, self._changed = change | self._changed, Change.NONE
        return change

    def close(self) -> None:
        self._opening.close()
        self._looking.close()
        self._recomputing.close()

    def _fold(self, event: Any) -> None:
        match event:
            case OpenedRun():
                if self.at is not None:
                    self.live()
                self._leave_run()
                self.opened = event
                self._show(event.travels.final)
            case RunsFound():
                self.runs = event.runs
            case Recomputed():
                self.recomputed[event.step] = event.score
                self._dataset = event.dataset
            case Failed():
                self.failure = event.sentence


def _opened(folder: Path) -> OpenedRun:
    from workbench.runs.snapshot_files import load_travels

    travels = load_travels(folder)
    history = run_history(folder, travels.about)
    history.answer = travels.final.interface.answer
    return OpenedRun(travels, history)


def _recomputed(trained: Trained, known: Dataset | None) -> Work:
    from workbench.data.sources import load
    from workbench.engine.recompute import check_fit, revalidate
    from workbench.engine.test_samples import first

    dataset = known
    if dataset is None:
        dataset = yield from until_stopped(load(trained.preset.data))
        if dataset is None:
            return
        check_fit(trained, dataset)
        # The rest is not needed, and large.
        dataset = replace(dataset, train=first(dataset.train, 1), test=first(dataset.test, 1), others=())
    score = yield from revalidate(trained, dataset)
    if score is not None:
        yield Recomputed(trained.step, score, dataset)


def run_name(folder: Path, about: About) -> str:
    """A run for a list: when it was, of which preset, how far it came."""
    where = folder.name if folder.parent == paths.runs() else str(folder)
    return f"{where} · {about.title}, {about.step:,} steps"
