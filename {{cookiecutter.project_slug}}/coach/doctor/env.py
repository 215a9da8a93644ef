"""The doctor's checks of `.env`: there, whole, and loaded by the shell."""

from __future__ import annotations

import os
from pathlib import Path

from coach import environment
from coach.environment import Trouble


def file(root) -> str:
    """`.env` is there, with every variable of `.env.example`."""
    path, found = Path(root) / ".env", environment.read_env(root)
    if not path.is_file():
        expected, next = "the settings of this machine", "`coach bucket start`"
        raise Trouble(found="no such file", expected=expected, where=path, next=next)
    for key, value in environment.read_env(root, ".env.example").items():
        if key not in found:
            next = f"add the line `{key}={value}` to .env"
            raise Trouble(found=f"no {key}", expected=f"{key}={value}", where=path, next=next)
    return f"{len(found)} variables"


def loaded(root) -> str:
    """The shell has the variables of `.env` as the file has them now, and no server where the cloud is meant."""
    found = environment.read_env(root)
    for key, value in found.items():
        if key in environment.ADDED:
            raise unloaded(f"no {key}", f"{key}={value}", "`pipenv shell`")
        if os.environ.get(key) != value:
            now = f"{key}={os.environ.get(key)}"
            raise unloaded(now, f"{key}={value}, as in .env", "`exit`, then `pipenv shell`")
    host = os.environ.get("STORAGE_EMULATOR_HOST")
    if host and not environment.answers(root).local:
        next = "take it out of your shell's settings, then open a new terminal"
        raise unloaded(
            f"STORAGE_EMULATOR_HOST={host}", "no such variable: the cloud is meant", next
        )
    return "the variables of .env are set"


def unloaded(found, expected, next) -> Trouble:
    """Return the Trouble of a shell with other variables than `.env`."""
    return Trouble(found=found, expected=expected, where="this shell", next=next)
