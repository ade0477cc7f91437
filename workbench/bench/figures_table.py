"""The README's table of figures, published and ours, made from what was recorded."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from workbench import paths
from workbench.config import Preset, Published
from workbench.engine.comparison import figure_words
from workbench.files import write_text
from workbench.runs.figures import Figure
from workbench.session.choices import Entry

_NONE = "–"


def figures_table(figures: dict[str, Figure], entries: Iterable[Entry]) -> str:
    """One row a preset that was trained, in the presets' order, and which were not."""
    head = ["experiment", "published", "here", "test set", "seed", "time"]
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    missing = []
    mostly = next((device for device, _ in Counter(figure.device for figure in figures.values()).most_common(1)), "")
    for entry in entries:
        if entry.own:
            continue
        if entry.id in figures:
            lines.append(f"| {' | '.join(_row(entry.id, entry.preset, figures[entry.id], mostly))} |")
        else:
            missing.append(f"`{entry.id}`")
    if mostly:
        versions = sorted(
            {f"torch {f.versions.get('torch')}, Python {f.versions.get('python')}" for f in figures.values()}
        )
        otherwise = f"on {mostly} where nothing else is said"
        lines += ["", f"Time is that of training alone, {otherwise}; {'; '.join(versions)}."]
    if missing:
        lines += ["", f"Not measured yet: {', '.join(missing)}."]
    return "\n".join(lines)


def _row(name: str, preset: Preset, figure: Figure, mostly: str) -> list[str]:
    experiment = f"`{name}`"
    if figure.given:
        given = (f"`{key}` {value}" for key, value in sorted(figure.given.items()))
        experiment += f", with {', '.join(given)}"
    if not figure.is_of(preset):
        experiment += " (its settings have changed since)"
    time = duration(figure.training_seconds)
    if figure.device != mostly:
        time += f", {figure.device}"
    return [
        experiment,
        _published(preset.published),
        figure.words(preset.published),
        str(figure.test["on"]),
        str(figure.seed),
        time,
    ]


def _published(published: Published | None) -> str:
    if published is None:
        return _NONE
    figure = figure_words(published.figure, published.unit)
    return f"{figure}, {published.test_set}" if published.test_set else figure


def duration(seconds: float) -> str:
    """Roughly: ``0.8 s``, ``52 s``, ``14 min``, ``2 h 5 min``."""
    if seconds < 99.5:
        return f"{seconds:.0f} s" if seconds >= 9.5 else f"{seconds:.1f} s"
    minutes = round(seconds / 60.0)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def with_part(text: str, name: str, content: str) -> str:
    """The README with what stands between ``<!-- name -->`` and ``<!-- /name -->`` replaced."""
    pattern = re.compile(rf"<!-- {name} -->\n.*?<!-- /{name} -->", re.DOTALL)
    assert pattern.search(text), f"README.md has no part {name}"
    return pattern.sub(lambda _: f"<!-- {name} -->\n{content}\n<!-- /{name} -->", text)


def rewrite_readme(table: str) -> Path | None:
    """Puts the table into the README, where this is a source tree that has one."""
    readme = paths.resources().parent / "README.md"
    if not readme.is_file() or "<!-- figures -->" not in (text := readme.read_text(encoding="utf-8")):
        return None
    write_text(readme, with_part(text, "figures", table))
    return readme
