"""Orders of a layer's units: their own, by when they peak, or clustered, those next to each other that run alike."""

from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

Order = Literal["own", "peak", "clustered"]
ORDERS: tuple[Order, ...] = get_args(Order)

Numbers = NDArray[np.int64]


def order_of(kind: Order, values: NDArray[np.floating]) -> Numbers:
    """The units from top to bottom, by their own numbers. values: (units, time) of one gate -> (units,)."""
    match kind:
        case "own":
            return np.arange(len(values), dtype=np.int64)
        case "peak":
            return by_peak(values)
        case "clustered":
            return clustered(values)


def by_peak(values: NDArray[np.floating]) -> Numbers:
    """By the step at which a unit is furthest from 0, above or below; those of one step in their own order.

    values: (units, time) -> (units,). What is not a number is no peak.
    """
    if not values.size:
        return np.arange(len(values), dtype=np.int64)
    peaks = np.abs(_numbers(values)).argmax(axis=1)  # (units,)
    return np.argsort(peaks, kind="stable").astype(np.int64)


def clustered(values: NDArray[np.floating]) -> Numbers:
    """The leaves of a tree that joins the units most alike first. values: (units, time) -> (units,).

    Alike are units whose values lie near each other at every step (Euclidean distance); clusters are as far apart as
    their units are on average (average linkage; Sokal and Michener, 1958). Of two clusters that join, each is turned
    so that the ends that meet are the nearest ones (Gruvaeus and Wainer, 1972).
    """
    distances = distances_between(values)
    leaves: dict[int, list[int]] = {unit: [unit] for unit in range(len(values))}
    for number, (one, other, _) in enumerate(average_linkage(distances), start=len(values)):
        leaves[number] = _meeting(leaves.pop(one), leaves.pop(other), distances)
    order = next(iter(leaves.values()), [])
    if order and order[0] > order[-1]:  # a tree has no top: so that the same units always stand the same way
        order.reverse()
    return np.array(order, dtype=np.int64)


def distances_between(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Euclidean distance of each unit's values to each other's. (units, time) -> (units, units)."""
    numbers = _numbers(values)
    squares = np.zeros((len(numbers), len(numbers)))
    for (
        step
    ) in numbers.T:  # a sum of squares, for a product of matrices would lose what nearly the same units differ by
        squares += np.subtract.outer(step, step) ** 2
    return np.sqrt(squares)


class Merge(NamedTuple):
    """Two clusters that join, and how far apart they were. Units come first; merge k makes cluster number units + k."""

    one: int
    other: int
    distance: float


def average_linkage(distances: NDArray[np.float64]) -> list[Merge]:
    """The merges of hierarchical clustering, the nearest clusters first. distances: (units, units).

    Found by walking from neighbour to nearest neighbour until two are each other's nearest (the nearest-neighbour
    chain; Murtagh, 1983): as many operations as there are pairs, where a search for the least would take the cube.
    """
    count = len(distances)
    apart = distances.astype(np.float64, copy=True)
    np.fill_diagonal(apart, np.inf)
    sizes = np.ones(count)
    members = list(range(count))  # by row of ``apart``, the number of the cluster that stands there
    found: list[Merge] = []  # in the order they were come upon
    chain: list[int] = []
    alive = np.ones(count, dtype=bool)
    while len(found) < count - 1:
        if not chain:
            chain.append(int(alive.argmax()))
        end = chain[-1]
        nearest = int(apart[end].argmin())
        if len(chain) > 1 and apart[end, chain[-2]] <= apart[end, nearest]:
            nearest = chain[-2]  # of equals the one it came from, or the walk would not end
        if len(chain) < 2 or nearest != chain[-2]:
            chain.append(nearest)
            continue
        del chain[-2:]
        # Never nearer than what its own clusters were joined at, which rounding might say.
        before = [found[number - count].distance for number in (members[end], members[nearest]) if number >= count]
        found.append(Merge(members[end], members[nearest], max(float(apart[end, nearest]), *before, 0.0)))
        kept, gone = min(end, nearest), max(end, nearest)
        mean = (sizes[end] * apart[end] + sizes[nearest] * apart[nearest]) / (sizes[end] + sizes[nearest])
        sizes[kept] = sizes[end] + sizes[nearest]
        apart[kept], apart[:, kept] = mean, mean
        apart[gone], apart[:, gone] = np.inf, np.inf
        apart[kept, kept] = np.inf
        alive[gone] = False
        members[kept] = count + len(found) - 1
    return _nearest_first(found, count)


def _nearest_first(found: list[Merge], units: int) -> list[Merge]:
    """The same merges by distance, and their clusters' numbers as they then are."""
    order = sorted(range(len(found)), key=lambda number: found[number].distance)
    after = {units + before: units + now for now, before in enumerate(order)}
    named = {**{unit: unit for unit in range(units)}, **after}
    return [Merge(named[found[k].one], named[found[k].other], found[k].distance) for k in order]


def _meeting(one: list[int], other: list[int], distances: NDArray[np.float64]) -> list[int]:
    """Two rows of leaves joined at their nearest ends."""
    ways = (
        (distances[one[-1], other[0]], one, other),
        (distances[one[0], other[0]], one[::-1], other),
        (distances[one[-1], other[-1]], one, other[::-1]),
        (distances[one[0], other[-1]], one[::-1], other[::-1]),
    )
    _, first, second = min(ways, key=lambda way: float(way[0]))
    return first + second


def _numbers(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """What is not a number counts as 0, and what is beyond all numbers as the largest that can be squared and added."""
    return np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=1e100, neginf=-1e100)
