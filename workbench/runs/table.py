"""A table of a run: CSV to which whole rows are added at the end, so that it can be read while the run is trained."""

import os
from pathlib import Path

from workbench.errors import BadInput
from workbench.files import whole_file


class Table:
    """A CSV file whose first column is a step, in ascending order."""

    def __init__(self, path: Path, columns: str, after: int) -> None:
        """Opens it to add rows to. Those of steps later than ``after``, which will be made again, are dropped first.

        Raises BadInput where the rows up to there are broken; what is wrong after them was not written to the end.
        """
        kept = [f"{columns}\n".encode(), *(_rows_until(path, after) if after > 0 and path.is_file() else ())]
        with whole_file(path) as temporary:
            temporary.write_bytes(b"".join(kept))
        # Without a buffer rows appear at once and together: somebody who reads never finds half of one.
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


def _rows_until(path: Path, step: int) -> list[bytes]:
    kept: list[bytes] = []
    for line in path.read_bytes().splitlines(keepends=True)[1:]:
        try:
            of = int(line.partition(b",")[0])
        except ValueError as error:
            if kept and int(kept[-1].partition(b",")[0]) == step:
                break
            raise BadInput(str(path), f"is broken ({error})", hint="Move it away to go on without it.") from error
        if of > step:
            break
        if line.endswith(b"\n"):
            kept.append(line)
    return kept
