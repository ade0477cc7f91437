"""What is remembered between two launches: preset, settings, drawing and story, in one JSON file."""

import shutil
from pathlib import Path
from typing import Any

import msgspec

from workbench.config import Split
from workbench.errors import BadInput
from workbench.files import content_of, write_text

LARGEST_FILE = 32 * 1024 * 1024

#: What a run loses where its screen cannot be read.
WITHOUT_SCREEN = "The run itself is whole; its drawing and its story stay away."


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """One session as it was left."""

    chosen: str = ""
    preset: dict[str, Any] = {}
    drawing: dict[str, Any] = {}
    fit: bool = True
    seed_text: str = ""
    length: int = 60
    temperature: float = 0.0
    luck: int = 0
    adder_texts: tuple[str, str] = ("91", "55")
    adder_bits: int | None = None
    story_seeds: list[str] = []
    story_words: list[tuple[str, float, list[tuple[str, float]]]] = []
    story_split: Split = "spaces"
    story_is_cosine: bool = False


def remember(memory: Memory, path: Path) -> None:
    """Writes the session's file whole."""
    write_text(path, msgspec.json.format(msgspec.json.encode(memory), indent=1).decode())


def recall(path: Path) -> Memory | None:
    """The last session, or None when there was none.

    Raises BadInput for a broken file, of which a copy is kept, since it will be overwritten.
    """
    if not path.is_file():
        return None
    try:
        return _decoded(path)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, BadInput) as error:
        raise BadInput(str(path), f"could not be read ({error}), so the session starts anew",
                       hint=put_aside(path)) from error  # fmt: skip
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from error


def screen_of_run(path: Path) -> Memory:
    """What was on the screen with a run. Raises BadInput for a broken file, which stays as it is."""
    try:
        return _decoded(path)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, BadInput) as error:
        raise BadInput(str(path), f"could not be read ({error})", hint=WITHOUT_SCREEN) from error
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}", hint=WITHOUT_SCREEN) from error


def _decoded(path: Path) -> Memory:
    return msgspec.json.decode(content_of(path, LARGEST_FILE, "is larger than a session can be"), type=Memory)


def put_aside(path: Path) -> str:
    """Keeps a copy of a session that could not be brought back whole, before it is overwritten. Says where."""
    aside = path.with_name(path.name + ".broken")
    try:
        shutil.copyfile(path, aside)
    except OSError as error:
        return f"No copy of it could be kept: {error.strerror}."
    return f"The file is kept as {aside.name}."
