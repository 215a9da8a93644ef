"""What a page is told, as plain data: with names for the instructor, without for the projector."""

from __future__ import annotations

from collections import Counter
from operator import itemgetter

from coach.board.agenda import on_time, place
from coach.board.keys import INSTRUCTOR
from coach.board.standing import NOT_STARTED, PASSED

MOST = 10  # of the hardest checks


def exercises(lessons):
    """Return the exercises in their order."""
    names = ("id", "number", "title", "minutes", "checks")
    return [{name: getattr(one, name) for name in names} for one in lessons.values()]


def card(view, one, lessons):
    """Return what a view shows of a learner, with the place that it has among the others."""
    if view == INSTRUCTOR:
        return one.id, named(one, lessons)
    late = [one.cells.get(name) != PASSED for name in lessons]
    return (sum(late), late, -len(one.cells), one.chance), nameless(one, lessons)


def rows(view, cards):
    """Return {id: row}; on the projector an id is a place in the order of progress, nobody's own."""
    if view == INSTRUCTOR:
        return dict(cards)
    ordered = sorted(cards, key=itemgetter(0))
    return {number: row for number, (_, row) in enumerate(ordered, start=1)}


def named(one, lessons):
    """Return what the instructor sees of a learner."""
    hand = one.hand and {"since": one.hand.since, "message": one.hand.message}
    return {"name": one.name, **shared(one, lessons), "hand": hand}


def nameless(one, lessons):
    """Return what everybody may see of a learner: nothing that they wrote."""
    return {**shared(one, lessons), "hand": one.hand and {"since": one.hand.since}}


def shared(one, lessons):
    """Return what both see."""
    cells = [one.cells.get(name, NOT_STARTED) for name in lessons]
    return {"cells": cells, "last": one.last, "stuck": stuck(one, lessons)}


def stuck(one, lessons):
    """Return where a learner is stuck, or None."""
    if one.stuck is None:
        return None
    run, lesson = one.stuck, lessons[one.latest]
    at = {"exercise": lesson.id, "check": run.check, "title": lesson.checks[run.check]}
    return {**at, "since": run.since, "tries": run.tries}


def hardest(learners, lessons):
    """Return the checks that hold up most learners now, and most so far."""
    now = Counter((one.latest, one.stuck.check) for one in learners if one.stuck)
    ever = Counter(each for one in learners for each in one.failed)
    order = sorted(ever, key=lambda each: (-now[each], -ever[each], each))
    return [
        {
            "exercise": exercise,
            "check": check,
            "title": lessons[exercise].checks[check],
            "now": now[exercise, check],
            "ever": ever[exercise, check],
        }
        for exercise, check in order[:MOST]
    ]


def agenda(learners, lessons, clock, now, pause):
    """Return where the agenda is, and how many have done what is due."""
    at = place(lessons, clock, now, pause)
    return {**at, "done": on_time(learners, at["due"])}
