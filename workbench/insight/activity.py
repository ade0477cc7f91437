"""Activity: how many of a gate's values lie where its curve is flat, and which units never change."""

from dataclasses import dataclass

import torch

from workbench.insight.unrolled import Unrolled, UnrolledLayer
from workbench.models.cell import Cell, Gate
from workbench.models.network import DIRECTIONS

#: A value is saturated where its curve's slope is below this share of the steepest there is: of the sigmoid beyond
#: 0.0025 and 0.9975, of tanh beyond +-0.995. Stricter than the 0.1 and 0.9 of Karpathy, Johnson and Fei-Fei,
#: "Visualizing and understanding recurrent networks" (2015), beyond which gates of networks that work well often lie.
FLAT = 0.01

#: A unit is dead when its h moves by no more than this over all samples and steps.
STILL = 1e-6


@dataclass(frozen=True)
class LayerActivity:
    """One layer and direction, over all samples and steps.

    ``flat``: by gate, the shares (0..1) of its values that are saturated at its low and at its high end. ``dead``: the
    units whose h never changes.
    """

    layer: int
    direction: str
    units: int
    flat: dict[str, tuple[float, float]]
    dead: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"layer {self.layer}, {self.direction}"


def activity(unrolled: Unrolled) -> tuple[LayerActivity, ...]:
    """Of every layer and direction of a batch that was unrolled."""
    cells = unrolled.network.cells
    with torch.no_grad():
        return tuple(_activity(layer, cells[layer.layer]) for layer in unrolled.layers)


def squashed(cell: Cell) -> tuple[Gate, ...]:
    """The quantities that come out of a sigmoid or a tanh; h does where it is all there is inside."""
    return tuple(
        gate
        for gate in cell.gates
        if gate.low is not None and gate.high is not None and (gate.id != "h" or len(cell.gates) == 1)
    )


def _activity(layer: UnrolledLayer, cell: Cell) -> LayerActivity:
    flat = {}
    for gate in squashed(cell):
        assert gate.low is not None
        assert gate.high is not None
        values = torch.stack([gates[gate.id] for gates in layer.gates])  # (time, batch, hidden)
        share = (values - gate.low) / (gate.high - gate.low)  # 0..1; then both curves' slopes are the same parabola
        is_flat = 4.0 * share * (1.0 - share) < FLAT
        low = float((is_flat & (share < 0.5)).float().mean())
        flat[gate.id] = (low, float((is_flat & (share > 0.5)).float().mean()))
    h = torch.stack([state[0] for state in layer.states]).flatten(0, 1)  # (time * batch, hidden)
    still = h.amax(dim=0) - h.amin(dim=0) <= STILL
    dead = still.nonzero().flatten().tolist() if len(h) > 1 else []
    return LayerActivity(layer.layer, DIRECTIONS[layer.side], h.shape[1], flat, tuple(dead))
