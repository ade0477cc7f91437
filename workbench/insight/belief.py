"""Belief by step: what the network would answer after each step, had the sequence ended there."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from workbench.config import Readout
from workbench.engine.objective import probabilities
from workbench.models.build import AnyNetwork
from workbench.models.convnet import ConvolutionNetwork
from workbench.models.network import Network
from workbench.models.stepwise import Stepwise


def belief_by_step(network: AnyNetwork, x: Tensor) -> NDArray[np.float32]:
    """Answers after every step. x: (time, width) numbers or (time,) symbols -> (time, classes).

    Probabilities of classes or bits; where answers are numbers, the numbers themselves. A one-directional network is
    read off at every step. A bidirectional one is run again for every prefix: its backward half begins at the end, so
    the outputs for the whole sequence have already seen the future. Bits and numbers told at every step are no belief
    about the end but one answer each: they stand as the network gives them for the whole sequence. A convolution net
    reads a picture at once, which is one step.
    """
    interface = network.interface
    with torch.inference_mode():
        if isinstance(network, ConvolutionNetwork):
            at_once: NDArray[np.float32] = probabilities(network(x[None]), interface).numpy()
            return at_once
        if interface.every_step and interface.answer in ("bit", "number"):
            answers: NDArray[np.float32] = probabilities(network(x[None])[0], interface).numpy()
            return answers
        seen = _every_prefix(network, x) if network.model.reads_backwards else _running(network, x)
        beliefs: NDArray[np.float32] = probabilities(network.head(seen), interface).numpy()
    return beliefs


def _running(network: Network, x: Tensor) -> Tensor:
    """What the head sees after each step, from one run. -> (time, hidden)."""
    outputs = network.run(x[None])[-1].outputs[0]  # (time, hidden)
    if network.interface.every_step or network.model.readout in ("last", "both_ends"):
        return outputs
    if network.model.readout == "max":
        return outputs.cummax(dim=0).values
    return outputs.cumsum(dim=0) / torch.arange(1, len(outputs) + 1)[:, None]


def _every_prefix(network: Network, x: Tensor) -> Tensor:
    """What the head sees after each step, from one run per prefix, all in one batch. -> (time, width)."""
    read, hidden = network.input(x[None]), network.model.stack[-1].units
    time = read.shape[1]  # a step may read several rows of a picture
    lengths = torch.arange(1, time + 1)
    z = read.expand(time, -1, -1)  # (prefixes, time, width)
    for layer in network.layers:
        if isinstance(layer, Stepwise):
            z, _ = layer(z, lengths)
        else:
            packed, _ = layer(pack_padded_sequence(z, lengths, batch_first=True, enforce_sorted=False))
            z, _ = pad_packed_sequence(packed, batch_first=True)  # (prefixes, time, width), zeros after each end
    return _read_prefixes(z, lengths, network.model.readout, hidden)


def _read_prefixes(z: Tensor, lengths: Tensor, readout: Readout, hidden: int) -> Tensor:
    """The read-out of sequences of different lengths. z: (prefixes, time, width) -> (prefixes, width)."""
    time = z.shape[1]
    last = z[torch.arange(time), lengths - 1]  # (prefixes, width)
    match readout:
        case "last":
            return last
        case "both_ends":
            return torch.cat([last[:, :hidden], z[:, 0, hidden:]], dim=-1)
        case "mean":
            return z.sum(dim=1) / lengths[:, None]
        case "max":
            beyond = torch.arange(time)[None, :] >= lengths[:, None]  # (prefixes, time)
            return z.masked_fill(beyond[..., None], -torch.inf).amax(dim=1)
