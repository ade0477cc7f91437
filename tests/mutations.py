"""Ways in which whole files are broken: bytes, numbers, types, checksums made right again."""

import gzip
import io
import json
import random
import re
import struct
import tomllib
import warnings
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import tomli_w

from workbench.runs.tensor_file import _ZEROS, SEAL, sealed

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
    said = [key for key in about if key not in ("format", SEAL)]
    match luck.randrange(4 if said else 3):
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
            key = luck.choice(said)
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


def repacked(break_it: Mutation) -> Mutation:
    """A gzip file, its checksum right, of broken content."""
    return lambda content, luck: gzip.compress(break_it(gzip.decompress(content), luck), 1)


def rezipped(content: bytes, luck: random.Random) -> bytes:
    """A zip file, its checksums right, of which one member is broken or called something else."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {member: archive.read(member) for member in archive.infolist()}
    chosen, new = luck.choice([*members]), io.BytesIO()
    names = (
        "../up.json",
        "/etc/passwd",
        "..",
        "snapshots/",
        "a/b/c.csv",
        "con",
        "x" * 300,
        "run.json",
        "preset.toml/x.json",
    )
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, inside in members.items():
            name = member.filename
            if member is chosen:
                name, inside = luck.choice(((luck.choice(names), inside), (name, torn(inside, luck))))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # the same name twice
                archive.writestr(name, inside)
    return new.getvalue()


def enlarged(content: bytes, luck: random.Random) -> bytes:
    """A PNG, its checksums right, that says it is larger than it is, or of another kind."""
    head = bytearray(content[16:29])
    at = luck.choice((0, 4, 8, 9))
    head[at : at + (4 if at < 8 else 1)] = (
        luck.choice((0, 7_071, 30_000, 2**31 - 1, 2**32 - 1)).to_bytes(4, "big") if at < 8 else luck.randbytes(1)
    )
    return content[:16] + bytes(head) + struct.pack(">I", zlib.crc32(b"IHDR" + head)) + content[33:]
