"""The instructor's own verdicts, in `.coach/class/overrides.csv`; they stand above what a check says."""

from __future__ import annotations

from dataclasses import dataclass

from coach import course
from coach.classroom import tables
from coach.classroom.roster import key, wrong
from coach.clean import clean

FILE = ".coach/class/overrides.csv"
COLUMNS = ("id", "exercise", "points", "verdict", "reason")
VERDICTS = ("passed", "not yet", "not started")


@dataclass(frozen=True)
class Override:
    """Points, a verdict or both for one exercise of one person, and why; `line` is where it stands."""

    points: int | None
    verdict: str | None
    reason: str
    line: int


def read(here, catalogue, ids):
    """Return {(key of an id, exercise): Override}; a mistake is a Trouble that names the line."""
    file, found, known = here / FILE, {}, set(map(key, ids))
    for number, row in tables.read(file, ("id", "exercise", "reason")) if file.is_file() else ():
        if key(row.get("id", "")) not in known:
            said = f"the id {clean(row.get('id', ''))}, which nobody has"
            raise wrong(file, number, said, "an id of the roster (without one, the folder's name)")
        exercise = exercise_of(here, row.get("exercise", ""), file, number)
        what = key(row["id"]), exercise
        if what in found:
            said = f"another line for the same exercise as line {found[what].line}"
            raise wrong(file, number, said, "one line for each exercise of a person")
        found[what] = override(row, file, number, most(catalogue, exercise))
    return found


def exercise_of(here, name, file, number):
    """Return an exercise's folder name from its number or name."""
    try:
        return course.find(here, name).id
    except course.UnknownExercise as error:
        raise wrong(file, number, f"no exercise {clean(name)!r}", error.expected) from None


def most(catalogue, exercise):
    """Return the points of an exercise."""
    return next(one["max_points"] for one in catalogue if one["exercise"] == exercise)


def override(row, file, number, most):
    """Return the Override of a line."""
    points, verdict = row.get("points", ""), row.get("verdict", "").lower()
    if not row.get("reason"):
        raise wrong(file, number, "no reason", "a reason, which the report shows")
    if not (points or verdict):
        raise wrong(file, number, "neither points nor a verdict", "one of them, or both")
    if points and not (points.isascii() and points.isdigit() and int(points[:9]) <= most):
        raise wrong(file, number, f"{clean(points, 20)} points", f"a whole number from 0 to {most}")
    if verdict and verdict not in VERDICTS:
        found = f"the verdict {clean(verdict, 20)}"
        raise wrong(file, number, found, f"one of {', '.join(VERDICTS)}")
    return Override(int(points) if points else None, verdict or None, clean(row["reason"]), number)
