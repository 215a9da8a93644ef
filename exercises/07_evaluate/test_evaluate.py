"""Checks of exercise 07: the model is scored on the test split, and DVC knows what is a metric and what is a plot."""

import csv
import json
from collections import Counter

from coach import hints, in_child, needs, points, require
from coach.checks.common import (
    declared,
    logits_of,
    require_command,
    require_committed,
    require_fresh,
    require_metrics,
    require_output,
    require_prepared,
    require_pushed,
    require_watchful,
    require_wired,
)

METRICS, CONFUSION, WORST = "reports/metrics.json", "reports/confusion.csv", "reports/worst.png"
MODEL = "models/model.pt"
AGAIN = "`dvc repro --force --single-item evaluate`"


def examined(workshop):
    """Return what `examine` says of the learner's model; one child process for all checks."""
    return workshop.probe(examine)


@in_child()
def examine(package):
    """Return the split that the code names, and for the test split its labels and what the saved model says of it."""
    from importlib import import_module

    import numpy

    module = import_module(f"{package}.pipeline.evaluate")
    named = module.scored_split() if hasattr(module, "scored_split") else "test"
    try:
        logits, labels = logits_of(package, "test", MODEL)
    except Exception as error:  # the stage has run, so it is the model that is not as it was
        return {"error": f"{type(error).__name__}: {error}".splitlines()[0][:120]}
    splits = ("train", "validation", "test")
    sizes = {split: len(numpy.load(f"data/prepared/{split}_labels.npy")) for split in splits}
    predicted = logits.argmax(1).tolist()
    return {"named": named, "actual": labels.tolist(), "predicted": predicted, "sizes": sizes}


@hints(
    "`dvc stage list` shows the stages that DVC knows; there must be one named evaluate.",
    "A stage needs at least a name and `cmd:`, the command that runs it. Look at the stage train.",
    "Write `evaluate:` below `stages:` in dvc.yaml, and below it, indented, `cmd: python -m` and the module, as in the stage train.",
)
def test_stage(workshop):
    """There is a stage evaluate that runs its module."""
    stages, module = workshop.stages(), f"{workshop.package}.pipeline.evaluate"
    require(
        "evaluate" in stages,
        expected="a stage named evaluate",
        found="the stages " + ", ".join(stages) if stages else "no stage at all",
        where="dvc.yaml",
        next="fill in the two holes in evaluate.py, `scored_split` and `confusion_rows` (step 1 of the text), and write the "
        "stage evaluate into dvc.yaml (step 2), then `coach check`",
    )
    require_command(stages["evaluate"], module)


@needs(test_stage)
@hints(
    "What does evaluate.py read? Follow its imports, and its paths.",
    "It needs the prepared data, the trained model, its own code and that of the network; and one section of params.yaml.",
    "Below `deps:` write `data/prepared`, `models/model.pt`, and with their whole paths `model.py` and `pipeline/evaluate.py`; below `params:` write `- evaluate`.",
)
def test_dependencies(workshop):
    """The stage depends on the model, the prepared data, its code, and the parameters of the section evaluate."""
    stage = workshop.stage("evaluate")
    modules = [f"{workshop.package}/{module}" for module in ("pipeline/evaluate.py", "model.py")]
    require_wired(stage, deps=[MODEL, *modules])
    require_prepared(stage, "test")
    section = workshop.params().get("evaluate")
    require_wired(stage, params=[f"evaluate.{key}" for key in section or ()])
    require_watchful(stage)


@needs(test_stage)
@hints(
    "`dvc metrics show` lists the metrics that DVC knows; the file has to be one of them.",
    "It stands below `metrics:` of the stage. Git shall hold it: `cache: false`.",
    "Below `metrics:` write `- reports/metrics.json:` and below that, two steps further in, `cache: false`.",
)
def test_metrics_declared(workshop):
    """reports/metrics.json is declared as metrics of the stage and left to Git."""
    require_metrics(workshop, workshop.stage("evaluate"), METRICS)


@needs(test_stage)
@hints(
    "`dvc plots show` draws the plots that DVC knows; the table has to be one of them.",
    "reports/confusion.csv stands below `plots:`; the picture reports/worst.png below `outs:` or `plots:`.",
    "Below `plots:` write `- reports/confusion.csv:` and below that, two steps further in, `template: confusion`, `x: actual`, `y: predicted`; below `outs:` write `- reports/worst.png`.",
)
def test_plots_declared(workshop):
    """The stage makes reports/confusion.csv, declared as a plot, and reports/worst.png."""
    stage = workshop.stage("evaluate")
    require_output(stage, CONFUSION, cache=False, below="plots")
    require_output(stage, WORST, cache=False)
    require(
        declared(workshop, stage, "plots", CONFUSION),
        expected=f"{CONFUSION} among the `plots:`",
        found=f"it among the `{stage.output(CONFUSION).kind}:`",
        where="dvc.yaml, stage evaluate",
        next=f"move `- {CONFUSION}` to `plots:` of the stage evaluate in dvc.yaml, then `coach check`",
    )


@needs(test_dependencies, test_metrics_declared, test_plots_declared)
@hints(
    "A stage that is written down has not run yet; and what it reads may have changed since.",
    "`dvc status evaluate` says what has changed. A message `not yet: exercise evaluate` comes from a function that you have still to fill in.",
    "`dvc repro`",
)
def test_has_run(workshop):
    """The stage has run as it stands now, and dvc.lock records it."""
    require_fresh(workshop, "evaluate")


@needs(test_has_run)
@points(3)
@hints(
    "The model has learnt from one split, and you have chosen by the look of another. Only the third is fair.",
    "reports/confusion.csv has one row for each image that was scored: first what it is, then what the model says.",
    'Let `scored_split` return "test", and `confusion_rows` the pairs of `actual` and `predicted`; then `dvc repro`.',
)
def test_test_split(workshop):
    """reports/confusion.csv holds, for each image of the test split, what it is and what the model says."""
    rows, facts = confusion(workshop), examined(workshop)
    require(
        "error" not in facts,
        expected="a model that classifies the images of the test split",
        found=facts.get("error"),
        where=MODEL,
        next="`dvc repro --force --single-item train`, then `dvc repro`",
    )
    require(
        facts["named"] == "test",
        expected="the test split, which was used for nothing else",
        found=f"the split {facts['named']}, which `scored_split` names",
        where=f"{workshop.package}/pipeline/evaluate.py",
        next="name the test split in `scored_split`, then `dvc repro`",
    )
    sizes, count = facts["sizes"], len(facts["actual"])
    same_size = [
        f"as many as the {name} split has" for name, size in sizes.items() if size == len(rows)
    ]
    require(
        len(rows) == count,
        expected=f"{count} rows, one for each image of the test split",
        found=f"{len(rows)} rows, {same_size[0] if same_size else 'which is the size of no split'}",
        where=CONFUSION,
        next="name the test split in `scored_split`, then `dvc repro`",
    )
    known, given = Counter(facts["actual"]), Counter(actual for actual, _ in rows)
    digit = next((digit for digit in sorted(known | given) if known[digit] != given[digit]), None)
    require(
        digit is None,
        expected=f"{known[digit]} images of the digit {digit} in the column `actual`, as the test split has",
        found=f"{given[digit]} of them",
        where=CONFUSION,
        next="put the label first and the prediction second, for the test split, then `dvc repro`",
    )
    pairs = Counter(zip(facts["actual"], facts["predicted"]))
    strange = sum((Counter(rows) - pairs).values())
    require(
        strange <= max(1, count // 1000),
        expected=f"what {MODEL} says of each image of the test split",
        found=f"another prediction in {strange} of {count} rows",
        where=CONFUSION,
        next=AGAIN,
    )


def confusion(workshop):
    """Return the pairs (actual, predicted) of the table."""
    reader = csv.DictReader(workshop.text(CONFUSION).splitlines(), skipinitialspace=True)
    names = reader.fieldnames or []
    require(
        {"actual", "predicted"} <= set(names),
        expected="the columns `actual` and `predicted`",
        found=", ".join(f"`{name}`" for name in names) or "an empty file",
        where=CONFUSION,
        next=AGAIN,
    )
    return [(number(row["actual"]), number(row["predicted"])) for row in reader]


def number(text):
    """Return the whole number that a text says, or the text."""
    try:
        return int(float(text))
    except (TypeError, ValueError):
        return str(text)


@needs(test_test_split)
@points(2)
@hints(
    "The accuracy is the share of the rows of reports/confusion.csv in which both numbers are the same.",
    "evaluate.py writes both files in one run. If they disagree, one of them was changed afterwards.",
    AGAIN,
)
def test_metrics_agree(workshop):
    """The accuracy in reports/metrics.json, and the scores of each class, are those of the model on the test split."""
    rows, said = confusion(workshop), metrics(workshop.text(METRICS)) or {}
    margin = max(0.5 / len(rows), 1e-4)
    for name, true in scores(rows).items():
        value = said.get(name)
        if value is None and name != "accuracy":
            continue
        known = isinstance(value, (int, float))
        require(
            known and abs(value - true) <= margin,
            expected=f"{name}: {true:.4f}, as {MODEL} has on the test split",
            found=f"{value:.4f}" if known else f"`{name}` is missing, or no number",
            where=METRICS,
            next=AGAIN,
        )


def scores(rows):
    """Return {name in the metrics: value} of pairs (actual, predicted): accuracy, and what each class has."""
    hits = Counter(actual for actual, predicted in rows if actual == predicted)
    true, claimed = Counter(actual for actual, _ in rows), Counter(said for _, said in rows)
    found = {"accuracy": sum(hits.values()) / len(rows)}
    for digit in true:
        found[f"class.{digit}.precision"] = hits[digit] / max(claimed[digit], 1)
        found[f"class.{digit}.recall"] = hits[digit] / true[digit]
        found[f"class.{digit}.f1"] = 2 * hits[digit] / (true[digit] + claimed[digit])
    return found


def metrics(text):
    """Return {dotted name: value} of a metrics file's text, or None where it is not such a file."""
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return dict(flat(data)) if isinstance(data, dict) else None


def flat(data, above=""):
    """Yield (dotted name, value) of nested metrics."""
    for key, value in data.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


@needs(test_has_run)
@hints(
    "A version of the scores is a commit: the code, the stage and its lock together.",
    "`git status` lists what the last commit does not hold yet.",
    "`git add dvc.yaml dvc.lock reports`, `git add` the file evaluate.py too, then `git commit`",
)
def test_committed(workshop):
    """The code, dvc.yaml and dvc.lock are committed."""
    code = [f"{workshop.package}/{module}" for module in ("model.py", "pipeline/evaluate.py")]
    by_git = [
        out.path for out in workshop.stage("evaluate").outs if not out.cache and out.path != METRICS
    ]
    require_committed(workshop, "dvc.yaml", "dvc.lock", "params.yaml", *code, *by_git)


@needs(test_has_run)
@hints(
    "`dvc metrics diff` compares two commits. Does Git hold the metrics at all?",
    "The last commit must hold reports/metrics.json as it is now, and an earlier one must hold other numbers, or none.",
    "`git add reports/metrics.json`, then `git commit`",
)
def test_metrics_diff(workshop):
    """`dvc metrics diff` has something to show: the last commit holds these metrics, an earlier one others or none."""
    require_committed(workshop, METRICS)
    now = metrics(workshop.text(METRICS, "HEAD"))
    touched = (workshop.git("log", "--format=%H", "HEAD", "--", METRICS) or "").split()
    first = (workshop.git("rev-list", "--max-parents=0", "HEAD") or "").split()
    require(
        any(metrics(workshop.text(METRICS, commit)) != now for commit in [*first, *touched]),
        expected="a commit before the last one with other metrics, or with none, to compare with",
        found="the same metrics in every commit",
        where="`git log -- " + METRICS + "`",
        next="change a parameter of `train`, `dvc repro`, then `git commit`",
    )


@needs(test_committed)
@hints(
    "Who clones the repository gets the scores from Git. Where are the table and the picture?",
    "`dvc status --cloud` says what the remote lacks.",
    "`dvc push`",
)
def test_pushed(workshop):
    """The model, and what the stage makes and DVC keeps, are in the remote."""
    outs = workshop.stage("evaluate", "HEAD").outs
    require_pushed(workshop, MODEL, *(out.path for out in outs if out.cache))
