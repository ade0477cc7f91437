"""What a network tells of each sample, held to a count by hand and to NumPy's own softmax."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.adders import adder, teller
from tests.engine.test_words import TO_VECTORS
from tests.engine.test_words import dataset as vector_words
from tests.recurrents import recurrent
from tests.small import counting, digit_reader, story_teller
from workbench.config import BinaryAddition, Primes
from workbench.data.dataset import Split
from workbench.data.sources import load
from workbench.data.strokes import generate
from workbench.engine.batches import Samples
from workbench.engine.evaluate import evaluate
from workbench.insight.confusion import BATCH, Examined, counts, examine_samples
from workbench.models.build import build
from workbench.models.network import Network
from workbench.outcome import outcome


def drawn(count: int) -> Split:
    images, labels = generate(count, seed=4)
    return Split(images, labels.astype(np.int64), "drawn digits")


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(-1, keepdims=True)
    return shares


def test_every_count_is_the_one_counted_by_hand() -> None:
    random = np.random.default_rng(1)
    right, told = random.integers(0, 4, 300), random.integers(0, 4, 300)
    matrix = counts(right, told, 5)
    expected = [[0] * 5 for _ in range(5)]
    for a, b in zip(right.tolist(), told.tolist(), strict=True):
        expected[a][b] += 1
    assert matrix.tolist() == expected
    assert matrix.sum() == 300


def test_digits_are_read_as_one_by_one_in_double_precision() -> None:
    network, split = digit_reader().network(), drawn(BATCH + 20)  # more than one batch
    examined = outcome(examine_samples(network, split))
    assert examined is not None
    exact = digit_reader().network().double()
    for number in range(0, len(split), 9):
        picture = torch.from_numpy(split.inputs[number : number + 1]).double() / 255
        beliefs = softmax(exact(picture)[0].numpy())
        right = int(split.targets[number])
        assert examined.told[number] == beliefs.argmax()
        assert examined.right[number] == right
        assert examined.sure[number] == pytest.approx(beliefs.max(), abs=1e-6)
        assert examined.sure_of_right[number] == pytest.approx(beliefs[right], abs=1e-6)
        assert examined.losses[number] == pytest.approx(-np.log(beliefs[right]), abs=1e-5)
    matrix = counts(examined.right, examined.told, 10)
    assert np.diag(matrix).sum() == examined.correct
    score = outcome(evaluate(network, Samples(split, torch.device("cpu"))))
    assert score is not None
    assert (score.total.correct, score.total.count) == (examined.correct, len(examined))
    assert score.loss == pytest.approx(examined.losses.astype(np.float64).mean(), rel=1e-6)


def test_the_hardest_come_first_and_a_cell_holds_its_own() -> None:
    examined = outcome(examine_samples(digit_reader().network(), drawn(200)))
    assert examined is not None
    order = examined.hardest()
    assert sorted(order.tolist()) == list(range(200))
    assert (np.diff(examined.losses[order]) <= 0).all()
    wrong = examined.wrong()
    assert set(wrong.tolist()) == {n for n in range(200) if examined.told[n] != examined.right[n]}
    assert (np.diff(examined.losses[wrong]) <= 0).all()
    matrix = counts(examined.right, examined.told, 10)
    for right in range(10):
        for told in range(10):
            cell = examined.cell(right, told)
            assert len(cell) == matrix[right, told]
            assert all(examined.right[n] == right and examined.told[n] == told for n in cell)


def test_of_equal_losses_the_first_one_comes_first() -> None:
    losses = np.array([1, 2, 2, 1], dtype=np.float32)
    zeros = np.zeros(4, dtype=np.int64)
    examined = Examined(zeros, zeros, losses, losses, losses, np.array([False, True, False, False]))
    assert examined.hardest().tolist() == [1, 2, 0, 3]
    assert examined.wrong().tolist() == [2, 0, 3]


def test_it_can_be_stopped() -> None:
    work = examine_samples(digit_reader().network(), drawn(BATCH + 1))
    next(work)
    with pytest.raises(StopIteration) as stopped:
        work.send("stop")
    assert stopped.value.value is None


def test_words_are_judged_by_the_word_after_the_window(tmp_path: Path) -> None:
    dataset = outcome(load(counting(tmp_path).data))
    teller_of_words = story_teller()
    network = teller_of_words.network()
    split = Split(dataset.test.inputs[:, :2], dataset.test.targets, "windows")
    examined = outcome(examine_samples(network, split))
    assert examined is not None
    beliefs = softmax(network(torch.from_numpy(split.inputs)).detach().double().numpy())
    beliefs = beliefs[:, -1] if beliefs.ndim == 3 else beliefs
    right = split.targets[:, -1] if split.targets.ndim == 2 else split.targets
    assert examined.right.tolist() == right.tolist()
    assert examined.told.tolist() == beliefs.argmax(-1).tolist()
    assert examined.sure_of_right == pytest.approx(beliefs[np.arange(len(right)), right], abs=1e-6)


def test_of_told_vectors_the_nearest_word_is_what_was_told() -> None:
    data = vector_words(TO_VECTORS, 60, vectors=6)
    assert data.vectors is not None
    network = build(recurrent(units=8, input="word_vectors"), data.interface)
    network.initialise(torch.Generator().manual_seed(1))
    assert isinstance(network, Network)
    network.input.take(torch.from_numpy(data.vectors))
    examined = outcome(examine_samples(network.requires_grad_(False), data.test))
    assert examined is not None
    vectors = data.vectors.astype(np.float64)
    scores = network(torch.from_numpy(data.test.inputs)).double().numpy()
    lengths = np.linalg.norm(scores, axis=1)[:, None] * np.linalg.norm(vectors, axis=1)[None, :]
    cosines = scores @ vectors.T / lengths
    right = np.asarray(data.test.targets, dtype=np.int64)
    assert examined.told.tolist() == cosines.argmax(1).tolist()
    assert examined.sure == pytest.approx(cosines.max(1), abs=1e-5)
    assert examined.sure_of_right == pytest.approx(cosines[np.arange(len(right)), right], abs=1e-5)
    assert examined.losses == pytest.approx(((scores - vectors[right]) ** 2).mean(1), abs=1e-5)


def test_bits_are_counted_one_by_one_and_sums_as_a_whole() -> None:
    dataset = outcome(load(BinaryAddition(train=300)))
    split = Split(dataset.test.inputs[:400], dataset.test.targets[:400], "sums")
    perfect = outcome(examine_samples(adder().network(), split))
    assert perfect is not None
    assert perfect.correct == 400
    assert len(perfect.wrong()) == 0
    without_carry = outcome(examine_samples(adder(right=False).network(), split))
    assert without_carry is not None
    bits = np.asarray(split.inputs, dtype=np.int64)
    told = (bits.sum(-1) % 2)[..., None]  # a network that knows no carry adds each place by itself
    right = np.asarray(split.targets, dtype=np.int64)
    assert without_carry.told.reshape(told.shape).tolist() == told.tolist()
    matrix = counts(without_carry.right, without_carry.told, 2)
    assert matrix.tolist() == [
        [int(((right == a) & (told == b)).sum()) for b in (0, 1)] for a in (0, 1)
    ]  # fmt: skip
    assert matrix.sum() == right.size
    assert without_carry.correct == int((told == right).reshape(400, -1).all(axis=1).sum())
    wrongly_one = set(without_carry.cell(0, 1).tolist())
    assert wrongly_one == {n for n in range(400) if ((right[n] == 0) & (told[n] == 1)).any()}
    assert (without_carry.sure >= 0.5).all()


def test_numbers_are_neither_right_nor_wrong() -> None:
    dataset = outcome(load(Primes()))
    examined = outcome(examine_samples(teller(Primes(), 0.25).network(), dataset.test))
    assert examined is not None
    assert examined.is_right is None
    assert len(examined.wrong()) == examined.correct == 0
    targets = np.asarray(dataset.test.targets, dtype=np.float64).ravel()  # each of the ten primes is told
    squared = (targets - 0.25) ** 2
    assert len(examined) == 10
    assert examined.losses == pytest.approx(squared, abs=1e-6)
    assert examined.hardest()[0] == int(squared.argmax())
