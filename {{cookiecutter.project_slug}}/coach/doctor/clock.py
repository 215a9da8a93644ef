"""The doctor's check of the clock: it shows no time that this workshop has left behind already."""

from __future__ import annotations

import time
from pathlib import Path

from coach.doctor.machine import run
from coach.doctor.systems import system
from coach.environment import Trouble

SLACK = 300  # seconds; a clock that far off does no harm
SET = {
    "windows": "`w32tm /resync` in a terminal of the administrator",
    "mac": "`sudo sntp -sS time.apple.com`",
    "wsl": "`sudo hwclock -s`",
    "linux": "`sudo timedatectl set-ntp true`",
}
WRITTEN = ("pyproject.toml", "Pipfile", "dvc.yaml", "dvc.lock", "params.yaml", ".git/index")


def clock(root) -> str:
    """The time is not before that of the newest commit, nor of a file of the workshop."""
    now = time.time()
    when, what = max(latest(root))
    if when > now + SLACK:
        found = f"{as_text(now)} now, but {what} is from {as_text(when)}"
        expected, where = "a clock that goes on", "this machine's clock"
        raise Trouble(found=found, expected=expected, where=where, next=SET[system()])
    return f"{as_text(now)}, not behind the files and commits here"


def latest(root):
    """Yield (time, what) of all that was made here, the start of time first."""
    yield 0, "nothing"
    for path in (Path(root) / name for name in WRITTEN):
        if path.is_file():
            yield path.stat().st_mtime, path.name
    try:
        yield float(run(["git", "log", "-1", "--format=%ct"], root, seconds=2)), "the newest commit"
    except (Trouble, ValueError):  # no Git, or no commit yet
        pass


def as_text(seconds) -> str:
    """Return a time as people read it."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
