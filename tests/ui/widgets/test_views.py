"""The smaller views: input strip, what the network sees, beliefs, the colour bar and the story."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui import gallery
from workbench.errors import BadInput
from workbench.insight.decision import decided_at
from workbench.ui.theme import DARK, LIGHT, Theme
from workbench.ui.widgets.belief import DigitBelief, percent
from workbench.ui.widgets.belief_by_row import BeliefByRow
from workbench.ui.widgets.candidates import Candidates
from workbench.ui.widgets.colour_bar import ColourBar
from workbench.ui.widgets.heatmap import Heatmap
from workbench.ui.widgets.input_strip import InputStrip
from workbench.ui.widgets.network_sees import NetworkSees
from workbench.ui.widgets.story_text import StoryText, StoryWord


def test_a_rows_step_is_a_column_of_the_strip(qtbot: QtBot) -> None:
    strip = InputStrip()
    qtbot.addWidget(strip)
    strip.resize(320, 84)
    picture = np.zeros((28, 28), dtype=np.float32)
    picture[3, 20] = 1.0
    strip.set_picture(picture)
    left, width = strip.step_span(3)
    image = strip.grab().toImage()
    y = round(strip.area().top() + 20.5 * strip.area().height() / 28)
    assert image.pixelColor(round(left + width / 2), y) == QColor(LIGHT.text)
    assert image.pixelColor(round(left + width * 3), y) == QColor(LIGHT.surface)
    assert strip.reading_at(3, 20) == "x[input 20, step 3] = 1.000"


def test_a_step_that_reads_two_rows_is_two_columns_of_the_strip(qtbot: QtBot) -> None:
    strip = InputStrip()
    qtbot.addWidget(strip)
    strip.resize(320, 84)
    picture = np.zeros((28, 28), dtype=np.float32)
    picture[7, 20] = 1.0  # the second row of step 3
    strip.set_picture(picture, 14)
    assert strip.steps == 14
    left, width = strip.step_span(3)
    image = strip.grab().toImage()
    y = round(strip.area().top() + 20.5 * strip.area().height() / 28)
    assert image.pixelColor(round(left + width * 0.25), y) == QColor(LIGHT.surface)
    assert image.pixelColor(round(left + width * 0.75), y) == QColor(LIGHT.text)
    assert strip.reading_at(3, 20) == "x[input 20, step 3] = 0.000, 1.000"


def test_strip_and_heatmap_stand_above_each_other(qtbot: QtBot) -> None:
    strip, heatmap = InputStrip(), Heatmap("f")
    for widget in (strip, heatmap):
        qtbot.addWidget(widget)
        widget.resize(333, 100)
    strip.set_words(["had", "a", "general"])
    heatmap.set_values(np.zeros((4, 3), dtype=np.float32), 0.0, 1.0)
    assert [strip.step_span(t) for t in range(3)] == [heatmap.step_span(t) for t in range(3)]
    assert strip.reading_at(2, None) == "step 2: general"


def test_many_words_stand_upright(qtbot: QtBot) -> None:
    strip = InputStrip()
    qtbot.addWidget(strip)
    strip.resize(320, 100)
    strip.set_words(["had", "a", "cat"])
    flat = strip.sizeHint().height()
    strip.set_words(["consider"] * 24)
    assert strip.sizeHint().height() > flat
    strip.grab()
    strip.clear()
    assert strip.steps == 0


def test_the_picture_is_shown_pixel_for_pixel(qtbot: QtBot) -> None:
    sees = NetworkSees()
    qtbot.addWidget(sees)
    sees.resize(28 * 5 + 2, 28 * 5 + 2)
    sees.set_guides(False)
    picture = np.random.default_rng(0).integers(0, 2, (28, 28)).astype(np.float32)
    sees.set_picture(picture)
    image, box = sees.grab().toImage(), sees.square()
    assert box.width() == 28 * 5
    for row, column in ((0, 0), (27, 27), (13, 5), (6, 21)):
        colour = image.pixelColor(box.left() + column * 5 + 2, box.top() + row * 5 + 2)
        assert colour == QColor(LIGHT.text if picture[row, column] else LIGHT.surface)


def test_the_rows_that_are_read_are_framed(qtbot: QtBot) -> None:
    sees = NetworkSees()
    qtbot.addWidget(sees)
    sees.resize(28 * 5 + 2, 28 * 5 + 2)
    sees.set_guides(False)
    bare = sees.grab().toImage()
    sees.set_read(range(10, 12))
    framed, box = sees.grab().toImage(), sees.square()
    x = box.center().x()
    changed = [y for y in range(box.top(), box.bottom()) if framed.pixelColor(x, y) != bare.pixelColor(x, y)]
    edges = (box.top() + 10 * 5, box.top() + 12 * 5)  # of rows 10 and 11, and nothing between
    assert changed
    assert all(min(abs(y - edge) for edge in edges) <= 1 for y in changed)
    assert all(any(abs(y - edge) <= 1 for y in changed) for edge in edges)


def test_the_cross_is_where_the_mass_is(qtbot: QtBot) -> None:
    sees = NetworkSees()
    qtbot.addWidget(sees)
    assert not sees.centre_of_mass()
    picture = np.zeros((28, 28), dtype=np.float32)
    picture[10, 4] = picture[10, 6] = 1.0
    sees.set_picture(picture)
    assert sees.centre_of_mass() == pytest.approx((10.5, 5.5))
    with pytest.raises(BadInput, match="28, 28"):
        sees.set_picture(np.zeros((27, 28), dtype=np.float32))


def test_the_winner_is_a_numeral_and_a_bar(qtbot: QtBot) -> None:
    belief = DigitBelief()
    qtbot.addWidget(belief)
    belief.resize(340, 240)
    assert "no digit" in belief.accessibleDescription()
    values = np.full(10, 0.01, dtype=np.float32)
    values[7] = 0.91
    belief.set_beliefs(values)
    assert belief.winner == "7"
    assert belief.accessibleDescription().startswith("7 91.0 %")
    image = belief.grab().toImage()
    bar = [image.pixelColor(x, round(240 * 7.5 / 10)).name().upper() for x in range(160, 260)]
    assert bar.count(LIGHT.accent) > 50
    belief.set_beliefs(None)
    assert belief.winner is None


def test_not_a_number_is_never_best(qtbot: QtBot) -> None:
    belief = DigitBelief()
    qtbot.addWidget(belief)
    belief.set_beliefs(np.full(10, np.nan, dtype=np.float32))
    belief.grab()
    assert belief.winner is None and percent(float("nan")) == "not a number"
    with pytest.raises(BadInput, match="one probability a class"):
        belief.set_beliefs(np.zeros(9, dtype=np.float32))


def test_nearly_certain_is_not_certain() -> None:
    assert [percent(p) for p in (0.0, 0.0001, 0.5, 0.9999, 1.0)] == ["0.0 %", "<0.1 %", "50.0 %", ">99.9 %", "100.0 %"]


def test_other_classes_have_names(qtbot: QtBot) -> None:
    belief = DigitBelief()
    qtbot.addWidget(belief)
    belief.set_classes(["automobile", "ship"])
    belief.set_beliefs(np.array([0.2, 0.8], dtype=np.float32))
    assert belief.winner == "ship"
    belief.grab()


def test_decided_is_where_the_answer_stopped_changing(qtbot: QtBot) -> None:
    beliefs = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.1, 0.9], [0.3, 0.7]], dtype=np.float32)
    assert decided_at(beliefs) == 3
    assert decided_at(beliefs[1:2]) == 0
    assert decided_at(beliefs[:0]) is None
    view = BeliefByRow()
    qtbot.addWidget(view)
    view.resize(300, 120)
    view.set_classes(["no", "yes"])
    view.set_beliefs(beliefs)
    assert view.accessibleDescription() == "yes: decided at row 3"
    assert view.reading_at(1, None) == "after row 1: yes 80.0 %"
    view.set_beliefs(beliefs, numbers=[1, 3, 5, 7, 9])
    assert view.accessibleDescription() == "yes: decided at row 7"
    assert view.reading_at(1, None) == "after row 3: yes 80.0 %"
    view.grab()
    view.set_beliefs(None)
    assert view.steps == 0 and view.decided is None


def test_the_bar_names_its_ends(qtbot: QtBot) -> None:
    bar = ColourBar()
    qtbot.addWidget(bar)
    bar.resize(300, 32)
    bar.set_range(-1.0, 1.0, "diverging", "c")
    assert bar.ticks() == (-1.0, -0.5, 0.0, 0.5, 1.0)
    assert bar.accessibleDescription() == "-1 to 1 c"
    bar.resize(44, 32)
    assert bar.ticks() == (-1.0, 1.0)
    # Long numbers, and a long word at the end, stand apart too.
    for high, unit in ((1.3e-5, ""), (2.0, "power of ten"), (0.47, "")):
        for width in (120, 200, 340):
            bar.resize(width, 30)
            bar.set_range(-high, high, "diverging", unit)
            boxes = [bar.tick_box(value) for value in bar.ticks()]
            assert not any(one.right() + 6 > after.left() for one, after in pairwise(boxes))
    bar.grab()


WORDS = [StoryWord("council", 0.98), StoryWord("to", 0.02, (("of", 0.6), ("to", 0.02)))]


def test_a_story_grows_word_by_word(qtbot: QtBot) -> None:
    story = StoryText()
    qtbot.addWidget(story)
    story.set_story(["had", "a"], WORDS[:1])
    cleared: list[str] = []
    story.document().contentsChange.connect(lambda at, gone, come: cleared.append(f"{gone}"))
    story.set_story(["had", "a"], WORDS)
    assert story.toPlainText() == "had a council to" == story.story()
    assert set(cleared) == {"0"}  # Nothing was taken away to write the new word.
    assert story.isReadOnly() and story.objectName() == "storyText"


def test_doubt_is_tinted_and_seed_words_are_bold(qtbot: QtBot) -> None:
    story = StoryText()
    qtbot.addWidget(story)
    story.set_story(["had"], WORDS)
    cursor = story.textCursor()
    cursor.setPosition(1)
    assert cursor.charFormat().fontWeight() > 500
    cursor.setPosition(len("had coun"))
    sure = cursor.charFormat().background().color()
    cursor.setPosition(len("had council t"))
    doubtful = cursor.charFormat().background()
    assert doubtful.style() == Qt.BrushStyle.SolidPattern
    assert sure != doubtful.color()


def test_a_word_tells_what_else_might_have_stood_there(qtbot: QtBot) -> None:
    story = StoryText()
    qtbot.addWidget(story)
    story.set_story(["<seed>"], WORDS)
    assert "Seed word" in story.explanation(0)
    assert "of" in story.explanation(2) and "60.0 %" in story.explanation(2)
    story.set_story([], [StoryWord("<b>", 0.5)])
    assert "&lt;b&gt;" in story.explanation(0)


def test_clicking_and_hovering_name_the_word(qtbot: QtBot) -> None:
    story = StoryText()
    qtbot.addWidget(story)
    story.resize(400, 100)
    story.show()
    story.set_story(["had", "a"], WORDS)
    cursor = story.textCursor()
    cursor.setPosition(len("had a coun"))
    middle: QPoint = story.cursorRect(cursor).center()
    assert story.place_at(middle) == 2
    with qtbot.waitSignal(story.wordClicked) as clicked:
        QTest.mouseClick(story.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert clicked.args == [2]
    assert story.place_at(QPoint(390, 95)) is None
    story.mark(2)
    story.mark(None)
    assert story.toPlainText() == "had a council to"


@pytest.mark.parametrize("theme", (LIGHT, DARK), ids=lambda theme: theme.name)
@pytest.mark.parametrize("scale", (1.0, 2.0))
def test_every_widget_paints_in_both_themes(qapp: QApplication, theme: Theme, scale: float) -> None:
    image = gallery.contact_sheet(qapp, theme, scale)
    assert image.pixelColor(2, 2) == QColor(theme.window)
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert len(colours) > 60


def test_every_widget_has_a_name_for_those_who_cannot_see_it(qapp: QApplication) -> None:
    for widget, _, _ in gallery.widgets():
        assert widget.accessibleName(), type(widget).__name__
        widget.deleteLater()


def test_chinese_words_stand_close_and_characters_are_the_text(qtbot: QtBot) -> None:
    story = StoryText()
    qtbot.addWidget(story)
    story.set_story(["小", "刺猬"], [StoryWord("说", 0.9), StoryWord("：", 0.9), StoryWord("OK", 0.9)], "segments")
    assert story.toPlainText() == story.story() == "小刺猬说：OK"
    story.mark(3)
    cursor = story.textCursor()
    cursor.setPosition(len("小刺猬说："))
    assert cursor.charFormat().fontUnderline()
    story.set_story(list("a b"), [StoryWord("\n", 0.5), StoryWord("c", 0.5)], "characters")
    assert story.toPlainText() == "a b\nc"
    assert "↵" in story.explanation(3)  # a line end cannot be seen


def test_a_cosine_is_no_share(qtbot: QtBot) -> None:
    story, candidates = StoryText(), Candidates()
    for widget in (story, candidates):
        qtbot.addWidget(widget)
    story.set_story([], [StoryWord("灯", 0.875, (("灯", 0.875), ("桥", -0.5)), is_cosine=True)])
    assert "0.875" in story.explanation(0) and "%" not in story.explanation(0)
    candidates.set_candidates([("灯", 0.875), (" ", -0.5)], "灯", is_cosine=True)
    assert candidates.accessibleDescription() == "灯 0.875, ␣ −0.500"
    candidates.grab()
