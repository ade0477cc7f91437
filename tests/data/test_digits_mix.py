"""The mixture holds what it says, nobody's hand is in two of its splits, and pairs of rows are the same picture."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.pen_traces import MNIST_RAW, PEN_TRACES
from workbench.config import DigitsMix, Interface, Mnist
from workbench.data import digits_mix, mnist
from workbench.data.dataset import Dataset, Loader, Loading, Split
from workbench.data.drawing import THICKNESS
from workbench.data.ink import picture
from workbench.data.strokes import generate
from workbench.data.unipen import by_writer, pen_digits
from workbench.errors import BadInput
from workbench.outcome import outcome

WRITERS = 20


@pytest.fixture
def pen(tmp_path: Path) -> Path:
    """Two digits by each of twenty writers: a bar as long as the writer's number, in no order."""
    random = np.random.default_rng(0)
    segments = [
        f'.SEGMENT DIGIT {n} ? "{label}"\n.COMMENT {label} {writer} {n}\n.PEN_DOWN\n 0 0\n {writer} 100\n.PEN_UP\n'
        for n, (label, writer) in enumerate((label, writer) for label in (1, 7) for writer in range(1, WRITERS + 1))
    ]
    path = tmp_path / "bars.tra"
    path.write_text("".join(segments[k] for k in random.permutation(len(segments))), encoding="latin-1")
    return path


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> NDArray[np.uint8]:
    """In MNIST's place 60,000 pictures that are one number each, read by the real loader's interface."""
    levels = (np.arange(60_000) % 251).astype(np.uint8)

    def load(settings: Mnist) -> Loader:
        yield Loading("Reading MNIST", 0, 4, "files")
        images = np.broadcast_to(levels[:, None, None], (60_000, 28, 28))
        labels = (np.arange(60_000) % 10).astype(np.int64)
        end = 60_000 - settings.validation
        return Dataset(
            Interface(28, 28, 0, 10), Split(images[: settings.train], labels[: settings.train], "scans"),
            Split(images[end:], labels[end:], "held-out scans"), Split(images[:50], labels[:50], "test scans"),
            tuple("0123456789"),
        )  # fmt: skip

    monkeypatch.setattr(mnist, "load", load)
    return levels


def loaded(settings: DigitsMix) -> Dataset:
    return outcome(digits_mix.load(settings))


def images_of(split: Split) -> NDArray[np.uint8]:
    return split.inputs.astype(np.uint8)


def test_scans_traces_and_drawn_digits_lie_one_after_the_other(scans: NDArray[np.uint8], pen: Path) -> None:
    data = loaded(DigitsMix(validation=100, pen=str(pen), pens=3, drawn=60, seed=5))
    learnt, watched, tested = by_writer(pen_digits(pen))
    assert (len(learnt), len(watched), len(tested)) == (26, 4, 10)
    assert len(data.train) == 59_900 + 3 * 26 + 60
    assert (images_of(data.train)[:59_900, 0, 0] == scans[:59_900]).all()
    assert (images_of(data.validation)[:100, 0, 0] == scans[59_900:]).all()
    images, labels = generate(60, 5)
    np.testing.assert_array_equal(images_of(data.train)[-60:], images)
    np.testing.assert_array_equal(data.train.targets[-60:], labels)
    # Thin, the pad's own, thick: the ink of every digit grows.
    ink = images_of(data.train)[59_900:-60].reshape(3, 26, -1).sum(axis=2, dtype=np.int64)
    assert (np.diff(ink, axis=0) > 0).all()
    assert data.train.caption == "scans, 26 pen digits with 3 pens, 60 drawn digits"


def test_a_trace_looks_as_it_would_on_the_pad(scans: NDArray[np.uint8], pen: Path) -> None:
    data = loaded(DigitsMix(validation=10, pen=str(pen), pens=1, drawn=0))
    learnt, watched, tested = by_writer(pen_digits(pen))
    for split, digits, start in (
        (data.train, learnt, 59_990), (data.validation, watched, 10), (data.others[0], tested, 0)
    ):  # fmt: skip
        seen = np.stack([picture(digit.drawing(THICKNESS)) for digit in digits])
        np.testing.assert_allclose(images_of(split)[start:] / 255, seen, atol=0.5 / 255 + 1e-6)
        assert split.targets[start:].tolist() == [digit.label for digit in digits]


def test_the_test_is_mnist_s_and_the_unseen_hands_are_counted_by_themselves(
    scans: NDArray[np.uint8], pen: Path
) -> None:
    data = loaded(DigitsMix(pen=str(pen), drawn=0))
    assert (data.test.caption, len(data.test)) == ("test scans", 50)
    assert [(split.caption, len(split)) for split in data.others] == [("10 pen digits of writers never seen", 10)]
    assert not loaded(DigitsMix(drawn=0)).others


@pytest.mark.parametrize(("read", "steps", "width"), [("rows", 28, 28), ("pairs", 14, 56)])
def test_how_the_rows_are_read(scans: NDArray[np.uint8], read: str, steps: int, width: int) -> None:
    settings = DigitsMix(read=read, drawn=10)  # type: ignore[arg-type]
    data = loaded(settings)
    assert data.interface == digits_mix.interface(settings)
    assert (data.interface.steps, data.interface.width, data.interface.picture) == (steps, width, (28, 28, 1))
    assert data.train.inputs.shape[1:] == (28, 28)


def test_pens_are_in_even_ratios_about_the_pad_s() -> None:
    assert digits_mix.pens(1) == [THICKNESS]
    thin, middle, thick = digits_mix.pens(3)
    assert middle == pytest.approx(THICKNESS)
    assert thick / middle == pytest.approx(middle / thin)
    assert thick / thin == pytest.approx(digits_mix.PENS)


def test_traces_that_cannot_be_read_are_refused_before_mnist_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        next(digits_mix.load(DigitsMix(pen=str(tmp_path / "nothing"), folder=str(tmp_path))))


@pytest.mark.skipif(not (MNIST_RAW.is_dir() and PEN_TRACES.is_file()), reason="real digits are not in ../shared/data")
def test_the_real_mixture() -> None:
    data = loaded(DigitsMix(folder=str(MNIST_RAW.parents[1]), pen=str(PEN_TRACES), pens=1, drawn=0))
    assert (len(data.train), len(data.validation), len(data.test)) == (55_000 + 4_996, 5_750, 10_000)
    assert [len(split) for split in data.others] == [1_748]
