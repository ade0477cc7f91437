"""Pen traces are read with their writers, and nobody's hand is in two parts."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.pen_traces import PEN_TRACES
from workbench.data.unipen import PenDigit, by_writer, pen_digits
from workbench.errors import BadInput

TWO = """.INCLUDE x.doc
.LEXICON "0" "1"
.SEGMENT DIGIT 0 ? "8"
.COMMENT 8 12 224
.PEN_DOWN
 10 20
 30 60
.PEN_UP
.DT 100
.PEN_DOWN
 20 20
.PEN_UP
.SEGMENT DIGIT 1-2 ? "1"
.COMMENT written in haste
.PEN_DOWN
 5 5
 5 105
.PEN_UP
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "digits.tra"
    path.write_text(text, encoding="latin-1")
    return path


def dots(writers: list[int]) -> list[PenDigit]:
    """One digit after another by these writers; the place of its dot says which."""
    return [PenDigit((((float(number), 0.0),),), number % 10, writer) for number, writer in enumerate(writers)]


def test_strokes_labels_and_writers_are_read(tmp_path: Path) -> None:
    eight, one = pen_digits(written(tmp_path, TWO))
    assert eight.label == 8
    assert eight.writer == 12
    assert [list(stroke) for stroke in eight.strokes] == [[(10, -20), (30, -60)], [(20, -20)]]
    assert one.label == 1
    assert one.writer == 0  # a comment in words names no writer


def test_a_digit_stands_in_the_middle_of_the_pad_the_right_way_up(tmp_path: Path) -> None:
    drawing = pen_digits(written(tmp_path, TWO))[0].drawing(thickness=0.2)
    assert drawing.thickness == 0.2
    bottom, top = drawing.strokes[0].points
    assert (bottom[1], top[1]) == pytest.approx((0.85, 0.15))  # 70 % of the pad is as high as the digit
    assert (bottom[0], top[0]) == pytest.approx((0.5 - 0.175, 0.5 + 0.175))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no pen traces"),
        ('.SEGMENT DIGIT 0 ? "3"\n.PEN_DOWN\n.PEN_UP\n', "holds no pen traces"),
        (TWO.replace('"8"', '"a"'), "is not UNIPEN text"),
        (TWO.replace('"8"', '"12"'), "12 is no digit"),
        (TWO.replace(" 30 60", " 30"), "is not UNIPEN text"),
        (TWO.replace(" 30 60", " 30 inf"), "no number of a tablet"),
        (TWO.replace(" 30 60", " 30 1e300"), "no number of a tablet"),
        (TWO.replace(" 30 60", " thirty 60"), "is not UNIPEN text"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        pen_digits(written(tmp_path, text))


def test_named_writers_are_dealt_out_whole() -> None:
    writers = np.random.default_rng(0).permutation(np.repeat(np.arange(1, 21), 9)).tolist()
    parts = by_writer(dots(writers))
    hands = [{digit.writer for digit in part} for part in parts]
    assert hands == [set(range(1, 14)), {14, 15}, set(range(16, 21))]
    assert sum(len(part) for part in parts) == len(writers)


@pytest.mark.parametrize("writer", [0, 7])
def test_without_names_the_file_is_cut_into_stretches_with_gaps(writer: int) -> None:
    places = [[digit.strokes[0][0][0] for digit in part] for part in by_writer(dots([writer] * 1000))]
    assert [(part[0], part[-1]) for part in places] == [(0, 644), (655, 744), (755, 999)]
    assert [len(part) for part in places] == [645, 90, 245]


@pytest.mark.skipif(not PEN_TRACES.exists(), reason=f"real pen traces are not in {PEN_TRACES}")
def test_the_real_traces_are_of_thirty_hands() -> None:
    digits = pen_digits(PEN_TRACES)
    assert len(digits) == 7494
    count = Counter(digit.writer for digit in digits)
    assert set(count) == set(range(1, 31))
    assert set(count.values()) <= set(range(247, 251))
    # They are not in the order of writing: of digits beside each other few are by one hand.
    assert sum(a.writer == b.writer for a, b in pairwise(digits)) < 0.05 * len(digits)
