"""The examining desk: what the network in use tells of test samples, and which of these are looked at."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from workbench.errors import BadInput
from workbench.insight.sample_words import answer_words, as_number, sample_words
from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.job import Failed, Work
from workbench.session.test_samples import TestSamples
from workbench.session.training import TrainingDesk

if TYPE_CHECKING:
    from workbench.data.dataset import Split
    from workbench.engine.trained import Trained
    from workbench.insight.confusion import Examined

#: So many samples are read, as a person chooses, and so many of them shown at most.
COUNTS = (100, 500, 2_000, 10_000)
MOST_SHOWN = 60

#: While a network trains it is examined anew after so many seconds at the earliest.
PAUSE = 2.0

#: While a person travels it is examined where the journey rests for so many seconds.
REST = 0.1

Wanted = Literal["wrong", "hardest", "cell"]


@dataclass(frozen=True, eq=False)  # compared by identity: it holds arrays
class Sample:
    """One sample as it is shown: its number in the split, its picture where it is one, and how it was read."""

    number: int
    reads: str
    right: str
    told: str
    sure: float  # probability of what was told (of the least sure bit), NaN where there is none
    loss: float
    is_right: bool | None
    is_cosine: bool = False  # what was told is a vector, and ``sure`` the cosine of its angle to the word's
    picture: NDArray[np.float32] | None = None  # (height, width) or (height, width, 3), 0..1


@dataclass(frozen=True, eq=False)  # compared by identity: it holds arrays
class Examination:
    """How one network read a split. ``names`` head the rows and columns of ``matrix``, None where there is none."""

    trained: Trained
    split: Split
    examined: Examined
    caption: str
    names: tuple[str, ...] = ()
    matrix: NDArray[np.int64] | None = None

    def sample(self, number: int) -> Sample:
        """One of the samples."""
        trained, found = self.trained, self.examined
        interface, classes = trained.interface, trained.classes
        return Sample(
            number,
            sample_words(trained.preset, interface, classes, self.split, number),
            answer_words(interface, classes, found.right[number]),
            answer_words(interface, classes, found.told[number]),
            float(np.min(found.sure[number])),
            float(found.losses[number]),
            None if found.is_right is None else bool(found.is_right[number]),
            interface.answer == "vector",
            self._picture(number),
        )

    def words(self, number: int) -> str:
        """What a network for words read of a sample, as one text, to be told on from."""
        from workbench.engine.story import as_text

        symbols = self.split.inputs[number].tolist()
        return as_text(self.trained, [self.trained.classes[symbol] for symbol in symbols])

    def _picture(self, number: int) -> NDArray[np.float32] | None:
        shape = self.trained.interface.picture
        if shape is None:
            return None
        height, width, channels = shape
        picture = self.split.inputs[number].astype(np.float32).reshape(height, width, channels) / np.float32(255)
        shown: NDArray[np.float32] = picture[..., 0] if channels == 1 else picture
        return shown


class ExaminingDesk:
    """Reads test samples with the network in use, in the background, while somebody looks."""

    def __init__(self, wake: Callable[[], None], training: TrainingDesk, samples: TestSamples) -> None:
        self._training, self._samples = training, samples
        self._reading = Background("examining", wake)
        self._changed = Change.NONE
        self._asked: tuple[Trained, int] | None = None
        self._asked_at = 0.0
        self._seen: Trained | None = None
        self._seen_at = 0.0
        #: Whether anybody looks; nothing is read otherwise.
        self.is_wanted = False
        #: How many samples are read.
        self.count = COUNTS[1]
        self.examination: Examination | None = None
        self.failure = ""
        #: Which samples are looked at, and of a cell which one: right and told.
        self.shown: Wanted = "wrong"
        self.cell: tuple[int, int] | None = None

    @property
    def is_busy(self) -> bool:
        return self._reading.is_busy

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Numbers of the samples that are looked at, the hardest first."""
        if self.examination is None:
            return np.zeros(0, dtype=np.int64)
        examined = self.examination.examined
        if self.shown == "cell" and self.cell is not None:
            return examined.cell(*self.cell)
        return examined.wrong() if self.shown == "wrong" and examined.is_right is not None else examined.hardest()

    def samples(self) -> list[Sample]:
        """The first of them."""
        found = self.examination
        return [] if found is None else [found.sample(number) for number in self.numbers[:MOST_SHOWN].tolist()]

    # --- verbs --------------------------------------------------------------------------------------------------------

    def want(self, wanted: bool) -> None:
        """Somebody begins to look, or stops."""
        self.is_wanted = wanted
        if not wanted:
            self._reading.stop()
            if self.is_busy:
                self._asked = None

    def read(self, count: int) -> None:
        """Reads so many samples. Raises BadInput."""
        if count < 1:
            raise BadInput("test samples", "expected one at least", value=count)
        self.count = count
        self._changed |= Change.EXAMINED

    def show(self, wanted: Wanted) -> None:
        """Looks at those answered wrong, or the hardest of all."""
        self.shown, self.cell = wanted, None
        self._changed |= Change.EXAMINED

    def show_cell(self, right: int, told: int) -> None:
        """Looks at the samples in one cell of the matrix."""
        self.shown, self.cell = "cell", (right, told)
        self._changed |= Change.EXAMINED

    # --- polling ------------------------------------------------------------------------------------------------------

    def poll(self, trained: Trained | None, *, at_once: bool) -> Change:
        """Takes in what was read, and reads anew when the network changed.

        ``at_once``: where a journey rests, however often a training says something new.
        """
        change, self._changed = self._changed, Change.NONE
        for event in self._reading.poll():
            change |= Change.EXAMINED
            if isinstance(event, Examination):
                if self.examination is not None and self.examination.names != event.names and self.shown == "cell":
                    self.shown, self.cell = "wrong", None
                self.examination, self.failure = event, ""
            elif isinstance(event, Failed):
                self.failure, self.examination = event.sentence, None
        if self.is_wanted and trained is not None:
            change |= self._read(trained, at_once)
        return change

    def close(self) -> None:
        self._reading.close()

    def _read(self, trained: Trained, at_once: bool) -> Change:
        asked = (trained, self.count)
        now = time.monotonic()
        if trained is not self._seen:
            self._seen, self._seen_at = trained, now
        if self._asked is not None and self._asked[0] is trained and self._asked[1] == self.count:
            return Change.NONE
        if at_once:
            if now - self._seen_at < REST:
                return Change.NONE
        elif self._training.is_busy and self._asked is not None and now - self._asked_at < PAUSE:
            return Change.NONE
        self._asked, self._asked_at = asked, now
        count = self.count
        self._reading.start(lambda: self._work(trained, count))
        return Change.EXAMINED

    def _work(self, trained: Trained, count: int) -> Work:
        from workbench.engine.story import is_stream
        from workbench.insight.confusion import MOST_CLASSES, counts, examine_samples

        split = yield from self._samples.get(trained, count)
        if split is None:
            return
        examined = yield from examine_samples(trained.network(), split)
        if examined is None:
            return
        caption = split.caption
        if is_stream(trained):
            caption = f"{caption}, each window read by itself"
        answer = trained.interface.answer
        names = ("0", "1") if answer == "bit" else trained.classes
        if answer in ("class", "bit") and len(names) <= MOST_CLASSES:
            matrix = counts(examined.right, examined.told, len(names))
            yield Examination(trained, split, examined, caption, names, matrix)
        else:
            yield Examination(trained, split, examined, caption)


def summands(split: Split, number: int) -> tuple[int, int]:
    """The two numbers of a sum to be added."""
    bits = split.inputs[number]
    return as_number(bits[:, 0]), as_number(bits[:, 1])
