"""``workbench snapshots``: the list of what a run kept, and one step of it recomputed."""

from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Command
from workbench import paths
from workbench.runs.folders import SNAPSHOTS

SETTINGS = (
    "data.train=300", "data.validation=100", "data.test=80", "model.units=8", "training.validate_every=10",
    "training.steps=20", "training.device=cpu",
)  # fmt: skip
DIGITS = ("strokes-digits", *(word for setting in SETTINGS for word in ("--set", setting)))


@pytest.fixture
def run(workbench: Command) -> Path:
    """Twenty steps on drawn digits."""
    return Path(workbench("train", *DIGITS, "--json").json["run"])


def test_the_snapshots_of_a_run_are_listed_and_one_is_recomputed(workbench: Command, run: Path) -> None:
    listed = workbench("snapshots", run.name, "--json").json
    validated = {each["step"]: each["validation"] for each in listed["snapshots"] if "validation" in each}
    assert set(validated) == {10, 20}
    assert {0, 1, 2, 4, 8, 16} <= {each["step"] for each in listed["snapshots"]}
    at = workbench("snapshots", run, "--at", 10, "--json").json
    assert at["logged"] == validated[10]
    assert at["recomputed"]["accuracy"] == pytest.approx(at["logged"]["accuracy"], abs=1e-8)
    assert at["recomputed"]["loss"] == pytest.approx(at["logged"]["loss"], rel=1e-7)
    counts = np.array(at["confusion"]["counts"])
    assert counts.shape == (10, 10)
    assert counts.sum() == at["test"]["of"] == 80
    assert np.trace(counts) == at["test"]["right"]
    losses = [each["loss"] for each in at["hardest"]]
    assert losses == sorted(losses, reverse=True)
    said = workbench("snapshots", run, "--at", 10)
    assert (said.code, said.err) == (0, "")
    logged, recomputed = (line for line in said.out.splitlines() if line.startswith(("logged", "recomputed")))
    assert logged.removeprefix("logged") == recomputed.removeprefix("recomputed").removesuffix(
        " of 100 held-out drawn digits"
    )
    table = workbench("snapshots", run).out.splitlines()
    assert table[0].split() == ["step", "validation", "loss", "right"]
    assert [line.split()[0] for line in table[1:]] == [f"{each['step']:,}" for each in listed["snapshots"]]
    assert "20/20" in workbench("runs").out


def test_the_network_at_the_end_is_the_one_that_was_tested(workbench: Command, run: Path) -> None:
    end = workbench("snapshots", run, "--at", 20, "--json").json
    tested = next(one for one in workbench("runs", "--json").json["runs"])["facts"]["test"]
    assert (end["test"]["right"], end["test"]["of"]) == (tested["right"], tested["of"])


def test_words_have_no_matrix_but_their_hardest(workbench: Command, counting: str) -> None:
    run = workbench("train", counting, "--set", "training.validate_every=10", "--json").json["run"]
    at = workbench("snapshots", run, "--at", 10, "--json").json
    assert "confusion" in at  # eleven words are few enough
    assert all(len(each["reads"].split()) == 2 for each in at["hardest"])
    assert {"right", "told"} <= set(at["hardest"][0])


def test_wrong_steps_runs_and_files_are_refused_by_name(workbench: Command, run: Path) -> None:
    workbench("snapshots", run, "--at", 3).refused("no snapshot of this step", "2 and 4")
    workbench("snapshots", "nothing").refused("no such run")
    for path in (run / SNAPSHOTS).iterdir():
        if path.name.startswith("00000004"):
            path.write_bytes(path.read_bytes()[:100])
    said = workbench("snapshots", run)
    assert said.code == 2
    assert "00000004.safetensors" in said.out
    workbench("snapshots", run, "--at", 4).refused("no snapshot of this step")
    assert paths.runs() in run.parents
