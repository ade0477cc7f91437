"""Texts: any encoding people have, any line ends, and both ways to cut."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from workbench import paths
from workbench.config import Split
from workbench.data.text import LARGEST_TEXT, likely_split, read_text, text_path, told, words_of
from workbench.errors import BadInput

CHINESE = "满纸荒唐言,一把辛酸泪!"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_text_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "poem.txt"
    path.write_bytes(CHINESE.encode(encoding))
    assert read_text(path) == CHINESE


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_made_alike(tmp_path: Path, end: str) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes(f"one{end}two{end}{end}three".encode())
    assert read_text(path) == "one\ntwo\n\nthree"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\0\0", "is not a text (it holds zero bytes)"),
        (b"\xff\xff\xff\xff", "is neither UTF-8 nor GBK text"),
    ],
)
def test_what_is_not_a_text_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_text(path)
    assert str(caught.value) == f"{path}: {said}."


def test_a_text_too_large_to_learn_from_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST_TEXT + 1)
    with pytest.raises(BadInput, match="is larger than 64 MB"):
        read_text(path)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.txt: cannot be read: No such file"):
        read_text(tmp_path / "gone.txt")


@given(content=some.binary(max_size=200))
def test_any_bytes_are_a_text_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes(content)
    try:
        text = read_text(path)
    except BadInput as refused:
        assert str(path) in str(refused)
    else:
        assert "\r" not in text


# --- cutting ----------------------------------------------------------------------------------------------------------


def test_cutting_at_spaces_keeps_everything_else() -> None:
    assert words_of(" The cat's  mat,\n\tand THE end. ", "spaces") == ["The", "cat's", "mat,", "and", "THE", "end."]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The cat’s mat, isn't it?", ["the", "cat’s", "mat", ",", "isn't", "it", "?"]),
        ("宝玉笑道:“好!”", ["宝", "玉", "笑", "道", ":", "“", "好", "!", "”"]),
        ("in 1987 Qt6宝玉", ["in", "1987", "qt6", "宝", "玉"]),
        ("snake_case -- ''", ["snake", "_", "case", "-", "-", "'", "'"]),
        ("Ünïcode ЖУК", ["ünïcode", "жук"]),
        (" \n\t ", []),
    ],
)
def test_cutting_at_words_gives_words_signs_and_characters(text: str, words: list[str]) -> None:
    assert words_of(text, "words") == words


@given(some.text())
def test_cutting_at_words_loses_nothing_but_space(text: str) -> None:
    assert "".join(words_of(text, "words")) == "".join(text.lower().split())


# --- finding ----------------------------------------------------------------------------------------------------------


def test_a_text_is_found_by_its_name_or_its_path(tmp_path: Path) -> None:
    assert text_path("belling-the-cat") == paths.resources() / "texts" / "belling-the-cat.txt"
    own = tmp_path / "own.txt"
    own.write_text("mine")
    assert text_path(str(own)) == own


@pytest.mark.parametrize("name", ["no-such-text", "x" * 5_000, "~nobody-of-this-name/text.txt", "a\0b", "."])
def test_a_text_that_cannot_be_found_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match=r"^text, data\.text = "):
        text_path(name)


# --- joining ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "split", "text"),
    [
        (["had", "a", "general"], "spaces", "had a general"),
        (["小", "刺猬", "说", "：", "“", "好", "。", "”"], "segments", "小刺猬说：“好。”"),
        (["读", "Chapter", "12", "。", "two", "words"], "segments", "读Chapter 12。two words"),
        (["a", " ", "b", "\n", "c"], "characters", "a b\nc"),
        ([], "words", ""),
    ],
)
def test_words_are_joined_with_spaces_where_a_reader_expects_them(words: list[str], split: Split, text: str) -> None:
    assert told(words, split) == text


@given(some.text())
def test_characters_are_the_text_itself(text: str) -> None:
    assert told(words_of(text, "characters"), "characters") == text


@pytest.mark.parametrize(
    ("text", "split"), [("Once upon a time", "words"), ("宝玉笑道：“OK”", "segments"), ("12", "words")]
)
def test_chinese_is_known_when_it_is_seen(text: str, split: Split) -> None:
    assert likely_split(text) == split
