"""`coach update` brings what has changed in the template; what a person has done stays, and nothing is half done."""

import contextlib
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from coach import errors, progress
from coach.cli import app
from coach.updating import answers, class_repository, rendering, template, words
from cookiecutter.utils import create_env_with_context
from snapshot import difference, git, snapshot
from states import SLUG, TEMPLATE
from test_generation import PARTS

COACH = [sys.executable, "-m", "coach"]
TREE = "{{cookiecutter.project_slug}}"
PACKAGE = "{{cookiecutter.package_name}}"
MENDED = "MENDED: "
NEW_EXERCISE = {
    "exercises/05_fresh/README.md": "---\ntitle: Fresh\npart: 1 Core\nminutes: 5\n---\n# Fresh\n",
    "exercises/05_fresh/test_fresh.py": 'def test_fresh(workshop):\n    """It is fresh."""\n',
    "solutions/05_fresh/README.md": "---\nstub: test_fresh\n---\n# Fresh\n\nIt is the answer, because it is fresh.\n",
}


# The template, in two versions


def replace(file, old, new):
    """Replace the first occurrence of a text in a file, which has it."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file} holds no {old!r}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def commit(folder, message):
    """Commit all that there is, and return the commit."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
    return git(folder, "rev-parse", "HEAD").strip()


def second_version(folder):
    """Change a template as an author does: mend, add, rename, renumber, take away."""
    replace(folder / "exercises/04_preprocess/README.md", "## Goal", f"## {MENDED}Goal")
    replace(folder / TREE / PACKAGE / "pipeline/preprocess.py", '"""', f'"""{MENDED}')
    replace(folder / TREE / "params.yaml", "worst: 24", "worst: 25")
    replace(folder / TREE / "coach/show.py", '"""', f'"""{MENDED}')
    replace(folder / "solutions/03_remote/README.md", "\n\n", f"\n\n{MENDED}")
    (folder / TREE / "tests/test_idx.py").rename(folder / TREE / "tests/test_reading.py")
    for part in ("exercises", "solutions"):
        shutil.rmtree(folder / part / "09_experiments")
        for old in sorted((folder / part).glob("[01][05678]_*"), reverse=True):
            number, _, name = old.name.partition("_")
            name = "together" if name == "collaborate" else name
            if number >= "05":
                old.rename(old.with_name(f"{min(int(number) + 1, 10):02}_{name}"))
    checks = folder / "exercises/10_together"
    (checks / "test_collaborate.py").rename(checks / "test_together.py")
    for name, text in NEW_EXERCISE.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    asked = json.loads((folder / "cookiecutter.json").read_text())
    new = {"bucket_prefix": "another-default", "language": ["english", "deutsch"]}
    (folder / "cookiecutter.json").write_text(json.dumps({**asked, **new}, indent=2))


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """Return the template as a Git repository with the tags v1 and v2; its files are those of v2."""
    folder = tmp_path_factory.mktemp("original") / "dvc-template"
    folder.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (TEMPLATE / part).is_dir() else shutil.copy
        copy(TEMPLATE / part, folder / part)
    (folder / ".gitignore").write_text("__pycache__/\n")
    git(folder, "init", "--quiet")
    commit(folder, "One")
    git(folder, "tag", "v1")
    second_version(folder)
    commit(folder, "Two")
    git(folder, "tag", "v2")
    return folder


def cook(named, out, *arguments, cwd=None, **given):
    """Return the workshop that cookiecutter makes of a template."""
    extra = [f"{key}={value}" for key, value in given.items()]
    command = [sys.executable, "-m", "cookiecutter", str(named), "--no-input", "-o", str(out), *arguments, *extra]
    # Not from this folder: Python would take its local_extensions.py for that of the template.
    done = subprocess.run(command, cwd=cwd or out, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return Path(out) / given.get("project_slug", SLUG)


@pytest.fixture(scope="module")
def older(original, tmp_path_factory):
    """Return a clone of the template at its first version."""
    folder = tmp_path_factory.mktemp("older") / "dvc-template"
    git(original, "clone", "--quiet", "--branch", "v1", str(original), str(folder))
    return folder


@pytest.fixture(scope="module")
def first(original, older, tmp_path_factory):
    """Return a workshop of the first version that remembers where the second one is; to copy, not to change."""
    made = cook(older, tmp_path_factory.mktemp("first"))
    template.keep(made, template.Source(str(original)))
    return made


@pytest.fixture(scope="module")
def fresh(original, tmp_path_factory):
    """Return a workshop that was generated from the second version; to look at."""
    return cook(original, tmp_path_factory.mktemp("fresh"), bucket_prefix="dvc-workshop")


DONE = ["01_environment", "02_download", "03_remote", "04_preprocess", "05_repro", "09_experiments"]
REMEMBERED = {
    "passed": DONE,
    "by_coach": ["05_repro"],
    "verdicts": {name: "passed" for name in DONE} | {"06_train": "not yet", "10_collaborate": "not yet"},
    "hints": {"06_train/test_scaled": 2, "09_experiments/test_queue": 1, "10_collaborate/test_merged": 1},
}


def work(root):
    """Do what a learner does: solve, commit, edit without committing, stage, leave files about."""
    git(root, "checkout", "--quiet", "solution/04_preprocess", "--", ".")
    git(root, "rm", "--quiet", "-r", "--force", "solutions")
    replace(root / "params.yaml", "epochs: 20", "epochs: 7")
    (root / "notes").mkdir()
    (root / "notes/mine.md").write_text("mine\n")
    (root / "exercises/05_repro/remarks.txt").write_text("my remarks\n")
    commit(root, "Solve 01 to 04")
    replace(root / "dvc.yaml", "stages:", "# my remark\nstages:")
    replace(root / "tests/test_model.py", '"""', '"""MINE: ')
    git(root, "add", "tests/test_model.py")
    (root / "exercises/05_repro/__pycache__").mkdir()
    (root / "exercises/05_repro/__pycache__/x.pyc").write_text("")
    (root / "untracked.txt").write_text("mine too\n")
    (root / ".coach").mkdir(exist_ok=True)
    (root / ".coach/progress.json").write_text(json.dumps(REMEMBERED))
    return root


@pytest.fixture(scope="module")
def worked(first, tmp_path_factory):
    """Return a workshop of the first version with a learner's work; to copy, not to change."""
    return work(shutil.copytree(first, tmp_path_factory.mktemp("worked") / SLUG, symlinks=True))


@pytest.fixture
def root(worked, tmp_path):
    """Return a learner's workshop of the first version."""
    return shutil.copytree(worked, tmp_path / SLUG, symlinks=True)


@pytest.fixture
def start(first, tmp_path):
    """Return an untouched workshop of the first version."""
    return shutil.copytree(first, tmp_path / SLUG, symlinks=True)


def coach(root, *arguments, **options):
    """Run the coach of a workshop, and return what became of it."""
    options = {"env": os.environ, "capture_output": True, "text": True, "stdin": subprocess.DEVNULL, **options}
    return subprocess.run([*COACH, *map(str, arguments)], cwd=root, **options)


def update(root, *arguments, code=0, **options):
    """Update a workshop by its own coach without being asked, and return what was said."""
    done = coach(root, "update", "--yes", *arguments, **options)
    said = done.stdout + done.stderr
    assert done.returncode == code and "Traceback" not in said, said
    return said


def update_here(root, *arguments, code=0):
    """Do the same in this process, which is faster."""
    said, where = io.StringIO(), Path.cwd()
    os.chdir(root)
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            ended = errors.run(lambda: app(["update", "--yes", *map(str, arguments)], "coach"))
    except SystemExit as end:
        ended = end.code or 0
    finally:
        os.chdir(where)
    assert ended == code and "Traceback" not in said.getvalue(), said.getvalue()
    return said.getvalue()


def key(found, given):
    """Return what decides how a template is rendered."""
    return found.commit or str(found.folder), given["project_slug"]


@pytest.fixture
def quick(original, older, first, fresh, monkeypatch, tmp_path_factory):
    """Let this process render a template once; two are at hand, and `done` has seen that they would be the same."""
    real, made = rendering.render, {key(template.at(original), {"project_slug": SLUG}): fresh}
    made[key(template.at(older), {"project_slug": SLUG})] = first

    def once(found, given, below):
        if key(found, given) not in made:
            made[key(found, given)] = real(found, given, tmp_path_factory.mktemp("rendered"))
        return made[key(found, given)]

    monkeypatch.setattr("coach.updating.update.render", once)


def heads(root, pattern="refs/heads"):
    """Return {branch: commit}."""
    listed = git(root, "for-each-ref", "--format=%(refname:short) %(objectname)", pattern)
    return dict(line.split() for line in listed.splitlines())


def show(root, name):
    """Return what Git keeps under a name such as `main:README.md`."""
    return git(root, "show", name)


def kept(root):
    """Return all that a stopped update must leave alone: files, .git, what the coach remembers."""
    file = root / ".coach/progress.json"
    return snapshot(root) | {"progress": file.read_text() if file.exists() else None}


def without(found, *names):
    """Return a snapshot without some paths."""
    return {path: what for path, what in found.items() if not path.startswith(names)}


# A learner's workshop after an update


@pytest.fixture(scope="module")
def before(worked):
    """Return what the learner had."""
    return kept(worked)


@pytest.fixture(scope="module")
def done(worked, tmp_path_factory):
    """Return (workshop, what was said) of an update of a learner's workshop, to look at; its template is not named."""
    root = shutil.copytree(worked, tmp_path_factory.mktemp("done") / SLUG, symlinks=True)
    return root, update(root)


def test_what_was_mended_arrives(done, fresh):
    """Text, stage, parameter, coach, a new exercise, a renamed file: as a fresh workshop of the template has them."""
    root, _ = done
    same = ["exercises/04_preprocess/README.md", "coach/show.py", "tests/test_reading.py", "coach/answers.json"]
    for name in [*same, *(name for name in NEW_EXERCISE if name.startswith("exercises"))]:
        assert (root / name).read_bytes() == (fresh / name).read_bytes(), name
    assert "worst: 25" in (root / "params.yaml").read_text()
    assert (
        (root / PACKAGE.replace("{{cookiecutter.package_name}}", "dvc_workshop") / "pipeline/preprocess.py")
        .read_text(encoding="utf-8")
        .startswith(f'"""{MENDED}')
    )
    assert not (root / "tests/test_idx.py").exists() and not (root / "exercises/09_experiments").exists()


def test_the_learners_work_stays(done, worked):
    """Commits, edits, the index and files about are as they were; their notes move along with the exercise."""
    root, _ = done
    mine = git(worked, "rev-parse", "main").strip()
    assert git(root, "rev-parse", "main^1").strip() == mine
    assert git(root, "rev-parse", "main^2").strip() == git(root, "rev-parse", "template").strip()
    assert "epochs: 7" in (root / "params.yaml").read_text()
    for name in ("dvc.yaml", "untracked.txt", "notes/mine.md", ".dvc/config", "Pipfile"):
        assert (root / name).read_bytes() == (worked / name).read_bytes(), name
    assert "NotImplementedError" not in show(root, "main:dvc_workshop/pipeline/preprocess.py")
    assert (root / "exercises/06_repro/remarks.txt").read_text() == "my remarks\n"
    assert git(root, "status", "--porcelain").splitlines() == [
        " M dvc.yaml",
        "M  tests/test_model.py",
        "?? untracked.txt",
    ]
    assert "MINE: " in show(root, ":tests/test_model.py")


def test_the_branch_template_has_a_commit_for_each_version(done, fresh):
    """It begins where the workshop began, holds what the template makes, and says what changed and in which commit."""
    root, _ = done
    start = git(root, "rev-list", "--max-parents=0", "main").strip()
    assert git(root, "rev-parse", "template^").strip() == start
    assert git(root, "rev-parse", "template^{tree}") == git(fresh, "rev-parse", "main^{tree}")
    message = git(root, "log", "-1", "--format=%B", "template")
    for word in (
        "04_preprocess",
        "05_fresh",
        "05_repro is 06_repro",
        "09_experiments",
        "params.yaml",
        "Template-commit",
    ):
        assert word in message


def test_the_solutions_are_the_new_ones(done, fresh):
    """Each branch holds what a fresh workshop's does, on top of the one before, the first on top of `template`."""
    root, _ = done
    wanted = {name: git(fresh, "rev-parse", f"{name}^{{tree}}") for name in heads(fresh) if name != "main"}
    assert {n: git(root, "rev-parse", f"{n}^{{tree}}") for n in heads(root, "refs/heads/solution")} == wanted
    below = "template"
    for name in sorted(wanted):
        assert git(root, "rev-parse", f"{name}^") == git(root, "rev-parse", below), name
        below = name
    pair = ("solution/05_fresh", "solution/06_repro")
    assert git(root, "diff", *pair) == git(fresh, "diff", *pair)


def test_the_coach_goes_on_with_the_new_exercises(done, tmp_path):
    """The list, the solution and the progress know the new numbers; what is gone is forgotten, nothing else."""
    root, _ = done
    known = progress.load(root)
    assert known.passed == [*DONE[:4], "06_repro"] and known.by_coach == ["06_repro"]
    assert known.verdicts["07_train"] == known.verdicts["10_together"] == "not yet"
    assert known.hints == {"07_train/test_scaled": 2, "10_together/test_merged": 1}
    listed = json.loads(coach(root, "list", "--json").stdout)["exercises"]
    assert [one["exercise"] for one in listed] == words.exercises(root, "template")
    assert [one["exercise"] for one in listed if one["current"]] == ["05_fresh"]
    copy = shutil.copytree(root, tmp_path / SLUG, symlinks=True)
    assert "because it is fresh" in coach(copy, "solution", "05", "--give-up").stdout


def test_it_says_what_changes_and_what_to_do(done):
    """Exercises, coach, files, the new question with its answer, the save, and the next commands."""
    root, said = done
    for words in (
        "Exercises changed: 04_preprocess",
        "New exercises: 05_fresh",
        "05_repro is 06_repro now",
        "10_collaborate is 10_together now",
        "Exercises that are gone: 09_experiments",
        "The coach: 2 files",
        "params.yaml",
        "Solutions changed: 03_remote",
        "New question language: its default, 'english', is taken.",
        "`coach undo` brings it back",
        "`coach check 04`",
    ):
        assert words in said, words
    assert "another-default" not in (root / "coach/answers.json").read_text()


def test_a_second_run_finds_nothing_to_do(done, quick):
    """It says so, ends well and changes nothing."""
    root, _ = done
    before = kept(root)
    assert "up to date" in update_here(root)
    assert not difference(before, kept(root))


def test_undo_brings_everything_back(done, before, quick, tmp_path):
    """Byte for byte: files, commits, branches, index, progress; and the update can be made again."""
    root = shutil.copytree(done[0], tmp_path / SLUG, symlinks=True)
    assert coach(root, "undo", "--yes").returncode == 0
    assert not difference(before, kept(root))
    assert "Done:" in update_here(root)
    assert heads(root) == heads(done[0]) | {"main": heads(root)["main"]}


def test_the_same_update_gives_the_same_commits_everywhere(done, original, start, quick):
    """`template` and the solutions, whoever makes them; without commits of one's own the branch just moves on."""
    theirs = heads(done[0])
    update_here(start, original)
    mine = heads(start)
    assert mine == {**theirs, "main": theirs["template"]}


def test_a_second_version_goes_on_top_of_the_first(done, original, quick, tmp_path):
    """The template is mended once more: another commit on `template`, another merge, the work still there."""
    root = shutil.copytree(done[0], tmp_path / SLUG, symlinks=True)
    third = shutil.copytree(original, tmp_path / "third", symlinks=True)
    replace(third / "exercises/04_preprocess/README.md", MENDED, "MENDED TWICE: ")
    said = update_here(root, third)
    assert git(root, "rev-parse", "template^") == git(done[0], "rev-parse", "template")
    assert "MENDED TWICE" in (root / "exercises/04_preprocess/README.md").read_text(encoding="utf-8")
    assert "epochs: 7" in (root / "params.yaml").read_text() and "New question" not in said
    assert git(root, "log", "-1", "--format=%s", "template").strip() == "Follow the template (files in no commit)"
    # The older version comes back only with a word about it.
    assert "older" not in update_here(root, original)
    assert "This is an older version" in update_here(root, original, "--checkout", "v1")
    assert "worst: 24" in (root / "params.yaml").read_text() and "epochs: 7" in (root / "params.yaml").read_text()


def test_nothing_happens_without_a_yes(root):
    """Without an answer, and without a terminal, nothing changes."""
    before = kept(root)
    done = coach(root, "update")
    assert done.returncode != 0 and "Go on?" in done.stdout + done.stderr
    assert not difference(before, kept(root))


def test_only_a_solution_has_changed(older, start, quick, tmp_path):
    """Then its branch and those on top of it are others; the files stay, and there is nothing to merge."""
    third = shutil.copytree(older, tmp_path / "third")
    replace(third / "solutions/03_remote/README.md", "\n\n", f"\n\n{MENDED}")
    before, old = kept(start), heads(start)
    assert "Solutions changed: 03_remote" in update_here(start, third)
    new = heads(start)
    assert {name for name in old if new[name] != old[name]} == {n for n in old if n >= "solution/03"}
    assert not difference(without(before, ".git"), without(kept(start), ".git"))


def test_commits_on_a_solutions_branch_are_kept(root, quick):
    """Somebody tried something on two of them: both are kept under another name, once."""
    for name in ("04_preprocess", "09_experiments"):
        git(root, "branch", "--force", f"solution/{name}", "main")
    mine = heads(root)["main"]
    said = update_here(root)
    found = heads(root, "refs/heads/solution-before-update")
    assert found == {f"solution-before-update/{name}": mine for name in ("04_preprocess", "09_experiments")}
    assert all(name in said for name in found)
    assert "solution/09_experiments" not in heads(root)
    assert "up to date" in update_here(root)


# Conflicts


def conflict(root):
    """Change what the template changes too, in a file of one's own and in one of the workshop's."""
    replace(root / "params.yaml", "worst: 24", "worst: 30")
    replace(root / "exercises/04_preprocess/README.md", "## Goal", "## MINE: Goal")
    git(root, "commit", "--quiet", "-m", "Mine", "params.yaml", "exercises/04_preprocess/README.md")


def test_the_template_wins_in_the_exercises_and_says_so(root, quick):
    """An exercise that the learner edited is the mended one now; the command that is told shows the learner's."""
    text = root / "exercises/04_preprocess/README.md"
    replace(text, "## Goal", "## MINE: Goal")
    text.write_text(text.read_text(encoding="utf-8") + "my note\n", encoding="utf-8", newline="\n")
    git(root, "commit", "--quiet", "-m", "Mine", "exercises/04_preprocess/README.md")
    before = git(root, "status", "--porcelain", "--untracked-files=no")
    said = update_here(root)
    now = text.read_text(encoding="utf-8")
    assert MENDED in now and "MINE" not in now and now.endswith("my note\n")  # what the template left alone stays
    assert not list(root.rglob(".merge_file_*"))
    assert git(root, "status", "--porcelain", "--untracked-files=no") == before
    command = said.split("Your version of exercises/04_preprocess/README.md: `")[1].split("`")[0]
    assert "## MINE: Goal" in git(root, *command.split()[1:])


@pytest.fixture(scope="module")
def conflicting(worked, tmp_path_factory):
    """Return (workshop, what was said) of an update that leaves a conflict."""
    root = shutil.copytree(worked, tmp_path_factory.mktemp("conflicting") / SLUG, symlinks=True)
    git(root, "reset", "--quiet")
    conflict(root)
    return root, update(root, code=1)


def test_a_conflict_is_told_in_words(conflicting):
    """Which file, who did what, and commands that work; nothing of the learner's is written over."""
    root, said = conflicting
    for words in (
        "Your changes and those of the template do not fit together in 1 file.",
        "You           2 lines added, 2 taken away",
        "The template  1 line added, 1 taken away",
        "`git checkout --ours params.yaml`, then `git add params.yaml`",
        "`git checkout --theirs params.yaml`, then `git add params.yaml`",
        "`git commit --no-edit`",
        "`git merge --abort`",
        "`coach undo`",
    ):
        assert words in said, said
    assert "<<<<<<<" in (root / "params.yaml").read_text()
    assert git(root, "ls-files", "--unmerged", "--", "params.yaml") and "# my remark" in (root / "dvc.yaml").read_text()
    assert len(git(root, "ls-files", "--unmerged").splitlines()) == 3
    assert MENDED in (root / "exercises/04_preprocess/README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("side", "worst"), [("--ours", "worst: 30"), ("--theirs", "worst: 25")])
def test_a_conflict_is_decided_by_the_commands_that_are_told(conflicting, quick, tmp_path, side, worst):
    """After them the update is done, and a second one finds nothing."""
    root = shutil.copytree(conflicting[0], tmp_path / SLUG, symlinks=True)
    git(root, "checkout", side, "params.yaml")
    git(root, "add", "params.yaml")
    git(root, "commit", "--no-edit", "--quiet")
    assert worst in (root / "params.yaml").read_text()
    assert "up to date" in update_here(root)


def test_a_conflict_can_be_given_up(conflicting, quick, tmp_path):
    """`git merge --abort` and `coach undo` leave the learner's files; the update stops until one of them has been used."""
    root = shutil.copytree(conflicting[0], tmp_path / SLUG, symlinks=True)
    assert "git merge --abort" in update_here(root, code=1)
    git(root, "update-index", "-q", "--refresh", check=False)  # which a copy makes stale
    git(root, "merge", "--abort")
    assert "worst: 30" in (root / "params.yaml").read_text() and "# my remark" in (root / "dvc.yaml").read_text()
    assert "`git checkout --ours params.yaml`" in update_here(root, code=1)
    assert coach(root, "undo", "--yes").returncode == 0
    assert "worst: 30" in (root / "params.yaml").read_text() and not (root / ".git/MERGE_HEAD").exists()


def test_each_kind_of_conflict_has_commands_that_decide_it(start, original, quick, tmp_path):
    """Taken away by one side, added by both: the commands for either side work as they are told."""
    third = shutil.copytree(original, tmp_path / "third")
    (third / TREE / "tests/test_sketch.py").unlink()
    replace(third / TREE / "tests/test_params.py", "def ", "def mended_")
    (third / TREE / "new file.txt").write_text("theirs\n")
    replace(start / "tests/test_sketch.py", "def ", "def my_")
    (start / "tests/test_params.py").unlink()
    (start / "new file.txt").write_text("mine\n")
    commit(start, "Mine")
    said = update_here(start, third, code=1)
    assert "3 files" in said and said.count("took the file away") == 2 and said.count("added the file") == 2
    for line in (
        '`git checkout --ours "new file.txt"`, then `git add "new file.txt"`',
        "`git rm tests/test_params.py`",
        "`git checkout --ours tests/test_sketch.py`, then `git add tests/test_sketch.py`",
    ):
        assert line in said, said
    git(start, "checkout", "--ours", "new file.txt")
    git(start, "add", "new file.txt")
    git(start, "rm", "--quiet", "tests/test_params.py")
    git(start, "checkout", "--ours", "tests/test_sketch.py")
    git(start, "add", "tests/test_sketch.py")
    git(start, "commit", "--quiet", "--no-edit")
    assert "up to date" in update_here(start, third)


# What stops an update before anything is changed


def dirty(root, **_):
    replace(root / "params.yaml", "worst: 24", "worst: 30")


def in_the_way(root, **_):
    (root / "exercises/05_fresh").mkdir()
    (root / "exercises/05_fresh/README.md").write_text("mine\n")


def staged_in_a_conflict(root, **_):
    conflict(root)  # and tests/test_model.py is staged


def detached(root, **_):
    git(root, "checkout", "--quiet", "--detach")


def on_a_solution(root, **_):
    git(root, "stash")
    git(root, "checkout", "--quiet", "solution/02_download")


def own_branch_template(root, **_):
    git(root, "branch", "template")


def merging(root, **_):
    git(root, "stash")
    git(root, "checkout", "--quiet", "-b", "other", "HEAD~1")
    (root / "params.yaml").write_text("other: 1\n")
    commit(root, "Other")
    git(root, "merge", "main", check=False)


def rebasing(root, **_):
    merging(root)
    git(root, "merge", "--abort")
    git(root, "rebase", "main", check=False)


def another_history(root, **_):
    git(root, "checkout", "--quiet", "--orphan", "new")
    git(root, "commit", "--quiet", "-m", "All anew")
    git(root, "branch", "template", "solution/01_environment~1")


def nobody(root, monkeypatch, **_):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)


def no_network(root, monkeypatch, **_):
    """Send the address to a port on which nobody listens."""
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "url.http://127.0.0.1:9/.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "https://github.com/")
    return ["gh:org/template"]


def nothing_there(root, **_):
    return ["no-such-folder"]


def no_template(root, **_):
    return [root / "notes"]


def a_zip(root, tmp_path, **_):
    (tmp_path / "template.zip").write_bytes(b"")
    return [tmp_path / "template.zip"]


def no_such_version(root, original, **_):
    return [original, "--checkout", "v99"]


def an_option_as_version(root, original, **_):
    return [original, "--checkout", "--help"]


def a_copy(original, tmp_path):
    return shutil.copytree(original, tmp_path / "broken", symlinks=True)


def not_rendered(original, tmp_path, **_):
    broken = a_copy(original, tmp_path)
    (broken / TREE / "dvc.yaml").write_text("{{ cookiecutter.nothing }}")
    return [broken]


def broken_questions(original, tmp_path, **_):
    broken = a_copy(original, tmp_path)
    (broken / "cookiecutter.json").write_text("{")
    return [broken]


def answer_not_taken(original, tmp_path, **_):
    broken = a_copy(original, tmp_path)
    replace(broken / "cookiecutter.json", '"digits",\n', "")
    return [broken]


def answer_refused(original, tmp_path, **_):
    broken = a_copy(original, tmp_path)
    replace(broken / "local_extensions.py", 'TAKEN = {"coach"', 'TAKEN = {"dvc_workshop"')
    return [broken]


def another_template(original, tmp_path, **_):
    other = a_copy(original, tmp_path)
    shutil.rmtree(other / TREE / "coach/updating")
    return [other]


def clone_without_a_word(root, **_):
    git(root, "config", "--unset", "coach.template")


def class_not_reached(root, **_):
    git(root, "config", "--unset", "coach.template")
    git(root, "remote", "add", "origin", "http://127.0.0.1:9/class.git")


def no_cookiecutter(root, monkeypatch, **_):
    monkeypatch.setattr("coach.updating.rendering.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


STOPS = {
    dirty: ("params.yaml", 'git commit -m "My work"'),
    in_the_way: ("exercises/05_fresh/README.md", "git add --all"),
    staged_in_a_conflict: ("tests/test_model.py", "git commit"),
    detached: ("a detached HEAD", "git switch"),
    on_a_solution: ("solution/02_download", "git switch main"),
    own_branch_template: ("a branch `template` with commits of your own", "git branch -m template my-template"),
    merging: ("a `git merge` that is not finished", "git merge --abort"),
    rebasing: ("a `git rebase` that is not finished", "git rebase --abort"),
    another_history: ("does not go back to the workshop's start", "git switch main"),
    nobody: ("no user.name", "git config"),
    no_network: ("gh:org/template", "coach update FOLDER"),
    nothing_there: ("neither a template's folder nor an address", "coach update gh:OWNER/NAME"),
    no_template: ("neither a template's folder", "coach update FOLDER"),
    a_zip: ("neither a template's folder nor an address", "coach update FOLDER"),
    no_such_version: ("no branch, tag or commit 'v99'", "coach update --checkout REV"),
    an_option_as_version: ("no branch, tag or commit '--help'", "coach update --checkout REV"),
    not_rendered: ("'nothing'", "coach update --checkout REV"),
    broken_questions: ("JSONDecodeError", "coach update TEMPLATE"),
    answer_not_taken: ("data = 'digits'", "coach update --checkout REV"),
    answer_refused: ("package_name: 'dvc_workshop'", "coach update --checkout REV"),
    another_template: ("makes no coach/updating/cli.py", "--checkout REV"),
    clone_without_a_word: ("neither a remembered template", "coach update gh:OWNER/NAME"),
    class_not_reached: ("127.0.0.1", "coach update"),
    no_cookiecutter: ("no cookiecutter", "pip install cookiecutter==2.7.1"),
}


RENDERED = {no_cookiecutter, not_rendered, broken_questions, answer_not_taken, answer_refused, another_template}


@pytest.mark.parametrize("case", STOPS, ids=lambda case: case.__name__)
def test_it_stops_before_it_changes_anything(case, root, original, tmp_path, monkeypatch, request):
    """Each says what was found, what was expected, where, and the next command; nothing is changed."""
    named = case(root=root, original=original, tmp_path=tmp_path, monkeypatch=monkeypatch) or []
    if case not in RENDERED:
        request.getfixturevalue("quick")
    found, next = STOPS[case]
    before = kept(root)
    said = update_here(root, *named, code=1)
    assert all(label in said for label in ("Expected:", "Found:", "Where:", "Next:")), said
    assert found in said and next in said.partition("Next:")[2], said
    assert not difference(before, kept(root))


def test_a_shallow_clone_is_told_how_to_get_the_rest(worked, original, quick, tmp_path):
    """A clone without the earlier commits cannot be merged into; the command that is told mends it."""
    root = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{worked}", str(root))
    said = update_here(root, original, code=1)
    assert "git fetch --unshallow" in said
    git(root, "fetch", "--quiet", "--unshallow")
    assert "Done:" in update_here(root, original)


# What comes in between


def killing_git(tmp_path, word, spoil=""):
    """Return an environment whose `git` kills the coach in place of a command with a word."""
    real, folder = shutil.which("git"), tmp_path / "killing"
    folder.mkdir()
    (folder / "git").write_text(
        f'#!/bin/bash\nif [[ " $* " == *"{word}"* && "$PWD" == "$KILLED" ]]; then\n{spoil}\n'
        f'kill -9 $PPID; exit 1\nfi\nexec {real} "$@"\n'
    )
    (folder / "git").chmod(0o755)
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


# The coach of a workshop, with a rendering that is at hand.
WITH_A_RENDERING = """
import sys
from pathlib import Path
from coach.cli import app
from coach.updating import update
made = Path(sys.argv.pop(1))
update.render = lambda *given: made
app()
"""
KILLED_AT = {
    "before the commits are there": ("fetch --quiet", ""),
    "before the merge": ("merge --quiet --ff-only", ""),
    "in the merge": ("merge --quiet --ff-only", "echo half > params.yaml; touch .git/index.lock"),
    "before the branches": ("update-ref --stdin", ""),
}


@pytest.mark.parametrize("moment", KILLED_AT)
def test_kill_9_leaves_nothing_half_done(moment, root, done, before, fresh, quick, tmp_path):
    """A second run, or `coach undo` where files were half written, ends as if nothing had happened."""
    word, spoil = KILLED_AT[moment]
    env = killing_git(tmp_path, word, spoil) | {"KILLED": str(root)}
    command = [sys.executable, "-c", WITH_A_RENDERING, str(fresh), "update", "--yes"]
    killed = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    if spoil:
        assert "`coach undo`" in update_here(root, code=1)
        assert coach(root, "undo", "--yes").returncode == 0
        assert not difference(before, kept(root))
    update_here(root)
    theirs, mine = heads(done[0]), heads(root)
    assert mine == {**theirs, "main": mine["main"]}
    assert git(root, "rev-parse", "main^{tree}") == git(done[0], "rev-parse", "main^{tree}")
    assert progress.load(root) == progress.load(done[0]) and not (root / ".git/coach-update").exists()


@pytest.mark.parametrize("size", [1_000, 100_000])
def test_a_full_disk_leaves_what_was_there(size, root):
    """No file can grow beyond a size: it says so, and all files of the learner, Git's included, are as they were."""
    before = kept(root)
    said = update(root, code=1, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
    assert "Next:" in said, said
    assert not difference(before, kept(root))


def test_another_command_of_the_coach_is_waited_for(root, tmp_path):
    """Two at once do not meet."""
    from filelock import FileLock

    with FileLock(root / ".coach/moves.lock"):
        assert "another command of the coach" in update_here(root, code=1)


# Where the template is, and with which answers


def test_the_address_is_remembered_and_in_no_commit(original, first, quick, tmp_path, monkeypatch):
    """Given by an address, the version too: the same commits as by a folder; `coach update` needs no argument."""
    served = tmp_path / "org/template.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(original), str(served))
    config = Path(os.environ["GIT_CONFIG_GLOBAL"]).read_text()
    file = tmp_path / "config"
    file.write_text(f'{config}[url "file://{tmp_path}/"]\n\tinsteadOf = https://github.com/\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(file))
    monkeypatch.setenv("HOME", str(tmp_path))
    root = cook("gh:org/template", tmp_path, "--checkout", "v1")
    assert template.kept(root) == template.Source("gh:org/template", "v1")
    assert heads(root) == heads(first)
    assert "up to date" in update_here(root)
    assert "Done:" in update_here(root, "--checkout", "main")
    assert template.kept(root) == template.Source("gh:org/template", "main")
    assert "up to date" in update_here(root)


@pytest.mark.parametrize("way", ["relative", "zip"])
def test_a_folder_is_remembered_by_its_whole_path(original, tmp_path, way):
    """A relative path is of no use tomorrow; a zip file's folder is gone by then, so nothing is remembered."""
    if way == "zip":
        named = tmp_path / "template.zip"
        with zipfile.ZipFile(named, "w") as file:
            file.writestr("dvc-template/", "")
            for path in (p for p in original.rglob("*") if p.is_file() and ".git" not in p.parts):
                file.write(path, f"dvc-template/{path.relative_to(original).as_posix()}")
    else:
        named = Path("..", original.name)
    (original.parent / "beside").mkdir(exist_ok=True)
    root = cook(named, tmp_path / "out", cwd=original.parent / "beside")
    assert template.kept(root) == (None if way == "zip" else template.Source(str(original)))


def test_a_password_in_an_address_is_not_shown():
    """What is printed of an address holds no name and no password."""
    assert template.Source("https://me:secret@host/t.git", "v1").shown == "https://host/t.git at v1"


STRANGE = [
    'It\'s "ours"',
    "Größe & Höhe <b>",
    r"back\slash \n \u0041",
    "{{ 7 * 7 }} {% raw %} {# no #}",
    "a: b # c 工 😀",
    "#~ if x",
]


@pytest.mark.parametrize("answer", STRANGE)
def test_an_answer_is_rendered_as_it_is(answer):
    """Whatever an answer holds, cookiecutter gives it back."""
    settings = json.loads((TEMPLATE / "cookiecutter.json").read_text())["_jinja2_env_vars"]
    env = create_env_with_context({"cookiecutter": {"_jinja2_env_vars": settings}})
    assert env.from_string(answers.literal(answer)).render() == answer


def test_strange_answers_survive_an_update(original, older, tmp_path):
    """Other answers than the default ones, with quotes, backslashes and braces: kept as data, and given again."""
    name = "Größe \"q\" 'a' back\\slash {{ 7 }} {% raw %} #~ 工"
    given = {"project_slug": "ml-course", "package_name": "vision", "data": "mnist", "buckets": "cloud"}
    root = cook(older, tmp_path, project_name=answers.literal(name), **given)
    kept = json.loads((root / "coach/answers.json").read_text(encoding="utf-8"))
    wanted = {"project_name": name, **given, "kind": "workshop", "bucket_prefix": "dvc-workshop"}
    assert kept == {**kept, **wanted} and not any(key.startswith("_") for key in kept)
    assert "up to date" in update_here(root)
    assert "Done:" in update_here(root, original)
    assert json.loads((root / "coach/answers.json").read_text(encoding="utf-8")) == {**kept, "language": "english"}
    assert (root / "README.md").read_text(encoding="utf-8").startswith(f"# {name}\n")


def test_a_workshop_without_kept_answers_is_read(original, tmp_path):
    """What was made before answers were kept says enough: its first version is rendered again to the byte."""
    old = shutil.copytree(original, tmp_path / "old")
    (old / TREE / "coach/answers.json").unlink()
    given = {"project_name": "Ä b", "project_slug": "ml-course", "package_name": "vision", "bucket_prefix": "acme-ml"}
    root = cook(old, tmp_path, **given)
    start = git(root, "rev-parse", "main").strip()
    known = answers.of(root, start)
    assert known == {**given, "kind": "workshop", "data": "digits", "buckets": "local"}
    assert "Done:" in update_here(root, original)
    changed = git(root, "diff", "--name-only", start, "main").splitlines()
    assert changed == ["coach/answers.json"]


def test_a_project_has_no_update(tmp_path, original):
    """A project keeps neither the answers nor the command."""
    root = cook(original, tmp_path, kind="project")
    assert not (root / "coach/answers.json").exists() and not (root / "coach/updating").exists()
    assert template.kept(root) is None


# A class's repository


def test_a_class_gets_the_update_from_the_instructors_repository(first, worked, original, quick, tmp_path):
    """The instructor updates and pushes; a clone takes it without the template, by `coach update` or by `git pull`."""
    served, instructor = tmp_path / "class.git", shutil.copytree(first, tmp_path / "instructor", symlinks=True)
    git(tmp_path, "init", "--quiet", "--bare", str(served))
    git(instructor, "remote", "add", "origin", str(served))
    git(instructor, "push", "--quiet", "origin", "main", "refs/heads/solution/*")
    learners = [tmp_path / name for name in ("updates", "pulls")]
    for root in learners:
        git(tmp_path, "clone", "--quiet", str(served), str(root))
        replace(root / "params.yaml", "epochs: 20", "epochs: 7")
        commit(root, "Mine")
    assert "neither a remembered template" in update_here(learners[0], code=1)
    update_here(instructor, original)
    git(instructor, "push", "--quiet", "origin", "main", "template")
    git(instructor, "push", "--quiet", "--prune", "origin", "+refs/heads/solution/*:refs/heads/solution/*")
    said = update_here(learners[0])
    assert "From the repository origin" in said and "New exercises: 05_fresh" in said
    git(learners[1], "pull", "--quiet", "--no-rebase", "--no-edit")
    theirs = heads(instructor, "refs/heads/solution")
    for root in learners:
        assert "epochs: 7" in (root / "params.yaml").read_text() and "worst: 25" in (root / "params.yaml").read_text()
        assert "because it is fresh" in coach(root, "solution", "05", "--give-up").stdout
        update_here(root)
        assert "up to date" in update_here(root)
    assert heads(learners[0], "refs/heads/solution") == theirs


@pytest.mark.parametrize(("ahead", "behind"), [("upstream", "origin"), ("origin", "upstream")])
def test_of_two_repositories_the_one_with_the_newer_version_is_taken(ahead, behind, first, original, quick, tmp_path):
    """A fork that still has the earlier version hides nothing, whatever it is called; who does not answer is named."""
    instructor = shutil.copytree(first, tmp_path / "instructor", symlinks=True)
    start, solutions = git(instructor, "rev-parse", "main").strip(), "+refs/heads/solution/*:refs/heads/solution/*"
    for name in (behind, ahead):
        git(tmp_path, "init", "--quiet", "--bare", f"{name}.git")
        git(instructor, "remote", "add", name, str(tmp_path / f"{name}.git"))
        git(instructor, "push", "--quiet", name, "main", solutions, f"{start}:refs/heads/template")
    git(tmp_path, "clone", "--quiet", "--origin", behind, f"{behind}.git", "learner")
    root = tmp_path / "learner"
    git(root, "remote", "add", ahead, str(tmp_path / f"{ahead}.git"))
    update_here(instructor, original)
    git(instructor, "push", "--quiet", "--prune", ahead, "main", "template", solutions)
    (tmp_path / f"{ahead}.git").rename(tmp_path / "away")
    said = update_here(root)
    assert f"No answer from {ahead}" in said and f"From the repository {behind}," in said and "New" not in said
    (tmp_path / "away").rename(tmp_path / f"{ahead}.git")
    said = update_here(root)
    assert f"From the repository {ahead}," in said and "New exercises: 05_fresh" in said and behind not in said
    assert heads(root)["template"] == heads(instructor)["template"]


def test_of_versions_that_went_different_ways_the_later_one_is_taken(start):
    """Where neither goes back to the other, the template's time decides; going back decides before the time."""
    root, made = git(start, "rev-parse", "main").strip(), {}
    for name, before, day in (("one", root, 3), ("two", root, 5), ("two again", None, 4)):
        env = {f"GIT_{who}_DATE": f"2026-01-0{day}T00:00:00Z" for who in ("AUTHOR", "COMMITTER")}
        command = ["git", "commit-tree", f"{root}^{{tree}}", "-p", before or made["two"], "-m", name]
        done = subprocess.run(command, cwd=start, env=os.environ | env, capture_output=True, text=True, check=True)
        made[name] = done.stdout.strip()
    assert class_repository.furthest(start, made) == "two again"
    assert class_repository.furthest(start, {"a": made["two"], "b": made["one"]}) == "a"
    assert class_repository.furthest(start, {"a": made["one"], "b": made["two"]}) == "b"


# Other commands of the coach


def test_a_fresh_start_is_that_of_the_new_version(done, quick, tmp_path):
    """`coach start` begins at the new version, and the next update goes on from there."""
    from coach.moves.freshstart import fresh_start

    root = shutil.copytree(done[0], tmp_path / SLUG, symlinks=True)
    fresh_start(root, lambda said: None)
    assert git(root, "merge-base", "template", "main").strip() == heads(root)["template"]
    assert git(root, "log", "--format=%s", "template..main").splitlines() == ["Keep the coach and the exercises"]
    assert "up to date" in update_here(root)


def test_reset_to_a_start_before_the_update_says_so(root, quick):
    """`coach reset` goes back to how the exercise began, and says that the update can be made again."""
    from coach.saves import store

    store.take(root, "at the start of 04_preprocess", begins="04_preprocess")
    update_here(root)
    said = coach(root, "reset", "04").stdout
    assert "from before `coach update`" in said
    assert "Done:" in update_here(root)


# cruft


CRUFT = [sys.executable, "-m", "cruft"]


def test_cruft_makes_a_workshop_and_names_the_command_that_updates_it(original, first, quick, tmp_path):
    """`cruft create` makes the same commits; `cruft update` and `cruft diff` end with a sentence and change nothing."""
    third = shutil.copytree(original, tmp_path / "third", symlinks=True)
    create = [*CRUFT, "create", str(third), "--no-input", "--checkout", "v1"]
    subprocess.run(create, cwd=tmp_path, check=True, capture_output=True)
    root = tmp_path / SLUG
    assert heads(root) == heads(first)
    commit(root, "Keep cruft's file")
    before = kept(root)
    for command in (["update", "-y"], ["diff"]):
        done = subprocess.run([*CRUFT, *command], cwd=root, capture_output=True, text=True)
        said = done.stdout + done.stderr
        assert done.returncode != 0 and "`coach update`" in said and "Traceback" not in said, said
    assert not difference(before, kept(root))
    assert "Done:" in update_here(root)
    assert MENDED in (root / "exercises/04_preprocess/README.md").read_text(encoding="utf-8")
