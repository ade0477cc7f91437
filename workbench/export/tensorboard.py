"""A run's curves for TensorBoard: of what was written so far, and along with a training or a race that goes on.

``tensorboard --logdir RUN`` shows them. A training writes them from the moment that its run's folder has a folder
``tensorboard``, so that one can ask for them at any time, and whoever does not pays nothing.
"""

import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TypeVar

from workbench.data.dataset import Loading
from workbench.engine.events import Command, Ended, Event, Progress, Started, Validated
from workbench.engine.experiment import Experiment
from workbench.engine.race import Happened, Race
from workbench.errors import BadInput
from workbench.export.event_file import EventFile
from workbench.runs.index import read_about
from workbench.runs.snapshot_files import load_metrics, load_validations

#: The folder within a run's folder.
TENSORBOARD = "tensorboard"

TRAINING = ("train/loss", "train/accuracy", "train/gradient_norm")
VALIDATION = ("validation/loss", "validation/accuracy")

Said = TypeVar("Said")


def write_events(run: Path, folder: Path) -> int:
    """Writes what the run has written down so far as an event file in ``folder``. Returns how many steps.

    When each step was is not known; all have the time at which the run was started. Raises BadInput.
    """
    try:
        at = time.mktime(time.strptime(read_about(run).started[:19], "%Y-%m-%dT%H:%M:%S"))
    except (ValueError, OverflowError):
        at = time.time()
    try:
        file = EventFile(folder, 0)
        try:
            return _write_so_far(run, file, at)
        finally:
            file.close()
    except OSError as error:
        raise BadInput(str(folder), f"no event file can be written here: {error.strerror}") from error


def _write_so_far(run: Path, file: EventFile, at: float | None) -> int:
    """All of both tables. Returns how many steps."""
    metrics, validations = load_metrics(run), load_validations(run)
    for step, *values in metrics.tolist():
        file.scalars(int(step), dict(zip(TRAINING, values, strict=True)), at)
    for number, said in validations.items():
        file.scalars(number, dict(zip(VALIDATION, (said.loss, said.accuracy), strict=True)), at)
    return len(metrics)


def with_events(work: Experiment, run: Path, *, wanted: bool = False) -> Experiment:
    """The same events; while ``run`` has a folder for TensorBoard, or it is ``wanted``, they are written there too.

    The work has written its own tables before an event comes here. What cannot be written any more, as on a full disk,
    is left: training goes on.
    """
    alongside = _Alongside(run, wanted)
    return _seen(work, alongside.see, (alongside,))


def race_with_events(work: Race, runs: Sequence[Path], *, wanted: bool = False) -> Race:
    """The same of a race, each lane's into its own run: ``tensorboard --logdir`` of the runs folder shows all."""
    lanes = [_Alongside(run, wanted) for run in runs]

    def see(said: Happened | Loading | Ended | None) -> None:
        for told in said if isinstance(said, tuple) else ():
            lanes[told.lane].see(told.event)

    return _seen(work, see, lanes)


def _seen(
    work: Generator[Said, Command | None, None], see: Callable[[Said], None], lanes: Sequence["_Alongside"]
) -> Generator[Said, Command | None, None]:
    command: Command | None = None
    try:
        while True:
            try:
                event = work.send(command)
            except StopIteration:
                return
            see(event)
            command = yield event
    finally:
        work.close()
        for lane in lanes:
            lane.close()


class _Alongside:
    """Writes along, from the moment that the folder is there."""

    def __init__(self, run: Path, wanted: bool) -> None:
        self._run, self._wanted, self._is_broken = run, wanted, False
        self._file: EventFile | None = None

    def see(self, event: Event | Loading | None) -> None:
        if not isinstance(event, Started | Progress | Validated) or self._is_broken:
            return
        try:
            if self._file is not None:
                self._write(self._file, event)
            elif self._wanted or (self._run / TENSORBOARD).is_dir():
                self._file = EventFile(self._run / TENSORBOARD, 0)
                _write_so_far(self._run, self._file, None)
            if self._file is not None:
                self._file.flush()
        except (OSError, BadInput):
            self._is_broken = True

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _write(self, file: EventFile, event: Started | Progress | Validated) -> None:
        match event:
            case Progress():
                rows = zip(event.steps, event.losses, event.accuracies, event.gradient_norms, strict=True)
                for step, *values in rows:
                    file.scalars(int(step), dict(zip(TRAINING, map(float, values), strict=True)))
            case Validated():
                file.scalars(event.step, dict(zip(VALIDATION, (event.loss, event.accuracy), strict=True)))
