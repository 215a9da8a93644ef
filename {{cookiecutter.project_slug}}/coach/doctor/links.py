"""The doctor's check of how DVC brings files from its cache, and whether this disk can."""

from __future__ import annotations

import ctypes
import os
import shutil
import stat
import sys
import tempfile
from itertools import islice
from pathlib import Path

from coach.doctor import dvcconfig
from coach.environment import Trouble

USUAL = "reflink,copy"
WORDS = {
    "reflink": "copies that share their space on the disk",
    "copy": "plain copies",
    "hardlink": "hard links to the cache; `dvc unprotect FILE` before you edit one",
    "symlink": "links to the cache; `dvc unprotect FILE` before you edit one",
}
MEND = f"`dvc config --local cache.type {USUAL}`, then `dvc checkout --relink`"
MANY = 5000  # files of a cache that are looked at; more would take long


def links(root) -> str:
    """A kind of link that DVC may use works here, and no edit outside can damage the cache."""
    kinds = configured(root)
    works = possible(root)
    kind = next((kind for kind in kinds if kind in works), None)
    if kind is None:
        found = f"{', '.join(kinds)}, which this disk cannot do"
        raise trouble(found, f"one of {', '.join(works)}", ".dvc/config, cache.type")
    cache = dvcconfig.cache(root)
    if kind in ("hardlink", "symlink") and (file := writable(cache)):
        found = f"{kind}s to files that can be written, such as {file.relative_to(cache)}"
        raise trouble(found, "copies, or read-only files", cache)
    return f"{WORDS[kind]} (this disk can do {', '.join(works)})"


def configured(root) -> list[str]:
    """Return the kinds of links that DVC tries, in its order."""
    value = dvcconfig.value(root, "cache", "type") or USUAL
    kinds = [kind.strip("\"' ") for kind in value.split(",") if kind.strip()]
    if unknown := [kind for kind in kinds if kind not in WORDS]:
        raise trouble(", ".join(unknown), f"some of {', '.join(WORDS)}", ".dvc/config, cache.type")
    return kinds


def possible(root) -> list[str]:
    """Return the kinds of links that work from the cache into the workshop, found by trying."""
    near = Path(root) / ".dvc"
    near = near / "tmp" if (near / "tmp").is_dir() else near if near.is_dir() else Path(root)
    cache = dvcconfig.cache(root)
    cache = cache if cache.is_dir() else near
    with tempfile.TemporaryDirectory(dir=cache) as store, tempfile.TemporaryDirectory(
        dir=near
    ) as work:
        source = Path(store) / "file"
        source.write_bytes(b"doctor")
        return [kind for kind in MAKE if made(kind, source, Path(work) / kind)]


def made(kind, source, target) -> bool:
    """Say whether a link of a kind could be made and read."""
    try:
        MAKE[kind](source, target)
        return target.read_bytes() == source.read_bytes()
    except (OSError, AttributeError, ImportError):
        return False


def reflink(source, target):
    """Make a copy that shares the space of its source, as DVC does."""
    if sys.platform == "darwin":
        clone = ctypes.CDLL("libc.dylib", use_errno=True).clonefile
        if clone(os.fsencode(source), os.fsencode(target), 0):
            raise OSError(ctypes.get_errno(), "clonefile")
        return
    import fcntl

    with open(source, "rb") as old, open(target, "wb") as new:
        fcntl.ioctl(new, 0x40049409, old.fileno())  # FICLONE


MAKE = {"reflink": reflink, "hardlink": os.link, "symlink": os.symlink, "copy": shutil.copyfile}


def writable(cache) -> Path | None:
    """Return a file of the cache that can be written, which DVC has not made so."""
    files = (
        path for path in (cache / "files").rglob("*") if path.is_file() and path.suffix != ".dir"
    )
    writing = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
    return next((path for path in islice(files, MANY) if path.stat().st_mode & writing), None)


def trouble(found, expected, where) -> Trouble:
    """Return the Trouble of links that do not suit."""
    return Trouble(found=found, expected=expected, where=where, next=MEND)
