"""Where the class should be by now: the agenda as `coach class agenda` has it, from when its clock was started."""

from __future__ import annotations

import time

from coach.room.agenda import EXERCISE, rows


def place(lessons, started, now) -> dict:
    """Return which exercise the agenda is at or, in a break, comes to; when that begins and ends; which are due."""
    if started is None:
        return {"started": None, "at": None, "begins": None, "ends": None, "due": []}
    due, midnight = [], started - 60 * minute_of_day(started)
    for row in rows(lessons.values(), minute_of_day(started)):
        begins, ends = midnight + 60 * row.begins, midnight + 60 * row.ends
        if row.kind != EXERCISE:
            continue
        if now < ends:
            return {
                "started": started,
                "at": row.exercise,
                "begins": begins,
                "ends": ends,
                "due": due,
            }
        due.append(row.exercise)
    return {"started": started, "at": None, "begins": None, "ends": None, "due": due}


def minute_of_day(when) -> int:
    """Return the minutes since midnight by this machine's clock, by which lunch is set."""
    clock = time.localtime(when)
    return 60 * clock.tm_hour + clock.tm_min


def on_time(learners, due) -> int:
    """Return how many learners have passed all that is due."""
    return sum(all(one.cells.get(name) == "passed" for name in due) for one in learners)
