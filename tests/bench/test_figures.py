"""Figures are recorded by really training and kept while their settings stand; the table says what they say."""

import json
from pathlib import Path

import msgspec
import pytest

from tests.cli.conftest import Command, workbench
from tests.small import counting, own_preset
from workbench import paths
from workbench.bench.figures import _given, with_data_from
from workbench.bench.figures_table import duration, figures_table
from workbench.config import Cifar10, DigitsMix, ImageFolder, Mnist, Preset, Published, Words
from workbench.data.cifar10 import CLASSES
from workbench.data.idx_files import FILES
from workbench.engine.comparison import compare
from workbench.engine.score import Score, Share
from workbench.errors import BadInput
from workbench.preset_files import load_preset, with_setting
from workbench.runs.figures import Figure, read_figures, settings_document, write_figures
from workbench.session.choices import Entry

__all__ = ["workbench"]


def result(preset: Preset, score: Score) -> Figure:
    found = compare(preset.published, score)
    return Figure(
        settings=settings_document(preset), test=score.document(), comparison=found.document() if found else None,
        seed=3, steps=40, training_seconds=61.2, device="cpu", versions={"python": "3", "torch": "2", "numpy": "2"},
    )  # fmt: skip


@pytest.fixture
def preset(tmp_path: Path) -> Preset:
    return counting(tmp_path)


def test_a_preset_is_trained_and_its_result_recorded(workbench: Command, temporary_home: Path) -> None:
    name, file = own_preset(temporary_home), temporary_home / "figures.json"
    said = workbench("bench", "figures", "--only", name, "--seed", 5, "--out", file, "--json")
    assert said.code == 0, said
    figure = read_figures(file)[name]
    assert (figure.seed, figure.steps, figure.test["of"]) == (5, 30, 14)
    assert figure.training_seconds > 0
    assert figure.is_of(load_preset(paths.user_presets() / f"{name}.toml"))
    assert str(temporary_home) not in file.read_text()
    assert said.json["figures"]["figures"][name]["seed"] == 5
    again = workbench("bench", "figures", "--only", name, "--seed", 5, "--out", file, "--json")
    assert again.json["figures"]["figures"][name]["test"] == figure.test


def test_a_finished_run_of_the_same_settings_and_seed_counts(workbench: Command, temporary_home: Path) -> None:
    name, file = own_preset(temporary_home), temporary_home / "figures.json"
    trained = workbench("train", name, "--seed", 5, "--json").json
    said = workbench("bench", "figures", "--runs", "--only", name, "--seed", 5, "--out", file)
    assert f"trained before: {trained['run']}" in said.out
    figure = read_figures(file)[name]
    assert (figure.seed, figure.training_seconds) == (5, trained["training_seconds"])
    assert figure.test == trained["test"]
    another = workbench("bench", "figures", "--runs", "--only", name, "--seed", 6, "--out", file)
    assert "trained before" not in another.out
    assert read_figures(file)[name].seed == 6


def test_several_seeds_are_trained_and_told_by_how_far_they_lie_apart(workbench: Command, temporary_home: Path) -> None:
    name, file = own_preset(temporary_home), temporary_home / "figures.json"
    alone = [workbench("train", name, "--seed", seed, "--json").json["test"]["accuracy"] for seed in (5, 6)]
    said = workbench("bench", "figures", "--runs", "--only", name, "--seed", 6, 5, 6, "--out", file)
    assert said.code == 0, said
    figure = read_figures(file)[name]
    assert (figure.seed, figure.test["accuracy"]) == (6, alone[1])
    assert figure.seeds == {6: pytest.approx(100 * alone[1]), 5: pytest.approx(100 * alone[0])}
    low, high = sorted(100 * each for each in alone)
    assert figure.words(None).endswith(f"; the seeds 6, 5: {low:.2f} % to {high:.2f} %, mean {(low + high) / 2:.2f} %")


def test_what_cannot_be_trained_here_is_skipped_and_said(workbench: Command, temporary_home: Path) -> None:
    file = temporary_home / "figures.json"
    said = workbench("bench", "figures", "--only", "mnist-lstm", "--out", file)
    assert said.code == 0
    assert "skipped: its data are not here (12 MB to download); say where they are: --data DIR" in said.out
    assert not file.exists()


def test_a_result_is_kept_while_the_settings_are_what_they_were(workbench: Command, temporary_home: Path) -> None:
    file = temporary_home / "figures.json"
    story = load_preset(paths.shipped_presets() / "story-belling-the-cat.toml")
    digits = load_preset(paths.shipped_presets() / "strokes-digits.toml")
    score = Score(0.1, Share("samples", 9, 10))
    changed = with_setting(digits, "training.rate", 0.5)
    write_figures({"story-belling-the-cat": result(story, score), "strokes-digits": result(changed, score)}, file)
    name = own_preset(temporary_home)
    workbench("bench", "figures", "--only", name, "--out", file)
    assert set(read_figures(file)) == {"story-belling-the-cat", name}


@pytest.mark.parametrize(
    ("key", "value", "same"),
    [
        ("training.seed", 9, True),
        ("training.device", "cpu", True),
        ("training.rate", 0.5, False),
        ("model.units", 7, False),
        ("model.layers", 2, False),
        ("data.window", 3, False),
    ],
)
def test_a_figure_is_of_the_settings_it_was_trained_with(preset: Preset, key: str, value: object, same: bool) -> None:
    figure = result(preset, Score(0.1, Share("samples", 9, 10)))
    assert figure.is_of(preset)
    assert figure.is_of(with_setting(preset, key, value)) is same


def test_a_setting_that_is_new_since_then_is_at_its_default(preset: Preset) -> None:
    figure = result(preset, Score(0.1, Share("samples", 9, 10)))
    older = json.loads(json.dumps(figure.settings))
    del older["training"]["schedule"]
    figure = msgspec.structs.replace(figure, settings=older)
    assert figure.is_of(preset)
    assert not figure.is_of(with_setting(preset, "training.schedule", "cosine"))
    gone = {**older, "training": {**older["training"], "momentum": 0.9}}
    assert not msgspec.structs.replace(figure, settings=gone).is_of(preset)


def test_the_table_shows_both_figures_and_marks_what_is_stale(preset: Preset) -> None:
    published = Published(figure=95.3, test_set="the first 256", compare="first")
    compared = msgspec.structs.replace(preset, published=published)
    score = Score(0.1, Share("all 1,000", 980, 1000), (Share("first", 252, 256),))
    figures = {"one": result(compared, score), "two": result(preset, score)}
    stale = with_setting(preset, "training.rate", 0.5)
    entries = [
        Entry(name, Path(), of, own=False) for name, of in (("one", compared), ("two", stale), ("three", preset))
    ]
    lines = figures_table(figures, entries).splitlines()
    assert lines[2] == (
        "| `one` | 95.3 % right, the first 256 | 98.44 % of the same 256; 98.00 % right (96.93 to 98.70) "
        "| all 1,000 | 3 | 61 s |"
    )
    assert lines[3].startswith("| `two` (its settings have changed since) | – | 98.00 % right (96.93 to 98.70) | ")
    assert "Not measured yet: `three`." in lines


def test_an_error_and_a_number_keep_their_units(preset: Preset) -> None:
    wrong = msgspec.structs.replace(
        preset, published=Published(figure=0.45, unit="percent wrong", better="lower", compare="all 1,000")
    )
    number = msgspec.structs.replace(
        preset, published=Published(figure=0.3, unit="mean squared error", better="lower", compare="loss")
    )
    figures = {
        "wrong": result(wrong, Score(0.1, Share("all 1,000", 996, 1000))),
        "number": result(number, Score(0.25, Share("a series", 0, 0))),
    }
    entries = [Entry("wrong", Path(), wrong, own=False), Entry("number", Path(), number, own=False)]
    lines = figures_table(figures, entries).splitlines()
    assert "| 0.45 % wrong | 0.40 % wrong (0.16 to 1.02) | all 1,000 |" in lines[2]
    assert "| mean squared error 0.3 | 0.25 (loss on a series) | a series |" in lines[3]


def test_data_are_taken_from_a_person_s_folder(tmp_path: Path, preset: Preset) -> None:
    raw = tmp_path / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in FILES:
        (raw / name).touch()
    (tmp_path / "data" / "novel.txt").write_text("a b")
    digits = msgspec.structs.replace(preset, data=Mnist())
    found = with_data_from(digits, tmp_path / "data", None).data
    assert isinstance(found, Mnist)
    assert found.folder == str(tmp_path / "data")
    words = with_data_from(msgspec.structs.replace(preset, data=Words(text="/x/novel.txt")), tmp_path, None).data
    assert isinstance(words, Words)
    assert words.text == str(tmp_path / "data" / "novel.txt")
    assert with_data_from(digits, raw / "..", None).data != digits.data
    (raw / FILES[0]).unlink()
    assert with_data_from(digits, tmp_path / "data", None) == digits
    mix = with_data_from(msgspec.structs.replace(preset, data=DigitsMix()), None, "traces.tra").data
    assert isinstance(mix, DigitsMix)
    assert mix.pen == "traces.tra"


def test_cifar10_may_be_pictures_in_folders_of_its_classes(tmp_path: Path, preset: Preset) -> None:
    of_cifar = msgspec.structs.replace(preset, data=Cifar10(train=10_000, validation=5_000))
    for name in CLASSES[1:]:
        (tmp_path / "pictures" / "train" / name).mkdir(parents=True)
    assert with_data_from(of_cifar, tmp_path, None) == of_cifar
    (tmp_path / "pictures" / "train" / CLASSES[0]).mkdir()
    found = with_data_from(of_cifar, tmp_path, None)
    expected = ImageFolder(folder=str(tmp_path / "pictures"), train=10_000, validation=0.1)
    assert found.data == expected
    figure = msgspec.structs.replace(
        result(of_cifar, Score(1.0, Share("pictures", 1, 2))), given=_given(found, of_cifar)
    )
    row = figures_table({"one": figure}, [Entry("one", Path(), of_cifar, own=False)]).splitlines()[2]
    assert row.startswith("| `one`, with `data.kind` image-folder | ")


def test_the_device_of_most_is_said_once_and_another_in_its_row(preset: Preset) -> None:
    one = result(preset, Score(0.1, Share("samples", 9, 10)))
    other = msgspec.structs.replace(one, device="a GPU")
    entries = [Entry(name, Path(), preset, own=False) for name in ("one", "two", "three")]
    lines = figures_table({"one": one, "two": other, "three": one}, entries).splitlines()
    assert [line.split(" | ")[-1] for line in lines[2:5]] == ["61 s |", "61 s, a GPU |", "61 s |"]
    assert "Time is that of training alone, on cpu where nothing else is said; torch 2, Python 3." in lines


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.84, "0.8 s"), (52.4, "52 s"), (100.0, "2 min"), (3480.0, "58 min"), (7500.0, "2 h 5 min")]
)
def test_a_time_is_told_roughly(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "figures.json").write_text("[")
    with pytest.raises(BadInput, match=r"figures.json: is broken"):
        read_figures(tmp_path / "figures.json")
