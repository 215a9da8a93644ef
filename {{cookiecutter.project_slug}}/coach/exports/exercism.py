"""Exercism's results.json, version 3 of its test runners' interface: a check is a test, its exercise's number the task.

Fields: https://exercism.org/docs/building/tooling/test-runners/interface. A test passes, fails or has an error: a check that
was not tried fails, and says so. Points and edited files have no place in it.
"""

from __future__ import annotations

import json
import re

from coach.checks.vocabulary import ERROR, NOT_STARTED, PASSED, SKIPPED
from coach.exports.texts import facts, one_line, plain

LONGEST = 16_000  # characters of a message, which in bytes stay below 65,535
STATUS = {PASSED: "pass", ERROR: "error"}  # of any other verdict: fail


def text(result):
    """Return a Result as Exercism reads it."""
    tests = [test(one, check) for one in result.exercises for check in one.checks]
    found = {"version": 3, "status": overall([one["status"] for one in tests])}
    if found["status"] == "error":
        found["message"] = plain(message(result), LONGEST)
    return json.dumps({**found, "tests": tests}, indent=1, ensure_ascii=False) + "\n"


def overall(statuses):
    """Return the status of all tests together: an error only where none of them ran."""
    if all(status == "error" for status in statuses):
        return "error"
    return "pass" if set(statuses) == {"pass"} else "fail"


def message(result):
    """Say why nothing could be tested."""
    if not result.exercises:
        return "There are no exercises."
    return "The coach itself failed in " + (", ".join(result.crashed) or "every exercise") + "."


def test(exercise, check):
    """Return a check as a test."""
    outcome = exercise.outcome(check)
    found = {
        "name": f"{exercise.exercise}: {one_line(check.title)}",
        "status": STATUS.get(outcome, "fail"),
    }
    if outcome != PASSED:
        found["message"] = plain(why(outcome, check), LONGEST)
    if number := re.match(r"0*([1-9]\d{0,5})_", exercise.exercise):
        found["task_id"] = int(number[1])
    return found


def why(outcome, check):
    """Return what a test says that has not passed."""
    if outcome == NOT_STARTED:
        return "Not started."
    if outcome == SKIPPED:
        return f"Not tried: {check.found}" if check.found else "Not tried."
    return facts(check) or outcome
