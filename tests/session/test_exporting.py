"""The export desk: the network that answers, its run or the chosen preset, written in the background."""

from pathlib import Path

import pytest

from tests.session.conftest import Opened
from workbench.errors import BadInput
from workbench.runs.folders import NETWORK
from workbench.runs.network_file import load_network
from workbench.runs.run_file import open_run
from workbench.session.change import Change
from workbench.session.exporting import Exported, Kind
from workbench.session.job import Failed


def exported(opened: Opened, kind: Kind, path: Path | None) -> Exported | Failed:
    desk = opened.session.exporting
    desk.export(kind, path)
    assert desk.is_busy
    opened.until(lambda: not desk.is_busy)
    assert desk.outcome is not None
    return desk.outcome


def test_the_network_that_answers_becomes_a_file(opened: Opened, tmp_path: Path) -> None:
    desk = opened.session.exporting
    assert desk.cannot("onnx") == "no network"
    opened.session.load_networks()
    opened.until_loaded()
    assert desk.cannot("onnx") == "" and desk.cannot("bundle") == desk.cannot("tensorboard") == "no run"
    assert desk.file_name("onnx") == "digits-best.onnx"
    outcome = exported(opened, "onnx", tmp_path / "mine.onnx")
    assert isinstance(outcome, Exported) and outcome.checked is not None
    assert outcome.path.is_file() and outcome.checked.difference <= 1e-5
    assert Change.EXPORT in opened.seen
    assert opened.session.notes[-1].sentence == f"Exported as {tmp_path / 'mine.onnx'}"
    with pytest.raises(BadInput, match="no run"):
        desk.export("bundle", tmp_path / "mine.lstmrun")


def test_the_chosen_preset_becomes_a_page_as_it_is_set(opened: Opened, counting: str, tmp_path: Path) -> None:
    opened.session.choose(counting)
    opened.session.set("model.units", 11)
    assert opened.session.exporting.file_name("script") == "counting.py"
    outcome = exported(opened, "script", tmp_path / "page.py")
    assert isinstance(outcome, Exported) and outcome.beside == (tmp_path / "page.txt",)
    assert "nn.LSTM(4, 11, " in outcome.path.read_text(encoding="utf-8")
    opened.session.choose("binary-addition")
    failed = exported(opened, "script", tmp_path / "other.py")
    assert isinstance(failed, Failed) and "by hand in NumPy" in failed.sentence


def test_a_run_of_ones_own_goes_away_whole_and_as_curves(opened: Opened, counting: str, tmp_path: Path) -> None:
    session, desk = opened.session, opened.session.exporting
    session.choose(counting)
    session.train()
    opened.until_phase("finished")
    run = session.training.folder
    assert run is not None and desk.run == run
    assert desk.file_name("bundle") == f"{run.name}.lstmrun"
    outcome = exported(opened, "bundle", tmp_path / desk.file_name("bundle"))
    assert isinstance(outcome, Exported)
    assert load_network(open_run(outcome.path, tmp_path / "there") / NETWORK).step == 30
    curves = exported(opened, "tensorboard", None)
    assert isinstance(curves, Exported) and curves.path == run / "tensorboard"
    assert len(list(curves.path.iterdir())) == 1


def test_only_one_is_written_at_a_time(opened: Opened, counting: str, tmp_path: Path) -> None:
    opened.session.choose(counting)
    opened.session.exporting.export("script", tmp_path / "one.py")
    with pytest.raises(BadInput, match="already"):
        opened.session.exporting.export("script", tmp_path / "two.py")
    opened.until(lambda: not opened.session.exporting.is_busy)
    assert not (tmp_path / "two.py").exists()
