"""Folders of pictures with anything in them: used, or refused by the name of what cannot be, in little memory."""

import os
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from tests.hostile import bounded, outcome
from workbench.config import ImageFolder
from workbench.data.sources import interface, load
from workbench.errors import BadInput
from workbench.outcome import outcome as result_of

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names, links and pipes")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two classes of four pictures."""
    for name in ("cat", "dog"):
        (tmp_path / "animals" / name).mkdir(parents=True)
        for number in range(4):
            Image.new("RGB", (8, 8), (60 * number, 7, 7)).save(tmp_path / "animals" / name / f"{number}.png")
    return tmp_path / "animals"


def settings(root: Path) -> ImageFolder:
    return ImageFolder(folder=str(root), side=8, train=100, validation=0.25, test=0.25)


def refusal(root: Path) -> str:
    """What is said of a folder that cannot be used, where it is said in bounded memory and time."""
    with bounded(root):
        assert outcome(lambda: result_of(load(settings(root))), str(root)) == "refused"
    with pytest.raises(BadInput) as refused:
        result_of(load(settings(root)))
    said = str(refused.value)
    assert said.encode() and "\n" not in said  # it can be printed, in one line
    return said


def png(width: int, height: int) -> bytes:
    """A small PNG that says it is so large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def told(path: Path) -> None:
    """A picture whose comment unpacks to three times what a comment may."""
    about = PngImagePlugin.PngInfo()
    about.add_text("comment", "a" * 3 * 2**20, zip=True)
    Image.new("RGB", (8, 8)).save(path, pnginfo=about)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(b""), "expected an image (PNG,"),
        (lambda path: path.write_bytes(png(30_000, 30_000)), "expected at most 50 million pixels"),
        (lambda path: path.write_bytes(png(2**31 - 1, 2**31 - 1)), "expected at most 50 million pixels"),
        (lambda path: path.write_bytes(png(4_000, 4_000)), "expected an image that "),
        (told, "expected an image that is whole (Decompressed data too large"),
        (lambda path: path.write_bytes(b"cos\nsystem\n(S'touch executed'\ntR."), "expected an image (PNG,"),
        (lambda path: path.mkdir(), "is a folder within a class; expected pictures only"),
        pytest.param(lambda path: path.symlink_to(path.name), "", marks=posix),
        pytest.param(lambda path: path.symlink_to(".."), "is a folder within a class", marks=posix),
        pytest.param(lambda path: path.symlink_to("nowhere"), "is neither a file nor a folder", marks=posix),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), "is neither a file nor a folder", marks=posix),
        pytest.param(lambda path: os.mkfifo(path), "is neither a file nor a folder", marks=posix),
    ],
)
def test_what_is_no_picture_is_refused_by_its_name(root: Path, make: Callable[[Path], object], said: str) -> None:
    path = root / "dog" / "x.png"
    make(path)
    assert refusal(root).startswith(
        (f"{path}: {said}", f"{path}, size = ") if said else f"{path.parent}: cannot be read: "
    )
    assert not (Path.cwd() / "executed").exists()


@posix
def test_a_class_that_is_a_link_to_itself_is_refused(root: Path) -> None:
    (root / "eel").symlink_to("eel")
    assert "eel" in refusal(root)
    with pytest.raises(BadInput, match="eel"):
        interface(settings(root))


@posix
def test_names_that_are_not_utf_8(root: Path) -> None:
    """A picture's is as good as any; a class's could never be written down."""
    odd = os.fsdecode(b"\xff\xfe.png")
    try:
        (root / "dog" / "3.png").rename(root / "dog" / odd)
    except OSError:
        pytest.skip("no such names on this disk")
    assert len(result_of(load(settings(root))).train) == 4
    (root / "dog" / odd).write_bytes(b"")
    assert r"dog/\udcff\udcfe.png: expected an image" in refusal(root)
    (root / "dog" / odd).unlink()
    (root / os.fsdecode(b"n\xe9wt")).mkdir()
    assert r"n\udce9wt, data.folder: is not a name in UTF-8" in refusal(root)
    with pytest.raises(BadInput, match="is not a name in UTF-8"):
        interface(settings(root))
