"""A sum in columns: the lowest place on the right, long sums in bands, wrong bits marked."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workbench.data.binary_addition import sum_and_carry
from workbench.insight.carry import random_summands
from workbench.ui.theme import LIGHT
from workbench.ui.widgets.sum_bits import Carried, Column, SumBits


def column(places: int, wrong: tuple[int, ...] = (), *, said: bool = True) -> Column:
    """A random sum, and a network that is sure and right but for some places."""
    summands = random_summands(places, 1)
    total, carry = (bits[0] for bits in sum_and_carry(summands))
    told = np.where(total == 1, 0.9, 0.1).astype(np.float32)
    told[list(wrong)] = 1 - told[list(wrong)]
    carried = Carried("c, unit 5", (2.0 * carry - 1).astype(np.float32), -1.0, 1.0, "diverging")
    a, b = (summands[0, :, k].tolist() for k in range(2))
    return Column(a, b, carry.tolist(), total.tolist(), told if said else None, carried if said else None)


@pytest.fixture
def bits(qtbot: QtBot) -> SumBits:
    widget = SumBits()
    qtbot.addWidget(widget)
    widget.resize(460, 300)
    widget.show()
    return widget


def test_places_that_are_wrong_are_named(bits: SumBits) -> None:
    assert column(8, wrong=(2, 5)).wrong == (2, 5)
    assert column(8, said=False).wrong == ()
    assert SumBits().shown.total == ()


def test_the_lowest_place_is_on_the_right(bits: SumBits) -> None:
    bits.set_sum(column(8))
    spans = [bits.step_span(step) for step in range(8)]
    assert [left for left, _ in spans] == sorted((left for left, _ in spans), reverse=True)
    assert spans[0][0] + spans[0][1] == bits.width() - 2
    seen: list[int] = []
    bits.cursorMoved.connect(seen.append)
    for step in (0, 7, 3):
        left, width = spans[step]
        QTest.mouseMove(bits, QPoint(round(left + width / 2), 60))
        bits._point(QPoint(round(left + width / 2), 60).toPointF())
    assert seen == [0, 7, 3]
    bits._point(QPoint(10, 60).toPointF())
    assert bits.cursor_step is None, "nothing stands under the rows' names"


def test_the_arrow_keys_go_where_they_point(bits: SumBits) -> None:
    bits.set_sum(column(8))
    bits.setFocus()
    QTest.keyClick(bits, Qt.Key.Key_End)
    assert bits.cursor_step == 0, "the right end is the lowest place"
    QTest.keyClick(bits, Qt.Key.Key_Left)
    assert bits.cursor_step == 1
    QTest.keyClick(bits, Qt.Key.Key_Right)
    QTest.keyClick(bits, Qt.Key.Key_Home)
    assert bits.cursor_step == 7
    QTest.keyClick(bits, Qt.Key.Key_Escape)
    assert bits.cursor_step is None


def test_a_long_sum_is_broken_into_bands_with_the_highest_places_above(bits: SumBits) -> None:
    bits.set_sum(column(8))
    low = bits.heightForWidth(460)
    bits.set_sum(column(64))
    assert bits.heightForWidth(460) > 1.8 * low
    bits.resize(460, bits.heightForWidth(460))
    assert bits.band_of(63).top() == 0 and bits.band_of(0).top() > bits.band_of(63).bottom()
    assert bits.step_span(0) == bits.step_span(32), "two bands of 32"
    left, width = bits.step_span(40)
    bits._point(QPoint(round(left + width / 2), bits.band_of(40).center().y()).toPointF())
    assert bits.cursor_step == 40
    assert bits.step_span(63)[0] > 90, "no column runs into the names"


@pytest.mark.parametrize("width", [200, 300, 460, 700, 1200])
def test_every_place_of_any_sum_has_a_column_of_its_own(bits: SumBits, width: int) -> None:
    for places in (2, 9, 33, 64):
        bits.resize(width, 300)
        bits.set_sum(column(places))
        bits.resize(width, bits.heightForWidth(width))
        for step in range(places):
            left, size = bits.step_span(step)
            bits._point(QPoint(round(left + size / 2), bits.band_of(step).center().y()).toPointF())
            assert bits.cursor_step == step
        bits.grab()


def test_a_wrong_bit_is_framed(bits: SumBits) -> None:
    error = QColor(LIGHT.error)

    def framed(step: int) -> bool:
        image = bits.grab().toImage()
        left, width = bits.step_span(step)
        band = bits.band_of(step)
        return any(
            image.pixelColor(x, y) == error
            for x in range(round(left), round(left + width))
            for y in range(band.top(), band.bottom())
        )

    bits.set_sum(column(8))
    assert not any(framed(step) for step in range(8))
    bits.set_sum(column(8, wrong=(5,)))
    assert [framed(step) for step in range(8)] == [step == 5 for step in range(8)]


def test_it_can_be_read_in_words(bits: SumBits) -> None:
    shown = Column((1, 1, 0), (1, 0, 0), (1, 1, 0), (0, 0, 1), np.array([0.2, 0.75, 0.9], dtype=np.float32))
    bits.set_sum(shown)
    assert bits.accessibleDescription() == "a 011, b 001, carry 011, sum 100, the network 110"
    assert bits.reading_at(1, None) == (
        "bit 1: 1 + 0 and a carry of 1 make 0, carry 1. The network says 1 with probability 0.750: wrong."
    )
