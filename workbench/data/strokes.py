"""Our own handwriting: digits drawn by a generator, stroke by stroke, with the pen of the pad.

Each digit takes a style (``digit_styles``), mixes its ways, lets every point wander, and is then written by a hand of
its own: slant, turn, width, proportions, bend, roundness of corners, tremor, thickness and pressure are all drawn at
random. The same seed draws the same digits, block by block.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.data.digit_styles import Style, styles
from workbench.data.drawing import Drawing, Stroke
from workbench.data.ink import BOX, ink_of_segments
from workbench.data.pen import Floats, Segments

#: Digits are drawn in blocks of this many; each block depends on the seed and its number only.
BLOCK = 2000

# How differently people write: standard deviations in heights of the digit, unless said otherwise.
_WANDER = 0.065  # of each point
_BEYOND = 1.15  # how far mixtures reach: 1 keeps them between the ways
_TREMOR = 0.006
_ROUNDING = 0.28  # share of the way to the middle between two neighbours
_UPPER = 0.06  # of the waist's height
_TAPER = 0.2  # relative width of the lower part
_WIDTH = 0.23  # of the logarithm of the width
_BEND = 0.04
_SLANT, _SLANT_MIDDLE = 0.24, 0.1  # sideways for each height
_TURN = 0.1  # radians
_THICKNESS, _THICKNESS_SPREAD = 2.35, 0.29  # pixels of the box; of the logarithm; as MNIST's stroke widths
_BAR = 1.15  # ones are written thicker
_ROOM = 0.28  # the part of a digit's narrower side that a thick pen may take
# The part of the pad that a digit's longer side takes when one is drawn for showing.
_SHARE = 0.7


def generate(count: int, seed: int, start: int = 0) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Digits number start to start + count: images (count, 28, 28), ink 255 on 0, and labels (count,)."""
    images = np.empty((count, 28, 28), dtype=np.uint8)
    labels = np.empty(count, dtype=np.uint8)
    done = 0
    while done < count:
        block, first = divmod(start + done, BLOCK)
        some = min(BLOCK - first, count - done)
        drawn, named = _block(seed, block)
        images[done : done + some] = drawn[first : first + some]
        labels[done : done + some] = named[first : first + some]
        done += some
    return images, labels


def draw_one(label: int, generator: np.random.Generator) -> Drawing:
    """One digit as it would be drawn on the pad, its longer side about 70 % of the pad's."""
    lines = _write(np.array([label]), generator)
    low, high = lines.points.min(axis=0), lines.points.max(axis=0)
    scale = _SHARE / float((high - low).max())
    places = (lines.points - (low + high) / 2) * scale + 0.5
    thickness = 2 * float(lines.radius.mean()) * scale
    widths = lines.radius * 2 * scale / thickness
    strokes = []
    for begin, end in zip(np.flatnonzero(lines.begins), np.flatnonzero(lines.ends) + 1, strict=True):
        strokes.append(
            Stroke(
                tuple(
                    (float(x), float(y), float(w))
                    for (x, y), w in zip(places[begin:end], widths[begin:end], strict=True)
                )
            )
        )
    return Drawing(tuple(strokes), thickness)


@dataclass(frozen=True, eq=False)
class _Lines:
    """Points along the strokes of several digits, digit by digit; height of a digit about 1."""

    owner: npt.NDArray[np.intp]  # (n,): number of the digit
    points: Floats  # (n, 2)
    radius: Floats  # (n,): half the pen's width
    begins: npt.NDArray[np.bool_]  # (n,)
    ends: npt.NDArray[np.bool_]  # (n,)


def _block(seed: int, block: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    generator = np.random.default_rng([seed, block])
    labels = generator.integers(0, 10, BLOCK)
    lines = _write(labels, generator)
    here = np.flatnonzero(~lines.ends)
    segments = Segments(
        lines.owner[here],
        lines.points[here],
        lines.points[here + 1],
        (lines.radius[here] + lines.radius[here + 1]) / np.float32(2),
    )
    ink = ink_of_segments(segments, BLOCK)
    return (ink * 255 + 0.5).astype(np.uint8), labels.astype(np.uint8)


def _write(labels: npt.NDArray[np.intp], generator: np.random.Generator) -> _Lines:
    """Every digit of ``labels`` in a hand of its own, in the order of the labels."""
    chosen = _chosen_styles(labels, generator)
    batches = [_placed(styles()[number], np.flatnonzero(chosen == number), generator) for number in np.unique(chosen)]
    owner = np.concatenate([batch.owner for batch in batches])
    order = np.argsort(owner, kind="stable")
    owner = owner[order]
    points = np.concatenate([batch.points for batch in batches])[order]
    begins = np.concatenate([batch.begins for batch in batches])[order]
    ends = np.concatenate([batch.ends for batch in batches])[order]
    count = len(labels)
    points = _rounded(points, begins | ends, np.abs(generator.normal(0, _ROUNDING, count)).clip(0, 0.7)[owner])
    points = _by_hand(points, owner, count, generator)
    points += generator.normal(0, _TREMOR, points.shape).astype(np.float32)
    radius = _pen(points, owner, labels, generator)
    return _Lines(owner, points, radius, begins, ends)


def _chosen_styles(labels: npt.NDArray[np.intp], generator: np.random.Generator) -> npt.NDArray[np.intp]:
    """A style for each label, by the styles' weights."""
    chosen = np.empty(len(labels), dtype=np.intp)
    luck = generator.random(len(labels))
    for digit in np.unique(labels):
        numbers = np.array([number for number, style in enumerate(styles()) if style.digit == digit])
        shares = np.cumsum([styles()[number].weight for number in numbers])
        some = labels == digit
        chosen[some] = numbers[np.searchsorted(shares / shares[-1], luck[some], side="right")]
    return chosen


def _placed(style: Style, owners: npt.NDArray[np.intp], generator: np.random.Generator) -> _Lines:
    """Digits of one style: a mixture of its ways, each point wandering a little, sampled along the curves."""
    count, (ways, points, _) = len(owners), style.ways.shape
    shares = generator.gamma(0.7, size=(count, ways))
    shares /= shares.sum(axis=1, keepdims=True)
    shares = (shares - 1 / ways) * _BEYOND + 1 / ways  # a little beyond the ways, too
    places = (shares.astype(np.float32) @ style.ways.reshape(ways, -1)).reshape(count, points, 2)
    # Most hands are neat, some are not.
    care = generator.uniform(0.3, 1.5, (count, 1, 1)) * _WANDER
    wander = generator.normal(0, 1, (count, points, 2)) * style.free[:, None] * care
    sampled = style.curve @ (places + wander.astype(np.float32))  # (count, samples, 2)
    samples = len(style.curve)
    return _Lines(
        np.repeat(owners, samples),
        sampled.reshape(-1, 2),
        np.zeros(0, dtype=np.float32),
        np.tile(style.begins, count),
        np.tile(style.ends, count),
    )


def _rounded(points: Floats, fixed: npt.NDArray[np.bool_], amount: npt.NDArray[np.float64]) -> Floats:
    """Points drawn towards the middle of their neighbours, which rounds corners; ``fixed`` ones stay."""
    share: Floats = np.where(fixed, 0, amount).astype(np.float32)[1:-1, None]
    rounded = points.copy()
    for _ in range(2):
        middle = (rounded[:-2] + rounded[2:]) / np.float32(2)
        rounded[1:-1] += share * (middle - rounded[1:-1])
    return rounded


def _by_hand(points: Floats, owner: npt.NDArray[np.intp], count: int, generator: np.random.Generator) -> Floats:
    """The hand's part: proportions, bends, width, slant and turn, each digit's own."""

    def each(spread: float, middle: float = 0.0) -> Floats:
        return generator.normal(middle, spread, count).astype(np.float32)[owner]

    x, y = points[:, 0] - np.float32(0.3), points[:, 1] - np.float32(0.5)
    full = np.float32(2 * np.pi)
    # Proportions: the upper part grows at the lower one's cost, left at right's, and the width changes with height.
    y = y + each(_UPPER) * np.cos(y * np.float32(np.pi))
    x = x * (1 + each(_TAPER) * y * 2) * np.exp(np.clip(each(_WIDTH), -0.5, 0.6))
    # Elastic bend: slow waves of each direction along the other.
    x = x + each(_BEND) * np.sin(full * (y * np.float32(0.8) + each(0.3)))
    y = y + each(_BEND) * np.sin(full * (x * np.float32(0.8) + each(0.3)))
    x = x - each(_SLANT, _SLANT_MIDDLE) * y
    turn = each(_TURN)
    sine, cosine = np.sin(turn), np.cos(turn)
    return np.stack([cosine * x - sine * y, sine * x + cosine * y], axis=1)


def _pen(
    points: Floats, owner: npt.NDArray[np.intp], labels: npt.NDArray[np.intp], generator: np.random.Generator
) -> Floats:
    """Half the pen's width at each point: a thickness for each digit, a pressure that changes slowly along it."""
    count = len(labels)
    firsts = np.flatnonzero(np.diff(owner, prepend=-1))
    sides = np.maximum.reduceat(points, firsts) - np.minimum.reduceat(points, firsts)  # (digits, 2)
    size = sides.max(axis=1)
    width = np.exp(generator.normal(np.log(_THICKNESS), _THICKNESS_SPREAD, count)).clip(1.1, 6)
    # Nobody fills a narrow digit's loops by choosing too thick a pen; a bar has none.
    roomy = 1.0 + _ROOM * BOX * sides.min(axis=1) / size
    width = np.where(labels == 1, _BAR * width, np.minimum(width, roomy))
    # Relative to the whole ink, whose own width takes part of the box.
    thickness = (width / (BOX - width) * size).astype(np.float32)
    along = np.arange(len(points)) - np.repeat(firsts, np.diff(firsts, append=len(points)))
    pace = generator.uniform(0.05, 0.3, count).astype(np.float32)
    phase = generator.uniform(0, 2 * np.pi, count).astype(np.float32)
    depth = np.abs(generator.normal(0, 0.12, count)).clip(0, 0.4).astype(np.float32)
    pressure = 1 + depth[owner] * np.sin(along * pace[owner] + phase[owner])
    radius: Floats = (thickness[owner] / 2 * pressure).astype(np.float32)
    return radius
