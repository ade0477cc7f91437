"""A network by what a person calls it: a preset's id, a run's folder or name, or a network's file."""

from pathlib import Path

from workbench import paths
from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.runs.folders import NETWORK
from workbench.runs.network_file import load_network
from workbench.session.choices import preset_entry
from workbench.session.networks import network_path


def named_network(name: str) -> tuple[Trained, Path]:
    """The network and its file. Raises BadInput."""
    path = Path(name)
    for folder in (path, paths.runs() / name):
        if (folder / NETWORK).is_file():
            return load_network(folder / NETWORK), folder / NETWORK
    if path.is_file():
        return load_network(path), path
    if path.suffix or path.is_dir():
        raise BadInput(name, f"holds no network ({NETWORK})" if path.is_dir() else "there is no such file")
    preset_entry(name)
    found = network_path(name)
    if found is None:
        raise BadInput(
            "network", "this preset has not been trained yet", value=name, hint=f"Run workbench train {name}."
        )
    return load_network(found[0]), found[0]
