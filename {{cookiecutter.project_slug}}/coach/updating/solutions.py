"""The solution branches after an update: replaced by the new ones; a branch that somebody worked on is kept."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from coach.updating.git import git, refs
from coach.updating.versions import BRANCH, SOLUTIONS, is_ours

KEPT = "refs/heads/solution-before-update/"
NOTHING = "0" * 40


@dataclass
class Branches:
    """What becomes of branches, {full name: (commit before, commit now)}, and under which names work is kept."""

    changes: dict = field(default_factory=dict)
    kept: list = field(default_factory=list)


def planned(root, version) -> Branches:
    """Return what an update does to the branches `template` and `solution/*`."""
    plan, now = Branches(), refs(root, BRANCH, f"{SOLUTIONS}*", f"{KEPT}*")
    wanted = {SOLUTIONS + name: commit for name, commit in version.solutions.items()}
    had = {name for name in now if name.startswith(SOLUTIONS)} if wanted else set()
    for name in sorted({*wanted, *had}):
        old, new = now.get(name), wanted.get(name)
        if old == new:
            continue
        if old and not is_ours(root, old):
            keep(plan, now, KEPT + name.removeprefix(SOLUTIONS), old)
        plan.changes[name] = (old or NOTHING, new or NOTHING)
    if now.get(BRANCH) != version.commit:
        plan.changes[BRANCH] = (now.get(BRANCH, NOTHING), version.commit)
    return plan


def keep(plan, now, name, commit):
    """Plan to keep a commit under a name, or under one with a number where that is taken."""
    names = (name if number == 1 else f"{name}-{number}" for number in itertools.count(1))
    free = next(each for each in names if now.get(each, commit) == commit)
    plan.kept.append(free.removeprefix("refs/heads/"))
    if free not in now:
        plan.changes[free] = (NOTHING, commit)


def carry_out(root, branches):
    """Change the branches, all or none."""
    orders = [f"update {name} {new} {old}" for name, (old, new) in branches.changes.items()]
    if orders:
        git(root, "update-ref", "--stdin", text="\n".join(orders) + "\n")
