"""The trainer's state on disk: tensors as safetensors, plain numbers as JSON in its header; never unpickled."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import Tensor

from workbench.engine.state import TrainerState
from workbench.errors import BadInput
from workbench.models.shapes import Shape
from workbench.runs.tensor_file import load_tensors, save_tensors

FORMAT = "workbench-state-1"


#: The random generators of a training, in the order TrainerState has them.
GENERATORS = ("order", "dropout", "augmentation")


class _Position(msgspec.Struct, frozen=True):
    """Everything of the state that is no tensor."""

    step: int
    epoch: int
    batch: int
    seconds: float
    groups: list[dict[str, Any]]
    numbers: dict[str, dict[str, Any]]


def save_state(state: TrainerState, path: Path) -> None:
    """Writes the state whole, or leaves the one that was there."""
    tensors: dict[str, Tensor] = {f"weights/{name}": tensor for name, tensor in state.weights.items()}
    tensors |= {f"average/{name}": tensor for name, tensor in state.average.items()}
    tensors |= {f"generators/{name}": drawn for name, drawn in _generators(state).items()}
    for number, parts in enumerate(state.memory):
        tensors |= {f"memory/{number}/{part}": tensor for part, tensor in enumerate(parts)}
    if len(state.recent):
        tensors["recent"] = state.recent
    if len(state.printed):
        tensors["printed"] = state.printed
    numbers: dict[str, dict[str, Any]] = {}
    for index, entry in state.optimiser["state"].items():
        numbers[str(index)] = {}
        for key, value in entry.items():
            if isinstance(value, Tensor):
                tensors[f"optimiser/{index}/{key}"] = value
            else:
                numbers[str(index)][key] = value
    position = _Position(state.step, state.epoch, state.batch, state.seconds, state.optimiser["param_groups"], numbers)
    save_tensors(path, FORMAT, tensors, position=json.dumps(msgspec.to_builtins(position)))


def load_state(path: Path) -> TrainerState:
    """Reads what :func:`save_state` wrote. Raises BadInput."""
    where = str(path)
    tensors, header = load_tensors(path, FORMAT, "training state")
    try:
        position = msgspec.json.decode(header.get("position", ""), type=_Position)
        order, dropout, augmentation = (tensors[f"generators/{name}"] for name in GENERATORS)
        entries: dict[int, dict[str, Any]] = {int(index): dict(entry) for index, entry in position.numbers.items()}
        for name, tensor in tensors.items():
            if name.startswith("optimiser/"):
                _, index, key = name.split("/", 2)
                entries[int(index)][key] = tensor
        memory = _memory(tensors)
        groups = [_tuples(group) for group in position.groups]
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadInput(where, f"its contents are broken ({error})") from error
    if any(drawn.dtype != torch.uint8 for drawn in (order, dropout, augmentation)):
        raise BadInput(where, "the states of random generators are bytes", key="generators")
    weights = {name.removeprefix("weights/"): t for name, t in tensors.items() if name.startswith("weights/")}
    average = {name.removeprefix("average/"): t for name, t in tensors.items() if name.startswith("average/")}
    return TrainerState(
        weights, {"state": entries, "param_groups": groups}, order, dropout, augmentation, average,
        position.step, position.epoch, position.batch, position.seconds,
        memory, tensors.get("recent", torch.empty(0)), tensors.get("printed", torch.empty(0, 2, dtype=torch.float64)),
    )  # fmt: skip


def _memory(tensors: dict[str, Tensor]) -> tuple[tuple[Tensor, ...], ...]:
    """The parts of each layer's state, by their numbers."""
    layers: dict[int, dict[int, Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith("memory/"):
            _, layer, part = name.split("/", 2)
            layers.setdefault(int(layer), {})[int(part)] = tensor
    return tuple(tuple(parts[part] for part in range(len(parts))) for parts in (layers[n] for n in range(len(layers))))


def check_state(state: TrainerState, shapes: Sequence[Shape], where: str, precision: str = "float32") -> None:
    """Whether the state is one of a network with these weights. Raises BadInput, naming ``where``.

    Optimisers compute with what they are given, of whatever size; so it is looked at here.
    """
    for weights in (state.weights, state.average) if state.average else (state.weights,):
        for name, shape, _ in shapes:
            found = tuple(weights[name].shape) if name in weights else None
            if found != shape or weights[name].dtype != getattr(torch, precision):
                raise BadInput(where, f"expected {shape} {precision} for these settings", key=name, value=found)
    trained = [shape for shape in shapes if shape.is_trained]
    if len(state.weights) != len(shapes) or [g.get("params") for g in state.optimiser["param_groups"]] != [
        [*range(len(trained))]
    ]:
        raise BadInput(where, "is the state of another network")
    for index, entry in state.optimiser["state"].items():
        for key, value in entry.items():
            fits = 0 <= index < len(trained) and (
                not isinstance(value, Tensor) or tuple(value.shape) in ((), trained[index].shape)
            )
            if not fits:
                raise BadInput(where, "does not fit the weights", key=f"optimiser/{index}/{key}")
    if min(state.step, state.epoch, state.batch) < 0:
        raise BadInput(where, "its position in the data is broken", key="position")
    _check_memory(state, {shape.name: shape.shape for shape in shapes}, where)
    if state.recent.ndim != 1 or not state.recent.is_floating_point():
        raise BadInput(where, "expected one number a step", key="recent")
    if state.printed.ndim != 2 or state.printed.shape[1] != 2 or not bool(torch.isfinite(state.printed).all()):
        raise BadInput(where, "expected steps and their errors", key="printed")
    cpu = torch.Generator()
    for name, drawn in _generators(state).items():
        # Dropout is drawn on the device that trains, and a GPU's generator has a state of another size.
        if name != "dropout" or drawn.shape == cpu.get_state().shape:
            try:
                cpu.set_state(drawn)
            except (RuntimeError, TypeError) as error:
                raise BadInput(where, "is not the state of a random generator", key=f"generators/{name}") from error


def _generators(state: TrainerState) -> dict[str, Tensor]:
    return {name: getattr(state, name) for name in GENERATORS}


def _check_memory(state: TrainerState, shapes: Mapping[str, tuple[int, ...]], where: str) -> None:
    """Whether the carried states are as wide as the layers. Raises BadInput."""
    if not state.memory:
        return
    units = [shapes[name][1] for n in range(len(shapes)) if (name := f"layers.{n}.weight_hh_l0") in shapes]
    fits = len(units) == len(state.memory) and all(
        part.ndim == 2 and part.shape[1] == width and part.dtype == torch.float32 and bool(torch.isfinite(part).all())
        for width, parts in zip(units, state.memory, strict=True) for part in parts
    )  # fmt: skip
    if not fits:
        raise BadInput(where, "does not fit the layers", key="memory")


def _tuples(group: dict[str, Any]) -> dict[str, Any]:
    """JSON has no tuples; Adam's betas are one."""
    return {key: tuple(value) if key == "betas" else value for key, value in group.items()}
