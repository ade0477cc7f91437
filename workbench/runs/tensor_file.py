"""Our files of tensors: safetensors with a format in the header; never unpickled."""

from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from workbench.errors import BadInput
from workbench.files import whole_file

#: Larger than anything that is trained here.
LARGEST_FILE = 4 * 1024**3


def save_tensors(path: Path, kind: str, tensors: Mapping[str, Tensor], **header: str) -> None:
    """Writes the file whole, or leaves the one that was there. ``kind`` is its format."""
    content = save({name: tensor.contiguous() for name, tensor in tensors.items()}, {"format": kind, **header})
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def load_tensors(path: Path, kind: str, what: str) -> tuple[dict[str, Tensor], Mapping[str, str]]:
    """The tensors and the header. Raises BadInput for a file that is not of this ``kind`` (in words: ``what``)."""
    where = str(path)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(where, f"is larger than any {what} made here")
        with safe_open(path, framework="pt") as file:
            header: Mapping[str, str] = file.metadata() or {}
            if header.get("format") != kind:
                raise BadInput(
                    where, f"is not a {what} of the workbench (format {kind})", key="format", value=header.get("format")
                )
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
    except SafetensorError as error:
        raise BadInput(where, f"is not a whole safetensors file ({error})") from error
    except OSError as error:
        raise BadInput(where, f"cannot be read: {error.strerror or error}") from error
    return tensors, header
