"""The digit desk: what the digit network looks at, the person's drawing or a test sample in its place."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray

from workbench.session.networks import InUse
from workbench.session.pad import Pad, drawn_four
from workbench.session.reader import Probe
from workbench.session.training import TrainingDesk


class DigitDesk:
    """The pad, and the test samples that the running or last training brought along."""

    def __init__(self, training: TrainingDesk) -> None:
        self.pad = Pad()
        #: The pad's test sample: its right answer, None for the person's own drawing.
        self.sample_label: str | None = None
        self._training = training
        self._random = random.Random(0)

    def probe(self, in_use: InUse) -> Probe:
        """The drawing as the network sees it; until there is one, something that stands in."""
        seen = self.pad.seen()
        if seen is not None:
            return Probe(seen, "your drawing" if self.sample_label is None else f"a test digit, a {self.sample_label}")
        if self._example_count():
            picture, label = self._example(0)
            return Probe(picture, f"test digit 0, a {label}, until you draw your own", stands_in=True)
        return Probe(drawn_four(), "a drawn 4, until you draw your own", stands_in=True)

    def show_sample(self) -> str:
        """Puts a test sample on the pad: one of the training's, or one that our generator draws. Its right answer."""
        if count := self._example_count():
            number = self._random.randrange(count)
            picture, label = self._example(number)
            self.pad.show_image(picture, f"#{number}")
            return label
        from workbench.data.strokes import draw_one

        digit = self._random.randrange(10)
        self.pad.show(draw_one(digit, np.random.default_rng(self._random.randrange(2**31))))
        return str(digit)

    def _example_count(self) -> int:
        started = self._training.started
        is_digits = self._training.preset is not None and self._training.preset.task == "digits"
        return len(started.examples) if started is not None and is_digits else 0

    def _example(self, number: int) -> tuple[NDArray[np.float32], str]:
        """One of those test digits, (28, 28) in 0..1, and its right answer."""
        started = self._training.started
        assert started is not None
        picture: NDArray[np.float32] = started.examples.inputs[number].astype(np.float32) / np.float32(255)
        return picture, started.classes[int(started.examples.targets[number])]
