"""The carry: which unit of a network that adds bit by bit holds what is carried, found by correlation."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.data.binary_addition import sum_and_carry
from workbench.insight.textbook import textbook_gates
from workbench.models.network import DIRECTIONS, Network, directions

#: So many sums are looked at, always the same ones: the carrier of a network is a fact of its weights alone.
SUMS = 2_000

Values = NDArray[np.float32]


@dataclass(frozen=True)
class Carrier:
    """The unit of one quantity inside a layer that goes most with the carry.

    ``correlation`` is Pearson's, -1..1, over all steps of all sums, between the unit after a step and the carry out of
    that step; below 0 the unit falls where there is a carry. ``by_step``: (steps,), the same over the sums at one step,
    not a number where the carry or the unit never changes. ``sums``: over how many.
    """

    layer: int
    direction: str
    gate: str
    unit: int
    correlation: float
    by_step: Values
    sums: int


def random_summands(places: int, count: int = SUMS) -> NDArray[np.int64]:
    """Random bits, (count, places, 2), the lowest place first; the highest is 0, so that the sum has room."""
    summands = np.random.default_rng(0).integers(2, size=(count, places, 2))
    summands[:, -1] = 0
    return summands


def carriers(network: Network, places: int) -> list[Carrier]:
    """The best unit of every quantity of every layer and direction, the best of all first.

    The network reads two bits a step, the lowest place first; ``places`` is how many steps the sums have.
    """
    summands = random_summands(places)
    _, carry = sum_and_carry(summands)
    found = []
    for layer, direction, gates in _gates(network, torch.from_numpy(summands).to(torch.get_default_dtype())):
        for gate, values in gates.items():
            overall = correlations(values.reshape(-1, values.shape[-1]), carry.reshape(-1))
            if not np.isfinite(overall).any():
                continue  # no unit of it ever changes
            unit = int(np.nanargmax(np.abs(overall)))
            by_step = [correlations(values[:, step, unit, None], carry[:, step])[0] for step in range(places)]
            at_each = np.array(by_step, dtype=np.float32)
            found.append(Carrier(layer, direction, gate, unit, float(overall[unit]), at_each, len(summands)))
    return sorted(found, key=lambda carrier: -abs(carrier.correlation))


def correlations(values: NDArray[np.floating], carry: NDArray[np.int64]) -> NDArray[np.float64]:
    """Pearson's correlation of each column with the carry; not a number where one of them is constant.

    values: (samples, units), carry: (samples,) -> (units,).
    """
    x = values.astype(np.float64) - values.mean(axis=0, dtype=np.float64)
    y = carry - carry.mean()
    size = np.sqrt((x**2).sum(axis=0) * (y**2).sum())
    # What differs only by rounding does not differ.
    known = (size > 0) & (np.ptp(values, axis=0) > 1e-6)
    found = np.full(x.shape[1], np.nan)
    found[known] = (x[:, known] * y[:, None]).sum(axis=0) / size[known]
    return found


def _gates(network: Network, x: torch.Tensor) -> list[tuple[int, str, dict[str, Values]]]:
    """Every gate of every layer and direction, each (sums, time, units). x: (sums, time, 2)."""
    found = []
    with torch.inference_mode():
        for number, (inputs, _) in enumerate(network.run(x)):
            for side in range(directions(network.model.stack[number])):
                gates = textbook_gates(network, number, side, inputs)
                values = {gate: over_time.numpy() for gate, over_time in gates.items()}
                found.append((number, DIRECTIONS[side], values))
    return found
