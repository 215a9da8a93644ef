"""Do an exercise by its solution: the branch's files, then the commands of its text."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from coach import course
from coach.environment import Trouble, answers


class CannotSolve(Trouble):
    """Why a solution could not be carried out, with the next command."""

    is_push = False  # a push fails by the bucket, not by the learner's work


def environment(root):
    """Return the environment of a solution's commands: what `.env` says, and this Python's tools first."""
    from coach.environment import load_env

    load_env(root)
    tools = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"}
    # `pipenv` shall work on the environment that the coach runs in.
    env.setdefault("VIRTUAL_ENV", sys.prefix)
    return env


def reach_buckets(root, say) -> bool:
    """Start the bucket server of this machine where it does not run, as the solutions push; say whether it had to."""
    from coach.buckets import commands, status

    if not answers(root).local or not status.status(root).problem:
        return False
    for note in commands.start(root).notes:
        say(note)
    return True


def solve(root, exercise, steps, stop=True):
    """Do one exercise by its solution; `steps` is told each step. A command that fails ends it at once, or at its end."""
    answer, env = course.solution(root, exercise), environment(root)
    steps.exercise(exercise)
    if answer.files:
        steps.step(f"files of {answer.branch}: {', '.join(answer.files)}")
        git(root, "checkout", "--quiet", answer.branch, "--", *answer.files)
    failures = []
    for line in answer.commands:
        steps.step(f"$ {line}")
        try:
            run(root, line, env)
        except CannotSolve as failure:
            if line == "dvc push" and reach_buckets(root, steps.say):
                run(root, line, env)
                continue
            failure.is_push = line.startswith("dvc push")
            if stop or failure.is_push:
                raise
            failures.append(failure)
    if failures:
        raise failures[0]


def argv(line, env):
    """Split a console line into the arguments of a process; there is no shell, so that it is the same on Windows."""
    first, *rest = shlex.split(line)
    if first in ("coach", "python"):
        return [sys.executable, *(["-m", "coach"] if first == "coach" else []), *rest]
    program = shutil.which(first, path=env["PATH"])
    if program is None:
        raise CannotSolve(
            found=f"no program {first}",
            expected=f"to run `{line}`",
            where="the PATH",
            next="`coach doctor` shows what is missing",
        )
    return [program, *rest]


def run(root, line, env, show=False):
    """Run one console line in the repository; a CannotSolve with its last words where it fails."""
    output = {} if show else {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    command = argv(line, env)
    done = subprocess.run(command, cwd=root, env=env, stdin=subprocess.DEVNULL, **output)
    if done.returncode:
        said = (done.stdout or b"").decode("utf-8", "replace").strip()[-1500:]
        raise CannotSolve(
            found=f"exit code {done.returncode}" + (f" and\n{said}" if said else ""),
            expected=f"`{line}` to succeed",
            where=root,
            next="`coach doctor` looks for the cause; then the same command, or `coach undo`, which brings back what you had",
        )


def git(root, *arguments, check=True):
    """Return what a Git command prints; a CannotSolve where it fails."""
    done = subprocess.run(
        ["git", *arguments], cwd=root, stdin=subprocess.DEVNULL, capture_output=True
    )
    if check and done.returncode:
        raise CannotSolve(
            found=done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}",
            expected=f"`git {' '.join(arguments)}` to succeed",
            where=root,
            next="`git status` shows more; `coach undo` brings back what you had",
        )
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None
