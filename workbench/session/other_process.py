"""A command of the workbench in a process of its own, for work that cannot be asked to stop: that ends with it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from workbench.engine.events import Command
from workbench.errors import BadInput

#: So often it is looked whether the process has ended, and whether it should.
_LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Working:
    """It has been at work for so many seconds."""

    seconds: int


def in_other_process(
    words: Sequence[str], scratch: Path
) -> Generator[Working | None, Command | None, dict[str, Any] | None]:
    """Runs ``workbench WORDS --json``. Returns its answer; None when it was sent "stop", and the process is gone then.

    ``scratch``: a folder for what it says. Raises BadInput with the sentence in which it says what was wrong.
    """
    said, wrong = scratch / "said", scratch / "wrong"
    with said.open("wb") as out, wrong.open("wb") as err:
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # which Windows alone has, and needs
        child = subprocess.Popen(_command(words), stdout=out, stderr=err, stdin=subprocess.DEVNULL, creationflags=flags)
    began, told = time.monotonic(), -1
    try:
        while child.poll() is None:
            seconds = int(time.monotonic() - began)
            event = Working(seconds) if seconds != told else None
            told = seconds
            if (yield event) == "stop":
                return None
            try:
                child.wait(_LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                continue
    finally:
        child.kill()
        child.wait()
    if child.returncode:
        lines = wrong.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        why = lines[-1].removeprefix("workbench: ") if lines else f"ended with {child.returncode}"
        raise BadInput("export", why)
    answer: dict[str, Any] = msgspec.json.decode(said.read_bytes())
    return answer


def _command(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "workbench", *words, "--json"]
