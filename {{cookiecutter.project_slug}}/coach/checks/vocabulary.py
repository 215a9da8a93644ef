"""The words in which checks are written. Importing this imports nothing else."""

from __future__ import annotations

PASSED, NOT_YET, SKIPPED, ERROR = "passed", "not yet", "skipped", "error"
NOT_STARTED = "not started"


class NotYet(AssertionError):
    """What a check says when the learner is not there yet: four sentences, no traceback."""

    def __init__(self, expected, found, where, next):
        self.expected, self.found = str(expected), str(found)
        self.where, self.next = str(where), str(next)
        super().__init__(f"expected {self.expected}, found {self.found} in {self.where}")


def require(condition, *, expected, found, where, next):
    """Raise NotYet unless the condition holds; `next` is what to do or to type, commands in backticks."""
    if not condition:
        raise NotYet(expected, found, where, next)


def hints(*stages):
    """Give a check its hints: the weakest first, the last one is the command."""

    def mark(check):
        check.hints = stages
        return check

    return mark


def needs(*others):
    """Skip a check where another one, of which it makes use, has not passed."""

    def mark(check):
        check.needs = tuple(other.__name__ for other in others)
        return check

    return mark


def in_child(seconds=30):
    """Have `workshop.probe` run a function in a child process with a time limit: it runs the learner's code."""

    def mark(function):
        function.child_seconds = seconds
        return function

    return mark


def of_this_machine(check):
    """Say that a check looks at the machine that it runs on: of another machine's work it can say nothing."""
    check.of_this_machine = True
    return check


def points(number):
    """Say what a check counts; without it, one point."""

    def mark(check):
        check.points = number
        return check

    return mark
