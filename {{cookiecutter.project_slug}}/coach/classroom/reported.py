"""Read what `coach check --all --json` printed on a learner's machine: their own word, so it is only read."""

from __future__ import annotations

import os
import stat

from coach.classroom.theirs import Refused

LARGEST = 2_000_000


def read(file):
    """Return the Result in a file; what does not fit the schema is Refused, with why."""
    from coach.environment import Trouble
    from coach.exports.result import parse

    try:
        return parse(data_of(file), file.name)
    except Trouble as trouble:
        raise Refused(f"its result is {trouble.found}, not {trouble.expected}") from None


def by_check(result):
    """Return {exercise: {check: (verdict, why)}} of a Result."""
    return {
        one.exercise: {check.check: (check.verdict, check.found or "") for check in one.checks}
        for one in result.exercises
    }


def data_of(file):
    """Return a file's bytes; a link, a pipe or a very large file is Refused."""
    found = os.lstat(file)
    if not stat.S_ISREG(found.st_mode):
        raise Refused("its result is a link or a pipe, no file")
    if found.st_size > LARGEST:
        raise Refused(f"its result is too large ({found.st_size // 10**6} MB)")
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(f"its result cannot be read: {error.strerror}") from None
