"""What flows in each line of the drawn cell, in words."""

from workbench.ui.text import tr
from workbench.ui.theme import gate_name


def flow_words(flow: str) -> str:
    """For a name in ``CellEquations.flows``: what it is, as a person reads it who points at the line."""
    kind, _, gate = flow.partition(" ")
    match kind:
        case "W" if gate:
            return tr("what is read gives to the {gate}").format(gate=_gate(gate))
        case "U" if gate:
            return tr("what is remembered gives to the {gate}").format(gate=_gate(gate))
        case "b" if gate:
            return tr("the bias gives to the {gate}").format(gate=_gate(gate))
        case "p" if gate:
            return tr("the {gate} sees of the state through its peephole").format(gate=_gate(gate))
    words = {
        "c'": tr("the cell state of the step before"), "f c'": tr("what stays of the cell state"),
        "i g": tr("what is written"), "c": tr("the cell state"), "tanh c": tr("the cell state, as it is shown"),
        "h": tr("the hidden state"), "h'": tr("the hidden state of the step before"),
        "past": tr("what is remembered gives to the candidate, its bias included"),
        "r past": tr("what the reset gate lets through of it"), "z h'": tr("what stays of the hidden state"),
        "1-z": tr("how far the way is open for the candidate"), "(1-z) n": tr("what is new"),
        "a": tr("the sum that the activation is given"),
        "x rms": tr("what is read, a vector: the root of its mean square"),
        "h' rms": tr("the hidden state of the step before, of all units: the root of its mean square"),
    }  # fmt: skip
    return words.get(flow) or _gate(flow)


def _gate(gate: str) -> str:
    if gate in ("g", "n"):
        return tr("candidate")
    return tr("hidden state") if gate == "h" else tr("{name} gate").format(name=gate_name(gate))
