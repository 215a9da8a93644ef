"""The report on a class as plain data, schema `coach/class/v1`: who did what, seen how, and why not."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from statistics import median

from coach import environment
from coach.classroom import (
    catalogue,
    isolation,
    marks,
    original,
    overrides,
    pool,
    reported,
    rerun,
    roster,
    theirs,
)
from coach.clean import clean
from coach.environment import Trouble

MOST_EDITED = 50
SCHEMA = "coach/class/v1"
EARLIER = (
    "Nothing was run now: what an earlier `--regrade` of the same commits found counts."
    " Delete the folder .coach/class/regraded to forget it."
)
ONLY_READ = "Nothing of the learners' was run: what only a run, their machine or a bucket can show was not seen."


def make(here, repos, people_file=None, regrade=False, tell=lambda done, of: None):
    """Return the report; a repository that cannot be read costs its own row only."""
    people = roster.read(people_file) if people_file else []
    pairs = roster.matched(people, roster.handed_in(repos))
    if not pairs:
        raise Trouble(
            found="an empty folder",
            expected="a folder with a clone, or a NAME.json, for each learner",
            where=repos,
            next="`coach class report --repos DIR` with that folder",
        )
    exercises = catalogue.of(here)
    if regrade:
        rerun.must_be_shut_off(here)
    decided = overrides.read(here, exercises, [person.id for person, _ in pairs])
    ours = original.of_folder(here)
    found = clones(here, pairs, ours, exercises, regrade, tell)
    learners = [
        learner(person, given, found.get(number), exercises, decided)
        for number, (person, given) in enumerate(pairs)
    ]
    return {
        "schema": SCHEMA,
        "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "workshop": clean(here.name),
        "isolation": isolation_of(found.values(), regrade),
        "summary": summary(exercises, learners),
        "exercises": exercises,
        "learners": learners,
    }


def clones(here, pairs, ours, exercises, regrade, tell):
    """Return {number of the pair: what its repository shows}."""
    job = {
        "here": str(here),
        "answers": environment.answers(here),
        "exercises": [one["exercise"] for one in exercises],
        "ours": ours,
        "earlier": original.earlier_ids(here),
        "regrade": False,
    }
    checks = rerun.digest(ours)
    jobs = [
        {**job, "number": number, "source": str(given.repository)}
        for number, (_, given) in enumerate(pairs)
        if given.repository
    ]
    found = graded(jobs, here, tell)
    for one in found.values():
        one["run"] = rerun.load(here, one["commit"], checks) if "commit" in one else None
    if regrade:
        again = [{**each, "regrade": True} for each in jobs if to_run(found[each["number"]])]
        for number, run in graded(again, here, tell).items():
            if "refused" not in run:
                rerun.save(here, found[number]["commit"], checks, run)
            found[number]["run"] = run
    return found


def to_run(one):
    """Say whether a repository that could be read has not been run yet."""
    return "commit" in one and one["run"] is None


def graded(jobs, here, tell):
    """Return {number: answer} and tell how far it is."""
    found = {}
    for job, answer in pool.graded(jobs, here) if jobs else ():
        found[job["number"]] = answer
        tell(len(found), len(jobs))
    return found


def learner(person, given, clone, exercises, decided):
    """Return what is known of one person."""
    clone, said, problems = clone or {}, None, []
    if given.result:
        try:
            said = reported.read(given.result)
        except theirs.Refused as error:
            problems.append(f"Not read: {clean(error)}.")
    if "refused" in clone:
        problems.append(f"Could not be read: {clone['refused']}.")
    run = clone.get("run") or {}
    if "refused" in run:
        problems.append(f"Could not be run: {run['refused']}.")
    sources = [
        (marks.RUN, by_check(run.get("exercises"))),
        (marks.CLONE, by_check(clone.get("exercises"))),
        (marks.REPORTED, reported.by_check(said) if said else None),
    ]
    sources = [(name, source) for name, source in sources if source]
    own = {exercise: o for (who, exercise), o in decided.items() if who == roster.key(person.id)}
    marked = marks.exercises(exercises, sources, own)
    if not (given.repository or given.result):
        problems.append("Nothing was handed in.")
    return {
        "id": clean(person.id),
        "name": clean(person.name),
        "on_roster": person.on_roster,
        **marks.total(marked),
        "handed_in": bool(given.repository or given.result),
        "problems": problems,
        "commit": clone.get("commit"),
        "date": clone.get("date"),
        "commits": clone.get("commits"),
        "edited": clone["edited"] if "edited" in clone else clean_all(said.edited if said else []),
        "left_out": clone.get("left_out", []),
        "sources": [name for name, _ in sources],
        "exercises": marked,
    }


def clean_all(texts):
    """Return texts of a learner, few enough and fit to be shown."""
    return [clean(text) for text in texts[:MOST_EDITED]]


def by_check(exercises):
    """Return {exercise: {check: (verdict, why)}} of results."""
    return {
        name: {one["check"]: (one["verdict"], one["why"]) for one in checks}
        for name, checks in (exercises or {}).items()
    }


def isolation_of(found, regrade):
    """Return in words what was run, and shut off how; systems may have differed between two regrades."""
    runs = [one["run"] for one in found if one.get("run") and "isolation" in one["run"]]
    said = dict.fromkeys(isolation.words(run["isolation"]) for run in runs)
    if not said:
        return ONLY_READ
    return " ".join(said if regrade else [EARLIER, *said])


def at_work_on(learner):
    """Return the first exercise that a person has begun and not finished, or None: later ones count for nothing yet."""
    begun = (one for one in learner["exercises"] if one["verdict"] == marks.NOT_YET)
    return next(begun, None)


def summary(exercises, learners):
    """Return how the class stands: how far, and which checks most people have not passed yet."""
    started = [one for one in learners if one["sources"]]
    failing = Counter(
        (one["exercise"], check["check"])
        for one in map(at_work_on, learners)
        for check in (one["checks"] if one else ())
        if check["verdict"] == marks.NOT_YET
    )
    return {
        "learners": len(learners),
        "started": len(started),
        "passed_all": sum(
            all(e["verdict"] == marks.PASSED for e in o["exercises"]) for o in learners
        ),
        "points": median([one["points"] for one in started] or [0]),
        "max_points": sum(one["max_points"] for one in exercises),
        "not_yet": [
            {"exercise": exercise, "check": check, "learners": number}
            for (exercise, check), number in failing.most_common(5)
        ],
    }
