"""The device: the one asked for, the best that works, or a sentence."""

import pytest
import torch

from workbench.config import DeviceName
from workbench.engine import device
from workbench.engine.device import DeviceError, choose, describe


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
