"""A training that cannot go on stops where it was last kept, says what happened and what to do, and goes on later."""

import errno
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from tests.presets_small import STEPS, drawn_like_mnist, small_preset
from tests.runs.same import assert_same_end
from tests.small import counting
from workbench.config import Preset
from workbench.engine.events import Checkpoint, Ended
from workbench.engine.experiment import Experiment, experiment
from workbench.engine.objective import loss_and_accuracy
from workbench.engine.torch_run import TorchRun
from workbench.errors import BadInput, TrainingFailed, lacks_memory, loses_gpu
from workbench.runs.folders import METRICS, NETWORK, STATE
from workbench.runs.index import read_about
from workbench.runs.network_file import load_network
from workbench.runs.run import Recorder, go_on_with, recorded
from workbench.runs.state_file import load_state
from workbench.runs.table import Table


@pytest.fixture
def preset(tmp_path: Path) -> Preset:
    return counting(tmp_path, steps=40)


def begun(preset: Preset, folder: Path) -> Experiment:
    work = experiment(preset, report_seconds=0.0, snapshot_seconds=1e9, checkpoint_seconds=0.0)
    return recorded(work, Recorder(folder, "counting", preset))


def go_to(work: Experiment, step: int) -> None:
    for event in work:
        if isinstance(event, Checkpoint) and event.state.step == step:
            return


def ends_the_same(preset: Preset, folder: Path) -> None:
    """The run, gone on with, is as one that nothing ever happened to."""
    whole = folder.with_name("whole")
    list(begun(preset, whole))
    recorder, state, _ = go_on_with(folder)
    work = experiment(recorder.preset, state=state, report_seconds=0.0, snapshot_seconds=1e9)
    list(recorded(work, recorder))
    assert_same_end(whole, folder)
    assert read_about(folder).ended == "finished"
    assert "failure" not in read_about(folder).facts


# --- the disk ---------------------------------------------------------------------------------------------------------


def test_a_full_disk_is_said_and_what_was_kept_stays(
    preset: Preset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = begun(preset, tmp_path / "run")
    go_to(work, 11)

    def full(table: Table, rows: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(TrainingFailed) as raised:
        patched.setattr(Table, "add", full)
        list(work)
    assert str(raised.value) == (
        f"{tmp_path / 'run'}: the disk is full. The run is kept as it was after step 11. "
        f"Make room there, then: workbench resume {tmp_path / 'run'}"
    )
    about = read_about(tmp_path / "run")
    assert (about.ended, about.step, about.facts["failure"]) == ("failed", 11, str(raised.value))
    ends_the_same(preset, tmp_path / "run")


_SMALL_DISK = """
import sys
from pathlib import Path
from tests.small import counting
from workbench.errors import TrainingFailed
from workbench.engine.experiment import experiment
from workbench.runs.run import Recorder, recorded

preset = counting(Path(sys.argv[1]), steps=100_000)
work = experiment(preset, checkpoint_seconds=0.02, report_seconds=0.0)
try:
    list(recorded(work, Recorder(Path(sys.argv[2]), "counting", preset)))
except TrainingFailed as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small disk in memory")
def test_a_disk_that_is_really_full(preset: Preset, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only root may mount a disk")
    try:
        done = subprocess.run(
            [sys.executable, "-c", _SMALL_DISK, str(tmp_path), str(disk / "run")],
            check=True, text=True, capture_output=True,
        )  # fmt: skip
        assert ": the disk is full. The run is kept as it was after step " in done.stdout, done
        assert "Make room there" in done.stdout
        kept = int(done.stdout.partition("after step ")[2].partition(".")[0].replace(",", ""))
        shutil.copytree(disk / "run", tmp_path / "run")
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert load_state(tmp_path / "run" / STATE).step == kept
    shorter = msgspec.structs.replace(preset, training=msgspec.structs.replace(preset.training, steps=kept + 7))
    recorder, state, _ = go_on_with(tmp_path / "run")
    recorder.preset = shorter
    list(recorded(experiment(shorter, state=state), recorder))
    rows = (tmp_path / "run" / METRICS).read_text().splitlines()[1:]
    assert [int(row.partition(",")[0]) for row in rows] == list(range(1, kept + 8))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_limit_on_the_size_of_files_is_a_full_disk_too(tmp_path: Path) -> None:
    table = Table(tmp_path / "metrics.csv", "step,loss", 0)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (32, hard))
    try:
        with pytest.raises(OSError, match="File too large") as raised:
            table.add("".join(f"{step},0.5\n" for step in range(1, 20)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        table.close()
    assert raised.value.errno == errno.EFBIG
    whole = Table(tmp_path / "metrics.csv", "step,loss", 3)  # half of a row was written
    whole.add("4,0.25\n")
    whole.close()
    assert (tmp_path / "metrics.csv").read_text() == "step,loss\n1,0.5\n2,0.5\n3,0.5\n4,0.25\n"


def test_a_run_whose_folder_is_removed_is_not_made_again_in_halves(preset: Preset, tmp_path: Path) -> None:
    work = begun(preset, tmp_path / "run")
    go_to(work, 5)
    shutil.rmtree(tmp_path / "run")
    with pytest.raises(TrainingFailed, match=r"run: this run's folder was removed while it was trained\. Train it"):
        list(work)
    assert not (tmp_path / "run").exists()


# --- the data ---------------------------------------------------------------------------------------------------------


def test_data_deleted_under_way_are_needed_no_more_until_it_is_gone_on_with(tmp_path: Path) -> None:
    preset = small_preset("mnist-rnn-tanh", tmp_path)
    folder = drawn_like_mnist(tmp_path)
    work = begun(preset, tmp_path / "run")
    go_to(work, 3)
    shutil.rmtree(folder)
    go_to(work, STEPS)
    work.close()
    with pytest.raises(BadInput, match=r"data\.folder"):
        go_on_with(tmp_path / "run")
    assert load_state(tmp_path / "run" / STATE).step == STEPS


def test_other_data_than_before_are_refused_and_nothing_is_touched(preset: Preset, tmp_path: Path) -> None:
    work = begun(preset, tmp_path / "run")
    go_to(work, 5)
    work.close()
    before = {path: path.read_bytes() for path in (tmp_path / "run").rglob("*.*")}
    text = tmp_path / "counting.txt"
    text.write_text(text.read_text().replace("one two", "two one"))
    recorder, state, _ = go_on_with(tmp_path / "run")
    with pytest.raises(BadInput, match="the data are not those that this run was trained on so far"):
        list(recorded(experiment(preset, state=state), recorder))
    assert {path: path.read_bytes() for path in (tmp_path / "run").rglob("*.*")} == before
    text.write_text(text.read_text().replace("two one", "one two"))
    ends_the_same(preset, tmp_path / "run")


# --- memory and the GPU -----------------------------------------------------------------------------------------------

NO_MEMORY: tuple[Exception, ...] = (
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 7.79 GiB"),
    RuntimeError("CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported"),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: you tried "
                 "to allocate 400000000000 bytes. Error code 12 (Cannot allocate memory)"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:80] . DefaultCPUAllocator: not enough memory: you tried to allocate"),
    RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)"),
    RuntimeError("std::bad_alloc"),
    MemoryError("Unable to allocate 8.00 GiB for an array"),
)  # fmt: skip

NO_GPU = (
    RuntimeError("CUDA error: unspecified launch failure\nCUDA kernel errors might be asynchronously reported"),
    RuntimeError("CUDA error: no CUDA-capable device is detected"),
    RuntimeError("CUDA error: device-side assert triggered"),
    RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
    RuntimeError("CUDA driver error: device not ready"),
)


def failing(error: Exception, after: int) -> Callable[[TorchRun], None]:
    """One step of training that breaks off once so many are done, in the middle of what it changes."""
    whole = TorchRun.one_step

    def one_step(run: TorchRun) -> None:
        if run.step == after:
            torch.rand(1, generator=run.dropout_generator)
            run.carried.forget()
            raise error
        whole(run)

    return one_step


@pytest.mark.parametrize("error", NO_MEMORY, ids=lambda error: str(error)[:24])
def test_too_little_memory_is_recognised(error: Exception) -> None:
    assert lacks_memory(error)
    assert not loses_gpu(error)


@pytest.mark.parametrize("error", [NO_MEMORY[0], NO_GPU[0]], ids=["memory", "gpu"])
def test_what_was_kept_stays_and_ends_the_same(
    preset: Preset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    with monkeypatch.context() as patched, pytest.raises(TrainingFailed) as raised:
        patched.setattr(TorchRun, "one_step", failing(error, 13))
        list(begun(preset, tmp_path / "run"))
    assert (
        str(raised.value)
        == {
            NO_MEMORY[0]: "There is not enough memory for this. Try a smaller batch, fewer units, or the CPU. "
            "The run is kept as it was after step 13.",
            NO_GPU[0]: "The GPU stopped working (CUDA error: unspecified launch failure). "
            f"The run is kept as it was after step 13. On the CPU: workbench resume {tmp_path / 'run'} --device cpu",
        }[error]
    )
    assert read_about(tmp_path / "run").facts["failure"] == str(raised.value)
    assert load_network(tmp_path / "run" / NETWORK).step == 13
    ends_the_same(preset, tmp_path / "run")


@pytest.mark.parametrize("error", NO_GPU, ids=lambda error: str(error)[:40])
def test_a_gpu_that_is_gone_is_recognised(error: Exception) -> None:
    assert loses_gpu(error)
    assert not lacks_memory(error)


def test_memory_that_is_lacking_at_once_says_that_nothing_was_learnt(
    preset: Preset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TorchRun, "one_step", failing(NO_MEMORY[4], 0))
    with pytest.raises(TrainingFailed, match=r"fewer units, or the CPU\. Nothing was learnt yet\."):
        list(begun(preset, tmp_path / "run"))


def test_a_mistake_of_the_program_is_not_dressed_up(
    preset: Preset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TorchRun, "one_step", failing(RuntimeError("mat1 and mat2 shapes cannot be multiplied"), 2))
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        list(begun(preset, tmp_path / "run"))
    assert read_about(tmp_path / "run").ended == "failed"


# --- numbers that are none --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_a_loss_that_is_no_number_stops_at_the_last_good_step(
    preset: Preset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: float
) -> None:
    honest, asked = loss_and_accuracy, 0

    def broken(*given: Any) -> tuple[torch.Tensor, torch.Tensor]:
        nonlocal asked
        asked += 1
        loss, accuracy = honest(*given)
        return (loss * number if asked == 21 else loss), accuracy

    monkeypatch.setattr("workbench.engine.torch_run.loss_and_accuracy", broken)
    *_, ended = begun(preset, tmp_path / "run")
    assert isinstance(ended, Ended)
    assert (ended.reason, ended.step) == ("diverged", 20)
    assert ended.message.startswith("The loss is no longer a finite number")
    assert (read_about(tmp_path / "run").ended, read_about(tmp_path / "run").step) == ("diverged", 20)
    assert load_network(tmp_path / "run" / NETWORK).step == load_state(tmp_path / "run" / STATE).step == 20


def test_weights_that_are_no_numbers_are_never_kept(
    preset: Preset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loss before a step may be a number, and the weights after it not."""
    whole = TorchRun.one_step

    def one_step(run: TorchRun) -> None:
        whole(run)
        if run.step == 7:
            run._parameters[0].data[0] = float("inf")

    monkeypatch.setattr(TorchRun, "one_step", one_step)
    *_, ended = begun(preset, tmp_path / "run")
    assert isinstance(ended, Ended)
    assert (ended.reason, ended.step) == ("diverged", 6)
    assert load_network(tmp_path / "run" / NETWORK).step == load_state(tmp_path / "run" / STATE).step == 6
