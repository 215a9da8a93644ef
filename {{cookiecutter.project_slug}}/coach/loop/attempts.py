"""Count a learner's failed attempts: three of them, and the coach reminds once of `coach hint`.

An attempt is a `coach check` that a person reads, after something has changed since the last one. So an exercise
that is still untouched, the same check again, a check that crashed and one that waits for another are none; and in
`coach watch`, where each save checks, half a line is none either (there `h` stands on the screen all the time).
"""

from __future__ import annotations

from pathlib import Path

from coach import environment
from coach.loop import changes

ENOUGH = 3


def count(root, known, graded):
    """Count a check of one exercise; return whether now is the time to remind of `coach hint`."""
    now, name = changes.state(root), graded.exercise
    is_attempt, failed = now != last_seen(root), graded.first_failure
    remember(root, now)
    if graded.verdict == "passed":
        known.failures[name] = 0
    elif is_attempt and failed and failed.verdict == "not yet":
        known.failures[name] = known.failures.get(name, 0) + 1
    if known.failures.get(name, 0) < ENOUGH or name in known.reminded:
        return False
    known.reminded.append(name)
    return True


def file_of(root):
    """Return where the state at the last check is kept."""
    return Path(root) / ".coach" / "looked"


def last_seen(root):
    """Return the state at the last check; before the first one, the state of an untouched workshop is as good."""
    file = file_of(root)
    if file.is_file():
        return file.read_text("utf-8", "replace")
    return changes.state(root) if is_untouched(root) else None


def is_untouched(root):
    """Say whether Git knows of no change since the workshop was made: one commit, nothing beside it."""
    from coach import course

    commits = course.git(root, "rev-list", "--max-count=2", "HEAD").split()
    work = (".", ":!coach", ":!exercises")
    return len(commits) == 1 and not course.git(root, "status", "--porcelain", "--", *work)


def remember(root, state):
    """Keep the state for the next check."""
    file_of(root).parent.mkdir(exist_ok=True)
    environment.write(file_of(root), state)
