"""The Gradients panel draws exactly what was measured, of the moment and the layer that are chosen."""

import math

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.small import digit_reader
from workbench.engine.events import Progress
from workbench.insight.flow import Flow, GradientFlow, LayerFlow, Norms
from workbench.insight.gradient_flow import answer_flow
from workbench.models.network import Network
from workbench.session.history import History
from workbench.session.session import Session
from workbench.ui.panels.gradients import GradientsPanel
from workbench.ui.theme import LIGHT

STEPS = 6


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> GradientsPanel:
    panel = GradientsPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(1100, 220)
    panel.show()
    qtbot.waitUntil(lambda: panel.total is not None, timeout=60_000)
    return panel


def trained(number: int, cell: str = "lstm", moments: int = 3, steps: int = STEPS) -> History:
    history = History(f"run #{number}", "preset")
    history.cells = (cell,)  # type: ignore[assignment]
    history.steps = 10 * moments
    for moment in range(moments):
        h: Norms = np.float64(10.0) ** -np.arange(steps)[::-1] * (moment + 1) * number
        c = 2 * h if cell == "lstm" else None
        layers = (LayerFlow(0, "forward", h, c), LayerFlow(0, "backward", h[::-1], c))
        history.fold(Flow(10 * moment, GradientFlow(layers, 0.5, 16)))
    at = np.arange(1, 10 * moments + 1)
    numbers = np.full(len(at), 3.0, np.float32)
    history.fold(Progress(at, numbers, numbers, numbers, 1.0))
    return history


def test_before_training_it_says_how_to_get_there(panel: GradientsPanel) -> None:
    assert panel.empty.isVisible()
    assert "Press Train" in panel.empty.text()


def test_a_convolution_net_has_none_and_says_so(panel: GradientsPanel, session: Session) -> None:
    session.training.history = History("net #1", "cifar10-convnet")
    panel.refresh()
    assert "hands nothing on" in panel.empty.text()


def test_the_latest_moment_is_drawn_and_the_map_holds_all(panel: GradientsPanel, session: Session) -> None:
    session.training.history = history = trained(1)
    session.training.preset = session.choices.preset
    panel.refresh()
    latest = history.flows[-1].flow.layers[0]
    assert latest.c is not None
    assert [line.name for line in panel.lines.lines] == ["h", "c"]
    np.testing.assert_array_equal(panel.lines.lines[0].norms, latest.h)
    np.testing.assert_array_equal(panel.lines.lines[1].norms, latest.c)
    assert panel.map.moments == (0, 10, 20)
    np.testing.assert_array_equal(panel.map.norms, np.stack([flow.flow.layers[0].norms["c"] for flow in history.flows]))
    assert "after training step 20" in panel.what.text()
    assert panel.total is not None
    assert [series.style for series in panel.total.series] == ["training", "limit"]
    assert float(panel.total.series[1].y[0]) == session.choices.preset.training.clip > 0


def test_a_layer_and_a_state_are_chosen(panel: GradientsPanel, session: Session) -> None:
    session.training.history = history = trained(1)
    panel.refresh()
    assert [panel.layer.itemText(k) for k in range(2)] == ["Layer 0, forward", "Layer 0, backward"]
    panel.layer.setCurrentIndex(1)
    panel.layer.edited.emit(panel.layer.currentData())
    panel.shown["c"].setChecked(False)
    (line,) = panel.lines.lines
    np.testing.assert_array_equal(line.norms, history.flows[-1].flow.layers[1].h)
    np.testing.assert_array_equal(panel.map.norms[0], history.flows[0].flow.layers[1].h)


def test_earlier_runs_that_read_as_much_lie_over_it_by_run_and_cell(panel: GradientsPanel, session: Session) -> None:
    session.training.earlier = [trained(1, "rnn-tanh"), trained(2, "gru", steps=9), trained(3, "gru")]
    session.training.history = trained(4)
    panel.refresh()
    assert [(line.name, line.dashed) for line in panel.lines.lines] == [
        ("h", False), ("c", False), ("h  #3 GRU", True), ("h  #1 RNN, tanh", True),
    ]  # fmt: skip
    np.testing.assert_array_equal(panel.lines.lines[2].norms, session.training.earlier[2].flows[-1].flow.layers[0].h)
    panel.show_earlier.setChecked(False)
    assert len(panel.lines.lines) == 2


def test_the_cursor_is_shared_and_read_in_the_legend(panel: GradientsPanel, session: Session) -> None:
    session.training.history = history = trained(1)
    panel.refresh()
    session.point_at(2)
    panel.refresh()
    assert panel.lines.cursor_step == panel.map.cursor_step == 2
    assert panel.lines.entries()[0].value == f"{history.flows[-1].flow.layers[0].h[2]:.3g}"
    panel.lines.cursorMoved.emit(4)
    assert session.looking.cursor == 4


def test_pointing_at_a_moment_shows_its_lines(panel: GradientsPanel, session: Session) -> None:
    session.training.history = history = trained(1)
    panel.refresh()
    panel.map._move(3, 0)
    np.testing.assert_array_equal(panel.lines.lines[0].norms, history.flows[0].flow.layers[0].h)
    assert "after training step 0" in panel.what.text()
    assert panel.map.reading_at(3, 0).endswith(f"is {panel.map.norms[0, 3]:.3g}")
    panel.map._leave()
    assert "after training step 20" in panel.what.text()


def test_the_flow_of_the_answer_that_is_shown_is_measured_when_it_is_asked_for(
    panel: GradientsPanel, session: Session, qtbot: QtBot
) -> None:
    session.networks.use(digit_reader(), "bundled")
    session.show_sample()
    qtbot.waitUntil(lambda: bool(session.poll()) and session.answer is not None, timeout=60_000)
    panel.source.setCurrentIndex(1)
    panel.source.edited.emit("answer")

    def is_measured() -> bool:
        session.poll()
        panel.refresh()
        return session.flowing.result is not None and session.flowing.result.question is session.answer.question  # type: ignore[union-attr]

    qtbot.waitUntil(is_measured, timeout=60_000)
    assert session.answer is not None
    question = session.answer.question
    network = question.trained.network()
    assert isinstance(network, Network)
    import torch

    expected = answer_flow(network, torch.from_numpy(question.probe.inputs)).layers[0]
    np.testing.assert_array_equal(panel.lines.lines[0].norms, expected.h)
    assert not panel.map.isVisible()
    assert math.isfinite(expected.h[-1])
