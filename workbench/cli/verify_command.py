"""``workbench verify``: every cell computed in several ways, and the largest difference between them."""

import argparse
from typing import Any

from workbench.cli.output import Output
from workbench.errors import BadInput
from workbench.insight.verify import GREEN, REFERENCE, Verdict, verify_all
from workbench.scratch.mistakes import MISTAKES

HEAD = ("cell", "layers", "directions", "fused", "trace", "by hand", "d fused", "d by hand", "d differences",
        "worst gradient", "")  # fmt: skip


def verify_cells(arguments: argparse.Namespace, output: Output) -> int:
    """Exit code 1 when any of them is off, as it must be with a mistake switched on. Raises BadInput for its name."""
    name = arguments.mistake
    if name and name not in MISTAKES:
        raise BadInput("--mistake", f"expected one of {', '.join(MISTAKES)}", value=name)
    output.say(f"Largest relative difference from {REFERENCE}, in float64; d: of gradients, from autograd through it.")
    if name:
        output.say(f"Switched on in what is computed by hand: {MISTAKES[name].title}. {MISTAKES[name].what}")
        output.say(MISTAKES[name].noticed)
    verdicts = list(verify_all(name))
    output.table(HEAD, [_row(verdict) for verdict in verdicts])
    red = [verdict for verdict in verdicts if not verdict.is_green]
    if name:
        mistaken = sum(verdict.mistaken for verdict in verdicts)
        output.say(f"{len(red)} are red; the mistake can be made in {mistaken} of the {len(verdicts)}.")
    else:
        output.say(f"{len(red)} are above {GREEN:g}." if red else f"All below {GREEN:g}.")
    output.answer({"green": not red, "limit": GREEN, "mistake": name or None,
                   "verdicts": [_document(verdict) for verdict in verdicts]})  # fmt: skip
    return 1 if red else 0


def _row(verdict: Verdict) -> list[str]:
    way, weight, _ = max(
        ((way, weight, error) for way, errors in verdict.gradients.items() for weight, error in errors.items()),
        key=lambda found: found[2],
    )
    return [
        verdict.stack.variant, str(verdict.stack.depth), "both" if verdict.stack.bidirectional else "one",
        *(_number(verdict.gates.get(way)) for way in ("fused", "trace", "by hand")),
        *(_number(max(verdict.gradients[way].values()) if way in verdict.gradients else None)
          for way in ("fused", "by hand", "differences")),
        f"{weight} ({way})", "green" if verdict.is_green else "RED",
    ]  # fmt: skip


def _number(error: float | None) -> str:
    return "-" if error is None else f"{error:.1e}"


def _document(verdict: Verdict) -> dict[str, Any]:
    return {
        "cell": verdict.stack.variant, "layers": verdict.stack.depth, "bidirectional": verdict.stack.bidirectional,
        "mistaken": verdict.mistaken, "gates": verdict.gates, "gradients": verdict.gradients,
        "green": verdict.is_green,
    }  # fmt: skip
