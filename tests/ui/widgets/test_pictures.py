"""Pictures, class tables and feature maps: asserted on what they say and on telling pixels."""

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from workbench.errors import BadInput
from workbench.ui.theme import DARK, LIGHT, Theme
from workbench.ui.widgets.class_table import ClassTable
from workbench.ui.widgets.colour_map import colour_table
from workbench.ui.widgets.map_grid import MapGrid
from workbench.ui.widgets.picture_view import PictureView

PICTURE = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
CLASSES = tuple(f"class {k}" for k in range(10))


@pytest.mark.parametrize("size", [(170, 170), (171, 300), (133, 97)])
def test_every_pixel_is_a_square_of_its_own_colour(qtbot: QtBot, size: tuple[int, int]) -> None:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(*size)
    view.set_picture(PICTURE)
    image, box = view.grab().toImage(), view.box()
    pixel = box.width() // 8
    assert box.width() == box.height() == 8 * pixel
    for row, column in ((0, 0), (3, 6), (7, 7)):
        for x, y in ((1, 1), (pixel - 2, pixel - 2)):  # to its very corners: nothing is smoothed
            shown = image.pixelColor(box.left() + column * pixel + x, box.top() + row * pixel + y)
            assert [shown.red(), shown.green(), shown.blue()] == PICTURE[row, column].tolist()


def test_the_pixel_under_the_pointer_is_told(qtbot: QtBot) -> None:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(100, 100)
    assert view.words_at(50, 50) == ""
    view.set_picture(PICTURE)
    box = view.box()
    red, green, blue = PICTURE[0, 7]
    said = view.words_at(box.right() - 1, box.top() + 1)
    assert said == f"row 0, column 7: red {red}, green {green}, blue {blue}"
    assert view.words_at(box.left() - 3, 50) == ""
    view.set_picture(PICTURE[:, :, :1])
    assert view.words_at(box.left() + 1, box.top() + 1) == f"row 0, column 0: {PICTURE[0, 0, 0]}"


def test_a_picture_can_be_larger_than_its_place_and_can_go(qtbot: QtBot) -> None:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(64, 40)
    view.set_picture(np.zeros((256, 100, 1), dtype=np.uint8))
    assert view.box().height() <= 40
    view.grab()
    view.set_picture(None)
    view.set_empty_text("none yet")
    view.grab()
    for wrong in (np.zeros((8, 8), dtype=np.uint8), np.zeros((8, 8, 4), dtype=np.uint8)):
        with pytest.raises(BadInput):
            view.set_picture(wrong)


def table(qtbot: QtBot, height: int, right: str = "class 3", theme: Theme = LIGHT) -> ClassTable:
    shown = ClassTable()
    qtbot.addWidget(shown)
    shown.resize(240, height)
    shown.set_theme(theme)
    values = np.array([0.05, 0.02, 0.02, 0.01, 0.6, 0.1, 0.1, 0.05, 0.04, 0.01], dtype=np.float32)
    shown.set_table(CLASSES, values, right)
    return shown


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_likeliest_bar_has_the_accent_and_the_right_class_its_tick(qtbot: QtBot, theme: Theme) -> None:
    shown = table(qtbot, 300, theme=theme)
    image = shown.grab().toImage()
    assert shown.likeliest == "class 4"
    colours = {
        name: {y for y in range(300) for x in range(*columns) if image.pixelColor(x, y) == QColor(colour)}
        for name, colour, columns in (("accent", theme.accent, (17, 60)), ("tick", theme.success, (0, 16)))
    }
    pitch = 30
    assert {y // pitch for y in colours["accent"]} == {4}
    assert {y // pitch for y in colours["tick"]} == {3}


def test_a_low_table_leaves_out_neither_the_likeliest_nor_the_right_class(qtbot: QtBot) -> None:
    assert table(qtbot, 400).shown() == list(range(10))
    low = table(qtbot, 80)
    assert 1 < len(low.shown()) < 10
    assert {3, 4} <= set(low.shown())
    assert low.shown() == sorted(low.shown())


def test_the_table_is_told_in_words(qtbot: QtBot) -> None:
    said = table(qtbot, 400).accessibleDescription()
    assert said.startswith("class 4 60.0")
    assert said.endswith("right is class 3")
    assert "right" not in table(qtbot, 400, right="").accessibleDescription()


def test_a_table_of_what_is_no_number_has_no_likeliest_class(qtbot: QtBot) -> None:
    shown = ClassTable()
    qtbot.addWidget(shown)
    shown.resize(200, 200)
    shown.set_table(("a", "b"), np.array([np.nan, np.nan], dtype=np.float32))
    assert shown.likeliest is None
    shown.grab()
    shown.set_table(("a", "b"), None)
    shown.grab()
    with pytest.raises(BadInput):
        shown.set_table(("a", "b"), np.zeros(3, dtype=np.float32))


def test_feature_maps_stand_in_one_scale(qtbot: QtBot) -> None:
    grid = MapGrid()
    qtbot.addWidget(grid)
    grid.resize(300, 200)
    grid.grab()
    maps = np.zeros((6, 4, 4), dtype=np.float32)
    maps[2, 1, 3] = 5.0
    maps[4] = 2.5
    grid.set_maps(maps)
    assert grid.largest == 5.0
    tiles = grid.tiles()
    assert len(tiles) == 6
    assert all(tile.width() == tile.height() and grid.rect().contains(tile) for tile in tiles)
    image = grid.grab().toImage()
    side = tiles[0].width()
    colours = colour_table("sequential", LIGHT)
    at = (tiles[2].left() + int(3.5 * side / 4), tiles[2].top() + int(1.5 * side / 4))
    assert image.pixelColor(*at).rgba() == colours[254]
    assert image.pixelColor(tiles[0].center()).rgba() == colours[0]
    assert image.pixelColor(tiles[4].center()).rgba() == colours[127]
    assert grid.words_at(*at) == "map 2, row 1, column 3: 5.000"
    assert grid.words_at(tiles[0].right() + 2, 1) == ""
    with pytest.raises(BadInput):
        grid.set_maps(np.zeros((4, 4), dtype=np.float32))


def test_feature_maps_below_0_have_a_colour_of_their_own(qtbot: QtBot) -> None:
    grid = MapGrid()
    qtbot.addWidget(grid)
    grid.resize(300, 200)
    grid.set_maps(np.array([[[-4.0]], [[0.0]], [[2.0]]], dtype=np.float32))
    assert grid.is_signed and grid.largest == 4.0
    image, colours = grid.grab().toImage(), colour_table("diverging", LIGHT)
    seen = [image.pixelColor(tile.center()).rgba() for tile in grid.tiles()]
    assert seen == [colours[0], colours[127], colours[191]]
