"""Belief by step: what the network would answer after each step, had the sequence ended there."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from workbench.engine.objective import probabilities
from workbench.models.build import AnyNetwork
from workbench.models.convnet import ConvolutionNetwork
from workbench.models.network import Network
from workbench.models.stepwise import Stepwise

#: So many prefixes of a sequence are run at most; enough for every row of a picture, and half a row of its pixels.
MOST_PREFIXES = 56


def belief_by_step(network: AnyNetwork, x: Tensor) -> NDArray[np.float32]:
    """Answers after every step. x: (time, width) numbers or (time,) symbols -> (time, classes).

    Probabilities of classes or bits; where answers are numbers, the numbers themselves. A one-directional network is
    read off at every step. A bidirectional one is run again for every prefix (see measured_every): its backward half
    begins at the end, so the outputs for the whole sequence have already seen the future. Bits and numbers told at
    every step are no belief about the end but one answer each: they stand as the network gives them for the whole
    sequence. A convolution net reads a picture at once, which is one step.
    """
    interface = network.interface
    with torch.inference_mode():
        if isinstance(network, ConvolutionNetwork):
            at_once: NDArray[np.float32] = probabilities(network(x[None]), interface).numpy()
            return at_once
        if interface.every_step and interface.answer in ("bit", "number"):
            answers: NDArray[np.float32] = probabilities(network(x[None])[0], interface).numpy()
            return answers
        seen = (
            _every_prefix(network, x)
            if network.model.reads_backwards
            else running(network, network.run(x[None])[-1].outputs[0])
        )
        beliefs: NDArray[np.float32] = probabilities(network.head(seen), interface).numpy()
    return beliefs


def running(network: Network, outputs: Tensor) -> Tensor:
    """What the head sees after each step of one run that reads forwards. outputs: (time, hidden) -> the same shape."""
    if network.interface.every_step or network.model.readout in ("last", "both_ends"):
        return outputs
    if network.attention is not None:
        return network.attention.of_prefixes(outputs)
    if network.model.readout == "max":
        return outputs.cummax(dim=0).values
    return outputs.cumsum(dim=0) / torch.arange(1, len(outputs) + 1)[:, None]


def _every_prefix(network: Network, x: Tensor) -> Tensor:
    """What the head sees after each step, from one run per prefix, all in one batch. -> (time, width)."""
    read = network.input(x[None])
    time = read.shape[1]  # a step may read several rows of a picture, or a part of one
    lengths, every = prefix_lengths(network, time)
    z = read.expand(len(lengths), -1, -1)  # (prefixes, time, width)
    for layer in network.layers:
        if isinstance(layer, Stepwise):
            z, _ = layer(z, lengths)
        else:
            packed, _ = layer(pack_padded_sequence(z, lengths, batch_first=True, enforce_sorted=False))
            z, _ = pad_packed_sequence(packed, batch_first=True)  # (prefixes, time, width), zeros after each end
    return read_prefixes(network, z, lengths).repeat_interleave(every, dim=0)[:time]


def prefix_lengths(network: Network, time: int) -> tuple[Tensor, int]:
    """The prefixes of a sequence of ``time`` steps that are run, (prefixes,), and how many steps apart they are."""
    every = measured_every(network, time)
    return torch.arange(every, time + every, every).clamp(max=time), every


def measured_every(network: AnyNetwork, steps: int) -> int:
    """At how many steps apart a network's belief is measured: 1, or more where a long sequence is read backwards.

    A backward half costs a run for each prefix; a long sequence is cut into at most MOST_PREFIXES stretches, and all
    steps of a stretch stand for its last.
    """
    if isinstance(network, ConvolutionNetwork) or not network.model.reads_backwards:
        return 1
    return -(-steps // MOST_PREFIXES)


def read_prefixes(network: Network, z: Tensor, lengths: Tensor) -> Tensor:
    """The read-out of sequences of different lengths. z: (prefixes, time, width) -> (prefixes, width)."""
    prefixes, time, _ = z.shape
    hidden = network.model.stack[-1].units
    seen = torch.arange(time)[None, :] < lengths[:, None]  # (prefixes, time)
    if network.attention is not None:
        attended: Tensor = network.attention(z, seen)
        return attended
    last = z[torch.arange(prefixes), lengths - 1]  # (prefixes, width)
    match network.model.readout:
        case "both_ends":
            return torch.cat([last[:, :hidden], z[:, 0, hidden:]], dim=-1)
        case "mean":
            return z.sum(dim=1) / lengths[:, None]
        case "max":
            return z.masked_fill(~seen[..., None], -torch.inf).amax(dim=1)
        case _:
            return last
