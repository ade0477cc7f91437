"""Downloads a file step by step: watched, cancelled between chunks, checked before it gets its name."""

import hashlib
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Generator, Sequence
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from workbench.data.dataset import Loading
from workbench.errors import BadInput, NoDownload
from workbench.files import make_folder, sync_content

CHUNK = 256 * 1024
TIMEOUT_SECONDS = 30.0
#: So often there is a chance to cancel, however silent the server.
PATIENCE_SECONDS = 0.2


class _Begun(NamedTuple):
    """A server answers: with the bytes from ``start`` on, of ``total`` (0 when it does not say)."""

    start: int
    total: int


def download(urls: Sequence[str], target: Path, md5: str, limit: int) -> Generator[Loading, None, None]:
    """Fetches ``target`` from the first of ``urls`` that gives the right bytes; at most ``limit`` bytes.

    The file appears under its name only when it is whole and its MD5 is right. What had come when a download broke off
    or was given up lies beside it as ``.part``, and the next attempt asks for the rest only. Raises NoDownload when no
    mirror helps, saying what each one said.
    """
    try:
        make_folder(target.parent)
    except OSError as error:
        raise BadInput(str(target.parent), f"no folder can be made here: {error.strerror}") from error
    said: dict[str, list[str]] = {}  # mirrors by what they said, as without a network all of them say the same
    for url in urls:
        try:
            yield from _fetch(url, target, md5, limit)
            return
        except (urllib.error.URLError, OSError, HTTPException, ValueError) as error:
            said.setdefault(_reason(error), []).append(urlsplit(url).hostname or url)
    raise NoDownload(
        target.name,
        "could not be downloaded: " + "; ".join(f"{', '.join(mirrors)} ({why})" for why, mirrors in said.items()),
        hint="Without the network, choose the preset strokes-digits, or set data.folder to where the files are.",
    )


def _reason(error: Exception) -> str:
    """What went wrong in words, without the number that the system gave it."""
    reason = getattr(error, "reason", None) or error
    return str(getattr(reason, "strerror", None) or reason)


def _fetch(url: str, target: Path, md5: str, limit: int) -> Generator[Loading, None, None]:
    if not url.startswith(("https://", "http://")):
        raise ValueError("only http and https are fetched")
    partial = target.with_name(target.name + ".part")
    had = partial.stat().st_size if partial.is_file() else 0
    try:
        yield from _rest(url, partial, had, target.name, md5, limit)
    except (_Wrong, urllib.error.HTTPError) as error:
        # What was there before may be of another file; what the server says of a whole one counts.
        refused = isinstance(error, urllib.error.HTTPError) and error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        if not had or refused:
            raise
        partial.unlink(missing_ok=True)
        yield from _rest(url, partial, 0, target.name, md5, limit)
    sync_content(partial)
    partial.replace(target)


class _Wrong(ValueError):
    """These are not the bytes that were wanted; nothing of them is kept."""


def _rest(url: str, partial: Path, had: int, name: str, md5: str, limit: int) -> Generator[Loading, None, None]:
    """Adds to the first ``had`` bytes of ``partial`` what is missing, or begins anew where the server does."""
    checksum = hashlib.md5(usedforsecurity=False)
    what, total, done = f"Downloading {name}", 0, 0
    listener = _Listener(url, had)
    try:
        with partial.open("ab") as file:
            while True:
                heard = listener.heard()
                if heard is None:
                    yield Loading(what, done, total, "bytes")  # nothing new, but a chance to cancel
                elif isinstance(heard, Exception):
                    raise heard
                elif isinstance(heard, _Begun):
                    done, total = heard
                    file.truncate(done)
                    with partial.open("rb") as before:
                        while piece := before.read(CHUNK):
                            checksum.update(piece)
                elif not heard:
                    break
                else:
                    done += len(heard)
                    if done > limit:
                        raise _Wrong(f"more than {limit:,} bytes, which {name} is not")
                    checksum.update(heard)
                    file.write(heard)
                    yield Loading(what, done, total, "bytes")
        if done < total:
            raise ValueError(f"broke off after {done:,} of {total:,} bytes")
        if checksum.hexdigest() != md5:
            raise _Wrong(f"its checksum is {checksum.hexdigest()}, expected {md5}")
    except _Wrong:
        partial.unlink()
        raise
    finally:
        listener.close()
        if partial.is_file() and not partial.stat().st_size:
            partial.unlink()


class _Listener:
    """Listens to a server on a thread of its own, since a silent one may keep a thread waiting for half a minute."""

    def __init__(self, url: str, had: int) -> None:
        """``had``: so many bytes are here already; a server that cannot go on from there sends all of them."""
        self._request = urllib.request.Request(url, headers={"Range": f"bytes={had}-"} if had else {})
        self._had = had
        self._closed = threading.Event()
        self._heard: queue.Queue[_Begun | bytes | Exception] = queue.Queue(maxsize=8)
        # A daemon: when the person has given up on a silent server, nobody waits for it any more, not even the exit.
        self._thread = threading.Thread(target=self._listen, name="workbench download", daemon=True)
        self._thread.start()

    def heard(self) -> _Begun | bytes | Exception | None:
        """Where it begins first, then chunks, then b""; or what went wrong; None when all is still silent."""
        try:
            return self._heard.get(timeout=PATIENCE_SECONDS)
        except queue.Empty:
            return None

    def close(self) -> None:
        """Listens no longer; waits for the thread only as long as it takes when the server is not silent."""
        self._closed.set()
        self._thread.join(PATIENCE_SECONDS)

    def _listen(self) -> None:
        try:
            with urllib.request.urlopen(self._request, timeout=TIMEOUT_SECONDS) as answer:
                start = self._had if answer.status == HTTPStatus.PARTIAL_CONTENT else 0
                length = int(answer.headers.get("Content-Length") or 0)
                self._say(_Begun(start, start + length if length else 0))
                while not self._closed.is_set() and (chunk := answer.read(CHUNK)):
                    self._say(chunk)
                self._say(b"")
        except urllib.error.HTTPError as error:
            error.close()  # a refusal is an answer too, with a connection of its own
            self._say(error)
        except (urllib.error.URLError, OSError, HTTPException, ValueError) as error:
            self._say(error)

    def _say(self, what: _Begun | bytes | Exception) -> None:
        while not self._closed.is_set():
            try:
                self._heard.put(what, timeout=PATIENCE_SECONDS)
            except queue.Full:
                continue
            return
