"""The Cell panel: the unit and step that are looked at, in numbers that hold; time can be walked and played."""

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.panels.playground import Hand, digit_network, word_network
from workbench.insight.clamp import Clamp
from workbench.session.session import Session
from workbench.ui.panels.cell import CellPanel
from workbench.ui.theme import DARK, LIGHT
from workbench.ui.widgets.stages import stage_as_html


@pytest.fixture
def hand(qtbot: QtBot, session: Session) -> Hand:
    panel = CellPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(430, 480)
    panel.show()
    panel.refresh()
    return Hand(qtbot, panel)


@pytest.fixture
def panel(hand: Hand) -> CellPanel:
    assert isinstance(hand.panel, CellPanel)
    return hand.panel


def look_at_digit(hand: Hand, **model: object) -> None:
    hand.session.networks.use(digit_network(**model), "bundled")
    hand.session.look_at("digits")
    hand.until_answered()


def press(hand: Hand, button: Callable[[], None]) -> None:
    button()
    hand.look()


def playing(panel: CellPanel) -> tuple[bool, int | None]:
    """Whether time is played, and the last stage that is lit."""
    return panel.is_playing, panel.diagram.stage


def test_it_loads_no_torch() -> None:
    code = "import sys, workbench.ui.panels.cell; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_a_network_it_says_what_will_be_here(panel: CellPanel) -> None:
    assert panel.empty.isVisible() and "One cell of it will be drawn here" in panel.empty.text()
    assert not panel.diagram.isVisible()


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn-tanh", "rnn-relu"])
def test_it_shows_the_chosen_unit_at_the_shared_step(hand: Hand, panel: CellPanel, cell: str) -> None:
    look_at_digit(hand, cell=cell)
    hand.session.point_at(12)
    hand.session.point_at_unit(5)
    hand.look()
    answer, shown = hand.session.answer, panel.cell
    assert answer is not None and shown is not None
    assert (shown.unit, shown.step, shown.before) == (5, 12, 11)
    assert panel.unit.value() == 5 and panel.where.text().startswith("Step 12 ")
    traced = answer.trace.layers[0].gates
    for gate, values in traced.items():  # the equations give what the heatmaps show
        assert shown.flows[gate] == pytest.approx(float(values[5, 12]), abs=2e-6)
    for stage, text in zip(shown.stages, panel.stages.texts, strict=False):
        assert text.isVisibleTo(panel)
        for equation in stage.equations:
            assert f"{equation.shown}</b>" in text.text()
            assert str(equation) in text.accessibleDescription()
    assert panel.diagram.cell is shown


def test_while_nobody_chose_a_unit_it_is_the_one_that_moves_most(hand: Hand, panel: CellPanel) -> None:
    look_at_digit(hand)
    answer = hand.session.answer
    assert answer is not None and panel.cell is not None
    assert panel.cell.unit == int(np.ptp(answer.trace.layers[0].gates["h"], axis=1).argmax())
    assert hand.session.looking.unit is None


def test_the_step_stays_when_the_pointer_leaves(hand: Hand, panel: CellPanel) -> None:
    look_at_digit(hand)
    hand.session.point_at(7)
    hand.look()
    hand.session.point_at(None)
    hand.look()
    assert panel.cell is not None and panel.cell.step == 7


def test_buttons_and_keys_walk_the_steps_and_units(hand: Hand, panel: CellPanel) -> None:
    look_at_digit(hand)
    assert panel.cell is not None and panel.cell.step == 0
    assert not panel.back.isEnabled() and panel.back.toolTip() == "This is the first step"
    press(hand, panel.forward.click)
    press(hand, panel.forward.click)
    assert hand.session.looking.cursor == 2
    press(hand, panel.back.click)
    assert panel.cell.step == 1 and panel.back.isEnabled()
    QTest.keyClick(panel.diagram, Qt.Key.Key_Right)
    hand.look()
    assert panel.cell.step == 2
    panel.unit.setValue(3)
    hand.look()
    QTest.keyClick(panel.diagram, Qt.Key.Key_Down)
    hand.look()
    assert hand.session.looking.unit == 4 and panel.cell.unit == 4
    hand.session.point_at(27)
    hand.look()
    assert not panel.forward.isEnabled()


def test_play_lights_stage_after_stage_and_goes_on_to_the_next_step(hand: Hand, panel: CellPanel) -> None:
    look_at_digit(hand)
    panel.play.click()
    assert playing(panel) == (True, 0)
    for stage in (1, 2, 3):
        panel.play_on()
        assert panel.diagram.stage == stage
    panel.play_on()
    hand.look()
    assert panel.cell is not None and panel.cell.step == 1 and panel.diagram.stage == 0
    panel.play.click()
    assert playing(panel) == (False, None)


def test_play_ends_after_the_last_step_and_begins_anew_from_there(hand: Hand, panel: CellPanel) -> None:
    look_at_digit(hand, cell="rnn-tanh")
    hand.session.point_at(27)
    hand.look()
    panel.play.click()
    hand.look()
    assert panel.cell is not None and panel.cell.step == 0
    assert playing(panel) == (True, 0)
    hand.session.point_at(27)
    hand.look()
    for _ in panel.cell.stages:
        panel.play_on()
    assert playing(panel) == (False, None)


def test_a_backward_half_is_played_as_it_reads(hand: Hand, panel: CellPanel) -> None:
    look_at_digit(hand, bidirectional=True)
    panel.layer.setCurrentIndex(1)
    panel.layer.activated.emit(1)
    hand.session.point_at(20)
    hand.look()
    assert hand.session.looking.layer == 1 and panel.layer.isVisible()
    assert panel.cell is not None and (panel.cell.direction, panel.cell.before) == ("backward", 21)
    assert panel.layer.currentText() == "Layer 0, backward" and "mark step 21" in panel.caption.text()
    panel.play.click()
    for _ in panel.cell.stages:
        panel.play_on()
    hand.look()
    assert panel.cell.step == 19
    panel.play.click()


def test_time_stands_still_while_nobody_looks(hand: Hand, panel: CellPanel) -> None:
    look_at_digit(hand)
    panel.play.click()
    panel.hide()
    assert not panel.is_playing


def test_words_that_were_read_are_told(hand: Hand, panel: CellPanel) -> None:
    hand.session.networks.use(word_network(), "bundled")
    hand.session.look_at("words")
    hand.until_answered()
    hand.session.point_at(1)
    hand.look()
    assert "reads “a”" in panel.caption.text()


def test_another_network_with_fewer_units_and_layers_is_shown_within_its_bounds(hand: Hand, panel: CellPanel) -> None:
    look_at_digit(hand, layers=2)
    hand.session.look_at_layer(1)
    hand.session.point_at_unit(7)
    hand.look()
    look_at_digit(hand, units=3)
    assert panel.cell is not None
    assert (panel.cell.layer, panel.cell.unit, panel.unit.maximum()) == (0, 2, 2)


def test_a_gate_that_is_held_is_said_to_be(hand: Hand, panel: CellPanel) -> None:
    look_at_digit(hand)
    hand.session.clamping.put([Clamp(0, "forward", "f", 1.0)])
    hand.until_answered()
    assert panel.cell is not None and panel.cell.flows["f"] == 1.0
    assert "held at" in panel.stages.texts[0].text() and "held at 1.000" in panel.diagram.accessibleDescription()
    assert "held at" not in panel.stages.texts[1].text()


def test_gates_have_their_own_colours_in_the_equations(hand: Hand, panel: CellPanel) -> None:
    look_at_digit(hand)
    assert panel.cell is not None
    for theme in (LIGHT, DARK):
        html = stage_as_html(panel.cell.stages[2], theme)  # c = f c' + i g
        assert all(theme.gate(gate).name() in html for gate in "cfig")
    panel.set_theme(DARK)
    assert DARK.gate("f").name() in panel.stages.texts[0].text()


def test_a_network_that_diverged_is_said_to_have(hand: Hand, panel: CellPanel) -> None:
    trained = digit_network()
    trained.weights["layers.0.weight_ih_l0"].fill_(float("nan"))
    hand.session.networks.use(trained, "bundled")
    hand.session.look_at("digits")
    hand.until_answered()
    assert panel.empty.isVisible() and "not finite" in panel.empty.text()
    look_at_digit(hand)
    assert panel.diagram.isVisible()
