"""A training's state comes back as it was, and anything else is refused in one sentence."""

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from tests.engine.toy import dataset, preset, stopped_after
from workbench.engine.state import TrainerState
from workbench.errors import BadInput
from workbench.models.shapes import Shape, weight_shapes
from workbench.runs.state_file import FORMAT, check_state, load_state, save_state
from workbench.runs.tensor_file import save_tensors

OPTIMISERS = ("adam", "adamw", "rmsprop", "sgd")


def shapes() -> tuple[Shape, ...]:
    return weight_shapes(preset().model, dataset().interface)


@pytest.fixture(scope="module")
def state() -> TrainerState:
    return stopped_after(preset(epochs=2), 7)


@pytest.fixture
def path(state: TrainerState, tmp_path: Path) -> Path:
    save_state(state, tmp_path / "state.safetensors")
    return tmp_path / "state.safetensors"


def same(a: Any, b: Any) -> bool:
    """Equal to the bit, tensors and containers of them."""
    if isinstance(a, torch.Tensor):
        return isinstance(b, torch.Tensor) and a.dtype == b.dtype and torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return bool(a == b) and type(a) is type(b)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_state_comes_back_as_it_was(optimiser: str, tmp_path: Path) -> None:
    state = stopped_after(preset(optimiser=optimiser, epochs=2, average=0.9, shift=1.0), 7)
    save_state(state, tmp_path / "s")
    back = load_state(tmp_path / "s")
    assert same(vars(back), vars(state))
    assert back.average.keys() == back.weights.keys()
    check_state(back, shapes(), "state")


@pytest.mark.parametrize("keep", [0, 5, 100, 0.5, 0.999])
def test_a_truncated_file_is_refused(path: Path, keep: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(keep if keep >= 1 else keep * len(content))])
    with pytest.raises(BadInput, match=r"state\.safetensors: is not a whole safetensors file"):
        load_state(path)


@given(content=st.binary(max_size=300))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_random_bytes_are_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "random.safetensors"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"random\.safetensors"):
        load_state(path)


def test_a_pickle_a_folder_and_nothing_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pickled").write_bytes(pickle.dumps({"weights": [1, 2]}))
    for name in ("pickled", ".", "nothing"):
        with pytest.raises(BadInput):
            load_state(tmp_path / name)


@pytest.mark.parametrize(
    "position", ["", "{}", "[]", '{"step": "x"}', "[" * 100_000, '{"step": 1, "epoch": 0, "batch": 1}']
)
def test_a_broken_position_is_refused(tmp_path: Path, position: str) -> None:
    save_tensors(tmp_path / "s", FORMAT, {"w": torch.zeros(1)}, position=position)
    with pytest.raises(BadInput, match="its contents are broken"):
        load_state(tmp_path / "s")


def test_another_format_is_refused(tmp_path: Path) -> None:
    save_file({"w": torch.zeros(1)}, tmp_path / "s", metadata={"format": "other"})
    with pytest.raises(BadInput, match="format = 'other': is not a training state"):
        load_state(tmp_path / "s")


def without(weights: dict[str, torch.Tensor], name: str) -> dict[str, torch.Tensor]:
    return {key: weight for key, weight in weights.items() if key != name}


def test_a_state_of_another_network_is_refused(state: TrainerState) -> None:
    larger = weight_shapes(preset(units=9).model, dataset().interface)
    with pytest.raises(BadInput, match=r"expected .* for these settings"):
        check_state(state, larger, "state")
    with pytest.raises(BadInput, match=r"head\.bias: expected"):
        check_state(replace(state, weights=without(state.weights, "head.bias")), shapes(), "state")
    with pytest.raises(BadInput, match="of another network"):
        check_state(replace(state, weights={**state.weights, "more": torch.zeros(1)}), shapes(), "state")
    with pytest.raises(BadInput, match=r"head\.bias: expected"):
        check_state(replace(state, average=without(state.weights, "head.bias")), shapes(), "state")
    doubled = {name: weight.double() for name, weight in state.weights.items()}
    with pytest.raises(BadInput, match="float32"):
        check_state(replace(state, weights=doubled), shapes(), "state")


def test_an_optimiser_that_does_not_fit_the_weights_is_refused(state: TrainerState) -> None:
    moments = {**state.optimiser["state"][0], "exp_avg": torch.zeros(2)}
    misfit = {**state.optimiser, "state": {**state.optimiser["state"], 0: moments}}
    with pytest.raises(BadInput, match="optimiser/0/exp_avg: does not fit"):
        check_state(replace(state, optimiser=misfit), shapes(), "state")
    stray = {**state.optimiser, "state": {**state.optimiser["state"], 99: {"step": torch.tensor(1.0)}}}
    with pytest.raises(BadInput, match="optimiser/99/step: does not fit"):
        check_state(replace(state, optimiser=stray), shapes(), "state")


def test_a_generator_or_position_that_cannot_be_is_refused(state: TrainerState) -> None:
    broken = torch.zeros(3, dtype=torch.uint8)
    with pytest.raises(BadInput, match="generators/order: is not the state of a random generator"):
        check_state(replace(state, order=broken), shapes(), "state")
    with pytest.raises(BadInput, match="generators/augmentation: is not the state of a random generator"):
        check_state(replace(state, augmentation=broken), shapes(), "state")
    with pytest.raises(BadInput, match="position"):
        check_state(replace(state, step=-1), shapes(), "state")


def test_a_gpu_s_generator_is_not_taken_for_a_broken_one(state: TrainerState) -> None:
    check_state(replace(state, dropout=torch.zeros(16, dtype=torch.uint8)), shapes(), "state")


def test_the_memory_of_a_stream_comes_back_and_one_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    shapes = weight_shapes(preset().model, dataset().interface)
    memory = ((torch.rand(3, 8), torch.rand(3, 8)),)
    state = replace(stopped_after(preset(), 5), memory=memory, recent=torch.tensor([1.0, 0.0]))
    save_state(state, tmp_path / "state.safetensors")
    read = load_state(tmp_path / "state.safetensors")
    check_state(read, shapes, "here")
    assert [torch.equal(a, b) for a, b in zip(read.memory[0], memory[0], strict=True)] == [True, True]
    assert read.recent.tolist() == [1.0, 0.0]
    for broken in (((torch.rand(3, 7),),), memory * 2, ((torch.full((3, 8), torch.nan),),), ((torch.rand(8),),)):
        with pytest.raises(BadInput, match="here, memory: does not fit the layers"):
            check_state(replace(read, memory=broken), shapes, "here")
    with pytest.raises(BadInput, match="here, recent"):
        check_state(replace(read, recent=torch.zeros(2, 2)), shapes, "here")
