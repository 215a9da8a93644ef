"""The exercises and their solutions as texts: what stands in the folders and on the solution branches."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from coach import max_points
from coach.environment import Trouble, read_text


class UnknownExercise(Trouble):
    """A name or number that no exercise has."""

    exit_code = 2


class GitFailed(Trouble):
    """A Git command that failed, with what it said."""


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
        """Return what the learner reads; where the file is missing, nothing."""
        file = self.folder / "README.md"
        return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""

    @property
    def title(self):
        return self.about.get("title", self.name)

    @property
    def part(self):
        """Return the group that it belongs to: `1 Core`."""
        return self.about.get("part", "")

    @property
    def minutes(self):
        found = re.match(r"\d+", self.about.get("minutes", ""))
        return int(found[0]) if found else 0

    @property
    def max_points(self):
        """Return the points of all its checks, read from the test files without running them."""
        return max_points.of_folder(self.folder)

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


def workshop_name(root):
    """Return what the workshop calls itself: the heading of its README, or its folder's name."""
    file = Path(root) / "README.md"
    text = read_text(file) if file.is_file() else ""
    heading = re.search(r"^# (.+)$", text, re.MULTILINE)
    return heading[1].strip() if heading else Path(root).name


def exercises(root):
    """Return the exercises in their order; a folder that an exercise has left behind is none."""
    return [
        Exercise(folder)
        for folder in sorted((Path(root) / "exercises").glob("[0-9]*_*"))
        if any(folder.glob("*.py")) or (folder / "README.md").is_file()
    ]


def find(root, key):
    """Return the exercise with this number, name, folder name or path: `4`, `04`, `preprocess`, `04_preprocess`."""
    wanted = Path(key).name.lower()
    known = exercises(root)
    for exercise in known:
        if wanted in (exercise.id, exercise.name, exercise.number, exercise.number.lstrip("0")):
            return exercise
    raise UnknownExercise(
        expected="one of " + ", ".join(exercise.id for exercise in known),
        found=f"no exercise {key!r}",
        where=Path(root) / "exercises",
        next="`coach list`",
    )


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
    """Return a Git command's output as text; GitFailed where it fails."""
    return git_bytes(root, *arguments).decode("utf-8", "replace")


def git_bytes(root, *arguments):
    """Return a Git command's output; GitFailed where it fails."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise GitFailed(
            expected=f"`git {arguments[0]}` to work",
            found=said.splitlines()[0] if said else f"exit code {done.returncode}",
            where=root,
            next="`git status` shows more",
        )
    return done.stdout


def branch_of(root, exercise):
    """Return the branch of an exercise's solution: the learner's own, or that of a remote repository."""
    name = f"solution/{exercise.id}"
    shape = "--format=%(refname:short)"
    refs = git(root, "for-each-ref", shape, f"refs/heads/{name}", f"refs/remotes/*/{name}")
    if not refs:
        raise UnknownExercise(
            expected=f"the branch {name}",
            found="no such branch, here or of a remote repository",
            where=root,
            next="`git fetch --all`, which brings it from where the workshop came from",
        )
    return refs.splitlines()[0]


def solution(root, exercise):
    """Return an exercise's Solution from its branch."""
    branch = branch_of(root, exercise)
    text = git(root, "cat-file", "blob", f"{branch}:solutions/{exercise.id}/README.md")
    shape = ("--name-only", "--no-renames", "--no-commit-id", "-r", "-z")
    names = git(root, "diff-tree", *shape, f"{branch}^", branch).split("\0")
    files = tuple(name for name in names if name and not name.startswith("solutions/"))
    return Solution(branch, f"{branch}^", files, text)
