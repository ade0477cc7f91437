"""Our figures: what each preset reached when it was really trained, kept in one file beside the published figures."""

from pathlib import Path
from typing import Any

import msgspec

from workbench import paths
from workbench.config import Preset, Published
from workbench.engine.comparison import our_words
from workbench.errors import BadInput
from workbench.files import write_text
from workbench.preset_files import without_places

FILE = "figures.json"


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One preset's result. ``settings`` are those it was trained with, but for seed, device and places of data.

    ``test`` and ``comparison`` are the run's own facts (:meth:`Score.document`, :meth:`Comparison.document`).
    ``given``: files added to the preset and data put in the place of its own, as ``{"data.pen": "digits.tra"}``.
    ``seeds``: the comparable number of each seed, where it was trained with several; this is the first one's result.
    """

    settings: dict[str, Any]
    test: dict[str, Any]
    comparison: dict[str, Any] | None = None
    seed: int
    steps: int
    training_seconds: float
    device: str
    versions: dict[str, str]
    given: dict[str, str] = {}
    seeds: dict[int, float] = {}

    @property
    def number(self) -> float:
        """What is held against the published figure, in its unit; else the per cent right of the test, or its loss."""
        if self.comparison is not None:
            return float(self.comparison["here"])
        return 100.0 * self.test["accuracy"] if "accuracy" in self.test else float(self.test["loss"])

    def words(self, published: Published | None) -> str:
        """The comparable number, and the one of all of the test split with its 95 % interval."""
        test, found, parts = self.test, self.comparison, []
        if found is not None and published is not None:
            number = our_words(found["here"], published)
            if "of" not in found:
                parts.append(f"{number} ({found['on']})")
            elif found["on"] != test["on"]:
                parts.append(f"{number} of the same {found['of']:,}")
        if "accuracy" in test:
            wrong = published is not None and published.unit == "percent wrong"
            here, *edges = (100.0 * (1.0 - x if wrong else x) for x in (test["accuracy"], *test["interval_95"]))
            low, high = sorted(edges)
            parts.append(f"{here:.2f} % {'wrong' if wrong else 'right'} ({low:.2f} to {high:.2f})")
        elif not parts:
            parts.append(f"loss {test['loss']:.6g}")
        if self.seeds:
            parts.append(self._spread(published))
        return "; ".join(parts)

    def _spread(self, published: Published | None) -> str:
        """How far the seeds lie apart: ``the seeds 0, 1, 2: 45.14 % to 47.48 %, mean 45.88 %``."""
        numbers = list(self.seeds.values())
        unit = published or Published(figure=0.0, unit="percent right" if "accuracy" in self.test else "loss")
        low, high, mean = (our_words(each, unit) for each in (min(numbers), max(numbers), sum(numbers) / len(numbers)))
        return f"the seeds {', '.join(map(str, self.seeds))}: {low} to {high}, mean {mean}"

    def is_of(self, preset: Preset) -> bool:
        """Whether the preset's settings are still those of the training; a setting new since then is at its default."""
        try:
            then = msgspec.convert({"title": preset.title, **self.settings}, Preset)
        except msgspec.ValidationError:
            return False
        return settings_document(then) == settings_document(preset)


def settings_document(preset: Preset) -> dict[str, Any]:
    """The settings a result depends on, all written out: no seed, no device, and no place on this computer.

    The published figure is among them as far as it says which number of ours is the comparable one.
    """
    document: dict[str, Any] = msgspec.to_builtins(without_places(preset))
    training = {name: value for name, value in document["training"].items() if name not in ("seed", "device")}
    settings = {"data": document["data"], "model": document["model"], "training": training}
    if published := document["published"]:
        settings["published"] = {name: published[name] for name in ("figure", "unit", "better", "compare")}
    return settings


def figures_path() -> Path:
    """Where the figures that come with the workbench are."""
    return paths.resources() / FILE


def read_figures(path: Path | None = None) -> dict[str, Figure]:
    """The figures by preset; none where there is no file yet. Raises BadInput for a broken one."""
    path = path or figures_path()
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Figure])
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise BadInput(str(path), f"is broken ({error})") from error


def write_figures(figures: dict[str, Figure], path: Path | None = None) -> None:
    """Writes the figures, sorted by preset."""
    content = msgspec.json.encode(dict(sorted(figures.items())))
    write_text(path or figures_path(), msgspec.json.format(content, indent=2).decode() + "\n")
