"""A disk whose power fails: what was done to a folder is recorded, and every state it could be found in laid out anew.

The system promises no more than this: content is on the disk after an fsync of its file, a name after an fsync of its
folder. Until then a change of a name was done or was not, whatever became of others before or after it; and content is
as it was, or was written in part, or is zeros as far as the file was to reach.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest

#: More changes of names than this that are not on the disk yet are not tried in every combination.
ALL_COMBINATIONS = 4

Style = Literal["lost", "torn", "zeros", "whole"]
STYLES: tuple[Style, ...] = ("lost", "torn", "zeros", "whole")


class Named(NamedTuple):
    """A name in a folder is given to a file or folder (None: is taken away), which may have had another one."""

    folder: int
    name: str
    node: int | None
    before: tuple[int, str] | None = None


class Written(NamedTuple):
    """All that a file holds from now on, as processes see it."""

    node: int
    content: bytes


class Synced(NamedTuple):
    """Somebody waited until this file's content, or this folder's names, were on the disk."""

    node: int


class Promised(NamedTuple):
    """From here on this must be found, whenever the power fails."""

    what: Any


@dataclass(frozen=True)
class Found:
    """What stands in the folder when the power is back. ``promised``: the last promise before it failed."""

    promised: Any
    folders: frozenset[str]
    files: dict[str, bytes]

    def lay_out(self, folder: Path) -> Path:
        """Makes the folder so, whatever it was before."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in sorted(self.folders):
            (folder / name).mkdir()
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return folder


@dataclass
class Disk:
    """One folder, everything that is done to it, and where that may have come to when the power failed.

    Calls of ``os`` that change names or wait for the disk are recorded; what was written between two of them is seen
    by its content. (Python's own ``open``, ``pathlib`` and ``shutil`` end in these calls.)
    """

    root: Path
    log: list[Named | Written | Synced | Promised] = field(default_factory=list)
    _nodes: dict[tuple[int, str], int] = field(default_factory=dict)
    _contents: dict[int, bytes] = field(default_factory=dict)
    _inodes: dict[int, int] = field(default_factory=dict)
    _count: int = 0
    _begun: int = 0

    def record(self, monkeypatch: pytest.MonkeyPatch, work: Callable[["Disk"], object]) -> None:
        """Does the work. What is there before it is on the disk."""
        self._look()
        self.log += [Synced(node) for node in range(self._count + 1)]
        self._begun = len(self.log)
        with monkeypatch.context() as patched:
            for name in ("fsync", "replace", "rename", "unlink", "remove", "mkdir", "rmdir", "link", "open", "close"):
                patched.setattr(os, name, self._heard(name, getattr(os, name)))
            work(self)
            self._look()

    def promise(self, what: Any) -> None:
        """What was done up to here must be found from here on."""
        self._look()
        self.log.append(Promised(what))

    def _heard(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def heard(*arguments: Any, **named: Any) -> Any:
            self._look()
            if name == "fsync":
                node = self._inodes.get(os.fstat(arguments[0]).st_ino)
                answer = call(*arguments, **named)
                if node is not None:
                    self.log.append(Synced(node))
                return answer
            moved = self._moved(arguments) if name in ("replace", "rename") else None
            answer = call(*arguments, **named)
            if moved is not None:
                self._move(*moved)
            self._look()
            return answer

        return heard

    def _moved(self, arguments: Sequence[Any]) -> tuple[tuple[int, str], tuple[int, str]] | None:
        old, new = (self._place(Path(argument)) for argument in arguments[:2])
        return (old, new) if old is not None and new is not None else None

    def _place(self, path: Path) -> tuple[int, str] | None:
        """The folder and the name of a path below the root."""
        if not path.is_relative_to(self.root) or path == self.root:
            return None
        node = 0
        for part in path.parent.relative_to(self.root).parts:
            node = self._nodes[node, part]
        return node, path.name

    def _move(self, old: tuple[int, str], new: tuple[int, str]) -> None:
        node = self._nodes.pop(old)
        self._nodes[new] = node
        self.log.append(Named(*new, node, old))

    def _look(self) -> None:
        """Records what is new, gone or written since it was looked at last."""
        seen: set[tuple[int, str]] = set()
        self._inodes = {}
        self._look_into(self.root, 0, seen)
        for place in [place for place in self._nodes if place not in seen]:
            del self._nodes[place]
            self.log.append(Named(*place, None))

    def _look_into(self, folder: Path, node: int, seen: set[tuple[int, str]]) -> None:
        self._inodes[folder.stat().st_ino] = node
        for path in sorted(folder.iterdir()):
            place = (node, path.name)
            seen.add(place)
            is_new = place not in self._nodes
            if is_new:
                self._count += 1
                self._nodes[place] = self._count
            inside = self._nodes[place]
            if path.is_file():
                self._inodes[path.stat().st_ino] = inside
                content = path.read_bytes()
                if self._contents.get(inside) != content:
                    self._contents[inside] = content
                    self.log.append(Written(inside, content))
            if is_new:
                self.log.append(Named(*place, inside))
            if path.is_dir():
                self._look_into(path, inside, seen)

    def found(self, unread: str = "\0") -> Iterator[Found]:
        """Every state, each once, that the folder can be found in after the power failed at any moment.

        Of files and folders whose names end with ``unread`` no more than that they are there.
        """
        names: dict[tuple[int, str], int] = {}
        waiting: list[Named] = []
        safe: dict[int, bytes] = {}
        now: dict[int, bytes] = {}
        promised: Any = None
        told: set[int] = set()
        for number, entry in enumerate(self.log):
            match entry:
                case Named():
                    waiting.append(entry)
                case Written(node, content):
                    now[node] = content
                case Synced(node) if node in now:
                    safe[node] = now[node]
                case Synced(node):
                    for change in waiting:
                        if change.folder == node:
                            _apply(names, change)
                    waiting = [change for change in waiting if change.folder != node]
                case Promised(what):
                    promised = what
            if isinstance(entry, Synced) and number != self._begun - 1:
                continue  # leaves some of the states before it, and brings no new one
            if number < self._begun - 1:
                continue  # this was there before
            for done in _combinations(waiting):
                then = dict(names)
                for change in done:
                    _apply(then, change)
                for style in STYLES:
                    found = _laid_out(
                        promised, then, {node: _after(style, safe.get(node), now[node]) for node in now}, unread
                    )
                    key = hash((repr(promised), found.folders, *sorted(found.files.items())))
                    if key not in told:
                        told.add(key)
                        yield found


def _apply(names: dict[tuple[int, str], int], change: Named) -> None:
    if change.before is not None:
        names.pop(change.before, None)
    if change.node is None:
        names.pop((change.folder, change.name), None)
    else:
        names[change.folder, change.name] = change.node


def _combinations(waiting: Sequence[Named]) -> Iterator[Sequence[Named]]:
    if len(waiting) <= ALL_COMBINATIONS:
        for length in range(len(waiting) + 1):
            yield from itertools.combinations(waiting, length)
        return
    for number in range(len(waiting)):
        yield waiting[:number]  # as a journal keeps their order
        yield waiting[number:]
        yield [*waiting[:number], *waiting[number + 1 :]]
        yield [waiting[number]]
    yield waiting


def _after(style: Style, safe: bytes | None, now: bytes) -> bytes:
    """What a file holds of which ``safe`` is on the disk and ``now`` was seen by processes."""
    if safe == now:
        return now
    kept = safe if safe is not None and now.startswith(safe) else b""
    added = now[len(kept) :]
    match style:
        case "lost":
            return safe or b""
        case "torn":
            return kept + added[: len(added) // 2]
        case "zeros":
            return kept + bytes(len(added))
        case "whole":
            return now


def _laid_out(promised: Any, names: dict[tuple[int, str], int], contents: dict[int, bytes], unread: str) -> Found:
    folders, files = set(), {}
    below: dict[int, list[tuple[str, int]]] = {}
    for (folder, name), node in names.items():
        below.setdefault(folder, []).append((name, node))

    def walk(folder: int, at: str) -> None:
        for name, node in below.get(folder, ()):
            if node in contents:
                files[at + name] = b"torn" if name.endswith(unread) else contents[node]
            else:
                folders.add(at + name)
                if not name.endswith(unread):
                    walk(node, f"{at}{name}/")

    walk(0, "")
    return Found(promised, frozenset(folders), files)
