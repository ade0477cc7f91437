"""The power fails at any moment of saving: what is found is the new or what was before it, and a training goes on."""

import itertools
import os
import random
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch

from tests.engine.toy import preset, stopped_after
from tests.power_loss import Disk, Found
from tests.runs.same import assert_same_end
from tests.small import counting
from workbench.data.drawing import Drawing, load_drawing, save_drawing
from workbench.engine.events import Checkpoint
from workbench.engine.experiment import experiment
from workbench.files import PART, write_text
from workbench.preset_files import load_preset, preset_to_toml, with_setting
from workbench.runs.catalogue import FILE as CATALOGUE
from workbench.runs.checkpoints import keep_checkpoint, newest_checkpoint
from workbench.runs.continued import continued
from workbench.runs.folders import METRICS, VALIDATION
from workbench.runs.index import all_runs
from workbench.runs.remarks import read_remarks, remark
from workbench.runs.run import Recorder, go_on_with, recorded
from workbench.runs.run_file import open_run, save_run
from workbench.runs.snapshot_files import load_travels
from workbench.runs.so_far import said_so_far
from workbench.runs.table import Table
from workbench.session.memory import Memory, recall, remember

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be waited for on Windows")

#: Some of the states in the quick tests, every one in the slow ones.
SOME_OR_ALL = pytest.mark.parametrize("most", [25, pytest.param(1_000_000, marks=pytest.mark.slow)])


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for the disk any more while the states are looked at: no power fails there."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def states(disk: Disk, most: int) -> list[Found]:
    """So many of the states after the first promise, the very last among them."""
    found = [each for each in disk.found(PART) if each.promised is not None]
    print(f"{len(found):,} states after a power loss, {min(most, len(found)):,} of them opened")
    return [*random.Random(1).sample(found[:-1], min(most, len(found)) - 1), found[-1]]


def after_power_loss(
    root: Path, work: Callable[[Disk], object], most: int, monkeypatch: pytest.MonkeyPatch
) -> list[Found]:
    """So many of the states that a folder could be found in, had the power failed during the work."""
    disk = Disk(root)
    disk.record(monkeypatch, work)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # as ``unhurried``
    return states(disk, most)


def of(file: str, write: Callable[[int, Path], object], read: Callable[[Path], int]) -> tuple[Any, Any]:
    """Something that is kept in one file: how its number is written, and read."""
    return (lambda number, root: write(number, root / file)), (lambda root: read(root / file))


def drawing(number: int) -> Drawing:
    return Drawing((), thickness=(100 + number) / 1000)


def drawn(path: Path) -> int:
    return round(1000 * load_drawing(path).thickness) - 100


def recalled(path: Path) -> int:
    memory = recall(path)
    assert memory is not None
    return memory.length


#: What a person's work is kept in, with a number in each to tell the old from the new.
KEPT: dict[str, tuple[Callable[[int, Path], object], Callable[[Path], int]]] = {
    "text": of("a/b/t.txt", lambda number, path: write_text(path, str(number)), lambda path: int(path.read_text())),
    "preset": of(
        "presets/p.toml", lambda number, path: write_text(path, preset_to_toml(preset(units=number))),
        lambda path: load_preset(path).stack[0].units,
    ),
    "drawing": of("drawings/7.json", lambda number, path: save_drawing(drawing(number), path), drawn),
    "session": of("session.json", lambda number, path: remember(Memory(length=number), path), recalled),
    "remarks": (lambda number, run: remark(run, note=str(number)), lambda run: int(read_remarks(run).note)),
    "star": (lambda number, run: remark(run, star=number != 2), lambda run: 2 - read_remarks(run).star),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_what_was_saved_is_there_or_what_was_there_before(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, read = KEPT[name]
    (root := tmp_path / "disk").mkdir()

    def save(disk: Disk) -> None:
        for number in (1, 2):
            write(number, root)
            disk.promise(number)

    disk = Disk(root)
    disk.record(monkeypatch, save)
    seen = set()
    for found in disk.found(PART):
        if found.promised is not None:
            number = read(found.lay_out(tmp_path / "after"))
            assert found.promised <= number <= 2, found
            seen.add((found.promised, number))
    assert seen == {(1, 1), (1, 2), (2, 2)}


@SOME_OR_ALL
def test_every_moment_of_a_checkpoint_leaves_a_whole_one(
    most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = stopped_after(preset(units=3), 5)
    (root := tmp_path / "disk").mkdir()
    keep_checkpoint(root, state)

    def keep(disk: Disk) -> None:
        disk.promise(5)
        for step in (6, 7):
            keep_checkpoint(root, replace(state, step=step))
            disk.promise(step)

    steps, said = set(), set()
    for found in after_power_loss(root, keep, most, monkeypatch):
        newest = newest_checkpoint(found.lay_out(tmp_path / "after"), lambda *_: None)
        assert newest.state is not None
        assert found.promised <= newest.state.step <= found.promised + 1
        assert all(torch.equal(newest.state.weights[name], weight) for name, weight in state.weights.items())
        steps.add(newest.state.step)
        said.add(newest.said.split(": ")[-1])
    assert steps == {5, 6, 7}
    assert most < 1_000 or said == {"", *(
        f"is missing. The checkpoint before it, after step {step}, is used instead." for step in (5, 6))}  # fmt: skip


# --- a training -------------------------------------------------------------------------------------------------------


class Trained(NamedTuple):
    """A recorded training with a checkpoint after every step, and the same one where nothing was lost."""

    disk: Disk
    whole: Path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("trained")
    settings = with_setting(counting(folder, steps=8), "training.validate_every", 2)
    whole, root = folder / "whole", folder / "disk"
    list(recorded(experiment(settings), Recorder(whole, "counting", settings)))

    def train(disk: Disk) -> None:
        recorder = Recorder(root / "runs" / "run", "counting", settings)
        disk.promise(0)
        for event in recorded(experiment(settings, report_seconds=0.0, checkpoint_seconds=0.0), recorder):
            if isinstance(event, Checkpoint):
                disk.promise(event.state.step)

    root.mkdir()
    disk = Disk(root)
    with pytest.MonkeyPatch.context() as monkeypatch:
        disk.record(monkeypatch, train)
    return Trained(disk, whole)


@SOME_OR_ALL
@pytest.mark.usefixtures("unhurried")
def test_whenever_the_power_fails_the_run_opens_where_it_was_saved_last(
    most: int, trained: Trained, tmp_path: Path
) -> None:
    steps = set()
    for found in states(trained.disk, most):
        run = found.lay_out(tmp_path / "after") / "runs" / "run"
        assert [folder for folder, _ in all_runs(run.parent)] == [run]
        recorder, state, _ = go_on_with(run)
        recorder.close()
        step = state.step if state is not None else 0
        assert found.promised <= step <= found.promised + 1
        said_so_far(run, state)
        Table(run / METRICS, "step,loss,accuracy,gradient_norm", step, of_every_step=True).close()
        Table(run / VALIDATION, "step,loss,accuracy", step - 1).close()
        if found.promised:
            travels = load_travels(run)
            assert travels.final.step >= found.promised
            assert {0, 1, 2, 4, 8} & set(range(found.promised + 1)) <= {moment.step for moment in travels.moments}
        steps.add(step)
    assert steps == set(range(9)) or (most < 1_000 and 8 in steps)


@pytest.mark.parametrize("most", [4, pytest.param(60, marks=pytest.mark.slow)])
@pytest.mark.usefixtures("unhurried")
def test_a_training_that_lost_its_power_ends_as_one_that_did_not(most: int, trained: Trained, tmp_path: Path) -> None:
    for found in states(trained.disk, most):
        run = found.lay_out(tmp_path / "after") / "runs" / "run"
        recorder, state, _ = go_on_with(run)
        list(recorded(experiment(recorder.preset, state=state), recorder))
        assert_same_end(trained.whole, run)


@SOME_OR_ALL
def test_a_run_that_goes_on_as_a_new_one_is_whole_or_none(
    most: int, trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root := tmp_path / "disk").mkdir()
    runs = root / "runs"

    def go_on(disk: Disk) -> None:
        disk.promise(0)
        continued(trained.whole, None, 8, runs)
        disk.promise(1)

    count = set()
    for found in after_power_loss(root, go_on, most, monkeypatch):
        under = found.lay_out(tmp_path / "after") / "runs"
        there = [folder for folder, _ in all_runs(under)]
        assert found.promised <= len(there) <= 1
        for run in there:
            recorder, state, _ = go_on_with(run)
            recorder.close()
            assert state is not None and state.step == 8
            Table(run / METRICS, "step,loss,accuracy,gradient_norm", 8, of_every_step=True).close()
            assert len(said_so_far(run, state)) == 4
        count.add(len(there))
    assert count == {0, 1} or (most < 1_000 and 1 in count)


@SOME_OR_ALL
def test_a_run_in_one_file_is_the_new_one_or_the_old_and_opened_whole_or_not_at_all(
    most: int, trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root := tmp_path / "disk").mkdir()

    def pack_and_open(disk: Disk) -> None:
        remark(trained.whole, star=False)
        save_run(trained.whole, root / "run.lstmrun")
        disk.promise(1)
        remark(trained.whole, star=True)
        save_run(trained.whole, root / "run.lstmrun")
        disk.promise(2)
        open_run(root / "run.lstmrun", root / "runs")
        disk.promise(3)

    count = set()
    for found in after_power_loss(root, pack_and_open, most, monkeypatch):
        after = found.lay_out(tmp_path / "after")
        there = [folder for folder, _ in all_runs(after / "runs")]
        for run in there:
            recorder, state, _ = go_on_with(run)
            recorder.close()
            assert state is not None and state.step == 8 and read_remarks(run).star
            assert len(said_so_far(run, state)) == 4
        if found.promised in (1, 2):
            stars = read_remarks(open_run(after / "run.lstmrun", after / "again")).star
            assert stars or found.promised == 1
        assert len(there) == 1 or found.promised != 3
        count.add(len(there))
    assert count == {0, 1} or (most < 1_000 and 1 in count)


@pytest.mark.parametrize("damage", [lambda content: content[: len(content) // 2], lambda content: bytes(len(content))])
def test_a_catalogue_that_is_torn_is_made_again(
    damage: Callable[[bytes], bytes], trained: Trained, tmp_path: Path
) -> None:
    """SQLite is told not to wait for the disk, since all of it stands in the folders."""
    shutil.copytree(trained.whole, tmp_path / "run")
    before = list(all_runs(tmp_path))
    path = tmp_path / CATALOGUE
    path.write_bytes(damage(path.read_bytes()))
    assert list(all_runs(tmp_path)) == before
    assert len(before) == 1


# --- the disk itself --------------------------------------------------------------------------------------------------


def careless(path: Path, text: str) -> None:
    """The usual way, which waits for nothing."""
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


def test_careless_writing_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root := tmp_path / "disk").mkdir()
    (root / "t").write_text("old content")

    def write(disk: Disk) -> None:
        careless(root / "t", "new content")
        disk.promise("new")

    disk = Disk(root)
    disk.record(monkeypatch, write)
    contents = {found.files.get("t") for found in disk.found()}
    assert contents == {b"old content", b"", b"new c", bytes(11), b"new content"}
    assert any(found.promised == "new" and found.files["t"] == b"old content" for found in disk.found())


def test_names_and_contents_are_lost_by_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root := tmp_path / "disk").mkdir()
    (root / "log").write_bytes(b"12")

    def write(_: Disk) -> None:
        (root / "one").mkdir()
        with (root / "log").open("ab") as file:
            file.write(b"3456")
        (root / "one").rename(root / "two")

    disk = Disk(root)
    disk.record(monkeypatch, write)
    found = {(tuple(each.folders), each.files["log"]) for each in disk.found()}
    logs = (b"12", b"1234", b"12\0\0\0\0", b"123456")
    assert found >= set(itertools.product(((), ("one",), ("two",)), logs))
