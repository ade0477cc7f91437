"""Scores: what a network got right of a split, of parts of it, and what else was measured."""

import math
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Share:
    """How many of some answers were right."""

    caption: str
    correct: int
    count: int

    @property
    def accuracy(self) -> float:
        """0..1; not a number where nothing can be right or wrong."""
        return self.correct / self.count if self.count else math.nan

    def interval(self) -> tuple[float, float]:
        """95 % interval of the true accuracy (Wilson, 1927)."""
        if not self.count:
            return math.nan, math.nan
        z, n, p = 1.959964, self.count, self.accuracy
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True)
class Fact:
    """One number that was measured beside the loss: "perplexity", 4.1."""

    name: str
    value: float
    unit: str = ""


@dataclass(frozen=True)
class Score:
    """How a network did on a split. ``total.count`` is 0 where answers are numbers, neither right nor wrong.

    ``parts``: the same for parts of the split, and for further splits; ``facts``: what else was measured.
    """

    loss: float
    total: Share
    parts: tuple[Share, ...] = ()
    facts: tuple[Fact, ...] = ()

    def with_split(self, other: "Score") -> "Score":
        """The same with another split counted beside it."""
        return replace(self, parts=(*self.parts, other.total, *other.parts))

    @property
    def accuracy(self) -> float:
        return self.total.accuracy

    @property
    def caption(self) -> str:
        return self.total.caption

    def document(self) -> dict[str, Any]:
        """As plain values for JSON; a number that does not exist is left out."""
        document: dict[str, Any] = {**_share(self.total), "loss": self.loss}
        if self.parts:
            document["parts"] = [_share(part) for part in self.parts]
        if self.facts:
            document["facts"] = {fact.name: fact.value for fact in self.facts}
        return document

    def lines(self) -> list[str]:
        """As text for the command line, the most important first."""
        shares = [_sentence(share) for share in (self.total, *self.parts) if share.count]
        if not self.total.count:
            shares.insert(0, f"loss {self.loss:.6g} on {self.caption}")
        return shares + [f"{fact.name}: {fact.value:.6g} {fact.unit}".rstrip() for fact in self.facts]


def _share(share: Share) -> dict[str, Any]:
    document: dict[str, Any] = {"on": share.caption}
    if share.count:
        document |= {
            "right": share.correct, "of": share.count, "accuracy": share.accuracy, "interval_95": list(share.interval())
        }  # fmt: skip
    return document


def _sentence(share: Share) -> str:
    low, high = share.interval()
    return (
        f"{100 * share.accuracy:.2f} % of {share.caption} ({share.correct:,} of {share.count:,}; "
        f"95 % interval {100 * low:.2f} to {100 * high:.2f} %)"
    )
