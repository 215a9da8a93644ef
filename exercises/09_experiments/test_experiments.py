"""Checks of exercise 09: experiments are Git references; they are read with Git, and DVC is not started."""

import json
import re
from dataclasses import dataclass

from coach import NotYet, hints, needs, points, require
from coach.checks.common import belongs
from coach.checks.dvcfiles import hash_bytes

METRICS = "dvclive/metrics.json"
KEPT = ("params.yaml", "dvc.lock", METRICS)
# What each of a stage's parameters changes
FELT = {"preprocess": "data/prepared", "train": "models/model.pt"}
REF = re.compile(r"([0-9a-f]{40}) (refs/exps/([0-9a-f]{2})/([0-9a-f]{38})/([^/]+))")


@dataclass(frozen=True)
class Experiment:
    """An experiment as its commit has it; params and results are JSON texts, to be compared."""

    name: str
    ref: str
    commit: str
    baseline: str
    params: str
    results: str
    accuracy: float

    def __str__(self):
        return f"{self.name} (validation accuracy {self.accuracy:.4f})"


# The checks


@points(2)
@hints(
    "`dvc exp show` lists what counts: experiments that ran to their end, each with other parameters.",
    "`-S train.epochs=30` sets a parameter for one experiment; what waits in the queue has not run yet.",
    "`dvc exp run -S train.epochs=1`, or with `--queue` and afterwards `dvc exp run --run-all`",
)
def test_three_experiments(workshop):
    """Three experiments have run, each with other parameters."""
    known, broken = experiments(workshop)
    waiting, failed = queue(workshop, "stash"), queue(workshop, "failed")
    number = len({experiment.params for experiment in known})
    names = ", ".join(each.name for each in known)
    notes = [f"{number} different, in {names}" if known else "none"]
    notes += [f"{name} does not count: {problem}" for name, problem in broken]
    notes += [f"waiting in the queue: {', '.join(waiting)}"] if waiting else []
    notes += [f"failed: {', '.join(failed)}"] if failed else []
    next = "`dvc exp run -S train.dropout=0.2` (or another parameter)"
    if waiting:
        next = "`dvc exp run --run-all`"
    elif failed:
        next = f"`dvc queue logs {failed[0]}` shows why it failed; run it with a value that works"
    require(
        number >= 3,
        expected="three experiments with different parameters",
        found="; ".join(notes),
        where="`dvc exp show -A`",
        next=next,
    )


@needs(test_three_experiments)
@hints(
    "A parameter that no stage after it feels changes nothing: the run was for nothing.",
    "`dvc exp show --only-changed` leaves out the columns in which all are alike.",
    "Change what the network learns from, or how: `dvc exp run -S train.dropout=0.2`",
)
def test_results_differ(workshop):
    """The experiments have different results."""
    known, _ = experiments(workshop)
    alike = {}
    for experiment in known:
        alike.setdefault(experiment.results, []).append(str(experiment))
    require(
        len(alike) >= 3,
        expected="three different results",
        found="; ".join(
            " and ".join(names) + (" are alike" if names[1:] else "") for names in alike.values()
        ),
        where=METRICS,
        next="`dvc exp run -S train.dropout=0.2` (or another parameter that the training feels)",
    )


@needs(test_three_experiments)
@hints(
    "`dvc queue status` shows what has been queued.",
    "With `--queue` an experiment is written down and does not run; all of the queue runs later, outside of your folder.",
    "`dvc exp run --queue -S train.epochs=30`, then `dvc exp run --run-all`",
)
def test_one_was_queued(workshop):
    """One of them went through the queue."""
    known, _ = experiments(workshop)
    runs = queued_runs(workshop)
    require(
        any(came_from(workshop, experiment, runs) for experiment in known),
        expected="an experiment that was queued and has run to its end",
        found="runs in your folder only: " + ", ".join(each.name for each in known),
        where=".dvc/tmp/exps/run, what DVC notes of each run",
        next="`dvc exp run --queue -S train.epochs=30`, then `dvc exp run --run-all`",
    )


@needs(test_results_differ)
@points(3)
@hints(
    "Which has the highest validation accuracy? Not the test accuracy: what was chosen by it is no test any more.",
    "`dvc exp apply` brings an experiment into your folder: params.yaml, dvc.lock, metrics and data. Git does not hold it yet.",
    "`dvc exp apply NAME`, then `git add params.yaml dvc.lock dvclive reports`, then `git commit`",
)
def test_best_is_committed(workshop):
    """The best by validation accuracy is committed: its parameters, its dvc.lock and its metrics."""
    known, _ = experiments(workshop)
    top = max(experiment.accuracy for experiment in known)
    best = [experiment for experiment in known if experiment.accuracy == top]
    kept = {commit: held_by(workshop, commit, known) for commit in history(workshop)}
    if any(
        each in best or settled(workshop, commit, each, known)
        for commit, all in kept.items()
        for each in all
    ):
        return
    found, next = instead(workshop, best, [each for all in kept.values() for each in all])
    require(
        False,
        expected=f"{best[0]} in a commit on the way to HEAD, with its params.yaml, dvc.lock and {METRICS}",
        found=found,
        where="`git log -- dvc.lock`",
        next=next,
    )


# What is there


def experiments(workshop):
    """Return the experiments that ran to their end, and (name, what is wrong) of the others."""
    known, broken = [], []
    for line in (
        workshop.git("for-each-ref", "--format=%(objectname) %(refname)", "refs/exps") or ""
    ).splitlines():
        if match := REF.fullmatch(line):
            commit, ref, first, rest, name = match.groups()
            problem = problem_of(workshop, commit) or not_run(workshop, commit, first + rest)
            if problem:
                broken.append((name, problem))
            else:
                known.append(
                    Experiment(name, ref, commit, first + rest, *outcome(workshop, commit))
                )
    return known, broken


def outcome(workshop, rev):
    """Return the parameters that the stages read and the metrics, as JSON, and the validation accuracy."""
    metrics = json.loads(workshop.text(METRICS, rev))
    params = {name: locked.params for name, locked in records(workshop, rev).items()}
    return jsonify(params), jsonify(metrics), float(metrics["validation"]["accuracy"])


def jsonify(data):
    """Return data as a text in which equal data are equal."""
    return json.dumps(data, sort_keys=True, default=str)


def problem_of(workshop, rev, names=None):
    """Return why a revision is not the outcome of a run with its parameters, or None; of all stages or of some."""
    try:
        lock = {
            name: each
            for name, each in records(workshop, rev).items()
            if names is None or name in names
        }
        made = {entry.path: entry.md5 for locked in lock.values() for entry in locked.outs.values()}
        for name, locked in lock.items():
            if not belongs(workshop, locked, rev):
                return f"{name} in dvc.lock ran with other parameters than params.yaml has"
            if any(made.get(dep.path, dep.md5) != dep.md5 for dep in locked.deps.values()):
                return f"{name} did not run again on what the stages before it made"
        outcome(workshop, rev)
    except NotYet as error:
        return f"{error.found} in {error.where}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"no validation accuracy in {METRICS}"
    data = workshop.read(METRICS, rev)
    kinds = {hash_bytes(data), hash_bytes(data.replace(b"\n", b"\r\n"))}  # as it was on Windows
    return None if made.get(METRICS) in kinds else f"{METRICS} is not what dvc.lock says"


def not_run(workshop, rev, start):
    """Return that other parameters left the model of where the experiment started as it was, or None.

    Two records are compared, as params.yaml may have said something else before. A stage whose
    parameters change nothing counts for nothing, unless the model is another one.
    """
    try:
        before, after = (records(workshop, each) for each in (start, rev))
    except NotYet:
        return None
    if not same("train", before, after):
        return None
    for name, made in FELT.items():
        if same(name, before, after) and before[name].params != after[name].params:
            return f"in dvc.lock {name} has other parameters than before, and the same {made}"
    return None


def same(name, before, after):
    """Say whether two records have a stage, and the same of what its parameters change."""
    made = [hashes(lock[name]).get(FELT[name]) for lock in (before, after) if name in lock]
    return len(made) == 2 and made[0] is not None and made[0] == made[1]


def records(workshop, rev):
    """Return what dvc.lock says of the stages that dvc.yaml still has."""
    stages = workshop.yaml("dvc.yaml", rev).get("stages") or {}
    return {
        name: locked for name, locked in workshop.lock(rev).items() if name.split("@")[0] in stages
    }


def queue(workshop, kind):
    """Return the names of the experiments that wait in the queue (`stash`), or that failed in it."""
    subjects = workshop.git("log", "-g", "--format=%gs", f"refs/exps/celery/{kind}") or ""
    return [line.rpartition(":")[2] for line in subjects.splitlines() if "dvc-exp:" in line]


def queued_runs(workshop):
    """Return DVC's notes of the runs from the queue, which stay when the queue is emptied."""
    notes = []
    for file in sorted(workshop.root.glob(".dvc/tmp/exps/run/*/*.run")):
        try:
            note = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # it is being written
        if isinstance(note, dict) and note.get("location") == "dvc-task":
            notes.append(note)
    return notes


def came_from(workshop, experiment, notes):
    """Say whether an experiment is the result of one of these runs, whatever it is called by now."""
    message = workshop.git("log", "-1", "--format=%B", experiment.commit) or ""
    return any(
        note.get("result_ref") == experiment.ref
        or (note.get("result_hash") or "-") in message.split()
        for note in notes
    )


# What became of it


def history(workshop):
    """Return the commits on the way to HEAD that touched what an experiment changes."""
    return (workshop.git("log", "HEAD", "--full-history", "--format=%H", "--", *KEPT) or "").split()


def held_by(workshop, rev, known):
    """Return the experiments whose parameters, results and metrics a revision holds (None is the folder)."""
    return [
        each for each in known if same_lock(workshop, rev, each) and not flaw(workshop, rev, each)
    ]


def same_lock(workshop, rev, experiment):
    """Say whether a revision's dvc.lock has the experiment's parameters and outputs; it may have more stages."""
    try:
        lock = workshop.lock(rev)
    except NotYet:
        return False
    ran = records(workshop, experiment.commit)
    return all(
        name in lock and lock[name].params == locked.params and hashes(lock[name]) == hashes(locked)
        for name, locked in ran.items()
    )


def hashes(locked):
    """Return {path: md5} of a stage's outputs."""
    return {entry.path: entry.md5 for entry in locked.outs.values()}


def flaw(workshop, rev, experiment):
    """Return what a revision with the experiment's dvc.lock lacks of the rest, or None."""
    return problem_of(workshop, rev, records(workshop, experiment.commit))


def settled(workshop, commit, experiment, known):
    """Say whether a commit chose the best of what there was then: later runs that build on it do not count."""
    before = [
        each
        for each in known
        if workshop.git("merge-base", "--is-ancestor", commit, each.baseline) is None
    ]
    varied = all(
        len({getattr(each, what) for each in before}) >= 3 for what in ("params", "results")
    )
    return (
        varied
        and experiment in before
        and experiment.accuracy == max(each.accuracy for each in before)
    )


def instead(workshop, best, kept):
    """Return what there is in place of a commit of the best, and the next command."""
    name, commit = best[0].name, "`git add params.yaml dvc.lock dvclive reports`, then `git commit`"
    if held_by(workshop, None, best):
        return f"{best[0]} in your folder only: applied, not committed", commit
    if same_lock(workshop, "HEAD", best[0]):
        return (
            f"its dvc.lock at HEAD, but {flaw(workshop, 'HEAD', best[0])}",
            f"`dvc exp apply {name}`, then {commit}",
        )
    for branch in (workshop.git("branch", "--format=%(refname:short)") or "").splitlines():
        if held_by(workshop, branch, best):
            return (
                f"it is only on the branch {branch}",
                f"`git merge {branch}`, then `dvc checkout`",
            )
    found = f"{kept[0]} committed in its place" if kept else "no experiment committed"
    return found, f"`dvc exp apply {name}`, then {commit}"
