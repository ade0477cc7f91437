"""Opens an image file of any common format, or says by name what is wrong with it."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from workbench.errors import BadInput
from workbench.files import refuse_special

MOST_PIXELS = 50_000_000

# Formats whose readers are part of Pillow itself and start no other program.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")


@contextmanager
def open_image(path: Path | str) -> Iterator[Image.Image]:
    """The image, its pixels not read yet; what goes wrong while the block reads them becomes BadInput too."""
    where = str(path)
    try:
        refuse_special(Path(path))
        with warnings.catch_warnings():
            # Pillow warns of files that unpack to enormous pictures; its warning is our refusal.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # Broken entries beside the pixels (camera data) do not matter here.
            warnings.simplefilter("ignore", UserWarning)
            with Image.open(path, formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise BadInput(
                        where,
                        f"expected at most {MOST_PIXELS // 10**6} million pixels",
                        key="size",
                        value=f"{image.width} x {image.height}",
                    )
                yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadInput(where, f"expected at most {MOST_PIXELS // 10**6} million pixels") from error
    except UnidentifiedImageError as error:
        raise BadInput(where, f"expected an image ({', '.join(FORMATS)})") from error
    except OSError as error:
        raise BadInput(where, f"expected an image that can be read ({error.strerror or error})") from error
    except (SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error, zlib.error) as error:
        # What Pillow's readers raise on bytes that are not what they should be.
        raise BadInput(where, f"expected an image that is whole ({error})") from error
