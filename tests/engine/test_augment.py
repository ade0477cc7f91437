"""Pictures are varied as the settings say, checked against plain geometry."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from workbench.config import Training
from workbench.engine.augment import CONTROLS, Augmentation, another_pen, spline

CPU = torch.device("cpu")
SIDE = 28


def varied(pictures: Tensor, seed: int = 0, channels: int = 1, **settings: Any) -> Tensor:
    height, width = pictures.shape[1], pictures.shape[2] // channels
    augmentation = Augmentation(Training(**settings), (height, width, channels), CPU)
    return augmentation(pictures, torch.Generator().manual_seed(seed))


def blot(x: float, y: float, count: int = 200, spread: float = 1.5) -> Tensor:
    """Equal pictures of one round blot, ``x`` and ``y`` pixels from the middle."""
    places = torch.arange(SIDE) - (SIDE - 1) / 2
    one = torch.exp(-((places[None, :] - x) ** 2 + (places[:, None] - y) ** 2) / (2 * spread**2))
    return one.expand(count, SIDE, SIDE).contiguous()


def centres(pictures: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Where the mass of each picture is, x and y in pixels from the middle."""
    places = torch.arange(SIDE) - (SIDE - 1) / 2
    mass = pictures.sum((1, 2))
    return ((pictures.sum(1) @ places / mass).numpy(), (pictures.sum(2) @ places / mass).numpy())


def test_without_settings_nothing_changes() -> None:
    assert not Augmentation(Training(), (SIDE, SIDE, 1), CPU).changes
    pictures = torch.rand(5, SIDE, SIDE)
    torch.testing.assert_close(varied(pictures), pictures, atol=1e-5, rtol=0)


def test_turning_keeps_the_distance_from_the_middle_and_stays_within_the_angle() -> None:
    x, y = centres(varied(blot(6, 0), turn=20))
    np.testing.assert_allclose(np.hypot(x, y), 6, atol=0.05)
    angles = np.degrees(np.arctan2(y, x))
    assert np.abs(angles).max() <= 20.2
    assert angles.min() < -17
    assert angles.max() > 17


def test_slanting_moves_sideways_in_proportion_to_the_height() -> None:
    x, y = centres(varied(blot(0, 8), slant=0.25))
    np.testing.assert_allclose(y, 8, atol=0.05)
    assert 1.8 < np.abs(x).max() < 2.05  # a quarter of 8
    x, _ = centres(varied(blot(0, 0), slant=0.25))
    np.testing.assert_allclose(x, 0, atol=0.01)


def test_stretching_scales_each_side_by_itself() -> None:
    x, y = centres(varied(blot(6, 6, spread=0.8), stretch=0.2))
    for place in (x, y):
        assert 6 * math.exp(-0.2) - 0.1 < place.min() < 5.3
        assert 6.8 < place.max() < 6 * math.exp(0.2) + 0.1
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.3


def test_shifting_moves_by_up_to_so_many_pixels_each_way() -> None:
    x, y = centres(varied(blot(1, 2), shift=3))
    for place, middle in ((x, 1), (y, 2)):
        assert np.abs(place - middle).max() <= 3.02
        assert place.min() < middle - 2.7
        assert place.max() > middle + 2.7


def test_bending_displaces_smoothly_by_what_the_spline_makes_of_the_control_points() -> None:
    x, y = centres(varied(blot(0, 0, count=2000, spread=1.0), bend=1.5))
    row = spline(SIDE, CONTROLS)[SIDE // 2]
    expected = 1.5 * float(row.square().sum())  # each displacement is a mean of independent control points
    assert np.std(x) == pytest.approx(expected, rel=0.15)
    assert np.std(y) == pytest.approx(expected, rel=0.15)
    assert abs(np.mean(x)) < 0.1


def test_the_spline_is_the_textbook_s() -> None:
    matrix = spline(SIDE, CONTROLS).double()
    torch.testing.assert_close(matrix.sum(1), torch.ones(SIDE).double(), atol=1e-6, rtol=0)
    # It reproduces straight lines, and at a knot it weighs the neighbours 1 : 4 : 1.
    line = matrix @ torch.arange(CONTROLS).double()
    torch.testing.assert_close(line, torch.linspace(1, CONTROLS - 2, SIDE).double(), atol=1e-5, rtol=0)
    assert matrix[0, :4].tolist() == pytest.approx([1 / 6, 4 / 6, 1 / 6, 0])


def test_another_pen_reaches_the_neighbours_at_most() -> None:
    line = torch.zeros(2, 1, 9, 9)
    line[:, :, 3:6] = 1.0  # three rows of ink
    thick, thin = another_pen(line, torch.tensor([1.0, -1.0])[:, None, None, None])[:, 0, :, 4]
    assert thick.tolist() == [0, 0, 1, 1, 1, 1, 1, 0, 0]
    assert thin.tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 0]
    half = another_pen(line[:1], torch.full((1, 1, 1, 1), 0.5))[0, 0, :, 4]
    assert half.tolist() == [0, 0, 0.5, 1, 1, 1, 0.5, 0, 0]


def test_levels_stay_between_0_and_1_and_the_input_is_left_alone() -> None:
    pictures = torch.rand(50, SIDE, SIDE)
    before = pictures.clone()
    found = varied(pictures, turn=15, slant=0.2, stretch=0.2, shift=2, bend=2, pen=1)
    assert torch.equal(pictures, before)
    assert found.shape == pictures.shape
    assert float(found.min()) >= 0
    assert float(found.max()) <= 1 + 1e-6


def test_half_of_the_pictures_are_mirrored() -> None:
    pictures = torch.rand(1, SIDE, SIDE).expand(400, SIDE, SIDE).contiguous()
    found = varied(pictures, mirror=True)
    mirrored = [torch.allclose(one, pictures[0].flip(1), atol=1e-4) for one in found]
    kept = [torch.allclose(one, pictures[0], atol=1e-4) for one in found]
    assert all(a != b for a, b in zip(mirrored, kept, strict=True))
    assert 150 < sum(mirrored) < 250


def test_the_same_seed_varies_the_same_and_each_picture_differently() -> None:
    pictures = blot(3, -2, count=4)
    settings: dict[str, Any] = {"turn": 10.0, "bend": 1.0, "pen": 0.5}
    once, again, other = (varied(pictures, seed, **settings) for seed in (1, 1, 2))
    assert torch.equal(once, again)
    assert not torch.equal(once, other)
    assert not torch.equal(once[0], once[1])


def test_colours_move_together_in_a_picture_that_is_not_square() -> None:
    generator = torch.Generator().manual_seed(0)
    pictures = torch.rand(3, 12, 20, 3, generator=generator)
    settings: dict[str, Any] = {"turn": 15.0, "shift": 2.0, "bend": 1.0}
    together = varied(pictures.reshape(3, 12, 60), channels=3, **settings).reshape(3, 12, 20, 3)
    for channel in range(3):
        alone = varied(pictures[..., channel].contiguous(), **settings)
        torch.testing.assert_close(together[..., channel], alone, atol=1e-6, rtol=0)
