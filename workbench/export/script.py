"""A preset as one page of PyTorch, or by hand of NumPy, which trains to the same loss by itself."""

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from workbench.config import Convnet, Preset, Training, Words
from workbench.engine.evaluate import BATCH, READERS, WINDOWS_EACH
from workbench.errors import BadInput
from workbench.export.script_by_hand import by_hand_lines, check_by_hand
from workbench.export.script_data import ScriptData, script_data
from workbench.export.script_network import convnet_first_weights, convnet_lines, first_weights, network_lines
from workbench.export.script_variation import is_varied, variation_lines
from workbench.fields import problems
from workbench.files import whole_file, write_text


@dataclass(frozen=True)
class Written:
    """The script, and the files of data beside it."""

    script: Path
    beside: tuple[Path, ...]


def save_script(preset_id: str, preset: Preset, path: Path) -> Written:
    """Writes the script, and beside it, under the same name, the data that it cannot make or download itself.

    Raises BadInput for what a page has no room for, and where a file of the name stands already.
    """
    check(preset)
    data = script_data(preset)
    names = [*data.texts, *([".npz"] if data.arrays else [])]
    beside = tuple(path.with_suffix(suffix) for suffix in names)
    for each in beside:
        if each == path:
            raise BadInput(
                "--out", "the script's data would have this name; let the script's end in .py", value=str(path)
            )
        if each.exists():
            raise BadInput(
                "--out", "the script's data would be written over this; choose another name", value=str(each)
            )
    for suffix, text in data.texts.items():
        write_text(path.with_suffix(suffix), text)
    if data.arrays:
        with whole_file(path.with_suffix(".npz")) as temporary, temporary.open("wb") as file:
            arrays: dict[str, Any] = data.arrays
            np.savez_compressed(file, **arrays)
    write_text(path, page(preset_id, preset, data, [each.name for each in beside]))
    return Written(path, beside)


def check(preset: Preset) -> None:
    """Raises BadInput for what cannot be told on a page."""
    for key, why in problems(preset).items():
        raise BadInput(preset.title, why, key=key)
    if preset.training.engine == "scratch":
        check_by_hand(preset)


def page(preset_id: str, preset: Preset, data: ScriptData, beside: list[str]) -> str:
    """The script's text."""
    settings, model = preset.training, preset.model
    if settings.engine == "scratch":
        head = _head(preset_id, preset, data, beside)
        return "\n".join([*head, "", "# --- data", *by_hand_lines(preset, data)]) + "\n"
    is_stream = isinstance(preset.data, Words) and preset.data.reading == "stream"
    if isinstance(model, Convnet):
        network, first = convnet_lines(model, data.interface), convnet_first_weights()
    else:
        network = network_lines(model, data.interface, carries=is_stream, every_step=settings.every_step)
        first = first_weights(model, data.interface)
    lines = [
        *_head(preset_id, preset, data, beside),
        "",
        "# --- data",
        *data.lines,
        *_to_device(data),
        *(_levels(data) if isinstance(model, Convnet) else []),
        "",
        "",
        *(_variation(settings, data)),
        "# --- network",
        *(_DETACHED if is_stream else []),
        *network,
        "",
        "",
        "network = Network()",
        f"luck = torch.Generator().manual_seed({settings.seed + 2})",
        "with torch.no_grad():",
        *first,
        "network.to(device)",
        "",
        "# --- training",
        *_training(preset, data, is_stream),
        "",
        "# --- test",
        *_test(preset, data, is_stream),
    ]
    return "\n".join(lines) + "\n"


def _variation(settings: Training, data: ScriptData) -> list[str]:
    if data.interface.picture is None or not is_varied(settings):
        return []
    return [
        "# --- how pictures are varied while they are learnt from",
        *variation_lines(settings, data.interface.picture),
    ]


def _head(preset_id: str, preset: Preset, data: ScriptData, beside: list[str]) -> list[str]:
    own = {"import argparse", "import math", "import copy", *data.imports}
    if preset.training.schedule != "cosine":
        own.discard("import math")
    if not preset.training.average:
        own.discard("import copy")
    outside = {each for each in own if "numpy" in each or "torchvision" in each} | {"import torch"}
    standard = own - outside
    is_by_hand = preset.training.engine == "scratch"
    if is_by_hand:
        outside.add("import numpy as np")
    seeds = "The seeds are the workbench's, so with the same version of torch the loss is the same at every step."
    by_hand = "The seeds are the workbench's, and so is the loss at every step. torch makes the data, and nothing else."
    return [
        f'"""{_told(preset.title)}: one page of {"NumPy" if is_by_hand else "PyTorch"}, written by the LSTM Workbench.',
        "",
        *textwrap.wrap(f"The preset {_told(preset_id)}. {_told(preset.promise)}", 110),
        *([f"Beside it must lie {' and '.join(beside)}."] if beside else []),
        by_hand if is_by_hand else seeds,
        '"""',
        "",
        *sorted(standard, key=lambda each: (each.startswith("from"), each)),
        "",
        *sorted(outside),
        *([] if is_by_hand else ["from torch import nn"]),
        "",
        "parser = argparse.ArgumentParser()",
        'parser.add_argument("--steps", type=int, help="batches in all, in place of the preset\'s length")',
        *([] if is_by_hand else [_DEVICE]),
        *([_FOLDER] if data.has_folder else []),
        "given = parser.parse_args()",
        *([] if is_by_hand else ["device = torch.device(given.device)"]),
    ]  # fmt: skip


def _told(words: str) -> str:
    """A preset's own words on one line of a docstring, which they cannot end."""
    return " ".join(words.replace("\\", "/").replace('"', "'").split())


_DEVICE = 'parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")'

_FOLDER = 'parser.add_argument("--data", default="data", help="torchvision\'s folder, downloaded into if empty")'


def _to_device(data: ScriptData) -> list[str]:
    lines = ["train_x, train_y, test_x, test_y = (part.to(device) for part in (train_x, train_y, test_x, test_y))"]
    if data.has_vectors:
        lines.append("vectors = vectors.to(device)")
    return lines


def _levels(data: ScriptData) -> list[str]:
    assert data.interface.picture is not None
    channels = data.interface.picture[2]
    return [
        f"colours = [train_x.reshape(-1, {channels})[:, k].double() / 255 for k in range({channels})]",
        "mean = torch.stack([colour.mean() for colour in colours]).float()",
        "deviation = torch.stack([colour.std(correction=0) for colour in colours]).float()",
    ]


_DETACHED = [
    "def detached(state):",
    '    """What is carried on, without the way back: that ends at each window."""',
    "    return state.detach() if torch.is_tensor(state) else tuple(map(detached, state))",
    "",
    "",
]


def _scaled(data: ScriptData) -> str:
    """Grey levels 0..255 become 0..1."""
    return ".float() / 255" if data.interface.picture is not None else ""


def _optimiser(settings: Training) -> str:
    common = f"lr={settings.rate!r}, weight_decay={settings.weight_decay!r}"
    match settings.optimiser:
        case "adam":
            return f"torch.optim.Adam(network.parameters(), {common}, fused=True)"
        case "adamw":
            return f"torch.optim.AdamW(network.parameters(), {common}, fused=True)"
        case "sgd":
            return f"torch.optim.SGD(network.parameters(), {common}, momentum={settings.momentum!r}, fused=True)"
        case "rmsprop":
            return f"torch.optim.RMSprop(network.parameters(), {common}, alpha=0.9)"


def _loss(data: ScriptData, every_step: bool) -> str:
    if every_step:
        return "nn.functional.cross_entropy(scores.flatten(0, 1), y[:, None].expand(scores.shape[:2]).flatten())"
    return {
        "class": "nn.functional.cross_entropy(scores.flatten(0, -2), y.flatten())",
        "bit": "nn.functional.binary_cross_entropy_with_logits(scores, y)",
        "number": "nn.functional.mse_loss(scores, y)",
        "vector": "nn.functional.mse_loss(scores, vectors[y])",
    }[data.interface.answer]


def _training(preset: Preset, data: ScriptData, is_stream: bool) -> list[str]:
    settings = preset.training
    dropout = preset.model.dropout
    varies = data.interface.picture is not None and is_varied(settings)
    stride = preset.data.window + 1 if isinstance(preset.data, Words) and preset.data.reading == "in_turn" else 0
    lines = [
        f"optimiser = {_optimiser(settings)}",
        f"order = torch.Generator().manual_seed({settings.seed})",
        *([f"luck = torch.Generator(device).manual_seed({settings.seed + 1})"] if dropout else []),
        *([f"variation = torch.Generator().manual_seed({settings.seed + 3})"] if varies else []),
    ]
    if is_stream:
        window = data.interface.steps
        lines += [
            f"# {window} words after {window} words, by readers who each have a stretch of the text.",
            f"batch = max(1, min({settings.batch}, len(train_x) // {window}))",
            f"per_epoch = len(train_x) // (batch * {window})",
            f"places = ({window} * (torch.arange(per_epoch)[:, None] + per_epoch * torch.arange(batch))).flatten()",
        ]
    elif stride:
        lines += [
            f"# Every {stride}th window, from one of the first few; each pass is as long as the one that begins last.",
            f"beginnings = min({stride + 1}, len(train_x))",
            f"length = (len(train_x) - beginnings) // {stride} + 1",
            f"batch = min({settings.batch}, length)",
            "per_epoch = length // batch",
        ]
    else:
        lines += [f"batch = min({settings.batch}, len(train_x))", "per_epoch = len(train_x) // batch"]
    lines.append(f"total = given.steps or {settings.steps or f'{settings.epochs} * per_epoch'}")
    if settings.average:
        lines.append("answering = copy.deepcopy(network).requires_grad_(False)  # its weights are a running average")
    lines += ["for step in range(total):", "    if step % per_epoch == 0:"]
    if is_stream:
        lines += [
            f"        first, memory = int(torch.randint({data.interface.steps}, (), generator=order)), None",
            "        samples = (first + places).to(device)",
        ]
    elif stride:
        lines += [
            "        first = int(torch.randint(beginnings, (), generator=order))",
            f"        samples = (first + {stride} * torch.arange(length)).to(device)",
        ]
    else:
        lines.append("        samples = torch.randperm(len(train_x), generator=order).to(device)")
    lines += [
        "    index = samples[step % per_epoch * batch :][:batch]",
        f"    x, y = train_x[index]{_scaled(data)}, train_y[index]",
    ]
    if varies:
        lines.append("    x = varied(x, variation)")
    given = [
        *(["memory"] if is_stream else []),
        *(["luck"] if dropout else []),
        *(["every=True"] if settings.every_step else []),
    ]
    call = f"network({', '.join(['x', *given])})"
    result = "scores, memory" if is_stream else "scores"
    if settings.precision == "bfloat16":
        lines += ["    with torch.autocast(device.type, torch.bfloat16):", f"        {result} = {call}"]
        lines.append("    scores = scores.float()")
    else:
        lines.append(f"    {result} = {call}")
    lines += [
        f"    loss = {_loss(data, settings.every_step)}",
        "    optimiser.zero_grad()",
        "    loss.backward()",
    ]
    if settings.clip:
        lines.append(f"    nn.utils.clip_grad_norm_(network.parameters(), {settings.clip!r})")
    if settings.schedule == "cosine":
        rate = f"{settings.rate!r} * 0.5 * (1 + math.cos(math.pi * step / total))"
        lines.append(f'    optimiser.param_groups[0]["lr"] = {rate}')
    lines.append("    optimiser.step()")
    if settings.average:
        lines += [
            f"    kept = min({settings.average!r}, (1 + step) / (10 + step))  # it forgets sooner at first",
            "    for slow, fast in zip(answering.parameters(), network.parameters()):",
            "        slow.lerp_(fast.detach(), 1 - kept)",
        ]
    lines += [
        "    if (step + 1) % 100 == 0 or step + 1 == total:",
        '        print(f"step {step + 1}: loss {loss.item():.9g}", flush=True)',
    ]
    return lines


def _test(preset: Preset, data: ScriptData, is_stream: bool) -> list[str]:
    """The mean loss over the test samples, and the share that is right, as the workbench counts them."""
    settings, interface = preset.training, data.interface
    lines = ["network = answering"] if settings.average else []
    if settings.kept == "float16":
        lines += [
            "for weight in network.parameters():",
            "    weight.data.copy_(weight.data.half())  # as they are kept",
        ]
    lines += ["losses, right = [], []", "with torch.inference_mode():"]
    if is_stream:
        window = interface.steps
        lines += [
            f"    batch = max(1, min({READERS}, len(test_x) // {window * WINDOWS_EACH}, len(test_x) // {window}))",
            f"    per_epoch, memory = len(test_x) // (batch * {window}), None",
            f"    places = {window} * (torch.arange(per_epoch)[:, None] + per_epoch * torch.arange(batch))",
            "    for index in places.to(device):",
            "        scores, memory = network(test_x[index], memory)",
            "        scores, y = scores.flatten(0, 1), test_y[index].flatten()",
        ]
    else:
        lines += [
            f"    for x, y in zip(test_x.split({BATCH}), test_y.split({BATCH})):",
            f"        scores = network(x{_scaled(data)})",
        ]
        if interface.every_step and interface.answer == "class":
            lines.append("        scores, y = scores[:, -1], y[:, -1]  # only the last step has seen the whole window")
    loss, right = {
        "class": ('nn.functional.cross_entropy(scores, y, reduction="none")', "scores.argmax(-1) == y"),
        "bit": (
            'nn.functional.binary_cross_entropy_with_logits(scores, y, reduction="none").flatten(1).mean(1)',
            "((scores > 0) == (y > 0.5)).flatten(1).all(1)",
        ),
        "number": ('nn.functional.mse_loss(scores, y, reduction="none").flatten(1).mean(1)', ""),
        "vector": (
            'nn.functional.mse_loss(scores, vectors[y], reduction="none").mean(1)',
            "(told @ known.T).argmax(-1) == y",
        ),
    }[interface.answer]
    lines.append(f"        losses.append({loss})")
    if interface.answer == "vector":
        both = "nn.functional.normalize(each, dim=-1) for each in (scores, vectors)"
        lines.append(f"        told, known = ({both})  # nearest by cosine")
    if right:
        lines.append(f"        right.append({right})")
    lines.append('print(f"test: loss {torch.cat(losses).double().mean().item():.9g}")')
    if right:
        lines.append('print(f"right: {100 * torch.cat(right).double().mean().item():.2f} %")')
    return lines
