"""What is remembered between two launches: preset, settings, drawing and story, in one JSON file."""

from pathlib import Path
from typing import Any

import msgspec

from workbench.errors import BadInput
from workbench.files import write_text

LARGEST_FILE = 32 * 1024 * 1024


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
    story_seeds: list[str] = []
    story_words: list[tuple[str, float, list[tuple[str, float]]]] = []


def remember(memory: Memory, path: Path) -> None:
    """Writes the session's file whole."""
    write_text(path, msgspec.json.format(msgspec.json.encode(memory), indent=1).decode())


def recall(path: Path) -> Memory | None:
    """The last session, or None when there was none.

    Raises BadInput for a broken file, which is moved aside first, so that it is neither lost nor in the way.
    """
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(str(path), "is larger than a session can be")
        return msgspec.json.decode(path.read_bytes(), type=Memory)
    except (msgspec.MsgspecError, UnicodeDecodeError, BadInput) as error:
        aside = path.with_name(path.name + ".broken")
        path.replace(aside)
        raise BadInput(str(path), f"could not be read ({error}), so the session starts anew",
                       hint=f"The file is kept as {aside.name}.") from error  # fmt: skip
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from error
