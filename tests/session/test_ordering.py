"""Orders of units: sorted in the background, once, by h of the layer that is looked at, and kept."""

import numpy as np
import pytest

from tests.session.conftest import Opened
from tests.small import digit_reader, story_teller
from workbench.config import Recurrent
from workbench.errors import BadInput
from workbench.insight.clamp import Clamp
from workbench.insight.orders import by_peak, clustered
from workbench.session.change import Change
from workbench.session.reader import Answer
from workbench.session.session import Session


@pytest.fixture
def session(opened: Opened) -> Session:
    opened.session.networks.use(digit_reader(units=12), "bundled")
    opened.session.look_at("digits")
    opened.until_answered()
    return opened.session


def answer(session: Session) -> Answer:
    assert session.answer is not None
    return session.answer


def marks(session: Session) -> tuple[int, int | None, set[int]]:
    """The layer that is looked at, its pinned unit and its brushed ones."""
    looking = session.looking
    return looking.layer, looking.unit, set(looking.brushed)


def until_sorted(opened: Opened, session: Session) -> list[int]:
    opened.until(lambda: session.ordering.units(answer(session), session.looking.layer) is not None)
    units = session.ordering.units(answer(session), session.looking.layer)
    assert units is not None
    return [int(unit) for unit in units]


def test_units_stand_in_their_own_order_until_another_is_chosen(opened: Opened, session: Session) -> None:
    ordering = session.ordering
    assert ordering.kind == "own" and ordering.units(answer(session), 0) is None
    h = answer(session).trace.layers[0].gates["h"]
    ordering.choose("peak")
    assert until_sorted(opened, session) == by_peak(h).tolist()
    assert Change.ORDER in opened.seen
    ordering.choose("clustered")
    opened.until(lambda: until_sorted(opened, session) == clustered(h).tolist())
    ordering.choose("own")
    assert ordering.units(answer(session), 0) is None
    with pytest.raises(BadInput, match="own, peak, clustered"):
        ordering.choose("random")  # type: ignore[arg-type]


def test_rows_stand_still_while_training_goes_on_and_the_pen_moves(opened: Opened, session: Session) -> None:
    session.ordering.choose("peak")
    first = until_sorted(opened, session)
    before = session.ordering.sorted
    # The same training, later: other weights of the same preset.
    later = digit_reader(units=12)
    for weight in later.weights.values():
        weight.neg_()
    session.networks.use(later, "training")
    session.show_sample()
    opened.until_answered()
    h = answer(session).trace.layers[0].gates["h"]
    assert by_peak(h).tolist() != first, "or this would show nothing"
    for _ in range(3):
        session.poll()
    assert until_sorted(opened, session) == first and session.ordering.sorted is before
    session.ordering.sort_again()
    opened.until(lambda: session.ordering.sorted is not before)
    assert until_sorted(opened, session) == by_peak(h).tolist()
    assert session.ordering.sorted is not None and "test digit" in session.ordering.sorted.caption


def test_with_gates_held_it_is_what_is_shown_that_is_sorted(opened: Opened, session: Session) -> None:
    model = answer(session).question.trained.preset.model
    assert isinstance(model, Recurrent)
    # The upper half says nothing after the first step: where it peaks is known.
    session.clamping.hold(Clamp(0, "forward", "h", 0.0, units=tuple(range(6)), first=1), model)
    opened.until(lambda: answer(session).held is not None)
    session.ordering.choose("peak")
    held, free = (trace.layers[0].gates["h"] for trace in (answer(session).shown_trace, answer(session).trace))
    assert not np.array_equal(by_peak(held), by_peak(free))
    assert until_sorted(opened, session) == by_peak(held).tolist()


def test_another_layer_and_another_network_are_sorted_anew(opened: Opened, session: Session) -> None:
    session.ordering.choose("peak")
    until_sorted(opened, session)
    session.networks.use(digit_reader(units=9), "bundled")
    session.look_at("digits")
    opened.until_answered()
    assert sorted(until_sorted(opened, session)) == list(range(9))
    session.networks.use(story_teller(), "bundled")
    session.set_seed_text("one two three")
    session.look_at("words")
    opened.until_answered()
    words = until_sorted(opened, session)
    np.testing.assert_array_equal(words, by_peak(answer(session).trace.layers[0].gates["h"]))
    assert session.ordering.units(answer(session), 0) is not None
    session.look_at_layer(5)  # which is not there
    assert session.poll() & Change.CELL


def test_another_task_or_model_has_other_units(opened: Opened, session: Session) -> None:
    session.point_at_unit(3)
    session.brush({1, 2})
    session.show_sample()
    opened.until_answered()
    assert marks(session) == (0, 3, {1, 2}), "another digit keeps what was marked"
    session.networks.use(digit_reader(units=9), "bundled")
    session.look_at("digits")
    opened.until_answered()
    assert marks(session) == (0, None, set())
    session.brush({1})
    session.look_at("words")
    assert marks(session) == (0, None, set())
