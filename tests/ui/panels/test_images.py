"""The image tab: what is chosen is shown, the network's table beside it; drops and mistakes are answered."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.bars import CLASSES, SIDE, SMALL, bar, bars_preset, draw_bars
from tests.recurrents import recurrent
from tests.ui.panels.playground import Hand
from workbench.config import Convnet, Interface, Recurrent
from workbench.engine.trained import Trained
from workbench.models.build import build
from workbench.session.session import Session
from workbench.ui.panels.gates import GatesPanel
from workbench.ui.panels.images import ImagesPanel
from workbench.ui.theme import DARK, LIGHT


@pytest.fixture
def hand(qtbot: QtBot, session: Session) -> Hand:
    panel = ImagesPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(540, 520)
    panel.show()
    panel.refresh()
    return Hand(qtbot, panel)


@pytest.fixture
def panel(hand: Hand) -> ImagesPanel:
    assert isinstance(hand.panel, ImagesPanel)
    return hand.panel


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return draw_bars(tmp_path / "bars", 20)


def network(folder: Path, model: Convnet | Recurrent = SMALL) -> Trained:
    """One that was never trained; its answers mean nothing, but they are real."""
    preset = bars_preset(folder, model)
    interface = Interface(SIDE, 3 * SIDE, 0, 2, picture=(SIDE, SIDE, 3))
    return Trained("bars", preset, interface, CLASSES, dict(build(model, interface).state_dict()), 12, {})


def begin(hand: Hand, trained: Trained) -> None:
    hand.session.networks.use(trained, "run")
    hand.session.look_at("images")
    hand.until(lambda: hand.session.images.count(hand.session.network_for("images")) == 10)
    hand.session.show_test_image(1)
    hand.until_answered()


def test_without_a_network_it_says_what_to_do(panel: ImagesPanel) -> None:
    assert not panel.number.isEnabled()
    assert panel.picture.picture is None
    assert "Train a picture preset first" in panel.session.nobody_answers("images")
    assert not panel.grab().isNull()


def test_the_chosen_image_stands_beside_its_table(hand: Hand, panel: ImagesPanel, folder: Path) -> None:
    begin(hand, network(folder))
    assert panel.of.text() == "of 10"
    assert panel.title.text() == "Test image 1: lying"
    answer = hand.session.looking.answers["images"]
    assert answer is not None and panel.table.probabilities is not None
    assert panel.table.probabilities.tolist() == answer.probabilities.tolist()
    assert not panel.by_row.isVisible()  # a convolution net reads no rows
    first = panel.picture.picture
    QTest.keyClick(panel.number, Qt.Key.Key_Up)
    hand.until_answered()
    assert (panel.number.value(), panel.title.text()) == (2, "Test image 2: standing")
    assert first is not None and panel.picture.picture is not None
    assert not np.array_equal(first, panel.picture.picture)
    assert "right is standing" in panel.table.accessibleDescription()


def test_a_dropped_picture_is_read_and_the_test_image_comes_back(
    hand: Hand, panel: ImagesPanel, folder: Path, tmp_path: Path
) -> None:
    begin(hand, network(folder))
    own = bar("lying", np.random.default_rng(4))
    Image.fromarray(own).save(tmp_path / "mine.png")
    drop(panel, tmp_path / "mine.png")
    hand.until_answered()
    assert panel.title.text() == "mine.png"
    assert panel.picture.picture is not None and np.array_equal(panel.picture.picture, own)
    assert "right" not in panel.table.accessibleDescription()
    (tmp_path / "broken.png").write_text("none")
    drop(panel, tmp_path / "broken.png")
    assert panel.message.isVisible() and "broken.png" in panel.message.text()
    panel.back.click()
    hand.until_answered()
    assert panel.title.text() == "Test image 1: lying"
    assert not panel.message.isVisible()


def drop(panel: ImagesPanel, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    panel.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none))
    panel.refresh()


def test_a_network_that_reads_rows_shows_its_belief_row_by_row(hand: Hand, panel: ImagesPanel, folder: Path) -> None:
    begin(hand, network(folder, recurrent(units=5)))
    assert panel.by_row.isVisible()
    answer = hand.session.looking.answers["images"]
    assert answer is not None and answer.beliefs.shape == (SIDE, 2)
    before = panel.picture.grab().toImage()
    hand.session.point_at(3)
    hand.look()
    after, box = panel.picture.grab().toImage(), panel.picture.box()
    differs = [y for y in range(after.height()) if after.pixel(box.left() + 3, y) != before.pixel(box.left() + 3, y)]
    row = box.height() / SIDE  # the frame stands around row 3
    assert box.top() + 3 * row - 3 <= min(differs) <= box.top() + 3 * row + 3
    assert box.top() + 4 * row - 3 <= max(differs) <= box.top() + 4 * row + 3
    assert panel.table.probabilities is not None
    assert panel.table.probabilities.tolist() == answer.beliefs[3].tolist()
    assert panel.table_title.text() == f"Class table after row 3, of 0 to {SIDE - 1}"
    hand.session.point_at(None)
    hand.look()
    assert panel.picture.grab().toImage() == before
    panel.set_theme(DARK)
    assert not panel.grab().isNull()


def test_instead_of_gates_a_convolution_net_shows_its_maps(qtbot: QtBot, hand: Hand, folder: Path) -> None:
    gates = GatesPanel(hand.session, LIGHT)
    qtbot.addWidget(gates)
    gates.resize(430, 500)
    gates.show()
    begin(hand, network(folder))
    gates.refresh()
    assert "has no gates" in gates.maps.why.text() and gates.maps.isVisible()
    answer = hand.session.answer
    assert answer is not None
    assert [grid.maps.shape for grid in gates.maps.grids] == [(4, 14, 14), (6, 5, 5)]
    for grid, maps in zip(gates.maps.grids, answer.trace.maps, strict=True):
        assert np.array_equal(grid.maps, maps)
    assert "4 maps of 14 × 14" in gates.maps.titles[0].text()
    begin(hand, network(folder, recurrent(units=5)))
    gates.refresh()
    assert not gates.maps.isVisible() and list(gates.heatmaps) == ["i", "f", "o", "g", "c", "h"]
    assert all(strip.steps == SIDE for strip in gates.strips)
