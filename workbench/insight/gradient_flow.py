"""Gradient flow: the norm of dL/dh and dL/dc at every step of every layer and direction, by unrolling the network."""

import numpy as np
import torch
from torch import Tensor

from workbench.engine.objective import every_step_loss_and_accuracy, loss_and_accuracy
from workbench.insight.flow import GradientFlow, LayerFlow, Norms
from workbench.insight.unrolled import Unrolled, UnrolledLayer, unroll
from workbench.models.build import vectors_of
from workbench.models.network import DIRECTIONS, Network


def gradient_flow(network: Network, x: Tensor, y: Tensor, *, every_step: bool = False) -> GradientFlow:
    """How much the mean loss of a batch hangs on h and c at every step: gradients that vanish or explode are seen here.

    x and y as the network and its objective take them. After Bengio, Simard and Frasconi, "Learning long-term
    dependencies with gradient descent is difficult" (1994), and Pascanu, Mikolov and Bengio, "On the difficulty of
    training recurrent neural networks" (2013), equation 5. Exact, in the precision of the network's weights; a
    derivative too small for it is 0. Nothing is dropped, and every sequence begins from an empty state.
    ``every_step``: the loss of a training that learns at every step.
    """
    return flow_through(unroll(network, x), y, every_step=every_step)


def flow_through(unrolled: Unrolled, y: Tensor, *, every_step: bool = False) -> GradientFlow:
    """The same of a batch that was unrolled before."""
    network = unrolled.network
    with torch.enable_grad():
        if every_step:
            loss, _ = every_step_loss_and_accuracy(network.head(unrolled.outputs), y)
        else:
            loss, _ = loss_and_accuracy(unrolled.scores(), y, network.interface, vectors_of(network))
    return GradientFlow(_flows(unrolled, loss), float(loss.detach()), len(y))


def answer_flow(network: Network, x: Tensor) -> GradientFlow:
    """How much the answer to one sample hangs on h and c at every step: no right answer has to be known.

    x: (time, width) numbers or (time,) symbols. The derivative is that of the score of the class that is answered (of
    the last step, where every step has an answer); of bits and numbers, of the sum of all scores.
    """
    unrolled = unroll(network, x[None])
    with torch.enable_grad():
        scores = unrolled.scores()[0]  # ([time,] classes)
        answers = network.interface.answer == "class"
        score = scores[-1].max() if answers and scores.ndim == 2 else scores.max() if answers else scores.sum()
    return GradientFlow(_flows(unrolled, score), float(score.detach()), 1, "answer")


def _flows(unrolled: Unrolled, value: Tensor) -> tuple[LayerFlow, ...]:
    """The norms of the derivatives of one number by every state."""
    layers = unrolled.layers
    states = [part for layer in layers for state in layer.states for part in state]
    # Where a direction is read out after its first step, nothing hangs on the others.
    found = iter(torch.autograd.grad(value, states, allow_unused=True))
    flows = []
    for layer in layers:
        norms = _norms(layer, [next(found) for state in layer.states for _ in state])
        flows.append(LayerFlow(layer.layer, DIRECTIONS[layer.side], norms[0], norms[1] if len(norms) > 1 else None))
    return tuple(flows)


def _norms(layer: UnrolledLayer, gradients: list[Tensor | None]) -> Norms:
    """gradients: of each step's h (and c). -> (states, time)."""
    parts = len(layer.states[0])
    norms = [0.0 if each is None else float(each.double().norm()) for each in gradients]
    return np.array(norms, dtype=np.float64).reshape(-1, parts).T.copy()
