"""Checks that several exercises share; each raises NotYet with what was found and what to type."""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath

from coach.checks.dvcfiles import key_value
from coach.checks.vocabulary import require
from coach.checks.workshop import object_name, parse_config

PYTHON = re.compile(r"(^|[/\\])py(thon)?[\d.]*(\.exe)?$", re.IGNORECASE)
PRINTERS = ("echo", "printf", "true", ":", "rem")


def require_command(stage, module):
    """The stage runs this module with Python, however that is started, and perhaps among other commands."""
    require(
        runs_module(stage.cmd, module),
        expected=f"the command `python -m {module}`",
        found=f"`{stage.cmd}`" if stage.cmd else "no command",
        where=f"dvc.yaml, stage {stage.name}",
        next=f"write `cmd: python -m {module}` into the stage {stage.name} in dvc.yaml, then `coach check`",
    )


def runs_module(command, module):
    """Say whether a command line runs a module with Python; one that only prints such a line does not."""
    text = re.sub(r"(\|\||(?<!\S)#).*", "", command.replace("\\\n", " "))
    lines = (
        line.replace('"', " ").replace("'", " ").split() for line in re.split(r"&&|[;|\n]", text)
    )
    return any(is_run(words, module) for words in lines if words and words[0] not in PRINTERS)


def is_run(words, module):
    """Say whether one of these words is a Python that gets `-m` and the module; other options may stand between."""
    pythons = (n for n, word in enumerate(words, 1) if PYTHON.search(word))
    return any(module_of(words[n:]) == module for n in pythons)


def module_of(options):
    """Return the module that Python's options name, or None."""
    rest = iter(options)
    for word in rest:
        if word == "-m":
            return next(rest, None)
        if word in ("-X", "-W"):
            next(rest, None)
        elif word == "-c" or not word.startswith("-"):
            return None
    return None


def require_wired(stage, deps=(), params=(), outs=()):
    """The stage names these dependencies, parameters and outputs (a folder stands for what lies in it)."""
    where = f"dvc.yaml, stage {stage.name}"
    named = [
        key if file == "params.yaml" else f"{key} of {file}"
        for file, keys in stage.params.items()
        for key in keys
    ]
    for dep in deps:
        require(
            stage.depends_on(dep),
            expected=f"a dependency on {dep}",
            found="dependencies on " + (", ".join(stage.deps) or "nothing"),
            where=where,
            next=f"add `- {dep}` below `deps:` of the stage {stage.name} in dvc.yaml, then `coach check`",
        )
    for key in params:
        require(
            stage.reads_param(key),
            expected=f"the parameter {key} among its `params:`",
            found=f"only {', '.join(named)}" if named else "no parameters",
            where=where,
            next=f"add `- {key}` (or `- {key.split('.')[0]}`, for all of that section) below `params:` of the stage "
            f"{stage.name} in dvc.yaml, then `coach check`",
        )
    for path in outs:
        require_output(stage, path)


def require_unfrozen(stage):
    """The stage runs when something that it names has changed."""
    require(
        not stage.frozen,
        expected="a stage that runs when something that it depends on changes",
        found="`frozen: true`: DVC does not look at its dependencies",
        where=f"dvc.yaml, stage {stage.name}",
        next=f"`dvc unfreeze {stage.name}`",
    )


def require_watchful(stage):
    """The stage runs when something that it names has changed, and only then."""
    require_unfrozen(stage)
    require(
        not stage.always_changed,
        expected="a stage that runs only when something that it depends on changes",
        found="`always_changed: true`: DVC runs it each time, whatever it names",
        where=f"dvc.yaml, stage {stage.name}",
        next=f"take `always_changed: true` out of the stage {stage.name} in dvc.yaml, then `dvc status {stage.name}`",
    )


def require_output(stage, path, cache=True, below="outs"):
    """The stage has this output, cached by DVC or left to Git as `cache` says; `below` is the key for a new one."""
    out, where = stage.output(path), f"dvc.yaml, stage {stage.name}"
    outs = ", ".join(out.path for out in stage.outs)
    require(
        out,
        expected=f"the output {path}",
        found=f"only {outs}" if outs else "no outputs",
        where=where,
        next=f"add `- {path}` below `{below}:` of the stage {stage.name} in dvc.yaml, then `coach check`",
    )
    if cache:
        require(
            out.cache,
            expected=f"{path} kept in DVC's cache",
            found="`cache: false` (that is what `-O` and `-M` write): Git would have to hold it",
            where=where,
            next=f"take `cache: false` away below `- {path}:` in dvc.yaml (and the colon), then `coach check`",
        )


def require_prepared(stage, *splits):
    """The stage depends on the prepared data: on the folder, or on the files of these splits."""
    files = [
        f"data/prepared/{split}_{kind}.npy" for split in splits for kind in ("images", "labels")
    ]
    if not all(stage.depends_on(file) for file in files):
        require_wired(stage, deps=["data/prepared"])


def require_metrics(workshop, stage, path):
    """The stage makes this file, dvc.yaml declares it as metrics, and it is left to Git."""
    out, where = stage.output(path), f"dvc.yaml, stage {stage.name}"
    outs = ", ".join(out.path for out in stage.outs) or "nothing"
    require(
        out and declared(workshop, stage, "metrics", path),
        expected=f"{path} among the `metrics:` of the stage",
        found=f"it among its `{out.kind}:`" if out else f"no such output: the stage makes {outs}",
        where=where,
        next=f"write `- {path}:` below `metrics:` of the stage {stage.name} in dvc.yaml, and below it, "
        "two steps further in, `cache: false`; then `coach check`",
    )
    require(
        not out.cache,
        expected=f"`cache: false` for {path}: it is small text, so Git keeps it",
        found="no `cache: false` (`-m` writes none, `-M` does): it goes to DVC's cache, and Git ignores it",
        where=where,
        next=f"write `cache: false` below `- {path}:` in dvc.yaml, two steps further in, then `coach check`",
    )


def declared(workshop, stage, kind, path):
    """Say whether dvc.yaml declares a file as `metrics` or `plots`: in the stage, or at its top level."""
    out = stage.output(path)
    if out and out.kind == kind:
        return True
    return any(path in names_of(item) for item in workshop.pipeline().get(kind) or [])


def names_of(item):
    """Return the names in an item of the top level: its own, and for a plot those of the files behind `x:` and `y:`."""
    if not isinstance(item, dict):
        return [str(item)]
    bodies = [body for body in item.values() if isinstance(body, dict)]
    axes = [
        axis for body in bodies for axis in (body.get("x"), body.get("y")) if isinstance(axis, dict)
    ]
    return [*map(str, item), *(str(file) for axis in axes for file in axis)]


def require_fresh(workshop, name, outputs=True):
    """The stage has run, and nothing that it reads or makes (unless `outputs` is false) has changed since."""
    for difference in workshop.differences(name, outputs):
        require(
            False,
            expected=difference.expected,
            found=difference.found,
            where=f"the stage {name}; dvc.lock keeps how it last ran",
            next=f"`dvc repro {name}`",
        )


def require_committed(workshop, *paths):
    """Git holds these files as they are now."""
    late = [path for path in paths if not workshop.held(path)]
    for path in late:
        held, there = workshop.read(path, "HEAD"), workshop.read(path)
        found = "no such file" if there is None else "a file that Git does not hold"
        require(
            False,
            expected=f"{path} {'in' if held is None else 'as in'} the last commit",
            found=found if held is None else "changes that are not committed",
            where="`git status`",
            next=next_for_commit(workshop, late),
        )


def require_stage_committed(workshop, name):
    """Git holds a stage, its record, the values and the code that it ran with; other stages may be at work."""
    stage, locked = workshop.stage(name), workshop.lock("HEAD").get(name)
    made = {out.path for each in workshop.stages().values() for out in each.outs}
    made |= {entry.path for entry in workshop.dvc_files("HEAD").values()}
    elsewhere = ("../", "/")
    read = [
        dep
        for dep in stage.deps
        if "://" not in dep
        and not dep.startswith(elsewhere)
        and not PureWindowsPath(dep).is_absolute()
        and not is_below(dep, made)
    ]
    changed = {dep: workshop.changed(dep) or [dep] for dep in read if not workshop.held(dep)}
    kept = {
        "dvc.yaml": workshop.stages("HEAD").get(name) == stage,
        "dvc.lock": locked is not None and locked == workshop.lock().get(name),
        "params.yaml": locked is not None and belongs(workshop, locked, "HEAD"),
        **{path: False for paths in changed.values() for path in paths},
    }
    late = [path for path, is_kept in kept.items() if not is_kept]
    for path in late:
        held = workshop.read(path, "HEAD") is not None
        require(
            False,
            expected=f"{path} in the last commit, as it was when the stage {name} last ran",
            found="changes that are not committed" if held else "no such file there",
            where=f"{path} in the last commit",
            next=next_for_commit(workshop, late),
        )


def next_for_commit(workshop, paths):
    """Return the commands that bring files into a commit, also where Git was told to pass them over."""
    listed = (workshop.git("ls-files", "-v", "--", *paths) or "").splitlines()
    marks = {line[2:]: line[0] for line in listed}  # h and S: see `git help ls-files`
    new = [path for path in paths if path not in marks]
    is_ignored = new and workshop.git("check-ignore", "--", *new)
    option, names = "-f " if is_ignored else "", " ".join(paths)
    for mark, told in (("hs", "assume-unchanged"), ("S", "skip-worktree")):
        if over := " ".join(path for path in paths if marks.get(path, "H") in mark):
            return f"`git update-index --no-{told} {over}`, as Git passes over it, then `git add {option}{names}` and `git commit`"
    return f"`git add {option}{names}`, then `git commit`"


def is_below(path, folders):
    """Say whether a path is one of these, or lies below one of them."""
    path = PurePosixPath(path)
    return any(str(each) in folders for each in (path, *path.parents))


def belongs(workshop, locked, rev):
    """Say whether a record of dvc.lock has the values of the params.yaml of a revision."""
    values = workshop.params(rev)
    return all(
        key_value(values, key) == value
        for key, value in locked.params.get("params.yaml", {}).items()
    )


def require_not_in_git(workshop, path):
    """The last commit holds neither this path nor a file below it."""
    kept = [name for name in workshop.tracked() if name == path or name.startswith(path + "/")]
    require(
        not kept,
        expected=f"no file of {path} in Git: DVC keeps the data",
        found=f"{len(kept)} in the last commit, such as {''.join(kept[:1])}",
        where=f"`git ls-files {path}` lists them",
        next=f"`git rm -r --cached {path}`, then `git commit`",
    )


def require_pushed(workshop, *paths):
    """Every object of HEAD's outputs (of all, or of these paths) is in the default remote, byte for byte."""
    entries = [entry for entry in workshop.outputs("HEAD") if not paths or entry.path in paths]
    found = {entry.path for entry in entries}
    for path in paths or ():
        require(
            path in found,
            expected=f"{path} in the dvc.lock of the last commit",
            found=f"only {', '.join(sorted(found))}" if found else "nothing that DVC keeps",
            where="dvc.lock in the last commit",
            next="`git add dvc.lock`, then `git commit`",
        )
    remote = require_remote(workshop)
    missing = workshop.missing_objects("HEAD", tuple(entries))
    if missing:
        require_pushed_there(workshop, remote, found)
    require(
        not missing,
        expected="every file of the last commit's data in the remote, byte for byte",
        found=(
            f"{len(missing)} not as they should be; the first is {missing[0][0]}: {missing[0][1]}"
            if missing
            else ""
        ),
        where=remote.url,
        next=next_for_push(workshop, missing, entries) if missing else "",
    )


def next_for_push(workshop, missing, entries):
    """Return the command that mends a remote, where DVC must first be told to keep what it has not kept."""
    told, written = next_for_missing(missing), workshop.stages("HEAD")
    lacking = [
        entry for entry in entries if any(is_of(entry, name, problem) for name, problem in missing)
    ]
    stages = [
        name
        for name, locked in workshop.lock("HEAD").items()
        if name in written
        and any(only_in_workspace(workshop, out) for out in locked.outs.values() if out in lacking)
    ]
    if not stages or "bucket reset" in told:
        return told
    return f"`dvc commit {' '.join(stages)}`, as the cache lacks it too, then `dvc push`"


def is_of(entry, name, problem):
    """Say whether it is an object of this output that is missing."""
    of_folder = name == entry.path or name.startswith((f"{entry.path} (", f"{entry.path}/"))
    return problem == "missing" and of_folder


def only_in_workspace(workshop, entry):
    """Say whether an output is there as recorded, but not in the cache: `dvc repro --no-commit` leaves it so."""
    cached = workshop.cache / object_name(entry.md5)
    return not cached.exists() and workshop.hash(entry.path) == entry.md5


def require_pushed_there(workshop, remote, paths):
    """A plain `dvc push` sends these outputs to the default remote that everybody knows."""
    stages = workshop.stages("HEAD").values()
    for out in (out for stage in stages for out in stage.outs if out.path in paths):
        require(
            out.push,
            expected=f"{out.path} pushed with the rest",
            found="`push: false`, which makes `dvc push` leave it out",
            where="dvc.yaml in the last commit",
            next="take `push: false` away, `git add dvc.yaml`, `git commit`, then `dvc push`",
        )
        require(
            out.remote in (None, remote.name),
            expected=f"{out.path} pushed with the rest, to the default remote",
            found=f"`remote: {out.remote}`, to which `dvc push` sends it",
            where="dvc.yaml in the last commit",
            next=f"take `remote: {out.remote}` away, `git add dvc.yaml`, `git commit`, then `dvc push`",
        )
    local = ".dvc/config.local"
    remotes, default = parse_config(workshop.text(local), local)
    own = remotes.get(remote.name, remote).url or remote.url
    require(
        own == remote.url,
        expected=f"the remote {remote.name} at {remote.url}, as .dvc/config has it",
        found=f"the address {own}, to which `dvc push` sends the data on this machine",
        where=local,
        next=f"`dvc remote modify --local --unset {remote.name} url`, then `dvc push`",
    )
    require(
        default in (None, remote.name),
        expected=f"the data in {remote.name}, the default remote in .dvc/config",
        found=f"{default} as the default of this machine, to which a plain `dvc push` sends it",
        where=local,
        next=f"`dvc push -r {remote.name}`",
    )


def next_for_missing(missing, push="dvc push", afterwards="dvc push"):
    """Return the command that mends a remote: DVC does not push again what it thinks is there.

    That is what has the right name, and every file of a folder whose listing is there. `push` sends what is
    missing, `afterwards` all that an emptied bucket has lost.
    """
    if any(problem.startswith("damaged") or not name.endswith(")") for name, problem in missing):
        return f"`coach bucket reset` (it empties the cache bucket), then `{afterwards}`"
    return f"`{push}`"


def require_remote(workshop):
    """There is a default remote, and it is in the cache bucket; return it."""
    remote = workshop.default_remote()
    require(
        remote,
        expected="a default remote, the place that `dvc push` sends to",
        found=(
            "remotes " + ", ".join(workshop.remotes()[0]) + ", none of them the default"
            if workshop.remotes()[0]
            else "no remote"
        ),
        where=".dvc/config",
        next=next_for_default(workshop),
    )
    require(
        remote.url == workshop.answers.cache or remote.url.startswith(workshop.answers.cache + "/"),
        expected=f"an address in your cache bucket, {workshop.answers.cache}",
        found=f"the address {remote.url}",
        where=".dvc/config",
        next=f"`dvc remote modify {remote.name} url {workshop.answers.cache}/{workshop.root.name}`",
    )
    return remote


def next_for_default(workshop):
    """Return the command that names a default remote: one that is there, or a new one."""
    for remote in workshop.remotes()[0].values():
        if remote.url.startswith(workshop.answers.cache):
            return f"`dvc remote default {remote.name}`"
    return f"`dvc remote add -d cache {workshop.answers.cache}/{workshop.root.name}`"


def logits_of(package, split, file="models/model.pt"):
    """Return the saved model's logits for a prepared split, and its labels; for a probe, as it runs the learner's code."""
    from importlib import import_module
    from pathlib import Path

    import numpy
    import torch

    torch.set_num_threads(1)  # a grader leaves the other cores to the learner
    net = import_module(f"{package}.model").load(Path(file)).eval()
    images, labels = (
        numpy.load(f"data/prepared/{split}_{kind}.npy") for kind in ("images", "labels")
    )
    with torch.no_grad():
        logits = [net(part) for part in torch.from_numpy(images).split(1000)]
    return torch.cat(logits), torch.from_numpy(labels).long()
