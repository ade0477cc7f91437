"""The session's file: what was on the screen comes back, and a broken file is said, kept, and in nobody's way."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import BadInput
from workbench.session import memory as memory_file
from workbench.session.memory import Memory, put_aside, recall, remember

FULL = Memory(
    chosen="mine", preset={"title": "T"}, drawing={"strokes": [[[0.5, 0.25, 1.0]]]}, fit=False, seed_text="had a 将军",
    length=7, temperature=0.5, luck=3, story_seeds=["had", "a"], story_words=[("general", 0.25, [("x", 0.125)])],
)  # fmt: skip


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "new" / "session.json"
    assert recall(path) is None
    remember(FULL, path)
    assert recall(path) == FULL
    remember(Memory(), path)
    assert recall(path) == Memory()


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.text(max_size=20)


@given(
    memory=st.builds(
        Memory, chosen=WORDS, preset=st.dictionaries(WORDS, WORDS | NUMBERS | st.integers(-(2**63), 2**63), max_size=4),
        drawing=st.dictionaries(WORDS, st.lists(NUMBERS, max_size=4), max_size=3), fit=st.booleans(), seed_text=WORDS,
        length=st.integers(-(2**63), 2**63 - 1), temperature=NUMBERS, luck=st.integers(0, 2**64 - 1),
        adder_bits=st.none() | st.integers(0, 64), story_seeds=st.lists(WORDS, max_size=4),
        story_words=st.lists(st.tuples(WORDS, NUMBERS, st.lists(st.tuples(WORDS, NUMBERS), max_size=3)), max_size=4),
    )
)  # fmt: skip
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_on_the_screen_comes_back(memory: Memory, tmp_path: Path) -> None:
    """Numbers to the bit."""
    remember(memory, tmp_path / "session.json")
    assert recall(tmp_path / "session.json") == memory


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"length": "long"}', b"\xff", b'{"seed_text": "\xff"}', b'{"drawing":' + b"[" * 10**6],
)
def test_a_broken_file_is_said_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "session.json"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"session\.json: could not be read .* starts anew\. .* session\.json\.broken"):
        recall(path)
    assert (tmp_path / "session.json.broken").read_bytes() == content


@given(content=st.binary(max_size=200))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_random_bytes_are_a_session_or_are_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    path.write_bytes(content)
    try:
        assert isinstance(recall(path), Memory)
    except BadInput as error:
        assert "session.json" in str(error)
        assert (tmp_path / "session.json.broken").read_bytes() == content


def test_a_file_far_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_file, "LARGEST_FILE", 10)
    path = tmp_path / "session.json"
    path.write_bytes(b'{"length": 5}')
    with pytest.raises(BadInput, match="larger than a session can be"):
        recall(path)


def test_words_of_a_later_version_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "s").write_text('{"length": 5, "something": "new"}')
    assert recall(tmp_path / "s") == Memory(length=5)


def test_where_no_copy_can_be_kept_it_says_so(tmp_path: Path) -> None:
    assert put_aside(tmp_path / "nothing").startswith("No copy of it could be kept")
