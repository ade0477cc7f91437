"""Opening what a person dropped or chose: each kind of file comes to its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.config import Words
from workbench.data.text import likely_split, read_text
from workbench.session.networks import BUNDLED

if TYPE_CHECKING:
    from workbench.session.session import Session


def open_file(session: Session, path: Path) -> None:
    """Opens a file by its suffix. Raises BadInput."""
    match path.suffix.lower():
        case ".toml":
            session.open_preset(path)
        case ".txt":
            _open_text(session, path)
        case ".safetensors":
            session.networks.load_file(path)
            session.screen.bring(path.parent)
        case ".lstmrun":
            session.networks.load_run(path)
        case _ if session.looking.at == "images" and path.suffix.lower() != ".json":
            session.open_picture(path)
        case _:
            session.load_on_pad(path)


def _open_text(session: Session, path: Path) -> None:
    """A text becomes what the story preset learns. Raises BadInput when it is none."""
    split = likely_split(read_text(path))
    if session.choices.preset.task != "words":
        session.choose(BUNDLED["words"])
    session.set("data.text", str(path))
    data = session.choices.preset.data
    if not isinstance(data, Words) or data.split != "characters":  # which suit any text
        session.set("data.split", split)
