"""Vectors of a text's words, learnt by gensim's continuous bag of words and kept on disk."""

import hashlib
import importlib
import json
import logging
import math
from collections.abc import Generator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from workbench import paths
from workbench.data.dataset import Loading
from workbench.errors import BadInput
from workbench.files import whole_file

#: Words learnt from between two reports: about a second of work with the settings of a novel.
BLOCK = 50_000

#: Words that gensim takes as one sentence; its windows end there.
SENTENCE = 1_000

#: Word2vec's own learning rates, falling in a straight line (Mikolov et al., 2013).
FIRST_RATE, LAST_RATE = 0.025, 0.0001

#: The vectors' name in their file, and their SHA-256's; what stands before them takes at most so many bytes.
_NAME, _SEAL, _LARGEST_HEAD = "vectors", "sha256", 4_096


@dataclass(frozen=True)
class Recipe:
    """How vectors are learnt. What each number means is said on the settings they come from."""

    width: int = 200
    window: int = 8
    negative: int = 25
    subsampling: float = 1e-4
    epochs: int = 15
    seed: int = 0


def word_vectors(
    symbols: NDArray[np.int64], words: int, recipe: Recipe
) -> Generator[Loading, None, NDArray[np.float32]]:
    """One vector for each of ``words`` symbols, learnt from the order in which they stand in the text.

    Continuous bag of words with negative sampling (Mikolov et al., 2013): the mean vector of the words around a place
    tells the word there. symbols: (text,) -> (words, recipe.width). The same text and recipe give the same vectors,
    which are read back from disk the next time. Watched and cancelled between blocks.
    """
    kept = _kept_at(symbols, words, recipe)
    vectors = _kept(kept, (words, recipe.width))
    if vectors is None:
        vectors = yield from _learn(symbols, words, recipe)
        try:
            with whole_file(kept) as temporary:
                temporary.write_bytes(save({_NAME: vectors}, {_SEAL: _seal(vectors)}))
        except OSError as error:
            raise BadInput(str(kept), f"cannot be written: {error.strerror or error}") from error
    return vectors


def _learn(symbols: NDArray[np.int64], words: int, recipe: Recipe) -> Generator[Loading, None, NDArray[np.float32]]:
    total = len(symbols) * recipe.epochs
    yield Loading("Learning word vectors", 0, total, "words")
    # gensim warns through logging of texts so short that its rate falls in few steps; nobody here can act on it.
    logging.getLogger("gensim").setLevel(logging.ERROR)
    word2vec: Any = importlib.import_module("gensim.models.word2vec")  # takes seconds, so only when needed
    model = word2vec.Word2Vec(
        vector_size=recipe.width, window=recipe.window, negative=recipe.negative, sample=recipe.subsampling,
        sg=0, hs=0, min_count=1, seed=recipe.seed, workers=1,  # several threads would learn in any order
    )  # fmt: skip
    counts = np.bincount(symbols, minlength=words)
    model.build_vocab_from_freq({str(symbol): int(count) for symbol, count in enumerate(counts) if count})
    done = 0
    for _ in range(recipe.epochs):
        for start in range(0, len(symbols), BLOCK):
            block = [str(symbol) for symbol in symbols[start : start + BLOCK]]
            sentences = [block[at : at + SENTENCE] for at in range(0, len(block), SENTENCE)]
            after = done + len(block)
            model.train(
                sentences, total_examples=len(sentences), epochs=1,
                start_alpha=_rate(done / total), end_alpha=_rate(after / total),
            )  # fmt: skip
            done = after
            yield Loading("Learning word vectors", done, total, "words")
    vectors = np.zeros((words, recipe.width), dtype=np.float32)
    for key, place in model.wv.key_to_index.items():
        vectors[int(key)] = model.wv.vectors[place]
    return vectors


def _rate(share: float) -> float:
    return FIRST_RATE + (LAST_RATE - FIRST_RATE) * share


def _kept_at(symbols: NDArray[np.int64], words: int, recipe: Recipe) -> Path:
    """A file for each text, vocabulary, recipe and version of gensim."""
    about = {"gensim": version("gensim"), "words": words, "sentence": SENTENCE, "block": BLOCK, **asdict(recipe)}
    checksum = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    checksum.update(np.ascontiguousarray(symbols).tobytes())
    return paths.cache() / f"word-vectors-{checksum.hexdigest()[:32]}.safetensors"


def _kept(path: Path, shape: tuple[int, int]) -> NDArray[np.float32] | None:
    """The vectors on disk, if they are there and whole."""
    try:
        if path.stat().st_size > _LARGEST_HEAD + 4 * math.prod(shape):
            return None
        with safe_open(path, framework="np") as file:
            part = file.get_slice(_NAME)
            if (tuple(part.get_shape()), part.get_dtype()) != (shape, "F32"):
                return None
            vectors: NDArray[np.float32] = file.get_tensor(_NAME)
            return vectors if (file.metadata() or {}).get(_SEAL) == _seal(vectors) else None
    except (OSError, SafetensorError):
        return None


def _seal(vectors: NDArray[np.float32]) -> str:
    return hashlib.sha256(np.ascontiguousarray(vectors).tobytes()).hexdigest()
