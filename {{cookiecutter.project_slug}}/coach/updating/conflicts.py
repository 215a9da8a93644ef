"""Explain the files that both a person and the template have changed: who did what, and the commands to decide."""

from __future__ import annotations

from rich.text import Text

from coach import show
from coach.updating.git import git


def explain(root, conflicts, before, head, version):
    """Print each file that is to be decided, with the commands for it."""
    count = "1 file" if len(conflicts) == 1 else f"{len(conflicts)} files"
    show.line()
    show.line(f"Your changes and those of the template do not fit together in {count}.", "bold")
    show.line("Nothing of yours is lost: decide for each file what shall stand.")
    for one in conflicts:
        show.line()
        show.line(one.path, "bold")
        point("You", did(root, one.mine, before, head, one))
        point("The template", did(root, one.theirs, before, version, one))
        for label, command in choices(one):
            point(label, command)
    show.line()
    show.line("Next: when all are decided, `git commit --no-edit`.")
    abort = "`git merge --abort` leaves your files as they were"
    show.line(f"{abort}; `coach undo` takes all of it back.")


def point(label, text):
    """Print one line about a file."""
    show.put(show.hanging(Text(f"  {label:<12}  "), text))


def did(root, is_there, before, after, conflict) -> str:
    """Return what a side did to a file since the version before."""
    if not is_there:
        return "took the file away"
    if not conflict.both_before:
        return "added the file"
    found = git(root, "diff", "--numstat", before, after, "--", conflict.path, check=False)
    added, gone = (found or "-\t-\t").split("\t")[:2]
    if added == "-":
        return "changed the file"
    return f"{added} line{'' if added == '1' else 's'} added, {gone} taken away"


def choices(conflict) -> list[tuple[str, str]]:
    """Return the ways to decide a file."""
    name = f'"{conflict.path}"' if " " in conflict.path else conflict.path
    take = {True: "git checkout --{} " + name, False: "git rm " + name}
    add = f", then `git add {name}`"
    sides = {"Keep yours": ("ours", conflict.mine), "Take theirs": ("theirs", conflict.theirs)}
    found = []
    for label, (side, is_there) in sides.items():
        found.append((label, f"`{take[is_there].format(side)}`{add if is_there else ''}"))
    if conflict.mine and conflict.theirs:
        found.append(("Keep both", f"edit the lines between `<<<<<<<` and `>>>>>>>`{add}"))
    return found
