"""Integrated gradients: how much of a score is owed to each number that was read (Sundararajan, Taly and Yan, 2017)."""

from collections.abc import Generator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from workbench.insight.continuous import Continuous
from workbench.insight.explained import Explained

#: The path is cut into so many pieces at first, and the slope is taken at so many points of each.
FIRST_PIECES, POINTS = 4, 8

#: Pieces are halved where they do not close, until the slope was taken at so many points in all.
MOST_POINTS = 2_048

#: It closes when the sum differs from the difference of the two scores by no more than this share of it.
TOLERANCE = 0.01

#: Pieces are halved until all that they miss, whatever its sign, is no more than this share: a sum may close by luck.
AIM = 0.002

#: A score may be off by so many times the smallest difference that its numbers can have.
_ROUNDED = 16


@dataclass(frozen=True)
class Gradients:
    """``parts``: of the sample's parts, what each adds to the score. ``points``: at how many the integral was taken.

    Completeness (proposition 1 of the paper): ``total``, their sum, is ``difference``, the score of the sample less the
    score of nothing, but for the error of the integral. Both scores are measured. ``rounding``: differences as small
    as this say nothing at the precision in which the network computes.
    """

    parts: NDArray[np.float64]
    points: int
    score: float
    score_of_nothing: float
    rounding: float = 0.0

    @property
    def total(self) -> float:
        """What all parts add up to."""
        return float(self.parts.sum())

    @property
    def difference(self) -> float:
        """What they should add up to."""
        return self.score - self.score_of_nothing

    @property
    def closes(self) -> bool:
        """Whether they do, within ``TOLERANCE`` or the rounding of the scores."""
        return abs(self.total - self.difference) <= max(TOLERANCE * abs(self.difference), self.rounding)


class _Piece(NamedTuple):
    """A piece of the path between two shares of the sample."""

    begin: float
    end: float
    owed: NDArray[np.float64]  # (time, width): what each number adds on it
    missed: float  # its sum less what the score really rises by


def integrated_gradients(asked: Continuous, numbers: Tensor, what: Explained) -> Generator[None, None, Gradients]:
    """The influence of every part of a sample on ``what``; pauses after each batch of points, to be given up there.

    numbers: (1, time, width). The path is straight, from zeros; equation 1 of the paper, by Gauss and Legendre. What is
    added on any piece of the path must be what the score rises by on it, so that pieces with a sharp bend are found,
    and halved.
    """
    score_at: dict[float, float] = {}
    edges = [k / FIRST_PIECES for k in range(FIRST_PIECES + 1)]
    new, kept, taken = list(pairwise(edges)), list[_Piece](), 0
    while True:
        _measure(asked, numbers, what, score_at, [edge for piece in new for edge in piece])
        slopes = yield from _mean_slopes(asked, numbers, what, new)
        taken += POINTS * len(new)
        for (begin, end), slope in zip(new, slopes, strict=True):
            owed = numbers[0].double().numpy() * slope * (end - begin)  # (time, width)
            kept.append(_Piece(begin, end, owed, float(owed.sum()) - (score_at[end] - score_at[begin])))
        rounding = _ROUNDED * torch.finfo(numbers.dtype).eps * max(abs(score_at[0.0]), abs(score_at[1.0]))
        allowed = max(AIM * abs(score_at[1.0] - score_at[0.0]), rounding)
        missed = sum(abs(piece.missed) for piece in kept)
        # What is not a number closes nowhere.
        if missed <= allowed or taken >= MOST_POINTS or not np.isfinite(missed):
            break
        bad = [piece for piece in kept if abs(piece.missed) > allowed / len(kept)]
        kept = [piece for piece in kept if abs(piece.missed) <= allowed / len(kept)]
        middles = [(piece, (piece.begin + piece.end) / 2) for piece in bad]
        new = [half for piece, at in middles for half in ((piece.begin, at), (at, piece.end))]
    parts = asked.parts(np.sum([piece.owed for piece in kept], axis=0))
    return Gradients(parts, POINTS * len(kept), score_at[1.0], score_at[0.0], rounding)


def _measure(
    asked: Continuous, numbers: Tensor, what: Explained, known: dict[float, float], shares: list[float]
) -> None:
    """Adds the scores at some shares of the sample to those that are known."""
    unknown = sorted({share for share in shares if share not in known})
    if unknown:
        with torch.no_grad():
            along = torch.tensor(unknown, dtype=numbers.dtype)[:, None, None] * numbers
            known.update(zip(unknown, what.of(asked.scores(along)).double().tolist(), strict=True))


def _mean_slopes(
    asked: Continuous, numbers: Tensor, what: Explained, pieces: list[tuple[float, float]]
) -> Generator[None, None, NDArray[np.float64]]:
    """The gradient's mean over each piece of the path. -> (pieces, time, width)."""
    nodes, weights = np.polynomial.legendre.leggauss(POINTS)  # on -1..1, and weights that sum to 2
    at = np.array([begin + (end - begin) * (nodes + 1.0) / 2.0 for begin, end in pieces])  # (pieces, points)
    found = []
    at_once = max(1, min(16, 900 // numbers.shape[1]) // POINTS)  # pieces
    for first in range(0, len(pieces), at_once):
        shares = torch.from_numpy(at[first : first + at_once].ravel()).to(numbers.dtype)[:, None, None]
        with torch.enable_grad():
            along = (shares * numbers).requires_grad_()
            (slopes,) = torch.autograd.grad(what.of(asked.scores(along)).sum(), along)  # (points, time, width)
        each = slopes.double().reshape(-1, POINTS, *numbers.shape[1:])  # (pieces, points, time, width)
        found.append(torch.einsum("p,cptw->ctw", torch.from_numpy(weights / 2.0), each).numpy())
        yield
    return np.concatenate(found)
