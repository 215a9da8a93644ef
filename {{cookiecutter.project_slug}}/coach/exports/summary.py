"""Markdown for the page of a CI run: the exercises, what each hangs on, and which checks were edited.

Words of learners stand in fenced blocks or with their punctuation escaped: they are never taken for markup.
"""

from __future__ import annotations

import re

from coach.checks.vocabulary import ERROR, PASSED
from coach.exports.texts import facts, one_line

LONGEST = 1_000  # characters of a fact: a page of GitHub ends at a megabyte
MOST = 20  # edited files that are named
HEAD = "| exercise | verdict | points | first check that has not passed |\n|---|---|---:|---|"
NOT_USED = "These files differ from the instructor's. They were **not used**: the verdicts are those of the instructor's copy."


def text(result):
    """Return a Result as Markdown."""
    parts = [headline(result), *table(result), *edited(result.edited)]
    parts += [part for one in result.exercises for part in details(one)]
    return "\n\n".join(parts) + "\n"


def headline(result):
    """Return how far it is, in one line."""
    done = sum(one.verdict == PASSED for one in result.exercises)
    return f"# {done} of {len(result.exercises)} exercises passed, {result.points} of {result.max_points} points"


def table(result):
    """Yield the table of the exercises."""
    if result.exercises:
        yield "\n".join([HEAD, *map(row, result.exercises)])


def row(one):
    """Return an exercise's line of the table."""
    title = escaped(one.first_failure.title) if one.first_failure else ""
    points = f"{one.points} of {one.max_points}"
    return f"| {escaped(one.exercise)} | {one.verdict} | {points} | {title} |"


def details(one):
    """Yield what an unfinished exercise hangs on."""
    if check := one.first_failure:
        yield f"## {escaped(one.exercise)}: {escaped(check.title)}"
        if one.verdict == ERROR:
            yield "The coach itself failed: that is not the learner's mistake."
        yield fenced(facts(check, LONGEST))


def edited(paths):
    """Yield the names of edited files."""
    if paths:
        yield "## Edited checks"
        yield NOT_USED
        more = [f"and {len(paths) - MOST} more"] if len(paths) > MOST else []
        yield fenced("\n".join([one_line(path) for path in paths[:MOST]] + more))


def escaped(text):
    """Return a text on one line of which Markdown takes nothing for markup."""
    return re.sub(r"([\\`*_\[\](){}#+!|<>~&@$-])", r"\\\1", one_line(text))


def fenced(text):
    """Return a block in which every character is itself, whatever backticks the text holds."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}"
