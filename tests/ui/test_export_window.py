"""Export…: what can be taken away is offered, what cannot says why, and how it went is told."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from tests.small import own_preset
from workbench.session.session import Session
from workbench.ui.export_window import ExportWindow
from workbench.ui.ticker import Ticker


class Seen:
    """The open window and its session."""

    def __init__(self, session: Session, window: ExportWindow, qtbot: QtBot) -> None:
        self.session, self.window, self._qtbot = session, window, qtbot

    def until(self, done: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(done, timeout=60_000)

    def text(self, name: str) -> str:
        label = self.window.findChild(QLabel, name)
        assert isinstance(label, QLabel)
        return label.text()

    def kind(self, kind: str) -> QRadioButton:
        button = self.window.findChild(QRadioButton, f"export-{kind}")
        assert isinstance(button, QRadioButton)
        return button

    def press(self) -> None:
        button = self.window.findChild(QPushButton, "exportNow")
        assert isinstance(button, QPushButton) and button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.until(lambda: not self.session.exporting.is_busy)


@pytest.fixture
def seen(qtbot: QtBot, temporary_home: Path, small_networks: Path) -> Iterator[Seen]:
    own_preset(temporary_home)
    ticker = Ticker()
    session = Session(ticker.wake)
    ticker.watch(session)
    window = ExportWindow(session, ticker)
    window.show()
    yield Seen(session, window, qtbot)
    ticker.stop()
    session.close()
    window.close()


def test_what_is_missing_is_said_and_what_is_there_is_written(
    seen: Seen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [kind for kind in ("onnx", "torch", "script", "tensorboard", "bundle") if seen.kind(kind).isEnabled()] == [
        "script"
    ]
    assert seen.text("exportSubject") == "No network answers here yet: train one first."
    seen.session.choose("counting")
    seen.session.train()
    seen.until(lambda: seen.session.training.phase == "finished" and seen.kind("bundle").isEnabled())
    assert seen.text("exportSubject") == "The network that answers: Counting, after step 30"
    asked = []

    def choose(parent: object, title: str, name: str, pattern: str) -> tuple[str, str]:
        asked.append((name, pattern))
        return str(tmp_path / name), pattern

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    seen.press()
    assert (tmp_path / "counting.onnx").is_file()
    assert seen.text("exportOutcome").startswith(f"Written: {tmp_path / 'counting.onnx'}\nChecked on ")
    seen.kind("onnx").setFocus()
    QTest.keyClick(seen.kind("onnx"), Qt.Key.Key_Down)
    assert seen.kind("torch").isChecked()
    seen.kind("bundle").click()
    run = seen.session.training.folder
    assert run is not None and seen.text("exportSubject") == f"The run {run.name}"
    seen.press()
    assert asked == [
        ("counting.onnx", "ONNX (*.onnx)"),
        (f"{run.name}.lstmrun", "The whole run in one file (*.lstmrun)"),
    ]
    seen.kind("tensorboard").click()
    seen.press()
    assert len(asked) == 2  # it lies in the run's folder
    assert seen.text("exportOutcome") == f"Look at it with: tensorboard --logdir {run / 'tensorboard'}"


def test_what_went_wrong_is_said(seen: Seen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen.session.choose("binary-addition")
    seen.session.set("training.start_order", "network")
    seen.kind("script").click()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    seen.press()
    assert seen.text("exportOutcome") == ""  # thought better of it
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "page.py"), ""))
    seen.press()
    assert "by hand in NumPy" in seen.text("exportOutcome")
    assert not (tmp_path / "page.py").exists()


def test_a_program_says_how_long_it_takes_and_can_be_given_up(
    seen: Seen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [sys.executable, "-c", "import time; time.sleep(300)"]
    monkeypatch.setattr("workbench.session.other_process._command", lambda given: words)
    seen.session.load_networks()
    seen.until(lambda: seen.kind("torch").isEnabled())
    seen.kind("torch").click()
    give_up = seen.window.findChild(QPushButton, "exportGiveUp")
    assert isinstance(give_up, QPushButton) and not give_up.isEnabled()
    seen.window.export(tmp_path / "there" / "mine.pt2")
    seen.until(give_up.isEnabled)
    assert " s so far. Training and drawing go on." in seen.text("exportOutcome")
    QTest.mouseClick(give_up, Qt.MouseButton.LeftButton)
    seen.until(lambda: seen.text("exportOutcome") == "Given up. Nothing was written.")
    assert not give_up.isEnabled()
    assert list((tmp_path / "there").iterdir()) == []
