"""What is read of a learner's `.git` as it lies there: names of commits, and whether the rest is fit to be read by Git."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

LARGEST, MOST_FILES, MOST_REFS = 500_000_000, 100_000, 2_000  # bytes and files of a repository
NAME = re.compile(
    r"refs/(heads|remotes/origin|exps)(/(?!\.)[^\x00-\x20\x7f~^:?*\[\\/]+(?<!\.lock))+"
)
ID = re.compile(r"[0-9a-f]{40}")


class Refused(Exception):
    """A repository that is not read, and why, in words."""


def repository(source):
    """Return the folder in which a repository keeps its objects and references."""
    inside = source / ".git"
    if source.is_symlink() or inside.is_symlink():
        raise Refused("it is a link, and links are not followed")
    if inside.is_file():
        raise Refused("its .git is a file that points elsewhere (a worktree or a submodule)")
    for folder in (inside, source):
        if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
            return folder
    raise Refused("there is no Git repository in it")


def look_at_size(theirs):
    """Refuse what is too large, links, pipes, and objects that are kept elsewhere."""
    if (theirs / "reftable").exists():
        raise Refused("its references are kept as a reftable, which this report cannot read")
    for name in ("info/alternates", "info/http-alternates"):
        if (theirs / "objects" / name).exists():
            raise Refused("it keeps its objects in another repository (objects/info/alternates)")
    size = number = 0
    for part in ("HEAD", "packed-refs", "shallow", "refs", "objects"):
        for path in walk(theirs / part):
            found = os.lstat(path)
            if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
                raise Refused(
                    f"{path.relative_to(theirs)} in its .git is a link or a pipe, no file"
                )
            size, number = size + found.st_size, number + 1
            if size > LARGEST or number > MOST_FILES:
                raise Refused(
                    f"it is too large (more than {LARGEST // 10**6} MB or {MOST_FILES} files)"
                )


def walk(path):
    """Yield a path, and where it is a folder all that lies below it; links are not followed."""
    if os.path.lexists(path):
        yield path
    for directory, folders, files in os.walk(path) if not path.is_symlink() else ():
        yield from (Path(directory, name) for name in (*folders, *files))


def small(file, largest=1_000_000):
    """Return the text of a small file, "" where there is none."""
    try:
        with open(file, "rb") as stream:
            data = stream.read(largest + 1)
    except OSError:
        return ""
    if len(data) > largest:
        raise Refused(f"its {file.name} is too large")
    return data.decode("utf-8", "replace")


def read_head(theirs):
    """Return the reference that HEAD names, or the commit itself."""
    text = small(theirs / "HEAD").strip()
    name = text.removeprefix("ref: ").strip()
    if not (ID.fullmatch(name) or NAME.fullmatch(name)):
        raise Refused("its HEAD names neither a branch nor a commit")
    return name


def read_refs(theirs):
    """Return {name: commit} of its branches, of those that it got from origin, and of experiments."""
    found = {}
    for line in small(theirs / "packed-refs").splitlines():
        commit, _, name = line.partition(" ")
        found[name] = commit
    for path in walk(theirs / "refs"):
        if path.is_file():
            found[path.relative_to(theirs).as_posix()] = small(path, 1000).strip()
    found = {name: c for name, c in found.items() if NAME.fullmatch(name) and ID.fullmatch(c)}
    if len(found) > MOST_REFS:
        raise Refused(f"it has more than {MOST_REFS} branches")
    return found
