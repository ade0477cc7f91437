"""Source: a text as words, some of which predict the next."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from workbench.config import Interface, Words
from workbench.data.availability import HERE, Availability
from workbench.data.dataset import Dataset, Loader, Loading, Split
from workbench.data.text import read_text, text_path, words_of
from workbench.errors import BadInput


def interface(settings: Words) -> Interface:
    """One symbol per step, one class per different word. Raises BadInput when the text cannot be used."""
    path = text_path(settings.text)
    vocabulary = _vocabulary(path, settings.split, path.stat().st_mtime_ns)
    return Interface(
        steps=settings.window,
        width=0,
        symbols=len(vocabulary),
        classes=len(vocabulary),
        every_step=settings.targets == "every",
    )


def availability(settings: Words) -> Availability:
    """Whether the text is where the settings say."""
    try:
        text_path(settings.text)
    except BadInput as error:
        return Availability("missing", why=str(error))
    return HERE


def load(settings: Words) -> Loader:
    """Every window of the text with the word that follows it. Raises BadInput for a text too short."""
    path = text_path(settings.text)
    yield Loading("Reading the text", 0, 0)
    words = words_of(read_text(path), settings.split)
    if len(words) <= settings.window:
        raise BadInput(
            str(path), f"has {len(words)} words; a window of {settings.window} needs at least {settings.window + 1}",
            key="data.window", value=settings.window,
        )  # fmt: skip
    vocabulary = tuple(sorted(set(words)))
    number = {word: index for index, word in enumerate(vocabulary)}
    symbols = np.fromiter((number[word] for word in words), dtype=np.int64, count=len(words))
    # Windows are views of the one array: a novel's are not held one by one.
    windows = sliding_window_view(symbols, settings.window, writeable=True)
    following = windows[1:] if settings.targets == "every" else symbols[settings.window :]
    caption = f"all {len(windows) - 1:,} windows of the text"
    split = Split(windows[:-1], following, caption)
    # The text is to be known by heart, so there is nothing to hold out: it is read back.
    return Dataset(interface(settings), train=split, validation=split, test=split, classes=vocabulary)


@lru_cache(maxsize=8)
def _vocabulary(path: Path, split: str, modified: int) -> tuple[str, ...]:
    words = words_of(read_text(path), "spaces" if split == "spaces" else "words")
    if len(set(words)) < 2:
        raise BadInput(str(path), f"has {len(words)} words; at least two different ones are needed", key="data.text")
    return tuple(sorted(set(words)))
