"""The README's table of figures, published and ours, made from what was recorded."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from workbench import paths
from workbench.config import Preset, Published
from workbench.engine.comparison import figure_words, is_percentage, number_words
from workbench.files import write_text
from workbench.runs.figures import Figure
from workbench.session.choices import Entry

_NONE = "–"


def figures_table(figures: dict[str, Figure], entries: Iterable[Entry]) -> str:
    """One row a preset that was trained, in the presets' order, and which were not."""
    head = ["experiment", "published", "here", "test set", "seed", "time"]
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    missing = []
    for entry in entries:
        if entry.own:
            continue
        if entry.id in figures:
            lines.append(f"| {' | '.join(_row(entry.id, entry.preset, figures[entry.id]))} |")
        else:
            missing.append(f"`{entry.id}`")
    trained_on = sorted({_trained_on(figure) for figure in figures.values()})
    if trained_on:
        lines += ["", f"Time is that of training alone, on {'; '.join(trained_on)}."]
    if missing:
        lines += ["", f"Not measured yet: {', '.join(missing)}."]
    return "\n".join(lines)


def _row(name: str, preset: Preset, figure: Figure) -> list[str]:
    experiment = f"`{name}`"
    if figure.given:
        given = (f"`{key}` {value}" for key, value in sorted(figure.given.items()))
        experiment += f", with {', '.join(given)}"
    if not figure.is_of(preset):
        experiment += " (its settings have changed since)"
    here, on = _ours(preset.published, figure)
    return [experiment, _published(preset.published), here, on, str(figure.seed), duration(figure.training_seconds)]


def _published(published: Published | None) -> str:
    if published is None:
        return _NONE
    figure = figure_words(published.figure, published.unit)
    return f"{figure}, {published.test_set}" if published.test_set else figure


def _ours(published: Published | None, figure: Figure) -> tuple[str, str]:
    """The comparable number and that of all of the test split; and what the test split is."""
    test, parts = figure.test, []
    found = figure.comparison
    if found is not None and published is not None:
        number = number_words(found["here"], published.unit)
        if "of" not in found:
            parts.append(f"{number} ({found['on']})")
        elif found["on"] != test["on"]:
            parts.append(f"{number} of the same {found['of']:,}")
    if "accuracy" in test:
        unit = published.unit if published is not None and is_percentage(published.unit) else "percent right"
        parts.append(_share(test, unit))
    elif not parts:
        parts.append(f"loss {test['loss']:.6g}")
    return "; ".join(parts), str(test["on"])


def _share(test: dict[str, Any], unit: str) -> str:
    wrong = unit == "percent wrong"
    values = [100.0 * (1.0 - value if wrong else value) for value in (test["accuracy"], *test["interval_95"])]
    low, high = sorted(values[1:])
    return f"{values[0]:.2f} % {'wrong' if wrong else 'right'} ({low:.2f} to {high:.2f})"


def _trained_on(figure: Figure) -> str:
    return f"{figure.device}, torch {figure.versions.get('torch', '')}, Python {figure.versions.get('python', '')}"


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
