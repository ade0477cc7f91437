"""The trainer's whole state as one value: weights, optimiser, random generators, position in the data."""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class TrainerState:
    """What ``engine.train`` needs to go on exactly where it was.

    ``order`` is the state of the generator that shuffles, as it was *before* the running epoch was shuffled, so that
    the epoch can be shuffled the same way again; ``batch`` counts the batches of the epoch that are done. ``average``
    holds the averaged weights, and nothing where none are averaged. ``memory`` is what a stream is gone on with:
    (layers, parts) of (batch, hidden), empty for other data. ``recent`` is the share right of each of the last steps,
    where that is counted. ``printed``: the steps for which an article printed an error, and ours, (printed, 2) float64.
    """

    weights: dict[str, Tensor]
    optimiser: dict[str, Any]
    order: Tensor
    dropout: Tensor
    augmentation: Tensor
    average: dict[str, Tensor]
    step: int
    epoch: int
    batch: int
    seconds: float
    memory: tuple[tuple[Tensor, ...], ...] = ()
    recent: Tensor = field(default_factory=lambda: torch.empty(0))
    printed: Tensor = field(default_factory=lambda: torch.empty(0, 2, dtype=torch.float64))


def clone_weights(module: torch.nn.Module) -> dict[str, Tensor]:
    """Copies of all weights, on the CPU, that training no longer touches."""
    return {name: tensor.detach().to("cpu", copy=True) for name, tensor in module.state_dict().items()}


def clone_optimiser(optimiser: torch.optim.Optimizer) -> dict[str, Any]:
    """The optimiser's state with its tensors copied to the CPU."""
    state = optimiser.state_dict()
    copied = {
        index: {
            key: value.detach().to("cpu", copy=True) if isinstance(value, Tensor) else value
            for key, value in entry.items()
        }
        for index, entry in state["state"].items()
    }
    return {"state": copied, "param_groups": [dict(group) for group in state["param_groups"]]}
