"""An experiment from its preset: load the data, choose the device, train."""

from collections.abc import Generator

from workbench.config import Preset
from workbench.data.dataset import Loading
from workbench.data.sources import at_hand, interface, load
from workbench.engine.allocator import keep_freed_memory
from workbench.engine.device import choose, fixed_order
from workbench.engine.events import Command, Ended, Event
from workbench.engine.memory import check_memory
from workbench.engine.state import TrainerState
from workbench.engine.train import CHECKPOINT_SECONDS, train
from workbench.errors import BadInput
from workbench.fields import problems
from workbench.outcome import until_stopped

Experiment = Generator[Event | Loading | None, Command | None, None]


def experiment(
    preset: Preset,
    *,
    state: TrainerState | None = None,
    report_seconds: float = 0.1,
    snapshot_seconds: float = 0.2,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
) -> Experiment:
    """Everything from the settings to the finished network.

    Raises BadInput, before any work, for impossible settings and for what no memory can hold.
    """
    check(preset)
    with fixed_order(preset.training.deterministic):
        device = choose(preset.training.device)
        keep_freed_memory()
        if at_hand(preset.data):
            check_memory(preset, interface(preset.data), getattr(preset.data, "train", 0), device)
        dataset = yield from until_stopped(load(preset.data))
        if dataset is None:
            yield Ended(0, "stopped")
            return
        check_memory(preset, dataset.interface, len(dataset.train), device)
        yield from train(
            preset, dataset, device, state=state, report_seconds=report_seconds,
            snapshot_seconds=snapshot_seconds, checkpoint_seconds=checkpoint_seconds,
        )  # fmt: skip


def check(preset: Preset) -> None:
    """Raises BadInput for settings that are impossible together."""
    for key, why in problems(preset).items():
        raise BadInput(preset.title, why, key=key)
