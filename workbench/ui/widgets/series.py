"""One curve to plot: its numbers, what kind of curve it is, and how that kind is drawn."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from workbench.ui.theme import Theme, mixed

CurveStyle = Literal["training", "broken", "validation", "earlier", "limit"]
Numbers = npt.NDArray[np.floating] | npt.NDArray[np.integer]

_MOST_MARKERS = 200
MARKER_RADIUS = 3

#: Lines and gaps of the first round of runs, of the second, and so on, in widths of the line; the first is solid.
_DASHES: tuple[list[float], ...] = (
    [], [5, 2.5], [1.5, 2], [6, 2, 1.5, 2], [10, 4], [10, 2, 1.5, 2, 1.5, 2],
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Series:
    """One curve. ``x`` and ``y`` (n,) are not altered afterwards: a longer run is a new array.

    ``colour`` is a place in the theme's series, or a gate's id; of an ``earlier`` run, one to compare with, its place
    among those. ``smooth`` draws the moving average in front of the raw line. ``limit`` is a level such as the clipping
    norm, ``broken`` a network with a mistake beside a right one.
    """

    name: str
    x: Numbers
    y: Numbers
    style: CurveStyle = "training"
    colour: int | str = 0
    smooth: bool = False

    @property
    def has_markers(self) -> bool:
        """Few points are marked: a validation's always, a curve's when it has only one."""
        return (self.style == "validation" and len(self.x) <= _MOST_MARKERS) or len(self.x) == 1

    def same(self, other: "Series") -> bool:
        """Whether painting ``other`` would give the same picture."""
        return self is other or (
            (self.name, self.style, self.colour, self.smooth) == (other.name, other.style, other.colour, other.smooth)
            and np.array_equal(self.x, other.x)
            and np.array_equal(self.y, other.y, equal_nan=True)
        )


def run_pen(place: int, theme: Theme) -> QPen:
    """A run behind the live curves: where there are more runs than colours, each round of colours has a dash more."""
    pen = QPen(theme.run_colour(place), 1.5)
    if dashes := _DASHES[place // (len(theme.series) - 2) % len(_DASHES)]:
        pen.setDashPattern(dashes)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def curve_pen(series: Series, theme: Theme, *, raw: bool = False) -> QPen:
    """Solid for training, dashed for validation and for what is broken, thin for an earlier run.

    ``raw`` is the line behind a moving average.
    """
    if series.style == "earlier":
        return run_pen(series.colour if isinstance(series.colour, int) else 0, theme)
    if series.style == "limit":
        return QPen(QColor(theme.secondary), 1.0, Qt.PenStyle.DotLine)
    colour = theme.gate(series.colour) if isinstance(series.colour, str) else theme.series_colour(series.colour)
    if raw:
        return QPen(mixed(colour.name(), theme.surface, 0.35), 1.0)
    dashed = series.style in ("validation", "broken")
    return QPen(colour, 2.0, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
