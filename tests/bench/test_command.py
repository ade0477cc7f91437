"""Measurements are found by their names, and what cannot be measured is refused. Nothing is timed here."""

import importlib
import os
from argparse import Namespace
from typing import Any

import pytest

from workbench.__main__ import main
from workbench.bench.command import BENCHES
from workbench.bench.mouse import zigzag
from workbench.bench.offscreen import temporary_home
from workbench.cli.output import Output


@pytest.mark.parametrize("name", BENCHES)
def test_every_measurement_is_where_it_is_said_to_be(name: str) -> None:
    module = importlib.import_module(BENCHES[name][0])
    assert callable(module.measure)
    assert module.__doc__


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["nosuch"], "bench = 'nosuch': there is no such measurement; there are start, "),
        ([""], "there is no such measurement"),
        (["pen"], "say where the pen traces are: --pen FILE"),
        (["varied"], "say where MNIST is: --data DIR"),
        (["pen", "--pen", "nowhere"], "nowhere: cannot be read"),
        (["pen", "--pen", "/dev/null"], "is a pipe or a device, not a file"),
        (["pen", "--pen", "x", "--count", "0"], "--count = 0"),
        (["pen", "--pen", "x", "--count", "-4"], "--count = -4"),
        (["figures", "--data", "nowhere"], "--data = 'nowhere': there is no such folder"),
        (["figures", "--only", "nosuch"], "preset = 'nosuch': there is no such preset"),
        (["start", "--rounds", "0"], "--rounds = 0"),
        (["gates", "--seconds", "nan"], "--seconds = nan"),
        (["gates", "--seconds", "-1"], "--seconds = -1"),
        (["gates", "--seconds", "inf"], "--seconds = inf"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    words: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", *words]) == 2
    said = capsys.readouterr()
    assert expected in said.err
    assert said.out == ""


def test_the_answers_of_all_that_were_named_are_one_object(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(arguments: Namespace, output: Output) -> dict[str, Any]:
        output.say("for people")
        return {"rounds": arguments.rounds}

    for name in ("start", "stroke"):
        monkeypatch.setattr(importlib.import_module(BENCHES[name][0]), "measure", measure)
    assert main(["bench", "start", "stroke", "--rounds", "3", "--json"]) == 0
    assert capsys.readouterr().out == '{"start":{"rounds":3},"stroke":{"rounds":3}}\n'


def test_a_measurement_has_a_home_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench import paths

    before = paths.user_data()
    with temporary_home():
        inside = paths.user_data()
        assert inside != before
        assert inside.is_dir()
    assert paths.user_data() == before
    assert not inside.exists()
    monkeypatch.delenv(paths.HOME_VARIABLE)
    with temporary_home():
        pass
    assert paths.HOME_VARIABLE not in os.environ


def test_the_zigzag_stays_on_the_pad() -> None:
    points = zigzag(50).points
    assert len(points) == 50
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y, _ in points)
