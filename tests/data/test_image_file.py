from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from PIL import Image, ImageDraw

from workbench.data import open_image
from workbench.data.image_file import load_image_ink
from workbench.data.ink import Drawing, Stroke, fit_ink, picture
from workbench.data.pen import Floats
from workbench.errors import BadInput

SEVEN = picture(Drawing((Stroke.through([(0.2, 0.15), (0.8, 0.15), (0.4, 0.9)]),)))


def seven(light_on_dark: bool = True) -> Image.Image:
    ink = (SEVEN * 255).round().astype(np.uint8)
    return Image.fromarray(ink if light_on_dark else 255 - ink)


def read(image: Image.Image, folder: Path, name: str = "seven.png") -> Floats:
    image.save(folder / name)
    return fit_ink(load_image_ink(folder / name))


@pytest.mark.parametrize("light_on_dark", [True, False])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P", "I;16", "F", "CMYK"])
def test_every_mode_and_polarity_gives_the_same_ink(tmp_path: Path, mode: str, light_on_dark: bool) -> None:
    image = seven(light_on_dark)
    name = "seven.tif" if mode in ("F", "CMYK") else "seven.png"
    image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257) if mode == "I;16" else image.convert(mode)
    assert float(np.abs(read(image, tmp_path, name) - SEVEN).mean()) < 0.004


def test_one_bit_keeps_the_shape(tmp_path: Path) -> None:
    assert float(np.abs(read(seven(False).convert("1", dither=Image.Dither.NONE), tmp_path) - SEVEN).mean()) < 0.05


@pytest.mark.parametrize("colour", [0, 255, 200])
def test_ink_on_see_through_paper(tmp_path: Path, colour: int) -> None:
    image = Image.new("LA", (28, 28), (colour, 0))
    image.putalpha(seven())
    assert float(np.abs(read(image, tmp_path) - SEVEN).mean()) < 0.004


def test_blue_ink_on_shaded_paper(tmp_path: Path) -> None:
    mask = Image.new("L", (840, 840))
    places = [(168, 126), (672, 126), (336, 756)]
    ImageDraw.Draw(mask).line(places, fill=1, width=67)
    for x, y in places:
        ImageDraw.Draw(mask).circle((x, y), 33, fill=1)
    ink = np.asarray(mask)[..., None]
    paper = np.linspace(200, 215, 840)[:, None, None] * np.ones((1, 840, 3))
    noise = np.random.default_rng(1).normal(0, 2, (840, 840, 1))
    photo = Image.fromarray((paper * (1 - ink) + ink * np.array([40, 60, 140]) + noise).clip(0, 255).astype(np.uint8))
    assert float(np.abs(read(photo, tmp_path, "seven.jpg") - SEVEN).mean()) < 0.03


def test_a_blank_sheet_has_no_ink(tmp_path: Path) -> None:
    for colour in (0, 128, 255):
        assert not read(Image.new("L", (40, 60), colour), tmp_path).any()


def test_a_large_picture_is_shrunk_before_it_is_looked_at(tmp_path: Path) -> None:
    Image.new("L", (3000, 2000), 255).save(tmp_path / "large.png")
    assert max(load_image_ink(tmp_path / "large.png").shape) <= 1024
    Image.fromarray(np.zeros((10, 3000), dtype=np.uint16)).save(tmp_path / "deep.png")
    assert max(load_image_ink(tmp_path / "deep.png").shape) <= 1024


@pytest.mark.parametrize("most", [6_000_000, 1_000_000])
def test_too_many_pixels_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Both by us and, where its own bound is the lower one, through Pillow's warning and error."""
    Image.new("1", (4000, 2000)).save(tmp_path / "bomb.png")
    monkeypatch.setattr(open_image, "MOST_PIXELS", 7_000_000)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", most)
    with pytest.raises(BadInput, match="million pixels"):
        load_image_ink(tmp_path / "bomb.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    with pytest.raises(BadInput, match=r"bomb\.png, size = '4000 x 2000'"):
        load_image_ink(tmp_path / "bomb.png")


def test_what_is_no_image_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("not an image", encoding="utf-8")
    for name, words in (("text.png", "expected an image"), ("absent.png", "can be read"), ("", "can be read")):
        with pytest.raises(BadInput, match=words):
            load_image_ink(tmp_path / name)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.sampled_from(["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM"]), some.data())
def test_a_broken_image_is_read_or_refused_but_never_breaks_us(
    tmp_path: Path, kind: str, data: some.DataObject
) -> None:
    path = tmp_path / "broken"
    seven().save(path, kind)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(some.integers(0, 3))):
        content[data.draw(some.integers(0, len(content) - 1))] = data.draw(some.integers(0, 255))
    path.write_bytes(content[: data.draw(some.integers(0, len(content)))])
    try:
        ink = load_image_ink(path)
    except BadInput as refused:
        assert "broken" in str(refused)
    else:
        assert np.isfinite(ink).all()
