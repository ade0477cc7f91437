"""What is erased is really run again; what is explained is what was asked for; the document says all of it."""

import json
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from tests.recurrents import recurrent
from tests.small import digit_reader, story_teller, untrained
from workbench import paths
from workbench.config import BinaryAddition, Interface, Preset
from workbench.data.binary_addition import bits_of
from workbench.data.sources import interface as interface_of
from workbench.errors import BadInput
from workbench.insight.continuous import Continuous
from workbench.insight.erasing import belief_without, erase_each, without
from workbench.insight.explained import Explained
from workbench.insight.influence import influence
from workbench.models.network import Network
from workbench.outcome import outcome
from workbench.runs.network_file import load_network
from workbench.session.pad import drawn_four


def small(interface: Interface, **model: Any) -> Network:
    network = Network(recurrent(**{"units": 5, "embedding": 3, **model}), interface)
    network.initialise(torch.Generator().manual_seed(3))
    return network.requires_grad_(False).eval()


def answer(network: Network, x: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """The network's own scores and probabilities of one sample."""
    with torch.inference_mode():
        scores = network(x[None])[0]
    return scores.numpy(), scores.softmax(-1).numpy()


@pytest.mark.parametrize("read", [(9, 5), (3, 15), (45, 1)])
def test_every_row_and_patch_is_a_run_of_its_own(read: tuple[int, int]) -> None:
    network = small(Interface(*read, 0, 4, picture=(9, 5, 1)), bidirectional=True, readout="both_ends")
    x = torch.rand(9, 5, generator=torch.Generator().manual_seed(6))
    found = outcome(erase_each(Continuous(network), x, Explained("logit", 2)))
    assert found.patch == 4 and found.patch_scores.shape == (3, 2)
    for row in range(9):
        left = x.clone()
        left[row] = 0.0
        scores, shares = answer(network, left)
        assert found.row_scores[row] == pytest.approx(scores[2], abs=1e-6)
        assert found.row_shares[row] == pytest.approx(shares[2], abs=1e-6)
        assert found.rows[row] == pytest.approx(answer(network, x)[0][2] - scores[2], abs=2e-6)
    for down, across in np.ndindex(3, 2):
        left = x.clone()
        left[4 * down : 4 * down + 4, 4 * across : 4 * across + 4] = 0.0
        scores, shares = answer(network, left)
        assert found.patch_scores[down, across] == pytest.approx(scores[2], abs=1e-6)
        assert found.patch_shares[down, across] == pytest.approx(shares[2], abs=1e-6)
    assert found.runs == 15


def test_what_was_blank_is_not_run_again_and_changes_nothing() -> None:
    network = small(Interface(9, 5, 0, 4, picture=(9, 5, 1)))
    x = torch.rand(9, 5, generator=torch.Generator().manual_seed(6))
    x[:8] = 0.0
    found = outcome(erase_each(Continuous(network), x, Explained("logit", 2)))
    assert not found.rows[:8].any() and found.rows[8] != 0.0
    assert found.runs == 1 + 2


@pytest.mark.parametrize("every_step", [False, True])
@pytest.mark.parametrize("reads", ["one_hot", "embedding", "scalar"])
def test_a_word_that_is_erased_is_left_out(reads: str, every_step: bool) -> None:
    network = small(Interface(5, 0, 7, 7, every_step=every_step), input=reads)
    words = [3, 1, 4, 1, 5]
    found = outcome(erase_each(Continuous(network), torch.tensor(words), Explained("logit", 6)))
    for t in range(5):
        scores, shares = answer(network, torch.tensor(words[:t] + words[t + 1 :]))
        last = (scores[-1], shares[-1]) if every_step else (scores, shares)
        assert found.row_scores[t] == pytest.approx(last[0][6], abs=1e-6)
        assert found.row_shares[t] == pytest.approx(last[1][6], abs=1e-6)
    assert found.patch_scores.tolist() == found.row_scores.tolist()


def test_the_last_word_that_is_left_becomes_nothing() -> None:
    asked = Continuous(small(Interface(5, 0, 7, 7), input="one_hot"))
    x = torch.tensor([3, 1])
    assert without(asked, x, np.array([True, False])).shape == (1, 1, 7)
    assert not without(asked, x, np.array([True, True])).any()
    one = outcome(erase_each(asked, torch.tensor([3]), Explained("logit", 6)))
    with torch.inference_mode():
        expected = asked.network.answer_to(torch.zeros(1, 1, 7))[0, 6]  # type: ignore[operator]
    assert one.row_scores[0] == pytest.approx(float(expected), abs=1e-6)


def test_belief_without_some_pixels_is_that_of_the_erased_picture() -> None:
    network = small(Interface(14, 56, 0, 4, picture=(28, 28, 1)))
    x = torch.rand(28, 28, generator=torch.Generator().manual_seed(6))
    erased = np.zeros((28, 28), dtype=np.bool_)
    erased[3:9, 5:20] = erased[27, 27] = True
    np.testing.assert_allclose(
        belief_without(Continuous(network), x, erased), answer(network, x * torch.from_numpy(~erased))[1], atol=1e-6
    )


def test_of_colours_a_pixel_is_erased_in_all_channels() -> None:
    network = small(Interface(6, 6, 0, 4, picture=(6, 2, 3)))
    x = torch.rand(6, 6, generator=torch.Generator().manual_seed(6))
    erased = np.zeros((6, 2), dtype=np.bool_)
    erased[4, 1] = True
    left = x.clone()
    left[4, 3:] = 0.0
    np.testing.assert_allclose(belief_without(Continuous(network), x, erased), answer(network, left)[1], atol=1e-6)


def test_of_bits_each_number_is_erased_and_the_belief_is_that_of_every_bit() -> None:
    network = small(interface_of(BinaryAddition()))
    x = torch.tensor([[0, 1], [1, 1], [1, 0], [0, 0]], dtype=torch.float32)
    asked = Continuous(network)
    found = outcome(erase_each(asked, x, Explained("logit", 0, step=3)))
    assert found.patch == 1 and found.patch_scores.shape == (4, 2)
    left = x.clone()
    left[1, 0] = 0.0
    with torch.inference_mode():
        scores = network(left[None])[0, :, 0]
    assert found.patch_scores[1, 0] == pytest.approx(float(scores[3]), abs=1e-6)
    assert found.patch_shares[1, 0] == pytest.approx(float(scores[3].sigmoid()), abs=1e-6)
    erased = np.zeros((4, 2), dtype=np.bool_)
    erased[1, 0] = True
    np.testing.assert_allclose(belief_without(asked, x, erased), scores.sigmoid().numpy(), atol=1e-6)


# --- without a window -------------------------------------------------------------------------------------------------

PICTURE = np.random.default_rng(1).random((28, 28), dtype=np.float32)


def test_without_being_told_it_explains_the_answer() -> None:
    trained = digit_reader()
    found = influence(trained, PICTURE)
    scores, shares = answer(trained.network(), torch.from_numpy(PICTURE))  # type: ignore[arg-type]
    assert found.explained.output == shares.argmax() and found.explained.name == str(shares.argmax())
    np.testing.assert_allclose(found.belief, shares, atol=1e-6)
    assert found.gradients is not None and found.erasures is not None
    assert found.gradients.score == pytest.approx(scores.max(), abs=1e-6)
    assert found.erasures.score == pytest.approx(scores.max(), abs=1e-6)
    assert found.parts("gradients").shape == found.parts("erasing").shape == (28, 28)
    np.testing.assert_allclose(found.rows("gradients"), found.gradients.parts.sum(axis=1))
    assert found.parts("erasing")[5, 9] == found.erasures.patches[1, 2]


def test_the_document_is_json_and_says_all_of_it() -> None:
    found = influence(digit_reader(), PICTURE, "3", against="5")
    document = json.loads(json.dumps(found.document()))
    assert document["explained"]["what"] == "the logit of 3 above that of 5"
    assert (document["explained"]["class"], document["explained"]["against"]) == ("3", "5")
    assert document["nothing"] == "a blank picture"
    assert found.gradients is not None
    assert document["gradients"]["sum"] == pytest.approx(sum(map(sum, document["gradients"]["parts"])))
    assert abs(document["gradients"]["sum"] - document["gradients"]["difference"]) <= 0.01 * abs(
        document["gradients"]["difference"]
    )
    assert len(document["erasing"]["rows"]["fall"]) == 28 and len(document["erasing"]["patches"]["score"]) == 7
    assert any("add up to" in line for line in found.lines())


def test_words_are_named() -> None:
    trained = story_teller()
    found = influence(trained, np.array([0, 4, 2], dtype=np.int64))
    assert found.words == tuple(trained.classes[k] for k in (0, 4, 2))
    document = found.document()
    assert document["erasing"]["how"] == "left out" and document["nothing"] == "the zero vector for every word"
    assert len(document["erasing"]["rows"]["probability"]) == len(document["gradients"]["rows"]) == 3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"class_name": "x"}, "expected one of 0, 1"),
        ({"class_name": "3", "against": "3"}, "expected another class"),
        ({"step": 2}, "the answer after the last step is explained"),
    ],
)
def test_what_cannot_be_explained_is_said(given: dict[str, object], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        influence(digit_reader(), PICTURE, **given)  # type: ignore[arg-type]


def test_of_bits_one_says_the_step() -> None:
    preset = Preset(title="Bits", data=BinaryAddition(), model=recurrent(units=5))
    trained = untrained("bits", preset, interface_of(BinaryAddition()), ("1",))
    x = np.array([[0, 1], [1, 1], [1, 0]], dtype=np.float32)
    assert influence(trained, x).explained.step == 2
    assert influence(trained, x, step=0).document()["explained"]["what"] == "the logit of bit 0"
    with pytest.raises(BadInput, match="expected 0 to 2"):
        influence(trained, x, step=3)
    with pytest.raises(BadInput, match="choose a step"):
        influence(trained, x, "1")


def test_words_told_as_vectors_are_explained_by_their_cosine() -> None:
    interface = Interface(4, 0, 6, 3, answer="vector", vectors=3)
    network = small(interface, input="word_vectors")
    vectors = torch.randn(6, 3, generator=torch.Generator().manual_seed(2))
    network.input.take(vectors)
    asked = Continuous(network)
    x = torch.tensor([3, 1, 4])
    with torch.inference_mode():
        told = network(x[None])[0]
        cosine = float(torch.nn.functional.cosine_similarity(told, vectors[5], dim=0))
    found = outcome(erase_each(asked, x, Explained("cosine", 5)))
    assert found.score == found.share == pytest.approx(cosine, abs=1e-6)
    assert asked.belief(asked.scores(asked.numbers(x))).shape == (6,)


@pytest.mark.parametrize("preset_id", ["digits-best", "mnist-lstm", "story-belling-the-cat", "binary-addition-lstm"])
def test_of_the_networks_that_come_along_the_sum_is_the_rise_of_the_score(preset_id: str) -> None:
    trained = load_network(paths.networks() / f"{preset_id}.safetensors")
    inputs: NDArray[np.generic] = drawn_four()
    if trained.interface.symbols:
        inputs = np.arange(5, dtype=np.int64)
    elif trained.interface.picture is None:
        inputs = bits_of(91, 55, 8)
    found = influence(trained, inputs, methods=("gradients",))
    network = trained.network()
    with torch.inference_mode():
        score = network(torch.from_numpy(inputs)[None])
        if isinstance(network, Network) and trained.interface.symbols:
            nothing = network.answer_to(torch.zeros_like(network.input(torch.from_numpy(inputs)[None])))
        else:
            nothing = network(torch.zeros(1, *inputs.shape))
    # The last answer, and of its classes the likeliest.
    last, none = (scores.reshape(-1, scores.shape[-1])[-1] for scores in (score, nothing))
    rise = float((last - none)[last.argmax()])
    assert found.parts("gradients").sum() == pytest.approx(rise, rel=0.01)
    assert found.gradients is not None and found.gradients.closes and found.gradients.points <= 256
