"""The coach's command line: what it prints, its exit codes, its JSON, and that a check looks but does not touch."""

import json
import subprocess
import sys
import time

import pytest

FACTS = ("expected", "found", "where", "next")


@pytest.fixture(scope="module")
def downloaded(states, tmp_path_factory):
    """Return a workshop after exercise 02, its buckets running."""
    with states.copy(2, tmp_path_factory.mktemp("downloaded")).buckets() as workshop:
        yield workshop


@pytest.fixture
def started(states, tmp_path):
    """Return a workshop that nobody has touched, its buckets running."""
    with states.copy(0, tmp_path).buckets() as workshop:
        yield workshop


def test_coach_says_where_the_learner_is(started):
    """`coach` alone names the next exercise, and how far the learner is."""
    said = started.coach().stdout
    assert "0 of 10 exercises passed" in said and "exercises/01_environment/README.md" in said


def test_a_pass_moves_on(downloaded):
    """After a pass, the next exercise is the current one."""
    assert downloaded.coach("check", "02").returncode == 0
    assert "02_download" in downloaded.coach().stdout


@pytest.mark.parametrize("key", ["2", "02", "download", "02_download", "exercises/02_download"])
def test_exercise_has_many_names(downloaded, key):
    """An exercise is found by number, name, folder and path."""
    assert "02_download" in downloaded.coach("check", key).stdout


@pytest.mark.parametrize(
    "arguments, code",
    [
        (["check", "02"], 0),
        (["check", "03"], 1),
        (["check", "99"], 2),
        (["check", "02", "--all"], 2),
        (["frobnicate"], 2),
        (["bucket", "status"], 0),
    ],
    ids=str,
)
def test_exit_codes(downloaded, arguments, code):
    """0 passed, 1 not yet, 2 usage; never a traceback."""
    done = downloaded.coach(*arguments, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_crashing_check_is_the_coachs_fault(downloaded, tmp_path):
    """A check that crashes is an `error`, exit code 3, and shows its traceback only with -v."""
    file = downloaded.root / "exercises" / "03_remote" / "test_remote.py"
    before = file.read_text()
    file.write_text(before + '\n\ndef test_crash(workshop):\n    """It crashes."""\n    1 / 0\n')
    try:
        done = downloaded.coach("check", "03", check=False)
        assert done.returncode == 3 and "coach's own fault" in done.stdout and "Traceback" not in done.stdout
        assert "ZeroDivisionError" in downloaded.coach("check", "03", "-v", check=False).stdout
        result = json.loads(downloaded.coach("check", "03", "--json", check=False).stdout)
        assert result["exercises"][0]["verdict"] == "error"
    finally:
        file.write_text(before)


def test_json_is_one_object(downloaded):
    """`--json` prints coach/result/v1 and nothing else; all keys are there for every check."""
    result = json.loads(downloaded.coach("check", "--all", "--json", check=False).stdout)
    assert result["schema"] == "coach/result/v1" and len(result["exercises"]) == 10
    for exercise in result["exercises"]:
        assert set(exercise) == {"exercise", "verdict", "points", "max_points", "checks"}
        assert exercise["verdict"] in ("passed", "not yet", "not started", "error")
        for check in exercise["checks"]:
            assert set(check) == {"check", "title", "verdict", *FACTS}
            assert check["verdict"] in ("passed", "not yet", "skipped", "error")
            assert check["title"].endswith(".")
    verdicts = {exercise["exercise"]: exercise["verdict"] for exercise in result["exercises"]}
    assert verdicts["02_download"] == "passed" and verdicts["03_remote"] == "not yet"


def test_failing_check_says_four_things(downloaded):
    """Expected, found, where and next stand in what a person reads."""
    said = downloaded.coach("check", "03", check=False).stdout
    assert all(word in said for word in ("Expected", "Found", "Where", "Next"))


def test_pytest_gives_the_same_verdicts(downloaded):
    """`pytest exercises/…` passes and fails the same checks, and shows the four things instead of a traceback."""
    for exercise, code in (("02_download", 0), ("03_remote", 1)):
        done = downloaded.run(sys.executable, "-m", "pytest", f"exercises/{exercise}", check=False)
        assert done.returncode == code, done.stdout
        result = json.loads(downloaded.coach("check", exercise, "--json", check=False).stdout)["exercises"][0]
        failed = [check["check"] for check in result["checks"] if check["verdict"] == "not yet"]
        assert all(f"::{name}" in done.stdout for name in failed)
        assert "Error" not in done.stdout.replace("NotYet", "")


def test_hints_grow_stronger(downloaded):
    """Each call gives one hint more; the last one is a command."""
    said = [downloaded.coach("hint", "03").stdout for _ in range(4)]
    assert "Hint 1 of" in said[0] and "Hint 2 of" not in said[0]
    assert "Hint 2 of" in said[1]
    assert "last hint" in said[-1] and "`" in said[-1]


def test_solution_shows_why_and_what(downloaded):
    """`coach solution` shows the reason, the change and the commands."""
    said = downloaded.coach("solution", "03").stdout
    assert "dvc push" in said and "+    url = gs://" in said


def test_catch_up_keeps_unsaved_work(started):
    """With work that Git does not hold, catching up changes nothing and says how to keep it."""
    file = started.root / "params.yaml"
    file.write_text(file.read_text() + "# mine\n")
    done = started.coach("catch-up", "02", check=False)
    assert done.returncode == 1 and "git stash" in done.stderr and file.read_text().endswith("# mine\n")


def test_checks_look_but_do_not_touch(downloaded):
    """Checking writes nothing outside of .coach, also while DVC's lock is held."""

    def seen():
        files = [p for p in downloaded.root.rglob("*") if p.is_file() and ".coach" not in p.parts]
        return {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in files}

    script = (
        "import time; from dvc.repo import Repo; r = Repo('.');\nwith r.lock: print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script], cwd=downloaded.root, stdout=subprocess.PIPE, text=True, env=downloaded.env
    )
    try:
        assert holder.stdout.readline() == "held\n"
        before = seen()
        result = json.loads(downloaded.coach("check", "02", "--json").stdout)
        assert result["exercises"][0]["verdict"] == "passed"
        assert seen() == before
    finally:
        holder.kill()
        holder.wait()


def test_server_down_is_told_at_once(states, tmp_path):
    """Without the bucket server a check says so, with the command that starts it, within seconds."""
    workshop = states.copy(2, tmp_path)
    workshop.env["STORAGE_EMULATOR_HOST"] = "http://127.0.0.1:9"
    before = time.monotonic()
    done = workshop.coach("check", "02", check=False)
    assert done.returncode == 1 and "coach bucket start" in done.stdout
    assert time.monotonic() - before < 10


def test_plain_lines_without_a_terminal(downloaded):
    """Without a terminal, and with NO_COLOR, there are no escape sequences; words carry the verdict."""
    downloaded.env["NO_COLOR"] = "1"
    said = downloaded.coach("check", "03", check=False).stdout
    assert "\x1b" not in said and "not yet" in said
