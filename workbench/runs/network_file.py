"""A trained network as one safetensors file: weights, preset, classes and provenance; never unpickled."""

from pathlib import Path
from typing import Any

import msgspec
import torch

from workbench.config import ImageFolder, Interface, Preset, Words
from workbench.data.image_folder import interface_for as image_folder_interface
from workbench.data.sources import interface
from workbench.data.words import interface_with
from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.files import is_plain_name
from workbench.models.shapes import weight_shapes
from workbench.preset_files import preset_from_document, preset_to_document
from workbench.runs.tensor_file import load_tensors, save_tensors

FORMAT = "workbench-network-1"


def save_network(trained: Trained, path: Path) -> None:
    """Writes the network. The old file stands until the new one is whole."""
    about = {
        "preset_id": trained.preset_id,
        "preset": preset_to_document(trained.preset),
        "interface": msgspec.to_builtins(trained.interface),
        "classes": list(trained.classes),
        "step": trained.step,
        "facts": trained.facts,
    }
    weights = trained.weights
    if trained.preset.training.kept == "float16":
        weights = {name: weight.half() for name, weight in weights.items()}
    save_tensors(path, FORMAT, weights, about=msgspec.json.encode(about).decode())


def load_network(path: Path) -> Trained:
    """Reads a network that :func:`save_network` wrote. Raises BadInput naming the file and what is wrong with it."""
    where = str(path)
    weights, header = load_tensors(path, FORMAT, "network", must_be_sealed=False)
    try:
        about = msgspec.json.decode(header.get("about", ""), type=_About)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise BadInput(where, f"its description is broken ({error})", key="about") from error
    if not is_plain_name(about.preset_id):  # files that are exported are called by it
        raise BadInput(where, "is no preset's name", key="preset_id", value=about.preset_id)
    preset = preset_from_document(about.preset, where)
    _check_interface(preset, about, where)
    expected = {shape.name: shape.shape for shape in weight_shapes(preset.model, about.interface)}
    for name, shape in expected.items():
        found = tuple(weights[name].shape) if name in weights else None
        if found != shape:
            raise BadInput(where, f"expected {shape} for these settings", key=name, value=found)
        if not weights[name].is_floating_point() or not torch.isfinite(weights[name]).all():
            raise BadInput(where, "not every weight is a number", key=name)
    return Trained(about.preset_id, preset, about.interface, tuple(about.classes),
                   {name: weights[name].float() for name in expected}, about.step, about.facts)  # fmt: skip


def _check_interface(preset: Preset, about: "_About", where: str) -> None:
    """Whether the network reads what its settings' data are. Raises BadInput."""
    found, data = about.interface, preset.data
    if isinstance(data, Words):
        # The text itself may be gone; the vocabulary is in the file.
        expected = interface_with(data, len(set(about.classes)))
    elif isinstance(data, ImageFolder):
        # So may the folder; the names of its classes are in the file too.
        expected = image_folder_interface(data, len(about.classes))
    else:
        expected = interface(data)
    if found != expected:
        raise BadInput(where, f"expected {expected} for these data", key="interface", value=found)
    if len(about.classes) != (count := found.symbols or found.classes):
        raise BadInput(where, f"names {len(about.classes)} classes; the network has {count}", key="classes")


class _About(msgspec.Struct, frozen=True):
    """What stands beside the weights."""

    preset_id: str
    preset: dict[str, Any]
    interface: Interface
    classes: list[str]
    step: int
    facts: dict[str, Any] = {}
