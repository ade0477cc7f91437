"""The Curves panel: what is drawn, and that little is drawn twice."""

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from workbench.engine.events import Progress, Started, Validated
from workbench.session.history import History
from workbench.session.session import Session
from workbench.ui.panels.curves import SMOOTHING, CurvesPanel, curves
from workbench.ui.theme import DARK, LIGHT
from workbench.ui.widgets.series import curve_pen
from workbench.ui.widgets.smoothing import smoothed


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> CurvesPanel:
    panel = CurvesPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(1100, 220)
    panel.show()
    qtbot.waitUntil(lambda: bool(panel.plots), timeout=60_000)
    return panel


def trained(name: str, steps: int) -> History:
    history = History(name, "preset")
    history.steps = steps
    grow(history, steps)
    history.fold(Validated(steps, 0.25, 0.75))
    return history


def grow(history: History, count: int) -> None:
    steps = np.arange(history.step + 1, history.step + count + 1)
    noise = np.random.default_rng(count).random(count).astype(np.float32)
    history.fold(Progress(steps, 2 + noise, noise, 0.5 + noise, 1.0))


def test_it_loads_no_plots_until_the_window_is_painted() -> None:
    code = "import sys, workbench.ui.panels.curves; sys.exit('pyqtgraph' in sys.modules or 'torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_before_training_it_says_how_to_get_curves(panel: CurvesPanel) -> None:
    empty = panel.findChild(QLabel, "curvesEmpty")
    assert empty is not None and empty.isVisible() and "Train" in empty.text()


def test_draws_training_validation_and_the_clipping_norm(panel: CurvesPanel, session: Session) -> None:
    session.training.history = trained("run", 300)
    session.training.preset = session.choices.preset
    panel.refresh()
    loss, accuracy, gradient = (panel.plots[name].series for name in ("loss", "accuracy", "gradient_norm"))
    assert [series.style for series in loss] == ["training", "validation"]
    assert [series.style for series in gradient] == ["training", "limit"]
    assert len(loss[0].x) == 300 and float(accuracy[1].y[0]) == 75.0
    assert float(gradient[1].y[0]) == session.choices.preset.training.clip
    for name in ("lossCurve", "accuracyCurve", "gradientCurve"):
        assert panel.findChild(type(panel.plots["loss"]), name) is not None


def test_a_loss_over_all_steps_is_not_held_against_the_last_one_s(panel: CurvesPanel, session: Session) -> None:
    session.training.history = trained("run", 300)
    session.choices.set("training.every_step", True)
    session.training.preset = session.choices.preset
    panel.refresh()
    names = {name: [series.name for series in plot.series[:2]] for name, plot in panel.plots.items()}
    assert names["loss"] == ["training, mean of all steps", "validation, last step"]
    assert names["accuracy"] == ["training", "validation"]


def test_of_sums_bits_are_not_held_against_whole_sums(panel: CurvesPanel, session: Session) -> None:
    session.training.history = trained("run", 300)
    session.choose("binary-addition-lstm")
    session.training.preset = session.choices.preset
    panel.refresh()
    names = {name: [series.name for series in plot.series[:2]] for name, plot in panel.plots.items()}
    assert names["loss"] == ["training", "validation"]
    assert names["accuracy"] == ["training, single bits", "validation, whole sums"]


def test_earlier_runs_are_thin_lines_that_can_be_hidden(panel: CurvesPanel, session: Session) -> None:
    session.training.history = trained("second", 50)
    session.training.earlier = [trained("first", 80)]
    panel.refresh()
    assert panel.plots["loss"].series[0].style == "earlier"
    panel.show_earlier.setChecked(False)
    assert all(series.style != "earlier" for series in panel.plots["loss"].series)


def test_each_earlier_run_has_a_colour_an_entry_and_a_value_and_is_hidden_by_a_click(
    panel: CurvesPanel, session: Session
) -> None:
    session.training.history = trained("now", 50)
    session.training.earlier = earlier = [trained(f"Counting #{number}", 40 * number) for number in (1, 2, 3)]
    panel.refresh()
    plot = panel.plots["loss"]
    lines = plot.series[:3]
    assert [(line.name, line.colour) for line in lines] == [(f"Counting #{k + 1}", k) for k in range(3)]
    assert len({curve_pen(line, LIGHT).color().name() for line in lines}) == 3
    assert [entry.name for entry in panel.runs.entries] == ["#1 Counting", "#2 Counting", "#3 Counting"]
    assert panel.runs.isVisible()
    assert "#1" not in plot.legend.accessibleDescription()

    panel.grab()
    plot._mouse_moved(plot.plot.getViewBox().mapViewToScene(QPointF(60.2, 1.0)))
    values = [item.text(1) for k in range(3) if (item := panel.runs.topLevelItem(k)) is not None]
    weight = SMOOTHING[panel.smoothing.value()]
    expected = [f"{smoothed(each.training['loss'], weight)[59]:.4g}" for each in earlier[1:]]
    assert values == ["", *expected]  # the first had ended before

    panel.runs.toggled.emit(panel.runs.entries[1].key, False)
    panel.refresh()
    assert [line.name for line in plot.series[:2]] == ["Counting #1", "Counting #3"]
    assert [line.colour for line in plot.series[:2]] == [0, 2]
    assert [entry.is_hidden for entry in panel.runs.entries] == [False, True, False]
    panel.runs.toggled.emit(panel.runs.entries[1].key, True)
    panel.refresh()
    assert len(plot.series) == 5
    panel.show_earlier.setChecked(False)
    assert not panel.runs.isVisible()


def test_a_saved_picture_names_every_run(panel: CurvesPanel, session: Session) -> None:
    session.training.history = trained("now", 50)
    session.training.earlier = [trained(f"Counting #{number}", 40) for number in range(1, 8)]
    panel.refresh()
    plot = panel.plots["loss"]
    before = plot.legend.accessibleDescription()
    with plot.drawn_for(1.0):
        told = plot.legend.accessibleDescription()
    assert [f"Counting #{number}" in told for number in range(1, 8)] == [True] * 7
    assert told.startswith("training")
    assert plot.legend.accessibleDescription() == before


def test_only_what_changed_is_drawn_again(panel: CurvesPanel, session: Session) -> None:
    history = trained("run", 100)
    session.training.history, session.training.earlier = history, [trained("first", 80)]
    panel.refresh()
    shown = panel.plots["loss"].series
    panel.refresh()
    assert panel.plots["loss"].series is shown
    grow(history, 10)
    panel.refresh()
    now = panel.plots["loss"].series
    assert now[0] is shown[0] and len(now[1].x) == 110


def test_a_growing_run_has_an_axis_that_stands_still(panel: CurvesPanel, session: Session, qtbot: QtBot) -> None:
    history = History("run", "preset")
    history.steps = 1000
    session.training.history, session.training.phase = history, "training"
    ranges = set()
    for _ in range(90):
        grow(history, 10)
        panel.refresh()
        box = panel.plots["loss"].plot.getViewBox()
        ranges.add(tuple(box.viewRange()[0]))
        assert box.viewRange()[0][1] >= history.step
    assert len(ranges) < 25
    session.training.phase = "stopped"
    panel.refresh()
    assert box.viewRange()[0][1] < history.step * 1.05


def test_options_reach_the_plots(panel: CurvesPanel, session: Session) -> None:
    session.training.history = trained("run", 100)
    panel.refresh()
    panel.log_axis.setChecked(True)
    low, high = panel.plots["loss"].plot.getViewBox().viewRange()[1]
    assert low < np.log10(2) < high < 1
    panel.show_gradient.setChecked(False)
    assert panel.plots["gradient_norm"].isHidden()
    panel.smoothing.setValue(0)
    assert panel.smoothing_text.text() == "off"
    assert not panel.plots["loss"].has_average(panel.plots["loss"].series[0])
    panel.set_theme(DARK)
    assert panel.plots["loss"].theme is DARK


def test_a_run_without_steps_draws_nothing() -> None:
    assert curves("loss", None) == [] and curves("loss", History("run", "preset"), clip=1.0) == []


def test_training_for_real_fills_the_plots(panel: CurvesPanel, session: Session, qtbot: QtBot) -> None:
    session.choose("story-belling-the-cat")
    session.set("model.stack.0.units", 16)
    session.set("training.steps", 60)
    session.train()

    def finished() -> bool:
        session.poll()
        panel.refresh()
        return session.training.phase == "finished"

    qtbot.waitUntil(finished, timeout=60_000)
    lines = panel.plots["loss"].series
    assert len(lines[0].x) == 60 and len(lines[1].x) == 3
    assert isinstance(session.training.started, Started)


def test_only_cross_entropies_are_in_nats(panel: CurvesPanel, session: Session) -> None:
    for preset_id, answer, expected in (
        ("strokes-digits", "class", "loss (nats)"),
        ("binary-addition", "bit", "loss"),
        ("binary-addition-lstm", "bit", "loss (nats)"),
        ("lstm-by-hand", "number", "loss"),
    ):
        session.training.history = trained(preset_id, 50)
        session.training.history.answer = answer  # type: ignore[assignment]
        session.training.preset = session.choices.entries[preset_id].preset
        panel.refresh()
        assert panel.plots["loss"].labels[1] == expected
