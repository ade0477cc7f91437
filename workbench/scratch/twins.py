"""Twins: a right network and one with a mistake, trained side by side from the same weights on the same examples."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workbench.scratch.cells import CELLS
from workbench.scratch.gate import Array
from workbench.scratch.layer import Layer
from workbench.scratch.loss import cross_entropy_bits
from workbench.scratch.mistakes import Mistake
from workbench.scratch.net import Net, norm
from workbench.scratch.start import uniform

#: The task: sums of two numbers of so many bits, read bit by bit, the lowest first. Where the mistake is in a half that
#: reads backwards the highest bit stands first, so that the sums cannot be found without that half.
BITS = 8
UNITS = 16
BATCH = 32
RATE = 0.3
#: Longer gradients are shortened, so that a mistake shows in what is learnt and not in numbers beyond all bounds.
CLIP = 5.0


@dataclass(frozen=True)
class TwinStep:
    """Both at step number ``step``, before it moved them: cross-entropy in nats a bit, and the share of bits right."""

    step: int
    right_loss: float
    broken_loss: float
    right_share: float
    broken_share: float


def twins(mistake: Mistake, cell: str, *, steps: int = 600, seed: int = 0) -> Iterator[TwinStep]:
    """Trains both on the adder, one batch a step. ``cell`` must be one that the mistake can be made in."""
    directions = 2 if mistake.both_directions else 1
    right_layers = [Layer(CELLS[cell], backward=bool(side)) for side in range(directions)]
    weights = uniform(_shapes(cell, directions), seed, UNITS**-0.5)
    right = Net([right_layers], weights, 1)
    broken = Net([[mistake.broken(layer) for layer in right_layers]], weights, 1)
    random = np.random.RandomState(seed + 1)
    for step in range(1, steps + 1):
        x, y = sums(random, BATCH, BITS)
        if mistake.both_directions:
            x, y = x[:, ::-1], y[:, ::-1]
        found = [_one_step(net, x, y) for net in (right, broken)]
        yield TwinStep(step, found[0][0], found[1][0], found[0][1], found[1][1])


def sums(random: np.random.RandomState, count: int, bits: int) -> tuple[Array, Array]:
    """Examples of the adder: two summands below 2^(bits - 1). -> (count, bits, 2) and their sums (count, bits, 1)."""
    summands = random.randint(2 ** (bits - 1), size=(count, 2))  # (count, 2)
    x = (summands[:, None, :] >> np.arange(bits)[None, :, None]) & 1  # (count, bits, 2)
    y = (summands.sum(axis=1)[:, None] >> np.arange(bits)[None, :]) & 1  # (count, bits)
    return x.astype(np.float64), y[..., None].astype(np.float64)


def _one_step(net: Net, x: Array, y: Array) -> tuple[float, float]:
    passed = net.forward(x)
    cost = cross_entropy_bits(passed.scores, y)
    gradients = net.back(passed, cost.d_scores)
    length = norm(gradients)
    if np.isfinite(length):
        net.descend(gradients, RATE * min(1.0, CLIP / max(length, 1e-12)))
    return cost.loss / x.shape[1], float(((passed.scores > 0.0) == (y > 0.5)).mean())


def _shapes(cell: str, directions: int) -> dict[str, tuple[int, ...]]:
    rows = CELLS[cell].blocks * UNITS
    shapes: dict[str, tuple[int, ...]] = {}
    for suffix in ("", "_reverse")[:directions]:
        shapes |= {
            f"layers.0.weight_ih_l0{suffix}": (rows, 2), f"layers.0.weight_hh_l0{suffix}": (rows, UNITS),
            f"layers.0.bias_ih_l0{suffix}": (rows,),
        }  # fmt: skip
    return shapes | {"head.weight": (1, directions * UNITS), "head.bias": (1,)}
