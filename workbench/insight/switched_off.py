"""Switching off: every unit of a layer held at 0 in turn, and what that does to the right answers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from workbench.config import Interface
from workbench.engine.objective import cosines, probabilities
from workbench.insight.textbook import hold_nothing, textbook_outputs
from workbench.models.build import vectors_of
from workbench.models.cell import Hold
from workbench.models.network import DIRECTIONS, Network, directions

#: So many sequences are run at once at most.
BATCH = 2_048

#: A unit is switched off on so many samples at most.
OF_A_CLASS = 20

#: What is watched: of a class, and of bits, the probability of what is right; of a word's vector its cosine to the
#: right one; of numbers their squared error.
Watched = Literal["probability", "cosine", "squared error"]


@dataclass(frozen=True)
class SwitchedOff:
    """One unit without which the network answered: its h held at 0 at every step.

    ``change``: by how much what is ``watched`` rose (below 0: fell), the mean over the samples. ``logit``: the same of
    the score of what is right; None where answers have no logits. ``free`` is the mean with nothing switched off.
    """

    layer: int
    direction: str
    unit: int
    watched: Watched
    change: float
    logit: float | None
    free: float
    samples: int

    @property
    def harm(self) -> float:
        """How much worse the answers are without the unit; below 0 they are better."""
        return self.change if self.watched == "squared error" else -self.change

    def document(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "layer": self.layer, "direction": self.direction, "unit": self.unit, "watched": self.watched,
            "change": self.change, "logit": self.logit, "free": self.free, "samples": self.samples,
        }  # fmt: skip


def most_harm_first(units: Iterable[SwitchedOff]) -> list[SwitchedOff]:
    """Those that the network can least do without at the head of the list."""
    return sorted(units, key=lambda one: -one.harm)


def samples_for(interface: Interface, x: Tensor, y: Tensor, answer: int | None) -> tuple[Tensor, Tensor]:
    """The first few of these samples, OF_A_CLASS at most: of one class, or of all where ``answer`` is None.

    x: (samples, time, ...), y: what is right. Of classes told at every step the last one counts.
    """
    if answer is not None:
        of_class = (y[:, -1] if interface.every_step else y) == answer
        x, y = x[of_class], y[of_class]
    return x[:OF_A_CLASS], y[:OF_A_CLASS]


def on_samples(count: int, class_name: str | None) -> str:
    """What the units were switched off on, in words: of a class, or of all that is answered."""
    samples = f"{count} test sample{'' if count == 1 else 's'}"
    return samples if class_name is None else f"{samples} of “{class_name}”"


def watched(interface: Interface) -> Watched:
    """What is watched of a network's answers."""
    match interface.answer:
        case "class" | "bit":
            return "probability"
        case "vector":
            return "cosine"
        case "number":
            return "squared error"


def switched_off(network: Network, x: Tensor, y: Tensor) -> Iterator[list[SwitchedOff]]:
    """Every unit switched off in turn, a layer and direction at a time. x: (samples, time, ...), y: what is right.

    ``y`` is as the objective takes it. Of classes and words told at every step the last one is watched; of bits and
    numbers all of them, their mean. What matters most comes first in each list.
    """
    what = watched(network.interface)
    free_share, free_score = _watched(network, _answers(network, x, None), y)  # (samples,) each
    for number, layer in enumerate(network.model.stack):
        for side in range(directions(layer)):
            per_run = max(1, BATCH // len(x))
            found: list[SwitchedOff] = []
            for start in range(0, layer.units, per_run):
                units = torch.arange(start, min(start + per_run, layer.units))
                many, right = (each.repeat(len(units), *([1] * (each.ndim - 1))) for each in (x, y))  # once a unit
                without = _Without(number, side, units.repeat_interleave(len(x)))
                shares, scores = _watched(network, _answers(network, many, without), right)
                changes = (shares.reshape(len(units), -1) - free_share).mean(dim=1)
                logits: list[float | None] = [None] * len(units)
                if scores is not None and free_score is not None:
                    logits = (scores.reshape(len(units), -1) - free_score).mean(dim=1).tolist()
                found += [
                    SwitchedOff(number, DIRECTIONS[side], unit, what, change, logit, float(free_share.mean()), len(x))
                    for unit, change, logit in zip(units.tolist(), changes.tolist(), logits, strict=True)
                ]
            yield most_harm_first(found)


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
    """Scores, (batch, [time,] outputs)."""
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
    return scores


def _watched(network: Network, scores: Tensor, y: Tensor) -> tuple[Tensor, Tensor | None]:
    """What is watched of each sample, (batch,), and the score of what is right, None where there are no logits."""
    interface = network.interface
    shares = probabilities(scores, interface)
    match interface.answer:
        case "bit":
            right = y > 0.5
            logits = torch.where(right, scores, -scores).flatten(1).mean(1)
            return torch.where(right, shares, 1.0 - shares).flatten(1).mean(1), logits
        case "number":
            return (scores - y).square().flatten(1).mean(1), None
        case _:
            if interface.every_step:
                scores, shares, y = scores[:, -1], shares[:, -1], y[:, -1]
            if interface.answer == "class":
                return shares.gather(1, y[:, None])[:, 0], scores.gather(1, y[:, None])[:, 0]
            vectors = vectors_of(network)
            assert vectors is not None  # they come with such answers
            return cosines(scores, vectors).gather(1, y[:, None])[:, 0], None
