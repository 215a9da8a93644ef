"""What a learner has, byte for byte, to compare before and after; made without the coach's own code."""

import hashlib
import os
import subprocess
from pathlib import Path

# Not the learner's: the coach's folder, the machine's `.env`, what Python leaves behind, what DVC writes for a moment.
NOT_THEIRS = ("__pycache__", ".pytest_cache")
MOMENTARY = (".dvc/tmp/btime", ".dvc/tmp/lock", ".dvc/tmp/rwlock", ".dvc/tmp/rwlock.lock", ".git/index.lock")


def snapshot(root):
    """Return {path: what it is} of files (mode, md5), links (target) and empty folders."""
    found = {}
    for folder, folders, files in os.walk(root):
        under = Path(folder).relative_to(root)
        folders[:] = [name for name in folders if name not in NOT_THEIRS and (under / name).as_posix() != ".coach"]
        for name in [*files, *(name for name in folders if Path(folder, name).is_symlink())]:
            path = Path(folder, name)
            key = path.relative_to(root).as_posix()
            if path.is_symlink():
                found[key] = ("link", os.readlink(path))
            elif key not in MOMENTARY and key != ".env":
                found[key] = ("file", path.stat().st_mode & 0o777, hashlib.md5(path.read_bytes()).hexdigest())
        if not folders and not files:
            found[under.as_posix()] = ("folder",)
    return found


def difference(before, after):
    """Return what differs between two snapshots, for a message."""
    return {path: (before.get(path), after.get(path)) for path in before.keys() ^ after.keys()} | {
        path: (before[path], after[path]) for path in before.keys() & after.keys() if before[path] != after[path]
    }


def lost(before, root):
    """Return the paths of a snapshot whose contents are neither in the workshop's files nor in its saves."""
    now = {what[-1] for what in snapshot(root).values()}
    kept = {file.parent.name + file.name for file in Path(root).glob(".coach/saved/contents/*/*")}
    return [path for path, what in before.items() if what[0] == "file" and what[-1] not in now | kept]


def git(root, *arguments, check=True):
    """Run Git in a repository and return what it prints; looking alone writes nothing."""
    env = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    done = subprocess.run(["git", *arguments], cwd=root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout
