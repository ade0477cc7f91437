"""A run's snapshots: written while it trains, found again, gone on with, and refused by name when damaged."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.runs.test_run import begun, gone_on, stop_at
from tests.small import counting
from workbench.config import Preset
from workbench.engine.events import Snapshot, Started, Validated
from workbench.errors import BadInput
from workbench.models.shapes import weight_shapes
from workbench.runs import moments as moments_module
from workbench.runs.folders import METRICS, NETWORK, SNAPSHOTS
from workbench.runs.snapshot_files import load_metrics, load_snapshot, load_travels, load_validations, snapshot_steps
from workbench.runs.tensor_file import save_tensors


@pytest.fixture
def preset(tmp_path: Path) -> Preset:
    return counting(tmp_path, steps=40)


@pytest.fixture
def run(preset: Preset, tmp_path: Path) -> Path:
    list(begun(preset, tmp_path / "run"))
    return tmp_path / "run"


def test_every_snapshot_is_found_again_to_the_bit(preset: Preset, tmp_path: Path) -> None:
    events = list(begun(preset, tmp_path / "run"))
    seen: dict[int, dict[str, torch.Tensor]] = {}
    for event in events:
        if isinstance(event, Snapshot):
            seen.setdefault(event.step, event.weights)
    travels = load_travels(tmp_path / "run")
    steps = [moment.step for moment in travels.moments]
    assert steps == snapshot_steps(tmp_path / "run") == sorted(steps)
    assert (steps[0], steps[-1]) == (0, 40)
    validated = [event for event in events if isinstance(event, Validated)]
    assert {event.step for event in validated} <= set(steps)
    for moment in travels.moments:
        assert all(torch.equal(weight, seen[moment.step][name]) for name, weight in moment.weights.items())
    for event in validated:
        assert travels.logged[event.step].loss == pytest.approx(event.loss, rel=1e-8)
        assert travels.logged[event.step].accuracy == pytest.approx(event.accuracy, rel=1e-8)
    metrics = load_metrics(tmp_path / "run")
    assert [row[0] for row in metrics] == list(range(1, 41))
    assert np.isfinite(metrics).all()
    middle = travels.at(8)
    assert (middle.step, middle.preset, "test" in middle.facts) == (8, travels.final.preset, False)
    with pytest.raises(BadInput, match=r"no snapshot of this step.*The nearest are of 39 and 40\."):
        travels.at(1_000)


def test_going_on_keeps_those_before_and_makes_the_others_again(preset: Preset, tmp_path: Path) -> None:
    list(begun(preset, whole := tmp_path / "whole"))
    stop_at(begun(preset, parted := tmp_path / "parted"), 21)
    assert snapshot_steps(parted)[-1] <= 21
    late = parted / SNAPSHOTS / "00000039.safetensors"
    late.write_bytes(b"of a training that went on without being written down")
    half = parted / SNAPSHOTS / ".00000016.safetensors.0123.part"
    half.write_bytes(b"of a process that was killed")
    list(gone_on(parted))
    assert not half.exists()
    one, two = load_travels(whole), load_travels(parted)
    assert not two.broken
    both = {moment.step: moment for moment in one.moments}
    for moment in two.moments:
        if moment.step in both:
            weights = both[moment.step].weights
            assert all(torch.equal(weight, weights[name]) for name, weight in moment.weights.items())
    validated = set(load_validations(whole))
    assert validated <= {moment.step for moment in two.moments}


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def changed_in_one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(bytes(content))


def pickled(path: Path) -> None:
    torch.save({"step": torch.zeros(1)}, path)


def of_another_step(path: Path) -> None:
    path.write_bytes((path.parent / "00000002.safetensors").read_bytes())


def without_a_weight(path: Path) -> None:
    save_tensors(path, "workbench-snapshot-1", {"one": torch.zeros(3)}, step="4")


def a_network(path: Path) -> None:
    path.write_bytes((path.parent.parent / NETWORK).read_bytes())


@pytest.mark.parametrize("damage", [cut_off, changed_in_one_bit, pickled, of_another_step, without_a_weight, a_network])
def test_a_damaged_snapshot_is_named_and_the_others_are_there(run: Path, damage: Callable[[Path], None]) -> None:
    damage(run / SNAPSHOTS / "00000004.safetensors")
    travels = load_travels(run)
    [error] = travels.broken
    assert "00000004.safetensors" in str(error)
    assert 4 not in [moment.step for moment in travels.moments]
    assert 8 in [moment.step for moment in travels.moments]
    with pytest.raises(BadInput, match=r"00000004\.safetensors"):
        load_snapshot(run, 4, weight_shapes(travels.final.preset.model, travels.final.interface))


def test_numbers_that_are_none_are_refused(run: Path) -> None:
    travels = load_travels(run)
    weights = {name: weight.clone() for name, weight in travels.at(4).weights.items()}
    weights["head.bias"][0] = torch.nan
    save_tensors(run / SNAPSHOTS / "00000004.safetensors", "workbench-snapshot-1", weights, step="4")
    [error] = load_travels(run).broken
    assert "not every weight is a number" in str(error)


def test_runs_without_snapshots_or_without_a_network_say_so(run: Path) -> None:
    (run / NETWORK).rename(run / "elsewhere")
    with pytest.raises(BadInput, match="broken off before its first checkpoint"):
        load_travels(run)
    (run / "elsewhere").rename(run / NETWORK)
    for path in (run / SNAPSHOTS).iterdir():
        path.unlink()
    with pytest.raises(BadInput, match="has no snapshots"):
        load_travels(run)
    with pytest.raises(BadInput, match="not a run"):
        load_travels(run / SNAPSHOTS)


def test_broken_metrics_are_refused_by_name(run: Path) -> None:
    (run / METRICS).write_text("step,loss,accuracy,gradient_norm\n1,much,0.1,0.2\n", encoding="utf-8")
    with pytest.raises(BadInput, match=METRICS):
        load_metrics(run)


def test_a_network_that_is_too_large_keeps_none(
    preset: Preset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moments_module, "places_for", lambda size: 0 if size > 100 else 200)
    events = list(begun(preset, tmp_path / "run"))
    assert not (tmp_path / "run" / SNAPSHOTS).exists()
    [started] = [event for event in events if isinstance(event, Started)]
    moments = moments_module.Moments(preset, started)
    assert not moments.are_too_large  # not known before the first
    assert moments.see(next(event for event in events if isinstance(event, Snapshot))) is None
    assert moments.are_too_large
