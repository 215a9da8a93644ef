"""Merge a version of the template into what a person has; in exercises/ and coach/ the template has the last word."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from coach.environment import Trouble
from coach.updating.git import git, names

OURS = ("exercises/", "coach/")  # the workshop's own: whoever edited them gets the mended version
TRACKED = ("--untracked-files=no", "--ignore-submodules=all")
MESSAGE = "Merge what has changed in the template"


@dataclass(frozen=True)
class Conflict:
    """A file that both sides changed at the same place; a side that took it away has none."""

    path: str
    mine: bool
    theirs: bool
    both_before: bool


@dataclass(frozen=True)
class Merged:
    """What became of a merge: files in which the template's version stands, and those that a person must decide."""

    gave_way: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


def merge(folder, commit, *options) -> Merged:
    """Merge a commit in a repository; what conflicts stays so in the files, as Git leaves it."""
    command = ("merge", "--quiet", "--no-edit", "-m", MESSAGE, *options, commit)
    done = git(folder, *command, check=False)
    found = conflicts(folder)
    if done is None and not found:
        git(folder, *command)  # says why
    own = [one for one in found if one.path.startswith(OURS)]
    for one in own:
        take_theirs(folder, one)
    rest = tuple(one for one in found if one not in own)
    if own and not rest and "--no-commit" not in options:
        git(folder, "commit", "--quiet", "--no-verify", "-m", MESSAGE)
    return Merged(tuple(one.path for one in own), rest)


def take_theirs(folder, conflict):
    """Let the template's version of a file stand; in a text only where both sides changed the same lines."""
    if not conflict.theirs:
        git(folder, "rm", "--quiet", "--force", "--", conflict.path)
    elif conflict.mine and conflict.both_before and conflict.path.endswith(".md"):
        their_lines(folder, conflict.path)
        git(folder, "add", "--force", "--", conflict.path)
    else:
        git(folder, "checkout", "--quiet", "--theirs", "--", conflict.path)
        git(folder, "add", "--force", "--", conflict.path)


def their_lines(folder, path):
    """Merge a text line by line: the notes that a person took elsewhere in it stay."""
    said = git(folder, "checkout-index", "--stage=all", "--temp", "--", path)
    base, mine, theirs = said.partition("\t")[0].split()
    git(folder, "merge-file", "--quiet", "--theirs", mine, base, theirs)
    os.replace(Path(folder, mine), Path(folder, path))
    for left in (base, theirs):
        Path(folder, left).unlink()


def conflicts(folder) -> list[Conflict]:
    """Return the files that a merge could not end."""
    stages = {}
    for row in names(folder, "ls-files", "--unmerged"):
        about, _, path = row.partition("\t")
        stages.setdefault(path, set()).add(about.split()[2])
    return [Conflict(path, "2" in has, "3" in has, "1" in has) for path, has in stages.items()]


def in_the_way(root, touched) -> list[str]:
    """Return the files that the update would change and that hold what is in no commit."""
    # `status`, not `diff`, because that would write the index anew.
    changed = {row[3:] for row in names(root, "status", "--porcelain", "--no-renames", *TRACKED)}
    known = set(names(root, "ls-tree", "-r", "--name-only", "HEAD"))
    new = {path for path in touched if path not in known and os.path.lexists(root / path)}
    return [path for path in touched if path in changed or path in new]


def uncommitted(paths) -> Trouble:
    """Return the Trouble of work that the update would have to write over."""
    return Trouble(
        found=f"changes that are in no commit: {', '.join(paths)}; nothing was changed",
        expected="your work in a commit, where the update changes the same files",
        where="the workshop's folder",
        next='`git add --all`, `git commit -m "My work"`, then `coach update` again',
    )


def without_history(root) -> Trouble:
    """Return the Trouble of a branch that has nothing in common with the workshop's start."""
    return Trouble(
        found="a branch that does not go back to the workshop's start",
        expected="a branch that does, to merge the update into",
        where=root,
        next="`git switch main`, then `coach update` again",
    )
