"""``workbench train`` and ``workbench resume``."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from workbench import paths
from workbench.cli import train_commands
from workbench.config import DATA_KINDS
from workbench.engine.events import Progress
from workbench.runs.folders import NETWORK
from workbench.runs.index import all_runs, read_about
from workbench.runs.network_file import load_network


def only_run() -> Path:
    [(folder, _)] = all_runs()
    return folder


def test_the_shipped_story_trains(workbench: Command) -> None:
    said = workbench("train", "story-belling-the-cat", "--steps", 2, "--set", "model.units=8", "--device", "cpu")
    assert said.code == 0, said
    assert "Finished after step 2" in said.out
    assert f"Run: {only_run()}" in said.out
    assert "95 % interval" in said.out


def test_json_is_the_only_thing_printed(workbench: Command, counting: str) -> None:
    said = workbench("train", counting, "--json")
    assert (said.code, said.err) == (0, "")
    answer = said.json
    assert (answer["preset"], answer["ended"], answer["step"]) == ("counting", "finished", 30)
    assert answer["test"]["of"] == 14
    assert answer["findings"] == []
    flow = answer["gradient_flow"]
    assert (flow["step"], flow["samples"]) == (30, 14)
    assert [len(layer["c"]) for layer in flow["layers"]] == [2]
    assert Path(answer["run"]) == only_run()


def test_a_text_named_from_here_is_found_from_elsewhere(
    workbench: Command, counting: str, temporary_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(temporary_home)
    assert workbench("train", counting, "--set", "data.text=counting.txt").code == 0
    monkeypatch.chdir("/")
    said = workbench("resume", only_run().name, "--as-new", "--steps", 2, "--json")
    assert said.code == 0, said
    assert said.json["step"] == 32


def test_settings_of_the_command_line_are_those_of_the_run(workbench: Command, counting: str) -> None:
    changes = ("--set", "model.units=9", "--set", "model.cell=gru", "--set", " training.rate = 0.5 ")
    said = workbench("train", counting, *changes, "--steps", 3, "--seed", 8, "--out", "new/run", "--json")
    assert said.code == 0, said
    preset = load_network(Path("new/run") / NETWORK).preset
    assert (preset.stack[0].units, preset.stack[0].cell) == (9, "gru")
    assert (preset.training.rate, preset.training.steps, preset.training.seed) == (0.5, 3, 8)


def test_the_published_figure_stands_beside_ours(workbench: Command, counting: str) -> None:
    path = paths.user_presets() / "counting.toml"
    caption = workbench("train", counting, "--json").json["test"]["on"]
    published = f'[published]\nfigure = 1.5\ntest_set = "some words"\ncompare = "{caption}"\nsource = "an article"\n'
    path.write_text(path.read_text() + published)
    said = workbench("train", counting)
    assert (
        f"Published 1.5 % right (some words), here {said.out.split(' % of')[0].split()[-1]} % of {caption}" in said.out
    )
    answer = workbench("train", counting, "--json").json
    found = answer["comparison"]
    assert (found["published"], found["source"], found["same_test_set"]) == (1.5, "an article", True)
    assert found["here"] == pytest.approx(100 * answer["test"]["accuracy"])
    assert found["reached"] is True
    assert read_about(Path(answer["run"])).facts["comparison"] == found


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths lie in the test's folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def test_a_preset_s_file_trains_too(workbench: Command, counting: str) -> None:
    said = workbench("train", paths.user_presets() / "counting.toml", "--json")
    assert said.json["preset"] == "counting"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["nosuch"], ["preset = 'nosuch'", "strokes-digits"]),
        ([""], ["there is no such preset"]),
        (["nowhere.toml"], ["nowhere.toml: cannot be read"]),
        (["/"], ["there is no such preset"]),
        (["counting", "--set", "model.units"], ["KEY=VALUE"]),
        (["counting", "--set", ""], ["KEY=VALUE"]),
        (["counting", "--set", "=5"], ["data.NAME, model.NAME, model.stack.NUMBER.NAME or training.NAME"]),
        (["counting", "--set", "model.units="], ["model.units", "expected int"]),
        (["counting", "--set", "model.unit=5"], ["did you mean units?"]),
        (["counting", "--set", "model.units=-1"], ["model.units = '-1'"]),
        (["counting", "--set", "model.units=1e9"], ["model.units"]),
        (["counting", "--set", "model.units=99999999999999999999999"], ["model.units"]),
        (["counting", "--set", "training.rate=nan"], ["training.rate"]),
        (["counting", "--set", "training.rate=inf"], ["training.rate"]),
        (["counting", "--set", "model.cell=lsmt"], ["right are lstm, gru"]),
        (["counting", "--set", "data.kind=mnsit"], [f"right are {', '.join(DATA_KINDS)}"]),
        (["counting", "--set", "data.text=/"], ["data.text"]),
        (["counting", "--set", f"data.text={'x' * 5000}"], ["data.text"]),
        (["counting", "--set", "data.window=99"], ["needs at least 100"]),
        (["counting", "--set", "model.bidirectional=true"], ["backward half"]),
        (["counting", "--steps", "0"], ["--steps = 0: expected at least 1"]),
        (["counting", "--steps", "-5"], ["--steps = -5"]),
        (["counting", "--seed", "-1"], ["--seed", "training.seed"]),
        (["counting", "--seed", str(2**70)], ["training.seed"]),
        (["counting", "--out", ".."], ["--out", "not empty"]),
        (["counting", "--out", "/dev/null"], ["--out", "Not a directory"]),
        (["counting", "--out", "/dev/null/run"], ["no run can be written here"]),
        (["counting", "--set", "model.units=4096", "--set", "model.layers=16"], ["GB of memory to train"]),
        (["strokes-digits", "--device", "mps"], ["training.device = 'mps'", "Train on the CPU instead"]),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    workbench: Command, counting: str, monkeypatch: pytest.MonkeyPatch, words: list[str], expected: list[str]
) -> None:
    if "mps" in words and sys.platform == "darwin":
        pytest.skip("here it may work")
    monkeypatch.setattr("workbench.engine.memory.memory_of", lambda device: 8 * 2**30)
    for json in ([], ["--json"]):
        said = workbench("train", *words, *json)
        said.refused(*expected)
        assert said.out == ""
    assert not paths.runs().exists() or list(paths.runs().iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"\xff\xfe", b"title = [", b'title = "t"', b"a=1\n" * 100_000])
def test_a_preset_s_file_that_is_none_is_refused(workbench: Command, content: bytes) -> None:
    Path("mine.toml").write_bytes(content)
    workbench("train", "mine.toml").refused("mine.toml")


def test_a_broken_preset_of_one_s_own_is_said_when_it_is_asked_for(workbench: Command, counting: str) -> None:
    (paths.user_presets() / "counting.toml").write_text("title = 3")
    workbench("train", "counting").refused("counting.toml, title = 3")


def test_mnist_where_it_is_not_is_refused(workbench: Command) -> None:
    workbench("train", "mnist-lstm", "--set", "data.folder=nowhere").refused("train-images-idx3-ubyte", "data.folder")


def test_divergence_has_an_exit_code_and_a_way_out(workbench: Command, counting: str) -> None:
    # Each step multiplies every weight by 1 - 100 * 10, whatever the gradient.
    wild = ("training.optimiser=sgd", "training.rate=100", "training.weight_decay=10")
    said = workbench("train", counting, *(word for change in wild for word in ("--set", change)))
    assert said.code == 3, said
    assert "Diverged" in said.out
    assert "Try a learning rate below 100" in said.out
    assert "no longer a finite number" in said.out
    assert "Try --set training.rate=10\n" in said.out


def interrupted_at(monkeypatch: pytest.MonkeyPatch, step: int, times: int = 1) -> None:
    """Ctrl+C while a batch is shown."""
    show = train_commands._show
    pressed: list[Progress] = []

    def shown(event: Any, *others: Any) -> None:
        show(event, *others)
        if isinstance(event, Progress) and event.steps[-1] >= step and not pressed:
            pressed.append(event)
            for _ in range(times):
                os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(train_commands, "_show", shown)


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill means something else on Windows")
def test_ctrl_c_keeps_what_was_learnt_and_resume_goes_on(
    workbench: Command, counting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as context:
        interrupted_at(context, 1)
        said = workbench("train", counting, "--json", "--set", "training.validate_every=1")
    assert said.code == 130, said
    assert signal.getsignal(signal.SIGINT) is before
    folder, step = Path(said.json["run"]), said.json["step"]
    assert 0 < step < 30
    assert load_network(folder / NETWORK).step == step
    assert read_about(folder).ended == "stopped"
    again = workbench("resume", folder.name)
    assert again.code == 0, again
    assert f"going on after step {step} of 30" in again.out
    assert "Finished after step 30" in again.out


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill means something else on Windows")
def test_a_second_ctrl_c_breaks_off_at_once(workbench: Command, counting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted_at(monkeypatch, 1, times=2)
    said = workbench("train", counting, "--json", "--set", "training.validate_every=1")
    assert (said.code, said.out, said.err) == (130, "", "workbench: interrupted\n")
    assert read_about(only_run()).ended == ""


def test_ctrl_c_while_it_loads_leaves_nothing(
    workbench: Command, counting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*words: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("workbench.data.words.read_text", pressed)
    said = workbench("train", counting)
    assert said.code == 130
    assert said.err.endswith("workbench: interrupted\n")
    assert list(paths.runs().iterdir()) == []


def test_a_full_disk_is_one_sentence(workbench: Command, counting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*words: object, **others: object) -> None:
        raise OSError(28, "No space left on device", "/here")

    monkeypatch.setattr("workbench.runs.run.keep_checkpoint", full)
    said = workbench("train", counting, "--json")
    folder = only_run()
    sentence = (
        f"{folder}: the disk is full. Nothing was learnt yet. Make room there, then: workbench resume {folder.name}"
    )
    assert (said.code, said.out, said.err) == (1, "", f"workbench: {sentence}\n")
    about = read_about(folder)
    assert (about.ended, about.facts["failure"]) == ("failed", sentence)


def test_an_error_of_ours_is_not_hidden(workbench: Command, counting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*words: object, **others: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("workbench.runs.run.keep_checkpoint", fault)
    with pytest.raises(RuntimeError, match="a fault"):
        workbench("train", counting)


def test_a_finished_run_is_left_as_it_is(workbench: Command, counting: str) -> None:
    workbench("train", counting, "--out", "run")
    before = {path.name: path.read_bytes() for path in Path("run").rglob("*.*")}
    said = workbench("resume", "run")
    assert said.code == 0
    assert "finished already, after step 30" in said.out
    assert workbench("resume", "run", "--json").json["ended"] == "finished"
    assert {path.name: path.read_bytes() for path in Path("run").rglob("*.*")} == before


@pytest.mark.parametrize("name", ["nosuch", "", ".", "/dev/null", "x" * 200])
def test_what_is_no_run_is_not_gone_on_with(workbench: Command, name: str) -> None:
    workbench("resume", name).refused()


def test_bundle_writes_the_network_and_its_provenance(workbench: Command, counting: str, small_networks: Path) -> None:
    said = workbench("train", counting, "--bundle", "--json")
    assert Path(said.json["bundle"]) == small_networks / "counting.safetensors"
    assert (small_networks / "counting.json").is_file()
