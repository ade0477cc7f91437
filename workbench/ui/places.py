"""The places of the playground, one for each task: its panel, and what its tab says."""

from collections.abc import Callable
from typing import NamedTuple

from workbench.config import Task
from workbench.session.session import Session
from workbench.ui.panels.panel import Panel
from workbench.ui.text import tr
from workbench.ui.theme import Theme


class Place(NamedTuple):
    """One tab of the playground. Its ``panel`` is imported and made when it is first seen, as a dock's is."""

    panel: Callable[[Session, Theme], Panel]
    title: str
    icon: str


def places() -> dict[Task, Place]:
    """Every place by its task, in the order of the tabs."""
    return {
        "digits": Place(_digits, tr("Draw"), "draw"),
        "words": Place(_story, tr("Story"), "story"),
        "images": Place(_images, tr("Pictures"), "pictures"),
        "bits": Place(_adder, tr("Add"), "adder"),
        "series": Place(_series, tr("Series"), "series"),
    }


def _digits(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.digits import DigitsPanel

    return DigitsPanel(session, theme)


def _story(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.story import StoryPanel

    return StoryPanel(session, theme)


def _images(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.images import ImagesPanel

    return ImagesPanel(session, theme)


def _adder(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.adder import AdderPanel

    return AdderPanel(session, theme)


def _series(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.series import SeriesPanel

    return SeriesPanel(session, theme)
