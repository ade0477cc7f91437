"""How many held-out digits the bundled network, or others, read wrong, as they are and varied as in training."""

import argparse
from dataclasses import replace
from typing import Any

import torch

from workbench import paths
from workbench.bench.figures import with_data_from
from workbench.cli.output import Output
from workbench.data.dataset import Split
from workbench.data.sources import availability, load
from workbench.engine.augment import Augmentation
from workbench.engine.batches import Samples
from workbench.engine.evaluate import evaluate
from workbench.errors import BadInput
from workbench.models.build import AnyNetwork
from workbench.outcome import outcome
from workbench.preset_files import load_preset
from workbench.runs.network_file import load_network

#: How often each digit is varied.
TIMES = 50

CPU = torch.device("cpu")


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
    held_out = dataset.validation
    x, _ = Samples(held_out, CPU).batch(slice(None))
    augmentation = Augmentation(preset.training, dataset.interface.picture, CPU)
    files = arguments.networks or [paths.networks() / "digits-best.safetensors"]
    found = {}
    for file in files:
        network = load_network(file).network()
        generator = torch.Generator().manual_seed(0)  # the same variations for each
        variations = (replace(held_out, inputs=augmentation(x, generator).numpy()) for _ in range(TIMES))
        misread, varied = wrong(network, held_out), sum(wrong(network, each) for each in variations)
        found[str(file)] = {"wrong": misread, "varied_wrong": varied, "of": len(x), "times": TIMES}
        output.say(
            f"varied: {file} reads {misread} of {len(x):,} held-out digits wrong, and {varied} of "
            f"{TIMES * len(x):,} variations of them"
        )
    return found


def wrong(network: AnyNetwork, split: Split) -> int:
    """How many are misread."""
    score = outcome(evaluate(network, Samples(split, CPU)))
    assert score is not None  # nobody stops it
    return score.total.count - score.total.correct
