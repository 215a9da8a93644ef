"""Checks of exercise 02: the raw data comes through a stage of its own."""

from coach import hints, needs, points, require
from coach.common import require_committed, require_fresh, require_not_in_git, require_output, require_wired

FILES = [f"{split}-{what}.gz" for split in ("train", "t10k") for what in ("images-idx3-ubyte", "labels-idx1-ubyte")]


@hints(
    "`dvc stage list` shows the stages that DVC knows; there must be one named download.",
    "`dvc stage add` writes a stage: -n its name, -d each dependency, -p each parameter, -o its output, the command last.",
    "Type the whole `dvc stage add` command of step 2 of the text.",
)
def test_stage(workshop):
    """There is a stage download that runs its module."""
    stage = workshop.stage("download")
    wanted = ["python", "-m", f"{workshop.package}.pipeline.download"]
    require(
        stage.cmd.split() == wanted,
        expected=f"the command `{' '.join(wanted)}`",
        found=f"`{stage.cmd}`",
        where="dvc.yaml, stage download",
        next="write this command behind `cmd:`",
    )


@needs(test_stage)
@hints(
    "What does the step read? Its own code counts, and so does the bucket.",
    "A dependency must be the name of a file that exists, with its ending: `download.py`, not `download`.",
    "Add them to `deps:` of the stage in dvc.yaml, and `download.url` to its `params:`.",
)
def test_dependencies(workshop):
    """The stage depends on its module, on the raw bucket and on the parameter download.url."""
    stage = workshop.stage("download")
    url = str((workshop.params().get("download") or {}).get("url", "")).rstrip("/")
    require_wired(stage, deps=[f"{workshop.package}/pipeline/download.py"], params=["download.url"])
    require(
        stage.depends_on(url),
        expected=f"a dependency on the bucket, {url} (the value of download.url)",
        found="dependencies on " + ", ".join(stage.deps),
        where="dvc.yaml, stage download",
        next=f"add `- {url}` below `deps:`",
    )


@needs(test_stage)
@hints(
    "The output is the folder that the step fills.",
    "`-o data/raw` lets DVC keep the folder in its cache; `-O` would leave it to Git.",
    "Write `outs:` and below it `- data/raw` into the stage in dvc.yaml.",
)
def test_output(workshop):
    """The stage's output is data/raw, kept in DVC's cache."""
    require_output(workshop.stage("download"), "data/raw")


@needs(test_dependencies, test_output)
@points(2)
@hints(
    "A stage that is written down has not run yet.",
    "`dvc repro` runs what has changed since the last time, and writes dvc.lock.",
    "`dvc repro download`",
)
def test_has_run(workshop):
    """The stage has run as it stands now, and dvc.lock records it."""
    require_fresh(workshop, "download")


@needs(test_stage)
@points(2)
@hints(
    "The four files of data/raw must be the bucket's, byte for byte.",
    "`dvc status download` says which output has changed.",
    "`dvc repro --force download` fetches them once more.",
)
def test_data_intact(workshop):
    """data/raw holds the four files of the bucket, whole."""
    url = workshop.params()["download"]["url"].rstrip("/")
    in_bucket = {name: blob.md5 for name, blob in workshop.objects(url + "/").items()}
    for name in FILES:
        path = f"data/raw/{name}"
        found = workshop.hash(path)
        require(
            found == in_bucket.get(name),
            expected=f"the bytes of {url}/{name} (md5 {in_bucket.get(name)})",
            found=f"other bytes (md5 {found})" if found else "no such file",
            where=path,
            next="`dvc repro --force download`",
        )


@needs(test_output)
@hints(
    "Git is for code and small text; data/raw is DVC's.",
    "`git ls-files data/raw` must print nothing.",
    "`git rm -r --cached data/raw`, then `git commit`",
)
def test_data_not_in_git(workshop):
    """Git holds no file of data/raw."""
    require_not_in_git(workshop, "data/raw")


@needs(test_has_run)
@hints(
    "What you have done so far is only in your folder.",
    "`git status` lists what Git does not hold yet.",
    '`git add data/.gitignore dvc.yaml dvc.lock`, then `git commit -m "Download the raw data"`',
)
def test_committed(workshop):
    """dvc.yaml and dvc.lock are committed."""
    require_committed(workshop, "dvc.yaml", "dvc.lock")
