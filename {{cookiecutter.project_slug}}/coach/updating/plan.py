"""What an update would do, worked out in full before the workshop is touched; and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from coach import show
from coach.updating import answers, merging, words
from coach.updating.git import git, holds, names
from coach.updating.merging import Merged
from coach.updating.solutions import NOTHING, Branches, planned
from coach.updating.versions import BRANCH, SOLUTIONS, Version

QUESTION = "New question {}: its default, {!r}, is taken."
DROPPED = "The template no longer asks {}; it was answered with {!r}."


@dataclass(frozen=True)
class Plan:
    """An update of one workshop: from `base`, the version that it has, to a version; `result` is the merge's commit."""

    root: Path
    head: str
    base: str
    version: Version
    merged: Merged
    result: str  # nothing where a person has to decide
    touched: tuple[str, ...]
    branches: Branches
    said: words.Differences
    solutions: tuple[str, ...]  # the exercises whose solutions are others now
    questions: tuple[str, ...]  # what is said of questions that came and went

    @property
    def is_nothing(self):
        """Say whether all is there already; a branch `template` is made with the first change only."""
        return self.result == self.head and self.branches.changes.keys() <= {BRANCH}


def make(root, scratch, before, version) -> Plan:
    """Try the merge in the second repository, and return what the update would do."""
    head = git(root, "rev-parse", "HEAD")
    base = git(scratch, "merge-base", head, version.commit, check=False)
    if base is None:
        raise merging.without_history(root)
    if base == version.commit:  # merged already, if all went well to the end
        base = before
    git(scratch, "checkout", "--quiet", "--detach", head)
    merged = Merged((), ())
    if not holds(scratch, head, version.commit):
        merged = merging.merge(scratch, version.commit)
    branches = planned(root, version)
    return Plan(
        root=root,
        head=head,
        base=base,
        version=version,
        merged=merged,
        result="" if merged.conflicts else git(scratch, "rev-parse", "HEAD"),
        touched=tuple(names(scratch, "diff", "--name-only", "--no-renames", head)),
        branches=branches,
        said=words.differences(scratch, base, version.commit),
        solutions=tuple(other_solutions(scratch, branches)),
        questions=tuple(questions(scratch, base, version.commit)),
    )


def other_solutions(scratch, branches):
    """Yield the exercises whose solution changes other lines than before."""
    both = {
        name.removeprefix(SOLUTIONS): pair
        for name, pair in branches.changes.items()
        if name.startswith(SOLUTIONS) and NOTHING not in pair
    }
    said = changed_lines(scratch, [commit for pair in both.values() for commit in pair])
    for name, (old, new) in both.items():
        if said.get(old) != said.get(new):
            yield name


def changed_lines(scratch, commits) -> dict[str, list[str]]:
    """Return {commit: the lines that it adds or takes away, without where they stand}."""
    ids, found = set(commits), {}
    told = git(scratch, "diff-tree", "--stdin", "-p", "--unified=0", text="\n".join(commits) + "\n")
    for line in told.splitlines():
        if line in ids:
            said = found.setdefault(line, [])
        elif line.startswith(("+", "-")):
            said.append(line)
    return found


def tell(plan):
    """Print what the update would do."""
    for line in words.facts(plan.said):
        point(line)
    if plan.solutions:
        point(f"Solutions changed: {', '.join(plan.solutions)}")
    for line in plan.questions:
        point(line)
    if plan.merged.gave_way:
        which = ", ".join(plan.merged.gave_way)
        point(f"You and the template changed the same: {which}.")
        point(
            "There the template's version stands; of a text (.md) only the lines that both changed."
        )
    if plan.merged.conflicts:
        which = ", ".join(one.path for one in plan.merged.conflicts)
        point(f"Your changes do not fit together with the template's in {which}: there you decide.")
    for name in plan.branches.kept:
        point(f"Your commits on a solution's branch are kept as {name}.")
    what = "All else of yours stays." if plan.merged.gave_way else "Your own work stays."
    show.line(f"{what} All that you have is saved first.")


def questions(scratch, before, after) -> list[str]:
    """Return a line for each question that the template has added or dropped."""
    had, has = answers.of(scratch, before), answers.of(scratch, after)
    new = [QUESTION.format(name, has[name]) for name in has if name not in had]
    return new + [DROPPED.format(name, had[name]) for name in had if name not in has]


def point(text):
    """Print one of several points."""
    show.put(show.hanging(show.Text("  "), text))
