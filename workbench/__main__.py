"""The command ``workbench``: the window, or a headless command."""

import gc
import importlib
import io
import logging
import os
import sys
from collections.abc import Sequence

from workbench.errors import BadInput, TrainingFailed, lacks_memory, loses_gpu, sentence_of

#: What Debian's Qt needs beyond a bare system.
DEBIAN_LIBRARIES = (
    "libegl1 libgl1 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"
)

INTERRUPTED = 130

HEADLESS = (
    "train, resume, race, classify, story, add, follow, evaluate, inspect, presets, runs, snapshots, export, open, "
    "associate, verify and bench"
)


def main(words: Sequence[str] | None = None) -> int:
    """Answers the command line. Returns the exit code."""
    words = sys.argv[1:] if words is None else list(words)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    _print_what_can_be_printed()
    try:
        return _window(words) if _wants_window(words) else _command(words)
    except BadInput as error:
        print(f"workbench: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read the output has gone; there is nobody left to tell.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 (stays open until the exit)
        return 1
    except KeyboardInterrupt:
        print("workbench: interrupted", file=sys.stderr)
        return INTERRUPTED
    except (TrainingFailed, OSError, MemoryError, RuntimeError) as error:
        # A full disk, a folder that must not be written to, too little memory: a trace would explain nothing.
        if isinstance(error, RuntimeError) and not (lacks_memory(error) or loses_gpu(error)):
            raise
        print(f"workbench: {sentence_of(error)}", file=sys.stderr)
        return 1


def _print_what_can_be_printed() -> None:
    """A terminal that lacks a sign (an ASCII locale, an old code page) shows ? for it, where print would break off."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _wants_window(words: Sequence[str]) -> bool:
    """Commands begin with a word, the window's options with a dash; help is the command line's.

    A file alone is opened in the window: that is what a double click on it asks for.
    """
    from workbench.options import is_file_alone

    is_for_window = not words or words[0].startswith("-") or is_file_alone(words)
    return is_for_window and not ({"-h", "--help"} & set(words))


def _command(words: Sequence[str]) -> int:
    from workbench.bench.command import add_options
    from workbench.cli.output import Output
    from workbench.cli.parser import parser

    arguments = parser(add_options).parse_args(words)
    module, name = arguments.answer.split(":")
    # Imported only now: most commands import torch, and --help or a list should not wait for it.
    answer = getattr(importlib.import_module(module), name)
    return int(answer(arguments, Output(arguments.json)))


def _window(words: Sequence[str]) -> int:
    from workbench.display import has_display
    from workbench.options import window_options

    options = window_options(words)
    if options.screenshot is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ["QT_SCALE_FACTOR"] = f"{options.scale:g}"
    elif not has_display():
        print(
            f"workbench: there is no display to open the window on; the commands {HEADLESS} need none"
            " (workbench --help), and workbench --screenshot FILE saves a picture of the window.",
            file=sys.stderr,
        )
        return 2
    # Until the window is painted: nearly all that is made by then stays, and looking for garbage in it takes its time.
    # Then the window does it, see ui/collector.py.
    collects = gc.isenabled()
    gc.disable()
    if sys.platform == "win32":
        import torch  # noqa: F401 (on Windows torch must be loaded before Qt, or its libraries do not load at all)
    try:
        from workbench.ui import app
    except ImportError as error:
        if "PySide6" not in str(error) and ".so" not in str(error):
            raise
        print(f"workbench: Qt cannot start ({error}). On Debian: apt-get install {DEBIAN_LIBRARIES}", file=sys.stderr)
        return 2
    try:
        return app.run(options)
    finally:
        if collects:
            gc.enable()


if __name__ == "__main__":
    sys.exit(main())
