"""The image desk: the picture that an image network looks at, a test image by its number or a file of the person's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.config import Data
from workbench.data.dataset import Loading, Split
from workbench.data.sources import availability, load
from workbench.errors import BadInput
from workbench.outcome import until_stopped
from workbench.session.change import Change
from workbench.session.job import Failed, Job, Work
from workbench.session.networks import InUse
from workbench.session.reader import Probe
from workbench.session.training import TrainingDesk

#: The image that a well-known tutorial looks at, counted from 1.
FIRST_SHOWN = 100


@dataclass(frozen=True)
class TestImages:
    """The test split of some data, and the names of its classes."""

    __test__ = False  # pytest would take it for a test

    data: Data
    split: Split
    classes: tuple[str, ...]


class ImageDesk:
    """Test images come from the running or last training, or are loaded in the background for another network."""

    def __init__(self, wake: Callable[[], None], training: TrainingDesk) -> None:
        self._wake, self._training = wake, training
        self._job: Job | None = None
        self._loaded: TestImages | None = None
        #: Data that were asked for, so that what cannot be loaded is not tried again and again.
        self._asked: Data | None = None
        #: How far the test images are, while they are being loaded.
        self.loading: Loading | None = None
        #: Which test image is shown, counted from 1.
        self.number = FIRST_SHOWN
        #: The person's own picture in place of a test image.
        self.own: Path | None = None
        self._read: tuple[Path, tuple[int, int, int], NDArray[np.uint8]] | None = None

    # --- what is shown ------------------------------------------------------------------------------------------------

    def tests(self, in_use: InUse | None) -> TestImages | None:
        """The test images of the network's own data, None while they are not here."""
        if in_use is None:
            return None
        data, training = in_use.trained.preset.data, self._training
        if training.started is not None and training.preset is not None and training.preset.data == data:
            return TestImages(data, training.started.examples, training.started.classes)
        return self._loaded if self._loaded is not None and self._loaded.data == data else None

    def count(self, in_use: InUse | None) -> int:
        """How many test images there are to choose from."""
        tests = self.tests(in_use)
        return len(tests.split) if tests is not None else 0

    def shown_number(self, in_use: InUse | None) -> int:
        """The number of the test image shown: the chosen one, or the last where there are fewer."""
        return min(self.number, self.count(in_use))

    def right(self, in_use: InUse | None) -> str:
        """The right class of the test image shown; empty where nobody knows."""
        tests = self.tests(in_use)
        if self.own is not None or tests is None:
            return ""
        return tests.classes[int(tests.split.targets[self.shown_number(in_use) - 1])]

    def picture(self, in_use: InUse | None) -> NDArray[np.uint8] | None:
        """What the network sees, (height, width, channels) with 0..255; None while there is nothing."""
        if in_use is None or in_use.trained.interface.picture is None:
            return None
        height, width, channels = in_use.trained.interface.picture
        sample = self._sample(in_use)
        return None if sample is None else sample.reshape(height, width, channels)

    def probe(self, in_use: InUse) -> Probe | None:
        """The picture as the network takes it."""
        sample = self._sample(in_use)
        if sample is None:
            return None
        if self.own is not None:
            return Probe(sample.astype(np.float32) / np.float32(255), self.own.name)
        caption = f"test image {self.shown_number(in_use):,}, {self.right(in_use)}"
        return Probe(sample.astype(np.float32) / np.float32(255), caption)

    def _sample(self, in_use: InUse) -> NDArray[np.uint8] | None:
        """(height, width * channels), 0..255."""
        picture = in_use.trained.interface.picture
        if picture is None:
            return None
        if self.own is not None:
            from workbench.data.picture_file import load_sample

            if self._read is None or self._read[:2] != (self.own, picture):
                try:
                    self._read = (self.own, picture, load_sample(self.own, picture))
                except BadInput:  # gone or changed since it was opened, and wanted anew in another size
                    self.own = None
                    return self._sample(in_use)
            return self._read[2]
        tests = self.tests(in_use)
        if tests is None:
            return None
        return np.asarray(tests.split.inputs[self.shown_number(in_use) - 1], dtype=np.uint8)

    # --- choosing -----------------------------------------------------------------------------------------------------

    def show(self, number: int, in_use: InUse | None) -> None:
        """Shows a test image, counted from 1. Raises BadInput."""
        count = self.count(in_use)
        if not 1 <= number <= max(1, count):
            raise BadInput("test image", f"expected 1 to {count:,}", value=number)
        self.number, self.own = number, None

    def open(self, path: Path, in_use: InUse | None) -> None:
        """Shows a picture of the person's own. Raises BadInput for a file that is none."""
        from workbench.data.picture_file import load_sample

        picture = in_use.trained.interface.picture if in_use is not None else None
        shape = picture or (32, 32, 3)
        self._read = (path, shape, load_sample(path, shape))
        self.own = path

    # --- loading ------------------------------------------------------------------------------------------------------

    def want(self, in_use: InUse | None) -> None:
        """Loads the network's test images in the background if they can be had without a download."""
        if in_use is None or self.tests(in_use) is not None:
            return
        data = in_use.trained.preset.data
        if data == self._asked:
            return
        self._asked = data
        if availability(data).state != "here":
            return
        self.close()

        def work() -> Work:
            dataset = yield from until_stopped(load(data))
            if dataset is None:
                return
            test = dataset.test
            # Copies, so that the training images are not kept.
            split = Split(test.inputs.copy(), test.targets.copy(), test.caption)
            yield TestImages(data, split, dataset.classes)

        self._job = Job("test images", work, self._wake)
        self._job.start()

    def poll(self) -> tuple[Change, list[BadInput | Failed]]:
        """Takes in what was loaded since the last call."""
        change = Change.NONE
        failures: list[BadInput | Failed] = []
        job = self._job
        if job is None:
            return change, failures
        is_over = job.join(0)
        for event in job.poll():
            change |= Change.IMAGES
            if isinstance(event, Loading):
                self.loading = event
            elif isinstance(event, TestImages):
                self._loaded = event
            elif isinstance(event, Failed):
                failures.append(event.error if isinstance(event.error, BadInput) else event)
        if is_over:
            self._job = self.loading = None
            change |= Change.IMAGES
        return change, failures

    def close(self) -> None:
        """Ends the loading that is under way."""
        if self._job is not None:
            self._job.stop()
            self._job.join()
            self._job = self.loading = None
