"""Health: what goes wrong while a network learns, found in its events: each finding with its cause and a way out.

Healthy are all presets that come along but mnist-pixels-rnn: there the gradient vanishes, which is what it shows.
"""

import math
from collections import deque
from collections.abc import Iterator

import numpy as np

from workbench.config import Preset, Recurrent
from workbench.engine.events import Ended, Progress, Validated
from workbench.insight.activity import LayerActivity
from workbench.insight.finding import Finding, Kind
from workbench.insight.flow import GradientFlow, LayerFlow, Norms

#: Gradients are judged by the median of so many steps: one batch in a hundred may be odd.
WINDOW = 20

#: A gradient explodes when it is so many times longer than it was in the first steps, or than the 1 to which gradients
#: are usually clipped. Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013),
#: clip at half to ten times the usual length; this is ten times further.
EXPLODED = 100.0

#: Of steps that were already long, no more than this is taken for the usual length.
USUAL = 10.0

#: A gradient has vanished when what comes to the first step read is less than this share of what it is at its largest:
#: half a unit in the last place of single precision. Added up over the steps, it is lost.
VANISHED = 2.0**-23

#: Backwards in time a gradient explodes when it grows so many times from the last step read to the first.
GROWN = 1e4

#: A gate is saturated when this share of its values is (see activity.FLAT), ...
SATURATED = 0.9

#: ... and a layer is dying when this share of its units is dead: "as much as 40 % of your network can be dead if the
#: learning rate is set too high" (Karpathy, notes of Stanford's course CS231n).
DYING = 0.4

#: What is seen inside counts when it held for so many measures in a row, and over so many steps: a network that has
#: only just begun looks ill and is not.
MEASURES, STEPS = 3, 50

#: Over-fitting: so many validations in a row are worse than the best by this share, and by so many times the scatter
#: of their logarithms, while the training loss fell by this share. After Prechelt, "Early stopping, but when?"
#: (1998): generalisation loss, and successive strips.
STRIPS, WORSE, NOISE, FELL = 3, 0.1, 2.0, 0.1


class Health:
    """Sees what happens in one training and tells what is wrong, each thing once."""

    def __init__(self, preset: Preset) -> None:
        self.preset = preset
        self._found: set[tuple[Kind, str]] = set()
        #: By kind and place: in how many measures in a row it held, and since which step.
        self._held: dict[tuple[Kind, str], tuple[int, int]] = {}
        #: Gradient norms of the first steps and of the last, and how long is too long.
        self._first: list[float] = []
        self._last: deque[float] = deque(maxlen=WINDOW)
        self._limit = math.inf
        #: Of each validation its step and loss, and the mean training loss since the one before.
        self._validations: list[tuple[int, float, float]] = []
        self._sum = self._count = 0.0
        self._broke_at: int | None = None

    # --- what is told -------------------------------------------------------------------------------------------------

    def see(self, event: object) -> list[Finding]:
        """Takes in an event of the training and gives what it shows for the first time."""
        match event:
            case Progress():
                return self._keep(self._of_steps(event))
            case Validated():
                mean = self._sum / self._count if self._count else math.nan
                self._validations.append((event.step, event.loss, mean))
                self._sum = self._count = 0.0
                return self._keep(self._of_validations())
            case Ended(reason="diverged"):
                return self._keep(self._of_the_end(event))
            case _:
                return []

    def see_inside(self, step: int, flow: GradientFlow, activities: tuple[LayerActivity, ...]) -> list[Finding]:
        """Takes in what was measured inside the network after ``step`` steps."""
        signs = [one for layer in activities for one in self._of_activity(step, layer)]
        # Where many units are dead no gradient comes through them: that they are is what there is to say.
        dying = {layer.name for layer in activities if len(layer.dead) >= 0.5 * DYING * layer.units}
        signs += [sign for sign in self._of_flow(step, flow) if sign.kind != "vanishing" or sign.where not in dying]
        held = {}
        lasting = []
        for sign in signs:
            key = (sign.kind, sign.where)
            count, since = self._held.get(key, (0, step))
            held[key] = (count + 1, since)
            if count + 1 >= MEASURES and step - since >= STEPS:
                lasting.append(sign)
        self._held = held
        return self._keep(iter(lasting))

    def _keep(self, found: Iterator[Finding]) -> list[Finding]:
        new = []
        for finding in found:
            if (finding.kind, finding.where) not in self._found:
                self._found.add((finding.kind, finding.where))
                new.append(finding)
        return new

    # --- from the numbers of every step -------------------------------------------------------------------------------

    def _of_steps(self, event: Progress) -> Iterator[Finding]:
        self._sum += float(event.losses.sum())
        self._count += len(event.losses)
        broken = event.steps[~(np.isfinite(event.losses) & np.isfinite(event.gradient_norms))]
        if len(broken) and self._broke_at is None:
            self._broke_at = int(broken[0])
        for step, norm in zip(event.steps.tolist(), event.gradient_norms.tolist(), strict=True):
            if math.isnan(norm):
                continue
            self._last.append(norm)
            if len(self._first) < WINDOW:
                self._first.append(norm)
                if len(self._first) == WINDOW:
                    self._limit = EXPLODED * min(max(1.0, float(np.median(self._first))), USUAL)
            if norm > self._limit and (now := float(np.median(self._last))) > self._limit:
                yield self._exploded(
                    step, "", f"the norm of the gradient is {now:.3g} (median of {WINDOW} steps); in the first steps "
                    f"it was {float(np.median(self._first)):.3g}",
                )  # fmt: skip

    def _of_the_end(self, event: Ended) -> Iterator[Finding]:
        step = event.step if self._broke_at is None else self._broke_at
        largest = max((length for length in self._last if math.isfinite(length)), default=math.nan)
        before = f"; the norm of the gradient had come to {largest:.3g}" if math.isfinite(largest) else ""
        rate = self.preset.training.rate
        yield Finding(
            "diverged", step, "", f"loss or gradient is no longer a finite number{before}",
            f"steps at a learning rate of {rate:g} are too long", "training.rate", _less(rate),
        )  # fmt: skip

    def _of_validations(self) -> Iterator[Finding]:
        steps, losses, training = zip(*self._validations, strict=True)
        if not all(math.isfinite(loss) and loss > 0.0 for loss in losses):
            return
        best = int(np.argmin(losses))
        later = losses[best + 1 :][-STRIPS:]
        if len(later) < STRIPS:
            return
        # The scatter about a smooth course: second differences of scatter s have a deviation of s times the root of 6.
        bends = np.abs(np.diff(np.log(losses), 2))
        scatter = float(np.median(bends)) / (0.6745 * math.sqrt(6.0))
        risen = math.log(min(later) / losses[best])
        if risen > max(math.log1p(WORSE), NOISE * scatter) and training[-1] < (1.0 - FELL) * training[best]:
            setting, suggestion = self._against_over_fitting(steps[best])
            yield Finding(
                "over-fitting", steps[best], "",
                f"the validation loss was {losses[best]:.4g} there and has risen to {losses[-1]:.4g} at step "
                f"{steps[-1]:,}, while the training loss fell from {training[best]:.4g} to {training[-1]:.4g}",
                "the network learns its training samples by heart", setting, suggestion,
            )  # fmt: skip

    def _against_over_fitting(self, best: int) -> tuple[str, str]:
        model, training = self.preset.model, self.preset.training
        if model.dropout == 0.0 and training.engine == "torch":
            return "model.dropout", "0.3"
        return "training.steps", str(best)

    # --- from inside --------------------------------------------------------------------------------------------------

    def _of_flow(self, step: int, flow: GradientFlow) -> Iterator[Finding]:
        for layer in flow.layers:
            read = {state: ends for state, norms in layer.as_read().items() if (ends := _ends(norms)) is not None}
            if not read:
                continue
            # A gradient that has one way left to come by has not vanished.
            state, (first, most, last) = max(read.items(), key=lambda item: item[1][0] / item[1][1])
            if first / most < VANISHED:
                yield self._vanished(step, layer, f"at the first step read the norm of dL/d{state} is {first:.3g}, "
                                     f"at its largest {most:.3g}")  # fmt: skip
            # Below the top, and where the read-out chooses its steps, the loss may come to some steps more than others.
            if self._is_read_alike(layer) and first / last > GROWN:
                yield self._exploded(
                    step, layer.name, f"from the last step read to the first the norm of dL/d{state} grows from "
                    f"{last:.3g} to {first:.3g}",
                )  # fmt: skip

    def _is_read_alike(self, layer: LayerFlow) -> bool:
        """Whether the loss reads this layer at one step, or at all of them alike."""
        model = self.preset.model
        assert isinstance(model, Recurrent)
        return layer.layer == len(model.stack) - 1 and model.readout not in ("max", "attention")

    def _of_activity(self, step: int, layer: LayerActivity) -> Iterator[Finding]:
        for gate, (low, high) in layer.flat.items():
            if low + high >= SATURATED:
                end = "low" if low > 3 * high else "high" if high > 3 * low else "low or the high"
                yield self._saturated(
                    step, layer, gate, high > low, f"{100 * (low + high):.0f} % of its values lie at the {end} end, "
                    "where its curve is flat"
                )  # fmt: skip
        if len(layer.dead) >= DYING * layer.units:
            rate = self.preset.training.rate
            yield Finding(
                "dead", step, layer.name, f"{len(layer.dead):,} of {layer.units:,} units give the same value at every "
                "step of every sample",
                f"too long steps at a learning rate of {rate:g} moved them where no gradient reaches them",
                "training.rate", _less(rate),
            )  # fmt: skip

    def _exploded(self, step: int, where: str, measured: str) -> Finding:
        training = self.preset.training
        cause = "the recurrent weights stretch the gradient at every step back in time"
        if not training.clip:
            return Finding("exploding", step, where, measured, cause, "training.clip", "1")
        return Finding("exploding", step, where, measured, cause, "training.rate", _less(training.rate))

    def _vanished(self, step: int, layer: LayerFlow, measured: str) -> Finding:
        model = self.preset.model
        assert isinstance(model, Recurrent)
        of = model.stack[layer.layer]
        cause = "every step back in time shrinks the gradient, and there are too many of them"
        setting, suggestion = f"model.stack.{layer.layer}.cell", "lstm"
        if of.cell == "lstm" and model.forget_bias < 1.0 and not model.longest_memory:
            cause = f"forget gates that begin with a bias of {model.forget_bias:g} let go of c too soon"
            setting, suggestion = "model.forget_bias", "1"
        elif of.cell == "lstm" and not model.longest_memory and model.bias:
            cause = f"forget gates that begin with one bias let go of c long before {len(layer.h):,} steps are over"
            setting, suggestion = "model.longest_memory", str(len(layer.h))
        elif of.cell == "lstm":
            setting, suggestion = "training.rate", _less(self.preset.training.rate)
        return Finding("vanishing", step, layer.name, measured, cause, setting, suggestion)

    def _saturated(self, step: int, layer: LayerActivity, gate: str, is_high: bool, measured: str) -> Finding:
        model, rate = self.preset.model, self.preset.training.rate
        assert isinstance(model, Recurrent)
        cause = f"too long steps at a learning rate of {rate:g} have made its weights large"
        setting, suggestion = "training.rate", _less(rate)
        if gate == "f" and abs(model.forget_bias) > 3.0 and (model.forget_bias > 0.0) == is_high:
            cause = f"it begins with a forget bias of {model.forget_bias:g}"
            setting, suggestion = "model.forget_bias", "1"
        elif layer.layer == 0 and self.preset.task == "words" and model.input == "scalar":
            cause = "words come as numbers of up to the size of the vocabulary, far beyond where the curve is steep"
            setting, suggestion = "model.input", "embedding"
        return Finding("saturated", step, f"{layer.name}, {gate}", measured, cause, setting, suggestion)


def _ends(norms: Norms) -> tuple[float, float, float] | None:
    """At the first step read, the largest, and at the last step that the loss hangs on; None where it does on none."""
    hangs = np.flatnonzero(norms)
    if not len(hangs) or not np.isfinite(norms).all():
        return None
    return float(norms[0]), float(norms.max()), float(norms[hangs[-1]])


def _less(rate: float) -> str:
    """A tenth of a learning rate, as one writes it."""
    return f"{rate / 10.0:.3g}"
