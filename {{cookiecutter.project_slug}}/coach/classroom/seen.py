"""The view of a learner's work that a clone gives: a commit's files and Git's history.

The commit is graded as it would lie in front of someone who has just cloned it and got its data with `dvc pull`. What
only the learner's machine, their buckets or a run of their code could tell is Unseen: never passed, never not yet.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path, PurePosixPath
from subprocess import DEVNULL, PIPE

import pytest

from coach import environment
from coach.checks import dvcfiles
from coach.checks.vocabulary import NotYet
from coach.checks.workshop import ADDED, Difference, Workshop, memoized
from coach.classroom import carefulyaml, intake

# What lies in these folders is of one machine, whatever `.gitignore` says.
OF_ONE_MACHINE = (".git", ".coach", ".venv", "lab", ".dvc/cache", ".dvc/tmp")
READING = {"blame", "branch", "cat-file", "check-ignore", "describe", "diff", "diff-tree"}
READING |= {"for-each-ref", "grep", "log", "ls-files", "ls-tree", "merge-base", "rev-list"}
READING |= {"rev-parse", "shortlog", "show"}
LARGEST_ANSWER = 20_000_000  # bytes
BROKEN = (NotYet, AttributeError, KeyError, TypeError, ValueError)


class Unseen(pytest.skip.Exception):
    """What a check looks at cannot be seen in a clone; no check can catch this by accident."""

    def __init__(self, what):
        super().__init__(f"cannot be seen in a clone: {what}")


class Root(type(Path())):
    """The folder of a clone; whoever asks it for what a clone does not show gets Unseen."""

    ask = staticmethod(lambda path: None)

    def __truediv__(self, name):
        found = super().__truediv__(name)
        found.ask = self.ask
        found.ask(found)
        return found

    def joinpath(self, *names):
        for name in names:
            self = self / name
        return self

    def glob(self, pattern, **options):
        self.ask(self / re.split(r"[^/]*[*?\[]", str(pattern))[0])
        return super().glob(pattern, **options)


class Nothing:
    """Probes of code that is not run."""

    def line_up(self, functions):
        pass

    def end(self):
        pass

    def value(self, function):
        raise Unseen("it runs the learner's code")


class Seen(Workshop):
    """What the commit in a folder made by `intake` and `worktree` shows."""

    def __init__(self, folder, ours):
        folder = Path(folder).resolve()
        self.folder = folder
        self.root = Root(folder)
        self.root.ask = self.ask
        self.answers = own_answers(folder) or ours
        self.package = self.answers.package
        self.doubts, self.reader = [], None

    @property
    def ignored(self):
        """Return nothing, as no patterns of the learner's own are read: one of them could take for ever."""
        if not self.has_usual_dvcignore():
            raise Unseen("the learner's own lines of .dvcignore say what DVC leaves out")

    # Paths

    def ask(self, path):
        """Raise Unseen for a path that a clone does not show."""
        if not Path(os.path.normpath(path)).is_relative_to(self.folder):
            raise Unseen(f"it looks outside of the repository ({path})")
        if what := self.hidden(self.name_of(path)):
            raise Unseen(what)

    def name_of(self, path):
        """Return a path as seen from the root, with forward slashes."""
        return Path(os.path.normpath(self.folder / path)).relative_to(self.folder).as_posix()

    def hidden(self, name):
        """Return what a path is that a clone does not show, or None."""
        if is_below(name, OF_ONE_MACHINE):
            return f"{name} is on the learner's machine only"
        if name in (".dvc/config.local", ".env") or os.path.lexists(self.folder / name):
            return None  # the former are in no clone, so they are as good as not there
        return f"{name} is DVC's, and not in Git" if self.is_data(name) else None

    def is_data(self, name):
        """Say whether DVC keeps a path, or the folder that it lies in."""
        own = ("dvc.yaml", "dvc.lock", ".dvc/config")
        return name not in own and name[-4:] != ".dvc" and is_below(name, self.data)

    @cached_property
    def data(self):
        """Return {path: recorded md5, None where no run recorded it} of what DVC keeps for HEAD."""
        found = {}
        for read in (self.declared_data, self.recorded_data):
            try:
                found.update(read())
            except BROKEN:  # the check that reads the same file says so
                pass
        return found

    def declared_data(self):
        """Return the outputs of dvc.yaml that DVC keeps; of a templated one, those of its last run are enough."""
        stages = dvcfiles.parse_stages(self.yaml("dvc.yaml", None))
        paths = [out.path for stage in stages.values() for out in stage.outs if out.cache]
        return {path: None for path in paths if not os.path.lexists(self.folder / path)}

    def recorded_data(self):
        """Return what dvc.lock and the .dvc files record."""
        entries = [e for locked in self.lock().values() for e in locked.outs.values()]
        entries += self.dvc_files().values()
        return {e.path: e.md5 for e in entries if not os.path.lexists(self.folder / e.path)}

    # Git

    def git(self, *arguments):
        """Return what a Git command prints; a clone has no log of what was done, and no experiments."""
        if {"-g", "--walk-reflogs"} & set(arguments):
            self.doubts.append("Git's log of what was done is on the learner's machine only")
        if any(str(argument).startswith("refs/exps") for argument in arguments):
            self.doubts.append("experiments are on the learner's machine only")
        return super().git(*arguments)

    def git_bytes(self, *arguments):
        """Return a Git command's output; only commands that read what a clone has are run."""
        if arguments[0] not in READING or "--git-path" in arguments:
            raise Unseen(f"it asks `git {' '.join(arguments[:2])}`")
        if arguments[0] in ("grep", "ls-files"):
            self.index  # made now
        options = ("-c", "core.quotePath=false")
        pipes = {"stdin": DEVNULL, "stdout": PIPE, "stderr": DEVNULL}
        process = intake.start(self.folder, *options, *arguments, **pipes)
        with process:
            said = process.stdout.read(LARGEST_ANSWER + 1)
            if len(said) > LARGEST_ANSWER:
                process.kill()
                raise Unseen(f"`git {arguments[0]}` says more than {LARGEST_ANSWER // 10**6} MB")
        return None if process.returncode else said

    @cached_property
    def index(self):
        """Make the index, which few checks ask for."""
        intake.run(self.folder, "read-tree", "HEAD")

    @memoized
    def read(self, path, rev=None):
        """Return a file's bytes, or None where there is none."""
        return super().read(path) if rev is None else self.blob(f"{rev}:{path}")

    def blob(self, name):
        """Return the bytes of a blob; one process answers for all, as hundreds are asked for."""
        if "\n" in name:
            return None
        self.blobs.stdin.write(f"{name}\n".encode("utf-8", "surrogateescape"))
        self.blobs.stdin.flush()
        said = self.blobs.stdout.readline().split()
        if len(said) != 3 or said[1] not in (b"blob", b"tree", b"commit", b"tag"):
            return None
        if int(said[2]) > LARGEST_ANSWER:
            self.reader.kill()
            self.reader.wait()
            raise Unseen(f"{name} has more than {LARGEST_ANSWER // 10**6} MB")
        data = self.blobs.stdout.read(int(said[2]) + 1)[:-1]
        return data if said[1] == b"blob" else None

    @property
    def blobs(self):
        """Return the process that knows all objects."""
        if self.reader is None or self.reader.poll() is not None:
            pipes = {"stdin": PIPE, "stdout": PIPE, "stderr": DEVNULL}
            self.reader = intake.start(self.folder, "cat-file", "--batch", **pipes)
        return self.reader

    def changed(self, *paths):
        """Return []: what has been handed in is a commit."""
        return []

    # DVC's files

    @memoized
    def parsed(self, text, path):
        """Return the data of a YAML text; one that is no ordinary file is a NotYet."""
        return carefulyaml.parse(text, path)

    def changed_entries(self, kind, paths, recorded):
        """Yield the differences; for data the records of HEAD stand for the files."""
        for path in paths:
            if not self.is_data(path):
                yield from super().changed_entries(kind, [path], recorded)
            elif path not in recorded:
                yield Difference(f"a run with the {kind} {path}", ADDED)
            elif kind == "dependency":
                if not self.data.get(path):
                    raise Unseen(f"{path} is DVC's, and not in Git")
                if self.data[path] != recorded[path].md5:
                    found = "another one in the records of the last commit"
                    yield Difference(f"the {kind} {path} as in the last run", found)

    # What a clone does not have

    @property
    def storage(self):
        """Raise Unseen: the buckets are the learner's."""
        raise Unseen("it looks into a bucket")

    @property
    def probes(self):
        """Return probes that run nothing."""
        return Nothing()

    def probe(self, function):
        """Raise Unseen: nothing of the learner's is run."""
        return self.probes.value(function)


def is_below(name, folders):
    """Say whether a path is one of these, or lies below one of them."""
    path = PurePosixPath(name)
    return any(str(each) in folders for each in (path, *path.parents))


def own_answers(folder):
    """Return the Answers of the learner's pyproject.toml, or None where they cannot be read."""
    try:
        found = environment.answers(folder)
    except (environment.Trouble, RecursionError, AttributeError):
        return None
    return found if re.fullmatch(r"[A-Za-z_]\w{0,80}", found.package) else None
