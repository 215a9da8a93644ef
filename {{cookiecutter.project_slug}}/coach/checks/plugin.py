"""The pytest plugin that turns checks into verdicts; it is active under `coach check` and plain `pytest exercises/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from coach.checks.vocabulary import ERROR, NOT_YET, PASSED, SKIPPED, NotYet

FACTS = ("expected", "found", "where", "next")


@dataclass
class Result:
    """What became of one check; `detail` is the traceback of a check that crashed.

    One that is `unseen` was skipped because what it looks at cannot be seen from here.
    """

    exercise: str
    check: str
    title: str
    verdict: str
    points: int
    hints: tuple = ()
    facts: dict = field(default_factory=dict)
    detail: str = ""
    unseen: bool = False

    def as_json(self):
        """Return the check as `coach/result/v1` has it."""
        facts = {fact: self.facts.get(fact) for fact in FACTS}
        return {"check": self.check, "title": self.title, "verdict": self.verdict, **facts}


RESULTS = pytest.StashKey[dict]()
VIEW = pytest.StashKey[object]()  # a view that was given, or None


@pytest.fixture(scope="session")
def workshop(request):
    """Return the read-only view of the learner's repository; what runs the learner's code begins now."""
    view = request.config.stash.get(VIEW, None) or own_view(request.config)
    try:
        view.probes.line_up(functions_for_children(request.session.items))
        yield view
    finally:
        view.probes.end()


def own_view(config):
    """Return the view of the workshop in which this process stands."""
    from coach.checks.workshop import Workshop
    from coach.environment import find_root, load_env

    root = find_root(Path(config.invocation_params.dir))
    load_env(root)
    return Workshop(root)


def functions_for_children(items):
    """Return the functions marked as `@in_child` beside these checks."""
    modules = dict.fromkeys(item.module for item in items)
    named = (value for module in modules for value in vars(module).values())
    return [value for value in named if hasattr(value, "child_seconds")]


def pytest_collection_modifyitems(items):
    """Put the checks of the learner's code last: it runs in child processes beside the other checks."""
    items.sort(key=lambda item: bool(functions_for_children([item])))


def pytest_configure(config):
    config.stash[RESULTS] = {}


def pytest_runtest_setup(item):
    """Skip a check whose needs have been tried in this run and have not passed; what was not seen does not count."""
    for name in getattr(item.function, "needs", ()):
        needed = item.config.stash[RESULTS].get((item.path, name))
        if needed and needed.verdict != PASSED and not needed.unseen:
            pytest.skip(f"needs “{needed.title}”")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    error = call.excinfo and call.excinfo.value
    if call.when == "call" or error:
        result = result_of(item, report, error)
        item.config.stash[RESULTS][(item.path, item.originalname)] = result
        if result.verdict == NOT_YET and item.config.get_verbosity() < 1:
            report.longrepr = as_text(result)
    return report


def result_of(item, report, error):
    """Return the Result of a check that has ended."""
    check = item.function
    result = Result(
        exercise=item.path.parent.name,
        check=item.originalname,
        title=title_of(check),
        verdict=PASSED,
        points=getattr(check, "points", 1),
        hints=getattr(check, "hints", ()),
    )
    if report.skipped:
        result.verdict = SKIPPED
        result.facts = {"found": str(error)}
    elif error and is_not_yet(error):
        result.verdict = NOT_YET
        result.facts = {fact: str(getattr(error, fact)) for fact in FACTS}
    elif error:
        result.verdict, result.detail = ERROR, str(report.longrepr)
        result.facts = {"found": f"{type(error).__name__}: {error}"}
    return result


def is_not_yet(error):
    """Say whether an exception tells the learner what to do; anything else is the coach's own fault."""
    return isinstance(error, NotYet) or all(hasattr(error, fact) for fact in FACTS)


def title_of(check):
    """Return the sentence that the learner reads: the first line of a check's docstring."""
    return (check.__doc__ or check.__name__).strip().splitlines()[0]


def as_text(result):
    """Return the four things that a failing check says."""
    return "\n".join(f"{fact:>8}: {result.facts[fact]}" for fact in FACTS)


__all__ = [name for name in dir() if name.startswith("pytest_")] + ["workshop"]
