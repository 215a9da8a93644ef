"""Bring a save back: what is there now is saved first, and a restore that was cut off can be ended."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from coach.environment import Trouble
from coach.saves import bucket, store
from coach.saves.tree import FILE, FOLDER, LINK, scan


@dataclass(frozen=True)
class Changes:
    """What bringing a save back does: paths that come back, that change back, and that go."""

    back: list
    changed: list
    gone: list

    def __bool__(self):
        return bool(self.back or self.changed or self.gone)


def changes(root, save, now=None) -> Changes:
    """Return what differs between a save and what is there now."""
    now = scan(root) if now is None else now
    return Changes(
        back=[path for path in save.entries if path not in now],
        changed=[p for p, entry in save.entries.items() if p in now and not entry.same(now[p])],
        gone=[path for path in now if path not in save.entries],
    )


def head_of(root, save) -> str:
    """Return in words the branch and the commit that Git was on; nothing before the first commit."""
    head = text_of(root, save, ".git/HEAD")
    name = head.removeprefix("ref: ")
    packed = {line[41:]: line[:40] for line in text_of(root, save, ".git/packed-refs").splitlines()}
    commit = text_of(root, save, f".git/{name}") or packed.get(name, "")
    if head == name:  # no branch, but a commit
        return f"commit {head[:7]}" if head else ""
    return f"the branch {name.removeprefix('refs/heads/')} at commit {commit[:7]}" if commit else ""


def text_of(root, save, path) -> str:
    """Return the text that a file had, or nothing."""
    entry = save.entries.get(path)
    file = entry and store.content(root, entry.content)
    return file.read_text("utf-8", "replace").strip() if file and file.is_file() else ""


def unfinished(root):
    """Return the number of the save whose restore was cut off, or None."""
    with contextlib.suppress(OSError, ValueError):
        return int(marker(root).read_text())
    return None


def marker(root) -> Path:
    """Return the file that is there while a restore is at work."""
    return store.folder(root) / "restoring"


def restore(root, save, why, to_undo=False):
    """Save what is there now, then make everything as the save has it; say whether the bucket was reached."""
    before = store.take(root, why, to_undo=to_undo)
    differing = changes(root, save, before.entries)
    require_contents(root, save, differing)
    marker(root).write_text(str(save.number))
    # The bucket goes first: `.env`, which names its port, may be another one afterwards.
    reached = bucket.bring_back(root, save.bucket)
    try:
        for path in sorted(differing.gone, reverse=True):
            remove(Path(root, path))
        for path in [*differing.back, *differing.changed]:
            put(root, path, save.entries[path])
    except OSError as error:
        raise cut_off(error) from None
    marker(root).unlink()
    return reached


def require_contents(root, save, differing):
    """Raise Trouble, before anything is changed, where the store lacks something of the save."""
    wanted = [save.entries[path] for path in [*differing.back, *differing.changed]]
    lost = [
        e.content for e in wanted if e.kind == FILE and not store.content(root, e.content).exists()
    ]
    if lost:
        raise Trouble(
            found=f"{len(lost)} contents of save {save.number} are gone; nothing was changed",
            expected="every content that the save names",
            where=store.folder(root) / "contents",
            next="`coach saved` lists the other saves",
        )


def remove(path):
    """Take a file, a link or an empty folder away, and the folders that it leaves empty."""
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        delete(path)
    with contextlib.suppress(OSError):  # a folder that is not empty ends the way up
        for parent in path.parents:
            parent.rmdir()


def delete(path):
    """Delete a file; Windows refuses one that is read-only, as Git's and DVC's objects are."""
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        path.chmod(0o600)
        path.unlink()


def put(root, path, entry):
    """Make one path as a save has it; a file appears whole or not at all."""
    target = Path(root, path)
    clear(root, target, entry)
    target.parent.mkdir(parents=True, exist_ok=True)
    if entry.kind == FOLDER:
        target.mkdir(exist_ok=True)
    elif entry.kind == LINK:
        target.unlink(missing_ok=True)
        target.symlink_to(entry.content)
    elif entry.kind == FILE:
        copy(store.content(root, entry.content), target, entry)


def clear(root, target, entry):
    """Take away what stands in the way: a link or a file where a folder must be, a folder where a file must be."""
    for parent in list(target.relative_to(root).parents)[-2::-1]:
        if Path(root, parent).is_symlink() or Path(root, parent).is_file():
            delete(Path(root, parent))
    if target.is_dir() and not target.is_symlink() and entry.kind != FOLDER:
        shutil.rmtree(target)  # it holds only what a save leaves out, such as __pycache__
    elif entry.kind == FOLDER and (target.is_symlink() or target.is_file()):
        delete(target)


def copy(source, target, entry):
    """Copy a content to its place, with the mode and the time that it had."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".coach-")
    try:
        with open(handle, "wb") as new, open(source, "rb") as old:
            shutil.copyfileobj(old, new)
        if target.exists() and os.name == "nt":
            target.chmod(0o600)
        os.utime(name, ns=(entry.mtime, entry.mtime))
        os.chmod(name, entry.mode)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def cut_off(error) -> Trouble:
    """Return the Trouble of a restore that could not go on; nothing is lost, as both sides are saved."""
    return Trouble(
        found=f"{error.strerror or error}; a part of the files is as before, a part as in the save",
        expected="files that can be written",
        where=error.filename or "the workshop's folder",
        next="mend that (`coach doctor` looks for the cause), then `coach undo` goes on where it stopped; nothing is lost",
    )
