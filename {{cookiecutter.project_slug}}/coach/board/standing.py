"""Where one learner stands, as their events tell it; the same events in the same order give the same standing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import random

PASSED, NOT_YET, NOT_STARTED = "passed", "not yet", "not started"


@dataclass
class Run:
    """Reports in a row of one exercise in which the same check is the first that is not yet right."""

    check: str
    since: float
    tries: int = 1


@dataclass
class Hand:
    """A raised hand; `number` is that of the event that raised it."""

    number: int
    since: float
    message: str


@dataclass
class Learner:
    """One learner: name, verdicts, what they are stuck at, their hand; `is_gone` takes them out of view."""

    id: int
    name: str
    joined: float
    lowered: int = 0  # the instructor has lowered the hands up to this event
    is_gone: bool = False
    number: int = 0  # the highest that was kept
    last: float | None = None
    cells: dict = field(default_factory=dict)
    runs: dict = field(default_factory=dict)
    latest: str | None = None  # the exercise of the last report that was not yet right
    failed: set = field(default_factory=set)  # every (exercise, check) that failed first once
    hand: Hand | None = None
    chance: float = field(default_factory=random, compare=False)  # orders those who are equally far

    def apply(self, lessons, number, time, body):
        """Take in one event: a report, or a hand."""
        self.number, self.last = max(self.number, number), max(self.last or 0, time)
        if "message" in body:
            self.raise_hand(number, time, body["message"])
        elif body["exercise"] in lessons:  # another one is kept, and not shown
            self.report(lessons[body["exercise"]], time, body["verdict"], body["checks"])

    def raise_hand(self, number, time, message):
        """Raise the hand, or lower it (None); raised again it keeps its place, and its message where none is new."""
        if message is None or number <= self.lowered:
            self.hand = None
        elif self.hand:
            self.hand = replace(self.hand, number=number, message=message or self.hand.message)
        else:
            self.hand = Hand(number, time, message)

    def lower(self, number):
        """Let the instructor lower the hand that an event has raised; a later one stays up."""
        self.lowered = max(self.lowered, number)
        if self.hand and self.hand.number <= number:
            self.hand = None

    def report(self, lesson, time, verdict, checks):
        """Take in the verdict of an exercise; once passed it stays passed, as in `coach list`."""
        if self.cells.get(lesson.id) != PASSED and verdict != NOT_STARTED:
            self.cells[lesson.id] = verdict
        known = (one["check"] for one in checks if one["verdict"] == NOT_YET)
        failing = next((check for check in known if check in lesson.checks), None)
        if verdict == PASSED or failing is None:
            self.runs.pop(lesson.id, None)
        else:
            self.fail(lesson.id, failing, time)

    def fail(self, exercise, check, time):
        """Count a report in which a check is the failing one."""
        self.latest = exercise
        self.failed.add((exercise, check))
        run = self.runs.get(exercise)
        if run and run.check == check:
            run.tries += 1
        else:
            self.runs[exercise] = Run(check, time)

    @property
    def stuck(self) -> Run | None:
        """Return the run of the exercise that was last not yet right; after its pass there is none."""
        return self.runs.get(self.latest)

    @property
    def passed(self):
        """Return how many exercises have passed."""
        return sum(verdict == PASSED for verdict in self.cells.values())
