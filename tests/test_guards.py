"""The guards of the house, run as a person would run them."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]

GUARDS = {
    "lint": ["-m", "ruff", "check", "--no-cache", "."],
    "format": ["-m", "ruff", "format", "--check", "--no-cache", "."],
    "types": ["-m", "mypy"],
    # The console script's own words: import-linter has no __main__.
    "imports between rooms": ["-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
}


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_of_the_house_has_nothing_to_say(guard: str) -> None:
    done = subprocess.run([sys.executable, *GUARDS[guard]], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"\n{done.stdout}\n{done.stderr}"
