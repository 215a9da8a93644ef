"""An exercise as it is taught: its text in sections and steps, and what its checks say and hint."""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import dataclass

from coach import course
from coach.checks.plugin import title_of
from coach.environment import Trouble
from coach.room import markup

STEP = re.compile(r"\*\*(\d+)\.\s*(.*?)\s*\*\*\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Check:
    """A check: the sentence that the learner reads, its points, and its hints, the last of which is the command."""

    title: str
    points: int
    hints: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A numbered step: what it is called (its name or first sentence), what else its paragraph says, the blocks after it."""

    number: str
    title: str
    rest: str
    blocks: tuple[markup.Block, ...]


def sections(exercise):
    """Return [(heading, blocks)] of an exercise's text."""
    return markup.sections(course.front_matter(exercise.text)[1])


def steps(blocks):
    """Return (the blocks before the first step, the Steps)."""
    before, found = [], []
    for block in blocks:
        match = STEP.match(block.source) if block.kind == "text" else None
        if match:
            found.append((match, []))
        else:
            (found[-1][1] if found else before).append(block)
    return before, [step(match, inside) for match, inside in found]


def step(match, inside):
    """Return the Step that begins with a paragraph like `**2. Merge.** Your push …` or `**2.** Name the remote. …`."""
    number, name, text = match.groups()
    title, rest = (name, " ".join(text.split())) if name else markup.first_sentence(text)
    return Step(number, title, rest, tuple(inside))


def checks(exercise):
    """Return the Checks of an exercise, in the order of its test files."""
    modules = [load(exercise, file) for file in sorted(exercise.folder.glob("test_*.py"))]
    return [check for module in modules for check in checks_of(module)]


def checks_of(module):
    """Yield the Checks that a module has of its own."""
    for name, found in vars(module).items():
        if name.startswith("test_") and getattr(found, "__module__", None) == module.__name__:
            points, hints = getattr(found, "points", 1), getattr(found, "hints", ())
            yield Check(title_of(found), points, tuple(hints))


def load(exercise, file):
    """Return the module of a test file; one that cannot be imported is a Trouble."""
    name = f"coach_room_{exercise.id}_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise Trouble(
            found=f"{type(error).__name__}: {error}",
            expected="checks that Python can read",
            where=file,
            next=f"`coach check {exercise.number}` shows more",
        ) from None
    return module
