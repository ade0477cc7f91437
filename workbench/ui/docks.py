"""The docks around the playground: what each shows, and where it stands."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from workbench.session.session import Session
from workbench.ui.panels.panel import Panel
from workbench.ui.text import tr
from workbench.ui.theme import Theme

Area = Literal["left", "right", "bottom"]


class DockPlace(NamedTuple):
    """One dock. Its ``panel`` is imported and made when it is first seen, so that the window is there at once."""

    name: str
    title: str
    area: Area
    panel: Callable[[Session, Theme], Panel]


def dock_places() -> tuple[DockPlace, ...]:
    """Every dock; those of one area are tabs, in this order, the first of them in front."""
    return (
        DockPlace("experiment", tr("Experiment"), "left", _experiment),
        DockPlace("gates", tr("Gates"), "right", _gates),
        DockPlace("cell", tr("Cell"), "right", _cell),
        DockPlace("clamps", tr("Clamps"), "right", _clamps),
        DockPlace("influence", tr("Influence"), "right", _influence),
        DockPlace("verify", tr("Verify"), "right", _verify),
        DockPlace("curves", tr("Curves"), "bottom", _curves),
        DockPlace("gradients", tr("Gradients"), "bottom", _gradients),
        DockPlace("race", tr("Race"), "bottom", _race),
        DockPlace("snapshots", tr("Snapshots"), "bottom", _snapshots),
        DockPlace("runs", tr("Runs"), "bottom", _runs),
        DockPlace("log", tr("Log"), "bottom", _log),
    )


def _experiment(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.experiment import ExperimentPanel

    return ExperimentPanel(session, theme)


def _gates(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.gates import GatesPanel

    return GatesPanel(session, theme)


def _cell(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.cell import CellPanel

    return CellPanel(session, theme)


def _clamps(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.clamps import ClampsPanel

    return ClampsPanel(session, theme)


def _influence(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.influence import InfluencePanel

    return InfluencePanel(session, theme)


def _verify(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.verify import VerifyPanel

    return VerifyPanel(session, theme)


def _curves(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.curves import CurvesPanel

    return CurvesPanel(session, theme)


def _gradients(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.gradients import GradientsPanel

    return GradientsPanel(session, theme)


def _race(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.race import RacePanel

    return RacePanel(session, theme)


def _snapshots(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.snapshots import SnapshotsPanel

    return SnapshotsPanel(session, theme)


def _runs(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.runs import RunsPanel

    return RunsPanel(session, theme)


def _log(session: Session, theme: Theme) -> Panel:
    from workbench.ui.panels.log import LogPanel

    return LogPanel(session, theme)
