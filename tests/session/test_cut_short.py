"""A window that was killed in the middle of a training: what was on the screen is back, and the training is offered."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.session.conftest import Opened
from tests.small import own_preset
from workbench import paths
from workbench.runs.index import read_about
from workbench.runs.lock import hold
from workbench.session import screen_desk

Open = Callable[[], Opened]

#: More than the few seconds of a checkpoint, so that the kill comes in the middle.
STEPS = 40_000


@pytest.fixture
def killed(temporary_home: Path) -> Path:
    """The run of a session that was killed."""
    preset = own_preset(temporary_home, STEPS)
    words = [sys.executable, "-m", "tests.session.killed_session", preset]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
    ) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        process.kill()
    return folder


def kept_training() -> str:
    said = json.loads(paths.session_file().read_text())["training"]
    assert isinstance(said, str)
    return said


def test_it_is_offered_once_and_goes_on_to_its_end(killed: Path, open_session: Open) -> None:
    opened = open_session()
    session = opened.session
    session.recall()
    assert len(session.pad.content.drawing.strokes) == 1
    found = session.screen.take_cut_short()
    assert found is not None
    folder, about = found
    assert (folder, about.ended, about.steps) == (killed, "", STEPS)
    assert 0 < about.step < STEPS
    assert session.screen.take_cut_short() is None
    session.resume(folder)
    opened.until(lambda: session.training.history is not None and session.training.history.step > about.step)
    assert Path(kept_training()) == killed
    session.stop()
    opened.until_phase("stopped")
    assert read_about(killed).step > about.step


def test_after_a_clean_end_nothing_is_offered(killed: Path, open_session: Open) -> None:
    opened = open_session()
    opened.session.recall()
    opened.session.close()
    assert kept_training() == ""
    again = open_session()
    again.session.recall()
    assert again.session.screen.take_cut_short() is None


def test_one_that_another_window_trains_is_not_offered(killed: Path, open_session: Open) -> None:
    held = hold(killed)
    session = open_session().session
    session.recall()
    assert session.screen.take_cut_short() is None
    held.release()


@pytest.mark.parametrize("training", ["", "\0", ".", "/nowhere/at/all", "x" * 5_000])
def test_what_is_no_run_is_not_offered(open_session: Open, training: str) -> None:
    first = open_session().session
    first.screen.remember()
    document = json.loads(paths.session_file().read_text())
    paths.session_file().write_text(json.dumps(document | {"training": training}))
    session = open_session().session
    session.recall()
    assert session.screen.take_cut_short() is None


def test_what_is_drawn_is_kept_every_few_seconds(open_session: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_desk, "KEEP_SECONDS", 0.0)
    opened = open_session()
    opened.session.set_seed_text("one two")
    opened.session.set_story_length(7)
    opened.until(lambda: paths.session_file().is_file())
    again = open_session()
    again.session.recall()
    assert (again.session.story.seed_text, again.session.story.length) == ("one two", 7)
