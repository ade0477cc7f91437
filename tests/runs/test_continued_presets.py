"""Every preset that comes along, continued from its first snapshot as a new run, ends as it did."""

from pathlib import Path

import pytest
import torch

from tests.presets_small import NAMES, STEPS, small_preset
from tests.runs.same import assert_same_end
from tests.runs.test_every_preset import going, until
from workbench.runs.continued import continued
from workbench.runs.folders import STATE
from workbench.runs.run import Recorder, go_on_with
from workbench.runs.snapshot_files import snapshot_steps
from workbench.runs.state_file import load_state

#: A stream, a convolution net, word vectors with momentum or without; the others are like one of them.
QUICK = ("binary-addition", "characters", "cifar10-convnet", "story-vectors-published", "strokes-digits")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the data that stand in for downloads are."""
    return tmp_path_factory.mktemp("data")


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]
)
def test_from_the_first_snapshot_it_ends_the_same_to_the_bit(name: str, data: Path, tmp_path: Path) -> None:
    preset = small_preset(name, data)
    first = tmp_path / "first"
    work = going(Recorder(first, name, preset), preset)
    until(work, STEPS)
    work.close()  # before it is tested, which takes long and changes nothing
    if not snapshot_steps(first):
        pytest.skip("too large for snapshots to be kept")
    new = continued(first, at=0, under=tmp_path)
    recorder, state, _ = go_on_with(new)
    work = going(recorder, recorder.preset, state)
    until(work, STEPS)
    work.close()
    if preset.training.engine == "scratch":  # which computes with more digits than snapshots have
        one, two = (load_state(run / STATE) for run in (first, new))
        assert one.step == two.step
        for name, weight in one.weights.items():
            assert weight.dtype == two.weights[name].dtype
            torch.testing.assert_close(two.weights[name], weight, rtol=0.0, atol=1e-5)
        return
    assert_same_end(first, new)
