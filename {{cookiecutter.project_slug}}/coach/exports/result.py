"""What `coach check --all --json` printed, read and looked at: all that an export is made from."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Literal, Optional

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from coach.checks.grading import SCHEMA
from coach.checks.vocabulary import ERROR, NOT_STARTED, NOT_YET
from coach.environment import Trouble, find_root, load_env
from coach.exports.texts import plain

LARGEST = 64 * 2**20  # bytes of a result
PRINTS = "what `coach check --all --json` prints"
ITSELF = "`coach export FORMAT` without a file checks all exercises itself"

Text = Annotated[str, AfterValidator(plain)]
Points = Annotated[int, Field(ge=0, le=2**31)]


class Strict(BaseModel):
    """Nothing is guessed; keys that a later coach adds are passed over."""

    model_config = ConfigDict(strict=True)


class Check(Strict):
    """What became of one check."""

    check: Text
    title: Text
    verdict: Literal["passed", "not yet", "skipped", "error"]
    expected: Optional[Text] = None
    found: Optional[Text] = None
    where: Optional[Text] = None
    next: Optional[Text] = None


class Exercise(Strict):
    """One exercise with its checks."""

    exercise: Text
    verdict: Literal["passed", "not yet", "not started", "error"]
    points: Points
    max_points: Points
    checks: list[Check]

    @model_validator(mode="after")
    def points_fit(self):
        """No reader takes more points than there are."""
        if self.points > self.max_points:
            raise ValueError(f"{self.points} points of {self.max_points}")
        return self

    def outcome(self, check):
        """Return a check's verdict; what has not been begun is not yet a failure."""
        if self.verdict == NOT_STARTED and check.verdict == NOT_YET:
            return NOT_STARTED
        return check.verdict

    @property
    def first_failure(self):
        """Return the first check that an unfinished exercise hangs on, or None."""
        failed = (check for check in self.checks if self.outcome(check) in (NOT_YET, ERROR))
        return next(failed, None)


class Result(Strict):
    """All exercises, and the files of the coach and its checks that a learner has edited (`coach class grade`)."""

    exercises: list[Exercise]
    edited: list[Text] = []

    @property
    def points(self):
        return sum(exercise.points for exercise in self.exercises)

    @property
    def max_points(self):
        return sum(exercise.max_points for exercise in self.exercises)

    @property
    def crashed(self):
        """Return the names of the exercises in which the coach itself failed."""
        return [one.exercise for one in self.exercises if one.verdict == ERROR]


def get(name=None) -> Result:
    """Return the Result in a file, on standard input (`-`), or of a check of all exercises now."""
    if name is None:
        return checked_now()
    where = "standard input" if name == "-" else name
    return parse(read(name, where), where)


def checked_now() -> Result:
    """Check all exercises of the workshop that the current folder lies in; nothing is recorded."""
    from coach import overview
    from coach.checks.grading import as_json, grade

    root = find_root()
    load_env(root)
    graded = grade(root, [one.folder for one in overview.exercises(root)])
    return parse(json.dumps(as_json(graded)).encode(), "the checks' own result")


def read(name, where) -> bytes:
    """Return the bytes of a file or of standard input; a Trouble where that is not possible, or they are too many."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(name).open("rb") as stream:
                data = stream.read(LARGEST + 1)
    except OSError as error:
        raise trouble(where, error.strerror or str(error)) from None
    if len(data) > LARGEST:
        raise trouble(where, f"more than {LARGEST // 2**20} MB")
    return data


def parse(data, where) -> Result:
    """Return the Result that a text in JSON holds; a Trouble says what is wrong with it, and at which place."""
    try:
        found = json.loads(data) if data.strip() else None
    except (ValueError, RecursionError) as error:
        raise trouble(where, f"text that is no JSON ({error})") from None
    if not isinstance(found, dict) or "schema" not in found:
        raise trouble(where, "nothing" if found is None else "JSON of something else")
    if found["schema"] != SCHEMA:
        other = json.dumps(found["schema"])[:80]
        raise trouble(where, f"the schema {other}", f"the schema {SCHEMA}")
    try:
        return Result.model_validate(found)
    except ValidationError as error:
        raise trouble(where, first_fault(error), f"{PRINTS}, as {SCHEMA} has it") from None


def first_fault(error):
    """Say in a line what is wrong with the data, and where in it."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in first["loc"])
    path, said = "".join(steps).lstrip("."), first["msg"][:200]
    return f"at {path}: {said}"


def trouble(where, found, expected=PRINTS) -> Trouble:
    """Return the Trouble of a result that cannot be used."""
    return Trouble(found=found, expected=expected, where=where, next=ITSELF)
