"""An image file as ink: how dark each pixel's pen is, whatever the colours of pen and paper."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from workbench.data.open_image import open_image
from workbench.data.pen import Floats

#: Larger pictures are shrunk to this side first; a digit needs 20 pixels.
LARGEST_SIDE = 1024


def load_image_ink(path: Path | str) -> Floats:
    """Ink in 0..1 of an image file's pixels (height, width), pen 1 and paper 0. Raises BadInput.

    The border is taken for paper, and whatever differs most from it, darker or lighter, for pen.
    """
    with open_image(path) as image:
        return _ink_of(_brightness(image))


def _brightness(image: Image.Image) -> Floats:
    """Brightness (height, width), in 0..1 for the usual modes, with see-through places taken for paper."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        step = -(-max(image.size) // LARGEST_SIDE)
        deep = np.asarray(ImageOps.exif_transpose(image))[::step, ::step]
        if not np.isfinite(deep).all():
            raise ValueError("its pixels are not all numbers")
        deep = deep.astype(np.float64)
        depth: Floats = ((deep - deep.min()) / max(float(np.ptp(deep)), 1e-6)).astype(np.float32)
        return depth
    image.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))  # a large JPEG is unpacked smaller, not whole
    transparent = "A" in image.getbands() or "transparency" in image.info
    plain = ImageOps.exif_transpose(image).convert("RGBA" if transparent else "RGB")
    plain.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.BOX)
    brightness = np.asarray(plain.convert("RGB").convert("L")).astype(np.float32) / np.float32(255)
    if not transparent:
        return brightness
    opacity = np.asarray(plain.getchannel("A")).astype(np.float32) / np.float32(255)
    # See-through paper has no colour of its own: it is what the ink is not.
    paper = 0.0 if float((brightness * opacity).sum()) > 0.5 * float(opacity.sum()) else 1.0
    blended: Floats = brightness * opacity + np.float32(paper) * (1 - opacity)
    return blended


def _ink_of(brightness: Floats) -> Floats:
    """Ink from brightness, by comparing with the border."""
    border = np.concatenate((brightness[0], brightness[-1], brightness[:, 0], brightness[:, -1]))
    paper = np.median(border)
    # Texture and shading of the paper, as far as the border shows them, are not ink.
    texture = np.percentile(np.abs(border - paper), 90)
    darker, lighter = paper - brightness, brightness - paper
    ink = darker if np.maximum(darker, 0).sum() >= np.maximum(lighter, 0).sum() else lighter
    strongest = float(ink.max())
    if strongest - texture < 1 / 32:  # nothing but paper
        return np.zeros_like(brightness)
    clipped: Floats = np.clip((ink - texture) / (strongest - texture), 0, 1).astype(np.float32)
    return clipped
