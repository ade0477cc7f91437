"""Facts about words: perplexity is a count of choices, and the mean vector is compared with what was told."""

import math

import pytest
import torch

from workbench.engine.facts import perplexity, vector_facts


def test_a_network_that_wavers_between_four_words_has_perplexity_four() -> None:
    assert perplexity(math.log(4)).value == pytest.approx(4)
    assert perplexity(1e6).value == math.inf


def test_the_mean_vector_is_that_of_the_words_asked_for() -> None:
    # Twice (3, 0), once (0, 3): mean (2, 1). Squared errors per number: (1 + 1)/2 twice and (4 + 4)/2.
    vectors = torch.tensor([[3.0, 0.0], [0.0, 3.0], [9.0, 9.0]])
    facts = {fact.name: fact.value for fact in vector_facts(0.5, torch.tensor([0, 1, 0]), vectors)}
    assert facts == {
        "mean cosine to the right word": 0.5,
        "always the mean vector: mean squared error": pytest.approx((1 + 4 + 1) / 3),
        "always the mean vector: mean cosine": pytest.approx((2 * 2 + 1) / 3 / math.sqrt(5)),
    }
