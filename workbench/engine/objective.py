"""The objective: the loss that training lowers, and what counts as right, by what an answer is."""

import math

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss, normalize

from workbench.config import Interface


def loss_and_accuracy(
    scores: Tensor, y: Tensor, interface: Interface, vectors: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Mean loss, and share of the single answers that are right, both without reading them back.

    scores: (batch, [time,] classes). y: (batch, [time]) classes, or as scores for bits (0 or 1) and numbers; symbols
    whose ``vectors`` (symbols, classes) are meant. The share is NaN for numbers, and for vectors, which would have to
    be compared with every word's at every step of training.
    """
    match interface.answer:
        case "class":
            flat, answers = scores.flatten(0, -2), y.flatten()  # (answers, classes), (answers,)
            return cross_entropy(flat, answers), (flat.detach().argmax(-1) == answers).float().mean()
        case "bit":
            right = (scores.detach() > 0) == (y > 0.5)
            return binary_cross_entropy_with_logits(scores, y), right.float().mean()
        case "number":
            return mse_loss(scores, y), scores.new_tensor(math.nan)
        case "vector":
            assert vectors is not None
            return mse_loss(scores, vectors[y]), scores.new_tensor(math.nan)


def every_step_loss_and_accuracy(scores: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Mean loss of the answers after every step, and the share of those after the last that are right.

    scores: (batch, time, classes). y: (batch,) classes, the same ones however much was read.
    """
    answers = y[:, None].expand(scores.shape[:2])  # (batch, time)
    right = scores.detach()[:, -1].argmax(-1) == y
    return cross_entropy(scores.flatten(0, 1), answers.flatten()), right.float().mean()


def sample_losses(scores: Tensor, y: Tensor, interface: Interface, vectors: Tensor | None = None) -> Tensor:
    """The loss of each sample's one answer. scores: (batch, classes), y as above. -> (batch,)."""
    match interface.answer:
        case "class":
            return cross_entropy(scores, y, reduction="none")
        case "bit":
            return binary_cross_entropy_with_logits(scores, y, reduction="none").flatten(1).mean(1)
        case "number":
            return mse_loss(scores, y, reduction="none").flatten(1).mean(1)
        case "vector":
            assert vectors is not None
            return mse_loss(scores, vectors[y], reduction="none").mean(1)


def right_samples(scores: Tensor, y: Tensor, interface: Interface, vectors: Tensor | None = None) -> Tensor | None:
    """Which samples are answered right, (batch,); None where answers are neither. Of bits all must be right."""
    match interface.answer:
        case "class":
            return scores.argmax(-1) == y
        case "bit":
            return ((scores > 0) == (y > 0.5)).flatten(1).all(1)
        case "vector":
            assert vectors is not None
            return cosines(scores, vectors).argmax(-1) == y
        case _:
            return None


def cosines(scores: Tensor, vectors: Tensor) -> Tensor:
    """Cosine of the angle to each word's vector. scores: (batch, width), vectors: (symbols, width)."""
    return normalize(scores, dim=-1) @ normalize(vectors, dim=-1).T  # (batch, symbols)


def probabilities(scores: Tensor, interface: Interface) -> Tensor:
    """Scores as what is shown: probabilities of classes or bits, or the numbers themselves. Same shape."""
    match interface.answer:
        case "class":
            return torch.softmax(scores, -1)
        case "bit":
            return torch.sigmoid(scores)
        case _:
            return scores
