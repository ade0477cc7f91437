"""A training killed with signal 9 at random moments, again and again, ends as one that never was."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.presets_small import small_preset
from tests.runs.same import assert_same_end
from workbench.engine.experiment import experiment
from workbench.preset_files import preset_to_toml, with_setting
from workbench.runs.run import Recorder, recorded

#: With what dropout, streams, augmentation, averages and bfloat16 need to go on from; and by hand.
LONG: dict[str, dict[str, object]] = {
    "story-belling-the-cat": {"model.units": 16, "model.dropout": 0.3, "training.steps": 300},
    "characters": {"model.units": 16, "training.steps": 1500, "training.validate_every": 100},
    "binary-addition": {"training.steps": 3000, "training.validate_every": 300, "data.bits": 8},
    "digits-best": {"model.units": 8, "training.steps": 500, "training.validate_every": 100},
}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 on Windows")
@pytest.mark.parametrize(
    ("name", "kills"),
    [
        ("story-belling-the-cat", 3),
        pytest.param("characters", 20, marks=pytest.mark.slow),
        pytest.param("binary-addition", 20, marks=pytest.mark.slow),
        pytest.param("digits-best", 20, marks=pytest.mark.slow),
    ],
)
def test_it_ends_the_same_to_the_bit(name: str, kills: int, tmp_path: Path) -> None:
    preset = small_preset(name, tmp_path)
    for key, value in LONG[name].items():
        preset = with_setting(preset, key, value)
    (tmp_path / "preset.toml").write_text(preset_to_toml(preset))
    list(recorded(experiment(preset), Recorder(tmp_path / "whole", "killed", preset)))
    words = [str(tmp_path / "preset.toml"), str(tmp_path / "killed"), str(kills), "1"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.runs.killed", *words], env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE, check=True, text=True,
    )  # fmt: skip
    moments = json.loads(done.stdout)
    print(f"{name}: killed {len(moments)} times, with {moments} rows written")
    assert len(moments) == kills
    assert_same_end(tmp_path / "whole", tmp_path / "killed")
