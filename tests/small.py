"""Small networks and a small preset, for tests of what is done with them."""

from pathlib import Path

import torch

from workbench.config import Interface, Preset, Recurrent, StrokesDigits, Training, Words, stacked
from workbench.data.dataset import DIGITS
from workbench.engine.experiment import experiment
from workbench.engine.state import clone_weights
from workbench.engine.trained import Trained
from workbench.files import write_text
from workbench.models.build import build
from workbench.preset_files import preset_to_toml
from workbench.runs.network_file import save_network
from workbench.runs.run import Recorder, recorded
from workbench.session.networks import BUNDLED

TEXT = "one two three four five six seven eight nine ten and then again one two three"


def digit_reader(preset_id: str = BUNDLED["digits"], units: int = 6) -> Trained:
    """A network for digits that was never trained."""
    preset = Preset(title="Small digits", data=StrokesDigits(), model=Recurrent(stack=stacked(units=units)))
    return untrained(preset_id, preset, Interface(28, 28, 0, 10, picture=(28, 28, 1)), DIGITS)


def story_teller(preset_id: str = BUNDLED["words"], text: str = TEXT) -> Trained:
    """A network for words that was never trained."""
    words = tuple(sorted(set(text.split())))
    preset = Preset(title="Small story", data=Words(window=3), model=Recurrent(stack=stacked(units=5), embedding=4))
    return untrained(preset_id, preset, Interface(3, 0, len(words), len(words)), words)


def untrained(preset_id: str, preset: Preset, interface: Interface, classes: tuple[str, ...]) -> Trained:
    network = build(preset.model, interface)
    network.initialise(torch.Generator().manual_seed(5))
    return Trained(preset_id, preset, interface, classes, clone_weights(network), 7, {"device": "cpu"})


def counting(folder: Path, steps: int = 30) -> Preset:
    """A preset that learns to count in a moment. Its text lies in ``folder``."""
    path = folder / "counting.txt"
    write_text(path, TEXT)
    return Preset(
        title="Counting", data=Words(text=str(path), window=2), model=Recurrent(stack=stacked(units=6), embedding=4),
        training=Training(batch=4, epochs=0, steps=steps, device="cpu", rate=0.02),
    )  # fmt: skip


def counted(folder: Path) -> Path:
    """A run of thirty steps on a text that lies beside it."""
    preset, run = counting(folder), folder / "20260101-120000-counting"
    list(recorded(experiment(preset), Recorder(run, "counting", preset)))
    return run


def own_preset(home: Path, steps: int = 30) -> str:
    """The same among the person's own presets. Returns its id."""
    write_text(home / "presets" / "counting.toml", preset_to_toml(counting(home, steps)))
    return "counting"


def place_small_networks(folder: Path) -> Path:
    """Writes small networks where the ones that come along are looked for."""
    for trained in (digit_reader(), story_teller()):
        save_network(trained, folder / f"{trained.preset_id}.safetensors")
    return folder
