"""The race desk: lanes that follow the preset, a race in the background, and nothing else training beside it."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.broken_race import broken_off, lanes_for
from tests.session.conftest import Opened
from tests.small import counting
from workbench import paths
from workbench.config import Preset
from workbench.engine.events import Snapshot
from workbench.engine.lanes import differences
from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.insight.trace import gate_trace
from workbench.runs.folders import METRICS, NETWORK
from workbench.runs.index import all_runs
from workbench.runs.lock import hold
from workbench.runs.network_file import load_network
from workbench.runs.race import go_on_racing
from workbench.session.change import Change
from workbench.session.racing import RaceDesk


@pytest.fixture
def desk(opened: Opened) -> RaceDesk:
    opened.session.choose("counting")
    return opened.session.race


def cells(presets: tuple[Preset, ...]) -> list[tuple[str, int]]:
    return [(preset.stack[0].cell, preset.stack[0].units) for preset in presets]


def until_over(opened: Opened) -> None:
    opened.until(lambda: not opened.session.race.is_busy)


def cells_of(preset: Preset) -> list[str]:
    return [layer.cell for layer in preset.stack]


def phase(desk: RaceDesk) -> str:
    return desk.phase


def metrics(folder: Path) -> str:
    return (folder / METRICS).read_text()


# --- lanes ------------------------------------------------------------------------------------------------------------


def test_the_usual_lanes_follow_the_chosen_preset(desk: RaceDesk, opened: Opened) -> None:
    assert desk.lanes.is_usual and not desk.why_not()
    assert cells(desk.lanes.presets) == [("lstm", 6), ("gru", 6), ("rnn-tanh", 6)]
    opened.session.set("model.cell", "gru")
    opened.session.set("model.units", 9)
    assert cells(desk.lanes.presets) == [("gru", 9), ("lstm", 9), ("rnn-tanh", 9)]
    assert Change.RACE in opened.session.poll()


def test_lanes_of_a_persons_own(desk: RaceDesk, opened: Opened) -> None:
    desk.lanes.add({"model.cell": "rnn-relu"})
    desk.lanes.set(1, "model.units", 12)
    assert len(desk.lanes.changes) == 4 and desk.lanes.changes[1] == {"model.cell": "gru", "model.units": 12}
    assert cells(desk.lanes.presets) == [("lstm", 6), ("gru", 12), ("rnn-tanh", 6), ("rnn-relu", 6)]
    with pytest.raises(BadInput, match="there are 4 lanes already"):
        desk.lanes.add()
    desk.lanes.remove(2)
    desk.lanes.remove(0)
    assert cells(desk.lanes.presets) == [("gru", 12), ("rnn-relu", 6)]
    with pytest.raises(BadInput, match="2 lanes are the fewest"):
        desk.lanes.remove(0)
    desk.lanes.add()
    assert cells(desk.lanes.presets)[2] == ("rnn-relu", 6)  # a copy of the last
    with pytest.raises(BadInput, match="did you mean cell"):
        desk.lanes.add({"model.sell": "gru"})
    opened.session.set("training.rate", 0.5)
    assert [preset.training.rate for preset in desk.lanes.presets] == [0.5] * 3
    desk.lanes.back_to_usual()
    assert desk.lanes.is_usual and len(desk.lanes.presets) == 3


def test_what_cannot_be_is_kept_out_and_said(desk: RaceDesk) -> None:
    desk.lanes.set(1, "model.units", "many")
    assert desk.lanes.rejected == {(1, "model.units"): "Expected a whole number from 1 to 4,096."}
    assert cells(desk.lanes.presets)[1] == ("gru", 6)
    assert desk.why_not().startswith("Lane 1, model.units: ")
    with pytest.raises(BadInput, match=r"Lane 1, model\.units"):
        desk.start()
    desk.lanes.set(1, "model.units", 7)
    assert not desk.lanes.rejected and not desk.why_not()
    desk.lanes.set(1, "training.batch", 2)
    assert desk.why_not().startswith("race, lane 1, training.batch = 2: expected 4 as in lane 0")


def test_lanes_that_another_preset_cannot_have_are_the_usual_ones_again(desk: RaceDesk, opened: Opened) -> None:
    desk.lanes.set(0, "model.units", 9)
    opened.session.choose("cifar10-convnet")
    assert cells_of(desk.lanes.presets[0]) == []
    assert desk.lanes.is_usual
    desk.lanes.set(0, "model.kind", "recurrent")
    desk.lanes.set(0, "model.cell", "gru")
    assert cells_of(desk.lanes.presets[0]) == ["gru"]
    desk.lanes.set(0, "model.kind", "convnet")
    assert cells_of(desk.lanes.presets[0]) == []


def test_matched_sizes(desk: RaceDesk, opened: Opened) -> None:
    opened.session.set("model.units", 40)
    opened.until(lambda: opened.session.choices.interface is not None)
    apart = desk.lanes.parameters
    assert apart[0] is not None and apart[1] is not None and abs(apart[1] / apart[0] - 1.0) > 0.02
    desk.lanes.set_matched(True)
    first, *others = desk.lanes.parameters
    assert first == apart[0]
    assert all(other is not None and abs(other / first - 1.0) <= 0.02 for other in others)
    assert {each.key for each in differences(desk.lanes.presets)} == {"model.stack.0.cell", "model.stack.0.units"}


# --- the race ---------------------------------------------------------------------------------------------------------


def test_a_race_runs_in_the_background_and_leaves_a_run_for_each_lane(desk: RaceDesk, opened: Opened) -> None:
    desk.start()
    assert phase(desk) == "preparing"
    until_over(opened)
    assert phase(desk) == "finished" and desk.failure is None
    assert (desk.step, desk.steps) == (30, 30)
    assert [runner.name for runner in desk.runners] == ["LSTM 6", "GRU 6", "RNN-tanh 6"]
    for runner in desk.runners:
        history = runner.history
        assert len(history.training) == history.step == 30
        assert history.ended is not None and history.ended.reason == "finished"
        assert runner.step_seconds is not None and runner.step_seconds > 0.0
        lines = [line.split(",") for line in metrics(runner.folder).splitlines()[1:]]
        assert [float(line[1]) for line in lines] == pytest.approx(history.training["loss"].tolist(), rel=1e-6)
        kept, shown = load_network(runner.folder / NETWORK), runner.trained
        assert shown is not None
        assert all(torch.equal(value, shown.weights[name]) for name, value in kept.weights.items())
        assert history.parameters == desk.lanes.parameters[desk.runners.index(runner)]
    assert {folder for folder, _ in all_runs()} == {runner.folder for runner in desk.runners}
    assert Change.RACE in opened.seen
    assert "Race of LSTM 6, GRU 6, RNN-tanh 6: finished." in [note.sentence for note in opened.session.notes]


def test_pause_shows_all_lanes_at_one_step_and_going_on_changes_nothing(desk: RaceDesk, opened: Opened) -> None:
    desk.start()
    until_over(opened)
    undisturbed = [metrics(runner.folder) for runner in desk.runners]
    desk.start()
    desk.pause()
    opened.until(lambda: desk.phase == "paused")
    desk.go_on()
    opened.until(lambda: desk.step > 0)
    desk.pause()
    opened.until(lambda: desk.phase in ("paused", "finished"))
    if desk.phase == "paused":
        assert len({runner.history.step for runner in desk.runners}) == 1
        assert {runner.trained.step for runner in desk.runners if runner.trained is not None} == {desk.step}
        desk.go_on()
    until_over(opened)
    assert [metrics(runner.folder) for runner in desk.runners] == undisturbed


def test_stopping_keeps_the_lanes_as_they_are(desk: RaceDesk, opened: Opened) -> None:
    opened.session.set("training.steps", 100_000)
    desk.start()
    opened.until(lambda: desk.step > 0)
    assert desk.remaining is None or desk.remaining > 0.0
    desk.stop()
    until_over(opened)
    assert desk.phase == "stopped"
    assert len({runner.history.step for runner in desk.runners}) == 1
    assert all((runner.folder / NETWORK).is_file() for runner in desk.runners)


def test_closing_the_workbench_ends_a_race_that_is_paused(desk: RaceDesk, opened: Opened) -> None:
    opened.session.set("training.steps", 100_000)
    desk.start()
    opened.until(lambda: desk.step > 0)
    desk.pause()
    opened.until(lambda: desk.phase == "paused")
    opened.session.close()
    assert all((runner.folder / NETWORK).is_file() for runner in desk.runners)


def test_a_training_and_a_race_do_not_run_side_by_side(desk: RaceDesk, opened: Opened) -> None:
    opened.session.set("training.steps", 100_000)
    desk.start()
    assert opened.session.cannot_train() == "A race is running; stop it first."
    with pytest.raises(BadInput, match="A race is running; stop it first"):
        opened.session.train()
    with pytest.raises(BadInput, match="A race is running; stop it first"):
        opened.session.train_for("words")
    with pytest.raises(BadInput, match="one is running already"):
        desk.start()
    desk.stop()
    until_over(opened)
    opened.session.train()
    with pytest.raises(BadInput, match="A training is running; stop it first"):
        desk.start()
    opened.session.stop()
    opened.until_phase("stopped")
    assert not desk.why_not()


def test_what_breaks_a_race_off_is_said(desk: RaceDesk, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr("workbench.engine.race.load", broken)
    desk.start()
    until_over(opened)
    assert desk.phase == "failed"
    assert "not enough memory" in desk.message
    assert any(note.level == "error" and "not enough memory" in note.sentence for note in opened.session.notes)
    assert not list(all_runs())


# --- going on ---------------------------------------------------------------------------------------------------------


def test_a_race_that_was_stopped_goes_on_with_its_curves_to_the_same_end(desk: RaceDesk, opened: Opened) -> None:
    opened.session.set("training.steps", 600)
    desk.start()
    until_over(opened)
    undisturbed = [metrics(runner.folder) for runner in desk.runners]
    desk.start()
    opened.until(lambda: desk.step > 10)
    desk.stop()
    until_over(opened)
    folders, stopped = [runner.folder for runner in desk.runners], desk.step
    assert 10 < stopped < 600
    desk.resume(folders[1])
    assert phase(desk) == "preparing"
    until_over(opened)
    assert phase(desk) == "finished"
    assert [runner.folder for runner in desk.runners] == folders
    assert [metrics(folder) for folder in folders] == undisturbed
    assert all(len(runner.history.training) == 600 for runner in desk.runners)
    assert {about.ended for _, about in all_runs()} == {"finished"}
    with pytest.raises(BadInput, match="this race is over"):
        go_on_racing(folders[0])


def test_it_pauses_and_tells_how_long_it_takes_while_lanes_catch_up(desk: RaceDesk, opened: Opened) -> None:
    parts = broken_off(lanes_for(counting(paths.user_data(), steps=3_000)), (200, 5, 200))
    desk.resume(parts[0])
    opened.until(lambda: len(desk.runners) == 3 and desk.has_begun)
    desk.pause()
    opened.until(lambda: desk.phase in ("paused", "finished"))
    steps = [runner.history.step for runner in desk.runners]
    assert desk.phase == "paused" and steps[0] == steps[2] == max(200, steps[1])
    assert desk.remaining is not None and desk.remaining > 0.0  # by the pace that the waiting lanes had
    desk.stop()
    until_over(opened)
    assert [runner.history.step for runner in desk.runners] == steps


def test_a_race_that_cannot_go_on_leaves_the_last_one_where_it_is(desk: RaceDesk, opened: Opened) -> None:
    desk.start()
    until_over(opened)
    before = desk.runners
    shutil.rmtree(before[1].folder)
    with pytest.raises(BadInput, match="is not beside it"):
        desk.resume(before[0].folder)
    assert desk.runners is before
    parts = broken_off(lanes_for(counting(paths.user_data())), (3, 4, 5))
    held = hold(parts[2])
    desk.resume(parts[0])
    until_over(opened)
    assert phase(desk) == "failed" and "is being trained at this moment" in desk.message
    assert desk.is_refused and desk.runners is before
    held.release()


def test_what_cannot_go_on_is_said(desk: RaceDesk, opened: Opened) -> None:
    opened.session.train()
    opened.until_phase("finished")
    alone = opened.session.training.folder
    assert alone is not None
    with pytest.raises(BadInput, match="does not say that it was trained in a race"):
        desk.resume(alone)
    desk.start()
    with pytest.raises(BadInput, match="one is running already"):
        desk.resume(alone)
    until_over(opened)
    with pytest.raises(BadInput, match="this race is over; nothing is left to be trained"):
        desk.resume(desk.runners[0].folder)


# --- the gates --------------------------------------------------------------------------------------------------------


def test_gates_of_every_lane_are_those_of_its_network(desk: RaceDesk, opened: Opened) -> None:
    """Traced anew from the network on disk."""
    opened.until_loaded()
    opened.session.set_seed_text("one two")
    desk.watch(True)
    desk.start()
    until_over(opened)
    opened.until(lambda: all(
        runner.gates is not None and runner.gates.trained is runner.trained for runner in desk.runners
    ))  # fmt: skip
    assert Change.RACE_GATES in opened.seen
    for runner in desk.runners:
        assert runner.gates is not None
        network = load_network(runner.folder / NETWORK).network()
        wanted = gate_trace(network, torch.from_numpy(runner.gates.probe.inputs))
        assert list(runner.gates.trace.layers[0].gates) == list(wanted.layers[0].gates)
        for gate, values in wanted.layers[0].gates.items():
            np.testing.assert_array_equal(runner.gates.trace.layers[0].gates[gate], values)


def test_gates_follow_what_is_written_after_the_race(desk: RaceDesk, opened: Opened) -> None:
    opened.until_loaded()
    desk.watch(True)
    desk.start()
    until_over(opened)
    opened.session.set_seed_text("three four")
    opened.until(lambda: all(
        runner.gates is not None and "three four" in runner.gates.probe.caption for runner in desk.runners
    ))  # fmt: skip
    desk.watch(False)
    opened.session.set_seed_text("two two")
    assert Change.STORY in opened.session.poll()
    opened.session.close()
    opened.session.poll()
    assert all("three four" in runner.gates.probe.caption for runner in desk.runners if runner.gates is not None)


def test_nothing_is_traced_while_nobody_looks(desk: RaceDesk, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    traced: list[Trained | Snapshot] = []
    monkeypatch.setattr(desk._looking, "start", traced.append)
    desk.start()
    until_over(opened)
    assert not traced
