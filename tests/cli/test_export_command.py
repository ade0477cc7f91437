"""``workbench export`` and ``workbench open``, as a person uses them."""

from pathlib import Path

import pytest
from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession

from tests.cli.conftest import Command
from workbench.export.check import TOLERANCE


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files are written where the command is given."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def run(workbench: Command, counting: str) -> Path:
    return Path(workbench("train", counting, "--json").json["run"])


def test_a_preset_becomes_onnx_with_the_difference_said(workbench: Command, counting: str, run: Path) -> None:
    told = workbench("export", counting, "--to", "onnx", "--json").json
    assert told["path"] == "counting.onnx"
    assert told["open_axes"] == ["batch", "time"]
    assert 0.0 <= told["largest_difference"] <= told["tolerance"] == TOLERANCE == 1e-5
    assert told["network"] == str(run / "network.safetensors")
    assert InferenceSession("counting.onnx").get_inputs()[0].shape == ["batch", "time"]
    said = workbench("export", run.name, "--to", "onnx", "--out", "again.onnx")
    assert said.code == 0
    assert f"the scores differ by {told['largest_difference']:.2g} at most" in said.out
    assert Path("again.onnx").read_bytes() == Path("counting.onnx").read_bytes()


def test_a_network_file_becomes_a_program(workbench: Command, run: Path) -> None:
    told = workbench("export", run / "network.safetensors", "--to", "torch", "--json").json
    assert told["path"] == "counting.pt2"
    assert told["open_axes"] == ["batch"]
    assert told["largest_difference"] <= 1e-6


def test_curves_for_tensorboard_lie_in_the_run(workbench: Command, counting: str, run: Path) -> None:
    told = workbench("export", counting, "--to", "tensorboard", "--json").json
    assert (told["path"], told["steps"]) == (str(run / "tensorboard"), 30)
    assert len(list((run / "tensorboard").glob("*tfevents*"))) == 1
    along = Path(workbench("train", counting, "--tensorboard", "--json").json["run"])
    assert len(list((along / "tensorboard").glob("*tfevents*"))) == 1


def test_a_run_goes_away_and_is_opened_elsewhere(
    workbench: Command, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = workbench("export", run.name, "--to", "bundle", "--json").json
    assert told["path"] == f"{run.name}.lstmrun"
    assert told["bytes"] == Path(told["path"]).stat().st_size
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "another computer"))
    opened = workbench("open", told["path"], "--json").json
    assert (opened["step"], opened["ended"]) == (30, "finished")
    assert Path(opened["run"]).parent == tmp_path / "another computer" / "runs"
    assert [each["folder"] for each in workbench("runs", "--json").json["runs"]] == [opened["run"]]
    assert "finished already" in workbench("resume", Path(opened["run"]).name).out
    assert workbench("export", Path(opened["run"]).name, "--to", "onnx").code == 0


def test_a_preset_becomes_a_page_with_its_data_beside(workbench: Command, counting: str, run: Path) -> None:
    told = workbench("export", counting, "--to", "script", "--json").json
    assert (told["path"], told["beside"], told["preset"]) == ("counting.py", ["counting.txt"], "counting")
    compile(Path("counting.py").read_text(encoding="utf-8"), "counting.py", "exec")
    for name, source in (("run", run.name), ("file", run / "network.safetensors")):
        assert workbench("export", source, "--to", "script", "--out", f"{name}.py").code == 0
        ours, theirs = (Path(f"{each}.py").read_text(encoding="utf-8") for each in ("counting", name))
        assert ours.replace("counting.txt", "") == theirs.replace(f"{name}.txt", "")
    workbench("export", "no-such-preset", "--to", "script").refused("no-such-preset")


def test_nothing_is_written_over(workbench: Command, run: Path) -> None:
    Path("mine.onnx").write_text("mine")
    workbench("export", run.name, "--to", "onnx", "--out", "mine.onnx").refused("--out", "there already")
    assert Path("mine.onnx").read_text() == "mine"
    workbench("export", run.name, "--to", "onnx", "--out", "no/such/place.onnx").refused("no such folder")


def test_the_run_that_one_stands_in_has_its_name(
    workbench: Command, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(run)
    told = workbench("export", ".", "--to", "bundle", "--out", "../here.lstmrun", "--json").json
    assert told["run"] == str(run)
    assert Path(workbench("open", "../here.lstmrun", "--json").json["run"]).name == f"{run.name}-1"
    assert run.name in workbench("runs", ".").out


def test_a_script_is_not_written_over_its_data(workbench: Command, counting: str) -> None:
    workbench("export", counting, "--to", "script", "--out", "page.txt").refused("page.txt", "let the script's end in")
    assert not Path("page.txt").exists()


def test_what_cannot_be_taken_away_is_said(workbench: Command, counting: str) -> None:
    workbench("export", counting, "--to", "onnx").refused("network = 'counting': this preset has not been trained yet")
    workbench("export", counting, "--to", "bundle").refused("no such run")
    workbench("export", "never-heard-of", "--to", "tensorboard").refused("no such run")
    Path("text.txt").write_text("no run")
    workbench("open", "text.txt").refused(".lstmrun")
    Path("text.lstmrun").write_text("no run")
    workbench("open", "text.lstmrun").refused("is not a whole run")
