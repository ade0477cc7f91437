"""A run that is continued as a new one: bit for bit as if it had never stopped, and the other one untouched."""

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from tests.small import counting
from workbench import paths
from workbench.config import Preset
from workbench.engine.events import Checkpoint, Snapshot
from workbench.engine.experiment import experiment
from workbench.errors import BadInput
from workbench.preset_files import load_preset
from workbench.runs.continued import continued
from workbench.runs.folders import ABOUT, METRICS, NETWORK, PRESET, SNAPSHOTS, STATE, STATE_BEFORE
from workbench.runs.index import all_runs, read_about
from workbench.runs.lock import LOCK, hold
from workbench.runs.network_file import load_network
from workbench.runs.remarks import FILE, remark
from workbench.runs.run import Recorder, go_on_with, recorded
from workbench.runs.snapshot_files import load_travels, snapshot_steps


def with_training(preset: Preset, **changes: Any) -> Preset:
    return msgspec.structs.replace(preset, training=msgspec.structs.replace(preset.training, **changes))


def train(name: str, preset: Preset) -> Path:
    folder = paths.runs() / name
    for _ in recorded(experiment(preset), Recorder(folder, "counting", preset)):
        pass
    return folder


def resume(folder: Path) -> Path:
    recorder, state, said = go_on_with(folder)
    assert said == ()
    assert state is not None
    for _ in recorded(experiment(recorder.preset, state=state), recorder):
        pass
    return folder


def is_same(one: Path, other: Path) -> bool:
    """Weights to the bit, and every line of the metrics."""
    ours, theirs = load_network(one / NETWORK), load_network(other / NETWORK)
    assert ours.step == theirs.step
    return (one / METRICS).read_text() == (other / METRICS).read_text() and all(
        torch.equal(weight, theirs.weights[name]) for name, weight in ours.weights.items()
    )


def content(run: Path) -> dict[str, bytes]:
    return {str(path.relative_to(run)): path.read_bytes() for path in run.rglob("*") if path.is_file()}


@pytest.fixture
def preset(temporary_home: Path) -> Preset:
    """With all that a state holds: Adam's moments, dropout, and epochs that are shuffled."""
    small = counting(temporary_home)
    return msgspec.structs.replace(small, model=msgspec.structs.replace(small.model, dropout=0.3))


def test_a_finished_run_goes_on_as_if_it_had_not_stopped(preset: Preset) -> None:
    short, long = train("short", preset), train("long", with_training(preset, steps=60))
    remark(short, star=True, note="mine")
    before = content(short)
    new = continued(short)
    assert load_preset(new / PRESET).training.steps == 60
    assert read_about(new).facts["continued"] == {"run": "short", "step": 30}
    assert (read_about(new).step, read_about(new).steps, read_about(new).tested) == (30, 60, None)
    assert is_same(resume(new), long)
    assert read_about(new).facts["continued"] == {"run": "short", "step": 30}
    assert read_about(new).facts["test"] == read_about(long).facts["test"]
    assert content(short) == before
    assert not (new / FILE).exists()
    assert {path.name for path in (short / SNAPSHOTS).iterdir()} <= {path.name for path in (new / SNAPSHOTS).iterdir()}


def test_so_many_more_steps(preset: Preset) -> None:
    short, long = train("short", preset), train("long", with_training(preset, steps=37))
    assert is_same(resume(continued(short, steps=7)), long)


def test_from_the_first_snapshot_it_is_the_same_run_again(preset: Preset) -> None:
    first = train("first", preset)
    assert is_same(resume(continued(first, at=0)), first)


def test_from_a_snapshot_it_goes_on_with_those_weights_and_what_was_measured_up_to_there(preset: Preset) -> None:
    first = train("first", preset)
    new = continued(first, at=8, steps=5)
    lines = (first / METRICS).read_text().splitlines()
    assert (new / METRICS).read_text().splitlines() == lines[:9]
    recorder, state, said = go_on_with(new)
    assert state is not None
    assert "weights of step 8 of first and a fresh optimiser" in said[0]
    there = load_travels(first).at(8).weights
    assert all(torch.equal(weight, there[name]) for name, weight in state.weights.items())
    per_epoch = 4  # of 15 windows in batches of 4 the last is left out
    assert (state.step, state.epoch * per_epoch + state.batch) == (8, 8) or (state.epoch, state.batch) == (2, 2)
    for _ in recorded(experiment(recorder.preset, state=state), recorder):
        pass
    assert (read_about(new).step, read_about(new).ended) == (13, "finished")
    assert (new / METRICS).read_text().splitlines()[:9] == lines[:9]
    assert [line.split(",")[0] for line in (new / METRICS).read_text().splitlines()[1:]] == [*map(str, range(1, 14))]
    assert read_about(new).facts["continued"] == {"run": "first", "step": 8, "optimiser": "fresh"}
    assert snapshot_steps(new)[:3] == snapshot_steps(first)[:3]
    assert go_on_with(new).said == ()  # it is past that step


def test_its_optimiser_is_fresh(preset: Preset) -> None:
    """The first step of Adam (Kingma and Ba, 2015, algorithm 1) moves every weight by its rate, whatever the slope."""
    first = train("first", with_training(preset, optimiser="adam", rate=0.02, clip=0.0))
    new = continued(first, at=8, steps=1)
    recorder, state, _ = go_on_with(new)
    for _ in recorded(experiment(recorder.preset, state=state), recorder):
        pass
    before, after = load_travels(first).at(8).weights, load_network(new / NETWORK).weights
    moved = torch.cat([(after[name] - weight).abs().flatten() for name, weight in before.items()])
    moved = moved[moved > 1e-4]  # words that were not read do not move
    assert len(moved) > 100
    assert float(moved.max()) <= 0.02 * (1 + 1e-4)
    assert float(((moved - 0.02).abs() < 2e-5).float().mean()) > 0.9  # a slope as small as epsilon moves less


def test_without_momentum_nothing_is_lost_and_it_ends_the_same_to_the_bit(preset: Preset) -> None:
    still = msgspec.structs.replace(preset, model=msgspec.structs.replace(preset.model, dropout=0.0))
    plain = with_training(still, optimiser="sgd", momentum=0.0, rate=0.1, batch=1)
    first = train("first", plain)
    new = continued(first, at=8)
    recorder, state, _ = go_on_with(new)
    for _ in recorded(experiment(recorder.preset, state=state), recorder):
        pass
    assert is_same(new, first)


def test_a_run_at_its_end_is_given_as_many_steps_again_from_its_last_snapshot_too(preset: Preset) -> None:
    new = continued(train("first", preset), at=30)
    assert load_preset(new / PRESET).training.steps == 60
    assert read_about(new).step == 30


@pytest.mark.parametrize("is_written_down", [True, False])
def test_a_snapshot_that_is_newer_than_the_last_checkpoint(preset: Preset, is_written_down: bool) -> None:
    """As a process leaves them that was killed in its first epoch."""
    slow = with_training(preset, batch=1, steps=60)  # 14 batches an epoch
    first = paths.runs() / "first"
    work = recorded(
        experiment(slow, report_seconds=0.0, snapshot_seconds=0.0, checkpoint_seconds=0.0),
        Recorder(first, "counting", slow),
    )
    kept = b""
    for event in work:
        if isinstance(event, Checkpoint) and event.state.step == 5:
            kept = (first / STATE).read_bytes()
        if isinstance(event, Snapshot) and event.step == 8:
            break
    killed = Path(shutil.copytree(first, first.with_name("killed")))
    work.close()
    (killed / STATE_BEFORE).unlink()
    (killed / STATE).write_bytes(kept)
    if not is_written_down:
        about = json.loads((killed / ABOUT).read_text())
        assert about["facts"].pop("steps_per_epoch") == 14
        (killed / ABOUT).write_text(json.dumps(about))
    recorder, state, _ = go_on_with(continued(killed, at=8, steps=20))
    assert state is not None
    assert (state.step, state.epoch, state.batch) == (8, 0, 8)
    for _ in recorded(experiment(recorder.preset, state=state), recorder):
        pass
    assert (recorder.about.step, recorder.about.ended) == (28, "finished")


def test_what_cannot_be_continued_leaves_no_folder(preset: Preset) -> None:
    first = train("first", preset)
    (first.with_name("empty")).mkdir()
    for run, at, steps, why in (
        (first, 7_777, None, "no snapshot of this step"), (first, None, 0, "at least 1"),
        (first.with_name("empty"), None, None, "not a run"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=why):
            continued(run, at, steps)
    held = hold(first)
    with pytest.raises(BadInput, match="is being trained"):
        continued(first)
    held.release()
    for left in first.glob("state*"):
        left.unlink()
    with pytest.raises(BadInput, match="before its first checkpoint"):
        continued(first)
    assert [folder.name for folder, _ in all_runs()] == ["first"]
    assert sorted(path.name for path in paths.runs().iterdir() if path.is_dir()) == ["empty", "first"]


def test_a_run_that_may_only_be_read_is_continued(
    temporary_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = train("shared", counting(tmp_path))
    (run / LOCK).unlink()
    before = content(run)
    for path in (*run.rglob("*"), run):
        path.chmod(0o555 if path.is_dir() else 0o444)
    opened = os.open

    def refused(path: Any, flags: int, mode: int = 0o777) -> int:
        if Path(path) == run / LOCK:  # as for anybody but root, whom modes do not bind
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(BadInput, match="no run can be written here: Permission denied"):
        go_on_with(run)
    new = resume(continued(run, steps=5))
    monkeypatch.undo()
    assert read_about(new).step == 35
    assert content(run) == before
    assert all(path.stat().st_mode & 0o200 for path in (*new.rglob("*"), new))
    for path in (run, *run.rglob("*")):
        path.chmod(0o755)
