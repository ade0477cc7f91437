"""Source: a text as words, some of which predict the next."""

from collections.abc import Generator
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from workbench import config
from workbench.config import Interface, Words
from workbench.data.availability import HERE, Availability
from workbench.data.dataset import Dataset, Loader, Loading, Split
from workbench.data.segmentation import is_at_hand, segments
from workbench.data.text import read_text, text_path, words_of
from workbench.data.vocabulary import Numbered, numbered
from workbench.data.word_vectors import Recipe, word_vectors
from workbench.errors import BadInput

#: Read back are at most so many windows of the text that was learnt; of longer texts, windows at equal distances.
MOST_READ_BACK = 10_000


def interface(settings: Words) -> Interface:
    """One symbol per step; one class per different word, or one number per entry of its vector.

    Raises BadInput when the text cannot be used. A novel that has to be cut by jieba first takes seconds: see
    :func:`at_hand`.
    """
    path = text_path(settings.text)
    text = _numbered(path, path.stat().st_mtime_ns, settings.split, settings.least, settings.vocabulary)
    _check_length(settings, str(path), len(text.symbols))
    return interface_with(settings, len(text.words))


def interface_with(settings: Words, words: int) -> Interface:
    """The same for a vocabulary of so many words, without the text."""
    return Interface(
        steps=settings.window,
        width=0,
        symbols=words,
        classes=settings.vector_width if settings.answer == "vector" else words,
        every_step=settings.targets == "every",
        answer="vector" if settings.answer == "vector" else "class",
        vectors=settings.vector_width,
    )


def availability(settings: Words) -> Availability:
    """Whether the text is where the settings say."""
    try:
        text_path(settings.text)
    except BadInput as error:
        return Availability("missing", why=str(error), key="data.text")
    return HERE


def at_hand(settings: Words) -> bool:
    """Whether :func:`interface` answers at once. Raises BadInput for a text that cannot be used."""
    path = text_path(settings.text)
    return settings.split != "segments" or is_at_hand(_text(path, path.stat().st_mtime_ns))


def load(settings: Words) -> Loader:
    """Every window of the text with the word that follows it. Raises BadInput for a text too short."""
    path = text_path(settings.text)
    yield Loading("Reading the text", 0, 0)
    modified = path.stat().st_mtime_ns
    if settings.split == "segments":
        yield from segments(_text(path, modified))  # watched here, kept for the line below
    text = _numbered(path, modified, settings.split, settings.least, settings.vocabulary)
    _check_length(settings, str(path), len(text.symbols))
    vectors = None
    if settings.vector_width:
        vectors = yield from _vectors(settings, text)
    train, validation, test = _splits(settings, text)
    return Dataset(interface_with(settings, len(text.words)), train, validation, test, text.words, vectors=vectors)


def _vectors(settings: Words, text: Numbered) -> Generator[Loading, None, NDArray[np.float32]]:
    """Learnt from what the network learns from: a word that only the parts held out have gets nothing but zeros."""
    learnt = len(text.symbols) - 2 * _held_out(settings, len(text.symbols))
    recipe = Recipe(
        settings.vector_width, settings.vector_window, settings.vector_negative, settings.vector_subsampling,
        settings.vector_epochs, settings.vector_seed,
    )  # fmt: skip
    return (yield from word_vectors(text.symbols[:learnt], len(text.words), recipe))


def _held_out(settings: Words, count: int) -> int:
    """How many of ``count`` words are kept for the test, and as many to watch."""
    return round(count * settings.held_out)


def _check_length(settings: Words, where: str, count: int) -> None:
    """Whether each part of the text has a window and a word after it. Raises BadInput."""
    held_out = _held_out(settings, count)
    # A stream's first window begins anywhere within one, so that it is not cut at the same places in each epoch.
    needed = 2 * settings.window if settings.reading == "stream" else settings.window + 1
    shortest = min(count - 2 * held_out, held_out or count)
    if shortest < needed:
        part = f"; the shortest part of it {shortest:,}" if held_out else ""
        raise BadInput(
            where, f"has {count:,} words{part}; a window of {settings.window} needs at least {needed:,}",
            key="data.window", value=settings.window,
        )  # fmt: skip


def _splits(settings: Words, text: Numbered) -> tuple[Split, Split, Split]:
    symbols, count = text.symbols, len(text.symbols)
    rare = f", {100 * text.rare:.1f} % of it rare words" if text.rare else ""
    unit = "characters" if settings.split == "characters" else "words"
    if settings.held_out:
        end = count - 2 * (held_out := _held_out(settings, count))
        return (
            _split(settings, symbols[:end], f"the first {end:,} {unit} of the text{rare}"),
            _split(settings, symbols[end : end + held_out], f"{held_out:,} {unit} of the text, held out{rare}"),
            _split(settings, symbols[end + held_out :], f"the last {held_out:,} {unit} of the text{rare}"),
        )
    windows = count - settings.window
    chosen = min(settings.windows or windows, windows)
    which = f"all {windows:,} windows" if chosen == windows else f"the first {chosen:,} windows"
    if settings.reading == "stream":
        which = f"the {count:,} {unit}"
    train = _split(settings, symbols, f"{which} of the text{rare}", chosen)
    # The text is to be known by heart, so there is nothing to hold out: it is read back.
    every = -(-len(train) // MOST_READ_BACK) if settings.reading != "stream" else 1
    if every > 1:
        inputs, targets = train.inputs[::every], train.targets[::every]
        back = Split(inputs, targets, f"{len(inputs):,} windows of the text, one in {every:,}{rare}")
        return train, back, back
    return train, train, train


def _split(settings: Words, symbols: NDArray[np.int64], caption: str, count: int | None = None) -> Split:
    """The first ``count`` windows. They are views of the one array: a novel's are not held one by one."""
    windows = sliding_window_view(symbols, settings.window, writeable=True)
    following = windows[1:] if settings.targets == "every" else symbols[settings.window :]
    count = len(windows) - 1 if count is None else count
    return Split(
        windows[:count], following[:count], caption, in_a_row=settings.reading == "stream",
        stride=settings.window + 1 if settings.reading == "in_turn" else 0,
    )  # fmt: skip


@lru_cache(maxsize=2)
def _text(path: Path, modified: int) -> str:
    return read_text(path)


@lru_cache(maxsize=4)
def _numbered(path: Path, modified: int, split: config.Split, least: int, most: int) -> Numbered:
    words = words_of(_text(path, modified), split)
    if len(set(words)) < 2:
        raise BadInput(str(path), f"has {len(words):,} words; at least two different ones are needed", key="data.text")
    text = numbered(words, least, most)
    if len(text.words) < 2:
        raise BadInput(str(path), f"none of its words is there {least:,} times", key="data.least", value=least)
    return text
