"""Famous mistakes in recurrent networks written by hand, each a broken variant that can be switched on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from workbench.scratch.cell import Cell, Deltas
from workbench.scratch.gate import Array, Delta, Gates, Slopes, State, Weights, sigmoid, sigmoid_slope
from workbench.scratch.gru import GRU
from workbench.scratch.layer import Layer, Reading
from workbench.scratch.lstm import LSTM
from workbench.scratch.plain_rnn import PlainRNN

ANY = ("lstm", "gru", "rnn-tanh", "rnn-relu", "rnn-sigmoid")


@dataclass(frozen=True)
class Mistake:
    """One mistake: ``what`` is wrong, and how it can be ``noticed``.

    ``cells``: where it can be made; ``both_directions``: only where a half reads backwards.

    ``broken`` turns the right layer into the one with the mistake. ``wrong`` is what it gets wrong: the gates
    themselves (and so the gradients), or the gradients alone, while the way forward is right.
    """

    title: str
    what: str
    noticed: str
    cells: tuple[str, ...]
    wrong: str  # "gates" or "gradients"
    broken: Callable[[Layer], Layer]
    both_directions: bool = False

    def applies(self, cell: str, bidirectional: bool) -> bool:
        return cell in self.cells and (bidirectional or not self.both_directions)


# --- in the cell ------------------------------------------------------------------------------------------------------


class _NoForgetDelta(LSTM):
    def step_back(self, weights: Weights, before: State, gates: Gates, d_state: State) -> tuple[Deltas, State]:
        (of_i, of_f, of_g, of_o), d_before = super().step_back(weights, before, gates, d_state)
        return (of_i, _nothing(of_f), of_g, of_o), d_before


class _MemoryCut(LSTM):
    def step_back(self, weights: Weights, before: State, gates: Gates, d_state: State) -> tuple[Deltas, State]:
        deltas, (d_h, d_c) = super().step_back(weights, before, gates, d_state)
        return deltas, (d_h, np.zeros_like(d_c))


def _lstm(variant: type[LSTM]) -> Callable[[Layer], Layer]:
    def broken(layer: Layer) -> Layer:
        assert isinstance(layer.cell, LSTM)
        return replace(layer, cell=variant(layer.cell.outer_tanh, layer.cell.slopes))

    return broken


def _sloped(slopes: Slopes) -> Callable[[Layer], Layer]:
    def broken(layer: Layer) -> Layer:
        assert isinstance(layer.cell, LSTM | GRU | PlainRNN)
        cell: Cell = replace(layer.cell, slopes=slopes)
        return replace(layer, cell=cell)

    return broken


def _nothing(of: Delta) -> Delta:
    return Delta(*(None if part is None else np.zeros_like(part) for part in of))  # type: ignore[arg-type]


# --- in the layer, over time ------------------------------------------------------------------------------------------


class _GatesExchanged(Layer):
    """Takes the tall matrices apart in another framework's order: the second block for the third, and so on."""

    def forward(self, weights: Weights, x: Array) -> Reading:
        return super().forward(_exchanged(weights), x)

    def back(self, weights: Weights, reading: Reading, d_h: Array) -> tuple[Weights, Array]:
        gradients, d_x = super().back(_exchanged(weights), reading, d_h)
        return _exchanged(gradients), d_x


def _exchanged(weights: Weights) -> Weights:
    if len(weights) == 3:  # r, z, n taken for z, r, n
        return weights[1], weights[0], weights[2]
    # i, f, g, o taken for i, g, f, o; peepholes lie in a vector of their own.
    return weights[0], weights[2]._replace(p=weights[1].p), weights[1]._replace(p=weights[2].p), weights[3]


class _NotReversed(Layer):
    def order(self, time: int) -> Sequence[int]:
        return range(time)


class _NotTurnedBack(Layer):
    def shown(self, reading: Reading) -> Array:
        h = reading.h
        return h[:, ::-1] if self.backward else h

    def back(self, weights: Weights, reading: Reading, d_h: Array) -> tuple[Weights, Array]:
        return super().back(weights, reading, d_h[:, ::-1] if self.backward else d_h)


class _OffByOne(Layer):
    def remembered(self, reading: Reading) -> Array:
        return reading.h


class _NotTransposed(Layer):
    def through(self, weights: Weights, deltas: Deltas) -> Array:
        return super().through(tuple(gate._replace(U=gate.U.T) for gate in weights), deltas)


class _NotThroughTime(Layer):
    def through(self, weights: Weights, deltas: Deltas) -> Array:
        return np.zeros_like(deltas[0].h)


class _Overwritten(Layer):
    def gradients(self, weights: Weights, reading: Reading, deltas: list[Deltas]) -> tuple[Weights, Array]:
        _, d_x = super().gradients(weights, reading, deltas)
        last = self.order(len(deltas))[0]  # the way back comes to it last
        alone = [step if t == last else tuple(map(_nothing, step)) for t, step in enumerate(deltas)]
        gradients, _ = super().gradients(weights, reading, alone)
        return gradients, d_x


def _layered(variant: type[Layer]) -> Callable[[Layer], Layer]:
    return lambda layer: variant(layer.cell, layer.backward)


#: Every mistake by the name that switches it on.
MISTAKES: dict[str, Mistake] = {
    "forget-delta": Mistake(
        "The forget gate's delta is missing",
        "The way back adds up the deltas of i, g and o but not f's: what the forget gate did is never put right.",
        "The loss falls all the same. A gradient check of more than one step tells.",
        ("lstm",), "gradients", _lstm(_NoForgetDelta),
    ),
    "memory-cut": Mistake(
        "The cell state's gradient is not handed on",
        "dL/dc stops at its own step, so that errors travel through h alone and memory brings no longer reach.",
        "Short memories are learnt all the same. A gradient check of one step does not tell, of two it does.",
        ("lstm",), "gradients", _lstm(_MemoryCut),
    ),
    "gate-order": Mistake(
        "The gates are in the wrong order",
        "The blocks of the tall matrices are taken for another framework's: f for g, or r for z.",
        "Training from the start hides it, since names do not matter there. Weights that come from elsewhere fail.",
        ("lstm", "gru"), "gates", _layered(_GatesExchanged),
    ),
    "dropped-tanh": Mistake(
        "A dropped tanh'",
        "The derivative of tanh is left out, as if it were 1. Near 0 it almost is; where a unit is sure of itself its "
        "error is made far too large.",
        "The loss stands still or jumps about. A gradient check of a single step tells.",
        ("lstm", "gru", "rnn-tanh"), "gradients", _sloped(Slopes(tanh=np.ones_like)),
    ),
    "slope-of-value": Mistake(
        "The logistic function's slope taken at its value",
        "A derivative that expects the pre-activation a is given sigmoid(a), which squashes it a second time.",
        "Some cells learn all the same. A gradient check of a single step tells.",
        ("lstm", "gru", "rnn-sigmoid"), "gradients", _sloped(Slopes(sigmoid=lambda s: sigmoid_slope(sigmoid(s)))),
    ),
    "not-reversed": Mistake(
        "The backward direction is not reversed",
        "The backward half reads from the beginning, like the forward half: twice the past, and nothing of the future.",
        "What needs the future is not learnt: no output changes with what comes after it in the sequence.",
        ANY, "gates", _layered(_NotReversed), both_directions=True,
    ),
    "not-turned-back": Mistake(
        "The backward direction is not turned back",
        "The backward half reads from the end, but its outputs stay in that order: step 0 is joined with the last.",
        "Training stands still where the order matters: the backward half's output at step 0 knows the last step only.",
        ANY, "gates", _layered(_NotTurnedBack), both_directions=True,
    ),
    "off-by-one": Mistake(
        "Off by one in time",
        "The recurrent weights' gradient multiplies a step's delta with the h that it made, not with the h before.",
        "In a gradient check the recurrent weights alone are off; biases and weights from the input are right.",
        ANY, "gradients", _layered(_OffByOne),
    ),
    "not-transposed": Mistake(
        "The recurrent matrix is not transposed",
        "Errors go back through U as activations go forward through it. U is square, so that every shape fits all the "
        "same.",
        "A gradient check with one unit, or with one step, does not tell; with several of both it does.",
        ANY, "gradients", _layered(_NotTransposed),
    ),
    "not-through-time": Mistake(
        "No way back through time",
        "Nothing is passed back through U: each step is put right as if the past could not be helped.",
        "Some cells learn short memories all the same. A gradient check of one step does not tell, of two it does.",
        ANY, "gradients", _layered(_NotThroughTime),
    ),
    "overwritten": Mistake(
        "Overwritten instead of summed",
        "= in place of += while walking back: of all the steps' gradients that of the first step alone remains.",
        "dL/dx is right and every weight's gradient is off. A gradient check of one step does not tell.",
        ANY, "gradients", _layered(_Overwritten),
    ),
}  # fmt: skip
