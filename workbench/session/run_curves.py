"""The curves of a finished run, folded from its files as those of a training."""

from pathlib import Path

from workbench.runs.index import About
from workbench.session.history import History


def run_history(folder: Path, about: About) -> History:
    """Loss, accuracy and gradient norm of every step, and its validations. Raises BadInput for broken tables."""
    from workbench.runs.snapshot_files import load_metrics, load_validations

    history = History(f"{about.started[5:16].replace('T', ' ')} {about.title}", about.preset_id)
    history.folder = folder
    history.step, history.steps = about.step, about.steps
    history.training.append(*load_metrics(folder).T)
    for step, logged in sorted(load_validations(folder).items()):
        history.validation.append(step, logged.loss, logged.accuracy)
    history.version += 1
    return history
