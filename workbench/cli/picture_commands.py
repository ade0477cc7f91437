"""``workbench classify`` for pictures: the class table of image files, or of one test image."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.cli.output import Output
from workbench.data.picture_file import load_sample
from workbench.data.sources import load
from workbench.engine.batches import as_input
from workbench.engine.trained import Trained, classify
from workbench.errors import BadInput
from workbench.outcome import outcome


def classify_pictures(trained: Trained, path: Path, arguments: argparse.Namespace, output: Output) -> int:
    """The class table of each file. A file that cannot be used is said so, and the others are read all the same."""
    assert trained.interface.picture is not None
    answers: list[dict[str, Any]] = []
    for file in arguments.files:
        try:
            sample = load_sample(file, trained.interface.picture)
        except BadInput as error:
            output.say(str(error))
            answers.append({"file": str(file), "error": str(error)})
            continue
        answers.append({"file": str(file), **tell(trained, str(file), sample, "", output)})
    output.answer({"network": str(path), "answers": answers})
    return 2 if any("error" in answer for answer in answers) else 0


def classify_sample(trained: Trained, path: Path, number: int, output: Output) -> int:
    """The class table of one test image of the network's own data, counted from 1. Raises BadInput."""
    if trained.interface.picture is None:
        raise BadInput(str(path), "this network does not read pictures", value=trained.preset.title)
    test = outcome(load(trained.preset.data)).test
    if not 1 <= number <= len(test):
        raise BadInput("--sample", f"expected 1 to {len(test):,}, of {test.caption}", value=number)
    inputs = np.asarray(test.inputs[number - 1], dtype=np.uint8)
    right = trained.classes[int(test.targets[number - 1])]
    said = tell(trained, f"test image {number:,} of {len(test):,}, {right}", inputs, right, output)
    output.answer({"network": str(path), "sample": number, "of": test.caption, "right": right, **said})
    return 0


def tell(trained: Trained, what: str, sample: NDArray[np.uint8], right: str, output: Output) -> dict[str, Any]:
    """Says the table, every class in its order; the right one, where it is known, is marked."""
    beliefs = classify(trained.network(), as_input(torch.from_numpy(sample)[None]))[0].tolist()
    likeliest = max(range(len(beliefs)), key=lambda number: beliefs[number])
    output.say(f"{what}: {trained.classes[likeliest]}  ({100 * beliefs[likeliest]:.1f} %)")
    output.table(
        ("class", "probability", ""),
        [(name, f"{100 * belief:.1f} %", "right" if name == right else "")
         for name, belief in zip(trained.classes, beliefs, strict=True)],
    )  # fmt: skip
    return {"class": trained.classes[likeliest], "beliefs": dict(zip(trained.classes, beliefs, strict=True))}
