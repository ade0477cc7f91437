"""``workbench classify``, ``workbench story`` and ``workbench evaluate``: asking a trained network."""

import argparse
from pathlib import Path
from typing import Any

import torch

from workbench import paths
from workbench.cli.output import Output
from workbench.cli.picture_commands import classify_pictures, classify_sample
from workbench.cli.train_commands import with_settings
from workbench.data.sources import load
from workbench.data.text import gap, told
from workbench.engine.evaluate import examine
from workbench.engine.story import seed_words, split_of, tell
from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.insight.belief import belief_by_step, measured_every
from workbench.insight.decision import decided_after
from workbench.outcome import outcome
from workbench.runs.network_file import load_network
from workbench.session.choices import preset_entry
from workbench.session.networks import network_path
from workbench.session.pad import Pad


def chosen_network(arguments: argparse.Namespace) -> tuple[Trained, Path]:
    """The network the options name, and its file. Raises BadInput."""
    if arguments.network is not None:
        path = arguments.network
    elif arguments.bundled:
        path = paths.networks() / f"{arguments.preset}.safetensors"
        if not path.is_file():
            raise BadInput("--preset", "no network of this preset comes along", value=arguments.preset)
    else:
        preset_entry(arguments.preset)
        found = network_path(arguments.preset)
        if found is None:
            raise BadInput("--preset", "this preset has not been trained yet", value=arguments.preset,
                           hint=f"Run workbench train {arguments.preset}.")  # fmt: skip
        path = found[0]
    return load_network(path), path


def classify(arguments: argparse.Namespace, output: Output) -> int:
    """Reads each file as a digit, or as a picture when the network reads pictures.

    A file that cannot be used is said so, and the others are read all the same.
    """
    trained, path = chosen_network(arguments)
    if arguments.sample is not None:
        return classify_sample(trained, path, arguments.sample, output)
    if not arguments.files:
        raise BadInput("classify", "give a file, or the number of a test image with --sample")
    if trained.preset.task == "images":
        return classify_pictures(trained, path, arguments, output)
    if trained.preset.task != "digits":
        raise BadInput(str(path), "this network reads neither digits nor pictures", value=trained.preset.title)
    network = trained.network()
    answers: list[dict[str, Any]] = []
    code = 0
    for file in arguments.files:
        pad = Pad()
        pad.fit = not arguments.no_fit
        try:
            pad.load(file)
            seen = pad.seen()
        except BadInput as error:
            output.say(str(error))
            answers.append({"file": str(file), "error": str(error)})
            code = 2
            continue
        if seen is None or not seen.any():
            output.say(f"{file}: nothing is drawn")
            answers.append({"file": str(file), "digit": None, "beliefs": None})
            continue
        beliefs = belief_by_step(network, torch.from_numpy(seen))  # (steps, classes)
        last = beliefs[-1]
        digit = trained.classes[int(last.argmax())]
        step = decided_after(beliefs, measured_every(network, len(beliefs)))
        row = None if step is None else trained.interface.rows_at(step)[-1]
        output.say(f"{file}: {digit}  ({100 * last.max():.1f} %, decided at row {row})")
        answers.append(
            {"file": str(file), "digit": digit, "beliefs": dict(zip(trained.classes, map(float, last), strict=True)),
             "decided_at_row": row}
        )  # fmt: skip
    output.answer({"network": str(path), "answers": answers})
    return code


def story(arguments: argparse.Namespace, output: Output) -> int:
    """Tells a story, each word as it comes."""
    if not 1 <= arguments.length <= 10_000:
        raise BadInput("--length", "expected 1 to 10,000 words", value=arguments.length)
    if not 0.0 <= arguments.temperature <= 5.0:
        raise BadInput("--temperature", "expected 0 to 5", value=arguments.temperature)
    if not -(2**63) <= arguments.seed < 2**64:
        raise BadInput("--seed", "expected a whole number of at most 64 bits", value=arguments.seed)
    trained, path = chosen_network(arguments)
    seeds = seed_words(trained, arguments.words)
    split = split_of(trained)
    output.say(told(seeds, split), end="")
    words, before = [], seeds[-1]
    generator = torch.Generator().manual_seed(arguments.seed)
    for word in tell(trained, seeds, arguments.length, arguments.temperature, generator):
        output.say(gap(before, word.text, split) + word.text, end="")
        before = word.text
        measure = "cosine" if word.is_cosine else "probability"
        words.append({"word": word.text, measure: word.probability, "candidates": dict(word.candidates)})
    output.say("")
    output.answer({"network": str(path), "seeds": seeds, "words": words})
    return 0


def evaluate_network(arguments: argparse.Namespace, output: Output) -> int:
    """Counts right answers on the test split of the network's own data or of another preset's."""
    trained, path = chosen_network(arguments)
    preset = with_settings(preset_entry(arguments.on).preset if arguments.on else trained.preset, arguments.set)
    dataset = outcome(load(preset.data))
    if not dataset.interface.reads_alike(trained.interface):
        raise BadInput("--on", f"these data do not fit the network ({dataset.interface} and {trained.interface})")
    if dataset.classes != trained.classes:
        raise BadInput("--on", "these data have other words than the network knows", value=preset.data)
    score = outcome(examine(trained.network(), dataset, torch.device("cpu")))
    assert score is not None  # nobody stopped it
    for line in score.lines():
        output.say(line)
    output.say(f"Network: {path}")
    output.answer({"network": str(path), **score.document()})
    return 0
