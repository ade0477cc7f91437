"""The convolution net: two convolutions with pooling, and three linear layers, as LeNet-5 has them."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import max_pool2d

from workbench.config import Convnet, Interface


class FeatureMaps(NamedTuple):
    """What the two convolutions find in pictures, after the activation and before pooling."""

    first: Tensor  # (batch, first_maps, height, width)
    second: Tensor  # (batch, second_maps, height, width)


class ConvolutionNetwork(nn.Module):
    """Pictures in, scores of the classes out (LeCun et al., 1998, with ReLU or nothing, and maximum pooling).

    ``state_dict`` holds the weights of ``models.shapes.weight_shapes``, and the training pictures' mean and standard
    deviation of each channel, so that a saved network answers pictures as they are.
    """

    mean: Tensor  # (channels,)
    deviation: Tensor  # (channels,)

    def __init__(self, model: Convnet, interface: Interface) -> None:
        super().__init__()
        assert interface.picture is not None, "a convolution needs pictures"
        self.model, self.interface = model, interface
        height, width, channels = interface.picture
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("deviation", torch.ones(channels))
        self.convolution_1 = nn.Conv2d(channels, model.first_maps, model.kernel)
        self.convolution_2 = nn.Conv2d(model.first_maps, model.second_maps, model.kernel)
        pooled = model.second_maps * model.pooled_side(height) * model.pooled_side(width)
        self.hidden_1 = nn.Linear(pooled, model.first_units)
        self.hidden_2 = nn.Linear(model.first_units, model.second_units)
        self.head = nn.Linear(model.second_units, interface.classes)

    def forward(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Scores (logits). x: (batch, height, width * channels), 0..1 -> (batch, classes).

        ``generator`` draws the dropout masks; without it nothing is dropped, as in evaluation.
        """
        z = max_pool2d(self.maps(x).second, 2).flatten(1)
        if generator is not None and self.model.dropout:
            keep = 1.0 - self.model.dropout
            z = z * torch.empty_like(z).bernoulli_(keep, generator=generator).div_(keep)
        scores: Tensor = self.head(self._active(self.hidden_2(self._active(self.hidden_1(z)))))
        return scores

    def maps(self, x: Tensor) -> FeatureMaps:
        """What each pattern answers at each place. x as forward takes it."""
        assert self.interface.picture is not None
        height, width, channels = self.interface.picture
        pixels = (x.reshape(-1, height, width, channels) - self.mean) / self.deviation
        first = self._active(self.convolution_1(pixels.permute(0, 3, 1, 2)))
        return FeatureMaps(first, self._active(self.convolution_2(max_pool2d(first, 2))))

    def _active(self, sums: Tensor) -> Tensor:
        return sums.relu() if self.model.activation == "relu" else sums

    def measure(self, pictures: Tensor) -> None:
        """Takes over mean and standard deviation of each channel. pictures: (samples, height, width * channels) bytes.

        They are counted in whole numbers of how often each level stands in each channel: exact, and no larger than
        the pictures.
        """
        assert self.interface.picture is not None
        channels = self.interface.picture[2]
        levels = torch.arange(256, dtype=torch.float64)
        for channel in range(channels):
            counts = torch.bincount(pictures[:, :, channel::channels].flatten(), minlength=256).cpu().double()
            mean = float((counts * levels).sum() / counts.sum())
            variance = float((counts * (levels - mean) ** 2).sum() / counts.sum())
            self.mean[channel] = mean / 255
            self.deviation[channel] = variance**0.5 / 255 or 1.0  # one colour everywhere: nothing to divide by

    def initialise(self, generator: torch.Generator) -> None:
        """Draws every weight from ``generator``, within one over the root of the inputs, so the same seed gives the
        same network."""
        with torch.no_grad():
            for layer in (self.convolution_1, self.convolution_2, self.hidden_1, self.hidden_2, self.head):
                bound = layer.weight[0].numel() ** -0.5
                layer.weight.uniform_(-bound, bound, generator=generator)
                assert layer.bias is not None
                layer.bias.uniform_(-bound, bound, generator=generator)
