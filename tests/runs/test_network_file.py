"""A network's file comes back as it was, and anything else is refused in one sentence."""

import dataclasses
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from tests.small import digit_reader, story_teller
from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.runs import tensor_file
from workbench.runs.network_file import FORMAT, load_network, save_network


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "network.safetensors"
    save_network(digit_reader(), path)
    return path


def rewritten(path: Path, weights: dict[str, torch.Tensor] | None = None, **about: Any) -> Path:
    """The file with other weights, or other words about them."""
    found = load_file(path)
    header = {"format": FORMAT, "about": json.dumps({**description(path), **about})}
    save_file(found if weights is None else weights, path, metadata=header)
    return path


def description(path: Path) -> dict[str, Any]:
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        about: dict[str, Any] = json.loads(file.metadata()["about"])
    return about


@pytest.mark.parametrize("trained", [digit_reader(), story_teller()], ids=["digits", "words"])
def test_a_network_comes_back_as_it_was(trained: Trained, tmp_path: Path) -> None:
    save_network(trained, tmp_path / "new" / "a.safetensors")
    back = load_network(tmp_path / "new" / "a.safetensors")
    assert (back.preset_id, back.preset, back.interface, back.classes, back.step, back.facts) == (
        trained.preset_id, trained.preset, trained.interface, trained.classes, trained.step, trained.facts,
    )  # fmt: skip
    assert back.weights.keys() == trained.weights.keys()
    assert all(torch.equal(back.weights[name], trained.weights[name]) for name in trained.weights)
    back.network()


def test_halved_numbers_take_half_the_room_and_come_back_as_they_were(tmp_path: Path) -> None:
    whole = digit_reader()
    training = replace(whole.preset.training, kept="float16")
    weights = {name: weight.half().float() for name, weight in whole.weights.items()}
    halved = dataclasses.replace(whole, preset=replace(whole.preset, training=training), weights=weights)
    for trained, name in ((whole, "whole"), (halved, "halved")):
        save_network(trained, tmp_path / name)
    numbers = sum(weight.numel() for weight in weights.values())
    saved = (tmp_path / "whole").stat().st_size - (tmp_path / "halved").stat().st_size
    assert abs(saved - 2 * numbers) < 100  # the description may differ by a few letters
    back = load_network(tmp_path / "halved")
    assert all(torch.equal(back.weights[name], weights[name]) for name in weights)
    assert all(weight.dtype == torch.float32 for weight in back.weights.values())


def test_saving_leaves_nothing_else_in_the_folder(path: Path) -> None:
    save_network(digit_reader(units=7), path)
    assert [p.name for p in path.parent.iterdir() if p.is_file()] == [path.name]
    assert load_network(path).preset.stack[0].units == 7


@pytest.mark.parametrize("keep", [0, 1, 7, 8, 100, 0.5, 0.999])
def test_a_truncated_file_is_refused(path: Path, keep: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(keep if keep >= 1 else keep * len(content))])
    with pytest.raises(BadInput, match=r"network\.safetensors: is not a whole safetensors file"):
        load_network(path)


@given(content=st.binary(max_size=300))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_random_bytes_are_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "random.safetensors"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"random\.safetensors"):
        load_network(path)


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_damaged_file_is_refused_or_read(data: st.DataObject, path: Path) -> None:
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255))
    damaged = path.with_name("damaged.safetensors")
    damaged.write_bytes(content)
    try:
        load_network(damaged).network()
    except BadInput as error:
        assert "damaged.safetensors" in str(error)


def test_a_pickle_is_not_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "sprung",))

    path = tmp_path / "network.safetensors"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(BadInput):
        load_network(path)
    assert not (tmp_path / "sprung").exists()


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.safetensors", tmp_path / ("x" * 300)):
        with pytest.raises(BadInput, match=r"cannot be read|is not a whole"):
            load_network(path)


def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save_file({"w": torch.zeros(3)}, path)
    with pytest.raises(BadInput, match="is not a network of the workbench"):
        load_network(path)
    save_file({"w": torch.zeros(3)}, path, metadata={"format": "workbench-network-2"})
    with pytest.raises(BadInput, match=r"format = 'workbench-network-2'"):
        load_network(path)


@pytest.mark.parametrize("about", ["", "{", "[]", '"text"', '{"preset_id": 3}', "[" * 100_000])
def test_a_broken_description_is_refused(path: Path, about: str) -> None:
    save_file(load_file(path), path, metadata={"format": FORMAT, "about": about})
    with pytest.raises(BadInput, match="its description is broken"):
        load_network(path)


@pytest.mark.parametrize("name", ["../out", "/tmp/out", "..", "", "a\0b"])
def test_a_preset_whose_name_leads_elsewhere_is_refused(path: Path, name: str) -> None:
    """Files are called by it when the network is exported."""
    with safe_open(path, framework="pt") as file:
        about = json.loads(file.metadata()["about"])
    save_file(load_file(path), path, metadata={"format": FORMAT, "about": json.dumps(about | {"preset_id": name})})
    with pytest.raises(BadInput, match=r"preset_id = .*: is no preset's name"):
        load_network(path)


def test_missing_and_misshapen_weights_are_named(path: Path) -> None:
    weights = load_file(path)
    del weights["head.bias"]
    with pytest.raises(BadInput, match=r"head\.bias: expected \(10,\)"):
        load_network(rewritten(path, weights))
    weights["head.bias"] = torch.zeros(9)
    with pytest.raises(BadInput, match=r"head\.bias = \(9,\): expected \(10,\)"):
        load_network(rewritten(path, weights))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(path: Path, number: float) -> None:
    weights = load_file(path)
    weights["head.bias"][3] = number
    with pytest.raises(BadInput, match=r"head\.bias: not every weight is a number"):
        load_network(rewritten(path, weights))


def test_whole_numbers_are_no_weights(path: Path) -> None:
    weights = {name: weight.long() for name, weight in load_file(path).items()}
    with pytest.raises(BadInput, match="not every weight is a number"):
        load_network(rewritten(path, weights))


@pytest.mark.parametrize("kind", [torch.float8_e4m3fn, torch.float8_e5m2, torch.complex64, torch.int8])
def test_numbers_of_other_kinds_are_refused(path: Path, kind: torch.dtype) -> None:
    weights = {name: weight.to(kind) for name, weight in load_file(path).items()}
    with pytest.raises(BadInput, match="no number made here is of this kind"):
        load_network(rewritten(path, weights))


def test_a_network_that_claims_to_be_huge_is_refused_before_it_is_built(path: Path) -> None:
    preset = description(path)["preset"]
    preset["model"].update(stack=[{"units": 4096}] * 16)
    with pytest.raises(BadInput, match=r"expected \(16384, 28\)"):
        load_network(rewritten(path, preset=preset))


@pytest.mark.parametrize(
    "change", [{"steps": 27}, {"steps": -1}, {"width": 14}, {"symbols": 5}, {"classes": 11}, {"every_step": True}]
)
def test_a_network_must_read_what_its_settings_say(path: Path, change: dict[str, Any]) -> None:
    interface = {**description(path)["interface"], **change}
    with pytest.raises(BadInput, match=r"interface = .*expected"):
        load_network(rewritten(path, interface=interface))


def test_a_story_network_names_every_word_once(tmp_path: Path) -> None:
    path = tmp_path / "story.safetensors"
    save_network(story_teller(), path)
    words = description(path)["classes"]
    with pytest.raises(BadInput):
        load_network(rewritten(path, classes=[*words[1:], words[1]]))
    with pytest.raises(BadInput):
        load_network(rewritten(path, classes=words[1:]))


def test_a_digit_network_names_its_ten_classes(path: Path) -> None:
    with pytest.raises(BadInput, match="names 9 classes; the network has 10"):
        load_network(rewritten(path, classes=list("012345678")))


def test_a_file_too_large_is_not_opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensor_file, "LARGEST_FILE", 1000)
    with pytest.raises(BadInput, match="larger than any network"):
        load_network(path)
