"""Erasing: parts of a sample are really taken away, and the network is run again on what remains."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from workbench.insight.continuous import Continuous
from workbench.insight.explained import Explained

#: Side of the square patches that a picture is erased in, in pixels.
PATCH = 4

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Erasures:
    """What a score and its probability became when each row, and each patch, was erased alone.

    Rows are those of a picture, the words, or the steps. ``patches``: squares of ``patch`` parts a side, (down,
    across); single numbers of the steps; for words the words again. ``score`` and ``share`` are those of the whole
    sample; a share is the probability, or the number or cosine where there is none.
    """

    score: float
    share: float
    row_scores: NDArray[np.float64]
    row_shares: NDArray[np.float64]
    patch: int
    patch_scores: NDArray[np.float64]
    patch_shares: NDArray[np.float64]
    runs: int

    @property
    def rows(self) -> NDArray[np.float64]:
        """By how much the score fell without each row."""
        return self.score - self.row_scores

    @property
    def patches(self) -> NDArray[np.float64]:
        """By how much the score fell without each patch."""
        return self.score - self.patch_scores


def without(asked: Continuous, x: Tensor, erased: Mask) -> Tensor:
    """What is read of a sample without its erased parts. x: (time, width) or (time,) -> (1, time, width).

    Pixels and numbers become 0. Words are left out, so that the sequence is shorter, as the network reads sentences of
    any length; when none would be left they are all replaced by the zero vector (or the number 0).
    """
    numbers = asked.numbers(x)
    match asked.kind:
        case "words":
            keep = torch.from_numpy(~erased)
            return numbers[:, keep] if bool(keep.any()) else torch.zeros_like(numbers)
        case "picture":
            assert asked.interface.picture is not None
            gone = np.broadcast_to(erased[:, :, None], asked.interface.picture).reshape(numbers.shape[1:])
            return numbers.masked_fill(torch.from_numpy(gone.copy())[None], 0.0)
        case _:
            return numbers.masked_fill(torch.from_numpy(erased)[None], 0.0)


def belief_without(asked: Continuous, x: Tensor, erased: Mask) -> NDArray[np.float32]:
    """What the network answers to what remains: (classes,), or (steps,) for bits and numbers."""
    with torch.inference_mode():
        return asked.belief(asked.scores(without(asked, x, erased)))


def erase_each(asked: Continuous, x: Tensor, what: Explained) -> Generator[None, None, Erasures]:
    """Erases every row and every patch in turn; pauses after each batch of runs, to be given up there."""
    shape, words = asked.shape(x), asked.kind == "words"
    rows = _rows(shape)
    patch = PATCH if asked.kind == "picture" else 1
    patches = [] if words else _patches(shape, patch)
    whole = asked.numbers(x)
    with torch.inference_mode():
        scores = asked.scores(whole)
        score, share = float(what.of(scores)), _share(asked, scores, what)[0]
    found: list[tuple[float, float]] = []
    runs = 0
    masks = [*rows, *patches]
    at_once = max(8, min(32, 1_800 // whole.shape[1]))
    for first in range(0, len(masks), at_once):
        left = [without(asked, x, mask) for mask in masks[first : first + at_once]]
        # What was blank before is no other sample: its score is the same, to the last digit.
        changed = [
            k for k, numbers in enumerate(left) if numbers.shape != whole.shape or not torch.equal(numbers, whole)
        ]
        some = [(score, share)] * len(left)
        if changed:
            with torch.inference_mode():
                scores = asked.scores(torch.cat([left[k] for k in changed]))
                pairs = zip(what.of(scores).double().tolist(), _share(asked, scores, what), strict=True)
            for k, pair in zip(changed, pairs, strict=True):
                some[k] = pair
            runs += len(changed)
        found += some
        yield
    after = np.array(found, dtype=np.float64).reshape(-1, 2)
    of_rows, of_patches = after[: len(rows)], after[: len(rows)] if words else after[len(rows) :]
    across = shape if words else tuple(-(-side // patch) for side in shape)
    return Erasures(
        score, share, of_rows[:, 0], of_rows[:, 1], patch,
        of_patches[:, 0].reshape(across), of_patches[:, 1].reshape(across), runs,
    )  # fmt: skip


def _share(asked: Continuous, scores: Tensor, what: Explained) -> list[float]:
    shares: list[float] = asked.shares(scores)[:, what.step, what.output].double().tolist()
    return shares


def _rows(shape: tuple[int, ...]) -> list[Mask]:
    masks = []
    for row in range(shape[0]):
        mask = np.zeros(shape, dtype=np.bool_)
        mask[row] = True
        masks.append(mask)
    return masks


def _patches(shape: tuple[int, ...], side: int) -> list[Mask]:
    masks = []
    for top in range(0, shape[0], side):
        for left in range(0, shape[1], side):
            mask = np.zeros(shape, dtype=np.bool_)
            mask[top : top + side, left : left + side] = True
            masks.append(mask)
    return masks
