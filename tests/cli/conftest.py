"""The command line as a person uses it, with small networks as the bundled ones."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.small import own_preset
from workbench.__main__ import main


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object that is all of the output."""
        assert self.out.count("\n") == 1
        return json.loads(self.out)

    def refused(self, *words: str) -> None:
        """One sentence for a person, on the error's stream; no answer and no trace."""
        assert self.code == 2, self
        assert "Traceback" not in self.out + self.err
        assert self.err.rstrip().splitlines()[-1].startswith("workbench: ")
        for word in words:
            assert word in self.err


Command = Callable[..., Said]


@pytest.fixture
def workbench(capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs a command in this process: ``workbench("train", "counting")``."""

    def run(*words: object) -> Said:
        capfd.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as ended:  # argparse's way
            code = int(ended.code or 0)
        said = capfd.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture(autouse=True)
def with_small_networks(small_networks: Path) -> None:
    """In every test of this folder."""


@pytest.fixture
def counting(temporary_home: Path) -> str:
    """A preset that trains in a moment."""
    return own_preset(temporary_home)
