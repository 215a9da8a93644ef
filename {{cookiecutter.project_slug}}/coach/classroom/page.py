"""The report as one page for a browser: no script, nothing from elsewhere, whatever the learners are called."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from coach.classroom import marks, screen
from coach.classroom.html import document, sentence, tag
from coach.classroom.pagestyle import STYLE

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


def text(report):
    """Return the page's HTML."""
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"Class report: {report['workshop']}"),
        tag("style", STYLE),
    )
    main = tag(
        "main", top(report), standing(report), overview(report), checks(report), people(report)
    )
    return document(tag("html", head, tag("body", main), lang="en"))


def top(report):
    """Return the heading, and what the report rests on."""
    made = datetime.fromisoformat(report["made"])
    when = tag("time", f"{made:%d %B %Y, %H:%M} UTC", datetime=report["made"])
    return tag(
        "header",
        tag("h1", f"Class report: {report['workshop']}"),
        tag("p", "Made on ", when, ". ", report["isolation"]),
    )


def standing(report):
    """Return how the class as a whole stands."""
    facts = report["summary"]
    numbers = (
        (facts["learners"], "people"),
        (facts["started"], "handed something in"),
        (facts["passed_all"], "passed all"),
        (f"{facts['points']:g} of {facts['max_points']}", "points, the median of those"),
    )
    tiles = [tag("li", tag("strong", str(number)), f" {what}") for number, what in numbers]
    parts = [tag("h2", "The class"), tag("ul", *tiles, class_="tiles")]
    if facts["not_yet"]:
        titles = titles_of(report)
        stuck = [
            tag(
                "li",
                tag("b", f"{each['learners']} people"),
                f", {each['exercise']}: {titles[key(each)]}",
            )
            for each in facts["not_yet"]
        ]
        parts += [tag("h3", "What most are not yet done with"), tag("ol", *stuck)]
    return tag("section", *parts)


def key(each):
    return each["exercise"], each["check"]


def titles_of(report):
    """Return {(exercise, check): the check's sentence}."""
    return {
        (one["exercise"], check["check"]): check["title"]
        for one in report["exercises"]
        for check in one["checks"]
    }


def table(label, *parts, **attributes):
    """Return a table that scrolls in a frame of its own, by keyboard too."""
    return tag(
        "div",
        tag("table", *parts, **attributes),
        class_="frame",
        tabindex="0",
        role="region",
        aria_label=label,
    )


def overview(report):
    """Return the table of people and exercises."""
    heads = [tag("th", "Name", scope="col"), tag("th", "Points", scope="col")]
    for one in report["exercises"]:
        number = one["exercise"].split("_")[0]
        heads.append(tag("th", number, tag("small", one["title"]), scope="col"))
    rows = [
        tag("tr", name(number, one), points(one), *(cell(each) for each in one["exercises"]))
        for number, one in enumerate(report["learners"])
    ]
    about = "Points are gained / could be seen / all. What could not be seen counts neither for nor against. "
    about += "A star marks what you have overridden."
    return tag(
        "section",
        tag("h2", "People and exercises"),
        tag("p", about),
        table(
            "People and exercises",
            tag("thead", tag("tr", *heads)),
            tag("tbody", *rows),
            class_="overview",
        ),
    )


def name(number, one):
    """Return the cell with a person's name, which leads to what else is known of them."""
    parts = [tag("a", bdi(one["name"]), href=f"#person-{number}")]
    if one["id"] != one["name"]:
        parts.append(tag("small", one["id"]))
    flags = [] if one["on_roster"] else ["not on the roster"]
    flags += [] if one["sources"] else ["not read" if one["handed_in"] else "nothing handed in"]
    flags += ["edited checks"] if one["edited"] else []
    return tag("th", *parts, *(tag("small", flag, class_="flag") for flag in flags), scope="row")


def points(one):
    """Return the cell with the points of all exercises, and a bar that repeats them."""
    most = max(one["max_points"], 1)
    bar = tag(
        "svg",
        tag("rect", width=str(100 * one["seen"] / most), height="6", class_="could"),
        tag("rect", width=str(100 * one["points"] / most), height="6", class_="gained"),
        viewBox="0 0 100 6",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
    return tag("td", f"{one['points']} / {one['seen']} / {one['max_points']}", bar, class_="points")


def cell(one):
    """Return the cell of an exercise."""
    star = "*" if one["override"] else ""
    numbers = f"{one['points']} / {one['seen']} / {one['max_points']}"
    verdict = tag("b", f"{one['verdict']}{star}")
    shown = (
        [] if one["verdict"] == marks.NOT_STARTED and not one["points"] else [tag("small", numbers)]
    )
    return tag("td", verdict, *shown, class_=LOOK[one["verdict"]][0])


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


def bdi(text):
    """Return a name, which may be written from right to left."""
    return tag("bdi", text)


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
