import numpy as np
import pytest

from workbench.data import strokes
from workbench.data.digit_styles import Style, styles
from workbench.data.drawing import drawing_from_json, drawing_to_json
from workbench.data.ink import picture
from workbench.data.strokes import BLOCK, draw_one, generate


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    return generate(2 * BLOCK, seed=3)


def test_images_are_grey_levels_and_labels_are_digits(digits: tuple[np.ndarray, np.ndarray]) -> None:
    images, labels = digits
    assert images.shape == (2 * BLOCK, 28, 28)
    assert images.dtype == labels.dtype == np.uint8
    assert (images.max(axis=(1, 2)) > 200).all()
    counts = np.bincount(labels, minlength=10)
    assert len(counts) == 10
    assert counts.min() > 0.07 * 2 * BLOCK


def test_every_digit_fills_the_box_as_the_pad_does(digits: tuple[np.ndarray, np.ndarray]) -> None:
    ink = digits[0] > 0
    rows, columns = ink.any(axis=2).sum(axis=1), ink.any(axis=1).sum(axis=1)
    # A row can be empty inside a digit whose strokes do not touch; it still reaches from end to end.
    assert np.percentile(np.maximum(rows, columns), 1) == 20
    assert np.maximum(rows, columns).max() == 20


def test_a_digit_depends_on_the_seed_and_its_number_only(digits: tuple[np.ndarray, np.ndarray]) -> None:
    images, labels = digits
    some_images, some_labels = generate(50, seed=3, start=BLOCK - 20)
    np.testing.assert_array_equal(some_images, images[BLOCK - 20 : BLOCK + 30])
    np.testing.assert_array_equal(some_labels, labels[BLOCK - 20 : BLOCK + 30])
    assert (generate(50, seed=4)[0] != images[:50]).any()
    assert (images[:BLOCK] != images[BLOCK:]).any()


def test_no_two_digits_are_alike(digits: tuple[np.ndarray, np.ndarray]) -> None:
    assert len({image.tobytes() for image in digits[0]}) == 2 * BLOCK


def test_nothing_asked_is_nothing_drawn() -> None:
    images, labels = generate(0, seed=0)
    assert images.shape == (0, 28, 28)
    assert labels.shape == (0,)


@pytest.mark.parametrize("label", range(10))
def test_one_digit_for_the_pad_lies_on_it_and_can_be_saved(label: int) -> None:
    drawing = draw_one(label, np.random.default_rng(label))
    places = np.array([point for stroke in drawing.strokes for point in stroke.points])[:, :2]
    np.testing.assert_allclose(np.ptp(places, axis=0).max(), 0.7, atol=1e-4)
    assert 0.1 < places.min() < places.max() < 0.9
    assert drawing_from_json(drawing_to_json(drawing)) == drawing
    assert draw_one(label, np.random.default_rng(label)) == drawing


def test_the_pad_sees_one_digit_as_the_generator_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing one and drawing a block of one from the same random numbers give the same picture."""
    monkeypatch.setattr(strokes, "BLOCK", 1)
    images, labels = generate(30, seed=7)
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        generator = np.random.default_rng([7, number])
        assert generator.integers(0, 10, 1)[0] == label
        seen = picture(draw_one(int(label), generator))
        assert float(np.abs(seen - image / np.float32(255)).max()) < 0.02


def test_every_digit_has_several_styles() -> None:
    counts = np.bincount([style.digit for style in styles()])
    assert len(counts) == 10
    assert counts.min() >= 3


@pytest.mark.parametrize("style", styles(), ids=lambda style: str(style.digit))
def test_a_style_is_drawn_through_its_points(style: Style) -> None:
    ways, points, _ = style.ways.shape
    assert ways >= 2
    assert len(style.free) == points
    np.testing.assert_allclose(style.curve.sum(axis=1), 1, atol=1e-5)
    for point in range(points):
        # Some sample of the curve is that point itself.
        assert np.isclose(style.curve[:, point], 1, atol=1e-5).any()
    assert style.begins.sum() == style.ends.sum() >= 1
    assert style.begins[0]
    assert style.ends[-1]
    height = np.ptp(style.ways[:, :, 1], axis=1)
    assert ((height > 0.8) & (height < 1.3)).all()
