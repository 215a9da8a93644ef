"""What the coach prints; words carry the verdicts, and a learner's text is never taken for markup."""

from __future__ import annotations

from rich.console import Console
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from coach.plugin import ERROR, FACTS, NOT_YET, PASSED

STYLES = {PASSED: "green", NOT_YET: "yellow", ERROR: "red"}
LABELS = {"expected": "Expected", "found": "Found", "where": "Where", "next": "Next"}

console = Console(highlight=False, soft_wrap=False)


def line(text="", style=None):
    """Print one line of plain text."""
    console.print(Text(str(text), style=style or ""))


def verdict_line(title, verdict, note=""):
    """Print a title with its verdict."""
    console.print(
        Text.assemble((f"{verdict:>8}", STYLES.get(verdict, "dim")), f"  {title}", (note, "dim"))
    )


def facts(values):
    """Print the four things that a failing check says."""
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="bold")
    table.add_column(overflow="fold")
    for fact in FACTS:
        if values.get(fact):
            table.add_row(Text(f"          {LABELS[fact]}"), Text(values[fact]))
    console.print(table)


def graded(exercise, title, verbose=False):
    """Print an exercise, its checks, and for each that failed what to do."""
    points = f" ({exercise.points} of {exercise.max_points} points)"
    line(f"{exercise.exercise}  {title}", "bold")
    for check in exercise.checks:
        verdict_line(check.title, check.verdict)
        if check.verdict in (NOT_YET, ERROR):
            facts(check.facts)
        if check.detail and (verbose or check.verdict == ERROR and verbose):
            line(check.detail)
    line(f"{exercise.verdict}{points}", STYLES.get(exercise.verdict))


def markdown(text):
    """Print a text of the workshop."""
    console.print(Markdown(text))


def diff(text):
    """Print a diff."""
    console.print(Syntax(text, "diff", background_color="default", word_wrap=True))


def overview(rows):
    """Print (exercise, title, minutes, verdict) as a table."""
    table = Table(box=None, padding=(0, 1))
    for heading in ("Exercise", "Title", "Minutes", "Verdict"):
        table.add_column(heading)
    for identity, title, minutes, verdict in rows:
        table.add_row(
            Text(identity), Text(title), str(minutes), Text(verdict, STYLES.get(verdict, "dim"))
        )
    console.print(table)
