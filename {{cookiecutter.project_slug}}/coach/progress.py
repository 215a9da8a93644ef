"""What the coach remembers between two commands, in `.coach/progress.json`."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from coach.environment import write


@dataclass
class Progress:
    """The last verdict and points of each exercise, whether it ever passed and by whom, and the help that was given."""

    verdicts: dict[str, str] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    by_coach: list[str] = field(default_factory=list)  # done by `catch-up`, `start` or `skip`
    hints: dict[str, int] = field(default_factory=dict)  # by "exercise/check"
    failures: dict[str, int] = field(default_factory=dict)  # failed `coach check`s in a row
    reminded: list[str] = field(default_factory=list)  # exercises whose learner was told of hints
    given_up: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)  # solutions that have been seen

    def record(self, graded):
        """Keep the verdicts of exercises that have just been graded."""
        for exercise in graded:
            self.verdicts[exercise.exercise] = exercise.verdict
            self.points[exercise.exercise] = exercise.points
            if exercise.verdict == "passed" and exercise.exercise not in self.passed:
                self.passed.append(exercise.exercise)

    def forget_from(self, exercise_id):
        """Forget this exercise and those after it: the repository has gone back to before them."""
        for name, value in vars(self).items():
            if isinstance(value, dict):
                kept = {k: v for k, v in value.items() if k.split("/")[0] < exercise_id}
            else:
                kept = [each for each in value if each < exercise_id]
            setattr(self, name, kept)


def file_of(root):
    """Return where the progress is kept."""
    return Path(root) / ".coach" / "progress.json"


def load(root):
    """Return what is remembered; a missing or broken file means that nothing is."""
    empty = Progress()
    try:
        known = json.loads(file_of(root).read_text(encoding="utf-8"))
        return Progress(**{k: v for k, v in known.items() if type(v) is type(vars(empty)[k])})
    except (OSError, ValueError, AttributeError, KeyError):
        return empty


def save(root, progress):
    """Write it whole or not at all."""
    file = file_of(root)
    file.parent.mkdir(exist_ok=True)
    write(file, json.dumps(asdict(progress), indent=1))


@contextmanager
def changing(root):
    """Load the progress for a change that is saved at the end of the block; what fails in it changes nothing."""
    known = load(root)
    yield known
    save(root, known)


def current(progress, exercises):
    """Return the first exercise that has never passed, or None where all have."""
    return next((exercise for exercise in exercises if exercise.id not in progress.passed), None)
