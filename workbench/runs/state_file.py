"""The trainer's state on disk: tensors as safetensors, plain numbers as JSON in its header; never unpickled."""

import json
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import Tensor

from workbench.engine.state import TrainerState
from workbench.errors import BadInput
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


def _generators(state: TrainerState) -> dict[str, Tensor]:
    return {name: getattr(state, name) for name in GENERATORS}


def _tuples(group: dict[str, Any]) -> dict[str, Any]:
    """JSON has no tuples; Adam's betas are one."""
    return {key: tuple(value) if key == "betas" else value for key, value in group.items()}
