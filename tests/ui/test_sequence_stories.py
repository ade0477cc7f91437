"""A person adds two numbers and looks at a series, in the window that the command opens."""

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from tests.ui.person import Person, Story, live
from workbench.ui.widgets.heatmap import Heatmap
from workbench.ui.widgets.sum_bits import SumBits
from workbench.ui.widgets.told_numbers import ToldNumbers

CTRL = Qt.KeyboardModifier.ControlModifier


def test_two_numbers_are_added_and_a_series_is_told_on_the_first_launch(temporary_home: Path) -> None:
    def story(person: Person) -> Story:
        session = person.window.session
        person.action("Add").trigger()
        yield lambda: session.answer is not None and session.looking.at == "bits" and person.sees("heatmap_c")
        person.write("adderA", "100")
        person.write("adderB", "27")
        yield lambda: person.text("adderSum") == "100 + 27 = 127"
        assert person.text("adderSaid") == "The network says 127: right."
        assert "came with the workbench" in person.text("adderCaption")
        bits = person.find("adderBits", SumBits)
        carrier = person.find("adderCarrier", QComboBox)
        shown = bits.shown.carried
        assert shown is not None and carrier.currentText().startswith("the best: ")
        bits.setFocus()
        person.press(Qt.Key.Key_End)
        yield lambda: person.find("heatmap_c", Heatmap).cursor_step == 0
        assert person.text("gateReading").startswith("Step 0 (0 + 1), mean of the units:")
        person.write("adderB", "lots")
        yield lambda: person.sees("adderMessage")
        assert "expected a whole number" in person.text("adderMessage")

        person.action("Series").trigger()
        plot = person.find("seriesPlot", ToldNumbers)
        yield lambda: plot.told is not None and plot.isVisible()
        assert "10 of 10 are right" in person.text("seriesVerdict")
        assert plot.targets.round(2).tolist() == [0.02, 0.03, 0.05, 0.07, 0.11, 0.13, 0.17, 0.19, 0.23, 0.29]
        person.press(Qt.Key.Key_Q, CTRL)

    live(story)
    assert json.loads((temporary_home / "session.json").read_text())["adder_texts"] == ["100", "lots"]
