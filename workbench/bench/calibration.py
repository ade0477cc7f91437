"""What learning at every step does to beliefs on the way: how sure, how often right, and at what cost."""

import argparse
from typing import Any

import numpy as np
import torch

from workbench.cli.output import Output
from workbench.config import Preset, Recurrent, StrokesDigits, Training, stacked
from workbench.data.dataset import Dataset
from workbench.data.sources import load
from workbench.engine.events import Snapshot
from workbench.engine.events import Tested as Scored
from workbench.engine.train import train
from workbench.insight.calibration import Calibration, calibration
from workbench.models.build import build
from workbench.outcome import outcome

#: The training is that of the drawn digits' preset, a third as long.
TRAIN, EPOCHS, SAMPLES = 20_000, 5, 1_000

#: The row, of 28, after which both are held beside each other.
ROW = 14


def measure(arguments: argparse.Namespace, output: Output) -> dict[str, Any]:
    """The same training twice, on drawn digits, but for the one setting."""
    data = StrokesDigits(train=TRAIN, validation=1_000, test=5_000)
    dataset: Dataset = outcome(load(data))
    found: dict[str, Any] = {"row": ROW, "samples": SAMPLES}
    for name, every_step in (("last", False), ("every", True)):
        training = Training(
            rate=5e-3, schedule="cosine", clip=1.0, epochs=EPOCHS, every_step=every_step, seed=arguments.seed or 0
        )
        preset = Preset(title=name, data=data, model=Recurrent(stack=stacked(units=128)), training=training)
        measured, score = _trained(preset, dataset)
        believed, right, error = (float(each[ROW]) for each in (measured.believed, measured.right, measured.error))
        found[name] = {"believed": believed, "right": right, "error": error, "test": score,
                       "errors": np.round(measured.error, 4).tolist()}  # fmt: skip
        output.say(
            f"calibration: taught at {'every row' if every_step else 'the last row'}, after row {ROW} it gives its "
            f"answer {100 * believed:.1f} % and is right in {100 * right:.1f} % of {SAMPLES:,} drawn digits "
            f"(expected calibration error {error:.3f}); at the end {100 * score:.2f} % of 5,000 are right"
        )
    return found


def _trained(preset: Preset, dataset: Dataset) -> tuple[Calibration, float]:
    network = build(preset.model, dataset.interface)
    score = float("nan")
    for event in train(preset, dataset, torch.device("cpu")):
        if isinstance(event, Snapshot):
            network.load_state_dict(event.weights)
        elif isinstance(event, Scored):
            score = event.score.accuracy
    tests = dataset.test
    measured = outcome(calibration(network, tests.inputs[:SAMPLES], tests.targets[:SAMPLES]))  # type: ignore[arg-type]
    assert measured is not None
    return measured, score
