"""Curves over steps: training beside validation, raw behind smoothed, earlier runs behind both."""

import importlib
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGraphicsItem, QLabel, QVBoxLayout, QWidget

from workbench.ui.text import tr
from workbench.ui.theme import LIGHT, Theme, font
from workbench.ui.widgets.curve_item import CurveItem
from workbench.ui.widgets.decade_axis import decade_axis
from workbench.ui.widgets.legend import Entry, Legend
from workbench.ui.widgets.plot_export import PlotMenu
from workbench.ui.widgets.series import Series, curve_pen
from workbench.ui.widgets.smoothing import smoothed
from workbench.ui.widgets.steady_range import steady, steady_steps

#: Share of the x axis left free at both ends.
_AIR = 0.02


class CurvePlot(QWidget):
    """A plot that paints only what changed, and only while it is seen."""

    reading = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # pyqtgraph takes half a second to import and has no types: load it with the first plot, not with the window.
        self._pg: Any = importlib.import_module("pyqtgraph")
        self._pg.setConfigOptions(imageAxisOrder="row-major")
        self._theme = LIGHT
        self._series: tuple[Series, ...] = ()
        self._weight = 0.0
        self._log = False
        self._stale = False
        self._labels = ("", "", "", "")
        self._drawn: dict[tuple[str, str], CurveItem] = {}
        self._cursor_x: float | None = None
        self._numbered = True
        self._follows = True
        self._longest = 0.0
        self._limits = (-math.inf, math.inf)
        self._range: tuple[tuple[float, float], tuple[float, float]] | None = None
        self._pen_ratio = self.devicePixelRatioF()
        self.shows_markers = True
        #: So many earlier runs have an entry each in the legend on the screen; in a saved picture all have.
        self.most_named = 4
        self._is_saved = False

        self.legend = Legend(self)
        self.view: Any = self._pg.PlotWidget(self, axisItems={"left": decade_axis(self._pg, "left")})
        self.plot: Any = self.view.getPlotItem()
        self._line: Any = self._pg.InfiniteLine(angle=90, movable=False)
        self._mark: Any = self._pg.InfiniteLine(angle=90, movable=False)
        self._empty = QLabel(self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._empty.setProperty("role", "secondary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.legend)
        layout.addWidget(self.view, 1)
        self._build()
        self._menu = PlotMenu(self)
        self.setAccessibleName(tr("Curves"))
        self.set_theme(LIGHT)

    @property
    def series(self) -> tuple[Series, ...]:
        """What was given last."""
        return self._series

    @property
    def theme(self) -> Theme:
        """The colours in use."""
        return self._theme

    @property
    def read_at(self) -> float | None:
        """The x that the pointer reads; None while it is elsewhere."""
        return self._cursor_x

    @property
    def labels(self) -> tuple[str, str]:
        """What the two axes say, units included."""
        x, y, x_unit, y_unit = self._labels
        return _with_unit(x, x_unit), _with_unit(y, y_unit)

    def set_series(self, series: Sequence[Series]) -> None:
        """Show these curves. Curves that did not change are not touched; a hidden plot waits until it is seen."""
        series = tuple(series)
        if len(series) == len(self._series) and all(map(Series.same, series, self._series)):
            return
        self._series = series
        self._refresh()

    def set_smoothing(self, weight: float) -> None:
        """How much of the average the past is, 0..0.999; the raw line stays visible behind it."""
        if weight != self._weight:
            self._weight = weight
            self._drawn_is_stale()

    def set_longest(self, steps: float) -> None:
        """The last step there will be: while a run grows the x axis reaches ahead of it, up to there. 0: no further."""
        if steps != self._longest:
            self._longest = steps
            if not self._stale:
                self._fit()

    @property
    def marked(self) -> float | None:
        """The x that is marked by an upright line."""
        return float(self._mark.value()) if self._mark.isVisible() else None

    def set_marked(self, x: float | None) -> None:
        """Marks an x by an upright line, or none."""
        if x is not None:
            self._mark.setValue(x)
        self._mark.setVisible(x is not None)

    def set_limits(self, low: float, high: float = math.inf) -> None:
        """What no value passes: the y axis need not reach ahead of it."""
        self._limits = (low, high)

    def set_log(self, log: bool) -> None:
        """A logarithmic y axis; values that are not positive become gaps."""
        if log != self._log:
            self._log = log
            self._range = None
            self.plot.setLogMode(y=log)
            self._drawn_is_stale()

    def set_axes(self, x: str, y: str, *, x_unit: str = "", y_unit: str = "") -> None:
        """What the axes measure, and in which unit."""
        self._labels = (x, y, x_unit, y_unit)
        for side, text in zip(("bottom", "left"), self.labels, strict=True):
            self.plot.getAxis(side).setLabel(text, color=self._theme.secondary, **{"font-size": _points()})
        self.setAccessibleName(tr("Curves of {y} over {x}").format(x=self.labels[0], y=self.labels[1]))

    def set_empty_text(self, text: str) -> None:
        """What stands here before there is a curve."""
        self._empty.setText(text)
        self._show_emptiness()

    def set_theme(self, theme: Theme) -> None:
        """Paint in these colours, now."""
        self._theme = theme
        self.legend.set_theme(theme)
        self.update()
        self.view.setBackground(QColor(theme.surface))
        self._line.setPen(QPen(QColor(theme.outline), 0, Qt.PenStyle.DashLine))
        self._mark.setPen(QPen(QColor(theme.accent), 0))
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(QPen(QColor(theme.hairline), 0))
            axis.setTextPen(QColor(theme.secondary))
            axis.setTickFont(font("caption", tabular=True))
        self.set_axes(self._labels[0], self._labels[1], x_unit=self._labels[2], y_unit=self._labels[3])
        self._drawn_is_stale()

    def reset_view(self) -> None:
        """Show all of every curve again."""
        self._follows, self._range = True, None
        self._fit()

    def values_at(self, x: float) -> list[tuple[Series, float]]:
        """The value of each curve at its point nearest to ``x``."""
        result = []
        for series in self._series:
            if not len(series.x) or (series.style == "earlier" and x > series.x[-1]):
                continue  # where a run has ended already it has no value
            k = int(np.abs(np.asarray(series.x, dtype=np.float64) - x).argmin())
            result.append((series, float(self.front(series)[k])))
        return result

    def showEvent(self, event: QShowEvent) -> None:
        """What was given while hidden is painted now."""
        super().showEvent(event)
        if self._stale:
            self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The empty text stays in the middle."""
        super().resizeEvent(event)
        self._empty.setGeometry(self.rect().adjusted(48, 16, -24, -32))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The legend stands on the same paper as the plot."""
        QPainter(self).fillRect(event.rect(), QColor(self._theme.surface))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy and save, instead of pyqtgraph's menu."""
        self._menu.popup(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        """The crosshair goes with the pointer."""
        super().leaveEvent(event)
        self._read(None)

    def _build(self) -> None:
        plot = self.plot
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setDownsampling(auto=True, mode="peak")
        plot.setClipToView(True)
        plot.showGrid(x=False, y=True, alpha=0.12)
        plot.getViewBox().setDefaultPadding(0.03)
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=4)
        self._keep_axes(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        plot.getViewBox().sigRangeChangedManually.connect(self._person_zoomed)
        for line in (self._line, self._mark):
            line.setVisible(False)
            plot.addItem(line, ignoreBounds=True)
        self.view.scene().sigMouseMoved.connect(self._mouse_moved)
        self.view.scene().sigMouseClicked.connect(self._mouse_clicked)
        # pyqtgraph's view keeps right clicks for itself otherwise.
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def _keep_axes(self, mode: QGraphicsItem.CacheMode) -> None:
        """Text costs more than all curves: an axis that stands still is painted from a bitmap of it."""
        for side in ("left", "bottom"):
            self.plot.getAxis(side).setCacheMode(mode)

    def _show_emptiness(self) -> None:
        self._empty.setVisible(bool(self._empty.text()) and not self._series)
        if self._numbered != bool(self._series):
            self._numbered = bool(self._series)
            for side in ("left", "bottom"):
                self.plot.getAxis(side).setStyle(showValues=self._numbered)  # No numbers where nothing is measured.

    def _drawn_is_stale(self) -> None:
        for drawn in self._drawn.values():
            drawn.series = None
        self._refresh()

    def _refresh(self) -> None:
        self._show_emptiness()
        if not self.isVisible():
            self._stale = True
            return
        self._stale = False
        # Two runs may have one name, but each has a place of its own.
        wanted = {
            (f"{series.style} {series.colour}" if series.style == "earlier" else series.style, series.name): series
            for series in self._series
        }
        for key in [key for key in self._drawn if key not in wanted]:
            self._drawn.pop(key).remove(self.plot)
        for key, series in wanted.items():
            if key not in self._drawn:
                self._drawn[key] = CurveItem(self._pg, self.plot)
            drawn = self._drawn[key]
            if drawn.series is None or not drawn.series.same(series):
                drawn.update(series, self)
        self._fit()
        self._fill_legend()

    def _fit(self) -> None:
        """Shows all of every curve, unless the person has looked closer; the axes move as seldom as they can."""
        bounds = self._bounds()
        if not self._follows or bounds is None:
            return
        (first, last), (low, high) = bounds
        shown = self._range
        end = steady_steps(last, max(self._longest, last), shown[0][1] if shown else None)
        limits = (-math.inf, math.inf) if self._log else self._limits
        wanted = ((min(0.0, first), end), steady(low, high, shown[1] if shown else None, limits))
        if wanted != shown or self.plot.getViewBox().autoRangeEnabled()[0]:
            self._range = wanted
            start, stop = wanted[0]
            air = _AIR * (stop - start)  # room for the first and the last number under the axis
            self.plot.setRange(xRange=(start - air, stop + air), yRange=wanted[1], padding=0.0)

    def _bounds(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """First and last x, lowest and highest y (its logarithm on a log axis) of everything drawn."""
        found = [drawn.bounds for drawn in self._drawn.values() if drawn.bounds is not None]
        if not found:
            return None
        first, last, low, high = (
            choose(column) for choose, column in zip((min, max, min, max), zip(*found, strict=True), strict=True)
        )
        return (first, last), (math.log10(low), math.log10(high)) if self._log else (low, high)

    def has_average(self, series: Series) -> bool:
        """Whether a curve is drawn twice: its moving average in front of itself."""
        return series.smooth and self._weight > 0.0

    def front(self, series: Series) -> npt.NDArray[np.float64]:
        """The values drawn in front: the average where there is one."""
        y = np.asarray(series.y, dtype=np.float64)
        return smoothed(y, self._weight) if self.has_average(series) else y

    def drawable(self, y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Gaps for what has no place on the axis."""
        return np.where(np.isfinite(y) & ((y > 0.0) | (not self._log)), y, np.nan)

    def pen_in_plot(self, series: Series, *, raw: bool = False) -> QPen:
        """The line in a plot's own coordinates: as wide when the plot is zoomed, in the device's pixels."""
        pen = curve_pen(series, self._theme, raw=raw)
        pen.setCosmetic(True)
        pen.setWidthF(pen.widthF() * self._pen_ratio)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen

    @contextmanager
    def drawn_for(self, ratio: float) -> Iterator[None]:
        """Drawn for a picture to save: lines as thick as its pixels need, and no markers (see ``markers``)."""
        self._pen_ratio, self.shows_markers, self._is_saved = ratio, False, True
        self._keep_axes(QGraphicsItem.CacheMode.NoCache)
        self._drawn_is_stale()
        try:
            yield
        finally:
            self._pen_ratio, self.shows_markers, self._is_saved = self.devicePixelRatioF(), True, False
            self._keep_axes(QGraphicsItem.CacheMode.DeviceCoordinateCache)
            self._drawn_is_stale()

    def markers(self) -> list[tuple[QPointF, QColor]]:
        """Middle and colour of each marker, in pixels of ``view``. pyqtgraph's own are bitmaps of the screen's size."""
        box = self.plot.getViewBox()
        seen = box.sceneBoundingRect()
        result = []
        for series in (s for s in self._series if s.has_markers):
            y = self.drawable(self.front(series))
            for point in zip(series.x.tolist(), (np.log10(y) if self._log else y).tolist(), strict=True):
                place = box.mapViewToScene(QPointF(*point))
                if np.isfinite(point[1]) and seen.contains(place):
                    result.append((self.view.mapFromScene(place).toPointF(), curve_pen(series, self._theme).color()))
        return result

    def event(self, event: QEvent) -> bool:
        """Another screen may have smaller pixels."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._set_pen_ratio(self.devicePixelRatioF())
        return super().event(event)

    def _set_pen_ratio(self, ratio: float) -> None:
        if ratio != self._pen_ratio:
            self._pen_ratio = ratio
            self._drawn_is_stale()

    def _fill_legend(self) -> None:
        values = {} if self._cursor_x is None else {id(s): v for s, v in self.values_at(self._cursor_x)}
        entries: list[Entry] = []
        are_named = self._is_saved or sum(each.style == "earlier" for each in self._series) <= self.most_named
        for series in sorted(self._series, key=lambda each: each.style == "earlier"):
            if series.style == "earlier" and not are_named:
                continue
            value = f"{values[id(series)]:.4g}" if id(series) in values else ""
            entries.append(Entry(series.name, curve_pen(series, self._theme), series.style == "validation", value))
        where = "" if self._cursor_x is None else f"{self._labels[0]} {self._cursor_x:.4g}".strip()
        self.legend.set_entries(entries, where)

    def _read(self, x: float | None) -> None:
        if x == self._cursor_x:
            return
        self._cursor_x = x
        self._line.setVisible(x is not None)
        text = ""
        if x is not None:
            self._line.setValue(x)
            live = [(series, value) for series, value in self.values_at(x) if series.style != "earlier"]
            parts = [f"{series.name} {value:.4g}" for series, value in live]
            text = "  ".join([f"{self._labels[0]} {x:.4g}".strip(), *parts])
        self._fill_legend()
        self.reading.emit(text)

    @Slot(object)
    def _mouse_moved(self, position: QPointF) -> None:
        box = self.plot.getViewBox()
        if not self._series or not box.sceneBoundingRect().contains(position):
            self._read(None)
            return
        x = float(box.mapSceneToView(position).x())
        nearest = [float(s.x[int(np.abs(np.asarray(s.x) - x).argmin())]) for s in self._series if len(s.x)]
        self._read(min(nearest, key=lambda candidate: abs(candidate - x)) if nearest else None)

    @Slot(object)
    def _person_zoomed(self, axes: object) -> None:
        self._follows = False

    @Slot(object)
    def _mouse_clicked(self, event: Any) -> None:
        if event.double():
            self.reset_view()


def _with_unit(text: str, unit: str) -> str:
    return f"{text} ({unit})" if unit else text


def _points() -> str:
    return f"{font('caption').pointSizeF():.1f}pt"
