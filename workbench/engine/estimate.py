"""An estimate of a training's length from a few timed steps, with the data themselves or with noise of their shape."""

import time
from collections.abc import Generator
from dataclasses import replace

import numpy as np

from workbench.config import Interface, Preset
from workbench.data.dataset import Dataset, Loading, Split
from workbench.data.sources import at_hand, interface, load, training_count
from workbench.engine.device import choose
from workbench.engine.events import Command
from workbench.engine.length import Length
from workbench.engine.memory import check_memory
from workbench.engine.train import begin
from workbench.outcome import until_stopped

Estimate = Generator[Loading | Length | None, Command | None, None]

#: The first steps are slower than those that follow.
WARM_UP_STEPS = 2
#: So long, or for so many steps, it is timed; but at least two.
TIMED_SECONDS = 0.6
TIMED_STEPS = 40
#: So many samples of the validation split are timed.
TIMED_SAMPLES = 500


def estimate(preset: Preset, patience: float = 3.0) -> Estimate:
    """Ends with a :class:`Length`; yields often, and ends at "stop" without one.

    Where the settings tell how many samples there are, nothing is loaded. Otherwise the data are, for at most
    ``patience`` seconds: with larger ones it ends without a length. Raises BadInput as a training would.
    """
    count, device = training_count(preset.data), choose(preset.training.device)
    if at_hand(preset.data):
        check_memory(preset, interface(preset.data), count or 0, device)
    if count is None:
        loaded = yield from until_stopped(load(preset.data), patience)
        if loaded is None:
            return
        watched = len(loaded.validation)
        run = begin(preset, replace(loaded, validation=_first(loaded.validation, TIMED_SAMPLES)), device)
        per_epoch = run.per_epoch  # a text read as a stream has fewer
    else:
        watched, batch = int(getattr(preset.data, "validation", 0)), min(preset.training.batch, count)
        run = begin(preset, of_noise(interface(preset.data), batch, min(watched, TIMED_SAMPLES)), device)
        per_epoch = count // batch
    steps = preset.training.steps or preset.training.epochs * per_epoch
    for _ in range(WARM_UP_STEPS):
        run.one_step()
        if (yield None) == "stop":
            return
    run.report()  # waits for a device that works by itself
    began, done = time.perf_counter(), 0
    while done < 2 or (done < TIMED_STEPS and time.perf_counter() - began < TIMED_SECONDS):
        run.one_step()
        done += 1
        if (yield None) == "stop":
            return
    run.report()
    seconds = steps * (time.perf_counter() - began) / done
    if watched:
        began = time.perf_counter()
        evaluation = run.validate()
        for _ in evaluation:
            if (yield None) == "stop":
                return
        every = preset.training.validate_every or max(1, per_epoch)
        seconds += -(-steps // every) * (time.perf_counter() - began) * watched / min(watched, TIMED_SAMPLES)
    yield Length(seconds, steps, run.device)


def of_noise(asked: Interface, count: int, watched: int) -> Dataset:
    """Random samples as a network reads and answers them; ``watched`` of them for validation."""
    random = np.random.default_rng(0)

    def split(samples: int) -> Split:
        samples = max(1, samples)
        inputs: np.ndarray
        if asked.symbols:
            inputs = random.integers(0, asked.symbols, (samples, asked.steps))
        elif asked.answer in ("bit", "number"):
            inputs = random.random((samples, asked.steps, asked.width))
        else:
            height, width, channels = asked.picture or (asked.steps, asked.width, 1)
            inputs = random.integers(0, 256, (samples, height, width * channels), dtype=np.uint8)
        answers = (samples, asked.steps) if asked.every_step else (samples,)
        if asked.answer == "class":
            return Split(inputs, random.integers(0, asked.classes, answers), "noise")
        return Split(inputs, random.integers(0, 2, (*answers, asked.classes)).astype(np.float64), "noise")

    return Dataset(asked, split(count), split(watched), split(1), tuple(map(str, range(asked.classes))))


def _first(split: Split, count: int) -> Split:
    return replace(split, inputs=split.inputs[:count], targets=split.targets[:count], parts=())
