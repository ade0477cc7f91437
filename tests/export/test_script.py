"""A page of PyTorch: run by itself, it ends at the loss that the workbench ends at."""

import ast
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pytest

from workbench import paths
from workbench.config import Preset
from workbench.data.vision import torchvision_module
from workbench.engine import events
from workbench.engine.experiment import experiment
from workbench.errors import BadInput
from workbench.export.script import save_script
from workbench.preset_files import load_preset, with_setting


class Losses(NamedTuple):
    """Of the last batch, and over the test samples; and the share right in percent, where answers can be right."""

    last: float
    test: float
    right: float | None


def small(preset_id: str, steps: int, **settings: object) -> Preset:
    """A preset that comes along, cut short; ``data_train=500`` is data.train."""
    preset = load_preset(paths.shipped_presets() / f"{preset_id}.toml")
    for key, value in {"training_device": "cpu", "training_steps": steps, **settings}.items():
        preset = with_setting(preset, key.replace("_", ".", 1), value)
    return preset


def here(preset: Preset) -> Losses:
    """What the workbench gets."""
    last, tested = 0.0, None
    for event in experiment(preset):
        if isinstance(event, events.Progress):
            last = float(event.losses[-1])
        if isinstance(event, events.Tested):
            tested = event.score
    assert tested is not None
    share = tested.total
    return Losses(last, tested.loss, round(100 * share.correct / share.count, 2) if share.count else None)


def printed(lines: list[str]) -> Losses:
    said = {name: rest for name, _, rest in (line.partition(": ") for line in lines)}
    (last,) = [rest for name, rest in list(said.items()) if name.startswith("step")][-1:]
    right = float(said["right"].removesuffix(" %")) if "right" in said else None
    return Losses(float(last.removeprefix("loss ")), float(said["test"].removeprefix("loss ")), right)


def started(script: Path, *words: str) -> subprocess.Popen[str]:
    """Runs it as a person does, where nothing of the workbench can be imported."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-P", script.name, "--device", "cpu", *words], cwd=script.parent, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": "", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> Losses:
    said, complaints = process.communicate()
    assert process.returncode == 0, complaints
    return printed(said.splitlines())


Page = Callable[..., Losses]


@pytest.fixture
def run_page(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Page:
    """Runs it in this process, which has loaded torch already."""

    def run(script: Path, *words: str) -> Losses:
        monkeypatch.setattr(sys, "argv", [script.name, "--device", "cpu", *words])
        capsys.readouterr()
        runpy.run_path(str(script), run_name="__main__")
        return printed(capsys.readouterr().out.splitlines())

    return run


def agree(ours: Losses, theirs: Losses, rel: float = 1e-6) -> None:
    assert theirs.last == pytest.approx(ours.last, rel=rel)
    assert theirs.test == pytest.approx(ours.test, rel=rel)
    assert (theirs.right is None) == (ours.right is None)
    assert ours.right is None or theirs.right == pytest.approx(ours.right, abs=0.35)


DIGITS = {"data_train": 400, "data_validation": 10, "data_test": 300, "model_units": 8, "training_batch": 50}

#: Presets, and what else a page can hold.
CASES: dict[str, tuple[str, int, dict[str, Any]]] = {
    "story": ("story-belling-the-cat", 12, {"model_units": 16}),
    "stream": ("characters", 24, {"model_units": 12}),
    "bits": ("binary-addition-lstm", 30, {"data_bits": 5}),
    "bits-drawn": ("binary-addition-lstm", 3, {"data_bits": 9, "model_cell": "gru"}),
    "series": ("lstm-by-hand-torch", 10, {}),
    "primes": ("next-prime-torch", 10, {"model_peepholes": True}),
    "vectors": ("story-vectors", 4, {"data_vector_epochs": 2, "model_units": 8}),
    "vectors-tuned": ("story-vectors-softmax", 4, {
        "data_vector_epochs": 2, "model_units": 8, "model_tune_vectors": True, "data_least": 2, "data_vocabulary": 60,
    }),
    "scalar": ("story-belling-the-cat-published", 12, {"model_units": 8, "data_windows": 50}),
    "in-turn": ("story-belling-the-cat-published", 110, {
        "model_units": 8, "data_reading": "in_turn", "training_rate": 1e-4,
    }),
    "one-hot": ("story-belling-the-cat-published", 12, {"model_units": 8, "model_input": "one_hot", "model_layers": 2}),
    "of-an-lstm-left-on": ("next-prime-torch", 10, {
        "model_cell": "gru", "model_layers": 3, "model_stack.1.cell": "rnn-tanh", "model_stack.2.cell": "rnn-sigmoid",
        "model_peepholes": True, "model_outer_tanh": False,
    }),
    "digits": ("strokes-digits", 20, DIGITS),
    "peepholes": ("strokes-digits", 6, DIGITS | {
        "model_peepholes": True, "model_bidirectional": True, "model_layers": 2, "model_dropout": 0.2,
        "model_readout": "attention", "training_optimiser": "sgd", "training_momentum": 0.5, "training_kept": "float16",
        "training_weight_decay": 0.01,
    }),
    "sigmoid": ("strokes-digits", 6, DIGITS | {
        "model_cell": "rnn-sigmoid", "training_every_step": True, "model_recurrent_start": "orthogonal",
        "model_projection": 5,
    }),
    "relu": ("strokes-digits", 6, DIGITS | {
        "model_cell": "rnn-relu", "model_recurrent_start": "identity", "model_readout": "max", "training_average": 0.9,
    }),
    "no-bias": ("strokes-digits", 6, DIGITS | {
        "model_bias": False, "model_bidirectional": True, "model_readout": "both_ends", "model_cell": "gru",
        "model_recurrent_start": "xavier", "training_optimiser": "adamw",
    }),
    "memories": ("strokes-digits", 6, DIGITS | {
        "model_longest_memory": 20, "data_read": "pairs", "model_outer_tanh": False, "model_readout": "mean",
    }),
    "convnet": ("strokes-digits", 6, {
        **{key: value for key, value in DIGITS.items() if key != "model_units"}, "model_kind": "convnet",
        "model_dropout": 0.3, "training_mirror": True, "training_precision": "bfloat16",
    }),
    "convnet-no-activation": ("strokes-digits", 6, {
        **{key: value for key, value in DIGITS.items() if key != "model_units"}, "model_kind": "convnet",
        "model_activation": "none",
    }),
    "varied": ("strokes-digits", 6, DIGITS | {
        "data_read": "pairs", "model_bidirectional": True, "model_layers": 2, "model_readout": "both_ends",
        "model_dropout": 0.2, "training_optimiser": "adamw", "training_weight_decay": 0.02, "training_average": 0.999,
        "training_kept": "float16", "training_turn": 12, "training_slant": 0.15, "training_stretch": 0.12,
        "training_shift": 1.2, "training_bend": 1.7, "training_pen": 0.6,
    }),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_ends_at_the_same_loss(case: str, tmp_path: Path, run_page: Page) -> None:
    preset_id, steps, settings = CASES[case]
    preset = small(preset_id, steps, **settings)
    script = save_script(preset_id, preset, tmp_path / "page.py").script
    text = script.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 160
    assert max(map(len, text.splitlines())) <= 120
    agree(here(preset), run_page(script))


def test_it_does_so_by_itself(tmp_path: Path) -> None:
    preset_id, steps, settings = CASES["story"]
    script = save_script(preset_id, small(preset_id, 400, **settings), tmp_path / "page.py").script
    assert "import workbench" not in script.read_text(encoding="utf-8")
    process = started(script, "--steps", str(steps))
    agree(here(small(preset_id, steps, **settings)), ended(process))


@pytest.mark.slow
@pytest.mark.parametrize("preset_id", ["strokes-digits", "characters", "binary-addition-lstm", "next-prime-torch"])
def test_presets_as_they_are_do_so_by_themselves(preset_id: str, tmp_path: Path) -> None:
    script = save_script(preset_id, small(preset_id, 1000), tmp_path / "page.py").script
    agree(here(small(preset_id, 100)), ended(started(script, "--steps", "100")), rel=1e-5)


def test_mnist_comes_through_torchvision(tmp_path: Path, run_page: Page) -> None:
    torchvision_module("datasets")  # also one that was built for another torch
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    luck = np.random.default_rng(0)
    for part, count in (("train", 60_000), ("t10k", 10_000)):
        pictures = np.repeat(luck.integers(256, size=(count, 28, 1), dtype=np.uint8), 28, 2)
        header = bytes([0, 0, 8, 3]) + b"".join(size.to_bytes(4, "big") for size in (count, 28, 28))
        (raw / f"{part}-images-idx3-ubyte").write_bytes(header + pictures.tobytes())
        labels = luck.integers(10, size=count, dtype=np.uint8)
        (raw / f"{part}-labels-idx1-ubyte").write_bytes(
            bytes([0, 0, 8, 1]) + count.to_bytes(4, "big") + labels.tobytes()
        )
    preset = small("mnist-lstm", 4, model_units=4, data_folder=str(tmp_path), data_train=500)
    written = save_script("mnist-lstm", preset, tmp_path / "page.py")
    assert written.beside == ()
    assert str(tmp_path) not in written.script.read_text(encoding="utf-8")
    agree(here(preset), run_page(written.script, "--data", str(tmp_path)))


def test_words_of_a_preset_do_not_become_code(tmp_path: Path, run_page: Page) -> None:
    hostile = '"""\nraise SystemExit("run")\n"""\\'
    preset = msgspec.structs.replace(small("next-prime-torch", 2), title=hostile, promise=hostile)
    written = save_script(hostile, preset, tmp_path / "page.py")
    agree(here(preset), run_page(written.script))
    tree = ast.parse(written.script.read_text(encoding="utf-8"))
    assert "SystemExit" in str(ast.get_docstring(tree))
    assert not any(isinstance(node, ast.Raise) for node in ast.walk(tree))


#: Trainings by hand: as the presets have them, and what else a page of NumPy can hold.
BY_HAND: dict[str, tuple[str, int, dict[str, Any]]] = {
    "adder": ("binary-addition", 130, {"data_bits": 5}),
    "adder-tanh": ("binary-addition", 40, {
        "data_bits": 5, "model_cell": "rnn-tanh", "training_bit_loss": "cross_entropy", "training_batch": 3,
        "training_clip": 0.5, "training_weight_decay": 0.01,
    }),
    "adder-relu": ("binary-addition", 20, {"data_bits": 4, "model_cell": "rnn-relu"}),
    "lstm": ("lstm-by-hand", 100, {}),
    "lstm-apart": ("lstm-by-hand", 20, {"training_start_order": "gates-apart", "model_outer_tanh": True}),
    "prime": ("next-prime", 120, {}),
    "of-an-lstm-left-on": ("binary-addition", 20, {"data_bits": 4, "model_peepholes": True, "model_outer_tanh": False}),
}  # fmt: skip


@pytest.mark.parametrize("case", BY_HAND)
def test_a_training_by_hand_ends_at_the_same_loss_in_numpy(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    preset_id, steps, settings = BY_HAND[case]
    preset = small(preset_id, steps, **settings)
    script = save_script(preset_id, preset, tmp_path / "page.py").script
    text = script.read_text(encoding="utf-8")
    assert "import workbench" not in text and "autograd" not in text and ".backward()" not in text
    assert len(text.splitlines()) < 160
    assert max(map(len, text.splitlines())) <= 120
    monkeypatch.setattr(sys, "argv", [script.name])
    capsys.readouterr()
    runpy.run_path(str(script), run_name="__main__")
    agree(here(preset), printed(capsys.readouterr().out.splitlines()), rel=2e-6)


def test_what_a_page_of_numpy_does_not_hold_is_said(tmp_path: Path) -> None:
    preset = small("binary-addition", 5, training_start_order="network", model_cell="gru")
    with pytest.raises(BadInput, match=r"training\.engine.*by hand in NumPy"):
        save_script("binary-addition", preset, tmp_path / "page.py")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("mine")
    with pytest.raises(BadInput, match=r"page\.txt"):
        save_script("story", small("story-belling-the-cat", 3), tmp_path / "page.py")
    assert [path.name for path in tmp_path.iterdir()] == ["page.txt"]
