"""Our files of tensors: safetensors with a format and a checksum in the header; never unpickled."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from workbench.errors import BadInput
from workbench.files import refuse_special, whole_file

#: Larger than anything that is trained here.
LARGEST_FILE = 4 * 1024**3

#: What the numbers of our files are, and of networks that were halved elsewhere; torch lacks operations on others.
KINDS = (torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool)

#: The header's entry with the SHA-256 of the whole file as it was with zeros in this entry's place.
SEAL = "sha256"
_ZEROS = "0" * 64
_BLOCK = 1 << 20


def save_tensors(path: Path, kind: str, tensors: Mapping[str, Tensor], *, waits: bool = True, **header: str) -> None:
    """Writes the file whole, or leaves the one that was there. ``kind``: its format; ``waits``: see ``whole_file``."""
    content = sealed(save({name: tensor.contiguous() for name, tensor in tensors.items()},
                          {"format": kind, SEAL: _ZEROS, **header}))  # fmt: skip
    with whole_file(path, waits=waits) as temporary:
        temporary.write_bytes(content)


def sealed(content: bytes) -> bytes:
    """A safetensors file with its checksum in the header, where zeros were kept free for it."""
    return content.replace(_entry(_ZEROS), _entry(hashlib.sha256(content).hexdigest()), 1)


def load_tensors(
    path: Path, kind: str, what: str, *, must_be_sealed: bool = True
) -> tuple[dict[str, Tensor], Mapping[str, str]]:
    """The tensors and the header, in memory of their own.

    Raises BadInput for a file that is not of this ``kind`` (in words: ``what``), and for one of which any byte is not
    as it was written. Networks made elsewhere may come without a checksum; then ``must_be_sealed`` is False.
    """
    where = str(path)
    try:
        refuse_special(path)
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(where, f"is larger than any {what} made here")
        with safe_open(path, framework="pt") as file:
            header: Mapping[str, str] = file.metadata() or {}
            if header.get("format") != kind:
                raise BadInput(
                    where, f"is not a {what} of the workbench (format {kind})", key="format", value=header.get("format")
                )
            if (SEAL in header or must_be_sealed) and not _is_as_written(path, header.get(SEAL, "")):
                raise BadInput(where, "is not as it was written (its checksum is another)", key=SEAL)
            # Copies: numbers of a file begin at any address, torch's own at multiples of 64 bytes, and which of several
            # ways a fast product takes, each rounding in its own order, may hang on that.
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118 (not a mapping)
        for name, tensor in tensors.items():
            if tensor.dtype not in KINDS:
                raise BadInput(where, "no number made here is of this kind", key=name, value=tensor.dtype)
    except SafetensorError as error:
        raise BadInput(where, f"is not a whole safetensors file ({error})") from error
    except OSError as error:
        raise BadInput(where, f"cannot be read: {error.strerror or error}") from error
    return tensors, header


def _is_as_written(path: Path, seal: str) -> bool:
    """Whether the file's checksum is the one that its header names."""
    with path.open("rb") as file:
        # The header's length stands in the first eight bytes; safetensors has refused any beyond 100 MB.
        start = file.read(8)
        head = start + file.read(int.from_bytes(start, "little"))
        known = hashlib.sha256(head.replace(_entry(seal), _entry(_ZEROS), 1))
        while block := file.read(_BLOCK):
            known.update(block)
    return known.hexdigest() == seal


def _entry(seal: str) -> bytes:
    # Within another entry's text the quotes would have backslashes, so this is found at one place alone.
    return f'"{SEAL}":"{seal}"'.encode()
