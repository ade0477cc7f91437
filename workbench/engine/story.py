"""Telling: a network trained on words goes on from seed words, one word at a time."""

import difflib
from collections.abc import Iterator, Sequence, Set

import torch

from workbench.config import Split, Words
from workbench.data.text import told, words_of
from workbench.data.vocabulary import RARE
from workbench.engine.objective import cosines
from workbench.engine.trained import Trained
from workbench.engine.word import Word
from workbench.errors import BadInput
from workbench.models.build import vectors_of
from workbench.models.network import Memory, Network

#: How many other words are named beside the one that was taken.
CANDIDATES = 5

#: How much likelier at temperature 1 a vector's nearer word is drawn: e to this times the difference of the cosines.
SHARPNESS = 10.0


class UnknownWord(BadInput):
    """A seed word the network never saw."""

    def __init__(self, word: str, nearest: list[str]) -> None:
        self.word, self.nearest = word, nearest
        expected = f"; nearest it knows: {', '.join(nearest)}" if nearest else ""
        super().__init__("seed words", f"the network never read the word “{word}”{expected}")


def seed_words(trained: Trained, text: str) -> list[str]:
    """The seed words as the network knows them. Raises UnknownWord, or BadInput when there are none."""
    data = trained.preset.data
    if not isinstance(data, Words):
        raise BadInput(trained.preset.title, "is not trained on words", hint="Choose a story preset.")
    known = set(trained.classes) - {RARE}
    by_lower = {word.lower(): word for word in known}
    words: list[str] = []
    unknown: list[str] = []
    for word in known_words(text, known) if data.split == "segments" else words_of(text, data.split):
        if word in known:
            words.append(word)
        elif word.lower() in by_lower:
            words.append(by_lower[word.lower()])
        else:
            unknown.append(word)
    if unknown and (nearest := nearest_words(unknown[0], trained.classes)):
        raise UnknownWord(unknown[0], nearest)
    if unknown and words:
        raise UnknownWord(unknown[0], frequent_words(trained.classes))
    if unknown:  # of another language, perhaps: not one of them helps, so all of them are to be replaced
        raise UnknownWord(text.strip(), frequent_words(trained.classes))
    if not words:
        example = frequent_words(trained.classes)[0]
        raise BadInput("seed words", "give at least one word to begin with", hint=f"For example: {example}.")
    return words


def frequent_words(known: tuple[str, ...], count: int = 3) -> list[str]:
    """Words to begin with: the most frequent ones, as far as they are words and not signs or the shortest of all."""
    letters = [word for word in known if word.isalpha() and word != RARE]
    longer = [word for word in letters if len(word) > 1]
    return (longer or letters or list(known))[:count]


def known_words(text: str, known: Set[str]) -> list[str]:
    """Cuts text without spaces into as few words as can be, all of them known; what cannot be stays as it is.

    A few seed words are cut by what the network knows rather than by jieba, which sees too little around them.
    """
    longest = max(map(len, known), default=1)
    words: list[str] = []
    for part in text.split():
        # best[end]: (characters not known, words) of the best cut up to there, and where its last word begins.
        best: list[tuple[int, int, int]] = [(0, 0, 0)]
        for end in range(1, len(part) + 1):
            unknown, count, _ = best[end - 1]
            ways = [(unknown + (part[end - 1] not in known), count + 1, end - 1)]
            ways += [
                (best[start][0], best[start][1] + 1, start)
                for start in range(max(0, end - longest), end - 1) if part[start:end] in known
            ]  # fmt: skip
            best.append(min(ways, key=lambda way: (way[0], way[1], -way[2])))  # longer words first
        end, cut, inside = len(part), list[str](), False
        while end:
            start = best[end][2]
            cut.append(part[start:end])
            end = start
        for word in reversed(cut):
            # Characters that are not known stand together, as the word they may be.
            if words and inside and word not in known and words[-1] not in known:
                words[-1] += word
            else:
                words.append(word)
            inside = True
    return words


def nearest_words(word: str, known: tuple[str, ...], count: int = 3) -> list[str]:
    """Known words spelt most like ``word``."""
    return difflib.get_close_matches(word.lower(), known, n=count, cutoff=0.4)


def tell(
    trained: Trained, seeds: list[str], length: int, temperature: float, generator: torch.Generator
) -> Iterator[Word]:
    """Goes on from ``seeds`` for ``length`` words; a word that stands for rare ones is never told.

    The network reads as it was trained to: the last words, at most as many as its window, from an empty state each
    time; or, when it learnt from a stream, every word once, the state carried on. ``temperature`` 0 takes the most
    probable word; else words are drawn with the probabilities p^(1/temperature), normalised. For vectors, which have no
    probabilities, e to ten times the cosine stands for p.
    """
    network = trained.network()
    assert isinstance(network, Network)  # nothing else reads words
    vectors = vectors_of(network)
    symbol = {word: number for number, word in enumerate(trained.classes)}
    history = [symbol[word] for word in seeds]
    is_cosine = trained.interface.answer == "vector"
    memory: Memory | None = None
    unread = history
    for _ in range(length):
        with torch.inference_mode():
            if is_stream(trained):
                scores, memory = network.go_on(torch.tensor([unread]), memory)
            else:
                scores = network(torch.tensor([history[-trained.interface.steps :]]))  # of (1, time) symbols
            scores = scores[0, -1] if trained.interface.every_step else scores[0]  # (classes,)
            if is_cosine:
                assert vectors is not None
                shares = cosines(scores[None], vectors)[0].double()  # (symbols,)
                scores = SHARPNESS * shares
            else:
                scores = scores.double()
                shares = scores.softmax(-1)
            if trained.classes[-1] == RARE:
                scores[-1], shares[-1] = -torch.inf, -torch.inf
        if temperature == 0.0:
            chosen = int(scores.argmax())
        else:
            # Largest score 0: the division by a tiny temperature gives no infinity but -inf, which is probability 0.
            cooled = ((scores - scores.max()) / temperature).softmax(-1)
            chosen = int(torch.multinomial(cooled, 1, generator=generator))
        top = shares.topk(min(CANDIDATES, len(shares)))
        candidates = tuple(
            (trained.classes[number], share)
            for number, share in zip(top.indices.tolist(), top.values.tolist(), strict=True) if share > -torch.inf
        )  # fmt: skip
        history.append(chosen)
        unread = [chosen]
        yield Word(trained.classes[chosen], float(shares[chosen]), candidates, is_cosine)


def is_stream(trained: Trained) -> bool:
    """Whether the network was trained with its state carried on, and is asked so."""
    return isinstance(trained.preset.data, Words) and trained.preset.data.reading == "stream"


def as_text(trained: Trained, words: Sequence[str]) -> str:
    """Words as one text, with spaces only where the network's text has them."""
    return told(words, split_of(trained))


def split_of(trained: Trained) -> Split:
    """How the network's text was cut."""
    data = trained.preset.data
    return data.split if isinstance(data, Words) else "spaces"
