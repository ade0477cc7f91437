"""An image file as a small square picture in colour or grey, its middle cut out and scaled."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from workbench.data.image_file import load_image_ink
from workbench.data.open_image import open_image

#: What a picture becomes that is partly see-through.
_BEHIND = (255, 255, 255)


def load_picture(path: Path | str, side: int, channels: int = 3) -> NDArray[np.uint8]:
    """The middle square of an image file, (side, side, channels) with 0..255. Raises BadInput.

    ``channels``: 3 for red, green and blue, 1 for grey. A picture of the right size is given pixel for pixel.
    """
    with open_image(path) as image:
        image.draft("RGB" if channels == 3 else "L", (2 * side, 2 * side))  # a large JPEG is unpacked smaller
        plain = _plain(ImageOps.exif_transpose(image))
        if plain.size != (side, side):
            plain = ImageOps.fit(plain, (side, side), Image.Resampling.BOX)
        pixels = np.array(plain.convert("RGB" if channels == 3 else "L"), dtype=np.uint8)
    return pixels.reshape(side, side, channels)


def load_sample(path: Path | str, picture: tuple[int, int, int]) -> NDArray[np.uint8]:
    """An image file as a network reads it that learnt from such pictures: (height, width * channels). Raises BadInput.

    ``picture``: height, width and channels. The grey collections are light on dark, so of a grey picture whatever
    differs from its border is light, as with drawings.
    """
    side, _, channels = picture
    if channels == 3:
        return load_picture(path, side).reshape(side, -1)
    ink = Image.fromarray((load_image_ink(path) * 255).round().astype(np.uint8))
    return np.array(ImageOps.pad(ink, (side, side), Image.Resampling.BOX), dtype=np.uint8)


def _plain(image: Image.Image) -> Image.Image:
    """The image in 8 bits a channel and with nothing see-through."""
    if image.mode in ("RGB", "L"):
        return image
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        deep = np.asarray(image)
        if not np.isfinite(deep).all():
            raise ValueError("its pixels are not all numbers")
        deep = deep.astype(np.float64)
        span = max(float(np.ptp(deep)), 1e-6)
        return Image.fromarray(((deep - deep.min()) / span * 255).round().astype(np.uint8))
    if "A" in image.getbands() or "transparency" in image.info:
        behind = Image.new("RGBA", image.size, (*_BEHIND, 255))
        return Image.alpha_composite(behind, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")
