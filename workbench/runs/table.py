"""A table of a run: CSV to which whole rows are added at the end, so that it can be read while the run is trained."""

import os
from pathlib import Path

from workbench.errors import BadInput
from workbench.files import whole_file


class Table:
    """A CSV file whose first column is a step, in ascending order."""

    def __init__(self, path: Path, columns: str, after: int, *, of_every_step: bool = False) -> None:
        """Opens it to add rows to. Those of steps later than ``after``, which will be made again, are dropped first.

        Raises BadInput where the rows up to there are broken, or one of them is missing in a table ``of_every_step``;
        what is wrong after them was not written to the end.
        """
        kept = _rows_until(path, after) if after > 0 and path.is_file() else []
        if of_every_step and kept and [_step_of(row) for row in kept] != [*range(1 + after - len(kept), after + 1)]:
            raise BadInput(str(path), f"lacks rows of steps up to {after:,}", hint=_AWAY)
        kept.insert(0, f"{columns}\n".encode())
        with whole_file(path) as temporary:
            temporary.write_bytes(b"".join(kept))
        # Without a buffer: somebody who reads finds them at once, and a process that is killed loses none.
        self._file = path.open("ab", buffering=0)

    def add(self, rows: str) -> None:
        """Adds rows, each with its line's end. Raises OSError when there is no room for them."""
        left = memoryview(rows.encode())
        while left:
            left = left[self._file.write(left) :]

    def sync(self) -> None:
        """Waits until everything added is on the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


_AWAY = "Move it away to go on without it."


def _step_of(row: bytes) -> int:
    return int(row.partition(b",")[0])


def _rows_until(path: Path, step: int) -> list[bytes]:
    kept: list[bytes] = []
    for line in path.read_bytes().splitlines(keepends=True)[1:]:
        try:
            of = _step_of(line)
        except ValueError as error:
            if kept and _step_of(kept[-1]) == step:
                break
            raise BadInput(str(path), f"is broken ({error})", hint=_AWAY) from error
        if of > step:
            break
        if line.endswith(b"\n"):
            kept.append(line)
    return kept
