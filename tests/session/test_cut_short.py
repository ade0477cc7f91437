"""A window that was killed in the middle of a training: what was on the screen is back, and the training is offered."""

import json
import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.session.conftest import Opened
from tests.small import own_preset
from workbench import paths
from workbench.runs.folders import ABOUT, SCREEN
from workbench.runs.index import read_about
from workbench.runs.lock import hold
from workbench.runs.raced import lanes_of
from workbench.session import screen_desk
from workbench.session.unfinished import marked, unfinished, unmark

Open = Callable[[], Opened]

#: More than the few seconds of a checkpoint, so that the kill comes in the middle.
STEPS = 40_000


@pytest.fixture
def killed(temporary_home: Path) -> Path:
    """The run of a session that was killed."""
    return killed_session(temporary_home)


@pytest.fixture
def killed_race(temporary_home: Path) -> Path:
    """The first lane of a race whose session was killed."""
    return killed_session(temporary_home, "race")


def killed_session(home: Path, *what: str) -> Path:
    preset = own_preset(home, STEPS)
    words = [sys.executable, "-m", "tests.session.killed_session", preset, *what]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
    ) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        process.kill()
    return folder


def test_it_is_offered_until_it_is_decided_and_goes_on(killed: Path, open_session: Open) -> None:
    opened = open_session()
    session = opened.session
    session.recall()
    assert len(session.pad.content.drawing.strokes) == 1
    for _ in range(2):
        [(folder, about)] = unfinished().items()
        assert (folder, about.ended, about.steps) == (killed, "", STEPS)
        assert 0 < about.step < STEPS
    session.resume(folder)
    opened.until(lambda: session.training.history is not None and session.training.history.step > about.step)
    assert not unfinished()  # it is being trained
    session.stop()
    opened.until_phase("stopped")
    assert read_about(killed).step > about.step
    session.close()
    assert not unfinished()
    assert list(paths.unfinished().iterdir()) == []


def test_a_race_is_offered_whichever_of_its_lanes_ended_and_goes_on(killed_race: Path, open_session: Open) -> None:
    first = killed_race
    about = read_about(first)
    (first / ABOUT).write_bytes(msgspec.json.encode(msgspec.structs.replace(about, ended="diverged")))
    lanes = unfinished()
    assert list(lanes) == list(lanes_of(first))
    saved = min(each.step for each in list(lanes.values())[1:])
    opened = open_session()
    race = opened.session.race
    race.resume(first)
    opened.until(lambda: race.step > saved + 10)
    assert not unfinished()  # it is being trained
    assert [runner.folder for runner in race.runners] == list(lanes)
    assert [runner.name for runner in race.runners] == ["LSTM 6", "GRU 6", "RNN-tanh 6"]
    for runner in race.runners:
        assert runner.history.training["step"].tolist() == list(range(1, runner.history.step + 1))  # from the beginning
    over = race.runners[0]
    assert over.history.ended is not None and over.history.ended.reason == "diverged"
    assert over.trained is not None and over.history.parameters > 0  # its gates can be looked at
    race.stop()
    opened.until(lambda: not race.is_busy)
    assert race.phase == "stopped"
    assert [each.ended for each in lanes_of(first).values()] == ["diverged", "stopped", "stopped"]
    opened.session.close()
    assert not unfinished()
    assert list(paths.unfinished().iterdir()) == []


def test_a_lane_that_is_trained_alone_is_offered_alone(killed_race: Path, open_session: Open) -> None:
    unmark(list(lanes_of(killed_race))[1])  # somebody decided about the race
    assert list(paths.unfinished().iterdir()) == []
    with marked(killed_race):
        [mark] = paths.unfinished().iterdir()
        kept = mark.read_bytes()
    mark.write_bytes(kept)
    assert list(unfinished()) == [killed_race]


def test_of_a_race_that_is_not_whole_a_lane_is_offered(killed_race: Path) -> None:
    first, second, third = lanes_of(killed_race)
    shutil.rmtree(first)
    [offered] = unfinished()
    assert offered in (second, third)
    unmark(offered)
    assert not unfinished()


def test_other_windows_leave_the_offer_alone(killed: Path, open_session: Open, counting: str) -> None:
    opened = open_session()
    opened.session.recall()
    opened.session.choose(counting)
    opened.session.set("training.steps", 5)
    opened.session.train()
    opened.until_phase("finished")
    opened.session.close()
    assert list(unfinished()) == [killed]


def test_one_that_is_trained_elsewhere_is_not_offered(killed: Path) -> None:
    held = hold(killed)
    assert not unfinished()
    held.release()
    assert unfinished()


def test_one_that_was_decided_about_or_deleted_is_not_offered(killed: Path) -> None:
    [mark] = paths.unfinished().iterdir()
    kept = mark.read_bytes()
    unmark(killed)
    assert not unfinished()
    mark.write_bytes(kept)
    shutil.rmtree(killed)
    assert not unfinished()
    assert mark.exists()  # it might be one that begins just now
    os.utime(mark, (0, 0))
    assert not unfinished()
    assert not mark.exists()


def test_a_mark_of_more_runs_than_race_is_none(temporary_home: Path) -> None:
    paths.unfinished().mkdir(parents=True)
    content = b"\0" * 60_000
    (paths.unfinished() / f"{zlib.crc32(os.fsencode(Path())):08x}-0").write_bytes(content)
    assert not unfinished()
    unmark(Path())


@pytest.mark.parametrize("content", [b"", b"\0", b".", b"/nowhere/at/all", b"x" * 5_000, b"\xff" * 70_000])
def test_what_is_no_mark_is_not_offered(temporary_home: Path, content: bytes) -> None:
    paths.unfinished().mkdir(parents=True)
    (paths.unfinished() / f"{zlib.crc32(content):08x}-0").write_bytes(content)
    assert not unfinished()


def test_what_is_drawn_is_kept_every_few_seconds(open_session: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_desk, "KEEP_SECONDS", 0.0)
    opened = open_session()
    opened.session.set_seed_text("one two")
    opened.session.set_story_length(7)
    opened.until(lambda: paths.session_file().is_file())
    again = open_session()
    again.session.recall()
    assert (again.session.story.seed_text, again.session.story.length) == ("one two", 7)


def test_a_session_that_cannot_be_kept_is_told_once_and_tried_again(
    open_session: Open, counting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_desk, "KEEP_SECONDS", 0.0)
    paths.session_file().mkdir(parents=True)
    opened = open_session()
    session = opened.session
    session.choose(counting)
    session.set("training.steps", STEPS)
    session.train()
    opened.until(lambda: session.training.started is not None)
    session.set_seed_text("one two")
    folder = session.training.folder
    assert folder is not None
    opened.until(lambda: json.loads((folder / SCREEN).read_text())["seed_text"] == "one two")  # this one can be kept
    opened.until(lambda: "session.json: what is drawn and told could not be kept" in str(session.notes))
    paths.session_file().rmdir()
    opened.until(lambda: paths.session_file().is_file())
    session.stop()
    opened.until_phase("stopped")
    assert sum("could not be kept" in note.sentence for note in session.notes) == 1


def test_a_run_that_cannot_be_resumed_keeps_its_own_screen(killed: Path, open_session: Open) -> None:
    before = (killed / SCREEN).read_bytes()
    opened = open_session()
    held = hold(killed)
    opened.session.set_seed_text("something else")
    opened.session.resume(killed)
    opened.until_phase("failed")
    opened.session.close()
    assert (killed / SCREEN).read_bytes() == before
    held.release()
    assert unfinished()  # who failed to train it takes no mark of another away
