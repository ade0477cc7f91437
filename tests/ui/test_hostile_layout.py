"""Window settings broken in hundreds of ways: the window opens, as it was left or as on the first day."""

import random
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from tests.hostile import bounded, outcome
from tests.hostile_tally import TALLY
from tests.mutations import renamed, renumbered, torn
from tests.ui.test_layout import FourDocks


@pytest.mark.parametrize("cases", [60, pytest.param(1_000, marks=pytest.mark.slow)])
def test_broken_window_settings_are_harmless(cases: int, tmp_path: Path, qtbot: QtBot) -> None:
    window = FourDocks()
    qtbot.addWidget(window)
    window.show()
    path = tmp_path / "window.ini"
    settings = QSettings(str(path), QSettings.Format.IniFormat)
    window.layout_kept.save(settings)
    settings.setValue("appearance", "dark")
    settings.sync()
    del settings
    whole, luck = path.read_bytes(), random.Random(cases)

    def open_it() -> None:
        broken = QSettings(str(path), QSettings.Format.IniFormat)
        window.layout_kept.restore(broken)
        broken.value("appearance", "system")

    with bounded(tmp_path) as watch:
        for number in range(cases):
            # Another name each time: Qt keeps what it read of a name.
            path = tmp_path / f"window-{number}.ini"
            path.write_bytes(luck.choice((torn, renumbered, renamed))(whole, luck))
            with TALLY.measured("window settings"):
                said = outcome(open_it, str(path))
            assert said == "opened", number
            path.unlink()
    TALLY.add("window settings", Counter(opened=cases))
    assert watch.seen == []
    window.layout_kept.back_to_default()
    assert all(dock.isVisible() or window.tabifiedDockWidgets(dock) for dock in window.docks.values())
