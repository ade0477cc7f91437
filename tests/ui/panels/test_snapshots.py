"""The Snapshots panel as a person uses it: slide, play, go back to now, and look at what stands behind a cell."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.small import TEXT, own_preset
from tests.small import counting as counting_preset
from tests.ui.panels.used import Used as UsedPanel
from workbench import paths
from workbench.engine.experiment import experiment
from workbench.runs.run import Recorder, recorded
from workbench.ui.panels.curves import CurvesPanel
from workbench.ui.panels.snapshots import SnapshotsPanel
from workbench.ui.theme import DARK, LIGHT


class Used(UsedPanel[SnapshotsPanel]):
    """With a training to travel through."""

    def train(self, counting: str) -> None:
        """Sixty steps of counting, validated three times."""
        session = self.session
        session.choose(counting)
        session.set("training.steps", 60)
        session.set("training.validate_every", 20)
        session.train()
        self.until(lambda: session.training.phase == "finished")


@pytest.fixture
def used(qtbot: QtBot, counting: str, small_networks: Path) -> Iterator[Used]:
    used = Used(qtbot, SnapshotsPanel, 980, 200)
    yield used
    used.close()


@pytest.fixture
def counting(temporary_home: Path) -> str:
    return own_preset(temporary_home)


def read(used: Used, task: str) -> None:
    used.session.load_networks()
    used.until(lambda: not used.session.networks.is_loading)
    used.session.look_at(task)  # type: ignore[arg-type]
    used.session.examining.read(100)
    used.until(
        lambda: (
            used.session.examining.examination is not None
            and used.session.examining.examination.trained.preset.task == task
            and not used.session.examining.is_busy
        )
    )


def test_before_anything_it_says_what_to_do(used: Used) -> None:
    used.panel.refresh()
    travel = used.panel.travel
    assert "Press Train" in travel.numbers.text()
    assert not travel.slider.isEnabled()
    assert not travel.play.isEnabled()
    assert "Train a digit preset first" in used.panel.matrix.accessibleDescription()


def test_a_network_that_came_along_has_a_matrix_of_drawn_digits(used: Used) -> None:
    read(used, "digits")
    found = used.session.examining.examination
    assert found is not None
    panel = used.panel
    assert found.matrix is not None
    assert panel.matrix.counts.tolist() == found.matrix.tolist()
    assert "drawn digits" in panel.caption.text()
    assert panel.wrong.text() == f"{len(found.examined.wrong())} wrong"
    assert [one.number for one in panel.samples.shown] == found.examined.wrong()[:60].tolist()


def test_a_cell_and_then_a_digit_are_chosen_by_keys_and_by_mouse(used: Used, qtbot: QtBot) -> None:
    read(used, "digits")
    panel, session = used.panel, used.session
    counts = panel.matrix.counts
    right, told = (int(n) for n in np.unravel_index(counts.argmax(), counts.shape))
    QTest.mouseClick(panel.matrix, Qt.MouseButton.LeftButton, pos=panel.matrix.cell_rect((right, told)).center())
    used.until(lambda: len(panel.samples.shown) == min(60, counts[right, told]))
    assert session.examining.cell == (right, told)
    assert panel.what.text().startswith(panel.matrix.reading((right, told)))
    found = session.examining.examination
    assert found is not None
    first = found.sample(panel.samples.shown[0].number)
    assert (first.right, first.told) == (str(right), str(told))
    panel.samples.setCurrentRow(0)
    QTest.keyClick(panel.samples, Qt.Key.Key_Return)
    assert session.digits.sample_label == str(right)
    assert session.pad.content.image is not None
    key = Qt.Key.Key_Right if told < 9 else Qt.Key.Key_Left
    QTest.keyClick(panel.matrix, key)
    moved = (right, told + (1 if told < 9 else -1))
    assert panel.matrix.current == moved
    assert panel.matrix.accessibleDescription().startswith(panel.matrix.reading(moved))
    QTest.keyClick(panel.matrix, Qt.Key.Key_Return)
    assert session.examining.cell == moved
    QTest.mouseClick(panel.hardest, Qt.MouseButton.LeftButton)
    used.until(lambda: [one.number for one in panel.samples.shown] == found.examined.hardest()[:60].tolist())


def test_the_slider_travels_and_the_curves_show_where(used: Used, counting: str, qtbot: QtBot) -> None:
    used.train(counting)
    session, travel = used.session, used.panel.travel
    steps = session.times.steps
    assert (travel.slider.maximum(), travel.slider.value()) == (len(steps) - 1, len(steps) - 1)
    assert [steps[mark] for mark in travel.slider.marks] == [20, 40, 60]
    QTest.keyClick(travel.slider, Qt.Key.Key_Home)
    assert session.times.at == 0
    QTest.keyClick(travel.slider, Qt.Key.Key_Right)
    assert session.times.at == steps[1]
    travel.slider.setValue(steps.index(20))
    used.until(lambda: travel.step.text() == "step 20")
    assert travel.slider.accessibleDescription() == "step 20"
    assert "logged" in travel.numbers.text()
    QTest.mouseClick(travel.recompute, Qt.MouseButton.LeftButton)
    used.until(lambda: travel.numbers.text().endswith(": the same"))
    curves = CurvesPanel(session, LIGHT)
    qtbot.addWidget(curves)
    curves.make_plots()
    assert {plot.marked for plot in curves.plots.values()} == {20.0}
    QTest.keyClick(travel.slider, Qt.Key.Key_End)
    assert not session.times.holds("words")
    curves.refresh()
    assert {plot.marked for plot in curves.plots.values()} == {None}
    used.panel.refresh()
    assert travel.step.text() == "step 60, now"


def test_it_plays_to_the_end_and_stands_still_when_it_is_hidden(used: Used, counting: str, qtbot: QtBot) -> None:
    used.train(counting)
    session, travel = used.session, used.panel.travel
    travel.slider.setValue(len(session.times.steps) - 3)
    QTest.mouseClick(travel.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.times.at is None, timeout=60_000)
    qtbot.waitUntil(lambda: not travel.is_playing, timeout=60_000)
    QTest.mouseClick(travel.play, Qt.MouseButton.LeftButton)
    assert session.times.at == 0  # from the end it begins again
    used.panel.hide()
    assert not travel.is_playing
    assert not session.examining.is_wanted


def test_a_finished_run_is_chosen_from_the_menu(used: Used, counting: str, qtbot: QtBot) -> None:
    used.train(counting)
    session, travel = used.session, used.panel.travel
    folder = session.training.folder
    assert folder is not None
    used.until(lambda: bool(session.times.runs))
    travel.source.menu().aboutToShow.emit()
    [action] = [each for each in travel.source.menu().actions() if each.data() == str(folder)]
    action.trigger()
    used.until(lambda: session.times.opened is not None)
    used.panel.refresh()
    assert travel.source.text() != "This training"
    assert travel.live.isEnabled()
    QTest.mouseClick(travel.live, Qt.MouseButton.LeftButton)
    used.panel.refresh()
    assert session.times.opened is None
    assert travel.source.text().startswith("This training")


def test_the_open_menu_takes_in_runs_of_others(used: Used, tmp_path: Path) -> None:
    used.until(lambda: not used.session.times._looking.is_busy)
    folder = paths.runs() / "20260101-120000-counting"
    list(recorded(experiment(counting_preset(tmp_path)), Recorder(folder, "counting", counting_preset(tmp_path))))
    menu = used.panel.travel.source.menu()
    menu.popup(QPoint(0, 0))
    used.until(lambda: [run for run, _ in used.session.times.runs] == [folder])
    used.panel.refresh()
    assert str(folder) in [each.data() for each in menu.actions()]
    menu.close()


def test_words_are_lines(used: Used, counting: str) -> None:
    used.train(counting)
    read(used, "words")
    panel = used.panel
    words = len(set(TEXT.split()))
    assert panel.matrix.counts.shape == (words, words)
    panel.hardest.click()
    used.until(lambda: bool(panel.samples.shown))
    assert all("←" in one.text for one in panel.samples.shown)
    assert all(one.picture is None for one in panel.samples.shown)


def test_it_is_painted_in_both_looks(used: Used) -> None:
    read(used, "digits")
    pictures = []
    for theme in (LIGHT, DARK):
        used.panel.set_theme(theme)
        image = used.panel.matrix.grab().toImage()
        pictures.append(image.pixelColor(used.panel.matrix.cell_rect((0, 0)).topLeft()).name())
    assert pictures[0] != pictures[1]
