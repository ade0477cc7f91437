"""A run on disk: a folder with its settings, metrics, provenance, network, and the state to go on from."""

import math
import platform
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

import msgspec
import numpy as np

from workbench.config import Preset
from workbench.data.dataset import Loading
from workbench.data.sources import interface
from workbench.engine.comparison import compare
from workbench.engine.events import Checkpoint, Ended, Event, Printed, Progress, Snapshot, Started, Tested, Validated
from workbench.engine.experiment import Experiment
from workbench.engine.state import TrainerState
from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.files import write_text
from workbench.models.shapes import weight_shapes
from workbench.preset_files import load_preset, preset_to_toml
from workbench.runs.folders import ABOUT, METRICS, NETWORK, PRESET, STATE, VALIDATION
from workbench.runs.index import About, read_about
from workbench.runs.moments import Moments
from workbench.runs.network_file import save_network
from workbench.runs.snapshot_files import forget_after, save_snapshot
from workbench.runs.state_file import check_state, load_state, save_state


class Recorder:
    """Writes down what an experiment does, as it happens."""

    def __init__(self, folder: Path, preset_id: str, preset: Preset, about: About | None = None) -> None:
        """``about`` is what a run that is gone on with has said of itself so far. Raises BadInput."""
        self.folder, self.preset_id, self.preset = folder, preset_id, preset
        self._is_new = about is None
        if self._is_new:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                write_text(folder / PRESET, preset_to_toml(preset))
            except OSError as error:
                raise BadInput(str(folder), f"no run can be written here: {error.strerror}") from error
        self.about = about or About(preset_id, preset.title, time.strftime("%Y-%m-%dT%H:%M:%S%z"))
        self.started: Started | None = None
        self.latest: Snapshot | None = None
        self.trained: Trained | None = None
        self._moments: Moments | None = None
        self._metrics: TextIO | None = None
        self._validation: TextIO | None = None

    def record(self, event: Event | Loading | None) -> None:
        """Keeps what is worth keeping of one event."""
        match event:
            case Started():
                self.started = event
                self.about = msgspec.structs.replace(self.about, ended="")
                self._metrics = self._open(METRICS, "step,loss,accuracy,gradient_norm\n", event.step)
                # A validation of just this step is made again: the checkpoint comes before it.
                self._validation = self._open(VALIDATION, "step,loss,accuracy\n", event.step - 1)
                self._moments = Moments(self.preset, event, forget_after(self.folder, event.step))
                self._describe(
                    event.step,
                    started=self.about.started,
                    seed=self.preset.training.seed,
                    device=event.device,
                    data=event.train,
                    parameters=event.parameters,
                    **_versions(),
                )
            case Progress():
                assert self._metrics is not None
                rows = zip(event.steps, event.losses, event.accuracies, event.gradient_norms, strict=True)
                self._metrics.writelines(f"{k},{loss:.9g},{right:.9g},{norm:.9g}\n" for k, loss, right, norm in rows)
                self._metrics.flush()
                self.about = msgspec.structs.replace(self.about, step=int(event.steps[-1]))
                self.about.facts["training_seconds"] = round(event.seconds, 3)
            case Validated():
                assert self._validation is not None
                self._validation.write(f"{event.step},{event.loss:.9g},{event.accuracy:.9g}\n")
                self._validation.flush()
                accuracy = {} if math.isnan(event.accuracy) else {"accuracy": event.accuracy}
                self.about.facts["validation"] = {"loss": event.loss, **accuracy, "step": event.step}
            case Printed():
                before = [line for line in self.about.facts.get("printed", []) if line["step"] < event.step]
                self.about.facts["printed"] = [*before, event.document()]
            case Snapshot():
                self.latest = event
                if self._moments is not None and (moment := self._moments.see(event)) is not None:
                    save_snapshot(self.folder, moment)
            case Checkpoint():
                save_state(event.state, self.folder / STATE)
                # The network on disk is the one training would go on with, not one of some steps ago.
                weights = event.state.average or event.state.weights
                self.latest = Snapshot(event.state.step, {name: weight.float() for name, weight in weights.items()})
                self._keep_network()
            case Tested():
                self.about.facts["test"] = event.score.document()
                if (comparison := compare(self.preset.published, event.score)) is not None:
                    self.about.facts["comparison"] = comparison.document()
            case Ended() if self.started is not None:
                self.about = msgspec.structs.replace(self.about, ended=event.reason)
                self._keep_network()
                self._describe(event.step)
            case _:
                pass

    def close(self) -> None:
        """Closes the files. A new run that never began leaves no folder."""
        for file in (self._metrics, self._validation):
            if file is not None:
                file.close()
        if self._is_new and self.started is None:
            (self.folder / PRESET).unlink(missing_ok=True)
            if self.folder.is_dir() and not any(self.folder.iterdir()):
                self.folder.rmdir()

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

    def _open(self, name: str, header: str, step: int) -> TextIO:
        """Opens a table to add to. Rows after ``step``, which will be made again, are dropped first."""
        path = self.folder / name
        kept = [header]
        if step > 0 and path.is_file():
            try:
                lines = path.read_text(encoding="utf-8").splitlines(keepends=True)[1:]
                kept += [line for line in lines if line.endswith("\n") and int(line.partition(",")[0]) <= step]
            except ValueError as error:
                raise BadInput(str(path), f"is broken ({error})", hint="Move it away to go on without it.") from error
        write_text(path, "".join(kept))
        return path.open("a", encoding="utf-8")


def recorded(experiment: Experiment, recorder: Recorder) -> Experiment:
    """The same events, each written down on its way."""
    command = None
    try:
        while True:
            try:
                event = experiment.send(command)
            except StopIteration:
                return
            recorder.record(event)
            command = yield event
    finally:
        experiment.close()
        recorder.close()


def load_run(folder: Path) -> tuple[About, Preset, TrainerState]:
    """A run to go on with. Raises BadInput."""
    about, preset = read_about(folder), load_preset(folder / PRESET)
    if not (folder / STATE).exists():
        raise BadInput(str(folder), "was broken off before its first checkpoint; there is nothing to go on from",
                       hint="Train it anew.")  # fmt: skip
    state = load_state(folder / STATE)
    precision = "float64" if preset.training.engine == "scratch" else "float32"
    check_state(state, weight_shapes(preset.model, interface(preset.data)), str(folder / STATE), precision)
    return about, preset, state


def _versions() -> dict[str, str]:
    import torch

    return {
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
        "workbench": version("lstm-workbench"),
    }
