"""Catch-up, start, skip, reset and undo: the workshop as it should be afterwards, and nothing that the learner had lost."""

import json
import os
import signal
import subprocess
import sys
import time

import pexpect
import pytest
from snapshot import difference, git, lost, snapshot
from states import TEMPLATE, exercise_ids
from test_contract import about, not_yet, verdicts

IDS = exercise_ids()


def bucket(workshop):
    """Return {object: md5} of the cache bucket."""
    script = (
        "import json; from coach.buckets.gcs import Storage\n"
        "print(json.dumps({n: b.md5 for n, b in Storage.from_environment().list('dvc-workshop-cache').items()}))"
    )
    return json.loads(workshop.run(sys.executable, "-c", script).stdout)


def passed(workshop):
    """Return the ids of the exercises that pass."""
    result = json.loads(workshop.coach("check", "--all", "--json", check=False).stdout)
    return [exercise["exercise"] for exercise in result["exercises"] if exercise["verdict"] == "passed"]


def all_of(workshop):
    """Return all that an undo must bring back: files, Git's status and the bucket."""
    return snapshot(workshop.root), git(workshop.root, "status", "--porcelain"), bucket(workshop)


def assert_back(workshop, before):
    """All is as before, byte for byte."""
    files, status, objects = before
    assert not difference(files, snapshot(workshop.root))
    assert git(workshop.root, "status", "--porcelain") == status
    assert bucket(workshop) == objects


def test_a_late_comer_catches_up_and_goes_back(at):
    """From an untouched start, exercise by exercise to the end, all passed; by as many undos back to the start."""
    workshop, befores = at(0), []
    for exercise in IDS[1:]:
        befores.append(all_of(workshop))
        said = workshop.coach("catch-up", exercise).stdout
        assert f"Next: read exercises/{exercise}/README.md" in said
        known = json.loads((workshop.root / ".coach/progress.json").read_text())
        assert known["passed"] == known["by_coach"] == IDS[: IDS.index(exercise)]
    befores.append(all_of(workshop))
    workshop.coach("skip")
    assert passed(workshop) == IDS and "All exercises have passed" in workshop.coach().stdout
    scores = json.loads(workshop.run("dvc", "metrics", "show", "--json").stdout)[""]["data"]
    assert scores["reports/metrics.json"]["data"]["accuracy"] >= 0.97
    for before in reversed(befores):
        said = workshop.coach("undo", "--yes").stdout
        assert said.index("go away") < said.index("Everything is as in save")
        assert_back(workshop, before)


# What a late-comer may have done to the workshop, by what the coach has to cope with.


def untidy(root):
    (root / "params.yaml").write_text((root / "params.yaml").read_text() + "mine: 1\n")
    (root / "notes.txt").write_text("mine")
    git(root, "add", "notes.txt")


def merging(root):
    git(root, "checkout", "--quiet", "-b", "theirs")
    (root / "params.yaml").write_text("theirs: 1\n")
    git(root, "commit", "--quiet", "--no-verify", "-m", "Theirs", "params.yaml")
    git(root, "checkout", "--quiet", "-")
    (root / "params.yaml").write_text("ours: 1\n")
    git(root, "commit", "--quiet", "--no-verify", "-m", "Ours", "params.yaml")
    git(root, "merge", "theirs", check=False)
    assert "UU params.yaml" in git(root, "status", "--porcelain")


def rebasing(root):
    merging(root)
    git(root, "merge", "--abort")
    git(root, "update-index", "--assume-unchanged", *git(root, "ls-files", "-m").split(), ".gitignore")
    git(root, "rebase", "theirs", check=False)
    assert (root / ".git/rebase-merge").exists()


def detached(root):
    git(root, "stash", "--include-untracked", check=False)
    git(root, "checkout", "--quiet", "--detach", "HEAD~1")


def other_branch(root):
    git(root, "branch", "-m", "lernen/übung")
    git(root, "branch", "-D", "main", check=False)


def broken_pipeline(root):
    (root / "dvc.yaml").write_text("stages: [not, a, pipeline\n")
    git(root, "commit", "--quiet", "--no-verify", "-m", "Broken", "dvc.yaml")


def lost_data(root):
    import shutil

    shutil.rmtree(root / ".dvc/cache")
    shutil.rmtree(root / "data/raw")


def damaged_cache(root):
    for file in (root / ".dvc/cache/files/md5").glob("*/*"):
        file.chmod(0o644)
        file.write_bytes(b"damaged")


def killed_git(root):
    (root / ".git/index.lock").write_bytes(b"")


def windows_lines(root):
    for name in ("params.yaml", "dvc.yaml", "Pipfile"):
        (root / name).write_bytes((root / name).read_bytes().replace(b"\n", b"\r\n"))


# (exercise to catch up to, exercises done before the mess, the mess)
MESSES = {
    "02, untidy": (2, 0, untidy),
    "03, CRLF": (3, 1, windows_lines),
    "04, cache damaged": (4, 2, damaged_cache),
    "05, broken pipeline": (5, 3, broken_pipeline),
    "05, lost data": (5, 3, lost_data),
    "06, half of a rebase": (6, 4, rebasing),
    "07, half of a merge": (7, 5, merging),
    "08, detached HEAD": (8, 6, detached),
    "09, another branch": (9, 7, other_branch),
    "10, killed Git": (10, 8, killed_git),
}


@pytest.mark.parametrize("mess", MESSES)
def test_a_late_comer_catches_up_from_a_mess(at, mess):
    """Whatever the mess: everything before the exercise passes, and undo gives the mess back, byte for byte."""
    target, done, make = MESSES[mess]
    workshop = at(done)
    make(workshop.root)
    before = all_of(workshop)
    branch = git(workshop.root, "branch", "--show-current")
    result = workshop.coach("catch-up", str(target), check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert not lost(before[0], workshop.root)
    assert passed(workshop)[: target - 1] == IDS[: target - 1]
    assert verdicts(workshop, IDS[target - 1])["verdict"] == "not yet"
    assert branch in ("", git(workshop.root, "branch", "--show-current")), "the learner stays on their branch"
    assert not git(workshop.root, "diff", "HEAD", "--stat", "--", "dvc.yaml", "params.yaml", "dvc.lock")
    workshop.coach("undo", "--yes")
    assert_back(workshop, before)


@pytest.mark.parametrize("number", range(1, len(IDS) + 1), ids=IDS)
def test_reset_puts_an_exercise_back_to_its_start(at, number):
    """After a reset the exercise is as a learner begins it, what came before still passes, and undo takes it back."""
    workshop, exercise = at(number, saves=True), IDS[number - 1]
    (workshop.root / "notes.txt").write_text("mine")
    before = all_of(workshop)
    workshop.coach("reset", exercise)
    first = next(iter(not_yet(verdicts(workshop, exercise))))
    assert first == about(TEMPLATE / "solutions" / exercise / "README.md")["stub"]
    assert exercise not in json.loads((workshop.root / ".coach/progress.json").read_text())["passed"]
    if number > 1:
        assert verdicts(workshop, IDS[number - 2])["verdict"] == "passed"
    assert not lost(before[0], workshop.root)
    workshop.coach("undo", "--yes")
    assert_back(workshop, before)


def test_start_begins_afresh(at):
    """`start` replaces the learner's own work by the solutions, forgets later exercises, and undo brings it back."""
    workshop = at(3)
    (workshop.root / "dvc.yaml").write_text("stages: {}\n")
    git(workshop.root, "commit", "--quiet", "--no-verify", "-m", "Mine", "dvc.yaml")
    (workshop.root / "dvc.py").write_text("raise SystemExit('in the way of every dvc command')")
    before = all_of(workshop)
    assert "from a fresh start" not in workshop.coach("start", "3").stdout
    assert passed(workshop) == IDS[:2] and bucket(workshop) == {}
    assert not git(workshop.root, "diff", "HEAD", "solution/02_download", "--", "dvc.yaml", "params.yaml", "Pipfile")
    workshop.coach("undo", "--yes")
    assert_back(workshop, before)


def test_skip_goes_on_and_ends(at):
    """`skip` does the current exercise; after the last there is nothing to skip and nothing is saved."""
    workshop = at(2, saves=True)
    assert "Next: read exercises/04_preprocess" in workshop.coach("skip").stdout
    known = json.loads((workshop.root / ".coach/progress.json").read_text())
    assert "03_remote" in known["by_coach"] and "03_remote" in known["passed"]


@pytest.fixture
def remote(at):
    """Return a workshop after exercise 02, its buckets running."""
    return at(2)


def test_without_need_nothing_is_changed_or_saved(remote):
    """Where all before has passed, catching up changes nothing."""
    before = all_of(remote)
    assert "has passed already" in remote.coach("catch-up", "3").stdout
    assert_back(remote, before)
    assert "no saves yet" in remote.coach("saved").stdout


@pytest.mark.parametrize("arguments", [["undo"], ["undo", "7"]], ids=" ".join)
def test_nothing_to_undo_is_told(remote, arguments):
    """Without such a save, undo says so and changes nothing."""
    before = all_of(remote)
    done = remote.coach(*arguments, check=False)
    assert done.returncode == 1 and "coach saved" in done.stderr and "Traceback" not in done.stderr
    assert_back(remote, before)


def test_undo_says_what_it_will_do_before_it_asks(remote):
    """The files that change are named, and without a yes nothing happens."""
    remote.coach("catch-up", "4")
    (remote.root / "notes.txt").write_text("since then")
    before = all_of(remote)
    done = remote.run(sys.executable, "-m", "coach", "undo", check=False)
    assert done.returncode == 1 and "notes.txt" in done.stdout and ".dvc/config" in done.stdout
    assert "Go on?" in done.stdout and "Everything is as" not in done.stdout
    assert_back(remote, before)


def test_an_undo_can_be_undone(remote):
    """What undo took away comes back by the number that it names; `saved` lists every save."""
    remote.coach("catch-up", "4")
    after = all_of(remote)
    said = remote.coach("undo", "--yes").stdout
    number = said.split("`coach undo ")[1].split("`")[0]
    listed = remote.coach("saved").stdout
    assert "coach catch-up 04" in listed and "at the start of 04_preprocess" in listed and "coach undo" in listed
    remote.coach("undo", number, "--yes")
    assert_back(remote, after)
    assert remote.coach("undo", "--yes", check=False).returncode == 1, "what was undone is not undone once more"


def test_without_an_identity_nothing_is_changed(remote):
    """Where Git does not know who commits, catch-up says how to tell it, before anything else."""
    git(remote.root, "config", "user.name", "")
    git(remote.root, "config", "--unset", "user.name")
    remote.env["GIT_CONFIG_GLOBAL"] = os.devnull
    before = all_of(remote)
    done = remote.coach("catch-up", "4", check=False)
    assert done.returncode == 1 and "`git config user.name" in done.stderr
    assert_back(remote, before)


def test_not_while_dvc_works(remote):
    """While a stage runs, nothing is changed below it, and the message names the process."""
    stages = remote.root / "dvc.yaml"
    stages.write_text(
        stages.read_text() + '  slow:\n    cmd: python -c "import time; time.sleep(60)"\n    deps: [params.yaml]\n'
    )
    git(remote.root, "commit", "--quiet", "--no-verify", "-m", "Slow", "dvc.yaml")
    running = subprocess.Popen(
        ["dvc", "repro", "slow"],
        cwd=remote.root,
        env=remote.env,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        for line in running.stdout:
            if "time.sleep" in line:
                break
        before = snapshot(remote.root)
        done = remote.coach("catch-up", "4", check=False)
        assert done.returncode == 1 and str(running.pid) in done.stderr and "nothing was changed" in done.stderr
        assert not difference(before, snapshot(remote.root))
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    assert remote.coach("catch-up", "4").returncode == 0, "the lock of a killed DVC does not count"


def test_one_at_a_time(remote):
    """A second such command beside the first is refused, and says why."""
    first = subprocess.Popen(
        [sys.executable, "-m", "coach", "catch-up", "4"],
        cwd=remote.root,
        env=remote.env,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert "in save" in first.stdout.readline()
        done = remote.coach("catch-up", "4", check=False)
        assert done.returncode == 1 and "another command of the coach" in done.stderr
    finally:
        first.communicate(timeout=300)
    assert first.returncode == 0


def test_a_stopped_catch_up_says_how_to_go_on(remote):
    """Ctrl-C in the middle: both ways on are named, and both work."""
    before = all_of(remote)
    running = subprocess.Popen(
        [sys.executable, "-m", "coach", "catch-up", "5"],
        cwd=remote.root,
        env=remote.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for line in running.stdout:
        if "dvc repro" in line:
            break
    time.sleep(0.5)
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 1 and "coach undo" in said and "`coach catch-up 05` goes on" in said, said
    remote.coach("undo", "--yes")
    assert_back(remote, before)


@pytest.mark.parametrize("columns", [100, 40])
def test_long_work_shows_how_far_it_is(remote, columns):
    """In a terminal a bar counts the steps and tells the time that is left; without one there are plain lines."""
    size = {"COLUMNS": str(columns), "TERM": "xterm-256color"}
    child = pexpect.spawn(
        sys.executable,
        ["-m", "coach", "catch-up", "5"],
        cwd=str(remote.root),
        env={**remote.env, **size},
        dimensions=(30, columns),
        encoding="utf-8",
        timeout=200,
    )
    child.expect(r"\d+ of \d+ steps")
    child.expect(r"\d:\d\d:\d\d\S* left")
    child.expect("Next: read exercises/05")
    child.expect(pexpect.EOF)
    remote.coach("undo", "--yes")
    plain = remote.coach("catch-up", "4").stdout
    assert "\x1b" not in plain and "$ dvc push" in plain and "━" not in plain
