"""The carrier is found in a network built by hand, where it is known which unit it is."""

import math

import numpy as np
import pytest
import torch

from tests.adders import adding_network
from tests.recurrents import recurrent
from workbench.config import Interface
from workbench.data.binary_addition import sum_and_carry
from workbench.insight.belief import belief_by_step
from workbench.insight.carry import carriers, correlations, random_summands
from workbench.insight.trace import gate_trace
from workbench.models.network import Network

INTERFACE = Interface(steps=8, width=2, symbols=0, classes=1, every_step=True, answer="bit")


def test_it_adds_as_python_does() -> None:
    summands = random_summands(16, 200)
    found, carry = sum_and_carry(summands)
    power = 1 << np.arange(16)
    a, b = (summands[..., k] @ power for k in range(2))
    np.testing.assert_array_equal(found @ power, a + b)
    # A carry leaves a place where the low parts of the summands add up to more than the place can hold.
    for place in range(16):
        low = (2 << place) - 1
        np.testing.assert_array_equal(carry[:, place], (a & low) + (b & low) > low)


def test_the_network_built_by_hand_adds() -> None:
    summands = random_summands(8, 20)
    found, _ = sum_and_carry(summands)
    network = adding_network()
    for bits, expected in zip(summands, found, strict=True):
        belief = belief_by_step(network, torch.from_numpy(bits).float())[:, 0]
        np.testing.assert_allclose(belief, expected, atol=1e-6)


@pytest.mark.parametrize("places", [(0, 1, 2), (3, 2, 0)])
def test_the_unit_that_holds_the_carry_is_found(places: tuple[int, int, int]) -> None:
    first, *others = carriers(adding_network(places), 8)
    assert (first.layer, first.direction, first.gate, first.unit) == (0, "forward", "h", places[1])
    assert first.correlation == pytest.approx(1.0, abs=1e-6)
    np.testing.assert_allclose(first.by_step[:-1], 1.0, atol=1e-6)
    assert math.isnan(first.by_step[-1]), "nothing is ever carried out of the highest place"
    assert others == []


def test_correlations_fall_below_0_and_are_none_for_what_never_changes() -> None:
    carry = np.array([0, 1, 0, 1])
    values = np.array([[1.0, 0.3, 0.0], [0.0, 0.3, 0.0], [1.0, 0.3, 0.0], [0.0, 0.3, 1.0]])
    found = correlations(values, carry)
    assert found[0] == pytest.approx(-1.0) and math.isnan(found[1])
    assert found[2] == pytest.approx(1 / math.sqrt(3))
    assert np.isnan(correlations(values, np.zeros(4, dtype=np.int64))).all()


def test_a_cell_s_best_unit_is_found_for_each_of_its_gates() -> None:
    network = Network(recurrent(cell="lstm", units=3, bidirectional=True), INTERFACE)
    network.initialise(torch.Generator().manual_seed(1))
    found = carriers(network, 8)
    assert {(one.direction, one.gate) for one in found} == {(d, g) for d in ("forward", "backward") for g in "ifogch"}
    assert [abs(one.correlation) for one in found] == sorted((abs(one.correlation) for one in found), reverse=True)
    # What the trace of a single sum says is what was looked at.
    summands = random_summands(8)
    _, carry = sum_and_carry(summands)
    backward = next(one for one in found if one.direction == "backward" and one.gate == "c")
    held = np.array(
        [gate_trace(network, torch.from_numpy(bits).float()).layers[1].gates["c"][backward.unit] for bits in summands]
    )
    assert backward.correlation == pytest.approx(float(np.corrcoef(held.ravel(), carry.ravel())[0, 1]), abs=1e-5)


def test_a_network_without_life_has_no_carrier() -> None:
    network = adding_network()
    with torch.no_grad():
        for tensor in network.state_dict().values():
            tensor.zero_()
    assert carriers(network, 8) == []
