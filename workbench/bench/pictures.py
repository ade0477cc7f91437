"""The README's pictures: ``python -m workbench.bench.pictures FOLDER`` uses the window and saves what is seen."""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QWidget

from workbench.bench.mouse import Hand
from workbench.bench.offscreen import Opened, open_window
from workbench.data.drawing import Stroke

#: A four as people draw it: an open top, then the stem.
FOUR = (
    Stroke.through([(0.36, 0.16), (0.33, 0.28), (0.30, 0.40), (0.29, 0.50), (0.40, 0.52), (0.55, 0.51), (0.74, 0.49)]),
    Stroke.through([(0.63, 0.17), (0.62, 0.35), (0.60, 0.55), (0.58, 0.72), (0.57, 0.86)]),
)


def main(folder: Path) -> None:
    """Saves the pictures that the README names."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_window() as opened:
        window, session = opened.window, opened.session
        opened.spin_until(lambda: session.answer is not None)
        opened.spin(0.5)
        _save(opened, folder / "first-launch-light.png")
        _draw(opened)
        _save(opened, folder / "digit-light.png")
        _look_inside(opened)
        _save(opened, folder / "cell-light.png")
        _hold(opened)
        _save(opened, folder / "clamps-light.png")
        session.clamping.reset()
        window.choose_appearance("dark")
        _explain(opened)
        _save(opened, folder / "influence-dark.png")
        window.show_dock("gates")
        session.train()
        opened.spin_until(lambda: session.training.history is not None and session.training.history.step > 400, 240)
        _save(opened, folder / "training-dark.png")
        session.stop()
        opened.spin_until(lambda: not session.training.is_busy)
        window.choose_appearance("light")
        session.choose("story-belling-the-cat")
        opened.spin_until(lambda: not session.networks.is_loading)
        session.tell("had a general")
        opened.spin_until(lambda: not session.story.is_telling)
        opened.spin(0.5)
        _save(opened, folder / "story-light.png")
        _add(opened)
        _save(opened, folder / "adder-light.png")
        _verify(opened)
        _save(opened, folder / "verify-light.png")


def _draw(opened: Opened) -> None:
    pad = opened.window.findChild(QWidget, "digitCanvas")
    assert isinstance(pad, QWidget)
    hand = Hand(pad)
    for stroke in FOUR:
        hand.stroke(stroke)
    opened.spin_until(lambda: opened.session.looking.answered == opened.session.looking.asked)
    opened.spin(0.3)


def _look_inside(opened: Opened) -> None:
    """One unit at one step, as a drawing and as equations."""
    opened.session.point_at_unit(17)
    opened.session.point_at(6)
    opened.window.show_dock("cell")
    opened.spin(1.0)


def _hold(opened: Opened) -> None:
    """Nothing new is written from the middle on."""
    session = opened.session
    assert session.answer is not None
    opened.window.show_dock("clamps")
    session.clamping.lesson("shut", session.answer.question.trained)
    desk = session.clamping
    opened.spin_until(lambda: desk.measured is not None and desk.measured.score is not None, 240)
    opened.spin(0.5)


def _explain(opened: Opened) -> None:
    """What mattered for the answer, and the digit without a part of it."""
    opened.window.show_dock("influence")
    opened.spin_until(lambda: opened.session.influence.mattered is not None, 240)
    opened.spin(0.5)


def _add(opened: Opened) -> None:
    """A sum with carries, one of its bits pointed at."""
    session = opened.session
    session.choose("binary-addition-lstm")
    opened.spin_until(lambda: not session.networks.is_loading)
    session.add("91", "55")
    opened.spin_until(lambda: session.looking.answered == session.looking.asked)
    session.point_at(3)
    opened.spin(0.5)


def _verify(opened: Opened) -> None:
    """One of the mistakes with which a network learns all the same."""
    desk = opened.session.verifying
    opened.window.verify_cells()
    desk.switch_on("forget-delta")
    opened.spin_until(lambda: desk.is_whole and not desk.is_training, 240)
    opened.spin(0.3)


def _save(opened: Opened, path: Path) -> None:
    opened.spin(0.2)
    if not opened.window.grab().save(str(path)):
        raise OSError(f"{path} could not be written")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m workbench.bench.pictures FOLDER")
    main(Path(sys.argv[1]))
