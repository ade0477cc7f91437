"""Cutting Chinese into words: known words whole, nothing lost, long texts cut once."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from workbench import paths
from workbench.data import segmentation
from workbench.data.dataset import Loading
from workbench.data.segmentation import is_at_hand, segments
from workbench.data.text import read_text, text_path
from workbench.outcome import outcome


def test_words_of_the_dictionary_stay_whole() -> None:
    # The example that jieba's own description gives for its cut by the likeliest path.
    assert outcome(segments("我来到北京清华大学")) == ["我", "来到", "北京", "清华大学"]
    assert outcome(segments("读 Chapter 12。\n完")) == ["读", "Chapter", "12", "。", "完"]


@given(text=some.text(max_size=60))
@example(text="灯\u3000不大\x1c，\u2028光\x85也\r\n不亮")
def test_nothing_is_lost_but_space(text: str) -> None:
    words = outcome(segments(text))
    assert "".join(words) == "".join(text.split())
    assert not any(word.isspace() or not word for word in words)


def test_a_long_text_is_cut_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = read_text(text_path("lamp-on-the-bridge")) * 25
    assert not is_at_hand(text)
    work, told = segments(text), list[Loading]()
    while True:
        try:
            told.append(next(work))
        except StopIteration as done:
            words = done.value
            break
    assert words[:5] == ["桥上", "的", "灯", "从前", "，"]
    assert [loading.done for loading in told] == sorted({loading.done for loading in told})
    assert told[0].done == 0 and 0 < told[-1].done <= told[-1].total == len(text)
    assert is_at_hand(text)
    monkeypatch.setattr(segmentation, "_tokenizer", lambda: pytest.fail("it was cut again"))
    assert outcome(segments(text)) == words


def test_what_is_kept_is_not_believed_when_it_is_not_this_text() -> None:
    text = "有灯的桥才是桥。" * 3_000
    words = outcome(segments(text))
    (kept,) = paths.cache().iterdir()
    whole = kept.read_bytes()
    moved = whole.replace("\n桥".encode(), "桥\n".encode(), 1)  # the same characters, cut elsewhere
    assert moved != whole
    for broken in (b"", b"\xff\xfe", whole[:-4], moved, whole.partition(b"\n")[2]):
        kept.write_bytes(broken)
        assert outcome(segments(text)) == words


def test_nothing_is_left_in_the_folder_that_everybody_shares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    segmentation._tokenizer.cache_clear()
    assert outcome(segments("天黑了")) == ["天黑", "了"]
    assert list(tmp_path.iterdir()) == []
