"""Downloads a file step by step: watched, cancelled between chunks, checked before it gets its name."""

import hashlib
import urllib.error
import urllib.request
from collections.abc import Generator, Sequence
from http.client import HTTPException
from pathlib import Path

from workbench.data.dataset import Loading
from workbench.errors import BadInput

CHUNK = 256 * 1024
TIMEOUT_SECONDS = 30.0


def download(urls: Sequence[str], target: Path, md5: str, limit: int) -> Generator[Loading, None, None]:
    """Fetches ``target`` from the first of ``urls`` that gives the right bytes; at most ``limit`` bytes.

    The file appears under its name only when it is whole and its MD5 is right, so a break leaves nothing half done.
    Raises BadInput when no mirror answers, saying what each one said.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(str(target.parent), f"no folder can be made here: {error.strerror}") from error
    said: list[str] = []
    for url in urls:
        try:
            yield from _fetch(url, target, md5, limit)
            return
        except (urllib.error.URLError, OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            said.append(f"{url} ({reason})")
    raise BadInput(
        target.name,
        "could not be downloaded: " + "; ".join(said),
        hint="Without the network, choose the preset strokes-digits, or give the folder that holds the files.",
    )


def _fetch(url: str, target: Path, md5: str, limit: int) -> Generator[Loading, None, None]:
    if not url.startswith(("https://", "http://")):
        raise ValueError("only http and https are fetched")
    partial = target.with_name(target.name + ".part")
    checksum = hashlib.md5(usedforsecurity=False)
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer, partial.open("wb") as file:
            total = int(answer.headers.get("Content-Length") or 0)
            done = 0
            while chunk := answer.read(CHUNK):
                done += len(chunk)
                if done > limit:
                    raise ValueError(f"more than {limit:,} bytes, which {target.name} is not")
                checksum.update(chunk)
                file.write(chunk)
                yield Loading(f"Downloading {target.name}", done, total, "bytes")
        if done < total:
            raise ValueError(f"broke off after {done:,} of {total:,} bytes")
        if checksum.hexdigest() != md5:
            raise ValueError(f"its checksum is {checksum.hexdigest()}, expected {md5}")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
