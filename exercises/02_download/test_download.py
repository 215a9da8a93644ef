"""Checks of exercise 02: the raw data comes through a stage of its own."""

import re

from coach import hints, needs, points, require
from coach.checks.common import (
    require_command,
    require_committed,
    require_fresh,
    require_not_in_git,
    require_output,
    require_stage_committed,
    require_wired,
)

FOLDER = "data/raw"
IMAGES, LABELS = "images-idx3-ubyte.gz", "labels-idx1-ubyte.gz"
FILES = [f"{split}-{what}" for split in ("train", "t10k") for what in (IMAGES, LABELS)]


@hints(
    "`dvc stage list` shows the stages that DVC knows; there must be one named download.",
    "`dvc stage add` writes a stage: -n its name, -d each dependency, -p each parameter, -o its output, the command last.",
    "Type the whole `dvc stage add` command of step 3 of the text.",
)
def test_stage(workshop):
    """There is a stage download that runs its module."""
    stages = workshop.stages()
    require(
        "download" in stages,
        expected="a stage named download",
        found="the stages " + ", ".join(stages) if stages else "no stages",
        where="dvc.yaml",
        next="type the whole `dvc stage add` command of step 3 of the text, then `coach check`",
    )
    require_command(workshop.stage("download"), f"{workshop.package}.pipeline.download")


@needs(test_stage)
@hints(
    "What does the step read? Its own code counts, and so does the bucket.",
    "A dependency must be the name of a file that exists, with its ending: `download.py`, not `download`.",
    "Add them to `deps:` of the stage in dvc.yaml, and `download.url` to its `params:`.",
)
def test_dependencies(workshop):
    """The stage depends on its module, on the raw bucket and on the parameter download.url."""
    stage, url = workshop.stage("download"), source(workshop)
    require_wired(stage, deps=[f"{workshop.package}/pipeline/download.py"], params=["download.url"])
    unseen = [name for name in FILES if not reached(f"{url}/{name}", workshop, stage)]
    require(
        not unseen,
        expected=f"a dependency on the bucket, {url} (the value of download.url)"
        + (f": the step reads {unseen[0]} too" if unseen and len(unseen) < len(FILES) else ""),
        found="dependencies on " + ", ".join(stage.deps),
        where="dvc.yaml, stage download",
        next=f"add `- {url}` below `deps:` of the stage download in dvc.yaml, then `coach check`",
    )
    require(
        not stage.frozen,
        expected="a stage that runs again when the bucket changes",
        found="`frozen: true`: DVC does not look at its dependencies",
        where="dvc.yaml, stage download",
        next="`dvc unfreeze download`",
    )


def source(workshop):
    """Return the folder of the raw bucket that params.yaml names."""
    section = workshop.params().get("download")
    url = section.get("url") if isinstance(section, dict) else None
    raw = workshop.answers.raw
    require(
        isinstance(url, str) and f"{url}/".startswith(f"{raw}/"),
        expected=f"download.url in the raw bucket, {raw}",
        found=f"download.url: {url}" if url else "no download.url",
        where="params.yaml",
        next=f"write `url: {raw}/{workshop.answers.data}` below `download:` in params.yaml, then `coach check`",
    )
    return url.rstrip("/")


def reached(address, workshop, stage):
    """Say whether a stage depends on an object of a bucket, itself or with a folder around it."""
    deps = [workshop.address(dep) for dep in stage.deps]
    return any(f"{address}/".startswith(f"{dep}/") for dep in deps)


@needs(test_stage)
@hints(
    "The output is the folder that the step fills.",
    "`-o data/raw` lets DVC keep the folder in its cache; `-O` would leave it to Git.",
    "Write `outs:` and below it `- data/raw` into the stage in dvc.yaml.",
)
def test_output(workshop):
    """The stage's output is data/raw, kept in DVC's cache."""
    require_output(workshop.stage("download"), FOLDER)


@needs(test_dependencies, test_output)
@points(2)
@hints(
    "A stage that is written down has not run yet.",
    "`dvc repro` runs what has changed since the last time, and writes dvc.lock.",
    "`dvc repro download`",
)
def test_has_run(workshop):
    """The stage has run as it stands now, on the bucket as it is now."""
    require_fresh(workshop, "download", outputs=False)


@needs(test_has_run)
@points(2)
@hints(
    "The four files of data/raw must be the bucket's, byte for byte.",
    "`dvc status download` says which output has changed; `dvc checkout` would bring it back from the cache.",
    "`dvc repro --force download` fetches the files once more.",
)
def test_data_intact(workshop):
    """data/raw holds the four files of the bucket, whole."""
    url = source(workshop)
    in_bucket = {name: blob.md5 for name, blob in workshop.objects(url + "/").items()}
    for name in FILES:
        path = f"{FOLDER}/{name}"
        found = workshop.hash(path)
        require(
            found and found == (in_bucket.get(name) or found),
            expected=f"the bytes of {url}/{name} (md5 {in_bucket.get(name)})",
            found=f"other bytes (md5 {found})" if found else "no such file",
            where=path,
            next="`dvc repro --force download`",
        )


@needs(test_data_intact)
@hints(
    "dvc.lock names the hash of what the stage has made. Is it that of data/raw?",
    "Only DVC writes dvc.lock; `dvc status download` compares it with your folder.",
    "`dvc repro download`",
)
def test_lock(workshop):
    """dvc.lock names what is in data/raw now."""
    recorded = workshop.lock()["download"].outs.get(FOLDER)
    files = workshop.files(FOLDER)
    there = {
        "md5": workshop.hash(FOLDER),
        "size": sum(path.stat().st_size for path in files),
        "nfiles": len(files),
    }
    for fact, value in there.items():
        said = getattr(recorded, fact, None)
        require(
            said == value or fact != "md5" and said is None,
            expected=f"{fact} {value}, as {FOLDER} has now",
            found=f"{fact} {said}" if recorded else f"no output {FOLDER}",
            where="dvc.lock, stage download",
            next="`dvc repro --force download`",
        )


@needs(test_output)
@hints(
    "Git is for code and small text; data/raw is DVC's.",
    "`git ls-files data/raw` must print nothing, and `git status` must not list it: data/.gitignore keeps it out.",
    "`git rm -r --cached data/raw`, then `git commit`; and `/raw` in data/.gitignore",
)
def test_data_not_in_git(workshop):
    """Git holds no file of data/raw and ignores the folder."""
    require_not_in_git(workshop, FOLDER)
    offered = workshop.changed(FOLDER)
    require(
        not offered,
        expected=f"{FOLDER} ignored by Git",
        found=f"{len(offered)} files that the next commit could take, {''.join(offered[:1])} among them",
        where="`git status`",
        next=f"write `/raw` into data/.gitignore (after a `git add`, `git rm -r --cached {FOLDER}` too), then `coach check`",
    )
    file = ignoring(workshop)
    require(
        is_shared(file),
        expected=f"{FOLDER} ignored by a .gitignore of the repository, which every clone gets",
        found=f"a rule in {file}, which stays on this machine" if file else "no rule",
        where="`git check-ignore --verbose --no-index data/raw/x`",
        next="write `/raw` into data/.gitignore, then `git add -f data/.gitignore` and `git commit`",
    )


def ignoring(workshop):
    """Return the file with the rule by which Git ignores the data, one that clones get before one that they do not."""
    rule = workshop.git("check-ignore", "--verbose", "--no-index", f"{FOLDER}/{FILES[0]}") or ""
    file = rule.rsplit(":", 2)[0]
    if is_shared(file):
        return file
    shared = ("--others", "--ignored", "--exclude-per-directory=.gitignore")
    if not workshop.git("ls-files", *shared, "--", f"{FOLDER}/{FILES[0]}"):
        return file
    return next(each for each in ("data/.gitignore", ".gitignore") if workshop.text(each))


def is_shared(file):
    """Say whether a file is a .gitignore of the repository."""
    return bool(re.fullmatch(r"([^/:]+/)*\.gitignore", file))


@needs(test_has_run)
@hints(
    "What you have done so far is only in your folder.",
    "`git status` lists what Git does not hold yet.",
    '`git add data/.gitignore dvc.yaml dvc.lock`, then `git commit -m "Download the raw data"`',
)
def test_committed(workshop):
    """The stage in dvc.yaml, its record in dvc.lock and data/.gitignore are committed."""
    require_stage_committed(workshop, "download")
    files = filter(is_shared, sorted({"data/.gitignore", ignoring(workshop)}))
    there = [file for file in files if workshop.text(file) or workshop.changed(file)]
    require_committed(workshop, *there)
