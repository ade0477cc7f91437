"""Weights before training: drawn from a seed, in the orders that two published programs drew them."""

from collections.abc import Mapping

import numpy as np

from workbench.scratch.gate import Array
from workbench.scratch.net import Named


def uniform(shapes: Mapping[str, tuple[int, ...]], seed: int, reach: float) -> Named:
    """Every weight between -reach and reach, one after the other from one stream."""
    random = np.random.RandomState(seed)
    return {name: reach * (2.0 * random.random_sample(shape) - 1.0) for name, shape in shapes.items()}


def of_the_adder(seed: int, inputs: int, units: int, outputs: int, reach: float = 1.0) -> Named:
    """A plain RNN without biases: input, head, recurrent matrix, each drawn lying down, (from, to).

    Trask, "Anyone Can Learn To Code an LSTM-RNN in Python (Part 1: RNN)" (2015).
    """
    random = np.random.RandomState(seed)
    W, V, U = (reach * (2.0 * random.random_sample(shape) - 1.0)
               for shape in ((inputs, units), (units, outputs), (units, units)))  # fmt: skip
    return {"layers.0.weight_ih_l0": W.T, "layers.0.weight_hh_l0": U.T, "head.weight": V.T}


def of_the_lstm(seed: int, inputs: int, units: int, reach: float = 0.1, *, alike: bool = True) -> Named:
    """An LSTM without a head: g, i, f, o each drawn as one matrix over [x, h], then their biases.

    Jimenez, "Simple LSTM" (2014). Its program seeds the generator anew for every matrix, so that all four gates begin
    with the same weights; ``alike`` False draws them one after the other.
    """
    random = np.random.RandomState(seed)

    def draw(*shape: int) -> Array:
        if alike:
            random.seed(seed)
        return random.random_sample(shape) * (2.0 * reach) - reach

    matrices = {gate: draw(units, inputs + units) for gate in "gifo"}
    biases = {gate: draw(units) for gate in "gifo"}
    tall = np.concatenate([matrices[gate] for gate in "ifgo"])  # (4 * units, inputs + units)
    return {
        "layers.0.weight_ih_l0": tall[:, :inputs],
        "layers.0.weight_hh_l0": tall[:, inputs:],
        "layers.0.bias_ih_l0": np.concatenate([biases[gate] for gate in "ifgo"]),
    }
