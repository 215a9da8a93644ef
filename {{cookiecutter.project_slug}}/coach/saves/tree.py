"""What a save takes in: every file of the workshop, Git's and DVC's own included, but nothing that can be made anew."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import NamedTuple

from coach.environment import Trouble

# What Python, Git and DVC write for a moment only; environments are left out too.
LEFT_OUT = {"__pycache__", ".pytest_cache"}
# What no command of the coach changes back: its own folder, and the settings of the machine (another port today).
OF_THIS_MACHINE = {".coach", ".env"}
MOMENTARY = {f".dvc/tmp/{name}" for name in ("btime", "lock", "rwlock", "rwlock.lock")}
MOMENTARY |= {".git/index.lock", ".git/HEAD.lock"}
KEPT_OF_COACH = ".coach/progress.json"
FILE, LINK, FOLDER = "file", "link", "folder"


class Entry(NamedTuple):
    """A path of the workshop: a file (its md5, mode, mtime in ns), a link (its target) or an empty folder.

    A file's content is its md5, by which DVC and the buckets know contents too; a link's content is its target.
    """

    kind: str
    content: str = ""
    mode: int = 0
    mtime: int = 0

    def same(self, other):
        """Say whether two entries are the same but for the time."""
        return other is not None and self[:3] == other[:3]


def scan(root) -> dict[str, Entry]:
    """Return {path: Entry} of all that a save takes in; a file that cannot be read is a Trouble."""
    found, progress = {}, Path(root) / KEPT_OF_COACH
    try:
        for path, item in walk(Path(root), ""):
            try:
                found[path] = entry(item)
            except FileNotFoundError:  # something that is at work beside us has just taken it away
                continue
        if progress.is_file():
            found[KEPT_OF_COACH] = entry(progress)
    except OSError as error:
        raise unreadable(error) from None
    return {path: one for path, one in found.items() if one}


def walk(folder, under):
    """Yield (path, pathlib path) of the files, links and empty folders below a folder, sorted."""
    items = sorted(os.scandir(folder), key=lambda item: item.name)
    if under and not items:
        yield under.rstrip("/"), folder
    if under and is_environment(folder):
        return
    for item in items:
        path = under + item.name
        if item.name in LEFT_OUT or path in OF_THIS_MACHINE or path in MOMENTARY:
            continue
        if item.is_dir(follow_symlinks=False) and not is_junction(item):
            yield from walk(Path(item.path), path + "/")
        else:
            yield path, Path(item.path)


def is_environment(folder):
    """Say whether a folder is a Python environment: it is made anew from the Pipfile."""
    return Path(folder, "pyvenv.cfg").is_file()


def is_junction(item):
    """Say whether this is Windows' second kind of link to a folder."""
    return getattr(item, "is_junction", lambda: False)()


def entry(path) -> Entry | None:
    """Return the Entry of a path; None for what is neither file, link nor folder."""
    state = path.lstat()
    if stat.S_ISLNK(state.st_mode):
        return Entry(LINK, os.readlink(path))
    if stat.S_ISDIR(state.st_mode):
        return Entry(FOLDER)
    if stat.S_ISREG(state.st_mode):
        return Entry(FILE, md5_of(path), stat.S_IMODE(state.st_mode), state.st_mtime_ns)
    return None


def md5_of(path) -> str:
    """Return the md5 of a file's bytes."""
    digest = hashlib.md5(usedforsecurity=False)
    with open(path, "rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def unreadable(error) -> Trouble:
    """Return the Trouble of a file that a save cannot take in."""
    return Trouble(
        found=f"{error.strerror or error}",
        expected="files that can be read: all that you have is saved before the coach changes anything",
        where=error.filename or "the workshop's folder",
        next="make it readable or move it out of the workshop, then the same command; `coach doctor` looks for the cause",
    )
