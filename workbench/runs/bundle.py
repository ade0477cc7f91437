"""Making a trained network one that comes with the workbench, with its provenance beside it."""

import hashlib
import shlex
from dataclasses import replace
from pathlib import Path

import msgspec

from workbench import paths
from workbench.engine.trained import Trained
from workbench.files import write_text
from workbench.preset_files import load_preset, preset_to_document, without_places
from workbench.runs.network_file import save_network


def bundle(trained: Trained, folder: Path | None = None) -> Path:
    """Writes the network and its provenance (JSON) where the bundled ones are. Returns the network's file."""
    trained = replace(trained, preset=without_places(trained.preset))
    path = (folder or paths.networks()) / f"{trained.preset_id}.safetensors"
    save_network(trained, path)
    provenance = {
        "file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "made_with": _command(trained), "preset": trained.preset_id, "step": trained.step, **trained.facts,
    }  # fmt: skip
    text = msgspec.json.format(msgspec.json.encode(provenance), indent=2).decode()
    write_text(path.with_suffix(".json"), text + "\n")
    return path


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
