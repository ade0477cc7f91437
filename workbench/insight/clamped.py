"""A network run with gates held: the textbook's step, in which held gates have the values they are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from workbench.engine.objective import probabilities
from workbench.insight.belief import prefix_lengths, read_prefixes, running
from workbench.insight.clamp import Clamp
from workbench.insight.textbook import textbook_gates
from workbench.insight.trace import GateTrace, LayerTrace
from workbench.models.cell import Hold
from workbench.models.network import DIRECTIONS, LayerOutput, Network, directions

Place = tuple[int, str, str]
"""A layer, a direction and a gate."""

Means = Mapping[Place, Tensor]
"""Of each gate, the mean of each unit over samples and steps, (units,)."""


@dataclass(frozen=True)
class ClampedLayer:
    """What a layer read and said, and its gates by direction: each (batch, time, units)."""

    ran: LayerOutput
    gates: tuple[dict[str, Tensor], ...]


def run_clamped(
    network: Network, x: Tensor, clamps: Sequence[Clamp], means: Means | None = None, lengths: Tensor | None = None
) -> list[ClampedLayer]:
    """Every layer with the clamps in force. x: (batch, time, width) numbers or (batch, time) symbols.

    ``lengths``: (batch,), where each sequence ends; a backward half begins there, and gives zeros beyond. ``means`` are
    needed for clamps whose value is the mean.
    """
    z = network.input(x)
    ran = []
    for number, layer in enumerate(network.model.stack):
        halves, gates = [], []
        for side in range(directions(layer)):
            held = _Held(number, DIRECTIONS[side], clamps, means or {})
            found = textbook_gates(network, number, side, z, held.at, lengths)
            halves.append(found["h"])
            gates.append(found)
        outputs = torch.cat(halves, dim=-1)
        ran.append(ClampedLayer(LayerOutput(z, outputs), tuple(gates)))
        z = outputs
    return ran


def clamped_scores(network: Network, x: Tensor, clamps: Sequence[Clamp], means: Means | None = None) -> Tensor:
    """What the network answers with the clamps in force. -> (batch, classes), or (batch, time, classes)."""
    return _scores(network, run_clamped(network, x, clamps, means))


def clamped_answer(
    network: Network, x: Tensor, clamps: Sequence[Clamp], means: Means | None = None
) -> tuple[NDArray[np.float32], GateTrace]:
    """Belief by step and gate trace as ``belief_by_step`` and ``gate_trace`` give them, with the clamps in force.

    x: (time, ...). A network that reads forwards is run once for both.
    """
    with torch.inference_mode():
        ran = run_clamped(network, x[None], clamps, means)
        return _belief(network, x, ran, clamps, means), _trace(network, ran)


def _scores(network: Network, ran: list[ClampedLayer]) -> Tensor:
    return network.head(network.seen(ran[-1].ran.outputs))  # type: ignore[no-any-return]


def _belief(
    network: Network, x: Tensor, ran: list[ClampedLayer], clamps: Sequence[Clamp], means: Means | None
) -> NDArray[np.float32]:
    """``ran``: the run of the whole sequence. -> (time, classes)."""
    interface = network.interface
    if interface.every_step and interface.answer in ("bit", "number"):
        scores = _scores(network, ran)[0]
    elif network.model.reads_backwards:
        time = ran[0].ran.inputs.shape[1]
        lengths, every = prefix_lengths(network, time)
        prefixes = x.expand(len(lengths), *x.shape)
        outputs = run_clamped(network, prefixes, clamps, means, lengths)[-1].ran.outputs
        seen = read_prefixes(network, outputs, lengths).repeat_interleave(every, dim=0)[:time]
        scores = network.head(seen)
    else:
        scores = network.head(running(network, ran[-1].ran.outputs[0]))
    beliefs: NDArray[np.float32] = probabilities(scores, interface).numpy()
    return beliefs


def _trace(network: Network, ran: list[ClampedLayer]) -> GateTrace:
    layers = [
        LayerTrace(
            number,
            DIRECTIONS[side],
            network.cells[number].gates,
            {gate: np.ascontiguousarray(values[0].numpy().T) for gate, values in gates.items()},
            layer.ran.inputs[0].numpy(),
        )
        for number, layer in enumerate(ran)
        for side, gates in enumerate(layer.gates)
    ]
    return GateTrace(tuple(layers), ran[0].ran.inputs.shape[1])


def gate_means(network: Network, x: Tensor) -> dict[Place, Tensor]:
    """Each unit's mean over samples and steps, of every gate. x: (samples, time, ...) -> (units,) each."""
    with torch.inference_mode():
        return {
            (number, DIRECTIONS[side], gate): values.mean(dim=(0, 1))
            for number, layer in enumerate(run_clamped(network, x, ()))
            for side, gates in enumerate(layer.gates)
            for gate, values in gates.items()
        }


class _Held:
    """The holds of one layer and direction, step by step."""

    def __init__(self, layer: int, direction: str, clamps: Sequence[Clamp], means: Means) -> None:
        self._place = (layer, direction)
        self._clamps = [clamp for clamp in clamps if (clamp.layer, clamp.direction) == self._place]
        self._means = means

    def at(self, step: int) -> Hold:
        """What is held at a step; of several clamps on one gate the later one counts."""
        held = [clamp for clamp in self._clamps if clamp.holds_at(step)]

        def hold(gate: str, values: Tensor) -> Tensor:
            for clamp in held:
                if clamp.gate == gate:
                    values = self._with(clamp, values)
            return values

        return hold

    def _with(self, clamp: Clamp, values: Tensor) -> Tensor:
        units = slice(None) if clamp.units is None else list(clamp.units)
        held = values.clone()  # (batch, units)
        if clamp.value is not None:
            held[:, units] = clamp.value
        else:
            held[:, units] = self._means[(*self._place, clamp.gate)][units].to(values.dtype)
        return held
