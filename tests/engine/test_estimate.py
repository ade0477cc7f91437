"""The length of a training, told before it: of few steps, without loading what need not be loaded."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.small import counting
from workbench.config import DATA_KINDS, Mnist, Preset, Recurrent, Training, stacked
from workbench.data.sources import training_count
from workbench.engine import estimate as module
from workbench.engine.estimate import estimate
from workbench.engine.events import Started
from workbench.engine.experiment import experiment
from workbench.engine.length import Length, about
from workbench.preset_files import with_setting


def lengths(preset: Preset, patience: float = 60.0) -> list[Length]:
    return [event for event in estimate(preset, patience) if isinstance(event, Length)]


def of_kind(kind: str) -> Preset:
    """A small network on the source's default data."""
    data = {"kind": kind}
    training = {"batch": 50, "epochs": 3, "device": "cpu"}
    model = {"kind": "recurrent", "stack": [{"units": 2}]}
    preset: Preset = msgspec.convert({"title": kind, "data": data, "model": model, "training": training}, Preset)
    return preset


@pytest.mark.parametrize("kind", [kind for kind in DATA_KINDS if training_count(of_kind(kind).data) is not None])
def test_a_source_that_knows_its_size_is_not_loaded(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    preset = of_kind(kind)
    count = training_count(preset.data)
    assert count is not None
    monkeypatch.setattr(module, "load", None)  # would break
    monkeypatch.setattr(module, "TIMED_SECONDS", 0.01)
    [length] = lengths(preset)
    assert length.steps == 3 * (count // 50)
    assert 0.0 < length.seconds < 3600.0


def test_a_text_is_loaded_to_know_its_windows(tmp_path: Path) -> None:
    preset = msgspec.structs.replace(counting(tmp_path), training=Training(batch=4, epochs=2, device="cpu"))
    [length] = lengths(preset)
    assert length.steps == 2 * (14 // 4)
    assert length.device.startswith("cpu")


@pytest.mark.parametrize("reading", ["windows", "stream"])
def test_as_many_steps_are_told_as_are_trained(tmp_path: Path, reading: str) -> None:
    preset = counting(tmp_path)
    for key, value in (("split", "characters"), ("targets", "every"), ("reading", reading), ("window", 4)):
        preset = with_setting(preset, f"data.{key}", value)
    preset = msgspec.structs.replace(preset, training=Training(batch=2, epochs=3, device="cpu"))
    [length] = lengths(preset)
    started = next(event for event in experiment(preset) if isinstance(event, Started))
    assert length.steps == started.steps > 0


def test_data_that_take_too_long_are_not_waited_for(tmp_path: Path) -> None:
    assert lengths(counting(tmp_path), patience=-1.0) == []


def test_it_can_be_given_up_at_any_time(tmp_path: Path) -> None:
    for steps_before in range(4):
        work = estimate(counting(tmp_path))
        for _ in range(1 + steps_before):
            next(work)
        with pytest.raises(StopIteration):
            work.send("stop")


def test_steps_and_validations_are_counted_as_often_as_they_will_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]

    class Run:
        """Each step takes 0.25 s after two that take 5 s; all of what is watched takes 0.5 s."""

        device = "a clock"
        steps = 0

        def one_step(self) -> None:
            clock[0] += 5.0 if self.steps < 2 else 0.25
            self.steps += 1

        def report(self) -> None:
            pass

        def validate(self) -> Generator[None, Any, None]:
            clock[0] += 0.5
            yield None

    monkeypatch.setattr(module, "begin", lambda *_: Run())
    monkeypatch.setattr("workbench.engine.estimate.time.perf_counter", lambda: clock[0])
    training = Training(batch=100, epochs=5, validate_every=20, device="cpu")
    data, model = Mnist(train=1_000, validation=2_000), Recurrent(stack=stacked(units=2))
    preset = Preset(title="Digits", data=data, model=model, training=training)
    # 50 steps; validated after 20, 40 and 50, each time four times as much as was timed.
    assert lengths(preset) == [Length(50 * 0.25 + 3 * 4 * 0.5, 50, "a clock")]
    longer = with_setting(preset, "training.steps", 10_000)
    assert lengths(longer)[0].seconds == 10_000 * 0.25 + 500 * 4 * 0.5
    assert lengths(longer)[0].is_long


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "a few seconds"), (7.0, "a few seconds"), (42.0, "about 40 seconds"), (89.0, "about 90 seconds"),
        (100.0, "about 1.5 minutes"), (240.0, "about 4 minutes"), (3_000.0, "about 50 minutes"),
        (5_500.0, "about 1.5 hours"), (36_000.0, "about 10 hours"), (432_000.0, "about 5 days"),
    ],
)  # fmt: skip
def test_a_time_is_told_no_more_exactly_than_it_is_known(seconds: float, words: str) -> None:
    assert about(seconds) == words
    assert Length(seconds, 1, "cpu").words() == f"{words} on this machine"
