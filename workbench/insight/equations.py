"""The equations of one cell with live numbers: one unit at one step, as the textbooks walk through it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workbench.config import CellName, Recurrent
from workbench.errors import BadInput
from workbench.insight.arithmetic import (
    Applied,
    Expression,
    OneMinus,
    Operand,
    Product,
    Sum,
    Tokens,
    Worked,
    rounded,
    text,
    told,
    work_out,
)
from workbench.insight.clamp import Clamp
from workbench.insight.shares import Share, shares

if TYPE_CHECKING:
    from workbench.insight.trace import GateTrace

PRIME = "\N{PRIME}"
_ACTIVATION: dict[CellName, str] = {"rnn-tanh": "tanh", "rnn-relu": "relu", "rnn-sigmoid": "σ"}


@dataclass(frozen=True)
class Equation:
    """What one quantity is worked out from, and what comes out. ``gate``: its id; ``a`` is a pre-activation.

    ``held``: the value that it is held at, whatever comes out; None where it is free.
    """

    gate: str
    expression: Expression
    worked: Worked
    held: float | None = None

    @property
    def value(self) -> float:
        """What the cell goes on with."""
        return self.worked.value if self.held is None else self.held

    @property
    def shown(self) -> str:
        """The result as it is read on the screen."""
        return told(self.worked.shown)

    @property
    def held_shown(self) -> str:
        """The value it is held at, with as many digits; empty where it is free."""
        return "" if self.held is None else told(rounded(Decimal(self.held), self.worked.shown_places))

    @property
    def ends_as(self) -> str:
        """What the cell goes on with, as it is read on the screen."""
        return self.held_shown or self.shown

    @property
    def symbols(self) -> Tokens:
        """``σ(W_f x + U_f h′ + b_f)``, in pieces."""
        return self.expression.tokens(None)

    @property
    def numbers(self) -> Tokens:
        """The same with numbers in place of the symbols."""
        return self.expression.tokens(self.worked.places)

    def __str__(self) -> str:
        held = f", held at {self.held_shown}" if self.held is not None else ""
        return f"{self.gate} = {text(self.symbols)} = {text(self.numbers)} = {self.shown}{held}"

    def document(self) -> dict[str, Any]:
        """As JSON holds it: the formula, each operand true and as shown, the result true and as shown."""
        return {
            "gate": self.gate,
            "formula": text(self.symbols),
            "numbers": text(self.numbers),
            "operands": [
                {
                    "symbol": operand.symbol,
                    "value": operand.value,
                    "shown": text(operand.tokens(self.worked.places)),
                }
                for operand in self.expression.operands()
            ],
            "value": self.worked.value,
            "shown": self.shown,
            "held": self.held,
        }


@dataclass(frozen=True)
class Stage:
    """One of the steps the textbooks walk through. Title and sentence are English; the window translates them."""

    id: str
    title: str
    sentence: str
    equations: tuple[Equation, ...]


@dataclass(frozen=True)
class CellEquations:
    """One unit at one step. ``before``: the step that the state comes from, None where there is none yet.

    ``flows``: every quantity that the drawn cell shows, by name, as it truly is: the gates by id; ``c'`` and ``h'`` of
    the step before; ``W f``, ``U f``, ``b f`` and ``p f``, what input, hidden state, bias and peephole give to gate f
    (and so on); what flows between (see each cell); and of the whole vectors that are read and remembered the root mean
    square, ``x rms`` and ``h' rms``. ``peak``: the unit's largest |c| over all steps, |h| where there is no c; at
    least 1.
    """

    cell: CellName
    layer: int
    direction: str
    unit: int
    step: int
    before: int | None
    stages: tuple[Stage, ...]
    flows: Mapping[str, float]
    peak: float

    @property
    def equations(self) -> tuple[Equation, ...]:
        """Those of all stages."""
        return tuple(equation for stage in self.stages for equation in stage.equations)

    @property
    def lines(self) -> list[str]:
        """All of it in words and formulas, one a line."""
        return [line for stage in self.stages for line in (stage.title, *map(str, stage.equations))]

    def document(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "cell": self.cell, "layer": self.layer, "direction": self.direction, "unit": self.unit,
            "step": self.step, "before": self.before,
            "stages": [
                {"id": stage.id, "title": stage.title, "equations": [e.document() for e in stage.equations]}
                for stage in self.stages
            ],
        }  # fmt: skip


def equations_of(
    trace: "GateTrace",
    weights: Mapping[str, Any],
    model: Recurrent,
    *,
    index: int,
    unit: int,
    step: int,
    clamps: Iterable[Clamp] = (),
) -> CellEquations:
    """The equations of unit ``unit`` at step ``step`` of ``trace.layers[index]``, all counted from 0.

    ``weights``: the network's state by name, tensors or arrays. ``clamps``: those that the trace was made with. Raises
    BadInput for what is not there, and where a number is not finite.
    """
    if not 0 <= index < len(trace.layers):
        raise BadInput("cell", f"expected one of {len(trace.layers)} layers and directions", key="layer", value=index)
    traced = trace.layers[index]
    layer = model.stack[traced.layer]
    if not 0 <= unit < layer.units:
        raise BadInput("cell", f"expected a unit from 0 to {layer.units - 1}", key="unit", value=unit)
    if not 0 <= step < trace.steps:
        raise BadInput("cell", f"expected a step from 0 to {trace.steps - 1}", key="step", value=step)
    # The backward half reads from the end: what it remembers is of the step after, as the sequence counts.
    remembered = step + (1 if traced.direction == "backward" else -1)
    before = remembered if 0 <= remembered < trace.steps else None
    given = shares(weights, layer, traced, unit, step, before)

    def state(gate: str) -> float:
        return 0.0 if before is None else float(traced.gates[gate][unit, before])

    known = [value for share in given.values() for value in vars(share).values() if value is not None]
    known += [state(gate) for gate in ("h", "c") if gate in traced.gates]
    if not all(map(math.isfinite, known)):
        raise BadInput("cell", "a number that this unit reads or remembers is not finite", key="step", value=step)
    held = {
        clamp.gate: float(traced.gates[clamp.gate][unit, step])
        for clamp in clamps
        if (clamp.layer, clamp.direction) == (traced.layer, traced.direction)
        and clamp.holds_at(step)
        and (clamp.units is None or unit in clamp.units)
    }
    if layer.cell == "lstm":
        stages, flows = _lstm(given, held, state("c"), outer_tanh=layer.outer_tanh)
    elif layer.cell == "gru":
        stages, flows = _gru(given, held, state("h"))
    else:
        stages, flows = _plain(given["h"], held, _ACTIVATION[layer.cell])
    for gate, share in given.items():
        flows |= {f"W {gate}": share.input, f"U {gate}": share.hidden}
        if share.bias is not None and share.hidden_bias is not None:
            # A candidate whose past goes through the reset gate has the bias that comes with it there.
            flows[f"b {gate}"] = share.bias + (0.0 if gate == "n" else share.hidden_bias)
        if share.peephole is not None:
            flows[f"p {gate}"] = share.peephole * flows["c" if gate == "o" else "c'"]
    all_h = traced.gates["h"]
    flows |= {"h'": state("h"), "x rms": _root_mean_square(traced.inputs[step])}
    flows["h' rms"] = 0.0 if before is None else _root_mean_square(all_h[:, before])
    states = traced.gates.get("c", all_h)[unit]
    peak = max(1.0, float(np.abs(states[np.isfinite(states)]).max(initial=0.0)))
    return CellEquations(layer.cell, traced.layer, traced.direction, unit, step, before, stages, flows, peak)


def _root_mean_square(values: NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))


Held = Mapping[str, float]
_Cell = tuple[tuple[Stage, ...], dict[str, float]]


def _equation(gate: str, expression: Expression, held: Held) -> Equation:
    return Equation(gate, expression, work_out(expression), held.get(gate))


def _lstm(given: dict[str, Share], held: Held, c_before: float, *, outer_tanh: bool) -> _Cell:
    """Greff et al. (2017), section II.A. Flows: ``f c'`` what stays, ``i g`` what is written, ``tanh c``."""
    old = Operand(f"c{PRIME}", c_before, "c")
    f = _equation("f", Applied("σ", _pre_activation("f", given["f"], old)), held)
    i = _equation("i", Applied("σ", _pre_activation("i", given["i"], old)), held)
    g = _equation("g", Applied("tanh", _pre_activation("g", given["g"])), held)
    kept, written = Product(_of(f), old), Product(_of(i), _of(g))
    c = _equation("c", Sum((kept, written)), held)
    o = _equation("o", Applied("σ", _pre_activation("o", given["o"], _of(c))), held)
    shown = Applied("tanh", _of(c)) if outer_tanh else _of(c)
    h = _equation("h", Product(_of(o), shown), held)
    stages = (
        Stage("forget", "What is forgotten", "How much of the old state stays.", (f,)),
        Stage("write", "What is written", "A candidate, and how much of it is let in.", (i, g)),
        Stage("state", "The new state", "What stayed and what was written add up.", (c,)),
        Stage(
            "output", "The output",
            "How much of the state is shown, through tanh." if outer_tanh
            else "How much of the state is shown.",
            (o, h),
        ),
    )  # fmt: skip
    flows = {equation.gate: equation.value for equation in (f, i, g, c, o, h)}
    flows |= {"c'": c_before, "f c'": f.value * c_before, "i g": i.value * g.value}
    flows["tanh c"] = math.tanh(c.value) if outer_tanh else c.value
    return stages, flows


def _gru(given: dict[str, Share], held: Held, h_before: float) -> _Cell:
    """Cho et al. (2014), the reset applied after the hidden product.

    Flows: ``past``, the candidate's U h' + d; ``r past``, what the reset gate lets through of it; ``z h'``, what stays;
    ``(1-z) n``, what is new.
    """
    old = Operand(f"h{PRIME}", h_before, "h")
    r = _equation("r", Applied("σ", _pre_activation("r", given["r"])), held)
    z = _equation("z", Applied("σ", _pre_activation("z", given["z"])), held)
    of_n = given["n"]
    seen, past = [_input(of_n, "n")], [_hidden(of_n, "n")]
    if of_n.bias is not None and of_n.hidden_bias is not None:
        seen.append(Operand("b_n", of_n.bias, "n"))
        past.append(Operand("d_n", of_n.hidden_bias, "n"))
    from_past = past[0] if len(past) == 1 else Sum(tuple(past))
    n = _equation("n", Applied("tanh", Sum((*seen, Product(_of(r), from_past)))), held)
    h = _equation("h", Sum((Product(OneMinus(_of(z)), _of(n)), Product(_of(z), old))), held)
    stages = (
        Stage("reset", "What of the past is seen", "How much of it reaches the candidate.", (r,)),
        Stage("propose", "What is proposed", "From what is read and the past let through.", (n,)),
        Stage("update", "How much stays", "A switch: 1 keeps the old, 0 takes the new.", (z,)),
        Stage("state", "The new state", "Candidate and old state, as the switch stands.", (h,)),
    )
    flows = {equation.gate: equation.value for equation in (r, z, n, h)}
    remembered = sum(operand.value for operand in past)
    kept, open_for_new = flows["z"] * h_before, 1.0 - flows["z"]
    flows |= {"past": remembered, "r past": flows["r"] * remembered, "z h'": kept}
    flows |= {"1-z": open_for_new, "(1-z) n": open_for_new * flows["n"]}
    return stages, flows


def _plain(given: Share, held: Held, activation: str) -> _Cell:
    """Elman (1990). Flow: ``a``, what the activation is given."""
    a = _equation("a", _pre_activation("h", given), held)
    h = _equation("h", Applied(activation, _of(a, "h")), held)
    squeezed = {
        "tanh": "The sum, squeezed between −1 and 1.",
        "σ": "The sum, squeezed between 0 and 1.",
        "relu": "The sum, but never below 0.",
    }[activation]
    stages = (
        Stage("sum", "What comes together", "What is read and what is remembered add up.", (a,)),
        Stage("state", "The new state", squeezed, (h,)),
    )
    return stages, {"a": a.value, "h": h.value}


def _pre_activation(gate: str, share: Share, seen: Operand | None = None) -> Sum:
    """W x + U h' + b, the two biases in one, and + p c where the gate has a peephole at c."""
    index = "" if gate == "h" else f"_{gate}"
    terms: list[Expression] = [_input(share, gate), _hidden(share, gate)]
    if share.bias is not None and share.hidden_bias is not None:
        terms.append(Operand(f"b{index}", share.bias + share.hidden_bias, gate))
    if share.peephole is not None and seen is not None:
        terms.append(Product(Operand(f"p{index}", share.peephole, gate), seen))
    return Sum(tuple(terms))


def _input(share: Share, gate: str) -> Operand:
    return Operand(f"W{'' if gate == 'h' else f'_{gate}'} x", share.input, gate)


def _hidden(share: Share, gate: str) -> Operand:
    return Operand(f"U{'' if gate == 'h' else f'_{gate}'} h{PRIME}", share.hidden, gate)


def _of(equation: Equation, gate: str = "") -> Operand:
    """What an equation gave, or what it is held at, as an operand of another."""
    return Operand(equation.gate, equation.value, gate or equation.gate)
