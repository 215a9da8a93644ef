"""Carry an update out, after all that a person has is saved; what is cut off in between can be done again."""

from __future__ import annotations

from pathlib import Path

from coach import course, progress, show
from coach.environment import write
from coach.moves.guards import stopped
from coach.saves import store
from coach.updating import merging, scratch, solutions
from coach.updating.git import git

COMMAND = "coach update"


def marker(root) -> Path:
    """Return the file that is there while files are changed; as a part of .git it goes with `coach undo`."""
    return Path(root) / ".git" / "coach-update"


def carry_out(plan, second):
    """Save everything, then change the files, what the coach remembers, and the branches."""
    save = store.take(plan.root, f"before `{COMMAND}`", to_undo=True)
    show.line(f"All that you have is in save {save.number}; `coach undo` brings it back.")
    try:
        new = [one for _, one in plan.branches.changes.values() if one.strip("0")]
        scratch.hand_over(second, plan.root, [*new, plan.version.commit, plan.result or plan.head])
        change_files(plan)
        rename_remembered(plan.root, plan.said.moved, forget=True)
        solutions.carry_out(plan.root, plan.branches)
    except KeyboardInterrupt:
        raise stopped(COMMAND) from None


def change_files(plan):
    """Make the files and the current branch as the merge has them; what is in no commit stays as it is."""
    if plan.result == plan.head:
        return
    write(marker(plan.root), state(plan.root))
    if plan.result:
        git(plan.root, "merge", "--quiet", "--ff-only", plan.result)
    else:
        merging.merge(plan.root, plan.version.commit, "--no-ff", "--no-commit")
    marker(plan.root).unlink()


def rename_remembered(root, moved, forget=False):
    """Give each exercise that the coach remembers its name of today; with `forget`, forget those that are gone."""
    known = progress.load(root)
    before = repr(known)
    has = [one.id for one in course.exercises(root)]
    for name, value in vars(known).items():
        now = {today(each, has, moved): each for each in value}
        kept = {new: old for new, old in now.items() if new.partition("/")[0] in has or not forget}
        is_dict = isinstance(value, dict)
        setattr(known, name, {n: value[old] for n, old in kept.items()} if is_dict else [*kept])
    if repr(known) != before:
        progress.save(root, known)


def today(remembered, has, moved) -> str:
    """Return what an exercise, or "exercise/check", is called now."""
    exercise, slash, check = remembered.partition("/")
    if exercise not in has:
        same_name = [one for one in has if one.partition("_")[2] == exercise.partition("_")[2]]
        exercise = (same_name or [moved.get(exercise, exercise)])[0]
    return exercise + slash + check


def state(root) -> str:
    """Return Git's commit, and what differs from it."""
    return git(root, "rev-parse", "HEAD") + "\n" + git(root, "status", "--porcelain")


def is_cut_off(root) -> bool:
    """Say whether an update has changed a part of the files only; where all is as before, or committed, it has not."""
    if not marker(root).exists():
        return False
    now = state(root)
    return now != marker(root).read_text(encoding="utf-8") and "\n" in now.strip()
