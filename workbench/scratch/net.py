"""A network in plain NumPy: layers above each other and a head, forwards, and backwards to every weight's gradient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.scratch.gate import Array, Weights, unstacked
from workbench.scratch.layer import Layer, Reading

#: Weights by the names that torch gives them: gates stacked in tall matrices, as ``unstacked`` takes them apart.
Named = dict[str, Array]

SUFFIXES = ("", "_reverse")
PARTS = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_peephole_l0")


@dataclass(frozen=True)
class Passed:
    """What one pass through the network found: each layer's readings, one a direction, and the scores."""

    readings: list[list[Reading]]
    top: Array  # (batch, time, width), the outputs of the last layer
    scores: Array  # (batch, time, outputs), or (batch, outputs) when only the last step answers


class Net:
    """A stack of layers and a head.

    ``stack``: for each layer its directions, one or two. ``weights`` under torch's names, as in
    ``layers.0.weight_ih_l0_reverse`` and ``head.weight``; what is not there (biases, peepholes) is not used. Without
    ``head.weight`` there is no head: the first ``outputs`` units of the last layer are the scores.
    """

    def __init__(
        self, stack: Sequence[Sequence[Layer]], weights: Mapping[str, Array], outputs: int, *, every_step: bool = True
    ) -> None:
        self.stack, self.outputs, self.every_step = stack, outputs, every_step
        # Row after row, however they were drawn: a product of what lies column after column is rounded otherwise, and
        # what was saved and read again lies row after row.
        self.weights: Named = {name: np.array(values, dtype=np.float64, order="C") for name, values in weights.items()}

    def weights_of(self, number: int, direction: int) -> Weights:
        """One layer's and direction's weights, gate by gate: views, which follow the training."""
        names = (f"layers.{number}.{part}{SUFFIXES[direction]}" for part in PARTS)
        return unstacked(*(self.weights.get(name) for name in names))  # type: ignore[arg-type]

    def forward(self, x: Array) -> Passed:
        """x: (batch, time, inputs)."""
        readings: list[list[Reading]] = []
        z = x
        for number, directions in enumerate(self.stack):
            read = [layer.forward(self.weights_of(number, side), z) for side, layer in enumerate(directions)]
            z = np.concatenate([layer.shown(one) for layer, one in zip(directions, read, strict=True)], axis=-1)
            readings.append(read)
        seen = z if self.every_step else z[:, -1]
        return Passed(readings, z, self._head(seen))

    def back(self, passed: Passed, d_scores: Array) -> Named:
        """Every weight's gradient, from how the loss changes with the scores (shaped like them)."""
        found: Named = {}
        seen = passed.top if self.every_step else passed.top[:, -1]
        d_top = np.zeros_like(passed.top)
        d_seen = d_top if self.every_step else d_top[:, -1]  # a view
        if "head.weight" in self.weights:
            rows = d_scores.reshape(-1, self.outputs)
            found["head.weight"] = rows.T @ seen.reshape(-1, seen.shape[-1])
            if "head.bias" in self.weights:
                found["head.bias"] = rows.sum(axis=0)
            d_seen += d_scores @ self.weights["head.weight"]
        else:
            d_seen[..., : self.outputs] += d_scores
        gradients, _ = self.back_through_layers(passed, d_top)
        return found | gradients

    def back_through_layers(self, passed: Passed, d_top: Array) -> tuple[Named, Array]:
        """The recurrent weights' gradients and dL/dx, from how the loss changes with the last layer's outputs."""
        found: Named = {}
        d_z = d_top  # (batch, time, directions * hidden)
        for number in reversed(range(len(self.stack))):
            directions = self.stack[number]
            below = np.zeros_like(passed.readings[number][0].x)
            for side, d_h in enumerate(np.split(d_z, len(directions), axis=-1)):
                reading = passed.readings[number][side]
                gradients, d_x = directions[side].back(self.weights_of(number, side), reading, d_h)
                below += d_x
                found |= {
                    name: values
                    for part, values in zip(PARTS, _stacked(gradients), strict=True)
                    if values is not None and (name := f"layers.{number}.{part}{SUFFIXES[side]}") in self.weights
                }
            d_z = below
        return found, d_z

    def descend(self, gradients: Named, rate: float) -> None:
        """Plain gradient descent: every weight one step downhill."""
        for name, gradient in gradients.items():
            self.weights[name] -= rate * gradient

    def _head(self, seen: Array) -> Array:
        if "head.weight" not in self.weights:
            return seen[..., : self.outputs]
        scores = seen @ self.weights["head.weight"].T
        return scores + self.weights["head.bias"] if "head.bias" in self.weights else scores


def norm(gradients: Named) -> float:
    """The gradient's length over all weights."""
    return float(np.sqrt(sum(float((values * values).sum()) for values in gradients.values())))


def _stacked(weights: Weights) -> list[Array | None]:
    """The gates' gradients as tall as the weights they belong to, in the order of ``PARTS``."""
    columns = zip(*weights, strict=True)
    return [np.concatenate(there) if (there := [part for part in column if part is not None]) else None
            for column in columns]  # fmt: skip
