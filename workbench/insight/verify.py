"""Verification: four ways to compute the gates and two ways to the gradients, held to each other in float64."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from workbench.config import CellName, Interface, Recurrent, stacked
from workbench.insight.trace import gate_trace
from workbench.models.network import Network, directions
from workbench.scratch import layer as scratch
from workbench.scratch.gate import Array, unstacked

STEPS, WIDTH, UNITS, SAMPLES = 6, 3, 4, 2

#: Step of the central differences: their error is about DIFFERENCE^2, rounding's about 1e-16 / DIFFERENCE.
DIFFERENCE = 1e-6

#: Above this relative error something is wrong.
GREEN = 1e-6


@dataclass(frozen=True)
class Verdict:
    """Largest relative errors of one stack. ``gates``: per way of computing them; ``gradients``: per weight."""

    cell: CellName
    layers: int
    bidirectional: bool
    gates: dict[str, float]
    gradients: dict[str, float]

    @property
    def worst(self) -> float:
        return max(*self.gates.values(), *self.gradients.values())

    @property
    def is_green(self) -> bool:
        return self.worst < GREEN


def verify(cell: CellName, layers: int, bidirectional: bool, seed: int = 0) -> Verdict:
    """Compares fused kernel, trace, textbook step and NumPy, and autograd with finite differences of the NumPy run."""
    model = Recurrent(stack=stacked(cell, UNITS, layers, bidirectional))
    with _float64():
        network = Network(model, Interface(steps=STEPS, width=WIDTH, symbols=0, classes=2))
        generator = torch.Generator().manual_seed(seed)
        network.initialise(generator)
        x = torch.randn(SAMPLES, STEPS, WIDTH, generator=generator)
        shares = torch.randn(SAMPLES, STEPS, network.head.in_features, generator=generator)
        return Verdict(cell, layers, bidirectional, _gate_errors(network, x), _gradient_errors(network, x, shares))


def _gate_errors(network: Network, x: Tensor) -> dict[str, float]:
    errors = {"fused": 0.0, "trace": 0.0, "stepwise": 0.0}
    with torch.inference_mode():
        traces = [gate_trace(network, sample) for sample in x]
        plain = _in_numpy(network, x.numpy())
        for place, (number, direction) in enumerate(_places(network)):
            inputs, outputs = network.run(x)[number]
            half = outputs.chunk(directions(network.model.stack[number]), dim=-1)[direction]
            errors["fused"] = max(errors["fused"], _error(half.numpy(), plain[place]["h"]))
            steps = _stepwise(network, number, direction, inputs)
            for name, values in plain[place].items():
                traced = np.stack([trace.layers[place].gates[name].T for trace in traces]).astype(np.float64)
                errors["trace"] = max(errors["trace"], _error(traced, values))
                errors["stepwise"] = max(errors["stepwise"], _error(steps[name].numpy(), values))
    return errors


def _gradient_errors(network: Network, x: Tensor, shares: Tensor) -> dict[str, float]:
    """Of the loss L = sum(shares * outputs), for every weight of every recurrent layer."""
    loss = (network.run(x)[-1].outputs * shares).sum()
    named = [(name, weight) for name, weight in network.named_parameters() if name.startswith("layers.")]
    gradients = torch.autograd.grad(loss, [weight for _, weight in named])
    errors = {}
    for (name, weight), gradient in zip(named, gradients, strict=True):
        # A view of the network's own numbers: moving one moves the network.
        numbers = weight.detach().numpy().reshape(-1)
        slopes = np.empty_like(numbers)
        for index, before in enumerate(numbers.copy()):
            losses = []
            for moved in (before + DIFFERENCE, before - DIFFERENCE):
                numbers[index] = moved
                top = _in_numpy(network, x.numpy())[-directions(network.model.stack[-1]) :]
                outputs = np.concatenate([gates["h"] for gates in top], axis=-1)
                losses.append(float((shares.numpy() * outputs).sum()))
            numbers[index] = before
            slopes[index] = (losses[0] - losses[1]) / (2 * DIFFERENCE)
        errors[name] = _error(gradient.numpy().reshape(-1), slopes)
    return errors


def _in_numpy(network: Network, x: Array) -> list[dict[str, Array]]:
    """The gates of every layer and direction, each (samples, time, hidden), by plain NumPy alone."""
    found: list[dict[str, Array]] = []
    z = x
    for number, layer in enumerate(network.model.stack):
        cell = scratch.CELLS[layer.cell]
        ran = []
        for direction in range(directions(layer)):
            weights = unstacked(
                *(part.detach().numpy() for part in network.weights_of(number, direction) if part is not None)
            )
            ran.append(scratch.run(cell, weights, z, backward=bool(direction)))
        z = np.concatenate([gates["h"] for gates in ran], axis=-1)
        found += ran
    return found


def _stepwise(network: Network, number: int, direction: int, inputs: Tensor) -> dict[str, Tensor]:
    """The gates of one layer and direction by the textbook's step. inputs: (samples, time, width)."""
    cell = network.cells[number]
    state = cell.state(len(inputs), network.model.stack[number].units, inputs)
    steps = inputs.unbind(dim=1)
    found = []
    for x in reversed(steps) if direction else steps:
        state, gates = cell.step(network.weights_of(number, direction), x, state)
        found.append(gates)
    if direction:
        found.reverse()
    return {name: torch.stack([gates[name] for gates in found], dim=1) for name in found[0]}


def _places(network: Network) -> list[tuple[int, int]]:
    stack = network.model.stack
    return [(number, direction) for number, layer in enumerate(stack) for direction in range(directions(layer))]


def _error(found: Array, right: Array) -> float:
    """Largest difference, relative to the largest value."""
    return float(np.abs(found - right).max() / max(float(np.abs(right).max()), 1e-12))


@contextmanager
def _float64() -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
