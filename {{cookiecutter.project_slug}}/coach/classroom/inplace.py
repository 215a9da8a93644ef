"""Grade one learner's working folder in its place, with the instructor's checks: what a CI job calls."""

from __future__ import annotations

import os
from pathlib import Path

from coach import course
from coach.classroom import original
from coach.environment import Trouble, find_root


def grade(folder, here):
    """Return (Graded exercises, edited paths); the instructor's exercises and coach are in the folder afterwards."""
    from coach.checks.grading import Given, grade
    from coach.checks.workshop import Workshop

    folder = repository(folder, here)
    earlier = original.earlier_ids(here)
    changed = original.edited(original.of_folder(folder), original.of_folder(here), earlier)
    original.lay(here, folder)
    folders = [exercise.folder for exercise in course.exercises(folder)]
    # The view is given, so that no `.env` of the learner's changes the environment of this job.
    return grade(folder, folders, Given(Workshop(folder))), changed


def repository(folder, here):
    """Return the learner's folder, whole; one that is no workshop of theirs is a Trouble."""
    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise Trouble(
            found="no such folder",
            expected="the folder of a learner's repository",
            where=folder,
            next="`coach class grade FOLDER` with the folder that you have cloned",
        )
    own = folder == Path(here).resolve()
    if own or find_root(folder) != folder:
        raise Trouble(
            found="the instructor's own copy" if own else "a folder inside of a repository",
            expected="the folder of a learner's repository",
            where=folder,
            next="`coach class grade FOLDER` with the folder that you have cloned",
        )
    # Where Git refuses the folder (another owner, no commit), that is said now, and not by each check.
    course.git(folder, "rev-parse", "--verify", "HEAD")
    return folder


def allowed(in_place):
    """Stop where nobody has said that the folder may be changed: a CI job's checkout is thrown away."""
    if not in_place and not os.environ.get("CI"):
        raise Trouble(
            found="no CI job (no variable CI)",
            expected="leave to put your exercises/ and coach/ in the place of those in that folder",
            where="this machine",
            next="`coach class grade FOLDER --in-place`, or `coach class report`, which leaves all as it is",
        )
