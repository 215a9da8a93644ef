"""What the coach remembers between two commands, in `.coach/progress.json`: verdicts, and the hints that were given."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Progress:
    """The last verdict of each exercise, whether it ever passed, and how many hints each check has given."""

    verdicts: dict[str, str] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    hints: dict[str, int] = field(default_factory=dict)

    def record(self, graded):
        """Keep the verdicts of exercises that have just been graded."""
        for exercise in graded:
            self.verdicts[exercise.exercise] = exercise.verdict
            if exercise.verdict == "passed" and exercise.exercise not in self.passed:
                self.passed.append(exercise.exercise)


def file_of(root):
    """Return where the progress is kept."""
    return Path(root) / ".coach" / "progress.json"


def load(root):
    """Return what is remembered; a missing or broken file means that nothing is."""
    try:
        return Progress(**json.loads(file_of(root).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Progress()


def save(root, progress):
    """Write it whole or not at all."""
    file = file_of(root)
    file.parent.mkdir(exist_ok=True)
    new = file.with_suffix(f".{os.getpid()}.tmp")
    new.write_text(json.dumps(asdict(progress), indent=1), encoding="utf-8")
    os.replace(new, file)


def current(progress, exercises):
    """Return the first exercise that has never passed, or None where all have."""
    return next((exercise for exercise in exercises if exercise.id not in progress.passed), None)
