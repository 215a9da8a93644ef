"""The workshop as one file of Git: `main` as it is committed, and the solution branches."""

from __future__ import annotations

import tempfile
from pathlib import Path

from coach import course, show
from coach.environment import Trouble

START = "main"


def make(root, file):
    """Write the bundle and return the branch that learners get; what is not in it is said."""
    exercises = course.exercises(root)
    branches = {f"solution/{one.id}": course.branch_of(root, one) for one in exercises}
    branches[START] = start(root)
    with tempfile.TemporaryDirectory() as bare:
        course.git(bare, "init", "--quiet", "--bare")
        refs = [f"{ours}:refs/heads/{name}" for name, ours in branches.items()]
        course.git(bare, "fetch", "--quiet", "--no-tags", str(Path(root).absolute()), *refs)
        course.git(bare, "bundle", "create", str(file), "--branches")
    show.line(f"Workshop: {START} and {len(exercises)} solution branches.")
    say_what_differs(root, branches)
    return START


def start(root):
    """Return the reference of what learners begin with."""
    shape = "--format=%(refname)"
    places = (f"refs/heads/{START}", f"refs/remotes/*/{START}")
    refs = course.git(root, "for-each-ref", shape, *places).split()
    if not refs:
        raise Trouble(
            expected=f"a branch {START}, with which learners begin",
            found="no such branch",
            where=root,
            next=f"`git branch {START} NAME`, with the branch that learners should get",
        )
    return refs[0]


def say_what_differs(root, branches):
    """Say in what the packed workshop is not the one of the template, and not the one in this folder."""
    first = branches[min(name for name in branches if name != START)]
    count = int(course.git(root, "rev-list", "--count", f"{first}^..{branches[START]}"))
    if count:
        more = f"{count} commit{'' if count == 1 else 's'}"
        show.line(f"Note: {START} has {more} on top of the workshop's start, for learners too.")
    if changed := course.git(root, "status", "--porcelain"):
        names = ", ".join(line[3:] for line in changed.splitlines()[:5])
        show.line(f"Note: not committed, so not packed: {names}")
