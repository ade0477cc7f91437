"""What following every gate live costs training."""

import argparse
from typing import Any

from workbench.bench.speed import compare, said
from workbench.cli.output import Output


def measure(arguments: argparse.Namespace, output: Output) -> dict[str, Any]:
    """Training while each snapshot's gates and beliefs are computed, against training alone."""
    result = compare("watched", "headless", arguments.rounds, arguments.seconds)
    said("gates", result, output, "watched", "headless", "while every gate is followed")
    return result
