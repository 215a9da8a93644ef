"""Read what `coach check --all --json` printed on a learner's machine: their own word, so it is only read."""

from __future__ import annotations

import json
import os
import stat

from coach.classroom.intake import Refused

SCHEMA, LARGEST = "coach/result/v1", 2_000_000
VERDICTS = ("passed", "not yet", "skipped", "error")


def read(file):
    """Return {exercise: {check: verdict}}; what does not fit the schema is Refused, with why."""
    said = parse(data_of(file))
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        raise Refused(f"its result is not what `coach check --all --json` prints ({SCHEMA})")
    exercises = listed(said, "exercises")
    return {
        text(one, "exercise"): {
            text(check, "check"): verdict(check) for check in listed(one, "checks")
        }
        for one in exercises
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


def parse(data):
    """Return the data of a JSON text."""
    try:
        return json.loads(data, parse_constant=no_number)
    except (ValueError, RecursionError) as error:
        raise Refused(f"its result is no JSON: {error}") from None


def no_number(name):
    raise ValueError(f"{name} is no number")


def listed(data, key):
    """Return the list of objects that an object has below a key."""
    found = data.get(key)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Refused(f"its result has no list of {key}")
    return found


def text(data, key):
    """Return the text that an object has below a key."""
    found = data.get(key)
    if not isinstance(found, str):
        raise Refused(f"its result has an {key} that is no text")
    return found


def verdict(check):
    """Return the verdict of a check."""
    found = text(check, "verdict")
    if found not in VERDICTS:
        raise Refused("its result has a verdict that there is none of")
    return found
