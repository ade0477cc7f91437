"""Telling: a network trained on words goes on from seed words, one word at a time."""

import difflib
from collections.abc import Iterator

import torch

from workbench.config import Words
from workbench.data.text import words_of
from workbench.engine.trained import Trained
from workbench.engine.word import Word
from workbench.errors import BadInput

#: How many other words are named beside the one that was taken.
CANDIDATES = 5


class UnknownWord(BadInput):
    """A seed word the network never saw."""

    def __init__(self, word: str, nearest: list[str]) -> None:
        self.word, self.nearest = word, nearest
        expected = f"nearest it knows: {', '.join(nearest)}" if nearest else "and it knows no word like it"
        super().__init__("seed words", f"the network never read the word “{word}”; {expected}")


def seed_words(trained: Trained, text: str) -> list[str]:
    """The seed words as the network knows them. Raises UnknownWord, or BadInput when there are none."""
    data = trained.preset.data
    if not isinstance(data, Words):
        raise BadInput(trained.preset.title, "is not trained on words", hint="Choose a story preset.")
    known = set(trained.classes)
    by_lower = {word.lower(): word for word in trained.classes}
    words = []
    for word in words_of(text, data.split):
        if word in known:
            words.append(word)
        elif word.lower() in by_lower:
            words.append(by_lower[word.lower()])
        else:
            raise UnknownWord(word, nearest_words(word, trained.classes))
    if not words:
        raise BadInput(
            "seed words", "give at least one word to begin with", hint=f"For example: {trained.classes[-1]}."
        )
    return words


def nearest_words(word: str, known: tuple[str, ...], count: int = 3) -> list[str]:
    """Known words spelt most like ``word``."""
    return difflib.get_close_matches(word.lower(), known, n=count, cutoff=0.4)


def tell(
    trained: Trained, seeds: list[str], length: int, temperature: float, generator: torch.Generator
) -> Iterator[Word]:
    """Goes on from ``seeds`` for ``length`` words.

    The network reads the last words, at most as many as its window in training, from an empty state each time: just
    what it was trained to do. ``temperature`` 0 takes the most probable word; else words are drawn with the
    probabilities p^(1/temperature), normalised.
    """
    network = trained.network()
    number = {word: index for index, word in enumerate(trained.classes)}
    history = [number[word] for word in seeds]
    for _ in range(length):
        context = torch.tensor([history[-trained.interface.steps :]])  # (1, time)
        with torch.inference_mode():
            scores = network(context)
            scores = (scores[0, -1] if trained.interface.every_step else scores[0]).double()  # (symbols,)
            probabilities = scores.softmax(-1)
        if temperature == 0.0:
            chosen = int(probabilities.argmax())
        else:
            # Largest score 0: the division by a tiny temperature gives no infinity but -inf, which is probability 0.
            cooled = ((scores - scores.max()) / temperature).softmax(-1)
            chosen = int(torch.multinomial(cooled, 1, generator=generator))
        top = probabilities.topk(min(CANDIDATES, len(probabilities)))
        candidates = tuple(
            (trained.classes[index], float(p))
            for index, p in zip(top.indices.tolist(), top.values.tolist(), strict=True)
        )
        history.append(chosen)
        yield Word(trained.classes[chosen], float(probabilities[chosen]), candidates)
