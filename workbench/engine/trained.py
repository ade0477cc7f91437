"""A trained network as a value: what it was made for, its weights, and where they came from."""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from workbench.config import Interface, Preset
from workbench.models.build import AnyNetwork, build


@dataclass(frozen=True)
class Trained:
    """A network that can be asked. ``classes`` names its answers; for words it is the vocabulary.

    ``facts`` is its provenance: how, when and with what it was trained, and what was measured.
    """

    preset_id: str
    preset: Preset
    interface: Interface
    classes: tuple[str, ...]
    weights: dict[str, Tensor]
    step: int
    facts: dict[str, Any] = field(default_factory=dict)

    def network(self) -> AnyNetwork:
        """Builds the network, on the CPU, ready to be asked."""
        network = build(self.preset.model, self.interface)
        network.load_state_dict(self.weights)
        return network.requires_grad_(False).eval()


def classify(network: AnyNetwork, pictures: Tensor) -> Tensor:
    """Probabilities of the classes. pictures: (batch, height, width * channels), 0..1 -> (batch, classes)."""
    with torch.inference_mode():
        probabilities: Tensor = network(pictures).softmax(-1)
    return probabilities
