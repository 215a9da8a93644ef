"""The doctor's checks of the learner's work: Git on a branch and in the middle of nothing, a pipeline that DVC reads."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from coach.doctor.machine import run
from coach.environment import Trouble

# The Git commands that can be half done, by the file in `.git` that shows it.
UNDER_WAY = {
    "rebase-merge": "git rebase",
    "rebase-apply": "git rebase",
    "CHERRY_PICK_HEAD": "git cherry-pick",
    "REVERT_HEAD": "git revert",
    "MERGE_HEAD": "git merge",
}


def branch(root) -> str:
    """Git is on a branch, and no merge or rebase is half done."""
    folder = Path(root, run(["git", "rev-parse", "--git-dir"], root))
    for name, command in UNDER_WAY.items():
        if (folder / name).exists():
            raise Trouble(
                found=f"a `{command}` that is not finished",
                expected="nothing half done",
                where=folder / name,
                next=f"`git status` shows what is left to do; `{command} --abort` gives it up",
            )
    head = (folder / "HEAD").read_text("utf-8", "replace").strip()
    if not head.startswith("ref: refs/heads/"):
        raise Trouble(
            found=f"no branch (a detached HEAD, at {head[:7]})",
            expected="a branch",
            where=folder / "HEAD",
            next="`git switch -` goes back to the branch that you came from",
        )
    return f"on {head.removeprefix('ref: refs/heads/')}"


def pipeline(root) -> str | None:
    """DVC, once it is installed, can read the pipeline, where there is one."""
    if not find_spec("dvc") or not Path(root, "dvc.yaml").is_file():
        return None
    command = [sys.executable, "-m", "dvc", "stage", "list", "--name-only"]
    try:
        return f"{len(run(command, root, 30).split())} stages"
    except Trouble as trouble:
        trouble.expected, trouble.where = (
            "stages that DVC can read",
            "dvc.yaml, dvc.lock or params.yaml",
        )
        trouble.next = (
            "`dvc stage list` shows the place; mend it there (dvc.lock: `git checkout dvc.lock`)"
        )
        raise
