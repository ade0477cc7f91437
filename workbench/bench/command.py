"""``workbench bench``: runs the measurements by name."""

import argparse
import importlib
from pathlib import Path

from workbench.cli.output import Output
from workbench.errors import BadInput

#: Name, module, and what it measures. Each module has ``measure(arguments, output) -> dict``.
BENCHES: dict[str, tuple[str, str]] = {
    "start": (
        "workbench.bench.start",
        "seconds from the command to the painted window, and whether torch was imported",
    ),
    "stroke": ("workbench.bench.stroke", "milliseconds from a mouse move on the pad to the painted answer"),
    "erase": ("workbench.bench.erase", "milliseconds from a move of the eraser to the painted belief of what remains"),
    "pen": ("workbench.bench.pen", "pen traces (--pen FILE) drawn on the pad with mouse events, and how many are read"),
    "gates": ("workbench.bench.gates", "training speed while every gate is followed live, against without"),
    "trace": ("workbench.bench.trace", "one trace of a 2 x 128 network against one training step of batch 128"),
    "calibration": (
        "workbench.bench.calibration",
        "how sure a network is of its answer at half way, and how often right, taught at every row and at the last",
    ),
    "flow": ("workbench.bench.flow", "training speed while gradient flow and health are measured, against without"),
    "figures": ("workbench.bench.figures", "what every preset reaches when it is trained, beside the published figure"),
    "varied": (
        "workbench.bench.varied",
        "digits held out of training (--data DIR) that networks misread, and of fifty variations of each",
    ),
    "window": ("workbench.bench.window", "training speed with the whole window open and moving, against headless"),
}


def add_options(command: argparse.ArgumentParser) -> None:
    """Declares the options of all benches."""
    named = ", ".join(f"{name} ({what})" for name, (_, what) in BENCHES.items())
    command.add_argument(
        "names", metavar="NAME", nargs="*", help=f"{named}; without a name all that need no file and no training"
    )
    command.add_argument("--pen", metavar="FILE", help="pen traces in UNIPEN's text format (pendigits-orig.tra)")
    command.add_argument("--only", metavar="PRESET", nargs="+", default=[], help="figures: train these presets alone")
    command.add_argument("--networks", metavar="FILE", type=Path, nargs="+", help="varied: these networks, in place of "
                         "the one that comes along")  # fmt: skip
    command.add_argument("--data", metavar="DIR", type=Path, help="figures, varied: a folder that holds the data")
    command.add_argument("--seed", type=int, nargs="+", help="figures: start of every random choice (default: the "
                         "preset's); of several the first is told in full, and how far they lie apart")  # fmt: skip
    command.add_argument("--out", metavar="FILE", type=Path, help="figures: the file of results, in place of the "
                         "workbench's own and the README's table")  # fmt: skip
    command.add_argument("--runs", action="store_true", help="figures: finished runs of the same settings and seed "
                         "count; only the others are trained")  # fmt: skip
    command.add_argument("--bundle", action="store_true",
                         help="figures: make the networks those that come with the workbench")  # fmt: skip
    command.add_argument("--count", type=int, default=500, help="pen traces to draw (default %(default)s)")
    command.add_argument("--rounds", type=int, default=5, help="interleaved rounds to compare (default %(default)s)")
    command.add_argument("--seconds", type=float, default=4.0, help="length of a timed round (default %(default)s)")


def bench(arguments: argparse.Namespace, output: Output) -> int:
    """Runs the named measurements, or all that need no file."""
    for option, low, high in (("count", 1, 1_000_000), ("rounds", 1, 1000), ("seconds", 0.1, 3600.0)):
        value = getattr(arguments, option)
        if not low <= value <= high:  # so is what is no number
            raise BadInput(f"--{option}", f"expected {low:,} to {high:,}", value=value)
    if arguments.data is not None and not arguments.data.is_dir():
        raise BadInput("--data", "there is no such folder", value=str(arguments.data))
    short = [name for name in BENCHES if name not in ("figures", "varied") and (name != "pen" or arguments.pen)]
    names = arguments.names or short
    results = {}
    for name in names:
        if name not in BENCHES:
            raise BadInput("bench", f"there is no such measurement; there are {', '.join(BENCHES)}", value=name)
        if name == "pen" and not arguments.pen:
            raise BadInput("bench pen", "say where the pen traces are: --pen FILE")
        module = importlib.import_module(BENCHES[name][0])
        results[name] = module.measure(arguments, output)
    output.answer(results)
    return 0
