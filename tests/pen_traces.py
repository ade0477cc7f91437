"""Real handwriting for tests, and where it lies."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

#: Tests skip where these are absent.
PEN_TRACES = Path(__file__).parents[2] / "shared" / "data" / "pen" / "pendigits-orig.tra"
MNIST_RAW = Path(__file__).parents[2] / "shared" / "data" / "MNIST" / "raw"


def mnist(part: str, limit: int | None = None) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """MNIST's images (n, 28, 28) and labels (n,); ``part`` is ``train`` or ``t10k``."""
    images = np.frombuffer((MNIST_RAW / f"{part}-images-idx3-ubyte").read_bytes()[16:], dtype=np.uint8)
    labels = np.frombuffer((MNIST_RAW / f"{part}-labels-idx1-ubyte").read_bytes()[8:], dtype=np.uint8)
    return images.reshape(-1, 28, 28)[:limit], labels[:limit]
