"""The formats that there are; each is a module with one function, `text(result)`."""

from __future__ import annotations

from enum import Enum
from importlib import import_module


class Format(str, Enum):
    """A format's name on the command line, and its module."""

    junit = "junit"
    classroom50 = "classroom50"
    gradescope = "gradescope"
    exercism = "exercism"
    csv = "csv"
    summary = "summary"


def text(format, result):
    """Return a Result in a format; no other format's module is loaded."""
    return import_module(f"coach.exports.{format.value}").text(result)
