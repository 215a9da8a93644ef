"""A table for spreadsheets: a row for each exercise, with its points, and below it one for each check.

No cell is taken for a formula: one that begins like it, spaces or not, gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io

from coach.exports.texts import LABELS

NOT_USED = "changed in this repository, and not used"
COLUMNS = ("exercise", "check", "title", "verdict", "points", "max_points", *LABELS)
# A formula begins with one of these; so does, in East Asian versions, their full-width form.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
SPACES = " \t\r\n\u00a0\u200b\u3000\ufeff"


def text(result):
    """Return a Result as comma-separated values, every cell in quotes."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    for row in rows(result):
        writer.writerow({column: safe(row.get(column)) for column in COLUMNS})
    return stream.getvalue()


def rows(result):
    """Yield the rows; points stand with the exercises only, so that a sum over the column is right."""
    for one in result.exercises:
        yield {key: getattr(one, key) for key in ("exercise", "verdict", "points", "max_points")}
        for check in one.checks:
            said = {column: getattr(check, column) for column in ("check", "title", *LABELS)}
            yield {"exercise": one.exercise, "verdict": one.outcome(check), **said}
    for path in result.edited:
        yield {"verdict": "edited", "title": NOT_USED, "where": path}


def safe(value):
    """Return a cell that no spreadsheet takes for a formula."""
    cell = "" if value is None else str(value)
    risky = cell.lstrip(SPACES).startswith(FORMULA) or cell.startswith(("\t", "\r", "\n"))
    return f"'{cell}" if risky else cell
