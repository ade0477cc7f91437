"""What people do with the workbench, from the command that starts it to the closing of its window."""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDockWidget, QLabel, QTableView, QTabWidget, QToolButton, QWidget

from tests.small import counting
from tests.ui.open_windows import top_level_widgets
from tests.ui.person import Person, Story, live
from workbench import paths
from workbench.bench.mouse import Hand
from workbench.bench.pictures import FOUR
from workbench.data.drawing import Drawing, drawing_to_json
from workbench.engine.events import Checkpoint
from workbench.engine.experiment import experiment
from workbench.runs.folders import SCREEN
from workbench.runs.index import read_about
from workbench.runs.run import Recorder, recorded
from workbench.runs.run_file import save_run
from workbench.session.memory import Memory, remember
from workbench.session.unfinished import marked
from workbench.ui.panels.preset_chooser import PresetChooser
from workbench.ui.theme import DARK, LIGHT
from workbench.ui.widgets.belief import DigitBelief
from workbench.ui.widgets.belief_by_row import BeliefByRow
from workbench.ui.widgets.canvas import DigitCanvas
from workbench.ui.widgets.curve import CurvePlot
from workbench.ui.widgets.heatmap import Heatmap
from workbench.ui.widgets.story_text import StoryText

CTRL = Qt.KeyboardModifier.ControlModifier
FABLE = "story-belling-the-cat"


@pytest.fixture(autouse=True)
def nothing_left_open(qapp: QApplication) -> Iterator[None]:
    """No window and no running timer of ours survives the command."""
    yield
    gc.collect()
    left = [type(widget).__name__ for widget in top_level_widgets() if widget.isVisible()]
    assert not left, f"left open: {left}"
    # By type: asking a lazy module of torch's for its class would import it.
    running = [timer for timer in gc.get_objects() if issubclass(type(timer), QTimer) and timer.isActive()]
    assert not running, f"left running: {[timer.parent() for timer in running]}"


def draw_a_four(person: Person) -> None:
    hand = Hand(person.find("digitCanvas", QWidget))
    for stroke in FOUR:
        hand.stroke(stroke)


def belief(person: Person) -> DigitBelief:
    return person.find("digitBelief", DigitBelief)


def choose_the_fable(person: Person) -> Story:
    """With the keyboard, as the chooser is the first thing the tab key comes by."""
    chooser = person.find("presetChooser", PresetChooser)
    chooser.setFocus()
    person.press(Qt.Key.Key_End)
    for _ in range(chooser.findData(FABLE), chooser.count() - 1):  # other stories stand below it
        person.press(Qt.Key.Key_Up)
    yield lambda: person.window.session.choices.chosen == FABLE


def test_a_run_from_another_computer_is_double_clicked_and_another_dropped(
    temporary_home: Path, tmp_path: Path
) -> None:
    preset = counting(tmp_path, steps=3)
    for name in ("first", "second"):
        list(recorded(experiment(preset), Recorder(tmp_path / name, "counting", preset)))
        if name == "second":
            remember(Memory(drawing=drawing_to_json(Drawing(FOUR))), tmp_path / name / SCREEN)
        save_run(tmp_path / name, tmp_path / f"{name}.lstmrun")

    def story(person: Person) -> Story:
        session = person.window.session
        for name in ("first", "second"):
            yield lambda name=name: session.notes[-1:] != [] and session.notes[-1].sentence.endswith(name)  # type: ignore[misc]
            used = session.networks.in_use["words"]
            assert (used.origin, used.path) == ("run", temporary_home / "runs" / name / "network.safetensors")
            assert session.looking.at == "words"
            if name == "first":
                person.drop(tmp_path / "second.lstmrun")
        yield lambda: person.text("noticeText").startswith("The drawing and the story are those")
        assert session.pad.content.drawing == Drawing(FOUR)
        person.click("noticeAnswer0")  # put mine back
        yield lambda: not person.sees("notice") and session.pad.content.is_empty
        person.window.close()

    live(story, str(tmp_path / "first.lstmrun"))


def test_first_launch_a_digit_is_drawn_and_read(temporary_home: Path) -> None:
    def story(person: Person) -> Story:
        session = person.window.session
        yield lambda: session.answer is not None and person.sees("heatmap_f")
        assert person.text("gateCaption").startswith("A drawn 4, until you draw your own")
        reader = session.network_for("digits")
        assert reader is not None
        units = reader.trained.preset.stack[0].units
        assert person.find("heatmap_f", Heatmap).values.shape == (units, 14)  # a step is a pair of rows
        assert belief(person).beliefs is None  # nothing drawn is no digit
        undo, redo = person.find("undoStroke", QToolButton), person.find("redoStroke", QToolButton)
        assert not undo.isEnabled() and not redo.isEnabled()

        draw_a_four(person)
        yield lambda: belief(person).winner == "4" and session.looking.answered == session.looking.asked
        assert person.text("gateCaption").startswith("Your drawing")
        by_row = person.find("beliefByRow", BeliefByRow)
        yield lambda: by_row.steps == 14 and by_row.decided is not None
        canvas = person.find("digitCanvas", DigitCanvas)
        assert len(canvas.drawing.strokes) == 2

        canvas.setFocus()
        person.press(Qt.Key.Key_Z, CTRL)
        yield lambda: len(canvas.drawing.strokes) == 1 and redo.isEnabled()
        person.press(Qt.Key.Key_Y, CTRL)
        yield lambda: len(canvas.drawing.strokes) == 2 and not redo.isEnabled()
        yield lambda: belief(person).winner == "4"
        person.click("clearPad")
        yield lambda: canvas.drawing.is_empty and belief(person).beliefs is None
        assert by_row.steps == 0
        person.press(Qt.Key.Key_Z, CTRL)
        yield lambda: belief(person).winner == "4"
        person.press(Qt.Key.Key_Q, CTRL)

    live(story)
    saved = json.loads((temporary_home / "session.json").read_text())
    assert len(saved["drawing"]["strokes"]) == 2


def test_a_network_is_trained_by_keys_and_tells_a_story(temporary_home: Path) -> None:
    def story(person: Person) -> Story:
        session = person.window.session
        yield lambda: not session.networks.is_loading and bool(session.networks.in_use)
        yield from choose_the_fable(person)
        yield lambda: person.find("playground", QTabWidget).currentIndex() == 1
        yield lambda: not session.networks.is_loading
        person.write("model.stack.0.units", "many")
        yield lambda: "Expected" in person.text("whyNot")
        yield lambda: not person.find("trainButton", QWidget).isEnabled()
        person.write("model.stack.0.units", "32")
        person.write("training.steps", "300")
        yield lambda: session.choices.preset.training.steps == 300 and person.find("trainButton", QWidget).isEnabled()
        assert person.window.isWindowModified()

        person.find("heatmap_f", QWidget).setFocus()
        person.press(Qt.Key.Key_Space)  # trains
        yield lambda: session.training.phase == "training"
        person.press(Qt.Key.Key_Space)  # pauses
        yield lambda: session.training.phase == "paused"
        history = session.training.history
        assert history is not None
        before = history.step
        assert before < 300
        person.press(Qt.Key.Key_Period)
        yield lambda: session.training.phase == "paused" and history.step == before + 1
        yield lambda: person.text("phase").startswith("Paused")
        person.click("pauseButton")  # Continue
        yield lambda: session.training.phase == "finished"
        assert history.step == 300
        yield lambda: "Finished" in person.text("phase")
        loss = person.find("lossCurve", CurvePlot)
        yield lambda: loss.isVisible() and bool(loss.series) and len(loss.series[0].x) == 300

        person.write("storySeed", "had a genaral")
        person.press(Qt.Key.Key_Return)
        yield lambda: person.text("storyMessage").startswith("The network never read the word “genaral”")
        yield lambda: person.sees("nearestWord0")
        person.click("nearestWord0")
        page = person.find("storyText", StoryText)
        yield lambda: len(page.words) == 60 and not session.story.is_telling
        assert page.seed == ("had", "a", "general")
        assert person.text("storyMessage") == ""
        yield lambda: person.find("heatmap_f", Heatmap).values.shape == (32, 8)
        person.window.close()

    live(story)
    (run,) = (path for path in (temporary_home / "runs").iterdir() if path.is_dir())  # beside it the catalogue
    assert (run / "network.safetensors").is_file()


def test_closing_during_training_asks_once_and_everything_comes_back(temporary_home: Path) -> None:
    told: list[str] = []

    def close_while_training(person: Person) -> Story:
        session = person.window.session
        yield lambda: not session.networks.is_loading and bool(session.networks.in_use)
        draw_a_four(person)
        yield lambda: belief(person).winner == "4"
        yield from choose_the_fable(person)
        yield lambda: not session.networks.is_loading
        person.write("model.stack.0.units", "24")
        person.write("training.steps", "100000")
        yield lambda: person.find("trainButton", QWidget).isEnabled()
        person.click("trainButton")
        yield lambda: session.training.phase == "training" and session.networks.in_use["words"].origin == "training"
        person.write("storySeed", "had a general")
        person.press(Qt.Key.Key_Return)
        yield lambda: len(session.story.words) == 60 and not session.story.is_telling
        told.extend(session.story.text)
        log = person.find("logDock", QDockWidget)
        log.setFloating(True)
        person.find("experimentDock", QDockWidget).hide()

        person.window.close()
        yield lambda: person.sees("notice")
        assert person.window.isVisible()
        assert session.training.is_busy
        assert person.text("noticeText").startswith("A training is running.")
        person.click("noticeAnswer1")  # go on training
        yield lambda: not person.sees("notice")
        assert session.training.phase == "training"
        person.window.close()
        yield lambda: person.sees("notice") and person.window.isVisible()
        person.click("noticeAnswer0")

    def come_back(person: Person) -> Story:
        session = person.window.session
        assert session.choices.chosen == FABLE
        assert (session.choices.preset.stack[0].units, session.choices.preset.training.steps) == (24, 100_000)
        assert person.window.isWindowModified()
        assert len(session.pad.content.drawing.strokes) == 2
        assert session.story.text == told
        yield lambda: person.window.isVisible()
        assert person.find("logDock", QDockWidget).isFloating()
        assert not person.find("experimentDock", QDockWidget).isVisible()
        yield lambda: "words" in session.networks.in_use and session.networks.in_use["words"].origin == "run"
        yield lambda: not session.networks.is_loading
        assert session.networks.in_use["words"].trained.preset.stack[0].units == 24
        yield lambda: session.answer is not None and person.find("heatmap_f", Heatmap).values.shape == (24, 8)
        person.action("Default layout").trigger()
        yield lambda: person.find("experimentDock", QDockWidget).isVisible()
        assert not person.find("logDock", QDockWidget).isFloating()
        person.find("playground", QTabWidget).setCurrentIndex(0)
        yield lambda: belief(person).winner == "4"
        person.window.close()

    live(close_while_training)
    (run,) = (path for path in (temporary_home / "runs").iterdir() if path.is_dir())  # beside it the catalogue
    about = json.loads((run / "run.json").read_text())
    assert about["ended"] == "stopped" and 0 < about["step"] < 100_000
    assert (run / "network.safetensors").is_file()
    live(come_back)


def closed_without_a_word(person: Person) -> Story:
    yield lambda: not person.window.session.networks.is_loading
    assert not person.sees("notice")
    person.window.close()


@pytest.fixture
def cut_short(temporary_home: Path) -> Path:
    """A run that was being trained when the workbench was killed, five steps before its end."""
    preset, run = counting(temporary_home), temporary_home / "runs" / "20260101-120000-counting"
    work = recorded(
        experiment(preset, report_seconds=0.0, checkpoint_seconds=0.0), Recorder(run, "counting", preset)
    )  # fmt: skip
    for event in work:
        if isinstance(event, Checkpoint) and event.state.step == 25:
            break
    work.close()
    remember(Memory(drawing=drawing_to_json(Drawing(FOUR))), temporary_home / "session.json")
    with marked(run):
        [mark] = paths.unfinished().iterdir()
        kept = mark.read_bytes()
    mark.write_bytes(kept)  # as a process leaves it that dies
    return run


def test_after_a_crash_the_work_is_offered_back(cut_short: Path) -> None:
    def story(person: Person) -> Story:
        session = person.window.session
        yield lambda: person.sees("notice")
        assert person.text("noticeText") == (
            "Counting was being trained when the workbench broke off. It is saved up to step 25 of 30."
        )
        assert session.pad.content.drawing == Drawing(FOUR)
        person.drop(cut_short / "no such drawing.json")
        assert person.text("noticeText").startswith("Counting was being trained")  # what is told waits for the answer
        person.click("noticeAnswer0")  # go on training
        yield lambda: session.training.phase == "finished"
        assert "no such drawing.json" in person.text("noticeText")
        assert (session.training.folder, read_about(cut_short).ended) == (cut_short, "finished")
        person.window.close()

    live(story)
    live(closed_without_a_word)


def test_what_is_offered_back_whose_text_is_gone_leads_to_its_row(cut_short: Path, temporary_home: Path) -> None:
    (temporary_home / "counting.txt").unlink()

    def story(person: Person) -> Story:
        yield lambda: person.sees("notice")
        person.click("noticeAnswer0")
        assert "its data are not there" in person.text("noticeText")
        assert "--set" not in person.text("noticeText")
        table = person.find("runsTable", QTableView)
        yield lambda: table.isVisible() and len(table.selectionModel().selectedRows()) == 1
        yield lambda: "asks where they are" in person.find("goOnWithRun", QWidget).toolTip()
        person.window.close()

    live(story)
    live(closed_without_a_word)


def test_what_is_offered_back_can_be_left_for_later(cut_short: Path) -> None:
    def story(person: Person) -> Story:
        yield lambda: person.sees("notice")
        person.click("noticeAnswer1")
        table = person.find("runsTable", QTableView)
        yield lambda: table.isVisible() and table.model().rowCount() == 1
        assert read_about(cut_short).ended == ""
        person.window.close()

    live(story)
    live(closed_without_a_word)


def test_what_cannot_be_opened_is_said_and_nothing_is_lost(tmp_path: Path, temporary_home: Path) -> None:
    preset, image, network = tmp_path / "mine.toml", tmp_path / "photo.png", tmp_path / "net.safetensors"
    preset.write_text('title = "Mine"\n[data]\nkind = "letters"\n')
    image.write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    network.write_bytes(b"{}")

    def story(person: Person) -> Story:
        session = person.window.session
        yield lambda: not session.networks.is_loading and bool(session.networks.in_use)
        draw_a_four(person)
        yield lambda: belief(person).winner == "4"
        in_use, drawing = session.networks.in_use["digits"], session.pad.content.drawing
        for path in (preset, image, network, tmp_path / "nowhere.json"):
            person.drop(path)
            yield lambda path=path: person.text("noticeText").startswith(str(path))  # type: ignore[misc]
            said = person.text("noticeText")
            assert "\n" not in said and "Traceback" not in said
            person.click("noticeClose")
            assert not person.sees("notice")
        assert session.choices.chosen == "strokes-digits"
        assert session.networks.in_use["digits"] is in_use
        assert session.pad.content.drawing is drawing
        assert belief(person).winner == "4"
        person.window.close()

    live(story)


def test_light_turns_dark_while_it_is_open(temporary_home: Path) -> None:
    def story(person: Person) -> Story:
        session = person.window.session
        yield lambda: session.answer is not None and person.sees("heatmap_c")
        yield from choose_the_fable(person)
        person.write("model.stack.0.units", "8")
        person.write("training.steps", "30")
        yield lambda: person.find("trainButton", QWidget).isEnabled()
        person.click("trainButton")
        loss = person.find("lossCurve", CurvePlot)
        yield lambda: session.training.phase == "finished" and loss.isVisible()
        person.find("playground", QTabWidget).setCurrentIndex(0)
        yield lambda: person.sees("digitCanvas") and session.answer is not None
        for look, theme in (("Dark", DARK), ("Light", LIGHT), ("Dark", DARK)):
            person.action(look).trigger()
            yield lambda: True
            assert corner(loss) == theme.surface.lower()
            assert corner(person.find("digitCanvas", QWidget), 12) == theme.surface.lower()
            assert corner(person.find("experimentPanel", QWidget)) == theme.window.lower()
            # Before anything is read the cell holds next to nothing: the middle of the map, light or dark.
            cell = picture(person.find("heatmap_c", QWidget))
            middle = cell.pixelColor(40, cell.height() // 2).lightness()
            assert middle < 80 if theme.dark else middle > 200
        person.window.close()

    def stays_dark(person: Person) -> Story:
        yield lambda: person.window.isVisible()
        assert corner(person.find("experimentPanel", QWidget)) == DARK.window.lower()
        person.window.close()

    live(story)
    live(stays_dark)


def test_a_device_that_is_not_there_is_told_once_and_the_cpu_offered(temporary_home: Path) -> None:
    missing = "cuda" if sys.platform == "darwin" else "mps"

    def story(person: Person) -> Story:
        session = person.window.session
        yield lambda: not session.networks.is_loading and bool(session.networks.in_use)
        yield from choose_the_fable(person)
        person.write("model.stack.0.units", "8")
        person.write("training.steps", "30")
        session.set("training.device", missing)
        yield lambda: person.find("trainButton", QWidget).isEnabled()
        person.press(Qt.Key.Key_T, CTRL)
        yield lambda: session.training.phase == "failed" and person.sees("trainOnCpuButton")
        assert "does not work" in person.text("trainingMessage")
        assert not person.sees("notice")  # beside the button that helps it is said already
        person.find("experimentDock", QDockWidget).hide()
        person.press(Qt.Key.Key_T, CTRL)
        yield lambda: session.training.phase == "failed" and "does not work" in person.text("noticeText")
        person.click("noticeClose")
        person.find("experimentDock", QDockWidget).show()
        yield lambda: person.sees("trainOnCpuButton")
        person.click("trainOnCpuButton")
        yield lambda: session.training.phase == "finished"
        person.window.close()

    live(story)


def test_the_menus_tell_what_can_be_done_and_f1_lists_their_keys(temporary_home: Path) -> None:
    def story(person: Person) -> Story:
        session = person.window.session
        yield lambda: session.answer is not None
        assert not person.action("Undo").isEnabled() and not person.action("Clear the pad").isEnabled()
        draw_a_four(person)
        yield lambda: person.action("Clear the pad").isEnabled()
        person.press(Qt.Key.Key_2, CTRL)
        yield lambda: person.sees("storySeed") and not person.action("Clear the pad").isEnabled()
        person.press(Qt.Key.Key_Delete)
        assert len(session.pad.content.drawing.strokes) == 2
        person.press(Qt.Key.Key_R, CTRL)
        yield lambda: len(session.story.words) == 60 and not session.story.is_telling
        person.press(Qt.Key.Key_1, CTRL)
        yield lambda: person.sees("digitCanvas")
        person.press(Qt.Key.Key_D, CTRL)
        yield lambda: person.text("digitCaption").startswith("A test digit; it is a")
        person.press(Qt.Key.Key_F1)
        yield lambda: person.sees("shortcutSheet")
        sheet = person.find("shortcutSheet", QWidget)
        said = {label.text() for label in sheet.findChildren(QLabel)}
        assert {"Space", "Ctrl+T", "Train", "Ctrl+R", "Tell the story again", "F1"} <= said
        QTest.keyClick(sheet, Qt.Key.Key_F1)
        yield lambda: not person.window.findChildren(QWidget, "shortcutSheet")
        person.window.close()

    live(story)


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def corner(widget: QWidget, inset: int = 3) -> str:
    return picture(widget).pixelColor(inset, inset).name()


@pytest.mark.parametrize(("words", "size"), [((), (1280, 800)), (("--scale", "2", "--theme", "dark"), (2560, 1600))])
def test_a_screenshot_is_a_picture_of_the_first_launch(
    words: tuple[str, ...], size: tuple[int, int], tmp_path: Path, temporary_home: Path
) -> None:
    path = tmp_path / "shots" / "window.png"
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "--screenshot", str(path), *words],
        env=dict(os.environ), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    shot = QImage(str(path))
    assert (shot.width(), shot.height()) == size
    colours = {shot.pixelColor(x, y).name() for x in range(0, size[0], 16) for y in range(0, size[1], 16)}
    assert len(colours) > 40  # gates are there, not an empty window
    assert not list(temporary_home.rglob("*"))  # nothing of the person's own was written


def test_cells_are_verified_and_a_mistake_is_seen(monkeypatch: pytest.MonkeyPatch, temporary_home: Path) -> None:
    monkeypatch.setattr("workbench.insight.verify.DEPTHS", (1,))
    monkeypatch.setattr("workbench.session.verifying.TWIN_STEPS", 10)

    def story(person: Person) -> Story:
        session = person.window.session
        yield lambda: not session.networks.is_loading and session.answer is not None
        assert person.window.findChild(QWidget, "verifyPanel") is None  # behind the gates, and not needed yet
        person.action("Verify all cells").trigger()
        yield lambda: person.text("verifyStatus") == "all 16 green"
        assert not person.find("verifyTable", QWidget).visibleRegion().isEmpty()
        chooser = person.find("mistakeChooser", QComboBox)
        chooser.setFocus()
        person.press(Qt.Key.Key_Down)
        yield lambda: person.text("verifyStatus") == "8 of 16 red"
        yield lambda: person.text("twinOutcome").startswith("After 10 steps") and not session.verifying.is_training
        assert person.sees("twinCurves")
        person.click("verifyButton")  # closed at once: the check ends with the window
        person.press(Qt.Key.Key_Q, CTRL)

    live(story)
