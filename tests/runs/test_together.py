"""Two windows, or a window and the command line, on the same runs folder leave each other's runs whole."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.runs.same import assert_same_end
from tests.runs.test_index import steps, write_about
from tests.small import counting
from workbench.engine.events import Checkpoint
from workbench.engine.experiment import experiment
from workbench.errors import BadInput
from workbench.preset_files import preset_to_toml
from workbench.runs.index import read_about
from workbench.runs.lock import hold, is_held
from workbench.runs.remarks import read_remarks
from workbench.runs.run import Recorder, go_on_with, recorded

Begin = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Starts another process; those still there at the end are ended."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.runs.elsewhere", *map(str, words)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def test_a_run_that_is_held_elsewhere_is_refused_until_its_process_is_gone(begin: Begin, tmp_path: Path) -> None:
    preset = counting(tmp_path)
    list(recorded(experiment(preset), Recorder(tmp_path / "run", "counting", preset)))
    other = begin("hold", tmp_path / "run")
    assert said(other) == "ready"
    assert is_held(tmp_path / "run")
    with pytest.raises(BadInput, match=r"is being trained at this moment, here or in another window\. Stop it there"):
        go_on_with(tmp_path / "run")
    with pytest.raises(BadInput, match="is being trained at this moment"):
        Recorder(tmp_path / "run", "counting", preset)
    assert read_about(tmp_path / "run").ended == "finished"
    other.kill()
    other.wait()
    assert not is_held(tmp_path / "run")
    go_on_with(tmp_path / "run").recorder.close()


def test_one_process_cannot_train_a_run_twice_either(tmp_path: Path) -> None:
    preset = counting(tmp_path)
    work = recorded(
        experiment(preset, checkpoint_seconds=0.0, report_seconds=0.0), Recorder(tmp_path / "run", "c", preset)
    )
    while not isinstance(next(work), Checkpoint):
        pass
    with pytest.raises(BadInput, match="is being trained at this moment"):
        go_on_with(tmp_path / "run")
    work.close()
    assert not is_held(tmp_path / "run")
    go_on_with(tmp_path / "run").recorder.close()


def test_asking_whether_it_is_held_disturbs_nobody(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    held = hold(tmp_path)
    assert is_held(tmp_path)
    held.release()
    held.release()
    assert not is_held(tmp_path)


def test_two_trainings_of_the_same_second_have_folders_of_their_own(begin: Begin, tmp_path: Path) -> None:
    preset = counting(tmp_path, steps=200)
    (tmp_path / "preset.toml").write_text(preset_to_toml(preset))
    runs = tmp_path / "runs"
    others = [begin("train", runs, tmp_path / "preset.toml") for _ in range(2)]
    assert [said(each) for each in others] == ["ready", "ready"]
    go(*others)
    one, two = (said(each) for each in others)
    assert one != two
    assert sorted([one, two]) == sorted(path.name for path in runs.iterdir())
    assert [read_about(runs / name).ended for name in (one, two)] == ["finished", "finished"]
    assert_same_end(runs / one, runs / two)


def test_one_lists_while_another_removes_and_a_third_begins(begin: Begin, tmp_path: Path) -> None:
    for number in range(60):
        write_about(tmp_path / f"run-{number:02d}", step=number)
    lister, again, remover = begin("list", tmp_path), begin("list", tmp_path), begin("remove", tmp_path)
    assert [said(each) for each in (remover, lister, again)] == ["ready"] * 3
    go(remover)
    for number in range(20):
        write_about(tmp_path / f"other-{number:02d}", step=number)
        steps(tmp_path)
    assert said(remover) == "done"
    for each in (lister, again):
        assert said(each).startswith("[")
        assert each.wait() == 0
    assert steps(tmp_path) == list(range(19, -1, -1))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks no folders")
def test_what_two_remark_at_once_is_both_there(begin: Begin, tmp_path: Path) -> None:
    write_about(tmp_path / "run")
    held = hold(tmp_path / "run")  # nor does a training that goes on keep anybody from it
    others = [begin("remark", tmp_path / "run", letter) for letter in "ab"]
    assert [said(each) for each in others] == ["ready", "ready"]
    go(*others)
    assert [said(each) for each in others] == ["done", "done"]
    held.release()
    assert sorted(read_remarks(tmp_path / "run").tags) == sorted(f"{letter}{n}" for letter in "ab" for n in range(20))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 on Windows")
def test_a_catalogue_whose_writer_was_killed_is_right(begin: Begin, tmp_path: Path) -> None:
    for number in range(60):
        write_about(tmp_path / f"run-{number:02d}", step=number)
    for _ in range(3):
        lister = begin("list", tmp_path)
        assert said(lister) == "ready"
        write_about(tmp_path / "run-30", step=30)
        lister.send_signal(signal.SIGKILL)
        lister.wait()
        assert steps(tmp_path) == list(range(59, -1, -1))
