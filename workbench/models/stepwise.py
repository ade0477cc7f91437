"""A recurrent layer for cells that torch has no fused kernel for: the textbook's step, repeated."""

import torch
from torch import Tensor, nn

from workbench.config import Layer
from workbench.models.cell import Cell, State, Weights
from workbench.models.shapes import layer_shapes


class Stepwise(nn.Module):
    """Stands where torch's own layer would, about half as fast: same names of weights, same inputs and outputs."""

    def __init__(self, cell: Cell, layer: Layer, inputs: int, *, bias: bool) -> None:
        super().__init__()
        self.cell, self.hidden, self.bidirectional = cell, layer.units, layer.bidirectional
        for suffix in ("", "_reverse") if layer.bidirectional else ("",):
            for name, shape, _ in layer_shapes(layer, "", suffix, inputs, bias=bias):
                self.register_parameter(name, nn.Parameter(torch.empty(shape)))

    def forward(self, x: Tensor, lengths: Tensor | None = None, state: State | None = None) -> tuple[Tensor, State]:
        """x: (batch, time, inputs) -> (batch, time, directions * hidden), and the forward state after the last step.

        ``lengths``: (batch,), where sequences end earlier; what stands beyond an end is 0. ``state``: what the layer
        goes on from, zeros without one; for one direction only.
        """
        first, after = self._read(x, "", state)
        halves = [first]
        if self.bidirectional:
            order = _reversed(x, lengths)  # (batch, time)
            halves.append(_along(self._read(_along(x, order), "_reverse")[0], order))
        outputs = torch.cat(halves, dim=-1)
        if lengths is not None:
            beyond = torch.arange(x.shape[1], device=x.device)[None, :] >= lengths[:, None]  # (batch, time)
            outputs = outputs.masked_fill(beyond[..., None], 0.0)
        return outputs, after

    def _read(self, x: Tensor, suffix: str, state: State | None = None) -> tuple[Tensor, State]:
        weights = weights_in(self, suffix)
        state = self.cell.state(x.shape[0], self.hidden, x) if state is None else state
        outputs = []
        for x_t in x.unbind(dim=1):  # each (batch, inputs)
            state, _ = self.cell.step(weights, x_t, state)
            outputs.append(state[0])
        return torch.stack(outputs, dim=1), state  # (batch, time, hidden)


def _reversed(x: Tensor, lengths: Tensor | None) -> Tensor:
    """Where each step of the reversed sequences comes from; its own inverse. x: (batch, time, ...) -> (batch, time)."""
    batch, time = x.shape[:2]
    steps = torch.arange(time, device=x.device)[None, :].expand(batch, -1)
    ends = torch.full((batch, 1), time, device=x.device) if lengths is None else lengths[:, None].to(x.device)
    return torch.where(steps < ends, ends - 1 - steps, steps)


def _along(x: Tensor, order: Tensor) -> Tensor:
    """The steps of each sequence in another order. x: (batch, time, width), order: (batch, time)."""
    return x.gather(1, order[..., None].expand(-1, -1, x.shape[-1]))


def weights_in(module: nn.Module, suffix: str) -> Weights:
    """The matrices of one direction of a layer, torch's own or stepwise; ``suffix`` is "" or "_reverse"."""
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_peephole_l0")
    return Weights(*(getattr(module, name + suffix, None) for name in names))  # type: ignore[arg-type]
