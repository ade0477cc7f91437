"""``workbench presets``: what can be trained."""

import argparse

from workbench.cli.output import Output
from workbench.config import Mnist, Preset
from workbench.data import mnist
from workbench.errors import BadInput
from workbench.preset_files import preset_to_document
from workbench.session.choices import find_presets
from workbench.session.networks import network_path


def presets(arguments: argparse.Namespace, output: Output) -> int:
    """Lists the presets, and files among them that are none."""
    entries, broken = find_presets()
    rows, answers = [], []
    for entry in entries.values():
        found = network_path(entry.id)
        origin = {"run": "yours", "bundled": "comes along"}.get(found[1], "") if found else "not trained"
        rows.append((entry.id, entry.preset.title, data_here(entry.preset), origin, "own" if entry.own else ""))
        answers.append({
            "id": entry.id, "file": str(entry.path), "own": entry.own, "data": data_here(entry.preset),
            "network": str(found[0]) if found else None, "preset": preset_to_document(entry.preset),
        })  # fmt: skip
    output.table(("id", "title", "data", "network", ""), rows)
    for error in broken:
        output.say(str(error))
    output.answer({"presets": answers, "broken": [str(error) for error in broken]})
    return 2 if broken else 0


def data_here(preset: Preset) -> str:
    """Whether a preset's data can be used at once."""
    if not isinstance(preset.data, Mnist):
        return "here"
    try:
        return "here" if mnist.raw_folder(preset.data) else "download, 12 MB"
    except BadInput:
        return "missing"
