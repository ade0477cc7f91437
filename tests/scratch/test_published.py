"""Three published programs, followed number by number."""

import numpy as np
import pytest

from workbench.scratch import start
from workbench.scratch.gate import Array, sigmoid
from workbench.scratch.layer import Layer
from workbench.scratch.loss import squared, squared_bits
from workbench.scratch.lstm import LSTM
from workbench.scratch.net import Net
from workbench.scratch.plain_rnn import PlainRNN

#: Trask (2015): what the program prints at iterations 0, 1000 and 2000, with numpy.random.seed(0).
ADDER = (3.45638663, 3.63389116, 3.91366595)


def bits(number: int) -> list[int]:
    return [number >> place & 1 for place in range(8)]


def test_the_adder_follows_the_published_errors_to_the_last_digit() -> None:
    random = np.random.RandomState(0)
    random.random_sample(2 * 16 + 16 + 16 * 16)  # the weights come first
    net = Net([[Layer(PlainRNN("sigmoid"))]], start.of_the_adder(0, 2, 16, 1), 1)
    errors = []
    for iteration in range(2001):
        a, b = random.randint(128), random.randint(128)
        x, y = np.array([[bits(a), bits(b)]], dtype=float).transpose(0, 2, 1), np.array(bits(a + b))[None, :, None]
        passed = net.forward(x)
        if iteration % 1000 == 0:
            errors.append(float(np.abs(sigmoid(passed.scores) - y).sum()))
        net.descend(net.back(passed, squared_bits(passed.scores, y).d_scores), 0.1)
    assert tuple(round(error, 8) for error in errors) == ADDER


def toy_series() -> tuple[Array, Array]:
    """The inputs come from the stream that the last bias was drawn from."""
    random = np.random.RandomState(0)
    random.random_sample(100)
    return random.random_sample((1, 4, 50)), np.array([-0.5, 0.2, 0.1, -0.5])[None, :, None]


def primes() -> tuple[Array, Array]:
    """Ten steps; each reads fifty primes in a row, the first after the last, and tells the next."""
    known = [n for n in range(2, 100) if all(n % d for d in range(2, n))]
    rows = [[known[(start + k) % 25] / 100 for k in range(51)] for start in range(10)]
    return np.array(rows)[None, :, :50], np.array(rows)[None, :, 50:]


def test_the_lstm_by_hand_follows_the_published_series() -> None:
    x, y = toy_series()
    net = Net([[Layer(LSTM(outer_tanh=False))]], start.of_the_lstm(0, 50, 100), 1)
    told, losses = [], []
    for _ in range(100):
        passed = net.forward(x)
        cost = squared(passed.scores, y)
        told.append(passed.scores.ravel().round(6).tolist())
        losses.append(cost.loss)
        net.descend(net.back(passed, cost.d_scores), 0.1)
    # Jimenez (2014), and others who ran it: predictions and losses of the first and last iterations.
    assert told[0] == [0.041349, 0.069304, 0.116993, 0.165624]
    assert told[1] == [-0.223297, -0.323066, -0.394514, -0.433984]
    assert told[99] == [-0.500331, 0.201063, 0.099122, -0.499226]
    assert losses[0] == pytest.approx(0.753483886253, rel=1e-11)
    assert losses[1] == pytest.approx(0.599065083953, rel=1e-11)
    # The last one was printed as 2.61076357962e-06 and as 2.61076360677e-06: rounding has grown to the eighth digit.
    assert losses[99] == pytest.approx(2.6107636e-06, rel=2e-8)


def test_all_four_gates_begin_alike_where_they_did_in_the_published_program() -> None:
    alike = np.split(start.of_the_lstm(0, 5, 3)["layers.0.weight_hh_l0"], 4)
    apart = np.split(start.of_the_lstm(0, 5, 3, alike=False)["layers.0.weight_hh_l0"], 4)
    assert all(np.array_equal(alike[0], gate) for gate in alike[1:])
    assert not any(np.array_equal(apart[0], gate) for gate in apart[1:])
    assert np.abs(np.concatenate(alike + apart)).max() <= 0.1


def test_the_primes_begin_at_the_published_error() -> None:
    x, y = primes()
    net = Net([[Layer(LSTM(outer_tanh=False))]], start.of_the_lstm(0, 50, 100), 1)
    assert round(squared(net.forward(x).scores, y).loss, 5) == 0.17973
