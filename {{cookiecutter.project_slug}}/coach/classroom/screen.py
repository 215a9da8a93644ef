"""The report in a terminal: a line or two for each person, and what the class as a whole is stuck on."""

from __future__ import annotations

from itertools import groupby

from rich.text import Text

from coach import show
from coach.classroom import marks

SHOWN, MOST = 4, 20  # edited files that are named; so many, and it is no edit
STYLES = {marks.PASSED: "green", marks.NOT_YET: "yellow", marks.IN_PART: "green dim"}


def put(report):
    """Print the report."""
    for one in report["learners"]:
        show.put(*learner(one))
    show.line()
    for sentence in [*class_as_a_whole(report), report["isolation"]]:
        show.put(show.fold(sentence))


def learner(one):
    """Return who it is, how far, and what is to be known of them."""
    name = one["name"] if one["name"] == one["id"] else f"{one['name']} ({one['id']})"
    known = one["points"] or one["sources"]
    told = [("", f"{score(one)}  {stands(one['exercises'])}")] if known else []
    told += [("yellow", sentence) for sentence in remarks(one)]
    return [
        show.hanging(Text(""), name, "bold"),
        *(show.hanging(Text("   "), t, s) for s, t in told),
    ]


def score(one):
    """Return points in words: gained, of all; and how many of all could not be seen."""
    gained = f"{one['points']} of {one['max_points']} points"
    unseen = one["max_points"] - one["seen"]
    return f"{gained}, {unseen} of them not to be seen" if unseen else gained


def stands(exercises):
    """Return the exercises by verdict: `passed 01-03, not yet 04, not started 05-10`."""
    runs = groupby(exercises, key=lambda one: one["verdict"])
    return ", ".join(f"{verdict} {span([one['exercise'] for one in run])}" for verdict, run in runs)


def span(names):
    """Return the numbers of exercises that follow one another."""
    first, last = names[0].split("_")[0], names[-1].split("_")[0]
    return first if first == last else f"{first}-{last}"


def remarks(one):
    """Return the sentences that a person's row needs besides the verdicts."""
    said = [] if one["on_roster"] else ["Not on the roster."]
    said += one["problems"]
    if marks.REPORTED in one["sources"]:
        said.append("In part by their own word: what their `coach check --all --json` printed.")
    if one["edited"]:
        said.append(f"{edited(one['edited'])}; graded with yours.")
    if one["left_out"]:
        said.append(f"Not looked at: {', '.join(one['left_out'])}.")
    for exercise in one["exercises"]:
        if override := exercise["override"]:
            before = override["before"]
            said.append(
                f"Overridden: {exercise['exercise']} is {exercise['verdict']}, {exercise['points']} points "
                f"(was {before['verdict']}, {before['points']}): {override['reason']}"
            )
    return said


def edited(paths):
    """Say which files of the checks and the coach are not as the instructor's; very many are another version."""
    others = "exercises/ and coach/"
    if len(paths) > MOST:
        return (
            f"Another version of the workshop? More than {MOST} files of {others} are not as yours"
        )
    first = ", ".join(paths[:SHOWN])
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    return f"Edited: {first}{more}"


def class_as_a_whole(report):
    """Yield sentences on the class."""
    facts = report["summary"]
    people = "1 person" if facts["learners"] == 1 else f"{facts['learners']} people"
    yield (
        f"{people}: {facts['started']} handed something in, {facts['passed_all']} passed all. "
        f"Median of those who did: {facts['points']:g} of {facts['max_points']} points."
    )
    titles = {
        (one["exercise"], check["check"]): check["title"]
        for one in report["exercises"]
        for check in one["checks"]
    }
    for each in facts["not_yet"]:
        title = titles[each["exercise"], each["check"]]
        yield f"{each['learners']} not yet there, {each['exercise']}: {title}"
