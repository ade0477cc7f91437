"""A training with torch: steps, reports and states of a network that an optimiser moves."""

import math
import time
from collections import deque
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from workbench.config import Preset, Training
from workbench.data.dataset import Dataset
from workbench.engine.augment import Augmentation
from workbench.engine.batches import Samples, shuffled
from workbench.engine.device import describe
from workbench.engine.evaluate import Evaluation, evaluate, examine
from workbench.engine.events import Printed, Progress
from workbench.engine.objective import every_step_loss_and_accuracy, loss_and_accuracy
from workbench.engine.passes import Passes
from workbench.engine.score import Share
from workbench.engine.state import TrainerState, clone_optimiser, clone_weights
from workbench.engine.stream import Carried, Streams
from workbench.models.build import build, vectors_of
from workbench.models.convnet import ConvolutionNetwork
from workbench.models.network import Network

#: Steps of one sample each that the running share right is counted over.
RECENT = 1_000


class TorchRun:
    """The mutable state of one training: network, optimiser, generators, position."""

    def __init__(self, preset: Preset, dataset: Dataset, device: torch.device, state: TrainerState | None) -> None:
        settings = preset.training
        self.settings, self.dataset, self._device, self.device = settings, dataset, device, describe(device)
        self.order_generator = torch.Generator().manual_seed(settings.seed)
        self.dropout_generator = torch.Generator(device).manual_seed(settings.seed + 1)
        self.network = build(preset.model, dataset.interface)
        self.augmentation_generator = torch.Generator().manual_seed(settings.seed + 3)
        self.augmentation = Augmentation(settings, dataset.interface.picture, device)
        self.network.initialise(torch.Generator().manual_seed(settings.seed + 2))
        if state:
            self.network.load_state_dict(state.weights)
        elif isinstance(self.network, ConvolutionNetwork):
            self.network.measure(torch.from_numpy(dataset.train.inputs))
        elif dataset.vectors is not None:
            self.network.input.take(torch.from_numpy(dataset.vectors))
        self.network.to(device)
        self._parameters: list[Tensor] = list(self.network.parameters())
        self.parameters = sum(p.numel() for p in self._parameters)
        #: The network that is validated, shown, tested and kept: of averaged weights, or the one that learns.
        self.answering = self.network
        if settings.average:
            self.answering = deepcopy(self.network).requires_grad_(False)
            if state:
                self.answering.load_state_dict(state.average or state.weights)
        self.optimiser = make_optimiser(self.network, settings, device)
        self.samples = Samples(dataset.train, device)
        self.validation = Samples(dataset.validation, device)
        self.batch_size = min(settings.batch, len(self.samples))
        self.per_epoch = len(self.samples) // self.batch_size
        self.streams: Streams | None = None
        self.passes: Passes | None = None
        if self.samples.stride:
            self.passes = Passes.over(len(self.samples), self.samples.stride)
            self.batch_size = min(settings.batch, self.passes.length)
            self.per_epoch = self.passes.length // self.batch_size
        if self.samples.in_a_row:
            self.streams = Streams.through(len(self.samples), dataset.interface.steps, settings.batch)
            self.batch_size, self.per_epoch = self.streams.batch, self.streams.per_epoch
        self.carried = Carried()
        #: The share right of each of the last steps, counted where a step is one sample, as some articles do.
        self.recent: deque[float] = deque(maxlen=RECENT)
        self.total = settings.steps or settings.epochs * self.per_epoch
        self.step = self.epoch = self.batch = 0
        self.seconds = 0.0
        self.finite = True  # whether every loss and gradient reported so far was a number
        self.order_before: Tensor = self.order_generator.get_state()
        if state:
            # torch keeps the tensors it is given and changes them in place; the state is a value, and must not change.
            # Rates and the like are as the settings say, here too, whatever stands in a file.
            groups = self.optimiser.state_dict()["param_groups"]
            self.optimiser.load_state_dict({"state": deepcopy(state.optimiser["state"]), "param_groups": groups})
            self.order_generator.set_state(state.order)
            if state.dropout.shape == self.dropout_generator.get_state().shape:
                self.dropout_generator.set_state(state.dropout)  # another kind of device draws in a way of its own
            self.augmentation_generator.set_state(state.augmentation)
            self.step, self.epoch, self.batch, self.seconds = state.step, state.epoch, state.batch, state.seconds
            self.order_before = state.order
            self.recent.extend(state.recent.tolist())
            self.carried.take(state, self.batch_size, device)
        self.order = self._drawn_order()
        self.waiting: list[Tensor] = []  # (loss, accuracy, gradient norm) of steps not reported yet
        self.printed: list[Printed] = []  # none: articles printed those of trainings by hand

    def one_step(self) -> None:
        """One batch: forward, backward, clip, move. Nothing is read back from the device here."""
        began = time.perf_counter()
        if self.batch == self.per_epoch:
            self.order_before = self.order_generator.get_state()
            self.order = self._drawn_order()
            self.carried.forget()
            self.epoch, self.batch = self.epoch + 1, 0
        start = self.batch * self.batch_size
        x, y = self.samples.batch(self.order[start : start + self.batch_size])
        if self.augmentation.changes:
            x = self.augmentation(x, self.augmentation_generator)
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self.settings.precision == "bfloat16"):
            scores = self._scores(x)  # (batch, [time,] classes)
        if self.settings.every_step:
            loss, accuracy = every_step_loss_and_accuracy(scores.float(), y)
        else:
            loss, accuracy = loss_and_accuracy(scores.float(), y, self.network.interface, vectors_of(self.network))
        # Steps of one sample are so short that what is asked of torch around them counts: zero_grad and a clipping that
        # clips nothing would take a tenth of their time.
        for parameter in self._parameters:
            parameter.grad = None
        torch.autograd.backward(loss)
        if self.settings.clip:
            norm = nn.utils.clip_grad_norm_(self._parameters, self.settings.clip)
        else:
            norm = nn.utils.get_total_norm([each.grad for each in self._parameters if each.grad is not None])
        for group in self.optimiser.param_groups:
            group["lr"] = rate_at(self.settings, self.step, self.total)
        self.optimiser.step()
        if self.settings.average:
            self._average()
        self.step, self.batch = self.step + 1, self.batch + 1
        with torch.no_grad():
            self.waiting.append(torch.stack([loss, accuracy, norm]))
        self.seconds += time.perf_counter() - began

    def _scores(self, x: Tensor) -> Tensor:
        """What the network answers to a batch, after its last step or after every one, as the loss wants it."""
        network = self.network
        if isinstance(network, Network):
            if self.settings.every_step:
                return network.after_every_step(x, self.dropout_generator)
            if self.streams is not None:
                return self.carried.go_on(network, x, self.dropout_generator)
        return network(x, self.dropout_generator)  # type: ignore[no-any-return]

    def _average(self) -> None:
        """One step of the weights' running average, which forgets sooner at first, or it would keep the random start.

        As Szegedy et al. (2016) evaluated theirs; the share kept grows as in TensorFlow's ExponentialMovingAverage.
        """
        kept = min(self.settings.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_([*self.answering.parameters()], self._parameters, 1.0 - kept)

    def keep(self) -> None:
        """Nothing is learnt any more: the weights become what their file will hold."""
        if self.settings.kept == "float16":
            for weight in self.answering.parameters():
                weight.data.copy_(weight.data.half())

    def report(self) -> Progress:
        """The steps not reported yet, read back in one transfer."""
        values = torch.stack(self.waiting).cpu().numpy()  # (steps, 3)
        self.waiting.clear()
        if self.batch_size == 1 and self.network.interface.answer == "class":
            self.recent.extend(values[:, 1].tolist())
        self.finite = self.finite and bool(np.isfinite(values[:, [0, 2]]).all())
        steps = np.arange(self.step - len(values) + 1, self.step + 1)
        return Progress(steps, values[:, 0], values[:, 1], values[:, 2], self.seconds)

    def weights(self) -> dict[str, Tensor]:
        """Copies of the weights that answer."""
        return clone_weights(self.answering)

    def validate(self) -> Evaluation:
        """The validation split."""
        return evaluate(self.answering, self.validation)

    def test(self) -> Evaluation:
        """All that is tested, and where it was counted the share right while training went on."""
        score = yield from examine(self.answering, self.dataset, self._device)
        if score is None or len(self.recent) < RECENT:
            return score
        running = Share(f"the last {RECENT:,} steps while training", round(sum(self.recent)), RECENT)
        return replace(score, parts=(*score.parts, running))

    def state(self) -> TrainerState:
        return TrainerState(
            clone_weights(self.network), clone_optimiser(self.optimiser), self.order_before.clone(),
            self.dropout_generator.get_state(), self.augmentation_generator.get_state(),
            clone_weights(self.answering) if self.settings.average else {},
            self.step, self.epoch, self.batch, self.seconds,
            self.carried.copies(), torch.tensor(list(self.recent)),
        )  # fmt: skip

    def _drawn_order(self) -> Tensor:
        """Which samples the epoch's batches are."""
        ordered = self.streams or self.passes
        if ordered is None:
            return shuffled(len(self.samples), self.order_generator, self._device)
        return ordered.drawn_order(self.order_generator).to(self._device)


def make_optimiser(network: nn.Module, settings: Training, device: torch.device) -> torch.optim.Optimizer:
    """The optimiser the settings name. One fused kernel per step where torch has one: the fastest stock path."""
    parameters = network.parameters()
    common: dict[str, Any] = {"lr": settings.rate, "weight_decay": settings.weight_decay}
    fused = device.type in ("cpu", "cuda")
    match settings.optimiser:
        case "adam":
            return torch.optim.Adam(parameters, fused=fused, **common)
        case "adamw":
            return torch.optim.AdamW(parameters, fused=fused, **common)
        case "sgd":
            return torch.optim.SGD(parameters, momentum=settings.momentum, fused=fused, **common)
        case "rmsprop":
            # Smoothing 0.9 as in Tieleman and Hinton (2012); torch's own default is 0.99.
            return torch.optim.RMSprop(parameters, alpha=0.9, **common)


def rate_at(settings: Training, step: int, total: int) -> float:
    """The learning rate of step number ``step`` (from 0) of ``total``."""
    if settings.schedule == "cosine":
        return settings.rate * 0.5 * (1.0 + math.cos(math.pi * step / total))
    return settings.rate
