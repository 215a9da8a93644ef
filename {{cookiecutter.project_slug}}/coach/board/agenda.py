"""Where the class should be by now: the agenda as `coach class agenda` has it, from when its clock was started."""

from __future__ import annotations

import time

from coach.room.agenda import EXERCISE, rows


def place(lessons, clock, now) -> dict:
    """Return which exercise the agenda is at or, in a break, comes to; when that begins and ends; which are due."""
    due, nowhere = [], {"at": None, "begins": None, "ends": None}
    said = {"started": clock.started, "paused": clock.paused, "due": due}
    if clock.started is None:
        return {**said, **nowhere}
    began = minute_of_day(clock.started)
    midnight = clock.started - 60 * began + clock.lost
    moment = now if clock.paused is None else clock.paused
    for row in rows(lessons.values(), began):
        begins, ends = midnight + 60 * row.begins, midnight + 60 * row.ends
        if row.kind != EXERCISE:
            continue
        if moment < ends:
            return {**said, "at": row.exercise, "begins": begins, "ends": ends}
        due.append(row.exercise)
    return {**said, **nowhere}


def minute_of_day(when) -> int:
    """Return the minutes since midnight by this machine's clock, by which lunch is set."""
    clock = time.localtime(when)
    return 60 * clock.tm_hour + clock.tm_min


def on_time(learners, due) -> int:
    """Return how many learners have passed all that is due."""
    return sum(all(one.cells.get(name) == "passed" for name in due) for one in learners)
