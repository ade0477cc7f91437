"""A person races three cells in the window: draws while they run, pauses with Space, and closes in the middle."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QPushButton, QTabBar, QTableView, QWidget

from tests.broken_race import broken_off, lanes_for
from tests.small import counting, own_preset
from tests.ui.person import Person, Story, live
from workbench import paths
from workbench.runs.folders import NETWORK
from workbench.runs.index import all_runs, read_about
from workbench.session.unfinished import marked
from workbench.ui.panels.race import RacePanel
from workbench.ui.panels.race_gates import RaceGates


@pytest.fixture
def cut_short(temporary_home: Path) -> list[Path]:
    """The lanes of a race that was on when the workbench was killed."""
    parts = broken_off(lanes_for(counting(temporary_home)), (12, 9, 14))
    with marked(*parts):
        [mark] = paths.unfinished().iterdir()
        kept = mark.read_bytes()
    mark.write_bytes(kept)  # as a process leaves it that dies
    return parts


def test_after_a_crash_a_race_is_offered_back(cut_short: list[Path], temporary_home: Path) -> None:
    counting_file = temporary_home / "presets" / f"{own_preset(temporary_home)}.toml"

    def story(person: Person) -> Story:
        race = person.window.session.race
        yield lambda: person.sees("notice")
        assert person.text("noticeText") == (
            "A race of LSTM 6, GRU 6, RNN-tanh 6 was on when the workbench broke off. It is saved up to step 9 of 30."
        )
        assert person.find("noticeAnswer0", QPushButton).text() == "Go on racing"
        person.click("noticeAnswer0")
        yield lambda: race.phase == "finished" and person.sees("raceDock")
        assert [runner.folder for runner in race.runners] == cut_short
        assert all(len(runner.history.training) == 30 for runner in race.runners)
        person.window.session.choices.open(counting_file)
        panel = person.find("racePanel", RacePanel)
        yield lambda: panel.lanes.rows[0].score.text() != "–"  # of the lanes as they are lined up again
        person.window.close()

    def come_back(person: Person) -> Story:
        yield lambda: not person.window.session.networks.is_loading
        assert not person.sees("notice")
        person.window.close()

    live(story)
    assert [read_about(part).ended for part in cut_short] == ["finished"] * 3
    live(come_back)


def test_a_race_that_is_offered_back_can_be_left_for_later(cut_short: list[Path]) -> None:
    def story(person: Person) -> Story:
        yield lambda: person.sees("notice")
        person.click("noticeAnswer1")
        table = person.find("runsTable", QTableView)
        yield lambda: table.isVisible() and len(table.selectionModel().selectedRows()) == 3
        person.window.close()

    live(story)
    assert [read_about(part).ended for part in cut_short] == [""] * 3
    assert list(paths.unfinished().iterdir()) == []


def test_a_lane_whose_race_is_not_whole_is_offered_back_alone(cut_short: list[Path]) -> None:
    shutil.rmtree(cut_short[0])

    def story(person: Person) -> Story:
        yield lambda: person.sees("notice")
        assert "race: " in person.text("noticeText")
        assert "was being trained when the workbench broke off" in person.text("noticeText")
        person.click("noticeAnswer0")
        yield lambda: person.window.session.training.phase == "finished"
        person.window.close()

    live(story)
    assert sorted(read_about(part).ended for part in cut_short[1:]) == ["", "finished"]


def test_a_race_in_the_window(temporary_home: Path) -> None:
    own_preset(temporary_home, steps=100_000)

    def story(person: Person) -> Story:
        session, race = person.window.session, person.window.session.race
        yield lambda: not session.networks.is_loading and bool(session.networks.in_use)
        session.choose("counting")
        dock = person.find("raceDock", QDockWidget)
        dock.show()
        dock.raise_()
        yield lambda: person.window.findChild(QPushButton, "raceStart") is not None and person.sees("raceStart")
        yield lambda: person.find("raceStart", QPushButton).text() == "Race LSTM / GRU / RNN"
        person.click("raceStart")
        yield lambda: race.step > 0
        yield lambda: not person.find("trainButton", QWidget).isEnabled()
        assert person.text("whyNot") == "A race is running; stop it first."
        person.find("raceTabs", QTabBar).setCurrentIndex(1)
        session.set_seed_text("one two")
        gates = person.find("raceGates", RaceGates)
        yield lambda: all(list(view.heatmaps) for view in gates.lanes[:3])

        QTest.keyClick(person.window, Qt.Key.Key_Space)
        yield lambda: race.phase == "paused"
        assert len({runner.history.step for runner in race.runners}) == 1
        QTest.keyClick(person.window, Qt.Key.Key_Space)
        yield lambda: race.phase == "training"

        person.window.close()
        yield lambda: person.sees("notice")
        assert person.text("noticeText").startswith("A race is running.")
        assert person.find("noticeAnswer1", QPushButton).text() == "Go on racing"
        person.click("noticeAnswer1")
        yield lambda: not person.sees("notice")
        assert race.is_busy
        person.window.close()
        yield lambda: person.sees("notice")
        person.click("noticeAnswer0")

    live(story)
    runs = list(all_runs())
    assert [about.ended for _, about in runs] == ["stopped"] * 3
    assert all((folder / NETWORK).is_file() for folder, _ in runs)
