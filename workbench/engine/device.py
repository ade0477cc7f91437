"""Which device trains: the one asked for, or the best one that works."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from workbench.config import DeviceName
from workbench.errors import BadInput


class DeviceError(BadInput):
    """The device asked for does not work; the CPU does."""


def choose(name: DeviceName) -> torch.device:
    """The device to train on. ``auto`` tries CUDA, then MPS, then the CPU. Raises DeviceError for one that fails."""
    if name == "auto":
        for candidate in ("cuda", "mps"):
            if _available(candidate) and not _fault(candidate):
                return torch.device(candidate)
        return torch.device("cpu")
    if name != "cpu":
        fault = _fault(name) if _available(name) else f"torch {torch.__version__} finds none on this computer"
        if fault:
            raise DeviceError(
                "training", f"this device does not work: {fault}", key="training.device", value=name,
                hint="Train on the CPU instead.",
            )  # fmt: skip
    return torch.device(name)


@contextmanager
def fixed_order(wanted: bool) -> Iterator[None]:
    """While it is wanted, torch takes kernels only that add up in a fixed order (``training.deterministic``).

    After torch's notes on reproducibility and on the determinism of cuDNN's recurrent networks. The latter also want
    cuBLAS's workspaces set, which has to be done before a process uses its GPU. Raises BadInput where that is too late.
    """
    if not wanted:
        yield
        return
    if os.environ.get(_WORKSPACE) not in _FIXED:
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
            raise BadInput("training", "the GPU was used already without this", key="training.deterministic",
                           hint="Start the workbench anew, and train with it first.")  # fmt: skip
        os.environ[_WORKSPACE] = _FIXED[0]
    before = torch.are_deterministic_algorithms_enabled(), torch.backends.cudnn.deterministic
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.deterministic = True
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0])
        torch.backends.cudnn.deterministic = before[1]


#: cuBLAS's setting, and the values that both of torch's notes name.
_WORKSPACE, _FIXED = "CUBLAS_WORKSPACE_CONFIG", (":16:8", ":4096:8", ":4096:2")


def describe(device: torch.device) -> str:
    """The device in words."""
    if device.type == "cuda":
        return f"cuda ({torch.cuda.get_device_name(device)})"
    if device.type == "cpu":
        threads = torch.get_num_threads()
        return f"cpu ({threads} thread{'s' if threads > 1 else ''}, {platform.machine()})"
    return device.type


def wait_for(device: torch.device) -> None:
    """Waits until the device has done what it was asked; the CPU always has."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def _available(name: str) -> bool:
    return torch.cuda.is_available() if name == "cuda" else torch.backends.mps.is_available()


def _fault(name: str) -> str:
    """Why a small product fails on the device; empty when it works."""
    try:
        ones = torch.ones(2, 2, device=name)
        return "" if float((ones @ ones).sum()) == 8.0 else "it computes wrong numbers"
    except (RuntimeError, AssertionError) as error:
        return str(error).splitlines()[0]
