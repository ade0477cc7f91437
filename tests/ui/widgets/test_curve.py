"""Curves are drawn from the numbers they were given, and can be taken out of the window."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.gallery import curves
from workbench.errors import BadInput
from workbench.ui.theme import DARK, LIGHT
from workbench.ui.widgets.curve import CurvePlot
from workbench.ui.widgets.decade_axis import log_ticks
from workbench.ui.widgets.plot_export import picture, save_csv, save_png, save_svg
from workbench.ui.widgets.series import Series, curve_pen
from workbench.ui.widgets.smoothing import smoothed

X = np.arange(50)
Y = np.linspace(2.0, 0.1, 50)


@pytest.fixture
def plot(qtbot: QtBot, qapp: QApplication) -> CurvePlot:
    result = CurvePlot()
    qtbot.addWidget(result)
    result.resize(400, 240)
    result.show()
    qapp.processEvents()
    return result


def drawn(plot: CurvePlot, name: str) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], ...]:
    item = next(item for (_, key), item in plot._drawn.items() if key == name)
    return item.line.getOriginalDataset()[1], item.raw.getOriginalDataset()[1]


def test_draws_the_numbers(plot: CurvePlot) -> None:
    plot.set_series([Series("loss", X, Y)])
    line, raw = drawn(plot, "loss")
    assert np.array_equal(line, Y) and (raw is None or len(raw) == 0)


def test_the_raw_line_stays_behind_the_smoothed_one(plot: CurvePlot) -> None:
    plot.set_series([Series("loss", X, Y, smooth=True), Series("accuracy", X, Y)])
    plot.set_smoothing(0.9)
    line, raw = drawn(plot, "loss")
    assert np.allclose(line, smoothed(Y, 0.9)) and np.array_equal(raw, Y)
    assert np.array_equal(drawn(plot, "accuracy")[0], Y)


def test_a_hidden_plot_waits(plot: CurvePlot, qapp: QApplication) -> None:
    plot.hide()
    plot.set_series([Series("loss", X, Y)])
    assert not plot._drawn
    plot.show()
    assert np.array_equal(drawn(plot, "loss")[0], Y)


def test_only_what_changed_is_drawn_again(plot: CurvePlot, monkeypatch: pytest.MonkeyPatch) -> None:
    plot.set_series([Series("loss", X, Y), Series("old", X, Y, "earlier")])
    touched: list[str] = []
    for (_, key), item in plot._drawn.items():

        def noting(*numbers: Any, name: str = key, set_data: Any = item.line.setData, **look: Any) -> None:
            touched.append(name)
            set_data(*numbers, **look)

        monkeypatch.setattr(item.line, "setData", noting)
    plot.set_series([Series("loss", X, Y.copy()), Series("old", X, Y, "earlier")])
    assert touched == []
    plot.set_series([Series("loss", np.arange(51), np.append(Y, 0.05)), Series("old", X, Y, "earlier")])
    assert touched == ["loss"]
    plot.set_series([Series("old", X, Y, "earlier")])
    assert [name for _, name in plot._drawn] == ["old"]


def test_a_log_axis_leaves_gaps_for_what_has_no_place(plot: CurvePlot) -> None:
    plot.set_series([Series("loss", np.arange(5), np.array([1.0, 0.0, -1.0, np.nan, 10.0]))])
    plot.set_log(True)
    assert np.isnan(drawn(plot, "loss")[0]).tolist() == [False, True, True, True, False]
    plot.grab()


@pytest.mark.parametrize("low, high", ((-0.01, 0.3), (-1.2, 0.4), (-3.0, 3.0), (-30.0, 30.0)))
def test_numbers_on_a_log_axis_do_not_touch(low: float, high: float) -> None:
    ticks = log_ticks(low, high, 200.0)
    assert ticks and all(low <= tick <= high for tick in ticks)
    assert min(np.diff(ticks), default=np.inf) * 200.0 / (high - low) >= 22.0 - 1e-9
    assert log_ticks(1.0, 1.0, 200.0) == []


def test_reads_the_nearest_point(plot: CurvePlot, qapp: QApplication) -> None:
    plot.set_axes("step", "loss", y_unit="nats")
    plot.set_series([Series("training", X, Y), Series("validation", X[::10], Y[::10] + 1, "validation")])
    qapp.processEvents()
    plot.grab()
    texts: list[str] = []
    plot.reading.connect(texts.append)
    box = plot.plot.getViewBox()
    plot._mouse_moved(box.mapViewToScene(QPointF(20.2, 1.0)))
    assert texts == [f"step 20  training {Y[20]:.4g}  validation {Y[20] + 1:.4g}"]
    assert f"training {Y[20]:.4g}" in plot.legend.accessibleDescription()
    plot._mouse_moved(QPointF(-5, -5))
    assert texts[-1] == ""


def test_lines_differ_without_colour(plot: CurvePlot) -> None:
    training, validation = (curve_pen(Series("a", X, Y, style), LIGHT) for style in ("training", "validation"))
    assert training.style() == Qt.PenStyle.SolidLine and validation.style() == Qt.PenStyle.DashLine
    assert curve_pen(Series("f", X, Y, colour="f"), DARK).color() == QColor(DARK.gates["f"])


def test_the_theme_changes_live(plot: CurvePlot, qapp: QApplication) -> None:
    plot.set_series([Series("loss", X, Y)])
    plot.set_theme(DARK)
    qapp.processEvents()
    image = plot.grab().toImage()
    assert image.pixelColor(image.width() - 3, 60) == QColor(DARK.surface)
    assert plot._drawn["training", "loss"].line.opts["pen"].color() == QColor(DARK.series[0])


def test_an_empty_plot_explains_itself(plot: CurvePlot) -> None:
    plot.set_empty_text("Press Train")
    assert plot._empty.isVisible()
    plot.set_series([Series("loss", X, Y)])
    assert not plot._empty.isVisible()
    plot.set_series([])
    assert plot._empty.isVisible()


def test_one_point_can_be_seen(plot: CurvePlot, qapp: QApplication) -> None:
    plot.set_series([Series("loss", np.array([1]), np.array([0.5]))])
    qapp.processEvents()
    image = plot.grab().toImage()
    colours = {image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(30, image.height())}
    assert LIGHT.series[0] in colours


@pytest.mark.parametrize(("value", "log"), [(np.inf, False), (np.nan, False), (0.0, True)])
def test_points_that_have_no_place_leave_an_empty_plot(
    plot: CurvePlot, qapp: QApplication, value: float, log: bool
) -> None:
    """The first step of a training may have diverged already."""
    plot.set_log(log)
    plot.set_series([
        Series("loss", X[:1], np.array([value])), Series("checked", X[:2], np.full(2, value), "validation")
    ])  # fmt: skip
    qapp.processEvents()
    plot.set_series([Series("loss", X[:3], np.array([value, 2.0, value])), Series("other", X, Y)])
    qapp.processEvents()
    assert np.array_equal(drawn(plot, "loss")[0], [np.nan, 2.0, np.nan], equal_nan=True)


def test_a_picture_has_legend_axes_curves_and_markers_at_every_size(qtbot: QtBot, qapp: QApplication) -> None:
    plot = curves()
    qtbot.addWidget(plot)
    plot.resize(460, 240)
    plot.show()
    qapp.processEvents()
    plot.grab()
    for scale in (1, 2, 4):
        image = picture(plot, scale)
        shares = _shares(image)
        for colour in (LIGHT.series[0], LIGHT.series[1]):
            # As much of the picture is of a curve's colour at every size: neither lines nor markers shrink.
            assert shares.get(colour, 0.0) > 0.0008, (scale, colour)
        assert image.devicePixelRatio() == scale and image.height() / scale > 240
    before = plot.grab().toImage()
    assert plot.shows_markers and before == plot.grab().toImage()


def test_saves_png_svg_and_csv(plot: CurvePlot, tmp_path: Path, qapp: QApplication) -> None:
    plot.set_axes("step", "loss", y_unit="nats")
    plot.set_series([Series("training", X, Y), Series("validation", X[9::10], Y[9::10], "validation", 1)])
    qapp.processEvents()
    save_png(plot, tmp_path / "a.png", 2)
    assert QImage(str(tmp_path / "a.png")).size() == picture(plot, 2).size()
    save_svg(plot, tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "validation" in text and "loss (nats)" in text and "<image" not in text
    image = QImage(400, 240, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    QSvgRenderer(str(tmp_path / "a.svg")).render(painter)
    painter.end()
    assert _shares(image).get(LIGHT.surface, 0.0) > 0.5
    save_csv(plot, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["curve", "kind", "step", "loss (nats)"] and len(rows) == 1 + 50 + 5
    assert [float(row[3]) for row in rows[1:51]] == Y.tolist()


@pytest.mark.parametrize("save", (save_png, save_svg, save_csv))
def test_a_place_that_cannot_be_written_is_named(plot: CurvePlot, tmp_path: Path, save: object) -> None:
    assert callable(save)
    with pytest.raises(BadInput, match="nowhere"):
        save(plot, tmp_path / "nowhere" / "a")


def _shares(image: QImage) -> dict[str, float]:
    opaque = image.convertToFormat(QImage.Format.Format_RGB32)  # kept: its bits end with it
    flat = np.frombuffer(opaque.constBits(), dtype=np.uint32) & 0xFFFFFF
    values, counts = np.unique(flat, return_counts=True)
    return {f"#{value:06X}": count / flat.size for value, count in zip(values.tolist(), counts.tolist(), strict=True)}
