"""What every preset reaches when it is really trained, recorded beside the figure that was published."""

import argparse
from pathlib import Path
from typing import Any

import msgspec

from workbench.bench.figures_table import figures_table, rewrite_readme
from workbench.cli.output import Output
from workbench.cli.train_commands import drive
from workbench.config import Cifar10, ImageFolder, Preset
from workbench.data.cifar10 import CLASSES
from workbench.data.class_folders import class_names
from workbench.data.sources import availability
from workbench.engine.experiment import experiment
from workbench.errors import BadInput
from workbench.fields import fields_of
from workbench.preset_files import load_preset, with_setting
from workbench.runs.bundle import bundle
from workbench.runs.figures import Figure, read_figures, settings_document, write_figures
from workbench.runs.folders import PRESET, new_run_folder
from workbench.runs.index import About, all_runs
from workbench.runs.run import Recorder, recorded
from workbench.session.choices import Entry, find_presets, preset_entry


def measure(arguments: argparse.Namespace, output: Output) -> dict[str, Any]:
    """Trains the presets one after the other and writes each result down as soon as it is there.

    Results of presets that are not trained this time are kept while their settings are what they were.
    """
    shipped = [entry for entry in find_presets()[0].values() if not entry.own]
    chosen = [preset_entry(name) for name in arguments.only] if arguments.only else shipped
    current = {entry.id: entry.preset for entry in (*shipped, *chosen)}
    path: Path | None = arguments.out
    figures = {
        name: figure for name, figure in read_figures(path).items()
        if name in current and figure.is_of(current[name])
    }  # fmt: skip
    skipped: dict[str, str] = {}
    for number, entry in enumerate(chosen):
        output.say(f"{number + 1} of {len(chosen)}: {entry.id}")
        figure, why_not = _over_seeds(entry, arguments, output)
        if figure is None:
            skipped[entry.id] = why_not
            output.say(f"  skipped: {why_not}")
            if why_not == STOPPED:
                break
            continue
        figures[entry.id] = figure
        write_figures(figures, path)
        if path is None and (readme := rewrite_readme(figures_table(figures, shipped))) is not None:
            output.say(f"  written to {readme}")
    output.say(figures_table(figures, shipped))
    return {"figures": msgspec.to_builtins(figures), "skipped": skipped}


STOPPED = "stopped before its end; nothing is recorded"


def _over_seeds(entry: Entry, arguments: argparse.Namespace, output: Output) -> tuple[Figure | None, str]:
    """The result of one preset with the first seed, with the comparable number of each where there are several."""
    first: Figure | None = None
    numbers: dict[int, float] = {}
    for seed in dict.fromkeys(arguments.seed or [entry.preset.training.seed]):
        figure, why_not = _figure_of(entry, seed, arguments, output)
        if figure is None:
            return None, why_not
        first = first or figure
        numbers[seed] = figure.number
    assert first is not None
    return msgspec.structs.replace(first, seeds=numbers if len(numbers) > 1 else {}), ""


def _figure_of(entry: Entry, seed: int, arguments: argparse.Namespace, output: Output) -> tuple[Figure | None, str]:
    """The result of one preset, trained now or, with ``--runs``, before; or why there is none."""
    preset = with_data_from(entry.preset, arguments.data, arguments.pen)
    preset = with_setting(preset, "training.seed", seed, where="--seed")
    if arguments.runs and (finished := _finished(entry.id, preset)) is not None:
        folder, about = finished
        output.say(f"  trained before: {folder}")
        return _figure(entry.preset, preset, about.facts, about.step), ""
    there = availability(preset.data)
    if there.state != "here":
        return None, there.why or f"its data are not here ({there.words()}); say where they are: --data DIR"
    recorder = Recorder(new_run_folder(entry.id), entry.id, preset)
    try:
        ended, tested, *_ = drive(recorded(experiment(preset), recorder), output)
    except BadInput as error:
        return None, str(error)
    if ended.reason == "stopped":
        return None, STOPPED
    if tested is None:
        return None, ended.message
    facts = recorder.about.facts
    for line in tested.score.lines():
        output.say(f"  {line}")
    if arguments.bundle and recorder.trained is not None:
        output.say(f"  bundled: {bundle(recorder.trained)}")
    return _figure(entry.preset, preset, facts, ended.step), ""


def _figure(saved: Preset, trained: Preset, facts: dict[str, Any], steps: int) -> Figure:
    """What is recorded. ``saved``: the preset as it comes along; ``trained``: with the places of its data."""
    return Figure(
        settings=settings_document(saved),
        test=facts["test"], comparison=facts.get("comparison"), seed=trained.training.seed, steps=steps,
        training_seconds=facts.get("training_seconds", 0.0), device=facts["device"],
        versions={name: facts[name] for name in ("python", "torch", "numpy", "workbench")},
        given=_given(trained, saved),
    )  # fmt: skip


def _finished(preset_id: str, preset: Preset) -> tuple[Path, About] | None:
    """The newest run that trained just this to its end: the same settings and seed."""
    for folder, about in all_runs():
        if about.preset_id != preset_id or about.ended != "finished" or about.tested is None:
            continue
        try:
            trained = load_preset(folder / PRESET)
        except BadInput:  # settings of another time, or a broken file: no run of this preset as it is now
            continue
        is_same = settings_document(trained) == settings_document(preset)
        if is_same and trained.training.seed == preset.training.seed:
            return folder, about
    return None


def with_data_from(preset: Preset, folder: Path | None, pen: str | None) -> Preset:
    """The preset with its data taken from a person's folder, where they are in it.

    A folder of data is taken as it is or as one inside; a file is looked for by its name; CIFAR-10 may also be pictures
    in folders of its classes.
    """
    if pen and "pen" in type(preset.data).__struct_fields__:
        preset = with_setting(preset, "data.pen", pen, where="--pen")
    if folder is None or availability(preset.data).state == "here":
        return preset
    for field in fields_of(type(preset.data)):
        named = Path(getattr(preset.data, field.name)).name if field.path else ""
        match field.path:
            case "folder":
                places = [
                    folder,
                    *sorted(inner for inner in folder.iterdir() if inner.is_dir() or inner.suffix == ".zip"),
                ]
            case "file" if named:
                places = sorted(folder.rglob(named))
            case _:
                continue
        for place in places:
            moved = with_setting(preset, f"data.{field.name}", str(place), where="--data")
            if availability(moved.data).state == "here":
                return moved
    if isinstance(preset.data, Cifar10) and (pictures := _as_pictures(preset.data, folder)) is not None:
        return msgspec.structs.replace(preset, data=pictures)
    return preset


def _as_pictures(data: Cifar10, folder: Path) -> ImageFolder | None:
    """CIFAR-10 as pictures in folders of its ten classes, split as the settings say; None when they are not there."""
    for place in (folder, *sorted(folder.iterdir())):
        pictures = ImageFolder(folder=str(place), train=data.train, validation=data.validation / 50_000)
        if availability(pictures).state == "here" and class_names(str(place)) == CLASSES:
            return pictures
    return None


def _given(preset: Preset, entry: Preset) -> dict[str, str]:
    """What was put in the place of the preset's own data, or the files that were added where it names none."""
    if type(preset.data) is not type(entry.data):
        return {"data.kind": str(preset.data.__struct_config__.tag)}
    return {
        f"data.{field.name}": Path(getattr(preset.data, field.name)).name
        for field in fields_of(type(preset.data))
        if field.path == "file" and not getattr(entry.data, field.name) and getattr(preset.data, field.name)
    }
