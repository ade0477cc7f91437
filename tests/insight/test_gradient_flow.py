"""Gradient flow equals retain_grad on a network unrolled by hand, and decays as the spectral radius says."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from workbench.config import Interface, Layer, Readout, Recurrent
from workbench.insight.flow import Flow, GradientFlow, evenly
from workbench.insight.gradient_flow import answer_flow, gradient_flow
from workbench.models.cell import State, Weights
from workbench.models.network import Network
from workbench.models.plain_rnn import PlainRNN

STEPS, WIDTH, UNITS, CLASSES, SAMPLES = 7, 3, 4, 3, 5

LAYERS = {
    "LSTM": Layer(cell="lstm", units=UNITS),
    "LSTM, peepholes": Layer(cell="lstm", units=UNITS, peepholes=True),
    "LSTM, no outer tanh": Layer(cell="lstm", units=UNITS, outer_tanh=False),
    "GRU": Layer(cell="gru", units=UNITS),
    "RNN tanh": Layer(cell="rnn-tanh", units=UNITS),
    "RNN relu": Layer(cell="rnn-relu", units=UNITS),
    "RNN sigmoid": Layer(cell="rnn-sigmoid", units=UNITS),
}


def drawn(layer: Layer, depth: int, *, both: bool, readout: Readout, every_step: bool = False) -> Network:
    """A network in float64 whose weights are drawn."""
    layer = Layer(**{**{name: getattr(layer, name) for name in Layer.__struct_fields__}, "bidirectional": both})
    interface = Interface(steps=STEPS, width=WIDTH, symbols=0, classes=CLASSES, every_step=every_step)
    network = Network(Recurrent(stack=(layer,) * depth, readout=readout), interface).double()
    generator = torch.Generator().manual_seed(depth)
    with torch.no_grad():
        for weight in network.parameters():
            weight.normal_(0.0, 0.5, generator=generator)
    return network


def samples(*, every_step: bool = False) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(9)
    x = torch.randn(SAMPLES, STEPS, WIDTH, generator=generator, dtype=torch.float64)
    shape = (SAMPLES, STEPS) if every_step else (SAMPLES,)
    return x, torch.randint(CLASSES, shape, generator=generator)


def by_hand(layer: Layer, w: dict[str, Tensor], end: str, x: Tensor, state: list[Tensor]) -> list[Tensor]:
    """One step, from the equations and torch's names of weights alone."""
    a = x @ w[f"weight_ih_l0{end}"].T + w[f"bias_ih_l0{end}"]
    b = state[0] @ w[f"weight_hh_l0{end}"].T + w[f"bias_hh_l0{end}"]
    if layer.cell == "gru":
        (a_r, a_z, a_n), (b_r, b_z, b_n) = a.chunk(3, 1), b.chunk(3, 1)
        z = torch.sigmoid(a_z + b_z)
        return [(1 - z) * torch.tanh(a_n + torch.sigmoid(a_r + b_r) * b_n) + z * state[0]]
    if layer.cell != "lstm":
        return [{"rnn-tanh": torch.tanh, "rnn-relu": torch.relu, "rnn-sigmoid": torch.sigmoid}[layer.cell](a + b)]
    a_i, a_f, a_g, a_o = (a + b).chunk(4, 1)
    p_i = p_f = p_o = torch.zeros(UNITS, dtype=torch.float64)
    if layer.peepholes:
        p_i, p_f, p_o = w[f"weight_peephole_l0{end}"].chunk(3)
    before = state[1]
    c = torch.sigmoid(a_f + p_f * before) * before + torch.sigmoid(a_i + p_i * before) * torch.tanh(a_g)
    return [torch.sigmoid(a_o + p_o * c) * (torch.tanh(c) if layer.outer_tanh else c), c]


def norms_by_hand(
    network: Network, x: Tensor, y: Tensor, *, every_step: bool = False
) -> tuple[float, list[list[list[float]]]]:
    """The loss, and for each layer and direction, state and step of the input the norm that ``retain_grad`` keeps."""
    kept: list[list[list[Tensor]]] = []  # of each layer and direction: at each step of the input, h (and c)
    z, model = x, network.model
    for number, layer in enumerate(model.stack):
        w = {name: weight.detach() for name, weight in network.layers[number].named_parameters()}
        halves = []
        for end in ("", "_reverse") if layer.bidirectional else ("",):
            zero = torch.zeros(SAMPLES, UNITS, dtype=torch.float64, requires_grad=True)
            state = [zero, zero] if layer.cell == "lstm" else [zero]
            at: list[list[Tensor]] = [[] for _ in range(STEPS)]
            for t in range(STEPS - 1, -1, -1) if end else range(STEPS):
                state = by_hand(layer, w, end, z[:, t], state)
                for part in state:
                    part.retain_grad()
                at[t] = state
            kept.append(at)
            halves.append(torch.stack([parts[0] for parts in at], 1))
        z = torch.cat(halves, 2)
    head = network.head
    assert isinstance(head, torch.nn.Linear)
    if network.interface.every_step or every_step:
        scores = (z @ head.weight.T + head.bias).reshape(-1, CLASSES)
    else:
        match model.readout:
            case "mean":
                z = z.sum(1) / STEPS
            case "max":
                z = z.max(1).values
            case "both_ends":
                z = torch.cat([z[:, STEPS - 1, :UNITS], z[:, 0, UNITS:]], 1)
            case "attention":
                assert network.attention is not None
                hidden, query = network.attention.hidden, network.attention.query
                weight = torch.softmax(torch.tanh(z @ hidden.weight.T + hidden.bias) @ query.weight.T, 1)
                z = (weight * z).sum(1)
            case _:
                z = z[:, STEPS - 1]
        scores = z @ head.weight.T + head.bias
    loss = cross_entropy(scores, y.flatten() if not every_step else y[:, None].expand(-1, STEPS).flatten())
    loss.backward()  # type: ignore[no-untyped-call]
    norms = [
        [
            [0.0 if (grad := parts[k].grad) is None else float(grad.square().sum().sqrt()) for parts in at]
            for k in range(len(at[0]))
        ]
        for at in kept
    ]
    return float(loss.detach()), norms


def assert_equal(network: Network, x: Tensor, y: Tensor, *, every_step: bool = False) -> None:
    loss, expected = norms_by_hand(network, x, y, every_step=every_step)
    flow = gradient_flow(network, x, y, every_step=every_step)
    assert flow.loss == pytest.approx(loss, rel=1e-12)
    assert flow.samples == SAMPLES
    assert len(flow.layers) == len(expected)
    for layer, norms in zip(flow.layers, expected, strict=True):
        assert len(layer.norms) == len(norms)
        for found, wanted in zip(layer.norms.values(), norms, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=0.0)


@pytest.mark.parametrize("both", [False, True], ids=["forward", "both directions"])
@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("variant", list(LAYERS))
def test_every_cell_flows_as_retain_grad_on_an_unrolled_network_says(variant: str, depth: int, both: bool) -> None:
    assert_equal(drawn(LAYERS[variant], depth, both=both, readout="last"), *samples())


@pytest.mark.parametrize("readout", ["mean", "max", "both_ends", "attention"])
@pytest.mark.parametrize("variant", ["LSTM", "GRU", "RNN tanh"])
def test_every_read_out_flows_so_too(variant: str, readout: Readout) -> None:
    assert_equal(drawn(LAYERS[variant], 2, both=True, readout=readout), *samples())


def test_an_answer_at_every_step_flows_so_too() -> None:
    network = drawn(LAYERS["LSTM"], 2, both=False, readout="last", every_step=True)
    assert_equal(network, *samples(every_step=True))


def test_a_training_that_learns_at_every_step_flows_so_too() -> None:
    assert_equal(drawn(LAYERS["GRU"], 2, both=False, readout="last"), *samples(), every_step=True)


def test_fixed_weights_and_a_mode_without_gradients_change_nothing() -> None:
    network, (x, y) = drawn(LAYERS["GRU"], 1, both=False, readout="last"), samples()
    expected = gradient_flow(network, x, y).layers[0].h
    with torch.no_grad():
        found = gradient_flow(network.requires_grad_(False), x, y).layers[0].h
    assert found.tolist() == expected.tolist()
    assert all(weight.grad is None for weight in network.parameters())


def test_nothing_hangs_on_what_is_not_read() -> None:
    """Read out at the last step, a backward half has read one step of the input: all others give it nothing."""
    flow = gradient_flow(drawn(LAYERS["LSTM"], 1, both=True, readout="last"), *samples())
    backward = flow.layers[1]
    assert (backward.h[:-1] == 0.0).all()
    assert backward.h[-1] > 0.0
    assert backward.as_read()["h"][0] == backward.h[-1]


class Linear(PlainRNN):
    """The plain cell without its curve: h = W x + U h' + b."""

    def step(
        self, weights: Weights, x: Tensor, state: State, *more: Callable[..., Tensor]
    ) -> tuple[State, dict[str, Tensor]]:
        h = x @ weights.input.T + state[0] @ weights.hidden.T
        return (h,), {"h": h}


@pytest.mark.parametrize("radius", [0.5, 0.9, 1.0, 1.1])
def test_a_linear_network_of_spectral_radius_r_decays_as_r_to_the_number_of_steps(radius: float) -> None:
    """With U = r Q, Q orthogonal, a step back in time turns the gradient and makes it r times as long."""
    steps, units = 30, 8
    interface = Interface(steps=steps, width=WIDTH, symbols=0, classes=CLASSES)
    network = Network(Recurrent(stack=(Layer(cell="rnn-tanh", units=units),)), interface).double()
    network.cells = [Linear("tanh")]
    generator = torch.Generator().manual_seed(4)
    turn, _ = torch.linalg.qr(torch.randn(units, units, generator=generator, dtype=torch.float64))
    with torch.no_grad():
        network.weights_of(0, 0).hidden.copy_(radius * turn)
    x = torch.randn(SAMPLES, steps, WIDTH, generator=generator, dtype=torch.float64)
    h = gradient_flow(network, x, torch.arange(SAMPLES) % CLASSES).layers[0].h
    back = np.arange(steps)[::-1]  # steps from each one to the last
    np.testing.assert_allclose(h, h[-1] * radius**back, rtol=1e-9)


def test_the_rectifier_that_never_cuts_is_linear() -> None:
    """The network's own cell: what is positive stays so, and half of it is handed on at every step."""
    steps = 12
    interface = Interface(steps=steps, width=UNITS, symbols=0, classes=CLASSES)
    network = Network(Recurrent(stack=(Layer(cell="rnn-relu", units=UNITS),), bias=False), interface).double()
    with torch.no_grad():
        network.weights_of(0, 0).input.copy_(torch.eye(UNITS))
        network.weights_of(0, 0).hidden.copy_(0.5 * torch.eye(UNITS).roll(1, 0))  # every unit hands on to the next
    x = torch.rand(SAMPLES, steps, UNITS, generator=torch.Generator().manual_seed(2), dtype=torch.float64) + 0.1
    h = gradient_flow(network, x, torch.arange(SAMPLES) % CLASSES).layers[0].h
    np.testing.assert_allclose(h, h[-1] * 0.5 ** np.arange(steps)[::-1], rtol=1e-12)


def test_its_document_is_plain() -> None:
    document = gradient_flow(drawn(LAYERS["LSTM"], 1, both=False, readout="last"), *samples()).document()
    (layer,) = document["layers"]
    assert (layer["layer"], layer["direction"], document["samples"]) == (0, "forward", SAMPLES)
    assert [len(layer[state]) for state in ("h", "c")] == [STEPS, STEPS]
    assert all(isinstance(value, float) for value in layer["c"])


@pytest.mark.parametrize("every_step", [False, True])
def test_what_the_answer_hangs_on_is_the_derivative_of_its_score(every_step: bool) -> None:
    """By differences: each h is moved a little on its way, and the steps after it are taken again."""
    network = drawn(LAYERS["RNN tanh"], 1, both=False, readout="last", every_step=every_step)
    (x, *_), _ = samples()
    weights = {name: weight.detach() for name, weight in network.layers[0].named_parameters()}
    head = network.head
    assert isinstance(head, torch.nn.Linear)

    def scores(at: int, unit: int, moved: float) -> Tensor:
        state = [torch.zeros(1, UNITS, dtype=torch.float64)]
        for t in range(STEPS):
            state = by_hand(LAYERS["RNN tanh"], weights, "", x[None, t], state)
            if t == at:
                state[0][0, unit] += moved
        return (state[0] @ head.weight.T + head.bias)[0]

    with torch.no_grad():
        answer = int(scores(-1, 0, 0.0).argmax())
        expected = [
            math.sqrt(sum(float((scores(t, k, 1e-6) - scores(t, k, -1e-6))[answer] / 2e-6) ** 2 for k in range(UNITS)))
            for t in range(STEPS)
        ]
        score = float(scores(-1, 0, 0.0)[answer])
    flow = answer_flow(network, x)
    np.testing.assert_allclose(flow.layers[0].h, expected, rtol=1e-7)
    assert flow.loss == pytest.approx(score)
    assert flow.document()["answer"] == flow.loss


def test_moments_are_taken_evenly_however_often_it_was_measured() -> None:
    flows = [Flow(step, GradientFlow((), 0.0, 1)) for step in (0, 1, 2, 3, 4, 50, 100)]
    assert [flow.step for flow in evenly(flows, 5)] == [0, 4, 50, 50, 100]
    assert [flow.step for flow in evenly(flows[:1], 5)] == [0]
