"""The files that grade a workshop on each push: valid for any answers, and their steps, played here, grade what is pushed."""

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import check_jsonschema
import pytest
import ruamel.yaml
import xmlschema
from click.testing import CliRunner
from states import TEMPLATE, Workshop, exercise_ids, free_port, generate

GITHUB, GITLAB = ".github/workflows/grade.yml", ".gitlab-ci.yml"
FILES = {"github": GITHUB, "gitlab": GITLAB, "none": None}
CHECKERS = {
    GITHUB: [["vendor.github-workflows"], ["custom.github-workflows-require-timeout"]],
    GITLAB: [["vendor.gitlab-ci", "--data-transform", "gitlab-ci"]],
}
XSD = xmlschema.XMLSchema(str(TEMPLATE / "tests" / "golden" / "export" / "junit.xsd"))


def loaded(file):
    """Return the data of a YAML file (1.2: `on` is no truth value)."""
    return ruamel.yaml.YAML(typ="safe").load(Path(file).read_text(encoding="utf-8"))


def git(folder, *arguments):
    """Return what a Git command prints."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return done.stdout.strip()


# The files

ANSWERS = list(itertools.product(FILES, ["local", "cloud"], ["workshop", "project"]))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a function that makes a workshop with such answers, once."""
    known = {}

    def make(ci, buckets="local", kind="workshop"):
        answers = (ci, buckets, kind)
        if answers not in known:
            folder = tmp_path_factory.mktemp("made")
            known[answers] = generate(folder, ci=ci, buckets=buckets, kind=kind)
        return known[answers]

    return make


@pytest.mark.parametrize("ci, buckets, kind", ANSWERS, ids=map("-".join, ANSWERS))
def test_a_workshop_has_the_file_that_was_chosen(made, ci, buckets, kind):
    """The chosen file is there, in Git too, valid by its published schema; the other one is not, nor an empty folder."""
    root = made(ci, buckets, kind)
    wanted = FILES[ci] if kind == "workshop" else None
    held = git(root, "ls-files").splitlines()
    assert [name for name in CHECKERS if (root / name).exists()] == [name for name in CHECKERS if name in held]
    assert [name for name in CHECKERS if name in held] == [name for name in [wanted] if name]
    assert (root / ".github").exists() == (wanted == GITHUB)
    for options in CHECKERS.get(wanted, ()):
        done = checked(root / wanted, *options)
        assert not done.exit_code, done.output
    assert not wanted or ("4443" in (root / wanted).read_text()) == (buckets == "local")


def checked(file, *options):
    """Return what check-jsonschema says of a file."""
    return CliRunner().invoke(check_jsonschema.main, ["--builtin-schema", *options, str(file)])


def test_the_schemas_find_what_is_wrong(generated, tmp_path):
    """A key that GitHub does not know is found."""
    file = tmp_path / "grade.yml"
    file.write_text((generated / GITHUB).read_text().replace("timeout-minutes", "time-minutes"))
    assert checked(file, "vendor.github-workflows").exit_code == 1


@pytest.mark.parametrize("buckets", ["local", "cloud"])
def test_the_workflow_may_read_and_no_more(made, buckets):
    """It may read the code, runs for pushes, uses actions by their commit, and puts no expression into a script."""
    workflow = loaded(made("github", buckets) / GITHUB)
    assert workflow["permissions"] == {"contents": "read"} and list(workflow["on"]) == ["push"]
    (job,) = workflow["jobs"].values()
    assert "permissions" not in job and job["timeout-minutes"] <= 60 and workflow["concurrency"]["cancel-in-progress"]
    steps = job["steps"]
    uses = [step["uses"] for step in steps if "uses" in step]
    assert uses and all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", one) for one in uses)
    assert not any("${{" in step.get("run", "") for step in steps)
    assert ("secrets." in json.dumps(workflow)) == (buckets == "cloud")
    assert steps[0]["with"] == {"fetch-depth": 0, "persist-credentials": False}


@pytest.mark.parametrize("file", [GITHUB, GITLAB])
def test_pipenv_is_that_of_the_pipfile(file):
    """The version of Pipenv that CI installs is the one that learners get."""
    tree = TEMPLATE / "{{cookiecutter.project_slug}}"
    (wanted,) = re.findall(r'^pipenv = "(==.+)"', (tree / "Pipfile").read_text(), re.MULTILINE)
    assert re.findall(r"pip install .*pipenv(\S+)", (tree / file).read_text()) == [wanted]


def test_both_files_do_the_same():
    """What runs the coach, DVC and Git is written the same way in both files, but for where each keeps its files."""
    tree = TEMPLATE / "{{cookiecutter.project_slug}}"
    names = {"$RUNNER_TEMP": "$work", "$GITHUB_WORKSPACE": "$CI_PROJECT_DIR", "$GITHUB_SHA": "$CI_COMMIT_SHA"}
    names |= {'"$GITHUB_STEP_SUMMARY"': '"$work/grade/summary.md"', "origin/main": '"origin/$CI_DEFAULT_BRANCH"'}
    names |= {'"$original"': '"$work/original"', "::warning::": ""}
    lines = {}
    for file in (GITHUB, GITLAB):
        text = (tree / file).read_text()
        for old, new in names.items():
            text = text.replace(old, new)
        lines[file] = {line.strip().lstrip("- ") for line in text.splitlines()}
    for word in (
        "class grade",
        "bucket start",
        "dvc repro",
        "dvc push",
        "dvc metrics",
        "git archive",
        "git clone",
        "commit --quiet",
    ):
        only = {file: {line for line in found if word in line and "#" not in line} for file, found in lines.items()}
        tails = {file: {line.split(" || ")[0] for line in found} for file, found in only.items()}
        assert tails[GITHUB] == tails[GITLAB] != set(), word


# Their steps, played


@dataclass
class Runner:
    """A machine that plays a file's steps in a clone, without the actions, and without a network as far as that goes."""

    folder: Path
    variables: dict = field(default_factory=dict)
    said: str = ""

    def __post_init__(self):
        self.root, self.temp, self.port = self.folder / "checkout", self.folder / "temp", str(free_port())
        self.temp.mkdir()
        for name in ("summary.md", "path", "env", "installed"):
            (self.folder / name).touch()
        self.shims()
        nowhere = "http://127.0.0.1:9"
        self.env = {**os.environ, "CI": "true", "http_proxy": nowhere, "https_proxy": nowhere, "no_proxy": "127.0.0.1"}
        self.env |= {"PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "TMPDIR": str(self.temp)}

    def shims(self):
        """Put programs first that note what would be installed, and do the rest as the real ones."""
        (self.folder / "bin").mkdir()
        for name in ("pip", "pipenv"):
            shim = self.folder / "bin" / name
            note = f'echo {name} "$@" >> "{self.folder / "installed"}"; exit'
            shim.write_text(f'#!/bin/sh\nif [ "$1" = install ]; then {note}; fi\nexec "{shutil.which(name)}" "$@"\n')
            shim.chmod(0o755)

    def without_dvc(self):
        """Let Pipenv's environment have Python only."""
        tools = self.folder / "environment" / "bin"
        tools.mkdir(parents=True)
        for file, line in (
            (tools / "python", f'exec "{sys.executable}" "$@"'),
            (self.folder / "bin" / "pipenv", f'if [ "$1" = --venv ]; then echo "{tools.parent}"; fi'),
        ):
            file.write_text(f"#!/bin/sh\n{line}\n")
            file.chmod(0o755)
        here = str(Path(sys.executable).parent)
        kept = [part for part in self.env["PATH"].split(os.pathsep) if os.path.realpath(part) != os.path.realpath(here)]
        self.env["PATH"] = os.pathsep.join(kept)

    def clone(self, learner):
        """Get what a learner has pushed."""
        git(self.folder, "clone", "--quiet", str(learner), "checkout")
        return git(self.root, "rev-parse", "HEAD")

    def run(self, script, env):
        """Run a script as a runner does; return its exit code."""
        script = script.replace("4443", self.port)
        env = {**self.env, **{key: str(value).replace("4443", self.port) for key, value in env.items()}}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        done = subprocess.run(
            command, cwd=self.root, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600
        )
        self.said += f"$ {script}\n{done.stdout}{done.stderr}\n"
        return done.returncode

    def github(self, file):
        """Play a workflow of GitHub; return {step: exit code}."""
        workflow, codes = loaded(file), {}
        self.env |= {"RUNNER_TEMP": str(self.temp), "GITHUB_WORKSPACE": str(self.root)}
        self.env |= {f"GITHUB_{key.upper()}": str(self.folder / key) for key in ("path", "env")}
        self.env |= {"GITHUB_STEP_SUMMARY": str(self.folder / "summary.md")}
        self.env |= {"GITHUB_SHA": git(self.root, "rev-parse", "HEAD")}
        for step in (step for step in workflow["jobs"]["grade"]["steps"] if "run" in step):
            if any(codes.values()) and step.get("if") != "always()":
                continue
            codes[step["name"]] = self.run(step["run"], {**workflow["env"], **self.values(step.get("env", {}))})
            added = (self.folder / "path").read_text().split()
            self.env["PATH"] = os.pathsep.join([*added, self.env["PATH"]])
        return codes

    def values(self, env):
        """Return a step's variables, with the expressions that are used in them filled in."""
        return {
            key: re.sub(r"\$\{\{ (?:vars|secrets)\.(\w+) \}\}", lambda found: self.variables.get(found[1], ""), value)
            for key, value in env.items()
        }

    def gitlab(self, file):
        """Play a file of GitLab; return {job: exit code}."""
        job = loaded(file)["grade"]
        self.env |= {"CI_PROJECT_DIR": str(self.root), "CI_DEFAULT_BRANCH": "main", **self.variables}
        self.env |= {"CI_COMMIT_SHA": git(self.root, "rev-parse", "HEAD")}
        variables = {key: value.replace("$CI_PROJECT_DIR", str(self.root)) for key, value in job["variables"].items()}
        return {"grade": self.run("\n".join(job["script"]), variables)}

    def stop(self):
        """Stop the bucket server that the steps have started."""
        for copy in self.temp.rglob("original"):
            Workshop(copy).stop_buckets()


@pytest.fixture
def runner(tmp_path):
    """Return a Runner; what it has started is stopped at the end."""
    machine = Runner(tmp_path)
    yield machine
    machine.stop()


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    """Return the repository of a learner who has the files up to exercise 06, and has committed two runs of the pipeline."""
    workshop = Workshop(generate(tmp_path_factory.mktemp("learner")))
    root, last = workshop.root, "solution/06_train"
    names = git(root, "diff", "--name-only", "main", last, "--", ".", ":!solutions").splitlines()
    git(root, "checkout", last, "--", *names)
    with workshop.buckets():
        for epochs in (1, 3):
            edit(root / "params.yaml", r"epochs: \d+", f"epochs: {epochs}")
            workshop.run("dvc", "repro", "--quiet")
            if epochs == 3:
                as_of_another_machine(root)
            git(root, "add", "--all")
            git(root, "commit", "--quiet", "--message", f"Train for {epochs} epochs")
    return root


def edit(file, pattern, new):
    """Replace a pattern in a file, where it is."""
    text = file.read_text(encoding="utf-8")
    assert re.search(pattern, text), file
    file.write_text(re.sub(pattern, new, text), encoding="utf-8")


def as_of_another_machine(root):
    """Let dvc.lock name another model, as another processor would have made it."""
    (md5,) = set(re.findall(r"path: models/model.pt\n +hash: md5\n +md5: (\w+)", (root / "dvc.lock").read_text()))
    edit(root / "dvc.lock", md5, "0123456789abcdef" * 2)


def verdicts(file):
    """Return {exercise: {check: verdict}} of a result."""
    data = json.loads(Path(file).read_text(encoding="utf-8"))
    return {one["exercise"]: {c["check"]: c["verdict"] for c in one["checks"]} for one in data["exercises"]}


def test_github_grades_what_was_pushed(runner, learner):
    """All steps work without a network; the page holds the verdicts and the metrics, and JUnit's readers take the report."""
    runner.clone(learner)
    codes = runner.github(learner / GITHUB)
    assert set(codes.values()) == {0}, runner.said
    assert "pipenv install --dev --skip-lock" in (runner.folder / "installed").read_text()
    page = (runner.folder / "summary.md").read_text(encoding="utf-8")
    found = verdicts(runner.temp / "grade" / "result.json")
    assert set(found) == set(exercise_ids())
    for exercise in ("02_download", "03_remote", "04_preprocess", "06_train"):
        assert passed(found[exercise]), runner.said + page
        assert re.search(rf"^\| {exercise.replace('_', '.*')} \| passed ", page, re.MULTILINE)
    assert "Edited" not in page and "on your machine counts" in page
    assert re.search(r"^\| dvclive/metrics\.json +\| validation\.accuracy +\| 0\.\d+", page, re.MULTILINE), page
    XSD.validate(str(runner.temp / "grade" / "junit.xml"))


def passed(checks):
    """Say whether all checks of an exercise have passed."""
    return set(checks.values()) == {"passed"}


ALWAYS = "\n\ndef test_everything_is_fine(workshop):\n    pass\n"


def cheat(root):
    """Spoil two exercises, and let the checks of one, and all that the coach checks, pass."""
    edit(root / "dvc.yaml", r"- download\.url\n", "- preprocess.seed\n")
    edit(root / "params.yaml", r"epochs: \d+", "epochs: 7")  # and nothing is run
    (root / "exercises/02_download/test_download.py").write_text(ALWAYS)
    edit(root / "coach/checks/plugin.py", "verdict = NOT_YET", "verdict = PASSED")
    git(root, "commit", "--quiet", "--all", "--message", "Pass")


def test_gitlab_names_who_edits_a_check(runner, learner, made, tmp_path):
    """Who edits checks or the coach is named and does not pass; nor does who has not run what they committed."""
    theirs = tmp_path / "theirs"
    git(tmp_path, "clone", "--quiet", str(learner), str(theirs))
    cheat(theirs)
    runner.clone(theirs)
    assert runner.gitlab(made("gitlab") / GITLAB) == {"grade": 0}, runner.said
    result, page = (runner.root / "grade" / name for name in ("result.json", "summary.md"))
    found, page = verdicts(result), page.read_text(encoding="utf-8")
    assert found["02_download"]["test_dependencies"] == "not yet", runner.said
    assert "test_everything_is_fine" not in found["02_download"]
    assert [check for check, verdict in found["06_train"].items() if verdict == "not yet"] == ["test_committed"], page
    assert passed(found["04_preprocess"]), page
    named = json.loads(result.read_text())["edited"]
    assert named == ["coach/checks/plugin.py", "exercises/02_download/test_download.py"]
    assert all(path in page for path in named) and page in runner.said
    XSD.validate(str(runner.root / "grade" / "junit.xml"))


def test_who_has_not_begun_is_graded_too(runner, generated, made):
    """Where nothing has been done yet, and the Pipfile has no DVC, the steps work and say so; with a given copy too."""
    runner.clone(generated)
    runner.variables["COACH_ORIGINAL"] = str(made("github"))
    runner.without_dvc()
    codes = runner.github(generated / GITHUB)
    assert set(codes.values()) == {0}, runner.said
    page = (runner.folder / "summary.md").read_text(encoding="utf-8")
    assert page.startswith(f"# 0 of {len(exercise_ids())} exercises passed") and "No metric has changed." in page
    assert "Edited" not in page and (runner.temp / "original" / ".git").is_dir()
