"""A run that was stopped, or broken off, goes on in the window: its curves with it, and to the same end."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runs.same import assert_same_end
from tests.session.conftest import Opened
from workbench.errors import BadInput
from workbench.runs.folders import METRICS, STATE
from workbench.runs.index import all_runs, read_about
from workbench.runs.lock import hold, is_held
from workbench.runs.state_file import load_state
from workbench.session.session import Session

Open = Callable[[], Opened]

STEPS = 400


def train(session: Session, counting: str) -> None:
    session.choose(counting)
    session.set("training.steps", STEPS)
    session.train()


@pytest.fixture
def whole(open_session: Open, counting: str) -> Path:
    """A run that nothing ever happened to."""
    opened = open_session()
    train(opened.session, counting)
    opened.until_phase("finished")
    opened.session.close()
    [(folder, _)] = all_runs()
    return folder


@pytest.fixture
def stopped(whole: Path, open_session: Open, counting: str) -> Path:
    """The same, stopped by closing the window."""
    opened = open_session()
    train(opened.session, counting)
    opened.until(lambda: opened.session.training.history is not None and opened.session.training.history.step > 20)
    opened.session.close()
    [folder] = [folder for folder, _ in all_runs() if folder != whole]
    assert read_about(folder).ended == "stopped"
    return folder


def test_its_curves_are_there_and_it_ends_the_same(whole: Path, stopped: Path, open_session: Open) -> None:
    before = load_state(stopped / STATE).step
    opened = open_session()
    opened.session.resume(stopped)
    opened.until_phase("finished")
    assert_same_end(whole, stopped)
    history = opened.session.training.history
    assert history is not None
    assert history.training["step"].tolist() == list(range(1, STEPS + 1))
    rows = [line.split(",") for line in (whole / METRICS).read_text().splitlines()[1:]]
    assert history.training["loss"][:before].tolist() == pytest.approx(
        [float(row[1]) for row in rows[:before]], rel=1e-6
    )
    steps = history.validation["step"].tolist()
    assert steps == sorted(set(steps))
    assert steps[-1] == STEPS
    with pytest.raises(BadInput, match="is finished; nothing is left to be trained"):
        opened.session.resume(stopped)


def test_one_that_is_trained_elsewhere_is_refused_in_a_sentence(stopped: Path, open_session: Open) -> None:
    opened = open_session()
    held = hold(stopped)
    opened.session.resume(stopped)
    opened.until_phase("failed")
    assert "is being trained at this moment, here or in another window" in opened.session.training.message
    held.release()


def test_broken_metrics_are_said_and_let_go_of_the_run(stopped: Path, open_session: Open) -> None:
    (stopped / METRICS).write_text("step,loss,accuracy,gradient_norm\nfive,1,1,1\n")
    opened = open_session()
    opened.session.resume(stopped)
    opened.until_phase("failed")
    assert "metrics.csv: is broken" in opened.session.training.message
    assert not is_held(stopped)


def test_what_is_no_run_is_refused(open_session: Open, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="this folder is not a run"):
        open_session().session.resume(tmp_path)
