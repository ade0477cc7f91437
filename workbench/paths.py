"""Where presets, resources, runs and downloads are."""

import os
from pathlib import Path

from platformdirs import PlatformDirs

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_installed"
_SHIPPED = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent

#: Set to a folder, this holds everything the workbench writes (tests and portable installations).
HOME_VARIABLE = "WORKBENCH_HOME"


def shipped_presets() -> Path:
    """The presets that come with the workbench, one TOML file each."""
    return _SHIPPED / "presets"


def resources() -> Path:
    """Icons, texts and trained networks that come with the workbench."""
    return _SHIPPED / "resources"


def user_data() -> Path:
    """The person's own files: presets, runs, downloads, the last session."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) if home else Path(PlatformDirs("lstm-workbench", appauthor=False).user_data_dir)


def user_presets() -> Path:
    """The person's own presets."""
    return user_data() / "presets"


def runs() -> Path:
    """One folder per training run."""
    return user_data() / "runs"


def downloads() -> Path:
    """Datasets that were downloaded."""
    return user_data() / "datasets"


def cache() -> Path:
    """What was worked out from a text and can be worked out again."""
    return user_data() / "cache"


def session_file() -> Path:
    """What was on the pad and the story tab, and which preset was chosen."""
    return user_data() / "session.json"


def unfinished() -> Path:
    """Marks of the trainings that are under way in a window."""
    return user_data() / "unfinished"


def window_file() -> Path:
    """Where the docks were (Qt's settings, INI format)."""
    return user_data() / "window.ini"


def networks() -> Path:
    """The trained networks that come with the workbench, their provenance beside them."""
    return resources() / "networks"
