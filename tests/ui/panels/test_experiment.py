"""The Experiment panel with a real session and real training."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from workbench import paths
from workbench.config import Published
from workbench.data.dataset import Loading
from workbench.engine.length import Length
from workbench.engine.score import Score, Share
from workbench.errors import NoDownload
from workbench.preset_files import load_preset, with_setting
from workbench.runs.figures import Figure, settings_document
from workbench.session.job import Failed
from workbench.session.session import Session
from workbench.ui.panels.experiment import ExperimentPanel, measured_sentence, published_sentence
from workbench.ui.panels.network_size import part_name
from workbench.ui.theme import DARK, LIGHT


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> ExperimentPanel:
    panel = ExperimentPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(300, 690)
    panel.show()
    return panel


class Hand:
    """Presses the panel's buttons as a person does, and lets the session go on as the window does."""

    def __init__(self, qtbot: QtBot, panel: ExperimentPanel) -> None:
        self.qtbot, self.panel = qtbot, panel

    def press(self, name: str) -> None:
        button = self.panel.findChild(QPushButton, name)
        assert button is not None and button.isVisible() and button.isEnabled(), name
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.look()

    def look(self) -> None:
        self.panel.session.poll()
        self.panel.refresh()

    def until(self, holds: Callable[[], bool]) -> None:
        def looked() -> bool:
            self.look()
            return holds()

        self.qtbot.waitUntil(looked, timeout=60_000)

    def text(self, name: str) -> str:
        label = self.panel.findChild(QLabel, name)
        assert label is not None
        return label.text().replace("\N{NO-BREAK SPACE}", " ") if not label.isHidden() else ""

    def button(self, name: str) -> QPushButton:
        button = self.panel.findChild(QPushButton, name)
        assert button is not None
        return button


@pytest.fixture
def hand(qtbot: QtBot, panel: ExperimentPanel) -> Hand:
    return Hand(qtbot, panel)


def small(session: Session, steps: int = 40) -> None:
    """A training of a second or so."""
    session.choose("story-belling-the-cat")
    session.set("model.stack.0.units", 16)
    session.set("training.steps", steps)


def test_the_chooser_lists_every_preset_and_chooses(hand: Hand, panel: ExperimentPanel, session: Session) -> None:
    chooser = panel.chooser
    assert [chooser.itemData(n) for n in range(chooser.count())] == list(session.choices.entries)
    assert chooser.currentData() == session.choices.chosen
    chooser.activated.emit(chooser.findData("mnist-bilstm"))
    hand.look()
    assert session.choices.chosen == "mnist-bilstm"
    assert hand.text("presetPromise") == session.choices.preset.promise and "backward half" in panel.about.text()


def test_the_list_says_what_must_be_downloaded(hand: Hand, panel: ExperimentPanel) -> None:
    chooser = panel.chooser
    chooser.showPopup()
    said = {
        chooser.itemData(n): str(chooser.itemData(n, Qt.ItemDataRole.AccessibleDescriptionRole))
        for n in range(chooser.count())
    }
    chooser.hidePopup()
    assert said["mnist-lstm"].endswith("12 MB to download.")
    assert "download" not in said["story-belling-the-cat"]


def test_parameters_are_counted_as_one_types(hand: Hand, panel: ExperimentPanel, qtbot: QtBot) -> None:
    assert hand.text("parameterCount") == "82,186 parameters"
    edit = panel.findChild(QLineEdit, "model.stack.0.units")
    assert edit is not None
    edit.selectAll()
    QTest.keyClicks(edit, "1")
    hand.look()
    assert hand.text("parameterCount") == "144 parameters"  # 4 (28 + 1 + 2) + 10 (1 + 1)
    first = panel.network_size.list.topLevelItem(0)
    weights = first.child(0) if first is not None else None
    assert first is not None and weights is not None and (first.text(1), weights.text(1)) == ("124", "4 × 28")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("layers.0.weight_ih_l0", ("Layer 0", "from the input")),
        ("layers.0.weight_peephole_l0", ("Layer 0", "peepholes, from c")),
        ("layers.1.bias_hh_l0_reverse", ("Layer 1, backward", "bias, h")),
        ("input.projection.weight", ("Input projection", "weights")),
        ("head.bias", ("Head", "bias")),
    ],
)
def test_weights_have_names_people_know(name: str, words: tuple[str, str]) -> None:
    assert part_name(name) == words


def test_an_impossible_setting_says_why_and_train_says_so_too(hand: Hand, session: Session) -> None:
    session.set("model.stack.0.units", 0)
    hand.look()
    assert not hand.button("trainButton").isEnabled()
    assert hand.text("whyNot") == "Units: Expected a whole number from 1 to 4,096."
    assert hand.button("trainButton").toolTip() == hand.text("whyNot")
    assert not hand.button("savePresetButton").isEnabled()
    hand.press("resetButton")
    assert hand.text("whyNot") == "" and hand.button("trainButton").isEnabled()


def test_a_problem_opens_its_section(hand: Hand, panel: ExperimentPanel, session: Session) -> None:
    assert not panel.sections["data"].is_open
    session.set("data.train", 1)
    hand.look()
    assert panel.sections["data"].is_open


def test_train_pause_step_continue_stop(hand: Hand, session: Session) -> None:
    small(session, steps=100_000)
    hand.look()
    hand.press("trainButton")
    assert not hand.button("trainButton").isEnabled() and hand.button("trainButton").toolTip()
    hand.until(lambda: "steps/s" in hand.text("trainingPace"))
    assert "cpu" in hand.text("trainingDevice") and "left" in hand.text("trainingTime")
    hand.press("pauseButton")
    hand.until(lambda: session.training.phase == "paused")
    hand.look()
    assert hand.button("pauseButton").text() == "Continue" and "Paused" in hand.text("phase")
    history = session.training.history
    assert history is not None
    before = history.step
    hand.press("stepButton")
    hand.until(lambda: session.training.phase == "paused")
    assert history.step == before + 1
    hand.press("pauseButton")
    hand.until(lambda: history.step > before + 2)
    hand.press("stopButton")
    hand.until(lambda: session.training.phase == "stopped")
    hand.look()
    assert hand.button("trainButton").isEnabled() and not hand.button("stopButton").isEnabled()
    assert "Stopped" in hand.text("phase")


def test_the_end_says_what_the_network_can_do(hand: Hand, panel: ExperimentPanel, session: Session) -> None:
    small(session)
    hand.look()
    hand.press("trainButton")
    hand.until(lambda: session.training.phase == "finished")
    hand.look()
    assert "windows of the text (95 % interval" in hand.text("trainingMessage")
    assert panel.controls.bar.value() == panel.controls.bar.maximum()
    assert "Step 40 of 40" in hand.text("trainingPosition")
    assert "finished after 40 of 40 steps, " in session.notes[-1].sentence


def test_the_end_holds_the_published_figure_beside_ours(hand: Hand, session: Session) -> None:
    small(session)
    published = Published(figure=90.6, test_set="its own text")
    session.choices.preset = structs.replace(session.choices.preset, published=published)
    hand.press("trainButton")
    hand.until(lambda: session.training.phase == "finished")
    said = hand.text("trainingMessage")
    assert session.training.history is not None and session.training.history.score is not None
    share = 100 * session.training.history.score.accuracy
    assert said.startswith(f"Published 90.6 % right (its own text), here {share:.2f} % of ")


def test_all_that_was_counted_is_under_the_pointer_and_in_the_log(hand: Hand, session: Session) -> None:
    small(session)
    hand.press("trainButton")
    hand.until(lambda: session.training.phase == "finished")
    history, panel = session.training.history, hand.panel
    assert history is not None and history.score is not None and isinstance(panel, ExperimentPanel)
    counted = Score(0.1, Share("others", 9, 10), (Share("the first 4", 3, 4), Share("the first 2", 2, 2)))
    history.score = counted
    hand.panel.refresh()
    told = panel.controls.message.toolTip().replace("\N{NO-BREAK SPACE}", " ").split("\n")
    assert [line.split(" (")[0] for line in told] == [
        "90.00 % of others", "75.00 % of the first 4", "100.00 % of the first 2",
    ]  # fmt: skip
    assert all("95 % interval" in line for line in told)
    session.log.note_end(session.training)
    assert "90.00 % of others" in session.notes[-1].sentence
    assert session.notes[-1].details.split("\n") == counted.lines()[1:]


def test_the_length_is_told_beside_train(hand: Hand, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[Length | None] = [Length(840.0, 5, "cpu")]
    monkeypatch.setattr(session.estimating, "length_of", lambda preset: known[0])
    hand.look()
    assert hand.text("trainingLength") == (
        "About 14 minutes on this machine. Stop it whenever you like: what was learnt is kept."
    )
    session.choose("mnist-lstm")
    known[0] = Length(40.0, 5, "cpu")
    hand.look()
    assert hand.text("trainingLength") == (
        "12 MB to download from ossci-datasets.s3.amazonaws.com, then about 40 seconds on this machine."
    )
    session.set("data.folder", "/nowhere")
    hand.look()
    assert "does not hold train-images" in hand.text("trainingLength")
    session.choose("strokes-digits")
    known[0] = None
    hand.look()
    assert hand.text("trainingLength") == ""


def test_a_download_that_fails_offers_what_needs_none(
    hand: Hand, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: object) -> Iterator[Loading]:
        yield Loading("Downloading", 0, 0)
        raise NoDownload("MNIST", "could not be downloaded: no network")

    monkeypatch.setattr("workbench.data.idx_files.fetch", offline)
    session.choose("mnist-lstm")
    hand.look()
    hand.press("trainButton")
    hand.until(lambda: session.training.phase == "failed")
    assert "could not be downloaded" in hand.text("trainingMessage")
    hand.press("chooseDrawnDigitsButton")
    assert session.choices.chosen == "strokes-digits"
    assert hand.button("chooseDrawnDigitsButton").isHidden()


def test_a_device_that_fails_offers_the_cpu(hand: Hand, session: Session) -> None:
    small(session)
    session.set("training.device", "mps")
    hand.look()
    hand.press("trainButton")
    hand.until(lambda: session.training.phase == "failed")
    hand.look()
    assert "does not work" in hand.text("trainingMessage") and "training.device" not in hand.text("trainingMessage")
    hand.press("trainOnCpuButton")
    hand.until(lambda: session.training.phase == "finished")
    hand.look()
    assert hand.button("trainOnCpuButton").isHidden()


def test_details_of_a_failure_can_be_copied(hand: Hand, session: Session) -> None:
    small(session)
    session.train()
    hand.until(lambda: session.training.phase == "finished")
    session.training.phase = "failed"
    session.training.failure = Failed("It broke.", "Traceback: here", RuntimeError("it broke"))
    hand.look()
    hand.press("copyDetailsButton")
    assert QGuiApplication.clipboard().text() == "It broke.\n\nTraceback: here"


def test_save_as_writes_a_preset_that_loads_again(hand: Hand, panel: ExperimentPanel, session: Session) -> None:
    session.set("model.stack.0.units", 48)
    hand.look()
    assert "Changed" in hand.text("changedMark")
    hand.press("savePresetButton")
    hand.press("savePresetNow")
    assert "name" in hand.text("presetMessage")
    QTest.keyClicks(panel.name, "Small and mine")
    hand.press("savePresetNow")
    assert load_preset(paths.user_presets() / "small-and-mine.toml").stack[0].units == 48
    assert panel.chooser.currentText() == "Small and mine" and hand.text("changedMark") == "As saved"
    assert panel.naming.isHidden() and hand.text("presetMessage") == ""


def test_refresh_is_idempotent_and_says_nothing_back(hand: Hand, panel: ExperimentPanel, session: Session) -> None:
    before = session.choices.preset
    for _ in range(3):
        panel.refresh()
    panel.set_theme(DARK)
    assert session.choices.preset is before


def test_nothing_is_wider_than_the_panel(hand: Hand, panel: ExperimentPanel, session: Session) -> None:
    for section in panel.sections.values():
        section.open()
    for preset_id in session.choices.entries:
        session.choose(preset_id)
        hand.look()
        area = panel.findChild(QScrollArea, "settings")
        content = area.widget() if area is not None else None
        assert area is not None and content is not None
        assert content.minimumSizeHint().width() <= area.viewport().width()
        assert panel.minimumSizeHint().width() <= 300


def test_the_tab_key_goes_from_top_to_bottom(hand: Hand, panel: ExperimentPanel, session: Session) -> None:
    for section in panel.sections.values():
        section.open()
    panel.resize(300, 2400)
    for kind in ("strokes-digits", "words"):
        session.set("data.kind", kind)
        hand.look()
        QApplication.processEvents()
        heights = []
        seen = panel.chooser.nextInFocusChain()
        while seen is not None and seen is not panel.chooser:
            stops = bool(seen.focusPolicy() & Qt.FocusPolicy.TabFocus) and seen.isEnabled()
            if stops and panel.isAncestorOf(seen) and seen.isVisibleTo(panel):
                heights.append(seen.mapTo(panel, seen.rect().center()).y())
            seen = seen.nextInFocusChain()
        assert len(heights) > 20 and all(after > before - 8 for before, after in pairwise(heights))


def test_the_published_figure_names_its_source() -> None:
    published = Published(figure=98.5, test_set="MNIST", source="a paper")
    assert published_sentence(published) == "Published: 98.5\N{NO-BREAK SPACE}% right on MNIST (a paper)"
    assert published_sentence(None) == ""


def test_what_was_measured_is_told_while_the_settings_are_the_same() -> None:
    preset = load_preset(paths.shipped_presets() / "strokes-digits.toml")
    score = Score(0.1, Share("5,000 other drawn digits", 4_900, 5_000))
    figure = Figure(settings=settings_document(preset), test=score.document(), seed=0, steps=1, training_seconds=1.0,
                    device="cpu", versions={})  # fmt: skip
    said = measured_sentence(figure, preset).replace("\N{NO-BREAK SPACE}", " ")
    assert said == ("Measured with these settings: 98.00 % right (97.57 to 98.35), of 5,000 other drawn digits")
    assert measured_sentence(None, preset) == ""
    changed = with_setting(preset, "training.rate", 0.9)
    assert measured_sentence(figure, changed) == ""
