"""The objective: the loss that training lowers, and what counts as right, by what an answer is."""

import math

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss

from workbench.config import Interface


def loss_and_accuracy(scores: Tensor, y: Tensor, interface: Interface) -> tuple[Tensor, Tensor]:
    """Mean loss, and share of the single answers that are right (NaN for numbers), both without reading them back.

    scores: (batch, [time,] classes). y: (batch, [time]) classes, or as scores for bits (0 or 1) and numbers.
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
            raise NotImplementedError


def sample_losses(scores: Tensor, y: Tensor, interface: Interface) -> Tensor:
    """The loss of each sample's answer. -> (batch,). With an answer at every step only the last class counts."""
    match interface.answer:
        case "class":
            scores, y = _last(scores, y, interface)
            return cross_entropy(scores, y, reduction="none")
        case "bit":
            return binary_cross_entropy_with_logits(scores, y, reduction="none").flatten(1).mean(1)
        case "number":
            return mse_loss(scores, y, reduction="none").flatten(1).mean(1)
        case "vector":
            raise NotImplementedError


def right_samples(scores: Tensor, y: Tensor, interface: Interface) -> Tensor | None:
    """Which samples are answered right, (batch,); None where answers are neither. Of bits all must be right."""
    match interface.answer:
        case "class":
            scores, y = _last(scores, y, interface)
            return scores.argmax(-1) == y
        case "bit":
            return ((scores > 0) == (y > 0.5)).flatten(1).all(1)
        case _:
            return None


def _last(scores: Tensor, y: Tensor, interface: Interface) -> tuple[Tensor, Tensor]:
    """Only the last step has seen the whole window."""
    return (scores[:, -1], y[:, -1]) if interface.every_step else (scores, y)


def probabilities(scores: Tensor, interface: Interface) -> Tensor:
    """Scores as what is shown: probabilities of classes or bits, or the numbers themselves. Same shape."""
    match interface.answer:
        case "class":
            return torch.softmax(scores, -1)
        case "bit":
            return torch.sigmoid(scores)
        case _:
            return scores
