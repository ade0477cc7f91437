"""An image file as a small picture: its middle, in the size asked for, whatever it was saved as."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from workbench.data import open_image
from workbench.data.picture_file import load_picture, load_sample
from workbench.errors import BadInput

COLOURS = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)


def test_a_picture_of_the_right_size_is_read_pixel_for_pixel(tmp_path: Path) -> None:
    Image.fromarray(COLOURS).save(tmp_path / "a.png")
    assert (load_picture(tmp_path / "a.png", 32) == COLOURS).all()


def test_the_middle_square_of_a_wide_picture_is_taken(tmp_path: Path) -> None:
    wide = np.zeros((40, 120, 3), dtype=np.uint8)
    wide[:, 40:80] = (10, 200, 30)
    Image.fromarray(wide).save(tmp_path / "wide.png")
    found = load_picture(tmp_path / "wide.png", 20)
    assert found.shape == (20, 20, 3)
    assert (found == (10, 200, 30)).all()


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "1", "I;16"])
def test_every_mode_becomes_red_green_and_blue(tmp_path: Path, mode: str) -> None:
    grey = np.zeros((64, 64), dtype=np.uint8)
    grey[:32] = 255
    image = Image.fromarray(grey)
    image = Image.fromarray(grey.astype(np.uint16) * 257) if mode == "I;16" else image.convert(mode)
    image.save(tmp_path / "a.tif")
    found = load_picture(tmp_path / "a.tif", 8)
    assert (found[:4] == 255).all()
    assert (found[4:] == 0).all()


def test_see_through_places_are_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (16, 16), (200, 0, 0, 0))
    image.paste((0, 0, 200, 255), (0, 0, 8, 16))
    image.save(tmp_path / "a.png")
    found = load_picture(tmp_path / "a.png", 16)
    assert found[5, 2].tolist() == [0, 0, 200]
    assert found[5, 12].tolist() == [255, 255, 255]


def test_a_photo_lies_as_its_camera_was_held(tmp_path: Path) -> None:
    image = Image.fromarray(np.repeat(np.array([[255, 0]], dtype=np.uint8), 2, axis=0)).resize((32, 32), 0)
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    image.save(tmp_path / "a.png", exif=exif)
    assert load_picture(tmp_path / "a.png", 2, channels=1).reshape(2, 2).tolist() == [[0, 255], [0, 255]]


def test_grey_has_one_channel(tmp_path: Path) -> None:
    Image.new("RGB", (9, 9), (255, 255, 255)).save(tmp_path / "a.jpg")
    assert load_picture(tmp_path / "a.jpg", 4, channels=1).shape == (4, 4, 1)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken", b"GIF89a"])
def test_a_file_that_is_no_picture_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(BadInput) as caught:
        load_picture(tmp_path / "a.png", 8)
    assert str(tmp_path / "a.png") in str(caught.value)


def test_a_truncated_photo_is_named(tmp_path: Path) -> None:
    Image.fromarray(COLOURS).resize((200, 200)).save(tmp_path / "a.jpg")
    content = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(content[: len(content) // 2])
    with pytest.raises(BadInput, match=r"a\.jpg: expected an image that can be read"):
        load_picture(tmp_path / "a.jpg", 8)


def test_an_enormous_picture_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("L", (600, 600)).save(tmp_path / "a.png")
    monkeypatch.setattr(open_image, "MOST_PIXELS", 100_000)
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("it was unpacked"))
    with pytest.raises(BadInput, match="600 x 600"):
        load_picture(tmp_path / "a.png", 8)


def test_a_sample_is_read_as_its_collection_is(tmp_path: Path) -> None:
    Image.fromarray(COLOURS).save(tmp_path / "a.png")
    assert (load_sample(tmp_path / "a.png", (32, 32, 3)).reshape(32, 32, 3) == COLOURS).all()
    # Dark on light, as people photograph things; the grey collections are light on dark.
    sheet = np.full((56, 28), 240, dtype=np.uint8)
    sheet[20:36, 6:22] = 10
    Image.fromarray(sheet).save(tmp_path / "shirt.png")
    sample = load_sample(tmp_path / "shirt.png", (28, 28, 1))
    assert sample.shape == (28, 28)
    assert sample.flags.writeable  # torch warns of what cannot be written to
    assert sample[14, 14] == 255
    assert sample[14, 1] == sample[2, 14] == 0
    assert sample[14].astype(bool).sum() == 8  # half as wide, as its proportions are kept
