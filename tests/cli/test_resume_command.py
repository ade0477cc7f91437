"""``workbench resume``: goes on as the run was trained, and says what is not as it was."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.cli.conftest import Command
from tests.presets_small import bars, small_preset
from tests.runs.same import assert_same_end
from workbench.config import Preset
from workbench.engine.events import Checkpoint
from workbench.engine.experiment import experiment
from workbench.preset_files import load_preset
from workbench.runs.folders import PRESET, STATE, STATE_BEFORE
from workbench.runs.index import read_about
from workbench.runs.lock import hold
from workbench.runs.run import Recorder, recorded


@pytest.fixture
def preset(tmp_path: Path) -> Preset:
    """Of all small presets one whose last bits hang on the number of threads."""
    return small_preset("story-belling-the-cat-two-layers", tmp_path)


@pytest.fixture
def two_threads() -> Iterator[None]:
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(1)


def trained(preset: Preset, folder: Path, steps: int = 0) -> Path:
    """The run, broken off after its checkpoint of so many steps; 0: whole."""
    work = recorded(experiment(preset, report_seconds=0.0, checkpoint_seconds=0.0), Recorder(folder, "story", preset))
    for event in work:
        if isinstance(event, Checkpoint) and event.state.step == steps:
            break
    work.close()
    return folder


def test_it_goes_on_with_as_many_threads_as_before(
    workbench: Command, preset: Preset, tmp_path: Path, two_threads: None
) -> None:
    trained(preset, tmp_path / "whole")
    run = trained(preset, tmp_path / "run", 5)
    torch.set_num_threads(1)
    said = workbench("resume", run)
    assert said.code == 0, said
    assert "going on after step 5 of 12" in said.out
    assert torch.get_num_threads() == read_about(run).facts["threads"] == 2
    assert_same_end(tmp_path / "whole", run)


def test_a_torn_checkpoint_is_said_and_costs_a_few_steps(workbench: Command, preset: Preset, tmp_path: Path) -> None:
    trained(preset, tmp_path / "whole")
    run = trained(preset, tmp_path / "run", 8)
    (run / STATE).write_bytes((run / STATE).read_bytes()[:-1])
    said = workbench("resume", run)
    assert said.code == 0, said
    assert f"{run / STATE}: is not a whole safetensors file" in said.out
    assert "The checkpoint before it, after step 7, is used instead." in said.out
    assert "going on after step 7 of 12" in said.out
    assert_same_end(tmp_path / "whole", run)


def test_of_two_torn_ones_nothing_is_made_and_both_stay(workbench: Command, preset: Preset, tmp_path: Path) -> None:
    run = trained(preset, tmp_path / "run", 8)
    for name in (STATE, STATE_BEFORE):
        (run / name).write_bytes(b"torn")
    said = workbench("resume", run)
    assert said.code == 2
    assert said.err.startswith(f"workbench: {run / STATE}: is not a whole safetensors file")
    assert (run / STATE).read_bytes() == (run / STATE_BEFORE).read_bytes() == b"torn"


def test_one_that_is_trained_elsewhere_is_refused_and_listed_as_such(
    workbench: Command, preset: Preset, temporary_home: Path
) -> None:
    run = trained(preset, temporary_home / "runs" / "20260101-000000-story", 5)
    assert workbench("runs").out.splitlines()[-1].split()[-3:-1] == ["broken", "off"]
    held = hold(run)
    assert workbench("runs").out.splitlines()[-1].split()[-2] == "training"
    said = workbench("resume", run.name)
    held.release()
    assert said.code == 2
    assert "is being trained at this moment, here or in another window" in said.err


def test_other_versions_are_said(workbench: Command, preset: Preset, tmp_path: Path) -> None:
    run = trained(preset, tmp_path / "run", 5)
    about = run / "run.json"
    about.write_text(about.read_text().replace(f'"torch": "{torch.__version__}"', '"torch": "1.0.0"'))
    said = workbench("resume", run, "--device", "cpu")
    assert f"It was trained with torch 1.0.0, and goes on with {torch.__version__}: last digits may differ." in said.out


def test_a_finished_run_goes_on_as_a_new_one(workbench: Command, counting: str) -> None:
    first = workbench("train", counting, "--json").json["run"]
    said = workbench("resume", first, "--as-new", "--steps", "5")
    assert said.code == 0
    assert "going on after step 30 of 35" in said.out
    listed = workbench("runs", "--json").json["runs"]
    assert [(one["step"], one["facts"].get("continued")) for one in listed if one["folder"] != first] == [
        (35, {"run": Path(first).name, "step": 30})
    ]
    said = workbench("resume", first, "--as-new", "--at", "8")
    name = Path(first).name
    assert f"with the weights of step 8 of {name} and a fresh optimiser: a snapshot holds weights alone." in said.out
    assert "going on after step 8 of 30" in said.out
    from_snapshot = workbench("resume", first, "--as-new", "--at", "8", "--json").json
    assert from_snapshot["step"] == 30
    assert from_snapshot["continued"] == {"run": name, "step": 8, "optimiser": "fresh"}
    refused = workbench("resume", first, "--at", "8")
    assert (refused.code, "--as-new" in refused.err) == (2, True)


@pytest.fixture
def moved(tmp_path: Path) -> tuple[Path, Path]:
    """A run broken off after 5 steps on a folder of pictures, and where these were moved to since."""
    run = trained(small_preset("cifar10-convnet", tmp_path), tmp_path / "run", 5)
    return run, bars(tmp_path).rename(tmp_path / "elsewhere")


def test_pictures_that_were_moved_are_named(workbench: Command, moved: tuple[Path, Path], tmp_path: Path) -> None:
    run, pictures = moved
    trained(small_preset("cifar10-convnet", tmp_path / "there"), tmp_path / "whole")
    refused = workbench("resume", run)
    assert refused.code == 2
    assert "its data are not there." in refused.err
    assert "--set data.folder=PLACE" in refused.err
    assert workbench("resume", run, "--set", f"data.folder={pictures}").code == 0
    assert_same_end(tmp_path / "whole", run)
    assert load_preset(run / PRESET).data.folder == str(pictures)  # type: ignore[union-attr]


def test_other_pictures_are_not_taken_for_those_of_the_run(
    workbench: Command, moved: tuple[Path, Path], tmp_path: Path
) -> None:
    run, pictures = moved
    before = (run / PRESET).read_bytes()
    others = Path(shutil.copytree(pictures, tmp_path / "others"))
    next(others.rglob("*.png")).unlink()
    refused = workbench("resume", run, "--set", f"data.folder={others}")
    assert (refused.code, "the data are not those" in refused.err) == (2, True)
    assert (run / PRESET).read_bytes() == before
    as_new = workbench("resume", run, "--as-new", "--set", f"data.folder={others}")
    assert (as_new.code, "the data are not those" in as_new.err) == (2, True)
    assert workbench("runs", "--json").json["runs"] == []  # the new one is gone again
    three = Path(shutil.copytree(next(path for path in others.iterdir() if path.is_dir()), others / "third"))
    misfit = workbench("resume", run, "--set", f"data.folder={three.parent}")
    assert (misfit.code, "its network does not fit the data there" in misfit.err) == (2, True)
    nothing = workbench("resume", run, "--set", f"data.folder={tmp_path / 'nowhere'}")
    assert (nothing.code, "nowhere, data.folder: there is no such folder" in nothing.err) == (2, True)


def test_what_was_moved_is_named_for_a_new_run_too(workbench: Command, moved: tuple[Path, Path]) -> None:
    run, pictures = moved
    said = workbench("resume", run, "--as-new", "--steps", "2", "--set", f"data.folder={pictures}", "--json")
    assert (said.code, said.json["step"]) == (0, 7)


def test_no_other_setting_is_changed_under_way(workbench: Command, moved: tuple[Path, Path]) -> None:
    refused = workbench("resume", moved[0], "--set", "training.rate=0.5")
    assert refused.code == 2
    assert "training.rate = '0.5': a run goes on with the settings it was begun with" in refused.err
    assert "only where its data lie can be said anew: data.folder" in refused.err
    assert "as in data.folder=~/pictures" in workbench("resume", moved[0], "--set", "data.folder").err


def test_a_finished_run_needs_no_place(workbench: Command, counting: str) -> None:
    run = workbench("train", counting, "--json").json["run"]
    refused = workbench("resume", run, "--set", "data.text=/nowhere")
    assert (refused.code, "the run is finished" in refused.err) == (2, True)
