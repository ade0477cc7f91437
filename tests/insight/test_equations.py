"""The equations of a cell hold the numbers of the cell by hand, in float64, and say how they are worked out."""

import math
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
import torch

from tests.scratch.nets import VARIANTS, Variant, inputs, net
from workbench.config import Interface, Layer, Recurrent
from workbench.errors import BadInput
from workbench.insight.clamp import Clamp
from workbench.insight.clamped import clamped_answer
from workbench.insight.equations import CellEquations, equations_of
from workbench.insight.trace import GateTrace, gate_trace
from workbench.models.network import Network
from workbench.scratch.gate import Array
from workbench.scratch.net import Net

STEPS, WIDTH, UNITS = 6, 3, 4
INTERFACE = Interface(steps=STEPS, width=WIDTH, symbols=0, classes=2)


def twin(variant: Variant, by_hand: Net, depth: int = 2) -> tuple[Network, GateTrace]:
    """The same network in torch, in float64, and its trace of the first of the inputs."""
    layer = Layer(
        cell=variant.cell, units=UNITS, bidirectional=True,  # type: ignore[arg-type]
        peepholes=variant.peepholes, outer_tanh=variant.outer_tanh,
    )  # fmt: skip
    network = Network(Recurrent(stack=(layer,) * depth, bias=variant.bias), INTERFACE).double()
    network.load_state_dict({name: torch.from_numpy(values) for name, values in by_hand.weights.items()})
    return network, gate_trace(network, torch.from_numpy(inputs()[0]))


def every_cell(network: Network, trace: GateTrace) -> Iterator[CellEquations]:
    for index in range(len(trace.layers)):
        for unit in range(UNITS):
            for step in (0, 2, STEPS - 1):
                yield equations_of(
                    trace, network.state_dict(), network.model, index=index, unit=unit, step=step
                )  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_every_number_is_the_cells_by_hand(variant: Variant) -> None:
    by_hand = net(variant, 2, bidirectional=True)
    network, trace = twin(variant, by_hand)
    readings = by_hand.forward(inputs()[:1]).readings
    for cell in every_cell(network, trace):
        reading = readings[cell.layer][0 if cell.direction == "forward" else 1]
        expected = {gate: float(over_time[0, cell.step, cell.unit]) for gate, over_time in reading.gates.items()}
        before = reading.before[cell.step]
        for gate, value in expected.items():
            assert cell.flows[gate] == pytest.approx(value, abs=1e-12)
        assert cell.flows["h'"] == pytest.approx(float(before[0][0, cell.unit]), abs=1e-12)
        found = {e.gate: e for stage in cell.stages for e in stage.equations}
        assert set(found) - {"a"} == set(expected)
        for gate, value in expected.items():
            worked = found[gate].worked
            assert abs(float(worked.shown) - value) <= 10.0**-worked.shown_places
            assert worked.shown_places >= 2  # nothing here is large


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_the_shares_add_up_to_the_pre_activation_by_hand(variant: Variant) -> None:
    by_hand = net(variant, 2, bidirectional=True)
    network, trace = twin(variant, by_hand)
    passed = by_hand.forward(inputs()[:1])
    for cell in every_cell(network, trace):
        side = 0 if cell.direction == "forward" else 1
        reading, weights = passed.readings[cell.layer][side], by_hand.weights_of(cell.layer, side)
        h_before = reading.before[cell.step][0]
        gates = {"lstm": "ifgo", "gru": "rzn"}.get(variant.cell, "h")
        for gate, of_gate in zip(gates, weights, strict=True):
            x = reading.x[:, cell.step]
            assert cell.flows[f"W {gate}"] == pytest.approx(float((x @ of_gate.W.T)[0, cell.unit]), abs=1e-12)
            assert cell.flows[f"U {gate}"] == pytest.approx(float((h_before @ of_gate.U.T)[0, cell.unit]), abs=1e-12)


def lstm(**layer: object) -> tuple[Network, GateTrace]:
    network = Network(Recurrent(stack=(Layer(units=UNITS, **layer),)), INTERFACE)  # type: ignore[arg-type]
    network.initialise(torch.Generator().manual_seed(1))
    return network, gate_trace(network, torch.randn(STEPS, WIDTH, generator=torch.Generator().manual_seed(2)))


def test_it_reads_as_the_textbook_writes_it() -> None:
    network, trace = lstm()
    cell = equations_of(trace, network.state_dict(), network.model, index=0, unit=1, step=3)
    assert [stage.id for stage in cell.stages] == ["forget", "write", "state", "output"]
    assert (cell.before, cell.direction) == (2, "forward")
    formulas = [str(e).split(" = ")[1] for stage in cell.stages for e in stage.equations]
    assert formulas == [
        "σ(W_f x + U_f h′ + b_f)", "σ(W_i x + U_i h′ + b_i)", "tanh(W_g x + U_g h′ + b_g)",
        "f · c′ + i · g", "σ(W_o x + U_o h′ + b_o)", "o · tanh(c)",
    ]  # fmt: skip
    document = cell.document()
    (forget,) = document["stages"][0]["equations"]
    assert forget["formula"] == "σ(W_f x + U_f h′ + b_f)"
    assert [operand["symbol"] for operand in forget["operands"]] == ["W_f x", "U_f h′", "b_f"]
    true = 1 / (1 + math.exp(-sum(operand["value"] for operand in forget["operands"])))
    assert forget["value"] == pytest.approx(true) and abs(float(forget["shown"]) - true) <= 1e-3


def test_peepholes_and_a_missing_outer_tanh_are_in_the_formulas() -> None:
    network, trace = lstm(peepholes=True, outer_tanh=False)
    cell = equations_of(trace, network.state_dict(), network.model, index=0, unit=0, step=2)
    formulas = {e.gate: str(e).split(" = ")[1] for stage in cell.stages for e in stage.equations}
    assert formulas["f"] == "σ(W_f x + U_f h′ + b_f + p_f · c′)"
    assert formulas["o"] == "σ(W_o x + U_o h′ + b_o + p_o · c)"
    assert formulas["h"] == "o · c"


def test_the_first_step_read_remembers_nothing_in_either_direction() -> None:
    network, trace = lstm(bidirectional=True)
    for index, first in ((0, 0), (1, STEPS - 1)):
        cell = equations_of(trace, network.state_dict(), network.model, index=index, unit=0, step=first)
        assert cell.before is None
        assert cell.flows["c'"] == cell.flows["h'"] == cell.flows["U f"] == 0.0
    assert equations_of(trace, network.state_dict(), network.model, index=1, unit=0, step=2).before == 3


@pytest.mark.parametrize(
    ("where", "key"), [((1, 0, 0), "layer"), ((0, UNITS, 0), "unit"), ((0, 0, STEPS), "step"), ((0, -1, 0), "unit")]
)
def test_what_is_not_there_is_said(where: tuple[int, int, int], key: str) -> None:
    network, trace = lstm()
    index, unit, step = where
    with pytest.raises(BadInput, match=key):
        equations_of(trace, network.state_dict(), network.model, index=index, unit=unit, step=step)


def test_a_network_that_diverged_is_said_to_have() -> None:
    network, trace = lstm()
    trace.layers[0].gates["c"][:, 1] = np.nan
    with pytest.raises(BadInput, match="not finite"):
        equations_of(trace, network.state_dict(), network.model, index=0, unit=0, step=2)


def test_all_it_says_follows_from_what_it_shows() -> None:
    """Over many random cells: each line recomputed by hand from its shown numbers alone."""
    random = np.random.default_rng(5)
    network, trace = lstm()
    for _ in range(60):
        weights = {name: random.normal(0, 2, tuple(w.shape)) for name, w in network.state_dict().items()}
        unit, step = int(random.integers(UNITS)), int(random.integers(STEPS))
        cell = equations_of(trace, weights, network.model, index=0, unit=unit, step=step)
        shown = {e["gate"]: e for stage in cell.document()["stages"] for e in stage["equations"]}

        def of(gate: str, shown: dict[str, dict[str, object]] = shown) -> Array:
            operands = shown[gate]["operands"]
            assert isinstance(operands, list)
            return np.array([float(o["shown"].replace("−", "-")) for o in operands])

        f, c_before, i, g = of("c")
        o, c = of("h")
        recomputed = {
            "f": 1 / (1 + np.exp(-of("f").sum())), "i": 1 / (1 + np.exp(-of("i").sum())),
            "o": 1 / (1 + np.exp(-of("o").sum())), "g": np.tanh(of("g").sum()),
            "c": f * c_before + i * g, "h": o * np.tanh(c),
        }  # fmt: skip
        for gate, value in recomputed.items():
            text = str(shown[gate]["shown"]).replace("−", "-")
            decimals = len(text.partition(".")[2])
            assert abs(float(text) - value) <= 0.5 * 10.0**-decimals + 1e-9


@pytest.mark.parametrize("variant", [v for v in VARIANTS if v.bias], ids=str)
def test_a_held_gate_is_gone_on_with_as_the_clamped_network_does(variant: Variant) -> None:
    network, _ = twin(variant, net(variant, 2, bidirectional=True))
    gate = {"lstm": "f", "gru": "z"}.get(variant.cell, "h")
    clamps = (Clamp(1, "backward", gate, 0.25, units=(0, 2), first=2, stop=5),)
    trace = clamped_answer(network, torch.from_numpy(inputs()[0]), clamps)[1]
    for index, unit, step in product(range(4), range(UNITS), range(STEPS)):
        cell = equations_of(
            trace, network.state_dict(), network.model, index=index, unit=unit, step=step, clamps=clamps
        )
        is_held = index == 3 and unit in (0, 2) and 2 <= step < 5
        found = {equation.gate: equation for equation in cell.equations}
        assert {g for g, equation in found.items() if equation.held is not None} == ({gate} if is_held else set())
        for g, values in trace.layers[index].gates.items():
            assert cell.flows[g] == pytest.approx(float(values[unit, step]), abs=1e-12)
            if g != gate or not is_held:  # what comes out of the equation is what the clamped network has
                assert found[g].worked.value == pytest.approx(float(values[unit, step]), abs=1e-12)
        if is_held:
            assert found[gate].held == 0.25 and str(found[gate]).endswith(", held at 0.250")
            assert found[gate].document()["held"] == 0.25
