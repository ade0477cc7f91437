"""``workbench presets`` and ``workbench runs``."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command
from workbench import paths
from workbench.cli.presets_commands import model_words
from workbench.config import Layer, Model, Recurrent, stacked
from workbench.runs.folders import ABOUT


def test_presets_are_listed_with_their_data_and_networks(workbench: Command, counting: str) -> None:
    said = workbench("presets")
    assert (said.code, said.err) == (0, "")
    rows = {line.split()[0]: line for line in said.out.splitlines()}
    assert "comes along" in rows["digits-best"]
    assert "not trained" in rows["counting"]
    assert "download" in rows["mnist-lstm"]
    assert "lstm 128" in rows["mnist-lstm"]
    assert "mnist would be downloaded from ossci-datasets.s3.amazonaws.com (12 MB)" in said.out
    workbench("train", counting)
    assert "yours" in next(line for line in workbench("presets").out.splitlines() if line.startswith("counting"))


def test_the_list_for_scripts_is_whole(workbench: Command, counting: str) -> None:
    answer = workbench("presets", "--json").json
    by_id = {preset["id"]: preset for preset in answer["presets"]}
    assert by_id["counting"]["own"] is True
    assert by_id["counting"]["preset"]["model"]["stack"][0]["units"] == 6
    assert Path(by_id["strokes-digits"]["file"]).is_file()
    assert by_id["strokes-digits"]["data"] == {"state": "here"}
    download = by_id["mnist-lstm"]["data"]
    assert (download["state"], download["bytes"]) == ("download", 11_594_722)
    assert by_id["mnist-lstm"]["model"] == "lstm 128"
    assert answer["broken"] == []


def test_a_published_figure_and_a_text_that_is_gone_are_listed(workbench: Command, counting: str) -> None:
    path = paths.user_presets() / f"{counting}.toml"
    path.write_text(path.read_text() + "[published]\nfigure = 90.6\n")
    (paths.user_data() / "counting.txt").unlink()
    said = workbench("presets")
    row = next(line for line in said.out.splitlines() if line.startswith(counting))
    assert "90.6 % right" in row
    assert "words, missing" in row
    assert "there is no such file" in said.out
    listed = next(one for one in workbench("presets", "--json").json["presets"] if one["id"] == counting)
    assert (listed["data"]["state"], listed["preset"]["published"]["figure"]) == ("missing", 90.6)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (Recurrent(stack=stacked("gru", 64)), "gru 64"),
        (Recurrent(stack=(*stacked(units=32, layers=2, bidirectional=True), Layer(units=9))), "2 bi-lstm 32 + lstm 9"),
    ],
)
def test_a_model_in_short(model: Model, words: str) -> None:
    assert model_words(model) == words


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
