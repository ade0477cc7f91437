"""``workbench add`` and ``workbench follow``: a sum bit by bit, and a series beside what a network tells of it."""

import argparse
from collections.abc import Sequence

import torch

from workbench.cli.networks_commands import chosen_network
from workbench.cli.output import Output
from workbench.errors import BadInput
from workbench.insight.belief import belief_by_step
from workbench.insight.carry import carriers
from workbench.insight.trace import gate_trace
from workbench.models.network import Network
from workbench.session.adder_desk import AdderDesk, check_sum, summand, told_number, wrong_bits
from workbench.session.networks import InUse
from workbench.session.series_desk import numbers_of


def add(arguments: argparse.Namespace, output: Output) -> int:
    """Adds two numbers on paper and by a network, and names the unit that goes most with the carry."""
    desk = AdderDesk()
    desk.set_bits(arguments.bits)
    numbers = summand(arguments.a, "a"), summand(arguments.b, "b")
    check_sum(*numbers)
    trained, path = chosen_network(arguments)
    network = trained.network()
    if trained.preset.task != "bits" or not isinstance(network, Network):
        raise BadInput(str(path), "this network does not add", value=trained.preset.title)
    desk.type(arguments.a, arguments.b)
    addition = desk.addition(InUse(trained, "file", path))
    x = torch.from_numpy(addition.inputs)
    said = belief_by_step(network, x)[:, 0]
    told, wrong = told_number(said), wrong_bits(addition, said)
    bits = (said > 0.5).astype(int).tolist()
    carrier = next(iter(carriers(network, trained.interface.steps)), None)
    held: list[float] = []
    if carrier is not None:
        layer = next(
            layer
            for layer in gate_trace(network, x).layers
            if (layer.layer, layer.direction) == (carrier.layer, carrier.direction)
        )
        held = layer.gates[carrier.gate][carrier.unit].tolist()

    rows = {
        "carry out": addition.carry_bits, "a": addition.a_bits, "b": addition.b_bits, "sum": addition.total_bits,
        "network": bits,
    }  # fmt: skip
    output.say(f"{addition.a:,} + {addition.b:,} = {addition.a + addition.b:,}")
    verdict = f"wrong in {len(wrong)} of {addition.places} bits" if wrong else "right"
    output.say(f"The network says {told:,}: {verdict}.")
    output.say("")
    for name, row in rows.items():
        output.say(f"{name:<10} {_highest_first(row)}")
    if wrong:
        output.say(
            f"{'wrong':<10} {_highest_first([' x'[place in wrong] for place in range(addition.places)])}".rstrip()
        )
    output.say("")
    head = ["bit", "a", "b", "carry out", "sum", "network", "probability of 1"]
    lines = [
        [str(place), *(str(rows[name][place]) for name in ("a", "b", "carry out", "sum")),
         f"{bits[place]}{' wrong' if place in wrong else ''}", f"{said[place]:.4f}"]
        for place in range(addition.places)
    ]  # fmt: skip
    if carrier is not None:
        head.append(f"{carrier.gate} of unit {carrier.unit}")
        lines = [[*line, f"{value:.4f}"] for line, value in zip(lines, held, strict=True)]
    output.table(head, lines)
    if carrier is not None:
        output.say("")
        output.say(
            f"What goes most with the carry: {carrier.gate} of unit {carrier.unit} in layer {carrier.layer}, "
            f"{carrier.direction}; correlation {carrier.correlation:.3f} over {carrier.sums:,} random sums."
        )
    output.say(f"Network: {path}")
    output.answer({
        "network": str(path), "a": addition.a, "b": addition.b, "bits": addition.places, "sum": addition.a + addition.b,
        "told": told, "right": not wrong, "wrong_bits": wrong, "probabilities": said.tolist(),
        "lowest_first": {name.replace(" ", "_"): row for name, row in rows.items()},
        "carrier": None if carrier is None else {
            "layer": carrier.layer, "direction": carrier.direction, "gate": carrier.gate, "unit": carrier.unit,
            "correlation": carrier.correlation, "sums": carrier.sums, "values": held,
        },
    })  # fmt: skip
    return 0


def follow(arguments: argparse.Namespace, output: Output) -> int:
    """Tells the series a network was trained on, beside the numbers it should tell."""
    trained, path = chosen_network(arguments)
    numbers = numbers_of(trained.preset.data)
    if numbers is None:
        raise BadInput(str(path), "this network tells no series", value=trained.preset.title)
    told = belief_by_step(trained.network(), torch.from_numpy(numbers.inputs))[:, 0].astype("float64")
    steps: list[dict[str, float | int | None]] = []
    for step, (target, value) in enumerate(zip(numbers.targets.tolist(), told.tolist(), strict=True)):
        said: dict[str, float | int | None] = {"step": step, "target": target, "told": value, "off_by": value - target}
        if numbers.primes:
            said |= {"prime": round(target * numbers.scale), "nearest_prime": numbers.prime_near(value)}
        steps.append(said)
    error = float(((told - numbers.targets) ** 2).mean())
    output.say(f"{trained.preset.title}: {numbers.caption}")
    head = ["step", "target", "network", "off by"] + (["prime", "nearest"] if numbers.primes else [])
    output.table(
        head,
        [[f"{value:.5f}" if isinstance(value, float) else str(value) for value in said.values()] for said in steps],
    )
    output.say(f"Mean squared error {error:.6g}.")
    output.say(f"Network: {path}")
    output.answer({"network": str(path), "series": numbers.caption, "mean_squared_error": error, "steps": steps})
    return 0


def _highest_first(row: Sequence[object]) -> str:
    return "".join(str(bit) for bit in reversed(row))
