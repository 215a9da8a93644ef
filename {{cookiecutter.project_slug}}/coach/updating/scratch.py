"""A second repository with the workshop's commits, in which everything is tried before the workshop is touched."""

from __future__ import annotations

from pathlib import Path

from coach.environment import Trouble
from coach.updating.git import git

HANDED = "refs/coach/"


def make(root, below) -> Path:
    """Return a repository that shares the workshop's commits and commits in the same name."""
    if git(root, "rev-parse", "--is-shallow-repository") == "true":
        raise Trouble(
            found="a shallow clone, which lacks the earlier commits",
            expected="the workshop with all of its commits",
            where=root,
            next="`git fetch --unshallow`, then `coach update` again",
        )
    folder = Path(below) / "scratch"
    git(root, "clone", "--quiet", "--shared", "--no-checkout", root, folder)
    for name in ("user.name", "user.email"):
        if value := git(root, "config", "--get", name, check=False):
            git(folder, "config", name, value)
    return folder


def hand_over(scratch, root, commits):
    """Bring commits, and all that belongs to them, from the second repository to the workshop."""
    wanted = dict.fromkeys(commits)
    orders = "".join(f"update {HANDED}{commit} {commit}\n" for commit in wanted)
    git(scratch, "update-ref", "--stdin", text=orders)
    git(root, "fetch", "--quiet", "--no-tags", scratch, *(HANDED + commit for commit in wanted))
