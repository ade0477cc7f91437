"""The figures the bundled networks are there for, counted again; data that cannot be shipped may be absent."""

import json

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from tests.pen_traces import MNIST_RAW, PEN_TRACES, mnist
from workbench import paths
from workbench.config import DigitsMix
from workbench.data.ink import pictures
from workbench.data.text import read_text, text_path
from workbench.data.unipen import by_writer, pen_digits
from workbench.engine.story import seed_words, tell
from workbench.engine.trained import Trained, classify
from workbench.runs.network_file import load_network
from workbench.session.choices import find_presets
from workbench.session.networks import BUNDLED as FROM_THE_START

BUNDLED = sorted(path.stem for path in paths.networks().glob("*.safetensors"))


def bundled(preset_id: str) -> Trained:
    return load_network(paths.networks() / f"{preset_id}.safetensors")


def read_right(trained: Trained, images: np.ndarray, labels: np.ndarray) -> float:
    """Share of pictures (n, 28, 28), 0..1, that the network reads right."""
    answers = classify(trained.network(), torch.from_numpy(images)).argmax(-1).numpy()
    return float((answers == labels).mean())


def test_every_network_that_comes_along_is_what_its_preset_trains() -> None:
    entries, broken = find_presets()
    assert not broken
    for preset_id in BUNDLED:
        trained, preset = bundled(preset_id), entries[preset_id].preset
        data = trained.preset.data
        if isinstance(data, DigitsMix):
            assert data.pen  # its name tells which traces it learnt; the preset can do without
            data = replace(data, pen="")
        assert (data, trained.preset.model) == (preset.data, preset.model)
        assert trained.preset.training == preset.training
        assert trained.preset_id == preset_id
        assert (paths.networks() / f"{preset_id}.json").is_file()


def test_the_window_finds_a_network_for_each_task_that_has_one_from_the_start() -> None:
    entries, _ = find_presets()
    for task, preset_id in FROM_THE_START.items():
        assert preset_id in BUNDLED
        assert entries[preset_id].preset.task == task


def test_the_fable_is_retold_word_for_word() -> None:
    trained = bundled("story-belling-the-cat")
    fable = read_text(text_path("belling-the-cat")).split()
    seeds = seed_words(trained, "had a general")
    start = next(k for k in range(len(fable)) if fable[k : k + 3] == seeds)
    told = [word.text for word in tell(trained, seeds, 32, 0.0, torch.Generator())]
    assert told == fable[start + 3 : start + 35]


@pytest.mark.parametrize(
    ("preset_id", "least"),
    [("strokes-digits", 0.92), ("mnist-lstm", 0.975), ("mnist-bilstm", 0.985), ("digits-best", 0.9955)],
)
def test_mnists_test_digits_are_read(preset_id: str, least: float) -> None:
    if not MNIST_RAW.is_dir():
        pytest.skip("MNIST is not in ../shared/data")
    images, labels = mnist("t10k")
    assert read_right(bundled(preset_id), images.astype(np.float32) / 255, labels) >= least


@pytest.mark.parametrize(("preset_id", "least"), [("strokes-digits", 0.95), ("digits-best", 0.98)])
def test_pen_digits_of_hands_never_seen_are_read(preset_id: str, least: float) -> None:
    if not PEN_TRACES.is_file():
        pytest.skip("pen traces are not in ../shared/data")
    *_, digits = by_writer(pen_digits(PEN_TRACES))
    assert len({digit.writer for digit in digits}) == 7
    seen = pictures([digit.drawing() for digit in digits])
    assert read_right(bundled(preset_id), seen, np.array([digit.label for digit in digits])) >= least


def test_the_best_digit_reader_is_small_and_reads_better_than_what_was_published() -> None:
    path = paths.networks() / "digits-best.safetensors"
    assert path.stat().st_size < 2_000_000
    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["test"]
    published = bundled("digits-best").preset.published
    assert published is not None
    assert told["of"] == 10_000
    assert 100 * told["accuracy"] > published.figure
