"""``workbench inspect``: belief, gates, equations, influence and gradients, and what held gates change."""

import argparse
import re
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.cli.named_network import named_network
from workbench.cli.output import Output
from workbench.cli.probe import probe_from
from workbench.data.dataset import Split
from workbench.engine.batches import Samples
from workbench.engine.test_samples import try_out_samples
from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.insight.belief import belief_by_step, measured_every
from workbench.insight.clamp import Clamp, checked, clamp_from_text
from workbench.insight.clamped import Means, clamped_answer, gate_means
from workbench.insight.decision import decided_after
from workbench.insight.equations import CellEquations, equations_of
from workbench.insight.gradient_flow import gradient_flow
from workbench.insight.held_score import HeldScore, held_score
from workbench.insight.influence import influence
from workbench.insight.switched_off import most_harm_first, on_samples, samples_for, switched_off, watched
from workbench.insight.trace import GateTrace, gate_trace
from workbench.models.network import Network
from workbench.outcome import outcome
from workbench.session.clamping import MEAN_OVER

#: So many answers, and so many units, are told to people.
_TOLD = 5

#: So many test samples gradients are measured on.
_GRADIENTS_OF = 32

#: Answers of which there is one at every step.
_TOLD_BY_STEP = ("bit", "number")


def inspect_network(arguments: argparse.Namespace, output: Output) -> int:
    """Everything the gate laboratory of the window shows, for one sample."""
    trained, path = named_network(arguments.model)
    network = trained.network()
    if not isinstance(network, Network):
        raise BadInput(str(path), "this network has no recurrent layer to look into", value=trained.preset.title)
    clamps = tuple(checked(clamp_from_text(text), network.model) for text in arguments.clamp)
    _check(arguments, trained)
    probe = probe_from(arguments, trained)
    x = torch.from_numpy(probe.inputs)
    beliefs, trace = belief_by_step(network, x), gate_trace(network, x)
    for clamp in clamps:
        if clamp.first >= trace.steps:
            raise BadInput("--clamp", f"expected steps of 0 to {trace.steps - 1}", key="steps", value=f"{clamp.first}:")
    output.say(f"{trained.preset.title} after {trained.step:,} steps reads {probe.caption}.")
    document: dict[str, Any] = {
        "network": str(path), "preset": trained.preset_id, "step": trained.step, "input": probe.caption,
        "free": _seen(trained, network, beliefs, trace),
    }  # fmt: skip
    _say_answer("free", trained, network, beliefs, output)
    if clamps:
        held, trace = _held(trained, network, x, clamps, beliefs, arguments.samples, output)
        document |= held
    else:
        _say_gates(trace, output)
    if arguments.unit is not None:
        document["equations"] = _equations(arguments, trained, network, trace, clamps, output).document()
    if arguments.influence is not None:
        # Bits and numbers are told at every step; of classes the last answer is explained.
        step = arguments.step if trained.interface.answer in _TOLD_BY_STEP else None
        found = influence(trained, probe.inputs, arguments.influence or None, arguments.against, step)
        for line in found.lines():
            output.say(line)
        document["influence"] = found.document()
    if arguments.gradients:
        document["gradients"] = _gradients(trained, output)
    if arguments.switch_off is not None:
        document["switched_off"] = _switched_off(trained, network, beliefs, arguments.switch_off, output)
    output.answer(document)
    return 0


def _check(arguments: argparse.Namespace, trained: Trained) -> None:
    """What would be left without an effect, or has no meaning, is refused. Raises BadInput."""
    if arguments.samples < 0:
        raise BadInput("--samples", "expected 0 or more", value=arguments.samples)
    if arguments.against is not None and arguments.influence is None:
        raise BadInput("--against", "goes with --influence, whose class is compared", value=arguments.against)
    explains_a_step = arguments.influence is not None and trained.interface.answer in _TOLD_BY_STEP
    if arguments.step is not None and arguments.unit is None and not explains_a_step:
        raise BadInput("--step", "goes with --unit, whose equations are told there", value=arguments.step)


def _seen(trained: Trained, network: Network, beliefs: NDArray[np.float32], trace: GateTrace) -> dict[str, Any]:
    """Belief by step, the step of the decision, and every gate of every layer and direction, (units, steps)."""
    every = measured_every(network, len(beliefs))
    return {
        "answer": _named(trained, beliefs[-1]),
        "belief_by_step": beliefs.tolist(), "measured_every": every,
        "decided_at": decided_after(beliefs, every) if trained.interface.answer == "class" else None,
        "gates": [
            {"layer": layer.layer, "direction": layer.direction,
             **{gate: values.tolist() for gate, values in layer.gates.items()}}
            for layer in trace.layers
        ],
    }  # fmt: skip


def _named(trained: Trained, answer: NDArray[np.float32]) -> dict[str, float] | list[float]:
    """Probabilities by class; plain numbers where answers have no names."""
    values: list[float] = answer.tolist()
    if trained.interface.answer != "class":
        return values
    return dict(zip(trained.classes, values, strict=True))


def _say_answer(which: str, trained: Trained, network: Network, beliefs: NDArray[np.float32], output: Output) -> None:
    if trained.interface.answer != "class":
        told = ", ".join(f"{value:.3f}" for value in beliefs.reshape(len(beliefs), -1)[:, 0].tolist())
        output.say(f"{which}: {told}")
        return
    best = np.argsort(-beliefs[-1], kind="stable")[:_TOLD].tolist()
    told = ", ".join(f"{trained.classes[n]} {100 * beliefs[-1, n]:.1f} %" for n in best)
    every = measured_every(network, len(beliefs))
    step = decided_after(beliefs, every)
    apart = f", measured at every {every}th" if every > 1 else ""
    output.say(f"{which}: {told}; " + ("never decided" if step is None else f"decided at step {step}{apart}"))


def _say_gates(trace: GateTrace, output: Output) -> None:
    rows = [
        (layer.name, gate, f"{values.mean():.3f}", f"{values.min():.3f}", f"{values.max():.3f}")
        for layer in trace.layers
        for gate, values in layer.gates.items()
    ]
    output.table(("layer", "gate", "mean", "least", "most"), rows)


# --- held ---------------------------------------------------------------------------------------------------------


def _held(
    trained: Trained, network: Network, x: torch.Tensor, clamps: tuple[Clamp, ...], free: NDArray[np.float32],
    count: int, output: Output,
) -> tuple[dict[str, Any], GateTrace]:  # fmt: skip
    means: Means = {}
    needs_means = any(clamp.value is None for clamp in clamps)
    split: Split | None = None
    if count or needs_means:
        split = outcome(try_out_samples(trained, max(count, MEAN_OVER if needs_means else 0)))
    if needs_means and split is not None:
        means = gate_means(network, Samples(split, torch.device("cpu")).batch(slice(MEAN_OVER))[0])
    beliefs, trace = clamped_answer(network, x, clamps, means)
    _say_answer("held", trained, network, beliefs, output)
    for clamp in clamps:
        output.say(f"  {clamp.text()}")
    found: dict[str, Any] = {
        "clamps": [clamp.document() for clamp in clamps],
        "held": _seen(trained, network, beliefs, trace),
        "difference": _named(trained, beliefs[-1] - free[-1]),
    }
    if count and split is not None:
        score = outcome(held_score(network, split, clamps, means))
        assert score is not None  # nobody stopped it
        output.say(_told_score(score))
        found["score"] = score.document()
    _say_gates(trace, output)
    return found, trace


def _told_score(score: HeldScore) -> str:
    if score.right is None or score.held_right is None:
        return f"Over {score.caption}: mean loss {score.loss:.4g} free, {score.held_loss:.4g} held."
    free, held = 100 * score.right / score.count, 100 * score.held_right / score.count
    return f"Over {score.caption}: {free:.1f} % right free, {held:.1f} % held ({held - free:+.1f} points)."


# --- one cell, gradients, every unit ----------------------------------------------------------------------------------


def _equations(
    arguments: argparse.Namespace, trained: Trained, network: Network, trace: GateTrace, clamps: tuple[Clamp, ...],
    output: Output,
) -> CellEquations:  # fmt: skip
    """``--unit LAYER,DIRECTION,UNIT`` or ``--unit UNIT`` at ``--step``, the last one when it is not given.

    With gates held these are the equations of the cell as it is held.
    """
    given = re.fullmatch(r"(?:(\d{1,3}),(forward|backward),)?(\d{1,6})", arguments.unit)
    if given is None:
        raise BadInput("--unit", "expected a unit as in 17, or layer, direction and unit as in 1,backward,17",
                       value=arguments.unit)  # fmt: skip
    place = (int(given[1] or 0), given[2] or "forward")
    index = next(
        (n for n, layer in enumerate(trace.layers) if (layer.layer, layer.direction) == place), len(trace.layers)
    )
    if index == len(trace.layers):
        names = "; ".join(layer.name for layer in trace.layers)
        raise BadInput("--unit", f"expected one of {names}", value=arguments.unit)
    step = trace.steps - 1 if arguments.step is None else arguments.step
    found = equations_of(
        trace, trained.weights, network.model, index=index, unit=int(given[3]), step=step, clamps=clamps
    )
    output.say(f"Unit {found.unit} of layer {found.layer}, {found.direction}, at step {found.step}:")
    for line in found.lines:
        output.say(f"  {line}")
    return found


def _gradients(trained: Trained, output: Output) -> dict[str, Any]:
    """The gradient flow of the mean loss over some test samples."""
    split = outcome(try_out_samples(trained, _GRADIENTS_OF))
    x, y = Samples(split, torch.device("cpu")).batch(slice(None))
    network = trained.network()
    assert isinstance(network, Network)  # so it was when it was opened
    flow = gradient_flow(network.requires_grad_(True), x, y, every_step=trained.preset.training.every_step)
    output.say(
        f"Norms of the gradients of the mean loss over {split.caption}, at the first step, the middle, the last:"
    )
    output.table(
        ("layer", "state", "first", "middle", "last"),
        [
            (layer.name, state, *(f"{norms[n]:.3g}" for n in (0, len(norms) // 2, len(norms) - 1)))
            for layer in flow.layers
            for state, norms in layer.norms.items()
        ],
    )
    return {"on": split.caption, **flow.document()}


def _switched_off(
    trained: Trained, network: Network, beliefs: NDArray[np.float32], name: str, output: Output
) -> dict[str, Any]:
    """Every unit in turn, on test samples: those of a class, empty for the one answered, where answers are classes."""
    split = outcome(try_out_samples(trained, 500))
    x, y = Samples(split, torch.device("cpu")).batch(slice(None))
    answer: int | None = None
    if trained.interface.answer == "class":
        name = name or trained.classes[int(beliefs[-1].argmax())]
        if name not in trained.classes:
            raise BadInput("--switch-off", "expected a class, or word, of the network", value=name)
        answer = trained.classes.index(name)
    elif name:
        raise BadInput("--switch-off", "this network has no classes; leave the name out", value=name)
    x, y = samples_for(trained.interface, x, y, answer)
    if not len(x):
        raise BadInput("--switch-off", f"none of the {len(split):,} test samples is one", value=name)
    on = on_samples(len(x), None if answer is None else name)
    units = most_harm_first(one for found in switched_off(network, x, y) for one in found)
    what = watched(trained.interface)
    output.say(f"Every unit switched off in turn, on {on}; the {min(_TOLD, len(units))} that matter most:")
    rows = []
    for one in units[:_TOLD]:
        change = f"{100 * one.change:+.2f} %" if what == "probability" else f"{one.change:+.4g}"
        score = [] if one.logit is None else [f"{one.logit:+.3f}"]
        rows.append((str(one.layer), one.direction, str(one.unit), change, *score))
    headings = ("layer", "direction", "unit", what, *(() if what in ("cosine", "squared error") else ("score",)))
    output.table(headings, rows)
    return {"on": on, "watched": what, "units": [one.document() for one in units]}
