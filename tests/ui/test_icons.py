"""Every icon can be drawn, takes the theme's colour, and a missing one says so."""

import re

import pytest
from PySide6.QtGui import QColor, QIcon

from workbench import paths
from workbench.errors import BadInput
from workbench.ui import icons
from workbench.ui.theme import DARK, LIGHT, Theme

NEEDED = {
    "workbench", "train", "pause", "stop", "step", "undo", "redo", "clear", "open-image", "save", "story", "gates",
    "curves", "settings", "copy", "preset", "retry",
}  # fmt: skip


def test_nothing_is_missing(qapp: object) -> None:
    assert set(icons.names()) >= NEEDED


@pytest.mark.parametrize("name", sorted(NEEDED - {"workbench"}))
def test_takes_the_colour_it_is_given(qapp: object, name: str) -> None:
    image = icons.pixmap(name, "#FF0000", 24, 2.0).toImage()
    assert image.width() == 48
    opaque = [image.pixelColor(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() > 250]
    assert len(opaque) > 20
    assert all(colour.red() > 250 and colour.green() < 5 for colour in opaque)


def test_disabled_is_paler(qapp: object) -> None:
    icon = icons.icon("train", LIGHT)
    normal = icon.pixmap(24, QIcon.Mode.Normal).toImage()
    disabled = icon.pixmap(24, QIcon.Mode.Disabled).toImage()
    assert normal != disabled
    assert not icons.application_icon().isNull()


def test_an_unknown_icon_names_the_known_ones(qapp: object) -> None:
    with pytest.raises(BadInput, match=r"there is no such icon; there are .*train"):
        icons.icon("trian", LIGHT)


@pytest.mark.parametrize("theme", (LIGHT, DARK), ids=lambda theme: theme.name)
def test_the_style_sheets_glyphs_have_the_themes_colours(theme: Theme) -> None:
    for path in (paths.resources() / "icons" / "glyphs" / theme.name).glob("*.svg"):
        colour = re.findall(r"#[0-9A-F]{6}", path.read_text(encoding="utf-8"))
        chevron = path.stem.startswith("chevron")
        assert [QColor(c) for c in colour] == [QColor(theme.secondary if chevron else theme.on_accent)]
