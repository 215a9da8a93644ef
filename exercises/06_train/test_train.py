"""Checks of exercise 06: dropout acts when it should, the stage names all that training reads, the metrics are true."""

import json

from coach import hints, in_child, needs, points, require
from coach.checks.common import (
    logits_of,
    require_committed,
    require_fresh,
    require_metrics,
    require_not_in_git,
    require_output,
    require_prepared,
    require_pushed,
    require_watchful,
    require_wired,
)

MODEL, METRICS = "models/model.pt", "dvclive/metrics.json"
CHANCES = (0.25, 0.6)  # neither is the value in params.yaml
MARGIN = 0.07  # dropout is random: so far a share of 600 draws may be off


def examined(workshop):
    """Return what `examine` says of the learner's code; one child process for all checks."""
    return workshop.probe(examine)


@in_child()
def examine(package):
    """Return how dropout behaves in the learner's network, and what the saved model scores."""
    from importlib import import_module

    found = {"dropout": behaviour(import_module(f"{package}.model").DigitsNet)}
    try:
        found["model"] = scores(package)
    except Exception as error:  # what is wrong with dropout has to be said all the same
        found["model"] = {"error": f"{type(error).__name__}: {error}".splitlines()[0][:120]}
    return found


def behaviour(network):
    """Return what dropout does to the values that each layer is given, as facts about each probability.

    The weights and the images are positive, so that only dropout can make a zero.
    """
    import torch

    torch.set_num_threads(1)  # so little work is slower on several
    torch.manual_seed(0)
    images = torch.rand(600, 4, 4) + 0.1
    plain = network(4, 0.0)
    weights = {name: values.abs() + 0.01 for name, values in plain.state_dict().items()}
    facts = []
    for chance in (0.0, *CHANCES):
        net = network(4, chance)
        net.load_state_dict(weights)
        rest, again = (values_before_layers(net.eval(), images) for _ in range(2))
        acts, other = (values_before_layers(net.train(), images) for _ in range(2))
        shares = {name: share_of_zeros(values) for name, values in acts.items()}
        first = next((name for name, share in shares.items() if share), None)
        facts.append(
            {
                "chance": chance,
                "zeros": shares,
                "zeros_at_rest": {name: share_of_zeros(values) for name, values in rest.items()},
                "random": any(not torch.equal(acts[name], other[name]) for name in acts),
                "random_at_rest": any(not torch.equal(rest[name], again[name]) for name in rest),
                "mean": float(acts[first].mean() / rest[first].mean()) if first else 1.0,
                "output_at_rest": float(rest["output of the network"].mean()),
            }
        )
    return facts


def values_before_layers(net, images):
    """Return {layer with weights: what it was given} of one pass, and the output."""
    import torch

    seen, hooks = {}, []
    for name, layer in net.named_modules():
        if isinstance(layer, (torch.nn.Linear, torch.nn.Conv2d)):
            keep = lambda _, values, name=name: seen.__setitem__(f"layer {name}", values[0])
            hooks.append(layer.register_forward_pre_hook(keep))
    with torch.no_grad():
        output = net(images)
    for hook in hooks:
        hook.remove()
    return {**seen, "output of the network": output}


def share_of_zeros(values):
    """Return the share of the values that are zero."""
    return float((values == 0).float().mean())


def scores(package):
    """Return what the saved model scores on the validation split, and the dropout that it was made with."""
    from importlib import import_module
    from pathlib import Path

    import torch

    logits, labels = logits_of(package, "validation", MODEL)
    kept = getattr(import_module(f"{package}.model").load(Path(MODEL)), "dropout", None)
    kept = getattr(kept, "p", kept)
    return {
        "count": len(labels),
        "accuracy": float((logits.argmax(1) == labels).float().mean()),
        "loss": float(torch.nn.functional.cross_entropy(logits, labels)),
        "dropout": float(kept) if isinstance(kept, (int, float)) else None,
    }


@points(2)
@hints(
    "The method `drop` in model.py gets values and returns values. While the network trains, some of them become zero.",
    "`self.dropout` is the probability, `self.training` says whether the network trains. `torch.nn.functional` is imported as `F`.",
    "Write `return F.dropout(values, p=self.dropout, training=self.training)` in `drop`, in place of the `raise`.",
)
def test_dropout_acts(workshop):
    """While the network trains, dropout zeroes some values, and others each time."""
    where = f"{workshop.package}/model.py, in training mode"
    for fact in examined(workshop)["dropout"][1:]:
        require(
            any(fact["zeros"].values()),
            expected=f"about {fact['chance']:.0%} of the values zeroed for `dropout={fact['chance']}`",
            found="no value zeroed",
            where=where,
            next="write `drop` so that it zeroes values where `self.training` is true, then `coach check`",
        )
        require(
            fact["random"],
            expected="other values zeroed in each pass",
            found="the same ones zeroed in two passes over the same images",
            where=where,
            next="draw anew each time, without a fixed seed and without a mask that is kept, then `coach check`",
        )


@needs(test_dropout_acts)
@hints(
    "A network that is used, not trained, should give the same answer each time.",
    "In evaluation mode `self.training` is false; then `drop` has nothing to do.",
    "`F.dropout` acts always unless it is told when: add `training=self.training`.",
)
def test_dropout_rests(workshop):
    """When the network is used, in evaluation mode, dropout changes nothing."""
    where = f"{workshop.package}/model.py, in evaluation mode"
    plain, *others = examined(workshop)["dropout"]
    for fact in others:
        layer, share = max(fact["zeros_at_rest"].items(), key=lambda pair: pair[1])
        same = abs(fact["output_at_rest"] / plain["output_at_rest"] - 1) < 1e-4
        require(
            not share and not fact["random_at_rest"] and same,
            expected=f"the same values for `dropout={fact['chance']}` as without dropout",
            found=f"{share:.0%} of the input of {layer} zeroed" if share else "other values",
            where=where,
            next="let `drop` return the values as they are where `self.training` is false, then `coach check`",
        )


@needs(test_dropout_acts)
@hints(
    "The probability is a parameter: train.py hands it to the network, which keeps it.",
    "Nothing but `self.dropout` may decide how many values become zero; what is kept grows by 1 / (1 - dropout).",
    "In `drop`: `p=self.dropout`, not a number",
)
def test_dropout_probability(workshop):
    """The share that dropout zeroes is the probability that the network was given."""
    facts = examined(workshop)["dropout"]
    layers = [name for name in facts[0]["zeros"] if any(fact["zeros"][name] for fact in facts)]
    for fact in [*facts[1:], facts[0]]:
        for layer in layers:
            share = fact["zeros"][layer]
            require(
                abs(share - fact["chance"]) < MARGIN and (fact["chance"] or not share),
                expected=f"{fact['chance']:.0%} of the values zeroed for `dropout={fact['chance']}`",
                found=f"{share:.0%} of the input of {layer}",
                where=f"{workshop.package}/model.py, in training mode",
                next="use `self.dropout` as the probability that a value becomes zero, then `coach check`",
            )
        require(
            abs(fact["mean"] - 1) < 2 * MARGIN,
            expected="values that are kept divided by 1 - dropout, so that the mean stays",
            found=f"a mean that is {fact['mean']:.0%} of what it was, for `dropout={fact['chance']}`",
            where=f"{workshop.package}/model.py, in training mode",
            next="divide what is kept by `1 - self.dropout`, as `F.dropout` does by itself, then `coach check`",
        )


@hints(
    "What does training read? The images, its own code, and the code of the network.",
    "A change of the network's module must run the stage again: `dvc status train` has to notice it.",
    "Add `data/prepared`, the module `model.py` and the module `pipeline/train.py` below `deps:` of the stage train in dvc.yaml, each with its whole path.",
)
def test_dependencies(workshop):
    """The stage train depends on the prepared data, on its module and on the model's module."""
    stage = workshop.stage("train")
    require_prepared(stage, "train", "validation")
    modules = ("model.py", "pipeline/train.py")
    require_wired(stage, deps=[f"{workshop.package}/{module}" for module in modules])
    require_watchful(stage)


@points(2)
@hints(
    "Look for `p.` in train.py: each is a parameter that the code reads.",
    "Each key of the section `train` of params.yaml belongs below `params:`, dropout too; or the section as a whole.",
    "Write `params:` and below it `- train` into the stage train in dvc.yaml.",
)
def test_parameters(workshop):
    """The stage train names every parameter that its code reads: all of the section train."""
    section = workshop.params().get("train")
    require(
        isinstance(section, dict) and section,
        expected="a section `train` with the parameters of training",
        found="no such section",
        where="params.yaml",
        next="`git checkout params.yaml` brings the section back",
    )
    require_wired(workshop.stage("train"), params=[f"train.{key}" for key in section])


@hints(
    "The model is large and DVC's; the metrics are a few lines of text and Git's.",
    "`metrics:` is a list of its own in the stage, beside `outs:`. Without `cache: false` DVC takes the file out of Git.",
    "Below `outs:` stands `- models/model.pt`; below `metrics:` write `- dvclive/metrics.json:` and below that, two steps further in, `cache: false`.",
)
def test_outputs(workshop):
    """The model is an output in DVC's cache, dvclive/metrics.json is declared as metrics and left to Git."""
    stage = workshop.stage("train")
    require_output(stage, MODEL)
    require_metrics(workshop, stage, METRICS)
    require_not_in_git(workshop, MODEL)


@needs(
    test_dropout_acts,
    test_dropout_rests,
    test_dropout_probability,
    test_dependencies,
    test_parameters,
    test_outputs,
)
@hints(
    "The stage has changed since it last ran, if it ran at all.",
    "`dvc status train` says what has changed.",
    "`dvc repro train`",
)
def test_has_run(workshop):
    """The stage train has run as it stands now, and dvc.lock records it."""
    require_fresh(workshop, "train")


@needs(test_has_run)
@points(2)
@hints(
    "The coach lets models/model.pt classify the validation images and compares.",
    "Nobody writes metrics by hand: the code that trains writes them, beside the model that they belong to.",
    "`dvc repro --force --single-item train` makes both anew.",
)
def test_metrics_agree(workshop):
    """The validation accuracy and loss in dvclive/metrics.json are those of models/model.pt."""
    again = "`dvc repro --force --single-item train`"
    model, chance = examined(workshop)["model"], workshop.params()["train"].get("dropout")
    require(
        "error" not in model,
        expected="a model that classifies the validation images",
        found=model.get("error"),
        where=MODEL,
        next=again,
    )
    require(
        model["dropout"] in (None, chance),
        expected=f"a model with the dropout of params.yaml, {chance}",
        found=f"one with the dropout {model['dropout']}",
        where=MODEL,
        next=f"let train.py hand `p.dropout` to the network, then {again}",
    )
    said = validation(workshop)
    for name, margin in (
        ("accuracy", 1.5 / model["count"]),
        ("loss", 0.001 + 0.05 * model["loss"]),
    ):
        value = said.get(name)
        known = isinstance(value, (int, float))
        require(
            known and abs(value - model[name]) <= margin,
            expected=f"the validation {name} of the model in {MODEL}: {model[name]:.4f}",
            found=f"{value:.4f}" if known else f"`validation: {name}:` is missing, or no number",
            where=METRICS,
            next=again,
        )


def validation(workshop):
    """Return the metrics of the validation split as DVCLive writes them."""
    try:
        data = json.loads(workshop.text(METRICS))
    except ValueError:
        return {}
    return (
        data["validation"]
        if isinstance(data, dict) and isinstance(data.get("validation"), dict)
        else {}
    )


@needs(test_has_run)
@hints(
    "A version of the model is a commit: the code, the stage, its lock, and the metrics together.",
    "`git status` lists what the last commit does not hold yet. Git ignores the metrics? Then take their line out of dvclive/.gitignore.",
    "`git add dvc.yaml dvc.lock dvclive`, `git add` the file model.py too, then `git commit`",
)
def test_committed(workshop):
    """The code, dvc.yaml, dvc.lock and the metrics are committed."""
    code = [f"{workshop.package}/{module}" for module in ("model.py", "pipeline/train.py")]
    require_committed(workshop, "dvc.yaml", "dvc.lock", "params.yaml", *code, METRICS)


@needs(test_committed)
@hints(
    "Git has the metrics now; who has the model?",
    "`dvc status --cloud` says what the remote lacks.",
    "`dvc push`",
)
def test_pushed(workshop):
    """The model of the last commit is in the remote."""
    require_pushed(workshop, MODEL)
