"""The parts of the page that go into detail: each person's checks, and what is known of each person."""

from __future__ import annotations

from coach.classroom import marks, screen
from coach.classroom.html import bdi, sentence, table, tag

# A verdict as the class of a cell, and as the letter in the map of checks.
LOOK = {
    marks.PASSED: ("passed", "P"),
    marks.IN_PART: ("part", ""),
    marks.NOT_YET: ("notyet", "N"),
    marks.NOT_STARTED: ("none", ""),
    marks.NOT_SEEN: ("unseen", ""),
    marks.SKIPPED: ("waits", "w"),
    marks.UNSEEN: ("unseen", "?"),
    marks.ERROR: ("error", "E"),
}
LETTERS = (
    ("passed", "P", "passed"),
    ("word", "R", "passed by the learner's own word"),
    ("notyet", "N", "not yet"),
    ("waits", "w", "waits for another check"),
    ("error", "E", "the check crashed"),
    ("unseen", "?", "cannot be seen"),
    ("none", "–", "nothing was handed in, or it could not be read"),
)


def titles_of(report):
    """Return {(exercise, check): the check's sentence}."""
    return {
        (one["exercise"], check["check"]): check["title"]
        for one in report["exercises"]
        for check in one["checks"]
    }


def checks(report):
    """Return the map of people and checks, and what each column is."""
    groups, columns = [tag("th", "Name", scope="col", rowspan="2")], []
    for one in report["exercises"]:
        number = one["exercise"].split("_")[0]
        groups.append(
            tag("th", number, scope="colgroup", colspan=str(len(one["checks"])), class_="first")
        )
        columns += [
            tag("th", str(n), scope="col", title=each["title"], class_="first" if n == 1 else None)
            for n, each in enumerate(one["checks"], 1)
        ]
    rows = [
        tag("tr", tag("th", bdi(one["name"]), scope="row", title=one["name"]), *letters(one))
        for one in report["learners"]
    ]
    legend = [
        tag("li", tag("span", letter, class_=look), f" {what}") for look, letter, what in LETTERS
    ]
    head = tag("thead", tag("tr", *groups), tag("tr", *columns))
    return tag(
        "section",
        tag("h2", "People and checks"),
        tag("ul", *legend, class_="legend"),
        table("People and checks", head, tag("tbody", *rows), class_="map"),
        tag("details", tag("summary", "What the columns are"), *map(listed, totals(report))),
    )


def letters(person):
    """Yield a cell for each check of a person."""
    for one in person["exercises"]:
        for number, check in enumerate(one["checks"]):
            look, letter = LOOK[check["verdict"]]
            if check["verdict"] == marks.PASSED and check["by"] == marks.REPORTED:
                look, letter = "word", "R"
            if not person["sources"]:
                look, letter = "none", "–"
            yield tag("td", letter, class_=look if number else f"{look} first")


def totals(report):
    """Yield (exercise, [(check, how many passed, how many not yet)])."""
    for number, one in enumerate(report["exercises"]):
        found = []
        for place, check in enumerate(one["checks"]):
            verdicts = [
                each["exercises"][number]["checks"][place]["verdict"] for each in report["learners"]
            ]
            found.append((check, verdicts.count(marks.PASSED), verdicts.count(marks.NOT_YET)))
        yield one, found


def listed(group):
    """Return the checks of an exercise with how many people passed each."""
    one, found = group
    items = [
        tag("li", f"{check['title']} ", tag("small", f"{passed} passed, {late} not yet"))
        for check, passed, late in found
    ]
    return tag("div", tag("h3", f"{one['exercise']}: {one['title']}"), tag("ol", *items))


def people(report):
    """Return what else is known of each person."""
    titles = titles_of(report)
    each = [person(number, one, titles) for number, one in enumerate(report["learners"])]
    return tag("section", tag("h2", "One by one"), *each)


def person(number, one, titles):
    """Return a person's points, what the report rests on, and each check that has not passed, with why."""
    parts = [tag("p", sentence(screen.score(one)), " ", rests_on(one))]
    parts += [tag("p", remark, class_="remark") for remark in screen.remarks(one)]
    late = [
        tag(
            "li",
            tag("b", each["exercise"]),
            f": {titles[each['exercise'], check['check']]} ",
            why(check),
        )
        for each in one["exercises"]
        for check in each["checks"]
        if check["verdict"] in (marks.NOT_YET, marks.ERROR)
    ]
    parts += [tag("ul", *late)] if late else []
    summary = tag("summary", bdi(one["name"]), tag("small", f"{one['points']} points"))
    return tag("details", summary, tag("div", *parts, id=f"person-{number}"))


def rests_on(one):
    """Say which commit was looked at."""
    if not one["commit"]:
        return ""
    return f"Commit {one['commit'][:10]} of {one['date'][:10]}, the last of {one['commits']}."


def why(check):
    """Return why a check has not passed."""
    return tag("small", f"{check['verdict']}: {check['why']}" if check["why"] else check["verdict"])
