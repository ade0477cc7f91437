"""The shelf of runs: listed in the background, remarked on, compared, drawn, put into the form, and deleted."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.session.conftest import Opened
from workbench import paths
from workbench.errors import BadInput
from workbench.files import write_text
from workbench.runs.catalogue import FILE as CATALOGUE
from workbench.runs.folders import ABOUT, METRICS, PRESET
from workbench.runs.lock import hold
from workbench.runs.remarks import FILE, Remarks, read_remarks, remark
from workbench.session import run_shelf
from workbench.session.change import Change


def train(opened: Opened, counting: str, **settings: object) -> Path:
    """Trains, and returns the run's folder."""
    opened.session.choose(counting)
    for name, value in settings.items():
        opened.session.set(name.replace("__", "."), value)
    opened.session.train()
    opened.until_phase("finished")
    assert opened.session.training.folder is not None
    return opened.session.training.folder


@pytest.fixture
def two(opened: Opened, counting: str) -> tuple[Path, Path]:
    """Two runs, the second of fewer steps and more units, listed."""
    found = train(opened, counting), train(opened, counting, training__steps=20, model__units=9)
    opened.session.runs.watch(True)
    opened.until(lambda: len(opened.session.runs.rows or ()) == 2)
    return found


def settled(opened: Opened) -> None:
    """Everything that was asked for is done."""
    shelf = opened.session.runs
    desks = (shelf._listing, shelf._comparing, shelf._drawing, shelf._writing)
    opened.until(lambda: not (any(desk.is_busy for desk in desks) or shelf._to_write or shelf._is_owed))


def test_runs_are_listed_newest_first_with_what_is_known_of_them(opened: Opened, two: tuple[Path, Path]) -> None:
    rows = opened.session.runs.rows
    assert rows is not None
    assert [row.folder for row in rows] == [two[1], two[0]]
    assert [row.network for row in rows] == ["LSTM 9", "LSTM 6"]
    assert [row.about.step for row in rows] == [20, 30]
    for row in rows:
        facts = json.loads((row.folder / ABOUT).read_text())["facts"]
        assert row.measured("loss") == facts["test"]["loss"]
        assert row.measured("seconds") == facts["training_seconds"]
    assert Change.RUNS in opened.seen


def test_nothing_is_read_before_somebody_looks(opened: Opened) -> None:
    opened.session.poll()
    assert opened.session.runs.rows is None
    assert not opened.session.runs._listing.is_busy


def test_a_training_that_ends_here_joins_the_list(opened: Opened, counting: str, two: tuple[Path, Path]) -> None:
    opened.session.runs.watch(False)
    third = train(opened, counting)
    opened.until(lambda: [row.folder for row in opened.session.runs.rows or ()] == [third, two[1], two[0]])
    settled(opened)
    row = opened.session.runs.row(third)
    assert row is not None
    assert (row.about.ended, row.is_training) == ("finished", False)


def test_what_another_window_does_is_seen(
    opened: Opened, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_shelf, "LOOK_SECONDS", 0.02)
    shelf = opened.session.runs
    other = paths.runs() / "29991231-other"
    write_text(other / ABOUT, '{"preset_id": "p", "title": "P", "started": "now"}')
    held = hold(other)
    opened.until(lambda: (row := shelf.row(other)) is not None and row.is_training)
    held.release()
    write_text(other / ABOUT, '{"preset_id": "p", "title": "P", "started": "now", "step": 7, "ended": "finished"}')
    opened.until(lambda: (row := shelf.row(other)) is not None and row.about.step == 7 and not row.is_training)
    (other / ABOUT).unlink()
    (other / ".lock").unlink()
    other.rmdir()
    opened.until(lambda: shelf.row(other) is None)


def test_what_becomes_of_an_ended_run_elsewhere_is_seen(
    opened: Opened, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Remarks of another process, a run that is gone on with there, and one whose process was killed."""
    monkeypatch.setattr(run_shelf, "LOOK_SECONDS", 0.02)
    shelf = opened.session.runs
    settled(opened)
    remark(two[0], tags=("elsewhere",))
    opened.until(lambda: (row := shelf.row(two[0])) is not None and row.remarks.tags == ("elsewhere",))
    settled(opened)
    about = json.loads((two[0] / ABOUT).read_text())
    held = hold(two[0])
    write_text(two[0] / ABOUT, json.dumps(about | {"ended": "", "step": 7}))
    opened.until(lambda: (row := shelf.row(two[0])) is not None and row.about.step == 7 and row.is_training)
    settled(opened)
    held.release()  # nothing else is written when a process is killed
    opened.until(lambda: (row := shelf.row(two[0])) is not None and not row.is_training)


def test_remarks_are_shown_at_once_and_written(opened: Opened, two: tuple[Path, Path]) -> None:
    shelf = opened.session.runs
    shelf.star(two[0], True)
    shelf.tag(two[0], ["good", "good", "slow"])
    shelf.note(two[0], " Look again. ")
    row = shelf.row(two[0])
    assert row is not None
    assert row.remarks == Remarks(True, ("good", "slow"), "Look again.")
    settled(opened)
    assert read_remarks(two[0]) == row.remarks
    assert read_remarks(two[1]) == Remarks()


def test_what_was_written_last_is_written_when_the_workbench_closes(opened: Opened, two: tuple[Path, Path]) -> None:
    for number in range(20):
        opened.session.runs.note(two[0], f"note {number}")
        opened.session.runs.star(two[1], number % 2 == 0)
    opened.session.close()
    assert read_remarks(two[0]).note == "note 19"
    assert not read_remarks(two[1]).star


def test_broken_remarks_are_named_and_what_was_shown_is_taken_back(opened: Opened, two: tuple[Path, Path]) -> None:
    (two[0] / FILE).write_text("{")
    shelf = opened.session.runs
    shelf.star(two[0], True)
    settled(opened)
    assert [row.remarks.star for row in shelf.rows or ()] == [False, False]
    assert FILE in shelf.failure
    assert [error.where for error in shelf.broken] == [str(two[0] / FILE)]
    assert (two[0] / FILE).read_text() == "{"


def test_settings_of_chosen_runs_are_compared(opened: Opened, two: tuple[Path, Path]) -> None:
    shelf = opened.session.runs
    shelf.choose(two)
    opened.until(lambda: shelf.compared is not None)
    assert shelf.compared is not None
    assert [(each.key, each.values) for each in shelf.compared.differences] == [
        ("model.stack.0.units", (6, 9)), ("training.steps", (30, 20)),
    ]  # fmt: skip


def test_settings_that_cannot_be_read_are_named(opened: Opened, two: tuple[Path, Path]) -> None:
    shelf = opened.session.runs
    (two[0] / PRESET).write_text("[[")
    shelf.choose(two[:1])
    settled(opened)
    assert shelf.compared is None
    assert PRESET in shelf.failure


def test_curves_are_those_of_the_files(opened: Opened, two: tuple[Path, Path]) -> None:
    shelf = opened.session.runs
    opened.session.training.earlier = []  # which would be drawn too
    shelf.overlay([two[1], two[0], two[1]])
    settled(opened)
    assert len(shelf.drawn) == 2
    for folder, (_, history, _, _) in zip((two[1], two[0]), shelf.drawn, strict=True):
        by_hand = np.loadtxt(folder / METRICS, delimiter=",", skiprows=1)
        for column, name in enumerate(("step", "loss", "accuracy", "gradient_norm")):
            assert np.array_equal(history.training[name], by_hand[:, column])
    assert len(shelf.drawn[1].history.training) == 30
    shelf.overlay([two[0]])
    assert [(run.key, run.place) for run in shelf.drawn] == [(two[0], 1)]  # its colour stays its own
    with pytest.raises(BadInput, match="at most 12"):
        shelf.overlay(paths.runs() / str(number) for number in range(13))


def test_a_broken_table_is_named_and_the_others_are_drawn(opened: Opened, two: tuple[Path, Path]) -> None:
    (two[0] / METRICS).write_text("step,loss,accuracy,gradient_norm\n1,x,1,1\n")
    shelf = opened.session.runs
    opened.session.training.earlier = []  # which would be drawn too
    shelf.overlay(two)
    settled(opened)
    assert METRICS in shelf.failure
    assert shelf.overlaid == two[1:]
    assert len(shelf.drawn) == 1


def test_the_best_of_all_and_of_some(opened: Opened, two: tuple[Path, Path]) -> None:
    shelf = opened.session.runs
    losses = {folder: json.loads((folder / ABOUT).read_text())["facts"]["test"]["loss"] for folder in two}
    least = min(two, key=lambda folder: losses[folder])
    most = max(two, key=lambda folder: losses[folder])
    assert shelf.best("loss") == least
    assert shelf.best("loss", [most]) == most
    assert shelf.best("loss", []) is None


def test_a_run_is_duplicated_with_its_settings(opened: Opened, counting: str, two: tuple[Path, Path]) -> None:
    session = opened.session
    session.choose("strokes-digits")
    session.runs.duplicate(two[1])
    assert (session.choices.chosen, session.choices.is_changed, session.looking.at) == (counting, True, "words")
    assert session.choices.preset.stack[0].units == 9
    assert session.choices.preset.training.steps == 20
    session.set("training.steps", 10)
    session.train()
    opened.until_phase("finished")
    assert session.training.folder not in two


def test_a_run_of_a_preset_that_is_gone_is_duplicated_too(opened: Opened, two: tuple[Path, Path]) -> None:
    about = json.loads((two[1] / ABOUT).read_text())
    write_text(two[1] / ABOUT, json.dumps(about | {"preset_id": "gone"}))
    opened.session.runs.duplicate(two[1])
    assert opened.session.choices.chosen == two[1].name
    assert opened.session.choices.preset.stack[0].units == 9


def test_a_finished_run_goes_on_as_a_new_one(opened: Opened, two: tuple[Path, Path]) -> None:
    session = opened.session
    session.runs.continue_as_new(two[0])
    with pytest.raises(BadInput, match="one is running already"):
        session.runs.continue_as_new(two[1])
    opened.until(lambda: session.training.folder not in two)
    opened.until_phase("finished")
    new = session.training.folder
    assert new is not None
    assert session.training.history is not None
    assert session.training.history.training["step"].tolist() == list(range(1, 61))
    opened.until(lambda: (row := session.runs.row(new)) is not None and row.about.step == 60)
    lines = (two[0] / METRICS).read_text().splitlines()
    assert (new / METRICS).read_text().splitlines()[: len(lines)] == lines


def test_a_run_goes_on_from_a_snapshot(opened: Opened, two: tuple[Path, Path]) -> None:
    session = opened.session
    session.runs.continue_as_new(two[0], at=8)
    opened.until(lambda: session.training.folder not in two)
    opened.until_phase("finished")
    assert session.training.folder is not None
    assert json.loads((session.training.folder / ABOUT).read_text())["facts"]["continued"]["step"] == 8
    session.runs.continue_as_new(two[0], at=7_777)
    settled(opened)
    opened.until(lambda: bool(session.runs.failure))
    assert "no snapshot of this step" in session.runs.failure


def test_deleted_runs_go_to_the_bin_and_leave_no_trace(
    opened: Opened, two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("send2trash.send2trash", lambda run: run.rename(tmp_path / run.name))
    shelf = opened.session.runs
    opened.session.training.earlier = []  # which would be drawn too
    shelf.choose(two)
    shelf.overlay(two)
    settled(opened)
    held = hold(two[1])
    shelf.delete(two)
    settled(opened)
    assert "is being trained" in shelf.failure
    assert [row.folder for row in shelf.rows or ()] == [two[1]]
    assert (shelf.chosen, shelf.overlaid, len(shelf.drawn)) == (two[1:], two[1:], 1)
    assert (tmp_path / two[0].name / ABOUT).exists()
    held.release()


def test_thousands_of_runs_stay_quick(
    opened: Opened, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 5_000
    paths.runs().mkdir(parents=True)
    for number in range(count):
        folder = paths.runs() / f"2026-{number:05d}"
        folder.mkdir()
        facts = {"network": "LSTM 6", "test": {"on": "t", "loss": 1 / (1 + number)}, "training_seconds": number}
        (folder / ABOUT).write_text(json.dumps({"preset_id": "p", "title": "P", "started": f"{number}", "step": number,
                                                "ended": "finished", "facts": facts}))  # fmt: skip
    remark(paths.runs() / "2026-00042", star=True)
    shelf = opened.session.runs

    def listed() -> float:
        shelf._is_owed = True
        began = time.perf_counter()
        settled(opened)
        return time.perf_counter() - began

    first, second = listed(), listed()
    assert (paths.runs() / CATALOGUE).exists()
    assert len(shelf.rows or ()) == count
    slowest = _slowest_poll(opened, listed)
    assert shelf.best("loss") == paths.runs() / f"2026-{count - 1:05d}"
    assert [row.folder.name for row in shelf.rows or () if row.remarks.star] == ["2026-00042"]
    with capsys.disabled():
        print(
            f" {count:,} runs: first {first:.2f} s, again {second:.2f} s, slowest poll {1000 * slowest:.1f} ms", end=""
        )
    assert first < 20
    assert second < 5
    assert slowest < 1


def _slowest_poll(opened: Opened, listed: Callable[[], float]) -> float:
    """How long the window's thread was kept, at most, while the list was read."""
    poll, took = opened.session.poll, [0.0]

    def timed() -> Change:
        began = time.perf_counter()
        change = poll()
        took.append(time.perf_counter() - began)
        return change

    opened.session.poll = timed  # type: ignore[method-assign]
    listed()
    return max(took)
