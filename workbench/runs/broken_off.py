"""Why a training broke off, in one sentence: what happened, what of it is kept, and what to do."""

import errno
import shlex
from pathlib import Path

from workbench import paths
from workbench.errors import TrainingFailed, lacks_fixed_order, lacks_memory, loses_gpu, sentence_of
from workbench.runs.folders import PRESET

#: The disk, the person's share of it, or the largest file allowed is full.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def broken_off(error: Exception, folder: Path, kept: int | None, *, is_race: bool = False) -> TrainingFailed | None:
    """What a person is told of an error that ended a training; None where it is a mistake of the program.

    ``kept``: the step of the last checkpoint in the run's folder, None where there is none yet. ``is_race``: it was
    trained beside others, and all of them go on together.
    """
    # By its name it is found among the runs alone.
    place = folder.name if folder.parent == paths.runs() else str(folder)
    resume = f"workbench resume {shlex.quote(place) if ' ' in place else place}{' --race' if is_race else ''}"
    if isinstance(error, OSError):
        if not (folder / PRESET).exists():
            return TrainingFailed(f"{folder}: this run's folder was removed while it was trained. Train it anew.")
        if error.errno in _FULL:
            return TrainingFailed(f"{folder}: the disk is full. {_kept(kept)} Make room there, then: {resume}")
        return TrainingFailed(f"{sentence_of(error)} {_kept(kept)} When it can be written to again: {resume}")
    if lacks_memory(error) or lacks_fixed_order(error):
        return TrainingFailed(f"{sentence_of(error)} {_kept(kept)}")
    if loses_gpu(error):
        return TrainingFailed(f"{sentence_of(error)} {_kept(kept)} On the CPU: {resume} --device cpu")
    return None


def _kept(step: int | None) -> str:
    return "Nothing was learnt yet." if step is None else f"The run is kept as it was after step {step:,}."
