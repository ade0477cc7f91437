"""Imports torchvision where it can be imported, also beside a torch built for another platform."""

import importlib
from types import ModuleType


def torchvision_module(name_of_module: str) -> ModuleType:
    """``torchvision_module("datasets.mnist")``. torchvision is slow to import: ask only when a dataset needs it.

    A torchvision built for CUDA beside a CPU torch cannot load its compiled operators, and then its import fails on
    registering shapes for two of them. Its datasets and transforms use neither, so declaring the two operators is
    enough. A torchvision that works by itself is left alone.
    """
    try:
        return importlib.import_module(f"torchvision.{name_of_module}")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    import torch

    for name, schema in (
        ("nms", "(Tensor dets, Tensor scores, float threshold) -> Tensor"),
        ("qnms", "(Tensor dets, Tensor scores, float threshold) -> Tensor"),
    ):
        torch.library.define(f"torchvision::{name}", schema)
    return importlib.import_module(f"torchvision.{name_of_module}")
