"""What the coach prints; words carry the verdicts, and a learner's text is never taken for markup.

In a terminal, what is too long goes on below where it began; elsewhere each line stays one line.
"""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from coach.checks.vocabulary import ERROR, NOT_YET, PASSED, SKIPPED
from coach.encoding import plain

STYLES = {PASSED: "green", NOT_YET: "yellow", ERROR: "red"}
LABELS = {"expected": "Expected", "found": "Found", "where": "Where", "next": "Next"}
NARROW, UNLIMITED = 60, 10_000

console = Console(highlight=False)


def width():
    """Return how many columns there are."""
    return console.width if console.is_terminal else UNLIMITED


def line(text="", style=None):
    """Print one line of plain text."""
    put(text if isinstance(text, Text) else Text(plain(text), style=style or ""))


def put(*texts):
    """Print texts, each on lines of its own."""
    for text in texts:
        console.print(text, soft_wrap=not console.is_terminal)


def hanging(head, text, style=""):
    """Return a text behind its head that, where it is folded, goes on below where it began.

    A head that would take half of the terminal from such a text stands alone, and the text below it.
    """
    begin, body = head.cell_len, Text(plain(text), style)
    if alone := begin * 2 > width() and begin + body.cell_len > width():
        begin = 2
    folded = body.wrap(console, max(width() - begin, 10))
    rows = [Text.assemble(" " * begin, row) for row in folded]
    if alone or not rows:
        return Text("\n").join([head, *rows])
    return Text("\n").join([Text.assemble(head, folded[0]), *rows[1:]])


def fold(text, style=""):
    """Return a text that is folded where the terminal ends."""
    return hanging(Text(""), text, style)


def verdict_line(title, verdict):
    """Return a title with its verdict."""
    style = "dim" if verdict == SKIPPED else ""
    return hanging(Text(f"{verdict:>8}  ", STYLES.get(verdict, "dim")), title, style)


def facts(values):
    """Return the four things that a failing check says, their labels below each other."""
    begin = 10 if width() >= NARROW else 1
    return [
        hanging(Text(f"{' ' * begin}{label:>8}  ", "bold"), values[fact])
        for fact, label in LABELS.items()
        if values.get(fact)
    ]


def check(result):
    """Return a check's verdict and, where it failed, what to do."""
    return [verdict_line(result.title, result.verdict), *failed_facts(result)]


def failed_facts(result):
    """Return what a failing check says; one that waits for another says nothing."""
    return facts(result.facts) if result.verdict in (NOT_YET, ERROR) else []


def score(verdict, points, of):
    """Return a verdict with its points."""
    return Text(f"{verdict}, {points} of {of} points", STYLES.get(verdict, "dim"))


def graded(exercise, title, verbose=False):
    """Print an exercise, its checks, and for each that failed what to do."""
    put(heading(exercise.exercise, title))
    for result in exercise.checks:
        put(*check(result))
        if result.detail and verbose:
            line(result.detail)
    put(score(exercise.verdict, exercise.points, exercise.max_points))


def heading(identity, title):
    """Return an exercise's folder name and title."""
    return hanging(Text(f"{identity}  ", "bold"), title, "bold")


def bar(done, total):
    """Return how far the learner is, as a bar and in words."""
    length = 20 if width() >= NARROW else 10
    full = length * done // max(total, 1)
    return Text.assemble(
        ("█" * full, "green"),
        ("░" * (length - full), "dim"),
        f"  {done} of {total} exercises passed.",
    )


def markdown(text):
    """Print a text of the workshop."""
    from rich.markdown import Markdown

    console.print(Markdown(text))


def diff(lines):
    """Print a diff; its first character says what a line is, colours only repeat it."""
    styles = {"+": "green", "-": "red", "@": "cyan"}
    for row in lines:
        put(Text(plain(row), styles.get(row[:1], "")))
