"""A layer in plain NumPy: one cell's step repeated over a sequence, and backpropagation through time (Werbos, 1990)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.scratch.cell import Cell, Deltas
from workbench.scratch.gate import Array, Gates, GateWeights, State, Weights


@dataclass(frozen=True)
class Reading:
    """One sequence read by a layer: what the way back needs. Lists by step, as the sequence has them."""

    x: Array  # (batch, time, inputs)
    before: list[State]  # the state each step began with
    found: list[Gates]  # every gate of each step

    @property
    def h(self) -> Array:
        """(batch, time, hidden)."""
        return np.stack([gates["h"] for gates in self.found], axis=1)

    @property
    def gates(self) -> Gates:
        """Every gate over time, each (batch, time, hidden)."""
        return {name: np.stack([gates[name] for gates in self.found], axis=1) for name in self.found[0]}


@dataclass(frozen=True)
class Layer:
    """One cell over time. ``backward`` reads a sequence from its end; gates stand at the steps they belong to."""

    cell: Cell
    backward: bool = False

    def forward(self, weights: Weights, x: Array) -> Reading:
        """Reads sequences from a state of zeros. x: (batch, time, inputs)."""
        batch, time, _ = x.shape
        state: State = (np.zeros((batch, weights[0].U.shape[1])),) * self.cell.carried
        before: list[State] = [state] * time
        found: list[Gates] = [{}] * time
        for t in self.order(time):
            before[t] = state
            state, found[t] = self.cell.step(weights, x[:, t], state)
        return Reading(x, before, found)

    def back(self, weights: Weights, reading: Reading, d_h: Array) -> tuple[Weights, Array]:
        """Backpropagation through time: the same steps, last one first.

        d_h: (batch, time, hidden), how the loss changes with each h directly. What it changes by way of later steps is
        added here. Returns dL/d(weights), shaped like them, and for the layer below dL/dx: (batch, time, inputs).
        """
        time = len(reading.found)
        d_later: State = tuple(np.zeros_like(part) for part in reading.before[0])
        deltas: list[Deltas] = [()] * time
        for t in reversed(self.order(time)):
            d_state = (d_h[:, t] + d_later[0], *d_later[1:])
            deltas[t], direct = self.cell.step_back(weights, reading.before[t], reading.found[t], d_state)
            d_later = (direct[0] + self.through(weights, deltas[t]), *direct[1:])
        return self.gradients(weights, reading, deltas)

    def shown(self, reading: Reading) -> Array:
        """What the layer above is given: h at the steps it belongs to. (batch, time, hidden)."""
        return reading.h

    def order(self, time: int) -> Sequence[int]:
        """The steps in the order they are read."""
        return range(time - 1, -1, -1) if self.backward else range(time)

    def through(self, weights: Weights, deltas: Deltas) -> Array:
        """dL/dh' through the weights: each gate's delta, passed back through its U. (batch, hidden)."""
        return sum((delta.h @ gate.U for gate, delta in zip(weights, deltas, strict=True)), np.zeros_like(deltas[0].h))

    def remembered(self, reading: Reading) -> Array:
        """What each step's U was multiplied with: h of the step before. (batch, time, hidden)."""
        return np.stack([state[0] for state in reading.before], axis=1)

    def gradients(self, weights: Weights, reading: Reading, deltas: list[Deltas]) -> tuple[Weights, Array]:
        """A weight's gradient is its gate's delta times what the weight was multiplied with, summed over all steps.

        Over samples and steps these outer products sum to one product: (hidden, batch * time) (batch * time, inputs).
        """
        x, h_before = _rows(reading.x), _rows(self.remembered(reading))
        d_x = np.zeros_like(x)
        found = []
        for number, gate in enumerate(weights):
            of_x = _rows(np.stack([step[number].x for step in deltas], axis=1))  # (batch * time, hidden)
            of_h = _rows(np.stack([step[number].h for step in deltas], axis=1))
            d_x += of_x @ gate.W
            of_p = [p for step in deltas if (p := step[number].p) is not None]  # each (batch, hidden)
            found.append(
                GateWeights(
                    of_x.T @ x, of_h.T @ h_before,
                    None if gate.b is None else of_x.sum(axis=0), None if gate.d is None else of_h.sum(axis=0),
                    None if gate.p is None else np.sum(of_p, axis=(0, 1)),
                )
            )  # fmt: skip
        return tuple(found), d_x.reshape(reading.x.shape)


def _rows(values: Array) -> Array:
    """(batch, time, width) -> (batch * time, width)."""
    return values.reshape(-1, values.shape[-1])
