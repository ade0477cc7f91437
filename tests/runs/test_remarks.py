"""Remarks on a run: kept whole, changed one at a time, and left alone where they are broken."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import BadInput
from workbench.runs.remarks import FILE, LARGEST_FILE, NONE, Remarks, read_remarks, remark, tags_in


def test_each_is_changed_without_the_others(tmp_path: Path) -> None:
    assert read_remarks(tmp_path) == NONE
    remark(tmp_path, star=True)
    remark(tmp_path, tags=("good", "slow", "good"))
    assert remark(tmp_path, note="  Look again. \n") == Remarks(True, ("good", "slow"), "Look again.")
    assert read_remarks(tmp_path) == Remarks(True, ("good", "slow"), "Look again.")
    assert msgspec.json.decode((tmp_path / FILE).read_bytes()) == {
        "star": True, "tags": ["good", "slow"], "note": "Look again."
    }  # fmt: skip
    assert remark(tmp_path, star=False, tags=(), note="") == NONE
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff\xfe", b'{"star": "yes"}', b'{"tags": ["two words"]}', b'{"tags": [""]}', b'{"other": 1}', b"[]",
     b'{"note": "' + b"x" * LARGEST_FILE + b'"}', b"[" * 5_000],
)  # fmt: skip
def test_a_broken_file_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(BadInput, match=FILE):
        read_remarks(tmp_path)
    with pytest.raises(BadInput, match=FILE):
        remark(tmp_path, star=True)
    assert (tmp_path / FILE).read_bytes() == content


@pytest.mark.parametrize("tags", [("two words",), ("",), ("a,b",), ("x" * 61,)])
def test_a_tag_is_one_word(tmp_path: Path, tags: tuple[str, ...]) -> None:
    with pytest.raises(BadInput, match="a tag is one word"):
        remark(tmp_path, tags=tags)
    assert not (tmp_path / FILE).exists()


def test_a_write_that_dies_leaves_the_old_remarks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remark(tmp_path, note="old")

    def dies(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", dies)
    with pytest.raises(BadInput, match="No space left"):
        remark(tmp_path, note="new")
    assert read_remarks(tmp_path).note == "old"
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_tags_are_typed_in_any_way() -> None:
    assert tags_in(" #good, slow  good,,#") == ("good", "slow")


@given(st.binary(max_size=120) | st.tuples(st.integers(0, 40), st.binary(max_size=6)))
def test_whatever_stands_there_it_is_remarks_or_refused(content: bytes | tuple[int, bytes]) -> None:
    """Random bytes, and real remarks with some of their bytes replaced."""
    if isinstance(content, tuple):
        at, by = content
        whole = b'{"star":true,"tags":["good"],"note":"x"}'
        content = whole[:at] + by + whole[at + len(by) :]
    with TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_bytes(content)
        try:
            found = read_remarks(Path(folder))
        except BadInput as error:
            assert FILE in str(error)
        else:
            assert all(tag and not set(tag) & set(" ,\n") for tag in found.tags)
        assert (Path(folder) / FILE).read_bytes() == content


TAGS = st.lists(st.from_regex(r"\A[^\s,]{1,60}\Z"), max_size=5)


@settings(max_examples=40)
@given(st.booleans(), TAGS, st.text(max_size=200))
def test_what_is_remarked_is_read_again(star: bool, tags: list[str], note: str) -> None:
    """Each tag once, and the note without the space around it."""
    with TemporaryDirectory() as folder:
        remarked = remark(Path(folder), star=star, tags=tuple(tags), note=note)
        assert remarked == read_remarks(Path(folder)) == Remarks(star, tuple(dict.fromkeys(tags)), note.strip())
        assert (Path(folder) / FILE).exists() == (remarked != NONE)
