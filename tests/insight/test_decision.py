"""The few classes that tell a decision: with them alone it falls where it fell among all."""

import numpy as np
import pytest

from workbench.insight.decision import decided_at, measured_after, told_apart


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("most", [2, 3, 6])
def test_among_a_few_classes_it_is_decided_where_it_is_among_all(seed: int, most: int) -> None:
    beliefs = np.random.default_rng(seed).dirichlet(np.full(30, 0.3), size=9).astype(np.float32)
    chosen = told_apart(beliefs, most)
    assert len(chosen) == most == len(set(chosen.tolist()))
    assert chosen[0] == beliefs[-1].argmax(), "the answer is on top"
    assert list(beliefs[-1, chosen]) == sorted(beliefs[-1, chosen], reverse=True)
    assert decided_at(beliefs[:, chosen]) == decided_at(beliefs)


@pytest.mark.parametrize(("steps", "every"), [(784, 14), (28, 1), (57, 2), (5, 9)])
def test_a_belief_between_two_that_were_measured_is_that_of_the_later_one(steps: int, every: int) -> None:
    measured = [step for step in range(steps) if (step + 1) % every == 0 or step == steps - 1]
    for step in range(steps):
        assert measured_after(step, every, steps) == next(m for m in measured if m >= step)


def test_what_was_believed_on_the_way_is_there() -> None:
    beliefs = np.full((4, 10), 0.01, dtype=np.float32)
    beliefs[0, 7], beliefs[1, 3], beliefs[2, 5], beliefs[3, 1] = 0.9, 0.8, 0.7, 0.6
    assert set(told_apart(beliefs, 4).tolist()) == {7, 3, 5, 1}
    assert set(told_apart(beliefs, 3).tolist()) == {7, 5, 1}, "the answer, what came before it, and the surest"
    assert told_apart(beliefs[:0], 3).tolist() == []
    assert len(told_apart(beliefs[:, :2], 6)) == 2
