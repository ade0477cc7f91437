"""What people do to find out what mattered, in the real window with the networks that come along."""

import numpy as np
import pytest
import torch
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QPushButton, QWidget

from tests.ui.person import Person, Story, live
from workbench.bench.mouse import Hand
from workbench.bench.pictures import FOUR
from workbench.ui.widgets.canvas import DigitCanvas
from workbench.ui.widgets.compared import ComparedBars
from workbench.ui.widgets.influence_map import InfluenceMap
from workbench.ui.widgets.influence_words import InfluenceWords

CTRL = Qt.KeyboardModifier.ControlModifier


def show(person: Person) -> None:
    dock = person.find("influenceDock", QDockWidget)
    dock.show()
    dock.raise_()


def drag(view: QWidget, places: list[QPointF]) -> None:
    """Presses at the first place, moves over the others and lets go at the last."""
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * len(places[1:]), QEvent.Type.MouseButtonRelease]
    for kind, place in zip(kinds, [*places, places[-1]], strict=True):
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        seen = QPointF(view.mapToGlobal(place.toPoint()))
        event = QMouseEvent(kind, place, seen, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(view, event)


def test_erasing_a_drawn_four_until_it_is_none() -> None:
    def story(person: Person) -> Story:
        session = person.window.session
        desk = session.influence
        yield lambda: session.answer is not None
        hand = Hand(person.find("digitCanvas", QWidget))
        for stroke in FOUR:
            hand.stroke(stroke)
        yield lambda: session.looking.answered == session.looking.asked
        show(person)
        yield lambda: person.window.findChild(InfluenceMap) is not None
        view = person.find("influenceMap", InfluenceMap)
        answer = session.answer
        assert answer is not None
        inputs, trained = answer.question.probe.inputs, answer.question.trained
        yield lambda: desk.mattered is not None and np.array_equal(desk.mattered.asked.inputs, inputs)
        yield lambda: view.values is not None
        assert "the logit of 4" in person.text("influenceSum")
        values = view.values
        assert values is not None and desk.mattered is not None and desk.mattered.influence is not None
        with torch.inference_mode():
            x = torch.from_numpy(np.stack([inputs, np.zeros_like(inputs)]))
            scores = trained.network()(x)[:, 4].tolist()
        assert values.sum() == pytest.approx(scores[0] - scores[1], rel=0.01)

        # Nearly all of it.
        places = [view.part_box(row, column).center() for row in range(0, 28, 2) for column in (4, 24)]
        drag(view, places)
        yield lambda: desk.remains is not None and desk.remains.erased.parts == desk.erased
        remains = desk.remains
        assert remains is not None
        left = inputs.copy().ravel()
        left[sorted(desk.erased)] = 0.0
        with torch.inference_mode():
            expected = trained.network()(torch.from_numpy(left.reshape(1, 28, 28)))[0].softmax(-1).tolist()
        np.testing.assert_allclose(remains.after, expected, atol=1e-6)
        assert remains.before[4] > 0.9 and expected[4] < 0.5
        bars = person.find("influenceBelief", ComparedBars)
        yield lambda: [row.held for row in bars.rows] == remains.after.tolist()
        assert person.text("influenceTold").startswith("Without ")

        # The menu has the same keys for the pad, which stays as it is.
        canvas = person.find("digitCanvas", DigitCanvas)
        view.setFocus()
        person.press(Qt.Key.Key_Z, CTRL)
        yield lambda: not desk.erased and not view.gone
        person.press(Qt.Key.Key_Y, CTRL)
        restore = person.find("influenceRestore", QPushButton)
        yield lambda: bool(desk.erased) and restore.isEnabled()
        restore.click()
        person.press(Qt.Key.Key_Home)
        person.press(Qt.Key.Key_Delete)
        yield lambda: desk.erased == set(range(28))
        assert len(canvas.drawing.strokes) == 2
        person.press(Qt.Key.Key_Q, CTRL)

    live(story)


def test_leaving_out_a_word_of_the_fable() -> None:
    def story(person: Person) -> Story:
        session = person.window.session
        yield lambda: session.answer is not None and not session.networks.is_loading
        show(person)
        session.look_at("words")
        yield lambda: session.answer is not None and session.answer.question.probe.inputs.ndim == 1
        words = person.find("influenceWords", InfluenceWords)
        yield lambda: words.isVisible() and words.values is not None
        assert words.words == ("had", "a", "general")
        assert "zero vectors in place of the words" in person.text("influenceSum")
        middle = words.boxes()[2].center()
        drag(words, [middle])
        yield lambda: session.influence.remains is not None
        yield lambda: person.find("influenceTold", QLabel).text().startswith("Without 1 word")
        answer, remains = session.answer, session.influence.remains
        assert answer is not None and remains is not None
        with torch.inference_mode():
            scores = answer.question.trained.network()(torch.from_numpy(answer.question.probe.inputs[:2])[None])
        np.testing.assert_allclose(remains.after, scores[0, -1].softmax(-1).numpy(), atol=1e-6)
        person.press(Qt.Key.Key_Q, CTRL)

    live(story)
