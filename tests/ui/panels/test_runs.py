"""The Runs panel as a person uses it: sort, filter, choose, remark, draw, open and delete, by mouse and by keys."""

import gc
import json
import shutil
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.bars import draw_bars
from tests.broken_race import broken_off, lanes_for
from tests.presets_small import bars, small_preset
from tests.small import counting
from tests.ui.panels.used import Used as UsedPanel
from workbench import paths
from workbench.engine.events import Checkpoint
from workbench.engine.experiment import experiment
from workbench.files import write_text
from workbench.preset_files import load_preset, preset_to_toml, with_setting
from workbench.runs.folders import ABOUT, METRICS, PRESET
from workbench.runs.index import About
from workbench.runs.lock import hold
from workbench.runs.remarks import Remarks, read_remarks
from workbench.runs.run import Recorder, recorded
from workbench.session.run_rows import RunRow
from workbench.ui.panels.curves import CurvesPanel
from workbench.ui.panels.runs import RunsPanel
from workbench.ui.theme import DARK, LIGHT
from workbench.ui.widgets.runs_table import RunsTable
from workbench.ui.widgets.series import curve_pen


class Used(UsedPanel[RunsPanel]):
    """With the table's rows, columns and heads."""

    def shown(self, column: str = "network") -> list[str]:
        """What a column says, from the top."""
        model = self.panel.model
        number = [each.name for each in model.columns].index(column)
        return [model.index(row, number).data() for row in range(model.rowCount())]

    def click(self, row: int, column: str = "network", *, extend: bool = False, double: bool = False) -> None:
        table = self.panel.table
        number = [each.name for each in self.panel.model.columns].index(column)
        where = table.visualRect(self.panel.model.index(row, number)).center()
        keys = Qt.KeyboardModifier.ControlModifier if extend else Qt.KeyboardModifier.NoModifier
        (QTest.mouseDClick if double else QTest.mouseClick)(
            table.viewport(), Qt.MouseButton.LeftButton, keys, QPoint(where.x(), where.y())
        )

    def click_head(self, column: str) -> None:
        header = self.panel.table.horizontalHeader()
        number = [each.name for each in self.panel.model.columns].index(column)
        x = header.sectionViewportPosition(number) + header.sectionSize(number) // 2
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, header.height() // 2))

    def wait_for_filter(self) -> None:
        while self.panel._typing.isActive():
            QTest.qWait(5)


RUNS = (("LSTM 6", 0.75, 0.5), ("GRU 8", 0.875, 0.25), ("RNN 4", None, 3.0))


def place_runs() -> list[Path]:
    """Three runs, the oldest first."""
    found = []
    for number, (network, right, loss) in enumerate(RUNS):
        folder = paths.runs() / f"2026010{number}-120000-counting"
        preset = with_setting(counting(paths.user_data()), "model.units", int(network.split()[1]))
        test = {"on": "10 words", "loss": loss, **({"accuracy": right} if right is not None else {})}
        facts = {"network": network, "test": test, "training_seconds": 60.0 * number, "seed": 5, "device": "cpu"}
        write_text(folder / PRESET, preset_to_toml(preset))
        write_text(folder / METRICS, "step,loss,accuracy,gradient_norm\n1,2.0,0.5,1.0\n2,1.0,0.75,0.5\n")
        write_text(folder / ABOUT, json.dumps({
            "preset_id": "counting", "title": "Counting", "started": f"2026-01-0{number + 1}T12:00:00+0000",
            "step": 1000 * (3 - number), "steps": 3000, "ended": "finished", "facts": facts,
        }))  # fmt: skip
        found.append(folder)
    return found


@pytest.fixture
def empty(qtbot: QtBot, temporary_home: Path, small_networks: Path) -> Iterator[Used]:
    used = Used(qtbot, RunsPanel, 1400, 260)
    yield used
    used.close()


@pytest.fixture
def used(empty: Used) -> Used:
    place_runs()
    empty.until(lambda: len(empty.panel.model.rows) == 3)
    return empty


def test_an_empty_shelf_says_what_comes_here(empty: Used) -> None:
    assert "Reading the runs" in empty.panel.empty.text()
    empty.until(lambda: "Press Train" in empty.panel.empty.text())
    assert empty.panel.pages.currentWidget() is empty.panel.empty
    for button in (empty.panel.draw, empty.panel.settings, empty.panel.travel, empty.panel.delete):
        assert not button.isEnabled()
        assert "hoose" in button.toolTip()


def test_a_row_says_what_is_known(used: Used) -> None:
    assert used.shown() == ["RNN 4", "GRU 8", "LSTM 6"]
    assert used.shown("began") == ["2026-01-03 12:00", "2026-01-02 12:00", "2026-01-01 12:00"]
    assert used.shown("accuracy") == ["", "87.50\N{NO-BREAK SPACE}%", "75.00\N{NO-BREAK SPACE}%"]
    assert used.shown("loss") == ["3", "0.25", "0.5"]
    assert used.shown("seconds") == ["2:00", "1:00", "0:00"]
    assert used.shown("steps") == ["1,000", "2,000", "3,000"]
    assert used.shown("ended") == ["finished"] * 3
    assert used.shown("preset") == ["Counting"] * 3


@pytest.mark.parametrize(
    ("column", "up"),
    [
        ("network", ["GRU 8", "LSTM 6", "RNN 4"]), ("steps", ["RNN 4", "GRU 8", "LSTM 6"]),
        ("loss", ["GRU 8", "LSTM 6", "RNN 4"]), ("seconds", ["LSTM 6", "GRU 8", "RNN 4"]),
        ("began", ["LSTM 6", "GRU 8", "RNN 4"]),
    ],
)  # fmt: skip
def test_a_head_sorts_both_ways(used: Used, column: str, up: list[str]) -> None:
    used.click_head(column)
    once = used.shown()
    used.click_head(column)
    assert once == up
    assert used.shown() == up[::-1]


def test_runs_without_a_number_come_last_both_ways(used: Used) -> None:
    used.click_head("accuracy")
    assert used.shown() == ["LSTM 6", "GRU 8", "RNN 4"]
    used.click_head("accuracy")
    assert used.shown() == ["GRU 8", "LSTM 6", "RNN 4"]


def test_every_word_of_the_filter_must_occur(used: Used) -> None:
    used.click(1)
    chosen = used.session.runs.chosen
    QTest.keyClicks(used.panel.filter, "count gru")
    used.wait_for_filter()
    assert used.shown() == ["GRU 8"]
    assert used.panel._selected() == chosen
    QTest.keyClicks(used.panel.filter, "x")
    used.wait_for_filter()
    assert used.panel.empty.text() == "No run has all of these words."
    used.panel.filter.clear()
    used.wait_for_filter()
    assert used.shown() == ["RNN 4", "GRU 8", "LSTM 6"]
    assert used.session.runs.chosen == used.panel._selected() == ()


def test_a_run_that_is_not_shown_is_not_chosen_and_so_not_deleted(used: Used) -> None:
    used.panel.table.selectAll()
    assert len(used.session.runs.chosen) == 3
    used.panel.filter.setText("gru")
    used.wait_for_filter()
    assert [folder.name for folder in used.session.runs.chosen] == ["20260101-120000-counting"]


def test_a_chosen_run_stays_chosen_when_rows_are_sorted(used: Used) -> None:
    used.click(0)
    chosen = used.session.runs.chosen
    used.click_head("steps")
    used.click_head("steps")
    assert used.panel._selected() == chosen == (used.panel.model.rows[2].folder,)


def test_stars_tags_and_notes_by_hand(used: Used) -> None:
    used.click(2, "star")
    used.panel.refresh()
    assert used.shown("star") == ["☆", "☆", "★"]
    for line, text in ((used.panel.details.tags, "#good, slow"), (used.panel.details.note, "Look again.")):
        line.setFocus()
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)
    folder = used.panel.model.rows[2].folder
    used.until(lambda: read_remarks(folder) == Remarks(True, ("good", "slow"), "Look again."))
    assert used.shown("tags") == ["", "", "good slow"]
    assert used.shown("note") == ["", "", "Look again."]
    used.panel.filter.setText("again")
    used.wait_for_filter()
    assert used.shown() == ["LSTM 6"]


def test_what_is_being_written_is_written_on_the_run_it_was_begun_on(used: Used) -> None:
    used.click(2)
    used.panel.refresh()
    line = used.panel.details.note
    line.setFocus()
    QTest.keyClicks(line, "mine")
    used.panel.refresh()
    assert line.text() == "mine"
    first, second = used.panel.model.rows[2].folder, used.panel.model.rows[1].folder
    line.editingFinished.emit()  # as when the click takes the focus away
    used.click(1)
    used.until(lambda: read_remarks(first).note == "mine")
    assert read_remarks(second).note == ""


def test_one_run_tells_its_provenance_and_two_in_what_they_differ(used: Used) -> None:
    used.click(2)
    used.panel.refresh()
    words = used.panel.details.words.text().splitlines()
    assert {"Network: LSTM 6", "Seed: 5", "Device: cpu", "Steps: 3,000 / 3,000, finished"} <= set(words)
    used.click(1, extend=True)
    used.until(lambda: used.session.runs.compared is not None and len(used.session.runs.compared.folders) == 2)
    table = used.panel.details.differences
    assert table.isVisible()
    head, cells = table.verticalHeaderItem(0), [table.item(0, column) for column in range(2)]
    assert head is not None
    assert (table.rowCount(), head.text()) == (1, "Units")
    assert sorted(cell.text() for cell in cells if cell is not None) == ["6", "8"]


def test_the_best_is_chosen_of_the_rows_that_are_shown(used: Used) -> None:
    used.panel._choose_best("accuracy")
    assert [row.network for row in map(used.session.runs.row, used.session.runs.chosen) if row] == ["GRU 8"]
    used.panel.filter.setText("LSTM")
    used.wait_for_filter()
    used.panel._choose_best("accuracy")
    assert [row.network for row in map(used.session.runs.row, used.session.runs.chosen) if row] == ["LSTM 6"]
    used.panel._choose_best("validation-loss")
    assert "None of these runs has this measure." in used.panel.problem.text()


def test_curves_are_drawn_and_taken_away(used: Used, qtbot: QtBot) -> None:
    curves = CurvesPanel(used.session, LIGHT)
    qtbot.addWidget(curves)
    curves.make_plots()
    used.click(2)
    used.click(1, extend=True)
    used.panel.refresh()
    used.panel.draw.click()
    used.until(lambda: len(used.session.runs.drawn) == 2)
    curves.refresh()
    lines = curves.plots["loss"]._series
    assert [(line.style, line.y.tolist()) for line in lines] == [("earlier", [2.0, 1.0])] * 2
    assert used.panel.draw.isChecked()
    model = used.panel.model
    for row in (1, 2):  # a piece of its line stands in each one's row
        sample = model.index(row, 1).data(Qt.ItemDataRole.DecorationRole)
        [line] = [line for line in lines if line.colour == model.places[model.rows[row].folder]]
        assert sample.toImage().pixelColor(sample.width() // 2, sample.height() // 2) == curve_pen(line, LIGHT).color()
    assert model.index(0, 1).data(Qt.ItemDataRole.DecorationRole) is None
    used.click(0, "curve")
    used.until(lambda: len(used.session.runs.drawn) == 3)
    used.click(0, "curve")
    used.until(lambda: len(used.session.runs.drawn) == 2)
    used.click(2)
    used.click(1, extend=True)
    used.panel.draw.click()
    curves.refresh()
    assert not used.panel.draw.isChecked()
    assert curves.pages.currentWidget() is curves.empty


def test_settings_go_into_the_form(used: Used) -> None:
    used.click(1)
    used.panel.refresh()
    used.panel.settings.click()
    assert used.session.choices.preset.stack[0].units == 8


def test_going_on_says_from_where(used: Used, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, int | None]] = []
    monkeypatch.setattr(used.session.runs, "continue_as_new", lambda folder, at, places: asked.append((folder, at)))
    going_on = used.panel.going_on
    assert (going_on.button.isEnabled(), going_on.button.toolTip()) == (False, "Choose one run")
    used.click(1)
    used.panel.refresh()
    assert going_on.button.isEnabled()
    assert going_on.as_new.text() == "As a new run, from its end"
    going_on.as_new.trigger()
    assert not going_on.from_snapshot.isEnabled()
    monkeypatch.setattr(going_on, "_snapshot_step", lambda: 1_024)
    used.panel.refresh()
    assert going_on.from_snapshot.text() == "As a new run, from step 1,024"
    going_on.from_snapshot.trigger()
    folder = used.panel.model.rows[1].folder
    assert asked == [(folder, None), (folder, 1_024)]


def test_continue_asks_where_moved_pictures_are(used: Used, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, int | None, dict[str, str]]] = []
    monkeypatch.setattr(used.session.runs, "continue_as_new", lambda *given: asked.append(given))
    folder = used.panel.model.rows[1].folder
    preset = with_setting(counting(tmp_path), "data.kind", "image-folder")
    write_text(folder / PRESET, preset_to_toml(with_setting(preset, "data.folder", str(tmp_path / "gone"))))
    used.click(1)
    used.until(lambda: used.session.runs.compared is not None)
    used.panel.refresh()
    assert "its settings say (Folder): asks where they are" in used.panel.going_on.button.toolTip()
    titles: list[str] = []
    answers = ["", str(tmp_path / "nowhere"), str(draw_bars(tmp_path / "here"))]

    def answer(_: QWidget, title: str) -> str:
        titles.append(title)
        return answers.pop(0)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", answer)
    used.panel.going_on.as_new.trigger()
    assert used.panel.problem.text() == ""
    used.panel.going_on.as_new.trigger()
    assert "nowhere, data.folder: there is no such folder" in used.panel.problem.text()
    assert asked == []
    used.panel.going_on.as_new.trigger()
    assert asked == [(folder, None, {"data.folder": str(tmp_path / "here")})]
    assert titles == ["Folder: where is it now?"] * 3


def test_a_run_whose_place_holds_other_pictures_is_resumed_from_elsewhere(
    empty: Used, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, going_on = empty.session, empty.panel.going_on
    preset, run = small_preset("cifar10-convnet", tmp_path), paths.runs() / "20260101-120000-cifar10-convnet"
    work = recorded(
        experiment(preset, report_seconds=0.0, checkpoint_seconds=0.0), Recorder(run, "cifar10-convnet", preset)
    )
    for event in work:
        if isinstance(event, Checkpoint) and event.state.step == 5:
            break
    work.close()
    moved = bars(tmp_path).rename(tmp_path / "moved")
    others = Path(shutil.copytree(moved, bars(tmp_path), dirs_exist_ok=True))
    next(others.rglob("*.png")).unlink()  # another stick where the right one was
    empty.until(lambda: empty.shown("ended") == ["broken off"])
    empty.click(0)
    empty.until(lambda: session.runs.compared is not None)
    empty.panel.refresh()
    for verb in (going_on.resume, going_on.as_new):
        verb.trigger()
        empty.until(lambda: session.training.phase == "failed")
        assert "the data are not those" in session.training.message
        empty.until(lambda: len(session.runs.rows or ()) == 1 and not session.runs._listing.is_busy)
        session.training.phase = "idle"
    assert [folder.name for folder in paths.runs().iterdir() if folder.is_dir()] == [run.name]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(moved))
    empty.panel.refresh()
    going_on.elsewhere.trigger()
    empty.until(lambda: session.training.phase == "finished")
    assert load_preset(run / PRESET).data.folder == str(moved)  # type: ignore[union-attr]


def test_a_run_that_was_stopped_is_resumed_and_a_finished_one_is_not(empty: Used) -> None:
    session, going_on = empty.session, empty.panel.going_on
    preset = with_setting(counting(paths.user_data(), steps=400), "training.validate_every", 100)
    write_text(paths.user_presets() / "counting.toml", preset_to_toml(preset))
    session.choices.open(paths.user_presets() / "counting.toml")
    session.train()
    empty.until(lambda: session.training.history is not None and session.training.history.step > 20)
    session.stop()
    empty.until(lambda: empty.shown("ended") == ["stopped"])
    empty.click(0)
    empty.panel.refresh()
    step = empty.panel.model.rows[0].about.step
    assert going_on.resume.text() == f"Resume it after step {step} of 400"
    going_on.resume.trigger()
    empty.until(lambda: session.training.phase == "finished" and empty.shown("ended") == ["finished"])
    [row] = empty.panel.model.rows
    assert (row.folder, row.about.step) == (session.training.folder, 400)
    empty.panel.refresh()
    assert (going_on.resume.isEnabled(), going_on.as_new.isEnabled()) == (False, True)
    assert going_on.resume.toolTip() == "It is finished: nothing is left to be trained"


def test_a_race_is_resumed_from_any_of_its_lanes(empty: Used) -> None:
    session, going_on = empty.session, empty.panel.going_on
    parts = broken_off(lanes_for(counting(paths.user_data())), (7, 9, 4))
    empty.until(lambda: len(empty.shown()) == 3)
    empty.click(0)
    empty.panel.refresh()
    assert (going_on.race.isVisible(), going_on.race.isEnabled()) == (True, True)
    assert going_on.race.text() == "Resume its race of 3 lanes after step 4 of 30"
    going_on.race.trigger()
    empty.until(lambda: session.race.phase == "finished" and empty.shown("ended") == ["finished"] * 3)
    assert [runner.folder for runner in session.race.runners] == parts
    empty.panel.refresh()
    assert not going_on.race.isEnabled()
    assert going_on.race.toolTip() == "It is over: nothing is left to be trained"


def test_a_race_without_one_of_its_lanes_is_not_resumed(empty: Used) -> None:
    parts = broken_off(lanes_for(counting(paths.user_data())), (7, 9, 4))
    shutil.rmtree(parts[1])
    empty.until(lambda: len(empty.shown()) == 2)
    empty.click(0)
    empty.panel.refresh()
    going_on = empty.panel.going_on
    assert (going_on.race.isVisible(), going_on.race.isEnabled()) == (True, False)
    assert going_on.race.toolTip() == f"Another lane of it is not here any more: {parts[1].name}"
    assert going_on.resume.isEnabled()  # alone it is resumed all the same


def test_a_copy_of_a_lane_is_not_resumed_in_its_place(empty: Used) -> None:
    parts = broken_off(lanes_for(counting(paths.user_data())), (7, 9, 4))
    shutil.copytree(parts[0], parts[0].with_name("20990101-120000-copy"))
    empty.until(lambda: len(empty.shown()) == 4)
    empty.click(0)
    empty.panel.refresh()
    going_on = empty.panel.going_on
    assert empty.session.runs.chosen[0].name == "20990101-120000-copy"
    assert (going_on.race.isVisible(), going_on.race.isEnabled()) == (True, False)
    assert going_on.race.toolTip().startswith("It was renamed, or is a copy: its race goes on from ")


def test_a_race_asks_where_its_data_are(empty: Used, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session, going_on = empty.session, empty.panel.going_on
    parts = broken_off(lanes_for(counting(paths.user_data())), (7, 9, 4))
    moved = (paths.user_data() / "counting.txt").rename(tmp_path / "moved.txt")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: (str(moved), ""))
    empty.until(lambda: len(empty.shown()) == 3)
    empty.click(0)
    empty.panel.refresh()
    going_on.race.trigger()
    empty.until(lambda: session.race.phase == "finished")
    assert all(str(moved) in (part / PRESET).read_text() for part in parts)


def test_a_run_of_its_own_has_no_race_to_resume(used: Used) -> None:
    used.click(1)
    used.panel.refresh()
    assert not used.panel.going_on.race.isVisible()


def test_a_double_click_on_a_run_without_a_network_says_so(used: Used) -> None:
    used.click(0)
    used.click(0, double=True)
    assert "it has no network" in used.panel.problem.text()


def test_a_double_click_opens_the_snapshots_and_continue_follows_them(empty: Used) -> None:
    session = empty.session
    write_text(paths.user_presets() / "counting.toml", preset_to_toml(counting(paths.user_data())))
    session.choices.open(paths.user_presets() / "counting.toml")
    session.train()
    empty.until(lambda: session.training.phase == "finished" and len(empty.panel.model.rows) == 1)
    empty.until(lambda: empty.shown("ended") == ["finished"])
    empty.click(0)
    folder = session.training.folder
    assert folder is not None
    empty.click(0, double=True)
    empty.until(lambda: session.times.opened is not None and session.times.at == 30)
    assert session.times.opened is not None
    assert session.times.opened.travels.folder == folder
    empty.panel.refresh()
    assert not empty.panel.going_on.from_snapshot.isEnabled()
    session.times.travel(session.times.steps.index(8))
    empty.panel.refresh()
    assert empty.panel.going_on.from_snapshot.text() == "As a new run, from step 8"
    empty.panel.going_on.from_snapshot.trigger()
    empty.until(lambda: session.training.folder != folder)
    assert not empty.panel.going_on.button.isEnabled()
    empty.until(lambda: session.training.phase == "finished" and len(empty.panel.model.rows) == 2)
    newest = max(empty.panel.model.rows, key=lambda row: row.folder.name)
    assert newest.about.facts["continued"] == {"run": folder.name, "step": 8, "optimiser": "fresh"}
    assert session.training.history is not None
    assert session.training.history.training["step"].tolist() == list(range(1, 31))
    told = [note.sentence for note in session.notes]
    assert any("weights of step 8" in sentence and "a fresh optimiser" in sentence for sentence in told)
    empty.panel.table.selectRow(empty.panel.model.number_of(newest.folder) or 0)
    empty.until(lambda: f"Goes on from: {folder.name}, weights of step 8" in empty.panel.details.words.text())


def test_delete_by_key_but_not_while_it_is_trained(used: Used, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("send2trash.send2trash", lambda run: run.rename(tmp_path / run.name))
    used.click(0)
    folder = used.panel.model.rows[0].folder
    held = hold(folder)
    used.panel.refresh()
    used.panel.table.setFocus()
    used.panel.delete.click()
    used.until(lambda: "is being trained" in used.panel.problem.text())
    held.release()
    used.panel.delete.click()
    used.until(lambda: len(used.panel.model.rows) == 2)
    assert used.shown() == ["GRU 8", "LSTM 6"]
    assert (tmp_path / folder.name / ABOUT).exists()
    assert used.session.runs.chosen == ()


def test_every_control_has_a_name_and_a_place_in_the_order_of_tab(used: Used) -> None:
    used.click(0)
    used.panel.refresh()
    panel = used.panel
    wanted: list[QWidget] = [panel.filter, panel.best, panel.draw, panel.settings, panel.going_on.button, panel.travel,
                             panel.delete, panel.table, panel.details.star, panel.details.tags,
                             panel.details.note]  # fmt: skip
    order: list[QWidget] = []
    widget = panel.filter.nextInFocusChain()
    while widget is not None and widget is not panel.filter:
        order.append(widget)
        widget = widget.nextInFocusChain()
    assert [each for each in order if each in wanted] == wanted[1:]
    for control in wanted:
        assert control.objectName()
        assert control.accessibleName() or not isinstance(control, QLineEdit)
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_it_has_room_in_the_smallest_window(used: Used) -> None:
    """1,024 pixels less the form at the left."""
    used.panel.table.selectAll()
    used.panel.refresh()
    assert used.panel.minimumSizeHint().width() <= 745


def test_both_looks_are_painted(used: Used) -> None:
    light = used.panel.grab().toImage()
    used.panel.set_theme(DARK)
    assert not light.isNull()
    assert used.panel.grab().toImage().size() == light.size()


def test_a_keystroke_among_thousands_is_quick(capsys: pytest.CaptureFixture[str]) -> None:
    rows = tuple(
        RunRow(Path(f"runs/{number:05d}"), About("p", f"Preset {number % 7}", f"{number:05d}", number, facts={
            "network": f"LSTM {number % 512}", "test": {"loss": (number * 7919) % 5000}}))
        for number in range(5_000)
    )  # fmt: skip
    table = RunsTable()
    began = time.perf_counter()
    table.set_rows(rows)
    shown = time.perf_counter() - began
    slowest = 0.0
    for text in ("p", "pr", "pre", "preset 3", "preset 3 lstm", "preset 3 lstm 11"):
        began = time.perf_counter()
        table.set_filter(text)
        slowest = max(slowest, time.perf_counter() - began)
    assert [row.about.step for row in table.rows] == [
        n for n in range(4_999, -1, -1)
        if all(word in f"{n:05d} Preset {n % 7} {n:05d} LSTM {n % 512} {n:,} {(n * 7919) % 5000}"
               for word in ("Preset", "3", "LSTM", "11"))
    ]  # fmt: skip
    table.set_filter("")
    began = time.perf_counter()
    table.sort([column.name for column in table.columns].index("loss"))
    by_loss = time.perf_counter() - began
    assert [row.measured("loss") for row in table.rows] == sorted(row.measured("loss") for row in rows)
    with capsys.disabled():
        print(f" 5,000 rows: shown {1000 * shown:.0f} ms, slowest key {1000 * slowest:.0f} ms, "
              f"sorted {1000 * by_loss:.0f} ms", end="")  # fmt: skip
    assert max(shown, slowest, by_loss) < 2


def test_of_runs_that_are_gone_the_filter_keeps_nothing() -> None:
    rows = [RunRow(Path(f"run-{number}"), About("counting", "Counting", f"{number}")) for number in range(3)]
    gone = weakref.ref(rows[0])
    table = RunsTable()
    table.set_rows(rows)
    table.set_filter("counting")
    table.set_rows(rows[1:])
    assert [row.folder.name for row in table.rows] == ["run-2", "run-1"]
    del rows
    gc.collect()
    assert gone() is None


def test_somebody_elses_words_are_shown_as_they_are(empty: Used) -> None:
    folder = paths.runs() / "2026-foreign"
    write_text(folder / ABOUT, json.dumps({
        "preset_id": "<b>", "title": "<img src=x>\nsecond line", "started": "", "step": -5, "ended": "<i>odd</i>",
        "facts": {"network": ["x"], "data": {"a": 1}, "seed": "<h1>", "failure": 3, "parameters": "many",
                  "test": {"on": 3, "loss": "low"}, "validation": []},
    }))  # fmt: skip
    write_text(folder / "remarks.json", '{"note": "<b>bold</b>"}')
    empty.until(lambda: len(empty.panel.model.rows) == 1)
    empty.click(0)
    empty.panel.refresh()
    assert empty.shown("preset") == ["<img src=x>"]
    assert empty.shown("note") == ["<b>bold</b>"]
    assert (empty.shown("network"), empty.shown("loss"), empty.shown("seconds")) == ([""], [""], [""])
    model = empty.panel.model
    tips = [model.index(0, column).data(Qt.ItemDataRole.ToolTipRole) or "" for column in range(model.columnCount())]
    assert "<b>" not in "".join(tips)
    assert "<img" not in "".join(tips)
    assert empty.panel.details.words.textFormat() == Qt.TextFormat.PlainText
    assert "Seed: <h1>" in empty.panel.details.words.text()
