"""The series desk: what is to be told, and the primes it stands for."""

import math

import numpy as np
import pytest

from tests.adders import teller
from tests.session.conftest import Opened
from workbench.config import Mnist, Primes, Series
from workbench.errors import BadInput
from workbench.session.networks import InUse
from workbench.session.series_desk import SeriesDesk, numbers_of


def test_a_series_is_what_its_settings_say() -> None:
    numbers = numbers_of(Series(values="-0.5 0.2 0.1", width=7))
    assert numbers is not None
    assert numbers.targets.tolist() == [-0.5, 0.2, 0.1]
    assert numbers.inputs.shape == (3, 7) and numbers.inputs.dtype == np.float32
    assert numbers.prime_near(0.5) is None and "3 numbers" in numbers.caption
    with pytest.raises(BadInput):
        numbers_of(Series(values="one two"))
    assert numbers_of(Mnist()) is None


def test_primes_follow_each_other_and_the_nearest_one_is_meant() -> None:
    numbers = numbers_of(Primes(below=20, window=3, samples=4))
    assert numbers is not None
    assert (numbers.targets * numbers.scale).round().tolist() == [7, 11, 13, 17]
    assert (numbers.inputs[1] * numbers.scale).round().tolist() == [3, 5, 7]
    assert [numbers.prime_near(told / 20) for told in (-4, 4.9, 6.2, 14.0, 99)] == [2, 5, 7, 13, 19]
    assert numbers.prime_near(math.nan) is None


def test_the_network_is_asked_for_its_own_series(opened: Opened) -> None:
    session = opened.session
    data = Series(values="1 2 3", width=4)
    session.networks.use(teller(data, 0.5), "bundled")
    assert SeriesDesk().probe(InUse(teller(data), "bundled")) is not None
    session.look_at("series")
    opened.until_answered()
    answer = session.looking.answers["series"]
    assert answer is not None and answer.beliefs[:, 0].tolist() == [0.5, 0.5, 0.5]
    assert answer.carriers == ()
