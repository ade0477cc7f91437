"""``workbench presets`` and ``workbench runs``."""

from pathlib import Path

from tests.cli.conftest import Command
from workbench import paths
from workbench.runs.folders import ABOUT


def test_presets_are_listed_with_their_data_and_networks(workbench: Command, counting: str) -> None:
    said = workbench("presets")
    assert (said.code, said.err) == (0, "")
    rows = {line.split()[0]: line for line in said.out.splitlines()}
    assert "comes along" in rows["strokes-digits"]
    assert "not trained" in rows["counting"]
    assert "download" in rows["mnist-lstm"]
    workbench("train", counting)
    assert "yours" in next(line for line in workbench("presets").out.splitlines() if line.startswith("counting"))


def test_the_list_for_scripts_is_whole(workbench: Command, counting: str) -> None:
    answer = workbench("presets", "--json").json
    by_id = {preset["id"]: preset for preset in answer["presets"]}
    assert by_id["counting"]["own"] is True
    assert by_id["counting"]["preset"]["model"]["stack"][0]["units"] == 6
    assert Path(by_id["strokes-digits"]["file"]).is_file()
    assert answer["broken"] == []


def test_a_broken_preset_is_named_and_the_others_are_listed(workbench: Command, counting: str) -> None:
    (paths.user_presets() / "bad.toml").write_text("[[")
    said = workbench("presets")
    assert said.code == 2
    assert "bad.toml: is not valid TOML" in said.out
    assert "strokes-digits" in said.out
    answer = workbench("presets", "--json").json
    assert len(answer["broken"]) == 1


def test_no_runs_yet_says_how_to_make_one(workbench: Command) -> None:
    said = workbench("runs")
    assert said.code == 0
    assert "workbench train strokes-digits" in said.out
    assert workbench("runs", "--json").json == {"runs": [], "broken": []}


def test_runs_are_listed_and_broken_ones_named(workbench: Command, counting: str) -> None:
    workbench("train", counting)
    (paths.runs() / "broken").mkdir()
    (paths.runs() / "broken" / ABOUT).write_text("{")
    said = workbench("runs")
    assert said.code == 2
    assert "Counting" in said.out
    assert "finished" in said.out
    assert "30/30" in said.out
    assert f"{paths.runs() / 'broken' / ABOUT}: is broken" in said.out
    answer = workbench("runs", "--json").json
    assert [run["step"] for run in answer["runs"]] == [30]
    assert len(answer["broken"]) == 1
