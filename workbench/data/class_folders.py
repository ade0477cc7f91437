"""Which pictures an image folder holds, and of which class each is, before any of them is opened."""

import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from workbench.data.dataset import Loading
from workbench.errors import BadInput

#: What systems leave in folders without being asked.
_LEFT_BEHIND = frozenset({"thumbs.db", "desktop.ini", "__macosx"})

_LAYOUT = "Put each class's pictures into a folder with its name, or such folders into train and test."

#: A head has at most so many outputs; more folders than this are something else than classes.
MOST_CLASSES = 1_000


class PictureFile(NamedTuple):
    """One file: where it is, how large, when it was changed, and the number of its class."""

    path: str
    size: int
    changed: int
    of_class: int


@dataclass(frozen=True)
class ClassFolders:
    """``train`` and ``test`` by class and name; ``test`` is empty where the folder has no test part."""

    classes: tuple[str, ...]
    train: tuple[PictureFile, ...]
    test: tuple[PictureFile, ...]


def class_names(folder: str) -> tuple[str, ...]:
    """The classes an image folder has, by name, without looking at its pictures. Raises BadInput."""
    root, parts = _parts(folder)
    return _classes(parts[0] if parts else root)


def find_pictures(folder: str) -> Generator[Loading, None, ClassFolders]:
    """Looks into the folder of each class. Raises BadInput naming the folder or file that cannot be used.

    The classes are the names of the folders, in alphabetical order.
    """
    root, parts = _parts(folder)
    found: list[tuple[PictureFile, ...]] = []
    classes = _classes(parts[0] if parts else root)
    for part in parts or (root,):
        if (others := _classes(part)) != classes:
            odd = sorted(set(others).symmetric_difference(classes))
            raise BadInput(
                str(root), f"train and test must have the same classes; only one of them has {', '.join(odd[:5])}"
            )
        pictures: list[PictureFile] = []
        for number, name in enumerate(classes):
            of_class = _pictures(part / name, number)
            if not of_class:
                raise BadInput(str(part / name), "this class has no pictures")
            pictures += of_class
            yield Loading("Looking for pictures", number + 1, len(classes), "classes")
        found.append(tuple(pictures))
    return ClassFolders(classes, found[0], found[1] if len(found) > 1 else ())


def _parts(folder: str) -> tuple[Path, tuple[Path, ...]]:
    """The folder itself, and its parts: train and test, train alone, or none."""
    if not folder:
        raise BadInput("image folder", "choose a folder with a folder of pictures for each class", key="data.folder")
    try:
        root = Path(folder).expanduser()
        if root.is_file():
            hint = "Unpack it first, and choose the folder it becomes." if root.suffix.lower() == ".zip" else _LAYOUT
            raise BadInput(str(root), "is a file; expected a folder of pictures", key="data.folder", hint=hint)
        if not root.is_dir():
            raise BadInput(str(root), "there is no such folder", key="data.folder")
        train, test = root / "train", root / "test"
        if train.is_dir() and _folders(train):
            return root, (train, test) if test.is_dir() else (train,)
        return root, ()
    except (OSError, ValueError, RuntimeError) as error:  # a name longer than names can be, a home of nobody
        raise BadInput("image folder", f"cannot look into this folder: {error}", key="data.folder",
                       value=folder) from error  # fmt: skip


def _classes(part: Path) -> tuple[str, ...]:
    names = _folders(part)
    if len(names) < 2:
        found = "no folders" if not names else f"only the folder {names[0]}"
        raise BadInput(str(part), f"needs at least two classes to tell apart, and has {found}", key="data.folder",
                       hint=_LAYOUT)  # fmt: skip
    if len(names) > MOST_CLASSES:
        raise BadInput(str(part), f"has {len(names):,} folders; at most {MOST_CLASSES:,} classes", key="data.folder")
    return names


def _folders(folder: Path) -> tuple[str, ...]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir() and not _is_left_behind(entry.name))
    except OSError as error:  # a link that leads to itself, a folder that may not be looked into
        raise BadInput(error.filename or str(folder), f"cannot be read: {error.strerror}", key="data.folder") from error
    for name in names:
        try:
            name.encode()
        except UnicodeEncodeError as error:
            raise BadInput(str(folder / name), "is not a name in UTF-8; a class is called by it in every file",
                           key="data.folder", hint="Rename it.") from error  # fmt: skip
    return tuple(names)


def _pictures(folder: Path, number: int) -> list[PictureFile]:
    """Every file of one class, by name; whether they are pictures is seen when they are opened."""
    found: list[PictureFile] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if _is_left_behind(entry.name):
                    continue
                if not entry.is_file():
                    what = "a folder within a class" if entry.is_dir() else "neither a file nor a folder"
                    raise BadInput(entry.path, f"is {what}; expected pictures only", hint=_LAYOUT)
                status = entry.stat()
                found.append(PictureFile(entry.path, status.st_size, status.st_mtime_ns, number))
    except OSError as error:
        raise BadInput(str(folder), f"cannot be read: {error.strerror}") from error
    return sorted(found)


def _is_left_behind(name: str) -> bool:
    return name.startswith(".") or name.lower() in _LEFT_BEHIND
