"""Event files: what TensorBoard itself reads out of them is what the run's tables hold, live and afterwards."""

import csv
import math
import warnings
from pathlib import Path
from typing import Any

import pandas
import pytest

from tests.broken_race import begun, folders_of, lanes_for
from tests.small import counting
from workbench.engine.events import Progress
from workbench.engine.experiment import experiment
from workbench.engine.race import OfLane
from workbench.errors import BadInput
from workbench.export.event_file import EventFile, crc32c
from workbench.export.tensorboard import TENSORBOARD, race_with_events, with_events, write_events
from workbench.runs.race import go_on_racing
from workbench.runs.run import Recorder, recorded

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what TensorBoard imports
    from tensorboard.backend.event_processing import event_accumulator

Curves = dict[str, dict[int, float]]


def read(folder: Path) -> Curves:
    """Every curve that TensorBoard finds; that no step is told twice is looked at here."""
    accumulator: Any = event_accumulator.EventAccumulator  # which says no types
    found = accumulator(str(folder), size_guidance={"scalars": 0})
    found.Reload()
    curves = {}
    for name in found.Tags()["scalars"]:
        scalars = found.Scalars(name)
        curves[name] = {each.step: each.value for each in scalars}
        assert len(curves[name]) == len(scalars)
    return curves


def tables(run: Path) -> Curves:
    """The run's own tables, read by csv; a value that is no number is not there."""
    curves: Curves = {}
    for table, place in (("metrics", "train"), ("validation", "validation")):
        with (run / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for name, value in row.items():
                    if name != "step" and not math.isnan(float(value)):
                        curves.setdefault(f"{place}/{name}", {})[int(row["step"])] = float(value)
    return curves


def same(found: Curves, expected: Curves) -> bool:
    """To single precision, which is what TensorBoard's numbers have."""
    return found.keys() == expected.keys() and all(
        found[name] == pytest.approx(curve, rel=2e-7) for name, curve in expected.items()
    )


def test_the_checksum_is_that_of_the_standard() -> None:
    # RFC 3720, appendix B.4
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    assert crc32c(bytes(range(32))) == 0x46DD794E


def test_a_training_writes_along_and_can_be_followed(tmp_path: Path) -> None:
    run = tmp_path / "run"
    preset = counting(tmp_path)
    work = with_events(
        recorded(experiment(preset, report_seconds=0.0), Recorder(run, "counting", preset)), run, wanted=True
    )
    seen = []
    for event in work:
        if isinstance(event, Progress) and event.steps[-1] in (7, 20):
            assert same(read(run / TENSORBOARD), tables(run))  # while it trains
            seen.append(int(event.steps[-1]))
    assert seen == [7, 20]
    found = read(run / TENSORBOARD)
    assert same(found, tables(run))
    assert list(found["train/loss"]) == list(range(1, 31))
    assert set(found) == {"train/loss", "train/accuracy", "train/gradient_norm", "validation/loss",
                          "validation/accuracy"}  # fmt: skip


def test_a_race_writes_along_into_each_lane_and_goes_on_writing(temporary_home: Path) -> None:
    lanes = lanes_for(counting(temporary_home))
    work, recorders = begun(lanes)
    folders = folders_of(recorders)
    racing = race_with_events(work, folders, wanted=True)
    for said in racing:
        if any(isinstance(told.event, Progress) and told.event.steps[-1] == 9 for told in happened(said)):
            break
    assert all(same(read(folder / TENSORBOARD), tables(folder)) for folder in folders)  # while it trains
    racing.close()
    again = go_on_racing(folders[0])
    for _ in race_with_events(again.work(), folders):  # the folder is there, so nobody has to ask again
        pass
    for folder in folders:
        found = read(folder / TENSORBOARD)
        assert same(found, tables(folder))
        assert list(found["train/loss"]) == list(range(1, 31))


def happened(said: object) -> tuple[OfLane, ...]:
    return said if isinstance(said, tuple) else ()


def test_one_may_ask_for_it_in_the_middle(tmp_path: Path) -> None:
    run = tmp_path / "run"
    preset = counting(tmp_path)
    for event in with_events(recorded(experiment(preset, report_seconds=0.0), Recorder(run, "c", preset)), run):
        if isinstance(event, Progress) and event.steps[-1] == 10:
            assert not (run / TENSORBOARD).exists()  # nobody asked
            assert write_events(run, run / TENSORBOARD) == 10
    assert same(read(run / TENSORBOARD), tables(run))  # each step once, though two files tell the first ten
    assert len(list((run / TENSORBOARD).iterdir())) == 2


def test_what_is_done_again_replaces_what_was(tmp_path: Path) -> None:
    for first, values in ((0, (5.0, 4.0, 3.0)), (2, (1.0, 0.5))):
        file = EventFile(tmp_path, first)
        for step, value in enumerate(values, first):
            file.scalars(step, {"loss": value})
        file.close()
    assert read(tmp_path) == {"loss": {0: 5.0, 1: 4.0, 2: 1.0, 3: 0.5}}


def test_what_single_precision_cannot_hold_and_what_is_no_number(tmp_path: Path) -> None:
    file = EventFile(tmp_path, 0)
    file.scalars(1, {"large": -1e300, "none": math.nan})
    file.close()
    assert read(tmp_path) == {"large": {1: -math.inf}}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    run = tmp_path / "run"
    preset = counting(tmp_path, steps=2)
    list(recorded(experiment(preset), Recorder(run, "counting", preset)))
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="no event file"):
        write_events(run, tmp_path / "file" / "folder")
    with pytest.raises(BadInput, match="is not a run"):
        write_events(tmp_path, tmp_path / "events")


def test_training_goes_on_when_events_cannot_be_written(tmp_path: Path) -> None:
    run = tmp_path / "run"
    preset = counting(tmp_path, steps=3)
    work = with_events(recorded(experiment(preset), Recorder(run, "counting", preset)), run, wanted=True)
    next(work)  # loading
    (run / TENSORBOARD).write_text("a file stands in the way")
    assert sum(len(event.steps) for event in work if isinstance(event, Progress)) == 3


def test_pandas_reads_the_tables_while_they_are_written(tmp_path: Path) -> None:
    run = tmp_path / "run"
    preset = counting(tmp_path)
    steps = 0
    for event in recorded(experiment(preset, report_seconds=0.0), Recorder(run, "counting", preset)):
        if isinstance(event, Progress):
            table = pandas.read_csv(run / "metrics.csv")
            assert list(table.columns) == ["step", "loss", "accuracy", "gradient_norm"]
            assert list(table["step"]) == list(range(1, int(event.steps[-1]) + 1))
            assert table["loss"].iloc[-1] == pytest.approx(float(event.losses[-1]), rel=1e-6)
            steps += len(event.steps)
    assert steps == 30
    validations = pandas.read_csv(run / "validation.csv")
    assert validations["step"].iloc[-1] == 30
