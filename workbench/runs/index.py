"""The runs there are, in short: read from their folders, without torch."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from workbench import paths
from workbench.engine.lanes import FEWEST, MOST
from workbench.errors import BadInput
from workbench.files import content_of, is_plain_name
from workbench.runs.catalogue import described
from workbench.runs.folders import ABOUT, LARGEST_ABOUT, NETWORK

TOO_LARGE = f"is larger than {LARGEST_ABOUT // 2**20} MB, which no run has to say of itself"


class Result(msgspec.Struct, frozen=True):
    """What a finished network got right of its test split."""

    on: str
    loss: float = math.nan
    accuracy: float = math.nan


class _Line(msgspec.Struct, frozen=True):
    """An error that an article printed; ``here`` is None where ours was no number."""

    step: int
    here: float | None


class _Origin(msgspec.Struct, frozen=True):
    """The run that this one goes on from."""

    run: str
    step: int
    optimiser: str = ""


class Raced(msgspec.Struct, frozen=True):
    """The race that a run is a lane of: its preset, and the names of its lanes' folders, which lie side by side."""

    preset_id: str
    lanes: Annotated[tuple[str, ...], Meta(min_length=FEWEST, max_length=MOST)]


class _Relied(msgspec.Struct, frozen=True):
    """Those of the open facts that a training goes on with: what stands in one of them must be what was written."""

    continued: _Origin = _Origin("", 0)
    race: Raced | None = None
    printed: tuple[_Line, ...] = ()
    threads: Annotated[int, Meta(ge=1, le=4096)] = 1
    steps_per_epoch: Annotated[int, Meta(ge=1)] = 1
    training_seconds: float = 0.0


class About(msgspec.Struct, frozen=True):
    """A run in short: its provenance and how it ended."""

    preset_id: str
    title: str
    started: str
    step: int = 0
    steps: int = 0
    ended: str = ""
    facts: dict[str, Any] = {}

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be trained or tested; one that is not can be resumed."""
        return self.ended == "finished" and self.tested is not None

    @property
    def tested(self) -> Result | None:
        """The score on the test split, where there is one."""
        try:
            return msgspec.convert(self.facts.get("test"), Result | None)
        except msgspec.ValidationError:  # someone else's words in an open field, not a broken run
            return None

    @property
    def raced(self) -> Raced | None:
        """The race that it is a lane of; None for one that was trained alone."""
        return msgspec.convert(self.facts.get("race"), Raced | None)

    @property
    def is_over(self) -> bool:
        """Whether a race has nothing to go on with in this lane: what diverged once would do so again."""
        return self.is_complete or self.ended == "diverged"

    def threads(self, otherwise: int) -> int:
        """How many threads added up its sums, in as many parts; ``otherwise`` where it has not begun."""
        return int(self.facts.get("threads", otherwise))


def read_about(folder: Path) -> About:
    """A run in short. Raises BadInput."""
    path = folder / ABOUT
    try:
        content = content_of(path, LARGEST_ABOUT, TOO_LARGE)
    except OSError as error:
        raise BadInput(str(path), f"this folder is not a run ({error.strerror})") from error
    return _about(content, folder)


def _about(content: bytes, folder: Path) -> About:
    if len(content) > LARGEST_ABOUT:
        raise BadInput(str(folder / ABOUT), TOO_LARGE)
    try:
        about = msgspec.json.decode(content, type=About)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(str(folder / ABOUT), f"is broken ({error})") from error
    try:
        race = msgspec.convert(about.facts, _Relied).race
    except msgspec.ValidationError as error:
        raise BadInput(str(folder / ABOUT), f"is broken ({error})", key="facts") from error
    names: dict[str, tuple[str, ...]] = {"preset_id": (about.preset_id,)}
    if race is not None:
        names |= {"facts.race.preset_id": (race.preset_id,), "facts.race.lanes": race.lanes}
        if len(set(race.lanes)) < len(race.lanes):
            raise BadInput(str(folder / ABOUT), "names a run twice", key="facts.race.lanes", value=race.lanes)
    for key, name in ((key, name) for key, each in names.items() for name in each):
        if not is_plain_name(name):  # names of folders are made of them, which must not lead elsewhere
            what = "run's" if key.endswith("lanes") else "preset's"
            raise BadInput(str(folder / ABOUT), f"is no {what} name", key=key, value=name)
    return about


def all_runs(under: Path | None = None, broken: list[BadInput] | None = None) -> Iterator[tuple[Path, About]]:
    """Every run that can be read, newest first; what is wrong with the others is added to ``broken``.

    Runs that others begin, write or remove meanwhile are there as they were or as they are, or gone.
    """
    under = under or paths.runs()
    for name, content in sorted(described(under).items(), reverse=True):
        folder = under / name
        try:
            if isinstance(content, OSError):
                raise BadInput(str(folder / ABOUT), f"cannot be read: {content.strerror}") from content
            yield folder, _about(content, folder)
        except BadInput as error:
            if broken is not None:
                broken.append(error)


def latest_network(preset_id: str, under: Path | None = None) -> Path | None:
    """The network that this preset trained last, if it ever did."""
    for folder, about in all_runs(under):
        if about.preset_id == preset_id and (folder / NETWORK).is_file():
            return folder / NETWORK
    return None
