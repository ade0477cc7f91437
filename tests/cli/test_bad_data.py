"""Data that cannot be used are refused by name, in one sentence, before anything is trained."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Command
from workbench import paths
from workbench.data.cifar10 import BATCHES
from workbench.data.idx_files import FILES

IMAGES, LABELS, TEST_IMAGES, TEST_LABELS = FILES


def idx(*sizes: int, values: int) -> bytes:
    """An IDX file that announces ``sizes`` and holds ``values`` zero bytes."""
    return bytes([0, 0, 8, len(sizes)]) + b"".join(size.to_bytes(4, "big") for size in sizes) + bytes(values)


def mnist(broken: str, content: bytes) -> Callable[[Path], list[str]]:
    def make(folder: Path) -> list[str]:
        for name in FILES:
            (folder / name).write_bytes(content if name == broken else idx(10_000, values=10_000))
        return ["mnist-lstm", f"data.folder={folder}"]

    return make


def cifar(content: bytes) -> Callable[[Path], list[str]]:
    def make(folder: Path) -> list[str]:
        for name in BATCHES:
            (folder / f"{name}.bin").write_bytes(content)
        return ["cifar10-convnet", f"data.folder={folder}"]

    return make


def traces(content: str) -> Callable[[Path], list[str]]:
    def make(folder: Path) -> list[str]:
        (folder / "traces.tra").write_text(content)
        return ["mnist-lstm", "data.kind=digits-mix", f"data.pen={folder / 'traces.tra'}"]

    return make


def text(content: str | bytes, *changes: str, preset: str = "story-belling-the-cat") -> Callable[[Path], list[str]]:
    def make(folder: Path) -> list[str]:
        path = folder / "a text.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return [preset, f"data.text={path}", *changes]

    return make


def pictures(*classes: str, broken: str = "", content: bytes = b"") -> Callable[[Path], list[str]]:
    def make(folder: Path) -> list[str]:
        for name in classes:
            (folder / name).mkdir()
            for number in range(8):
                Image.new("RGB", (8, 8), (number, 9, 9)).save(folder / name / f"{number}.png")
        if broken:
            (folder / broken).write_bytes(content)
        return ["cifar10-rows", "data.kind=image-folder", f"data.folder={folder}"]

    return make


def setting(preset: str, *changes: str) -> Callable[[Path], list[str]]:
    return lambda folder: [preset, *changes]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (mnist(IMAGES, idx(60_000, 28, 28, values=1_000)), [IMAGES, "is 1,016 bytes long"]),
        (mnist(IMAGES, b""), [IMAGES, "is 0 bytes long"]),
        (mnist(IMAGES, bytes(16 + 60_000 * 784)), [IMAGES, "is not an IDX file"]),
        (setting("mnist-lstm", "data.folder=nowhere"), ["nowhere", "does not hold"]),
        (text("word"), ["a text.txt", "has 1 words"]),
        (text("word word word word word word word word word word"), ["a text.txt", "at least two different ones"]),
        (text(""), ["a text.txt", "has 0 words"]),
        (text(" \n\t\n"), ["a text.txt", "has 0 words"]),
        (text(b"\x89PNG\0\0"), ["a text.txt", "is not a text"]),
        (text(b"\xff\xfe\xff\xff\x80"), ["a text.txt", "neither UTF-8 nor GBK"]),
        (text("one two three", "data.window=3"), ["a text.txt", "data.window", "needs at least 4"]),
        (text("one two three", "data.window=200"), ["a text.txt", "data.window", "needs at least 201"]),
        (text("word", preset="story-vectors"), ["a text.txt"]),
        (text("", preset="story-vectors"), ["a text.txt"]),
        (text("a", preset="characters"), ["a text.txt"]),
        (text("too short", preset="characters"), ["a text.txt", "data.window"]),
        (traces(""), ["traces.tra", "holds no pen traces"]),
        (traces(".SEGMENT DIGIT 0 ? "), ["traces.tra"]),
        (cifar(b""), ["data_batch_1.bin", "not 0"]),
        (cifar(bytes(3073)), ["data_batch_1.bin", "not 3,073"]),
        (setting("story-belling-the-cat", "data.text=nowhere.txt"), ["nowhere.txt", "there is no such file"]),
        (pictures(), ["needs at least two classes", "no folders"]),
        (pictures("cats"), ["needs at least two classes", "only the folder cats"]),
        (pictures("cats", "dogs", broken="dogs/3.png", content=b"no picture"), ["3.png"]),
        (pictures("cats", "dogs", broken="dogs/3.png"), ["3.png"]),
        (setting("cifar10-convnet", "data.folder=nowhere"), ["nowhere", "does not hold"]),
        (setting("lstm-by-hand", "data.values=one two"), ["data.values", "expected numbers"]),
    ],
)
@pytest.mark.parametrize("json", [False, True])
def test_bad_data_are_refused_before_training(
    workbench: Command, tmp_path: Path, make: Callable[[Path], list[str]], expected: list[str], json: bool
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    preset, *changes = make(folder)
    words = [word for change in changes for word in ("--set", change)]
    said = workbench("train", preset, *words, "--device", "cpu", *(["--json"] if json else []))
    said.refused(*expected)
    assert len(said.err.strip().splitlines()) == 1 or not json
    assert said.out == ""
    assert not paths.runs().exists() or list(paths.runs().iterdir()) == []
