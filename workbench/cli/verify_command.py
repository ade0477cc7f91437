"""``workbench verify``: every cell computed in several ways, and the largest difference between them."""

import argparse
from typing import Any

from workbench.cli.output import Output
from workbench.insight.verify import GREEN, verify
from workbench.models.cells import CELLS


def verify_cells(arguments: argparse.Namespace, output: Output) -> int:
    """Exit code 1 when any of them is off."""
    rows: list[list[str]] = []
    answers: list[dict[str, Any]] = []
    for cell in CELLS:
        for layers in (1, 2):
            for bidirectional in (False, True):
                verdict = verify(cell, layers, bidirectional)
                worst = max(verdict.gradients, key=verdict.gradients.__getitem__)
                rows.append([
                    cell, str(layers), "both" if bidirectional else "one",
                    *(f"{verdict.gates[way]:.1e}" for way in ("fused", "trace", "stepwise")),
                    f"{verdict.gradients[worst]:.1e}", worst, "green" if verdict.is_green else "RED",
                ])  # fmt: skip
                answers.append({
                    "cell": cell, "layers": layers, "bidirectional": bidirectional,
                    "gates": verdict.gates, "gradients": verdict.gradients, "green": verdict.is_green,
                })  # fmt: skip
    output.say("Largest relative difference from plain NumPy in float64; gradients: autograd from finite differences.")
    head = ("cell", "layers", "directions", "fused", "trace", "stepwise", "gradients", "worst gradient", "")
    output.table(head, rows)
    green = all(answer["green"] for answer in answers)
    output.say(f"All below {GREEN:g}." if green else f"Some are above {GREEN:g}.")
    output.answer({"green": green, "limit": GREEN, "verdicts": answers})
    return 0 if green else 1
