"""Samples to tensors, and batches in a reproducible order."""

import torch
from torch import Tensor

from workbench.data.dataset import Split


class Samples:
    """One split on the device: the pictures stay bytes there and become numbers batch by batch."""

    def __init__(self, split: Split, device: torch.device) -> None:
        self.inputs = torch.from_numpy(split.inputs).to(device)
        self.targets = torch.from_numpy(split.targets).to(device)
        self.caption, self.parts = split.caption, split.parts
        self.in_a_row, self.stride = split.in_a_row, split.stride

    def __len__(self) -> int:
        return len(self.targets)

    def batch(self, index: Tensor | slice) -> tuple[Tensor, Tensor]:
        """Inputs as the network takes them, and targets."""
        return as_input(self.inputs[index]), single(self.targets[index])


def as_input(values: Tensor) -> Tensor:
    """Grey levels 0..255 become 0..1; numbers and symbols stay as they are."""
    return values.float().div_(255.0) if values.dtype == torch.uint8 else single(values)


def single(values: Tensor) -> Tensor:
    """Numbers in the precision that networks compute in."""
    return values.float() if values.dtype == torch.float64 else values


def shuffled(count: int, generator: torch.Generator, device: torch.device) -> Tensor:
    """The order of one epoch, drawn on the CPU so that every device sees the samples in the same order."""
    return torch.randperm(count, generator=generator).to(device)
