"""A new run that goes on from another one's end, or from one of its snapshots; the other stays as it is."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from workbench.config import Preset
from workbench.errors import BadInput
from workbench.files import copy_whole, make_folder, write_text
from workbench.preset_files import preset_to_toml, with_setting
from workbench.runs.checkpoints import keep_checkpoint, newest_checkpoint
from workbench.runs.folders import ABOUT, METRICS, PRESET, SCREEN, SNAPSHOTS, VALIDATION, new_run_folder
from workbench.runs.index import About, read_about
from workbench.runs.lock import held_while_read
from workbench.runs.run_preset import load_run_preset, not_there, preset_to_go_on, with_own_text
from workbench.runs.state_check import kept_for_each_weight, of_preset
from workbench.runs.table import METRICS_COLUMNS, VALIDATION_COLUMNS, Table

if TYPE_CHECKING:
    from workbench.engine.state import TrainerState

#: What a training says of itself when it has ended, or of the race it is a lane of: not so of the new one.
_NOT_OF_THE_NEW = ("test", "comparison", "failure", "race")

#: What was measured last, later than a snapshot, or all along.
_MEASURED = ("validation", "training_seconds", "printed")


def continued(
    run: Path, at: int | None = None, steps: int | None = None, under: Path | None = None,
    places: Mapping[str, str] = MappingProxyType({}),
) -> Path:  # fmt: skip
    """Makes the new run, to be resumed. Returns its folder. ``steps``: so many more; else to the end its settings name.

    ``places`` says where its data lie now, by the settings' keys. The new run is told of them when it is gone on with,
    and keeps them once they turn out to be its own.

    From its end (``at`` is None) everything goes on where it was: optimiser, random generators, position in the data.
    One that had reached its end is given as many steps again; the rate of a schedule is that of the longer training.
    From a snapshot the weights alone are known: it goes on from that step, with what was measured up to there and at
    the same place in the data, but with a fresh optimiser, random generators as at the start, and time counted anew.
    Raises BadInput.
    """
    about, preset = read_about(run), load_run_preset(run)
    there = preset_to_go_on(run, places)
    if steps is not None and steps < 1:
        raise BadInput("steps", "expected at least 1", value=steps)
    try:
        with held_while_read(run):
            state = _newest(run, there, places)
            folder = new_run_folder(about.preset_id, under)
            try:
                _make(run, folder, about, preset, state, at, steps)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
    except OSError as error:
        raise BadInput(str(run), f"cannot be continued: {error.strerror or error}") from error
    return folder


def _newest(run: Path, preset: Preset, places: Mapping[str, str]) -> TrainerState:
    """The state at its end. Raises BadInput."""
    try:
        state = newest_checkpoint(run, of_preset(preset)).state
    except BadInput as error:
        raise not_there(error, run, places) from error
    if state is None:
        raise BadInput(str(run), "was broken off before its first checkpoint", hint="Train it anew.")
    return state


def _make(
    run: Path, folder: Path, about: About, preset: Preset, state: TrainerState, at: int | None, steps: int | None
) -> None:
    """Everything of the new run, into its folder. Raises BadInput and OSError."""
    preset = with_own_text(_longer(preset, about, state.step if at is None else at, steps), folder)
    write_text(folder / PRESET, preset_to_toml(preset))
    _copy(run / SCREEN, folder / SCREEN)
    fresh = (
        _from_end(run, folder, about, preset, state) if at is None
        else _from_snapshot(run, folder, about, preset, state, at)
    )  # fmt: skip
    write_text(folder / ABOUT, msgspec.json.encode(fresh).decode())  # what makes it a run comes last


def _longer(preset: Preset, about: About, at: int, steps: int | None) -> Preset:
    """So many steps more than the ``at`` that are done; where none are named and all are done, as many again."""
    if steps is not None:
        return with_setting(preset, "training.steps", at + steps, where="steps")
    return with_setting(preset, "training.steps", 2 * at, where="steps") if at >= about.steps > 0 else preset


def _from_end(run: Path, folder: Path, about: About, preset: Preset, state: TrainerState) -> About:
    from workbench.runs.snapshot_files import snapshot_steps, sync_snapshots

    for name in (METRICS, VALIDATION):
        _copy(run / name, folder / name)
    if (run / SNAPSHOTS).is_dir():
        make_folder(folder / SNAPSHOTS)
        for snapshot in (run / SNAPSHOTS).glob("[!.]*"):  # contents only: the other may be one that is only read
            shutil.copyfile(snapshot, folder / SNAPSHOTS / snapshot.name)
        sync_snapshots(folder, snapshot_steps(folder))
    keep_checkpoint(folder, state)
    facts = {name: fact for name, fact in about.facts.items() if name not in _NOT_OF_THE_NEW}
    return msgspec.structs.replace(_described(about, run, state.step, facts, preset), step=state.step)


def _copy(file: Path, to: Path) -> None:
    """A file, where there is one."""
    if file.is_file():
        copy_whole(file, to)


def _from_snapshot(run: Path, folder: Path, about: About, preset: Preset, newest: TrainerState, at: int) -> About:
    from workbench.engine.fresh_state import fresh_state
    from workbench.runs.snapshot_files import load_metrics, load_travels, save_snapshot, sync_snapshots

    travels = load_travels(run)
    trained = travels.at(at)
    for name, columns in ((METRICS, METRICS_COLUMNS), (VALIDATION, VALIDATION_COLUMNS)):
        if (run / name).exists():
            shutil.copyfile(run / name, folder / name)
            Table(folder / name, columns, at).close()  # what came later is dropped
    kept = [moment for moment in travels.moments if moment.step <= at]
    for moment in kept:
        save_snapshot(folder, moment)
    sync_snapshots(folder, [moment.step for moment in kept])
    printed = [line for line in about.facts.get("printed", []) if line["step"] < at and line["here"] is not None]
    keep_checkpoint(folder, fresh_state(
        preset, trained.interface, trained.weights, kept_for_each_weight(preset.training),
        at=at, per_epoch=_per_epoch(about, newest, at), rights=load_metrics(folder)[:, 2],
        printed=[(line["step"], line["here"]) for line in printed],
    ))  # fmt: skip
    facts = {name: fact for name, fact in about.facts.items() if name not in (*_NOT_OF_THE_NEW, *_MEASURED)}
    if printed:
        facts["printed"] = printed
    fresh = _described(about, run, at, facts, preset)
    if at:  # before the first step there is nothing to be lost
        fresh.facts["continued"]["optimiser"] = "fresh"
    return msgspec.structs.replace(fresh, step=at)


def _per_epoch(about: About, newest: TrainerState, at: int) -> int:
    """How many batches an epoch has; of a run that did not write it down, as far as its state tells.

    In its first epoch that is at least those that are done, and those up to a snapshot made after the state.
    """
    if (known := about.facts.get("steps_per_epoch")) is not None:
        return int(known)
    return (newest.step - newest.batch) // newest.epoch if newest.epoch else max(newest.batch, at)


def _described(about: About, run: Path, step: int, facts: dict[str, object], preset: Preset) -> About:
    return About(
        about.preset_id, about.title, time.strftime("%Y-%m-%dT%H:%M:%S%z"), steps=preset.training.steps or about.steps,
        facts={**facts, "continued": {"run": run.name, "step": step}},
    )  # fmt: skip
