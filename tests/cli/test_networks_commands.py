"""``workbench classify``, ``workbench story`` and ``workbench evaluate``."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Command
from tests.small import TEXT, digit_reader, story_teller
from workbench.data.drawing import Drawing, Stroke, save_drawing
from workbench.runs.network_file import save_network
from workbench.session.networks import BUNDLED


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    save_drawing(Drawing((Stroke.through([(0.5, 0.1), (0.5, 0.9)]),)), tmp_path / "one.json")
    return tmp_path / "one.json"


@pytest.fixture
def image(tmp_path: Path) -> Path:
    ink = np.full((60, 40), 255, dtype=np.uint8)
    ink[10:50, 18:22] = 0
    Image.fromarray(ink).save(tmp_path / "one.png")
    return tmp_path / "one.png"


def test_drawings_and_images_are_read(workbench: Command, drawing: Path, image: Path) -> None:
    said = workbench("classify", drawing, image)
    assert (said.code, said.err) == (0, "")
    first, second = said.out.splitlines()
    assert first.startswith(f"{drawing}: ")
    assert "decided at row" in second
    answers = workbench("classify", drawing, image, "--json").json["answers"]
    assert [answer["file"] for answer in answers] == [str(drawing), str(image)]
    for answer in answers:
        assert list(answer["beliefs"]) == [str(digit) for digit in range(10)]
        assert sum(answer["beliefs"].values()) == pytest.approx(1.0, abs=1e-5)
        assert answer["digit"] == max(answer["beliefs"], key=answer["beliefs"].get)
    assert workbench("classify", image, "--no-fit", "--json").json["answers"] != answers[1:]


def test_one_bad_file_does_not_stop_the_others(workbench: Command, drawing: Path, tmp_path: Path) -> None:
    bad = {
        "garbage.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "empty.png": b"", "text.jpg": b"no picture",
        "broken.json": b"{", "other.json": b'{"kind": "song"}', "far.json": b"[[[1e999, 0]]]",
        "deep.json": b"[" * 50_000, "binary.json": b"\xff\x00", "noend": b"\x00" * 10,
    }  # fmt: skip
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder.png").mkdir()
    files = [*bad, "folder.png", "nothing.png", "x" * 300 + ".png"]
    said = workbench("classify", *(tmp_path / name for name in files), drawing, "--json")
    assert (said.code, said.err) == (2, "")
    *refused, read = said.json["answers"]
    assert [Path(answer["file"]).name for answer in refused] == files
    assert all(answer["error"] for answer in refused)
    assert read["digit"] is not None
    for_people = workbench("classify", *(tmp_path / name for name in files), drawing)
    assert for_people.code == 2
    assert len(for_people.out.splitlines()) == len(files) + 1
    assert "Traceback" not in for_people.out


def test_nothing_drawn_is_no_digit(workbench: Command, tmp_path: Path) -> None:
    save_drawing(Drawing(), tmp_path / "empty.json")
    Image.new("L", (50, 50), 255).save(tmp_path / "white.png")
    said = workbench("classify", tmp_path / "empty.json", tmp_path / "white.png", "--json")
    assert said.code == 0
    assert [answer["digit"] for answer in said.json["answers"]] == [None, None]
    assert "nothing is drawn" in workbench("classify", tmp_path / "empty.json").out


def test_the_network_can_be_chosen(workbench: Command, drawing: Path, tmp_path: Path) -> None:
    save_network(digit_reader(units=9), tmp_path / "mine.safetensors")
    said = workbench("classify", drawing, "--network", tmp_path / "mine.safetensors", "--json")
    assert said.json["network"] == str(tmp_path / "mine.safetensors")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--preset", "nosuch"], "there is no such preset"),
        (["--preset", ""], "there is no such preset"),
        (["--preset", "mnist-lstm"], "has not been trained yet"),
        (["--preset", "mnist-lstm", "--bundled"], "no network of this preset comes along"),
        (["--preset", "story-belling-the-cat"], "reads neither digits nor pictures"),
        (["--network", "nowhere"], "cannot be read"),
        (["--network", "/"], "/"),
        (["--network", "/dev/null"], "/dev/null"),
        (["--network", ""], "."),
    ],
)
def test_a_network_that_cannot_read_is_refused(
    workbench: Command, drawing: Path, words: list[str], expected: str
) -> None:
    workbench("classify", drawing, *words).refused(expected)


def test_a_story_goes_on_from_its_seed_words(workbench: Command) -> None:
    said = workbench("story", "one TWO", "--length", 5)
    assert (said.code, said.err) == (0, "")
    words = said.out.split()
    assert len(words) == 7
    assert words[:2] == ["one", "two"]
    assert set(words) <= set(TEXT.split())
    answer = workbench("story", "one two", "--length", 5, "--json").json
    assert [word["word"] for word in answer["words"]] == words[2:]
    assert all(0 < word["probability"] <= 1 for word in answer["words"])


def test_the_same_seed_tells_the_same_story(workbench: Command) -> None:
    def told(seed: int) -> str:
        return workbench("story", "one", "--temperature", 5, "--seed", seed, "--length", 30).out

    assert told(1) == told(1) != told(2)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["thre"], "“thre”; nearest it knows: three"),
        (["one xylophone"], "“xylophone”"),
        ([""], "at least one word"),
        (["  \t"], "at least one word"),
        (["one", "--length", "0"], "--length = 0"),
        (["one", "--length", "-3"], "--length = -3"),
        (["one", "--length", "10001"], "--length"),
        (["one", "--temperature", "nan"], "--temperature = nan"),
        (["one", "--temperature", "-1"], "--temperature"),
        (["one", "--seed", str(2**80)], "--seed"),
        (["one", "--preset", BUNDLED["digits"]], "is not trained on words"),
        (["one", "--network", "nowhere.safetensors"], "cannot be read"),
    ],
)
def test_a_story_that_cannot_be_told_is_refused(workbench: Command, words: list[str], expected: str) -> None:
    workbench("story", *words).refused(expected)
    workbench("story", *words, "--json").refused(expected)


def test_evaluate_counts_on_the_network_s_own_data(workbench: Command, counting: str) -> None:
    workbench("train", counting)
    said = workbench("evaluate", "--preset", counting)
    assert said.code == 0
    assert "of 14; 95 % interval" in said.out
    assert workbench("evaluate", "--preset", counting, "--json").json["of"] == 14


def test_evaluate_refuses_data_that_do_not_fit(workbench: Command, counting: str, tmp_path: Path) -> None:
    workbench("train", counting)
    workbench("evaluate", "--preset", counting, "--on", "strokes-digits").refused("do not fit")
    workbench("evaluate", "--preset", counting, "--on", "nosuch").refused("no such preset")
    workbench("evaluate", "--preset", counting, "--set", "data.text=nowhere").refused("data.text")
    # As many words, but other ones: every answer would be counted as something else.
    other = tmp_path / "other.txt"
    other.write_text(" ".join(f"x{word}" for word in TEXT.split()))
    workbench("evaluate", "--preset", counting, "--set", f"data.text={other}").refused("other words")


def test_what_was_trained_last_answers_and_bundled_ones_can_still_be_asked(
    workbench: Command, counting: str, small_networks: Path
) -> None:
    trained = workbench("train", counting, "--json").json
    save_network(story_teller("counting"), small_networks / "counting.safetensors")
    own = workbench("story", "one", "--preset", counting, "--json").json["network"]
    assert Path(own).parent == Path(trained["run"])
    bundled = workbench("story", "one", "--preset", counting, "--bundled", "--json").json["network"]
    assert Path(bundled) == small_networks / "counting.safetensors"


def test_json_of_unusual_words_can_be_read(workbench: Command, tmp_path: Path) -> None:
    save_network(story_teller(text="红 楼 “梦” \u2028 😀 ende"), tmp_path / "s.safetensors")
    said = workbench("story", "红", "--network", tmp_path / "s.safetensors", "--json", "--length", 3)
    assert json.loads(said.out)["seeds"] == ["红"]
