"""Training by hand tells the same events as torch does, goes on exactly, and follows what was published."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from workbench import paths
from workbench.config import BinaryAddition, Layer, Preset, Recurrent, Series, StrokesDigits, Training
from workbench.data.sources import load
from workbench.engine.events import Checkpoint, Command, Ended, Event, Printed, Progress, Snapshot, Started, Validated
from workbench.engine.events import Tested as FinalScore  # pytest would take it for a test
from workbench.engine.experiment import experiment
from workbench.engine.state import TrainerState
from workbench.engine.trained import Trained
from workbench.fields import problems, settings_of
from workbench.models.shapes import weight_shapes
from workbench.outcome import outcome
from workbench.preset_files import load_preset
from workbench.runs.folders import NETWORK
from workbench.runs.network_file import load_network
from workbench.runs.run import Recorder, go_on_with, recorded
from workbench.scratch import start
from workbench.scratch.layer import Layer as ByHandLayer
from workbench.scratch.lstm import LSTM
from workbench.scratch.net import Net


def preset(name: str) -> Preset:
    return load_preset(paths.shipped_presets() / f"{name}.toml")


def adder(**training: object) -> Preset:
    """A few hundred sums, in batches."""
    settings = {"engine": "scratch", "optimiser": "sgd", "rate": 0.05, "batch": 8, "epochs": 2, "clip": 1.0}
    return Preset(
        title="Sums", data=BinaryAddition(bits=5, train=64), model=Recurrent(stack=(Layer(cell="gru", units=6),)),
        training=Training(**{**settings, **training}),  # type: ignore[arg-type]
    )  # fmt: skip


def events(preset: Preset, state: TrainerState | None = None) -> Iterator[Event]:
    for event in experiment(preset, state=state, report_seconds=0.0, snapshot_seconds=1e9, checkpoint_seconds=1e9):
        if isinstance(event, Event):
            yield event


def last_state(happened: list[Event]) -> TrainerState:
    return next(event.state for event in reversed(happened) if isinstance(event, Checkpoint))


def test_events_come_as_they_do_with_torch() -> None:
    happened = list(events(adder(validate_every=8)))
    by_torch = list(
        events(msgspec.structs.replace(adder(validate_every=8), training=Training(batch=8, epochs=2, validate_every=8)))
    )
    assert [type(event) for event in happened] == [type(event) for event in by_torch]
    started = happened[0]
    assert isinstance(started, Started)
    assert (started.steps, started.steps_per_epoch, started.batch) == (16, 8, 8)
    assert started.device.startswith("NumPy, by hand")
    assert started.parameters == 18 * 2 + 18 * 6 + 18 + 6 + 1  # one bias a gate, where torch has two
    steps = np.concatenate([event.steps for event in happened if isinstance(event, Progress)])
    np.testing.assert_array_equal(steps, np.arange(1, 17))
    tested = next(event for event in happened if isinstance(event, FinalScore))
    assert tested.score.total.count == 16 * 16
    assert [part.count for part in tested.score.parts] == [1000]
    assert happened[-1] == Ended(16, "finished")


def test_a_stopped_training_goes_on_exactly() -> None:
    whole = last_state(list(events(adder())))
    work = experiment(adder(), report_seconds=0.0)
    stopped: list[Event] = []
    command: Command | None = None
    while True:
        try:
            event = work.send(command)
        except StopIteration:
            break
        command = "stop" if isinstance(event, Progress) and event.steps[-1] == 5 else None
        if isinstance(event, Event):
            stopped.append(event)
    assert stopped[-1] == Ended(5, "stopped")
    again = last_state(list(events(adder(), last_state(stopped))))
    assert (again.step, again.epoch, again.batch) == (whole.step, whole.epoch, whole.batch)
    assert all(torch.equal(weight, again.weights[name]) for name, weight in whole.weights.items())
    assert whole.weights["head.weight"].dtype == torch.float64


def test_a_run_of_it_is_written_down_and_gone_on_with(tmp_path: Path) -> None:
    settings = preset("lstm-by-hand")
    settings = msgspec.structs.replace(settings, training=msgspec.structs.replace(settings.training, steps=2))
    list(recorded(experiment(settings), Recorder(tmp_path / "run", "lstm-by-hand", settings)))
    recorder, state, _ = go_on_with(tmp_path / "run")
    recorder.close()
    about = recorder.about
    assert state is not None
    assert (about.ended, recorder.preset, state.step) == ("finished", settings, 2)
    assert [(line["step"], line["same"]) for line in about.facts["printed"]] == [(0, True), (1, True)]
    network = load_network(tmp_path / "run" / NETWORK)
    assert all(weight.dtype == torch.float32 for weight in network.weights.values())


def test_the_network_that_is_shown_answers_as_the_one_by_hand() -> None:
    settings = msgspec.structs.replace(
        preset("lstm-by-hand"),
        training=Training(engine="scratch", optimiser="sgd", rate=0.1, epochs=0, steps=3, batch=1, start_reach=0.3),
    )
    happened = list(events(settings))
    started = happened[0]
    assert isinstance(started, Started)
    snapshot = next(event for event in reversed(happened) if isinstance(event, Snapshot))
    trained = Trained("series", settings, started.interface, started.classes, snapshot.weights, snapshot.step)
    split = outcome(load(settings.data)).test
    exact = {name: values.numpy() for name, values in last_state(happened).weights.items() if "bias_hh" not in name}
    net = Net([[ByHandLayer(LSTM(outer_tanh=False))]], exact, 1)
    scores = trained.network()(torch.from_numpy(split.inputs).float()).numpy()
    np.testing.assert_allclose(scores, net.forward(split.inputs.astype(np.float64)).scores, atol=1e-6)
    assert set(snapshot.weights) == {shape.name for shape in weight_shapes(settings.model, started.interface)}
    assert not snapshot.weights["layers.0.bias_hh_l0"].any()


def test_the_published_errors_are_told_beside_ours() -> None:
    happened = list(events(preset("lstm-by-hand")))
    printed = [event for event in happened if isinstance(event, Printed)]
    assert [event.step for event in printed] == [0, 1, 2, 10, 99]
    assert all(event.is_same for event in printed), printed
    score = next(event.score for event in happened if isinstance(event, FinalScore))
    assert score.total.count == 0
    assert score.facts[0].value < 2.61e-6
    assert all(np.isnan(event.accuracy) for event in happened if isinstance(event, Validated))


def test_the_adder_begins_as_published() -> None:
    settings = preset("binary-addition")
    first = msgspec.structs.replace(settings, training=msgspec.structs.replace(settings.training, epochs=0, steps=1001))
    printed = [event for event in events(first) if isinstance(event, Printed)]
    assert [(event.published, round(event.here, 8)) for event in printed] == [(3.45638663,) * 2, (3.63389116,) * 2]


@pytest.mark.parametrize(
    ("published", "here", "same"),
    [(3.5852713, 3.58527130268, True), (3.5852713, 3.5852714, False), (1.05172051911e-06, 1.0517205191081e-06, True),
     (1.05172051911e-06, 1.05172052e-06, False), (0.5, float("nan"), False),
     (1.05e-06, 1e300, False), (3.45638663, float("inf"), False)],
)  # fmt: skip
def test_two_errors_are_the_same_when_every_printed_digit_is(published: float, here: float, same: bool) -> None:
    assert Printed(0, published, here).is_same == same


def test_first_weights_of_any_network_come_from_its_seed_and_stay_in_reach() -> None:
    shapes = {"a": (3, 4), "b": (5,)}
    first, again, other = (start.uniform(shapes, seed, 0.2) for seed in (1, 1, 2))
    assert all(np.array_equal(values, again[name]) and not np.array_equal(values, other[name])
               for name, values in first.items())  # fmt: skip
    assert max(float(np.abs(values).max()) for values in first.values()) <= 0.2
    happened = list(events(adder(start_reach=0.01, steps=1, epochs=0, rate=1e-9)))
    snapshot = next(event for event in happened if isinstance(event, Snapshot))
    assert 0.005 < max(float(weight.abs().max()) for weight in snapshot.weights.values()) < 0.0101


def test_too_large_a_rate_is_said_to_diverge() -> None:
    training = Training(engine="scratch", optimiser="sgd", rate=50.0, epochs=0, steps=60, batch=1)
    model = Recurrent(stack=(Layer(cell="rnn-relu", units=6),))
    happened = list(events(Preset(title="Too fast", data=Series(), model=model, training=training)))
    ended = happened[-1]
    assert isinstance(ended, Ended)
    assert ended.reason == "diverged"
    snapshot = next(event for event in reversed(happened) if isinstance(event, Snapshot))
    assert all(bool(torch.isfinite(weight).all()) for weight in snapshot.weights.values())


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"optimiser": "adam"}, "training.optimiser"),
        ({"schedule": "cosine"}, "training.schedule"),
        ({"momentum": 0.9}, "training.momentum"),
        ({"average": 0.9}, "training.average"),
        ({"start_order": "adder"}, "training.start_order"),
        ({"start_order": "gates-apart"}, "training.start_order"),
    ],
)
def test_what_is_not_written_out_by_hand_says_so(changed: dict[str, str], key: str) -> None:
    assert list(problems(adder(**changed))) == [key]


def test_settings_of_the_other_engine_are_out_of_sight() -> None:
    by_hand = {setting.key for setting in settings_of(adder()) if setting.applies}
    by_torch = {setting.key for setting in settings_of(adder(engine="torch")) if setting.applies}
    assert {"training.start_order", "training.start_reach", "training.bit_loss"} == by_hand - by_torch
    assert {"training.momentum", "training.average", "training.device"} <= by_torch - by_hand


def test_a_forget_bias_that_is_never_set_is_refused() -> None:
    settings = preset("lstm-by-hand")
    assert problems(settings) == {}
    model = msgspec.structs.replace(settings.model, forget_bias=1.0)
    assert list(problems(msgspec.structs.replace(settings, model=model))) == ["model.forget_bias"]


def test_digits_are_not_read_by_hand() -> None:
    digits = Preset(title="Digits", data=StrokesDigits(), model=Recurrent(), training=adder().training)
    assert list(problems(digits)) == ["training.engine"]
    first_units = Preset(title="Digits", data=StrokesDigits(), model=Recurrent(head="first_units"))
    assert list(problems(first_units)) == ["model.head"]
    assert problems(Preset(title="Numbers", data=Series(), model=Recurrent(head="first_units"))) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["binary-addition", "next-prime"])
def test_the_published_trainings_are_followed_to_the_end(name: str) -> None:
    settings = preset(name)
    last = msgspec.structs.replace(settings.training, epochs=0, steps=9001)
    printed = [
        event for event in events(msgspec.structs.replace(settings, training=last)) if isinstance(event, Printed)
    ]
    published = settings.published
    assert published is not None
    assert [(event.step, event.published) for event in printed] == list(published.printed)
    assert all(event.is_same for event in printed), printed
