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
    if asked.width == 1:
        pictures = pictures.reshape(20, 7, 4, 7, 4).max(axis=(2, 4))
        asked = Interface(steps=49, width=1, symbols=0, classes=10, picture=(7, 7, 1))
    split = Split(np.ascontiguousarray(pictures), labels, "drawn digits")
    return Dataset(asked, split, split, split, DIGITS)


@pytest.mark.parametrize("name", OF_DIGITS)
def test_a_few_steps_lower_the_loss(name: str) -> None:
    digits = a_few_digits(PRESETS[name])
    steps = 60 if digits.interface.width == 1 else 20
    preset = with_setting(with_setting(PRESETS[name], "training.steps", steps), "training.validate_every", steps)
    events = [event for event in train(preset, digits, torch.device("cpu")) if event is not None]
    losses = np.concatenate([event.losses for event in events if isinstance(event, Progress)])
    assert len(losses) == steps
    assert losses[-3:].mean() < 0.97 * losses[:2].mean()
    ended = events[-1]
    assert isinstance(ended, Ended)
    assert ended.reason == "finished"
