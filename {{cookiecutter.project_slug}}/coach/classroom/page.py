"""The report as one page for a browser: no script, nothing from elsewhere, whatever the learners are called."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from coach.classroom import marks
from coach.classroom.html import bdi, document, table, tag
from coach.classroom.pageparts import LOOK, checks, people, titles_of
from coach.classroom.pagestyle import STYLE


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
                tag("b", f"{each['learners']} {'person' if each['learners'] == 1 else 'people'}"),
                f", {each['exercise']}: {titles[key(each)]}",
            )
            for each in facts["not_yet"]
        ]
        parts += [tag("h3", "What most are not yet done with"), tag("ol", *stuck)]
    return tag("section", *parts)


def key(each):
    return each["exercise"], each["check"]


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
    begun = one["verdict"] != marks.NOT_STARTED or one["points"]
    shown = [tag("small", numbers)] if begun else []
    return tag("td", verdict, *shown, class_=LOOK[one["verdict"]][0])
