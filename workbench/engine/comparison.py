"""Published against ours: the same measure, on the same part of the test split where there is one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workbench.config import Published
from workbench.engine.score import Score, Share


@dataclass(frozen=True)
class Comparison:
    """A published figure and the number of ours that is to be held against it.

    ``here`` is in the published unit. ``share`` is what it was counted on, None where it is no share of answers; then
    ``measure`` names it. ``is_same``: the preset names exactly this number as the comparable one; otherwise it is the
    nearest there is. ``total``: all of the test split, where it has shares.
    """

    published: Published
    here: float
    share: Share | None
    measure: str
    is_same: bool
    total: Share | None

    @property
    def is_reached(self) -> bool:
        """Whether ours is at least as good."""
        if self.published.better == "higher":
            return self.here >= self.published.figure
        return self.here <= self.published.figure

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of ``total`` in the published unit, where that is a percentage."""
        if self.total is None or not is_percentage(self.published.unit):
            return None
        low, high = sorted(in_unit(edge, self.published.unit) for edge in self.total.interval())
        return low, high

    def document(self) -> dict[str, Any]:
        """As plain values for JSON."""
        published = self.published
        document: dict[str, Any] = {
            "published": published.figure, "unit": published.unit, "better": published.better,
            "test_set": published.test_set, "source": published.source,
            "here": self.here, "on": self.share.caption if self.share else self.measure, "same_test_set": self.is_same,
            "reached": self.is_reached,
        }  # fmt: skip
        if self.share is not None:
            document["of"] = self.share.count
        if self.total is not None and self.interval is not None:
            document["all"] = {
                "here": in_unit(self.total.accuracy, published.unit), "on": self.total.caption, "of": self.total.count,
                "interval_95": list(self.interval),
            }  # fmt: skip
        return document

    def sentence(self, tr: Callable[[str], str] = str) -> str:
        """``Published 95.3 % right (first 256 digits), here 98.4 % (the same 256), 98.3 % of all 10,000 (...)``.

        ``tr`` translates, where there is a language to translate to.
        """
        unit = self.published.unit
        words = tr("Published {figure}").format(figure=figure_words(self.published.figure, unit))
        if self.published.test_set:
            words += f" ({self.published.test_set})"
        words += tr(", here {number}").format(number=our_words(self.here, self.published))
        if self.share is None:
            words += f" ({self.measure})"
        elif self.is_same and self.share != self.total:
            words += tr(" (the same {count:,})").format(count=self.share.count)
        if self.total is not None and self.interval is not None:
            low, high = self.interval
            if self.share != self.total:
                words += f", {our_words(in_unit(self.total.accuracy, unit), self.published)}"
            words += tr(" of {what} (95 % interval {low:.2f} to {high:.2f})").format(
                what=self.total.caption, low=low, high=high
            )
        return words


def compare(published: Published | None, score: Score) -> Comparison | None:
    """Finds the number of ours that compares; None where nothing was published, or nothing in its unit measured."""
    if published is None:
        return None
    total = score.total if score.total.count else None
    wanted = published.compare
    for share in (score.total, *score.parts):
        if share.count and share.caption == wanted:
            return Comparison(published, in_unit(share.accuracy, published.unit), share, share.caption, True, total)
    for fact in score.facts:
        if fact.name == wanted:
            return Comparison(published, fact.value, None, fact.name, True, total)
    if not is_percentage(published.unit):
        return Comparison(published, score.loss, None, f"loss on {score.caption}", wanted == "loss", total)
    if total is None:
        return None
    return Comparison(published, in_unit(total.accuracy, published.unit), total, total.caption, False, total)


def is_percentage(unit: str) -> bool:
    """Whether a figure counts answers."""
    return unit in ("percent right", "percent wrong")


def in_unit(accuracy: float, unit: str) -> float:
    """A share of right answers, 0..1, in the unit of a published figure."""
    return 100.0 * (1.0 - accuracy) if unit == "percent wrong" else 100.0 * accuracy


def our_words(number: float, published: Published) -> str:
    """One of our numbers: ``98.44 %``, or with as many digits as the published one has."""
    if is_percentage(published.unit):
        return f"{number:.2f} %"
    digits = len(f"{published.figure:.15g}".partition("e")[0].replace("-", "").replace(".", "").lstrip("0"))
    return f"{number:.{max(4, digits)}g}"


def figure_words(figure: float, unit: str) -> str:
    """A published figure as it was printed: ``95.3 % right``, ``mean squared error 1.05172e-06``."""
    return f"{figure:g} %{unit.removeprefix('percent')}" if is_percentage(unit) else f"{unit} {figure:.15g}"
