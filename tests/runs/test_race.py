"""A race that was broken off goes on from any of its lanes, and ends as one that never was."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.broken_race import begun, broken_off, folders_of, lanes_for, whole
from tests.presets_small import drawn_like_mnist, small_preset
from tests.runs.same import assert_same_end
from tests.small import TEXT, counting
from workbench import paths
from workbench.config import Preset
from workbench.engine.events import Ended, Progress
from workbench.engine.lanes import lane_names
from workbench.engine.race import Race
from workbench.engine.torch_run import TorchRun
from workbench.errors import BadInput, TrainingFailed
from workbench.files import write_text
from workbench.preset_files import load_preset, preset_to_toml
from workbench.runs.continued import continued
from workbench.runs.folders import ABOUT, METRICS, PRESET
from workbench.runs.folders import TEXT as OWN_TEXT
from workbench.runs.index import read_about
from workbench.runs.lock import is_held
from workbench.runs.race import RaceGoneOn, go_on_racing, lane_recorders
from workbench.runs.raced import lanes_of
from workbench.runs.run import Recorder
from workbench.runs.run_preset import with_text
from workbench.runs.table import Table


def gone_on(again: RaceGoneOn) -> None:
    for _ in again.work():
        pass


@pytest.fixture
def lanes(tmp_path: Path) -> tuple[Preset, ...]:
    return lanes_for(counting(tmp_path))


@pytest.mark.parametrize("after", [(9, 9, 9), (4, 11, 7), (0, 6, 13), (14, 28, 1)])
def test_each_lane_ends_the_same_to_the_bit(lanes: tuple[Preset, ...], after: tuple[int, ...]) -> None:
    undisturbed = whole(lanes)
    parts = broken_off(lanes, after)
    again = go_on_racing(parts[random.Random(str(after)).randrange(3)])
    assert [state.step if state is not None else 0 for state in again.states] == list(after)
    assert again.preset_id == "counting"
    assert folders_of(again.recorders) == parts
    steps = dict.fromkeys(range(3), 0)
    for told in again.so_far:
        if isinstance(told.event, Progress):
            steps[told.lane] = int(told.event.steps[-1])
    assert list(steps.values()) == list(after)
    gone_on(again)
    for one, other in zip(undisturbed, parts, strict=True):
        assert_same_end(one, other)
        assert read_about(other).ended == "finished"
        assert not is_held(other)


def test_a_lane_that_was_gone_on_with_alone_waits_for_the_others(lanes: tuple[Preset, ...]) -> None:
    from workbench.engine.experiment import experiment
    from workbench.runs.run import go_on_with, recorded

    undisturbed, parts = whole(lanes), broken_off(lanes, (5, 5, 5))
    recorder, state, _ = go_on_with(parts[1])
    list(recorded(experiment(recorder.preset, state=state), recorder))
    assert read_about(parts[1]).is_complete
    gone_on(go_on_racing(parts[0]))
    for one, other in zip(undisturbed, parts, strict=True):
        assert_same_end(one, other)
    with pytest.raises(BadInput, match="this race is over; nothing is left to be trained"):
        go_on_racing(parts[2])


def test_lanes_that_are_over_stay_as_they_are(lanes: tuple[Preset, ...]) -> None:
    """One that was finished alone, and one that diverged."""
    from workbench.engine.experiment import experiment
    from workbench.runs.run import go_on_with, recorded

    undisturbed, parts = whole(lanes), broken_off(lanes, (5, 5, 5))
    recorder, state, _ = go_on_with(parts[1])
    list(recorded(experiment(recorder.preset, state=state), recorder))
    about = msgspec.structs.replace(read_about(parts[2]), ended="diverged")
    (parts[2] / ABOUT).write_bytes(msgspec.json.encode(about))
    before = {part: everything(part) for part in parts[1:]}
    again = go_on_racing(parts[0])
    assert again.over == {1, 2}
    ends = {told.lane: told.event for told in again.so_far if isinstance(told.event, Ended)}
    assert {lane: end.reason for lane, end in ends.items()} == {1: "finished", 2: "diverged"}
    work = again.work()
    while not isinstance(said := next(work), tuple):  # the data are loaded
        pass
    while not isinstance(said, Ended):
        said = work.send("stop")
    work.close()
    assert said.reason == "stopped"
    assert read_about(parts[0]).ended == "stopped"
    assert {part: everything(part) for part in parts[1:]} == before
    gone_on(go_on_racing(parts[2]))
    assert {part: everything(part) for part in parts[1:]} == before
    assert_same_end(undisturbed[0], parts[0])
    with pytest.raises(BadInput, match="this race is over"):
        go_on_racing(parts[0])


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_lane_with_other_data_keeps_all_lanes_from_being_touched(lanes: tuple[Preset, ...]) -> None:
    parts = broken_off(lanes, (5, 6, 7))
    about = read_about(parts[2])
    about.facts["data_sha256"] = "0" * 64
    (parts[2] / ABOUT).write_bytes(msgspec.json.encode(about))
    before = [everything(part) for part in parts]
    with pytest.raises(BadInput, match="the data are not those that this run was trained on so far"):
        gone_on(go_on_racing(parts[0]))
    assert [everything(part) for part in parts] == before
    assert not any(map(is_held, parts))


@pytest.mark.parametrize("saved", [0, 6])
def test_a_lane_on_another_text_is_named(lanes: tuple[Preset, ...], tmp_path: Path, saved: int) -> None:
    parts = broken_off(lanes, (5, saved, 7))
    write_text(tmp_path / "other.txt", TEXT + " four five six")
    other = with_text(load_preset(parts[1] / PRESET), tmp_path / "other.txt")
    (parts[1] / PRESET).write_text(preset_to_toml(other))
    before = [everything(part) for part in parts]
    with pytest.raises(BadInput, match=r"race, lane 1, data\.text = .*other\.txt.*can be resumed one by one"):
        go_on_racing(parts[0])
    assert [everything(part) for part in parts] == before
    assert not any(map(is_held, parts))


def test_it_goes_on_on_another_device_though_a_lane_is_over(lanes: tuple[Preset, ...]) -> None:
    parts = broken_off(lanes, (5, 5, 5))
    about = msgspec.structs.replace(read_about(parts[0]), ended="diverged")
    (parts[0] / ABOUT).write_bytes(msgspec.json.encode(about))
    again = go_on_racing(parts[1], device="auto")
    assert {preset.training.device for preset in again.presets} == {"auto"}
    gone_on(again)


def test_lanes_that_each_have_a_copy_of_their_text_go_on(lanes: tuple[Preset, ...], tmp_path: Path) -> None:
    """As where a race is on the text of a run that came in one file."""
    elsewhere = tmp_path / "run"
    write_text(elsewhere / OWN_TEXT, TEXT)
    write_text(elsewhere / ABOUT, "{}")
    theirs = tuple(with_text(lane, elsewhere / OWN_TEXT) for lane in lanes)
    parts = broken_off(theirs, (3, 2, 4))
    assert all((part / OWN_TEXT).is_file() for part in parts)
    shutil.rmtree(elsewhere)
    gone_on(go_on_racing(parts[0]))
    assert [read_about(part).ended for part in parts] == ["finished"] * 3


def test_the_new_place_of_the_data_is_that_of_all_lanes(tmp_path: Path) -> None:
    preset = small_preset("mnist-rnn-tanh", tmp_path)
    folder = drawn_like_mnist(tmp_path)
    parts = broken_off(lanes_for(preset), (1, 2, 1))
    moved = tmp_path / "moved"
    folder.rename(moved)
    with pytest.raises(BadInput, match=r"data\.folder: its data are not there"):
        go_on_racing(parts[0])
    assert not any(map(is_held, parts))
    gone_on(go_on_racing(parts[0], places={"data.folder": str(moved)}))
    assert all(read_about(part).ended == "finished" and str(moved) in (part / PRESET).read_text() for part in parts)


# --- what cannot go on ------------------------------------------------------------------------------------------------


@pytest.fixture
def parts(lanes: tuple[Preset, ...]) -> list[Path]:
    return broken_off(lanes, (3, 5, 4))


def test_a_lane_that_is_gone_is_named_and_the_others_are_left_as_they_are(parts: list[Path]) -> None:
    shutil.rmtree(parts[1])
    with pytest.raises(
        BadInput, match=rf"{parts[1].name}, another lane of its race, is not beside it\. .*resumed alone"
    ):
        go_on_racing(parts[0])
    assert not is_held(parts[0])


def test_a_lane_that_was_renamed_is_named(parts: list[Path]) -> None:
    renamed = parts[0].rename(parts[0].with_name("mine"))
    with pytest.raises(BadInput, match=rf"was renamed, or is a copy\. Its lanes are {parts[0].name}, .* resumed alone"):
        lanes_of(renamed)


def test_a_run_of_its_own_has_no_lanes(parts: list[Path]) -> None:
    alone = continued(parts[0])
    assert read_about(alone).raced is None
    with pytest.raises(BadInput, match="does not say that it was trained in a race"):
        lanes_of(alone)


def test_a_lane_that_somebody_trains_lets_the_others_go(parts: list[Path]) -> None:
    held = go_on_racing(parts[0])
    with pytest.raises(BadInput, match="is being trained at this moment"):
        go_on_racing(parts[2])
    for recorder in held.recorders.values():
        recorder.close()
    assert not any(map(is_held, parts))


@pytest.mark.parametrize(
    ("race_fact", "named"),
    [
        ({"preset_id": "counting", "lanes": ["../x", "y"]}, "is no run's name"),
        ({"preset_id": "counting", "lanes": ["", "y"]}, "is no run's name"),
        ({"preset_id": "counting", "lanes": ["x"]}, "is broken"),
        ({"preset_id": "counting", "lanes": ["x"] * 5}, "is broken"),
        ({"preset_id": "counting", "lanes": ["x", "x"]}, "names a run twice"),
        ({"preset_id": 3, "lanes": ["x", "y"]}, "is broken"),
        ({"preset_id": "../counting", "lanes": ["x", "y"]}, "is no preset's name"),
        ("x", "is broken"),
        (["x", "y"], "is broken"),
    ],
)
def test_what_no_race_says_of_itself_is_refused(parts: list[Path], race_fact: object, named: str) -> None:
    about = json.loads((parts[0] / ABOUT).read_text())
    about["facts"]["race"] = race_fact
    (parts[0] / ABOUT).write_text(json.dumps(about))
    with pytest.raises(BadInput, match=named):
        go_on_racing(parts[0])


def test_lanes_of_two_races_are_not_mixed(parts: list[Path], lanes: tuple[Preset, ...]) -> None:
    other = broken_off(lanes, (2, 2, 2))
    about = read_about(parts[0])
    mixed = (parts[0].name, other[1].name, parts[2].name)
    about.facts["race"]["lanes"] = mixed
    (parts[0] / ABOUT).write_bytes(msgspec.json.encode(about))
    with pytest.raises(BadInput, match="is no lane of the race of"):
        go_on_racing(parts[0])


def test_no_folder_is_left_where_not_all_can_be_made(
    lanes: tuple[Preset, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    first = Recorder.__init__

    def second_fails(self: Recorder, *arguments: Any, **more: Any) -> None:
        made.append(self)
        if len(made) == 2:
            raise BadInput("here", "no run can be written")
        first(self, *arguments, **more)

    monkeypatch.setattr(Recorder, "__init__", second_fails)
    with pytest.raises(BadInput, match="no run can be written"):
        lane_recorders("counting", lanes, lane_names(lanes))
    assert list(paths.runs().iterdir()) == []


# --- what breaks it off -----------------------------------------------------------------------------------------------


def until(work: Race, step: int) -> None:
    for said in work:
        for told in said if isinstance(said, tuple) else ():
            if isinstance(told.event, Progress) and told.event.steps[-1] == step:
                return


def test_a_full_disk_is_said_for_the_lane_that_it_met_and_all_go_on(
    lanes: tuple[Preset, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = whole(lanes)
    work, recorders = begun(lanes)
    until(work, 12)
    parts, add = folders_of(recorders), Table.add

    def full(table: Table, rows: str) -> None:
        if Path(table._file.name).parent == parts[1]:
            raise OSError(errno.ENOSPC, "No space left on device")
        add(table, rows)

    with monkeypatch.context() as patched, pytest.raises(TrainingFailed) as raised:
        patched.setattr(Table, "add", full)
        for _ in work:
            pass
    said = str(raised.value)
    assert said.startswith(f"{parts[1]}: the disk is full. The run is kept as it was after step ")
    assert said.endswith(f"workbench resume {parts[1].name} --race")
    assert [read_about(part).ended for part in parts] == ["failed"] * 3
    gone_on(go_on_racing(parts[1]))
    for one, other in zip(undisturbed, parts, strict=True):
        assert_same_end(one, other)


def test_a_lane_whose_folder_is_removed_ends_the_race_for_all(lanes: tuple[Preset, ...]) -> None:
    work, recorders = begun(lanes)
    until(work, 8)
    parts = folders_of(recorders)
    shutil.rmtree(parts[1])
    with pytest.raises(TrainingFailed, match="this run's folder was removed while it was trained") as raised:
        for _ in work:
            pass
    assert not parts[1].exists()
    for part in (parts[0], parts[2]):
        assert read_about(part).facts["failure"] == str(raised.value)
        assert not is_held(part)


def test_too_little_memory_to_begin_again_is_said(lanes: tuple[Preset, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a race that was stopped, so that all its lanes had ended."""
    parts = broken_off(lanes, (5, 5, 5))
    for part in parts:
        about = msgspec.structs.replace(read_about(part), ended="stopped")
        (part / ABOUT).write_bytes(msgspec.json.encode(about))
    before = [everything(part) for part in parts]

    def too_little(*_: object) -> None:
        raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")

    with monkeypatch.context() as patched, pytest.raises(TrainingFailed, match=r"memory.*kept as it was after step 5"):
        patched.setattr(TorchRun, "__init__", too_little)
        gone_on(go_on_racing(parts[0]))
    assert [everything(part) for part in parts] == before
    assert not any(map(is_held, parts))


def test_a_mistake_of_the_program_is_its_own_cause_no_more(
    lanes: tuple[Preset, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(run: TorchRun) -> None:
        raise KeyError("a mistake")

    work, recorders = begun(lanes)
    until(work, 3)
    with monkeypatch.context() as patched, pytest.raises(KeyError) as raised:
        patched.setattr(TorchRun, "one_step", mistaken)
        for _ in work:
            pass
    assert raised.value.__cause__ is None
    assert all(read_about(part).facts["failure"] == "KeyError: 'a mistake'" for part in folders_of(recorders))


def test_a_full_disk_before_all_lanes_have_begun_offers_no_race(
    lanes: tuple[Preset, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    work, recorders = begun(lanes)
    parts = folders_of(recorders)
    first = Table.__init__

    def full(table: Table, path: Path, *arguments: Any, **more: Any) -> None:
        if path.parent == parts[1]:
            raise OSError(errno.ENOSPC, "No space left on device")
        first(table, path, *arguments, **more)

    with monkeypatch.context() as patched, pytest.raises(TrainingFailed, match="the disk is full") as raised:
        patched.setattr(Table, "__init__", full)
        for _ in work:
            pass
    assert not parts[2].exists()  # it never began
    assert "--race" not in str(raised.value)


def test_too_little_memory_on_the_way_is_said_and_every_lane_kept(
    lanes: tuple[Preset, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = whole(lanes)
    work, recorders = begun(lanes)
    until(work, 8)

    def too_little(run: TorchRun) -> None:
        raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")

    with monkeypatch.context() as patched, pytest.raises(TrainingFailed, match=r"not enough memory.*kept as it was"):
        patched.setattr(TorchRun, "one_step", too_little)
        for _ in work:
            pass
    parts = folders_of(recorders)
    assert all("not enough memory" in read_about(part).facts["failure"] for part in parts)
    gone_on(go_on_racing(parts[2]))
    for one, other in zip(undisturbed, parts, strict=True):
        assert_same_end(one, other)
        assert "failure" not in read_about(other).facts


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 on Windows")
@pytest.mark.parametrize(("kills", "steps"), [(2, 400), pytest.param(20, 1500, marks=pytest.mark.slow)])
def test_killed_at_random_moments_it_ends_the_same_to_the_bit(tmp_path: Path, kills: int, steps: int) -> None:
    preset = counting(tmp_path, steps=steps)
    undisturbed = whole(lanes_for(preset))
    shutil.move(paths.runs(), tmp_path / "whole")
    chance = random.Random(kills)
    moments = sorted(chance.randint(1, steps * 4 // 5) for _ in range(kills))
    for target in [*moments, None]:
        with racing(preset, tmp_path) as process:
            while target is not None and rows() < target:
                assert process.poll() is None, "the race was over before it could be killed"
                time.sleep(0.002)
            if target is not None:
                process.kill()
            assert process.wait() == (0 if target is None else -signal.SIGKILL)
    parts = runs_there()
    print(f"killed {len(moments)} times, when so many rows were written: {moments}")
    assert len(parts) == 3
    for part in parts:
        [one] = [each for each in undisturbed if each.name.split("-", 2)[2] == part.name.split("-", 2)[2]]
        assert_same_end(tmp_path / "whole" / one.name, part)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.parametrize("times", [4, pytest.param(60, marks=pytest.mark.slow)])
def test_dying_at_any_touch_of_the_disk_it_ends_the_same_to_the_bit(
    tmp_path: Path, temporary_home: Path, times: int
) -> None:
    """Unless not all lanes had begun: then each can be resumed alone, which is said."""
    write_text(tmp_path / "race.toml", preset_to_toml(counting(tmp_path, steps=12)))
    done = subprocess.run(
        [sys.executable, "-m", "tests.runs.crashed_race", str(tmp_path / "race.toml"), str(times), "3"],
        env={**os.environ, "OMP_NUM_THREADS": "1"}, stdout=subprocess.PIPE, check=True, text=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    print(f"of {times} races that were to die: {found}")
    assert found["same"] >= times // 2
    begun = {"another lane of its race, is not beside it", "this folder is not a run (No such file or directory)"}
    assert found["said"].keys() <= begun


def racing(preset: Preset, folder: Path) -> subprocess.Popen[bytes]:
    from workbench.preset_files import preset_to_toml

    write_text(folder / "race.toml", preset_to_toml(preset))
    words = [sys.executable, "-m", "tests.runs.killed_race", str(folder / "race.toml")]
    return subprocess.Popen(words, env={**os.environ, "OMP_NUM_THREADS": "1"})


def rows() -> int:
    """Of the lane that has come least far; a race that was not begun has none."""
    found = runs_there()
    return min(written(run / METRICS) for run in found) if len(found) == 3 else 0


def runs_there() -> list[Path]:
    return sorted(run for run in paths.runs().glob("*-counting-race-*") if run.is_dir())


def written(table: Path) -> int:
    return max(0, table.read_bytes().count(b"\n") - 1) if table.is_file() else 0
