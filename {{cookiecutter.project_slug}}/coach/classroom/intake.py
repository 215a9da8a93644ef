"""Take a learner's commits in: a copy of our own, each object proven to be what its name says.

Nothing of theirs but objects and names of commits is read: no configuration, hook, filter, link, index or work tree.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE

from coach.classroom.theirs import (
    ID,
    LARGEST,
    Refused,
    look_at_size,
    read_head,
    read_refs,
    repository,
    small,
)

CONFIG = """[core]
\trepositoryformatversion = 0
\tbare = {bare}
\tlogAllRefUpdates = false
\tsymlinks = false
\tautocrlf = false
\thooksPath = none
\tcommitGraph = false
\tmultiPackIndex = false
\tbigFileThreshold = 1048576
[pack]
\tuseBitmaps = false
\tthreads = 1
[gc]
\tauto = 0
"""
GIT = shutil.which("git") or "git"


@dataclass(frozen=True)
class Taken:
    """The commit that is graded: its id, when it was made (ISO 8601), how many there are up to it."""

    commit: str
    date: str
    number: int


def environment(home):
    """Return the variables that Git gets: nothing of this machine's user, and no way to another repository."""
    kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }


def take(source, folder):
    """Copy a repository's commits into `folder`/tree/.git and return which of them is HEAD; Refused says why not."""
    theirs = repository(Path(source))
    look_at_size(theirs)
    head, refs = read_head(theirs), read_refs(theirs)
    commit = refs.get(head, head)
    if not ID.fullmatch(commit):
        raise Refused("there is no commit in it yet")
    ours, between = Path(folder, "tree", ".git"), Path(folder, "between")
    for place, bare in ((between, "true"), (ours, "false")):
        make(place, bare, theirs)
    alternates(between, theirs)
    copy(between, ours, {commit, *refs.values()})
    write_refs(ours, head, commit, refs)
    shutil.rmtree(between)
    dates = run(ours.parent, "log", "--format=%cI", commit).decode().split()
    return Taken(commit, dates[0], len(dates))


def make(place, bare, theirs):
    """Make an empty repository by hand: `git init` would copy templates of this machine."""
    for folder in ("objects/info", "objects/pack", "refs/heads"):
        (place / folder).mkdir(parents=True)
    (place / "config").write_text(CONFIG.format(bare=bare), encoding="utf-8")
    (place / "HEAD").write_text("ref: refs/heads/none\n", encoding="utf-8")
    if lines := ID.findall(small(theirs / "shallow")):
        (place / "shallow").write_text("\n".join(lines) + "\n", encoding="utf-8")


def alternates(place, theirs):
    """Let a repository of ours find their objects."""
    path = str((theirs / "objects").resolve())
    for character, escaped in (("\\", r"\\"), ('"', r"\""), ("\n", r"\n")):
        path = path.replace(character, escaped)
    (place / "objects/info/alternates").write_text(f'"{path}"\n', encoding="utf-8")


def copy(between, ours, commits):
    """Copy all that these commits need; an object that is missing, damaged or not what it is called is Refused."""
    pack = ["pack-objects", "--revs", "--stdout", "--quiet", "--delta-base-offset"]
    index = ["index-pack", "--stdin", "--strict", "--threads=1", f"--max-input-size={LARGEST}"]
    with tempfile.TemporaryFile() as errors:
        sending = start(between, *pack, stdin=PIPE, stdout=PIPE, stderr=errors)
        taking = start(ours.parent, *index, stdin=sending.stdout, stdout=DEVNULL, stderr=errors)
        sending.stdout.close()
        with suppress(BrokenPipeError), sending.stdin as wanted:
            wanted.write("".join(f"{commit}\n" for commit in sorted(commits)).encode())
        if any([sending.wait(), taking.wait()]):  # both are waited for
            errors.seek(0)
            raise Refused(f"it is damaged: {first_line(errors.read(10_000))}")


def start(folder, *arguments, **pipes):
    """Return a running Git command."""
    return subprocess.Popen(
        [GIT, "-c", "safe.directory=*", *arguments],
        cwd=folder,
        env=environment(folder),
        **pipes,
    )


def run(folder, *arguments):
    """Return what a Git command prints; Refused where it fails."""
    process = start(folder, *arguments, stdin=DEVNULL, stdout=PIPE, stderr=PIPE)
    said, errors = process.communicate()
    if process.returncode:
        raise Refused(f"Git cannot read it: {first_line(errors)}")
    return said


def first_line(said):
    """Return the first line of what Git complained about, in Git's words."""
    lines = said.decode("utf-8", "replace").splitlines()
    return next(
        (line.removeprefix("fatal: ") for line in lines if line.strip()), "Git says nothing"
    )


def write_refs(ours, head, commit, refs):
    """Write the names of the commits; a branch that is known only from origin counts as one of theirs."""
    named = {name.replace("refs/remotes/origin/", "refs/heads/"): c for name, c in refs.items()}
    named |= {name: c for name, c in refs.items() if not name.startswith("refs/remotes/")}
    named.pop("refs/heads/HEAD", None)
    lines = [f"{commit} {name}\n" for name, commit in sorted(named.items())]
    (ours / "packed-refs").write_text("".join(lines), encoding="utf-8", newline="\n")
    at = f"ref: {head}" if head in named else commit
    (ours / "HEAD").write_text(f"{at}\n", encoding="utf-8", newline="\n")
