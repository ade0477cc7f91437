"""Deleting a run moves it to the bin, whole; one that is trained, and what is no run, stay."""

import sys
from pathlib import Path

import pytest

from tests.small import counting
from workbench import paths
from workbench.errors import BadInput
from workbench.runs.bin import to_bin
from workbench.runs.folders import ABOUT, PRESET
from workbench.runs.lock import hold
from workbench.runs.run import Recorder


@pytest.fixture
def trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bin of this test's own, as freedesktop.org describes it."""
    if sys.platform in ("darwin", "win32"):
        pytest.skip("the bin of this system cannot be put elsewhere")
    from send2trash import plat_other

    monkeypatch.setattr("send2trash.send2trash", plat_other.send2trash)
    monkeypatch.setattr(plat_other, "HOMETRASH_B", bytes(tmp_path / "bin"))
    monkeypatch.setattr(plat_other, "XDG_DATA_HOME", bytes(tmp_path))
    monkeypatch.setattr(plat_other, "get_dev", lambda _: 0)
    return tmp_path / "bin"


@pytest.fixture
def run(temporary_home: Path) -> Path:
    folder = paths.runs() / "one"
    recorder = Recorder(folder, "counting", counting(temporary_home))
    assert recorder._held is not None
    recorder._held.release()
    return folder


def test_it_lies_in_the_bin_with_the_place_it_came_from(trash: Path, run: Path) -> None:
    files = {path.name: path.read_bytes() for path in run.iterdir()}
    assert PRESET in files
    to_bin(run)
    assert not run.exists()
    assert {path.name: path.read_bytes() for path in (trash / "files" / "one").iterdir()} == files
    assert "runs/one" in (trash / "info" / "one.trashinfo").read_text()


def test_one_that_is_trained_stays(trash: Path, run: Path) -> None:
    held = hold(run)
    with pytest.raises(BadInput, match="is being trained"):
        to_bin(run)
    held.release()
    assert (run / ABOUT).exists()
    assert not trash.exists()


def test_what_is_no_run_stays(trash: Path, run: Path, tmp_path: Path) -> None:
    other = tmp_path / "photographs"
    other.mkdir()
    link = run.with_name("link")
    link.symlink_to(run)
    for folder in (other, link, tmp_path / "nowhere"):
        with pytest.raises(BadInput):
            to_bin(folder)
    assert other.is_dir()
    assert link.is_symlink()
    assert not trash.exists()


def test_where_there_is_no_bin_it_stays(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("send2trash.send2trash", refused)
    with pytest.raises(BadInput, match="could not be moved to the bin: Permission denied"):
        to_bin(run)
    assert (run / ABOUT).exists()
