"""`coach class report --regrade`: learners' functions run, shut off; what the report says of that is true."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from coach.classroom import isolation
from states import Workshop
from test_classroom_report import clone, commit, report

SOLVED = """
def standardize(splits):
    mean, deviation = splits["train"].mean(), splits["train"].std() or 1.0
    return {name: (images.astype(np.float32) - mean) / deviation for name, images in splits.items()}
"""
# Each tries one way out and comes back with what it got; nothing where it failed.
EVIL = """
def standardize(splits):
    import os, pathlib, socket, subprocess, sys
    def network():
        return socket.create_connection(("127.0.0.1", {port}), timeout=2) and "connected"
    def secret():
        return pathlib.Path({secret!r}).read_text()
    def environment():
        return os.environ["SECRET_OF_THE_TEST"]
    def home():
        return [*pathlib.Path.home().glob(".git*")]
    def write():
        return pathlib.Path({outside!r}, "written").write_text("x")
    def check():
        file = pathlib.Path({here!r}, "exercises/04_preprocess/test_preprocess.py")
        return open(file, "a").close() or "opened"
    def kill():
        return os.kill({pid}, 0) or "reached"
    def memory():
        return len(bytearray(20_000_000_000))
    def stay():
        code = "import time; time.sleep(600)  # {marker}"
        subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    got = []
    for way in (network, secret, environment, home, write, check, kill, memory, stay):
        try:
            got += [way.__name__] if way() else []
        except BaseException as error:
            pass
    raise RuntimeError("out by: " + ", ".join(got))
"""


def with_function(folder, text):
    """Commit a workshop whose function `standardize` is this one."""
    file = folder / "dvc_workshop/pipeline/preprocess.py"
    commit(folder, {"dvc_workshop/pipeline/preprocess.py": file.read_text().rstrip() + "\n\n" + text})


@pytest.fixture(scope="module")
def ran(generated, tmp_path_factory):
    """Return what a regrade found of a class: one honest person, one who tries to get out, one who handed in nothing."""
    folder = tmp_path_factory.mktemp("regrade")
    here, repos, outside = folder / "here", folder / "repos", folder / "outside"
    for each in (repos, outside):
        each.mkdir()
    subprocess.run(["cp", "-r", str(generated), str(here)], check=True)
    (outside / "secret").write_text("a secret of this user")
    marker = f"left behind {os.getpid()} {time.monotonic()}"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        facts = {"port": port, "secret": str(outside / "secret"), "outside": str(outside), "here": str(here)}
        with_function(clone(generated, repos / "honest"), SOLVED)
        with_function(clone(generated, repos / "evil"), EVIL.format(**facts, pid=os.getpid(), marker=marker))
        (repos / "roster.csv").write_text("id,name\nhonest,Honest\nevil,Evil\nabsent,Absent\n")
        (here / ".coach/class").mkdir(parents=True)
        (here / ".coach/class/overrides.csv").write_text("id,exercise,points,reason\nevil,1,3,told me so\n")
        secrets = {"SECRET_OF_THE_TEST": "secret", "PYTHONPATH": str(outside)}
        rows, done = report(here, repos, "--roster", repos / "roster.csv", "--regrade", **secrets)
    return here, repos, outside, rows, json.loads(done.stdout)["isolation"], marker


def checks(rows, who, exercise=3):
    return {check["check"]: check for check in rows[who]["exercises"][exercise]["checks"]}


def test_the_functions_of_an_honest_person_are_run(ran):
    found = checks(ran[3], "honest")
    for name in ("test_training_split", "test_other_splits", "test_inputs_untouched", "test_integer_input"):
        assert (found[name]["verdict"], found[name]["by"]) == ("passed", "run by the instructor"), found[name]
    stub = checks(ran[3], "honest", 5)["test_dropout_acts"]
    assert stub["verdict"] == "not yet" and "exercise train" in stub["why"]


def test_what_only_the_data_would_show_stays_unseen(ran):
    found = [check for one in ran[3]["honest"]["exercises"] for check in one["checks"]]
    assert not [check for check in found if check["verdict"] == "error"]
    assert checks(ran[3], "honest", 2)["test_no_secret"]["verdict"] == "passed"
    assert "not seen" in {one["verdict"] for one in ran[3]["honest"]["exercises"]}


def test_the_ways_out_are_ways_out(generated, tmp_path):
    """Where nothing shuts it off the function gets out: else the next test would prove nothing."""
    (tmp_path / "secret").write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        facts = {"port": server.getsockname()[1], "secret": str(tmp_path / "secret"), "outside": str(tmp_path)}
        text = (
            EVIL.format(**facts, here=str(generated), pid=os.getpid(), marker="")
            .replace("600", "0")
            .replace("20_000_000_000", "1")
        )
        text += "\ntry:\n    standardize({})\nexcept RuntimeError as error:\n    print(error)\n"
        env = {**os.environ, "SECRET_OF_THE_TEST": "secret"}
        said = subprocess.run([sys.executable, "-c", text], env=env, capture_output=True, text=True, check=True).stdout
    assert {"network", "secret", "environment", "home", "write", "check", "kill"} <= {*said.replace(",", " ").split()}


def test_macos_is_told_folders_by_their_real_names(monkeypatch, tmp_path):
    """Its rules know nothing of links, and its temporary folder lies behind one."""
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.setattr(isolation.sys, "platform", "darwin")
    monkeypatch.setattr(isolation.shutil, "which", lambda name: name)
    rules = isolation.prefix(tmp_path / "link/work", [tmp_path / "link/coach"])[-1]
    assert "link" not in rules
    assert f'(allow file-read* (literal "{tmp_path}")' in rules, "Python lists where it looks for `coach`"
    assert f'(allow file-write* (subpath "{tmp_path}/work"))' in rules and f'"{tmp_path}/coach"' in rules


def refuse(here, *functions):
    """Have the coach in a folder meet a system that refuses what these functions ask for."""
    file = here / "coach/classroom/isolation.py"
    for name in functions:
        text, number = re.subn(rf"(?m)^(def {name}\(.*\):\n)", r"\1    raise PermissionError\n", file.read_text())
        assert number == 1
        file.write_text(text)


WITHOUT = {"anything": ("namespaces", "landlock"), "a guard of the files": ("landlock",)}


@pytest.mark.parametrize("what", WITHOUT)
def test_without_isolation_nothing_is_run(generated, tmp_path, what):
    """Not even a part of it; and a process that is not shut off after all, against what was tried, ends itself."""
    here = tmp_path / "here"
    subprocess.run(["cp", "-r", str(generated), str(here)], check=True)
    clone(generated, tmp_path / "repos/ann")
    refuse(here, *WITHOUT[what])
    done = Workshop(here).coach("class", "report", "--repos", str(tmp_path / "repos"), "--regrade", check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert "Landlock" in done.stderr and "without `--regrade`, which runs nothing" in done.stderr
    facts = {"here": str(here), "package": {}, "exercises": []}
    (tmp_path / "job.json").write_text(json.dumps(facts))
    done = Workshop(here).run(sys.executable, "-m", "coach.classroom.rerun", str(tmp_path), check=False)
    assert done.returncode == 1 and done.stderr.strip() == "this system did not shut it off"


def test_only_a_system_that_gives_enough_runs_anything(monkeypatch):
    def refuse(*arguments):
        raise PermissionError

    monkeypatch.setattr(isolation, "namespaces", refuse)
    monkeypatch.setattr(isolation, "landlock", refuse)
    monkeypatch.setattr(isolation.shutil, "which", lambda name: None)
    for name in ("linux", "darwin", "win32", "freebsd"):
        monkeypatch.setattr(isolation.sys, "platform", name)
        assert isolation.prefix("/nowhere", []) == [] == isolation.enter("/nowhere", [])
        assert not isolation.is_enough(isolation.enter("/nowhere", []))
    monkeypatch.setattr(isolation.sys, "platform", "linux")
    monkeypatch.setattr(isolation, "landlock", lambda *arguments: None)
    given = isolation.enter("/nowhere", [])
    assert isolation.is_enough(given) and "did not keep it from the network" in isolation.words(given)
    monkeypatch.setattr(isolation, "namespaces", lambda: None)
    assert "did not keep" not in isolation.words(isolation.enter("/nowhere", []))


WAYS = """
import pathlib, socket, sys; from coach.classroom import isolation
def network(): socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=2)
def files(): pathlib.Path(sys.argv[2]).read_text()
def change(): pathlib.Path(sys.argv[2]).write_text("mine")
given = isolation.enter(sys.argv[3], [sys.prefix, sys.base_prefix])
for way in (network, files, change):
    try: way(), given.append("out by " + way.__name__)
    except OSError: pass
print(*given, sep=", ")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces and Landlock are Linux's")
@pytest.mark.parametrize("refused", ["namespaces", "landlock"])
def test_what_a_system_gives_alone_is_said_truly(generated, tmp_path, refused):
    here, secret = tmp_path / "here", tmp_path / "secret"
    subprocess.run(["cp", "-r", str(generated), str(here)], check=True)
    refuse(here, refused)
    secret.write_text("a secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said = Workshop(here).run(sys.executable, "-c", WAYS, str(port), str(secret), str(here / "data")).stdout
    assert ("no network" in said) != ("out by network" in said), said
    assert ("no files" in said) != ("out by files" in said) and ("no files" in said) != ("out by change" in said), said


ALWAYS = ("environment", "home", "memory")
CLAIMS = {"no network": ("network",), "no other processes": ("kill",), "no files": ("secret", "write", "check")}


def test_what_is_said_of_the_isolation_is_true(ran):
    *_, outside, rows, said, marker = ran[1:]
    why = checks(rows, "evil")["test_training_split"]["why"]
    assert "out by" in why, why
    got = why.partition("out by")[2].partition(";")[0].replace(",", " ").replace(":", " ").split()
    assert not {*ALWAYS} & {*got}, got
    for claim, ways in CLAIMS.items():
        assert not (claim in said and {*ways} & {*got}), (said, got)
        assert claim in said or {*ways} & {*got}, (said, got)  # nor is too little said
    assert "limits of time and memory" in said


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces and Landlock are Linux's")
def test_nothing_that_was_started_stays(ran):
    said, marker = ran[4:]
    left = [file for file in Path("/proc").glob("[0-9]*/cmdline") if marker.encode() in read(file)]
    assert not left or "no other processes" not in said


def read(file):
    try:
        return file.read_bytes()
    except OSError:
        return b""


def test_a_second_report_runs_nothing_again(ran):
    here, repos, *_ = ran
    kept = sorted((here / ".coach/class/regraded").glob("*.json"))
    assert len(kept) == 2
    before = [file.stat().st_mtime_ns for file in kept]
    for arguments in ((), ("--regrade",)):
        rows, done = report(here, repos, "--roster", repos / "roster.csv", *arguments)
        assert checks(rows, "honest")["test_training_split"]["by"] == "run by the instructor"
        said = json.loads(done.stdout)["isolation"]
        assert said.endswith(ran[4]) and ("Nothing was run now" in said) == (not arguments)
        assert rows["evil"]["exercises"][0]["override"]["reason"] == "told me so"  # it survives
        assert rows["evil"]["exercises"][0]["points"] == 3
    assert [file.stat().st_mtime_ns for file in kept] == before


def test_what_was_kept_is_of_a_commit_and_of_the_checks(ran):
    here, repos, *_ = ran
    with_function(repos / "honest", "# another commit\n")
    rows, done = report(here, repos)
    assert checks(rows, "honest")["test_training_split"]["verdict"] == "unseen"
    file = here / "exercises/04_preprocess/test_preprocess.py"
    file.write_text(file.read_text() + "# mended\n")
    rows, done = report(here, repos)
    assert checks(rows, "evil")["test_training_split"]["verdict"] == "unseen"
    assert "Nothing of the learners' was run" in json.loads(done.stdout)["isolation"]


LIMITED = """
import sys, json; from pathlib import Path; from coach.classroom import pool, report
pool.SECONDS, pool.SECONDS_TO_RUN = 25, 10
made = report.make(Path.cwd(), Path(sys.argv[1]), None, sys.argv[2:] == ["regrade"])
print(json.dumps({one["id"]: [one["problems"], one["sources"], one["points"]] for one in made["learners"]}))
"""


def test_reading_that_has_no_end_is_ended(generated, tmp_path):
    """Time and memory are limited for each repository, and what goes beyond costs its own row only."""
    bomb = "stages:\n  x:\n    matrix:\n" + "".join(
        f"      {key}: [{', '.join('0123456789')}]\n" for key in "abcdefghi"
    )
    commit(clone(generated, tmp_path / "repos/bomb"), {"dvc.yaml": bomb + "    cmd: echo ${item}\n"})
    clone(generated, tmp_path / "repos/honest")
    found = json.loads(Workshop(generated).run(sys.executable, "-c", LIMITED, str(tmp_path / "repos")).stdout)
    (problem,), *_ = found["bomb"]
    assert found["honest"][0] == [] and "Could not be read" in problem, found
    assert any(word in problem for word in ("25 seconds", "memory", "ended"))


def test_a_regrade_that_has_no_end_is_ended(generated, tmp_path):
    """With all that it has started; what was seen in the clone stays."""
    with_function(clone(generated, tmp_path / "repos/endless"), "while True:\n    pass\n")
    workshop = Workshop(generated)
    workshop.env["TMPDIR"] = str(tmp_path)
    done = workshop.run(sys.executable, "-c", LIMITED, str(tmp_path / "repos"), "regrade")
    problems, sources, points = json.loads(done.stdout)["endless"]
    assert problems == ["Could not be run: it took more than 10 seconds."]
    assert sources == ["seen in the clone"] and points > 0
    left = [file for file in Path("/proc").glob("[0-9]*/cmdline") if str(tmp_path).encode() in read(file)]
    assert not left and not list(tmp_path.glob("coach-class-*"))
