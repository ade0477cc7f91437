"""The window's own options on the command line."""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workbench.errors import BadInput


@dataclass(frozen=True)
class Options:
    """How to open the window. ``size`` is (width, height) in logical pixels, for screenshots."""

    screenshot: Path | None = None
    theme: Literal["system", "light", "dark"] = "system"
    size: tuple[int, int] = (1280, 800)
    scale: float = 1.0
    preset: str = ""
    file: Path | None = None


def add_window_options(parser: argparse.ArgumentParser) -> None:
    """Declares them."""
    screenshot = "open the window offscreen as on a first launch, save a picture of it, and leave"
    parser.add_argument("--screenshot", metavar="FILE", type=Path, help=screenshot)
    parser.add_argument("--theme", choices=("system", "light", "dark"), default="system", help="look of the window")
    parser.add_argument(
        "--size", metavar="WxH", default="1280x800", help="size of the screenshot (default %(default)s)"
    )
    parser.add_argument("--scale", type=float, default=1.0, help="scale of the screenshot, 2 for 200 %% (default 1)")
    parser.add_argument("--show", metavar="PRESET", default="", help="the preset to choose first")
    parser.add_argument("--file", metavar="FILE", type=Path, help="a file to open in the window, as if it were dropped")


def is_file_alone(words: Sequence[str]) -> bool:
    """Whether a file is all that was given, as by a double click on it; commands have no suffix."""
    return len(words) == 1 and not words[0].startswith("-") and Path(words[0]).suffix != "" and Path(words[0]).is_file()


def window_options(words: Sequence[str]) -> Options:
    """Reads them. Raises BadInput for a size or scale that cannot be."""
    parser = argparse.ArgumentParser(prog="workbench")
    add_window_options(parser)
    given = parser.parse_args(["--file", *words] if is_file_alone(words) else words)
    size = re.fullmatch(r"(\d{3,5})x(\d{3,5})", given.size)
    if not size:
        raise BadInput("--size", "expected WIDTHxHEIGHT, as in 1280x800", value=given.size)
    if not 0.5 <= given.scale <= 4.0:
        raise BadInput("--scale", "expected 0.5 to 4", value=given.scale)
    return Options(given.screenshot, given.theme, (int(size[1]), int(size[2])), given.scale, given.show, given.file)
