"""The places of the playground, one for each task: its panel, and what its tab says."""

from collections.abc import Callable
from typing import NamedTuple

from workbench.config import Task
from workbench.session.session import Session
from workbench.ui.panels.adder import AdderPanel
from workbench.ui.panels.digits import DigitsPanel
from workbench.ui.panels.images import ImagesPanel
from workbench.ui.panels.panel import Panel
from workbench.ui.panels.series import SeriesPanel
from workbench.ui.panels.story import StoryPanel
from workbench.ui.text import tr
from workbench.ui.theme import Theme


class Place(NamedTuple):
    """One tab of the playground."""

    panel: Callable[[Session, Theme], Panel]
    title: str
    icon: str


def places() -> dict[Task, Place]:
    """Every place by its task, in the order of the tabs."""
    return {
        "digits": Place(DigitsPanel, tr("Draw"), "draw"),
        "words": Place(StoryPanel, tr("Story"), "story"),
        "images": Place(ImagesPanel, tr("Pictures"), "pictures"),
        "bits": Place(AdderPanel, tr("Add"), "adder"),
        "series": Place(SeriesPanel, tr("Series"), "series"),
    }
