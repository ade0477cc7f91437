"""The device: the one asked for, the best that works, or a sentence."""

import os
from pathlib import Path

import msgspec
import pytest
import torch

from tests.small import counting
from workbench.config import DeviceName, Preset
from workbench.engine import device
from workbench.engine.device import DeviceError, choose, describe
from workbench.engine.events import Checkpoint, Progress
from workbench.engine.experiment import experiment
from workbench.engine.torch_run import TorchRun
from workbench.errors import BadInput, TrainingFailed
from workbench.runs.run import Recorder, recorded


def computers(monkeypatch: pytest.MonkeyPatch, available: set[str], faulty: set[str]) -> None:
    """Pretends to be a computer with these devices, some of which do not work."""
    monkeypatch.setattr(device, "_available", available.__contains__)
    monkeypatch.setattr(device, "_fault", lambda name: "no kernel image" if name in faulty else "")


@pytest.mark.parametrize(
    ("available", "faulty", "chosen"),
    [
        (set(), set(), "cpu"),
        ({"cuda"}, set(), "cuda"),
        ({"mps"}, set(), "mps"),
        ({"cuda", "mps"}, {"cuda"}, "mps"),
        ({"cuda"}, {"cuda"}, "cpu"),
    ],
)
def test_auto_takes_the_best_that_works(
    monkeypatch: pytest.MonkeyPatch, available: set[str], faulty: set[str], chosen: str
) -> None:
    computers(monkeypatch, available, faulty)
    assert choose("auto").type == chosen
    assert choose("cpu").type == "cpu"


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_was_asked_for_and_fails_says_so_and_offers_the_cpu(
    monkeypatch: pytest.MonkeyPatch, name: DeviceName
) -> None:
    computers(monkeypatch, {"cuda", "mps"}, {"cuda", "mps"})
    with pytest.raises(DeviceError, match=f"training.device = '{name}': .*no kernel image.* Train on the CPU instead."):
        choose(name)
    computers(monkeypatch, set(), set())
    with pytest.raises(DeviceError, match="finds none on this computer"):
        choose(name)


def test_the_cpu_works_and_is_described() -> None:
    assert device._fault("cpu") == ""
    assert describe(torch.device("cpu")).startswith("cpu (1 thread, ")


# --- a fixed order ----------------------------------------------------------------------------------------------------


def repeatable(folder: Path) -> Preset:
    small = counting(folder, steps=12)
    return msgspec.structs.replace(small, training=msgspec.structs.replace(small.training, deterministic=True))


def test_kernels_of_a_fixed_order_are_taken_while_a_training_wants_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", "whatever")
    work = experiment(repeatable(tmp_path), report_seconds=0.0)
    while not isinstance(next(work), Progress):
        pass
    assert torch.are_deterministic_algorithms_enabled()
    assert torch.backends.cudnn.deterministic
    assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":16:8"
    work.close()
    assert not torch.are_deterministic_algorithms_enabled()
    assert not torch.backends.cudnn.deterministic


def test_on_the_cpu_they_learn_the_same_to_the_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:2")
    with_it, without = (
        [event for event in experiment(preset) if isinstance(event, Checkpoint)][-1].state.weights
        for preset in (repeatable(tmp_path), counting(tmp_path, steps=12))
    )
    assert all(torch.equal(with_it[name], weight) for name, weight in without.items())
    assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:2"  # what the person chose stays


def test_a_gpu_that_was_used_without_it_before_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", "")
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    with pytest.raises(BadInput, match=r"the GPU was used already without this\. Start the workbench anew"):
        next(experiment(repeatable(tmp_path)))
    assert not torch.are_deterministic_algorithms_enabled()


def test_a_step_without_such_a_kernel_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """put_ is such a step on the CPU already."""
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":16:8")

    def one_step(run: TorchRun) -> None:
        torch.zeros(3).put_(torch.tensor([1, 1]), torch.tensor([2.0, 3.0]))

    monkeypatch.setattr(TorchRun, "one_step", one_step)
    preset = repeatable(tmp_path)
    with pytest.raises(TrainingFailed, match="This GPU cannot do a step of this training in a fixed order"):
        list(recorded(experiment(preset), Recorder(tmp_path / "run", "counting", preset)))
