"""The report as a table for a spreadsheet: every cell quoted, and none of them a formula."""

from __future__ import annotations

import csv
import io

from coach.exports.csv import safe


def text(report):
    """Return the table; its byte order mark is for Excel, which takes it for another encoding without."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(map(safe, head(report)))
    for one in report["learners"]:
        writer.writerow(map(safe, row(one)))
    return "\ufeff" + stream.getvalue()


def head(report):
    """Return the names of the columns."""
    both = [(f"{e['exercise']} points", f"{e['exercise']} verdict") for e in report["exercises"]]
    return [
        "id",
        "name",
        "on the roster",
        "points",
        "points that could be seen",
        "points of all",
        *(name for pair in both for name in pair),
        "overridden",
        "edited checks",
        "problems",
        "commit",
        "date of the commit",
    ]


def row(one):
    """Return the cells of a person."""
    cells = [(exercise["points"], exercise["verdict"]) for exercise in one["exercises"]]
    decided = [
        f"{exercise['exercise']}: {exercise['override']['reason']}"
        for exercise in one["exercises"]
        if exercise["override"]
    ]
    return [
        one["id"],
        one["name"],
        "yes" if one["on_roster"] else "no",
        one["points"],
        one["seen"],
        one["max_points"],
        *(cell for pair in cells for cell in pair),
        "; ".join(decided),
        "; ".join(one["edited"]),
        " ".join(one["problems"]),
        one["commit"],
        one["date"],
    ]
