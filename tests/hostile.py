"""Opening broken files: what is watched meanwhile, and what is allowed to happen."""

import random
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.hostile_tally import TALLY
from tests.mutations import Mutation
from workbench.errors import BadInput

#: So long one file may take, on a computer that does other things besides.
CASE_SECONDS = 10

#: So much more memory the process may ask for while it opens files.
ROOM = 2 * 2**30


class Kind(NamedTuple):
    """One kind of file: a whole one, what opens it, in which ways it is broken, and what a refusal must name."""

    file: Path
    open: Callable[[], object]
    mutations: tuple[Mutation, ...]
    names: str


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


def broken_and_opened(name: str, kind: Kind, cases: int, around: Path, inside: Path) -> Counter[str]:
    """Breaks the file so often, opens it each time, and lays all that was ``around`` it down again. Counts it.

    Fails where anything else happened than that it was opened or refused by its name, where anything was run, or
    written elsewhere than ``inside``.
    """
    whole = {path: path.read_bytes() for path in (*around.rglob("*"), kind.file) if path.is_file()}
    luck = random.Random(f"{name} {cases}")
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    kind.open()  # the whole one; without a clock, as much is imported for it
    with bounded(inside) as watch:
        for number in range(cases):
            mutation = luck.choice(kind.mutations)
            while (broken := mutation(whole[kind.file], luck)) == whole[kind.file]:
                pass
            kind.file.write_bytes(broken)
            with TALLY.measured(name):
                said = outcome(kind.open, kind.names)
            outcomes[said] += 1
            if said not in ("opened", "refused"):
                wrong.append(f"case {number}, {mutation.__name__}: {said}")
            for path, content in whole.items():
                if not path.is_file() or path.read_bytes() != content:
                    path.write_bytes(content)
    TALLY.add(name, outcomes)
    assert not wrong, "\n".join(wrong[:8])
    assert watch.seen == []
    assert not Path("executed").exists()
    return outcomes
