"""Learning at every step: the loss is the mean of what every prefix's own answer would cost."""

import msgspec
import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from tests.engine.toy import CPU, STEPS, dataset, events, preset
from workbench.config import (
    BinaryAddition,
    Cifar10,
    Convnet,
    Interface,
    Preset,
    Recurrent,
    Series,
    StrokesDigits,
    Training,
    Words,
    stacked,
)
from workbench.engine.events import Progress, Snapshot
from workbench.engine.memory import least_bytes
from workbench.engine.objective import every_step_loss_and_accuracy
from workbench.engine.train import begin
from workbench.fields import problems
from workbench.insight.belief import belief_by_step
from workbench.models.build import build
from workbench.models.cells import CELLS
from workbench.models.network import Network

INTERFACE = Interface(steps=6, width=3, symbols=0, classes=4)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_loss_and_gradients_are_those_of_each_prefix_run_by_itself(cell: str, layers: int) -> None:
    generator = torch.Generator().manual_seed(1)
    network = Network(Recurrent(stack=stacked(cell, 5, layers), projection=2), INTERFACE)  # type: ignore[arg-type]
    network.initialise(generator)
    network.double()
    x = torch.randn(7, 6, 3, generator=generator, dtype=torch.float64)
    y = torch.tensor([0, 3, 1, 2, 2, 0, 1])

    loss, _ = every_step_loss_and_accuracy(network.after_every_step(x), y)
    found = torch.autograd.grad(loss, list(network.parameters()))

    # A run for each prefix, its loss written out: minus the logarithm of the right class's share.
    losses = []
    for end in range(1, 7):
        shares = network(x[:, :end]).exp() / network(x[:, :end]).exp().sum(-1, keepdim=True)
        losses.append(-shares[torch.arange(7), y].log().mean())
    expected = sum(losses[1:], losses[0]) / 6
    np.testing.assert_allclose(loss.item(), expected.item(), rtol=0, atol=1e-12)
    for one, other in zip(found, torch.autograd.grad(expected, list(network.parameters())), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)


def test_only_the_last_step_counts_as_right() -> None:
    scores = torch.zeros(2, 3, 4)
    scores[0, :2, 1], scores[0, 2, 3] = 5.0, 5.0  # class 1 on the way, class 3 at the end
    scores[1, :2, 3], scores[1, 2, 1] = 5.0, 5.0
    assert every_step_loss_and_accuracy(scores, torch.tensor([3, 3]))[1].item() == 0.5


@pytest.mark.parametrize("every_step", [False, True])
def test_the_first_step_of_training_moves_the_weights_by_that_gradient(every_step: bool) -> None:
    settings = preset(every_step=every_step, optimiser="sgd", rate=0.5, steps=1, dropout=0.0)
    run = begin(settings, dataset(), CPU)
    before = build(settings.model, dataset().interface)
    before.load_state_dict(run.weights())
    index = run.order[:10]  # type: ignore[union-attr]
    x = torch.from_numpy(dataset().train.inputs)[index]
    y = torch.from_numpy(dataset().train.targets)[index]
    ends = range(1, STEPS + 1) if every_step else [STEPS]
    loss = sum((cross_entropy(before(x[:, :end]), y) for end in ends), torch.zeros(())) / len(ends)
    torch.autograd.backward(loss)
    run.one_step()
    assert run.report().losses[0] == pytest.approx(loss.item(), abs=1e-6)
    after = run.weights()
    for name, weight in before.named_parameters():
        assert weight.grad is not None
        torch.testing.assert_close(after[name], weight.detach() - 0.5 * weight.grad, rtol=0, atol=1e-6)


def test_dropout_is_drawn_for_every_step() -> None:
    network = Network(Recurrent(stack=stacked(units=64), dropout=0.5), INTERFACE)
    network.initialise(torch.Generator().manual_seed(1))
    x = torch.zeros(1, 6, 3)
    dropped = network.after_every_step(x, torch.Generator().manual_seed(2))
    assert not torch.equal(dropped, network.after_every_step(x))


def test_early_answers_are_learnt_and_validation_counts_the_last_alone() -> None:
    def early(**settings: bool) -> float:
        """How much the toys' right class is believed after the first step, which decides it."""
        found = list(events(preset(rate=0.01, epochs=30, clip=1.0, **settings)))
        network = build(preset().model, dataset().interface)
        network.load_state_dict([event for event in found if isinstance(event, Snapshot)][-1].weights)
        test = dataset().test
        beliefs = [belief_by_step(network, torch.from_numpy(x))[0] for x in test.inputs]
        return float(np.mean([belief[y] for belief, y in zip(beliefs, test.targets, strict=True)]))

    assert early(every_step=True) > early(every_step=False) + 0.1


def test_the_loss_that_is_reported_is_the_mean_over_the_steps() -> None:
    """A network that knows nothing costs log(classes) at every step."""
    settings = preset(every_step=True, rate=1e-9, steps=1)
    progress = next(event for event in events(settings) if isinstance(event, Progress))
    assert progress.losses[0] == pytest.approx(np.log(3), abs=0.2)


IMPOSSIBLE = {
    "Words": Preset(title="x", data=Words(), model=Recurrent()),
    "answer of their own": Preset(title="x", data=BinaryAddition(), model=Recurrent()),
    "of their own at every step": Preset(title="x", data=Series(), model=Recurrent()),
    "convolution": Preset(title="x", data=Cifar10(), model=Convnet()),
    "backward half": Preset(title="x", data=StrokesDigits(), model=Recurrent(stack=stacked(bidirectional=True))),
    "read-out last": Preset(title="x", data=StrokesDigits(), model=Recurrent(readout="mean")),
}


@pytest.mark.parametrize("why", IMPOSSIBLE)
def test_where_it_cannot_be_the_field_says_why(why: str) -> None:
    impossible = msgspec.structs.replace(IMPOSSIBLE[why], training=Training(every_step=True))
    assert why in problems(impossible)["training.every_step"]
    assert "training.every_step" not in problems(IMPOSSIBLE[why])


def test_it_is_off_unless_switched_on_and_counts_in_memory() -> None:
    off, on = preset(), preset(every_step=True)
    assert not msgspec.convert({}, Training).every_step
    assert problems(on) == {}
    scores = 10 * (STEPS - 1) * 3 * 2 * 4  # of the further steps, with their gradients
    assert least_bytes(on, dataset().interface, 10) - least_bytes(off, dataset().interface, 10) == scores
