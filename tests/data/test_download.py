"""Downloads: whole or not at all, from whichever mirror gives the right bytes."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from workbench.data.dataset import Loading
from workbench.data.download import CHUNK, download
from workbench.errors import BadInput, NoDownload

CONTENT = bytes(range(256)) * (3 * CHUNK // 256) + b"end"
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
LIMIT = len(CONTENT)


class Mirror(BaseHTTPRequestHandler):
    """Each address has its own fault."""

    asked: ClassVar[list[str]] = []
    ranges: ClassVar[list[str]] = []
    speak: ClassVar = threading.Event()

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/silent":
            self.speak.wait(10)
        if self.path == "/absent":
            self.send_error(404)
            return
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/good")
            self.end_headers()
            return
        wanted = self.headers.get("Range", "")
        self.ranges.append(wanted)
        content = {"/wrong": CONTENT[:-1] + b"!", "/longer": CONTENT + b"more"}.get(self.path, CONTENT)
        start = int(wanted.removeprefix("bytes=").removesuffix("-") or 0) if self.path != "/anew" else 0
        if start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        content = content[start:]
        if self.path != "/unannounced":
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content[: len(content) // 2] if self.path == "/cut" else content)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the other side has heard enough

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the base class's)
        """Keeps the tests' output clean."""


@pytest.fixture
def mirror() -> Iterator[str]:
    """The address of a server on this machine that lives as long as the test."""
    Mirror.asked.clear()
    Mirror.ranges.clear()
    Mirror.speak.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as server:
        server.daemon_threads = False
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="mirror")
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def fetched(urls: list[str], target: Path, limit: int = LIMIT) -> list[Loading]:
    return list(download(urls, target, MD5, limit))


@pytest.mark.parametrize("name", ["good", "elsewhere"])
def test_a_file_arrives_whole_and_says_how_far_it_is(mirror: str, tmp_path: Path, name: str) -> None:
    target = tmp_path / "new" / "folder" / "file.gz"
    seen = fetched([f"{mirror}/{name}"], target)
    assert target.read_bytes() == CONTENT
    chunks = [loading for loading in seen if loading.done]  # before the first there may be silence
    assert sorted({loading.done for loading in chunks}) == [CHUNK, 2 * CHUNK, 3 * CHUNK, LIMIT]
    assert {(loading.what, loading.total, loading.unit) for loading in chunks} == {
        ("Downloading file.gz", LIMIT, "bytes")
    }
    assert list(target.parent.iterdir()) == [target]


def test_a_length_that_is_not_announced_is_unknown(mirror: str, tmp_path: Path) -> None:
    seen = fetched([f"{mirror}/unannounced"], tmp_path / "file")
    assert {loading.total for loading in seen} == {0}
    assert (tmp_path / "file").read_bytes() == CONTENT


@pytest.mark.parametrize("fault", ["wrong", "absent", "cut", "longer"])
def test_the_next_mirror_is_asked_when_one_fails(mirror: str, tmp_path: Path, fault: str) -> None:
    fetched([f"{mirror}/{fault}", f"{mirror}/good"], tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert Mirror.asked == [f"/{fault}", "/good"]
    assert list(tmp_path.glob("*.part")) == []


def test_no_more_mirrors_are_asked_than_needed(mirror: str, tmp_path: Path) -> None:
    fetched([f"{mirror}/good", f"{mirror}/other"], tmp_path / "file")
    assert Mirror.asked == ["/good"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("wrong", f"expected {MD5}"),
        ("absent", "Not Found"),
        ("cut", f"broke off after {LIMIT // 2:,} of {LIMIT:,} bytes"),
        ("longer", f"more than {LIMIT:,} bytes, which file is not"),
    ],
)
def test_when_no_mirror_helps_each_ones_fault_is_told_and_nothing_wrong_is_left(
    mirror: str, tmp_path: Path, fault: str, said: str
) -> None:
    with pytest.raises(BadInput) as caught:
        fetched([f"{mirror}/{fault}", "file:///etc/hostname"], tmp_path / "file")
    told = str(caught.value)
    assert told.startswith("file: could not be downloaded: ")
    assert said in told
    assert "file:///etc/hostname (only http and https are fetched)" in told
    assert isinstance(caught.value, NoDownload)
    assert "strokes-digits" in caught.value.hint
    left = ["file.part"] if fault == "cut" else []
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == left


def test_a_refused_connection_is_told(mirror: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="refused"):
        fetched(["http://127.0.0.1:1/file"], tmp_path / "file")


def test_cancelling_keeps_an_older_file_and_what_has_come(mirror: str, tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"older")
    downloading = download([f"{mirror}/good"], target, MD5, LIMIT)
    while next(downloading).done < CHUNK:
        pass
    downloading.close()
    assert target.read_bytes() == b"older"
    had = (tmp_path / "file.part").stat().st_size
    assert had == CHUNK
    seen = fetched([f"{mirror}/good"], target)
    assert Mirror.ranges == ["", f"bytes={had}-"]
    assert target.read_bytes() == CONTENT
    assert seen[-1] == Loading("Downloading file", LIMIT, LIMIT, "bytes")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_after_a_break_the_next_mirror_gives_the_rest(mirror: str, tmp_path: Path) -> None:
    fetched([f"{mirror}/cut", f"{mirror}/good"], tmp_path / "file")
    assert Mirror.ranges == ["", f"bytes={LIMIT // 2}-"]
    assert (tmp_path / "file").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("name", "before", "ranges"),
    [
        ("anew", CONTENT[:1000], ["bytes=1000-"]),  # a server that cannot go on in the middle sends all of it
        ("good", b"of another file", ["bytes=15-", ""]),
        ("good", CONTENT + b"more", [f"bytes={LIMIT + 4}-", ""]),
        ("good", CONTENT, [f"bytes={LIMIT}-", ""]),
    ],
)
def test_whatever_lies_there_from_before_the_file_is_right_in_the_end(
    mirror: str, tmp_path: Path, name: str, before: bytes, ranges: list[str]
) -> None:
    (tmp_path / "file.part").write_bytes(before)
    fetched([f"{mirror}/{name}"], tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert Mirror.ranges == ranges
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_silent_mirror_can_be_given_up(mirror: str, tmp_path: Path) -> None:
    downloading = download([f"{mirror}/silent"], tmp_path / "file", MD5, LIMIT)
    try:
        assert [next(downloading).done for _ in range(2)] == [0, 0]
        downloading.close()
        assert not any(path.is_file() for path in tmp_path.iterdir())
    finally:
        Mirror.speak.set()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(BadInput, match="taken: no folder can be made here: File exists"):
        fetched(["http://127.0.0.1:1/file"], tmp_path / "taken" / "file")
