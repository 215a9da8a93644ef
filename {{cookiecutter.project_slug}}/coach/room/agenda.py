"""The agenda: the exercises in their order, with breaks, by the clock; times are minutes since midnight."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coach import show

EXERCISE, BREAK, LUNCH = "exercise", "break", "lunch"
START, PAUSE, LUNCHTIME = 9 * 60, 15, 60
LONGEST = 90  # minutes of work without a break
NOON = (11 * 60 + 30, 13 * 60)  # lunch begins between these, where the exercises' ends allow it
DAY = 24 * 60


@dataclass(frozen=True)
class Row:
    """One row of the agenda: an exercise, a break or lunch."""

    kind: str
    begins: int
    minutes: int
    title: str
    part: str = ""
    exercise: str = ""  # the folder's name: 04_preprocess

    @property
    def ends(self):
        return self.begins + self.minutes


def rows(exercises, start=START, pause=PAUSE):
    """Return the Rows: at most 90 minutes of work between two breaks, and lunch where it runs over noon."""
    found, worked = [], 0
    for one in exercises:
        now = found[-1].ends if found else start
        rest = rest_before(one.minutes, now, worked, start, found, pause)
        if rest:
            found.append(rest)
            now, worked = rest.ends, 0
        found.append(Row(EXERCISE, now, one.minutes, one.title, one.part, one.id))
        worked += one.minutes
    return found


def rest_before(minutes, now, worked, start, found, pause):
    """Return the break or lunch that is due before an exercise of so many minutes, or None."""
    if not worked:
        return None
    due = worked + minutes > LONGEST
    ate = start >= NOON[1] or any(row.kind == LUNCH for row in found)
    if not ate and (now + minutes > NOON[1] or due and now >= NOON[0]):
        return Row(LUNCH, now, LUNCHTIME, "Lunch")
    return Row(BREAK, now, pause, "Break") if due and pause else None


def clock(minutes):
    """Return a time as `09:05`; after midnight the day begins anew."""
    return f"{minutes % DAY // 60:02}:{minutes % 60:02}"


def minutes_of(text):
    """Return the minutes of `09:00`, `9:00` or `9`; None for what is no time of day."""
    match = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?", text.strip())
    hours, minutes = (int(match[1]), int(match[2] or 0)) if match else (24, 0)
    return hours * 60 + minutes if hours < 24 and minutes < 60 else None


def length(minutes):
    """Return a length of time as people say it: `3 h 50 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours))


def work(found):
    """Return the minutes of work."""
    return sum(row.minutes for row in found if row.kind == EXERCISE)


def number(row):
    """Return an exercise's number, or nothing for a break."""
    return row.exercise.split("_")[0]


def summary(found):
    """Return how long it all takes, in a sentence."""
    end, begin = clock(found[-1].ends), clock(found[0].begins)
    rest = length(found[-1].ends - found[0].begins - work(found))
    return f"{begin} to {end}: {length(work(found))} of work, {rest} of breaks."


def markdown(found):
    """Return the agenda as a Markdown table, one for each part."""
    lines, part = [], None
    for row in found:
        if row.kind == EXERCISE and row.part != part:
            part = row.part
            lines += ["", f"**Part {part}**" if part else "**Exercises**", ""]
            lines += ["| time | minutes | exercise | |", "|---|---|---|---|"]
        lines.append(f"| {clock(row.begins)} | {row.minutes} | {number(row)} | {cell(row.title)} |")
    return "\n".join([*lines, "", summary(found)]).strip()


def cell(text):
    """Return a text that cannot end a cell of a table."""
    return text.replace("|", "\\|")


def show_all(found):
    """Print the agenda: parts as headings, then each exercise and break with its time."""
    part = None
    for row in found:
        if row.kind == EXERCISE and row.part != part:
            part = row.part
            show.line(f"Part {part}" if part else "Exercises", "bold")
        show.put(one(row))
    show.line()
    show.line(summary(found))
    show.line(
        "`coach class slides` and `coach class notes` take the same --start and --break,"
        " `coach board` the same --break: its clock is started on its page.",
        "dim",
    )


def one(row):
    """Return one row for a terminal; a long title goes on below where it began."""
    head = f"  {clock(row.begins)}  {row.minutes:>3} min  {number(row):<2}  "
    return show.hanging(show.Text(head), row.title, "" if row.exercise else "dim")
