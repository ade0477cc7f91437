"""A whole run in one file (.lstmrun), to be opened on another computer: a zip of its folder, mistrusted when opened.

Opening writes one new folder among the runs, or nothing at all. What a name in the archive may be, how much may come
out of it, and that its settings and its network can be read, is looked at before the folder gets its name.
"""

import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from workbench import paths
from workbench.config import Preset, Words
from workbench.data.text import LARGEST_TEXT, comes_along, read_text, text_path
from workbench.errors import BadInput
from workbench.fields import fields_of
from workbench.files import make_folder, refuse_special, sync_names, whole_file, write_text
from workbench.preset_files import LARGEST_PRESET, load_preset, preset_to_toml, without_places
from workbench.runs.folders import ABOUT, NETWORK, PRESET, TEXT
from workbench.runs.index import read_about
from workbench.runs.network_file import load_network
from workbench.runs.run_preset import load_run_preset, with_text
from workbench.runs.tensor_file import LARGEST_FILE

SUFFIX = ".lstmrun"

#: Says what the archive is; its first member.
FORMAT = "workbench-run-1"

#: What a run is made of, by suffix, and how large one such file may be.
_LARGEST = {
    ".toml": LARGEST_PRESET, ".json": 64 * 2**20, ".csv": 4 * 2**30, ".safetensors": LARGEST_FILE, ".txt": LARGEST_TEXT,
}  # fmt: skip

#: More than any run has: a few dozen snapshots, and a dozen other files.
MOST_FILES = 4_000

#: What they take in an archive's list of its files.
LARGEST_LIST = 2**20

#: All files together, and how much larger they may be than the archive: tables of numbers shrink to about a third.
LARGEST_RUN, MOST_SHRUNK = 16 * 2**30, 100

#: A file of the run's folder, or of a folder in it; nothing that climbs, and nothing hidden.
_NAME = re.compile(r"(?:[a-z]{1,40}/)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}")

_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,120}")

_CHUNK = 1 << 20


def save_run(run: Path, path: Path) -> int:
    """Writes the run's folder as one file. Returns how many files are in it. Raises BadInput for what is no run."""
    read_about(run)
    preset = load_run_preset(run)
    # A run may be trained meanwhile: first the states, so that what belongs to their steps is in the tables.
    names = sorted((name for name in _names(run) if name != TEXT), key=lambda name: not name.startswith("state"))
    with whole_file(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("format", f"{FORMAT}\n{run.name}\n")
        for name in names:
            is_packed = name.endswith(".safetensors")
            archive.write(run / name, name, zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED)
        if (text := _own_text(preset)) is not None:
            archive.writestr(TEXT, text)
    return len(names)


def open_run(path: Path, under: Path | None = None) -> Path:
    """Unpacks a run as a new folder among the runs, never over another. Returns the folder.

    Raises BadInput, and leaves nothing behind, for a file that is broken, too large, or anything else than a run.
    """
    under = under or paths.runs()
    temporary = under / f".{uuid4().hex}.part"
    try:
        make_folder(temporary)
    except OSError as error:
        raise BadInput(str(under), f"no folder can be made here: {error.strerror}") from error
    try:
        refuse_special(path)
        name = _unpack(path, temporary)
        _look_through(temporary, path)
        return _placed(temporary, under, name)
    except OSError as error:
        raise BadInput(str(path), f"cannot be opened: {error.strerror or error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _names(run: Path) -> Iterator[str]:
    """The files that belong to a run, in order; links and what is half written do not."""
    for path in sorted(run.rglob("*")):
        name = path.relative_to(run).as_posix()
        if path.is_file() and not path.is_symlink() and path.suffix in _LARGEST and _NAME.fullmatch(name):
            yield name


def _own_text(preset: Preset) -> str | None:
    """The text it learns from, where another computer would not have it and it is still here."""
    data = preset.data
    if not isinstance(data, Words) or comes_along(data.text):
        return None
    try:
        return read_text(text_path(data.text))
    except BadInput:
        return None


def _unpack(path: Path, folder: Path) -> str:
    """Everything out of the archive, counted on the way. Returns the run's name. Raises BadInput."""
    where = str(path)
    if _list_size(path) > LARGEST_LIST:
        raise BadInput(where, "lists more files than any run has")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            name = _checked(archive, members, path)
            for member in members[1:]:
                _write(archive, member, folder / member.filename, where)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise BadInput(where, f"is not a whole run of the workbench ({error})") from error
    return name


def _list_size(path: Path) -> int:
    """How many bytes the archive's list of files takes, which zipfile would read at once; 0 where there is none.

    It stands in the record at the archive's end, and in one just before that where 32 bits do not hold it.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 22 - 65_535 - 76))
        tail = file.read()
    is_plain = tail[-22:-18] == b"PK\5\6" and tail[-2:] == b"\0\0"
    end = len(tail) - 22 if is_plain else tail.rfind(b"PK\5\6")
    if end < 0 or len(tail) < end + 22:
        return 0
    size = int.from_bytes(tail[end + 12 : end + 16], "little")
    if tail[max(0, end - 76) :].startswith(b"PK\6\6"):
        size = max(size, int.from_bytes(tail[end - 76 + 40 : end - 76 + 48], "little"))
    return size


def _checked(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], path: Path) -> str:
    """The run's name, when the archive says of itself nothing that a run could not be. Raises BadInput."""
    where = str(path)
    if not members or members[0].filename != "format" or members[0].file_size > 1_000:
        raise BadInput(where, "is not a run of the workbench")
    with archive.open(members[0]) as file:
        said = file.read(1_001).decode("utf-8", "replace").splitlines()
    if len(said) != 2 or said[0] != FORMAT:
        raise BadInput(where, f"is not a run of the workbench (format {FORMAT})", key="format", value=said[:1])
    if len(members) > MOST_FILES:
        raise BadInput(where, f"holds {len(members):,} files; a run has a few dozen")
    seen = set()
    for member in members[1:]:
        name = member.filename
        largest = _LARGEST.get(Path(name).suffix)
        is_plain = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not member.flag_bits & 1
        if not _NAME.fullmatch(name) or largest is None or name in seen or not is_plain:
            raise BadInput(where, "holds a file that no run has", value=name)
        if member.file_size > largest:
            raise BadInput(where, f"holds a file larger than any run's ({member.file_size:,} bytes)", value=name)
        seen.add(name)
    total = sum(member.file_size for member in members)
    if total > LARGEST_RUN or total > MOST_SHRUNK * path.stat().st_size + _CHUNK:
        raise BadInput(where, f"would unpack to {total:,} bytes, which is more than a run can be")
    return said[1] if _FOLDER.fullmatch(said[1]) else "opened-run"


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, where: str) -> None:
    """One file, never more of it than the archive says of itself."""
    path.parent.mkdir(exist_ok=True)
    left = member.file_size
    with archive.open(member) as packed, path.open("xb") as file:
        while chunk := packed.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise BadInput(where, "holds more than it says of itself", value=member.filename)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _look_through(folder: Path, path: Path) -> None:
    """Whether what was unpacked is a run; places that are another computer's are taken out of its settings."""
    try:
        read_about(folder)
        preset = load_preset(folder / PRESET)
        if (folder / NETWORK).exists():
            load_network(folder / NETWORK)
    except BadInput as error:
        told = str(error).replace(f"{folder}/", "")
        raise BadInput(str(path), f"holds something else than a run: {told}") from error
    here = _at_home(preset)
    if here != preset:
        write_text(folder / PRESET, preset_to_toml(here))


def _at_home(preset: Preset) -> Preset:
    """The preset without places that are not on this computer."""
    places = (getattr(preset.data, field.name) for field in fields_of(type(preset.data)) if field.path)
    is_here = all(not place or not Path(place).is_absolute() or Path(place).exists() for place in places)
    return preset if is_here else without_places(preset)


def _placed(temporary: Path, under: Path, name: str) -> Path:
    """The folder under its own name, or that name with a number where there is one already."""
    for number in range(1_000):
        folder = under / (f"{name}-{number}" if number else name)
        try:
            make_folder(folder, exist_ok=False)  # empty, and ours: nothing else can take the name meanwhile
        except FileExistsError:
            continue
        preset = load_preset(temporary / PRESET)
        if isinstance(preset.data, Words) and (temporary / TEXT).exists():
            write_text(temporary / PRESET, preset_to_toml(with_text(preset, folder / TEXT)))
        for part in sorted(temporary.iterdir(), key=lambda each: each.name == ABOUT):
            if part.name == ABOUT:  # what makes it a run comes last, when all else is on the disk
                sync_names(folder)
            elif part.is_dir():
                sync_names(part)
            part.rename(folder / part.name)
        sync_names(folder)
        return folder
    raise BadInput(str(under), "has no room for another run of this name", value=name)
