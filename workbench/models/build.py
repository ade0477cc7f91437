"""The network that a model's settings describe."""

from torch import Tensor

from workbench.config import Interface, Model, Recurrent
from workbench.models.convnet import ConvolutionNetwork
from workbench.models.network import Network

AnyNetwork = Network | ConvolutionNetwork


def build(model: Model, interface: Interface) -> AnyNetwork:
    """Not initialised yet; both take inputs (batch, ...) and a generator for dropout, and give scores."""
    return Network(model, interface) if isinstance(model, Recurrent) else ConvolutionNetwork(model, interface)


def vectors_of(network: AnyNetwork) -> Tensor | None:
    """The vectors that came with the symbols, (symbols, width), where they are read or answers compared with them."""
    return network.input.vectors if isinstance(network, Network) else None
