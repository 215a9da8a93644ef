"""Run the checks of exercises in this process, and say what became of each."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass

from coach.checks.plugin import RESULTS, VIEW, Result
from coach.checks.vocabulary import ERROR, NOT_STARTED, NOT_YET, PASSED

SCHEMA = "coach/result/v1"


@dataclass
class Graded:
    """One exercise with the results of its checks."""

    exercise: str
    checks: list[Result]
    verdict: str

    @property
    def points(self):
        return sum(check.points for check in self.checks if check.verdict == PASSED)

    @property
    def max_points(self):
        return sum(check.points for check in self.checks)

    @property
    def first_failure(self):
        """Return the first check that has not passed, or None."""
        return next((check for check in self.checks if check.verdict in (NOT_YET, ERROR)), None)

    def as_json(self):
        """Return the exercise as `coach/result/v1` has it."""
        return {
            "exercise": self.exercise,
            "verdict": self.verdict,
            "points": self.points,
            "max_points": self.max_points,
            "checks": [check.as_json() for check in self.checks],
        }


class Given:
    """The view that the checks get, in place of that of the workshop in which this process stands."""

    def __init__(self, view):
        self.view = view

    def pytest_configure(self, config):
        config.stash[VIEW] = self.view


class CheckRunError(Exception):
    """The checks could not be run at all: the coach's own fault, with pytest's words."""


class Collector:
    """Keep pytest's results and its errors of collection."""

    def __init__(self):
        self.results, self.errors = {}, []

    def pytest_sessionfinish(self, session):
        self.results = session.config.stash[RESULTS]

    def pytest_collectreport(self, report):
        if report.failed:
            self.errors.append(str(report.longrepr))


def grade(root, folders, *plugins):
    """Return the Graded exercises of these folders; one pytest run for all of them."""
    import pytest

    collector, output = Collector(), io.StringIO()
    arguments = [
        "-p",
        "coach.checks.plugin",
        "--noconftest",
        # No check needs a plugin that lies in the environment, and to load them takes long.
        "--disable-plugin-autoload",
        "-p",
        "no:cacheprovider",
        "-q",
        "-W",
        "ignore",
    ]
    arguments += [
        "-c",
        str(root / "exercises" / "pytest.ini"),
        "--rootdir",
        str(root / "exercises"),
    ]
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = pytest.main([*arguments, *map(str, folders)], plugins=[collector, *plugins])
    if code == pytest.ExitCode.INTERRUPTED and not collector.errors:
        raise KeyboardInterrupt
    if collector.errors or code not in (0, 1):
        raise CheckRunError("\n".join(collector.errors) or output.getvalue())
    return with_verdicts(folders, list(collector.results.values()))


def with_verdicts(folders, results):
    """Group results by exercise; beyond the first unfinished one, one is not started until its first check passes.

    Some checks pass before anything is done, such as that no secret is in the configuration; the first never does.
    """
    graded, unfinished = [], False
    for folder in folders:
        checks = [result for result in results if result.exercise == folder.name]
        verdict = verdict_of(checks)
        if verdict == NOT_YET and unfinished and checks[0].verdict != PASSED:
            verdict = NOT_STARTED
        unfinished = unfinished or verdict != PASSED
        graded.append(Graded(folder.name, checks, verdict))
    return graded


def verdict_of(checks):
    """Return an exercise's verdict: an error of the coach outweighs what is not yet right."""
    verdicts = {check.verdict for check in checks}
    if ERROR in verdicts:
        return ERROR
    return PASSED if verdicts == {PASSED} else NOT_YET


def as_json(graded):
    """Return the one object that `--json` prints."""
    return {"schema": SCHEMA, "exercises": [exercise.as_json() for exercise in graded]}
