"""Downloads a file step by step: watched, cancelled between chunks, checked before it gets its name."""

import hashlib
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Generator, Sequence
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from workbench.data.dataset import Loading
from workbench.errors import BadInput


class NoDownload(BadInput):
    """A download failed: no mirror gave the right bytes."""


CHUNK = 256 * 1024
TIMEOUT_SECONDS = 30.0
#: So often there is a chance to cancel, however silent the server.
PATIENCE_SECONDS = 0.2


def download(urls: Sequence[str], target: Path, md5: str, limit: int) -> Generator[Loading, None, None]:
    """Fetches ``target`` from the first of ``urls`` that gives the right bytes; at most ``limit`` bytes.

    The file appears under its name only when it is whole and its MD5 is right, so a break leaves nothing half done.
    Raises BadInput when no mirror answers, saying what each one said.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
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
    checksum = hashlib.md5(usedforsecurity=False)
    what, total, done = f"Downloading {target.name}", 0, 0
    listener = _Listener(url)
    try:
        with partial.open("wb") as file:
            while True:
                heard = listener.heard()
                if heard is None:
                    yield Loading(what, done, total, "bytes")  # nothing new, but a chance to cancel
                elif isinstance(heard, Exception):
                    raise heard
                elif isinstance(heard, int):
                    total = heard
                elif not heard:
                    break
                else:
                    done += len(heard)
                    if done > limit:
                        raise ValueError(f"more than {limit:,} bytes, which {target.name} is not")
                    checksum.update(heard)
                    file.write(heard)
                    yield Loading(what, done, total, "bytes")
        if done < total:
            raise ValueError(f"broke off after {done:,} of {total:,} bytes")
        if checksum.hexdigest() != md5:
            raise ValueError(f"its checksum is {checksum.hexdigest()}, expected {md5}")
        partial.replace(target)
    finally:
        listener.close()
        partial.unlink(missing_ok=True)


class _Listener:
    """Listens to a server on a thread of its own, since a silent one may keep a thread waiting for half a minute."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._closed = threading.Event()
        self._heard: queue.Queue[int | bytes | Exception] = queue.Queue(maxsize=8)
        # A daemon: when the person has given up on a silent server, nobody waits for it any more, not even the exit.
        self._thread = threading.Thread(target=self._listen, name="workbench download", daemon=True)
        self._thread.start()

    def heard(self) -> int | bytes | Exception | None:
        """The announced length first, then chunks, then b""; or what went wrong; None when all is still silent."""
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
            with urllib.request.urlopen(self._url, timeout=TIMEOUT_SECONDS) as answer:
                self._say(int(answer.headers.get("Content-Length") or 0))
                while not self._closed.is_set() and (chunk := answer.read(CHUNK)):
                    self._say(chunk)
                self._say(b"")
        except urllib.error.HTTPError as error:
            error.close()  # a refusal is an answer too, with a connection of its own
            self._say(error)
        except (urllib.error.URLError, OSError, HTTPException, ValueError) as error:
            self._say(error)

    def _say(self, what: int | bytes | Exception) -> None:
        while not self._closed.is_set():
            try:
                self._heard.put(what, timeout=PATIENCE_SECONDS)
            except queue.Full:
                continue
            return
