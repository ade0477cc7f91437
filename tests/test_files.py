"""Files are written whole: a crash leaves the old one or the new one, never half of each."""

import errno
import gzip
import os
from pathlib import Path

import pytest

from workbench.files import whole_file, write_text


def test_a_file_is_written_and_its_folders_with_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "text.txt"
    write_text(path, "größer\n")
    assert path.read_bytes() == "größer\n".encode()
    write_text(path, "newer")
    assert path.read_text() == "newer"
    assert list(path.parent.iterdir()) == [path]


def test_until_the_end_the_old_file_stands(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("old")
    with whole_file(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
        assert temporary.parent == path.parent  # else taking its place would be a copy
    assert path.read_text() == "new"


def test_a_break_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), whole_file(path) as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert list(tmp_path.glob("*text*")) == [path]
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["text.txt"]


def test_an_error_names_the_file_that_was_to_be_written(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with pytest.raises(IsADirectoryError) as refused, whole_file(tmp_path / "here") as temporary:
        temporary.write_text("new")
    assert str(tmp_path / "here") in str(refused.value)
    with pytest.raises(OSError, match=r"No space left on device: '.*/full'"), whole_file(tmp_path / "full"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    (tmp_path / "from").write_text("new")
    with (
        pytest.raises(OSError, match=r"^\[Errno \d+\] [^']*: '[^']*/here'$"),
        whole_file(tmp_path / "here") as temporary,
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "from"), None, str(temporary))
    with pytest.raises(OSError, match=r"^Not a gzipped file$"), whole_file(tmp_path / "other"):
        raise gzip.BadGzipFile("Not a gzipped file")
    with pytest.raises(FileNotFoundError, match=r"nowhere"), whole_file(tmp_path / "other"):
        (tmp_path / "nowhere").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["from", "here"]
