"""What a text shows is what happens: the commands of every exercise's text run, and commands in passing exist."""

import re
import shutil

import pytest
from commands import commands, fault_of
from messages import GOLDEN
from resolve import without_placeholders
from states import TEMPLATE, TREE, exercise_ids

EXERCISES = [pytest.param(n, exercise, id=exercise) for n, exercise in enumerate(exercise_ids(), start=1)]
TEXTS = sorted(
    [*(TEMPLATE / "exercises").glob("*/README.md"), *(TEMPLATE / "solutions").glob("*/README.md")]
    + [TEMPLATE / "README.md", TEMPLATE / "CONTRIBUTING.md", TEMPLATE / "{{cookiecutter.project_slug}}" / "README.md"]
    + [GOLDEN]
)
PAGES = sorted(page for part in ("exercises", "solutions") for page in (TEMPLATE / part).glob("**/*.md"))
TREE_FILES = sorted(file for file in TREE.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
JINJA = re.compile(r"\{\{|\{%|\{#|^\s*#~", re.MULTILINE)


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


def named(file):
    """Return the commands that a text names; of the catalogue each placeholder is a word."""
    text = file.read_text(encoding="utf-8")
    return commands(without_placeholders(text, "X") if file == GOLDEN else text)


ALL = sorted({(line, file.relative_to(TEMPLATE).as_posix()) for file in TEXTS for line in named(file)})


@pytest.mark.parametrize("line, file", ALL)
def test_command_exists(line, file, generated, monkeypatch):
    """Each command that a text names exists in the installed program, with the long options that it uses."""
    monkeypatch.chdir(generated)
    assert fault_of(line) is None, f"{file}: `{line}`: {fault_of(line)}"
