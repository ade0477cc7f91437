"""Source: a folder of a person's own pictures, its classes called as the folders are."""

from collections.abc import Sequence
from itertools import chain, zip_longest

import numpy as np
from numpy.typing import NDArray

from workbench.config import ImageFolder, Interface
from workbench.data.availability import HERE, Availability
from workbench.data.class_folders import ClassFolders, PictureFile, class_names, find_pictures
from workbench.data.dataset import Dataset, Loader, Split, class_parts
from workbench.data.decoded import decoded
from workbench.errors import BadInput

CHANNELS = 3

#: Pictures as bytes in memory, at most; what training needs besides is asked for elsewhere.
MOST_BYTES = 8 * 1024**3

#: Of more classes than this the score is not told one by one.
MOST_TOLD = 20

#: So many training images are watched when nothing is held out.
WATCHED = 5_000


def interface(settings: ImageFolder) -> Interface:
    """One row of pixels with three colours each a step. Raises BadInput when the folder has no classes."""
    return interface_for(settings, len(class_names(settings.folder)))


def interface_for(settings: ImageFolder, classes: int) -> Interface:
    """The same for a number of classes that is known."""
    side = settings.side
    return Interface(steps=side, width=side * CHANNELS, symbols=0, classes=classes, picture=(side, side, CHANNELS))


def availability(settings: ImageFolder) -> Availability:
    """Whether there is a folder with classes, without looking at its pictures."""
    try:
        interface(settings)
    except BadInput as error:
        return Availability("missing", why=str(error), key="data.folder")
    return HERE


def load(settings: ImageFolder) -> Loader:
    """Finds, opens and splits the pictures. Raises BadInput for a folder, class or file that cannot be used."""
    found = yield from find_pictures(settings.folder)
    parts = _split(found, settings)
    files = parts["train"] + parts["validation"] + parts["test"]
    size = len(files) * settings.side**2 * CHANNELS
    if size > MOST_BYTES:
        raise BadInput(
            settings.folder, f"its {len(files):,} pictures take {size / 2**30:,.1f} GB of memory at this size; at most "
            f"{MOST_BYTES / 2**30:.0f} GB", key="data.side", value=settings.side, hint="Try a smaller side.",
        )  # fmt: skip
    images = yield from decoded(files, settings.side, CHANNELS)  # (pictures, side, side, channels)
    rows = images.reshape(len(files), settings.side, settings.side * CHANNELS)
    labels = np.array([file.of_class for file in files], dtype=np.int64)
    splits: dict[str, tuple[NDArray[np.uint8], NDArray[np.int64]]] = {}
    begin = 0
    for name, part in parts.items():
        splits[name] = rows[begin : begin + len(part)], labels[begin : begin + len(part)]
        begin += len(part)
    train = Split(*splits["train"], f"{len(parts['train']):,} images of the folder")
    if parts["validation"]:
        validation = Split(*splits["validation"], f"{len(parts['validation']):,} held-out images of the folder")
    else:
        watched = min(len(train), WATCHED)
        validation = Split(
            train.inputs[:watched], train.targets[:watched], f"{watched:,} of the images it learns from"
        )  # fmt: skip
    told = class_parts(splits["test"][1], found.classes) if len(found.classes) <= MOST_TOLD else ()
    test = Split(*splits["test"], f"the folder's {len(parts['test']):,} test images", told)
    return Dataset(interface_for(settings, len(found.classes)), train, validation, test, found.classes)


def _split(found: ClassFolders, settings: ImageFolder) -> dict[str, list[PictureFile]]:
    """The files of train, validation and test; in each the classes take turns. Raises BadInput for too few.

    What is held out is drawn class by class, so that every class is in every part.
    """
    generator = np.random.default_rng(settings.seed)
    train: list[list[PictureFile]] = []
    validation: list[list[PictureFile]] = []
    test = _by_class(found.test, len(found.classes)) if found.test else []
    for name, files in zip(found.classes, _by_class(found.train, len(found.classes)), strict=True):
        order = generator.permutation(len(files))
        tests = 0 if found.test else max(1, round(settings.test * len(files)))
        held_out = max(1, round(settings.validation * len(files))) if settings.validation else 0
        if tests + held_out >= len(files):
            raise BadInput(
                settings.folder, f"the class {name} has too few pictures ({len(files)}) to hold some out",
                key="data.folder",
            )  # fmt: skip
        if tests:
            test.append(_picked(files, order[:tests]))
        validation.append(_picked(files, order[tests : tests + held_out]))
        train.append(_picked(files, order[tests + held_out :]))
    return {
        "train": _in_turns(train)[: settings.train],
        "validation": _in_turns(validation),
        "test": _in_turns(test),
    }


def _by_class(files: Sequence[PictureFile], classes: int) -> list[list[PictureFile]]:
    lists: list[list[PictureFile]] = [[] for _ in range(classes)]
    for file in files:
        lists[file.of_class].append(file)
    return lists


def _picked(files: Sequence[PictureFile], numbers: NDArray[np.int64]) -> list[PictureFile]:
    """These files, by name again."""
    return [files[number] for number in sorted(numbers)]


def _in_turns(lists: Sequence[Sequence[PictureFile]]) -> list[PictureFile]:
    """The first of each class, the second of each, and so on: the first so many are a fair sample."""
    return [file for file in chain.from_iterable(zip_longest(*lists)) if file is not None]
