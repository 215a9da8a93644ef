"""What a text shows is what happens: the commands of every exercise's text run, and commands in passing exist."""

import re
import shlex
import shutil

import pytest
from commands import commands, fault_of, subcommand
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
INDENTED = re.compile(r"^[ \t>]+(```|~~~)", re.MULTILINE)
COACH = sorted(file for file in (TREE / "coach").rglob("*") if file.is_file() and "__pycache__" not in file.parts)
JINJA = re.compile(r"\{\{|\{%|\{#|^\s*#~", re.MULTILINE)
INTENDED = re.compile(r"\{\{ cookiecutter(\.\w+| \| answered) \}\}|^\s*#~ (if\b.*|else|endif)$", re.MULTILINE)


def front_matter(text):
    """Return the front matter of a text."""
    match = re.match(r"---\n(.*?)---\n", text, re.DOTALL)
    pairs = (line.split(":", 1) for line in match[1].splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}


@pytest.mark.parametrize("number, exercise", EXERCISES)
def test_the_texts_own_commands_solve_the_exercise(states, tmp_path, number, exercise):
    """From the start of an exercise, its code filled in, the commands of its text end in a pass."""
    workshop = states.copy(number - 1, tmp_path / "state")
    if exercise == "01_environment":  # its commands install: other versions for a moment, before those that are pinned
        workshop.own_packages(tmp_path / "environment")
    with workshop.buckets():
        text = workshop.root / "exercises" / exercise / "README.md"
        by_commands = {name.strip() for name in front_matter(text.read_text()).get("writes", "").split(",")}
        changed = workshop.run("git", "diff", "--name-only", f"solution/{exercise}^", f"solution/{exercise}").stdout
        by_hand = [f for f in changed.split() if f not in by_commands and not f.startswith("solutions/")]
        if by_hand:
            workshop.run("git", "checkout", f"solution/{exercise}", "--", *by_hand)
        workshop.play("lines", str(text))
        result = workshop.coach("check", exercise, check=False)
        assert result.returncode == 0, result.stdout
    for folder in ("state", "environment"):
        shutil.rmtree(tmp_path / folder, ignore_errors=True)


@pytest.mark.parametrize("exercise", exercise_ids())
def test_text_is_complete(exercise):
    """Every text has a title, a part, minutes, links to DVC's documentation, and ends in its check."""
    text = (TEMPLATE / "exercises" / exercise / "README.md").read_text(encoding="utf-8")
    about = front_matter(text)
    assert about["title"] and about["part"] and 1 <= int(about["minutes"]) <= 60
    assert f"$ coach check {exercise.split('_')[0]}" in text
    assert "https://doc.dvc.org/" in text


def named(file):
    """Return the commands that a text names; of the catalogue each placeholder is a word, but for a command's own name."""
    text = file.read_text(encoding="utf-8")
    found = commands(without_placeholders(text, "X") if file == GOLDEN else text)
    return [line for line in found if "X" not in subcommand(shlex.split(line))]


ALL = sorted({(line, file.relative_to(TEMPLATE).as_posix()) for file in TEXTS for line in named(file)})


@pytest.mark.parametrize("line, file", ALL)
def test_command_exists(line, file, generated, monkeypatch):
    """Each command that a text names exists in the installed program, with the long options that it uses."""
    monkeypatch.chdir(generated)
    assert fault_of(line) is None, f"{file}: `{line}`: {fault_of(line)}"


def test_every_console_block_is_run():
    """A block that is indented, as within a list, would be shown and never run: there is none."""
    pages = {page.relative_to(TEMPLATE).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
    assert [name for name, text in pages.items() if INDENTED.search(text)] == []
    assert [name for name, text in pages.items() if len(re.findall(r"^```", text, re.MULTILINE)) % 2] == []


@pytest.mark.parametrize(
    "text", ["1. Type\n\n   ```console\n   $ dvc push\n   ```\n", "> ```console\n"], ids=["list", "quote"]
)
def test_an_indented_block_is_found(text):
    """The pattern that forbids them sees them."""
    assert INDENTED.search(text) and not INDENTED.search("```console\n$ dvc push\n```\n")


@pytest.mark.parametrize("file", COACH, ids=lambda file: file.relative_to(TREE).as_posix())
def test_the_coach_holds_no_jinja_by_accident(file):
    """Two braces of an f-string, or a comment that begins with `#~`, would be taken for Jinja when it is generated."""
    text = INTENDED.sub("", file.read_text(encoding="utf-8"))
    lines = [f"line {number}: {line}" for number, line in enumerate(text.splitlines(), start=1) if JINJA.search(line)]
    assert lines == []


@pytest.mark.parametrize("line", ['f"{{x}}"', 'f"{{ }}"', "{% x %}", "{# x #}", "    #~ a comment"])
def test_an_accident_is_found(line):
    """The pattern sees what Jinja would see, and lets pass what is meant."""
    assert JINJA.search(INTENDED.sub("", line))
    meant = '"{{ cookiecutter.kind }}"\n#~ if cookiecutter.kind\n#~ else\n#~ endif\n'
    assert not JINJA.search(INTENDED.sub("", meant))
