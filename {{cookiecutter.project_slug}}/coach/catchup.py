"""Make the repository as if exercises were done: the files of the solution branch, then its commands."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from coach import course


class CannotCatchUp(Exception):
    """Why nothing was changed, or where it stopped, with the next command."""

    exit_code = 1


def environment(root):
    """Return the environment of a solution's commands: what `.env` says, and this Python's tools first."""
    from coach.environment import load_env

    load_env(root)
    tools = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"}
    # `pipenv` shall work on the environment that the coach runs in.
    env.setdefault("VIRTUAL_ENV", sys.prefix)
    return env


def require_identity(root):
    """Stop where Git does not know who commits: the solutions commit, and so do DVC's experiments."""
    for key, example in (("user.name", "Your Name"), ("user.email", "you@example.org")):
        done = subprocess.run(["git", "config", key], cwd=root, capture_output=True, check=False)
        if done.returncode:
            raise CannotCatchUp(
                f"Nothing was changed: Git does not know your {key}, and the solutions commit.\n"
                f'Next: `git config --global {key} "{example}"`, then try again.'
            )


def argv(line, env):
    """Split a console line into the arguments of a process; there is no shell, so that it is the same on Windows."""
    first, *rest = shlex.split(line)
    if first in ("coach", "python"):
        return [sys.executable, *(["-m", "coach"] if first == "coach" else []), *rest]
    program = shutil.which(first, path=env["PATH"])
    if program is None:
        raise CannotCatchUp(
            f"`{line}` cannot run: there is no program {first}. `coach doctor` shows what is missing."
        )
    return [program, *rest]


def run(root, line, env, quiet=False):
    """Run one console line in the repository; CannotCatchUp where it fails."""
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if quiet else {}
    done = subprocess.run(
        argv(line, env), cwd=root, env=env, stdin=subprocess.DEVNULL, check=False, **output
    )
    if done.returncode:
        said = (done.stdout or b"").decode("utf-8", "replace")[-3000:]
        raise CannotCatchUp(
            f"`{line}` ended with exit code {done.returncode}.\n{said}\nMend that, then try again."
        )


def apply_files(root, answer):
    """Bring the solution's files into the working tree and the index."""
    if answer.files:
        course.git(root, "checkout", answer.branch, "--", *answer.files)


def solve(root, exercise, say, quiet=False):
    """Do one exercise by its solution; `say` is told each step."""
    answer, env = course.solution(root, exercise), environment(root)
    if answer.files:
        say(f"files of {answer.branch}: {', '.join(answer.files)}")
    apply_files(root, answer)
    for line in answer.commands:
        say(f"$ {line}")
        run(root, line, env, quiet)


def refuse_unsaved_work(root):
    """Stop before anything is overwritten where Git does not hold the learner's work."""
    lines = course.git(root, "status", "--porcelain", "--untracked-files=no").splitlines()
    if lines:
        names = ", ".join(line[3:] for line in lines[:5]) + (" …" if len(lines) > 5 else "")
        raise CannotCatchUp(
            f"Nothing was changed: {names} hold work that is not committed, and catching up would write over it.\n"
            'Keep it with `git stash push --message "before catch-up"` (`git stash pop` brings it back), then try again.'
        )


def catch_up(root, target, say, quiet=False):
    """Do every exercise before `target` that has not passed; return those that were done."""
    from coach.grading import grade

    refuse_unsaved_work(root)
    require_identity(root)
    done = []
    for exercise in course.exercises(root):
        if exercise.id == target.id:
            break
        if grade(root, [exercise.folder])[0].verdict == "passed":
            say(f"{exercise.id} has passed already")
            continue
        say(f"{exercise.id}: {exercise.title}")
        solve(root, exercise, say, quiet)
        done.append(exercise)
    return done
