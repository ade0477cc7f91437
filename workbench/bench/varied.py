"""How many held-out digits the bundled network, or others, read wrong, as they are and varied as in training."""

import argparse
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from workbench import paths
from workbench.bench.figures import with_data_from
from workbench.cli.output import Output
from workbench.data.sources import availability, load
from workbench.engine.augment import Augmentation
from workbench.engine.batches import Samples
from workbench.errors import BadInput
from workbench.models.build import AnyNetwork
from workbench.outcome import outcome
from workbench.preset_files import load_preset
from workbench.runs.network_file import load_network

#: Digits read at once, and how often each is varied.
BATCH, TIMES = 500, 50


def measure(arguments: argparse.Namespace, output: Output) -> dict[str, Any]:
    """Each network reads the validation split of ``digits-best``, and the same fifty variations of each of its digits.

    Validation chooses between networks, and two that misread a handful of digits differ by luck; variations of the
    digits are more to tell them apart by, and have as little to do with the test digits.
    """
    preset = load_preset(paths.shipped_presets() / "digits-best.toml")
    preset = with_data_from(preset, arguments.data, arguments.pen)
    if availability(preset.data).state != "here":
        raise BadInput("bench varied", "say where MNIST is: --data DIR")
    dataset = outcome(load(preset.data))
    held_out, device = Samples(dataset.validation, torch.device("cpu")), torch.device("cpu")
    x, y = held_out.batch(torch.arange(len(held_out)))
    augmentation = Augmentation(preset.training, dataset.interface.picture, device)
    files = arguments.networks or [paths.networks() / "digits-best.safetensors"]
    found = {}
    for file in files:
        network = load_network(Path(file)).network()
        generator = torch.Generator().manual_seed(0)  # the same variations for each
        varied = sum(wrong(network, augmentation(x, generator), y) for _ in range(TIMES))
        found[str(file)] = {"wrong": wrong(network, x, y), "varied_wrong": varied, "of": len(y), "times": TIMES}
        output.say(
            f"varied: {file} reads {found[str(file)]['wrong']} of {len(y):,} held-out digits wrong, and {varied} of "
            f"{TIMES * len(y):,} variations of them"
        )
    return found


@torch.inference_mode()
def wrong(network: AnyNetwork, x: Tensor, y: Tensor) -> int:
    """How many are misread. x: (digits, time, width), y: (digits,)."""
    found = 0
    for start in range(0, len(y), BATCH):
        part = slice(start, start + BATCH)
        found += int((network(x[part]).argmax(dim=-1) != y[part]).sum())
    return found
