"""Belief by step is what the network would say had the sequence ended there."""

from itertools import product
from typing import get_args

import numpy as np
import pytest
import torch
from msgspec.structs import replace
from torch import Tensor

from workbench.config import CellName, Interface, Readout, Recurrent, stacked
from workbench.insight import belief as belief_module
from workbench.insight.belief import belief_by_step, measured_every
from workbench.insight.verify import VARIANTS
from workbench.models.cells import CELLS
from workbench.models.network import Network


def answer(network: Network, x: Tensor) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """The network's own answer to a whole sequence (to its last step, where it answers at every one)."""
    with torch.inference_mode():
        scores = network(x[None])[0]
        return (scores[-1] if network.interface.every_step else scores).softmax(-1).numpy()  # type: ignore[no-any-return]


DIGITS = Interface(steps=9, width=5, symbols=0, classes=4)
WORDS = Interface(steps=9, width=0, symbols=7, classes=7, every_step=True)
WORDS_LAST = Interface(steps=9, width=0, symbols=7, classes=7)


@pytest.mark.parametrize("cell", CELLS)
def test_every_row_is_a_real_run_on_what_was_read_so_far(cell: CellName) -> None:
    generator = torch.Generator().manual_seed(5)
    for readout, bidirectional, layers in product(get_args(Readout), (False, True), (1, 2)):
        model = Recurrent(stack=stacked(cell, 6, layers, bidirectional), readout=readout, projection=3)
        network = Network(model, DIGITS)
        network.initialise(generator)
        x = torch.randn(DIGITS.steps, DIGITS.width, generator=generator)
        belief = belief_by_step(network, x)
        assert belief.shape == (DIGITS.steps, DIGITS.classes)
        # Not merely near: a belief read off the outputs for the whole sequence would differ.
        for t in range(DIGITS.steps):
            np.testing.assert_allclose(belief[t], answer(network, x[: t + 1]), rtol=0, atol=2e-6)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("variant", VARIANTS)
def test_cells_without_a_kernel_too_and_the_last_row_is_the_answer(variant: str, bidirectional: bool) -> None:
    generator = torch.Generator().manual_seed(5)
    readout: Readout
    for readout in ("last", "both_ends", "attention") if bidirectional else ("last", "attention"):
        layer = replace(VARIANTS[variant], bidirectional=bidirectional)
        network = Network(Recurrent(stack=(layer, layer), readout=readout), DIGITS)
        network.initialise(generator)
        network.double()
        x = torch.randn(DIGITS.steps, DIGITS.width, generator=generator, dtype=torch.float64)
        belief = belief_by_step(network, x)
        np.testing.assert_allclose(belief[-1], answer(network, x), rtol=0, atol=1e-12)
        for t in range(DIGITS.steps):
            np.testing.assert_allclose(belief[t], answer(network, x[: t + 1]), rtol=0, atol=1e-12)


@pytest.mark.parametrize("interface", [WORDS, WORDS_LAST])
@pytest.mark.parametrize("readout", get_args(Readout))
def test_words_too(interface: Interface, readout: Readout) -> None:
    network = Network(Recurrent(stack=stacked(units=6), readout=readout, embedding=3), interface)
    network.initialise(torch.Generator().manual_seed(5))
    x = torch.tensor([3, 1, 4, 1, 5, 6, 2])
    belief = belief_by_step(network, x)
    for t in range(len(x)):
        np.testing.assert_allclose(belief[t], answer(network, x[: t + 1]), rtol=0, atol=2e-6)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_rows_that_are_read_in_pairs_are_believed_in_pairs(bidirectional: bool) -> None:
    pairs = Interface(steps=4, width=10, symbols=0, classes=4, picture=(8, 5, 1))
    network = Network(Recurrent(stack=stacked(units=6, bidirectional=bidirectional)), pairs)
    network.initialise(torch.Generator().manual_seed(5))
    picture = torch.randn(8, 5, generator=torch.Generator().manual_seed(6))
    belief = belief_by_step(network, picture)
    assert belief.shape == (4, 4)
    for t in range(4):
        np.testing.assert_allclose(belief[t], answer(network, picture[: 2 * t + 2]), rtol=0, atol=2e-6)
    # A pair is one long row.
    np.testing.assert_array_equal(belief, belief_by_step(network, picture.reshape(4, 10)))


def test_a_picture_read_by_pixels_is_its_rows_one_after_the_other() -> None:
    pixels = Interface(steps=40, width=1, symbols=0, classes=4, picture=(8, 5, 1))
    network = Network(Recurrent(stack=stacked(units=6)), pixels)
    network.initialise(torch.Generator().manual_seed(5))
    picture = torch.randn(8, 5, generator=torch.Generator().manual_seed(6))
    belief = belief_by_step(network, picture)
    assert belief.shape == (40, 4)
    np.testing.assert_allclose(belief[-1], answer(network, picture), rtol=0, atol=2e-6)
    np.testing.assert_array_equal(belief, belief_by_step(network, picture.flatten()[:, None]))


@pytest.mark.parametrize("readout", get_args(Readout))
def test_a_long_sequence_read_from_both_ends_is_measured_at_the_ends_of_stretches(
    readout: Readout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(belief_module, "MOST_PREFIXES", 4)
    network = Network(Recurrent(stack=stacked(units=6, bidirectional=True), readout=readout), DIGITS)
    network.initialise(torch.Generator().manual_seed(5))
    x = torch.randn(9, DIGITS.width, generator=torch.Generator().manual_seed(6))
    assert measured_every(network, 9) == 3
    belief = belief_by_step(network, x)
    for t, end in enumerate([3, 3, 3, 6, 6, 6, 9, 9, 9]):
        np.testing.assert_allclose(belief[t], answer(network, x[:end]), rtol=0, atol=2e-6)
    short = belief_by_step(network, x[:8])  # the last stretch is shorter than the others
    np.testing.assert_allclose(short[7], answer(network, x[:8]), rtol=0, atol=2e-6)
    assert len(short) == 8


def test_a_sequence_of_one_step() -> None:
    network = Network(Recurrent(stack=stacked(units=6, bidirectional=True), readout="both_ends"), DIGITS)
    x = torch.ones(1, DIGITS.width)
    np.testing.assert_allclose(belief_by_step(network, x)[0], answer(network, x), atol=2e-6)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_bits_told_at_every_step_are_probabilities_of_their_own(bidirectional: bool) -> None:
    interface = Interface(steps=6, width=2, symbols=0, classes=1, every_step=True, answer="bit")
    network = Network(Recurrent(stack=stacked(units=5, bidirectional=bidirectional)), interface)
    network.initialise(torch.Generator().manual_seed(5))
    x = torch.tensor([[0, 1], [1, 1], [1, 0], [0, 0], [1, 1], [0, 0]], dtype=torch.float32)
    with torch.inference_mode():
        scores = network(x[None])[0].numpy()
    np.testing.assert_allclose(belief_by_step(network, x), 1 / (1 + np.exp(-scores)), rtol=0, atol=1e-6)


def test_numbers_stay_as_they_are() -> None:
    interface = Interface(steps=4, width=3, symbols=0, classes=1, every_step=True, answer="number")
    network = Network(Recurrent(stack=stacked(units=5)), interface)
    with torch.no_grad():
        assert isinstance(network.head, torch.nn.Linear)
        network.head.weight.zero_()
        network.head.bias.fill_(-7.5)
    np.testing.assert_array_equal(belief_by_step(network, torch.ones(4, 3)), np.full((4, 1), -7.5, dtype=np.float32))
