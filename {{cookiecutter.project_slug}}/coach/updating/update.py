"""The whole of `coach update`: find the new version, try it beside the workshop, tell, ask, save, carry out."""

from __future__ import annotations

import tempfile
from pathlib import Path

from coach import environment, progress, show
from coach.doctor import identity, locks, work
from coach.environment import Trouble
from coach.moves.guards import alone
from coach.updating import (
    answers,
    class_repository,
    conflicts,
    merging,
    plan,
    scratch,
    template,
    versions,
)
from coach.updating.carrying_out import COMMAND, carry_out, is_cut_off, marker, rename_remembered
from coach.updating.git import git, lines
from coach.updating.rendering import render


def update(root, named, checkout, agree) -> bool:
    """Bring the newest version of the template; say whether nothing is left for the person to decide."""
    with alone(root, COMMAND), tempfile.TemporaryDirectory(prefix="coach-update-") as below:
        require_ready(root)
        source = template.named(named, checkout) if named else remembered(root, checkout)
        second = scratch.make(root, below)
        before = versions.last(root)
        if source:
            version = from_template(root, source, before, second, below)
        else:
            version = class_repository.newest(root)
        made = plan.make(root, second, before, version)
        if not made.is_nothing:
            announce(made)
            agree()
            carry_out(made, second)
        if source:
            template.keep(root, source)
        return say_done(made)


def require_ready(root):
    """Raise Trouble unless Git is on a branch of the person's own, in the middle of nothing."""
    for lock in locks.stale_of_git(root, Path(root) / ".git"):
        lock.unlink(missing_ok=True)
    require_whole(root)
    work.branch(root)
    identity.git_identity(root)
    branch = git(root, "symbolic-ref", "--quiet", "--short", "HEAD", check=False) or ""
    if branch == "template" or branch.startswith("solution/"):
        raise Trouble(
            found=f"the branch {branch}, which is the template's own",
            expected="the branch with your work",
            where=root,
            next="`git switch main`, then `coach update` again",
        )


def require_whole(root):
    """Raise Trouble where an update was cut off while it changed files, until these are put right."""
    if is_cut_off(root):
        raise Trouble(
            found="an update that was cut off while it changed files",
            expected="files that belong together",
            where=marker(root),
            next="`coach undo` brings back what you had, then `coach update` again",
        )
    marker(root).unlink(missing_ok=True)


def remembered(root, checkout):
    """Return where the template is by the workshop's memory, or None in a clone, which has none."""
    kept = template.kept(root)
    return template.Source(kept.named, checkout or kept.checkout) if kept else None


def from_template(root, source, before, second, below):
    """Return the version that the template makes today with this workshop's answers."""
    show.line(f"The template: {source.shown}")
    found = template.opened(source, below)
    if versions.is_older(root, before, found):
        show.line(f"This is an older version ({found.shown}) than the one that the workshop has.")
    made = render(found, answers.of(root, before), below)
    return versions.rendered(second, made, before, found)


def announce(made):
    """Say what the update will do; raise Trouble where it would have to write over work that is in no commit."""
    if paths := merging.in_the_way(made.root, made.touched):
        raise merging.uncommitted(paths)
    if made.merged.conflicts and git(made.root, "diff", "--cached", "--quiet", check=False) is None:
        raise merging.uncommitted(lines(made.root, "diff", "--cached", "--name-only"))
    plan.tell(made)


def say_done(made) -> bool:
    """Say what was done and what comes next; say whether that is all."""
    if made.is_nothing:
        rename_remembered(made.root, {})
        show.line("This workshop is up to date with its template: nothing was changed.")
        return True
    if made.merged.conflicts:
        before_and_after = made.base, made.head, made.version.commit
        conflicts.explain(made.root, made.merged.conflicts, *before_and_after)
        return False
    branch = git(made.root, "symbolic-ref", "--short", "HEAD")
    show.line(f"Done: {branch} has what is new, and so have the solutions' branches.")
    for path in made.merged.gave_way:
        show.line(f"Your version of {path}: `git show {made.head[:7]}:{path}`")
    for step in next_steps(made):
        show.line(f"Next: {step}")
    return True


def next_steps(made) -> list[str]:
    """Return what a person should do after this update."""
    steps, package = [], environment.answers(made.root).package
    of_stages = ("dvc.yaml", "params.yaml", f"{package}/")
    if "Pipfile" in made.touched:
        steps.append("`pipenv install --dev`, as packages have changed; commit a Pipfile.lock too.")
    if any(p.startswith(of_stages) for p in made.touched) and (made.root / "dvc.lock").exists():
        steps.append("`dvc status` shows the stages that have to run again, `dvc repro` runs them.")
    if any(path.startswith("coach/") for path in made.touched):
        steps.append("start `coach watch` again, where it runs.")
    passed = progress.load(made.root).passed
    for one in (one for one in made.said.changed if one in passed):
        number = one.partition("_")[0]
        steps.append(f"`coach check {number}`, as {one} has changed since you passed it.")
    return steps or ["`coach` shows where you are."]
