"""A session from its first minute to its last: train, pause, step, draw, tell, close, and find everything again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.session.conftest import Opened
from tests.small import story_teller
from workbench import paths
from workbench.data.drawing import Stroke
from workbench.engine.device import DeviceError
from workbench.errors import BadInput
from workbench.runs.folders import NETWORK, SCREEN
from workbench.runs.index import all_runs
from workbench.runs.network_file import load_network, save_network
from workbench.session import networks
from workbench.session.change import Change
from workbench.session.memory import recall

DOWN = Stroke.through([(0.4, 0.1), (0.4, 0.9)])
Open = Callable[[], Opened]


def test_from_the_first_step_to_the_next_launch(open_session: Open, counting: str) -> None:
    opened = open_session()
    session = opened.session
    session.choose(counting)
    session.set("training.steps", 300)
    session.train()
    session.pause()
    opened.until_phase("paused")
    history = session.training.history
    assert history is not None
    before = history.step
    session.one_step()
    opened.until(lambda: session.training.phase == "paused" and history.step > before)
    assert history.step == before + 1
    assert session.training.trained is not None
    assert session.training.trained.step == before + 1
    session.go_on()
    opened.until_phase("finished")
    assert Change.TRAINING | Change.HISTORY | Change.NETWORK in opened.seen
    assert history.training["step"].tolist() == list(range(1, 301))
    assert history.score is not None
    in_use = session.network_for("words")
    assert in_use is not None
    assert (in_use.origin, in_use.trained.step) == ("training", 300)

    session.tell("one two")
    opened.until(lambda: not session.story.is_telling)
    assert session.story.text[:4] == ["one", "two", "three", "four"]
    session.add_stroke(DOWN)
    session.set_fit(False)
    session.set("model.units", 7)
    opened.until_answered()
    story, words = session.story.text, session.story.words
    session.close()
    [(folder, about)] = all_runs()
    assert (about.ended, about.step) == ("finished", 300)
    assert load_network(folder / NETWORK).step == 300
    kept = recall(folder / SCREEN)
    assert kept is not None
    assert kept == recall(paths.session_file())
    assert (kept.fit, [word for word, *_ in kept.story_words]) == (False, [word.text for word in words])

    again = open_session()
    again.session.recall()
    again.session.load_networks()
    again.until_loaded()
    assert again.session.choices.chosen == counting
    assert again.session.choices.preset.stack[0].units == 7
    assert again.session.choices.preset.training.steps == 300
    assert again.session.pad.content.drawing.strokes == (DOWN,)
    assert again.session.pad.fit is False
    assert (again.session.story.text, again.session.story.words) == (story, words)
    in_use = again.session.network_for("words")
    assert in_use is not None
    assert (in_use.origin, in_use.path, in_use.trained.step) == ("run", folder / NETWORK, 300)
    assert again.session.notes == []


def test_a_drawing_is_answered_as_soon_as_a_network_is_there(opened: Opened) -> None:
    session = opened.session
    session.add_stroke(DOWN)
    assert session.nobody_answers("digits") == "Train a digit preset first."
    session.load_networks()
    assert session.nobody_answers("digits").startswith("The digit network is still being loaded")
    opened.until(lambda: session.looking.answers["digits"] is not None)
    assert session.nobody_answers("digits") == ""
    answer = session.looking.answers["digits"]
    assert answer is not None
    assert not answer.question.probe.stands_in
    session.clear_pad()
    opened.until_answered()
    cleared = session.looking.answers["digits"]
    assert cleared is not None
    assert cleared.question.probe.stands_in  # gates to look at, but nobody's digit


def test_the_sentence_is_read_as_it_is_written(opened: Opened) -> None:
    session = opened.session
    session.load_networks()
    opened.until_loaded()
    session.set_seed_text("one two")
    session.look_at("words")
    opened.until_answered()
    answer = session.answer
    assert answer is not None
    assert answer.question.probe.caption == "one two"


@pytest.mark.parametrize("at", ["preparing", "training", "paused"])
def test_closing_while_it_trains_keeps_the_network(open_session: Open, counting: str, at: str) -> None:
    opened = open_session()
    session = opened.session
    session.choose(counting)
    session.set("training.steps", 1_000_000)
    session.train()
    if at != "preparing":
        opened.until_phase("training")
        opened.until(lambda: session.training.history is not None and session.training.history.step > 5)
    if at == "paused":
        session.pause()
        opened.until_phase("paused")
    session.close()
    assert not session.training.is_busy
    runs = list(all_runs())
    if at == "preparing" and not runs:
        assert list(paths.runs().iterdir()) == []  # it never began
        return
    [(folder, about)] = runs
    assert about.ended == "stopped"
    assert load_network(folder / NETWORK).step == about.step


def test_a_device_that_fails_says_so_and_the_cpu_is_offered(
    opened: Opened, counting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.engine.device._available", lambda name: False)
    session = opened.session
    session.choose(counting)
    session.set("training.device", "cuda")
    session.train()
    opened.until_phase("failed")
    failure = session.training.failure
    assert failure is not None
    assert isinstance(failure.error, DeviceError)
    assert "Train on the CPU instead." in session.training.message
    opened.until(lambda: not session.training.is_busy)
    session.train_on_cpu()
    opened.until_phase("finished")
    assert session.training.failure is None
    assert len(list(paths.runs().iterdir())) == 1  # the failed one left no folder


def test_data_that_cannot_be_loaded_fail_in_a_sentence(opened: Opened) -> None:
    session = opened.session
    session.choose("mnist-lstm")
    session.set("data.folder", "/nowhere/at/all")
    session.train()
    opened.until_phase("failed")
    assert "train-images-idx3-ubyte" in session.training.message


def test_only_one_training_runs_and_what_is_impossible_is_not_begun(opened: Opened, counting: str) -> None:
    session = opened.session
    session.choose(counting)
    session.set("training.steps", 0)
    assert session.cannot_train().startswith("training.epochs: Give epochs or steps")
    with pytest.raises(BadInput, match="Give epochs or steps"):
        session.train()
    session.set("training.steps", 1_000_000)
    session.train()
    with pytest.raises(BadInput, match="stop it first"):
        session.train()
    session.stop()
    opened.until_phase("stopped")


def test_what_is_wrong_with_a_training_is_told_with_a_way_out(opened: Opened, counting: str) -> None:
    session = opened.session
    session.choose(counting)
    for key, value in (("optimiser", "sgd"), ("rate", 100.0), ("weight_decay", 10.0)):
        session.set(f"training.{key}", value)
    session.train()
    opened.until_phase("diverged")
    (finding,) = session.training.findings
    assert (finding.kind, finding.change) == ("diverged", "training.rate=10")
    note = next(
        note for note in session.notes if "no longer a finite number" in note.sentence and "Try" in note.sentence
    )
    assert (note.level, note.told_by) == ("warning", "training")
    session.set("training.weight_decay", 0.0)
    session.set("training.rate", 0.02)
    session.train()
    assert session.training.findings == ()
    opened.until_phase("finished")
    assert session.training.findings == ()
    assert session.training.history is not None
    assert session.training.history.flows[-1].step == 30
    assert len(session.training.earlier[-1].flows) == 1  # the others would only take room


def test_a_training_by_hand_is_paused_stepped_and_held_to_what_was_published(opened: Opened) -> None:
    session = opened.session
    session.choose("lstm-by-hand")
    session.train()
    session.pause()
    opened.until_phase("paused")
    history = session.training.history
    assert history is not None
    before = history.step
    session.one_step()
    opened.until(lambda: session.training.phase == "paused" and history.step > before)
    assert history.step == before + 1
    session.go_on()
    opened.until_phase("finished")
    assert history.training["step"].tolist() == list(range(1, 101))
    told = [note.sentence for note in session.notes if "published" in note.sentence]
    assert [sentence.split(":")[0] for sentence in told[:5]] == ["Step 0", "Step 1", "Step 2", "Step 10", "Step 99"]
    assert all(sentence.endswith(", the same to the last digit.") for sentence in told[:5])


def test_earlier_runs_stay_to_compare_with(opened: Opened, counting: str) -> None:
    session = opened.session
    session.choose(counting)
    for _ in range(3):
        session.train()
        opened.until_phase("finished")
        opened.until(lambda: not session.training.is_busy)
    assert [history.name for history in session.training.earlier] == ["Counting #1", "Counting #2"]
    assert session.training.history is not None
    assert session.training.history.name == "Counting #3"


def test_buttons_pressed_at_odd_moments_do_nothing(opened: Opened, counting: str) -> None:
    session = opened.session
    for press in (session.pause, session.go_on, session.one_step, session.stop, session.stop_story):
        press()
    assert not session.training.is_busy
    session.choose(counting)
    session.train()
    opened.until_phase("finished")
    for press in (session.pause, session.go_on, session.one_step, session.stop):
        press()
    opened.until_phase("finished")
    assert not session.training.is_busy


def test_the_training_network_answers_though_another_is_loaded_later(
    opened: Opened, counting: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    session = opened.session
    session.choose(counting)
    session.set("training.steps", 1_000_000)
    session.train()
    opened.until(lambda: session.training.trained is not None)
    session.pause()
    opened.until_phase("paused")
    save_network(story_teller(), tmp_path / "other.safetensors")
    session.open(tmp_path / "other.safetensors")
    opened.until_loaded()
    in_use = session.network_for("words")
    assert in_use is not None
    assert in_use.trained is session.training.trained


# --- what a person gives ----------------------------------------------------------------------------------------------


def test_files_are_opened_by_their_suffix(opened: Opened, tmp_path: Path) -> None:
    session = opened.session
    session.add_stroke(DOWN)
    session.save_drawing(tmp_path / "one.json")
    session.clear_pad()
    session.open(tmp_path / "one.json")
    assert session.pad.content.drawing.strokes == (DOWN,)
    (tmp_path / "novel.TXT").write_text("one word and another " * 3)
    session.open(tmp_path / "novel.TXT")
    assert session.choices.chosen == networks.BUNDLED["words"]
    assert session.choices.problems == {}
    session.save_preset("Mine")
    session.choose("strokes-digits")
    session.open(paths.user_presets() / "mine.toml")
    assert session.choices.chosen == "mine"
    assert session.looking.at == "words"


@pytest.mark.parametrize("name", ["no.toml", "no.txt", "no.png", "no.json", "no", ".", "binary.txt", "binary.toml"])
def test_a_file_that_cannot_be_opened_changes_nothing(opened: Opened, tmp_path: Path, name: str) -> None:
    for binary in ("binary.txt", "binary.toml"):
        (tmp_path / binary).write_bytes(b"\x00\xff\xfe")
    session = opened.session
    session.add_stroke(DOWN)
    before = (session.choices.chosen, session.choices.preset, session.pad.content)
    with pytest.raises(BadInput):
        session.open(tmp_path / name)
    assert (session.choices.chosen, session.choices.preset, session.pad.content) == before


def test_a_network_that_cannot_be_read_is_noted(opened: Opened, tmp_path: Path) -> None:
    for name in ("bad.safetensors", "bad.LSTMRUN"):
        (tmp_path / name).write_bytes(b"\x80\x04.")
        opened.session.open(tmp_path / name)
        opened.until_loaded()
        assert name in opened.session.notes[-1].sentence
    assert [note.level for note in opened.session.notes] == ["error", "error"]
    assert "bad.safetensors" in opened.session.notes[0].sentence


def test_an_empty_pad_is_not_saved(opened: Opened, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no strokes"):
        opened.session.save_drawing(tmp_path / "a.json")


def test_a_story_without_a_network_is_refused(opened: Opened) -> None:
    with pytest.raises(BadInput, match="Train a story preset first"):
        opened.session.tell("one")


def test_samples_can_be_shown_and_say_their_right_answer(opened: Opened) -> None:
    session = opened.session
    session.show_sample()
    assert session.digits.sample_label in {str(digit) for digit in range(10)}
    assert not session.pad.content.is_empty
    session.set_thickness(0.1)
    assert session.digits.sample_label is not None
    session.add_stroke(DOWN)
    assert session.digits.sample_label is None


# --- what is remembered -----------------------------------------------------------------------------------------------


def test_a_broken_drawing_does_not_take_the_rest_with_it(open_session: Open, counting: str) -> None:
    opened = open_session()
    opened.session.choose(counting)
    opened.session.set("model.units", 8)
    opened.session.set_seed_text("two three")
    opened.session.add_stroke(DOWN)
    opened.session.close()
    path = paths.session_file()
    path.write_text(path.read_text().replace('"drawing"', '"drawing": {"kind": "song"}, "was"', 1))
    again = open_session()
    again.session.recall()
    assert again.session.choices.preset.stack[0].units == 8
    assert again.session.story.seed_text == "two three"
    assert again.session.pad.content.is_empty
    assert ["song" in again.session.notes[0].sentence, ".broken" in again.session.notes[1].sentence] == [True, True]
    again.session.close()
    assert '"was"' in path.with_name(path.name + ".broken").read_text()


def test_a_preset_that_has_gone_leaves_the_default(open_session: Open, counting: str) -> None:
    opened = open_session()
    opened.session.choose(counting)
    opened.session.add_stroke(DOWN)
    opened.session.close()
    (paths.user_presets() / "counting.toml").unlink()
    again = open_session()
    again.session.recall()
    assert again.session.choices.chosen == "strokes-digits"
    assert again.session.pad.content.drawing.strokes == (DOWN,)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00", b'{"length": 0}', b'{"temperature": 99}', b'{"preset": {"a": 1}}']
)
def test_any_session_file_lets_it_start(open_session: Open, content: bytes) -> None:
    paths.session_file().parent.mkdir(parents=True)
    paths.session_file().write_bytes(content)
    opened = open_session()
    opened.session.recall()
    opened.session.load_networks()
    opened.until_loaded()
    assert opened.session.choices.chosen == "strokes-digits"


def test_a_disk_that_takes_nothing_does_not_keep_it_from_closing(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workbench.session.screen_desk.remember", full)
    opened.session.close()
    assert "No space left" in caplog.text


def test_broken_presets_are_noted_at_the_start(open_session: Open) -> None:
    paths.user_presets().mkdir(parents=True)
    (paths.user_presets() / "bad.toml").write_text("[")
    assert "bad.toml" in open_session().session.notes[0].sentence
