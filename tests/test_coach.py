"""The coach's command line: what it prints, its exit codes, its JSON, and that a check looks but does not touch."""

import json
import re
import subprocess
import sys
import time

import pytest
from commands import commands, fault_of

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


def forget(workshop):
    """Let the coach know nothing of what was done."""
    for name in ("progress.json", "looked"):
        (workshop.root / ".coach" / name).unlink(missing_ok=True)


def progress(workshop):
    """Return what the coach remembers."""
    return json.loads((workshop.root / ".coach" / "progress.json").read_text())


def test_coach_says_where_the_learner_is(started):
    """`coach` alone names the next exercise, and how far the learner is."""
    said = started.coach().stdout
    assert "0 of 10 exercises passed" in said and "exercises/01_environment/README.md" in said


def test_a_pass_moves_on(downloaded):
    """After a pass, the next exercise is the current one, and both commands say so."""
    forget(downloaded)
    assert "01_environment/README.md" in downloaded.coach("check", "02").stdout
    assert "Next: read exercises/03_remote/README.md" in downloaded.coach("check", "01").stdout
    said = downloaded.coach().stdout
    assert "03_remote" in said and "2 of 10 exercises passed" in said


@pytest.mark.parametrize("command", [[], ["list"]], ids=["coach", "list"])
def test_looking_needs_no_heavy_library(downloaded, command):
    """Where the learner only looks, neither pytest nor DVC nor torch is loaded."""
    code = "import sys; from coach.cli import app; app(standalone_mode=False); print(sorted(sys.modules))"
    done = downloaded.run(sys.executable, "-c", code, *command)
    loaded = done.stdout.splitlines()[-1]
    assert "'coach.overview'" in loaded
    assert not [name for name in ("pytest", "dvc", "torch", "numpy") if f"'{name}'" in loaded]


def test_list_says_how_far_each_exercise_is(downloaded):
    """Each exercise has its part, verdict, minutes and points; the points are those that its checks count for."""
    forget(downloaded)
    graded = json.loads(downloaded.coach("check", "--all", "--json", check=False).stdout)["exercises"]
    listed = json.loads(downloaded.coach("list", "--json").stdout)
    assert listed["schema"] == "coach/list/v1" and listed["passed"] == 2
    assert [row["exercise"] for row in listed["exercises"] if row["current"]] == ["03_remote"]
    for row, result in zip(listed["exercises"], graded, strict=True):
        assert [row[key] for key in ("exercise", "verdict", "points", "max_points")] == [
            result[key] for key in ("exercise", "verdict", "points", "max_points")
        ]
        assert row["part"] == "1 Core" and row["minutes"] > 0 and row["title"]
        assert row["by"] == ("you" if result["verdict"] == "passed" else None)
    said = downloaded.coach("list").stdout
    assert "Part 1 Core" in said and "> 03_remote" in said
    assert re.search(r"02_download .* 20 min +10 of 10 +passed by you", said)


def test_list_says_what_the_coach_has_done(downloaded):
    """What was done by `coach skip` and the like is not the learner's."""
    known = {
        "passed": ["01_environment", "02_download"],
        "by_coach": ["01_environment"],
        "verdicts": {"02_download": "not yet"},
    }
    (downloaded.root / ".coach" / "progress.json").write_text(json.dumps(known))
    said = downloaded.coach("list").stdout
    assert re.search("01_environment .* passed by the coach", said) and re.search("02_download .* passed by you", said)
    assert "02_download passed once" in said and "01_environment passed once" not in said


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
    forget(downloaded)
    said = [downloaded.coach("hint", "03").stdout for _ in range(4)]
    assert "Hint 1 of" in said[0] and "Hint 2 of" not in said[0] and "`coach hint` again" in said[0]
    assert "Hint 2 of" in said[1]
    assert "last hint" in said[-1] and "`coach solution 03`" in said[-1] and said[-1] == said[-2]


def change(workshop, number):
    """Change something that the checks look at."""
    (workshop.root / "params.yaml").open("a").write(f"# try {number}\n")


ATTEMPTS = {  # what is done before and in each of six checks, and in which of them the coach reminds of hints
    "changed": (change, ["check", "03"], [3]),
    "unchanged": (lambda *_: None, ["check", "03"], []),
    "json": (change, ["check", "03", "--json"], []),
    "all": (change, ["check", "--all"], []),
    "passed": (change, ["check", "01"], []),
    "once": (change, ["watch", "03", "--once"], []),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_three_failed_attempts_remind_of_hints_once(downloaded, name):
    """An attempt is a change and a check that a person reads; nothing else counts, and nobody is told twice."""
    before, command, expected = ATTEMPTS[name]
    forget(downloaded)
    downloaded.coach("check", "03", check=False)
    text = (downloaded.root / "params.yaml").read_text()
    reminded = []
    for number in range(1, 7 if expected else 5):
        before(downloaded, number)
        if "Three attempts" in downloaded.coach(*command, check=False).stdout:
            reminded.append(number)
    (downloaded.root / "params.yaml").write_text(text)
    assert reminded in (expected, [2] if expected else [])


def test_an_untouched_exercise_and_a_crash_are_no_attempts(started):
    """The first look at an untouched workshop counts nothing, and a crash of the coach never does."""
    started.coach("check", check=False)
    assert not any(progress(started)["failures"].values())
    file = started.root / "exercises" / "01_environment" / "test_environment.py"
    text = file.read_text()
    for number in range(4):
        file.write_text(f"def test_crash(workshop):\n    {number} / 0\n")
        assert started.coach("check", "01", check=False).returncode == 3
    assert not any(progress(started)["failures"].values())
    file.write_text(text)
    for number in range(3):
        change(started, number)
        said = started.coach("check", check=False).stdout
    assert "Three attempts" in said and "`coach hint`" in said.splitlines()[-1]


@pytest.mark.parametrize("exercise", ["02", "03"])
def test_check_ends_with_the_one_next_command(downloaded, monkeypatch, exercise):
    """The last line of a check names one command."""
    monkeypatch.chdir(downloaded.root)
    forget(downloaded)
    last = downloaded.coach("check", exercise, check=False).stdout.splitlines()[-1]
    assert last.startswith("Next: ") and len(re.findall("`[^`]+`", last)) == 1
    assert fault_of(re.search("`([^`]+)`", last)[1]) is None


def test_solution_opens_after_the_hints(downloaded):
    """Before them a message names both ways on; after the last one it is shown, with why, what and the commands."""
    forget(downloaded)
    closed = downloaded.coach("solution", "03", check=False)
    assert closed.returncode == 1 and "git commit" not in closed.stdout
    assert "`coach hint 03`" in closed.stderr and "`coach solution 03 --give-up`" in closed.stderr
    for _ in range(3):
        assert downloaded.coach("solution", "03", check=False).returncode == 1
        downloaded.coach("hint", "03")
    said = downloaded.coach("solution", "03").stdout
    assert "for the whole team" in said and "+    url = gs://" in said and "  $ dvc push" in said.splitlines()


def test_solution_opens_for_who_gives_up_or_has_passed(downloaded):
    """`--give-up` is remembered; after a pass, the solution says that nothing differs."""
    forget(downloaded)
    assert "dvc push" in downloaded.coach("solution", "03", "--give-up").stdout
    assert progress(downloaded)["given_up"] == ["03_remote"]
    assert downloaded.coach("solution", "03").returncode == 0
    assert downloaded.coach("solution", "04", check=False).returncode == 1
    said = downloaded.coach("solution", "02").stdout
    assert "Your files are as in the solution: " in said and "02_download" in progress(downloaded)["passed"]


def replace(root, path, data):
    """Write a file's bytes and return what it held."""
    before = (root / path).read_bytes()
    (root / path).write_bytes(data(before))
    return before


DIFFS = {  # what happens to the learner's .dvc/config, what the diff then shows, and what it does not
    "as it is": (lambda data: data, ["+    url = gs://"], ["yours: there is no", "-"]),
    "crlf": (lambda data: data.replace(b"\n", b"\r\n"), ["+    url = gs://"], ["-"]),
    "binary": (lambda data: b"\0\1", ["not a text"], ["+"]),
    "escapes": (lambda data: data + b"\x1b[31m[bold]x[/bold]\n", ["- [31m[bold]x[/bold]"], ["\x1b"]),
}


@pytest.mark.parametrize("name", DIFFS)
def test_solution_compares_what_is_there(downloaded, name):
    """Line endings are no difference, a binary file is named, and nothing of a file reaches the terminal as a command."""
    make, shown, absent = DIFFS[name]
    before = replace(downloaded.root, ".dvc/config", make)
    try:
        said = downloaded.coach("solution", "03", "--give-up").stdout
    finally:
        (downloaded.root / ".dvc/config").write_bytes(before)
    lines = [line for line in said.splitlines() if not line.startswith(("---", "+++"))]
    assert all(any(line.startswith(text) or text in line for line in lines) for text in shown), said
    assert not [line for line in lines for text in absent if line.startswith(text)], said


def test_solution_needs_no_branch_and_no_file(started):
    """On a branch of any name, without one, and with a file missing, the solution is shown."""
    started.run("git", "branch", "-m", "main", "my-own")
    started.run("git", "checkout", "--detach")
    (started.root / "Pipfile").unlink()
    said = started.coach("solution", "01", "--give-up").stdout
    assert "yours: there is no Pipfile" in said and "+dvc = " in said
    started.run("git", "branch", "-D", "solution/02_download")
    gone = started.coach("solution", "02", "--give-up", check=False)
    assert gone.returncode and "solution/02_download" in gone.stderr and "Next: `git fetch" in gone.stderr


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
    """Without a terminal, and with NO_COLOR, there are no escape sequences, and no line is broken."""
    downloaded.env["NO_COLOR"] = "1"
    done = downloaded.coach("check", "03", check=False)
    assert "\x1b" not in done.stdout and "not yet" in done.stdout
    result = json.loads(downloaded.coach("check", "03", "--json", check=False).stdout)["exercises"][0]
    late = next(check for check in result["checks"] if check["verdict"] == "not yet")
    assert all(f"{fact.title():>18}  {late[fact]}" in done.stdout.splitlines() for fact in FACTS)


@pytest.mark.parametrize(
    "command",
    [[], ["list"], ["list", "--json"], ["check", "04"], ["hint", "04"], ["solution", "04", "--give-up"]],
    ids=str,
)
def test_any_encoding_will_do(downloaded, command):
    """A terminal that knows only ASCII gets plain characters instead of a crash."""
    downloaded.env["PYTHONIOENCODING"] = "ascii"
    try:
        done = downloaded.coach(*command, check=False)
    finally:
        del downloaded.env["PYTHONIOENCODING"]
    assert done.returncode in (0, 1) and "failed" not in done.stderr and done.stdout.isascii() and done.stdout


def test_a_learners_text_is_no_markup(downloaded):
    """What looks like markup, or moves a cursor, is shown as it stands and does nothing."""
    text = (downloaded.root / "dvc.yaml").read_text()
    command = 'cmd: "[red]python[/red] \\e[2J[/nowhere]"'
    wrong = re.sub("cmd: .*download.*", lambda _: command, text)
    (downloaded.root / "dvc.yaml").write_text(wrong)
    try:
        done = downloaded.coach("check", "02", check=False)
    finally:
        (downloaded.root / "dvc.yaml").write_text(text)
    assert done.returncode == 1 and "[red]python[/red]" in done.stdout and "[/nowhere]" in done.stdout
    assert "\x1b" not in done.stdout


COMMANDS = ("check", "watch", "list", "hint", "solution")


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=str)
def test_help_has_examples_that_exist(downloaded, monkeypatch, command):
    """The coach's help and that of each command show examples; each is a command with options that exist."""
    monkeypatch.chdir(downloaded.root)
    said = downloaded.coach(*command, "--help").stdout
    examples = commands(" ".join(said.split()))
    assert "Example" in said and examples, said
    assert all(line.startswith(" ".join(["coach", *command])) for line in examples if command)
    assert not [(line, fault_of(line)) for line in examples if fault_of(line)]
