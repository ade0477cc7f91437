"""Word vectors: what stands in the same places is alike, the same text gives the same vectors, kept ones are read."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from workbench import paths
from workbench.data import word_vectors as module
from workbench.data.dataset import Loading
from workbench.data.word_vectors import Recipe, word_vectors
from workbench.outcome import outcome

SMALL = Recipe(width=16, window=2, negative=5, subsampling=0.0, epochs=8, seed=3)


def sentences(count: int = 4_000) -> np.ndarray:
    """Sentences ``a X b`` and ``c Y d``: X is word 4 or 5, Y is word 6 or 7, by chance."""
    random = np.random.default_rng(0)
    blocks = [(0, 4 + random.integers(2), 1) if random.random() < 0.5 else (2, 6 + random.integers(2), 3)
              for _ in range(count)]  # fmt: skip
    return np.array(blocks, dtype=np.int64).ravel()


def test_words_that_stand_in_the_same_places_are_nearest() -> None:
    vectors = outcome(word_vectors(sentences(), 8, SMALL))
    assert vectors.shape == (8, 16) and vectors.dtype == np.float32
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    alike = unit @ unit.T - 2 * np.eye(8)
    assert [int(alike[word].argmax()) for word in (4, 5, 6, 7)] == [5, 4, 7, 6]


def test_the_same_text_gives_the_same_vectors_in_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    here = outcome(word_vectors(sentences(300), 8, SMALL))
    code = (
        "import sys; from tests.data.test_word_vectors import *; "
        "sys.stdout.buffer.write(outcome(word_vectors(sentences(300), 8, SMALL)).tobytes())"
    )
    for path in paths.cache().iterdir():
        path.unlink()
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    there = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, check=False)
    assert there.returncode == 0, there.stderr.decode()
    assert there.stderr == b""
    np.testing.assert_array_equal(np.frombuffer(there.stdout, dtype=np.float32).reshape(here.shape), here)
    other = outcome(word_vectors(sentences(300), 8, replace(SMALL, seed=4)))
    assert not np.array_equal(other, here)


def test_kept_vectors_with_a_single_bit_changed_or_without_end_are_learnt_again() -> None:
    symbols = sentences(20)
    vectors = outcome(word_vectors(symbols, 8, SMALL))
    (kept,) = paths.cache().iterdir()
    content = bytearray(kept.read_bytes())
    content[-3] ^= 1
    kept.write_bytes(content)
    np.testing.assert_array_equal(outcome(word_vectors(symbols, 8, SMALL)), vectors)
    assert kept.read_bytes() != bytes(content)
    with kept.open("r+b") as file:
        file.truncate(3 * 2**30)
    assert module._kept(kept, (8, 16)) is None


def test_it_is_watched_to_its_end() -> None:
    told = list[Loading]()
    work = word_vectors(sentences(300), 8, SMALL)
    with pytest.raises(StopIteration):
        while True:
            told.append(next(work))
    assert [loading.done for loading in told] == [900 * epoch for epoch in range(9)]
    assert {loading.total for loading in told} == {7_200}


def test_kept_vectors_are_read_back_and_broken_ones_learnt_again(monkeypatch: pytest.MonkeyPatch) -> None:
    text = sentences(300)
    vectors = outcome(word_vectors(text, 8, SMALL))
    (kept,) = paths.cache().iterdir()
    whole = kept.read_bytes()
    for broken in (b"", whole[:-4], b"\0" * 40):
        kept.write_bytes(broken)
        np.testing.assert_array_equal(outcome(word_vectors(text, 8, SMALL)), vectors)
        assert kept.read_bytes() == whole
    with monkeypatch.context() as patch:
        patch.setattr(module, "_learn", lambda *_: pytest.fail("they were learnt again"))
        np.testing.assert_array_equal(outcome(word_vectors(text, 8, SMALL)), vectors)
    outcome(word_vectors(text[1:], 8, SMALL))
    outcome(word_vectors(text, 8, replace(SMALL, window=3)))
    assert len(list(paths.cache().iterdir())) == 3


def test_learning_can_be_broken_off_and_leaves_nothing_half_done() -> None:
    work = word_vectors(sentences(300), 8, SMALL)
    next(work)
    next(work)
    work.close()
    assert not paths.cache().exists()
