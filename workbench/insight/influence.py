"""Influence: what each row, pixel, word or number of a sample had to do with the answer, by two methods."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.engine.trained import Trained
from workbench.insight.continuous import Continuous, Kind, Nothing
from workbench.insight.erasing import Erasures, erase_each
from workbench.insight.explained import Explained, explained
from workbench.insight.integrated_gradients import Gradients, integrated_gradients
from workbench.outcome import outcome

Method = Literal["gradients", "erasing"]
#: So many rows on either side are named in sentences.
_TOLD = 3

METHODS: tuple[Method, ...] = ("gradients", "erasing")

#: What the path begins at and what erased parts become, in words.
NOTHINGS: dict[Nothing, str] = {
    "blank": "a blank picture",
    "black": "a black picture",
    "zero vector": "the zero vector for every word",
    "number 0": "the number 0 for every word",
    "zeros": "zeros",
}


@dataclass(frozen=True)
class Influence:
    """The influence of a sample's parts on what is ``explained``. A positive one speaks for it, a negative one against.

    ``belief``: the answer to the whole sample, (classes,), or (steps,) for bits and numbers. ``words``: what was read,
    where words were. ``shape``: that of the parts, (height, width) pixels, (time,) words or (time, width) numbers.
    """

    explained: Explained
    kind: Kind
    nothing: Nothing
    belief: NDArray[np.float32]
    shape: tuple[int, ...]
    words: tuple[str, ...] = ()
    gradients: Gradients | None = None
    erasures: Erasures | None = None

    def parts(self, method: Method) -> NDArray[np.float64]:
        """Of each part. By erasing, every pixel of a patch has the patch's value: they do not add up."""
        if method == "gradients":
            assert self.gradients is not None
            return self.gradients.parts
        assert self.erasures is not None
        patches, side = self.erasures.patches, self.erasures.patch
        if side == 1:
            return patches
        return patches.repeat(side, axis=0).repeat(side, axis=1)[: self.shape[0], : self.shape[1]]

    def rows(self, method: Method) -> NDArray[np.float64]:
        """Of each row of a picture, each word, or each step."""
        if method == "gradients":
            parts = self.parts(method)
            return parts if parts.ndim == 1 else np.asarray(parts.sum(axis=1))
        assert self.erasures is not None
        return self.erasures.rows

    def lines(self) -> list[str]:
        """What was found, in sentences."""
        what = self.explained.sentence()
        said = []
        if self.gradients is not None:
            g, nothing = self.gradients, NOTHINGS[self.nothing]
            said.append(f"{what[:1].upper()}{what[1:]} is {g.score:.3f}; for {nothing} it is {g.score_of_nothing:.3f}.")
            end = "." if g.closes else ", which does not close within 1 %."
            said.append(f"Integrated gradients at {g.points} points add up to {g.total:.3f} of {g.difference:.3f}{end}")
            said.append(self._most(self.rows("gradients")))
        if self.erasures is not None:
            each = {"picture": "row and each patch", "words": "word", "numbers": "step and each number"}[self.kind]
            said.append(f"Erasing each {each} in turn took {self.erasures.runs:,} more runs of the network.")
            said.append(self._most(self.rows("erasing")))
        return said

    def _most(self, rows: NDArray[np.float64]) -> str:
        """The rows, words or steps that matter most on either side."""
        order = np.argsort(-rows, kind="stable")
        sides = []
        speaking = {"for": order[rows[order] > 0], "against": order[rows[order] < 0][::-1]}
        for side, numbers in speaking.items():
            if numbers.size:
                told = ", ".join(f"{self._row_name(number)} {rows[number]:+.3g}" for number in numbers[:_TOLD].tolist())
                sides.append(f"most {side} it: {told}")
        sentence = "; ".join(sides) or "nothing mattered"
        return f"{sentence[:1].upper()}{sentence[1:]}."

    def _row_name(self, number: int) -> str:
        if self.words:
            return f"{self.words[number]} (word {number})"
        return f"{'row' if self.kind == 'picture' else 'step'} {number}"

    def document(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        what = self.explained
        document: dict[str, Any] = {
            "explained": {
                "what": what.sentence(), "measured": what.measured, "class": what.name or None,
                "against": what.against_name or None, "step": None if what.step < 0 else what.step,
            },
            "nothing": NOTHINGS[self.nothing],
        }  # fmt: skip
        if self.words:
            document["words"] = list(self.words)
        if self.gradients is not None:
            g = self.gradients
            document["gradients"] = {
                "points": g.points, "sum": g.total, "difference": g.difference, "closes": g.closes,
                "score": g.score, "score_of_nothing": g.score_of_nothing,
                "rows": self.rows("gradients").tolist(), "parts": g.parts.tolist(),
            }  # fmt: skip
        if self.erasures is not None:
            e = self.erasures
            document["erasing"] = {
                "how": "left out" if self.kind == "words" else "replaced by 0", "runs": e.runs,
                "score": e.score, "probability": e.share,
                "rows": _without(e.row_scores, e.row_shares, e),
            }  # fmt: skip
            if self.kind != "words":
                document["erasing"]["patch"] = e.patch
                document["erasing"]["patches"] = _without(e.patch_scores, e.patch_shares, e)
        return document


def _without(scores: NDArray[np.float64], shares: NDArray[np.float64], e: Erasures) -> dict[str, Any]:
    return {"fall": (e.score - scores).tolist(), "score": scores.tolist(), "probability": shares.tolist()}


def influence(
    trained: Trained,
    inputs: NDArray[np.generic],
    class_name: str | None = None,
    against: str | None = None,
    step: int | None = None,
    methods: tuple[Method, ...] = METHODS,
) -> Influence:
    """What mattered in a sample, (time, width) numbers or (time,) symbols, as a network reads it. Raises BadInput.

    ``class_name``: the class that is explained, None for the likeliest; ``against``: the class its score is compared
    with. ``step``: of which bit or number, where a network answers with these; None for the last.
    """
    asked = Continuous(trained.network())
    return outcome(influence_step_by_step(trained, asked, inputs, class_name, against, step, methods))


def influence_step_by_step(
    trained: Trained,
    asked: Continuous,
    inputs: NDArray[np.generic],
    class_name: str | None,
    against: str | None,
    step: int | None,
    methods: tuple[Method, ...],
) -> Generator[None, None, Influence]:
    """The same, pausing every few milliseconds, so that it can be given up for something newer."""
    x = torch.from_numpy(inputs)
    numbers = asked.numbers(x)
    with torch.inference_mode():
        belief = asked.belief(asked.scores(numbers))
    what = explained(trained, belief, class_name, against, step)
    gradients = (yield from integrated_gradients(asked, numbers, what)) if "gradients" in methods else None
    erasures = (yield from erase_each(asked, x, what)) if "erasing" in methods else None
    words = tuple(trained.classes[number] for number in inputs.tolist()) if asked.kind == "words" else ()
    return Influence(what, asked.kind, asked.nothing, belief, asked.shape(x), words, gradients, erasures)
