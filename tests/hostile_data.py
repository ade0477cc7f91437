"""Kinds of files to be broken that networks learn from: downloaded collections, pictures in folders, kept work."""

import gzip
import hashlib
import io
import pickle
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from safetensors.numpy import save

from tests.hostile import Kind
from tests.mutations import enlarged, renamed, renumbered, repacked, resealed, torn
from workbench.config import Cifar10, ImageFolder
from workbench.data import idx_files, segmentation
from workbench.data.cifar10 import ARCHIVE, BATCHES
from workbench.data.mnist import MNIST
from workbench.data.sources import load
from workbench.data.vision import torchvision_module
from workbench.data.word_vectors import _NAME, _SEAL, Recipe, _kept, _kept_at, _seal, word_vectors
from workbench.outcome import outcome


def write_idx(folder: Path) -> None:
    """MNIST's four files of ``idx_files.TRAIN`` and ``TEST`` pictures, all black."""
    folder.mkdir()
    for part, count in (("train", idx_files.TRAIN), ("t10k", idx_files.TEST)):
        for name, shape in ((f"{part}-images-idx3-ubyte", (count, 28, 28)), (f"{part}-labels-idx1-ubyte", (count,))):
            head = bytes((0, 0, 8, len(shape))) + b"".join(side.to_bytes(4, "big") for side in shape)
            (folder / name).write_bytes(head + bytes(int(np.prod(shape))))


def idx_kind(run: Path) -> Kind:
    folder = run.parent / "raw"
    write_idx(folder)
    path = folder / "train-labels-idx1-ubyte"
    return Kind(path, lambda: outcome(idx_files.read(MNIST, str(folder))), (torn, renamed), str(path))


def idx_archive_kind(run: Path) -> Kind:
    """As it is downloaded; what is unpacked lies beside it."""
    folder = run.parent / "raw"
    write_idx(folder)
    plain = folder / "train-images-idx3-ubyte"
    path = folder / f"{plain.name}.gz"
    path.write_bytes(gzip.compress(plain.read_bytes()))

    def open_it() -> None:
        plain.unlink(missing_ok=True)
        outcome(idx_files.read(MNIST, str(folder)))

    return Kind(path, open_it, (torn, renamed, repacked(torn)), str(plain))


def batch(number: int) -> bytes:
    """20 pictures, as CIFAR-10's binary files have them."""
    luck = np.random.default_rng(number)
    return b"".join(bytes([k % 10]) + luck.bytes(3 * 32 * 32) for k in range(20))


def cifar(folder: Path) -> None:
    outcome(load(Cifar10(folder=str(folder), train=80, validation=20)))


def batch_kind(run: Path) -> Kind:
    folder = run.parent / "cifar"
    folder.mkdir()
    for number, name in enumerate(BATCHES):
        (folder / f"{name}.bin").write_bytes(batch(number))
    path = folder / "data_batch_3.bin"
    return Kind(path, lambda: cifar(folder), (torn, renamed), str(path))


def archive_kind(run: Path) -> Kind:
    path = run.parent / "cifar" / ARCHIVE
    path.parent.mkdir()
    with tarfile.open(path, "w:gz") as files:
        for number, name in enumerate(BATCHES):
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            member.size = len(batch(number))
            files.addfile(member, io.BytesIO(batch(number)))
    return Kind(path, lambda: cifar(path.parent), (torn, renamed, repacked(torn)), str(path))


def pickle_kind(run: Path) -> Kind:
    """torchvision's batches, and its checksums those of ours. Opening the whole one executes it, and no other."""
    folder = run.parent / "cifar-10-batches-py"
    folder.mkdir()
    checksums = []
    for number, name in enumerate(BATCHES):
        records = np.frombuffer(batch(number), np.uint8).reshape(20, -1)
        content = pickle.dumps({"data": records[:, 1:].copy(), "labels": records[:, 0].tolist()})
        (folder / name).write_bytes(content)
        checksums.append([name, hashlib.md5(content, usedforsecurity=False).hexdigest()])
    collection: Any = torchvision_module("datasets.cifar").CIFAR10
    path = folder / "data_batch_1"  # the first: after it nothing of the others is opened

    def open_it() -> None:
        before = collection.train_list, collection.test_list
        collection.train_list, collection.test_list = checksums[:5], checksums[5:]
        try:
            cifar(run.parent)
        finally:
            collection.train_list, collection.test_list = before

    return Kind(path, open_it, (torn, renamed), str(path))


def folder_kind(run: Path) -> Kind:
    root = run.parent / "animals"
    for number, name in enumerate(("cat", "dog")):
        (root / name).mkdir(parents=True)
        for shade in range(3):
            Image.new("RGB", (9, 8), (number * 90, shade * 70, 7)).save(root / name / f"{shade}.png")
    path = root / "dog" / "1.png"
    settings = ImageFolder(folder=str(root), side=8, test=0.3, validation=0.3, train=10)
    return Kind(path, lambda: outcome(load(settings)), (torn, torn, renamed, enlarged, enlarged), str(path))


def vectors_kind(run: Path) -> Kind:
    """What is broken is learnt again; here it is enough that it is not believed."""
    symbols = np.arange(60) % 5
    recipe = Recipe(width=6, window=2, negative=2, epochs=1)
    vectors = np.random.default_rng(2).normal(size=(5, 6)).astype(np.float32)
    path = _kept_at(symbols, 5, recipe)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(save({_NAME: vectors}, {_SEAL: _seal(vectors)}))
    assert np.array_equal(outcome(word_vectors(symbols, 5, recipe)), vectors)  # read, not learnt

    def open_it() -> None:
        found = _kept(path, (5, 6))
        assert found is None or np.array_equal(found, vectors)

    return Kind(path, open_it, (torn, renamed, resealed, resealed), str(path))


def segments_kind(run: Path) -> Kind:
    text = "天黑了灯亮着。\n" * 30
    path = segmentation._kept_at(text)
    words = [word for _ in range(30) for word in ("天黑", "了", "灯", "亮", "着", "。")]
    cut = "\n".join(words).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(segmentation._seal(cut) + b"\n" + cut)
    assert segmentation._kept(path, text) == words

    def open_it() -> None:
        assert segmentation._kept(path, text) in (None, words)

    return Kind(path, open_it, (torn, renamed, renumbered), str(path))


DATA_KINDS: dict[str, Callable[[Path], Kind]] = {
    "IDX": idx_kind, "IDX archive": idx_archive_kind, "CIFAR-10 batch": batch_kind, "CIFAR-10 archive": archive_kind,
    "CIFAR-10 pickle": pickle_kind, "picture in a folder": folder_kind, "word vectors": vectors_kind,
    "cut words": segments_kind,
}  # fmt: skip

#: Of which every broken one is refused.
NEVER_OPENED = ("CIFAR-10 pickle",)
