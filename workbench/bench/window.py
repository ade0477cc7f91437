"""What the open, moving window costs training."""

import argparse
from typing import Any

from workbench.bench.speed import compare, said
from workbench.cli.output import Output


def measure(arguments: argparse.Namespace, output: Output) -> dict[str, Any]:
    """Training with curves, heatmaps and beliefs moving at 1280x800, against training alone."""
    result = compare("window", "headless", arguments.rounds, arguments.seconds)
    said("window", result, output, "window", "headless", "with the whole window open and moving")
    return result
