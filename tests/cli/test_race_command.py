"""``workbench race``: lanes on the command line, what is said of them, and the runs they leave."""

import csv
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.cli.conftest import Command
from tests.small import TEXT
from workbench.cli import race_lanes
from workbench.cli.interrupt import Interrupt
from workbench.engine.events import Progress
from workbench.engine.race import OfLane
from workbench.models.build import build
from workbench.preset_files import load_preset, preset_to_toml
from workbench.runs.folders import ABOUT, METRICS, NETWORK, PRESET
from workbench.runs.index import all_runs, latest_network, read_about
from workbench.runs.network_file import load_network
from workbench.runs.run_preset import with_text


def rows(run: str) -> list[list[float]]:
    """step, loss, accuracy and gradient norm of each step, as the run has kept them."""
    with (Path(run) / METRICS).open() as file:
        return [[float(value) for value in row] for row in list(csv.reader(file))[1:]]


def test_three_cells_race_by_default(workbench: Command, counting: str) -> None:
    said = workbench("race", counting, "--json")
    assert (said.code, said.err) == (0, "")
    answer = said.json
    assert (answer["preset"], answer["ended"], answer["step"], answer["seed"]) == (counting, "finished", 30, 0)
    assert [lane["name"] for lane in answer["lanes"]] == ["LSTM 6", "GRU 6", "RNN-tanh 6"]
    assert answer["differences"] == [{"key": "model.stack.0.cell", "values": ["lstm", "gru", "rnn-tanh"]}]
    for lane in answer["lanes"]:
        assert (lane["ended"], lane["steps"], lane["test"]["of"]) == ("finished", 30, 14)
        assert lane["seconds_per_step"] > 0.0
        trained = load_network(Path(lane["run"]) / NETWORK)
        network = build(trained.preset.model, trained.interface)
        assert lane["parameters"] == sum(weight.numel() for weight in network.parameters())
        assert lane["apart"] == pytest.approx(lane["parameters"] / answer["lanes"][0]["parameters"] - 1.0)
        losses = [row[1] for row in rows(lane["run"])]
        assert len(losses) == 30 and lane["loss_over"] == 20
        assert lane["loss"] == pytest.approx(sum(losses[-20:]) / 20, rel=1e-6)


def test_a_lane_leaves_the_run_that_it_would_leave_alone(workbench: Command, counting: str) -> None:
    raced = workbench("race", counting, "--lane", "model.cell=gru, model.dropout=0.4", "--json").json
    alone = workbench("train", counting, "--set", "model.cell=gru", "--set", "model.dropout=0.4", "--json").json
    first = workbench("train", counting, "--json").json
    assert rows(raced["lanes"][1]["run"]) == rows(alone["run"])
    assert rows(raced["lanes"][0]["run"]) == rows(first["run"])
    assert raced["lanes"][1]["test"] == alone["test"]
    again = workbench("race", counting, "--lane", "model.cell=gru,model.dropout=0.4", "--json").json
    assert [rows(lane["run"]) for lane in again["lanes"]] == [rows(lane["run"]) for lane in raced["lanes"]]


def test_lanes_are_runs_and_do_not_answer_for_the_preset(workbench: Command, counting: str) -> None:
    own = workbench("train", counting, "--json").json["run"]
    workbench("race", counting, "--steps", 4)
    listed = workbench("runs", "--json").json["runs"]
    assert [run["title"] for run in listed] == [
        "Counting, race: RNN-tanh 6", "Counting, race: LSTM 6", "Counting, race: GRU 6", "Counting",
    ]  # fmt: skip
    assert [run["step"] for run in listed[:3]] == [4, 4, 4]
    assert latest_network(counting) == Path(own) / NETWORK
    said = workbench("resume", Path(listed[0]["folder"]).name)
    assert said.code == 0 and "finished already, after step 4" in said.out


def test_matched_lanes_are_nearly_of_one_size(workbench: Command, counting: str) -> None:
    lanes = workbench("race", counting, "--steps", 2, "--set", "model.units=40", "--matched", "--json").json["lanes"]
    assert lanes[0]["name"] == "LSTM 40"
    assert all(abs(lane["apart"]) <= 0.02 for lane in lanes)
    said = workbench("race", counting, "--steps", 2, "--set", "model.units=40")
    assert f"Lane 0: LSTM 40, {lanes[0]['parameters']:,} parameters" in said.out
    assert "% fewer parameters)" in said.out and "matched" not in said.out
    assert said.out.count("finished") == 3


def test_settings_for_all_lanes_and_for_one(workbench: Command, counting: str) -> None:
    said = workbench(
        "race", counting, "--set", "training.rate=0.5", "--steps", 3, "--seed", 8, "--lane", "", "--lane",
        "training.rate=0.25", "--json",
    )  # fmt: skip
    presets = [load_network(Path(lane["run"]) / NETWORK).preset for lane in said.json["lanes"]]
    assert [preset.training.rate for preset in presets] == [0.5, 0.5, 0.25]
    assert {(preset.training.steps, preset.training.seed) for preset in presets} == {(3, 8)}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--lane", "training.batch=2"), ("race, lane 1, training.batch = 2", "expected 4")),
        (("--lane", "training.seed=2"), ("training.seed", "same samples in the same order")),
        (("--lane", "data.window=3"), ("data.window",)),
        (("--lane", "model.cell"), ("--lane", "KEY=VALUE")),
        (("--lane", "model.sell=gru"), ("--lane", "model.sell", "did you mean cell?")),
        (("--lane", "model.cell=gruu"), ("--lane", "model.cell", "gru")),
        (("--lane", "", "--lane", "", "--lane", "", "--lane", ""), ("2 to 4 lanes",)),
        (("--lane", "model.bidirectional=true"), ("lane 1", "told word by word")),
    ],
)
def test_what_cannot_race_is_refused(
    workbench: Command, counting: str, words: tuple[str, ...], named: tuple[str, ...]
) -> None:
    workbench("race", counting, *words).refused(*named)
    assert not list(all_runs())


def test_a_lane_that_diverges_is_said(workbench: Command, counting: str) -> None:
    wild = "training.optimiser=sgd,training.rate=100,model.cell=rnn-relu,model.layers=3,model.units=64"
    said = workbench("race", counting, "--lane", wild)
    assert said.code == 3
    assert "diverged" in said.out and "finished" in said.out
    assert "The loss is no longer a finite number" in said.out


def test_a_race_goes_on_side_by_side(workbench: Command, counting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = workbench("race", counting, "--steps", 60, "--json").json
    stopped = stopped_race(workbench, counting, monkeypatch)
    step = stopped["step"]
    assert 0 < step < 60
    runs = [lane["run"] for lane in stopped["lanes"]]
    said = workbench("resume", Path(runs[2]).name, "--race")
    assert said.code == 0, said
    assert f"LSTM 6: going on after step {step:,}" in said.out
    assert "model.stack.0.cell: lstm, gru, rnn-tanh" in said.out
    assert said.out.count("finished") == 3
    assert [rows(run) for run in runs] == [rows(lane["run"]) for lane in whole["lanes"]]
    again = workbench("resume", runs[0], "--race")
    assert (again.code, again.out.count("finished already, after step 60")) == (0, 3)
    assert workbench("resume", runs[0], "--race", "--json").json["message"] == "over already"


def test_a_race_that_goes_on_answers_scripts(
    workbench: Command, counting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = workbench("race", counting, "--steps", 60, "--json").json
    stopped = stopped_race(workbench, counting, monkeypatch)
    answer = workbench("resume", stopped["lanes"][0]["run"], "--race", "--json").json
    assert (answer["preset"], answer["ended"], answer["step"]) == (counting, "finished", 60)
    assert answer["resumed_after"] == [stopped["step"]] * 3
    for one, other in zip(whole["lanes"], answer["lanes"], strict=True):
        for key in ("name", "parameters", "loss", "loss_over", "validation", "test", "ended", "steps"):
            assert one[key] == other[key], key


def test_a_lane_that_was_finished_alone_is_told_as_it_is(
    workbench: Command, counting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = workbench("race", counting, "--steps", 60, "--json").json
    runs = [lane["run"] for lane in stopped_race(workbench, counting, monkeypatch)["lanes"]]
    assert workbench("resume", runs[1]).code == 0
    said = workbench("resume", runs[0], "--race")
    assert said.code == 0, said
    assert "GRU 6: finished already, after step 60" in said.out
    assert "nan" not in said.out
    lanes = {lane["name"]: lane for lane in whole["lanes"]}
    answer = {Path(run).name: load_network(Path(run) / NETWORK).facts["test"] for run in runs}
    assert list(answer.values()) == [lane["test"] for lane in lanes.values()]


def test_a_lane_on_another_text_is_named_with_what_can_be_done(
    workbench: Command, counting: str, temporary_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [lane["run"] for lane in stopped_race(workbench, counting, monkeypatch)["lanes"]]
    (temporary_home / "other.txt").write_text(TEXT + " four five")
    preset = with_text(load_preset(Path(runs[1]) / PRESET), temporary_home / "other.txt")
    (Path(runs[1]) / PRESET).write_text(preset_to_toml(preset))
    workbench("resume", runs[0], "--race").refused("race, lane 1, data.text", "other.txt", "resumed one by one")


def test_of_a_race_with_a_lane_that_is_over_all_is_told_to_tensorboard(
    workbench: Command, counting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [Path(lane["run"]) for lane in stopped_race(workbench, counting, monkeypatch)["lanes"]]
    about = msgspec.structs.replace(read_about(runs[1]), ended="diverged")
    (runs[1] / ABOUT).write_bytes(msgspec.json.encode(about))
    said = workbench("resume", runs[0], "--race", "--tensorboard")
    assert said.code == 0, said  # it diverged before, not now
    assert all(list((run / "tensorboard").iterdir()) for run in runs)


def test_the_data_of_a_race_are_elsewhere_now(
    workbench: Command, counting: str, temporary_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [lane["run"] for lane in stopped_race(workbench, counting, monkeypatch)["lanes"]]
    text = temporary_home / "counting.txt"
    moved = text.rename(temporary_home / "moved.txt")
    workbench("resume", runs[0], "--race").refused("its data are not there", "Say where: --set data.text=PLACE.")
    answer = workbench("resume", runs[0], "--race", "--set", f"data.text={moved}", "--json").json
    assert {lane["ended"] for lane in answer["lanes"]} == {"finished"}
    assert all(str(moved) in (Path(run) / PRESET).read_text() for run in runs)


@pytest.mark.parametrize("more", [("--as-new",), ("--steps", "3"), ("--at", "4")])
def test_a_race_goes_on_as_it_was_begun(workbench: Command, counting: str, more: tuple[str, ...]) -> None:
    run = workbench("race", counting, "--json").json["lanes"][0]["run"]
    workbench("resume", run, "--race", *more).refused("--race", f"without {more[0]}")


def test_a_run_of_its_own_is_no_race(workbench: Command, counting: str) -> None:
    run = workbench("train", counting, "--json").json["run"]
    workbench("resume", run, "--race").refused("does not say that it was trained in a race", "It can be resumed alone")


def stopped_race(workbench: Command, preset: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What was answered by a race of 60 steps that was stopped on the way."""
    with monkeypatch.context() as patched:
        stop_after_the_first_progress(patched)
        return workbench("race", preset, "--steps", 60, "--json").json


def stop_after_the_first_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Ctrl+C does."""
    taken = race_lanes.Result.take
    interrupts: list[Interrupt] = []

    def heard() -> Interrupt:
        interrupts.append(Interrupt())
        return interrupts[-1]

    def take(self: race_lanes.Result, told: OfLane) -> None:
        taken(self, told)
        if isinstance(told.event, Progress):
            interrupts[-1].wanted = True

    monkeypatch.setattr(race_lanes, "Interrupt", heard)
    monkeypatch.setattr(race_lanes.Result, "take", take)


def test_ctrl_c_stops_all_lanes_and_keeps_them(
    workbench: Command, counting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_after_the_first_progress(monkeypatch)
    said = workbench("race", counting, "--steps", 100_000, "--json")
    assert said.code == 130
    assert said.json["ended"] == "stopped"
    assert {lane["ended"] for lane in said.json["lanes"]} == {"stopped"}
    assert len({lane["steps"] for lane in said.json["lanes"]}) == 1
    assert all((Path(lane["run"]) / NETWORK).is_file() for lane in said.json["lanes"])
