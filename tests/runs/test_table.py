"""A table keeps the rows up to a step, whatever a crash or a power loss left behind them, and takes more."""

import time
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import CASE_SECONDS
from workbench.errors import BadInput
from workbench.runs.table import LARGEST_READ, LONGEST_ROW, Table, read_table

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


NUMBERS = st.floats(width=32) | st.just(float("nan"))


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 2**53 - 1), unique=True, max_size=20)
    .map(sorted)
    .flatmap(
        lambda steps: st.tuples(
            st.just(steps), st.lists(st.tuples(NUMBERS, NUMBERS), min_size=len(steps), max_size=len(steps))
        )
    ),
    st.integers(0, 2**53),
    st.sampled_from([b"", b"7", b"7,1.5,2", b"\0" * 9, b"\0\n7,1,2\n"]),
)
def test_what_is_added_is_what_is_read(
    written: tuple[list[int], list[tuple[float, float]]], until: int, left: bytes
) -> None:
    """Single precision comes back to the bit, whatever a crash left after it."""
    steps, values = written
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        table = Table(path, "step,loss,accuracy", 0)
        table.add("".join(f"{step},{one:.9g},{two:.9g}\n" for step, (one, two) in zip(steps, values, strict=True)))
        table.close()
        with path.open("ab") as file:
            file.write(left)
        rows, some = read_table(path, 3), read_table(path, 3, until=until)
        Table(path, "step,loss,accuracy", until).close()
        kept = read_table(path, 3)
    assert rows[:, 0].tolist() == steps
    np.testing.assert_array_equal(rows[:, 1:].astype(np.float32), np.array(values, np.float32).reshape(-1, 2))
    np.testing.assert_array_equal(some, rows[rows[:, 0] <= until])
    np.testing.assert_array_equal(kept, some if until else rows[:0])


def test_zeros_that_a_power_loss_left_are_dropped_where_rows_are_far_between(tmp_path: Path) -> None:
    path = tmp_path / "validation.csv"
    for zeros in (b"\0" * 3, b"\0" * 3 * LONGEST_ROW, b"\0\0\n9,0.9\n"):
        path.write_bytes(HEADER + b"3,0.5\n6,0.4\n" + zeros)
        assert read_table(path, 2).tolist() == [[3, 0.5], [6, 0.4]]
        Table(path, "step,loss", 8).close()
        assert path.read_bytes() == HEADER + b"3,0.5\n6,0.4\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"x,0.5\n", r"is broken \(invalid literal"),
        (b"-1,0.5\n", r"is broken \(-1 is no step"),
        (b"9007199254740992,0.5\n", r"is broken \(9007199254740992 is no step"),
        (b"3,0.5,0.5\n", r"is broken \(2 values a row; step 3 has 3"),
        (b"3,much\n", r"is broken \(could not convert"),
        (b"1" * (LONGEST_ROW + 1) + b"\n", r"is broken \(a row of more than 1,000 bytes"),
    ],
)
def test_broken_rows_are_refused_by_name_and_those_before_them_can_be_read(
    tmp_path: Path, row: bytes, said: str
) -> None:
    (tmp_path / "t.csv").write_bytes(HEADER + b"1,0.5\n2,0.25\n" + row)
    with pytest.raises(BadInput, match=rf"t\.csv: {said}.*\)\. Move it away to go on without it\."):
        read_table(tmp_path / "t.csv", 2)
    assert read_table(tmp_path / "t.csv", 2, until=2).tolist() == [[1, 0.5], [2, 0.25]]


def test_a_table_without_end_is_refused_and_one_without_rows_is_not_taken_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(HEADER)
    for size, said in ((LARGEST_READ + 1, "is larger than 256 MB, more than is taken into memory"), (LARGEST_READ, "")):
        with path.open("r+b") as file:
            file.truncate(size)
        began = time.perf_counter()
        tracemalloc.start()
        try:
            if said:
                with pytest.raises(BadInput, match=rf"t\.csv: {said}"):
                    read_table(path, 2)
            else:
                assert len(read_table(path, 2)) == 0
            assert tracemalloc.get_traced_memory()[1] < 2**20
        finally:
            tracemalloc.stop()
        assert time.perf_counter() - began < CASE_SECONDS
    path.write_bytes(HEADER + b"1" * 10**6)
    with pytest.raises(BadInput, match="a row of more than 1,000 bytes"):
        read_table(path, 2)
