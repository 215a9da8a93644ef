"""Grade a clone with the instructor's checks, by reading: nothing of the learner's is imported or run."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from coach.checks.grading import grade
from coach.checks.plugin import RESULTS, VIEW
from coach.checks.vocabulary import ERROR, NOT_YET, SKIPPED
from coach.classroom import guard, intake, original, worktree
from coach.classroom.seen import Seen, Unseen


class Reader:
    """Give the checks what a clone shows, and turn verdicts that rest on what it does not show into unseen ones."""

    def __init__(self, view):
        self.view = view

    def pytest_configure(self, config):
        config.stash[VIEW] = self.view
        # To show the source, as pytest does, takes most of the time.
        config.option.tbstyle = "native"

    def pytest_runtest_setup(self, item):
        self.view.doubts.clear()
        if getattr(item.function, "of_this_machine", False):
            raise Unseen("it looks at the learner's machine")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        results = item.config.stash[RESULTS]
        result = results.get((item.path, item.originalname))
        if call.when != "teardown" and call.excinfo:
            needed = [
                results.get((item.path, name)) for name in getattr(item.function, "needs", ())
            ]
            if why := self.unseen(result, call.excinfo.value, needed):
                result.verdict, result.unseen, result.facts = SKIPPED, True, {"found": why}
        return report

    def unseen(self, result, error, needed):
        """Return why the check could not see what it looks at, or None."""
        if isinstance(error, Unseen):
            return str(error)
        if result.verdict in (NOT_YET, ERROR) and self.view.doubts:
            return str(Unseen(self.view.doubts[0]))
        if result.verdict == NOT_YET and self.view.is_data(str(error.where).split(",")[0]):
            return str(Unseen(f"{error.where} is DVC's, and not in Git"))
        first = next((one for one in needed if one and one.unseen), None)
        if result.verdict == ERROR and first:
            return str(Unseen(f"it needs “{first.title}”"))
        return None


def read(job):
    """Return what a repository shows, as plain data; Refused says why it could not be read."""
    folder, here = Path(job["folder"]), Path(job["here"])
    about = take_in(job)
    os.environ.update(surroundings(folder))
    tempfile.tempdir = str(folder)
    guard.install(folder, folder / "tree")
    view = Seen(folder / "tree", job["answers"])
    return {**about, "exercises": results(here, job["exercises"], view)}


def take_in(job):
    """Write what a repository holds into `tree` in our own folder, and return what is to be told of it."""
    folder = Path(job["folder"])
    taken = intake.take(Path(job["source"]), folder)
    same, left_out = worktree.write(folder / "tree", taken.commit, job["ours"])
    blobs = original.of_folder(folder / "tree") | same
    edited = original.edited(blobs, job["ours"], job["earlier"])
    about = {"commit": taken.commit, "date": taken.date, "commits": taken.number}
    return {**about, "left_out": left_out, "edited": edited}


def results(here, exercises, view):
    """Return {exercise: results of its checks as plain data} for what a view shows."""
    graded = grade(here, [here / "exercises" / name for name in exercises], Reader(view))
    return {one.exercise: list(map(as_data, one.checks)) for one in graded}


def surroundings(folder):
    """Return the variables that keep DVC, which fills in a templated dvc.yaml, in our own folder."""
    names = ("HOME", "DVC_SITE_CACHE_DIR", "DVC_GLOBAL_CONFIG_DIR", "DVC_SYSTEM_CONFIG_DIR")
    return {**{name: str(folder) for name in names}, "DVC_NO_ANALYTICS": "1"}


def as_data(result):
    """Return a check's result as plain data; `why` is empty for one that passed."""
    facts = result.facts
    if result.verdict == NOT_YET:
        why = f"expected {facts['expected']}; found {facts['found']}; in {facts['where']}"
    else:
        why = facts.get("found", "")
    verdict = "unseen" if result.unseen else result.verdict
    return {"check": result.check, "verdict": verdict, "why": why}
