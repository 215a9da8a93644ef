"""Play a learner, in the workshop that is the current folder.

python play.py solve EXERCISE     the solution: the branch's files, then its commands
python play.py lines FILE.md      the commands of a text's console blocks; diffs in it are applied where they stand
python play.py demo               every exercise by its solution, with the coach's verdict after each
"""

import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

from coach import course  # noqa: E402
from coach.moves import solve as solving  # noqa: E402
from coach.moves.steps import Plain  # noqa: E402

ROOT = Path.cwd()
BLOCK = re.compile(r"^```(console|diff)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def say(text):
    """Print at once, so that it stands before what a command prints."""
    print(text, flush=True)


def solve(key):
    """Do one exercise by its solution."""
    solving.solve(ROOT, course.find(ROOT, key), Plain())


def lines(file):
    """Apply the diffs and run the commands of a text, in their order."""
    env = solving.environment(ROOT)
    for kind, body in BLOCK.findall(Path(file).read_text(encoding="utf-8")):
        if kind == "diff":
            subprocess.run(["git", "apply", "--recount", "-"], input=body.encode(), cwd=ROOT, check=True)
            continue
        for line in course.console_commands(f"```console\n{body}```"):
            say(f"$ {line}")
            solving.run(ROOT, line, env, show=True)


def name_somebody():
    """Let the demo commit where Git does not know who commits: DVC asks the configuration, clones the environment."""
    for key, value in (("name", "Demo"), ("email", "demo@example.invalid")):
        if subprocess.run(["git", "config", f"user.{key}"], cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
            subprocess.run(["git", "config", f"user.{key}", value], cwd=ROOT, check=True)
            os.environ.update({f"GIT_{role}_{key.upper()}": value for role in ("AUTHOR", "COMMITTER")})


def demo():
    """Do the exercises one after another, and show the result."""
    name_somebody()
    env = solving.environment(ROOT)
    for exercise in course.exercises(ROOT):
        say(f"\n=== {exercise.id}: {exercise.title}")
        if subprocess.run(
            solving.argv(f"coach check {exercise.id}", env), cwd=ROOT, env=env, capture_output=True
        ).returncode:
            solve(exercise.id)
        say(f"$ coach check {exercise.id}")
        solving.run(ROOT, f"coach check {exercise.id}", env, show=True)
    for line in ("dvc metrics show", "dvc dag", "git --no-pager log --graph --oneline -n 25", "coach"):
        say(f"\n$ {line}")
        solving.run(ROOT, line, env, show=True)


if __name__ == "__main__":
    try:
        {"solve": solve, "lines": lines, "demo": demo}[sys.argv[1]](*sys.argv[2:])
    except solving.CannotSolve as error:
        sys.exit(str(error))
