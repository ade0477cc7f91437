"""Runs that are drawn keep their places while others come and go."""

from pathlib import Path

from workbench.session.drawn_runs import DrawnRuns
from workbench.session.history import History


def history(folder: str | None, steps: int = 2) -> History:
    made = History(f"of {folder}", "preset")
    made.folder = Path(folder) if folder else None
    for step in range(steps):
        made.training.append(step, 1.0, 0.5, 1.0)
    return made


def test_a_place_stays_a_runs_own_and_is_free_when_it_goes() -> None:
    drawn, (a, b, c, d) = DrawnRuns(), map(history, "abcd")
    assert [(run.history, run.place) for run in drawn.of([a, b, c])] == [(a, 0), (b, 1), (c, 2)]
    assert [(run.history, run.place) for run in drawn.of([c, a])] == [(c, 2), (a, 0)]
    assert [(run.history, run.place) for run in drawn.of([c, a, d, b])] == [(c, 2), (a, 0), (d, 1), (b, 3)]


def test_a_run_is_drawn_once_and_one_without_steps_not_at_all() -> None:
    one, same, empty, nameless = history("a"), history("a"), history("b", 0), history(None)
    assert [run.history for run in DrawnRuns().of([one, same, empty, nameless])] == [one, nameless]


def test_what_is_hidden_keeps_its_place_until_it_goes() -> None:
    drawn, a, b = DrawnRuns(), history("a"), history(None)
    drawn.of([a, b])
    drawn.hide(Path("a"))
    drawn.hide(b)
    assert [(run.place, run.is_hidden) for run in drawn.of([a, b])] == [(0, True), (1, True)]
    drawn.hide(b, False)
    assert [run.is_hidden for run in drawn.of([a, b])] == [True, False]
    assert drawn.of([]) == ()
    assert [run.is_hidden for run in drawn.of([a])] == [False]
