"""What a network's scores cost, and how that changes with each score: the start of every way back."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from workbench.scratch.gate import Array, sigmoid, sigmoid_slope


class Cost(NamedTuple):
    """``loss``: summed over a sample's answers, the mean over samples. ``d_scores``: its derivative by each score."""

    loss: float
    d_scores: Array


def squared(scores: Array, targets: Array) -> Cost:
    """L = sum (score - target)^2. scores, targets: (samples, ..., outputs)."""
    error = scores - targets
    samples = len(scores)
    return Cost(float((error * error).sum()) / samples, 2.0 * error / samples)


def squared_bits(scores: Array, targets: Array) -> Cost:
    """L = 1/2 sum (p - target)^2 with p = sigmoid(score). Where p is surely wrong its slope is next to nothing."""
    p = sigmoid(scores)
    error = p - targets
    samples = len(scores)
    return Cost(0.5 * float((error * error).sum()) / samples, error * sigmoid_slope(p) / samples)


def cross_entropy_bits(scores: Array, targets: Array) -> Cost:
    """L = -sum log of the probability of what was right, p = sigmoid(score) for a one. Its derivative is p - target."""
    loss = np.logaddexp(0.0, scores) - targets * scores
    samples = len(scores)
    return Cost(float(loss.sum()) / samples, (sigmoid(scores) - targets) / samples)


Loss = Callable[[Array, Array], Cost]
