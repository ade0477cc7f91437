"""The lanes of a race that was recorded, found from any one of them, without torch."""

from pathlib import Path

from workbench.errors import BadInput
from workbench.runs.folders import ABOUT
from workbench.runs.index import About, Raced, read_about

_ALONE = "Each of them can be resumed alone."


def lanes_of(run: Path) -> dict[Path, About]:
    """All lanes of the race that a run is one of, in their order: their folders, and what each says of itself.

    Raises BadInput for a run that was trained alone, and where a lane is not beside it any more.
    """
    raced = read_about(run).raced
    if raced is None:
        raise BadInput(str(run), "does not say that it was trained in a race", hint="It can be resumed alone.")
    if run.name not in raced.lanes:
        raise BadInput(str(run), "is called as no lane of its race: it was renamed, or is a copy",
                       hint=f"Its lanes are {', '.join(raced.lanes)}. {_ALONE}")  # fmt: skip
    return {run.parent / name: _lane(run, raced, name) for name in raced.lanes}


def _lane(run: Path, raced: Raced, name: str) -> About:
    lane = run.parent / name
    if not (lane / ABOUT).exists():
        raise BadInput(str(run), f"{name}, another lane of its race, is not beside it", hint=_ALONE)
    about = read_about(lane)
    if about.raced != raced:
        raise BadInput(str(lane), f"is no lane of the race of {run.name}", hint=_ALONE)
    return about
