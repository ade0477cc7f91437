"""Undo and redo go through what was done, and no further."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.session.timeline import LONGEST, Timeline


def test_undo_and_redo_go_back_and_forth() -> None:
    timeline = Timeline("a")
    assert not timeline.can_undo
    for value in "bc":
        timeline.do(value)
    timeline.undo()
    assert (timeline.now, timeline.can_undo, timeline.can_redo) == ("b", True, True)
    timeline.undo()
    timeline.undo()
    assert (timeline.now, timeline.can_undo) == ("a", False)
    timeline.redo()
    timeline.redo()
    timeline.redo()
    assert (timeline.now, timeline.can_redo) == ("c", False)


def test_doing_something_else_forgets_what_was_undone() -> None:
    timeline = Timeline("a")
    timeline.do("b")
    timeline.undo()
    timeline.do("c")
    assert not timeline.can_redo
    timeline.undo()
    assert timeline.now == "a"


def test_doing_the_same_again_is_nothing_to_undo() -> None:
    timeline = Timeline("a")
    timeline.do("a")
    assert not timeline.can_undo


def test_an_amendment_is_undone_with_what_it_amends() -> None:
    timeline = Timeline("a")
    timeline.do("b")
    timeline.amend("c")
    timeline.undo()
    assert timeline.now == "a"
    timeline.redo()
    assert timeline.now == "c"


@given(st.lists(st.integers(), min_size=1, max_size=30, unique=True))
def test_undoing_everything_leads_back_to_the_start_and_redoing_to_the_end(values: list[int]) -> None:
    timeline = Timeline(values[0])
    for value in values[1:]:
        timeline.do(value)
    for value in reversed(values):
        assert timeline.now == value
        timeline.undo()
    for value in values:
        assert timeline.now == value
        timeline.redo()


def test_only_the_oldest_states_are_forgotten() -> None:
    timeline = Timeline(0)
    for value in range(1, LONGEST + 100):
        timeline.do(value)
    for _ in range(LONGEST + 100):
        timeline.undo()
    assert timeline.now == 99
