"""Integrated gradients are held to finite differences, to a linear network's own weights, and to the scores."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from tests.recurrents import recurrent
from workbench.config import Convnet, Interface, Layer, Recurrent
from workbench.insight.continuous import Continuous
from workbench.insight.explained import Explained
from workbench.insight.integrated_gradients import Gradients, integrated_gradients
from workbench.models.build import AnyNetwork
from workbench.models.cells import CELLS
from workbench.models.convnet import ConvolutionNetwork
from workbench.models.network import Network
from workbench.outcome import outcome

ROWS = Interface(steps=5, width=3, symbols=0, classes=4)
PICTURE = Interface(steps=3, width=8, symbols=0, classes=4, picture=(6, 2, 2))
WORDS = Interface(steps=5, width=0, symbols=7, classes=7)


def gradients(network: AnyNetwork, x: Tensor, what: Explained) -> Gradients:
    asked = Continuous(network)
    return outcome(integrated_gradients(asked, asked.numbers(x), what))


def by_finite_differences(
    score: Callable[[Tensor], Tensor], numbers: Tensor, points: int = 100, each: float = 1e-6
) -> NDArray[np.float64]:
    """The integral as the paper writes it: middles of equal stretches, one number moved at a time.

    ``score``: (batch, time, width) -> (batch,); numbers: (time, width) -> (time, width).
    """
    owed = np.zeros(numbers.shape)
    share = ((torch.arange(points) + 0.5) / points)[:, None, None]
    for t, k in np.ndindex(*numbers.shape):
        if numbers[t, k]:
            up, down = share * numbers, share * numbers
            up[:, t, k] += each
            down[:, t, k] -= each
            with torch.no_grad():
                owed[t, k] = float(numbers[t, k] * ((score(up) - score(down)) / (2 * each)).mean())
    return owed


def small(model: Recurrent, interface: Interface = ROWS, seed: int = 3) -> Network:
    network = Network(model, interface).double()
    network.initialise(torch.Generator().manual_seed(seed))
    with torch.no_grad():
        for weights in network.parameters():
            weights.mul_(1.5)  # gates that really bend
    return network.requires_grad_(False).eval()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_every_number_s_share_is_that_of_finite_differences(cell: str, bidirectional: bool) -> None:
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(5, 3, generator=generator, dtype=torch.float64)
    for layers, readout in ((1, "last"), (2, "both_ends"), (1, "attention")):
        network = small(recurrent(cell=cell, units=4, layers=layers, bidirectional=bidirectional, readout=readout))
        found = gradients(network, x, Explained("logit", 2))

        def logit(z: Tensor, network: Network = network) -> Tensor:
            scores: Tensor = network(z)
            return scores[:, 2]

        # The rectifier has corners, at which middles of stretches are no better than 1 / points.
        near = 2e-2 if cell == "rnn-relu" else 2e-3
        expected = by_finite_differences(logit, x)
        np.testing.assert_allclose(found.parts, expected, rtol=0, atol=near * np.abs(expected).max())
        assert found.closes and found.points >= 32


def test_a_stack_of_different_layers_with_a_projection_and_a_difference_of_two_classes() -> None:
    stack = (Layer(cell="gru", units=4, bidirectional=True), Layer(units=3, peepholes=True))
    network = small(Recurrent(stack=stack, projection=2, readout="mean"))
    x = torch.randn(5, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    found = gradients(network, x, Explained("logit", 1, against=3))
    expected = by_finite_differences(lambda z: network(z)[:, 1] - network(z)[:, 3], x)
    np.testing.assert_allclose(found.parts, expected, rtol=0, atol=2e-3 * np.abs(expected).max())
    one, other = (gradients(network, x, Explained("logit", k)) for k in (1, 3))
    assert found.difference == pytest.approx(one.difference - other.difference, abs=1e-12)


def test_of_a_linear_network_it_is_weight_times_input() -> None:
    network = small(recurrent(cell="rnn-relu", units=4, bias=False))
    with torch.no_grad():
        for weights in network.parameters():
            weights.abs_()  # what is never negative is never cut off
    x = torch.rand(5, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    assert isinstance(network.head, torch.nn.Linear)
    gates = network.weights_of(0, 0)
    head, U, W = network.head.weight.numpy(), gates.hidden.numpy(), gates.input.numpy()
    expected = np.stack([x[t].numpy() * (head[2] @ np.linalg.matrix_power(U, 4 - t) @ W) for t in range(5)])
    found = gradients(network, x, Explained("logit", 2))
    np.testing.assert_allclose(found.parts, expected, rtol=1e-12)
    assert found.total == pytest.approx(found.difference, rel=1e-12)


def test_a_pixel_owes_what_its_channels_owe_also_where_a_step_reads_two_rows() -> None:
    network = small(recurrent(units=4), PICTURE)
    x = torch.rand(6, 4, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    found = gradients(network, x, Explained("logit", 0))
    numbers = by_finite_differences(lambda z: network(z)[:, 0], x)  # (rows, columns * channels)
    expected = np.array([[numbers[row, 2 * c] + numbers[row, 2 * c + 1] for c in range(2)] for row in range(6)])
    assert found.parts.shape == (6, 2)
    np.testing.assert_allclose(found.parts, expected, rtol=0, atol=2e-3 * np.abs(expected).max())


@pytest.mark.parametrize("reads", ["one_hot", "embedding", "scalar"])
@pytest.mark.parametrize("every_step", [False, True])
def test_a_word_owes_what_the_numbers_that_stand_for_it_owe(reads: str, every_step: bool) -> None:
    words = Interface(5, 0, 7, 7, every_step=every_step)
    network = small(recurrent(units=4, input=reads, embedding=3), words)
    x = torch.tensor([3, 1, 4, 1, 5])
    match reads:
        case "one_hot":
            z = torch.eye(7, dtype=torch.float64)[x]
        case "scalar":
            z = x.double()[:, None]
        case _:
            assert network.input.embedding is not None
            z = network.input.embedding.weight[x]
    # The same layers and head in a network that reads numbers.
    twin = small(recurrent(units=4), Interface(5, z.shape[1], 0, 7, every_step=every_step))
    twin.load_state_dict({name: w for name, w in network.state_dict().items() if not name.startswith("input.")})

    def logit(numbers: Tensor) -> Tensor:
        scores: Tensor = twin(numbers)
        return scores[:, -1, 6] if every_step else scores[:, 6]

    found = gradients(network, x, Explained("logit", 6))
    expected = by_finite_differences(logit, z).sum(axis=1)
    assert found.parts.shape == (5,)
    np.testing.assert_allclose(found.parts, expected, rtol=0, atol=2e-3 * np.abs(expected).max())
    assert found.score_of_nothing == pytest.approx(float(logit(torch.zeros_like(z)[None])), abs=1e-12)


def test_the_score_of_one_bit_of_many() -> None:
    network = small(recurrent(units=4), Interface(6, 2, 0, 1, every_step=True, answer="bit"))
    x = torch.tensor([[0, 1], [1, 1], [1, 0], [0, 0], [1, 1], [0, 0]], dtype=torch.float64)
    found = gradients(network, x, Explained("logit", 0, step=3))
    expected = by_finite_differences(lambda z: network(z)[:, 3, 0], x)
    np.testing.assert_allclose(found.parts, expected, rtol=0, atol=2e-3 * np.abs(expected).max())
    assert not found.parts[4:].any(), "what is read later has nothing to do with it"


def bent() -> tuple[Network, Tensor, float]:
    """A network whose score rises all at once, what it reads, and the rise as it measures it itself."""
    network = small(recurrent(units=4))
    with torch.no_grad():
        network.weights_of(0, 0).input.mul_(300.0)  # nearly flat on both sides of a step
    x = torch.full((5, 3), 1.0, dtype=torch.float64)
    with torch.no_grad():
        return network, x, float(network(x[None])[0, 0] - network(torch.zeros_like(x)[None])[0, 0])


def test_a_sharp_bend_is_found() -> None:
    network, x, measured = bent()
    found = gradients(network, x, Explained("logit", 0))
    assert found.difference == pytest.approx(measured, abs=1e-12)
    assert found.closes and found.total == pytest.approx(measured, rel=0.01) and found.points > 32


def test_a_sum_that_does_not_close_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.insight.integrated_gradients.MOST_POINTS", 32)
    network, x, measured = bent()
    found = gradients(network, x, Explained("logit", 0))
    assert found.points == 32 and not found.closes
    assert found.difference == pytest.approx(measured, abs=1e-12)
    assert abs(found.total - measured) > 0.01 * abs(measured)


def test_a_convolution_net_too() -> None:
    interface = Interface(12, 36, 0, 3, picture=(12, 12, 3))
    network = ConvolutionNetwork(
        Convnet(kernel=3, first_maps=2, second_maps=3, first_units=5, second_units=4), interface
    )
    network.initialise(torch.Generator().manual_seed(1))
    network = network.double().requires_grad_(False).eval()
    x = torch.rand(12, 36, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    found = gradients(network, x, Explained("logit", 1))
    assert found.parts.shape == (12, 12) and found.closes
    with torch.no_grad():
        measured = float(network(x[None])[0, 1] - network(torch.zeros_like(x)[None])[0, 1])
    assert found.total == pytest.approx(measured, rel=0.01)
    expected = by_finite_differences(lambda z: network(z)[:, 1], x, points=60).reshape(12, 12, 3).sum(axis=2)
    assert np.corrcoef(found.parts.ravel(), expected.ravel())[0, 1] > 0.999


def test_a_difference_as_small_as_rounding_is_not_pursued() -> None:
    network = small(recurrent(units=4)).float()
    assert isinstance(network.head, torch.nn.Linear)
    with torch.no_grad():
        network.head.weight.mul_(1e-8)
    found = gradients(network, torch.randn(5, 3, generator=torch.Generator().manual_seed(2)), Explained("logit", 0))
    assert found.points == 32 and found.closes
    assert abs(found.difference) <= found.rounding < 1e-5
