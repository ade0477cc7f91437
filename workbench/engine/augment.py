"""Augmentation: each picture of a batch turned, slanted, stretched, moved, bent, and written with another pen."""

import math

import torch
from torch import Tensor
from torch.nn.functional import grid_sample, max_pool2d

from workbench.config import Training

#: Control points along one side of the smooth field that bends a picture.
CONTROLS = 8


class Augmentation:
    """What the settings do to pictures: another variation of each, every time it is learnt from.

    After P. Simard, D. Steinkraus and J. Platt, Best practices for convolutional neural networks applied to visual
    document analysis (2003): affine maps and smooth random displacements. Here the displacement is a uniform cubic
    B-spline through random control points, which is two small matrix products.
    """

    def __init__(self, settings: Training, picture: tuple[int, int, int] | None, device: torch.device) -> None:
        """``picture``: height, width, channels; None where samples are no pictures, and nothing is varied."""
        self.settings, self.is_picture = settings, picture is not None
        self.picture = height, width, _ = picture or (1, 1, 1)
        self._down = spline(height, CONTROLS).to(device)  # (height, controls)
        self._across = spline(width, CONTROLS).to(device)  # (width, controls)
        rows = torch.arange(height, device=device) - (height - 1) / 2
        columns = torch.arange(width, device=device) - (width - 1) / 2
        y, x = torch.meshgrid(rows, columns, indexing="ij")
        self._places = torch.stack([x, y], dim=-1).reshape(1, height * width, 2)  # pixels from the middle
        self._scale = torch.tensor([2 / width, 2 / height], device=device)  # from pixels to -1..1, edge to edge

    @property
    def changes(self) -> bool:
        """Whether the settings change anything."""
        settings = self.settings
        amounts = (settings.turn, settings.slant, settings.stretch, settings.shift, settings.bend, settings.pen)
        return self.is_picture and (settings.mirror or any(amounts))

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """pictures: (batch, height, width * channels), 0..1 -> the same, varied; what comes from beyond an edge is 0.

        All randomness is drawn on the CPU, from ``generator``, so that every device sees the same pictures.
        """
        (height, width, channels), settings = self.picture, self.settings
        luck = torch.empty(len(pictures), 8).uniform_(-1.0, 1.0, generator=generator).to(pictures.device)
        places = (self._places @ affine(luck, settings) + luck[:, None, 4:6] * settings.shift).reshape(
            -1, height, width, 2
        )
        if settings.bend:
            controls = torch.empty(len(pictures), 2, CONTROLS, CONTROLS)
            controls.normal_(0.0, settings.bend, generator=generator)
            field = self._down @ controls.to(places.device) @ self._across.T  # (batch, 2, height, width)
            places = places + field.permute(0, 2, 3, 1)
        planes = pictures.reshape(-1, height, width, channels).permute(0, 3, 1, 2)
        varied = grid_sample(planes, places * self._scale, padding_mode="zeros", align_corners=False)
        if settings.pen:
            varied = another_pen(varied, (luck[:, 6] * settings.pen)[:, None, None, None])
        return varied.permute(0, 2, 3, 1).reshape(pictures.shape)


def affine(luck: Tensor, settings: Training) -> Tensor:
    """Random maps, each mirrored, stretched, slanted and then turned. luck: (batch, 8), -1..1 -> (batch, 2, 2).

    Rows: from x, from y; columns: to x, to y. A map tells where each new pixel is taken from.
    """
    turn, slant = luck[:, 0] * math.radians(settings.turn), luck[:, 1] * settings.slant
    wide, high = (luck[:, 2] * settings.stretch).exp(), (luck[:, 3] * settings.stretch).exp()
    if settings.mirror:
        wide = wide * luck[:, 7].sign()
    cosine, sine = turn.cos(), turn.sin()
    from_x = torch.stack([cosine * wide, sine * wide], dim=-1)
    from_y = torch.stack([(cosine * slant - sine) * high, (sine * slant + cosine) * high], dim=-1)
    return torch.stack([from_x, from_y], dim=1)


def another_pen(planes: Tensor, amount: Tensor) -> Tensor:
    """Lines thicker (amount above 0) or thinner: so much of the way to the neighbours' largest or smallest level.

    planes: (batch, channels, height, width); amount: (batch, 1, 1, 1) in -1..1.
    """
    largest, smallest = max_pool2d(planes, 3, 1, 1), -max_pool2d(-planes, 3, 1, 1)
    thicker, thinner = amount.clamp(min=0.0), amount.clamp(max=0.0)
    return planes + thicker * (largest - planes) + thinner * (planes - smallest)


def spline(points: int, controls: int) -> Tensor:
    """Uniform cubic B-spline at evenly spaced points from its second control point to the last but one.

    -> (points, controls): weights of the control points, each row's sum 1 (C. de Boor, A practical guide to splines).
    """
    place = torch.linspace(1.0, controls - 2.0, points)
    first = place.floor().clamp(1, controls - 3)
    u = place - first
    weights = torch.stack([(1 - u) ** 3, 3 * u**3 - 6 * u**2 + 4, -3 * u**3 + 3 * u**2 + 3 * u + 1, u**3], dim=1) / 6
    return torch.zeros(points, controls).scatter_(1, first.long()[:, None] - 1 + torch.arange(4), weights)
