"""Every kind of file that is opened, broken in hundreds of ways: it opens or is refused by its name, and no more."""

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.hostile import Kind, bounded, broken_and_opened, outcome
from tests.hostile_data import DATA_KINDS, NEVER_OPENED
from tests.mutations import renamed, renumbered, resealed, resettled, retyped, rezipped, torn
from tests.small import counted, counting, story_teller
from workbench import paths
from workbench.__main__ import main
from workbench.config import Preset
from workbench.data import cifar10, idx_files
from workbench.data.decoded import _kept
from workbench.data.drawing import drawing_to_json, save_drawing
from workbench.data.picture_file import load_picture
from workbench.data.strokes import draw_one
from workbench.data.text import likely_split, read_text, words_of
from workbench.data.unipen import pen_digits
from workbench.engine.events import Progress
from workbench.engine.experiment import experiment
from workbench.errors import BadInput
from workbench.files import write_text
from workbench.models.shapes import weight_shapes
from workbench.runs.folders import SCREEN, STATE, STATE_BEFORE
from workbench.runs.index import all_runs, read_about
from workbench.runs.network_file import load_network, save_network
from workbench.runs.remarks import read_remarks, remark
from workbench.runs.run import Recorder, go_on_with, recorded
from workbench.runs.run_file import open_run, save_run
from workbench.runs.snapshot_files import load_snapshot, load_travels, snapshot_steps
from workbench.runs.so_far import said_so_far
from workbench.runs.state_file import load_state, save_state
from workbench.session.choices import Choices
from workbench.session.memory import Memory, remember, screen_of_run
from workbench.session.pad import Pad
from workbench.session.run_curves import run_history
from workbench.session.screen import screen_of
from workbench.session.session import Session


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of thirty steps, with remarks."""
    run = counted(tmp_path_factory.mktemp("trained"))
    remark(run, star=True, tags=("first", "small"), note="A note.")
    return run


@pytest.fixture
def here(run: Path, temporary_home: Path) -> Path:
    """The same run among this test's own."""
    return Path(shutil.copytree(run, paths.runs() / run.name))


def preset_kind(run: Path) -> Kind:
    choices = Choices()
    path = run / "preset.toml"
    return Kind(path, lambda: choices.open(path), (torn, renamed, renumbered, resettled), str(path))


def network_kind(run: Path) -> Kind:
    path = run.parent / "network.safetensors"
    save_network(story_teller(), path)

    def open_it() -> None:
        load_network(path).network()

    return Kind(path, open_it, (torn, renamed, resealed, resealed, resealed), str(path))


def checkpoint_kind(run: Path) -> Kind:
    (run / "state-before.safetensors").unlink(missing_ok=True)

    def open_it() -> None:
        recorder, state, _ = go_on_with(run)
        recorder.close()
        said_so_far(run, state)

    path = run / "state.safetensors"
    return Kind(path, open_it, (torn, renamed, resealed, resealed, resealed), str(path))


def snapshot_kind(run: Path) -> Kind:
    trained, step = load_network(run / "network.safetensors"), snapshot_steps(run)[0]
    path = run / "snapshots" / f"{step:08d}.safetensors"
    shapes = weight_shapes(trained.preset.model, trained.interface)

    def open_it() -> None:
        load_travels(run)
        load_snapshot(run, step, shapes)

    return Kind(path, open_it, (torn, renamed, resealed, resealed), str(path))


def about_kind(run: Path) -> Kind:
    def open_it() -> None:
        list(all_runs(broken=[]))
        main(["runs"])
        run_history(run, read_about(run))

    return Kind(run / "run.json", open_it, (torn, renamed, renumbered, retyped), str(run))


def metrics_kind(run: Path) -> Kind:
    state = go_on_with(run)
    state.recorder.close()

    def open_it() -> None:
        run_history(run, read_about(run))
        said_so_far(run, state.state)

    return Kind(run / "metrics.csv", open_it, (torn, renamed, renumbered, renumbered), str(run))


def validation_kind(run: Path) -> Kind:
    def open_it() -> None:
        run_history(run, read_about(run))
        load_travels(run)

    return Kind(run / "validation.csv", open_it, (torn, renamed, renumbered, renumbered), str(run))


def remarks_kind(run: Path) -> Kind:
    return Kind(run / "remarks.json", lambda: read_remarks(run), (torn, renamed, renumbered, retyped), str(run))


def catalogue_kind(run: Path) -> Kind:
    whole = list(all_runs())

    def open_it() -> None:
        assert list(all_runs()) == whole  # it is made again from the folders, whatever stood there

    return Kind(run.parent / ".catalogue.sqlite", open_it, (torn, renamed), str(run))


def text_kind(run: Path) -> Kind:
    path = run.parent / "text.txt"
    write_text(path, "It was the best of times, it was the worst of times; 天地玄黄 宇宙洪荒.\n" * 20)

    def open_it() -> None:
        text = read_text(path)
        likely_split(text)
        words_of(text, "words")

    return Kind(path, open_it, (torn, renamed, renumbered), str(path))


def image_kind(suffix: str, mode: str) -> Callable[[Path], Kind]:
    def kind(run: Path) -> Kind:
        path, pad = run.parent / f"picture.{suffix}", Pad()
        pixels = np.random.default_rng(1).integers(0, 255, (40, 30, 3), dtype=np.uint8)
        Image.fromarray(pixels).convert(mode).save(path)

        def open_it() -> None:
            load_picture(path, 32)
            pad.load(path)
            pad.seen()

        return Kind(path, open_it, (torn, torn, torn, renamed), str(path))

    return kind


def drawing_kind(run: Path) -> Kind:
    path, pad = run.parent / "digit.json", Pad()
    save_drawing(draw_one(4, np.random.default_rng(3)), path)

    def open_it() -> None:
        pad.load(path)
        pad.seen()

    return Kind(path, open_it, (torn, renamed, renumbered, retyped, retyped), str(path))


def unipen_kind(run: Path) -> Kind:
    path = run.parent / "digits.tra"
    digit = (
        '.SEGMENT DIGIT 0 ? "8"\n.COMMENT 8 12 224\n.PEN_DOWN\n 10 20\n 30 60\n.PEN_UP\n.PEN_DOWN\n 20 20\n.PEN_UP\n'
    )
    write_text(path, digit * 20)
    pad = Pad()

    def open_it() -> None:
        for digit in pen_digits(path)[:50]:
            pad.show(digit.drawing())
            pad.seen()

    return Kind(path, open_it, (torn, renamed, renumbered, renumbered), str(path))


def decoded_kind(run: Path) -> Kind:
    path = run.parent / "pictures.npy"
    np.save(path, np.zeros((5, 8, 8, 3), np.uint8))
    return Kind(path, lambda: _kept(path, (5, 8, 8, 3)), (torn, torn, renamed), str(path))


def session_kind(run: Path) -> Kind:
    session = Session()
    session.pad.show(draw_one(4, np.random.default_rng(3)))
    remember(screen_of(session), paths.session_file())

    def open_it() -> None:
        session.recall()
        session.pad.seen()
        screen_of(session)
        if session.notes:
            session.notes.clear()
            raise BadInput(str(paths.session_file()), "was said to be broken")

    return Kind(paths.session_file(), open_it, (torn, renamed, renumbered, retyped, retyped), str(paths.session_file()))


def run_file_kind(run: Path) -> Kind:
    path, under = run.parent / "run.lstmrun", run.parent.parent / "opened"
    save_run(run, path)

    def open_it() -> None:
        under.mkdir(exist_ok=True)
        try:
            opened = open_run(path, under)
            assert opened.parent == under
            shutil.rmtree(opened)
        finally:
            assert not [*under.iterdir()]

    return Kind(path, open_it, (torn, renamed, rezipped, rezipped), str(path))


def screen_kind(run: Path) -> Kind:
    path = run / SCREEN
    remember(Memory(drawing=drawing_to_json(draw_one(4, np.random.default_rng(3))), seed_text="one two"), path)
    return Kind(path, lambda: screen_of_run(path), (torn, renamed, renumbered, retyped, retyped), str(path))


KINDS: dict[str, Callable[[Path], Kind]] = {
    "preset": preset_kind, "network": network_kind, "checkpoint": checkpoint_kind, "snapshot": snapshot_kind,
    "run.json": about_kind, "metrics": metrics_kind, "validation": validation_kind, "remarks": remarks_kind,
    "catalogue": catalogue_kind, "text": text_kind, "drawing": drawing_kind, "UNIPEN": unipen_kind,
    "kept pictures": decoded_kind, "session": session_kind, "run file": run_file_kind, "screen": screen_kind,
    **DATA_KINDS,
    **{suffix: image_kind(suffix, mode) for suffix, mode in (
        ("png", "RGBA"), ("jpg", "RGB"), ("bmp", "RGB"), ("gif", "P"), ("tiff", "RGB"), ("tif", "F"), ("webp", "RGB"),
        ("ppm", "RGB"))},
}  # fmt: skip


@pytest.mark.parametrize("cases", [25, pytest.param(500, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", KINDS)
def test_it_opens_or_is_refused_by_name(
    name: str, cases: int, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idx_files, "TRAIN", 20)
    monkeypatch.setattr(idx_files, "TEST", 5)
    monkeypatch.setattr(cifar10, "PICTURES", 20)
    outcomes = broken_and_opened(name, KINDS[name](here), cases, here, tmp_path)
    # What can run anything must not even be begun to be read, and what can be seen to be broken is never believed.
    assert name not in NEVER_OPENED or outcomes == {"refused": cases}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("run.json", rb'"Counting"', b'"\xff"'),
        ("validation", rb"\n\d+,", b"\ninf,"),
        ("validation", rb"\n\d+,", b"\nnan,"),
        ("metrics", rb"\n\d+,", b"\n1e308,"),
        ("metrics", rb"\n\d+,", b"\n-1,"),
        ("preset", rb'"Counting"', b"0x" + b"f" * 9_000),
        ("preset", rb"^", b".".join([b"a"] * 100_000) + b" = 1\n"),
        ("drawing", rb'"strokes".*', b'"strokes":[[[' + b"[" * 900 + b"]" * 900 + b",0]]]}"),
        ("UNIPEN", rb" 30 60", b" 1e308 -1e308"),
        ("kept pictures", rb"(?s).*", b"PK\3\4 no archive"),
        ("tif", rb"(?s).{4}\Z", b"\1\0\x80\x7f"),
    ],
)
def test_what_was_once_more_than_a_refusal(name: str, old: bytes, new: bytes, here: Path, tmp_path: Path) -> None:
    kind = KINDS[name](here)
    content = kind.file.read_bytes()
    broken = re.sub(old, lambda _: new, content, count=1)
    assert broken != content
    kind.file.write_bytes(broken)
    with bounded(tmp_path):
        said = outcome(kind.open, kind.names)
    assert said == ("opened" if name == "kept pictures" else "refused")


def test_kept_pictures_that_say_they_are_enormous_are_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "pictures.npy"
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": (2**33,)})
    with bounded(tmp_path):
        assert _kept(path, (5, 8, 8, 3)) is None


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices have no place among its files")
@pytest.mark.parametrize("name", ["preset", "network", "snapshot", "text", "drawing", "UNIPEN", "png"])
def test_pipes_and_devices_are_refused(name: str, here: Path, tmp_path: Path) -> None:
    """Nobody would ever write into the pipe, and the device has no end."""
    kind = KINDS[name](here)
    kind.file.unlink()
    os.mkfifo(kind.file)
    with bounded(tmp_path):
        assert outcome(kind.open, kind.names) == "refused"
        kind.file.unlink()
        kind.file.symlink_to("/dev/zero")
        assert outcome(kind.open, kind.names) == "refused"


def test_a_description_without_end_is_refused(here: Path, tmp_path: Path) -> None:
    with (here / "run.json").open("r+b") as file:
        file.truncate(3 * 2**30)
    broken: list[BadInput] = []
    with bounded(tmp_path):
        assert list(all_runs(broken=broken)) == []
        assert outcome(lambda: read_about(here), str(here)) == "refused"
    assert "is larger than 4 MB" in str(broken[0])


def stopped_after_13_steps(run: Path, preset: Preset) -> None:
    """4 epochs of 3 batches, and 1 batch."""
    work = recorded(experiment(preset, report_seconds=0.0), Recorder(run, "counting", preset))
    event = next(work)
    with suppress(StopIteration):
        while True:
            event = work.send("stop" if isinstance(event, Progress) and event.steps[-1] == 13 else None)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"continued": [1]}, "$.continued"),
        ({"continued": None}, "$.continued"),
        ({"printed": 5}, "$.printed"),
        ({"printed": [1]}, "$.printed[0]"),
        ({"printed": [{"step": "1", "here": 0.5}]}, "$.printed[0].step"),
        ({"threads": 2**40}, "$.threads"),
        ({"threads": 0}, "$.threads"),
        ({"training_seconds": "long"}, "$.training_seconds"),
    ],
)
def test_a_run_that_says_something_impossible_of_itself_is_not_gone_on_with(
    facts: dict[str, object], said: str, here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    about = json.loads((here / "run.json").read_text())
    (here / "run.json").write_text(json.dumps(about | {"ended": "stopped", "facts": about["facts"] | facts}))
    for words in ((), ("--as-new",), ("--as-new", "--at", "8")):
        with bounded(tmp_path):
            assert main(["resume", here.name, *words]) == 2
        told = capsys.readouterr().err
        assert f"{here / 'run.json'}, facts: is broken" in told
        assert said in told


@pytest.mark.parametrize("change", [{"betas": ["a"]}, {"eps": None}, {"weight_decay": 1e9}, {"maximize": True}])
def test_a_checkpoint_cannot_change_the_settings(change: dict[str, object], tmp_path: Path) -> None:
    """It goes on as the settings say, to the last digit, whatever it says of the optimiser's own."""
    preset, ends = counting(tmp_path), []
    for name in ("as it was", "changed"):
        run = tmp_path / name
        stopped_after_13_steps(run, preset)
        if name == "changed":
            state = load_state(run / "state.safetensors")
            state.optimiser["param_groups"][0].update(change)
            save_state(state, run / "state.safetensors")
        recorder, state_now, _ = go_on_with(run)
        list(recorded(experiment(recorder.preset, state=state_now), recorder))
        ends.append((run / "metrics.csv").read_bytes())
    assert ends[0] == ends[1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"optimiser": ("step", [1])}, "optimiser/0/step = [1]: expected one float32 for input.embedding"),
        ({"optimiser": ("exp_avg", "x")}, "optimiser/0/exp_avg = 'x': expected "),
        ({"batch": 2**62}, "position = {'step': 13, 'epoch': 4, 'batch': 4611686018427387904}: expected as many steps"),
        ({"epoch": 13}, "position = {'step': 13, 'epoch': 13, 'batch': 1}: expected as many steps"),
    ],
)
def test_a_checkpoint_sealed_with_something_impossible_is_named_and_the_one_before_it_used(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    run, preset = tmp_path / "run", counting(tmp_path)
    stopped_after_13_steps(run, preset)
    state = load_state(run / STATE)
    (run / STATE).rename(run / STATE_BEFORE)
    if "optimiser" in change:
        key, value = change.pop("optimiser")
        state.optimiser["state"][0][key] = value
    save_state(replace(state, **change), run / STATE)
    recorder, found, told = go_on_with(run)
    recorder.close()
    assert found is not None and (found.step, found.epoch, found.batch) == (13, 4, 1)
    assert told[0].startswith(f"{run / STATE}, {said}")
    assert told[0].endswith("The checkpoint before it, after step 13, is used instead.")
