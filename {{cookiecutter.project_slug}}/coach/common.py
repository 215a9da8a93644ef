"""Checks that several exercises share; each raises NotYet with what was found and what to type."""

from __future__ import annotations

from coach.vocabulary import require


def require_wired(stage, deps=(), params=(), outs=()):
    """The stage names these dependencies, parameters and outputs (a folder stands for what lies in it)."""
    where = f"dvc.yaml, stage {stage.name}"
    for dep in deps:
        require(
            stage.depends_on(dep),
            expected=f"a dependency on {dep}",
            found="dependencies on " + (", ".join(stage.deps) or "nothing"),
            where=where,
            next=f"add `- {dep}` below `deps:`",
        )
    for key in params:
        require(
            stage.reads_param(key),
            expected=f"the parameter {key} among its `params:`",
            found=", ".join(key for keys in stage.params.values() for key in keys) or "no parameters",
            where=where,
            next=f"add `- {key.split('.')[0]}` or `- {key}` below `params:`",
        )
    for path in outs:
        require_output(stage, path)


def require_output(stage, path, cache=True):
    """The stage has this output, cached by DVC or left to Git as `cache` says."""
    out, where = stage.output(path), f"dvc.yaml, stage {stage.name}"
    require(
        out,
        expected=f"the output {path}",
        found=", ".join(out.path for out in stage.outs) or "no outputs",
        where=where,
        next=f"add `- {path}` to the stage's outputs",
    )
    if cache:
        require(
            out.cache,
            expected=f"{path} kept in DVC's cache",
            found="`cache: false` (that is what `-O` and `-M` write): Git would have to hold it",
            where=where,
            next="take `cache: false` away",
        )


def require_fresh(workshop, name):
    """The stage has run, and nothing that it reads or makes has changed since."""
    for difference in workshop.differences(name):
        require(
            False,
            expected=f"{difference.what} as in the last run: {difference.expected}",
            found=difference.found,
            where=f"dvc.lock, stage {name}",
            next=f"`dvc repro {name}`",
        )


def require_committed(workshop, *paths):
    """Git holds these files as they are now."""
    for path in paths:
        held = workshop.read(path, "HEAD")
        require(
            held is not None,
            expected=f"{path} in the last commit",
            found="a file that Git does not hold" if workshop.read(path) is not None else "no such file",
            where="`git status`",
            next=f"`git add {path}`, then `git commit`",
        )
        require(
            not workshop.changed(path),
            expected=f"{path} as in the last commit",
            found="changes that are not committed",
            where="`git diff HEAD -- " + path + "`",
            next=f"`git add {path}`, then `git commit`",
        )


def require_not_in_git(workshop, path):
    """No commit on the way to HEAD holds this path or a file below it."""
    kept = [name for name in workshop.tracked() if name == path or name.startswith(path + "/")]
    require(
        not kept,
        expected=f"no file of {path} in Git: DVC keeps the data",
        found=f"{len(kept)} in the last commit, {kept[0] if kept else ''} among them",
        where="`git ls-files " + path + "`",
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
            found="outputs " + (", ".join(sorted(found)) or "none"),
            where="dvc.lock at HEAD",
            next="`git add dvc.lock`, then `git commit`",
        )
    require_remote(workshop)
    missing = workshop.missing_objects("HEAD", tuple(entries))
    require(
        not missing,
        expected="every file of the last commit's data in the remote, byte for byte",
        found=f"{len(missing)} not as they should be, first {missing[0][0]}: {missing[0][1]}" if missing else "",
        where=workshop.default_remote().url,
        next=next_for_missing(missing),
    )


def next_for_missing(missing):
    """Return the command that mends a remote: DVC does not push again what it thinks is there."""
    if any(problem.startswith("damaged") for _, problem in missing):
        return "`coach bucket reset` (it empties the cache bucket), then `dvc push`"
    return "`dvc push`"


def require_remote(workshop):
    """There is a default remote, and it is in the cache bucket; return it."""
    remote = workshop.default_remote()
    require(
        remote,
        expected="a default remote",
        found="remotes " + ", ".join(workshop.remotes()[0]) + ", none of them the default" if workshop.remotes()[0] else "no remote",
        where=".dvc/config",
        next=f"`dvc remote add -d workshop {workshop.answers.cache}/<a folder of your own>`",
    )
    require(
        remote.url == workshop.answers.cache or remote.url.startswith(workshop.answers.cache + "/"),
        expected=f"an address in your cache bucket, {workshop.answers.cache}",
        found=remote.url,
        where=".dvc/config",
        next=f"`dvc remote modify {remote.name} url {workshop.answers.cache}/<a folder of your own>`",
    )
    return remote
