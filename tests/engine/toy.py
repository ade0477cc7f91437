"""A small problem that a network learns in a second, for tests of training."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from tests.recurrents import recurrent
from workbench.config import Interface, Preset, StrokesDigits, Training
from workbench.data.dataset import Dataset, Split
from workbench.engine.events import Checkpoint, Event, Progress
from workbench.engine.state import TrainerState
from workbench.engine.train import train

STEPS, CLASSES = 5, 3
CPU = torch.device("cpu")


def dataset(samples: int = 120) -> Dataset:
    """Which of three numbers was largest at the first step: it has to be remembered over four more."""
    random = np.random.default_rng(0)

    def split(count: int, caption: str) -> Split:
        inputs = random.normal(size=(count, STEPS, CLASSES)).astype(np.float32)
        return Split(inputs, inputs[:, 0].argmax(axis=1).astype(np.int64), caption)

    return Dataset(
        Interface(steps=STEPS, width=CLASSES, symbols=0, classes=CLASSES, picture=(STEPS, CLASSES, 1)),
        train=split(samples, "toys"), validation=split(33, "held-out toys"), test=split(47, "other toys"),
        classes=("first", "second", "third"),
    )  # fmt: skip


def preset(**settings: Any) -> Preset:
    """A small LSTM in batches of 10 (12 an epoch); settings of the model or the training may differ."""
    of_training = {name: settings.pop(name) for name in Training.__struct_fields__ if name in settings}
    training = Training(**{"batch": 10, "epochs": 2, **of_training})
    return Preset(title="Toys", data=StrokesDigits(), model=recurrent(**{"units": 8, **settings}), training=training)


def events(preset: Preset, state: TrainerState | None = None, **when: float) -> Iterator[Event]:
    """What happens while the preset is trained on the toys."""
    return (event for event in train(preset, dataset(), CPU, state=state, **when) if event is not None)


def stopped_after(preset: Preset, step: int, state: TrainerState | None = None) -> TrainerState:
    """The state of a training that was stopped after batch number ``step``."""
    training = train(preset, dataset(), CPU, state=state, report_seconds=0.0)
    event = next(training)
    while not isinstance(event, Checkpoint):
        event = training.send("stop" if isinstance(event, Progress) and event.steps[-1] == step else None)
    training.close()
    return event.state
