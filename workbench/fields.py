"""What a form or an error message needs to know of each setting, read from its declaration."""

import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec import Meta, Struct

from workbench.config import (
    DATA_KINDS,
    MODEL_KINDS,
    Cifar10,
    Convnet,
    FashionMnist,
    Kmnist,
    Layer,
    Mnist,
    Model,
    Preset,
    Recurrent,
    Training,
    Words,
)


@dataclass(frozen=True)
class Field:
    """What a form needs to know of one setting. ``kind`` is int, float, bool, choice or text."""

    name: str
    kind: Literal["int", "float", "bool", "choice", "text"]
    default: Any
    title: str
    description: str
    low: float | None = None
    high: float | None = None
    low_excluded: bool = False
    choices: tuple[str, ...] = ()
    unit: str = ""
    path: Literal["", "file", "folder"] = ""
    only_tasks: tuple[str, ...] = ()
    only_cell: str = ""
    only_engine: str = ""
    needs: str = ""


def fields_of(settings: type[Struct]) -> tuple[Field, ...]:
    """The fields of a settings class, in the order they are declared; a list of layers has fields of its own."""
    hints = typing.get_type_hints(settings, include_extras=True)
    found = msgspec.structs.fields(settings)
    return tuple(_field(info, hints[info.name]) for info in found if info.name != "stack")


#: How many layers a stack has, as a setting: ``model.layers``.
STACK_HEIGHT = Field(
    "layers", "int", default=1, title="Layers", low=1, high=16,
    description="Recurrent layers, one above the other; a new one begins as a copy of the top one.",
)  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """One setting of a preset: ``model.stack.0.units``, what may stand there, and what stands there."""

    key: str
    field: Field
    value: Any
    applies: bool


def settings_of(preset: Preset) -> Iterator[Setting]:
    """Every setting of a preset, in the order a form shows them."""
    for group in ("data", "model", "training"):
        settings = getattr(preset, group)
        for number, layer in enumerate(getattr(settings, "stack", ())):
            for field in fields_of(Layer):
                applies = field.only_cell in ("", layer.cell)
                yield Setting(f"{group}.stack.{number}.{field.name}", field, getattr(layer, field.name), applies)
        for field in fields_of(type(settings)):
            yield Setting(f"{group}.{field.name}", field, getattr(settings, field.name), _applies(field, preset))


def _field(info: msgspec.structs.FieldInfo, hint: Any) -> Field:
    meta = next((part for part in getattr(hint, "__metadata__", ()) if isinstance(part, Meta)), Meta())
    plain = typing.get_args(hint)[0] if hasattr(hint, "__metadata__") else hint
    extra = meta.extra or {}
    choices = tuple(typing.get_args(plain)) if typing.get_origin(plain) is Literal else ()
    kinds: dict[Any, Literal["int", "float", "bool", "text"]] = {int: "int", float: "float", bool: "bool", str: "text"}
    low = meta.ge if meta.ge is not None else meta.gt
    return Field(
        name=info.name,
        kind="choice" if choices else kinds[plain],
        default=None if info.required else info.default,
        title=meta.title or info.name,
        description=meta.description or "",
        low=low,
        high=meta.le,
        low_excluded=meta.gt is not None,
        choices=choices,
        unit=extra.get("unit", ""),
        path=extra.get("path", ""),
        only_tasks=(tasks,) if isinstance(tasks := extra.get("task", ()), str) else tasks,
        only_cell=extra.get("cell", ""),
        only_engine=extra.get("engine", ""),
        needs=extra.get("needs", ""),
    )


def expectation(field: Field) -> str:
    """What may stand in a field, to be said beside it: ``a whole number from 1 to 4,096``."""
    if field.choices:
        return "one of " + ", ".join(field.choices)
    if field.kind == "text":
        return "a path" if field.path else "some text"
    if field.kind == "bool":
        return "yes or no"
    number = "a whole number" if field.kind == "int" else "a number"
    low = "" if field.low is None else f" {'above' if field.low_excluded else 'from'} {field.low:,.9g}"
    high = "" if field.high is None else f"{', at most' if field.low_excluded else ' to'} {field.high:,.15g}"
    return f"{number}{low}{high}"


def _applies(field: Field, preset: Preset) -> bool:
    """Whether a setting means anything for this preset (an embedding for digits does not)."""
    cells = [layer.cell for layer in preset.model.stack] if isinstance(preset.model, Recurrent) else []
    return (
        (not field.only_tasks or preset.task in field.only_tasks)
        and (not field.only_cell or field.only_cell in cells)
        and field.only_engine in ("", preset.training.engine)
        and (not field.needs or field.needs in _there(preset))
    )


def _there(preset: Preset) -> set[str]:
    """What some settings need to mean anything: vectors of the text's words, an embedding to be learnt."""
    found = set[str]()
    if isinstance(preset.data, Words) and preset.data.vector_width:
        found.add("vectors")
    if isinstance(preset.model, Recurrent):
        found |= {"embedding": {"embedding"}, "word_vectors": {"vector input"}}.get(preset.model.input, set())
    return found


def problems(preset: Preset) -> dict[str, str]:
    """Settings that are each right but impossible together: ``{"model.readout": "why"}``."""
    found: dict[str, str] = {}
    model, training = preset.model, preset.training
    if training.epochs == 0 and training.steps == 0:
        found["training.epochs"] = "Give epochs or steps; both are 0, so nothing would be trained."
    if isinstance(model, Recurrent):
        found |= _stack_problems(model, preset)
        if model.head == "first_units" and preset.task not in ("bits", "series"):
            found["model.head"] = "Only a bit or a number can be read off a unit; choose linear."
    if isinstance(model, Convnet):
        found |= _convnet_problems(model, preset)
    if isinstance(preset.data, Words):
        found |= _words_problems(preset.data, model)
    if too_many := _too_many(preset):
        found["data.train"] = too_many
    if training.every_step and (why := _no_answer_on_the_way(preset)):
        found["training.every_step"] = why
    if training.engine == "scratch":
        found |= _by_hand_problems(preset)
    train = getattr(preset.data, "train", None)
    if train is not None and training.batch > train:
        found["training.batch"] = f"A batch of {training.batch:,} is more than the {train:,} training samples."
    return found


def _stack_problems(model: Recurrent, preset: Preset) -> dict[str, str]:
    found: dict[str, str] = {}
    if preset.task == "words":
        found |= {
            f"model.stack.{number}.bidirectional": "A story is told word by word: a backward half would have to read "
            "words that are not written yet."
            for number, layer in enumerate(model.stack)
            if layer.bidirectional
        }
    if model.longest_memory and not model.bias:
        found["model.longest_memory"] = "It is set by the gates' biases, and this network has none."
    if model.readout == "both_ends" and not model.stack[-1].bidirectional:
        found["model.readout"] = (
            "Only a bidirectional layer has two ends; choose last, or switch bidirectional on in the top layer."
        )
    return found


def _no_answer_on_the_way(preset: Preset) -> str:
    """Why a network cannot be taught by its answers after every step; empty when it can."""
    model = preset.model
    if preset.task == "words":
        return "Words have a setting of their own for this: data.targets, every."
    if preset.task in ("bits", "series"):
        return "These data have an answer of their own at every step already."
    if not isinstance(model, Recurrent):
        return "A convolution net reads a picture at once; there are no steps on the way."
    if model.reads_backwards:
        return "A backward half has seen what comes later: it has no answer on the way. Switch bidirectional off."
    if model.readout != "last":
        return "Only what is read out of the last step alone can be read out of every step; choose the read-out last."
    return ""


def _too_many(preset: Preset) -> str:
    """What to say when a collection of a fixed size is asked for more pictures than it has."""
    match preset.data:
        case Mnist(train=train, validation=validation) if train + validation > 60_000:
            return "MNIST has 60,000 digits for training and validation together."
        case FashionMnist(train=train, validation=validation) if train + validation > 60_000:
            return "Fashion-MNIST has 60,000 images for training and validation together."
        case Kmnist(train=train, validation=validation) if train + validation > 60_000:
            return "KMNIST has 60,000 images for training and validation together."
        case Cifar10(train=train, validation=validation) if train + validation > 50_000:
            return "CIFAR-10 has 50,000 images for training and validation together."
        case _:
            return ""


def _convnet_problems(model: Convnet, preset: Preset) -> dict[str, str]:
    side = getattr(preset.data, "side", 0)
    if not side:
        return {"model.kind": "A convolution net reads pictures; these data have none."}
    if model.pooled_side(side) < 1:
        return {"model.kernel": f"Two convolutions of this size leave nothing of a picture of {side} by {side} pixels."}
    return {}


def _by_hand_problems(preset: Preset) -> dict[str, str]:
    """What is not written out by hand."""
    found: dict[str, str] = {}
    model, training = preset.model, preset.training
    if preset.task not in ("bits", "series") or not isinstance(model, Recurrent):
        return {"training.engine": "By hand there are bits and series of numbers only; choose torch."}
    if training.optimiser != "sgd":
        found["training.optimiser"] = "By hand there is plain gradient descent only; choose sgd."
    for name in ("schedule", "momentum", "average", "precision", "kept"):
        if getattr(training, name) != getattr(Training(), name):
            found[f"training.{name}"] = f"By hand there is no such thing; choose {getattr(Training(), name)}."
    for name in ("projection", "dropout", "recurrent_start", "longest_memory"):
        if getattr(model, name) != getattr(Recurrent(), name):
            found[f"model.{name}"] = f"By hand there is no such thing; choose {getattr(Recurrent(), name)}."
    bottom = model.stack[0]
    alone = len(model.stack) == 1 and not bottom.bidirectional
    plain = alone and bottom.cell.startswith("rnn") and not model.bias and model.head == "linear"
    gated = alone and bottom.cell == "lstm" and not bottom.peepholes and model.bias and model.head == "first_units"
    if training.start_order == "adder" and not plain:
        found["training.start_order"] = (
            "adder is for one plain RNN layer in one direction, with a head, without biases."
        )
    if training.start_order.startswith("gates") and not gated:
        found["training.start_order"] = (
            "Gate by gate is for one LSTM layer in one direction with biases, without peepholes and head."
        )
    elif training.start_order.startswith("gates") and model.forget_bias:
        found["model.forget_bias"] = "Gate by gate every bias is drawn, the forget gate's too; choose 0."
    return found


def _words_problems(data: Words, model: Model) -> dict[str, str]:
    found: dict[str, str] = {}
    if data.reading == "stream" and data.targets != "every":
        found["data.targets"] = "A stream is learnt from every word; choose every, or read as windows."
    if data.reading == "stream" and data.windows:
        found["data.windows"] = "A stream goes through the whole text; choose 0 windows, or read as windows."
    if data.answer == "vector" and data.targets == "every":
        found["data.targets"] = "A vector is told for the word after the window only; choose last."
    if data.answer == "vector" and not data.vector_width:
        found["data.answer"] = "There are no vectors to answer with; give word vectors a width (200 for example)."
    if isinstance(model, Recurrent) and model.input == "word_vectors" and not data.vector_width:
        found["model.input"] = "There are no vectors to read; give data's word vectors a width (200 for example)."
    return found


def choices_at(group: str, name: str) -> list[str]:
    """The words allowed for a setting, for error messages; empty where any value of the type may stand."""
    if name == "kind":
        return list(DATA_KINDS if group == "data" else MODEL_KINDS)
    kinds: dict[str, tuple[type[Struct], ...]] = {
        "data": tuple(DATA_KINDS.values()),
        "model": (Layer, *MODEL_KINDS.values()),
        "training": (Training,),
    }
    return [
        choice for kind in kinds.get(group, ()) for field in fields_of(kind) if field.name == name
        for choice in field.choices
    ]  # fmt: skip
