"""Switching off: every unit of a layer held at 0 in turn, and what that does to one answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from workbench.engine.objective import probabilities
from workbench.insight.textbook import hold_nothing, textbook_outputs
from workbench.models.cell import Hold
from workbench.models.network import DIRECTIONS, Network, directions

#: So many sequences are run at once at most.
BATCH = 2_048


@dataclass(frozen=True)
class SwitchedOff:
    """One unit without which the network answered: its h held at 0 at every step.

    ``change``: by how much the probability of the class rose (below 0: fell), the mean over the samples. ``logit``: the
    same of its score. ``probability`` is the mean with nothing switched off.
    """

    layer: int
    direction: str
    unit: int
    change: float
    logit: float
    probability: float
    samples: int

    def document(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "layer": self.layer, "direction": self.direction, "unit": self.unit, "change": self.change,
            "logit": self.logit, "probability": self.probability, "samples": self.samples,
        }  # fmt: skip


def switched_off(network: Network, x: Tensor, answer: int) -> Iterator[list[SwitchedOff]]:
    """Every unit switched off in turn, a layer and direction at a time. x: (samples, time, ...).

    ``answer`` is the class, or the output, whose probability is watched; where every step has an answer, the last
    step's. What matters most comes first in each list.
    """
    free_score, free_share = _watched(network, _answers(network, x, None), answer)  # (samples,) each
    for number, layer in enumerate(network.model.stack):
        for side in range(directions(layer)):
            per_run = max(1, BATCH // len(x))
            found: list[SwitchedOff] = []
            for start in range(0, layer.units, per_run):
                units = torch.arange(start, min(start + per_run, layer.units))
                repeated = x.repeat(len(units), *([1] * (x.ndim - 1)))  # all samples, once for each unit
                without = _Without(number, side, units.repeat_interleave(len(x)))
                scores, shares = _watched(network, _answers(network, repeated, without), answer)
                logits = (scores.reshape(len(units), -1) - free_score).mean(dim=1)
                changes = (shares.reshape(len(units), -1) - free_share).mean(dim=1)
                found += [
                    SwitchedOff(number, DIRECTIONS[side], unit, change, logit, float(free_share.mean()), len(x))
                    for unit, change, logit in zip(units.tolist(), changes.tolist(), logits.tolist(), strict=True)
                ]
            yield sorted(found, key=lambda one: one.change)


@dataclass(frozen=True)
class _Without:
    """In each sequence of a batch one unit of a layer and direction is switched off. ``units``: (batch,)."""

    layer: int
    side: int
    units: Tensor

    def hold_at(self, step: int) -> Hold:
        """The same at every step."""
        return self._hold

    def _hold(self, gate: str, values: Tensor) -> Tensor:
        if gate == "h":
            values = values.clone()  # (batch, hidden)
            values[torch.arange(len(values)), self.units] = 0.0
        return values


def _answers(network: Network, x: Tensor, without: _Without | None) -> Tensor:
    """Scores, (batch, classes), of the last step where every step has some."""
    with torch.inference_mode():
        z = network.input(x)
        for number, layer in enumerate(network.model.stack):
            halves = []
            for side in range(directions(layer)):
                is_here = without is not None and (without.layer, without.side) == (number, side)
                hold_at = without.hold_at if without is not None and is_here else hold_nothing
                halves.append(textbook_outputs(network, number, side, z, hold_at))
            z = torch.cat(halves, dim=-1)
        scores: Tensor = network.head(network.seen(z))
    return scores[:, -1] if network.interface.every_step else scores


def _watched(network: Network, scores: Tensor, answer: int) -> tuple[Tensor, Tensor]:
    """Score and probability of the one answer. scores: (batch, classes) -> (batch,) each."""
    return scores[:, answer], probabilities(scores, network.interface)[:, answer]
