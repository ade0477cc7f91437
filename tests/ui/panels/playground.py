"""What tests of the playground share: small untrained networks, and a session that is polled as the window does."""

from collections.abc import Callable
from typing import Any

import torch
from pytestqt.qtbot import QtBot

from tests.recurrents import recurrent
from workbench.config import DigitsMix, Interface, Preset, Recurrent, StrokesDigits, Words
from workbench.engine.trained import Trained
from workbench.models.build import build
from workbench.session.change import Change
from workbench.session.session import Session
from workbench.ui.panels.panel import Panel

VOCABULARY = ("the", "cat", "mouse", "said", "had", "a", "general", "council")


def digit_network(**model: object) -> Trained:
    """Reads pictures of 28 rows; its answers mean nothing, but they are real."""
    preset = Preset(title="Small digits", data=StrokesDigits(), model=_model(model))
    return _untrained(preset, Interface(28, 28, 0, 10, picture=(28, 28, 1)), tuple("0123456789"))


def pair_network(**model: object) -> Trained:
    """Reads the same pictures, two rows a step."""
    preset = Preset(title="Small pairs", data=DigitsMix(read="pairs"), model=_model(model))
    return _untrained(preset, Interface(14, 56, 0, 10, picture=(28, 28, 1)), tuple("0123456789"))


def pixel_network(**model: object) -> Trained:
    """Reads the same pictures, one pixel a step."""
    preset = Preset(title="Small pixels", data=StrokesDigits(read="pixels"), model=_model(model))
    return _untrained(preset, Interface(784, 1, 0, 10, picture=(28, 28, 1)), tuple("0123456789"))


def word_network(**model: object) -> Trained:
    """Tells words of a small vocabulary, reading the last three."""
    preset = Preset(title="Small story", data=Words(), model=_model(model))
    size = len(VOCABULARY)
    return _untrained(preset, Interface(3, 0, size, size), VOCABULARY)


def _model(changes: dict[str, Any]) -> Recurrent:
    return recurrent(**{"units": 8, "embedding": 4, **changes})


def _untrained(preset: Preset, interface: Interface, classes: tuple[str, ...]) -> Trained:
    torch.manual_seed(0)
    network = build(preset.model, interface)
    facts = {"test": {"accuracy": 0.5, "on": "4 test digits"}}
    return Trained("small", preset, interface, classes, dict(network.state_dict()), 12, facts)


class Hand:
    """Lets the session go on, and the panel show it, as the window's ticker does."""

    def __init__(self, qtbot: QtBot, panel: Panel) -> None:
        self.qtbot, self.panel = qtbot, panel

    @property
    def session(self) -> Session:
        return self.panel.session

    def look(self) -> Change:
        change = self.session.poll()
        if change & self.panel.listens:
            self.panel.refresh()
        return change

    def until(self, holds: Callable[[], bool]) -> None:
        def looked() -> bool:
            self.look()
            return holds()

        self.qtbot.waitUntil(looked, timeout=60_000)

    def until_answered(self) -> None:
        """Until the newest question has its answer, and the panel shows it."""
        task = self.session.looking.at

        def answered() -> bool:
            answer = self.session.looking.answers[task]
            return answer is not None and answer.question.number == self.session.looking.asked

        self.until(answered)
        self.panel.refresh()
