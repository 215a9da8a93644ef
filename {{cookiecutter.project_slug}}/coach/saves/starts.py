"""Save the workshop where an exercise begins, so that `coach reset` can go back there."""

from __future__ import annotations

import contextlib

from coach import course, progress
from coach.environment import Trouble


def record(root, known, graded):
    """Take verdicts into the progress; return the exercise that begins with them, or None."""
    exercises = course.exercises(root)
    before = progress.current(known, exercises)
    known.record(graded)
    now = progress.current(known, exercises)
    return now if before and now and now.id > before.id else None


def keep(root, exercise):
    """Save the start of an exercise (None: of none); what cannot be saved `coach reset` makes anew."""
    if exercise:
        from coach.saves import store

        with contextlib.suppress(Trouble):
            store.take(root, f"at the start of {exercise.id}", begins=exercise.id)
