"""Published against ours: the right number is found, and the sentence claims no more than was measured."""

import math

import pytest

from workbench.config import Published
from workbench.engine.comparison import compare, our_words
from workbench.engine.score import Fact, Score, Share

TOTAL = Share("all 1,000 digits", 980, 1000)
FIRST = Share("the first 100", 99, 100)
SCORE = Score(0.07, TOTAL, (FIRST, Share("the first 200", 197, 200)), (Fact("cosine", 0.94),))


def test_a_part_is_compared_and_the_whole_is_told_with_its_interval() -> None:
    found = compare(Published(figure=95.3, test_set="100 digits", compare="the first 100"), SCORE)
    assert found is not None
    assert (found.here, found.share, found.is_same, found.is_reached) == (99.0, FIRST, True, True)
    low, high = TOTAL.interval()
    assert found.sentence() == (
        "Published 95.3 % right (100 digits), here 99.00 % (the same 100), 98.00 % of all 1,000 digits "
        f"(95 % interval {100 * low:.2f} to {100 * high:.2f})"
    )
    document = found.document()
    assert (document["here"], document["of"], document["all"]["here"]) == (99.0, 100, 98.0)
    assert document["all"]["interval_95"] == pytest.approx([100 * low, 100 * high])


def test_without_a_name_all_of_the_test_split_is_compared_and_nothing_is_called_the_same() -> None:
    found = compare(Published(figure=99.2, test_set="128 digits"), SCORE)
    assert found is not None
    assert (found.here, found.is_same, found.is_reached) == (98.0, False, False)
    assert ", here 98.00 % of all 1,000 digits (95 % interval " in found.sentence()
    assert "same" not in found.sentence()


def test_a_part_that_is_not_there_is_not_made_up() -> None:
    found = compare(Published(figure=99.2, compare="the first 128"), SCORE)
    assert found is not None
    assert (found.share, found.is_same) == (TOTAL, False)


def test_an_error_is_better_when_it_is_lower() -> None:
    published = Published(figure=2.1, unit="percent wrong", better="lower", compare="all 1,000 digits")
    found = compare(published, SCORE)
    assert found is not None
    assert found.here == pytest.approx(2.0)
    assert found.is_reached
    assert found.interval is not None
    assert found.interval[0] < 2.0 < found.interval[1]
    assert found.sentence().startswith("Published 2.1 % wrong, here 2.00 % of all 1,000 digits")


@pytest.mark.parametrize(
    ("published", "here", "reached", "sentence"),
    [
        (Published(figure=0.9418, unit="cosine", compare="cosine"), 0.94, False,
         "Published cosine 0.9418, here 0.94 (cosine)"),
        (Published(figure=0.33673, unit="mean squared error", better="lower", compare="loss"), 0.07, True,
         "Published mean squared error 0.33673, here 0.07 (loss on all 1,000 digits)"),
    ],
)  # fmt: skip
def test_facts_and_the_loss_are_compared_too(published: Published, here: float, reached: bool, sentence: str) -> None:
    found = compare(published, SCORE)
    assert found is not None
    assert (found.here, found.share, found.is_same, found.is_reached) == (here, None, True, reached)
    assert found.sentence() == sentence


def test_where_nothing_compares_nothing_is_said() -> None:
    numbers = Score(0.07, Share("the series", 0, 0))
    assert compare(None, SCORE) is None
    assert compare(Published(figure=95.3), numbers) is None


@pytest.mark.parametrize("figure", [math.nan, math.inf, -math.inf])
def test_a_published_figure_is_a_number(figure: float) -> None:
    import msgspec

    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"figure": figure}, Published)


@pytest.mark.parametrize(
    ("figure", "ours", "words"),
    [
        (0.21595037, 0.215950366123, "0.21595037"), (2.61076e-06, 2.36140712e-06, "2.36141e-06"),
        (0.3, 0.123456, "0.1235"), (12.5, 12.3456, "12.35"),
    ],
)  # fmt: skip
def test_a_number_of_ours_has_as_many_digits_as_the_published_one(figure: float, ours: float, words: str) -> None:
    assert our_words(ours, Published(figure=figure, unit="error")) == words
