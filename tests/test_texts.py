"""What a text shows is what happens: the commands of every exercise's text run, and commands in passing exist."""

import functools
import re
import shlex
import shutil
import subprocess

import pytest
from states import TEMPLATE, exercise_ids

EXERCISES = [pytest.param(n, exercise, id=exercise) for n, exercise in enumerate(exercise_ids(), start=1)]
TEXTS = sorted(
    [*(TEMPLATE / "exercises").glob("*/README.md"), *(TEMPLATE / "solutions").glob("*/README.md")]
    + [TEMPLATE / "README.md", TEMPLATE / "CONTRIBUTING.md", TEMPLATE / "{{cookiecutter.project_slug}}" / "README.md"]
    + [*(TEMPLATE / "exercises").glob("*/test_*.py"), *(TEMPLATE / "{{cookiecutter.project_slug}}").glob("coach/*.py")]
)
PROGRAMS = ("dvc", "git", "coach", "pipenv", "pre-commit")


def front_matter(text):
    """Return the front matter of a text."""
    match = re.match(r"---\n(.*?)---\n", text, re.DOTALL)
    pairs = (line.split(":", 1) for line in match[1].splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}


@pytest.mark.parametrize("number, exercise", EXERCISES)
def test_the_texts_own_commands_solve_the_exercise(states, tmp_path, number, exercise):
    """From the start of an exercise, its code filled in, the commands of its text end in a pass."""
    with states.copy(number - 1, tmp_path / "state").buckets() as workshop:
        text = workshop.root / "exercises" / exercise / "README.md"
        by_commands = {name.strip() for name in front_matter(text.read_text()).get("writes", "").split(",")}
        changed = workshop.run("git", "diff", "--name-only", f"solution/{exercise}^", f"solution/{exercise}").stdout
        by_hand = [f for f in changed.split() if f not in by_commands and not f.startswith("solutions/")]
        if by_hand:
            workshop.run("git", "checkout", f"solution/{exercise}", "--", *by_hand)
        workshop.play("lines", str(text))
        result = workshop.coach("check", exercise, check=False)
        assert result.returncode == 0, result.stdout
    shutil.rmtree(tmp_path / "state", ignore_errors=True)


@pytest.mark.parametrize("exercise", exercise_ids())
def test_text_is_complete(exercise):
    """Every text has a title, a part, minutes, links to DVC's documentation, and ends in its check."""
    text = (TEMPLATE / "exercises" / exercise / "README.md").read_text(encoding="utf-8")
    about = front_matter(text)
    assert about["title"] and about["part"] and 1 <= int(about["minutes"]) <= 60
    assert f"$ coach check {exercise.split('_')[0]}" in text
    assert "https://doc.dvc.org/" in text


def commands(text):
    """Return the commands that stand in a text: lines of console blocks, and inline code."""
    blocks = re.findall(r"^\$ (.+)$", text, re.MULTILINE)
    inline = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)
    found = [line for line in blocks + inline if line.split(" ")[0] in PROGRAMS and "{" not in line]
    return [line for line in found if not line.endswith(("…", "..."))]


ALL = sorted({(line, file.relative_to(TEMPLATE).as_posix()) for file in TEXTS for line in commands(file.read_text())})


@functools.lru_cache(None)
def help_of(*words):
    """Return what `PROGRAM SUBCOMMAND --help` prints, or None where there is no such command."""
    program = {"coach": ["python", "-m", "coach"]}.get(words[0], [words[0]])
    flag = "-h" if words[0] == "git" else "--help"
    done = subprocess.run([*program, *words[1:], flag], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode in (0, 129) else None


def subcommand(words):
    """Return the words that name a command: a program, its subcommand and, for a group, the one below."""
    plain = [word for word in words[1:] if not word.startswith("-")]
    if words[0] == "dvc" and "--cd" in words:
        plain = plain[1:]
    if words[0] == "git" and "-C" in words:
        plain = plain[1:]
    depth = 2 if words[0] == "dvc" and plain[:1] and plain[0] in GROUPS or plain[:1] == ["bucket"] else 1
    return (words[0], *plain[:depth])


GROUPS = ("stage", "remote", "exp", "queue", "metrics", "params", "plots", "data", "cache")


@pytest.mark.parametrize("line, file", ALL)
def test_command_exists(line, file, generated, monkeypatch):
    """Each command that a text names exists in the installed program, with the long options that it uses."""
    monkeypatch.chdir(generated)
    words = shlex.split(line)
    text = help_of(*subcommand(words))
    assert text is not None, f"{file}: `{line}`: there is no such command"
    if words[0] in ("dvc", "coach"):
        for option in (word.split("=")[0] for word in words if word.startswith("--") and word != "--cd"):
            assert option in text, f"{file}: `{line}`: there is no option {option}"
