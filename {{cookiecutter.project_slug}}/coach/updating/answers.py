"""What was answered when the workshop was made, so that a new version of the template is rendered with the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

from coach.environment import Trouble
from coach.updating.git import git, lines

FILE = "coach/answers.json"
# What Jinja would take for its own, in an answer that is to stand as it is.
SPECIAL = {"{": "{" "{ '{' }" "}", "#" "~": "{" "{ '#' }" "}~"}


def of(root, commit) -> dict:
    """Return the answers that a version of the template was rendered with."""
    kept = git(root, "cat-file", "blob", f"{commit}:{FILE}", check=False)
    if kept is None:
        return derived(root, commit)
    return json.loads(kept)


def derived(root, commit) -> dict:
    """Return the answers of a workshop that was made before they were kept, from what its first files say."""
    about = git(root, "cat-file", "blob", f"{commit}:pyproject.toml", check=False) or ""
    title = git(root, "cat-file", "blob", f"{commit}:README.md", check=False) or ""
    table = about.partition("[tool.coach]")[2]
    known = dict(re.findall(r'^(\w+) = "(.*)"$', table, re.MULTILINE))
    missing = {"package", "data", "buckets", "raw", "cache"} - known.keys()
    if missing or not title.startswith("# "):
        raise no_answers(root, commit)
    shape = known["cache"] + "/[A-Za-z0-9._-]+"
    cache = lines(root, "grep", "-ohE", shape, commit, "--", "exercises/*/README.md")
    if not cache:
        raise no_answers(root, commit)
    return {
        "project_name": title.splitlines()[0][2:],
        "project_slug": cache[0].rpartition("/")[2],
        "package_name": known["package"],
        "kind": "workshop",
        "data": known["data"],
        "buckets": known["buckets"],
        "bucket_prefix": known["raw"].removeprefix("gs://").removesuffix("-raw"),
    }


def no_answers(root, commit) -> Trouble:
    """Return the Trouble of a workshop that does not say how it was made."""
    return Trouble(
        found=f"no {FILE}, nor what it could be made from, in commit {commit[:7]}",
        expected="what was answered when this workshop was made from its template",
        where=root,
        next="`git switch main`, then `coach update` again; where that branch does not begin with the workshop either,"
        " make a new one with cookiecutter",
    )


def questions(template) -> dict:
    """Return {question: default, or a list of choices} of a template."""
    file = Path(template) / "cookiecutter.json"
    try:
        asked = json.loads(file.read_text(encoding="utf-8"))
        return {name: default for name, default in asked.items() if not name.startswith("_")}
    except (OSError, ValueError, AttributeError) as error:
        raise Trouble(
            found=f"{type(error).__name__}: {error}",
            expected="a template's questions",
            where=file,
            next="name the template's folder or its address: `coach update TEMPLATE`",
        ) from None


def arguments(answers, asked) -> list[str]:
    """Return the answers as cookiecutter takes them; one that the template no longer takes is a Trouble."""
    given = {name: answer for name, answer in answers.items() if name in asked}
    for name, answer in given.items():
        if isinstance(asked[name], list) and answer not in asked[name]:
            raise Trouble(
                found=f"{name} = {answer!r}, with which this workshop was made; nothing was changed",
                expected="one of " + ", ".join(map(str, asked[name])),
                where="cookiecutter.json of the template",
                next="`coach update --checkout REV` takes a version of the template that still knows it",
            )
    return [f"{name}={literal(answer)}" for name, answer in given.items()]


def literal(answer) -> str:
    """Return an answer so that rendering it gives it back."""
    for sign, escaped in SPECIAL.items():
        answer = str(answer).replace(sign, escaped)
    return answer
