"""The ways people write each digit, as points that the pen passes: a table to look at and to add to.

A style is one way of writing a digit, given by several examples ("ways") of the same movement of the pen. A digit of
that style is a random mixture of its ways, so two ways stand for everything between them.

One way is text: points ``x,y`` in percent of the digit's height, x to the right and y down; ``!`` marks a corner (the
pen turns there, while it runs smoothly through every other point), ``/`` lifts the pen. All ways of a style have the
same points, corners and lifts.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Distance of the sampled points along a stroke, in heights of the digit.
_SPACING = 0.095


@dataclass(frozen=True, eq=False)
class Style:
    """One way of writing a digit, ready to be mixed and sampled."""

    digit: int
    weight: float
    ways: npt.NDArray[np.float32]  # (ways, points, 2)
    free: npt.NDArray[np.float32]  # (points,): how freely each point wanders; ends of strokes more than the rest
    curve: npt.NDArray[np.float32]  # (samples, points): the smooth line through the points, sampled
    begins: npt.NDArray[np.bool_]  # (samples,): the pen touches down here
    ends: npt.NDArray[np.bool_]  # (samples,): the pen lifts here


def _style(digit: int, weight: float, *ways: str) -> Style:
    parsed = [_parse(way) for way in ways]
    points, corners, starts = parsed[0]
    for other in parsed[1:]:
        assert (other[1], other[2]) == (corners, starts), f"the ways of a {digit} differ: {ways}"
    places = np.array([way[0] for way in parsed], dtype=np.float32) / 100  # (ways, points, 2)
    free = np.ones(len(points), dtype=np.float32)
    rows: list[npt.NDArray[np.float64]] = []
    begins: list[bool] = []
    ends: list[bool] = []
    for first, after in zip(starts, [*starts[1:], len(points)], strict=True):
        free[first] = free[after - 1] = 1.6
        cuts = [first, *(corner for corner in corners if first < corner < after - 1), after - 1]
        stroke: list[npt.NDArray[np.float64]] = []
        for begin, end in zip(cuts[:-1], cuts[1:], strict=True):
            curve = _catmull_rom(places, begin, end)
            stroke.extend(curve if not stroke else curve[1:])  # a corner belongs to both of its curves
        rows += stroke
        begins += [True] + [False] * (len(stroke) - 1)
        ends += [False] * (len(stroke) - 1) + [True]
    return Style(digit, weight, places, free, np.array(rows, dtype=np.float32), np.array(begins), np.array(ends))


def _parse(way: str) -> tuple[list[tuple[float, float]], list[int], list[int]]:
    """Points, numbers of the corners, and numbers of each stroke's first point."""
    points: list[tuple[float, float]] = []
    corners: list[int] = []
    starts: list[int] = []
    for stroke in way.split("/"):
        starts.append(len(points))
        for word in stroke.split():
            if word.endswith("!"):
                corners.append(len(points))
            x, y = word.rstrip("!").split(",")
            points.append((float(x), float(y)))
    return points, corners, starts


def _catmull_rom(places: npt.NDArray[np.float32], first: int, last: int) -> list[npt.NDArray[np.float64]]:
    """Rows of weights that sample the curve through points first..last of all points (Catmull and Rom, 1974).

    Between b and c, with a before and d after, at u in 0..1:
    ((-u + 2u² - u³) a + (2 - 5u² + 3u³) b + (u + 4u² - 3u³) c + (-u² + u³) d) / 2. At an end the neighbour that is
    missing is the end's mirror image of the point next to it.
    """
    number = places.shape[1]
    unit = np.eye(number)
    rows = [unit[first]]
    for b in range(first, last):
        c = b + 1
        before = unit[b - 1] if b > first else 2 * unit[b] - unit[c]
        after = unit[c + 1] if c < last else 2 * unit[c] - unit[b]
        length = float(np.hypot(*(places[:, c] - places[:, b]).T).mean())
        pieces = max(1, round(1.1 * length / _SPACING))
        for u in np.arange(1, pieces + 1) / pieces:
            rows.append(
                (
                    (-u + 2 * u**2 - u**3) * before
                    + (2 - 5 * u**2 + 3 * u**3) * unit[b]
                    + (u + 4 * u**2 - 3 * u**3) * unit[c]
                    + (-(u**2) + u**3) * after
                )
                / 2
            )
    return rows


# fmt: off
STYLES: tuple[Style, ...] = (
    # 0: one round stroke; it closes, stops short, runs past its start, or curls inwards.
    _style(0, 8,
           "38,0 12,14 0,50 11,86 36,100 62,85 73,48 61,12 38,0 30,2",
           "40,3 14,18 2,52 10,84 32,99 56,88 68,52 60,16 36,-1 16,10",
           "46,6 18,10 1,46 8,84 36,100 64,88 74,52 68,22 56,6 46,0",
           "30,2 8,22 0,55 14,90 38,100 62,80 70,44 58,10 36,-2 32,14"),
    _style(0, 1.5,  # clockwise, from the left or the bottom
           "20,16 42,0 66,16 74,50 62,86 36,100 10,86 0,52 12,20 34,4",
           "8,30 30,2 58,8 72,40 66,80 40,100 12,90 0,60 6,28 24,14"),
    _style(0, 1,  # a curl at the top, where the stroke crosses itself
           "60,2 34,2 6,28 2,66 24,98 56,92 72,58 62,20 36,8 40,22 66,14",
           "74,0 40,6 8,30 2,70 26,100 58,88 70,50 56,16 28,6 22,16 48,16"),
    # 1: a bar; a flag; a foot.
    _style(1, 8, "10,0 10,50 10,100", "10,0 14,50 10,100", "6,0 4,50 10,100", "10,0 10,45 13,100"),
    _style(1, 1.6, "14,24 40,0! 40,50 40,100", "0,38 40,0! 38,50 36,100", "26,10 40,0! 41,50 42,100",
           "6,20 40,0! 38,50 36,100"),
    _style(1, 0.8, "16,20 34,6 42,10 40,50 38,100", "4,34 26,10 38,6 38,50 34,100", "20,6 34,0 40,12 40,50 40,100"),
    _style(1, 1.8, "14,24 40,0! 40,50 40,100 / 10,100 40,100 72,99", "0,32 40,0! 40,50 40,100 / 0,100 40,98 86,96",
           "20,14 40,0! 40,50 38,98 / 16,100 40,101 62,100", "2,12 40,0! 40,50 38,98 / 0,100 40,101 72,100"),
    _style(1, 0.2, "40,0 40,50 40,100 / 14,100 40,99 68,98", "40,0 39,50 38,96 / 4,98 40,100 78,100"),
    # 2: a bare foot, a loop at the foot, a swan's foot, a Z.
    _style(2, 4,
           "4,22 30,0 58,20 38,60 0,100! 36,98 74,100",
           "0,30 26,0 62,14 46,58 4,98! 40,94 86,94",
           "6,8 34,0 56,24 34,62 4,96! 34,100 64,104",
           "0,16 36,-2 66,26 40,68 0,100! 40,100 70,92"),
    _style(2, 4,
           "4,20 30,0 58,20 44,58 18,90 3,94 6,78 24,78 46,92 76,96",
           "0,28 28,0 60,12 50,50 22,88 2,96 0,84 18,78 50,94 90,88",
           "8,12 34,0 60,26 42,66 14,96 2,92 10,82 26,84 44,96 70,104",
           "2,16 34,-2 66,20 52,56 26,92 4,100 -2,76 20,66 48,84 86,98"),
    _style(2, 2,
           "4,20 30,0 58,20 40,62 12,94 2,98 12,94 42,94 76,98",
           "0,26 28,0 60,16 48,56 16,94 4,100 18,92 44,92 84,92",
           "6,10 36,0 60,24 36,66 8,95 2,96 16,96 38,100 66,106"),
    _style(2, 1.5,
           "2,6 34,2 64,5! 32,52 0,100! 36,99 70,98",
           "4,2 36,4 68,0! 40,48 6,96! 44,98 88,96",
           "0,12 32,0 62,12! 36,56 0,98! 34,102 66,102"),
    _style(2, 0.6,  # the head curls in
           "26,28 8,26 12,6 40,0 60,22 42,62 2,98! 40,97 80,96",
           "22,34 2,24 14,2 44,-2 62,24 46,60 8,96! 40,94 74,100"),
    # 3: two bowls that meet in a corner, in a loop, or hardly; a flat top.
    _style(3, 6,
           "6,13 32,0 60,10 54,33 26,47! 56,52 68,74 50,96 22,100 0,88",
           "0,10 30,0 58,14 50,36 34,46! 60,54 64,78 44,98 16,98 -6,82",
           "10,18 36,0 62,16 58,36 16,44! 48,46 72,68 56,94 26,102 4,94",
           "2,4 28,0 52,14 48,30 30,40! 58,46 74,70 58,94 26,102 -4,96"),
    _style(3, 2,
           "6,12 34,0 60,16 48,38 26,48 28,44 48,48 67,70 46,97 2,90",
           "2,8 32,0 58,16 44,42 18,52 18,42 40,44 66,66 42,100 -8,88",
           "10,14 36,0 62,14 54,36 38,46 40,48 54,52 66,74 46,98 6,94",
           "4,10 34,-2 62,12 46,40 24,44 30,52 46,44 70,66 48,100 0,96"),
    _style(3, 1.2,
           "2,4 32,3 62,2! 44,22 24,42! 56,46 68,72 44,98 0,90",
           "6,6 32,0 58,4! 48,20 34,38! 62,50 66,76 40,100 4,96",
           "0,0 34,2 70,0! 46,22 22,40! 54,38 74,66 52,96 -4,100"),
    # 4: open or closed, in two strokes or one.
    _style(4, 5,
           "12,2 0,54! 34,53 66,50 / 56,0 50,50 46,100",
           "20,8 2,60! 36,56 78,50 / 50,14 46,55 44,100",
           "6,0 4,46! 30,50 58,48 / 60,4 58,50 56,100",
           "26,0 4,50! 30,54 74,56 / 64,4 54,52 42,100"),
    _style(4, 3,
           "10,2 0,34 8,54 34,52 62,46 / 62,0 54,50 48,100",
           "20,4 4,36 4,54 28,55 70,46 / 66,2 52,50 36,100",
           "6,0 2,40 18,54 38,50 56,44 / 58,-4 57,50 56,100",
           "4,10 0,36 14,48 32,46 54,36 / 60,4 56,50 54,100"),
    _style(4, 2.5,
           "46,0 22,32 0,64! 38,63 78,62 / 48,2 48,50 48,100",
           "54,0 24,28 0,58! 40,60 84,58 / 52,10 48,50 44,100",
           "42,2 18,34 2,66! 36,66 66,68 / 46,0 45,50 44,100"),
    _style(4, 1.5,  # the upright is short and starts low
           "30,0 14,30 0,60! 34,58 68,56 / 46,32 42,66 40,100",
           "20,0 10,28 2,58! 28,59 56,58 / 40,36 38,66 36,100",
           "38,0 16,32 0,56! 36,60 76,58 / 50,26 46,64 40,102",
           "16,0 8,36 4,70! 30,68 60,64 / 38,42 38,70 38,100"),
    _style(4, 2,  # in one stroke, the corner at the top right
           "8,4 0,36 14,52 40,40 58,6! 50,50 42,100",
           "14,2 2,34 10,54 38,46 62,2! 52,48 34,100",
           "4,8 0,42 20,52 44,40 54,2! 54,50 52,100",
           "20,2 4,30 6,48 30,46 54,12! 48,50 46,100"),
    _style(4, 0.8,  # in one stroke, down, across, up and down again
           "26,0 12,30 0,56! 30,56 62,52! 56,20! 50,60 44,100",
           "34,0 14,32 0,60! 26,58 54,56! 50,24! 46,62 42,100"),
    # 5: bar, back and bowl; the bar apart or in one go; an S.
    _style(5, 4,
           "20,4 14,42! 40,36 64,62 46,94 20,100 0,90 / 20,4 44,2 68,0",
           "14,8 10,46! 38,42 58,66 40,96 14,98 -6,84 / 12,6 40,4 78,-4",
           "22,2 10,38! 36,30 68,56 54,90 24,102 2,96 / 24,8 46,6 62,8",
           "26,6 16,40! 36,40 56,66 38,94 12,98 -10,92 / 28,2 58,2 96,-8"),
    _style(5, 3,
           "68,0 44,2 20,4! 13,42! 40,36 64,62 46,94 20,100 0,90",
           "84,-4 54,2 26,6! 14,40! 36,38 56,64 38,94 10,98 -12,88",
           "60,4 38,3 16,2! 16,44! 44,38 66,66 42,96 18,100 2,92"),
    _style(5, 2.5,
           "70,3 40,0 14,20 32,44 58,66 38,98 0,92",
           "84,0 50,0 22,16 30,42 50,66 30,98 -12,94",
           "62,8 36,0 10,18 34,46 62,70 40,100 2,86",
           "74,-4 40,2 18,24 30,44 46,64 28,96 -6,100"),
    _style(5, 2,
           "20,2 12,30 22,44 50,46 60,70 36,99 0,90 / 18,3 44,1 68,0",
           "24,4 14,28 18,42 46,48 54,74 26,100 -10,92 / 26,4 56,0 90,-8",
           "16,0 12,34 26,44 54,44 64,66 44,98 4,96 / 16,6 38,6 60,6"),
    _style(5, 1,  # the bowl is small and the bar is a hook
           "64,-2 34,4! 18,36 34,44 46,62 40,86 12,98",
           "76,0 36,2! 20,36 36,42 50,60 38,90 0,96",
           "58,6 26,2! 14,32 30,42 48,64 44,94 20,112"),
    # 6: a long back and a bowl, which closes, stops short or crosses the back.
    _style(6, 7,
           "50,0 22,24 2,62 14,96 40,98 57,76 42,54 18,64 6,82",
           "40,0 16,30 2,66 16,98 40,94 50,74 36,60 16,70 4,86",
           "58,4 24,18 0,58 12,94 42,100 62,74 46,48 20,54 4,72",
           "34,0 10,30 0,68 20,100 48,92 54,66 38,52 14,64 8,78"),
    _style(6, 3,
           "12,0 4,40 4,76 22,100 48,90 52,66 34,56 14,66 4,82",
           "22,0 6,36 0,74 20,100 44,92 50,72 34,60 14,70 0,90",
           "6,0 2,44 6,84 28,100 54,86 54,60 34,50 12,62 6,74"),
    _style(6, 2,
           "64,0 30,16 4,54 10,92 38,100 66,82 58,60 32,58 6,66",
           "56,2 26,20 4,56 12,94 40,98 60,78 46,58 24,62 14,78",
           "74,2 36,14 4,50 10,90 42,100 72,82 62,58 34,54 2,58"),
    _style(6, 1,  # the bowl ends in a curl or is left open
           "46,0 18,26 2,64 16,98 42,96 54,74 40,60 24,68 30,82",
           "52,0 20,28 2,66 16,98 40,98 56,80 52,62 40,60 28,66"),
    # 7: a bar and a stem; a corner or a bend; a serif; a bar across the stem.
    _style(7, 5,
           "0,6 32,4 64,2! 44,46 28,100",
           "2,2 36,6 72,4! 48,44 18,100",
           "0,12 28,4 56,0! 46,48 42,100",
           "0,0 30,4 60,8! 52,52 50,100"),
    _style(7, 2.5,
           "0,12 28,2 56,6 48,42 28,100",
           "0,4 32,2 62,8 44,46 14,100",
           "2,20 22,2 50,4 50,44 40,100",
           "0,8 34,6 62,8 56,40 46,100"),
    _style(7, 2,
           "2,24 2,6! 32,5 64,2! 44,46 28,100",
           "0,34 4,8! 30,4 58,6! 46,48 36,100",
           "6,18 0,4! 36,6 72,0! 50,42 20,100"),
    _style(7, 1.2,
           "0,36 4,12 18,2 34,8 56,4! 48,50 40,100",
           "0,26 6,8 22,4 40,8 66,-2! 46,46 22,100"),
    _style(7, 3,
           "0,6 32,4 64,2! 44,46 28,100 / 10,52 36,50 64,47",
           "2,10 30,2 58,4! 44,48 34,100 / 14,58 40,52 68,48",
           "0,2 34,6 68,2! 48,42 20,100 / 2,50 34,50 70,52",
           "0,0 28,3 54,4! 42,52 38,100 / 18,48 40,46 66,42"),
    _style(7, 1.2,
           "0,14 26,2 56,6 46,44 28,100 / 8,54 34,50 62,46",
           "2,24 20,4 52,4 48,46 36,100 / 16,50 40,48 70,48"),
    # 8: in one stroke, from the top right or the middle; two rings; loops that stay open or nearly vanish.
    _style(8, 6,
           "54,14 32,0 10,20 30,46 56,74 32,100 6,78 30,48 54,22 48,4",
           "58,10 34,0 8,22 32,48 58,78 28,100 2,76 34,46 62,20 60,0",
           "48,8 28,0 12,16 30,40 60,70 34,100 4,74 28,44 46,20 42,4",
           "60,22 38,0 8,16 30,48 48,78 26,100 6,84 28,56 52,30 50,10"),
    _style(8, 2.5,  # the stroke ends at the upper right, its start stays apart
           "52,12 30,2 8,22 30,48 46,76 24,100 4,80 30,50 66,4",
           "44,6 22,4 10,24 34,46 52,76 28,100 6,78 34,48 60,14",
           "62,18 38,2 12,18 28,46 46,78 20,100 2,86 26,56 74,2"),
    _style(8, 2,
           "30,0 8,22 30,46 52,22 30,0 / 30,46 4,72 30,100 58,72 32,46",
           "28,0 10,20 26,42 46,22 26,0 / 30,40 2,70 28,100 60,74 30,42",
           "32,0 4,24 30,48 60,22 30,2 / 28,46 8,74 30,100 52,74 34,48"),
    _style(8, 1.2,  # from the middle, up or down
           "30,46 10,22 32,0 54,20 30,48 4,76 28,100 56,78 34,50",
           "34,48 52,22 28,0 8,20 30,48 58,76 34,100 6,78 28,50",
           "10,44 34,44 56,20 32,0 10,20 36,54 52,80 28,100 14,76",),
    _style(8, 1,  # one loop is drawn thin
           "50,10 32,0 22,18 34,44 54,74 30,100 4,78 28,48 42,22 46,4",
           "54,12 30,0 6,22 30,50 40,78 28,100 18,82 30,54 56,22 54,8"),
    # 9: a ring and a stem: straight, bent or hooked; the ring closed, open or merging into the stem.
    _style(9, 5,
           "54,10 30,0 4,22 18,47 44,38 56,8! 54,50 50,100",
           "50,14 26,2 2,26 20,50 46,36 54,10! 48,54 38,100",
           "46,4 20,4 4,28 24,46 46,32 54,4! 56,50 58,100",
           "56,16 34,0 6,18 14,42 42,38 56,12! 46,50 26,100"),
    _style(9, 4,
           "54,16 32,0 4,20 18,46 44,36 54,18 52,50 44,100",
           "50,10 26,2 2,26 20,48 46,30 54,20 46,58 30,100",
           "58,18 36,0 8,18 16,42 42,36 56,22 56,56 54,100",
           "46,8 22,2 2,22 16,44 40,32 50,16 46,58 42,100"),
    _style(9, 3,
           "54,12 30,0 4,20 20,44 46,32 55,12! 56,50 46,88 24,100 2,90",
           "50,10 26,2 4,24 24,44 46,28 54,8! 52,54 40,92 18,100 -6,92",
           "58,14 34,0 6,16 16,38 44,34 58,14! 60,48 54,84 34,102 8,100",
           "48,8 24,0 2,18 20,40 42,26 52,10! 54,54 48,86 28,98 12,88"),
    _style(9, 1.5,
           "46,42 16,44 4,20 28,0 52,16 54,48 48,100",
           "52,36 20,46 2,24 22,2 48,14 52,52 36,100",
           "38,44 10,40 6,14 32,-2 54,18 56,56 54,100"),
    _style(9, 0.8,  # the ring stays open at the top
           "30,2 6,16 6,38 28,46 50,30 56,6! 54,50 50,100",
           "24,4 2,20 8,42 30,44 50,26 56,8! 50,54 40,100"),
)
# fmt: on
