"""Memory: whether a training can fit into this computer, asked before it takes any.

A system that hands out more memory than it has ends the process that uses it, and what was on the screen with it.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import torch

from workbench.config import Interface, Preset
from workbench.errors import BadInput
from workbench.models.shapes import parameter_count, state_count

#: Numbers that each optimiser keeps for every weight.
KEPT = {"adam": 2, "adamw": 2, "rmsprop": 1, "sgd": 0}

NUMBER_BYTES = 4


def check_memory(preset: Preset, interface: Interface, samples: int, device: torch.device) -> None:
    """Raises BadInput for a training that needs more than there is. ``samples``: of training, 0 while unknown."""
    check_memory_of((preset,), interface, samples, device)


def check_memory_of(presets: Sequence[Preset], interface: Interface, samples: int, device: torch.device) -> None:
    """The same for trainings at one time."""
    there = memory_of(device)
    needed = sum(least_bytes(preset, interface, min(preset.training.batch, samples)) for preset in presets)
    if there is not None and needed > there:
        raise BadInput(
            presets[0].title, f"needs at least {_words(needed)} of memory to train; there are {_words(there)}",
            key="model", hint="Try fewer units or layers, or a smaller batch.",
        )  # fmt: skip


def least_bytes(preset: Preset, interface: Interface, batch: int) -> int:
    """A lower bound of what training holds at one time.

    For each weight itself, its gradient, the optimiser's numbers and one snapshot; for each sample what the way back
    needs, and the scores with their gradient.
    """
    model = preset.model
    weights = parameter_count(model, interface) * (3 + KEPT[preset.training.optimiser])
    states = batch * state_count(model, interface)
    at_every_step = interface.every_step or preset.training.every_step
    answers = batch * (interface.steps if at_every_step else 1) * interface.classes * 2
    return NUMBER_BYTES * (weights + states + answers)


def memory_of(device: torch.device) -> int | None:
    """Bytes that the device has in all, or that this process may use; None where the system does not say."""
    if device.type == "cuda":
        return int(torch.cuda.get_device_properties(device).total_memory)
    if not hasattr(os, "sysconf"):  # Windows, which refuses by itself what it does not have
        return None
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = Path("/sys/fs/cgroup/memory.max")  # a container's share
    if limit.is_file() and (text := limit.read_text().strip()).isdigit():
        there = min(there, int(text))
    return there


def _words(count: int) -> str:
    return f"{count / 2**30:,.1f} GB"
