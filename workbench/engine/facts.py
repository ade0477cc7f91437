"""Facts about words: perplexity, and how a told vector compares with the right one and with the mean of all."""

import math

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from workbench.engine.score import Fact


def perplexity(loss: float) -> Fact:
    """Between how many equally likely words the network wavers: e to the mean cross-entropy (in nats)."""
    return Fact("perplexity", math.exp(loss) if loss < 700 else math.inf)


def vector_facts(cosine: float, y: Tensor, vectors: Tensor) -> tuple[Fact, ...]:
    """The mean cosine to the right word's vector, and what "always the mean vector" would get on the same words.

    A network that has learnt nothing of order can get as far as the mean vector, which is the best of all constants by
    squared error. y: (words,) the right symbols, vectors: (symbols, width).
    """
    count = torch.bincount(y, minlength=len(vectors)).double()  # (symbols,)
    vectors = vectors.double()
    mean = count @ vectors / count.sum()  # (width,)
    error = float(count @ (vectors - mean).square().mean(1) / count.sum())
    baseline = float(count @ cosine_similarity(vectors, mean[None], dim=1) / count.sum())
    return (
        Fact("mean cosine to the right word", cosine),
        Fact("always the mean vector: mean squared error", error),
        Fact("always the mean vector: mean cosine", baseline),
    )
