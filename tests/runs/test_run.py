"""A run on disk holds every step once, and can be gone on with to the bit, whatever ended it."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from tests.small import counting
from workbench.config import Preset, stacked
from workbench.engine.events import Checkpoint, Command, Ended, Progress, Started
from workbench.engine.experiment import Experiment, experiment
from workbench.errors import BadInput
from workbench.runs.folders import ABOUT, METRICS, NETWORK, PRESET, SNAPSHOTS, STATE, VALIDATION, new_run_folder
from workbench.runs.index import all_runs, read_about
from workbench.runs.lock import LOCK
from workbench.runs.network_file import load_network
from workbench.runs.run import Recorder, go_on_with, recorded
from workbench.runs.state_file import load_state


@pytest.fixture
def preset(tmp_path: Path) -> Preset:
    """Counting, with dropout, so that both random generators matter."""
    small = counting(tmp_path, steps=40)
    return msgspec.structs.replace(
        small, model=msgspec.structs.replace(small.model, dropout=0.3, stack=stacked(units=6, layers=2))
    )


def begun(preset: Preset, folder: Path, checkpoint_seconds: float = 15.0) -> Experiment:
    work = experiment(preset, report_seconds=0.0, checkpoint_seconds=checkpoint_seconds)
    return recorded(work, Recorder(folder, "counting", preset))


def gone_on(folder: Path) -> Experiment:
    recorder, state, _ = go_on_with(folder)
    return recorded(experiment(recorder.preset, state=state, report_seconds=0.0), recorder)


def stop_at(run: Experiment, step: int) -> None:
    """Follows a run and stops it after a batch, as a person would."""
    command: Command | None = None
    while True:
        try:
            event = run.send(command)
        except StopIteration:
            return
        command = "stop" if isinstance(event, Progress) and event.steps[-1] == step else None


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def assert_same_end(folder: Path, other: Path) -> None:
    one, two = load_state(folder / STATE), load_state(other / STATE)
    assert one.step == two.step
    assert one.weights.keys() == two.weights.keys()
    assert all(torch.equal(one.weights[name], two.weights[name]) for name in one.weights)
    assert torch.equal(one.order, two.order)
    assert torch.equal(one.dropout, two.dropout)
    assert rows(folder, METRICS) == rows(other, METRICS)
    assert rows(folder, VALIDATION) == rows(other, VALIDATION)


def test_a_finished_run_is_all_there(preset: Preset, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    list(begun(preset, folder))
    assert sorted(path.name for path in folder.iterdir() if path.name != LOCK) == sorted(
        [PRESET, ABOUT, METRICS, VALIDATION, NETWORK, STATE, SNAPSHOTS]
    )
    metrics = rows(folder, METRICS)
    assert [int(row["step"]) for row in metrics] == list(range(1, 41))
    assert all(float(row["loss"]) > 0 and float(row["gradient_norm"]) > 0 for row in metrics)
    about = read_about(folder)
    assert (about.preset_id, about.title, about.step, about.steps, about.ended) == (
        "counting", "Counting", 40, 40, "finished",
    )  # fmt: skip
    assert about.tested is not None
    assert about.facts["torch"] == torch.__version__
    network = load_network(folder / NETWORK)
    assert network.step == 40
    assert network.preset == preset


def test_every_step_is_written_once_however_seldom_it_is_reported(preset: Preset, tmp_path: Path) -> None:
    list(recorded(experiment(preset, report_seconds=9.0), Recorder(tmp_path / "run", "counting", preset)))
    assert [int(row["step"]) for row in rows(tmp_path / "run", METRICS)] == list(range(1, 41))


@pytest.mark.parametrize("stops", [(1,), (7,), (13, 14, 29), (39,)])
def test_a_run_stopped_and_gone_on_with_ends_the_same_to_the_bit(
    preset: Preset, tmp_path: Path, stops: tuple[int, ...]
) -> None:
    list(begun(preset, tmp_path / "whole"))
    stop_at(begun(preset, tmp_path / "parts"), stops[0])
    first = read_about(tmp_path / "parts")
    assert (first.ended, first.step, first.steps) == ("stopped", stops[0], 40)
    for step in stops[1:]:
        stop_at(gone_on(tmp_path / "parts"), step)
    list(gone_on(tmp_path / "parts"))
    assert_same_end(tmp_path / "whole", tmp_path / "parts")
    about = read_about(tmp_path / "parts")
    assert (about.ended, about.started) == ("finished", first.started)


def test_steps_after_the_last_checkpoint_are_made_again_and_written_once(preset: Preset, tmp_path: Path) -> None:
    list(begun(preset, tmp_path / "whole"))
    run = begun(preset, tmp_path / "broken", checkpoint_seconds=0.0)
    while not isinstance(event := next(run), Checkpoint) or event.state.step < 9:
        pass
    early = (tmp_path / "broken" / STATE).read_bytes()
    for _ in range(20):
        next(run)
    run.close()
    (tmp_path / "broken" / STATE).write_bytes(early)
    with (tmp_path / "broken" / METRICS).open("a") as file:
        file.write("23,0.5")  # the crash came in the middle of a line
    list(gone_on(tmp_path / "broken"))
    assert_same_end(tmp_path / "whole", tmp_path / "broken")


_CHILD = """
import os, signal, sys
from pathlib import Path
from workbench.engine.events import Checkpoint, Progress
from workbench.engine.experiment import experiment
from workbench.preset_files import load_preset
from workbench.runs.run import Recorder, recorded
import torch

torch.set_num_threads(1)
preset = load_preset(Path(sys.argv[1]))
recorder = Recorder(Path(sys.argv[2]), "counting", preset)
run = recorded(experiment(preset, report_seconds=0.0, checkpoint_seconds=0.0), recorder)
for event in run:
    if isinstance(event, Progress) and event.steps[-1] == 17:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 on Windows")
def test_a_killed_run_ends_the_same_to_the_bit(preset: Preset, tmp_path: Path) -> None:
    list(begun(preset, tmp_path / "whole"))
    killed = tmp_path / "killed"
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(tmp_path / "whole" / PRESET), str(killed)],
        env={**os.environ, "OMP_NUM_THREADS": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    assert [int(row["step"]) for row in rows(killed, METRICS)] == list(range(1, 18))
    assert read_about(killed).ended == ""
    assert load_network(killed / NETWORK).step == 16  # a checkpoint comes after the report
    list(gone_on(killed))
    assert_same_end(tmp_path / "whole", killed)


def test_a_run_broken_off_before_its_first_checkpoint_begins_again(preset: Preset, tmp_path: Path) -> None:
    list(begun(preset, tmp_path / "whole"))
    run = begun(preset, tmp_path / "run")
    while not isinstance(next(run), Started):
        pass
    run.close()
    recorder, state, said = go_on_with(tmp_path / "run")
    assert (state, said) == (None, ("Counting was broken off before its first checkpoint; it begins again.",))
    list(recorded(experiment(recorder.preset, state=state), recorder))
    assert_same_end(tmp_path / "whole", tmp_path / "run")


def test_a_run_whose_text_is_gone_says_so(preset: Preset, tmp_path: Path) -> None:
    stop_at(begun(preset, tmp_path / "run"), 5)
    (tmp_path / "counting.txt").unlink()
    with pytest.raises(BadInput, match=r"data\.text = .*no such file"):
        go_on_with(tmp_path / "run")
    assert load_network(tmp_path / "run" / NETWORK).step == 5  # and yet the network can be asked


def test_settings_that_do_not_fit_the_state_are_refused(preset: Preset, tmp_path: Path) -> None:
    stop_at(begun(preset, tmp_path / "run"), 5)
    path = tmp_path / "run" / PRESET
    path.write_text(path.read_text().replace("units = 6", "units = 7"))
    with pytest.raises(BadInput, match=r"expected .* for these settings"):
        go_on_with(tmp_path / "run")


def damage_preset(folder: Path) -> None:
    (folder / PRESET).write_text("title = 3")


def damage_about(folder: Path) -> None:
    (folder / ABOUT).write_bytes(b"\xff{")


def damage_state(folder: Path) -> None:
    (folder / STATE).write_bytes(b"\x80\x04K\x01.")


def damage_everything(folder: Path) -> None:
    for path in folder.rglob("*.*"):
        path.unlink()


@pytest.mark.parametrize("damage", [damage_preset, damage_about, damage_state, damage_everything])
def test_a_damaged_run_is_refused(preset: Preset, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    stop_at(begun(preset, tmp_path / "run"), 5)
    damage(tmp_path / "run")
    with pytest.raises(BadInput, match="run"):
        go_on_with(tmp_path / "run")


@pytest.mark.parametrize("content", [b"step,loss\nfive,0.1\n", b"step\n\xff\xfe\n"])
def test_damaged_metrics_are_refused_and_not_overwritten(preset: Preset, tmp_path: Path, content: bytes) -> None:
    stop_at(begun(preset, tmp_path / "run"), 5)
    (tmp_path / "run" / METRICS).write_bytes(content)
    with pytest.raises(BadInput, match=r"metrics\.csv: is broken"):
        list(gone_on(tmp_path / "run"))
    assert (tmp_path / "run" / METRICS).read_bytes() == content


def test_a_run_that_never_began_leaves_no_folder(preset: Preset, tmp_path: Path) -> None:
    missing = msgspec.structs.replace(preset, data=msgspec.structs.replace(preset.data, text="nowhere"))
    folder = new_run_folder("counting", tmp_path / "runs")
    with pytest.raises(BadInput):
        list(begun(missing, folder))
    stopped = begun(preset, new_run_folder("counting", tmp_path / "runs"))
    next(stopped)
    assert stopped.send("stop") == Ended(0, "stopped")
    assert list(stopped) == []
    assert list((tmp_path / "runs").iterdir()) == []


def test_stopping_while_it_loads_does_not_forget_how_far_a_run_was(preset: Preset, tmp_path: Path) -> None:
    stop_at(begun(preset, tmp_path / "run"), 5)
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").rglob("*.*")}
    run = gone_on(tmp_path / "run")
    next(run)
    run.send("stop")
    run.close()
    assert {path.name: path.read_bytes() for path in (tmp_path / "run").rglob("*.*")} == before


def test_a_run_where_nothing_can_be_written_says_so(preset: Preset, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInput, match="no run can be written here"):
        Recorder(tmp_path / "file" / "run", "counting", preset)
    with pytest.raises(BadInput, match="no folder can be made here"):
        new_run_folder("counting", tmp_path / "file")


def test_a_diverged_run_keeps_its_last_good_network(preset: Preset, tmp_path: Path) -> None:
    wild = msgspec.structs.replace(preset.training, optimiser="sgd", rate=100.0)
    unbounded = msgspec.structs.replace(preset.model, stack=stacked("rnn-relu", units=6))
    run = Recorder(tmp_path / "run", "counting", msgspec.structs.replace(preset, model=unbounded, training=wild))
    events = list(recorded(experiment(run.preset, report_seconds=0.0, snapshot_seconds=0.0), run))
    ended = events[-1]
    assert isinstance(ended, Ended)
    assert ended.reason == read_about(tmp_path / "run").ended == "diverged"
    assert all(bool(w.isfinite().all()) for w in load_network(tmp_path / "run" / NETWORK).weights.values())


# --- the list of runs -------------------------------------------------------------------------------------------------


def write_about(folder: Path, **words: Any) -> None:
    folder.mkdir(parents=True)
    (folder / ABOUT).write_text(json.dumps({"preset_id": "p", "title": "P", "started": "now", **words}))


def test_runs_are_listed_newest_first_and_broken_ones_named(tmp_path: Path) -> None:
    write_about(tmp_path / "20260101-000000-p", step=1)
    write_about(tmp_path / "20260301-000000-p", step=3)
    write_about(tmp_path / "20260201-000000-p", step="two")
    (tmp_path / "20260401-000000-p").mkdir()  # no run: nothing is said of it
    broken: list[BadInput] = []
    assert [about.step for _, about in all_runs(tmp_path, broken)] == [3, 1]
    assert [error.where for error in broken] == [str(tmp_path / "20260201-000000-p" / ABOUT)]
    assert [about.step for _, about in all_runs(tmp_path)] == [3, 1]
    assert list(all_runs(tmp_path / "nowhere")) == []


@pytest.mark.parametrize("test", [None, 3, {"accuracy": "much"}, {"on": "toys", "loss": "small"}])
def test_a_score_in_other_words_is_no_score(tmp_path: Path, test: object) -> None:
    write_about(tmp_path / "run", facts={"test": test})
    assert read_about(tmp_path / "run").tested is None


def test_folders_of_one_second_have_names_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.strftime", lambda form: "20260101-000000")
    folders = [new_run_folder("p", tmp_path) for _ in range(3)]
    assert len(set(folders)) == 3
    assert all(folder.is_dir() for folder in folders)
