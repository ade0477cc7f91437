"""Settings of the sources of pictures: CIFAR-10, a person's own image folder, Fashion-MNIST and KMNIST."""

from typing import Annotated, ClassVar

from msgspec import Meta

from workbench.config.settings import Settings, Task


class Cifar10(Settings, frozen=True, kw_only=True, tag="cifar10", tag_field="kind"):
    """CIFAR-10: 60,000 colour pictures of ten kinds of things, 32 x 32 (Krizhevsky, 2009)."""

    task: ClassVar[Task] = "images"
    #: Height and width of a picture, as every source of pictures has it.
    side: ClassVar[int] = 32

    folder: Annotated[
        str,
        Meta(
            title="Folder",
            description="The folder that holds cifar-10-batches-bin, cifar-10-binary.tar.gz or torchvision's "
            "cifar-10-batches-py. Empty: the workbench's own, downloaded when missing (170 MB).",
            extra={"path": "folder"},
        ),
    ] = ""
    train: Annotated[
        int, Meta(ge=10, le=50_000, title="Training images", description="The first so many; the rest are unused.")
    ] = 45_000
    validation: Annotated[
        int,
        Meta(
            ge=0, le=25_000, title="Validation images",
            description="The last so many of the 50,000, held out. 0 holds nothing out and watches training images.",
        ),
    ] = 5_000  # fmt: skip


class ImageFolder(Settings, frozen=True, kw_only=True, tag="image-folder", tag_field="kind"):
    """A folder of a person's own pictures: one folder for each class, or train and test folders of such."""

    task: ClassVar[Task] = "images"

    folder: Annotated[
        str,
        Meta(
            title="Folder",
            description="Holds a folder of pictures for each class, or a train and a test folder of such. "
            "A class is called as its folder is.",
            extra={"path": "folder"},
        ),
    ] = ""
    side: Annotated[
        int,
        Meta(
            ge=8, le=256, title="Side",
            description="Of each picture its middle square is taken, and scaled to this height and width.",
            extra={"unit": "pixels"},
        ),
    ] = 32  # fmt: skip
    train: Annotated[
        int,
        Meta(
            ge=1, le=10_000_000, title="Training images", description="At most so many, the classes taking turns.",
        ),
    ] = 10_000_000  # fmt: skip
    validation: Annotated[
        float,
        Meta(
            ge=0.0, le=0.5, title="Validation share",
            description="Of each class's training images, held out. 0 holds nothing out and watches training images.",
        ),
    ] = 0.1  # fmt: skip
    test: Annotated[
        float,
        Meta(ge=0.01, le=0.5, title="Test share", description="Of each class, where there is no test folder."),
    ] = 0.15
    seed: Annotated[
        int, Meta(ge=0, le=2**31 - 1, title="Splitting seed", description="The same seed holds out the same pictures.")
    ] = 0


FirstOf60000 = Annotated[
    int, Meta(ge=100, le=60_000, title="Training images", description="The first so many; the rest are unused.")
]
LastOf60000 = Annotated[
    int, Meta(ge=10, le=30_000, title="Validation images", description="The last so many of the 60,000, held out.")
]


class FashionMnist(Settings, frozen=True, kw_only=True, tag="fashion-mnist", tag_field="kind"):
    """Fashion-MNIST: 70,000 grey pictures of ten kinds of clothes, 28 x 28 (Xiao, Rasul and Vollgraf, 2017)."""

    task: ClassVar[Task] = "images"
    side: ClassVar[int] = 28

    folder: Annotated[
        str,
        Meta(
            title="Folder",
            description="The folder that holds FashionMNIST/raw. Empty: the workbench's own, downloaded when missing "
            "(31 MB).",
            extra={"path": "folder"},
        ),
    ] = ""
    train: FirstOf60000 = 55_000
    validation: LastOf60000 = 5_000


class Kmnist(Settings, frozen=True, kw_only=True, tag="kmnist", tag_field="kind"):
    """KMNIST: 70,000 grey pictures of ten cursive Japanese characters, 28 x 28 (Clanuwat et al., 2018)."""

    task: ClassVar[Task] = "images"
    side: ClassVar[int] = 28

    folder: Annotated[
        str,
        Meta(
            title="Folder",
            description="The folder that holds KMNIST/raw. Empty: the workbench's own, downloaded when missing "
            "(21 MB).",
            extra={"path": "folder"},
        ),
    ] = ""
    train: FirstOf60000 = 55_000
    validation: LastOf60000 = 5_000
