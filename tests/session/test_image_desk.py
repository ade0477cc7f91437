"""The image desk: test images by number, a person's own picture, and what the network in use makes of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.bars import CLASSES, SIDE, bar, own_bars
from tests.session.conftest import Opened
from workbench.engine.trained import classify
from workbench.errors import BadInput
from workbench.session.image_desk import FIRST_SHOWN
from workbench.session.session import Session


@pytest.fixture
def bars(temporary_home: Path) -> str:
    return own_bars(temporary_home, steps=40)


@pytest.fixture
def trained(bars: str, open_session: Callable[[], Opened]) -> Opened:
    """A session that has just learnt bars."""
    opened = open_session()
    opened.session.choose(bars)
    opened.session.train()
    opened.until_phase("finished")
    opened.until_answered()
    return opened


def shown_in(session: Session) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The picture that is shown."""
    picture = session.images.picture(session.network_for("images"))
    assert picture is not None
    return picture


def asked_again(session: Session) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """The network's answer to the picture that is shown, computed here."""
    in_use = session.network_for("images")
    assert in_use is not None
    x = torch.from_numpy(shown_in(session).reshape(1, SIDE, -1).astype(np.float32) / 255)
    answered: np.ndarray[tuple[int], np.dtype[np.float32]] = classify(in_use.trained.network(), x)[0].numpy()
    return answered


def answered(opened: Opened) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    opened.until_answered()
    answer = opened.session.looking.answers["images"]
    assert answer is not None
    return answer.probabilities


def test_a_test_image_is_shown_by_its_number_and_answered(trained: Opened) -> None:
    session = trained.session
    in_use = session.network_for("images")
    assert session.looking.at == "images"
    assert session.images.number == FIRST_SHOWN
    assert session.images.shown_number(in_use) == session.images.count(in_use) == 20  # there are no hundred
    for number in (1, 2, 13):
        session.show_test_image(number)
        assert answered(trained) == pytest.approx(asked_again(session), rel=1e-5)
        assert session.images.right(in_use) == CLASSES[(number - 1) % 2]  # the classes take turns
    for wrong in (0, 21):
        with pytest.raises(BadInput, match="expected 1 to 20"):
            session.show_test_image(wrong)


def test_a_picture_of_ones_own_is_read_and_the_test_image_comes_back(trained: Opened, tmp_path: Path) -> None:
    session = trained.session
    in_use = session.network_for("images")
    path = tmp_path / "mine.png"
    own = bar("standing", np.random.default_rng(9))
    Image.fromarray(own).save(path)
    session.open(path)
    assert np.array_equal(shown_in(session), own)
    assert session.images.right(in_use) == ""
    assert answered(trained) == pytest.approx(asked_again(session), rel=1e-5)
    probe = session.probe("images")
    assert probe is not None and probe.caption == "mine.png"
    (tmp_path / "broken.png").write_text("no picture")
    with pytest.raises(BadInput, match=r"broken\.png"):
        session.open_picture(tmp_path / "broken.png")
    assert np.array_equal(shown_in(session), own)
    session.show_test_image(4)
    assert session.images.right(in_use) == CLASSES[1]


def test_the_network_answers_while_it_learns(bars: str, open_session: Callable[[], Opened]) -> None:
    opened = open_session()
    session = opened.session
    session.choose(bars)
    session.set("training.steps", 100_000)
    session.train()
    opened.until(lambda: session.images.count(session.network_for("images")) > 0)
    first = answered(opened)
    opened.until(lambda: session.answer is not None and not np.array_equal(session.answer.probabilities, first))
    session.stop()
    opened.until_phase("stopped")


def test_for_a_network_from_an_earlier_run_the_test_images_are_loaded(
    trained: Opened, bars: str, open_session: Callable[[], Opened]
) -> None:
    before = trained.session
    before.show_test_image(3)
    shown = shown_in(before)
    trained.session.close()
    later = open_session()
    later.session.choose(bars)
    later.until(lambda: later.session.images.count(later.session.network_for("images")) == 20)
    later.session.show_test_image(3)
    assert np.array_equal(shown_in(later.session), shown)
    assert answered(later) == pytest.approx(asked_again(later.session), rel=1e-5)


def test_where_the_pictures_are_gone_a_network_still_reads_ones_own(
    trained: Opened, bars: str, temporary_home: Path, open_session: Callable[[], Opened], tmp_path: Path
) -> None:
    trained.session.close()
    (temporary_home / "bars").rename(tmp_path / "elsewhere")
    later = open_session()
    later.session.choose(bars)
    later.until_loaded()
    later.session.poll()
    assert later.session.images.picture(later.session.network_for("images")) is None
    assert later.session.probe("images") is None
    later.session.open_picture(tmp_path / "elsewhere" / "lying" / "0.png")
    assert answered(later) == pytest.approx(asked_again(later.session), rel=1e-5)


def test_without_a_network_nobody_answers(open_session: Callable[[], Opened], tmp_path: Path) -> None:
    session = open_session().session
    assert session.nobody_answers("images")
    assert session.images.count(None) == 0
    assert session.images.picture(None) is None
