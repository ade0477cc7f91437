"""The README's map and tables are made from the code: ``python -m tests.test_readme`` writes them anew."""

import ast
import re
from pathlib import Path

from msgspec import Struct

from workbench.bench.figures_table import figures_table, with_part
from workbench.config import DATA_KINDS, MODEL_KINDS, Layer, Training
from workbench.fields import Field, fields_of
from workbench.runs.figures import read_figures
from workbench.session.choices import find_presets

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"

#: Top floor first, as in the import contract.
ROOMS = (
    "bench",
    "cli",
    "ui",
    "session",
    "export",
    "runs",
    "insight",
    "engine",
    "data",
    "models",
    "scratch",
    "config",
    "",
)


def room_map() -> str:
    """Every file of the package with the first line of its docstring."""
    lines = ["```"]
    for room in ROOMS:
        lines.append(f"workbench/{room}" if room else "workbench/")
        for path in sorted((ROOT / "workbench" / room).rglob("*.py") if room else (ROOT / "workbench").glob("*.py")):
            said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
            if path.name == "__init__.py" and not said:
                continue
            assert said, f"{path} has no docstring"
            name = path.relative_to(ROOT / "workbench" / room).as_posix()
            lines.append(f"  {name:<28} {said.splitlines()[0]}")
    return "\n".join([*lines, "```"])


def settings_table() -> str:
    """Every setting of a preset, from its field."""
    groups: list[tuple[str, type[Struct]]] = [(f"data, kind = {kind!r}", of) for kind, of in DATA_KINDS.items()]
    groups += [(f"model.{kind}", group) for kind, group in MODEL_KINDS.items()]
    groups += [("model.stack", Layer), ("training", Training)]
    lines = []
    for title, group in groups:
        lines += [f"**{title}**", "", "| setting | default | may be | meaning |", "| --- | --- | --- | --- |"]
        lines += [f"| `{f.name}` | {_shown(f.default)} | {_range(f)} | {f.description} |" for f in fields_of(group)]
        lines.append("")
    return "\n".join(lines).rstrip()


def _shown(value: object) -> str:
    return f"`{str(value).lower() if isinstance(value, bool) else value}`" if value != "" else "empty"


def _range(field: Field) -> str:
    if field.choices:
        return ", ".join(field.choices)
    if field.low is None:
        return {"bool": "true, false", "text": "text"}.get(field.kind, field.kind)
    return f"{field.low:g} to {field.high:g}"


def made() -> str:
    """The README as it should be."""
    entries, _ = find_presets()
    text = with_part(README.read_text(encoding="utf-8"), "figures", figures_table(read_figures(), entries.values()))
    return with_part(with_part(text, "map", room_map()), "settings", settings_table())


def test_the_map_the_settings_and_the_figures_are_true() -> None:
    assert README.read_text(encoding="utf-8") == made(), "run: python -m tests.test_readme"


def test_every_picture_and_file_named_is_there() -> None:
    for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README.read_text(encoding="utf-8")):
        assert (ROOT / name).is_file(), name


if __name__ == "__main__":
    README.write_text(made(), encoding="utf-8")
