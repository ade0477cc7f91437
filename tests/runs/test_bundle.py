"""A bundled network has its provenance beside it, and nothing of the computer it was made on."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from safetensors import safe_open

from tests.small import digit_reader, story_teller
from workbench import paths
from workbench.config import DigitsMix, Mnist
from workbench.data.sources import interface
from workbench.engine.trained import Trained
from workbench.preset_files import load_preset
from workbench.runs.bundle import bundle
from workbench.runs.network_file import load_network
from workbench.session.networks import BUNDLED


def provenance(path: Path) -> dict[str, Any]:
    words: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return words


def on_mnist(folder: str) -> Trained:
    trained = digit_reader("mnist-lstm")
    return replace(trained, preset=msgspec.structs.replace(trained.preset, data=Mnist(folder=folder)))


def test_it_can_be_loaded_and_its_provenance_is_true(tmp_path: Path) -> None:
    path = bundle(digit_reader(), tmp_path)
    assert path.name == f"{BUNDLED['digits']}.safetensors"
    words = provenance(path)
    assert words["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert words["device"] == "cpu"
    assert words["step"] == load_network(path).step == 7


def test_the_folder_of_the_data_is_left_out(tmp_path: Path) -> None:
    path = bundle(on_mnist("/home/somebody/digits"), tmp_path)
    data = load_network(path).preset.data
    assert isinstance(data, Mnist)
    assert data.folder == ""
    trained = story_teller()
    elsewhere = msgspec.structs.replace(trained.preset.data, text="/home/somebody/novel.txt")
    story = bundle(replace(trained, preset=msgspec.structs.replace(trained.preset, data=elsewhere)), tmp_path)
    for file in (path, path.with_suffix(".json"), story, story.with_suffix(".json")):
        assert b"somebody" not in file.read_bytes()


def test_of_pen_traces_only_the_name_is_told(tmp_path: Path) -> None:
    trained = digit_reader()
    data = DigitsMix(folder="/home/somebody/digits", pen="/home/somebody/traces.tra")
    path = bundle(replace(trained, preset=msgspec.structs.replace(trained.preset, data=data)), tmp_path)
    with safe_open(path, framework="pt") as file:
        about = json.loads(file.metadata()["about"])
    assert about["preset"]["data"]["pen"] == "traces.tra"
    assert b"somebody" not in path.read_bytes() + path.with_suffix(".json").read_bytes()


def test_the_command_names_what_was_changed(tmp_path: Path) -> None:
    saved = load_preset(paths.shipped_presets() / "story-belling-the-cat.toml")
    as_saved = replace(story_teller(), preset=saved)
    changed = msgspec.structs.replace(saved.training, steps=9, seed=4)
    for preset, command in (
        (saved, "workbench train story-belling-the-cat --bundle"),
        (
            msgspec.structs.replace(saved, training=changed),
            "workbench train story-belling-the-cat --set=training.steps=9 --set=training.seed=4 --bundle",
        ),
    ):
        assert provenance(bundle(replace(as_saved, preset=preset), tmp_path))["made_with"] == command


@pytest.mark.parametrize("path", sorted(paths.networks().glob("*.safetensors")), ids=lambda path: path.stem)
def test_every_network_that_comes_along_can_be_read(path: Path) -> None:
    trained = load_network(path)
    assert trained.preset_id == path.stem
    if not isinstance(trained.preset.data, Mnist | DigitsMix):
        assert trained.network().interface == interface(trained.preset.data)


def test_for_every_task_that_has_one_a_network_comes_along() -> None:
    assert set(BUNDLED.values()) <= {path.stem for path in paths.networks().glob("*.safetensors")}
