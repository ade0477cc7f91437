"""Travelling through a training while it goes on, and through one that was finished; what was logged is found again."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.session.conftest import Opened
from workbench import paths
from workbench.engine.story import tell
from workbench.errors import BadInput
from workbench.runs.folders import SNAPSHOTS
from workbench.runs.snapshot_files import load_travels
from workbench.session.change import Change

Open = Callable[[], Opened]


def trained_to_the_end(opened: Opened, counting: str, steps: int = 60) -> Path:
    session = opened.session
    session.choose(counting)
    session.set("training.steps", steps)
    session.set("training.validate_every", 20)
    session.train()
    opened.until_phase("finished")
    assert session.training.folder is not None
    return session.training.folder


def step_in_use(opened: Opened) -> tuple[str, int]:
    in_use = opened.session.network_for("words")
    assert in_use is not None
    return in_use.origin, in_use.trained.step


def test_training_goes_on_while_an_earlier_step_is_looked_at(opened: Opened, counting: str) -> None:
    session = opened.session
    assert not session.times.steps
    session.set_seed_text("one two")
    session.choose(counting)
    session.set("training.steps", 1_000_000)
    session.train()
    opened.until(lambda: len(session.times.steps) > 6)
    place = session.times.steps.index(4)
    session.times.travel(place)
    opened.until(lambda: session.answer is not None and session.answer.question.trained.step == 4)
    assert step_in_use(opened) == ("snapshot", 4)
    history = session.training.history
    assert history is not None
    before, newest = history.step, session.times.steps[-1]
    opened.until(lambda: history.step > before + 100 and session.times.steps[-1] > newest)
    assert step_in_use(opened) == ("snapshot", 4)  # the newer snapshots did not take over
    assert (session.times.at, session.times.index) == (4, place)
    answer = session.answer
    assert answer is not None
    assert answer.question.trained.step == 4
    session.times.live()
    opened.until(lambda: step_in_use(opened)[1] > newest)
    assert step_in_use(opened)[0] == "training"
    assert session.times.at is None
    session.times.travel(len(session.times.steps) - 1)  # the newest is now
    assert session.times.at is None
    session.stop()
    opened.until_phase("stopped")


def test_the_weights_at_a_step_are_those_of_its_snapshot(opened: Opened, counting: str) -> None:
    folder = trained_to_the_end(opened, counting)
    session, travels = opened.session, load_travels(trained_folder := folder)
    assert trained_folder.is_dir()
    for index, step in enumerate(session.times.steps):
        session.times.travel(index)
        session.poll()
        in_use = session.network_for("words")
        assert in_use is not None
        expected = travels.at(step).weights
        assert all(torch.equal(weight, expected[name]) for name, weight in in_use.trained.weights.items())
    assert session.times.at is None  # the last one is what was trained
    with pytest.raises(BadInput, match="expected one of"):
        session.times.travel(1_000)


def test_what_was_logged_is_recomputed_and_then_wherever_one_travels(opened: Opened, counting: str) -> None:
    trained_to_the_end(opened, counting)
    times = opened.session.times
    steps = times.steps
    times.travel(steps.index(8))
    assert "Nothing was validated" in times.cannot_recompute()
    with pytest.raises(BadInput, match="Nothing was validated"):
        times.recompute()
    times.travel(steps.index(20))
    times.recompute()
    opened.until(lambda: 20 in times.recomputed)
    times.travel(steps.index(40))
    opened.until(lambda: 40 in times.recomputed)
    for step in (20, 40):
        logged = times.logged(step)
        assert logged is not None
        assert times.recomputed[step].loss == pytest.approx(logged[0], rel=1e-7)
        assert times.recomputed[step].accuracy == logged[1]
    assert times.recomputed[20].loss != times.recomputed[40].loss


def test_a_finished_run_is_found_opened_and_travelled_through(open_session: Open, counting: str) -> None:
    first = open_session()
    folder = trained_to_the_end(first, counting)
    first.session.close()
    opened = open_session()
    session = opened.session
    session.load_networks()
    opened.until_loaded()
    session.set_seed_text("one two")
    session.look_at("words")
    bundled = session.network_for("words")
    assert bundled is not None
    times = session.times
    times.look_for_runs()
    opened.until(lambda: bool(times.runs))
    assert [run for run, _ in times.runs] == [folder]
    times.open(folder)
    opened.until(lambda: times.opened is not None)
    assert step_in_use(opened) == ("snapshot", 60)
    assert times.history is not None
    assert times.history.training["step"].tolist() == list(range(1, 61))
    times.travel(times.steps.index(20))
    opened.until(lambda: session.answer is not None and session.answer.question.trained.step == 20)
    times.recompute()
    opened.until(lambda: 20 in times.recomputed)
    logged = times.logged(20)
    assert logged is not None
    assert times.recomputed[20].loss == pytest.approx(logged[0], rel=1e-7)
    times.live()
    opened.until(lambda: True)
    assert session.network_for("words") is bundled
    assert (times.opened, times.at, times.steps) == (None, None, ())


def test_the_story_is_told_again_by_the_step_travelled_to(opened: Opened, counting: str) -> None:
    trained_to_the_end(opened, counting, steps=200)
    session, story = opened.session, opened.session.story
    session.set_story_length(12)
    session.tell("one two")
    opened.until(lambda: not story.is_telling)
    learnt = list(story.words)
    session.set_seed_text("nine")  # typed, but not told yet
    session.times.travel(0)
    opened.until(lambda: not story.is_telling and story.words != learnt)
    assert story.text[:2] == ["one", "two"]
    in_use = session.network_for("words")
    assert in_use is not None
    again = list(tell(in_use.trained, ["one", "two"], 12, 0.0, torch.Generator().manual_seed(story.luck)))
    assert story.words == again
    session.times.live()
    opened.until(lambda: not story.is_telling and story.words == learnt)


def test_another_network_or_a_new_training_ends_the_journey(opened: Opened, counting: str) -> None:
    folder = trained_to_the_end(opened, counting)
    session = opened.session
    session.times.open(folder)
    opened.until(lambda: session.times.opened is not None)
    session.times.travel(2)
    opened.until(lambda: True)
    session.choose(counting)
    opened.until_loaded()
    assert (session.times.at, session.times.opened) == (None, None)
    assert step_in_use(opened) == ("run", 60)
    session.times.travel(2)
    session.train()
    opened.until(lambda: Change.TIMES in opened.seen and session.times.at is None)
    opened.until_phase("finished")
    assert step_in_use(opened)[0] == "training"


def test_a_broken_run_is_refused_by_name(opened: Opened, counting: str) -> None:
    folder = trained_to_the_end(opened, counting)
    times = opened.session.times
    (folder / SNAPSHOTS / "00000004.safetensors").write_bytes(b"cut")
    times.open(folder)
    opened.until(lambda: times.opened is not None)
    assert times.opened is not None
    assert "00000004.safetensors" in str(times.opened.travels.broken[0])
    assert 4 not in times.steps
    shutil.rmtree(folder / SNAPSHOTS)
    times.open(folder)
    opened.until(lambda: bool(times.failure))
    assert "has no snapshots" in times.failure
    times.open(paths.runs())
    opened.until(lambda: "not a run" in times.failure)
