"""The doctor's checks of the learner's work: Git on a branch and in the middle of nothing, a pipeline that DVC reads."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from coach.doctor.machine import run
from coach.environment import Trouble

# What Git is in the middle of, by the file that shows it, and the command that gives it up.
UNDER_WAY = {
    "MERGE_HEAD": ("a merge", "git merge --abort"),
    "rebase-merge": ("a rebase", "git rebase --abort"),
    "rebase-apply": ("a rebase", "git rebase --abort"),
    "CHERRY_PICK_HEAD": ("a cherry-pick", "git cherry-pick --abort"),
    "REVERT_HEAD": ("a revert", "git revert --abort"),
}


def branch(root) -> str:
    """Git is on a branch, and no merge or rebase is half done."""
    folder = Path(root, run(["git", "rev-parse", "--git-dir"], root))
    for name, (what, command) in UNDER_WAY.items():
        if (folder / name).exists():
            raise Trouble(
                found=f"{what} that is not finished",
                expected="nothing half done",
                where=folder / name,
                next=f"`git status` shows what is left to do; `{command}` gives it up",
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
        trouble.expected, trouble.where = "stages that DVC can read", "dvc.yaml or params.yaml"
        trouble.next = "`dvc stage list` shows the place; mend it there"
        raise
