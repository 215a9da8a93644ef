"""The template renders everywhere, in every form it can be given, and every state that it makes is clean."""

import ast
import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest
from states import SLUG, TEMPLATE, exercise_ids, generate

COOKIECUTTER = [sys.executable, "-m", "cookiecutter", "--no-input"]
PARTS = ("cookiecutter.json", "local_extensions.py", "hooks", "exercises", "solutions", "{{cookiecutter.project_slug}}")


def git(folder, *arguments):
    """Return what a Git command prints."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def branches(folder):
    """Return {branch: commit id}."""
    listed = git(folder, "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads")
    return dict(line.split() for line in listed.splitlines())


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Return a copy of the template, as a clone would have it."""
    folder = tmp_path_factory.mktemp("template") / "dvc-template"
    folder.mkdir()
    for part in PARTS:
        source = TEMPLATE / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / part)
    return folder


def test_branches_are_a_chain(generated):
    """`main` is the start, and each solution branch is one commit on top of the one before."""
    before = "main"
    assert set(branches(generated)) == {"main"} | {f"solution/{e}" for e in exercise_ids()}
    for exercise in exercise_ids():
        assert git(generated, "rev-parse", f"solution/{exercise}^") == git(generated, "rev-parse", before)
        before = f"solution/{exercise}"
        subject, _, why = git(generated, "log", "-1", "--format=%B", before).partition("\n\n")
        assert exercise in subject and len(why.split()) > 10


def test_start_is_clean(generated):
    """The learner starts on `main` with nothing to commit, and no solution in sight."""
    assert git(generated, "status", "--porcelain", "--branch") == "## main"
    assert (generated / ".env").is_file() and ".env" not in git(generated, "ls-files").splitlines()
    assert not (generated / "solutions").exists()
    assert not (generated / "Pipfile.lock").exists()


def test_working_tree_is_what_main_holds(generated):
    """Each file of `main` lies in the working tree with the same bytes, LF at the end of lines."""
    for name in git(generated, "ls-files").splitlines():
        held = subprocess.run(["git", "show", f"main:{name}"], cwd=generated, capture_output=True, check=True).stdout
        assert (generated / name).read_bytes() == held and b"\r\n" not in held, name


def export(repository, revision, folder):
    """Write a revision's files into a folder."""
    folder.mkdir()
    archive = subprocess.run(["git", "archive", revision], cwd=repository, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
    return folder


@pytest.mark.parametrize("revision", ["main", *(f"solution/{exercise}" for exercise in exercise_ids())])
def test_state_is_well_formed(generated, tmp_path, revision):
    """Every state is clean under black, isort and its own unit tests, parses, and holds nothing unrendered."""
    folder = export(generated, revision, tmp_path / "state")
    check_files(folder)
    run_tools(folder, *FORMATTERS, UNIT_TESTS)


def check_files(folder):
    """No file holds an unrendered piece of the template; every Python file parses."""
    for file in (f for f in folder.rglob("*") if f.is_file()):
        text = file.read_text(encoding="utf-8")
        if ".github" in file.parts:
            text = text.replace("${{", "")  # an expression of GitHub's own
        assert not any(mark in text for mark in ("{{", "{%", "#~")), file
        if file.suffix == ".py":
            ast.parse(text)


FORMATTERS = (["black", "--check", "--quiet", "."], ["isort", "--check", "--quiet", "."])
UNIT_TESTS = ["pytest", "-q", "-p", "no:cacheprovider"]


def run_tools(folder, *tools):
    """The tools find nothing."""
    for tool in tools:
        done = subprocess.run([sys.executable, "-m", *tool], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, f"{tool[0]}:\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("data", ["digits", "mnist"])
@pytest.mark.parametrize("buckets", ["local", "cloud"])
@pytest.mark.parametrize("kind", ["workshop", "project"])
def test_every_choice_renders(tmp_path, kind, data, buckets):
    """All combinations of the choices give a clean repository."""
    made = generate(tmp_path, kind=kind, data=data, buckets=buckets)
    assert git(made, "status", "--porcelain") == ""
    folder = export(made, "main", tmp_path / "state")
    check_files(folder)
    run_tools(folder, *FORMATTERS)
    assert (made / "exercises").exists() == (kind == "workshop")
    if kind == "project":
        assert set(branches(made)) == {"main"}
        text = (made / "dvc.yaml").read_text() + (made / "Pipfile").read_text()
        assert "evaluate" in text and "dvclive" in text


def test_project_runs_its_coach_for_buckets_only(tmp_path):
    """A project keeps the local buckets and the doctor, and nothing that grades."""
    made = generate(tmp_path, kind="project")
    shown = subprocess.run(
        [sys.executable, "-m", "coach", "--help"], cwd=made, capture_output=True, text=True, check=True
    )
    assert "bucket" in shown.stdout and "hint" not in shown.stdout
    modules = [file.relative_to(made).with_suffix("").parts for file in (made / "coach").rglob("[!_]*.py")]
    imports = "; ".join(f"import {'.'.join(parts)}" for parts in modules)
    subprocess.run([sys.executable, "-c", imports], cwd=made, check=True)


def test_pre_commit_finds_nothing(generated, tmp_path):
    """The pre-commit hooks run on all files, offline, and change nothing."""
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(generated), str(folder)], check=True)
    for revision in ("main", f"origin/solution/{exercise_ids()[-1]}"):
        git(folder, "checkout", "-q", revision)
        subprocess.run(["pre-commit", "run", "--all-files"], cwd=folder, check=True, capture_output=True)


# However the template is named


def cook(arguments, cwd, **environment):
    """Run cookiecutter in a folder."""
    env = {**os.environ, **environment}
    return subprocess.run([*COOKIECUTTER, *map(str, arguments)], cwd=cwd, env=env, capture_output=True, text=True)


def as_git_url(copy, tmp_path):
    repository = tmp_path / "template.git"  # cookiecutter knows a git URL by its name
    shutil.copytree(copy, repository)
    git(repository, "init", "-q")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "template")
    return ["file://" + str(repository)], tmp_path


def as_absolute_path(copy, tmp_path):
    return [copy], tmp_path


def as_relative_path(copy, tmp_path):
    return [os.path.join("..", copy.parent.name, copy.name)], tmp_path_beside(copy, tmp_path)


def tmp_path_beside(copy, tmp_path):
    folder = copy.parent.parent / f"cwd-{tmp_path.name}"
    folder.mkdir(exist_ok=True)
    return folder


def as_relative_path_with_output(copy, tmp_path):
    return [os.path.join("..", copy.parent.name, copy.name), "-o", tmp_path / "a folder with spaces"], tmp_path_beside(
        copy, tmp_path
    )


def as_dot(copy, tmp_path):
    return [".", "-o", tmp_path], copy


def as_zip(copy, tmp_path):
    archive = tmp_path / "template.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("dvc-template/", "")
        for path in sorted(p for p in copy.rglob("*") if p.is_file()):
            file.write(path, f"dvc-template/{path.relative_to(copy).as_posix()}")
    return [archive], tmp_path


def inside_a_repository(copy, tmp_path):
    git(tmp_path, "init", "-q")
    return [copy], tmp_path


WAYS = [
    as_git_url,
    as_absolute_path,
    as_relative_path,
    as_relative_path_with_output,
    as_dot,
    as_zip,
    inside_a_repository,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_template_works_however_it_is_named(generated, copy, tmp_path, way):
    """The same answers give the same commits, however the template was given."""
    arguments, cwd = way(copy, tmp_path)
    cook([], cwd)
    done = cook(arguments, cwd)
    assert done.returncode == 0, done.stderr
    made = next(p for p in [*tmp_path.rglob(SLUG), *cwd.rglob(SLUG)] if (p / ".git").is_dir())
    assert branches(made) == branches(generated)
    assert git(made, "status", "--porcelain") == ""


def test_replay_makes_the_same(generated, copy, tmp_path):
    """`--replay` gives the same commits once more."""
    first, second = tmp_path / "first", tmp_path / "second"
    assert cook([copy, "-o", first], tmp_path).returncode == 0
    command = [sys.executable, "-m", "cookiecutter", str(copy), "--replay", "-o", str(second)]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert branches(second / SLUG) == branches(first / SLUG)


HOSTILE_GIT = {
    "signing": "[commit]\n\tgpgSign = true\n[tag]\n\tgpgSign = true\n[user]\n\tsigningKey = none\n",
    "autocrlf": "[core]\n\tautocrlf = true\n\teol = crlf\n",
    "no identity": "[user]\n\tuseConfigOnly = true\n",
    "other default branch": "[init]\n\tdefaultBranch = trunk\n",
}


@pytest.mark.parametrize("config", HOSTILE_GIT)
def test_settings_of_the_users_git_change_nothing(generated, tmp_path, config):
    """The commits and the clean start are the same under any Git settings."""
    file = tmp_path / "config"
    file.write_text(HOSTILE_GIT[config])
    assert cook([TEMPLATE], tmp_path, GIT_CONFIG_GLOBAL=str(file)).returncode == 0
    made = tmp_path / SLUG
    assert branches(made) == branches(generated)
    status = subprocess.run(
        ["git", "status", "--porcelain"],
        cwd=made,
        env={**os.environ, "GIT_CONFIG_GLOBAL": str(file)},
        capture_output=True,
        text=True,
    )
    assert status.stdout == ""


def test_users_git_hooks_and_outer_variables_change_nothing(generated, tmp_path):
    """Neither the user's hooks nor the variables of an outer Git command reach the generation."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-checkout", "pre-commit", "post-commit"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    config = tmp_path / "config"
    config.write_text(f"[core]\n\thooksPath = {hooks}\n[init]\n\ttemplateDir = {hooks}\n")
    done = cook(
        [TEMPLATE], tmp_path, GIT_CONFIG_GLOBAL=str(config), GIT_DIR="/nowhere", GIT_INDEX_FILE="/nowhere/index"
    )
    assert done.returncode == 0, done.stderr
    assert branches(tmp_path / SLUG) == branches(generated)


# Hostile answers

BAD = {
    "empty slug": ("project_slug", ""),
    "slug leaves the folder": ("project_slug", "../evil"),
    "slug with a folder": ("project_slug", "a/b"),
    "slug with a backslash": ("project_slug", "a\\b"),
    "slug with a space": ("project_slug", "my workshop"),
    "slug with an apostrophe": ("project_slug", "it's"),
    "slug not ASCII": ("project_slug", "wörkshop"),
    "slug is a device": ("project_slug", "con"),
    "slug is a device with an ending": ("project_slug", "nul.txt"),
    "slug ends in a dot": ("project_slug", "workshop."),
    "slug begins like an option": ("project_slug", "-rf"),
    "very long slug": ("project_slug", "a" * 300),
    "package with a dash": ("package_name", "dvc-workshop"),
    "package begins with a digit": ("package_name", "2fast"),
    "package is a keyword": ("package_name", "class"),
    "package of the standard library": ("package_name", "json"),
    "package that the project uses": ("package_name", "torch"),
    "package is the coach": ("package_name", "coach"),
    "package with quotes": ("package_name", "a'b\"c"),
    "package not ASCII": ("package_name", "größe"),
    "empty name": ("project_name", "   "),
    "name with a line break": ("project_name", "two\nlines"),
    "very long name": ("project_name", "x" * 1000),
    "bucket in capitals": ("bucket_prefix", "Workshop"),
    "bucket of Google": ("bucket_prefix", "google-data"),
    "bucket too short": ("bucket_prefix", "a"),
    "bucket with a slash": ("bucket_prefix", "a/b/c"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_answer_is_refused(tmp_path, case):
    """The message names the field, the value and a good example; nothing is left behind; no traceback."""
    field, value = BAD[case]
    folder = tmp_path / "here"
    folder.mkdir()
    done = cook([TEMPLATE, f"{field}={value}"], folder)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert field in said and repr(value)[:40] in said and "A good answer:" in said
    assert "Traceback" not in said
    assert [p.name for p in tmp_path.rglob("*")] == ["here"]


def test_bad_answer_of_a_replay_is_refused(tmp_path):
    """A replay skips the questions; the hook still looks at the answers, and nothing is left behind."""
    given = json.loads((TEMPLATE / "cookiecutter.json").read_text())
    answers = {key: value[0] if isinstance(value, list) and key[0] != "_" else value for key, value in given.items()}
    answers |= {"project_name": "x", "project_slug": "ok", "package_name": "class", "__checked": "yes"}
    file = tmp_path / "replay.json"
    file.write_text(json.dumps({"cookiecutter": answers}))
    command = [
        sys.executable,
        "-m",
        "cookiecutter",
        str(TEMPLATE),
        "--replay-file",
        str(file),
        "-o",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0 and "package_name: 'class'" in done.stdout + done.stderr
    assert not (tmp_path / "out" / "ok").exists()


GOOD_NAMES = [
    'It\'s "ours"',
    "Größe & Höhe <b>",
    r"back\slash \n \u0041",
    "{{ 7 * 7 }} {% raw %}",
    "工作坊 workshop",
    "a: b # c",
]


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_strange_name_is_data(tmp_path, name):
    """A project's name may hold anything that can be printed, and stands in the README as it was given."""
    made = generate(tmp_path, project_name=name, project_slug="strange")
    title = (made / "README.md").read_text(encoding="utf-8").splitlines()[0]
    assert title == f"# {name}" or "{{" in name
    assert git(made, "status", "--porcelain") == ""


def test_renamed_answers_reach_every_file(tmp_path):
    """Another slug, package and prefix leave no trace of the default ones."""
    made = generate(tmp_path, project_slug="ml-course", package_name="vision", bucket_prefix="acme-ml")
    for name in git(made, "ls-files").splitlines():
        text = (made / name).read_text(encoding="utf-8")
        assert "dvc_workshop" not in text and "dvc-workshop-" not in text, name


def test_existing_repository_is_not_overwritten(tmp_path):
    """A second run with `-f` into a workshop refuses, and changes nothing in Git."""
    made = generate(tmp_path)
    before = branches(made)
    done = cook([TEMPLATE, "-f", "-o", tmp_path], tmp_path)
    assert done.returncode != 0 and "Git repository already" in done.stdout + done.stderr
    assert branches(made) == before


def test_at_most_eight_questions_each_with_a_prompt():
    """Nobody is asked more than eight questions, and each is explained."""
    answers = json.loads((TEMPLATE / "cookiecutter.json").read_text())
    questions = [key for key in answers if not key.startswith("_")]
    assert len(questions) <= 8 and set(questions) == set(answers["__prompts__"])
