"""Where the class should be by now: the agenda as `coach class agenda` has it, from when its clock was started."""

from __future__ import annotations

import time

from coach.room.agenda import EXERCISE, PAUSE, rows


def place(lessons, clock, now, pause=PAUSE) -> dict:
    """Return the breaks, which exercise the agenda is at or comes to after one, when that begins and ends, what is due.

    Before the clock is started, the breaks are those of an agenda that begins now.
    """
    began = now if clock.started is None else clock.started
    found = rows(lessons.values(), minute_of_day(began), pause)
    said = {"started": clock.started, "paused": clock.paused, "breaks": breaks(found)}
    said |= {"at": None, "begins": None, "ends": None, "due": []}
    if clock.started is None:
        return said
    midnight = began - 60 * minute_of_day(began) + clock.lost
    moment = now if clock.paused is None else clock.paused
    for row in found:
        begins, ends = midnight + 60 * row.begins, midnight + 60 * row.ends
        if row.kind != EXERCISE:
            continue
        if moment < ends:
            return {**said, "at": row.exercise, "begins": begins, "ends": ends}
        said["due"].append(row.exercise)
    return said


def breaks(found):
    """Return the breaks among rows, each with the exercise that it comes before."""
    return [
        {"before": after.exercise, "title": row.title, "minutes": row.minutes}
        for row, after in zip(found, found[1:])
        if row.kind != EXERCISE
    ]


def minute_of_day(when) -> int:
    """Return the minutes since midnight by this machine's clock, by which lunch is set."""
    clock = time.localtime(when)
    return 60 * clock.tm_hour + clock.tm_min


def on_time(learners, due) -> int:
    """Return how many learners have passed all that is due."""
    return sum(all(one.cells.get(name) == "passed" for name in due) for one in learners)
