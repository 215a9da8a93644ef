"""The instructor's copy of the checks and the coach: what differs in a learner's, and how it is laid over it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from coach.environment import Trouble

PARTS = ("exercises", "coach")
ANSWERS, COACH = "coach/answers.json", "coach/__init__.py"
LEFT_BEHIND = ("__pycache__", ".pytest_cache", "*.pyc", ".DS_Store")  # by programs, not by people


def edited(theirs, ours, earlier=None):
    """Return the paths, sorted, that a learner has changed, added or removed; both sides are {path: blob id}.

    `earlier` is {path: ids} of what the instructor's copy once held, None where it held no such file: a learner who
    has not updated changed nothing. Texts, in which a learner may take notes, and the answers, which may be their own,
    decide no verdict.
    """
    known, never = earlier or {}, {None} if earlier else ()
    paths = {path for path in {*theirs, *ours} if not path.endswith(".md")} - {ANSWERS}
    ids = {path: {ours.get(path), *known.get(path, never)} for path in paths}
    return [path for path in sorted(paths) if theirs.get(path) not in ids[path]]


def of_folder(folder):
    """Return {path: blob id} of the parts in a folder; a link is no file, and is not followed."""
    found = {}
    links = {part for part in PARTS if (Path(folder) / part).is_symlink()}
    for part in sorted({*PARTS} - links):
        for directory, folders, files in os.walk(Path(folder) / part):
            folders[:] = [name for name in folders if name not in LEFT_BEHIND]
            for file in (Path(directory, name) for name in [*files, *folders]):
                if file.is_symlink() or file.is_file() and not is_left_behind(file.name):
                    path = file.relative_to(folder).as_posix()
                    found[path] = "a link" if file.is_symlink() else blob_id(file.read_bytes())
    return found | dict.fromkeys(links, "a link")


def is_left_behind(name):
    """Say whether a program, not a person, has made a file of this name."""
    return name in LEFT_BEHIND or name.endswith(".pyc")


def blob_id(data):
    """Return the name that Git gives a file with these bytes and LF line ends."""
    text = data.replace(b"\r\n", b"\n")
    return hashlib.sha1(b"blob %d\0" % len(text) + text, usedforsecurity=False).hexdigest()


def earlier_ids(original):
    """Return {path: ids} of each file in all commits of the instructor's copy; {} where it is no repository.

    None is among the ids where a commit that has the coach lacks the file.
    """
    shape = ("--all", "--format=%x01", "--raw", "--no-abbrev", "--no-renames", "-m", "-z")
    command = ["git", "-C", str(original), "log", *shape, "--", *PARTS]
    done = subprocess.run(command, capture_output=True, check=False)
    said = done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else ""
    found = {}
    for change in map(changed, said.split("\1")):
        begins = change.get(COACH, "")[-1:] in ("A", "D")
        for path, facts in change.items():
            identity, status = facts.split()[3:]
            ids = found.setdefault(path, set())
            ids.update({identity} if begins or status not in "AD" else {identity, None})
    return found


def changed(raw):
    """Return {path: facts} of one commit, against one that it follows, as `git log --raw -z` prints them."""
    words = iter(raw.split("\0"))
    return {next(words, ""): word for word in words if word.lstrip("\n").startswith(":")}


def lay(original, folder):
    """Put the instructor's parts in the place of a learner's; a link there is taken away, not followed."""
    for part in PARTS:
        if not (Path(original) / part).is_dir():
            raise Trouble(
                found=f"no folder {part}",
                expected="the instructor's copy of the workshop, with exercises/ and coach/",
                where=original,
                next="`git checkout -- exercises coach`",
            )
    for part in PARTS:
        with tempfile.TemporaryDirectory(dir=folder, prefix=f".{part}.") as new:
            ignore = shutil.ignore_patterns(*LEFT_BEHIND)
            shutil.copytree(Path(original) / part, Path(new) / part, ignore=ignore)
            remove(Path(folder) / part)
            os.replace(Path(new) / part, Path(folder) / part)


def remove(path):
    """Take a file, a link or a folder away; nothing that lies behind a link."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
