"""A training's state at a step whose weights alone are known: all else as it is at the start."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from workbench.config import Interface, Preset
from workbench.engine.state import TrainerState, clone_optimiser, clone_weights
from workbench.engine.torch_run import RECENT, make_optimiser
from workbench.models.build import build
from workbench.models.shapes import weight_shapes


def fresh_state(
    preset: Preset,
    interface: Interface,
    weights: Mapping[str, Tensor],
    kept: Sequence[str],
    *,
    at: int,
    per_epoch: int,
    rights: NDArray[np.float64],
    printed: Sequence[tuple[int, float]] = (),
) -> TrainerState:
    """After ``at`` steps, in epochs of ``per_epoch`` batches, with these weights (as the network's own) float32.

    ``kept``: what the optimiser keeps of each weight, which is 0 before its first step. ``rights`` (at,): the share
    right of every step so far. ``printed``: steps for which an article printed an error, and ours. A training by hand
    goes on with its weights as float32 had rounded them; it has no optimiser that kept anything.
    """
    settings = preset.training
    is_by_hand = settings.engine == "scratch"
    network = build(preset.model, interface)
    network.load_state_dict(dict(weights))
    own = clone_weights(network)
    order, dropout, augmentation = (
        torch.Generator().manual_seed(settings.seed + more).get_state() for more in (0, 1, 3)
    )
    optimiser = clone_optimiser(make_optimiser(network, settings, torch.device("cpu")))
    if at:  # a rule that has made steps is expected to have kept something of each weight
        trained = [own[shape.name] for shape in weight_shapes(preset.model, interface) if shape.is_trained]
        optimiser["state"] = {
            index: {key: torch.tensor(0.0) if key == "step" else torch.zeros_like(weight) for key in kept}
            for index, weight in enumerate(trained if kept else ())
        }
    epoch = max(0, at - 1) // max(1, per_epoch)
    is_counted = settings.batch == 1 and interface.answer == "class" and not is_by_hand
    return TrainerState(
        {name: weight.double() for name, weight in own.items()} if is_by_hand else own,
        optimiser, order, dropout, augmentation, {}, at, epoch, at - epoch * per_epoch, 0.0,
        recent=torch.from_numpy(rights[-RECENT:].astype(np.float32)) if is_counted else torch.empty(0),
        printed=torch.tensor(list(printed), dtype=torch.float64).reshape(-1, 2),
    )  # fmt: skip
