"""Gate trace: every gate of every layer and direction at every step of one sequence, exact and without a loop."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from workbench.models.cell import Gate
from workbench.models.network import DIRECTIONS, Network

Values = NDArray[np.float32]


@dataclass(frozen=True)
class LayerTrace:
    """One layer and direction. ``gates``: by id, each (units, time), time as the input has it."""

    layer: int
    direction: str
    gates: dict[str, Values]

    @property
    def name(self) -> str:
        return f"layer {self.layer + 1}, {self.direction}"


@dataclass(frozen=True)
class GateTrace:
    """A whole network's gates for one sequence. ``shown`` says which gates there are, in order, with their ranges."""

    shown: tuple[Gate, ...]
    layers: tuple[LayerTrace, ...]
    steps: int


def gate_trace(network: Network, x: Tensor) -> GateTrace:
    """Traces one sequence. x: (time, width) numbers or (time,) symbols."""
    layers: list[LayerTrace] = []
    with torch.inference_mode():
        for number, (inputs, outputs) in enumerate(network.run(x[None])):
            halves = outputs[0].chunk(network.directions, dim=-1)  # each (time, hidden)
            for direction, h in enumerate(halves):
                read, said = inputs[0], h
                if direction:  # the backward half read from the end
                    read, said = read.flip(0), said.flip(0)
                gates = network.cell.trace(network.weights_of(number, direction), read, said)
                if direction:
                    gates = {name: values.flip(0) for name, values in gates.items()}
                layers.append(
                    LayerTrace(
                        number,
                        DIRECTIONS[direction],
                        {name: np.ascontiguousarray(values.numpy().T) for name, values in gates.items()},
                    )
                )
    return GateTrace(network.cell.gates, tuple(layers), len(x))
