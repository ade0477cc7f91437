"""A table keeps the rows up to a step, whatever a crash or a power loss left behind them, and takes more."""

from pathlib import Path

import pytest

from workbench.errors import BadInput
from workbench.runs.table import Table

HEADER = b"step,loss\n"
ROWS = b"".join(f"{step},0.{step}\n".encode() for step in range(1, 10))


def opened(path: Path, after: int) -> bytes:
    table = Table(path, "step,loss", after, of_every_step=True)
    table.close()
    return path.read_bytes()


def test_rows_are_there_as_soon_as_they_are_added(tmp_path: Path) -> None:
    table = Table(tmp_path / "t.csv", "step,loss", 0)
    table.add("1,0.5\n2,0.25\n")
    assert (tmp_path / "t.csv").read_text() == "step,loss\n1,0.5\n2,0.25\n"
    table.sync()
    table.close()


@pytest.mark.parametrize(
    "left", [b"", b"10", b"10,0.", b"10,0.5\n11", b"\0" * 4096, b"\xff\n10,0.5\n", b"\n\n", b"x,\n"]
)
def test_what_was_not_written_to_the_end_is_dropped(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(HEADER + ROWS + left)
    assert opened(tmp_path / "t.csv", 9) == HEADER + ROWS


def test_rows_of_later_steps_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(HEADER + ROWS)
    assert opened(tmp_path / "t.csv", 4) == HEADER + ROWS[: 4 * 6]
    assert opened(tmp_path / "t.csv", 0) == HEADER


def test_a_table_that_was_moved_away_begins_where_the_training_goes_on(tmp_path: Path) -> None:
    assert opened(tmp_path / "t.csv", 4) == HEADER
    table = Table(tmp_path / "t.csv", "step,loss", 4)
    table.add("5,0.5\n")
    table.close()
    assert opened(tmp_path / "t.csv", 5) == HEADER + b"5,0.5\n"


@pytest.mark.parametrize("rows", [ROWS[:18], ROWS[6:12], ROWS[:12] + ROWS[18:], ROWS[:6] + ROWS])
def test_rows_that_are_missing_or_there_twice_are_said_and_left_alone(tmp_path: Path, rows: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(HEADER + rows)
    with pytest.raises(BadInput, match=r"t\.csv: lacks rows of steps up to 9\. Move it away to go on without it\."):
        opened(tmp_path / "t.csv", 9)
    assert (tmp_path / "t.csv").read_bytes() == HEADER + rows
