"""A training written out by hand in NumPy: steps, reports and states as with torch, by plain gradient descent."""

import math
import platform
import time
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from workbench.config import Preset, Recurrent
from workbench.data.dataset import Dataset, Split
from workbench.engine.evaluate import BATCH, Evaluation
from workbench.engine.events import Printed, Progress
from workbench.engine.score import Fact, Score, Share
from workbench.engine.state import TrainerState
from workbench.models.shapes import weight_shapes
from workbench.scratch import start
from workbench.scratch.cells import cell_of
from workbench.scratch.gate import Array, sigmoid
from workbench.scratch.layer import Layer
from workbench.scratch.loss import Cost, cross_entropy_bits, squared, squared_bits
from workbench.scratch.net import Named, Net, norm


class HandRun:
    """The mutable state of one training by hand: network and position in the data.

    Examples come in the order they were drawn. Weights are kept in float64 under torch's names; of torch's two biases
    the second stays 0, since by hand there is one.
    """

    def __init__(self, preset: Preset, dataset: Dataset, state: TrainerState | None) -> None:
        self.settings, self.dataset, self.interface = preset.training, dataset, dataset.interface
        assert isinstance(preset.model, Recurrent)  # fields.problems has seen to it
        self.shapes = weight_shapes(preset.model, dataset.interface)
        self.net = _net(preset, preset.model, dataset, state)
        self.batch_size = min(self.settings.batch, len(dataset.train))
        self.per_epoch = len(dataset.train) // self.batch_size
        self.total = self.settings.steps or self.settings.epochs * self.per_epoch
        self.step, self.epoch, self.batch, self.seconds = (
            (state.step, state.epoch, state.batch, state.seconds) if state else (0, 0, 0, 0.0)
        )
        self.finite = True
        self.device = f"NumPy, by hand ({platform.machine()})"
        self.parameters = sum(values.size for values in self.net.weights.values())
        self.waiting: list[tuple[float, float, float]] = []  # (loss, accuracy, gradient norm) not reported yet
        self.printed: list[Printed] = []
        self._followed: list[Printed] = []
        self._errors = dict(preset.published.printed) if preset.published else {}
        for step, here in state.printed.tolist() if state else ():
            if int(step) in self._errors:
                self._followed.append(Printed(int(step), self._errors[int(step)], here))

    def one_step(self) -> None:
        """One batch: forwards, backwards, downhill."""
        began = time.perf_counter()
        if self.batch == self.per_epoch:
            self.epoch, self.batch = self.epoch + 1, 0
        first = self.batch * self.batch_size
        x, y = _numbers(self.dataset.train, slice(first, first + self.batch_size))
        with np.errstate(over="ignore", invalid="ignore"):  # what has grown beyond all numbers is found in the report
            passed = self.net.forward(x)
            cost = self._cost(passed.scores, y)
            gradients = self.net.back(passed, cost.d_scores)
            length = norm(gradients)
        if self.step in self._errors:
            self.printed.append(Printed(self.step, self._errors[self.step], self._figure(cost, passed.scores, y)))
            self._followed.append(self.printed[-1])
        if self.settings.weight_decay:
            gradients = {
                name: values + self.settings.weight_decay * self.net.weights[name] for name, values in gradients.items()
            }
        shorter = min(1.0, self.settings.clip / length) if self.settings.clip and length else 1.0
        self.net.descend(gradients, self.settings.rate * shorter)
        self.step, self.batch = self.step + 1, self.batch + 1
        self.waiting.append((cost.loss, self._share(passed.scores, y), length))
        self.seconds += time.perf_counter() - began

    def report(self) -> Progress:
        """The steps not reported yet."""
        with np.errstate(over="ignore"):
            values = np.array(self.waiting, dtype=np.float32)  # (steps, 3)
        self.waiting.clear()
        self.finite = self.finite and bool(np.isfinite(values[:, [0, 2]]).all())
        steps = np.arange(self.step - len(values) + 1, self.step + 1)
        return Progress(steps, values[:, 0], values[:, 1], values[:, 2], self.seconds)

    def weights(self) -> dict[str, Tensor]:
        """Copies in torch's single precision, for looking at."""
        return {name: tensor.float() for name, tensor in self._exact().items()}

    def keep(self) -> None:
        """Nothing is learnt any more; there is nothing to be rounded."""

    def state(self) -> TrainerState:
        """Everything there is to go on from: nothing is drawn, so torch's generators are as they were made."""
        order, dropout, augmentation = (torch.Generator().get_state() for _ in range(3))
        optimiser = {"state": {}, "param_groups": [{"params": [*range(len(self.shapes))]}]}
        printed = torch.tensor([(each.step, each.here) for each in self._followed], dtype=torch.float64)
        return TrainerState(
            self._exact(), optimiser, order, dropout, augmentation, {}, self.step, self.epoch, self.batch, self.seconds,
            printed=printed.reshape(-1, 2),
        )  # fmt: skip

    def validate(self) -> Evaluation:
        """The validation split."""
        return self._evaluate(self.dataset.validation)

    def test(self) -> Evaluation:
        """The test split, the others as parts of its score, and the last of the errors that were published."""
        score = yield from self._evaluate(self.dataset.test)
        for split in self.dataset.others:
            other = score and (yield from self._evaluate(split))
            score = score.with_split(other) if score and other else None
        if score and self._followed:
            last = self._followed[-1]
            score = replace(score, facts=(*score.facts, Fact(f"error at step {last.step:,}", last.here)))
        return score

    def _evaluate(self, split: Split) -> Evaluation:
        """Yields after every batch; sent "stop", it returns None instead of the score."""
        loss, right = 0.0, 0
        for first in range(0, len(split), BATCH):
            x, y = _numbers(split, slice(first, first + BATCH))
            scores = self.net.forward(x).scores
            loss += self._cost(scores, y).loss * len(x)
            right += int(((scores > 0.0) == (y > 0.5)).reshape(len(x), -1).all(axis=1).sum())
            if (yield None) == "stop":
                return None
        loss /= len(split)
        if self.interface.answer == "bit":
            return Score(loss, Share(split.caption, right, len(split)))
        return Score(loss, Share(split.caption, 0, 0), facts=(Fact("sum of squared errors", loss),))

    def _cost(self, scores: Array, y: Array) -> Cost:
        if self.interface.answer == "number":
            return squared(scores, y)
        return squared_bits(scores, y) if self.settings.bit_loss == "squared" else cross_entropy_bits(scores, y)

    def _figure(self, cost: Cost, scores: Array, y: Array) -> float:
        """What articles print: of bits the sum of the absolute errors, of numbers that of the squared ones."""
        if self.interface.answer == "number":
            return cost.loss
        return float(np.abs(sigmoid(scores) - y).sum()) / len(y)

    def _share(self, scores: Array, y: Array) -> float:
        """Of bits the share that is right."""
        return float(((scores > 0.0) == (y > 0.5)).mean()) if self.interface.answer == "bit" else math.nan

    def _exact(self) -> dict[str, Tensor]:
        return {
            name: torch.from_numpy(self.net.weights[name].copy())
            if name in self.net.weights
            else torch.zeros(shape, dtype=torch.float64)
            for name, shape, _ in self.shapes
        }


def _net(preset: Preset, model: Recurrent, dataset: Dataset, state: TrainerState | None) -> Net:
    stack = [
        [
            Layer(cell_of(layer.cell, outer_tanh=layer.outer_tanh), backward=bool(side))
            for side in range(2 if layer.bidirectional else 1)
        ]
        for layer in model.stack
    ]
    weights = _named(state.weights) if state else _first_weights(preset, model, dataset)
    return Net(stack, weights, dataset.interface.classes, every_step=dataset.interface.every_step)


def _first_weights(preset: Preset, model: Recurrent, dataset: Dataset) -> Named:
    settings, interface, units = preset.training, dataset.interface, model.stack[0].units
    reach = settings.start_reach or units**-0.5
    match settings.start_order:
        case "adder":
            return start.of_the_adder(settings.seed, interface.width, units, interface.classes, reach)
        case "gates-alike" | "gates-apart":
            alike = settings.start_order == "gates-alike"
            return start.of_the_lstm(settings.seed, interface.width, units, reach, alike=alike)
        case "network":
            shapes = {name: shape for name, shape, _ in weight_shapes(model, interface) if "bias_hh" not in name}
            weights = start.uniform(shapes, settings.seed, reach)
            for number, layer in enumerate(model.stack):
                for suffix in ("", "_reverse"):
                    bias = weights.get(f"layers.{number}.bias_ih_l0{suffix}")
                    if layer.cell == "lstm" and bias is not None:
                        bias[layer.units : 2 * layer.units] = model.forget_bias
            return weights


def _named(weights: dict[str, Tensor]) -> Named:
    return {name: tensor.double().numpy().copy() for name, tensor in weights.items() if "bias_hh" not in name}


def _numbers(split: Split, index: slice) -> tuple[Array, Array]:
    return split.inputs[index].astype(np.float64), split.targets[index].astype(np.float64)
