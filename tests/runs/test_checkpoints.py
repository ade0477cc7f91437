"""A state that is torn or changed by a single bit is noticed, and the checkpoint before it is used."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.engine.toy import preset, stopped_after
from workbench.engine.state import TrainerState
from workbench.errors import BadInput
from workbench.runs.checkpoints import keep_checkpoint, newest_checkpoint, tidy
from workbench.runs.folders import SNAPSHOTS, STATE, STATE_BEFORE
from workbench.runs.state_file import load_state, save_state


@pytest.fixture(scope="module")
def first() -> TrainerState:
    """The state after 5 steps."""
    return stopped_after(preset(units=3), 5)


@pytest.fixture
def run(first: TrainerState, tmp_path: Path) -> Path:
    """A folder with the checkpoints after 5 and 6 steps."""
    (tmp_path / SNAPSHOTS).mkdir()
    keep_checkpoint(tmp_path, first)
    keep_checkpoint(tmp_path, replace(first, step=6))
    return tmp_path


def anything(state: TrainerState, where: str) -> None:
    """Whatever state there is belongs to the run."""


def test_the_newest_is_used_and_the_one_before_is_kept(run: Path, first: TrainerState) -> None:
    state, said = newest_checkpoint(run, anything)
    assert state is not None
    assert (state.step, said) == (6, "")
    assert load_state(run / STATE_BEFORE).step == 5
    assert all(torch.equal(state.weights[name], weight) for name, weight in first.weights.items())
    assert sorted(path.name for path in run.iterdir()) == sorted([STATE, STATE_BEFORE, SNAPSHOTS])


@pytest.mark.parametrize("stride", [101, pytest.param(1, marks=pytest.mark.slow)])
def test_every_single_byte_that_is_changed_is_noticed(run: Path, stride: int) -> None:
    content = (run / STATE).read_bytes()
    flipped = run / "flipped.safetensors"
    for place in range(0, len(content), stride):
        damaged = bytearray(content)
        damaged[place] ^= 1 << place % 8
        flipped.write_bytes(damaged)
        with pytest.raises(BadInput, match=r"flipped\.safetensors"):
            load_state(flipped)


def test_a_file_cut_anywhere_is_noticed(run: Path) -> None:
    content = (run / STATE).read_bytes()
    cut = run / "cut.safetensors"
    for length in (*range(9), *range(9, len(content), 211), len(content) - 1):
        cut.write_bytes(content[:length])
        with pytest.raises(BadInput, match=r"cut\.safetensors"):
            load_state(cut)
    cut.write_bytes(content + b"\0")
    with pytest.raises(BadInput, match=r"cut\.safetensors"):
        load_state(cut)


@pytest.mark.parametrize("damage", ["torn", "flipped", "empty", "missing"])
def test_a_torn_one_is_said_and_the_one_before_it_stays_to_be_used(run: Path, first: TrainerState, damage: str) -> None:
    content = (run / STATE).read_bytes()
    match damage:
        case "torn":
            (run / STATE).write_bytes(content[:-9])
        case "flipped":
            (run / STATE).write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
        case "empty":
            (run / STATE).write_bytes(b"")
        case _:  # everything ended between the two renamings
            (run / STATE).unlink()
    newest = newest_checkpoint(run, anything)
    assert newest.state is not None
    assert newest.state.step == 5
    assert newest.said.startswith(f"{run / STATE}")
    assert newest.said.endswith("The checkpoint before it, after step 5, is used instead.")
    (run / f".{STATE}.part").write_bytes(b"half")
    (run / SNAPSHOTS / ".00000004.safetensors.f00.part").write_bytes(b"half")
    tidy(run, newest)
    assert [path.name for path in sorted(run.rglob("*")) if path.is_file()] == [STATE]
    assert load_state(run / STATE).step == 5
    keep_checkpoint(run, replace(first, step=7))
    assert (load_state(run / STATE).step, load_state(run / STATE_BEFORE).step) == (7, 5)


def test_where_both_are_torn_nothing_is_begun_anew_behind_one_s_back(run: Path) -> None:
    for name in (STATE, STATE_BEFORE):
        (run / name).write_bytes(b"torn")
    with pytest.raises(BadInput, match=r"state\.safetensors: is not a whole safetensors file"):
        newest_checkpoint(run, anything)
    for name in (STATE, STATE_BEFORE):
        (run / name).unlink()
    assert newest_checkpoint(run, anything) == (None, "")


def test_a_disk_that_fills_up_while_it_is_written_leaves_both(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def half(path: Path, content: bytes) -> int:
        write(path, content[: len(content) // 2])
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="No space left"):
        keep_checkpoint(run, load_state(run / STATE))
    assert (load_state(run / STATE).step, load_state(run / STATE_BEFORE).step) == (6, 5)
    assert sorted(path.name for path in run.iterdir()) == sorted([STATE, STATE_BEFORE, SNAPSHOTS])


def test_errors_that_were_printed_come_back(first: TrainerState, tmp_path: Path) -> None:
    printed = torch.tensor([[9_000.0, 0.21595037], [9_999.0, 1 / 3]], dtype=torch.float64)
    save_state(replace(first, printed=printed), tmp_path / "s")
    assert torch.equal(load_state(tmp_path / "s").printed, printed)
