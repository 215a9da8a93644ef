"""The branch `template`: the workshop's start, then a commit for each version of the template; the solutions on top."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coach.environment import Trouble
from coach.updating import words
from coach.updating.git import commit_of, git, holds, lines, refs

BRANCH = "refs/heads/template"
SOLUTIONS = "refs/heads/solution/"
WHO = "DVC workshop <workshop@example.invalid>"
RENDERED, CHAIN = "refs/rendered/", "refs/chain/"
SOLVED, END = f"{RENDERED}solution/*", "\x01"
# Name, tree, author, committer and message of each solution.
SHAPE = "--format=%(refname:lstrip=3)%00%(tree)%00%(author)%00%(committer)%00%(contents)%01"


@dataclass(frozen=True)
class Version:
    """A version of the template in this workshop: its commit, and {exercise: its solution}."""

    commit: str
    solutions: dict[str, str]


def last(root) -> str:
    """Return the commit of the version that came last: `template` here or of a remote, or the workshop's start."""
    mine = commit_of(root, BRANCH)
    if mine and not is_ours(root, mine):
        raise Trouble(
            found="a branch `template` with commits of your own",
            expected="that branch to be the coach's",
            where=root,
            next="`git branch -m template my-template`, then `coach update` again",
        )
    for other in refs(root, "refs/remotes/*/template").values():
        if is_ours(root, other) and (not mine or holds(root, other, mine)):
            mine = other
    return mine or lines(root, "rev-list", "--max-parents=0", "--first-parent", "HEAD")[-1]


def is_ours(root, commit) -> bool:
    """Say whether a commit was made by the template, not by a person."""
    return git(root, "log", "-1", "--format=%cn <%ce>", commit) == WHO


def rendered(scratch, made, before, template) -> Version:
    """Return what a rendering is as a version after `before`: the same one, where it is the same to the byte."""
    fetched = (f"+refs/heads/{name}:{RENDERED}{name}" for name in ("main", "solution/*"))
    git(scratch, "fetch", "--quiet", "--no-tags", made, *fetched)
    tree = git(scratch, "rev-parse", f"{RENDERED}main:")
    commit = before
    if tree != git(scratch, "rev-parse", f"{before}:"):
        commit = new_commit(scratch, tree, before, template)
    return Version(commit, chain(scratch, commit))


def new_commit(scratch, tree, before, template) -> str:
    """Make the commit of a new version: the same everywhere, for the same version after the same one."""
    when = template.when or git(scratch, "log", "-1", "--format=%ct", before)
    what = "\n".join(words.facts(words.differences(scratch, before, tree)))
    text = f"Follow the template ({template.shown})\n\n{what}\n"
    if template.commit:
        text += f"\nTemplate-commit: {template.commit}\n"
    who = f"{WHO} {when} +0000"
    return write(scratch, f"tree {tree}\nparent {before}\nauthor {who}\ncommitter {who}\n\n{text}")


def chain(scratch, commit) -> dict[str, str]:
    """Put the rendered solutions on top of a version, each on the one before; return {exercise: commit}."""
    parts, before = [], commit
    rows = git(scratch, "for-each-ref", SHAPE, SOLVED).split(END)[:-1]
    for mark, row in enumerate(rows, start=1):
        name, tree, author, committer, message = row.lstrip("\n").split("\0")
        size = len(message.encode("utf-8", "surrogateescape"))
        parts += [f"commit {CHAIN}{name}", f"mark :{mark}", f"author {author}"]
        parts += [f"committer {committer}", f"data {size}", message + f"from {before}"]
        parts += [f'M 040000 {tree} ""', ""]
        before = f":{mark}"
    # All at once: a process for each would take seconds on some systems.
    git(scratch, "fast-import", "--quiet", "--force", text="\n".join(parts))
    made = refs(scratch, CHAIN + "*")
    return {name.rpartition("/")[2]: commit for name, commit in sorted(made.items())}


def write(scratch, raw) -> str:
    """Write a commit as it is given, and return its id."""
    return git(scratch, "hash-object", "-t", "commit", "-w", "--stdin", text=raw)


def template_commit(root, commit) -> str:
    """Return the template's own commit that a version was made from, or nothing."""
    message = git(root, "log", "-1", "--format=%B", commit)
    found = re.search(r"^Template-commit: (\w+)$", message, re.MULTILINE)
    return found[1] if found else ""


def is_older(root, before, template) -> bool:
    """Say whether a template goes back behind the version that the workshop has."""
    had = template_commit(root, before)
    if not had or not template.commit or had == template.commit:
        return False
    return bool(commit_of(template.folder, had)) and holds(template.folder, had, template.commit)
