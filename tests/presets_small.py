"""Every preset that comes along, made small, with data that are here: drawn digits and bars stand in for downloads."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.bars import draw_bars
from workbench import paths
from workbench.config import (
    BinaryAddition,
    Cifar10,
    DigitsMix,
    FashionMnist,
    Kmnist,
    Mnist,
    Preset,
    StrokesDigits,
    Words,
)
from workbench.data.idx_files import FILES
from workbench.data.strokes import generate
from workbench.preset_files import load_preset, with_setting

NAMES = tuple(sorted(path.stem for path in paths.shipped_presets().glob("*.toml")))

#: Steps after which each ends; an epoch of most is shorter.
STEPS = 12


def small_preset(name: str, folder: Path) -> Preset:
    """The preset with few samples, small batches and few steps; all that is learnt and drawn is as it comes along."""
    preset = load_preset(paths.shipped_presets() / f"{name}.toml")
    data, batch = preset.data, min(preset.training.batch, 20)
    changes: dict[str, Any] = {}
    match data:
        case Mnist() | FashionMnist() | Kmnist():
            changes = {"data.folder": str(drawn_like_mnist(folder)), "data.train": 100, "data.validation": 10}
            if isinstance(data, Mnist) and data.read == "pixels":
                batch = 2
        case DigitsMix():
            changes = {"data.folder": str(drawn_like_mnist(folder)), "data.validation": 10, "data.drawn": 20}
        case StrokesDigits():
            changes = {"data.train": 100, "data.validation": 10, "data.test": 10}
        case Cifar10():
            changes = {"data.kind": "image-folder", "data.folder": str(bars(folder)), "data.validation": 0.2}
        case Words():
            changes = {"data.vector_epochs": 1, "data.vector_width": 16}
        case BinaryAddition():
            changes = {"data.train": 100}
        case _:
            pass
    changes |= {"training.steps": STEPS, "training.validate_every": 4, "training.batch": batch,
                "training.device": "cpu"}  # fmt: skip
    for key, value in changes.items():
        preset = with_setting(preset, key, value)
    return preset


def drawn_like_mnist(folder: Path) -> Path:
    """MNIST's four files with a hundred drawn digits, again and again."""
    place = folder / "drawn"
    if not place.is_dir():
        place.mkdir(parents=True)
        images, labels = generate(100, seed=1)
        for name, values, count in zip(FILES, (images, labels) * 2, (60_000, 60_000, 10_000, 10_000), strict=True):
            _write_idx(place / name, np.tile(values, (count // 100, *[1] * (values.ndim - 1))).astype(np.uint8))
    return place


def bars(folder: Path) -> Path:
    """A folder of pictures in two classes."""
    place = folder / "bars"
    return place if place.is_dir() else draw_bars(place)


def _write_idx(path: Path, values: NDArray[np.uint8]) -> None:
    sizes = b"".join(size.to_bytes(4, "big") for size in values.shape)
    path.write_bytes(bytes([0, 0, 8, values.ndim]) + sizes + values.tobytes())
