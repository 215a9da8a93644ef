"""What may be sent to the board, and nothing else; whatever does not fit is refused whole.

A learner's coach numbers its events 1, 2, 3, …, perhaps with gaps; the board keeps each number once, however often it is sent.
Times are seconds since 1970 by the learner's clock; `now` is that clock while sending, so that a wrong clock does no harm.
"""

from __future__ import annotations

from typing import Annotated, Literal, Union

from pydantic import BaseModel, ConfigDict, Field

from coach.joined.agreed import LONGEST_MESSAGE, LONGEST_NAME, MOST_CHECKS, MOST_EVENTS

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,80}$")]
Time = Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]
Number = Annotated[int, Field(ge=1, le=2**53)]
Verdict = Literal["not started", "not yet", "passed", "skipped", "error"]


class Strict(BaseModel):
    """Nothing is guessed, and nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Join(Strict):
    """A learner's wish to join the class."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class Check(Strict):
    """The verdict of one check."""

    check: Identifier
    verdict: Verdict


class Report(Strict):
    """One exercise that has been checked."""

    kind: Literal["report"]
    number: Number
    time: Time
    exercise: Identifier
    verdict: Verdict
    checks: Annotated[list[Check], Field(max_length=MOST_CHECKS)]


class Hand(Strict):
    """A hand that is raised with a message, or lowered (None)."""

    kind: Literal["hand"]
    number: Number
    time: Time
    message: Annotated[Union[str, None], Field(max_length=LONGEST_MESSAGE)]


Event = Annotated[Union[Report, Hand], Field(discriminator="kind")]


class Events(Strict):
    """What has happened since the last delivery, in order."""

    now: Time
    events: Annotated[list[Event], Field(min_length=1, max_length=MOST_EVENTS)]


class Login(Strict):
    """What opens a page of the instructor's."""

    secret: Annotated[str, Field(min_length=1, max_length=100)]


class Agenda(Strict):
    """What is wished of the agenda's clock; `start` goes on after a pause."""

    clock: Literal["start", "pause", "stop"]
