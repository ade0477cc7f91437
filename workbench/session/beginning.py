"""Beginning a training: what stands against it, the run it is kept as, and where it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.config import Task
from workbench.errors import BadInput
from workbench.runs.folders import new_run_folder
from workbench.runs.index import read_about
from workbench.runs.run_preset import preset_to_go_on
from workbench.session.screen import screen_of

if TYPE_CHECKING:
    from workbench.session.session import Session


def cannot_train(session: Session) -> str:
    """Why no training can be begun; empty when one can."""
    if session.training.is_busy:
        return "A training is running; stop it first."
    if session.race.is_busy:
        return "A race is running; stop it first."
    for key, why in session.choices.problems.items():
        return f"{key}: {why}"
    return ""


def begin(session: Session) -> None:
    """Trains the chosen preset with the settings as they stand, as a new run. Raises BadInput."""
    why = cannot_train(session)
    if why:
        raise BadInput("training", why)
    choices = session.choices
    folder = new_run_folder(choices.chosen)
    session.training.start(choices.chosen, choices.preset, folder, screen_of(session))
    session.screen.belongs_to(folder)


def go_on(session: Session, run: Path, places: Mapping[str, str], *, is_made: bool) -> Task:
    """Goes on with a run where it was saved, with the settings it was begun with: its task. Raises BadInput.

    ``places`` says where its data lie now, by the settings' keys; ``is_made``: it was made just now, to go on from
    another one, and is gone again if it never begins.
    """
    if session.training.is_busy or session.race.is_busy:
        raise BadInput("training", "one is running already; stop it first")
    about, preset = read_about(run), preset_to_go_on(run, places)
    if about.is_complete:
        raise BadInput(str(run), "is finished; nothing is left to be trained")
    session.training.resume(about, preset, run, places, is_made=is_made)
    session.screen.belongs_to(run, brings=True)
    return preset.task
