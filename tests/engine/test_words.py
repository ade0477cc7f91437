"""Learning from words: streams carry their state on and are gone on with exactly, vectors are told and compared."""

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch.nn.functional import cosine_similarity, cross_entropy

from tests.engine.toy import CPU
from tests.recurrents import recurrent
from workbench.config import Interface, Model, Preset, Training, Words
from workbench.data.dataset import Dataset
from workbench.data.vocabulary import numbered
from workbench.data.words import _splits
from workbench.engine import events as happened
from workbench.engine.batches import Samples
from workbench.engine.evaluate import READERS, WINDOWS_EACH, evaluate
from workbench.engine.events import Checkpoint, Event, Progress
from workbench.engine.passes import Passes
from workbench.engine.state import TrainerState
from workbench.engine.stream import Streams
from workbench.engine.torch_run import RECENT
from workbench.engine.train import train
from workbench.errors import BadInput
from workbench.models.build import build
from workbench.models.network import Network
from workbench.outcome import outcome

STREAM = Words(text="any", window=5, targets="every", reading="stream", split="characters")


def dataset(data: Words, length: int = 400, vectors: int = 0) -> Dataset:
    """A text of chance: letters that follow their like half of the time."""
    random = np.random.default_rng(0)
    letters = [0]
    for _ in range(length - 1):
        letters.append(letters[-1] if random.random() < 0.5 else int(random.integers(4)))
    text = numbered(["abcd"[letter] for letter in letters])
    train_split, validation, test = _splits(data, text)
    interface = Interface(
        data.window, 0, 4, vectors or 4, data.targets == "every", "vector" if vectors else "class", vectors=vectors
    )
    given = random.normal(size=(4, vectors)).astype(np.float32) if vectors else None
    return Dataset(interface, train_split, validation, test, text.words, vectors=given)


def preset(data: Words, model: Model, **training: object) -> Preset:
    settings = msgspec.convert({"batch": 3, "epochs": 2, "rate": 0.01, **training}, Training)
    return Preset(title="Letters", data=data, model=model, training=settings)


def events(preset: Preset, data: Dataset, state: TrainerState | None = None) -> Iterator[Event]:
    return (event for event in train(preset, data, CPU, state=state) if event is not None)


# --- streams ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("samples", "window", "batch"), [(395, 5, 3), (17, 5, 3), (5, 5, 50), (396, 7, 4)])
def test_every_reader_goes_through_a_stretch_of_its_own_without_a_gap(samples: int, window: int, batch: int) -> None:
    streams = Streams.through(samples, window, batch)
    for offset in (0, window - 1):
        read = streams.order(offset).reshape(streams.per_epoch, streams.batch)
        assert read.min() >= 0
        assert read.max() < samples
        assert (read.diff(dim=0) == window).all()
        assert (read[0].diff() == window * streams.per_epoch).all()
    left = samples - streams.batch * streams.per_epoch * window
    assert 0 <= left < streams.batch * window


def test_a_stream_is_trained_as_one_long_sequence_whose_way_back_is_cut() -> None:
    # With a rate of nearly nothing the weights stay, and each loss is that of the whole stretch read at once.
    data, settings = dataset(STREAM), preset(STREAM, recurrent(units=6, embedding=3), epochs=1, rate=1e-30)
    losses = np.concatenate([event.losses for event in events(settings, data) if isinstance(event, Progress)])
    network = build(settings.model, data.interface)
    network.initialise(torch.Generator().manual_seed(settings.training.seed + 2))
    offset = int(torch.randint(5, (), generator=torch.Generator().manual_seed(settings.training.seed)))
    streams = Streams.through(len(data.train), 5, 3)
    symbols = torch.from_numpy(np.append(data.train.inputs[:, 0], data.train.targets[-5:]).copy())
    stretch = 5 * streams.per_epoch
    starts = [offset + reader * stretch for reader in range(3)]
    x = torch.stack([symbols[start : start + stretch] for start in starts])
    y = torch.stack([symbols[start + 1 : start + 1 + stretch] for start in starts])
    with torch.no_grad():
        each = cross_entropy(network(x).flatten(0, 1), y.flatten(), reduction="none").reshape(3, streams.per_epoch, 5)
    np.testing.assert_allclose(losses, each.mean(dim=(0, 2)).numpy(), rtol=1e-5)


def test_a_stream_is_scored_on_every_step_with_all_that_came_before() -> None:
    data = dataset(STREAM, 500)
    network = Network(recurrent(units=6, embedding=3, cell="gru"), data.interface)
    network.initialise(torch.Generator().manual_seed(0))
    score = outcome(evaluate(network, Samples(data.test, CPU)))
    assert score is not None
    readers = len(data.test) // (5 * WINDOWS_EACH)
    assert 1 < readers <= READERS
    streams = Streams.through(len(data.test), 5, readers)
    losses, right = [], 0
    for reader in range(streams.batch):
        stretch = 5 * streams.per_epoch
        start = reader * stretch
        read = torch.from_numpy(data.test.inputs[start : start + stretch, 0].copy())
        following = torch.from_numpy(data.test.targets[start : start + stretch, 0].copy())
        with torch.no_grad():
            scores = network(read[None])[0]
        losses.append(cross_entropy(scores, following))
        right += int((scores.argmax(-1) == following).sum())
    assert score.loss == pytest.approx(float(torch.stack(losses).mean()), rel=1e-5)
    assert (score.total.correct, score.total.count) == (right, streams.batch * streams.per_epoch * 5)
    assert {fact.name: fact.value for fact in score.facts} == {"perplexity": pytest.approx(np.exp(score.loss))}


@pytest.mark.parametrize("model", [{"cell": "lstm", "layers": 2, "dropout": 0.2}, {"cell": "gru"}, {"peepholes": True}])
def test_a_stream_gone_on_with_ends_the_same_to_the_bit(model: dict[str, Any]) -> None:
    data, settings = dataset(STREAM, 200), preset(STREAM, recurrent(units=5, embedding=3, **model))
    *_, whole = (event.state for event in events(settings, data) if isinstance(event, Checkpoint))
    for stop in (4, 13):  # within the first pass, and where a new one begins
        training = train(settings, data, CPU, report_seconds=0.0)
        event = next(training)
        while not isinstance(event, Checkpoint):
            event = training.send("stop" if isinstance(event, Progress) and event.steps[-1] == stop else None)
        state = event.state
        assert state.step == stop
        training.close()
        *_, again = (later.state for later in events(settings, data, state) if isinstance(later, Checkpoint))
        assert again.step == whole.step
        assert all(torch.equal(again.weights[name], weight) for name, weight in whole.weights.items())
        assert all(
            torch.equal(a, b) for one, other in zip(again.memory, whole.memory, strict=True)
            for a, b in zip(one, other, strict=True)
        )  # fmt: skip
    with pytest.raises(BadInput, match="its memory is not one of 2 readers"):
        list(events(preset(STREAM, settings.model, batch=2), data, state))


# --- windows in turn --------------------------------------------------------------------------------------------------

IN_TURN = Words(text="any", window=3, reading="in_turn", split="characters")


@pytest.mark.parametrize(("samples", "stride"), [(201, 4), (200, 4), (9, 4), (5, 4), (3, 4), (1, 4), (30, 2)])
def test_a_pass_goes_from_one_of_the_first_windows_to_the_end(samples: int, stride: int) -> None:
    passes = Passes.over(samples, stride)
    ways = [list(range(first, samples, stride)) for first in range(samples)][: stride + 1]
    assert passes.beginnings == len(ways)
    assert [passes.order(first).tolist() for first in range(passes.beginnings)] == [
        way[: min(map(len, ways))] for way in ways
    ]
    drawn = {int(passes.drawn_order(torch.Generator().manual_seed(seed))[0]) for seed in range(60)}
    assert drawn == set(range(passes.beginnings))


def test_windows_that_two_beginnings_lead_to_are_read_twice_as_often() -> None:
    passes = Passes.over(201, 4)
    ways = torch.bincount(torch.cat([passes.order(first) for first in range(passes.beginnings)]), minlength=201)
    assert (ways[4:200:4] == 2).all()
    assert (ways[torch.arange(201) % 4 != 0] == 1).all()


def test_windows_are_read_in_turn_and_each_pass_begins_anew() -> None:
    # With a rate of nearly nothing the weights stay, and each loss is that of its window alone.
    model = recurrent(units=6, embedding=3)
    data, settings = dataset(IN_TURN, 40), preset(IN_TURN, model, batch=1, epochs=3, rate=1e-30)
    seen = list(events(settings, data))
    losses = np.concatenate([event.losses for event in seen if isinstance(event, Progress)])
    network = build(settings.model, data.interface)
    network.initialise(torch.Generator().manual_seed(settings.training.seed + 2))
    order = torch.Generator().manual_seed(settings.training.seed)
    firsts = [int(torch.randint(5, (), generator=order)) for _ in range(3)]
    read = [first + 4 * number for first in firsts for number in range(9)]  # from the last: 4, 8 ... 36 of 0 to 36
    with torch.no_grad():
        each = cross_entropy(
            network(torch.from_numpy(data.train.inputs[read])), torch.from_numpy(data.train.targets[read]),
            reduction="none",
        )  # fmt: skip
    np.testing.assert_allclose(losses, each.numpy(), rtol=1e-5)
    (score,) = (event.score for event in seen if isinstance(event, happened.Tested))
    assert score.total.count == 37  # read back, every window counts once


@pytest.mark.parametrize("batch", [1, 2])
def test_windows_in_turn_gone_on_with_end_the_same_to_the_bit(batch: int) -> None:
    model = recurrent(units=5, embedding=3, layers=2, dropout=0.2)
    data, settings = dataset(IN_TURN, 40), preset(IN_TURN, model, batch=batch, epochs=5)
    *_, whole = (event.state for event in events(settings, data) if isinstance(event, Checkpoint))
    each = 9 // batch
    assert (whole.step, whole.epoch, whole.batch) == (5 * each, 4, each)
    for stop in (2, each, each + 1, 3 * each + 2):  # within a pass, at its end, and where a new one begins
        training = train(settings, data, CPU, report_seconds=0.0)
        event = next(training)
        while not isinstance(event, Checkpoint):
            event = training.send("stop" if isinstance(event, Progress) and event.steps[-1] == stop else None)
        state = event.state
        training.close()
        assert state.step == stop
        *_, again = (later.state for later in events(settings, data, state) if isinstance(later, Checkpoint))
        assert again.step == whole.step
        assert torch.equal(again.order, whole.order)
        assert all(torch.equal(again.weights[name], weight) for name, weight in whole.weights.items())


# --- vectors ----------------------------------------------------------------------------------------------------------

TO_VECTORS = Words(text="any", window=3, answer="vector", vector_width=6)


@pytest.mark.parametrize("tuned", [False, True])
def test_vectors_are_told_and_the_given_ones_stay_as_they_are(tuned: bool) -> None:
    data = dataset(TO_VECTORS, 60, vectors=6)
    assert data.vectors is not None
    settings = preset(TO_VECTORS, recurrent(units=8, input="word_vectors", tune_vectors=tuned), epochs=3)
    seen = list(events(settings, data))
    state = next(event for event in seen if isinstance(event, Checkpoint)).state
    assert torch.equal(state.weights["input.vectors"], torch.from_numpy(data.vectors))
    if tuned:
        assert not torch.equal(state.weights["input.embedding.weight"], torch.from_numpy(data.vectors))
    (score,) = (event.score for event in seen if isinstance(event, happened.Tested))
    network = build(settings.model, data.interface)
    network.load_state_dict(state.weights)
    x, y = torch.from_numpy(data.test.inputs), torch.from_numpy(data.test.targets)
    vectors = torch.from_numpy(data.vectors)
    with torch.no_grad():
        said = network(x)
    alike = torch.stack([cosine_similarity(said, vector[None]) for vector in vectors], dim=1)
    assert score.loss == pytest.approx(float((said - vectors[y]).square().mean()), rel=1e-5)
    assert score.total.correct == int((alike.argmax(1) == y).sum())
    facts = {fact.name: fact.value for fact in score.facts}
    assert facts["mean cosine to the right word"] == pytest.approx(float(alike[range(len(y)), y].mean()), rel=1e-5)
    losses = [loss for event in seen if isinstance(event, Progress) for loss in event.losses]
    assert losses[-1] < losses[0]


# --- the share right while training -----------------------------------------------------------------------------------


def test_the_last_thousand_steps_are_counted_as_articles_count_them() -> None:
    words = Words(text="any", window=3)
    data, settings = dataset(words, 60), preset(words, recurrent(units=4, embedding=3), batch=1, epochs=0, steps=1_050)
    seen = list(events(settings, data))
    shares = np.concatenate([event.accuracies for event in seen if isinstance(event, Progress)])
    (score,) = (event.score for event in seen if isinstance(event, happened.Tested))
    (part,) = score.parts
    assert (part.caption, part.count) == ("the last 1,000 steps while training", RECENT)
    assert part.correct == int(shares[-RECENT:].sum())
    assert 0 < part.correct < RECENT


def test_batches_of_several_and_few_steps_are_not_counted_so() -> None:
    words = Words(text="any", window=3)
    for training in ({"batch": 2, "steps": 20}, {"batch": 1, "steps": 20}):
        settings = preset(words, recurrent(units=4, embedding=3), epochs=0, **training)
        (score,) = (event.score for event in events(settings, dataset(words, 60)) if isinstance(event, happened.Tested))
        assert score.parts == ()
