"""A layer in plain NumPy: one cell's step, repeated over a sequence, forwards or backwards."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from workbench.scratch import gru, lstm, plain_rnn
from workbench.scratch.gate import Array, Gates, State, Weights


class Cell(NamedTuple):
    """One step, and how many arrays it carries to the next."""

    step: Callable[[Weights, Array, State], tuple[State, Gates]]
    carried: int


#: The registry of cells in plain NumPy, by the word that names one in a preset.
CELLS = {
    "lstm": Cell(lstm.step, carried=2),
    "gru": Cell(gru.step, carried=1),
    "rnn-tanh": Cell(plain_rnn.step_tanh, carried=1),
    "rnn-sigmoid": Cell(plain_rnn.step_sigmoid, carried=1),
    "rnn-relu": Cell(plain_rnn.step_relu, carried=1),
}


def run(cell: Cell, weights: Weights, x: Array, *, backward: bool = False) -> Gates:
    """Every gate at every step, from a state of zeros. x: (batch, time, inputs) -> each (batch, time, hidden).

    ``backward`` reads the sequence from its end; the gates still stand at the steps they belong to.
    """
    batch, time, _ = x.shape
    hidden = weights[0].U.shape[1]
    state: State = (np.zeros((batch, hidden)),) * cell.carried
    steps: list[Gates] = []
    for t in reversed(range(time)) if backward else range(time):
        state, gates = cell.step(weights, x[:, t], state)
        steps.append(gates)
    if backward:
        steps.reverse()
    return {name: np.stack([gates[name] for gates in steps], axis=1) for name in steps[0]}
