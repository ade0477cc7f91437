"""Evaluation counts right, and says how sure the count is."""

import math
from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
import torch

from tests.engine.toy import CPU
from workbench.config import Interface, Recurrent, stacked
from workbench.data.dataset import Split
from workbench.engine.batches import Samples, as_input, shuffled
from workbench.engine.evaluate import BATCH, evaluate
from workbench.engine.score import Score, Share
from workbench.models.network import Network


def constant(scores: list[float], *, every_step: bool = False) -> Network:
    """A network that answers everything alike."""
    interface = Interface(steps=2, width=1, symbols=0, classes=len(scores), every_step=every_step)
    network = Network(Recurrent(stack=stacked(units=1)), interface).requires_grad_(False)
    assert isinstance(network.head, torch.nn.Linear)
    network.head.weight.zero_()
    network.head.bias.copy_(torch.tensor(scores))
    return network


def samples(targets: list[Any]) -> Samples:
    answers = np.array(targets, dtype=np.int64)
    return Samples(Split(np.zeros((len(answers), 2, 1), dtype=np.float32), answers, "some"), CPU)


def score_of(evaluation: Generator[None, Any, Score | None]) -> tuple[Score | None, int]:
    """The score, and how often it could have been stopped on the way."""
    pauses = 0
    while True:
        try:
            next(evaluation)
        except StopIteration as done:
            return done.value, pauses
        pauses += 1


def test_the_score_of_a_network_that_always_says_one() -> None:
    # softmax of (0, log 2, 0) is (1/4, 1/2, 1/4).
    score, _ = score_of(evaluate(constant([0.0, math.log(2), 0.0]), samples([1, 1, 1, 0, 2])))
    assert score is not None
    assert (score.total.correct, score.total.count, score.accuracy, score.caption) == (3, 5, 0.6, "some")
    assert score.loss == pytest.approx((3 * math.log(2) + 2 * math.log(4)) / 5)


def test_with_an_answer_at_every_step_only_the_last_counts() -> None:
    network = constant([0.0, 1.0], every_step=True)
    score, _ = score_of(evaluate(network, samples([[0, 1], [0, 0], [0, 1], [1, 1]])))
    assert score is not None
    assert (score.total.correct, score.total.count) == (3, 4)


def test_batches_of_any_size_are_counted_whole() -> None:
    targets = [0] * (2 * BATCH) + [1]
    score, pauses = score_of(evaluate(constant([1.0, 0.0]), samples(targets)))
    assert score is not None
    assert (score.total.correct, score.total.count, pauses) == (2 * BATCH, 2 * BATCH + 1, 3)


def test_stopping_gives_no_score() -> None:
    evaluation = evaluate(constant([1.0, 0.0]), samples([0] * (3 * BATCH)))
    next(evaluation)
    with pytest.raises(StopIteration) as done:
        evaluation.send("stop")
    assert done.value.value is None


def test_evaluating_leaves_the_network_trainable() -> None:
    network = constant([1.0, 0.0]).requires_grad_(True)
    score_of(evaluate(network, samples([0])))
    torch.autograd.backward(network(torch.zeros(1, 2, 1)).sum())
    assert network.head.weight.grad is not None


@pytest.mark.parametrize(
    ("correct", "count", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, table I, method 3 (the score method without correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_the_interval_is_wilsons(correct: int, count: int, low: float, high: float) -> None:
    found = Share("", correct, count).interval()
    assert found == pytest.approx((low, high), abs=5e-5)


def test_grey_levels_become_numbers_from_0_to_1_and_the_rest_stays() -> None:
    assert as_input(torch.tensor([0, 51, 255], dtype=torch.uint8)).tolist() == pytest.approx([0.0, 0.2, 1.0])
    numbers, symbols = torch.tensor([-2.5, 300.0]), torch.tensor([7, 8])
    assert as_input(numbers) is numbers
    assert as_input(symbols) is symbols


def test_an_epoch_sees_every_sample_once_in_an_order_of_its_own() -> None:
    generator = torch.Generator().manual_seed(1)
    first, second = shuffled(50, generator, CPU), shuffled(50, generator, CPU)
    assert sorted(first.tolist()) == sorted(second.tolist()) == list(range(50))
    assert first.tolist() != second.tolist()
    assert first.tolist() == shuffled(50, torch.Generator().manual_seed(1), CPU).tolist()
