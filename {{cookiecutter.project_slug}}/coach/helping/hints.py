"""Help with an exercise: one hint more at each call, and when the solution opens."""

from __future__ import annotations

from rich.text import Text

from coach import show
from coach.environment import Trouble


def give(known, graded):
    """Give one hint more for the first check that has not passed; return that check, or None after a pass."""
    failed = graded.first_failure
    if failed:
        key = f"{graded.exercise}/{failed.check}"
        known.hints[key] = min(known.hints.get(key, 0) + 1, len(failed.hints))
    return failed


def given(known, graded):
    """Return how many hints have been given for the first check that has not passed."""
    failed = graded.first_failure
    return known.hints.get(f"{graded.exercise}/{failed.check}", 0) if failed else 0


def hint_lines(failed, count, more, solution):
    """Return the hints that have been given so far, the newest last, and what to type for more or for the solution."""
    many = len(failed.hints)
    texts = [
        show.hanging(Text(f"Hint {n} of {many}: ", "bold"), text)
        for n, text in enumerate(failed.hints[:count], start=1)
    ]
    if not many:
        texts.append(show.fold("This check has no hints: do what stands behind Next."))
    if count < many:
        return [*texts, show.fold(f"{more} gives the next one.")]
    return [*texts, show.fold(f"That was the last hint. {solution} shows the whole answer.")]


def is_open(known, graded):
    """Say whether the solution may be seen: after a pass, after all hints, or for one who has given up."""
    failed, name = graded.first_failure, graded.exercise
    if failed is None or name in known.passed or name in known.given_up:
        return True
    return bool(failed.hints) and given(known, graded) >= len(failed.hints)


def closed(known, graded):
    """Return the Trouble that names the two ways on to a solution that is not open yet."""
    failed, number = graded.first_failure, graded.exercise.split("_")[0]
    read = f"{given(known, graded)} of {len(failed.hints)} hints for “{failed.title}”"
    return Trouble(
        expected=f"{graded.exercise} passed, or all its hints read",
        found=f"not yet; {read}",
        where=f"exercises/{graded.exercise}",
        next=f"`coach hint {number}` for the next hint, or `coach solution {number} --give-up`",
    )
