"""Where the class should be by now: the exercises' minutes, one after the other, since the clock was started."""

from __future__ import annotations


def place(lessons, started, now) -> dict:
    """Return which exercise the agenda is at, when that one ends, and which should be done."""
    if started is None:
        return {"started": None, "at": None, "ends": None, "due": []}
    due, ends = [], started
    for one in lessons.values():
        ends += 60 * one.minutes
        if now < ends:
            return {"started": started, "at": one.id, "ends": ends, "due": due}
        due.append(one.id)
    return {"started": started, "at": None, "ends": None, "due": due}


def on_time(learners, due) -> int:
    """Return how many learners have passed all that is due."""
    return sum(all(one.cells.get(name) == "passed" for name in due) for one in learners)
