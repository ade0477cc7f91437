"""``workbench presets``: what can be trained."""

import argparse
from itertools import groupby

from workbench.cli.output import Output
from workbench.config import Model
from workbench.data.sources import availability
from workbench.engine.comparison import figure_words
from workbench.preset_files import preset_to_document
from workbench.runs.figures import read_figures
from workbench.session.choices import find_presets
from workbench.session.networks import network_path


def presets(arguments: argparse.Namespace, output: Output) -> int:
    """Lists the presets, and files among them that are none."""
    entries, broken = find_presets()
    figures = read_figures()
    rows, answers, downloads = [], [], {}
    for entry in entries.values():
        preset, there = entry.preset, availability(entry.preset.data)
        found = network_path(entry.id)
        origin = {"run": "yours", "bundled": "comes along"}.get(found[1], "") if found else "not trained"
        published = figure_words(preset.published.figure, preset.published.unit) if preset.published else ""
        kind = str(preset.data.__struct_config__.tag)
        data = kind if there.state == "here" else f"{kind}, {there.words()}"
        own = "own" if entry.own else ""
        figure = figures.get(entry.id)
        here = figure.words(preset.published) if figure is not None and figure.is_of(preset) else ""
        rows.append((entry.id, data, model_words(preset.model), published, here, origin, own))
        answers.append({
            "id": entry.id, "file": str(entry.path), "own": entry.own, "data": there.document(),
            "model": model_words(preset.model), "network": str(found[0]) if found else None,
            "preset": preset_to_document(preset), "here": here or None,
        })  # fmt: skip
        if there.state == "download":
            downloads[kind] = f"{kind} would be downloaded from {there.host} ({there.words().partition(' to')[0]})"
        elif there.state == "missing":
            downloads[entry.id] = there.why
    output.table(("id", "data", "model", "published", "here", "network", ""), rows)
    for line in downloads.values():
        output.say(line)
    for error in broken:
        output.say(str(error))
    output.answer({"presets": answers, "broken": [str(error) for error in broken]})
    return 2 if broken else 0


def model_words(model: Model) -> str:
    """A model in short: ``2 bi-lstm 128 + gru 64``, equal layers counted, the lowest first."""
    parts = []
    for layer, equal in groupby(getattr(model, "stack", ())):
        count = len(list(equal))
        name = f"{'bi-' if layer.bidirectional else ''}{layer.cell} {layer.units}"
        parts.append(name if count == 1 else f"{count} {name}")
    return " + ".join(parts) or str(model.__struct_config__.tag)
