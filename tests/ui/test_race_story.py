"""A person races three cells in the window: draws while they run, pauses with Space, and closes in the middle."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QPushButton, QTabBar, QWidget

from tests.small import own_preset
from tests.ui.person import Person, Story, live
from workbench.runs.folders import NETWORK
from workbench.runs.index import all_runs
from workbench.ui.panels.race_gates import RaceGates


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
