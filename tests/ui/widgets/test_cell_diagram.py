"""The drawn cell: widths, brightness and openings are the documented functions of the values, in the pixels too."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.scratch.nets import Variant
from tests.ui.cells import ALL, GRU, LSTM, PLAIN, cell_of
from workbench.insight.equations import CellEquations
from workbench.ui.theme import DARK, LIGHT, Theme, mixed
from workbench.ui.widgets.cell_diagram import CellDiagram
from workbench.ui.widgets.cell_parts import (
    FAINTEST,
    SHARE_REACH,
    SLOT,
    THINNEST,
    VALVE_RADIUS,
    WIDEST,
    Pipe,
    pipe_strength,
    pipe_width,
    slot_height,
)
from workbench.ui.widgets.flow_names import flow_words

SCALE = 4


def diagram_of(qtbot: QtBot, cell: CellEquations, theme: Theme = LIGHT) -> CellDiagram:
    diagram = CellDiagram()
    qtbot.addWidget(diagram)
    diagram.set_theme(theme)
    diagram.set_cell(cell)
    diagram.resize(412, diagram.heightForWidth(412))
    return diagram


def painted(diagram: CellDiagram) -> QImage:
    image = QImage(diagram.size() * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(QColor(diagram.theme.window))
    diagram.render(image)
    return image


def test_a_pipe_is_as_wide_and_as_bright_as_what_flows_in_it() -> None:
    assert (pipe_width(0.0, 1.0), pipe_width(1.0, 1.0), pipe_width(-1.0, 1.0)) == (THINNEST, WIDEST, WIDEST)
    assert pipe_width(-0.5, 1.0) == pipe_width(1.0, 2.0) == (THINNEST + WIDEST) / 2
    assert pipe_width(7.0, 2.0) == WIDEST
    assert (pipe_strength(0.0, 1.0), pipe_strength(3.0, 3.0)) == (FAINTEST, 1.0)
    assert [slot_height(opening) for opening in (0.0, 0.5, 1.0)] == [0.0, SLOT / 2, SLOT]


@pytest.mark.parametrize("variant", ALL, ids=str)
def test_every_pipe_of_every_cell_is_drawn_by_those_functions(qtbot: QtBot, variant: Variant) -> None:
    cell = cell_of(variant)
    diagram = diagram_of(qtbot, cell)
    plan = diagram.plan
    assert plan is not None
    for pipe in plan.pipes:
        value = cell.flows[pipe.flow]
        reach = {"share": SHARE_REACH, "one": 1.0, "state": cell.peak}[pipe.reach]
        drawn = diagram.drawn(pipe)
        assert drawn.width == THINNEST + (WIDEST - THINNEST) * min(1.0, abs(value) / reach)
        strength = FAINTEST + (1 - FAINTEST) * min(1.0, abs(value) / reach)
        assert drawn.colour == mixed(LIGHT.gates.get(pipe.gate, LIGHT.outline), LIGHT.surface, strength)
        assert drawn.dashed == (value < 0.0)
    for valve in plan.valves:
        assert 0.0 <= cell.flows[valve.flow] <= 1.0
    gates = {e.gate for stage in cell.stages for e in stage.equations}
    assert {label.flow for label in plan.labels} >= gates  # every result can be read off
    assert not painted(diagram).isNull()


@pytest.mark.parametrize("variant", ALL, ids=str)
def test_what_is_drawn_into_a_gate_adds_up_to_what_its_curve_is_given(qtbot: QtBot, variant: Variant) -> None:
    cell = cell_of(variant)
    diagram = diagram_of(qtbot, cell)
    assert diagram.plan is not None
    drawn = {pipe.flow for pipe in diagram.plan.pipes}
    labelled = {label.flow for label in diagram.plan.labels}
    into = {"lstm": ("i", "f", "g", "o"), "gru": ("r", "z", "n")}.get(cell.cell, ("h",))
    for gate in into:
        parts = [f"{kind} {gate}" for kind in "WUbp"]
        if gate == "n":  # of its past only what the reset gate lets through
            parts = ["W n", "b n", "r past"]
        parts = [part for part in parts if part in drawn]
        assert (f"b {gate}" in parts, f"b {gate}" in labelled) == (variant.bias, variant.bias)
        given, value = sum(cell.flows[part] for part in parts), cell.flows[gate]
        if gate == "h":
            assert given == pytest.approx(cell.flows["a"], abs=1e-9)
        elif gate in "gn":
            assert given == pytest.approx(float(np.arctanh(value)), abs=1e-6)
        else:
            assert given == pytest.approx(float(np.log(value / (1.0 - value))), abs=1e-6)


def thickness(image: QImage, pipe: Pipe, background: QColor, at: float = 0.5) -> float:
    """How wide a straight pipe is in the picture, in the drawing's pixels, measured across it."""
    (x0, y0), (x1, y1) = pipe.points[0], pipe.points[1]
    x, y = x0 + (x1 - x0) * at, y0 + (y1 - y0) * at
    is_level = y0 == y1
    covered, full = 0.0, None
    for k in range(-8 * SCALE, 8 * SCALE + 1):
        point = QPoint(round(x * SCALE) + (0 if is_level else k), round(y * SCALE) + (k if is_level else 0))
        colour = image.pixelColor(point)
        away = sum(
            abs(a - b)
            for a, b in (
                (colour.red(), background.red()),
                (colour.green(), background.green()),
                (colour.blue(), background.blue()),
            )
        )
        if k == 0:
            full = away
        covered += away
    assert full
    return covered / full / SCALE


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("unit", range(4))
def test_the_pixels_are_as_wide_as_the_gates_values(qtbot: QtBot, unit: int, theme: Theme) -> None:
    cell = cell_of(LSTM, unit=unit, gain=2.0)
    diagram = diagram_of(qtbot, cell, theme)
    plan, image = diagram.plan, painted(diagram)
    assert plan is not None
    for gate, at in (("f", 0.6), ("i", 0.4), ("o", 0.5)):
        pipe = next(p for p in plan.pipes if p.flow == gate)
        assert thickness(image, pipe, QColor(theme.surface), at) == pytest.approx(
            1.0 + 8.0 * cell.flows[gate], abs=0.35
        )


def test_a_valve_is_open_as_far_as_its_gate_in_the_picture(qtbot: QtBot) -> None:
    for unit in range(4):
        cell = cell_of(LSTM, unit=unit, gain=3.0)
        diagram = diagram_of(qtbot, cell)
        plan, image = diagram.plan, painted(diagram)
        assert plan is not None
        valve = next(v for v in plan.valves if v.gate == "f")
        # Where nothing flows: between the disc's outline and the middle of the slot, off the pipe's own line.
        column = [
            image.pixelColor(QPoint(round(valve.centre[0] * SCALE), round((valve.centre[1] + k / SCALE) * SCALE)))
            for k in range(round(-VALVE_RADIUS * SCALE), round(VALVE_RADIUS * SCALE))
        ]
        red = sum(colour == QColor(LIGHT.gates["f"]) for colour in column) / SCALE
        assert 2 * VALVE_RADIUS - red == pytest.approx(SLOT * cell.flows["f"], abs=1.2)


def test_a_negative_flow_is_dashed_in_the_picture(qtbot: QtBot) -> None:
    found = set()
    for unit in range(4):
        for step in range(1, 6):
            cell = cell_of(LSTM, unit=unit, step=step)
            diagram = diagram_of(qtbot, cell)
            plan, image = diagram.plan, painted(diagram)
            assert plan is not None
            pipe = next(p for p in plan.pipes if p.flow == "c'")
            y = round(pipe.points[0][1] * SCALE)
            line = [image.pixelColor(QPoint(x * SCALE, y)) for x in range(4, 44)]
            gaps = sum(colour == QColor(LIGHT.window) for colour in line)
            assert (gaps > 0) == (cell.flows["c'"] < 0)
            found.add(gaps > 0)
    assert found == {True, False}


def test_stages_to_come_are_faint_and_the_others_as_they_are(qtbot: QtBot) -> None:
    diagram = diagram_of(qtbot, cell_of(LSTM))
    plan = diagram.plan
    assert plan is not None
    lit = {pipe: diagram.drawn(pipe) for pipe in plan.pipes}
    diagram.set_stage(1)
    for pipe in plan.pipes:
        drawn = diagram.drawn(pipe)
        assert drawn.width == lit[pipe].width
        assert (drawn.colour == lit[pipe].colour) == (pipe.stage <= 1)
    diagram.set_stage(None)
    assert all(diagram.drawn(pipe) == lit[pipe] for pipe in plan.pipes)


@pytest.mark.parametrize("variant", [LSTM, GRU, PLAIN], ids=str)
def test_all_of_it_can_be_read_without_eyes(qtbot: QtBot, variant: Variant) -> None:
    cell = cell_of(variant)
    diagram = diagram_of(qtbot, cell)
    for stage in cell.stages:
        for equation in stage.equations:
            assert str(equation) in diagram.accessibleDescription()
    diagram.set_cell(None)
    assert diagram.accessibleDescription() == ""


def test_it_keeps_its_proportions_and_its_edges_free(qtbot: QtBot) -> None:
    diagram = diagram_of(qtbot, cell_of(LSTM, gain=6.0))
    assert [diagram.heightForWidth(width) for width in (206, 412, 2000)] == [134, 268, 348]
    assert diagram.minimumSizeHint().width() <= 300
    image = painted(diagram)
    window = QColor(LIGHT.window)
    for x in range(image.width()):  # nothing is cut off above or below
        assert image.pixelColor(x, 0) == window and image.pixelColor(x, image.height() - 1) == window


def test_arrow_keys_ask_for_other_steps_and_units(qtbot: QtBot) -> None:
    diagram = diagram_of(qtbot, cell_of(LSTM))
    walked: list[int] = []
    climbed: list[int] = []
    diagram.walked.connect(walked.append)
    diagram.climbed.connect(climbed.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
        QTest.keyClick(diagram, key)
    assert (walked, climbed) == ([-1, 1], [-1, 1])


def test_the_same_cell_again_paints_nothing_anew(qtbot: QtBot) -> None:
    cell = cell_of(LSTM)
    diagram = diagram_of(qtbot, cell)
    first = painted(diagram)
    diagram.set_cell(cell)
    QApplication.processEvents()
    assert painted(diagram) == first


def test_the_pointer_reads_what_flows_in_a_line(qtbot: QtBot) -> None:
    cell = cell_of(LSTM)
    diagram = diagram_of(qtbot, cell)
    plan = diagram.plan
    assert plan is not None
    shown = {equation.gate: equation.shown for equation in cell.equations}
    (x0, y0), (x1, y1) = next(pipe.points for pipe in plan.pipes if pipe.flow == "f")
    assert diagram.reading_at((x0 + x1) / 2 + 3, (y0 + y1) / 2) == f"Forget gate: {shown['f']}"
    (x0, y0), (x1, y1) = next(pipe.points for pipe in plan.pipes if pipe.flow == "f c'")
    kept = format(cell.flows["f"] * cell.flows["c'"], ".3f").replace("-", "−")
    assert diagram.reading_at((x0 + x1) / 2, y0 - 4) == f"What stays of the cell state: {kept}"
    assert diagram.reading_at(60, 20) == ""


@pytest.mark.parametrize("variant", ALL, ids=str)
def test_every_line_has_words(variant: Variant) -> None:
    names = {flow_words(flow) for flow in cell_of(variant).flows}
    assert all(len(name) > 4 for name in names)


def test_the_pipes_of_a_stage_fill_and_then_stand_still(qtbot: QtBot) -> None:
    diagram = diagram_of(qtbot, cell_of(LSTM))
    diagram.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its outline stays as it is
    diagram.show()
    lit = painted(diagram)
    diagram.set_stage(3)
    assert painted(diagram) != lit  # they begin empty
    qtbot.waitUntil(lambda: painted(diagram) == lit, timeout=60_000)
    diagram.set_stage(0)
    diagram.hide()
    diagram.set_stage(3)
    assert painted(diagram) == lit  # nobody looks: nothing moves
