"""The drawing and the story that a run was left with come back when it is opened, and go again when asked to."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.session.conftest import Opened
from workbench.data.drawing import Stroke, drawing_to_json
from workbench.runs.folders import NETWORK, SCREEN, SNAPSHOTS
from workbench.runs.index import all_runs
from workbench.runs.run_file import open_run, save_run
from workbench.session import screen_desk
from workbench.session.change import Change
from workbench.session.memory import recall

DOWN, ACROSS = Stroke.through([(0.4, 0.1), (0.4, 0.9)]), Stroke.through([(0.1, 0.5), (0.9, 0.5)])
Open = Callable[[], Opened]


@pytest.fixture
def run(open_session: Open, counting: str) -> Path:
    """A run left with a stroke and a story, in a session that is closed."""
    opened = open_session()
    session = opened.session
    session.choose(counting)
    session.train()
    opened.until_phase("finished")
    session.add_stroke(DOWN)
    session.set_fit(False)
    session.set_story_length(5)
    session.tell("one two")
    opened.until(lambda: not session.story.is_telling)
    session.close()
    [(folder, _)] = all_runs()
    return folder


def another_story(opened: Opened) -> list[str]:
    """Something else is on the screen. Returns the story's words."""
    session = opened.session
    session.load_networks()
    opened.until_loaded()
    session.add_stroke(ACROSS)
    session.set_story_length(3)
    session.tell("three four")
    opened.until(lambda: not session.story.is_telling)
    return session.story.text


def left(run: Path) -> list[str]:
    kept = recall(run / SCREEN)
    assert kept is not None
    assert len(kept.story_words) == 5
    return [*kept.story_seeds, *(word for word, *_ in kept.story_words)]


def is_back(opened: Opened, run: Path) -> bool:
    session = opened.session
    return session.pad.content.drawing.strokes == (DOWN,) and session.story.text == left(run)


@pytest.mark.parametrize("way", ["travel", "network", "file"])
def test_they_come_back_however_it_is_opened_and_can_be_taken_back(
    run: Path, open_session: Open, way: str, tmp_path: Path
) -> None:
    opened = open_session()
    session = opened.session
    mine = another_story(opened)
    match way:
        case "travel":
            session.times.open(run)
        case "network":
            session.open(run / NETWORK)
        case "file":
            save_run(run, tmp_path / "run.lstmrun")
            session.open(tmp_path / "run.lstmrun")
    opened.until(lambda: Change.SCREEN in opened.seen)
    assert is_back(opened, run)
    assert (session.pad.fit, session.story.seed_text) == (False, "one two")
    for _ in range(5):  # the network that was opened does not tell it anew
        opened.seen |= session.poll()
    assert not session.story.is_telling
    assert is_back(opened, run)

    session.undo()
    assert session.pad.content.drawing.strokes == (ACROSS,)
    session.redo()
    session.screen.take_back()
    assert session.pad.content.drawing.strokes == (ACROSS,)
    assert (session.pad.fit, session.story.seed_text, session.story.length) == (True, "three four", 3)
    assert session.story.text == mine
    assert not session.screen.can_take_back
    before = (run / SCREEN).read_bytes()
    session.close()
    assert (run / SCREEN).read_bytes() == before  # looking at a run changes nothing in it


def test_an_empty_screen_is_what_was_there_too(run: Path, open_session: Open) -> None:
    opened = open_session()
    opened.session.open(run / NETWORK)
    opened.until(lambda: Change.SCREEN in opened.seen)
    assert is_back(opened, run)
    opened.session.screen.take_back()
    assert opened.session.pad.content.is_empty
    assert opened.session.story.text == []


def test_a_run_that_was_left_without_them_leaves_the_persons_own(run: Path, open_session: Open) -> None:
    document = json.loads((run / SCREEN).read_text())
    document |= {"drawing": drawing_to_json(open_session().session.pad.content.drawing), "story_words": []}
    (run / SCREEN).write_text(json.dumps(document))
    opened = open_session()
    mine = another_story(opened)
    opened.session.open(run / NETWORK)
    opened.until_loaded()
    opened.until(lambda: not opened.session.screen.is_reading)
    assert opened.session.pad.content.drawing.strokes == (ACROSS,)
    assert opened.session.story.text == mine
    assert Change.SCREEN not in opened.seen
    assert not opened.session.screen.can_take_back


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "screen.json: could not be read"),
        (b'{"story_words": [["a", 7.0, []]]}', "expected probabilities"),
        (b'{"drawing": {"kind": "song", "strokes": [1]}}', "expected a drawing"),
        (json.dumps({"story_words": [["a", 0.5, []]] * 12_001}).encode(), "a story of 12,001 words"),
    ],
)
def test_a_broken_screen_is_said_in_a_sentence_and_the_run_is_there(
    run: Path, open_session: Open, content: bytes, says: str
) -> None:
    (run / SCREEN).write_bytes(content)
    opened = open_session()
    mine = another_story(opened)
    opened.session.times.open(run)
    opened.until(lambda: opened.session.notes != [])
    [note] = opened.session.notes
    assert note.level == "warning"
    assert says in note.sentence
    assert "\n" not in note.sentence
    assert "The run itself is whole" in note.sentence
    assert opened.session.times.opened is not None
    assert opened.session.network_for("words") is not None
    assert (run / SCREEN).read_bytes() == content
    assert opened.session.pad.content.drawing.strokes == (ACROSS,)
    assert (run / SNAPSHOTS).is_dir()
    assert opened.session.story.seeds == ("three", "four")  # told on by the network that was opened
    assert mine[:2] == ["three", "four"]


def test_a_run_that_is_gone_on_with_has_its_own_and_keeps_what_is_drawn_then(
    run: Path, open_session: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_session()
    session = opened.session
    another_story(opened)
    session.runs.continue_as_new(run)
    opened.until(lambda: Change.SCREEN in opened.seen)
    assert is_back(opened, run)
    opened.until_phase("finished")
    [new] = [folder for folder, _ in all_runs() if folder != run]
    assert session.training.folder == new
    session.add_stroke(ACROSS)
    session.close()
    kept = recall(new / SCREEN)
    assert kept is not None
    assert len(kept.drawing["strokes"]) == 2
    before = recall(run / SCREEN)
    assert before is not None
    assert len(before.drawing["strokes"]) == 1


def test_it_is_kept_while_the_run_is_trained_and_another_runs_screen_is_not_its_own(
    run: Path, open_session: Open, counting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_desk, "KEEP_SECONDS", 0.0)
    opened = open_session()
    session = opened.session
    session.choose(counting)
    session.set("training.steps", 100_000)
    session.train()
    opened.until_phase("training")
    folder = session.training.folder
    assert folder is not None
    session.add_stroke(ACROSS)

    def kept() -> int:
        memory = recall(folder / SCREEN)
        return 0 if memory is None else len(memory.drawing["strokes"])

    opened.until(lambda: kept() == 1)  # a process that is killed now has it
    session.open(run / NETWORK)
    opened.until(lambda: is_back(opened, run))
    session.add_stroke(ACROSS)
    session.stop()
    opened.until_phase("stopped")
    session.close()
    assert kept() == 1


def test_it_travels_in_the_file_of_a_run(run: Path, tmp_path: Path) -> None:
    save_run(run, tmp_path / "run.lstmrun")
    assert (open_run(tmp_path / "run.lstmrun", tmp_path / "other") / SCREEN).read_bytes() == (run / SCREEN).read_bytes()
