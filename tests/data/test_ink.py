import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.pen_traces import MNIST_RAW, PEN_TRACES, mnist
from workbench.data.drawing import Drawing, Stroke
from workbench.data.ink import fit_ink, picture, pictures
from workbench.data.pen import FIELD, Floats, Segments, drawn
from workbench.data.unipen import pen_digits

# At least so wide that a dot between four pixels still touches them: half of 0.0625 is 0.3 pixels of the fitted box.
place = some.floats(-0.5, 1.5, width=32)
strokes = some.lists(some.tuples(place, place, some.floats(1, 2, width=32)), max_size=8).map(tuple).map(Stroke)
drawings = some.builds(Drawing, some.lists(strokes, max_size=4).map(tuple), some.floats(0.0625, 0.25, width=32))


def bar(*places: tuple[float, float], thickness: float = 0.08) -> Drawing:
    return Drawing((Stroke.through(places),), thickness)


def centre(ink: Floats) -> tuple[float, float]:
    order = np.arange(FIELD)
    return float(ink.sum(axis=0) @ order / ink.sum()), float(ink.sum(axis=1) @ order / ink.sum())


def sides(ink: Floats) -> tuple[int, int]:
    """Width and height of the ink in pixels."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


@settings(deadline=None)
@given(drawings)
def test_every_drawing_fills_the_box_and_is_centred_by_mass(drawing: Drawing) -> None:
    ink = picture(drawing)
    assert ink.shape == (28, 28)
    assert ink.dtype == np.float32
    assert 0 <= ink.min() <= ink.max() <= 1
    if drawing.is_empty:
        assert not ink.any()
        return
    assert max(sides(ink)) == 20
    if ink[1:-1, 1:-1].sum() == ink.sum():  # else the edge of the field was in the way
        assert all(13.49 <= middle <= 14.51 for middle in centre(ink))


@settings(deadline=None)
@given(some.lists(drawings, max_size=4))
def test_many_at_once_are_the_same_as_one_by_one(several: list[Drawing]) -> None:
    together = pictures(several)
    assert together.shape == (len(several), 28, 28)
    for drawing, ink in zip(several, together, strict=True):
        np.testing.assert_allclose(picture(drawing), ink, atol=1e-5)


def test_place_and_size_on_the_pad_do_not_matter() -> None:
    large = bar((0.2, 0.1), (0.8, 0.1), (0.4, 0.9))
    small = bar((0.55, 0.525), (0.7, 0.525), (0.6, 0.725), thickness=0.02)
    assert float(np.abs(picture(large) - picture(small)).max()) < 1e-3
    assert float(np.abs(picture(large, fit=False) - picture(small, fit=False)).max()) == 1


def test_an_upright_bar_is_as_wide_as_its_pen() -> None:
    ink = picture(bar((0.5, 0.1), (0.5, 0.8), thickness=0.1))
    assert sides(ink) == (4, 20)  # 20 * 0.1 / 0.8 = 2.5 pixels, in the middle of two even halves
    np.testing.assert_allclose(ink[14].sum(), 2.5, atol=1e-4)


def test_a_dot_is_a_disc() -> None:
    ink = picture(bar((0.9, 0.1)))
    assert sides(ink) == (20, 20)
    np.testing.assert_allclose(ink.sum(), np.pi * 100, rtol=0.01)


def test_without_fitting_the_pad_is_shrunk_as_it_is() -> None:
    ink = picture(bar((0.25, 0.25), (0.25, 0.75), thickness=2 / 28), fit=False)
    np.testing.assert_allclose(ink[10, 6:8], 1)
    np.testing.assert_allclose(ink[10].sum(), 2, atol=1e-5)
    assert not picture(bar((1.5, 1.5)), fit=False).any()


def test_grey_levels_are_the_share_of_the_pixel_under_the_ink() -> None:
    """Against 32 x 32 samples in each pixel."""
    rng = np.random.default_rng(0)
    start, end = rng.uniform(4, 24, (2, 12, 2)).astype(np.float32)
    radius = rng.uniform(0.2, 2.5, 12).astype(np.float32)
    ink = drawn(Segments(np.arange(12), start, end, radius), 12)
    sample = (np.arange(28 * 32) + 0.5) / 32
    x, y = np.meshgrid(sample, sample)
    for number in range(12):
        along = end[number] - start[number]
        nearest = ((x - start[number, 0]) * along[0] + (y - start[number, 1]) * along[1]) / (along @ along)
        nearest = np.clip(nearest, 0, 1)
        distance = np.hypot(x - start[number, 0] - nearest * along[0], y - start[number, 1] - nearest * along[1])
        covered = (distance < radius[number]).reshape(28, 32, 28, 32).mean(axis=(1, 3))
        assert float(np.abs(ink[number] - covered).mean()) < 0.004
        assert float(np.abs(ink[number] - covered).max()) < 0.3


def test_a_picture_is_fitted_like_a_drawing() -> None:
    seven = bar((0.2, 0.15), (0.8, 0.15), (0.4, 0.9))
    ten_times = np.kron(np.pad(picture(seven), ((3, 9), (20, 2))), np.ones((10, 10))).astype(np.float32)
    assert float(np.abs(fit_ink(ten_times) - picture(seven)).mean()) < 1e-6
    assert not fit_ink(np.zeros((5, 9), dtype=np.float32)).any()
    assert sides(fit_ink(np.ones((1, 1), dtype=np.float32))) == (20, 20)


def test_faint_noise_does_not_widen_a_picture() -> None:
    image = np.random.default_rng(0).uniform(0, 0.08, (100, 100)).astype(np.float32)
    image[40:60, 45:55] = 1
    assert float(np.abs(fit_ink(image) - np.pad(np.ones((20, 10)), ((4, 4), (9, 9)))).max()) < 1e-6


@pytest.mark.skipif(not MNIST_RAW.exists(), reason=f"real MNIST is not in {MNIST_RAW}")
def test_real_mnist_comes_back_as_it_is() -> None:
    images = mnist("t10k", 1000)[0].astype(np.float32) / 255
    again = np.stack([fit_ink(image) for image in images])
    np.testing.assert_array_equal(again[0], images[0])
    assert float(np.abs(again - images).mean()) < 0.001


@pytest.mark.skipif(not PEN_TRACES.exists(), reason=f"real pen traces are not in {PEN_TRACES}")
def test_real_pen_traces_fill_the_box() -> None:
    ink = pictures([digit.drawing() for digit in pen_digits(PEN_TRACES, 300)])
    assert {max(sides(one)) for one in ink} == {20}
