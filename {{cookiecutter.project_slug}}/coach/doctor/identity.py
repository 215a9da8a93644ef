"""The doctor's checks of who commits: Git's own view, and that of DVC, which reads less."""

from __future__ import annotations

import os

from coach.doctor.machine import run
from coach.environment import Trouble

EXAMPLES = {"name": "Your Name", "email": "you@example.org"}
ELSEWHERE = "GIT_CONFIG"  # what begins so moves Git's configuration, for Git but not for DVC


def git_identity(root) -> str:
    """Git knows in whose name to commit."""
    known = {key: for_git(root, key) for key in EXAMPLES}
    if lost := {key: EXAMPLES[key] for key, value in known.items() if not value}:
        found = "no " + " and no ".join(f"user.{key}" for key in lost)
        raise nobody(found, "Git's configuration", lost, "" if moved() else "--global ")
    return "{name} <{email}>".format(**known)


def dvc_identity(root) -> str:
    """DVC knows it too, for the commits of its experiments."""
    known = {key: for_dvc(root, key) for key in EXAMPLES}
    if lost := {key: for_git(root, key) for key, value in known.items() if not value}:
        names = " and ".join(f"user.{key}" for key in lost)
        found, where = f"{names} only where DVC does not look", moved() or "GIT_AUTHOR_NAME, EMAIL"
        raise nobody(found, where, lost, "")
    return "{name} <{email}>".format(**known)


def for_git(root, key) -> str:
    """Return what Git takes for the author, a name or an address."""
    return os.environ.get(f"GIT_AUTHOR_{key.upper()}") or config(root, f"user.{key}", os.environ)


def for_dvc(root, key) -> str:
    """Return what DVC takes for the committer: it reads the usual files, wherever Git was sent."""
    usual = {k: v for k, v in os.environ.items() if not k.startswith(ELSEWHERE)}
    return os.environ.get(f"GIT_COMMITTER_{key.upper()}") or config(root, f"user.{key}", usual)


def moved() -> str:
    """Return the variables that move Git's configuration, joined."""
    return ", ".join(
        sorted(k for k in os.environ if k.startswith(ELSEWHERE) and "NOSYSTEM" not in k)
    )


def config(root, key, env) -> str:
    """Return a value of Git's configuration, or nothing."""
    try:
        return run(["git", "config", "--get", key], root, env=dict(env))
    except Trouble:
        return ""


def nobody(found, where, lost, level) -> Trouble:
    """Return the Trouble of names that are not known, with the commands that set them."""
    next = " and ".join(f'`git config {level}user.{key} "{value}"`' for key, value in lost.items())
    expected = "a name and an e-mail address for your commits"
    return Trouble(found=found, expected=expected, where=where, next=next)
