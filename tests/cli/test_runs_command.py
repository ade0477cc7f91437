"""``workbench runs`` with names: remarks, the best, differences, the bin."""

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.small import counted
from workbench import paths
from workbench.preset_files import load_preset, preset_to_toml
from workbench.runs.folders import PRESET, TEXT
from workbench.runs.remarks import FILE
from workbench.runs.run_preset import with_text


@pytest.fixture
def two(workbench: Command, counting: str) -> tuple[str, str]:
    """Two runs: of 30 steps, and of 20 with other units. The names of their folders."""
    first = workbench("train", counting, "--json").json["run"]
    second = workbench("train", counting, "--steps", "20", "--set", "model.units=9", "--json").json["run"]
    return Path(first).name, Path(second).name


def test_remarks_are_made_shown_and_taken_back(workbench: Command, two: tuple[str, str]) -> None:
    said = workbench("runs", two[0], "--star", "--tag", "good", "--tag", "short", "--note", "Look again.")
    assert said.code == 0
    assert "★  #good  #short  Look again." in said.out
    assert two[1] not in said.out
    listed = {Path(one["folder"]).name: one for one in workbench("runs", "--json").json["runs"]}
    assert [listed[two[0]][name] for name in ("star", "tags", "note")] == [True, ["good", "short"], "Look again."]
    assert [listed[two[1]][name] for name in ("star", "tags", "note")] == [False, [], ""]
    workbench("runs", two[0], "--no-star", "--untag", "good", "--untag", "short", "--note", "")
    assert not (paths.runs() / two[0] / FILE).exists()
    assert "remarks" not in workbench("runs").out


def test_broken_remarks_are_named(workbench: Command, two: tuple[str, str]) -> None:
    (paths.runs() / two[0] / FILE).write_text("{")
    said = workbench("runs")
    assert said.code == 2
    assert f"{two[0]}/{FILE}: is broken" in said.out.replace("\\", "/")
    assert two[0] in said.out.splitlines()[-2] or two[0] in said.out
    assert workbench("runs", two[0], "--star").code == 2
    assert (paths.runs() / two[0] / FILE).read_text() == "{"


def test_the_best_by_a_measure(workbench: Command, two: tuple[str, str]) -> None:
    runs = workbench("runs", "--json").json["runs"]
    least = min(runs, key=lambda one: one["facts"]["test"]["loss"])
    assert [one["folder"] for one in workbench("runs", "--best", "loss", "--json").json["runs"]] == [least["folder"]]
    other = next(Path(one["folder"]).name for one in runs if one is not least)
    found = workbench("runs", other, "--best", "loss", "--json").json["runs"]
    assert [Path(one["folder"]).name for one in found] == [other]


def test_two_copies_of_one_text_are_no_difference(workbench: Command, temporary_home: Path) -> None:
    """As runs have that came in one file each, and one that is still where the text lies."""
    here = counted(temporary_home / "runs")
    others = []
    for name in ("one", "other"):
        others.append(here.with_name(f"20260101-120000-{name}"))
        shutil.copytree(here, others[-1])
        (others[-1] / TEXT).write_bytes((here.parent / "counting.txt").read_bytes())
        text = with_text(load_preset(here / PRESET), others[-1] / TEXT)
        (others[-1] / PRESET).write_text(preset_to_toml(text))
    for chosen in (others, [here, *others], [others[1], here, others[0]]):
        assert workbench("runs", *chosen, "--differences", "--json").json["differences"] == []
    (others[1] / TEXT).write_text("other words than those")
    assert workbench("runs", *others, "--differences", "--json").json["differences"][0]["setting"] == "data.text"


def test_in_which_settings_runs_differ(workbench: Command, two: tuple[str, str]) -> None:
    answer = workbench("runs", *two, "--differences", "--json").json
    assert answer["differences"] == [
        {"setting": "model.stack.0.units", "values": [6, 9]}, {"setting": "training.steps", "values": [30, 20]},
    ]  # fmt: skip
    assert "All settings are the same." in workbench("runs", two[0], two[0], "--differences").out
    assert workbench("runs", two[0], "--differences").code == 2


def test_deleting_goes_to_the_bin(
    workbench: Command, two: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("send2trash.send2trash", lambda run: run.rename(tmp_path / "binned"))
    assert workbench("runs", two[0], "--delete", "--json").json == {"deleted": [str(paths.runs() / two[0])]}
    assert (tmp_path / "binned" / "run.json").exists()
    assert [Path(one["folder"]).name for one in workbench("runs", "--json").json["runs"]] == [two[1]]


@pytest.mark.parametrize("verb", [["--star"], ["--delete"], ["--note", "x"]])
def test_what_changes_runs_wants_their_names(workbench: Command, verb: list[str]) -> None:
    said = workbench("runs", *verb)
    assert said.code == 2
    assert "name the runs" in said.err
