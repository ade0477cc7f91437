"""The command ``workbench`` as a process of its own, and what it says before there is a window."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.__main__ import HEADLESS, _wants_window, main
from workbench.cli.parser import parser
from workbench.errors import BadInput
from workbench.options import window_options


def run(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "workbench", *words],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_help_names_every_command_and_loads_no_torch() -> None:
    code = (
        "import sys; from workbench.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit as end: print('torch' in sys.modules, 'PySide6' in sys.modules, end.code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False False 0"
    for command in HEADLESS.replace(" and ", ", ").split(", "):
        assert f"    {command}" in done.stdout
    assert "--screenshot" in done.stdout


def test_every_command_that_needs_no_display_is_named_to_who_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser(lambda command: None).parse_args(["nosuch"])
    known = capsys.readouterr().err.split("choose from ")[1].rstrip(")\n").replace("'", "").split(", ")
    assert set(known) == set(HEADLESS.replace(" and ", ", ").split(", "))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_without_a_display_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("workbench: there is no display to open the window on; the commands train, ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--size", "nonsense"], "--size = 'nonsense': expected WIDTHxHEIGHT"),
        (["--size", ""], "--size"),
        (["--size", "10x10"], "--size"),
        (["--scale", "nan"], "--scale = nan: expected 0.5 to 4"),
        (["--scale", "0"], "--scale"),
        (["--scale", "inf"], "--scale"),
    ],
)
def test_a_window_that_cannot_be_is_refused(
    words: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert expected in capsys.readouterr().err
    with pytest.raises(BadInput):
        window_options(words)


@pytest.mark.parametrize(
    "words", [["nosuch"], ["train"], ["--theme", "pink"], ["train", "x", "--steps", "many"], ["--"]]
)
def test_words_that_mean_nothing_end_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: workbench" in capsys.readouterr().err


def test_options_of_the_window_are_read() -> None:
    options = window_options(["--screenshot", "a.png", "--size", "1920x1080", "--scale", "2", "--theme", "dark"])
    assert (options.screenshot, options.size, options.scale, options.theme) == (Path("a.png"), (1920, 1080), 2, "dark")


def test_a_double_click_hands_over_a_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not _wants_window(["runs"]) and not _wants_window(["mine.lstmrun"])
    (tmp_path / "mine.lstmrun").write_bytes(b"")
    assert _wants_window(["mine.lstmrun"]) and _wants_window([]) and not _wants_window(["--help"])
    assert not _wants_window(["open", "mine.lstmrun"])
    assert window_options(["mine.lstmrun"]).file == Path("mine.lstmrun")
    assert window_options([]).file is None


def test_a_process_prints_json_and_nothing_else(temporary_home: Path) -> None:
    done = run("presets", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["broken"] == []


def test_a_process_refuses_in_one_sentence(temporary_home: Path) -> None:
    done = run("train", "nosuch")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("workbench: preset = 'nosuch'")
    assert "Traceback" not in done.stderr


def test_a_terminal_without_our_signs_gets_the_rest(temporary_home: Path) -> None:
    done = run("story", "xylophone", PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert "never read the word ?xylophone?" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close in another way")
def test_a_reader_that_goes_away_is_no_fault(temporary_home: Path) -> None:
    command = f"{sys.executable} -m workbench presets | true"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr
