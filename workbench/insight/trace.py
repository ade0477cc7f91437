"""Gate trace: every gate of every layer and direction at every step of one sequence, exact and without a loop."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from workbench.models.build import AnyNetwork
from workbench.models.cell import Gate
from workbench.models.convnet import ConvolutionNetwork
from workbench.models.network import DIRECTIONS, directions

Values = NDArray[np.float32]


@dataclass(frozen=True)
class LayerTrace:
    """One layer and direction. ``gates``: by id, each (units, time), time as the input has it.

    ``shown`` says which gates there are, in order, with their ranges. ``inputs``: (time, width), what the layer read.
    """

    layer: int
    direction: str
    shown: tuple[Gate, ...]
    gates: dict[str, Values]
    inputs: Values

    @property
    def name(self) -> str:
        return f"layer {self.layer}, {self.direction}"


@dataclass(frozen=True)
class GateTrace:
    """A whole network's gates for one sequence; a convolution net has none, and ``maps`` instead.

    ``maps``: of each convolution (maps, height, width), what each of its patterns answers at each place.
    """

    layers: tuple[LayerTrace, ...]
    steps: int
    maps: tuple[Values, ...] = ()


def gate_trace(network: AnyNetwork, x: Tensor) -> GateTrace:
    """Traces one sequence. x: (time, width) numbers or (time,) symbols."""
    layers: list[LayerTrace] = []
    with torch.inference_mode():
        if isinstance(network, ConvolutionNetwork):
            return GateTrace((), 1, tuple(np.ascontiguousarray(maps[0].numpy()) for maps in network.maps(x[None])))
        ran = network.run(x[None])
        for number, (inputs, outputs) in enumerate(ran):
            cell = network.cells[number]
            halves = outputs[0].chunk(directions(network.model.stack[number]), dim=-1)  # each (time, hidden)
            for direction, h in enumerate(halves):
                read, said = inputs[0], h
                if direction:  # the backward half read from the end
                    read, said = read.flip(0), said.flip(0)
                gates = cell.trace(network.weights_of(number, direction), read, said)
                if direction:
                    gates = {name: values.flip(0) for name, values in gates.items()}
                layers.append(
                    LayerTrace(
                        number,
                        DIRECTIONS[direction],
                        cell.gates,
                        {name: np.ascontiguousarray(values.numpy().T) for name, values in gates.items()},
                        inputs[0].numpy(),
                    )
                )
    return GateTrace(tuple(layers), ran[0].inputs.shape[1])
