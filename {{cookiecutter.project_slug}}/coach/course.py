"""The exercises and their solutions as texts: what stands in the folders and on the solution branches."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


class UnknownExercise(Exception):
    """A name or number that no exercise has, or a branch that is not here."""

    exit_code = 2


@dataclass(frozen=True)
class Exercise:
    """One exercise; number and name come from its folder."""

    folder: Path

    @property
    def id(self):
        """Return the folder's name: `04_preprocess`."""
        return self.folder.name

    @property
    def number(self):
        return self.id.split("_", 1)[0]

    @property
    def name(self):
        return self.id.split("_", 1)[1]

    @cached_property
    def text(self):
        return (self.folder / "README.md").read_text(encoding="utf-8")

    @property
    def title(self):
        return self.about.get("title", self.name)

    @property
    def minutes(self):
        return int(self.about.get("minutes", 0))

    @cached_property
    def about(self):
        """Return the front matter: title, part, minutes."""
        return front_matter(self.text)[0]


@dataclass(frozen=True)
class Solution:
    """The answer to an exercise: a branch, the files that it changes, why, and the commands left to type."""

    branch: str
    before: str
    files: tuple[str, ...]
    text: str

    @property
    def commands(self):
        return console_commands(self.text)


def exercises(root):
    """Return the exercises in their order."""
    return [
        Exercise(folder)
        for folder in sorted((Path(root) / "exercises").glob("[0-9]*_*"))
        if folder.is_dir()
    ]


def find(root, key):
    """Return the exercise with this number, name, folder name or path: `4`, `04`, `preprocess`, `04_preprocess`."""
    wanted = Path(key).name.lower()
    known = exercises(root)
    for exercise in known:
        if wanted in (exercise.id, exercise.name, exercise.number, exercise.number.lstrip("0")):
            return exercise
    names = ", ".join(exercise.id for exercise in known)
    raise UnknownExercise(f"There is no exercise {key!r}. There are: {names}.")


def front_matter(text):
    """Split a text into its front matter, {key: value}, and the rest."""
    match = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if not match:
        return {}, text
    pairs = (line.split(":", 1) for line in match[1].splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}, text[match.end() :]


def console_commands(text):
    """Return the commands of the text's console blocks: the lines that begin with `$ `."""
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [
        line[2:].strip() for block in blocks for line in block.splitlines() if line.startswith("$ ")
    ]


def git(root, *arguments):
    """Return a Git command's output; UnknownExercise where it fails, as then a branch is missing."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    if done.returncode:
        raise UnknownExercise(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout.decode("utf-8")


def solution(root, exercise):
    """Return an exercise's Solution from its branch, the learner's own or the one of `origin`."""
    for branch in (f"solution/{exercise.id}", f"origin/solution/{exercise.id}"):
        try:
            text = git(root, "show", f"{branch}:solutions/{exercise.id}/README.md")
        except UnknownExercise:
            continue
        names = git(root, "diff", "--name-only", "--no-renames", f"{branch}^", branch).splitlines()
        files = tuple(name for name in names if not name.startswith("solutions/"))
        return Solution(branch, f"{branch}^", files, text)
    raise UnknownExercise(
        f"The branch solution/{exercise.id} is missing here; `git fetch origin` brings it from where the workshop came from."
    )
