"""Git for an update: out of reach of hooks, signing and outer Git commands; what fails says what Git said."""

from __future__ import annotations

import os
import subprocess

from coach.environment import Trouble

OUTER = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"}
SETTINGS = {
    "core.hooksPath": ".git/no-hooks",
    "commit.gpgSign": "false",
    "gc.auto": "0",
    "merge.conflictStyle": "merge",
    "merge.directoryRenames": "true",  # a learner's notes move with the exercise
}
BEFORE = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]


class GitFailed(Trouble):
    """A Git command that failed, with what it said."""


def git(folder, *arguments, text="", check=True) -> str | None:
    """Return what a Git command prints; where it fails a GitFailed, or None without `check`."""
    env = {key: value for key, value in os.environ.items() if key not in OUTER}
    # Large files stay where they are: nobody looks into them here.
    done = subprocess.run(
        ["git", *BEFORE, *map(str, arguments)],
        cwd=folder,
        env={**env, "GIT_LFS_SKIP_SMUDGE": "1", "GIT_OPTIONAL_LOCKS": "0"},
        input=text.encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=False,
    )
    if done.returncode and check:
        raise failed(folder, arguments, done)
    if done.returncode:
        return None
    return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")


def failed(folder, arguments, done) -> GitFailed:
    """Return the Trouble of a Git command that failed."""
    said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
    return GitFailed(
        found=f"Git says: {said[-1500:]}" if said else f"exit code {done.returncode}",
        expected=f"`git {arguments[0]}` to succeed",
        where=folder,
        next="`coach doctor` looks for the cause; then `coach update` again",
    )


def lines(folder, *arguments) -> list[str]:
    """Return the lines that a Git command prints."""
    return git(folder, *arguments).splitlines()


def names(folder, *arguments) -> list[str]:
    """Return what a Git command prints with `-z`: names that may hold anything."""
    return [name for name in git(folder, *arguments, "-z").split("\0") if name]


def commit_of(folder, name) -> str:
    """Return the commit that a name stands for, or nothing."""
    return git(folder, "rev-parse", "--verify", "--quiet", name + "^{commit}", check=False) or ""


def holds(folder, later, earlier) -> bool:
    """Say whether a commit has another one among those that it goes back to."""
    return git(folder, "merge-base", "--is-ancestor", earlier, later, check=False) is not None


def refs(folder, *patterns) -> dict[str, str]:
    """Return {full name: commit} of the branches that match."""
    shape = "--format=%(refname) %(objectname)"
    return dict(line.split(" ") for line in lines(folder, "for-each-ref", shape, *patterns))
