"""TensorBoard's event files, written without TensorBoard: a few bytes a step.

A file is a row of records: length (8 bytes, little-endian), its checksum, content, its checksum; the content is one
``Event`` as protocol buffers have it (tensorboard/compat/proto/event.proto). Checksums are masked CRC-32C.
"""

import itertools
import math
import os
import socket
import struct
import time
from collections.abc import Mapping
from pathlib import Path

_count = itertools.count()


class EventFile:
    """One event file of its own in a folder that TensorBoard is pointed at."""

    def __init__(self, folder: Path, first_step: int) -> None:
        """What other files of the folder say of ``first_step`` and later steps counts no more. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        # TensorBoard reads files in the order of their names.
        name = f"events.out.tfevents.{time.time():017.6f}.{socket.gethostname()}.{os.getpid()}.{next(_count)}"
        self.path = folder / name
        self._file = self.path.open("xb")
        self._write(_double(1, time.time()) + _bytes(3, b"brain.Event:2"))
        start = _whole(1, 1)  # SessionLog.START
        self._write(_double(1, time.time()) + _whole(2, first_step) + _bytes(7, start))
        self.flush()

    def scalars(self, step: int, values: Mapping[str, float], at: float | None = None) -> None:
        """Numbers of one step, by their names; what is NaN is left out. ``at``: seconds since 1970, or now."""
        written = b"".join(
            _bytes(1, _bytes(1, name.encode()) + _float(2, value))
            for name, value in values.items()
            if not math.isnan(value)
        )
        self._write(_double(1, time.time() if at is None else at) + _whole(2, step) + _bytes(5, written))

    def flush(self) -> None:
        """What was written can be read from now on."""
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _write(self, event: bytes) -> None:
        length = struct.pack("<Q", len(event))
        self._file.write(length + _masked(length) + event + _masked(event))


def _table() -> list[int]:
    """CRC-32C (Castagnoli), byte by byte, with its bits reversed: 0x82F63B78."""
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _table()


def crc32c(content: bytes) -> int:
    """The checksum of RFC 3720, appendix B.4."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def _masked(content: bytes) -> bytes:
    crc = crc32c(content)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _whole(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _double(field: int, value: float) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<d", value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _float(field: int, value: float) -> bytes:
    # A number beyond single precision is infinite there.
    try:
        packed = struct.pack("<f", value)
    except OverflowError:
        packed = struct.pack("<f", math.copysign(math.inf, value))
    return _varint(field << 3 | 5) + packed
