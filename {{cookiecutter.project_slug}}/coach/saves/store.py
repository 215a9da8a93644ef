"""Where saves lie: `.coach/saved/NUMBER.json` lists paths, `.coach/saved/contents/` has each content once."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from coach.environment import Trouble, write
from coach.saves.tree import FILE, Entry, scan

KEEP = 30  # saves; the oldest go first
SPARE = 50_000_000  # bytes that a save leaves free on the disk


@dataclass
class Save:
    """One save: its number, when and why it was made, and what it holds."""

    number: int
    when: str
    why: str  # the command before which it was made
    begins: str = ""  # the exercise at whose start it was made
    to_undo: bool = False  # a plain `coach undo` goes back to the newest of these
    entries: dict = field(default_factory=dict, repr=False)
    # {object: md5} of the cache bucket; None where it was not reached.
    bucket: dict | None = field(default=None, repr=False)


def folder(root) -> Path:
    """Return the folder of the saves."""
    return Path(root) / ".coach" / "saved"


def content(root, md5) -> Path:
    """Return the file that keeps a content."""
    return folder(root) / "contents" / md5[:2] / md5[2:]


def load(file) -> Save | None:
    """Return the save of a file, or None where it is broken."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        known["entries"] = {path: Entry(*parts) for path, parts in known["entries"].items()}
        return Save(**known)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def saves(root) -> list[Save]:
    """Return all saves, the oldest first."""
    files = sorted(folder(root).glob("[0-9]*.json"))
    return [save for file in files if (save := load(file))]


def keep(root, save):
    """Write a save's list, whole or not at all: from then on the save exists."""
    data = asdict(save)
    data["entries"] = {path: list(entry[:]) for path, entry in save.entries.items()}
    write(folder(root) / f"{save.number:04}.json", json.dumps(data))


def take(root, why, begins="", to_undo=False) -> Save:
    """Save all that the learner has, and return the save; nothing of the workshop is touched."""
    from coach.saves import bucket

    known = saves(root)
    number = known[-1].number + 1 if known else 1
    when = datetime.now().isoformat(" ", "seconds")
    new = Save(number, when, why, begins, to_undo, entries=scan(root))
    try:
        folder(root).mkdir(parents=True, exist_ok=True)
        require_room(root, new.entries)
        add_contents(root, new.entries)
        new.bucket = bucket.take(root)
        keep(root, new)
    except OSError as error:
        raise cannot_write(root, error) from None
    prune(root, [*known, new])
    return new


def require_room(root, entries):
    """Raise OSError where the disk has no room for the contents that are not kept yet."""
    new = {e.content: path for path, e in entries.items() if e.kind == FILE}
    sizes = [size(Path(root, path)) for md5, path in new.items() if not content(root, md5).exists()]
    if shutil.disk_usage(folder(root)).free < sum(sizes) + SPARE:
        raise OSError(
            errno.ENOSPC, f"no room for {sum(sizes) / 1e6:.0f} MB and {SPARE / 1e6:.0f} to spare"
        )


def size(path) -> int:
    """Return a file's size in bytes; 0 where it has gone."""
    return path.stat().st_size if path.exists() else 0


def add_contents(root, entries):
    """Keep the contents that are not kept yet; what has changed since it was listed counts as it is now."""
    for path, entry in list(entries.items()):
        if entry.kind == FILE and not content(root, entry.content).exists():
            try:
                with open(Path(root, path), "rb") as stream:
                    md5 = add(root, iter(lambda: stream.read(1 << 20), b""))
                entries[path] = entry._replace(content=md5)
            except FileNotFoundError:  # something that is at work beside us has just taken it away
                del entries[path]


def add(root, chunks) -> str:
    """Keep a content and return its md5; it appears whole or not at all."""
    digest = hashlib.md5(usedforsecurity=False)
    handle, name = tempfile.mkstemp(dir=folder(root), prefix=".new-")
    try:
        with open(handle, "wb") as stream:
            for chunk in chunks:
                digest.update(chunk)
                stream.write(chunk)
        target = content(root, digest.hexdigest())
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def prune(root, known):
    """Drop the oldest saves beyond KEEP, contents that no save names, and what a killed save left."""
    for save in known[:-KEEP]:
        (folder(root) / f"{save.number:04}.json").unlink(missing_ok=True)
    named = {e.content for save in known[-KEEP:] for e in save.entries.values()}
    named |= {md5 for save in known[-KEEP:] for md5 in (save.bucket or {}).values()}
    for file in folder(root).glob("contents/*/*"):
        if file.parent.name + file.name not in named:
            file.unlink(missing_ok=True)
    for file in folder(root).glob(".new-*"):
        file.unlink(missing_ok=True)


def cannot_write(root, error) -> Trouble:
    """Return the Trouble of a save that could not be written; nothing else has been changed then."""
    return Trouble(
        found=f"{error.strerror or error}; nothing of the workshop was changed",
        expected="room for a save of all that you have, made before the coach changes anything",
        where=folder(root),
        next="make room on this disk, then the same command; `coach doctor` shows how much is free",
    )
