"""The export desk: the network that answers, its run or the chosen preset, written in the background."""

import json
import sys
import time
import warnings
from collections.abc import Callable, Generator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.session.conftest import Opened
from workbench.__main__ import main
from workbench.errors import BadInput
from workbench.runs.folders import NETWORK
from workbench.runs.network_file import load_network
from workbench.runs.run_file import open_run
from workbench.session.change import Change
from workbench.session.exporting import Exported, Kind
from workbench.session.job import Failed
from workbench.session.other_process import Working, in_other_process


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
    opened.session.set("training.start_order", "network")
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


def test_a_run_that_is_travelled_through_goes_away_whole(
    opened: Opened, counting: str, open_session: Callable[[], Opened], tmp_path: Path
) -> None:
    opened.session.choose(counting)
    opened.session.train()
    opened.until_phase("finished")
    run = opened.session.training.folder
    assert run is not None
    opened.session.times.travel(2)
    assert opened.session.exporting.run == run
    later = open_session()
    later.session.look_at("words")
    later.session.times.open(run)
    later.until(lambda: later.session.times.opened is not None)
    assert later.session.exporting.run == run
    later.session.times.travel(2)
    outcome = exported(later, "bundle", tmp_path / "run.lstmrun")
    assert isinstance(outcome, Exported)
    assert load_network(open_run(outcome.path, tmp_path / "there") / NETWORK).step == 30


def test_the_other_process_is_a_command_whose_answer_is_read(tmp_path: Path) -> None:
    work = in_other_process(["presets"], tmp_path)
    seen = []
    try:
        while True:
            seen.append(next(work))
    except StopIteration as end:
        answer = end.value
    assert "digits-best" in [each["id"] for each in answer["presets"]]
    assert seen[0] == Working(0)


def test_a_program_is_written_as_the_command_does_it(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command is run here, where torch is loaded already."""

    def here(words: list[str], scratch: Path) -> Generator[None, None, Any]:
        yield None
        with redirect_stdout(StringIO()) as said:
            assert main([*words, "--json"]) == 0
        return json.loads(said.getvalue())

    monkeypatch.setattr("workbench.session.exporting.in_other_process", here)
    opened.session.load_networks()
    opened.until_loaded()
    opened.session.look_at("words")
    trained = opened.session.networks.in_use["words"].trained
    folder = tmp_path / "there"
    outcome = exported(opened, "torch", folder / "mine.pt2")
    assert isinstance(outcome, Exported) and outcome.checked is not None
    assert outcome.checked.difference <= 1e-5
    assert [each.name for each in folder.iterdir()] == ["mine.pt2"]
    words = torch.tensor([[0, 1, 2], [3, 2, 1]])
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        program = torch.export.load(folder / "mine.pt2").module()
        torch.testing.assert_close(program(words), trained.network()(words), rtol=1e-5, atol=1e-6)


@pytest.fixture
def endless(opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program is being written that will never be done. Returns the folder where it should stand."""
    words = [sys.executable, "-c", "import time; time.sleep(300)"]
    monkeypatch.setattr("workbench.session.other_process._command", lambda given: words)
    opened.session.load_networks()
    opened.until_loaded()
    folder = tmp_path / "there"
    opened.session.exporting.export("torch", folder / "mine.pt2")
    opened.until(lambda: opened.session.exporting.seconds is not None)
    assert [each.suffix for each in folder.iterdir()] == [".part"]
    return folder


def test_closing_does_not_wait_for_it_and_nothing_is_left(opened: Opened, endless: Path) -> None:
    began = time.monotonic()
    opened.session.close()
    assert time.monotonic() - began < 30  # it sleeps for 300
    assert list(endless.iterdir()) == []


def test_it_can_be_given_up(opened: Opened, endless: Path) -> None:
    desk = opened.session.exporting
    desk.give_up()
    opened.until(lambda: not desk.is_busy)
    assert (desk.outcome, desk.was_given_up, desk.seconds) == (None, True, None)
    assert list(endless.iterdir()) == []
    assert not any("Exported" in note.sentence for note in opened.session.notes)


def test_what_the_other_process_says_is_wrong_is_told(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import sys; sys.exit(print('workbench: mine.pt2: its answers differ', file=sys.stderr) or 2)"
    monkeypatch.setattr("workbench.session.other_process._command", lambda given: [sys.executable, "-c", code])
    opened.session.load_networks()
    opened.until_loaded()
    failed = exported(opened, "torch", tmp_path / "there" / "mine.pt2")
    assert isinstance(failed, Failed) and "mine.pt2: its answers differ" in failed.sentence
    assert list((tmp_path / "there").iterdir()) == []


def test_only_one_is_written_at_a_time(opened: Opened, counting: str, tmp_path: Path) -> None:
    opened.session.choose(counting)
    opened.session.exporting.export("script", tmp_path / "one.py")
    with pytest.raises(BadInput, match="already"):
        opened.session.exporting.export("script", tmp_path / "two.py")
    opened.until(lambda: not opened.session.exporting.is_busy)
    assert not (tmp_path / "two.py").exists()
