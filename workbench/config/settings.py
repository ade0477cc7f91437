"""What every group of settings has in common: frozen values, and nothing in a file that is not declared."""

from typing import Literal

from msgspec import Struct

#: What kind of thing an experiment is about; the playground has one place for each.
Task = Literal["digits", "words", "images", "bits", "series"]


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A group of settings."""
