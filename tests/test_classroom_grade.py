"""`coach class grade`: the checks that count are the instructor's, and an edited one is named."""

import json
import shutil
import subprocess
import sys

import pytest
from states import Workshop

CHECKS = "exercises/01_environment/test_environment.py"
PLUGIN = "coach/checks/plugin.py"


def git(folder, *arguments):
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, input="", check=False)
    assert not done.returncode, done.stderr
    return done.stdout


@pytest.fixture
def class_of_one(generated, tmp_path):
    """Return (the instructor's copy, a learner's clone of it)."""
    here = tmp_path / "instructor"
    shutil.copytree(generated, here, symlinks=True)
    git(tmp_path, "clone", "-q", "instructor", "learner")
    return Workshop(here), tmp_path / "learner"


def grade(here, learner, *arguments, **environment):
    here.env = {**here.env, "CI": "", **environment}
    return here.run(sys.executable, "-m", "coach", "class", "grade", str(learner), *arguments, check=False)


CHEAT = "\ndef test_packages(workshop):\n    pass\n"
EDITS = {
    "a check": lambda root: (root / CHECKS).write_text((root / CHECKS).read_text() + CHEAT),
    "the coach": lambda root: (root / PLUGIN).write_text("raise SystemExit(0)\n"),
    "a check taken away": lambda root: (root / CHECKS).unlink(),
    "a check added": lambda root: (root / "exercises/01_environment/test_mine.py").write_text(CHEAT),
    "another conftest": lambda root: (root / "exercises/conftest.py").write_text("raise SystemExit(0)\n"),
    "options for pytest": lambda root: (root / "exercises/pytest.ini").write_text("[pytest]\naddopts = --co\n"),
}
NAMED = {
    "a check": [CHECKS],
    "the coach": [PLUGIN],
    "a check taken away": [CHECKS],
    "a check added": ["exercises/01_environment/test_mine.py"],
    "another conftest": ["exercises/conftest.py"],
    "options for pytest": ["exercises/pytest.ini"],
}


def compare(here, learner):
    """Return what the instructor's copy says was edited, in a process that runs its coach."""
    code = (
        "import sys; from coach.classroom import original as o;"
        "print(*o.edited(o.of_folder(sys.argv[1]), o.of_folder('.'), o.earlier_ids('.')), sep='\\n')"
    )
    return here.run(sys.executable, "-c", code, str(learner)).stdout.split()


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_named(class_of_one, edit):
    here, learner = class_of_one
    assert compare(here, learner) == []
    EDITS[edit](learner)
    assert compare(here, learner) == NAMED[edit]


def test_what_is_no_edit_is_not_named(class_of_one):
    here, learner = class_of_one
    (learner / CHECKS).write_bytes((learner / CHECKS).read_bytes().replace(b"\n", b"\r\n"))
    (learner / "exercises/__pycache__").mkdir(exist_ok=True)
    (learner / "exercises/__pycache__/x.pyc").write_bytes(b"")
    (learner / "exercises/01_environment/README.md").write_text("My notes\n")
    (learner / "coach/answers.json").write_text("{}\n")
    (here.root / PLUGIN).write_text((here.root / PLUGIN).read_text() + "# mended\n")
    (here.root / "exercises/new.txt").write_text("new\n")
    git(here.root, "commit", "-qam", "Mend a check")
    assert compare(here, learner) == []


def test_who_has_not_updated_has_edited_nothing(class_of_one):
    """What the instructor adds, mends, renames or takes away: an earlier version is no edit, another one is."""
    here, learner = class_of_one
    clones = [learner]
    steps = (
        ("Add a check", lambda: (here.root / "exercises/test_new.py").write_text("new\n")),
        ("Mend a check", lambda: (here.root / CHECKS).write_text("mended\n")),
        ("Rename a part", lambda: (here.root / PLUGIN).rename(here.root / "coach/checks/renamed.py")),
        ("Take a check away", lambda: (here.root / "exercises/test_new.py").unlink()),
        ("Add it again", lambda: (here.root / "exercises/test_new.py").write_text("newer\n")),
    )
    for number, (subject, step) in enumerate(steps):
        step()
        git(here.root, "add", "-A")
        git(here.root, "commit", "-qm", subject)
        clones.append(learner.with_name(f"learner{number}"))
        git(learner.parent, "clone", "-q", "instructor", str(clones[-1]))
    for each in clones:
        assert compare(here, each) == [], each
        (each / "exercises/test_new.py").write_text("mine\n")
        (each / CHECKS).unlink()
        assert compare(here, each) == [CHECKS, "exercises/test_new.py"], each


def test_a_check_taken_away_is_named_though_the_coach_came_later(class_of_one):
    """A repository may begin with a text only: that commit lacks all checks, and is no version of the workshop."""
    here, learner = class_of_one
    parts = git(here.root, "rev-parse", "HEAD^{tree}").strip()
    empty = git(here.root, "commit-tree", "-m", "First", git(here.root, "mktree", "--missing", "-z").strip()).strip()
    later = git(here.root, "commit-tree", "-p", empty, "-m", "The workshop", parts).strip()
    for name in git(here.root, "for-each-ref", "--format=%(refname)").split():
        git(here.root, "update-ref", name, later)
    assert git(here.root, "rev-list", "--all", "--count").strip() == "2"
    (learner / CHECKS).unlink()
    assert compare(here, learner) == [CHECKS]


def test_the_checks_that_count_are_the_instructors(class_of_one):
    here, learner = class_of_one
    for edit in EDITS.values():
        edit(learner) if edit is not EDITS["a check"] else None
    outside = learner.parent / "outside"
    shutil.move(learner / "coach", outside)
    (learner / "coach").symlink_to(outside)
    (learner / ".env").write_text("PYTEST_ADDOPTS=--co\n")
    kept = sorted(path.name for path in outside.rglob("*"))
    done = grade(here, learner, "--json", CI="true")
    assert done.returncode == 1, done.stderr
    result = json.loads(done.stdout)
    assert result["schema"] == "coach/result/v1"
    first, *rest = result["exercises"]
    assert first["verdict"] == "not yet" and {each["exercise"] for each in rest}
    assert "test_packages" in {check["check"]: check["verdict"] for check in first["checks"]}
    assert not any(check["verdict"] == "error" for each in [first, *rest] for check in each["checks"])
    assert {CHECKS, "coach", "exercises/conftest.py", "exercises/pytest.ini"} <= set(result["edited"])
    assert str(here.root) in done.stderr  # it says that it has laid its own copy there
    assert sorted(path.name for path in outside.rglob("*")) == kept
    assert compare(here, learner) == [] and not (learner / "coach").is_symlink()


STOPS = {
    "outside of CI": (lambda here, learner: [learner], "--in-place"),
    "a folder that is not there": (lambda here, learner: [learner / "none", "--in-place"], "no such folder"),
    "the own copy": (lambda here, learner: [here.root, "--in-place"], "own copy"),
    "a folder inside": (lambda here, learner: [learner / "data", "--in-place"], "inside of a repository"),
}


@pytest.mark.parametrize("stop", STOPS)
def test_it_stops_before_it_changes_anything(class_of_one, stop):
    here, learner = class_of_one
    (learner / PLUGIN).write_text("mine\n")
    arguments, says = STOPS[stop]
    done = grade(here, *map(str, arguments(here, learner)))
    assert done.returncode == 1 and says in done.stderr and "Next: " in done.stderr, done.stderr
    assert (learner / PLUGIN).read_text() == "mine\n"
