"""The doctor's check of disk space, at the workshop and wherever else its tools write."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from coach import environment
from coach.doctor.dvcconfig import site_cache
from coach.doctor.machine import lacking
from coach.environment import Trouble

GB = 1e9
DATA = {"digits": 0.3, "mnist": 2.0}  # a finished workshop of digits has 28 MB, the rest is reserve
PACKAGES = 2.0  # 1.6 GB by measure, with the CPU build of PyTorch
UNPACKED = 1.0  # what pip unpacks before it installs
SMALL = 0.1


def space(root) -> str:
    """Each disk that the workshop writes to has room for it."""
    disks = {}
    for place, need, what in needs(root):
        place = existing(place)
        disks.setdefault(place.stat().st_dev, []).append((place, need, what))
    return ", ".join(room(parts) for parts in disks.values())


def needs(root):
    """Yield (folder, GB, what for); packages that are installed need no more."""
    yield Path(root), DATA.get(environment.answers(root).data, DATA["mnist"]), "the data"
    yield site_cache(root), SMALL, "DVC's notes"
    missing = to_install(root)
    yield Path(tempfile.gettempdir()), UNPACKED if missing else SMALL, "temporary files"
    if missing:
        yield packages_home(root), PACKAGES, "the packages"


def to_install(root) -> bool:
    """Say whether packages are yet to be installed."""
    try:
        return bool(lacking(root))
    except Trouble:  # the check of the packages tells it
        return True


def packages_home(root) -> Path:
    """Return the folder in which the environment lies, or will lie."""
    if sys.prefix != sys.base_prefix:
        return Path(sys.prefix)
    inside = os.environ.get("PIPENV_VENV_IN_PROJECT") or (Path(root) / ".venv").is_dir()
    return Path(root) if inside else Path(os.environ.get("WORKON_HOME") or Path.home())


def existing(path) -> Path:
    """Return the folder, or the nearest one above it that there is."""
    path = Path(path).absolute()
    return next(folder for folder in (path, *path.parents) if folder.exists())


def room(parts) -> str:
    """Say how much is free on one disk; too little is a Trouble that says what it is for."""
    place, free = parts[0][0], shutil.disk_usage(parts[0][0]).free / GB
    need = sum(amount for _, amount, _ in parts)
    if free < need:
        what = ", ".join(f"{amount:.1f} for {what}" for _, amount, what in parts)
        next = "`python -m pip cache purge`, then delete what you no longer need"
        found, expected = f"{free:.1f} GB free", f"{need:.1f} GB: {what}"
        raise Trouble(found=found, expected=expected, where=place, next=next)
    return f"{free:.1f} GB free at {place} ({need:.1f} are enough)"
