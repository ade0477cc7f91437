"""A run on disk: a folder with its settings, metrics, provenance, network, and the state to go on from."""

import errno
import math
import platform
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
import numpy as np

from workbench.config import DeviceName, Preset
from workbench.data.dataset import Loading
from workbench.engine.comparison import compare
from workbench.engine.events import Checkpoint, Ended, Event, Printed, Progress, Snapshot, Started, Tested, Validated
from workbench.engine.experiment import Experiment
from workbench.engine.lanes import lane_names
from workbench.engine.state import TrainerState
from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.files import make_folder, write_text
from workbench.preset_files import preset_to_toml
from workbench.runs.broken_off import broken_off
from workbench.runs.checkpoints import keep_checkpoint, newest_checkpoint, tidy
from workbench.runs.folders import ABOUT, METRICS, NETWORK, PRESET, SCREEN, TEXT, VALIDATION
from workbench.runs.index import About, read_about
from workbench.runs.lock import LOCK, TURN, Hold, hold
from workbench.runs.moments import Moments
from workbench.runs.network_file import save_network
from workbench.runs.run_preset import not_there, preset_to_go_on, with_own_text, with_whole_places
from workbench.runs.snapshot_files import forget_from, save_snapshot, sync_snapshots
from workbench.runs.state_check import of_preset
from workbench.runs.table import METRICS_COLUMNS, VALIDATION_COLUMNS, Table


class Recorder:
    """Writes down what an experiment does, as it happens; nobody else writes into the folder meanwhile."""

    def __init__(
        self, folder: Path, preset_id: str, preset: Preset, about: About | None = None, held: Hold | None = None,
        moved: Preset | None = None, *, is_made: bool = False, facts: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """``about`` is what a run that is gone on with has said of itself so far, ``held`` its folder.

        ``facts`` are to be told of a new run from its beginning.

        ``moved`` is kept as its settings, with other places of its data, once the data there are those of the run.
        ``is_made`` is a run that was made to go on from another one, and is gone again if it never begins.

        Raises BadInput where nothing can be written, or where another training writes already.
        """
        self._is_new, self._moved, self._is_made = about is None, moved, is_made
        self.folder, self.preset_id = folder, preset_id
        self.preset = preset = with_whole_places(preset) if self._is_new else preset
        began = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        self.about = about or About(preset_id, preset.title, began, facts=dict(facts))
        self._held = held
        self.started: Started | None = None
        self.latest: Snapshot | None = None
        self.trained: Trained | None = None
        #: The step of the last checkpoint that was written.
        self.kept: int | None = (about.step or None) if about is not None else None
        self._moments: Moments | None = None
        #: Steps of the snapshots that may not be on the disk yet.
        self._waiting: list[int] = []
        self._metrics: Table | None = None
        self._validation: Table | None = None
        if self._is_new:
            try:
                make_folder(folder)
                self._held = hold(folder)
                self.preset = preset = with_own_text(preset, folder)
                write_text(folder / PRESET, preset_to_toml(preset))
                self._describe(0)  # a process that dies while it loads leaves a run that can be begun again
            except OSError as error:
                self.close()
                raise BadInput(str(folder), f"no run can be written here: {error.strerror}") from error

    def record(self, event: Event | Loading | None) -> None:
        """Keeps what is worth keeping of one event. Raises BadInput for other data than the run was begun with.

        Raises OSError when it cannot be written; what was kept before stays as it was.
        """
        match event:
            case Started():
                self._begin(event)
            case Progress():
                assert self._metrics is not None
                rows = zip(event.steps, event.losses, event.accuracies, event.gradient_norms, strict=True)
                self._metrics.add("".join(f"{k},{loss:.9g},{right:.9g},{norm:.9g}\n" for k, loss, right, norm in rows))
                self.about = msgspec.structs.replace(self.about, step=int(event.steps[-1]))
                self.about.facts["training_seconds"] = round(event.seconds, 3)
            case Validated():
                assert self._validation is not None
                self._validation.add(f"{event.step},{event.loss:.9g},{event.accuracy:.9g}\n")
                accuracy = {} if math.isnan(event.accuracy) else {"accuracy": event.accuracy}
                self.about.facts["validation"] = {"loss": event.loss, **accuracy, "step": event.step}
            case Printed():
                self.about.facts["printed"] = [*self._printed_before(event.step), event.document()]
            case Snapshot():
                self.latest = event
                if self._moments is not None and (moment := self._moments.see(event)) is not None:
                    self._must_be_there()
                    save_snapshot(self.folder, moment)
                    self._waiting.append(moment.step)
            case Checkpoint():
                self._keep(event.state)
            case Tested():
                self.about.facts["test"] = event.score.document()
                if (comparison := compare(self.preset.published, event.score)) is not None:
                    self.about.facts["comparison"] = comparison.document()
            case Ended() if self.started is not None:
                self._must_be_there()
                self.about = msgspec.structs.replace(self.about, ended=event.reason)
                self._keep_network()
                self._describe(event.step)
            case _:
                pass

    def broke_off(self, error: Exception, *, is_race: bool = False) -> Exception:
        """Keeps what can be kept when an error ended the training. Returns what a person is to be told of it."""
        told = broken_off(error, self.folder, self.kept, is_race=is_race)
        self.failed(str(told) if told is not None else f"{type(error).__name__}: {error}")
        return told or error

    def failed(self, why: str) -> None:
        """Keeps why the training ended, as far as anything can be written."""
        if self.started is not None and (self.folder / PRESET).exists():
            self.about = msgspec.structs.replace(self.about, ended="failed")
            self.about.facts["failure"] = why
            with suppress(OSError):  # a full disk takes nothing more, and what is there says enough
                self._describe(self.kept or 0)

    @property
    def stays(self) -> bool:
        """Whether there is a run to go on with when this is closed: not of a new one that never began."""
        return self.started is not None or not (self._is_new or self._is_made)

    def close(self) -> None:
        """Closes the files, and lets others write. A new run that never began leaves no folder."""
        for table in (self._metrics, self._validation):
            if table is not None:
                table.close()
        if self._is_new and self.started is None and self._held is not None:
            for name in (PRESET, ABOUT, SCREEN, TEXT, LOCK, TURN):
                (self.folder / name).unlink(missing_ok=True)
            if self.folder.is_dir() and not any(self.folder.iterdir()):
                self.folder.rmdir()
        elif self._is_made and self.started is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        if self._held is not None:
            self._held.release()

    def check(self, event: Started) -> None:
        """Raises BadInput for other data than the run was begun with. Nothing is written."""
        before = self.about.facts.get("data_sha256")
        if event.step and before not in (None, event.data_sha256):
            raise BadInput(str(self.folder), "the data are not those that this run was trained on so far",
                           key="data_sha256", hint="Put those back, say where they are, or train it anew.")  # fmt: skip

    def _begin(self, event: Started) -> None:
        self.check(event)
        if self._moved is not None:
            write_text(self.folder / PRESET, preset_to_toml(with_own_text(self._moved, self.folder)))
        self.started = event
        self.kept = event.step or None
        self.about = msgspec.structs.replace(self.about, ended="")
        self.about.facts.pop("failure", None)
        if "printed" in self.about.facts:
            self.about.facts["printed"] = self._printed_before(event.step)
        self._metrics = Table(self.folder / METRICS, METRICS_COLUMNS, event.step, of_every_step=True)
        # A validation of just this step is made again: the checkpoint comes before it.
        self._validation = Table(self.folder / VALIDATION, VALIDATION_COLUMNS, event.step - 1)
        self._moments = Moments(self.preset, event, forget_from(self.folder, event.step))
        self._describe(
            event.step,
            seed=self.preset.training.seed,
            device=event.device,
            data=event.train,
            data_sha256=event.data_sha256,
            parameters=event.parameters,
            steps_per_epoch=event.steps_per_epoch,
            network=lane_names((self.preset,))[0],
            started=self.about.started,
            **versions(),
        )

    def _keep(self, state: TrainerState) -> None:
        """A checkpoint. What belongs to its steps is on the disk before it is."""
        self._must_be_there()
        for table in (self._metrics, self._validation):
            if table is not None:
                table.sync()
        sync_snapshots(self.folder, self._waiting)
        self._waiting.clear()
        self._describe(state.step)
        keep_checkpoint(self.folder, state)
        self.kept = state.step
        # The network on disk is the one training would go on with, not one of some steps ago.
        weights = state.average or state.weights
        self.latest = Snapshot(state.step, {name: weight.float() for name, weight in weights.items()})
        self._keep_network()

    def _must_be_there(self) -> None:
        """Raises FileNotFoundError when the folder was removed: what is written would make half of one anew."""
        if not (self.folder / PRESET).exists():
            raise FileNotFoundError(errno.ENOENT, "was removed", str(self.folder))

    def _printed_before(self, step: int) -> list[dict[str, Any]]:
        """Published errors that were compared at earlier steps; later ones are compared again."""
        return [line for line in self.about.facts.get("printed", []) if line["step"] < step]

    def _keep_network(self) -> None:
        if self.started is None or self.latest is None:
            return
        self.trained = Trained(
            self.preset_id, self.preset, self.started.interface, self.started.classes,
            self.latest.weights, self.latest.step, dict(self.about.facts),
        )  # fmt: skip
        save_network(self.trained, self.folder / NETWORK)

    def _describe(self, step: int, **facts: Any) -> None:
        self.about = msgspec.structs.replace(
            self.about, step=step, steps=self.started.steps if self.started else 0, facts={**self.about.facts, **facts}
        )
        write_text(self.folder / ABOUT, msgspec.json.format(msgspec.json.encode(self.about), indent=2).decode())


def recorded(experiment: Experiment, recorder: Recorder) -> Experiment:
    """The same events, each written down on its way. Raises TrainingFailed when it cannot go on."""
    command = None
    try:
        while True:
            try:
                event = experiment.send(command)
            except StopIteration:
                return
            recorder.record(event)
            command = yield event
    except BadInput:
        raise
    except Exception as error:
        if (told := recorder.broke_off(error)) is error:
            raise
        raise told from error
    finally:
        experiment.close()
        recorder.close()


class GoneOn(NamedTuple):
    """A run to go on with: where it is written, from which state (None: from its start), and what is to be said."""

    recorder: Recorder
    state: TrainerState | None
    said: tuple[str, ...]


def go_on_with(
    folder: Path, device: DeviceName | None = None, places: Mapping[str, str] = MappingProxyType({}), *,
    is_made: bool = False,
) -> GoneOn:  # fmt: skip
    """Takes a run up where it was saved, perhaps on another device; nobody else can until the recorder is closed.

    ``places`` says where its data lie now, by the settings' keys; the run keeps that once they turn out to be its own.
    ``is_made``: it was made just now, to go on from another one, and is gone again if it never begins.
    Raises BadInput for what is no run, cannot be used, or is being trained.
    """
    about, preset = read_about(folder), preset_to_go_on(folder, places)
    moved = preset if places else None
    if device is not None:
        preset = msgspec.structs.replace(preset, training=msgspec.structs.replace(preset.training, device=device))
    held = hold(folder)
    try:
        newest = newest_checkpoint(folder, of_preset(preset))
        tidy(folder, newest)
    except OSError as error:
        held.release()
        raise BadInput(str(folder), f"no run can be written here: {error.strerror}") from error
    except BadInput as error:
        held.release()
        raise not_there(error, folder, places) from error
    except BaseException:
        held.release()
        raise
    said = [newest.said] if newest.said else []
    if newest.state is None:
        said.append(f"{about.title} was broken off before its first checkpoint; it begins again.")
    origin = about.facts.get("continued", {})
    if newest.state is not None and origin.get("optimiser") == "fresh" and origin.get("step") == newest.state.step:
        said.append(
            f"It goes on with the weights of step {newest.state.step:,} of {origin.get('run')} and a fresh optimiser:"
            " a snapshot holds weights alone."
        )
    for name, now in versions().items():
        before = about.facts.get(name, now)
        if name in ("torch", "numpy") and before != now:
            said.append(f"It was trained with {name} {before}, and goes on with {now}: last digits may differ.")
    return GoneOn(
        Recorder(folder, about.preset_id, preset, about, held, moved, is_made=is_made), newest.state, tuple(said)
    )


def versions() -> dict[str, Any]:
    """What a result may hang on beside the settings: programs, and how many threads add up its numbers."""
    import torch

    return {
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
        "workbench": version("lstm-workbench"),
        "threads": torch.get_num_threads(),
    }
