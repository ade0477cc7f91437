"""What a cell in plain NumPy offers: one step, and the same step backwards."""

from typing import Protocol

from workbench.scratch.gate import Array, Delta, Gates, State, Weights

Deltas = tuple[Delta, ...]
"""The delta of each gate, in the order of its weights."""


class Cell(Protocol):
    """One kind of recurrent cell: the equations of one step, and their derivatives by the chain rule."""

    @property
    def carried(self) -> int:
        """How many arrays go from one step to the next: 2 for an LSTM, h and c; else 1."""

    @property
    def blocks(self) -> int:
        """How many gates have weights of their own, which is how many blocks a tall matrix has."""

    def step(self, weights: Weights, x: Array, state: State) -> tuple[State, Gates]:
        """One step. x: (batch, inputs); state and every gate: (batch, hidden)."""

    def step_back(self, weights: Weights, before: State, gates: Gates, d_state: State) -> tuple[Deltas, State]:
        """The same step backwards.

        ``before`` is the state the step began with and ``gates`` what it found. ``d_state`` says how the loss changes
        with the state it ended with: dL/dh and, for an LSTM, dL/dc. Returns each gate's delta, and how the loss changes
        with the state before on the ways that pass through no weight U (:class:`workbench.scratch.layer.Layer` adds
        those that do).
        """
