"""The checkpoints of a run: the newest state and the one before it, so that a torn one costs a few seconds of work."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from workbench.engine.state import TrainerState
from workbench.errors import BadInput
from workbench.files import PART, sync_names
from workbench.runs.folders import SNAPSHOTS, STATE, STATE_BEFORE
from workbench.runs.state_file import load_state, save_state


class Newest(NamedTuple):
    """The newest state that is whole; None where there never was one. ``said``: why it is not the very newest."""

    state: TrainerState | None
    said: str = ""


def keep_checkpoint(run: Path, state: TrainerState) -> None:
    """Writes the state; the one that was the newest becomes the one before.

    There is always a whole one of either name: should everything end between the two renamings, it is the one before.
    """
    fresh = run / f".{STATE}{PART}"
    save_state(state, fresh)
    if (run / STATE).exists():
        (run / STATE).replace(run / STATE_BEFORE)
    fresh.replace(run / STATE)
    sync_names(run)


def newest_checkpoint(run: Path, check: Callable[[TrainerState, str], None]) -> Newest:
    """Reads the newest state that is whole. ``check`` raises BadInput for one that is not of this run.

    Raises BadInput where there are states and none of them can be used.
    """
    wrong: list[BadInput] = []
    for name in (STATE, STATE_BEFORE):
        if not (run / name).exists():
            continue
        try:
            state = load_state(run / name)
            check(state, str(run / name))
        except BadInput as error:
            wrong.append(error)
            continue
        if name == STATE:
            return Newest(state)
        why = f"{wrong[0]}" if wrong else f"{run / STATE}: is missing."
        return Newest(state, f"{why} The checkpoint before it, after step {state.step:,}, is used instead.")
    if wrong:
        raise wrong[0]
    return Newest(None)


def tidy(run: Path, newest: Newest) -> None:
    """Before a run is gone on with: drops a torn state, and what processes that died in the middle of writing left."""
    if newest.said:
        # Kept as the newest: otherwise the torn one would take its place when the next is written.
        (run / STATE_BEFORE).replace(run / STATE)
    for folder in (run, run / SNAPSHOTS):
        for left in folder.glob(f".*{PART}"):
            left.unlink(missing_ok=True)
