"""Bring the repository to where solutions can be laid on: out of a mess, or back to how it was generated."""

from __future__ import annotations

import contextlib
from pathlib import Path

from coach import course
from coach.doctor import locks
from coach.doctor.work import UNDER_WAY
from coach.moves.solve import git

OURS = ("coach", "exercises")  # the workshop's own: the coach does not change itself while it works
BUT_OURS = ("--", ".", *(f":(exclude){name}" for name in OURS))


def set_aside(root, say):
    """Bring Git out of what it was in the middle of, onto a branch, without uncommitted changes, and say so."""
    folder = Path(root) / ".git"
    for lock in locks.stale_of_git(root, folder):
        lock.unlink(missing_ok=True)
    # Nobody is at work here (`guards.alone` has seen to that): what stands in DVC's record is stale.
    (Path(root) / ".dvc" / "tmp" / "rwlock").unlink(missing_ok=True)
    branch = branch_of(root, folder)
    changed = (
        git(root, "status", "--porcelain", "--untracked-files=no", *BUT_OURS) or ""
    ).splitlines()
    if changed:
        names = ", ".join(line.strip().split(" ", 1)[1].strip() for line in changed)
        say(f"Set aside, as they are not committed (they are in the save): {names}.")
    for name, command in UNDER_WAY.items():
        if (folder / name).exists():
            say(f"Set aside: a `{command}` that was under way.")
            git(root, *command.split()[1:], "--quit")  # which keeps the files
    git(root, "reset", "--quiet")
    git(root, "checkout", "--quiet", "HEAD", *BUT_OURS)
    if git(root, "symbolic-ref", "--quiet", "HEAD", check=False) is None:
        say(f"You were on no branch (a detached HEAD); now you are on {branch}.")
        exists = git(root, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}", check=False)
        git(root, "checkout", "--quiet", "--force", *([] if exists else ["-B"]), branch, "--")


def branch_of(root, folder) -> str:
    """Return the branch that work goes on: this one, the one that is being rebased, the last one, or a new one."""
    for name in ("rebase-merge", "rebase-apply"):
        with contextlib.suppress(OSError):
            return (folder / name / "head-name").read_text().strip().removeprefix("refs/heads/")
    for name in ("HEAD", "@{-1}"):
        found = git(root, "rev-parse", "--symbolic-full-name", name, check=False) or ""
        if found.startswith("refs/heads/"):
            return found.removeprefix("refs/heads/")
    return "work"


def fresh_start(root, say):
    """Make the folder and the branch as the workshop was generated; empty the cache bucket on this machine."""
    from coach.saves import bucket
    from coach.saves.tree import OF_THIS_MACHINE, is_environment

    first = course.solution(root, course.exercises(root)[0])
    begin = git(root, "rev-parse", first.before)
    bucket.bring_back(root, {})
    set_aside(root, say)
    git(root, "reset", "--quiet", begin)
    git(root, "checkout", "--quiet", begin, *BUT_OURS)
    kept = [each.name for each in Path(root).iterdir() if is_environment(each)]
    kept = [f"--exclude=/{name}" for name in (*OF_THIS_MACHINE, *OURS, *kept)]
    # `clean` leaves repositories in lab/ alone unless it is forced twice.
    git(root, "clean", "--quiet", "-ffdx", *kept)
    for ref in (git(root, "for-each-ref", "--format=%(refname)", "refs/exps") or "").splitlines():
        git(root, "update-ref", "-d", ref)
    for name in (git(root, "remote") or "").splitlines():
        if Path(root, git(root, "remote", "get-url", name)).resolve().is_relative_to(root):
            git(root, "remote", "remove", name)
    git(root, "add", "--all", *OURS)
    if git(root, "diff", "--cached", "--quiet", check=False) is None:
        # What the instructor has mended since stays mended.
        git(root, "commit", "--quiet", "--no-verify", "-m", "Keep the coach and the exercises")
