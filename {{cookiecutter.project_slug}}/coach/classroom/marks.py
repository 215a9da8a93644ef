"""Make verdicts and points of what is known of a person's work; where sources disagree, the surest one counts."""

from __future__ import annotations

# What a verdict rests on, the surest first.
RUN, CLONE, REPORTED = "run by the instructor", "seen in the clone", "reported by the learner"
PASSED, NOT_YET, SKIPPED, ERROR, UNSEEN = "passed", "not yet", "skipped", "error", "unseen"
NOT_STARTED, IN_PART, NOT_SEEN = "not started", "seen in part", "not seen"
VERDICTS = (PASSED, IN_PART, NOT_SEEN, NOT_YET, NOT_STARTED)
SEEN = (PASSED, NOT_YET, SKIPPED)
NOTHING = "nothing was handed in"


def exercises(catalogue, sources, overrides):
    """Return the exercises of one person; sources are [(name, {exercise: {check: (verdict, why)}})], the surest first."""
    found, unfinished = [], False
    for one in catalogue:
        known = [(name, said.get(one["exercise"], {})) for name, said in sources]
        checks = [check(each, known) for each in one["checks"]]
        verdict = verdict_of(checks, bool(sources), unfinished and not begun(one, checks))
        unfinished = unfinished or verdict in (NOT_YET, NOT_STARTED)
        marked = {"exercise": one["exercise"], "verdict": verdict, **points(one, checks)}
        override = overrides.get(one["exercise"])
        found.append(
            {**marked, **(overridden(marked, override) if override else {"override": None})}
        )
        found[-1]["checks"] = checks
    return found


def check(one, known):
    """Return the verdict of a check by the first source that could see it."""
    best = {
        "check": one["check"],
        "verdict": UNSEEN,
        "by": None,
        "why": NOTHING if not known else "",
    }
    for name, said in known:
        if one["check"] not in said:
            continue
        verdict, why = said[one["check"]]
        if verdict != UNSEEN:
            return {"check": one["check"], "verdict": verdict, "by": name, "why": why}
        best["why"] = best["why"] or why
    return best


def begun(one, checks):
    """Say whether an exercise is begun: its first check has passed or, where that is unseen, one that needs another."""
    if checks[0]["verdict"] != UNSEEN:
        return checks[0]["verdict"] == PASSED
    known = zip(one["checks"], checks)
    return any(check["needs"] and each["verdict"] == PASSED for check, each in known)


def verdict_of(checks, handed_in, waits):
    """Return an exercise's verdict; one that waits, beyond the first unfinished one, is not started."""
    verdicts = {each["verdict"] for each in checks}
    if not handed_in:
        return NOT_STARTED
    if verdicts == {PASSED}:
        return PASSED
    if verdicts & {NOT_YET, SKIPPED}:
        return NOT_STARTED if waits else NOT_YET
    return IN_PART if PASSED in verdicts and not waits else NOT_SEEN


def points(one, checks):
    """Return the points that were gained, those that could be seen, and all."""
    worth = {each["check"]: each["points"] for each in one["checks"]}
    gained = sum(worth[each["check"]] for each in checks if each["verdict"] == PASSED)
    seen = sum(worth[each["check"]] for each in checks if each["verdict"] in SEEN)
    return {"points": gained, "seen": seen, "max_points": one["max_points"]}


def overridden(marked, override):
    """Return what changes where the instructor has decided; all points count as seen."""
    most, points = marked["max_points"], override.points
    if points is None:
        points = {PASSED: most, NOT_STARTED: 0}.get(override.verdict, marked["points"])
    verdict = override.verdict or (PASSED if points == most else NOT_YET)
    before = {"verdict": marked["verdict"], "points": marked["points"]}
    facts = {"reason": override.reason, "before": before}
    return {"verdict": verdict, "points": points, "seen": most, "override": facts}


def total(exercises):
    """Return the points of all exercises together."""
    return {key: sum(one[key] for one in exercises) for key in ("points", "seen", "max_points")}
