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

from tests.engine.toy import dataset, events, preset, stopped_after
from workbench.engine.state import TrainerState
from workbench.errors import BadInput
from workbench.models.shapes import Shape, weight_shapes
from workbench.runs.state_check import check_state, kept_for_each_weight
from workbench.runs.state_file import FORMAT, load_state, save_state
from workbench.runs.tensor_file import save_tensors

OPTIMISERS = ("adam", "adamw", "rmsprop", "sgd")
SETTINGS = preset(epochs=2).training


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
    chosen = preset(optimiser=optimiser, epochs=2, average=0.9, shift=1.0)
    state = stopped_after(chosen, 7)
    save_state(state, tmp_path / "s")
    back = load_state(tmp_path / "s")
    assert same(vars(back), vars(state))
    assert back.average.keys() == back.weights.keys()
    check_state(back, shapes(), chosen.training, "state")


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_what_is_expected_of_an_optimiser_is_what_torchs_keeps(optimiser: str, momentum: float) -> None:
    chosen = preset(optimiser=optimiser, momentum=momentum)
    entries = stopped_after(chosen, 1).optimiser["state"].values()
    kept = {key for entry in entries for key, value in entry.items() if value is not None}
    assert kept == set(kept_for_each_weight(chosen.training))


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
        check_state(state, larger, SETTINGS, "state")
    with pytest.raises(BadInput, match=r"head\.bias: expected"):
        check_state(replace(state, weights=without(state.weights, "head.bias")), shapes(), SETTINGS, "state")
    with pytest.raises(BadInput, match="of another network"):
        check_state(replace(state, weights={**state.weights, "more": torch.zeros(1)}), shapes(), SETTINGS, "state")
    with pytest.raises(BadInput, match=r"head\.bias: expected"):
        check_state(replace(state, average=without(state.weights, "head.bias")), shapes(), SETTINGS, "state")
    doubled = {name: weight.double() for name, weight in state.weights.items()}
    with pytest.raises(BadInput, match="float32"):
        check_state(replace(state, weights=doubled), shapes(), SETTINGS, "state")


def with_entry(state: TrainerState, index: int, **changes: Any) -> TrainerState:
    """The state with other numbers in one weight's entry; ``...`` takes one out."""
    entry = {**state.optimiser["state"].get(index, {}), **changes}
    kept = {key: value for key, value in entry.items() if value is not ...}
    return replace(state, optimiser={**state.optimiser, "state": {**state.optimiser["state"], index: kept}})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"exp_avg": torch.zeros(2)}, "exp_avg = '2 float32': expected 32 x 3 float32 for layers.0.weight_ih_l0"),
        ({"exp_avg": torch.zeros(32, 3).double()}, "exp_avg = '32 x 3 float64': expected 32 x 3 float32"),
        ({"exp_avg": "much"}, "exp_avg = 'much': expected 32 x 3 float32"),
        ({"exp_avg_sq": ...}, "exp_avg_sq: expected 32 x 3 float32"),
        ({"step": 7}, "step = 7: expected one float32"),
        ({"step": [[]]}, "step = [[]]: expected one float32"),
        ({"step": {"": 1}}, "step = {'': 1}: expected one float32"),
        ({"step": torch.tensor(7)}, "step = 'one int64': expected one float32"),
        ({"step": torch.tensor(torch.nan)}, "step = nan: expected 0 to 7 steps"),
        ({"step": torch.tensor(-1.0)}, "step = -1.0: expected 0 to 7 steps"),
        ({"step": torch.tensor(1e30)}, "step = 1.0000000150474662e+30: expected 0 to 7 steps"),
        ({"momentum_buffer": torch.zeros(32, 3)}, "momentum_buffer = '32 x 3 float32': the optimiser of these"),
        ({"maximize": True}, "maximize = True: the optimiser of these settings keeps no such number"),
    ],
)
def test_an_optimisers_entry_that_is_not_one_is_refused(state: TrainerState, change: Any, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_state(with_entry(state, 0, **change), shapes(), SETTINGS, "state")
    assert str(refused.value).startswith(f"state, optimiser/0/{said}")


def test_entries_of_weights_that_are_not_there_or_lack_theirs_are_refused(state: TrainerState) -> None:
    with pytest.raises(BadInput, match="optimiser/99: there are 6 weights that learn"):
        check_state(with_entry(state, 99, step=torch.tensor(1.0)), shapes(), SETTINGS, "state")
    entries = {index: entry for index, entry in state.optimiser["state"].items() if index != 3}
    with pytest.raises(BadInput, match=r"optimiser/3/step: expected one float32 for layers\.0\.bias_hh"):
        check_state(replace(state, optimiser={**state.optimiser, "state": entries}), shapes(), SETTINGS, "state")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"batch": 2**62}, "position = {'step': 7, 'epoch': 0, 'batch': 4611686018427387904}: expected as many steps"),
        ({"batch": 6}, "position = "),
        ({"epoch": 1}, "position = "),  # 0 batches an epoch
        ({"step": 30, "epoch": 2, "batch": 5}, "position = "),  # 12 and a half
        ({"step": 13, "epoch": 2, "batch": 7}, "position = "),  # 3 batches an epoch, of which 7 are done
        ({"step": -1}, "position/step = -1: expected 0 or more"),
        ({"batch": -5}, "position/batch = -5: expected 0 or more"),
        ({"seconds": float("nan")}, "position/seconds = nan: expected seconds"),
        ({"seconds": -1.0}, "position/seconds = -1.0: expected seconds"),
    ],
)
def test_a_position_where_no_training_comes_is_refused(state: TrainerState, change: Any, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_state(replace(state, **change), shapes(), SETTINGS, "state")
    assert str(refused.value).startswith(f"state, {said}")


@given(per_epoch=st.integers(1, 1000), epochs=st.integers(0, 100), done=st.integers(7, 1000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_position_a_training_comes_to_is_right(
    state: TrainerState, per_epoch: int, epochs: int, done: int
) -> None:
    """Of an epoch's last batch, too, after which the next epoch begins with the next batch only."""
    epoch, batch = epochs + (done - 1) // per_epoch, (done - 1) % per_epoch + 1
    at = replace(state, step=epochs * per_epoch + done, epoch=epoch, batch=batch)
    check_state(at, shapes(), SETTINGS, "state")


def test_a_position_of_other_data_is_refused_where_they_are_known(state: TrainerState) -> None:
    """12 batches an epoch: two epochs of 6 batches and one batch more are no place of theirs."""
    changes: tuple[dict[str, Any], ...] = ({"step": 13, "epoch": 2, "batch": 1}, {"step": 20, "epoch": 0, "batch": 20})
    for change in changes:
        with pytest.raises(BadInput, match=r"training state, position = .* is not of data with 12 batches an epoch"):
            list(events(preset(epochs=2), replace(state, **change)))


def test_a_generator_that_cannot_be_is_refused(state: TrainerState) -> None:
    broken = torch.zeros(3, dtype=torch.uint8)
    with pytest.raises(BadInput, match="generators/order: is not the state of a random generator"):
        check_state(replace(state, order=broken), shapes(), SETTINGS, "state")
    with pytest.raises(BadInput, match="generators/augmentation: is not the state of a random generator"):
        check_state(replace(state, augmentation=broken), shapes(), SETTINGS, "state")


def test_a_gpu_s_generator_is_not_taken_for_a_broken_one(state: TrainerState) -> None:
    check_state(replace(state, dropout=torch.zeros(16, dtype=torch.uint8)), shapes(), SETTINGS, "state")


def test_the_memory_of_a_stream_comes_back_and_one_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    shapes = weight_shapes(preset().model, dataset().interface)
    memory = ((torch.rand(3, 8), torch.rand(3, 8)),)
    state = replace(stopped_after(preset(), 5), memory=memory, recent=torch.tensor([1.0, 0.0]))
    save_state(state, tmp_path / "state.safetensors")
    read = load_state(tmp_path / "state.safetensors")
    check_state(read, shapes, SETTINGS, "here")
    assert [torch.equal(a, b) for a, b in zip(read.memory[0], memory[0], strict=True)] == [True, True]
    assert read.recent.tolist() == [1.0, 0.0]
    for broken in (((torch.rand(3, 7),),), memory * 2, ((torch.full((3, 8), torch.nan),),), ((torch.rand(8),),)):
        with pytest.raises(BadInput, match="here, memory: does not fit the layers"):
            check_state(replace(read, memory=broken), shapes, SETTINGS, "here")
    with pytest.raises(BadInput, match="here, recent"):
        check_state(replace(read, recent=torch.zeros(2, 2)), shapes, SETTINGS, "here")
