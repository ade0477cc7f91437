"""Numbers and states in words."""

import numpy as np
import pytest

from workbench.data.dataset import Loading
from workbench.engine.events import Progress
from workbench.engine.score import Score, Share
from workbench.session.history import History
from workbench.ui.wording import duration, loading_sentence, percent, position, rate, score_sentence


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "0:00"), (42, "0:42"), (725, "12:05"), (3723, "1:02:03")])
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(("share", "text"), [(0.98654, "98.7"), (1.0, "100.0"), (0.9999, "99.9"), (0.0, "0.0")])
def test_percent_is_never_rounded_up_to_all(share: float, text: str) -> None:
    assert percent(share) == f"{text}\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("value", "text"), [(0.517, "0.52"), (48.12, "48.1"), (182.4, "182"), (23_356, "23,400"), (1e6, "1,000,000")]
)
def test_rates(value: float, text: str) -> None:
    assert rate(value) == text


def test_a_score_says_of_what_and_how_sure() -> None:
    score = Score(0.05, Share("MNIST's 10,000 test digits", 9865, 10_000))
    said = score_sentence(score).replace("\N{NO-BREAK SPACE}", " ")
    assert said == "98.7 % of MNIST's 10,000 test digits (95 % interval 98.4 to 98.9)"


def test_loading_says_how_far_it_is() -> None:
    assert loading_sentence(None) == "Starting"
    assert loading_sentence(Loading("Reading the text", 0, 0)) == "Reading the text"
    assert loading_sentence(Loading("Drawing", 1200, 67_000, "digits")) == "Drawing: 1,200 of 67,000 digits"


@pytest.mark.parametrize(("step", "epoch"), [(0, 1), (1, 1), (429, 1), (430, 2), (1716, 4)])
def test_position_counts_epochs_from_one(step: int, epoch: int) -> None:
    history = History("run", "preset")
    history.steps, history.steps_per_epoch = 1716, 429
    if step:
        one = np.ones(1, dtype=np.float32)
        history.fold(Progress(np.array([step], dtype=np.int64), one, one, one, 0.1))
    assert position(history) == f"step {step:,} of 1,716, epoch {epoch} of 4"
