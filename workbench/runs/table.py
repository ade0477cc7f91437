"""A table of a run: CSV to which whole rows are added at the end, so that it can be read while the run is trained."""

import math
import os
from array import array
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.errors import BadInput
from workbench.files import whole_file

#: In bytes: about six million steps, which take 200 MB of memory and some seconds to be read.
LARGEST_READ = 256 * 2**20

#: Ours take about fifty; a file without ends of lines is not taken into memory to find that out.
LONGEST_ROW = 1_000

METRICS_COLUMNS, VALIDATION_COLUMNS = "step,loss,accuracy,gradient_norm", "step,loss,accuracy"

_AWAY = "Move it away to go on without it."


class Table:
    """A CSV file whose first column is a step, in ascending order."""

    def __init__(self, path: Path, columns: str, after: int, *, of_every_step: bool = False) -> None:
        """Opens it to add rows to. Those of steps later than ``after``, which will be made again, are dropped first.

        Raises BadInput where the rows up to there are broken, or one of them is missing in a table ``of_every_step``;
        what is wrong after them was not written to the end. It is copied row by row, however long it is.
        """
        with whole_file(path) as temporary, temporary.open("wb") as file:
            file.write(f"{columns}\n".encode())
            if after > 0 and path.is_file():
                with closing(_kept(path, after, of_every_step)) as rows:
                    file.writelines(rows)
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


def read_table(path: Path, columns: int, most: int = LARGEST_READ, until: float = math.inf) -> NDArray[np.float64]:
    """The rows of steps up to ``until``, (rows, columns); none where there is no file.

    Raises BadInput for rows that are broken, and for a file of more than ``most`` bytes.
    """
    values = array("d")
    try:
        if not path.is_file():
            return np.empty((0, columns))
        if path.stat().st_size > most:
            raise BadInput(str(path), f"is larger than {most // 2**20} MB, more than is taken into memory", hint=_AWAY)
        with closing(_rows(path, until)) as rows:
            for step, row in rows:
                _, *others = row.split(b",")
                if len(others) != columns - 1:
                    raise ValueError(f"{columns} values a row; step {step:,} has {len(others) + 1}")
                values.append(step)
                values.extend(map(float, others))
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadInput(str(path), f"is broken ({error})", hint=_AWAY) from error
    return np.frombuffer(values, dtype=np.float64).reshape(-1, columns)


def _kept(path: Path, last: int, of_every_step: bool) -> Generator[bytes, None, None]:
    """The rows of steps up to ``last``, as they stand there. Raises BadInput."""
    before: int | None = None
    try:
        for step, row in _rows(path, last):
            if of_every_step and before is not None and step != before + 1:
                break
            yield row
            before = step
    except ValueError as error:
        raise BadInput(str(path), f"is broken ({error})", hint=_AWAY) from error
    if of_every_step and before not in (None, last):
        raise BadInput(str(path), f"lacks rows of steps up to {last:,}", hint=_AWAY)


def _rows(path: Path, last: float) -> Generator[tuple[int, bytes], None, None]:
    """Every whole row of a step up to ``last``, and the step. Raises ValueError for what no table of ours has.

    Nothing is read beyond the row of ``last`` itself. A row without its end, and zeros, are what a process or a
    computer that died leaves where it had not written yet.
    """
    with path.open("rb") as file:
        file.readline(LONGEST_ROW)  # the names of the columns
        step = -1
        while step < last and (row := file.readline(LONGEST_ROW + 1)):
            if b"\0" in row:
                return
            if not row.endswith(b"\n"):
                if len(row) > LONGEST_ROW:
                    raise ValueError(f"a row of more than {LONGEST_ROW:,} bytes")
                return
            step = _step(row.partition(b",")[0])
            if step <= last:
                yield step, row


def _step(text: bytes) -> int:
    """A step as the tables have it. Raises ValueError."""
    if not 0 <= (step := int(text)) < 2**53:
        raise ValueError(f"{text[:20].decode()} is no step")
    return step
