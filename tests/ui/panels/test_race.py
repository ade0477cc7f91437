"""The Race panel: lanes lined up by hand, a real race, and everything it shows held to the runs on disk."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from tests.small import own_preset
from tests.ui.panels.playground import Hand
from workbench.engine.events import Progress, Validated
from workbench.insight.finding import Finding
from workbench.insight.gradient_flow import gradient_flow
from workbench.insight.trace import gate_trace
from workbench.models.build import build
from workbench.models.network import Network
from workbench.runs.folders import METRICS, NETWORK
from workbench.runs.network_file import load_network
from workbench.session.choices import preset_entry
from workbench.session.history import History
from workbench.session.racing import RaceDesk, Runner
from workbench.session.session import Session
from workbench.ui.panels.race import RacePanel, start_words
from workbench.ui.panels.race_curves import curves
from workbench.ui.panels.race_lanes import milliseconds, short_share
from workbench.ui.theme import DARK, LIGHT

CLICK = Qt.MouseButton.LeftButton


@pytest.fixture
def session(temporary_home: Path) -> Iterator[Session]:
    """With a preset that trains in a moment."""
    own_preset(temporary_home)
    session = Session()
    session.choose("counting")
    yield session
    session.close()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> RacePanel:
    panel = RacePanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(980, 230)
    panel.show()
    panel.curves.make_plots()
    return panel


@pytest.fixture
def hand(qtbot: QtBot, panel: RacePanel) -> Hand:
    return Hand(qtbot, panel)


def click(button: QAbstractButton) -> None:
    assert button.isVisible() and button.isEnabled(), f"{button.objectName()} cannot be pressed: {button.toolTip()}"
    QTest.mouseClick(button, CLICK)


def write(field: QLineEdit, text: str) -> None:
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)


def race(panel: RacePanel, hand: Hand) -> RaceDesk:
    """From the click to the end."""
    desk = hand.session.race
    click(panel.start)
    hand.until(lambda: not desk.is_busy)
    panel.refresh()
    return desk


def cells(desk: RaceDesk) -> list[tuple[str, int, int]]:
    return [(preset.stack[0].cell, preset.stack[0].units, len(preset.stack)) for preset in desk.lanes.presets]


def metrics(folder: Path) -> list[list[float]]:
    with (folder / METRICS).open() as file:
        return [[float(value) for value in row] for row in list(csv.reader(file))[1:]]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


# --- a race -----------------------------------------------------------------------------------------------------------


def test_one_click_races_the_three_cells(panel: RacePanel, hand: Hand) -> None:
    assert panel.start.text() == "Race LSTM / GRU / RNN"
    desk = race(panel, hand)
    assert desk.phase == "finished"
    assert panel.status.text() == "Finished: step 30 of 30. Every lane is kept as a run."
    sizes = []
    for row, runner in zip(panel.lanes.rows, desk.runners, strict=False):
        trained = load_network(runner.folder / NETWORK)
        sizes.append(sum(weight.numel() for weight in build(trained.preset.model, trained.interface).parameters()))
        share = "" if row.number == 0 else f"\n{100 * (sizes[-1] / sizes[0] - 1):.1f} %".replace("-", "−")
        assert plain(row.size.text()) == f"{sizes[-1]:,}{share}"
        last = metrics(runner.folder)[-20:]
        loss, right = (sum(step[column] for step in last) / len(last) for column in (1, 2))
        assert plain(row.score.text()) == f"{loss:.4g}\n{100 * right:.1f} %"
        assert runner.step_seconds is not None
        assert row.pace.text() == milliseconds(runner.step_seconds)
    assert "% fewer parameters" in plain(panel.lanes.rows[1].size.toolTip())
    curves_are_those_of_the_runs(panel, desk)
    a_finding_is_marked_in_its_lane(panel, desk)


def curves_are_those_of_the_runs(panel: RacePanel, desk: RaceDesk) -> None:
    for name, column, scale in (("loss", 1, 1.0), ("accuracy", 2, 100.0)):
        series = panel.curves.plots[name].series
        solid = [each for each in series if each.style == "training"]
        assert [each.colour for each in solid] == [0, 1, 2]
        assert [each.name for each in solid] == [runner.name for runner in desk.runners]
        for line, runner in zip(solid, desk.runners, strict=True):
            kept = metrics(runner.folder)
            np.testing.assert_array_equal(line.x, [step[0] for step in kept])
            np.testing.assert_allclose(line.y, [scale * step[column] for step in kept], rtol=1e-6)
        dashed = [each for each in series if each.style == "validation"]
        assert [each.colour for each in dashed] == [0, 1, 2]
    names = {row.swatch.colour.name() for row in panel.lanes.rows}
    assert names == {LIGHT.series_colour(number).name() for number in range(4)}
    panel.set_theme(DARK)
    assert panel.lanes.rows[1].swatch.colour == DARK.series_colour(1)


def test_of_sums_single_bits_and_whole_sums_are_told_apart(tmp_path: Path) -> None:
    history = History("LSTM", "binary-addition-lstm")
    history.fold(Progress(np.array([1, 2]), np.array([0.7, 0.6]), np.array([0.5, 0.9]), np.array([1.0, 1.0]), 0.1))
    history.fold(Validated(2, 0.6, 0.25, ()))
    runner = Runner(preset_entry("binary-addition-lstm").preset, "LSTM", tmp_path, history)
    assert [line.name for line in curves("accuracy", [runner])] == ["LSTM, single bits", "LSTM, validation, whole sums"]
    assert [line.name for line in curves("loss", [runner])] == ["LSTM", "LSTM, validation"]


def a_finding_is_marked_in_its_lane(panel: RacePanel, desk: RaceDesk) -> None:
    finding = Finding("saturated", 12, "layer 0, forward, f", "97 % of its values", "a cause", "training.rate", "0.1")
    desk.runners[1].findings = (finding,)
    panel.refresh()
    scores = [row.score for row in panel.lanes.rows[:3]]
    assert [score.text().startswith("⚠") for score in scores] == [False, True, False]
    assert finding.sentence() in scores[1].toolTip()
    assert "GRU 6: saturated gate." in panel.status.text()


def test_gates_of_all_lanes_stand_side_by_side(panel: RacePanel, hand: Hand) -> None:
    panel.tabs.setFocus()
    QTest.keyClick(panel.tabs, Qt.Key.Key_Right)
    assert panel.gates.empty.isVisible()
    hand.session.set_seed_text("one two")
    desk = race(panel, hand)
    hand.until(lambda: all(
        runner.gates is not None and runner.gates.trained is runner.trained for runner in desk.runners
    ))  # fmt: skip
    panel.refresh()
    views = panel.gates.lanes
    assert [list(view.heatmaps) for view in views[:3]] == [["h", "f"], ["h", "z"], ["h"]]
    assert [view.isVisible() for view in views] == [True, True, True, False]
    action = next(action for action in views[0].menu.actions() if action.data() == "c")
    action.trigger()
    for view, runner, second in zip(views, desk.runners, ("c", "z", ""), strict=False):
        assert runner.gates is not None and view.title.text() == runner.name
        network = load_network(runner.folder / NETWORK).network()
        wanted = gate_trace(network, torch.from_numpy(runner.gates.probe.inputs)).layers[0].gates
        assert list(view.heatmaps) == ["h", *([second] if second else [])]
        for gate, heatmap in view.heatmaps.items():
            np.testing.assert_array_equal(heatmap.values, wanted[gate])
    the_cursor_is_the_one_that_all_views_share(panel, hand)


def the_cursor_is_the_one_that_all_views_share(panel: RacePanel, hand: Hand) -> None:
    heatmap = panel.gates.lanes[1].heatmaps["h"]
    heatmap.setFocus()
    QTest.keyClick(heatmap, Qt.Key.Key_Right)
    assert hand.session.looking.cursor == 0
    hand.look()
    assert [view.heatmaps["h"].cursor_step for view in panel.gates.lanes[:3]] == [0, 0, 0]


def test_gradient_flows_of_all_lanes_lie_over_each_other(panel: RacePanel, hand: Hand) -> None:
    """The last flow is that of the networks on disk, on the first test samples."""
    panel.tabs.setCurrentIndex(2)
    assert panel.flow.empty.isVisible()
    hand.session.set("training.clip", 0.5)
    desk = race(panel, hand)
    panel.flow.make_plot()
    lines = panel.flow.lines.lines
    assert [(line.name, line.colour, line.dashed) for line in lines] == [
        ("h LSTM 6", 0, False), ("c LSTM 6", 0, True), ("h GRU 6", 1, False), ("h RNN-tanh 6", 2, False),
    ]  # fmt: skip
    for runner in desk.runners:
        assert [flow.step for flow in runner.history.flows][:: len(runner.history.flows) - 1] == [0, 30]
        network = load_network(runner.folder / NETWORK).network()
        assert isinstance(network, Network) and runner.started is not None
        test = runner.started.examples
        wanted = gradient_flow(network, torch.from_numpy(test.inputs[:16]), torch.from_numpy(test.targets[:16]))
        for state, norms in wanted.layers[0].norms.items():
            shown = next(line.norms for line in lines if line.name == f"{state} {runner.name}")
            np.testing.assert_allclose(shown, norms, rtol=1e-5)
    assert panel.flow.caption.text().startswith("Layer 0, forward, after 30 steps, ")
    assert panel.flow.total is not None
    totals = panel.flow.total.series
    assert [(line.name, line.style) for line in totals] == [
        ("LSTM 6", "training"), ("GRU 6", "training"), ("RNN-tanh 6", "training"), ("clipped at 0.5", "limit"),
    ]  # fmt: skip
    for line, runner in zip(totals, desk.runners, strict=False):
        np.testing.assert_allclose(line.y, [step[3] for step in metrics(runner.folder)], rtol=1e-6)
    assert set(totals[-1].y) == {0.5}


def test_nothing_is_computed_for_gates_that_nobody_sees(panel: RacePanel, hand: Hand) -> None:
    def watched() -> bool:
        return hand.session.race.is_watched

    assert not watched()
    panel.tabs.setCurrentIndex(1)
    assert watched()
    panel.hide()
    assert not watched()


def listed(table: QTableWidget, lanes: int = 3) -> dict[str, list[str]]:
    """What stands in each row, by its title."""
    found = {}
    for row in range(table.rowCount()):
        head, items = table.verticalHeaderItem(row), [table.item(row, column) for column in range(lanes)]
        found[head.text() if head is not None else ""] = [item.text() if item is not None else "" for item in items]
    return found


def test_only_the_differences_are_listed(panel: RacePanel, hand: Hand) -> None:
    table, lanes = panel.unlike, hand.session.race.lanes
    assert listed(table) == {"Cell": ["LSTM", "GRU", "RNN, tanh"]}
    lanes.set(2, "training.rate", 0.5)
    lanes.set(1, "model.layers", 2)
    hand.look()
    assert listed(table) == {
        "Layers": ["1", "2", "1"], "Cell": ["LSTM", "GRU", "RNN, tanh"], "Learning rate": ["0.02", "0.02", "0.5"],
    }  # fmt: skip
    head = table.horizontalHeaderItem(1)
    assert head is not None and head.text() == "GRU 2 × 6"
    for number in range(3):
        for key, value in (("model.cell", "lstm"), ("model.layers", 1), ("training.rate", 0.02)):
            lanes.set(number, key, value)
    hand.look()
    assert listed(table, 1) == {"": ["All settings are the same."]}


# --- lanes ------------------------------------------------------------------------------------------------------------


def test_lanes_are_changed_with_mouse_and_keyboard(panel: RacePanel, hand: Hand) -> None:
    desk = hand.session.race
    write(panel.lanes.rows[1].units, "12")
    QTest.keyClick(panel.lanes.rows[2].layers, Qt.Key.Key_Up)
    hand.look()
    assert cells(desk) == [("lstm", 6, 1), ("gru", 12, 1), ("rnn-tanh", 6, 2)]
    click(panel.add)
    hand.look()
    chooser = panel.lanes.rows[3].cell
    chooser.setFocus()
    QTest.keyClick(chooser, Qt.Key.Key_Home)
    hand.look()
    assert cells(desk)[3] == ("lstm", 6, 2)
    assert panel.start.text() == "Race 4 lanes"
    assert not panel.add.isEnabled() and panel.add.toolTip() == "4 lanes are the most"
    click(panel.lanes.rows[0].remove)
    click(panel.lanes.rows[0].remove)
    hand.look()
    assert cells(desk) == [("rnn-tanh", 6, 2), ("lstm", 6, 2)]
    assert not panel.lanes.rows[0].remove.isEnabled()
    assert panel.lanes.rows[0].remove.toolTip() == "2 lanes are the fewest"
    assert not panel.lanes.rows[2].cell.isVisible()
    click(panel.usual)
    hand.look()
    assert desk.lanes.is_usual and not panel.usual.isVisible()


def test_what_cannot_be_typed_is_said_and_nothing_starts(panel: RacePanel, hand: Hand) -> None:
    units = panel.lanes.rows[1].units
    write(units, "many")
    hand.look()
    assert units.text() == "many" and units.property("invalid") is True
    assert units.toolTip() == "Expected a whole number from 1 to 4,096."
    assert not panel.start.isEnabled()
    assert panel.status.text() == "Lane 1, model.units: Expected a whole number from 1 to 4,096."
    write(units, "9")
    hand.look()
    assert panel.start.isEnabled() and not units.property("invalid")


def test_lanes_of_the_same_size(panel: RacePanel, hand: Hand) -> None:
    hand.session.set("model.units", 40)
    hand.until(lambda: hand.session.choices.interface is not None)
    click(panel.same_size)
    hand.look()
    rows = panel.lanes.rows
    assert all("matched" in row.size.toolTip() for row in rows[1:3])
    assert not rows[1].units.isEnabled() and rows[0].units.isEnabled()
    assert rows[1].units.text() == str(hand.session.race.lanes.presets[1].stack[0].units) != "40"
    desk = race(panel, hand)
    counts = [runner.history.parameters for runner in desk.runners]
    assert all(abs(count / counts[0] - 1) <= 0.02 for count in counts)


def test_a_lane_that_diverges_says_so_and_why(panel: RacePanel, hand: Hand) -> None:
    lanes = hand.session.race.lanes
    wild = {"model.cell": "rnn-relu", "model.layers": 3, "model.units": 64, "training.optimiser": "sgd",
            "training.rate": 100.0}  # fmt: skip
    for key, value in wild.items():
        lanes.set(2, key, value)
    hand.look()
    desk = race(panel, hand)
    assert [runner.history.ended.reason for runner in desk.runners if runner.history.ended is not None] == [
        "finished", "finished", "diverged",
    ]  # fmt: skip
    assert panel.lanes.rows[2].score.text() == "diverged"
    assert "no longer a finite number" in panel.lanes.rows[2].score.toolTip()
    assert "no longer a finite number" in panel.status.text()
    assert any("Diverged at step" in note.sentence for note in hand.session.notes)


def test_a_finding_is_marked_in_its_lane(panel: RacePanel, hand: Hand) -> None:
    desk = race(panel, hand)
    finding = Finding("saturated", 12, "layer 0, forward, f", "97 % of its values", "a cause", "training.rate", "0.1")
    desk.runners[1].findings = (finding,)
    panel.refresh()
    scores = [row.score for row in panel.lanes.rows[:3]]
    assert [score.text().startswith("⚠") for score in scores] == [False, True, False]
    assert finding.sentence() in scores[1].toolTip()
    assert "GRU 6: saturated gate." in panel.status.text()


def test_lanes_stand_still_while_they_race(panel: RacePanel, hand: Hand) -> None:
    hand.session.set("training.steps", 100_000)
    hand.look()
    desk = hand.session.race
    click(panel.start)
    hand.until(lambda: desk.step > 0)
    panel.refresh()
    assert not panel.start.isEnabled() and panel.start.toolTip() == "A race is running"
    for control in (*panel.lanes.stops(), panel.add, panel.same_size):
        assert not (control.isVisible() and control.isEnabled())
    hand.session.set("model.units", 30)  # is for the next race
    hand.look()
    assert panel.lanes.rows[0].units.text() == "6"
    click(panel.pause)
    hand.until(lambda: desk.phase == "paused")
    panel.refresh()
    assert panel.pause.text() == "Continue" and panel.status.text().startswith("Paused: step ")
    click(panel.pause)
    click(panel.stop)
    hand.until(lambda: not desk.is_busy)
    panel.refresh()
    assert panel.status.text().startswith("Stopped: step ")
    assert panel.lanes.rows[0].units.text() == "30"
    assert panel.lanes.rows[0].score.text() == "–"  # these lanes have not raced


def test_while_a_network_trains_nothing_races(panel: RacePanel, hand: Hand) -> None:
    hand.session.set("training.steps", 100_000)
    hand.session.train()
    hand.look()
    assert not panel.start.isEnabled()
    assert panel.status.text() == "A training is running; stop it first."
    hand.session.stop()
    hand.until(lambda: not hand.session.training.is_busy)
    assert panel.start.isEnabled()


def test_every_control_has_a_name_and_says_what_it_does(panel: RacePanel) -> None:
    controls: list[QWidget] = [
        *panel.findChildren(QAbstractButton), *panel.findChildren(QComboBox), *panel.findChildren(QLineEdit)
    ]  # fmt: skip
    for control in (each for each in controls if each.isVisibleTo(panel) and each.objectName().startswith("race")):
        text = control.text() if isinstance(control, QAbstractButton) else ""
        assert control.accessibleName() or text, control.objectName()
        assert control.toolTip(), control.objectName()
    names = {control.objectName() for control in controls}
    assert {"raceStart", "racePause", "raceStop", "raceAdd", "raceLane0Cell", "raceLane2Units"} <= names


def test_numbers_in_words(session: Session) -> None:
    assert [plain(milliseconds(seconds)) for seconds in (0.004371, 0.01244, 0.1249, 1.2491)] == [
        "4.37 ms", "12.4 ms", "125 ms", "1.25 s",
    ]  # fmt: skip
    assert [plain(short_share(count, 1000)) for count in (752, 1000, 1300)] == ["−24.8 %", "the same", "+30.0 %"]
    presets = session.race.lanes.presets
    assert start_words((presets[0], presets[0])) == "Race 2 lanes"
    assert start_words(presets[:2]) == "Race LSTM / GRU"
