"""Recurrent models for tests: settings of a layer go into every layer of the stack, others into the model."""

from typing import Any

from workbench.config import Layer, Recurrent


def recurrent(layers: int = 1, **settings: Any) -> Recurrent:
    """``recurrent(units=6, layers=2, dropout=0.3)``: a stack of equal layers."""
    of_layers = {name: settings.pop(name) for name in Layer.__struct_fields__ if name in settings}
    return Recurrent(stack=(Layer(**of_layers),) * layers, **settings)
