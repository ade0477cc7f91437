"""The lanes of a race that was recorded, found from any one of them, without torch."""

from pathlib import Path

from workbench.errors import BadInput
from workbench.runs.index import About, read_about


def lanes_of(run: Path) -> dict[Path, About]:
    """All lanes of the race that a run is one of, in their order: their folders, and what each says of itself.

    Raises BadInput for a run that was trained alone, and where a lane is not beside it any more.
    """
    raced = read_about(run).raced
    if raced is None:
        raise BadInput(str(run), "was not trained in a race, but alone")
    if run.name not in raced.lanes:
        raise BadInput(str(run), "was renamed: expected one of the names of its race's lanes", value=run.name,
                       hint=f"These are {', '.join(raced.lanes)}.")  # fmt: skip
    found = {}
    for name in raced.lanes:
        lane = run.parent / name
        try:
            found[lane] = read_about(lane)
        except BadInput as error:
            raise BadInput(str(run), f"{name}, another lane of its race, is not beside it ({error})",
                           hint="This lane can be resumed alone.") from error  # fmt: skip
        if found[lane].raced != raced:
            raise BadInput(str(lane), f"is no lane of the race of {run.name}")
    return found
