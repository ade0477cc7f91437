"""Deleting runs: their folders go to the system's bin, from which they can be taken back."""

from pathlib import Path

from workbench.errors import BadInput
from workbench.runs.index import read_about
from workbench.runs.lock import is_held


def to_bin(run: Path) -> None:
    """Moves a run's folder to the bin.

    Raises BadInput for a folder that is no run, one that is being trained, and where there is no bin; then it stays.
    """
    from send2trash import send2trash  # type: ignore[attr-defined] # it comes from a module of each system

    if not run.is_dir() or run.is_symlink():
        raise BadInput(str(run), "there is no such run")
    read_about(run)
    if is_held(run):
        raise BadInput(str(run), "is being trained at this moment, here or in another window",
                       hint="Stop it there first.")  # fmt: skip
    try:
        send2trash(run)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise BadInput(str(run), f"could not be moved to the bin: {error.strerror or error}") from error
