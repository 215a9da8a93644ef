"""Show a solution: why, the learner's files against it, and the commands that are left to type."""

from __future__ import annotations

import difflib
import re

from rich.text import Text

from coach import course, show

LEFT = "## What is left to type"


def show_all(root, exercise):
    """Print the solution of an exercise."""
    answer = course.solution(root, exercise)
    show.put(show.heading(exercise.id, f"{exercise.title}: the solution"))
    show.markdown(why(answer.text))
    if answer.files:
        lines = list(differences(root, answer))
        same = f"Your files are as in the solution: {', '.join(answer.files)}."
        show.line()
        show.line(
            "Your files against the solution's: it has what is marked with +, and lacks what is marked with -."
            if lines
            else same
        )
        show.diff(lines)
    if answer.commands:
        show.line()
        show.line("The commands of the solution, in this order:")
        show.put(*(show.hanging(Text("  $ ", "dim"), line) for line in answer.commands))


def why(text):
    """Return the text of a solution without its commands."""
    body = re.sub(r"^```console\n.*?^```\n", "", course.front_matter(text)[1], flags=re.M | re.S)
    return body.replace(LEFT, "").strip()


def differences(root, answer):
    """Yield the lines of a diff that turns the learner's files into the solution's; equal files have none."""
    for name in answer.files:
        yield from difference(name, mine(root / name), theirs(root, answer.branch, name))


def mine(file):
    """Return the bytes of a learner's file, or None where there is none to read."""
    try:
        return file.read_bytes()
    except OSError:
        return None


def theirs(root, branch, name):
    """Return the bytes of a solution's file, or None where the solution has none."""
    try:
        return course.git_bytes(root, "cat-file", "blob", f"{branch}:{name}")
    except course.GitFailed:
        return None


def difference(name, old, new):
    """Yield the lines for one file; other line endings are no difference."""
    if new is None:
        if old is not None:
            yield f"{name}: the solution has no such file"
    elif b"\0" in (old or b"") + new:
        if old != new:
            yield f"{name}: not a text; the solution's file of {len(new)} bytes is another one"
    else:
        head = f"yours: {name}" if old is not None else f"yours: there is no {name}"
        pair = (lines_of(old or b""), lines_of(new))
        yield from difflib.unified_diff(*pair, head, f"solution: {name}", lineterm="")


def lines_of(data):
    """Return the lines of a file's bytes, whatever ends them."""
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").splitlines()
