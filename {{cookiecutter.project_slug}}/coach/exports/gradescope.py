"""The results.json of a Gradescope autograder: an exercise is a test case, with its points.

Fields: https://gradescope-autograders.readthedocs.io/en/latest/specs/. Who sees it, and when, the assignment's settings say.
"""

from __future__ import annotations

import json

from coach.checks.vocabulary import ERROR, NOT_YET, PASSED
from coach.exports.texts import facts

FAULT = "The coach itself failed here, which is not the learner's mistake: "
EDITED = "Changed in this repository, and not used (the instructor's copy was):"


def text(result):
    """Return a Result as Gradescope reads it."""
    found = {
        "score": result.points,
        "output": "\n".join(overall(result)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "tests": [test(one) for one in result.exercises],
    }
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def overall(result):
    """Yield the lines that concern the whole submission."""
    done = sum(one.verdict == PASSED for one in result.exercises)
    yield f"{done} of {len(result.exercises)} exercises passed, {result.points} of {result.max_points} points."
    if result.crashed:
        yield FAULT + ", ".join(result.crashed)
    if result.edited:
        yield EDITED
        yield from result.edited


def test(exercise):
    """Return an exercise as a test case."""
    return {
        "name": exercise.exercise,
        "number": exercise.exercise.split("_")[0],
        "score": exercise.points,
        "max_score": exercise.max_points,
        "status": "passed" if exercise.verdict == PASSED else "failed",
        "output": "\n".join(line for check in exercise.checks for line in lines(exercise, check)),
    }


def lines(exercise, check):
    """Yield a check's verdict and title and, where it failed, what it says."""
    outcome = exercise.outcome(check)
    yield f"{outcome}: {check.title}"
    if outcome in (NOT_YET, ERROR):
        yield facts(check)
