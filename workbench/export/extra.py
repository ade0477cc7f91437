"""Packages that only an export needs: there with the extra ``export``, and named where they are missing."""

import importlib
from types import ModuleType

from workbench.errors import BadInput


def extra_module(name: str, what: str) -> ModuleType:
    """The module. Raises BadInput, saying what to install, where it is missing."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise BadInput(
            what, f"needs the package {package}, which is not installed",
            hint="Install it with: pip install 'lstm-workbench[export]'",
        ) from error  # fmt: skip
