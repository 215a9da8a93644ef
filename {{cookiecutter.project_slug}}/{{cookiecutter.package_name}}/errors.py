"""Mistakes that a person can mend, told in one paragraph and without a traceback."""

import os
import sys
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Iterator


@dataclass(eq=False)
class Problem(Exception):
    """Something a person can mend: where it is, what was found and expected, and what to do."""

    where: str
    found: str
    expected: str
    next: str

    def __str__(self) -> str:
        return f"{self.where}: found {self.found}, expected {self.expected}. Next: {self.next}."


@contextmanager
def told_plainly() -> Iterator[None]:
    """Print a Problem, or a hole that is still open, to stderr and exit with code 1."""
    try:
        yield
    except Problem as problem:
        sys.exit(f"error: {problem}")
    except NotImplementedError as hole:
        place = traceback.extract_tb(hole.__traceback__)[-1]
        sys.exit(f"not yet: {hole} ({os.path.relpath(place.filename)}, line {place.lineno})")
