"""Source: MNIST, Fashion-MNIST and KMNIST, from a folder the person points at or downloaded with progress."""

from workbench.config import FashionMnist, Interface, Kmnist, Mnist, digit_interface
from workbench.data.availability import Availability
from workbench.data.dataset import DIGITS, Dataset, Loader, Part, Split, class_parts
from workbench.data.idx_files import CLASSES, SIDE, Collection, read, whether_here

#: Sizes of the archives, in bytes, where torchvision's first mirror has them.
MNIST = Collection("MNIST", "MNIST", DIGITS, "ossci-datasets.s3.amazonaws.com", (9_912_422, 28_881, 1_648_877, 4_542))
FASHION_MNIST = Collection(
    "Fashion-MNIST",
    "FashionMNIST",
    ("T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"),
    "fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    (26_421_880, 29_515, 4_422_102, 5_148),
)
#: The sounds of ten cursive hiragana, each with the letter that is written today.
KMNIST = Collection(
    "KMNIST",
    "KMNIST",
    ("o お", "ki き", "su す", "tsu つ", "na な", "ha は", "ma ま", "ya や", "re れ", "wo を"),
    "codh.rois.ac.jp",
    (18_165_135, 29_497, 3_041_136, 5_120),
)

#: Figures were published on these few, so they are also counted by themselves.
FIRST = tuple(Part(f"the first {count} of MNIST's test digits", slice(count)) for count in (128, 256))


def collection(settings: Mnist | FashionMnist | Kmnist) -> Collection:
    """Which of the three these settings are for."""
    match settings:
        case Mnist():
            return MNIST
        case FashionMnist():
            return FASHION_MNIST
        case Kmnist():
            return KMNIST


def interface(settings: Mnist | FashionMnist | Kmnist) -> Interface:
    """28 x 28 grey levels, of digits as the settings say they are read; ten classes."""
    if isinstance(settings, Mnist):
        return digit_interface(settings.read)
    return Interface(steps=SIDE, width=SIDE, symbols=0, classes=CLASSES, picture=(SIDE, SIDE, 1))


def availability(settings: Mnist | FashionMnist | Kmnist) -> Availability:
    """Whether the four files are here, without reading them; a download that broke off goes on with the rest."""
    return whether_here(collection(settings), settings.folder)


def load(settings: Mnist | FashionMnist | Kmnist) -> Loader:
    """Reads the four IDX files, downloading them first if they are nowhere. Raises BadInput for broken files."""
    what = collection(settings)
    noun = "digits" if what is MNIST else "images"
    found = yield from read(what, settings.folder)
    held_out = len(found.images) - settings.validation
    return Dataset(
        interface(settings),
        train=Split(
            found.images[: settings.train], found.labels[: settings.train], f"{settings.train:,} {what.name} {noun}"
        ),
        validation=Split(
            found.images[held_out:], found.labels[held_out:],
            f"{settings.validation:,} held-out {what.name} {noun}",
        ),
        test=Split(
            found.test_images, found.test_labels, f"{what.name}'s {len(found.test_labels):,} test {noun}",
            FIRST if what is MNIST else class_parts(found.test_labels, what.classes),
        ),
        classes=what.classes,
    )  # fmt: skip
