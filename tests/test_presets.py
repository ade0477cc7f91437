"""Every preset of digits can be trained: nothing in it is impossible, and a few steps lower the loss."""

import numpy as np
import pytest
import torch

from workbench.config import Interface, Preset
from workbench.data.dataset import DIGITS, Dataset, Split
from workbench.data.sources import interface
from workbench.data.strokes import generate
from workbench.engine.events import Ended, Progress
from workbench.engine.train import train
from workbench.fields import problems
from workbench.preset_files import with_setting
from workbench.session.choices import find_presets

PRESETS = {name: entry.preset for name, entry in find_presets()[0].items()}
OF_DIGITS = [name for name, preset in PRESETS.items() if preset.task == "digits"]
STEPS = 20


@pytest.mark.parametrize("name", PRESETS)
def test_nothing_in_a_preset_is_impossible(name: str) -> None:
    preset = PRESETS[name]
    assert problems(preset) == {}
    assert preset.promise
    assert preset.shows.strip()
    assert preset.look_for.strip()


def a_few_digits(preset: Preset) -> Dataset:
    """A score of drawn digits as the preset reads them; long sequences are of smaller pictures, to be quick."""
    pictures, labels = generate(20, seed=1, start=0)
    asked = interface(preset.data)
    side = 28
    if asked.steps > 28:
        side, pictures = 7, pictures.reshape(20, 7, 4, 7, 4).max(axis=(2, 4))
    split = Split(np.ascontiguousarray(pictures), labels, "drawn digits")
    steps = asked.steps * side**2 // 28**2 if asked.steps > 28 else asked.steps
    agreed = Interface(steps=steps, width=side * side // steps, symbols=0, classes=10)
    return Dataset(agreed, split, split, split, DIGITS)


@pytest.mark.parametrize("name", OF_DIGITS)
def test_a_few_steps_lower_the_loss(name: str) -> None:
    preset = with_setting(with_setting(PRESETS[name], "training.steps", STEPS), "training.validate_every", STEPS)
    events = [event for event in train(preset, a_few_digits(preset), torch.device("cpu")) if event is not None]
    losses = np.concatenate([event.losses for event in events if isinstance(event, Progress)])
    assert len(losses) == STEPS
    assert losses[-3:].mean() < 0.9 * losses[:2].mean()
    ended = events[-1]
    assert isinstance(ended, Ended)
    assert ended.reason == "finished"
