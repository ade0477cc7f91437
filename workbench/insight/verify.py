"""Verification: each cell's gates and gradients found in several independent ways, held to each other in float64."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import msgspec
import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from workbench.config import Interface, Layer, Recurrent
from workbench.insight.textbook import textbook_gates
from workbench.insight.trace import gate_trace
from workbench.models.network import Network, directions
from workbench.models.stepwise import Stepwise
from workbench.scratch.cells import cell_of
from workbench.scratch.gate import Array
from workbench.scratch.layer import Layer as ByHandLayer
from workbench.scratch.mistakes import MISTAKES, Mistake
from workbench.scratch.net import Net, Passed

STEPS, WIDTH, UNITS, SAMPLES = 6, 3, 4, 2
DEPTHS = (1, 2, 3)

#: Step of the central differences: their error is about DIFFERENCE^2, rounding's about 1e-16 / DIFFERENCE.
DIFFERENCE = 1e-5

#: Above this relative error something is wrong.
GREEN = 1e-6

#: Every cell with the options that change its equations.
VARIANTS: dict[str, Layer] = {
    "LSTM": Layer(cell="lstm", units=UNITS),
    "LSTM, peepholes": Layer(cell="lstm", units=UNITS, peepholes=True),
    "LSTM, no outer tanh": Layer(cell="lstm", units=UNITS, outer_tanh=False),
    "LSTM, peepholes, no outer tanh": Layer(cell="lstm", units=UNITS, peepholes=True, outer_tanh=False),
    "GRU": Layer(cell="gru", units=UNITS),
    "RNN tanh": Layer(cell="rnn-tanh", units=UNITS),
    "RNN relu": Layer(cell="rnn-relu", units=UNITS),
    "RNN sigmoid": Layer(cell="rnn-sigmoid", units=UNITS),
}

#: What the others are held to: the textbook's step in torch, and autograd through it.
REFERENCE = "torch step by step"


class Stack(NamedTuple):
    """One thing to verify: equal layers of one variant, so many, in one direction or in both."""

    variant: str
    depth: int
    bidirectional: bool


@dataclass(frozen=True)
class Verdict:
    """Largest errors of one stack, relative to the largest value.

    ``gates``: for each way of computing them. ``gradients``: for each way of finding them, and of each weight. Ways are
    ``fused`` (torch's kernel, h alone; absent where torch has none), ``trace`` (gates from the fused kernel's h),
    ``by hand`` (NumPy) and ``differences`` (of the loss, with each weight moved a little).
    """

    stack: Stack
    mistaken: bool
    gates: dict[str, float]
    gradients: dict[str, dict[str, float]]

    @property
    def worst(self) -> float:
        """Not a number counts as infinitely wrong."""
        errors = [*self.gates.values(), *(error for way in self.gradients.values() for error in way.values())]
        return float(np.nan_to_num(np.array(errors), nan=np.inf).max())

    @property
    def is_green(self) -> bool:
        return self.worst < GREEN


def every_stack() -> tuple[Stack, ...]:
    """Every variant at every depth, in one direction and in both."""
    return tuple(Stack(*one) for one in product(VARIANTS, DEPTHS, (False, True)))


def verify_all(mistake: str = "") -> Iterator[Verdict]:
    """Verifies every stack, one after the other."""
    for stack in every_stack():
        yield verify(stack, mistake)


def verify(stack: Stack, mistake: str = "", seed: int = 0) -> Verdict:
    """Holds one stack's ways to each other. ``mistake``: made in what is computed by hand, where it can be made."""
    variant, depth, bidirectional = stack
    layer = msgspec.structs.replace(VARIANTS[variant], bidirectional=bidirectional)
    made = MISTAKES[mistake] if mistake and MISTAKES[mistake].applies(layer.cell, bidirectional) else None
    network = Network(Recurrent(stack=(layer,) * depth), Interface(steps=STEPS, width=WIDTH, symbols=0, classes=2))
    generator = torch.Generator().manual_seed(seed)
    network.double().initialise(generator)
    x = torch.randn(SAMPLES, STEPS, WIDTH, generator=generator, dtype=torch.float64)
    shares = torch.randn(SAMPLES, STEPS, UNITS * directions(layer), generator=generator, dtype=torch.float64)
    textbook = _Textbook(network)
    by_hand = _by_hand(network, made)
    passed = by_hand.forward(x.numpy())
    return Verdict(
        stack, made is not None,
        _gate_errors(network, textbook, passed, x), _gradient_errors(network, textbook, by_hand, passed, x, shares),
    )  # fmt: skip


class _Textbook(nn.Module):
    """The network's layers, with its weights, by the textbook's step alone: the reference."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        width = WIDTH
        for cell, layer in zip(network.cells, network.model.stack, strict=True):
            self.layers.append(Stepwise(cell, layer, width, bias=True).double())
            width = layer.units * directions(layer)
        self.load_state_dict(_recurrent(network))

    def forward(self, x: Tensor) -> Tensor:
        """(samples, time, width) -> outputs of the last layer, (samples, time, directions * hidden)."""
        for layer in self.layers:
            x, _ = layer(x)
        return x


def _recurrent(network: Network) -> dict[str, Tensor]:
    return {name: weight for name, weight in network.state_dict().items() if name.startswith("layers.")}


def _by_hand(network: Network, mistake: Mistake | None) -> Net:
    """The same network in plain NumPy, without its head."""
    stack = [
        [
            mistake.broken(right) if mistake else right
            for side in range(directions(layer))
            for right in [ByHandLayer(cell_of(layer.cell, outer_tanh=layer.outer_tanh), backward=bool(side))]
        ]
        for layer in network.model.stack
    ]
    return Net(stack, {name: weight.numpy() for name, weight in _recurrent(network).items()}, UNITS)


def _gate_errors(network: Network, textbook: _Textbook, passed: Passed, x: Tensor) -> dict[str, float]:
    errors = {"trace": 0.0, "by hand": 0.0}
    with torch.inference_mode():
        traces = [gate_trace(network, sample) for sample in x]
        inputs, place = x, 0
        for number, layer in enumerate(network.model.stack):
            for side in range(directions(layer)):
                gates = textbook_gates(network, number, side, inputs)
                right = {name: values.numpy() for name, values in gates.items()}
                found = passed.readings[number][side].gates
                for name, values in right.items():
                    traced = np.stack([trace.layers[place].gates[name].T for trace in traces]).astype(np.float64)
                    errors["trace"] = _worse(errors["trace"], traced, values)
                    errors["by hand"] = _worse(errors["by hand"], found[name], values)
                place += 1
            inputs, _ = textbook.layers[number](inputs)
        errors["by hand"] = _worse(errors["by hand"], passed.top, inputs.numpy())
        if not any(isinstance(layer, Stepwise) for layer in network.layers):
            fused = network.run(x)[-1].outputs
            errors = {"fused": _worse(0.0, fused.numpy(), inputs.numpy()), **errors}
    return errors


def _gradient_errors(
    network: Network, textbook: _Textbook, by_hand: Net, passed: Passed, x: Tensor, shares: Tensor
) -> dict[str, dict[str, float]]:
    """Of the loss L = sum(shares * outputs of the last layer), for every weight of every layer and for x."""
    right = _autograd(textbook, textbook(moved := x.clone().requires_grad_()), moved, shares)
    ways: dict[str, dict[str, Array]] = {}
    if not any(isinstance(layer, Stepwise) for layer in network.layers):
        moved = x.clone().requires_grad_()
        ways["fused"] = _autograd(network, network.run(moved)[-1].outputs, moved, shares)
    gradients, d_x = by_hand.back_through_layers(passed, shares.numpy())
    ways["by hand"] = {**gradients, "x": d_x}
    ways["differences"] = _differences(textbook, x, shares)
    return {
        way: {name: _worse(0.0, found[name], values) for name, values in right.items() if name in found}
        for way, found in ways.items()
    }


def _autograd(network: nn.Module, outputs: Tensor, x: Tensor, shares: Tensor) -> dict[str, Array]:
    named = {name: weight for name, weight in network.named_parameters() if name.startswith("layers.")}
    found = torch.autograd.grad((outputs * shares).sum(), [*named.values(), x])
    return {name: gradient.numpy() for name, gradient in zip([*named, "x"], found, strict=True)}


def _differences(textbook: _Textbook, x: Tensor, shares: Tensor) -> dict[str, Array]:
    """How the loss changes when one number of one weight is moved up and down, all numbers of a weight at once."""
    weights = {name: weight.detach() for name, weight in textbook.named_parameters()}
    found: dict[str, Array] = {}
    with torch.no_grad():
        for name, weight in weights.items():

            def loss(moved: Tensor, name: str = name) -> Tensor:
                outputs: Tensor = functional_call(textbook, weights | {name: moved}, (x,))
                return (outputs * shares).sum()

            step = DIFFERENCE * torch.eye(weight.numel(), dtype=weight.dtype).reshape(-1, *weight.shape)
            slope = (vmap(loss)(weight + step) - vmap(loss)(weight - step)) / (2.0 * DIFFERENCE)
            found[name] = slope.reshape(weight.shape).numpy()
    return found


def _worse(before: float, found: Array, right: Array) -> float:
    """The larger of ``before`` and the largest difference, relative to the largest value."""
    return max(before, float(np.abs(found - right).max() / max(float(np.abs(right).max()), 1e-12)))
