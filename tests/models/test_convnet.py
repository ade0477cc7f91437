"""The convolution net against sums written out in NumPy, and what it takes over from its training pictures."""

from typing import Any

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from workbench.config import Convnet, Interface
from workbench.config.model import Activation
from workbench.errors import BadInput
from workbench.models.convnet import ConvolutionNetwork
from workbench.models.shapes import parameter_count, weight_shapes

INTERFACE = Interface(steps=12, width=14 * 3, symbols=0, classes=4, picture=(12, 14, 3))
SMALL = Convnet(first_maps=3, second_maps=2, kernel=3, first_units=6, second_units=5)
CIFAR = Interface(steps=32, width=96, symbols=0, classes=10, picture=(32, 32, 3))


def made(model: Convnet = SMALL, interface: Interface = INTERFACE, seed: int = 0) -> ConvolutionNetwork:
    network = ConvolutionNetwork(model, interface)
    network.initialise(torch.Generator().manual_seed(seed))
    return network


def pictures(count: int = 5) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(1).integers(0, 256, (count, 12, 42), dtype=np.uint8))


def by_hand(network: ConvolutionNetwork, picture: np.ndarray) -> np.ndarray:
    """The scores of one picture (height, width, channels) of 0..1, every sum written out."""
    weights = {name: tensor.double().numpy() for name, tensor in network.state_dict().items()}

    def active(sums: Any) -> Any:
        return np.maximum(sums, 0.0) if network.model.activation == "relu" else sums

    z = ((picture - weights["mean"]) / weights["deviation"]).transpose(2, 0, 1)
    for name in ("convolution_1", "convolution_2"):
        kernels, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
        size = kernels.shape[-1]
        height, width = z.shape[1] - size + 1, z.shape[2] - size + 1
        found = np.zeros((len(kernels), height, width))
        for number, kernel in enumerate(kernels):
            for row in range(height):
                for column in range(width):
                    seen = z[:, row : row + size, column : column + size]
                    found[number, row, column] = active(float((kernel * seen).sum()) + bias[number])
        halves = found[:, : height // 2 * 2, : width // 2 * 2]
        z = halves.reshape(len(kernels), height // 2, 2, width // 2, 2).max(axis=(2, 4))
    z = z.reshape(-1)
    for name in ("hidden_1", "hidden_2"):
        z = active(weights[f"{name}.weight"] @ z + weights[f"{name}.bias"])
    scores: np.ndarray = weights["head.weight"] @ z + weights["head.bias"]
    return scores


@pytest.mark.parametrize("activation", ["relu", "none"])
def test_the_scores_are_the_sums_written_out(activation: Activation) -> None:
    network, bytes_ = made(replace(SMALL, activation=activation)), pictures()
    network.measure(bytes_)
    with torch.no_grad():
        scores = network.double()(bytes_.double() / 255).numpy()
    assert scores.shape == (5, 4)
    for number, picture in enumerate(bytes_.numpy().reshape(5, 12, 14, 3) / 255):
        assert scores[number] == pytest.approx(by_hand(network, picture), rel=1e-9)


def test_mean_and_deviation_of_each_channel_are_the_training_pictures() -> None:
    network, bytes_ = made(), pictures()
    bytes_[:, :, 2::3] //= 4
    network.measure(bytes_)
    by_channel = bytes_.numpy().reshape(-1, 3) / 255
    assert network.mean.tolist() == pytest.approx(by_channel.mean(axis=0).tolist(), rel=1e-6)
    assert network.deviation.tolist() == pytest.approx(by_channel.std(axis=0).tolist(), rel=1e-6)


def test_a_channel_that_never_changes_is_not_divided_by_nothing() -> None:
    network = made()
    network.measure(torch.full((2, 12, 42), 9, dtype=torch.uint8))
    assert network.deviation.tolist() == [1.0, 1.0, 1.0]
    assert bool(torch.isfinite(network(torch.zeros(1, 12, 42))).all())


def test_it_has_as_many_parameters_as_can_be_counted_on_paper() -> None:
    # (3*25+1)*6 + (6*25+1)*16 + (400+1)*120 + (120+1)*84 + (84+1)*10
    assert parameter_count(Convnet(), CIFAR) == 62_006
    network = ConvolutionNetwork(Convnet(), CIFAR)
    assert sum(parameter.numel() for parameter in network.parameters()) == 62_006


@pytest.mark.parametrize(("model", "interface"), [(Convnet(), CIFAR), (SMALL, INTERFACE)])
def test_the_shapes_told_without_torch_are_the_networks(model: Convnet, interface: Interface) -> None:
    state = ConvolutionNetwork(model, interface).state_dict()
    told = weight_shapes(model, interface)
    assert {shape.name: shape.shape for shape in told} == {name: tuple(t.shape) for name, t in state.items()}


def test_the_same_seed_gives_the_same_network_and_no_weight_beyond_its_bound() -> None:
    first, again, other = made(seed=3).state_dict(), made(seed=3).state_dict(), made(seed=4).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["head.weight"], other["head.weight"])
    assert float(first["convolution_1.weight"].abs().max()) <= (3 * 3 * 3) ** -0.5
    assert float(first["hidden_2.weight"].abs().max()) <= 6**-0.5


def test_dropout_silences_only_while_training() -> None:
    network = made(Convnet(first_maps=3, second_maps=2, kernel=3, first_units=6, second_units=5, dropout=0.5))
    x = pictures().float() / 255
    assert torch.equal(network(x), network(x))
    drawn = torch.Generator().manual_seed(0)
    assert not torch.equal(network(x, drawn), network(x, drawn))


def test_maps_show_where_a_pattern_is() -> None:
    """A kernel that answers a bright dot answers most where the dot is."""
    network = made()
    with torch.no_grad():
        for parameter in network.convolution_1.parameters():
            parameter.zero_()
        network.convolution_1.weight[1, :, 1, 1] = 1.0
        picture = torch.zeros(1, 12, 14, 3)
        picture[0, 7, 4] = 1.0
        first = network.maps(picture.reshape(1, 12, 42)).first[0]
    assert first.shape == (3, 10, 12)
    assert divmod(int(first[1].argmax()), 12) == (6, 3)  # one less, as the kernel's middle is one in
    assert float(first[0].abs().max()) == 0.0


@pytest.mark.parametrize(("side", "left"), [(32, 5), (28, 4), (16, 1), (15, 0), (8, 0)])
def test_a_picture_can_be_too_small(side: int, left: int) -> None:
    interface = Interface(steps=side, width=side, symbols=0, classes=3, picture=(side, side, 1))
    if left:
        state = ConvolutionNetwork(Convnet(), interface).state_dict()
        assert state["hidden_1.weight"].shape[1] == 16 * left * left
    else:
        with pytest.raises(BadInput, match="leaves nothing of a picture"):
            weight_shapes(Convnet(), interface)


def test_words_are_no_pictures() -> None:
    with pytest.raises(BadInput, match="these data have none"):
        weight_shapes(Convnet(), Interface(steps=3, width=0, symbols=9, classes=9))
