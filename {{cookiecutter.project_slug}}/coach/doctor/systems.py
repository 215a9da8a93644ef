"""Which system this is, and its commands for what the doctor advises."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VERSION = Path("/proc/version")


def system() -> str:
    """Return `windows`, `mac`, `wsl` (Linux inside of Windows) or `linux`."""
    if os.name == "nt":
        return "windows"
    if sys.platform == "darwin":
        return "mac"
    try:
        return "wsl" if "microsoft" in VERSION.read_text("utf-8", "replace").lower() else "linux"
    except OSError:
        return "linux"


def remove(path) -> str:
    """Return the command that removes one file."""
    return f'`{"del" if system() == "windows" else "rm"} "{path}"`'


def move(folder, name="") -> str:
    """Return the command that moves a workshop to a better place, and what it needs there."""
    verb, to = ("move", "C:\\") if system() == "windows" else ("mv", "~/")
    there = "`pipenv install --dev` and `pipenv run coach bucket start`"
    return f'`{verb} "{folder}" {to}{name or Path(folder).name}`, then in there {there}'
