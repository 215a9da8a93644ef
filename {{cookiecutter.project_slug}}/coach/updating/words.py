"""What is new in a version of the template, in words: exercises, the coach, and the files that a learner works in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from coach.updating.git import git, lines

TESTS = re.compile(r"exercises/(\d[^/]*)/test_[^/]*\.py$")


@dataclass
class Differences:
    """What differs between two versions of the template."""

    new: list = field(default_factory=list)
    gone: list = field(default_factory=list)
    moved: dict = field(default_factory=dict)  # {exercise before: exercise now}
    changed: list = field(default_factory=list)
    coach: list = field(default_factory=list)
    others: list = field(default_factory=list)


def differences(folder, before, after) -> Differences:
    """Return what differs between two versions, commits or trees."""
    shape = ("diff", "--name-status", "-M", "-z", before, after)
    fields = iter(git(folder, *shape).split("\0"))
    rows = []
    for status in fields:
        if status:
            old = next(fields)
            rows.append((status, old, next(fields) if status[0] in "RC" else old))
    return sorted_out(rows, exercises(folder, before), exercises(folder, after))


def exercises(folder, commit) -> list[str]:
    """Return the exercises' folder names in a version."""
    found = lines(folder, "ls-tree", "-d", "--name-only", commit, "exercises/")
    return [name.partition("/")[2] for name in found if re.match(r"exercises/\d+_", name)]


def sorted_out(rows, had, has) -> Differences:
    """Sort changed files, (status, old name, new name), by whose they are."""
    said = Differences(moved=moved(rows, had, has))
    said.new = [one for one in has if one not in had and one not in said.moved.values()]
    said.gone = [one for one in had if one not in has and one not in said.moved]
    changed = set()
    for status, old, new in rows:
        top, _, rest = new.partition("/")
        if top == "exercises" and rest.partition("/")[0] in has:
            if status != "R100":
                changed.add(rest.partition("/")[0])
        elif top == "coach":
            said.coach.append(new)
        elif top != "exercises":
            said.others += dict.fromkeys((old, new) if status[0] == "R" else (new,))
    said.changed = sorted(changed - set(said.new))
    return said


def moved(rows, had, has) -> dict[str, str]:
    """Return {exercise before: exercise now}: the same name with another number, or the same checks elsewhere."""
    gone, new = [x for x in had if x not in has], [x for x in has if x not in had]
    pairs = {one: other for one in gone for other in new if bare(one) == bare(other)}
    for status, *both in rows:
        old, now = (TESTS.match(name) for name in both)
        if status[0] == "R" and old and now and old[1] in gone and now[1] in new:
            if old[1] not in pairs and now[1] not in pairs.values():
                pairs[old[1]] = now[1]
    return pairs


def bare(exercise) -> str:
    """Return an exercise's name without its number."""
    return exercise.partition("_")[2]


def facts(said) -> list[str]:
    """Return a line for each kind of change."""
    moved = [f"{old} is {new} now" for old, new in said.moved.items()]
    files = "1 file" if len(said.coach) == 1 else f"{len(said.coach)} files"
    found = {
        "Exercises changed": ", ".join(said.changed),
        "New exercises": ", ".join(said.new),
        "Exercises renamed": "; ".join(moved),
        "Exercises that are gone": ", ".join(said.gone),
        "The coach": files if said.coach else "",
        "Other files": ", ".join(said.others),
    }
    return [f"{what}: {which}" for what, which in found.items() if which]
