"""Words as numbers: by how often they are there, rare ones together."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from workbench.data.vocabulary import RARE, numbered

TEXT = ["b", "a", "c", "a", "b", "a", "d"]


def test_the_most_frequent_word_is_0_and_of_equal_ones_the_first() -> None:
    text = numbered(TEXT)
    assert text.words == ("a", "b", "c", "d")
    assert text.symbols.tolist() == [1, 0, 2, 0, 1, 0, 3]
    assert text.rare == 0.0


@pytest.mark.parametrize("limit", [{"least": 2}, {"most": 2}, {"least": 2, "most": 3}])
def test_rare_words_share_the_last_number(limit: dict[str, int]) -> None:
    text = numbered(TEXT, **limit)
    assert text.words == ("a", "b", RARE)
    assert text.symbols.tolist() == [1, 0, 2, 0, 1, 0, 2]
    assert text.rare == pytest.approx(2 / 7)


@given(words=some.lists(some.sampled_from("abcdef"), min_size=1), least=some.integers(1, 4), most=some.integers(0, 4))
def test_every_word_is_itself_or_rare(words: list[str], least: int, most: int) -> None:
    text = numbered(words, least, most)
    for word, symbol in zip(words, text.symbols, strict=True):
        frequent = words.count(word) >= least
        assert text.words[symbol] in (word, RARE)
        assert text.words[symbol] == word or not frequent or most
    assert not most or len(set(text.words) - {RARE}) <= most
