"""Broken and hostile files made from whole ones, and what is allowed to happen when one is opened."""

import json
import random
import re
import signal
import struct
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomli_w

from workbench.errors import BadInput
from workbench.runs.tensor_file import _ZEROS, SEAL, sealed

#: So long one file may take, on a computer that does other things besides.
CASE_SECONDS = 10

#: So much more memory the process may ask for while it opens files.
ROOM = 2 * 2**30

#: Opened with pickle, this makes a file called ``executed``.
PICKLE = b"cos\nsystem\n(S'touch executed'\ntR."

#: Put where something else stood. JSON can write all of them; TOML none of the empty ones.
WRONG: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**63, 2**64, -(2**70), 10**4000, 1e308, -1e-300, float("nan"), float("inf"), "",
    "../../../etc/passwd", "/dev/zero", "\x00", "\x1b[2J", "nan", "١", [], {}, [[]], [{}], [None] * 2_000,
    {"": {"": 1}}, "x" * 9_000,
)  # fmt: skip

Mutation = Callable[[bytes, random.Random], bytes]


def torn(content: bytes, luck: random.Random) -> bytes:
    """Bytes changed, left out, said twice, put in or cut off, without looking at what they are."""
    changed = bytearray(content)
    for _ in range(luck.choice((1, 1, 3, 30))):
        at = luck.randrange(len(changed) + 1)
        end = min(len(changed), at + luck.choice((1, 4, 100, 5_000)))
        match luck.randrange(8):
            case 0 | 1 if at < len(changed):
                changed[at] = luck.randrange(256)
            case 2:
                del changed[at:]
            case 3:
                del changed[at:end]
            case 4:
                changed[at:at] = changed[at:end] * luck.choice((1, 2, 300))
            case 5:
                changed[at:at] = luck.choice(
                    (b"\0", b"\xff" * 8, b"9" * 5_000, b"[" * 50_000, b'{"":' * 20_000, PICKLE)
                )
            case 6:
                changed[at:end] = luck.randbytes(end - at)
            case _:
                changed[at:end] = struct.pack("<Q", luck.choice((2**31, 2**32 - 1, 2**40, 2**63, 2**64 - 1)))
    return bytes(changed)


def renamed(_: bytes, luck: random.Random) -> bytes:
    """A file of another kind under this name."""
    kinds = (b"", PICKLE, b"PK\3\4", b"\x80\4\x95", luck.randbytes(2_000), b"[" * 200_000, b"\xff\xfe" + b"a\0" * 99)
    return luck.choice(kinds)


def renumbered(content: bytes, luck: random.Random) -> bytes:
    """A text with some of its numbers and words turned into others."""
    wrong = (
        b"-1",
        b"1e999",
        b"nan",
        b"inf",
        b"9" * 5_000,
        b"0x" + b"f" * 9_000,
        b"1e308",
        b"",
        b'"',
        b"\xb2",
        b"." * 99,
    )
    rate = luck.choice((0.002, 0.05, 1.0))
    return re.sub(rb"[\w.+-]+", lambda found: luck.choice(wrong) if luck.random() < rate else found[0], content)


def retyped(content: bytes, luck: random.Random) -> bytes:
    """A JSON document with values of other kinds in places of its own."""
    return json.dumps(_retyped(json.loads(content), luck)).encode()


def resettled(content: bytes, luck: random.Random) -> bytes:
    """The same of a TOML document."""
    changed = _retyped(
        tomllib.loads(content.decode()),
        luck,
        luck.choice([each for each in WRONG if each not in (None, [None] * 2_000)]),
    )
    return tomli_w.dumps(changed if isinstance(changed, dict) else {"title": "1"}).encode()


def resealed(content: bytes, luck: random.Random) -> bytes:
    """A safetensors file whose header says something else, its checksum right."""
    length = int.from_bytes(content[:8], "little")
    header, numbers = json.loads(content[8 : 8 + length]), bytearray(content[8 + length :])
    about = header["__metadata__"]
    match luck.randrange(4):
        case 0:
            name = luck.choice([name for name in header if name != "__metadata__"])
            header[name]["dtype"] = luck.choice(("F64", "F8_E4M3", "F8_E5M2", "BF16", "I8", "BOOL", "C64", "F4", "X"))
        case 1:
            name = luck.choice([name for name in header if name != "__metadata__"])
            header[name] = _retyped(header[name], luck)
        case 2:
            for _ in range(5):
                numbers[luck.randrange(len(numbers))] = 255
        case _:
            key = luck.choice([key for key in about if key not in ("format", SEAL)])
            about[key] = retyped(about[key].encode(), luck).decode()
    if SEAL in about:
        about[SEAL] = _ZEROS
    written = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    return sealed(struct.pack("<Q", len(written)) + written + bytes(numbers))


def _retyped(document: Any, luck: random.Random, wrong: Any = ...) -> Any:
    """The document with one of its places taken by something wrong, or by another part of itself."""
    places: list[tuple[Any, Any]] = []

    def look(part: Any) -> None:
        for key, value in list(part.items() if isinstance(part, dict) else enumerate(part)):
            places.append((part, key))
            if isinstance(value, dict | list):
                look(value)

    value = luck.choice(WRONG) if wrong is ... else wrong
    if not isinstance(document, dict | list):
        return value
    look(document)
    if not places or luck.random() < 0.02:
        return value
    part, key = luck.choice(places)
    match luck.randrange(6):
        case 0:
            del part[key]
        case 1 if isinstance(part, dict):
            part[luck.choice(("", "x" * 300, "__class__", "../up", "a.b"))] = value
        case _:
            part[key] = value
    return document


class Watch:
    """What a process did that opening a file must not do, as Python's own audit events tell it."""

    def __init__(self) -> None:
        self.inside: Path | None = None
        self.seen: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.inside is None:
            return
        if event in ("pickle.find_class", "os.system", "os.exec", "os.fork", "subprocess.Popen", "socket.connect"):
            self.seen.append(f"{event} {arguments}")
        if event == "open" and isinstance(arguments[0], str) and set(str(arguments[1] or "")) & set("wax+"):
            place = Path(arguments[0]).resolve()
            if not place.is_relative_to(self.inside) and not place.is_relative_to("/dev"):
                self.seen.append(f"{event} {arguments}")


_watch = Watch()


class TooSlow(BaseException):
    """A file took longer than it may."""


@contextmanager
def bounded(inside: Path) -> Iterator[Watch]:
    """Within the block memory is short, nothing may be run, and nothing be written but ``inside``."""
    _watch.seen, _watch.inside = [], inside.resolve()
    with _short_of_memory():
        try:
            yield _watch
        finally:
            _watch.inside = None


@contextmanager
def _short_of_memory() -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@contextmanager
def _in_time() -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return

    def late(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, CASE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def outcome(open_it: Callable[[], object], names: str) -> str:
    """``opened``, or ``refused`` where BadInput names the file. Everything else is told as it happened."""
    try:
        with _in_time():
            open_it()
    except BadInput as error:
        return "refused" if names in str(error) else f"refused without its name: {error}"
    except TooSlow:
        return f"took longer than {CASE_SECONDS} s"
    except BaseException as error:
        return f"{type(error).__name__}: {str(error)[:300]}"
    return "opened"
