"""The lines that pyqtgraph draws for one curve: the curve itself, and the raw line behind its average."""

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.ui.widgets.series import MARKER_RADIUS, Series

if TYPE_CHECKING:
    from workbench.ui.widgets.curve import CurvePlot

#: Above this many points antialiasing costs more than it shows.
_MANY_POINTS = 800


class CurveItem:
    """The pyqtgraph items of one curve: the line, and the raw line behind it."""

    def __init__(self, pg: Any, plot: Any) -> None:
        self.series: Series | None = None
        #: First and last x, lowest and highest y; None where nothing can be drawn.
        self.bounds: tuple[float, float, float, float] | None = None
        # Two points a pixel show every peak; pyqtgraph's own five cost several times the painting.
        self.raw: Any = pg.PlotDataItem(connect="finite", autoDownsampleFactor=1.0)
        self.line: Any = pg.PlotDataItem(connect="finite", autoDownsampleFactor=1.0)
        for item, depth in ((self.raw, 0), (self.line, 10)):
            item.setZValue(depth)
            plot.addItem(item)

    def update(self, series: Series, owner: "CurvePlot") -> None:
        """Give the items the series' numbers."""
        self.series = series
        x = np.asarray(series.x, dtype=np.float64)
        raw = np.asarray(series.y, dtype=np.float64)
        front = owner.front(series)
        few = len(x) <= _MANY_POINTS
        pen = owner.pen_in_plot(series)
        marks: dict[str, Any] = {"symbol": None}
        drawn = owner.drawable(front)
        # pyqtgraph cannot work out the bounds of markers of which none has a place.
        if owner.shows_markers and series.has_markers and np.isfinite(drawn).any():
            marks = {"symbol": "o", "symbolSize": 2 * MARKER_RADIUS, "symbolBrush": pen.color(), "symbolPen": None}
        seen = owner.drawable(front if series.style == "earlier" else raw)
        known = len(x) > 0 and not np.isnan(seen).all()
        self.bounds = (x[0], x[-1], np.fmin.reduce(seen), np.fmax.reduce(seen)) if known else None
        self.line.setData(x, drawn, pen=pen, antialias=few, **marks)
        self.line.setZValue(1 if series.style in ("earlier", "limit") else 10)
        if owner.has_average(series) and series.style != "earlier":
            self.raw.setData(x, owner.drawable(raw), pen=owner.pen_in_plot(series, raw=True), antialias=False)
        else:
            self.raw.setData([], [])

    def remove(self, plot: Any) -> None:
        """Take the items away."""
        plot.removeItem(self.raw)
        plot.removeItem(self.line)
