"""The words of a text as numbers: the most frequent is 0, rare ones may share a number."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: What stands for every word outside the vocabulary; no text is cut into a word with a space in it.
RARE = "rare word"


@dataclass(frozen=True)
class Numbered:
    """A text as symbols. ``words``: the vocabulary, ``words[symbol]``; symbols: (text,)."""

    words: tuple[str, ...]
    symbols: NDArray[np.int64]

    @property
    def rare(self) -> float:
        """Share of the text that is rare words."""
        if not self.words or self.words[-1] != RARE:
            return 0.0
        return float((self.symbols == len(self.words) - 1).mean())


def numbered(text: Sequence[str], least: int = 1, most: int = 0) -> Numbered:
    """Numbers the words by how often they are there, equal ones by which comes first.

    Words that are there less than ``least`` times, and those beyond the ``most`` most frequent (0: no limit), become
    RARE, the last number of all.
    """
    counts = Counter(text)
    words = [word for word, count in counts.most_common(most or None) if count >= least]
    if len(words) < len(counts):
        words.append(RARE)
    number = {word: symbol for symbol, word in enumerate(words)}
    rare = len(words) - 1
    symbols = np.fromiter((number.get(word, rare) for word in text), dtype=np.int64, count=len(text))
    return Numbered(tuple(words), symbols)
