"""Small networks in plain NumPy with random weights, for tests."""

from dataclasses import dataclass

import numpy as np

from workbench.scratch.cells import cell_of
from workbench.scratch.gate import Array
from workbench.scratch.layer import Layer
from workbench.scratch.net import Net

UNITS, WIDTH, STEPS, SAMPLES, OUTPUTS = 4, 3, 6, 2, 2
BLOCKS = {"lstm": 4, "gru": 3, "rnn-tanh": 1, "rnn-relu": 1, "rnn-sigmoid": 1}


@dataclass(frozen=True)
class Variant:
    """One cell with its options."""

    cell: str
    peepholes: bool = False
    outer_tanh: bool = True
    bias: bool = True

    def __str__(self) -> str:
        options = [name for name in ("peepholes", "outer_tanh", "bias") if getattr(self, name) != (name != "peepholes")]
        return "-".join([self.cell, *options])


VARIANTS = (
    *(Variant(cell) for cell in BLOCKS),
    *(Variant(cell, bias=False) for cell in ("lstm", "gru", "rnn-sigmoid")),
    Variant("lstm", peepholes=True),
    Variant("lstm", outer_tanh=False),
    Variant("lstm", peepholes=True, outer_tanh=False, bias=False),
)


def net(
    variant: Variant,
    depth: int = 1,
    *,
    bidirectional: bool = False,
    every_step: bool = True,
    units: int = UNITS,
) -> Net:
    """A stack of equal layers with a linear head; the weights are normally distributed with deviation 0.4."""
    random = np.random.default_rng(1)
    weights: dict[str, Array] = {}
    rows, width = BLOCKS[variant.cell] * units, WIDTH
    suffixes = ("", "_reverse") if bidirectional else ("",)
    for number in range(depth):
        for suffix in suffixes:
            shapes: dict[str, tuple[int, ...]] = {"weight_ih_l0": (rows, width), "weight_hh_l0": (rows, units)}
            if variant.bias:
                shapes |= {"bias_ih_l0": (rows,), "bias_hh_l0": (rows,)}
            if variant.peepholes:
                shapes |= {"weight_peephole_l0": (3 * units,)}
            weights |= {
                f"layers.{number}.{name}{suffix}": 0.4 * random.normal(size=shape) for name, shape in shapes.items()
            }
        width = units * len(suffixes)
    weights["head.weight"] = random.normal(size=(OUTPUTS, width))
    if variant.bias:
        weights["head.bias"] = random.normal(size=OUTPUTS)
    cell = cell_of(variant.cell, outer_tanh=variant.outer_tanh)
    layers = [[Layer(cell, backward=bool(suffix)) for suffix in suffixes] for _ in range(depth)]
    return Net(layers, weights, OUTPUTS, every_step=every_step)


def inputs(seed: int = 2) -> Array:
    """(samples, time, width)."""
    return np.random.default_rng(seed).normal(size=(SAMPLES, STEPS, WIDTH))
