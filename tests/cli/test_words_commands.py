"""Networks of words through the command line: trained, resumed and told, and texts that cannot be used refused."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command

TALE = "天黑了，灯亮了。灯亮了，兔子来了。兔子来了，松鼠来了。" * 6


@pytest.fixture
def tale(tmp_path: Path) -> Path:
    path = tmp_path / "tale.txt"
    path.write_bytes(TALE.replace("。", "。\n").replace("\n", "\r\n").encode("gbk"))
    return path


def small(preset: str, tale: Path, *settings: str) -> list[object]:
    """The preset with a short text and few units."""
    common = ("window=5", "vector_epochs=3", "vector_width=8")
    vectors = [f"--set=data.{setting}" for setting in common if "vector" not in setting or "vectors" in preset]
    return ["train", preset, f"--set=data.text={tale}", *vectors, "--set=model.units=6", "--steps", 6, *settings]


@pytest.mark.parametrize("preset", ["story-vectors", "story-vectors-published", "story-vectors-softmax", "characters"])
def test_a_chinese_text_is_learnt_and_told_without_spaces(workbench: Command, tale: Path, preset: str) -> None:
    said = workbench(*small(preset, tale), "--json")
    assert said.code == 0, said.err
    test = said.json["test"]
    if preset == "story-vectors-softmax" or preset == "characters":
        assert test["facts"]["perplexity"] > 1
    else:
        assert {"mean cosine to the right word", "always the mean vector: mean cosine"} <= test["facts"].keys()
    told = workbench("story", "兔子来了", "--preset", preset, "--length", 9)
    assert told.code == 0, told.err
    line = told.out.replace("\n", "")
    assert line.startswith("兔子来了") and " " not in line
    answer = workbench("story", "兔子来了", "--preset", preset, "--length", 2, "--json").json
    measure = "cosine" if preset in ("story-vectors", "story-vectors-published") else "probability"
    assert [measure in word for word in answer["words"]] == [True, True]
    workbench("story", "大象", "--preset", preset).refused("大象")


@pytest.mark.parametrize(
    ("content", "settings", "words"),
    [
        (b"", (), ("has 0 words",)),
        ("灯".encode() * 30, (), ("at least two different ones",)),
        (b"PK\x03\x04\x00\x00", (), ("is not a text",)),
        (b"\xff\xff\xff\xff", (), ("neither UTF-8 nor GBK",)),
        ("天黑了，灯亮了。".encode(), ("--set=data.window=40",), ("data.window = 40", "needs at least 41")),
        (TALE.encode(), ("--set=data.least=99",), ("data.least = 99", "99 times")),
        (TALE.encode(), ("--set=data.vector_width=0",), ("data.answer", "give word vectors a width")),
        (TALE.encode(), ("--set=data.reading=stream",), ("data.targets", "choose every")),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_before_training(
    workbench: Command, tmp_path: Path, content: bytes, settings: tuple[str, ...], words: tuple[str, ...]
) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    said = workbench("train", "story-vectors", f"--set=data.text={path}", *settings)
    said.refused(*words)
    assert not list((tmp_path / "home").glob("runs/*"))
