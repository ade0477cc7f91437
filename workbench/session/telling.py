"""The story desk: seed words, how to go on from them, and the words told so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.engine.word import Word
from workbench.errors import BadInput
from workbench.session.change import Change
from workbench.session.job import Done, Failed, Job, Work
from workbench.session.networks import InUse
from workbench.session.reader import Probe

if TYPE_CHECKING:
    from workbench.engine.trained import Trained


@dataclass(frozen=True)
class Begun:
    """The seed words were understood."""

    seeds: tuple[str, ...]


class StoryDesk:
    """Tells stories in the background, word by word."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._job: Job | None = None
        self.seed_text = "had a general"
        self.length = 60
        self.temperature = 0.0
        self.luck = 0
        self.seeds: tuple[str, ...] = ()
        self.words: list[Word] = []
        self.is_telling = False
        self.failure: Failed | None = None

    def probe(self, in_use: InUse) -> Probe | None:
        """The end of the story, or the seed words; None while they are not understood, which is said beside them."""
        from workbench.engine.story import seed_words

        trained = in_use.trained
        try:
            words = self.text or seed_words(trained, self.seed_text)
        except BadInput:
            return None
        number = {word: index for index, word in enumerate(trained.classes)}
        read = [word for word in words if word in number][-trained.interface.steps :]
        if not read:
            return None
        return Probe(np.array([number[word] for word in read], dtype=np.int64), " ".join(read))

    def tell(self, trained: Trained) -> None:
        """Begins a new story; one under way is stopped. The same luck tells the same story."""
        self.stop()
        if self._job:
            self._job.join()
        text, length, temperature, luck = self.seed_text, self.length, self.temperature, self.luck

        def work() -> Work:
            import torch

            from workbench.engine.story import seed_words, tell

            seeds = seed_words(trained, text)
            if (yield Begun(tuple(seeds))) == "stop":
                return
            for word in tell(trained, seeds, length, temperature, torch.Generator().manual_seed(luck)):
                if (yield word) == "stop":
                    return

        self.failure = None
        self.is_telling = True
        self._job = Job("story", work, self._wake)
        self._job.start()

    def stop(self) -> None:
        if self._job and self.is_telling:
            self._job.stop()

    def close(self) -> None:
        if self._job:
            self._job.stop()
            self._job.join()

    def recall(self, seeds: list[str], words: list[tuple[str, float, list[tuple[str, float]]]], luck: int) -> None:
        """Brings back a story that was told before."""
        self.seeds, self.luck = tuple(seeds), luck
        self.words = [Word(text, probability, tuple(candidates)) for text, probability, candidates in words]

    def poll(self) -> Change:
        """Takes in the words told since the last call."""
        change = Change.NONE
        for event in self._job.poll() if self._job else ():
            self._fold(event)
            change = Change.STORY
        return change

    def _fold(self, event: Any) -> None:
        match event:
            case Begun():
                self.seeds, self.words = event.seeds, []  # seed words it does not know leave the last story standing
            case Failed():
                self.failure = event
            case Done():
                self.is_telling = False
            case _:
                self.words.append(event)

    @property
    def text(self) -> list[str]:
        """Seed words and told words."""
        return [*self.seeds, *(word.text for word in self.words)]

    def set_length(self, length: int) -> None:
        if not 1 <= length <= 10_000:
            raise BadInput("story", "expected a length of 1 to 10,000 words", key="length", value=length)
        self.length = length

    def set_temperature(self, temperature: float) -> None:
        if not 0.0 <= temperature <= 5.0:
            raise BadInput("story", "expected a temperature of 0 to 5", key="temperature", value=temperature)
        self.temperature = temperature
