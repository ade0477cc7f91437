"""The story desk: seed words, how to go on from them, and the words told so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.config import Split
from workbench.data.text import told
from workbench.engine.word import Word
from workbench.errors import BadInput
from workbench.session.background import Background
from workbench.session.change import Change
from workbench.session.job import Done, Failed, Work
from workbench.session.networks import InUse
from workbench.session.reader import Probe

if TYPE_CHECKING:
    from workbench.engine.trained import Trained


#: So many of the last words of a stream are looked at, from an empty state.
STREAM_SHOWN = 64

#: Longer captions begin with an ellipsis.
LONGEST_CAPTION = 80


@dataclass(frozen=True)
class Begun:
    """The seed words were understood."""

    seeds: tuple[str, ...]
    split: Split


class StoryDesk:
    """Tells stories in the background, word by word."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._background = Background("story", wake)
        self.seed_text = "had a general"
        self.length = 60
        self.temperature = 0.0
        self.luck = 0
        self.seeds: tuple[str, ...] = ()
        self.words: list[Word] = []
        #: How the text was cut that the story comes from, which says where spaces belong.
        self.split: Split = "spaces"
        self.is_telling = False
        self._told_by: Trained | None = None
        self._has_travelled = False  # whether the story was told by its network as it was earlier
        self.failure: Failed | None = None

    def probe(self, in_use: InUse) -> Probe | None:
        """The end of the story, or the seed words; None while they are not understood, which is said beside them."""
        from workbench.engine.story import as_text, is_stream, seed_words

        trained = in_use.trained
        try:
            words = self.text or seed_words(trained, self.seed_text)
        except BadInput:
            return None
        number = {word: index for index, word in enumerate(trained.classes)}
        # A stream's network carries its state on from the very first word; so many of them can still be looked at.
        most = STREAM_SHOWN if is_stream(trained) else trained.interface.steps
        read = [word for word in words if word in number][-most:]
        if not read:
            return None
        caption = " ".join(as_text(trained, read).split())
        if len(caption) > LONGEST_CAPTION:
            caption = f"…{caption[1 - LONGEST_CAPTION :]}"
        return Probe(np.array([number[word] for word in read], dtype=np.int64), caption)

    def tell(self, trained: Trained, seed_text: str = "") -> None:
        """Begins a new story from the seed words, or others; one under way is given up, and nobody waits for it.

        The same luck tells the same.
        """
        text, length, temperature, luck = seed_text or self.seed_text, self.length, self.temperature, self.luck

        def work() -> Work:
            import torch

            from workbench.engine.story import seed_words, split_of, tell

            seeds = seed_words(trained, text)
            if (yield Begun(tuple(seeds), split_of(trained))) == "stop":
                return
            for word in tell(trained, seeds, length, temperature, torch.Generator().manual_seed(luck)):
                if (yield word) == "stop":
                    return

        self.failure = None
        self.is_telling = True
        self._told_by = trained
        self._background.start(work)

    def follow(self, in_use: InUse | None) -> Change:
        """Tells the story again, with the same luck, by its network as it was earlier, and once more when that is over.

        One that is being told is waited for, so that quick travelling leaves steps out.
        """
        if in_use is None or not self.words or self.is_telling or in_use.trained is self._told_by:
            return Change.NONE
        is_earlier = in_use.origin == "snapshot"
        if not is_earlier and not self._has_travelled:
            return Change.NONE
        self._has_travelled = is_earlier
        self.tell(in_use.trained, told(self.seeds, self.split))
        return Change.STORY

    def stop(self) -> None:
        if self.is_telling:
            self._background.stop()

    def close(self) -> None:
        self._background.close()

    def recall(self, seeds: Sequence[str], words: Sequence[Word], split: Split, luck: int) -> None:
        """Brings back a story that was told before."""
        self.seeds, self.words, self.split, self.luck = tuple(seeds), list(words), split, luck

    def stay(self, in_use: InUse | None) -> None:
        """The story stays as it is with this network, whoever told it; another one is followed again."""
        self._told_by = in_use.trained if in_use is not None else None

    def poll(self) -> Change:
        """Takes in the words told since the last call."""
        change = Change.NONE
        for event in self._background.poll():
            self._fold(event)
            change = Change.STORY
        return change

    def _fold(self, event: Any) -> None:
        match event:
            case Begun():  # seed words it does not know leave the last story standing
                self.seeds, self.split, self.words = event.seeds, event.split, []
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
