"""A training's state before its first step, with weights that were learnt elsewhere."""

from collections.abc import Mapping

import torch
from torch import Tensor

from workbench.config import Interface, Preset
from workbench.engine.state import TrainerState, clone_optimiser, clone_weights
from workbench.engine.train import make_optimiser
from workbench.errors import BadInput
from workbench.models.build import build


def fresh_state(preset: Preset, interface: Interface, weights: Mapping[str, Tensor]) -> TrainerState:
    """Everything as ``engine.train`` begins with it, but for the weights: (as the network's own) float32.

    Raises BadInput for trainings by hand, which compute with more digits than snapshots have.
    """
    settings = preset.training
    if settings.engine == "scratch":
        raise BadInput("training", "by hand it goes on from its end only: snapshots have fewer digits than its weights")
    network = build(preset.model, interface)
    network.load_state_dict(dict(weights))
    order, dropout, augmentation = (
        torch.Generator().manual_seed(settings.seed + more).get_state() for more in (0, 1, 3)
    )
    optimiser = clone_optimiser(make_optimiser(network, settings, torch.device("cpu")))
    return TrainerState(clone_weights(network), optimiser, order, dropout, augmentation, {}, 0, 0, 0, 0.0)
