"""Make the repository as if exercises were done, by their solutions."""

from __future__ import annotations

from coach import course, progress
from coach.doctor.buckets import default_remote
from coach.joined import reporting
from coach.moves.freshstart import fresh_start, set_aside
from coach.moves.solve import CannotSolve, reach_buckets, solve


def catch_up(root, upto, steps):
    """Do every exercise before the one with the id `upto` that has not passed, and keep the work that has.

    Where the learner's own work stands in the way of a solution, everything is done from a fresh start.
    `steps` is told each step. Returns the exercises that were done.
    """
    late = not_passed(root, before(root, upto))
    set_aside(root, steps.say)
    steps.begin(root, late)
    for exercise in late:
        try:
            solve(root, exercise, steps, stop=False)
        except CannotSolve as failure:  # such as a commit of what is committed already
            if failure.is_push:  # is the remote set up as it should be? else it is not the work
                default_remote(root)
        if not_passed(root, [exercise]):
            steps.say(
                f"Your work and the solution of {exercise.id} do not fit: from a fresh start."
            )
            return start(root, upto, steps)
    if not_passed(root, before(root, upto)):
        steps.say("Your work and the solutions do not fit: from a fresh start.")
        return start(root, upto, steps)
    note(root, late)
    return late


def start(root, upto, steps):
    """Make everything as the solutions of the exercises before `upto` leave it; return those exercises."""
    done = before(root, upto)
    steps.begin(root, done)
    reach_buckets(root, steps.say)
    fresh_start(root, steps.say)
    with progress.changing(root) as known:
        known.forget_from(course.exercises(root)[0].id)
    for exercise in done:
        solve(root, exercise, steps)
    if late := not_passed(root, done):
        raise CannotSolve(
            found=f"{late[0].id} does not pass",
            expected="its solution, which passes",
            where=f"exercises/{late[0].id}",
            next=f"`coach check {late[0].number}` says why; `coach undo` brings back what you had",
        )
    note(root, done)
    return done


def before(root, upto):
    """Return the exercises before the one with this id; all of them for None."""
    return [one for one in course.exercises(root) if upto is None or one.id < upto]


def not_passed(root, exercises):
    """Return those exercises whose checks do not pass now, and remember the verdicts."""
    from coach.checks.grading import grade

    if not exercises:
        return []
    graded = grade(root, [one.folder for one in exercises])
    with progress.changing(root) as known:
        done = [
            one for one in graded if one.verdict == "passed" and one.exercise not in known.passed
        ]
        known.record(graded)
    reporting.report(root, done)
    late = {one.exercise for one in graded if one.verdict != "passed"}
    return [one for one in exercises if one.id in late]


def note(root, done):
    """Remember that the coach has done these exercises."""
    with progress.changing(root) as known:
        known.by_coach += [one.id for one in done if one.id not in known.by_coach]
