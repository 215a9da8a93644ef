"""The agenda in a terminal."""

from __future__ import annotations

from rich.text import Text

from coach import show
from coach.room import agenda


def show_all(found):
    """Print the agenda: parts as headings, then each exercise and break with its time."""
    part = None
    for row in found:
        if row.kind == agenda.EXERCISE and row.part != part:
            part = row.part
            show.line(f"Part {part}" if part else "Exercises", "bold")
        show.put(one(row))
    show.line()
    show.line(agenda.summary(found))
    show.line(
        "`coach class slides` and `coach class notes` take the same --start and --break.", "dim"
    )


def one(row):
    """Return one row; a long title goes on below where it began."""
    head = f"  {agenda.clock(row.begins)}  {row.minutes:>3} min  {agenda.number(row):<2}  "
    return show.hanging(Text(head), row.title, "" if row.exercise else "dim")
