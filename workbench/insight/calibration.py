"""Calibration by step: how sure a network is of its answer after each step, and how often that answer is right."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.engine.events import Command
from workbench.insight.belief import belief_by_step
from workbench.models.build import AnyNetwork

#: Answers are sorted by how sure they are into so many equal parts of 0 to 1.
PARTS = 10


@dataclass(frozen=True)
class Calibration:
    """Over many samples, after each step: (steps,) each, shares of 1.

    ``believed``: mean probability of the likeliest class. ``right``: how often it is the right one. ``error``: the
    expected calibration error (Guo et al., 2017, equation 3): over PARTS equal parts of how sure the answers are, the
    difference between how sure and how often right, weighted by how many answers a part has. 0 is calibrated.
    """

    believed: NDArray[np.float64]
    right: NDArray[np.float64]
    error: NDArray[np.float64]
    samples: int


def calibration_of(beliefs: NDArray[np.floating], targets: NDArray[np.integer]) -> Calibration:
    """beliefs: (samples, steps, classes) probabilities; targets: (samples,) classes."""
    sure = beliefs.max(axis=2).astype(np.float64)  # (samples, steps)
    right = (beliefs.argmax(axis=2) == targets[:, None]).astype(np.float64)
    part = np.minimum((sure * PARTS).astype(np.int64), PARTS - 1)
    error = np.zeros(beliefs.shape[1])
    for number in range(PARTS):
        inside = part == number
        error += np.abs(((sure - right) * inside).sum(axis=0))  # a part's share times the difference of its means
    return Calibration(sure.mean(axis=0), right.mean(axis=0), error / len(beliefs), len(beliefs))


def calibration(
    network: AnyNetwork, inputs: NDArray[np.uint8], targets: NDArray[np.integer]
) -> Generator[int, Command | None, Calibration | None]:
    """Measured on pictures (samples, height, width * channels), 0..255. Yields how many are done; None when stopped."""
    beliefs = []
    for picture in inputs:
        beliefs.append(belief_by_step(network, torch.from_numpy(picture.astype(np.float32) / np.float32(255))))
        if (yield len(beliefs)) == "stop":
            return None
    return calibration_of(np.stack(beliefs), targets)
