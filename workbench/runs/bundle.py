"""Making a trained network one that comes with the workbench, with its provenance beside it."""

import hashlib
import shlex
from dataclasses import replace
from pathlib import Path

import msgspec

from workbench import paths
from workbench.config import DigitsMix, Mnist, Preset, Words
from workbench.engine.trained import Trained
from workbench.files import write_text
from workbench.preset_files import load_preset, preset_to_document
from workbench.runs.network_file import save_network


def bundle(trained: Trained, folder: Path | None = None) -> Path:
    """Writes the network and its provenance (JSON) where the bundled ones are. Returns the network's file."""
    trained = replace(trained, preset=_without_places(trained.preset))
    path = (folder or paths.networks()) / f"{trained.preset_id}.safetensors"
    save_network(trained, path)
    provenance = {
        "network": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "made_with": _command(trained), "preset": trained.preset_id, "step": trained.step, **trained.facts,
    }  # fmt: skip
    text = msgspec.json.format(msgspec.json.encode(provenance), indent=2).decode()
    write_text(path.with_suffix(".json"), text + "\n")
    return path


def _without_places(preset: Preset) -> Preset:
    """The preset without the folders its data lay in, which mean nothing on another computer."""
    data = preset.data
    if isinstance(data, Mnist):
        return msgspec.structs.replace(preset, data=msgspec.structs.replace(data, folder=""))
    if isinstance(data, DigitsMix):
        # Which traces were learnt from is told, where they lay is not.
        changed = msgspec.structs.replace(data, folder="", pen=Path(data.pen).name)
        return msgspec.structs.replace(preset, data=changed)
    if isinstance(data, Words):
        return msgspec.structs.replace(preset, data=msgspec.structs.replace(data, text=Path(data.text).name))
    return preset


def _command(trained: Trained) -> str:
    """The command that makes this network again: what differs from the preset that comes along is named."""
    words = ["workbench", "train", trained.preset_id]
    shipped = paths.shipped_presets() / f"{trained.preset_id}.toml"
    if shipped.is_file():
        saved, used = preset_to_document(load_preset(shipped)), preset_to_document(trained.preset)
        for group in ("data", "model", "training"):
            for name, value in used[group].items():
                if value != saved[group].get(name):
                    words.append(f"--set={group}.{name}={str(value).lower() if isinstance(value, bool) else value}")
    return shlex.join([*words, "--bundle"])
