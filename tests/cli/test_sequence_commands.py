"""``workbench add`` and ``workbench follow``."""

from pathlib import Path

import pytest

from tests.adders import adder, teller
from tests.cli.conftest import Command
from workbench.config import Primes, Series
from workbench.runs.network_file import save_network


@pytest.fixture(autouse=True)
def networks(small_networks: Path) -> Path:
    """A network that adds and one that tells primes come along."""
    save_network(adder(), small_networks / "binary-addition-lstm.safetensors")
    data = Primes(below=20, window=3, samples=4)
    save_network(teller(data, 13.4 / 20), small_networks / "next-prime-torch.safetensors")
    return small_networks


def test_a_sum_bit_by_bit(workbench: Command) -> None:
    said = workbench("add", 91, 55)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[:2] == ["91 + 55 = 146", "The network says 146: right."]
    assert "a          01011011" in lines and "b          00110111" in lines
    assert "carry out  01111111" in lines and "network    10010010" in lines
    assert "h of unit 1 in layer 0, forward; correlation 1.000 over 2,000 random sums" in said.out
    answer = workbench("add", 91, 55, "--json").json
    assert (answer["sum"], answer["told"], answer["right"], answer["bits"]) == (146, 146, True, 8)
    assert answer["lowest_first"]["carry_out"] == [1] * 7 + [0]
    assert answer["carrier"]["unit"] == 1 and answer["carrier"]["values"][0] > 0.99


def test_a_sum_of_64_bits_and_one_that_needs_more_than_in_training(workbench: Command) -> None:
    answer = workbench("add", 2**63 - 1, 1, "--json").json
    assert (answer["bits"], answer["told"]) == (64, 2**63)
    answer = workbench("add", "0b11", "1,000", "--bits", 20, "--json").json
    assert (answer["bits"], answer["told"]) == (20, 1003)


def test_wrong_bits_are_marked(workbench: Command, tmp_path: Path) -> None:
    save_network(adder(right=False), tmp_path / "forgetful.safetensors")
    said = workbench("add", 3, 1, "--network", tmp_path / "forgetful.safetensors")
    assert "The network says 2: wrong in 2 of 8 bits." in said.out
    assert "wrong           xx" in said.out.splitlines()
    answer = workbench("add", 3, 1, "--network", tmp_path / "forgetful.safetensors", "--json").json
    assert (answer["right"], answer["wrong_bits"]) == (False, [1, 2])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["seven", "1"], "expected a whole number"),
        (["1", "-1"], "0 or more"),
        (["1", str(2**64)], "at most 64 bits"),
        (["1", "1", "--bits", "65"], "2 to 64"),
        (["1", "1", "--preset", "digits-best"], "does not add"),
        (["1", "1", "--preset", "next-prime-torch"], "does not add"),
        (["1", "1", "--network", "nowhere"], "cannot be read"),
    ],
)
def test_what_cannot_be_added_is_refused(workbench: Command, words: list[str], expected: str) -> None:
    workbench("add", *words).refused(expected)


def test_a_series_is_followed(workbench: Command, tmp_path: Path) -> None:
    said = workbench("follow")
    assert said.code == 0
    rows = [line.split() for line in said.out.splitlines()]
    assert ["0", "0.35000", "0.67000", "0.32000", "7", "13"] in rows
    answer = workbench("follow", "--json").json
    assert [step["prime"] for step in answer["steps"]] == [7, 11, 13, 17]
    expected = sum((0.67 - prime / 20) ** 2 for prime in (7, 11, 13, 17)) / 4
    assert answer["mean_squared_error"] == pytest.approx(expected, rel=1e-5)
    save_network(teller(Series(values="1 2", width=3), 1.5), tmp_path / "toy.safetensors")
    toy = workbench("follow", "--network", tmp_path / "toy.safetensors", "--json").json
    assert [step["off_by"] for step in toy["steps"]] == [0.5, -0.5] and "prime" not in toy["steps"][0]
    workbench("follow", "--preset", "digits-best").refused("tells no series")
