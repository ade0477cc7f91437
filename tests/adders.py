"""Networks that add or tell a series, built by hand or never trained, for tests of what is done with them."""

import torch

from tests.recurrents import recurrent
from workbench.config import BinaryAddition, Preset, Primes, Series
from workbench.data.sources import interface
from workbench.engine.state import clone_weights
from workbench.engine.trained import Trained
from workbench.models.network import Network


def adding_network(places: tuple[int, int, int] = (0, 1, 2), *, last_carry: bool = True) -> Network:
    """A plain RNN that adds: its units say "at least one", "at least two" and "three" of a, b and the carry.

    "At least two" is the carry; the sum is 1 - 2 + 3. The units stand at ``places`` of four; the last one idles.
    Without ``last_carry`` what is carried is forgotten.
    """
    network = Network(recurrent(cell="rnn-sigmoid", units=4), interface(BinaryAddition()))
    weights = network.weights_of(0, 0)
    assert weights.input_bias is not None
    assert isinstance(network.head, torch.nn.Linear)
    with torch.no_grad():
        for tensor in network.state_dict().values():
            tensor.zero_()
        for place, least in zip(places, (0.5, 1.5, 2.5), strict=True):
            weights.input[place] = 40.0
            weights.hidden[place, places[1]] = 40.0 if last_carry else 0.0
            weights.input_bias[place] = -40.0 * least
            network.head.weight[0, place] = -40.0 if least == 1.5 else 40.0
        network.head.bias.fill_(-20.0)
    return network


def adder(*, right: bool = True) -> Trained:
    """Adds any two numbers; one that is not ``right`` knows no carry."""
    network = adding_network(last_carry=right)
    preset = Preset(title="Adder by hand", data=BinaryAddition(), model=network.model)
    return Trained("binary-addition-lstm", preset, network.interface, ("1",), clone_weights(network), 0)


def teller(data: Series | Primes, value: float = 0.25) -> Trained:
    """Always tells the same number."""
    network = Network(recurrent(cell="rnn-tanh", units=3), interface(data))
    assert isinstance(network.head, torch.nn.Linear)
    with torch.no_grad():
        for tensor in network.state_dict().values():
            tensor.zero_()
        network.head.bias.fill_(value)
    preset = Preset(title="Always the same", data=data, model=network.model)
    return Trained("next-prime-torch", preset, network.interface, ("value",), clone_weights(network), 0)
