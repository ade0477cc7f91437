"""Calibration by step: counted as by hand, on beliefs that are the network's own."""

import numpy as np
import pytest
import torch

from workbench.config import Interface, Recurrent, stacked
from workbench.insight.belief import belief_by_step
from workbench.insight.calibration import calibration, calibration_of
from workbench.models.network import Network
from workbench.outcome import outcome


def by_hand(beliefs: np.ndarray, targets: np.ndarray, parts: int = 10) -> tuple[list[float], list[float], list[float]]:
    """Guo et al. (2017), equation 3, one answer after the other."""
    believed, right, error = [], [], []
    for step in range(beliefs.shape[1]):
        bins: list[list[tuple[float, bool]]] = [[] for _ in range(parts)]
        for belief, target in zip(beliefs[:, step], targets, strict=True):
            winner = max(range(len(belief)), key=lambda k: belief[k])
            bins[min(int(belief[winner] * parts), parts - 1)].append((float(belief[winner]), winner == target))
        everything = [pair for inside in bins for pair in inside]
        believed.append(sum(sure for sure, _ in everything) / len(everything))
        right.append(sum(is_right for _, is_right in everything) / len(everything))
        error.append(
            sum(
                len(inside) / len(everything)
                * abs(sum(r for _, r in inside) / len(inside) - sum(sure for sure, _ in inside) / len(inside))
                for inside in bins
                if inside
            )
        )  # fmt: skip
    return believed, right, error


def test_it_is_counted_as_by_hand() -> None:
    random = np.random.default_rng(0)
    beliefs = random.dirichlet(np.full(4, 0.5), size=(60, 5))
    targets = random.integers(4, size=60)
    found = calibration_of(beliefs, targets)
    for ours, theirs in zip((found.believed, found.right, found.error), by_hand(beliefs, targets), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
    assert found.samples == 60


def test_who_is_as_often_right_as_sure_is_calibrated_and_who_boasts_is_not() -> None:
    beliefs = np.zeros((10, 2, 2))
    beliefs[:, 0] = (0.75, 0.25)  # right in 3 of 4 would be just
    beliefs[:, 1] = (1.0, 0.0)
    found = calibration_of(beliefs[:8], np.array([0, 0, 0, 1, 0, 0, 0, 1]))
    assert found.error.tolist() == [0.0, 0.25]
    assert found.believed.tolist() == [0.75, 1.0] and found.right.tolist() == [0.75, 0.75]


@pytest.mark.parametrize("bidirectional", [False, True])
def test_beliefs_are_those_of_the_network(bidirectional: bool) -> None:
    network = Network(
        Recurrent(stack=stacked(units=5, bidirectional=bidirectional)), Interface(6, 6, 0, 3, picture=(6, 6, 1))
    )
    network.initialise(torch.Generator().manual_seed(1))
    random = np.random.default_rng(1)
    pictures, targets = random.integers(256, size=(7, 6, 6)).astype(np.uint8), random.integers(3, size=7)
    found = outcome(calibration(network, pictures, targets))
    assert found is not None
    believed = [
        belief_by_step(network, torch.tensor(picture / 255, dtype=torch.float32)).max(1) for picture in pictures
    ]
    np.testing.assert_allclose(found.believed, np.mean(believed, axis=0), rtol=0, atol=1e-6)


def test_it_can_be_stopped() -> None:
    network = Network(Recurrent(stack=stacked(units=2)), Interface(3, 3, 0, 2, picture=(3, 3, 1)))
    measuring = calibration(network, np.zeros((5, 3, 3), dtype=np.uint8), np.zeros(5, dtype=np.int64))
    assert next(measuring) == 1
    with pytest.raises(StopIteration) as over:
        measuring.send("stop")
    assert over.value.value is None
