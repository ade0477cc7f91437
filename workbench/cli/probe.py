"""What a network is to look at, from the command line: an image or drawing, a text, a sum, or a test sample."""

import argparse

import numpy as np
import torch

from workbench.data.picture_file import load_sample
from workbench.engine.batches import Samples
from workbench.engine.story import seed_words
from workbench.engine.test_samples import try_out_samples
from workbench.engine.trained import Trained
from workbench.errors import BadInput
from workbench.outcome import outcome
from workbench.session.adder_desk import AdderDesk, check_sum, summand
from workbench.session.networks import InUse
from workbench.session.pad import Pad
from workbench.session.reader import Probe
from workbench.session.series_desk import SeriesDesk
from workbench.session.telling import StoryDesk


def probe_from(arguments: argparse.Namespace, trained: Trained) -> Probe:
    """What ``--image``, ``--text``, ``--sum`` or ``--sample`` name, as the network reads it. Raises BadInput."""
    given = [name for name in ("image", "text", "sum", "sample") if getattr(arguments, name) is not None]
    if len(given) > 1:
        raise BadInput("inspect", f"expected one of --{' and --'.join(given)}")
    task = trained.preset.task
    wanted = {"digits": "image", "images": "image", "words": "text", "bits": "sum"}.get(task)
    if given and given[0] not in ("sample", wanted):
        hint = f"Give it --{wanted} or --sample." if wanted else "It is asked about its own series."
        raise BadInput(f"--{given[0]}", f"“{trained.preset.title}” reads something else", hint=hint)
    if given == ["sample"]:
        return _sample(arguments.sample, trained)
    if not given and wanted is not None:
        raise BadInput("inspect", f"say what to look at: --{wanted}, or --sample NUMBER")
    if task == "digits":
        return _digit(arguments, trained)
    if task == "images":
        assert trained.interface.picture is not None
        picture = load_sample(arguments.image, trained.interface.picture)
        return Probe(picture.astype(np.float32) / np.float32(255), str(arguments.image))
    if task == "words":
        return _words(arguments.text, trained)
    if task == "bits":
        return _sum(arguments.sum, trained)
    series = SeriesDesk().probe(InUse(trained, "file"))
    if series is None:
        raise BadInput("inspect", "this network has no series of its own; give --sample NUMBER")
    return series


def _digit(arguments: argparse.Namespace, trained: Trained) -> Probe:
    pad = Pad()
    pad.fit = not arguments.no_fit
    pad.load(arguments.image)
    seen = pad.seen()
    if seen is None or not seen.any():
        raise BadInput(str(arguments.image), "nothing is drawn")
    return Probe(seen, str(arguments.image))


def _words(text: str, trained: Trained) -> Probe:
    seed_words(trained, text)  # says which word it does not know
    desk = StoryDesk(lambda: None)
    desk.seed_text = text
    probe = desk.probe(InUse(trained, "file"))
    if probe is None:
        raise BadInput("--text", "there is no word in it", value=text)
    return probe


def _sum(numbers: list[str], trained: Trained) -> Probe:
    a, b = numbers
    check_sum(summand(a, "a"), summand(b, "b"))
    desk = AdderDesk()
    desk.type(a, b)
    addition = desk.addition(InUse(trained, "file"))
    return Probe(addition.inputs, f"{addition.a} + {addition.b}")


def _sample(number: int, trained: Trained) -> Probe:
    if number < 1:
        raise BadInput("--sample", "expected 1 or more", value=number)
    split = outcome(try_out_samples(trained, max(number, 500)))
    if number > len(split):
        raise BadInput("--sample", f"expected 1 to {len(split):,}, of {split.caption}", value=number)
    x, y = Samples(split, torch.device("cpu")).batch(slice(number - 1, number))
    right = ""
    if trained.interface.answer == "class":
        right = f", {trained.classes[int(y.flatten()[-1])]}"
    return Probe(x[0].numpy(), f"test sample {number:,} of {split.caption}{right}")
