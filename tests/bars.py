"""Pictures that a small network tells apart in a moment: bars that lie and bars that stand, in some colour."""

from pathlib import Path

import numpy as np
from PIL import Image

from workbench.config import Convnet, ImageFolder, Preset, Recurrent, Training
from workbench.files import write_text
from workbench.preset_files import preset_to_toml

SIDE = 16
CLASSES = ("lying", "standing")
SMALL = Convnet(first_maps=4, second_maps=6, kernel=3, first_units=12, second_units=8, dropout=0.2)


def draw_bars(root: Path, count: int = 40) -> Path:
    """A folder with ``count`` pictures of each kind."""
    random = np.random.default_rng(0)
    for name in CLASSES:
        (root / name).mkdir(parents=True)
        for number in range(count):
            Image.fromarray(bar(name, random)).save(root / name / f"{number}.png")
    return root


def bar(name: str, random: np.random.Generator) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """One picture, (16, 16, 3)."""
    picture = random.integers(0, 60, (SIDE, SIDE, 3), dtype=np.uint8)
    at = int(random.integers(3, SIDE - 3))
    drawn = picture[at : at + 2] if name == "lying" else picture[:, at : at + 2]
    drawn[...] = random.integers(150, 256, 3)
    return picture


def bars_preset(folder: Path, model: Convnet | Recurrent = SMALL, steps: int = 60, rate: float = 3e-3) -> Preset:
    """Learns them, ten pictures a step."""
    return Preset(
        title="Bars", data=ImageFolder(folder=str(folder), side=SIDE, validation=0.1, test=0.25), model=model,
        training=Training(batch=10, epochs=0, steps=steps, rate=rate, device="cpu"),
    )  # fmt: skip


def own_bars(home: Path, steps: int = 60) -> str:
    """The same among the person's own presets, its pictures beside it. Returns its id."""
    write_text(home / "presets" / "bars.toml", preset_to_toml(bars_preset(draw_bars(home / "bars"), steps=steps)))
    return "bars"
