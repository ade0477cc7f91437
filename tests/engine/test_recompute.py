"""What a validation said is found again from the snapshot of its step, on the CPU."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from tests.small import counting
from workbench.config import Preset, StrokesDigits
from workbench.data.dataset import Dataset
from workbench.data.sources import load
from workbench.engine.events import Snapshot, Started, Validated
from workbench.engine.recompute import revalidate
from workbench.engine.train import train
from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.outcome import outcome
from workbench.preset_files import with_setting
from workbench.session.choices import preset_entry

CPU = torch.device("cpu")


def set_to(preset: Preset, **settings: Any) -> Preset:
    for key, value in settings.items():
        preset = with_setting(preset, key.replace("__", "."), value)
    return preset


def small_digits(**settings: Any) -> Preset:
    preset = preset_entry("strokes-digits").preset
    few = msgspec.structs.replace(preset, data=StrokesDigits(train=300, validation=120, test=60))
    return set_to(few, model__units=10, training__epochs=0, training__steps=12, training__validate_every=5,
                  training__batch=50, training__device="cpu", **settings)  # fmt: skip


def story(preset_id: str, steps: int = 25) -> Preset:
    return set_to(preset_entry(preset_id).preset, training__steps=steps, training__validate_every=10,
                  training__device="cpu")  # fmt: skip


#: No augmentation or average, both, and what else changes how a validation is made.
PRESETS: dict[str, Callable[[Path], Preset]] = {
    "digits": lambda _: small_digits(),
    "digits, varied": lambda _: small_digits(training__turn=10.0, training__bend=0.5, training__pen=0.3),
    "digits, averaged": lambda _: small_digits(training__average=0.9, training__schedule="cosine"),
    "digits, varied and averaged": lambda _: small_digits(training__turn=10.0, training__average=0.9),
    "digits, of half precision": lambda _: small_digits(training__kept="float16", training__average=0.9),
    "digits, dropout": lambda _: small_digits(model__dropout=0.4),
    "words": lambda folder: counting(folder, steps=25),
    "words, every step": lambda _: story("story-belling-the-cat"),
    "bits": lambda _: set_to(story("binary-addition-lstm"), data__train=500),
    "series": lambda _: story("lstm-by-hand-torch"),
}


def dataset_and_validated(preset: Preset) -> tuple[Dataset, list[tuple[Trained, Validated]]]:
    dataset = outcome(load(preset.data))
    started, snapshot, found = None, None, []
    for event in train(preset, dataset, CPU):
        match event:
            case Started():
                started = event
            case Snapshot():
                snapshot = event
            case Validated():
                assert started is not None
                assert snapshot is not None
                assert snapshot.step == event.step
                trained = Trained("any", preset, started.interface, started.classes, snapshot.weights, snapshot.step)
                found.append((trained, event))
    return dataset, found


@pytest.mark.parametrize("name", PRESETS)
def test_what_was_logged_is_found_again(name: str, tmp_path: Path) -> None:
    dataset, found = dataset_and_validated(PRESETS[name](tmp_path))
    assert len(found) >= 3
    losses = []
    for trained, logged in found:
        score = outcome(revalidate(trained, dataset))
        assert score is not None
        # Where memory lies decides how torch parts its sums: single precision's rounding, averaged over the samples.
        assert score.loss == pytest.approx(logged.loss, rel=1e-7)
        assert score.accuracy == logged.accuracy or (score.accuracy != score.accuracy and not score.total.count)
        assert [fact.name for fact in score.facts] == [fact.name for fact in logged.facts]
        assert [fact.value for fact in score.facts] == pytest.approx([fact.value for fact in logged.facts], rel=1e-6)
        losses.append(score.loss)
    assert len(set(losses)) == len(losses)  # another network each time


@pytest.mark.parametrize("preset_id", ["binary-addition", "lstm-by-hand"])
def test_what_was_computed_by_hand_is_found_again_to_single_precision(preset_id: str) -> None:
    preset = story(preset_id)
    if preset_id == "binary-addition":
        preset = set_to(preset, data__train=500)
    dataset, found = dataset_and_validated(preset)
    for trained, logged in found:
        score = outcome(revalidate(trained, dataset))
        assert score is not None
        assert score.loss == pytest.approx(logged.loss, rel=1e-5)
        assert score.total.count == 0 or score.accuracy == pytest.approx(logged.accuracy, abs=0.002)


def test_it_can_be_stopped_and_other_data_are_refused(tmp_path: Path) -> None:
    dataset, found = dataset_and_validated(counting(tmp_path))
    work = revalidate(found[0][0], dataset)
    next(work)
    with pytest.raises(StopIteration) as stopped:
        work.send("stop")
    assert stopped.value.value is None
    (tmp_path / "counting.txt").write_text("another text has been put in its place here", encoding="utf-8")
    with pytest.raises(BadInput, match="no longer those"):
        revalidate(found[0][0], outcome(load(found[0][0].preset.data)))
