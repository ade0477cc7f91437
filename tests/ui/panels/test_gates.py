"""The Gates panel: exact values, the right scales, one cursor, and no paint that nobody needs."""

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.adders import adder, teller
from tests.ui.gallery import hover
from tests.ui.open_windows import top_level_widgets
from tests.ui.panels.playground import Hand, digit_network, pixel_network, word_network
from workbench.config import Series
from workbench.insight.orders import clustered
from workbench.session.session import Session
from workbench.ui.panels.gates import GatesPanel
from workbench.ui.panels.values_window import ValuesWindow
from workbench.ui.theme import DARK, LIGHT
from workbench.ui.widgets.heatmap import Heatmap


@pytest.fixture
def hand(qtbot: QtBot, session: Session) -> Hand:
    panel = GatesPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(430, 500)
    panel.show()
    panel.refresh()
    return Hand(qtbot, panel)


@pytest.fixture
def panel(hand: Hand) -> GatesPanel:
    assert isinstance(hand.panel, GatesPanel)
    return hand.panel


def look_at_digit(hand: Hand, **model: object) -> None:
    hand.session.networks.use(digit_network(**model), "bundled")
    hand.session.look_at("digits")
    hand.until_answered()


def test_it_loads_no_torch() -> None:
    code = "import sys, workbench.ui.panels.gates; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_a_network_it_says_what_will_be_here(panel: GatesPanel) -> None:
    assert panel.empty.isVisible() and "Train a digit preset first" in panel.empty.text()
    assert not panel.layer.isVisible()


def test_the_first_thing_shown_is_a_drawn_four(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand)
    assert "A drawn 4, until you draw your own" in panel.caption.text()
    assert "“Small digits” after 12 training steps" in panel.caption.text()
    assert list(panel.heatmaps) == ["i", "f", "o", "g", "c", "h"]
    assert all(strip.steps == 28 for strip in panel.strips)


def test_a_digit_read_pixel_by_pixel_has_a_step_for_each(hand: Hand, panel: GatesPanel) -> None:
    hand.session.networks.use(pixel_network(), "bundled")
    hand.session.look_at("digits")
    hand.until_answered()
    answer = hand.session.answer
    assert answer is not None
    seen = answer.question.probe.inputs
    assert seen.shape == (28, 28)
    assert panel.heatmaps["f"].values.shape == (8, 784)
    for strip in panel.strips:
        assert (strip.steps, strip.row_count()) == (784, 1)
        row, column = np.argwhere(seen == seen.max())[0]
        assert strip.reading_at(28 * row + column, 0).endswith(f"= {seen.max():.3f}")
    assert "of 784 steps fit in" in panel.reading.text()
    hand.session.point_at(783)
    hand.look()
    assert "Step 783" in panel.reading.text()


def test_every_value_is_the_trace_s_own(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand)
    answer = hand.session.answer
    assert answer is not None
    for gate, values in answer.trace.layers[0].gates.items():
        np.testing.assert_array_equal(panel.heatmaps[gate].values, values)


def test_scales_are_stated(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand)
    assert [name.text() for name, bar in panel.scales.bars if bar.isVisible()] == [
        "i, f, o: share open", "g, h: activation", "c: memory",
    ]  # fmt: skip
    largest = np.abs(panel.heatmaps["c"].values).max()
    stated = panel.scales.bars[2][1].accessibleDescription()
    low, high = (float(number) for number in stated.split(" to "))
    assert -low == high and largest <= high <= 1.1 * largest + 0.01


@pytest.mark.parametrize(("cell", "gates"), [("gru", "rznh"), ("rnn-tanh", "h"), ("rnn-relu", "h"), ("lstm", "ifogch")])
def test_each_cell_shows_its_own_gates(hand: Hand, panel: GatesPanel, cell: str, gates: str) -> None:
    look_at_digit(hand)
    look_at_digit(hand, cell=cell)
    assert list(panel.heatmaps) == list(gates)
    panel.grab()
    assert all(heatmap.isVisible() and heatmap.height() > 60 for heatmap in panel.heatmaps.values())
    assert panel.strips[1].isVisible() == (len(gates) > 1)


def test_layers_and_directions_can_be_chosen(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand, layers=2, bidirectional=True)
    names = [panel.layer.itemText(k) for k in range(panel.layer.count())]
    assert names == ["Layer 0, forward", "Layer 0, backward", "Layer 1, forward", "Layer 1, backward"]
    answer = hand.session.answer
    assert answer is not None and panel.layer.isEnabled()
    panel.layer.setFocus()
    QTest.keyClick(panel.layer, Qt.Key.Key_End)
    hand.look()
    assert hand.session.looking.layer == 3
    np.testing.assert_array_equal(panel.heatmaps["h"].values, answer.trace.layers[3].gates["h"])
    hand.session.look_at("digits")
    hand.until_answered()
    assert panel.layer.currentIndex() == 3, "another answer keeps the layer that was chosen"


def test_pointing_reads_all_gates_of_a_unit_and_moves_the_cursor(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand)
    QApplication.processEvents()  # the layout comes to rest
    forget = panel.heatmaps["f"]
    assert [widget for widget in top_level_widgets() if widget.isVisible()] == [panel]
    area = forget.area()
    left, width = forget.step_span(12)
    QTest.mouseMove(forget, QPoint(round(left + width / 2), area.top() + round(2.5 * area.height() / 8)))
    assert hand.session.looking.cursor == 12
    assert forget.cursor_row == 2
    hand.look()
    assert all(view.cursor_step == 12 for view in (*panel.strips, *panel.heatmaps.values()))
    reading = panel.reading.text()
    assert reading.startswith("Step 12, unit 2:") and f"{forget.values[2, 12]:.3f}" in reading
    hand.session.point_at(3)
    forget.set_cursor(None)
    hand.session.point_at(None)
    hand.look()
    assert all(view.cursor_step is None for view in panel.heatmaps.values())
    assert panel.reading.text().startswith("Point at a heatmap")


def test_words_are_named_with_their_steps(hand: Hand, panel: GatesPanel) -> None:
    hand.session.networks.use(word_network(), "bundled")
    hand.session.set_seed_text("the cat said")
    hand.session.look_at("words")
    hand.until_answered()
    assert panel.caption.text().startswith("“the cat said”")
    assert panel.heatmaps["f"].steps == 3 and panel.strips[0].accessibleDescription() == "the cat said"
    hand.session.point_at(1)
    hand.look()
    assert panel.reading.text().startswith("Step 1 “cat”, mean of the units:")


class Paints(QObject):
    """Counts how often widgets are painted."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.count = 0
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lets everything through."""
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_the_same_answer_again_paints_nothing(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand)
    QTest.qWaitForWindowExposed(panel)
    QApplication.processEvents()
    paints = Paints(*panel.heatmaps.values(), *panel.strips)
    panel.refresh()
    QApplication.processEvents()
    assert paints.count == 0
    hand.session.point_at(5)
    hand.look()
    QApplication.processEvents()
    assert paints.count == 8, "the cursor moves in every view"


def test_values_can_be_read_in_a_table(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand)
    window = panel.show_table("c")
    assert isinstance(window, ValuesWindow) and not window.isModal() and "cell" in window.windowTitle()
    values = panel.heatmaps["c"].values.copy()
    model = window.table.model()
    assert (model.rowCount(), model.columnCount()) == values.shape
    window.copy()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert len(lines) == 9 and lines[0].split("\t")[1] == "step 0"
    copied = np.array([[float(value) for value in line.split("\t")[1:]] for line in lines[1:]], dtype=np.float32)
    np.testing.assert_array_equal(copied, values)
    window.close()


def test_dark_and_light(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand)
    panel.set_theme(DARK)
    assert all(view.theme is DARK for view in (*panel.strips, *panel.heatmaps.values()))
    look_at_digit(hand, cell="gru")
    assert all(heatmap.theme is DARK for heatmap in panel.heatmaps.values())


def test_all_of_it_can_be_reached_and_named(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand)
    for widget in (panel.layer, panel.tables, *panel.strips, *panel.heatmaps.values()):
        assert widget.objectName() and widget.accessibleName()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_bits_are_named_in_the_strip_and_at_every_step(hand: Hand, panel: GatesPanel) -> None:
    hand.session.networks.use(adder(), "bundled")
    hand.session.add("2", "3")
    hand.until_answered()
    strip = panel.strips[0]
    assert (strip.steps, strip.row_count()) == (8, 2)
    assert strip.reading_at(1, 0) == "a[step 1] = 1.000" and strip.reading_at(2, 1) == "b[step 2] = 0.000"
    assert strip.accessibleDescription() == "8 bits of two numbers"
    hand.session.point_at(1)
    hand.look()
    assert panel.reading.text().startswith("Step 1 (1 + 1), mean of the units:")
    assert panel.heatmaps["h"].reading_at(0, 1) == "h[unit 1, step 0 (0 + 1)] = 0.000"
    assert panel.caption.text().startswith("2 + 3, read by “Adder by hand”")
    strip.grab()


def test_a_series_has_its_random_inputs_in_the_strip(hand: Hand, panel: GatesPanel) -> None:
    hand.session.networks.use(teller(Series(values="1 2 3", width=5)), "bundled")
    hand.session.look_at("series")
    hand.until_answered()
    assert (panel.strips[0].steps, panel.strips[0].row_count()) == (3, 5)
    assert panel.strips[0].accessibleDescription() == "3 steps of numbers"
    assert panel.caption.text().startswith("A series of 3 numbers, read by")


def test_without_an_adder_it_says_what_to_do(hand: Hand, panel: GatesPanel) -> None:
    hand.session.look_at("bits")
    hand.look()
    panel.refresh()
    assert "Train an adding preset first" in panel.empty.text()


def test_what_is_read_fits_the_heatmaps_while_they_show_an_earlier_answer(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand)
    hand.session.networks.use(word_network(), "bundled")
    hand.session.look_at("words")
    hand.until_answered()
    words = panel.heatmaps["f"]
    assert words.steps < 20
    hand.session.look_at("digits")
    hand.session.point_at(20)
    hand.session.point_at_unit(words.row_count())  # more than there are, too
    assert hand.session.answer is not None and hand.session.answer.trace.steps > 20
    words.roomChanged.emit()
    assert "Step" not in panel.reading.text()
    hand.look()
    assert panel.reading.text().startswith("Step 20")


def row_of(heatmap: Heatmap, row: int, step: int = 3) -> QPoint:
    left, width = heatmap.step_span(step)
    return QPoint(round(left + width / 2), round((heatmap.row_top(row) + heatmap.row_top(row + 1)) / 2))


def test_one_order_of_the_units_for_every_gate(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand)
    chooser = panel.order.order
    assert chooser.objectName() == "unitOrder" and chooser.currentText() == "Own order"
    assert not panel.order.again.isEnabled()
    chooser.setFocus()
    QTest.keyClick(chooser, Qt.Key.Key_Down)
    hand.until(lambda: hand.session.ordering.sorted is not None)
    answer = hand.session.answer
    assert answer is not None and chooser.currentText() == "By peak" and panel.order.again.isEnabled()
    h = answer.trace.layers[0].gates["h"]
    peaks = np.abs(h).argmax(axis=1)
    expected = sorted(range(8), key=lambda unit: (peaks[unit], unit))
    assert expected != list(range(8))
    for gate, heatmap in panel.heatmaps.items():
        assert heatmap.order.tolist() == expected
        np.testing.assert_array_equal(heatmap.values, answer.trace.layers[0].gates[gate])
        window = panel.show_table(gate)
        assert window is not None
        assert window.text().split("\n")[1].split("\t")[:2] == [
            f"unit {expected[0]}",
            f"{heatmap.values[expected[0], 0]:.9g}",
        ]
        window.close()
    assert "h is furthest from 0" in chooser.toolTip() and "a drawn 4" in chooser.toolTip()
    # Another drawing, and rows stand still; sorted again, they follow it.
    hand.session.show_sample()
    hand.until_answered()
    assert panel.heatmaps["f"].order.tolist() == expected
    QTest.mouseClick(panel.order.again, Qt.MouseButton.LeftButton)
    hand.until(lambda: "test digit" in chooser.toolTip())
    now = hand.session.answer
    assert now is not None
    peaks = np.abs(now.trace.layers[0].gates["h"]).argmax(axis=1)
    assert panel.heatmaps["f"].order.tolist() == sorted(range(8), key=lambda unit: (peaks[unit], unit))


def test_a_pinned_unit_is_shown_and_read_everywhere(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand)
    QApplication.processEvents()
    QTest.mouseClick(
        panel.heatmaps["c"], Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, row_of(panel.heatmaps["c"], 5)
    )
    assert hand.session.looking.unit == 5
    before = {gate: heatmap.grab().toImage() for gate, heatmap in panel.heatmaps.items()}
    hand.look()
    assert all(heatmap.grab().toImage() != before[gate] for gate, heatmap in panel.heatmaps.items())
    panel.heatmaps["c"].leaveEvent(QEvent(QEvent.Type.Leave))
    hand.look()
    assert panel.reading.text().startswith("Unit 5 is pinned.")
    hand.session.point_at(9)  # from another view
    hand.look()
    values = [
        f"{gate}\N{NO-BREAK SPACE}{heatmap.values[5, 9]:.3f}".replace("-", "−")
        for gate, heatmap in panel.heatmaps.items()
    ]
    assert panel.reading.text() == "Step 9, pinned unit 5:\n" + "   ".join(values)


def test_a_brush_is_on_every_heatmap_and_can_be_taken_away(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand)
    QApplication.processEvents()
    assert not panel.order.unbrush.isEnabled() and "drag down a heatmap" in panel.order.unbrush.toolTip()
    panel.heatmaps["i"].unitsBrushed.emit(frozenset({1, 2, 6}))
    assert hand.session.looking.brushed == {1, 2, 6}
    before = {gate: heatmap.grab().toImage() for gate, heatmap in panel.heatmaps.items()}
    hand.look()
    assert all(heatmap.grab().toImage() != before[gate] for gate, heatmap in panel.heatmaps.items())
    assert panel.reading.text().startswith("3 units are brushed.")
    hand.session.point_at(4)
    hand.look()
    mean = panel.heatmaps["h"].values[[1, 2, 6], 4].mean()
    assert panel.reading.text().startswith("Step 4, mean of 3 brushed units:")
    assert panel.reading.text().endswith(f"h\N{NO-BREAK SPACE}{mean:.3f}".replace("-", "−"))
    QTest.mouseClick(panel.order.unbrush, Qt.MouseButton.LeftButton)
    hand.look()
    assert not hand.session.looking.brushed and not panel.order.unbrush.isEnabled()


def test_another_layer_is_ordered_by_itself_and_forgets_the_marks(hand: Hand, panel: GatesPanel) -> None:
    look_at_digit(hand, layers=2)
    hand.session.ordering.choose("clustered")
    hand.session.brush({1})
    hand.until(lambda: hand.session.ordering.sorted is not None)
    hand.session.look_at_layer(1)
    answer = hand.session.answer
    assert answer is not None
    hand.until(lambda: hand.session.ordering.units(answer, 1) is not None)
    expected = clustered(answer.trace.layers[1].gates["h"]).tolist()
    assert panel.layer.currentIndex() == 1 and panel.heatmaps["o"].order.tolist() == expected
    assert not hand.session.looking.brushed


@pytest.mark.parametrize("task", ["digits", "pixels", "words", "bits", "series"])
def test_input_and_heatmaps_share_the_cursor_whatever_is_read(hand: Hand, panel: GatesPanel, task: str) -> None:
    match task:
        case "digits":
            look_at_digit(hand)
        case "pixels":
            hand.session.networks.use(pixel_network(), "bundled")
            hand.session.look_at("digits")
        case "words":
            hand.session.networks.use(word_network(), "bundled")
            hand.session.set_seed_text("the cat said")
            hand.session.look_at("words")
        case "bits":
            hand.session.networks.use(adder(), "bundled")
            hand.session.add("2", "3")
        case "series":
            hand.session.networks.use(teller(Series(values="1 2 3", width=5)), "bundled")
            hand.session.look_at("series")
    hand.until_answered()
    QApplication.processEvents()
    views = [strip for strip in panel.strips if strip.isVisible()] + [*panel.heatmaps.values()]
    answer = hand.session.answer
    assert answer is not None and {view.steps for view in views} == {answer.trace.steps}
    # From the picture of the input to the heatmaps, by mouse, and back, by key.
    left, width = views[0].step_span(1)
    hover(views[0], left + width / 2, views[0].area().center().y())
    hand.look()
    assert hand.session.looking.cursor == 1 and all(view.cursor_step == 1 for view in views)
    views[-1].setFocus()
    QTest.keyClick(views[-1], Qt.Key.Key_Right)
    hand.look()
    assert hand.session.looking.cursor == 2 and all(view.cursor_step == 2 for view in views)
    assert panel.reading.text().startswith("Step 2")
