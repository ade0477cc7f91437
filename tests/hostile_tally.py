"""How many broken files of which kind were opened, and what that cost: counted by the tests, told when they end."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Fewer are told in one line, more of them kind by kind.
FEW = 5_000


class Tally:
    """What became of the files of every kind, the longest that one of them took, and the most memory."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Counter[str]] = {}
        #: Of computing time, of all threads: how long one waits hangs on what else the computer does.
        self.seconds, self.slowest = 0.0, ""
        #: More than before the file was opened.
        self.bytes, self.largest = 0, ""
        self._peak = _Peak()

    @contextmanager
    def measured(self, kind: str) -> Iterator[None]:
        """One file of this kind is opened within the block."""
        self._peak.begin()
        began = time.process_time()
        try:
            yield
        finally:
            took, more = time.process_time() - began, self._peak.end()
            if took > self.seconds:
                self.seconds, self.slowest = took, kind
            if more > self.bytes:
                self.bytes, self.largest = more, kind

    def add(self, kind: str, outcomes: Counter[str]) -> None:
        """What became of the files of a kind."""
        self.outcomes.setdefault(kind, Counter()).update(outcomes)

    def lines(self) -> Iterator[str]:
        """What is to be told; nothing where no file was broken."""
        total = sum(each.total() for each in self.outcomes.values())
        if not total:
            return
        if total > FEW:
            for kind, outcomes in self.outcomes.items():
                said = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.most_common(4))
                yield f"{kind}: {outcomes.total():,} ({said})"
        wrong = total - sum(each["opened"] + each["refused"] for each in self.outcomes.values())
        verdict = f"{wrong:,} of them were not" if wrong else "every one"
        told = f"{total:,} broken files of {len(self.outcomes)} kinds: {verdict} refused by name or read as it is"
        told += f"; the slowest took {self.seconds:.2f} s of computing time ({self.slowest})"
        if self._peak.is_known:
            told += f", the most memory {self.bytes / 2**20:.0f} MiB ({self.largest})"
        yield told


class _Peak:
    """The most memory that this process held between two moments, as Linux tells it."""

    def __init__(self) -> None:
        # Opened once: within the tests nothing may be opened to be written to but their own files.
        self.is_known = sys.platform == "linux" and Path("/proc/self/clear_refs").exists()
        self._reset = os.open("/proc/self/clear_refs", os.O_WRONLY) if self.is_known else -1
        self._before = 0

    def begin(self) -> None:
        if self.is_known:
            os.write(self._reset, b"5")  # the peak becomes what is held now
            self._before = _held("VmRSS:")

    def end(self) -> int:
        """In bytes."""
        return max(0, _held("VmHWM:") - self._before) if self.is_known else 0


def _held(name: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    return 0


#: The one of this test run.
TALLY = Tally()
