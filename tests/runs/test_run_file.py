"""A run in one file: there and back, onto a computer where it never was, and whatever else such a file could be."""

import os
import random
import shutil
import struct
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.small import counted, counting
from workbench.engine.events import Progress
from workbench.engine.experiment import experiment
from workbench.errors import BadInput
from workbench.preset_files import load_preset, with_setting
from workbench.runs import run_file
from workbench.runs.continued import continued
from workbench.runs.folders import TEXT
from workbench.runs.network_file import load_network
from workbench.runs.run import Recorder, go_on_with, recorded
from workbench.runs.run_file import open_run, save_run
from workbench.runs.run_preset import load_run_preset


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of thirty steps on a text of its own, which lies beside it."""
    return counted(tmp_path_factory.mktemp("there"))


@pytest.fixture
def packed(run: Path, tmp_path: Path) -> Path:
    path = tmp_path / "counting.lstmrun"
    save_run(run, path)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_run_comes_back_whole(run: Path, packed: Path, tmp_path: Path) -> None:
    opened = open_run(packed, tmp_path / "runs")
    assert opened == tmp_path / "runs" / run.name
    before, after = contents(run), contents(opened)
    text = after.pop("text.txt").decode()
    assert text == (run.parent / "counting.txt").read_text(encoding="utf-8")
    assert load_preset(opened / "preset.toml").data.text == str(opened / "text.txt")  # type: ignore[union-attr]
    before.pop("preset.toml"), after.pop("preset.toml")
    assert after == {name: content for name, content in before.items() if not name.startswith(".")}
    assert any(name.startswith("snapshots/") for name in after)


def test_it_is_gone_on_with_where_its_text_never_was(run: Path, tmp_path: Path) -> None:
    preset = counting(tmp_path, steps=6)
    first = tmp_path / "first"
    list(recorded(experiment(preset), Recorder(first, "counting", preset)))
    save_run(first, tmp_path / "first.lstmrun")
    (tmp_path / "counting.txt").unlink()
    opened = open_run(tmp_path / "first.lstmrun", tmp_path / "runs")
    here = load_preset(opened / "preset.toml")
    again = tmp_path / "again"
    list(recorded(experiment(here), Recorder(again, "counting", here)))
    assert (again / "metrics.csv").read_bytes() == (first / "metrics.csv").read_bytes()


def test_a_run_broken_off_here_ends_there_as_if_it_had_never_moved(tmp_path: Path) -> None:
    preset = counting(tmp_path, steps=30)
    whole, part = tmp_path / "whole", tmp_path / "part"
    list(recorded(experiment(preset), Recorder(whole, "counting", preset)))
    work = recorded(experiment(preset, report_seconds=0.0), Recorder(part, "counting", preset))
    event = next(work)
    with suppress(StopIteration):
        while True:
            event = work.send("stop" if isinstance(event, Progress) and event.steps[-1] == 13 else None)
    save_run(part, tmp_path / "part.lstmrun")
    (tmp_path / "counting.txt").unlink()
    recorder, state, said = go_on_with(open_run(tmp_path / "part.lstmrun", tmp_path / "runs"))
    assert state is not None and state.step == 13 and said == ()
    list(recorded(experiment(recorder.preset, state=state), recorder))
    assert (recorder.folder / "metrics.csv").read_bytes() == (whole / "metrics.csv").read_bytes()
    ours, theirs = (load_network(run / "network.safetensors").weights for run in (whole, recorder.folder))
    assert ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


def gone_on_with(run: Path) -> int:
    """How many steps it has when it has come to its end."""
    recorder, state, _ = go_on_with(run)
    list(recorded(experiment(recorder.preset, state=state), recorder))
    return recorder.about.step


def test_its_text_goes_with_it_wherever_it_is_moved(tmp_path: Path) -> None:
    run = counted(tmp_path)
    save_run(run, tmp_path / "run.lstmrun")
    (tmp_path / "counting.txt").unlink()
    opened = open_run(tmp_path / "run.lstmrun", tmp_path / "runs")
    moved = opened.rename(tmp_path / "moved")
    assert gone_on_with(continued(moved, steps=2, under=tmp_path / "runs")) == 32
    save_run(moved, tmp_path / "again.lstmrun")
    assert zipfile.ZipFile(tmp_path / "again.lstmrun").read(TEXT) == (moved / TEXT).read_bytes()
    new = continued(moved, steps=3, under=tmp_path / "runs")
    shutil.rmtree(moved)
    assert load_run_preset(new).data.text == str(new / TEXT)  # type: ignore[union-attr]
    assert gone_on_with(new) == 33


def test_a_text_without_a_suffix_goes_along(tmp_path: Path) -> None:
    preset = counting(tmp_path)
    plain = (tmp_path / "counting.txt").rename(tmp_path / "counting")
    preset = with_setting(preset, "data.text", str(plain))
    list(recorded(experiment(preset), Recorder(tmp_path / "run", "counting", preset)))
    save_run(tmp_path / "run", tmp_path / "run.lstmrun")
    assert zipfile.ZipFile(tmp_path / "run.lstmrun").read(TEXT) == plain.read_bytes()


def test_states_are_packed_before_what_belongs_to_their_steps(run: Path, tmp_path: Path) -> None:
    """A training that goes on meanwhile adds rows: a state that was newer than its tables could not be used."""
    (tmp_path / "run").mkdir()
    for name in ("run.json", "preset.toml", "metrics.csv", "validation.csv", "state.safetensors"):
        shutil.copyfile(run / name, tmp_path / "run" / name)
    shutil.copyfile(run / "state.safetensors", tmp_path / "run" / "state-before.safetensors")
    save_run(tmp_path / "run", tmp_path / "run.lstmrun")
    names = zipfile.ZipFile(tmp_path / "run.lstmrun").namelist()
    assert names[:3] == ["format", "state-before.safetensors", "state.safetensors"]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no place among its files")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.lstmrun")
    with pytest.raises(BadInput, match="is a pipe or a device"):
        open_run(tmp_path / "pipe.lstmrun", tmp_path / "runs")


def test_a_second_one_stands_beside_the_first(run: Path, packed: Path, tmp_path: Path) -> None:
    first, second = open_run(packed, tmp_path / "runs"), open_run(packed, tmp_path / "runs")
    assert (first.name, second.name) == (run.name, f"{run.name}-1")
    assert load_network(first / "network.safetensors").step == load_network(second / "network.safetensors").step == 30


def test_places_of_another_computer_are_taken_out(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "moved.lstmrun"
    save_run(run, path)
    changed = repacked(path, {"text.txt": None})
    preset = b"/nowhere/counting.txt"
    content = zipfile.ZipFile(changed).read("preset.toml")
    old = str(run.parent / "counting.txt").encode()
    assert old in content
    changed = repacked(changed, {"preset.toml": content.replace(old, preset)})
    opened = open_run(changed, tmp_path / "runs")
    assert load_preset(opened / "preset.toml").data.text == "counting.txt"  # type: ignore[union-attr]


def repacked(path: Path, changes: dict[str, bytes | None]) -> Path:
    """The same archive with other members; None leaves one out."""
    new = path.with_name(f"{path.stem}-changed.lstmrun")
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (members | changes).items():
            if content is not None:
                archive.writestr(name, content)
    return new


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"../out.txt": b"x"}, "no run has"),
        ({"/tmp/out.txt": b"x"}, "no run has"),
        ({"a/b/out.txt": b"x"}, "no run has"),
        ({"..\\out.txt": b"x"}, "no run has"),
        ({"C:out.txt": b"x"}, "no run has"),
        ({".hidden.txt": b"x"}, "no run has"),
        ({"code.py": b"x"}, "no run has"),
        ({"state.pkl": b"x"}, "no run has"),
        ({"format": b"something else\n"}, "format"),
        ({"format": b"workbench-run-1\n" + b"x" * 2_000}, "is not a run"),
        ({"format": None}, "is not a run"),
        ({"run.json": None}, "holds something else"),
        ({"run.json": b"[" * 100_000}, "holds something else"),
        ({"run.json": b'{"preset_id": "a/../../../out", "title": "T", "started": "now"}'}, "no preset's name"),
        ({"run.json": b'{"preset_id": "a\\u0000b", "title": "T", "started": "now"}'}, "no preset's name"),
        ({"run.json": b'{"preset_id": "p", "title": "T", "started": "now", "facts": {"printed": 5}}'}, r"\$\.printed"),
        ({"preset.toml": b"title = 1"}, "holds something else"),
        ({"preset.toml": b"#" * 300_000}, "larger than any"),
        ({"network.safetensors": b"\x80\x04cos\nsystem\n"}, "holds something else"),
        ({"bomb.csv": bytes(30 * 2**20)}, "would unpack to"),
        ({f"a{number}.txt": b"" for number in range(4_001)}, "files"),
    ],
)
def test_what_is_no_run_leaves_nothing_behind(
    changes: dict[str, bytes | None], why: str, packed: Path, tmp_path: Path
) -> None:
    (tmp_path / "runs").mkdir()
    hostile = repacked(packed, changes)
    before = contents(tmp_path)
    with pytest.raises(BadInput, match=why) as refused:
        open_run(hostile, tmp_path / "runs")
    assert str(hostile) in str(refused.value)
    assert contents(tmp_path) == before
    assert not list((tmp_path / "runs").iterdir())


def test_a_name_that_climbs_becomes_a_plain_one(packed: Path, tmp_path: Path) -> None:
    opened = open_run(repacked(packed, {"format": b"workbench-run-1\n../../out\n"}), tmp_path / "a" / "b" / "runs")
    assert opened == tmp_path / "a" / "b" / "runs" / "opened-run"


def _says_less(content: bytes) -> bytes:
    """Its list of files says that run.json is ten bytes long."""
    place = content.index(b"run.json", content.index(b"PK\1\2")) - 46
    return content[: place + 24] + struct.pack("<I", 10) + content[place + 28 :]


def _lists_too_much(content: bytes) -> bytes:
    end = content.rindex(b"PK\5\6")
    return content[: end + 12] + struct.pack("<I", 2**31) + content[end + 16 :]


def _lists_too_much_in_64_bits(content: bytes) -> bytes:
    end = content.rindex(b"PK\5\6")
    record = b"PK\6\6" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1, 1, 2**40, 0)
    locator = b"PK\6\7" + struct.pack("<LQL", 0, end, 1)
    return content[:end] + record + locator + content[end:]


@pytest.mark.parametrize(
    "change", [_says_less, _lists_too_much, _lists_too_much_in_64_bits, lambda content: content[:-30], lambda _: b""]
)
def test_an_archive_that_lies_is_refused(change: Callable[[bytes], bytes], packed: Path, tmp_path: Path) -> None:
    (tmp_path / "lies.lstmrun").write_bytes(change(packed.read_bytes()))
    with pytest.raises(BadInput):
        open_run(tmp_path / "lies.lstmrun", tmp_path / "runs")
    assert not list((tmp_path / "runs").iterdir())


def test_more_than_is_said_is_not_written(packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(packed) as archive:
        member = archive.getinfo("metrics.csv")
        member.file_size, whole = 10, member.file_size
        monkeypatch.setattr(zipfile.ZipExtFile, "_update_crc", lambda *_: None)
        opened = archive.open("metrics.csv")
        opened._left = whole  # type: ignore[attr-defined]
        monkeypatch.setattr(archive, "open", lambda _: opened)
        with pytest.raises(BadInput, match="more than it says"):
            run_file._write(archive, member, tmp_path / "metrics.csv", "file")
    assert (tmp_path / "metrics.csv").stat().st_size <= 10


@pytest.mark.parametrize("cases", [60, pytest.param(3_000, marks=pytest.mark.slow)])
def test_bytes_changed_at_random_are_refused_or_harmless(cases: int, packed: Path, tmp_path: Path) -> None:
    luck, content = random.Random(cases), packed.read_bytes()
    outcomes = {"refused": 0, "opened": 0}
    path = tmp_path / "changed.lstmrun"
    for _ in range(cases):
        changed = bytearray(content)
        for _ in range(luck.choice((1, 3, 30))):
            changed[luck.randrange(len(changed))] = luck.randrange(256)
        path.write_bytes(changed[: luck.choice((len(changed), luck.randrange(len(changed))))])
        try:
            shutil.rmtree(open_run(path, tmp_path / "runs"))
            outcomes["opened"] += 1
        except BadInput:
            outcomes["refused"] += 1
        assert not list((tmp_path / "runs").iterdir())
    print(f"{cases:,} broken run files: {outcomes}")
    assert outcomes["refused"] > cases / 2
    assert {each.name for each in tmp_path.iterdir()} == {packed.name, path.name, "runs"}


def test_what_is_not_there_and_what_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be opened"):
        open_run(tmp_path / "none.lstmrun", tmp_path / "runs")
    with pytest.raises(BadInput, match="is not a run"):
        save_run(tmp_path, tmp_path / "none.lstmrun")


NAMES = st.from_regex(r"\A([a-z]{1,6}/)?[a-z0-9_][a-z0-9_.-]{0,12}\.(csv|json|txt|safetensors)\Z")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(NAMES, st.binary(max_size=300), max_size=4))
def test_whatever_is_in_a_run_comes_back_to_the_byte(files: dict[str, bytes], run: Path, tmp_path: Path) -> None:
    with TemporaryDirectory(dir=tmp_path) as folder:
        copy = Path(shutil.copytree(run, Path(folder) / "copy"))
        for name, content in files.items():
            path = copy / name
            if path.exists() or name == TEXT:
                continue
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        before = {name: content for name, content in contents(copy).items() if not name.startswith(".")}
        save_run(copy, Path(folder) / "run.lstmrun")
        after = contents(open_run(Path(folder) / "run.lstmrun", Path(folder) / "runs"))
    assert before.pop("preset.toml") != after.pop("preset.toml")  # where its text lies
    assert after.pop(TEXT) == (run.parent / "counting.txt").read_bytes()
    assert after == before


def test_a_new_run_on_the_text_of_another_takes_it_along(packed: Path, tmp_path: Path) -> None:
    first = open_run(packed, tmp_path / "runs")
    preset, folder = load_run_preset(first), tmp_path / "second"
    list(recorded(experiment(preset), Recorder(folder, "counting", preset)))
    shutil.rmtree(first)
    assert load_run_preset(folder).data.text == str(folder / TEXT)  # type: ignore[union-attr]
    recorder, state, _ = go_on_with(continued(folder, steps=3, under=tmp_path / "runs"))
    assert list(recorded(experiment(recorder.preset, state=state), recorder))
