"""``workbench export`` and ``workbench open``: a network or a run taken away, and a run that came in one file."""

import argparse
from pathlib import Path

from workbench.cli.named_network import named_network
from workbench.cli.output import Output
from workbench.config import Preset
from workbench.errors import BadInput
from workbench.runs.folders import ABOUT, NETWORK, by_name
from workbench.runs.index import all_runs, read_about
from workbench.runs.run_preset import load_run_preset
from workbench.session.choices import preset_entry

#: What each kind of file is called.
SUFFIXES = {"onnx": ".onnx", "torch": ".pt2", "script": ".py", "bundle": ".lstmrun"}


def export(arguments: argparse.Namespace, output: Output) -> int:
    """Writes what ``--to`` names, beside where the command was given unless told otherwise."""
    match arguments.to:
        case "tensorboard":
            return _tensorboard(arguments, output)
        case "bundle":
            return _bundle(arguments, output)
        case "script":
            return _script(arguments, output)
        case _:
            return _network(arguments, output)


def open_file(arguments: argparse.Namespace, output: Output) -> int:
    """Unpacks a run among the runs of this computer."""
    from workbench.runs.run_file import SUFFIX, open_run

    if arguments.file.suffix.lower() != SUFFIX:
        raise BadInput(str(arguments.file), f"a run in one file is called {SUFFIX}",
                       hint="workbench export RUN --to bundle makes one.")  # fmt: skip
    folder = open_run(arguments.file)
    about = read_about(folder)
    output.say(f"{about.title}, after step {about.step:,} of {about.steps:,}")
    output.say(f"Run: {folder}")
    output.answer({"run": str(folder), "preset": about.preset_id, "step": about.step, "steps": about.steps,
                   "ended": about.ended, **about.facts})  # fmt: skip
    return 0


def _network(arguments: argparse.Namespace, output: Output) -> int:
    trained, source = named_network(arguments.model)
    path = _new_file(arguments, trained.preset_id)
    if arguments.to == "onnx":
        from workbench.export.onnx_file import save_onnx
        from workbench.export.onnx_graph import time_is_open

        checked = save_onnx(trained, path)
        open_axes = ["batch", "time"] if time_is_open(trained) else ["batch"]
    else:
        from workbench.export.torch_program import save_program

        checked, open_axes = save_program(trained, path), ["batch"]
    output.say(f"{trained.preset.title}, after step {trained.step:,}: {path}")
    others = "" if "time" in open_axes else "; the length in time is that of the training data"
    output.say(f"Open axes: {' and '.join(open_axes)}{others}.")
    output.say(f"{checked.sentence()}.")
    output.answer({"to": arguments.to, "path": str(path), "network": str(source), "step": trained.step,
                   "open_axes": open_axes, **checked.document()})  # fmt: skip
    return 0


def _tensorboard(arguments: argparse.Namespace, output: Output) -> int:
    from workbench.export.tensorboard import TENSORBOARD, write_events

    run = named_run(arguments.model)
    folder = arguments.out or run / TENSORBOARD
    steps = write_events(run, folder)
    output.say(f"{steps:,} steps: {folder}")
    output.say(f"Look at them with: tensorboard --logdir {folder}")
    output.answer({"to": "tensorboard", "path": str(folder), "run": str(run), "steps": steps})
    return 0


def _bundle(arguments: argparse.Namespace, output: Output) -> int:
    from workbench.runs.run_file import save_run

    run = named_run(arguments.model)
    path = _new_file(arguments, run.name)
    count = save_run(run, path)
    output.say(f"{count} files of {run.name}: {path}")
    output.say("Open it on another computer with: workbench open FILE, or drop it on the window.")
    output.answer({"to": "bundle", "path": str(path), "run": str(run), "files": count,
                   "bytes": path.stat().st_size})  # fmt: skip
    return 0


def _script(arguments: argparse.Namespace, output: Output) -> int:
    from workbench.export.script import save_script

    preset_id, preset = named_preset(arguments.model)
    written = save_script(preset_id, preset, _new_file(arguments, preset_id))
    output.say(f"{preset.title}: {written.script}")
    for path in written.beside:
        output.say(f"Its data, to lie beside it: {path}")
    output.say(f"It trains by itself: python {written.script}")
    output.answer({"to": "script", "path": str(written.script), "preset": preset_id,
                   "beside": [str(path) for path in written.beside]})  # fmt: skip
    return 0


def named_preset(name: str) -> tuple[str, Preset]:
    """The settings of a run, of a network's file, or a preset as it is, with its id. Raises BadInput."""
    for folder in by_name(name):
        if (folder / ABOUT).is_file():
            return read_about(folder).preset_id, load_run_preset(folder)
    if name.endswith(".safetensors"):
        trained, _ = named_network(name)
        return trained.preset_id, trained.preset
    entry = preset_entry(name)
    return entry.id, entry.preset


def named_run(name: str) -> Path:
    """A run's folder by its path, its name, or the preset that it trained last. Raises BadInput."""
    for folder in by_name(name):
        if (folder / ABOUT).is_file():
            return folder
    for folder, about in all_runs():
        if about.preset_id == name:
            return folder
    if Path(name).name == NETWORK and (Path(name).parent / ABOUT).is_file():
        return Path(name).parent
    raise BadInput("run", "there is no such run, and no preset of this name was trained", value=name,
                   hint="See workbench runs.")  # fmt: skip


def _new_file(arguments: argparse.Namespace, name: str) -> Path:
    """Where to write. Raises BadInput where something stands already."""
    path: Path = arguments.out or Path(f"{name}{SUFFIXES[arguments.to]}")
    if path.exists():
        raise BadInput("--out", "is there already; choose another name", value=str(path))
    if not path.parent.is_dir():
        raise BadInput("--out", "there is no such folder", value=str(path.parent))
    return path
