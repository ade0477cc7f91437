"""The shelf loads what a preset trained last, else the bundled network, and says what cannot be read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bell import Bell
from tests.small import counting, digit_reader, story_teller
from workbench import paths
from workbench.engine.experiment import experiment
from workbench.errors import BadInput
from workbench.runs.folders import ABOUT, NETWORK
from workbench.runs.network_file import save_network
from workbench.runs.run import Recorder, recorded
from workbench.runs.run_file import save_run
from workbench.session.change import Change
from workbench.session.job import Failed
from workbench.session.networks import BUNDLED, NetworkShelf, network_path


class Watched:
    def __init__(self) -> None:
        self._bell = Bell()
        self.shelf = NetworkShelf(self._bell)
        self.change = Change.NONE
        self.failures: list[BadInput | Failed] = []

    def until_loaded(self) -> None:
        def look() -> bool:
            change, failures = self.shelf.poll()
            self.change |= change
            self.failures += failures
            return not self.shelf.is_loading

        self._bell.until(look)


@pytest.fixture
def watched() -> Iterator[Watched]:
    watched = Watched()
    yield watched
    watched.shelf.close()


def trained_in_a_run(preset_id: str, content: bytes | None = None) -> Path:
    folder = paths.runs() / f"20260101-000000-{preset_id}"
    folder.mkdir(parents=True)
    (folder / ABOUT).write_text(f'{{"preset_id": "{preset_id}", "title": "T", "started": "now"}}')
    if content is None:
        save_network(digit_reader(preset_id, units=9), folder / NETWORK)
    else:
        (folder / NETWORK).write_bytes(content)
    return folder / NETWORK


def test_bundled_networks_are_loaded_for_each_task(watched: Watched) -> None:
    watched.shelf.load(list(BUNDLED.values()))
    watched.until_loaded()
    assert Change.NETWORK in watched.change
    assert {task: used.origin for task, used in watched.shelf.in_use.items()} == {
        "digits": "bundled", "words": "bundled",
    }  # fmt: skip
    assert watched.failures == []


def test_what_was_trained_last_comes_first(watched: Watched) -> None:
    path = trained_in_a_run(BUNDLED["digits"])
    assert network_path(BUNDLED["digits"]) == (path, "run")
    watched.shelf.load([BUNDLED["digits"]])
    watched.until_loaded()
    used = watched.shelf.in_use["digits"]
    assert (used.origin, used.path, used.trained.preset.stack[0].units) == ("run", path, 9)


@pytest.mark.parametrize("content", [b"", b"\x80\x04.", b"\x08" * 100])
def test_one_that_cannot_be_read_is_said_and_the_bundled_one_answers(watched: Watched, content: bytes) -> None:
    path = trained_in_a_run(BUNDLED["digits"], content)
    watched.shelf.load([BUNDLED["digits"], "story-belling-the-cat"])
    watched.until_loaded()
    assert [str(path) in str(failure) for failure in watched.failures] == [True]
    assert watched.shelf.in_use["digits"].origin == "bundled"
    assert watched.shelf.in_use["words"].origin == "bundled"


def test_a_broken_bundled_network_is_said_once(watched: Watched, small_networks: Path) -> None:
    (small_networks / f"{BUNDLED['digits']}.safetensors").write_bytes(b"no network")
    watched.shelf.load([BUNDLED["digits"]])
    watched.until_loaded()
    assert len(watched.failures) == 1
    assert watched.shelf.in_use == {}


def test_a_preset_without_a_network_is_no_fault(watched: Watched) -> None:
    assert network_path("mnist-lstm") is None
    watched.shelf.load(["mnist-lstm"])
    watched.until_loaded()
    assert (watched.failures, watched.shelf.in_use) == ([], {})


def test_a_file_that_the_person_opens_answers(watched: Watched, tmp_path: Path) -> None:
    save_network(story_teller(), tmp_path / "mine.safetensors")
    watched.shelf.load_file(tmp_path / "mine.safetensors")
    watched.until_loaded()
    assert watched.shelf.in_use["words"].origin == "file"
    watched.shelf.load_file(tmp_path / "nothing.safetensors")
    watched.until_loaded()
    assert "nothing.safetensors" in str(watched.failures[0])
    assert watched.shelf.in_use["words"].path == tmp_path / "mine.safetensors"


def test_a_run_in_one_file_becomes_a_run_here_and_answers(watched: Watched, tmp_path: Path) -> None:
    there = tmp_path / "there"
    preset = counting(tmp_path, steps=3)
    list(recorded(experiment(preset), Recorder(there, "counting", preset)))
    save_run(there, tmp_path / "counting.lstmrun")
    watched.shelf.load_run(tmp_path / "counting.lstmrun")
    watched.until_loaded()
    used = watched.shelf.in_use["words"]
    assert (used.origin, used.trained.step) == ("run", 3)
    assert used.path == paths.runs() / "there" / NETWORK
    (tmp_path / "broken.lstmrun").write_bytes(b"PK")
    watched.shelf.load_run(tmp_path / "broken.lstmrun")
    watched.until_loaded()
    assert [str(failure).split(":")[0] for failure in watched.failures] == [str(tmp_path / "broken.lstmrun")]


def test_it_can_be_closed_while_it_loads() -> None:
    shelf = NetworkShelf(lambda: None)
    shelf.load(list(BUNDLED.values()))
    shelf.close()
