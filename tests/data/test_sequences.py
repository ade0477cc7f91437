"""Sums, series and primes: what is read, what is told, and that the published streams are drawn."""

import numpy as np
import pytest

from workbench.config import BinaryAddition, Primes, Series
from workbench.data.binary_addition import bits_of
from workbench.data.dataset import Dataset, Split
from workbench.data.primes import primes_below
from workbench.data.sources import interface, load
from workbench.errors import BadInput
from workbench.outcome import outcome


def loaded(settings: BinaryAddition | Series | Primes) -> Dataset:
    dataset = outcome(load(settings))
    assert dataset.interface == interface(settings)
    for split in (dataset.train, dataset.validation, dataset.test):
        assert split.inputs.shape[1:] == (dataset.interface.steps, dataset.interface.width)
        assert split.targets.shape == (len(split), dataset.interface.steps, 1)
    return dataset


def numbers(split: Split) -> tuple[list[int], list[int], list[int]]:
    """Summands and sums, read from their bits as whole numbers of any length."""
    places = [1 << place for place in range(split.inputs.shape[1])]
    summands = [
        [sum(int(bit) * place for bit, place in zip(row, places, strict=True)) for row in split.inputs[:, :, which]]
        for which in (0, 1)
    ]
    sums = [sum(int(bit) * place for bit, place in zip(row, places, strict=True)) for row in split.targets[..., 0]]
    return summands[0], summands[1], sums


@pytest.mark.parametrize("settings", [BinaryAddition(train=200), BinaryAddition(train=50, bits=12, seed=3)])
def test_every_sum_is_right(settings: BinaryAddition) -> None:
    dataset = loaded(settings)
    for split in (dataset.train, dataset.validation, dataset.test, *dataset.others):
        a, b, total = numbers(split)
        assert [x + y for x, y in zip(a, b, strict=True)] == total
    assert len(dataset.train) == settings.train


def test_all_sums_of_eight_bits_are_tested_once_each_and_long_ones_beside_them() -> None:
    dataset = loaded(BinaryAddition())
    a, b, _ = numbers(dataset.test)
    assert sorted(zip(a, b, strict=True)) == [(x, y) for x in range(128) for y in range(128)]
    (long,) = dataset.others
    assert long.inputs.shape == (1000, 64, 2)
    assert max(numbers(long)[2]) > 2**62


def test_the_adders_examples_are_those_of_the_published_program() -> None:
    # After 304 weights from the stream of seed 0 it drew 9 and 60; a thousand examples on, 28 and 35.
    a, b, _ = numbers(loaded(BinaryAddition(skip=2 * 16 + 16 + 16 * 16)).train)
    assert [(a[k], b[k]) for k in (0, 1000, 2000, 9000)] == [(9, 60), (28, 35), (116, 44), (11, 3)]


def test_bits_begin_with_the_lowest() -> None:
    np.testing.assert_array_equal(bits_of(6, 1, 4), [[0, 1], [1, 0], [1, 0], [0, 0]])


def test_a_series_is_told_from_random_inputs() -> None:
    dataset = loaded(Series(values="-0.5, 0.25 1e-3", width=7, seed=5, skip=3))
    np.testing.assert_array_equal(dataset.train.targets.ravel(), [-0.5, 0.25, 1e-3])
    np.testing.assert_array_equal(dataset.train.inputs.ravel(), np.random.RandomState(5).random_sample(24)[3:])


@pytest.mark.parametrize("values", ["one two", " , ", "1 nan", "0.5 inf"])
def test_a_series_of_no_numbers_is_refused_by_name(values: str) -> None:
    with pytest.raises(BadInput) as refused:
        interface(Series(values=values))
    assert refused.value.key == "data.values"


def test_there_are_25_primes_below_100() -> None:
    assert primes_below(100) == [n for n in range(2, 100) if all(n % d for d in range(2, n))]
    assert len(primes_below(100)) == 25
    assert primes_below(5) == [2, 3]


def test_the_next_prime_follows_the_window_and_the_first_the_last() -> None:
    dataset = loaded(Primes())
    np.testing.assert_array_equal((100 * dataset.train.targets.ravel()).round(), [2, 3, 5, 7, 11, 13, 17, 19, 23, 29])
    window = (100 * dataset.train.inputs[0, 1]).round()
    np.testing.assert_array_equal(window[:3], [3, 5, 7])
    assert window[23] == 97
    assert window[24] == 2
    dataset = loaded(Primes(below=20, window=3, samples=9))
    np.testing.assert_array_equal((20 * dataset.train.inputs[0, 7]).round(), [19, 2, 3])
