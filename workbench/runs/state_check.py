"""Whether a training state is one of this run: its weights, its optimiser's numbers, its generators, its position."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from workbench.config import Preset, Training
from workbench.data.sources import interface
from workbench.engine.state import TrainerState
from workbench.errors import BadInput
from workbench.models.shapes import Shape, weight_shapes
from workbench.runs.state_file import GENERATORS


def of_preset(preset: Preset) -> Callable[[TrainerState, str], None]:
    """The check that a state is one of this preset: :func:`check_state` for its weights and settings."""
    shapes = weight_shapes(preset.model, interface(preset.data))
    return lambda state, where: check_state(state, shapes, preset.training, where)


def check_state(state: TrainerState, shapes: Sequence[Shape], settings: Training, where: str) -> None:
    """Raises BadInput, naming ``where``, the entry and what stands there, for a state that is not of these settings.

    Optimisers compute with what they are given, of whatever size; so it is looked at here.
    """
    _check_weights(state, shapes, torch.float64 if settings.engine == "scratch" else torch.float32, where)
    _check_position(state, where)
    trained = [shape for shape in shapes if shape.is_trained]
    if len(state.weights) != len(shapes) or [g.get("params") for g in state.optimiser["param_groups"]] != [
        [*range(len(trained))]
    ]:
        raise BadInput(where, "is the state of another network")
    _check_optimiser(state, trained, kept_for_each_weight(settings), where)
    _check_memory(state, {shape.name: shape.shape for shape in shapes}, where)
    if state.recent.ndim != 1 or not state.recent.is_floating_point():
        raise BadInput(where, "expected one number a step", key="recent")
    if state.printed.ndim != 2 or state.printed.shape[1] != 2 or not bool(torch.isfinite(state.printed).all()):
        raise BadInput(where, "expected steps and their errors", key="printed")
    _check_generators(state, where)


def kept_for_each_weight(settings: Training) -> tuple[str, ...]:
    """What torch's optimiser of these settings keeps for each weight: "step" is one number, others as the weight is."""
    if settings.engine == "scratch":
        return ()
    match settings.optimiser:
        case "adam" | "adamw":
            return ("step", "exp_avg", "exp_avg_sq")
        case "rmsprop":
            return ("step", "square_avg")
        case "sgd":
            return ("momentum_buffer",) if settings.momentum else ()


def _check_weights(state: TrainerState, shapes: Sequence[Shape], precision: torch.dtype, where: str) -> None:
    for weights in (state.weights, state.average) if state.average else (state.weights,):
        for name, shape, _ in shapes:
            found = weights.get(name)
            if found is None or tuple(found.shape) != shape or found.dtype != precision:
                raise BadInput(where, f"expected {_kind(shape, precision)} for these settings", key=name,
                               value=_said(found))  # fmt: skip


def _check_position(state: TrainerState, where: str) -> None:
    """Whether a training can have come there: after ``epoch`` whole epochs and ``batch`` batches of the next one.

    How many batches an epoch has the data alone say, and engine.train holds the position to them.
    """
    for key in ("step", "epoch", "batch"):
        if getattr(state, key) < 0:
            raise BadInput(where, "expected 0 or more", key=f"position/{key}", value=getattr(state, key))
    before = state.step - state.batch
    is_whole = before == 0 if state.epoch == 0 else before % state.epoch == 0 and before // state.epoch >= state.batch
    if before < 0 or not is_whole:
        said = {"step": state.step, "epoch": state.epoch, "batch": state.batch}
        raise BadInput(where, "expected as many steps as the batches of its epochs together", key="position",
                       value=said)  # fmt: skip
    if not (math.isfinite(state.seconds) and state.seconds >= 0):
        raise BadInput(where, "expected seconds", key="position/seconds", value=state.seconds)


def _check_optimiser(state: TrainerState, trained: list[Shape], keys: tuple[str, ...], where: str) -> None:
    entries: dict[int, dict[str, Any]] = state.optimiser["state"]
    for index in entries:
        if not 0 <= index < len(trained):
            raise BadInput(where, f"there are {len(trained)} weights that learn", key=f"optimiser/{index}")
    # Before its first step an optimiser keeps nothing.
    for index, shape in enumerate(trained if state.step and keys else ()):
        for key in keys:
            size = () if key == "step" else shape.shape
            value = entries.get(index, {}).get(key)
            if not isinstance(value, Tensor) or value.dtype != torch.float32 or tuple(value.shape) != size:
                raise BadInput(where, f"expected {_kind(size, torch.float32)} for {shape.name}",
                               key=f"optimiser/{index}/{key}", value=_said(value))  # fmt: skip
            if key == "step" and not 0 <= value.item() <= state.step:
                raise BadInput(where, f"expected 0 to {state.step:,} steps", key=f"optimiser/{index}/{key}",
                               value=value.item())  # fmt: skip
    for index, entry in entries.items():
        for key, value in entry.items():
            if key not in keys:
                raise BadInput(where, "the optimiser of these settings keeps no such number",
                               key=f"optimiser/{index}/{key}", value=_said(value))  # fmt: skip


def _kind(shape: tuple[int, ...], precision: torch.dtype) -> str:
    name = str(precision).removeprefix("torch.")
    return f"{' x '.join(map(str, shape))} {name}" if shape else f"one {name}"


def _said(value: object) -> object:
    """What stands there, in few words."""
    return f"{_kind(tuple(value.shape), value.dtype)}" if isinstance(value, Tensor) else value


def _check_memory(state: TrainerState, shapes: Mapping[str, tuple[int, ...]], where: str) -> None:
    """Whether the carried states are as wide as the layers."""
    if not state.memory:
        return
    units = [shapes[name][1] for n in range(len(shapes)) if (name := f"layers.{n}.weight_hh_l0") in shapes]
    fits = len(units) == len(state.memory) and all(
        part.ndim == 2 and part.shape[1] == width and part.dtype == torch.float32 and bool(torch.isfinite(part).all())
        for width, parts in zip(units, state.memory, strict=True) for part in parts
    )  # fmt: skip
    if not fits:
        raise BadInput(where, "does not fit the layers", key="memory")


def _check_generators(state: TrainerState, where: str) -> None:
    cpu = torch.Generator()
    for name in GENERATORS:
        drawn: Tensor = getattr(state, name)
        # Dropout is drawn on the device that trains, and a GPU's generator has a state of another size.
        if name != "dropout" or drawn.shape == cpu.get_state().shape:
            try:
                cpu.set_state(drawn)
            except (RuntimeError, TypeError) as error:
                raise BadInput(where, "is not the state of a random generator", key=f"generators/{name}") from error
