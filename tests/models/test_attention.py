"""Attention: equations 5 to 7 of Yang et al. (2016), computed again in NumPy."""

import numpy as np
import torch

from workbench.config import Interface, Recurrent, stacked
from workbench.models.attention import Attention
from workbench.models.network import Network

RANDOM = torch.Generator().manual_seed(3)
OUTPUTS = torch.randn(2, 5, 6, generator=RANDOM)  # (batch, time, width)


def attention() -> Attention:
    made = Attention(6, 4, bias=True).requires_grad_(False)
    for weight in made.parameters():
        weight.normal_(generator=RANDOM)
    return made


def test_it_is_what_the_equations_say() -> None:
    made = attention()
    W, b, q = (weight.double().numpy() for weight in made.parameters())
    for sample, seen in zip(OUTPUTS.double().numpy(), made(OUTPUTS).numpy(), strict=True):
        scores = np.exp(np.tanh(sample @ W.T + b) @ q[0])
        np.testing.assert_allclose(seen, (scores / scores.sum()) @ sample, rtol=1e-5, atol=1e-6)


def test_a_query_that_asks_nothing_takes_the_mean() -> None:
    made = attention()
    made.query.weight.zero_()
    assert torch.allclose(made(OUTPUTS), OUTPUTS.mean(dim=1), atol=1e-6)
    assert torch.allclose(made.weights(OUTPUTS), torch.full((2, 5), 0.2))


def test_what_is_beyond_the_end_counts_nothing() -> None:
    made = attention()
    seen = torch.tensor([[True] * 3 + [False] * 2, [True] * 5])
    weights = made.weights(OUTPUTS, seen)
    assert weights[0, 3:].tolist() == [0.0, 0.0]
    assert torch.allclose(made(OUTPUTS, seen)[0], made(OUTPUTS[:1, :3])[0], atol=1e-6)


def test_prefixes_are_what_it_would_see_had_the_sequence_ended_there() -> None:
    made = attention()
    prefixes = made.of_prefixes(OUTPUTS[0])
    for t in range(5):
        assert torch.allclose(prefixes[t], made(OUTPUTS[:1, : t + 1])[0], atol=1e-6)


def test_a_network_reads_its_outputs_out_by_attention() -> None:
    network = Network(Recurrent(stack=stacked(units=3, bidirectional=True), readout="attention"), Interface(5, 6, 0, 2))
    network.initialise(RANDOM)
    assert network.attention is not None
    seen = network.attention(network.run(OUTPUTS)[-1].outputs)
    assert torch.equal(network(OUTPUTS), network.head(seen))
    torch.autograd.backward(network(OUTPUTS).sum())
    assert all(weight.grad is not None and weight.grad.abs().sum() > 0 for weight in network.attention.parameters())
