"""The snapshots of a run on disk: a folder with one safetensors file for each; never unpickled."""

import math
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.files import PART, sync_content, sync_names
from workbench.models.shapes import Shape, weight_shapes
from workbench.runs.folders import METRICS, NETWORK, SNAPSHOTS, VALIDATION
from workbench.runs.index import About, read_about
from workbench.runs.moments import Moment, at_moment
from workbench.runs.network_file import load_network
from workbench.runs.table import read_table
from workbench.runs.tensor_file import load_tensors, save_tensors

FORMAT = "workbench-snapshot-1"

#: In bytes: about a million validations.
LARGEST_VALIDATION = 32 * 2**20

#: A file's name is its step.
_NAME = re.compile(r"(\d{8,10})\.safetensors")


def save_snapshot(run: Path, moment: Moment) -> None:
    """Writes one snapshot of a run whole, or not at all.

    Training does not wait for the disk (see :func:`sync_snapshots`): should the power fail, one that is broken is told
    by its checksum, and nothing else needs it.
    """
    path = run / SNAPSHOTS / f"{moment.step:08d}.safetensors"
    save_tensors(path, FORMAT, moment.weights, waits=False, step=str(moment.step))


def sync_snapshots(run: Path, steps: Iterable[int]) -> None:
    """Waits until the snapshots of these steps, as far as they are still there, are on the disk."""
    for step in steps:
        with suppress(FileNotFoundError):  # thinned out since
            sync_content(run / SNAPSHOTS / f"{step:08d}.safetensors")
    if (run / SNAPSHOTS).is_dir():
        sync_names(run / SNAPSHOTS)


def snapshot_steps(run: Path) -> list[int]:
    """The steps that there are snapshots of, in order, by the names of their files."""
    names = (_NAME.fullmatch(path.name) for path in (run / SNAPSHOTS).glob("*.safetensors"))
    return sorted(int(name[1]) for name in names if name is not None)


def forget_from(run: Path, step: int) -> list[int]:
    """Removes the snapshots of this step and later ones, which will be made again. Returns the steps that stay.

    That of the step itself may have been made after its checkpoint, and be torn where the power failed.
    """
    for left in (run / SNAPSHOTS).glob(f".*{PART}"):  # of a process that was killed
        left.unlink(missing_ok=True)
    steps = snapshot_steps(run)
    for later in steps:
        if later >= step:
            (run / SNAPSHOTS / f"{later:08d}.safetensors").unlink(missing_ok=True)
    return [each for each in steps if each < step]


def load_snapshot(run: Path, step: int, shapes: Iterable[Shape]) -> Moment:
    """Reads one snapshot. Raises BadInput naming the file and what is wrong with it."""
    path = run / SNAPSHOTS / f"{step:08d}.safetensors"
    tensors, header = load_tensors(path, FORMAT, "snapshot")
    if header.get("step") != str(step):
        raise BadInput(str(path), f"expected the snapshot of step {step:,}", key="step", value=header.get("step"))
    weights: dict[str, Tensor] = {}
    for name, shape, _ in shapes:
        found = tensors.get(name)
        if found is None or tuple(found.shape) != shape:
            raise BadInput(str(path), f"expected {shape} for this run's settings", key=name,
                           value=None if found is None else tuple(found.shape))  # fmt: skip
        if not found.is_floating_point() or not torch.isfinite(found).all():
            raise BadInput(str(path), "not every weight is a number", key=name)
        weights[name] = found.float()
    return Moment(step, weights)


@dataclass(frozen=True)
class Logged:
    """What was written down of one validation. ``accuracy`` is NaN where answers are numbers."""

    loss: float
    accuracy: float


@dataclass(frozen=True, eq=False)  # compared by identity: it holds arrays
class Travels:
    """A run that can be travelled through: its network at the end, its moments, and what its validations said."""

    folder: Path
    about: About
    final: Trained
    moments: tuple[Moment, ...]
    logged: dict[int, Logged]
    #: What was wrong with snapshots that could not be read.
    broken: tuple[BadInput, ...] = ()

    def at(self, step: int) -> Trained:
        """The network as it was after ``step`` steps. Raises BadInput where there is no snapshot."""
        for moment in self.moments:
            if moment.step == step:
                return at_moment(self.final, moment)
        near = sorted(sorted((moment.step for moment in self.moments), key=lambda each: abs(each - step))[:2])
        raise BadInput(str(self.folder), "there is no snapshot of this step", key="step", value=step,
                       hint=f"The nearest are of {' and '.join(map(str, near))}.")  # fmt: skip


def load_travels(run: Path) -> Travels:
    """Everything there is to travel through. Raises BadInput; a single broken snapshot is named and left out."""
    about = read_about(run)
    steps = snapshot_steps(run)
    if not steps:
        raise BadInput(str(run), "has no snapshots", hint="Runs keep snapshots of networks that are small enough.")
    if not (run / NETWORK).exists():
        raise BadInput(str(run), "was broken off before its first checkpoint; its network is not known",
                       hint="Train it anew.")  # fmt: skip
    final = load_network(run / NETWORK)
    shapes = weight_shapes(final.preset.model, final.interface)
    moments, broken = [], []
    for step in steps:
        try:
            moments.append(load_snapshot(run, step, shapes))
        except BadInput as error:
            broken.append(error)
    if final.step not in steps:
        moments.append(Moment(final.step, final.weights))
    return Travels(
        run, about, final, tuple(sorted(moments, key=lambda each: each.step)), load_validations(run), tuple(broken)
    )


def load_validations(run: Path, until: float = math.inf) -> dict[int, Logged]:
    """What the run's validations said up to step ``until``, by step. Raises BadInput."""
    rows = read_table(run / VALIDATION, 3, LARGEST_VALIDATION, until)
    return {int(step): Logged(loss, accuracy) for step, loss, accuracy in rows.tolist()}


def load_metrics(run: Path, until: float = math.inf) -> NDArray[np.float64]:
    """Step, loss, accuracy and gradient norm of every step of a run up to ``until``, (steps, 4). Raises BadInput."""
    return read_table(run / METRICS, 4, until=until)
