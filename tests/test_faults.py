"""What can go wrong around a learner: nothing is lost, and the coach says what to do next.

Each fault is a row of a table: the state it strikes, what goes wrong, what the learner types, what they then read.
`make faults` runs this file and prints `N faults tried, N survived` last.
"""

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from snapshot import difference, git, lost, snapshot
from states import Workshop, generate

NOTES = "what only the learner has\n"


@dataclass
class Fault:
    """One row: `types` (coach's arguments) in a workshop after `after` exercises, once `strike` has gone wrong."""

    strike: object
    types: tuple
    says: tuple = ()  # all of these stand in what the learner reads
    code: tuple = (0, 1)
    after: int = 3
    then: tuple = ()  # commands that must work afterwards, in this order
    options: dict = field(default_factory=dict)  # of the process that runs the coach


# Files and folders


def edit(name, change):
    """Return a strike that changes the bytes of a file."""

    def strike(workshop):
        file = workshop.root / name
        file.write_bytes(change(file.read_bytes() if file.exists() else b""))

    return strike


def remove(*names):
    """Return a strike that takes files or folders away."""

    def strike(workshop):
        for name in names:
            path = workshop.root / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    return strike


def add(name, text):
    """Return a strike that adds a file."""

    def strike(workshop):
        (workshop.root / name).parent.mkdir(parents=True, exist_ok=True)
        (workshop.root / name).write_text(text)

    return strike


def in_git(*commands):
    """Return a strike of Git commands."""

    def strike(workshop):
        for command in commands:
            git(workshop.root, *command, check=False)

    return strike


def both(*strikes):
    """Return a strike of several."""

    def strike(workshop):
        for each in strikes:
            each(workshop)

    return strike


def cannot_be_written(name):
    """Return a strike after which a file or folder cannot be written, even by root where the file system can do that."""

    def strike(workshop):
        path = workshop.root / name
        if os.geteuid() == 0:
            subprocess.run(["chattr", "+i", str(path)], check=True)
            workshop.undo.append(lambda: subprocess.run(["chattr", "-i", str(path)], check=True))
        else:
            mode = path.stat().st_mode
            path.chmod(0o500 if path.is_dir() else 0o400)
            workshop.undo.append(lambda: path.chmod(mode))

    return strike


def no_room(size):
    """Return the options of a process in whose files only so many bytes fit."""
    return {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))}


CRLF = edit("params.yaml", lambda data: data.replace(b"\n", b"\r\n"))


# The cache and the bucket


def each_object(change):
    """Return a strike on each object of DVC's cache."""

    def strike(workshop):
        for file in (workshop.root / ".dvc/cache/files/md5").glob("*/*"):
            file.chmod(0o644)
            change(file)

    return strike


def in_the_bucket(code):
    """Return a strike by Python code, in which `s` is the storage and `names` the objects of the cache bucket."""
    start = "from coach.buckets.gcs import Storage; b = 'dvc-workshop-cache'; s = Storage.from_environment(); names = list(s.list(b))\n"
    return lambda workshop: workshop.run(sys.executable, "-c", start + code)


def stranger(workshop):
    """The bucket server is gone, and another program listens on its port."""
    workshop.stop_buckets()
    port = workshop.env["STORAGE_EMULATOR_HOST"].rsplit(":", 1)[1]
    script = "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(120)"
    process = subprocess.Popen([sys.executable, "-c", script, port])
    workshop.undo.append(lambda: (process.kill(), process.wait()))
    time.sleep(0.3)


def killed_server(workshop):
    """The bucket server is killed."""
    os.kill(json.loads((workshop.root / ".coach/server.json").read_text())["pid"], signal.SIGKILL)


def dies_during_push(workshop):
    """The bucket server is killed as soon as the solution pushes."""
    script = (
        "import json, os, signal, sys, time\n"
        "pid = json.load(open('.coach/server.json'))['pid']\n"
        "for _ in range(6000):\n"
        "    for each in (p for p in os.listdir('/proc') if p.isdigit()):\n"
        "        try: line = open(f'/proc/{each}/cmdline').read()\n"
        "        except OSError: continue\n"
        "        if 'dvc\\0push' in line and os.readlink(f'/proc/{each}/cwd') == os.getcwd():\n"
        "            time.sleep(0.4); os.kill(pid, signal.SIGKILL); sys.exit()\n"
        "    time.sleep(0.01)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], cwd=workshop.root, stderr=subprocess.DEVNULL)
    workshop.undo.append(lambda: (process.kill(), process.wait()))


# Locks


def holds_dvcs_lock(workshop):
    """Another program holds DVC's lock."""
    script = "from dvc.repo import Repo; import time\nwith Repo('.').lock: print('held', flush=True); time.sleep(120)"
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=workshop.root, stdout=subprocess.PIPE, env=workshop.env
    )
    workshop.undo.append(lambda: (process.kill(), process.wait()))
    assert process.stdout.readline() == b"held\n"


def stale_record(pid):
    """Return a strike: DVC's record of running stages names a process that is not there, or not DVC's."""
    entry = {"pid": pid, "cmd": "/usr/bin/dvc repro"}

    def strike(workshop):
        paths = {str(workshop.root / name): entry for name in ("data/raw", "data/prepared")}
        (workshop.root / ".dvc/tmp").mkdir(exist_ok=True)
        (workshop.root / ".dvc/tmp/rwlock").write_text(json.dumps({"write": paths, "read": {}}))

    return strike


# The learner's own code


def standardize(body):
    """Return a strike on the function that exercise 04 grades: this becomes its first line."""

    def strike(workshop):
        file = next(workshop.root.glob("*/pipeline/preprocess.py"))
        head, _, rest = file.read_text().partition("def standardize(")
        signature, _, body_of_it = rest.partition("\n    ")
        assert body_of_it
        file.write_text(f"{head}def standardize({signature}\n    {body}\n    {body_of_it}")

    return strike


def future(workshop):
    """The clock was in 2040 for a while: files, a commit and a save are from then."""
    late = 2_208_988_800
    for path in workshop.root.rglob("*"):
        if ".git" not in path.parts and ".coach" not in path.parts:
            os.utime(path, (late, late), follow_symlinks=False)
    env = {**os.environ, "GIT_COMMITTER_DATE": f"{late} +0000", "GIT_AUTHOR_DATE": f"{late} +0000"}
    subprocess.run(
        ["git", "commit", "-q", "--no-verify", "--allow-empty", "-m", "From 2040"],
        cwd=workshop.root,
        env=env,
        check=True,
    )


MERGE = both(
    in_git(("checkout", "-q", "-b", "theirs")),
    edit("params.yaml", lambda data: b"theirs: 1\n"),
    in_git(("commit", "-q", "--no-verify", "-m", "t", "params.yaml"), ("checkout", "-q", "-")),
    edit("params.yaml", lambda data: b"ours: 1\n"),
    in_git(("commit", "-q", "--no-verify", "-m", "o", "params.yaml"), ("merge", "theirs")),
)

FAULTS = {
    # Files that are broken, gone or cannot be written
    "dvc.yaml is no YAML": Fault(edit("dvc.yaml", lambda d: b"stages: [\n"), ("check", "02"), ("dvc.yaml",), (1,)),
    "dvc.lock is cut": Fault(edit("dvc.lock", lambda d: d[: len(d) // 2]), ("check", "02"), ("dvc.lock",), (1,)),
    "dvc.lock is empty": Fault(edit("dvc.lock", lambda d: b""), ("check", "02"), ("git checkout dvc.lock",), (1,)),
    "dvc.lock is gone": Fault(remove("dvc.lock"), ("check", "02"), ("dvc repro",), (1,)),
    "params.yaml is no YAML": Fault(edit("params.yaml", lambda d: d + b"\t:"), ("check", "02"), ("params.yaml",), (1,)),
    ".dvc/config is broken": Fault(edit(".dvc/config", lambda d: b"[core\nx"), ("check", "03"), (".dvc/config",), (1,)),
    "bytes that are no text": Fault(edit("dvc.yaml", lambda d: b"\xff\xfe\0"), ("check", "02"), ("dvc.yaml",), (1,)),
    "the progress is broken": Fault(add(".coach/progress.json", '{"passed": 3'), ("check", "02"), ("passed",), (0,)),
    "the progress is of another version": Fault(
        add(".coach/progress.json", '{"passed": {"a": 1}, "new": 2}'), (), ("0 of 10",), (0,)
    ),
    "pyproject.toml is broken": Fault(
        edit("pyproject.toml", lambda d: d.replace(b'data = "', b"data = ")), ("check", "02"), ("git",), (1,)
    ),
    ".env is gone": Fault(remove(".env"), ("check", "02"), ("passed",), (0,)),
    "the coach's folder is gone": Fault(
        lambda workshop: (workshop.stop_buckets(), shutil.rmtree(workshop.root / ".coach")),
        ("check", "03"),
        ("coach bucket start",),
        (1,),
    ),
    "an exercise's folder is gone": Fault(
        remove("exercises/02_download"), ("check", "download"), ("no exercise", "03_remote", "coach list"), (2,)
    ),
    "the solution branches are gone": Fault(
        in_git(*(["branch", "-D", f"solution/{name}"] for name in ("03_remote", "04_preprocess"))),
        ("catch-up", "5"),
        ("solution/0", "git fetch --all"),
        (1, 2),
    ),
    "dvc.yaml cannot be written": Fault(cannot_be_written("dvc.yaml"), ("start", "3"), ("dvc.yaml",), (1,)),
    "undo cannot write": Fault(
        lambda workshop: (workshop.coach("catch-up", "5"), cannot_be_written("dvc.yaml")(workshop)),
        ("undo", "--yes"),
        ("dvc.yaml", "coach undo", "nothing is lost"),
        (1,),
    ),
    "the progress cannot be written": Fault(
        both(add(".coach/progress.json", "{}"), cannot_be_written(".coach")),
        ("check", "02"),
        ("passed", ".coach"),
        (0, 1),
    ),
    # The disk
    "disk full during a check": Fault(lambda w: None, ("check", "02"), ("coach doctor",), (1,), options=no_room(10)),
    "disk full during catch-up": Fault(
        add("large.bin", "x" * 300_000), ("catch-up", "5"), ("nothing", "room"), (1,), options=no_room(200_000)
    ),
    "disk full during reset": Fault(
        add("large.bin", "x" * 300_000), ("reset", "3"), ("nothing", "room"), (1,), options=no_room(200_000)
    ),
    "disk full during undo": Fault(
        lambda w: (w.coach("catch-up", "5"), add("large.bin", "x" * 900_000)(w)),
        ("undo", "--yes"),
        ("nothing", "room"),
        (1,),
        options=no_room(500_000),
    ),
    # DVC's cache
    "cache deleted": Fault(remove(".dvc/cache"), ("check", "--all"), ("02_download",), (1,), then=(("catch-up", "5"),)),
    "cache objects cut": Fault(
        each_object(lambda file: file.write_bytes(file.read_bytes()[:-1])), ("catch-up", "5"), ("Next",), (0,)
    ),
    "cache objects empty": Fault(each_object(lambda file: file.write_bytes(b"")), ("start", "3"), ("Next",), (0,)),
    "data deleted": Fault(remove("data/raw"), ("check", "02"), ("data/raw", "dvc"), (1,)),
    # The bucket
    "bucket server killed": Fault(killed_server, ("check", "03"), ("coach bucket start",), (1,)),
    "bucket server killed, catch-up": Fault(killed_server, ("catch-up", "5"), ("Next: read exercises/05",), (0,)),
    "bucket server killed, undo": Fault(
        lambda w: (w.coach("catch-up", "5"), killed_server(w)), ("undo", "--yes"), ("Everything is as in save",), (0,)
    ),
    "bucket server dies during a push": Fault(dies_during_push, ("catch-up", "5"), ("Next: read exercises/05",), (0,)),
    "another program on the port": Fault(stranger, ("catch-up", "5"), ("coach bucket start --port",), (1,)),
    "objects of the bucket deleted": Fault(
        in_the_bucket("[s.delete(b, n) for n in names]"), ("check", "03"), ("dvc push",), (1,)
    ),
    "objects of the bucket damaged": Fault(
        in_the_bucket("[s.put(b, n, b'x') for n in names]"), ("check", "03"), ("coach bucket reset",), (1,)
    ),
    "damaged bucket, catch-up": Fault(
        in_the_bucket("[s.put(b, n, b'x') for n in names]"), ("catch-up", "5"), ("Next: read exercises/05",), (0,)
    ),
    "a key that is not there": Fault(
        add(".dvc/config.local", "['remote \"workshop\"']\n    credentialpath = /nowhere/key.json\n"),
        ("catch-up", "5"),
        ("--unset credentialpath", "coach undo"),
        (1,),
    ),
    # Locks
    "DVC's lock is held, check": Fault(holds_dvcs_lock, ("check", "02"), ("passed",), (0,)),
    "DVC's lock is held, catch-up": Fault(holds_dvcs_lock, ("catch-up", "5"), ("nothing was changed", "Ctrl-C"), (1,)),
    "stale DVC lock": Fault(stale_record(2**22 + 5), ("catch-up", "5"), ("Next",), (0,)),
    "stale DVC lock, its process reused": Fault(stale_record(os.getpid()), ("catch-up", "5"), ("Next",), (0,)),
    "DVC's lock file is broken": Fault(add(".dvc/tmp/rwlock", '{"wri'), ("catch-up", "5"), ("Next",), (0,)),
    "a killed Git's lock": Fault(add(".git/index.lock", ""), ("catch-up", "5"), ("Next",), (0,)),
    # Git
    "detached HEAD, check": Fault(in_git(("checkout", "-q", "--detach")), ("check", "03"), ("passed",), (0,)),
    "detached HEAD, catch-up": Fault(in_git(("checkout", "-q", "--detach")), ("catch-up", "5"), ("Next",), (0,)),
    "dirty tree": Fault(edit("README.md", lambda d: d + b"mine"), ("catch-up", "5"), ("coach undo",), (0,)),
    "merge in progress, check": Fault(MERGE, ("check", "02"), ("params.yaml",), (1,)),
    "merge in progress, catch-up": Fault(MERGE, ("catch-up", "5"), ("Next",), (0,)),
    "own branch name": Fault(in_git(("branch", "-m", "lernen/übung")), ("catch-up", "5"), ("Next",), (0,)),
    "a branch named like a file": Fault(
        in_git(("checkout", "-q", "-b", "dvc.yaml")), ("catch-up", "5"), ("Next",), (0,)
    ),
    "no branch main": Fault(
        in_git(("checkout", "-q", "-b", "trunk"), ("branch", "-D", "main")), ("start", "3"), ("Next",), (0,)
    ),
    "no Git repository": Fault(
        lambda w: (w.root / ".git").rename(w.root.parent / "kept.git"), ("catch-up", "5"), (".git", "nothing"), (1,)
    ),
    "an unborn branch": Fault(in_git(("checkout", "-q", "--orphan", "new")), ("check", "02"), (), (1,)),
    "Git is not installed": Fault(
        lambda w: w.env.update(PATH=str(Path(sys.executable).parent)), ("catch-up", "5"), ("git", "Next"), (1,)
    ),
    # Line ends
    "CRLF in params.yaml": Fault(CRLF, ("check", "02"), (), (0, 1)),
    "CRLF in dvc.yaml": Fault(edit("dvc.yaml", lambda d: d.replace(b"\n", b"\r\n")), ("check", "02"), (), (0, 1)),
    "CRLF everywhere, catch-up": Fault(
        both(CRLF, edit("dvc.yaml", lambda d: d.replace(b"\n", b"\r\n"))), ("catch-up", "5"), ("Next",), (0,)
    ),
    # The learner's own files and code
    "own conftest.py that fails": Fault(
        both(
            add("conftest.py", "1 / 0"),
            add("exercises/conftest.py", "1 / 0"),
            add("exercises/02_download/conftest.py", "1 / 0"),
        ),
        ("check", "02"),
        ("passed",),
        (0,),
    ),
    "own conftest.py that changes checks": Fault(
        add(
            "exercises/conftest.py",
            "def pytest_collection_modifyitems(items):\n    items.clear()\ndef pytest_runtest_call(item): pass",
        ),
        ("check", "03"),
        ("passed",),
        (0,),
    ),
    "own pytest settings": Fault(
        add("pytest.ini", "[pytest]\naddopts = --collect-only -x"), ("check", "02"), ("passed",), (0,)
    ),
    "own files named like Python's modules": Fault(
        both(*(add(f"{name}.py", "raise SystemExit('mine')") for name in ("random", "json", "typing", "dvc", "rich"))),
        ("check", "02"),
        ("passed",),
        (0,),
    ),
    "a function that hangs": Fault(
        standardize("while True: pass"), ("check", "04"), ("stopped", "coach check"), (1,), 4
    ),
    "a function that prints megabytes": Fault(
        standardize("print('x' * 50_000_000)"), ("check", "04"), ("passed",), (0, 1), 4
    ),
    "a function that exits": Fault(standardize("import sys; sys.exit(0)"), ("check", "04"), ("SystemExit",), (1,), 4),
    "a function that ends the process": Fault(
        standardize("import os; os._exit(0)"), ("check", "04"), ("exit code 0",), (1,), 4
    ),
    "a function that kills itself": Fault(
        standardize("import os; os.kill(os.getpid(), 9)"), ("check", "04"), ("coach check",), (1,), 4
    ),
    "a function without end": Fault(
        standardize("return standardize(splits)"), ("check", "04"), ("Recursion",), (1,), 4
    ),
    "a function that reads the keyboard": Fault(standardize("input()"), ("check", "04"), ("EOFError",), (1,), 4),
    # The clock
    "clock set back, check": Fault(future, ("check", "02"), ("passed",), (0,)),
    "clock set back, catch-up and undo": Fault(future, ("catch-up", "5"), ("Next",), (0,), then=(("undo", "--yes"),)),
    # The coach's own saves
    "a save's list is broken": Fault(
        lambda w: (w.coach("catch-up", "5"), edit(".coach/saved/0001.json", lambda d: d[:99])(w)),
        ("undo", "--yes"),
        ("coach saved",),
        (1,),
    ),
    "a save's contents are gone": Fault(
        lambda w: (w.coach("catch-up", "5"), shutil.rmtree(w.root / ".coach/saved/contents")),
        ("undo", "--yes"),
        ("coach saved", "nothing was changed"),
        (1,),
    ),
}


@pytest.fixture
def strike(at):
    """Return a function that lets a fault strike a workshop with work of the learner's own; it is mended at the end."""
    struck = []

    def make(after):
        workshop = at(after)
        workshop.undo = []
        (workshop.root / "notes.txt").write_text(NOTES)
        git(workshop.root, "commit", "--quiet", "--allow-empty", "--no-verify", "-m", "Mine")
        struck.append(workshop)
        return workshop

    yield make
    for workshop in struck:
        for undo in reversed(workshop.undo):
            with contextlib.suppress(OSError, subprocess.CalledProcessError):
                undo()
        workshop.env["PATH"] = os.environ["PATH"]
        git(workshop.root, "checkout", "HEAD", "--", "pyproject.toml", check=False)  # without it no server is stopped


def heads(root):
    """Return the commits that the branches and HEAD name."""
    return set(git(root, "for-each-ref", "--format=%(objectname)", "refs/heads", check=False).split())


def type_it(workshop, words, **options):
    """Run the coach as the learner does and return what became of it."""
    return workshop.run(sys.executable, "-m", "coach", *words, check=False, timeout=300, **options)


@pytest.mark.parametrize("name", FAULTS)
def test_fault(strike, name):
    """Nothing that the learner had is lost, no traceback is shown, and what they read says how to go on."""
    fault = FAULTS[name]
    workshop = strike(fault.after)
    fault.strike(workshop)
    had = snapshot(workshop.root)
    done = type_it(workshop, fault.types, **fault.options)
    said = " ".join((done.stdout + " " + done.stderr).split())
    assert "Traceback" not in said and "coach itself failed" not in said, said
    assert done.returncode in fault.code, (done.returncode, said)
    for words in fault.says:
        assert words in said, said
    assert "`" in said or done.returncode == 0, "no command that goes on: " + said
    assert not lost(had, workshop.root)
    for undo in reversed(workshop.undo):
        undo()
    workshop.undo.clear()
    for words in fault.then:
        done = type_it(workshop, words)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_renamed_workshop_that_is_moved(tmp_path):
    """Another slug and another package, in a folder that is moved: catching up and going back work all the same."""
    first = generate(tmp_path / "first", project_slug="meine-uebung", package_name="ziffern", bucket_prefix="uni-7")
    second = (tmp_path / "a folder" / "ümzug").resolve()
    second.parent.mkdir()
    shutil.move(first, second)
    with Workshop(second).buckets() as workshop:
        had = snapshot(workshop.root)
        done = type_it(workshop, ("catch-up", "3"))
        assert done.returncode == 0 and "Next: read exercises/03_remote" in done.stdout, done.stdout + done.stderr
        assert type_it(workshop, ("check", "02")).returncode == 0
        assert type_it(workshop, ("undo", "--yes")).returncode == 0
        assert not difference(had, snapshot(workshop.root))


# Killed at many random moments


def killed(workshop, command, seconds):
    """Start a command, and kill it and all that it has started after some seconds."""
    running = subprocess.Popen(
        command,
        cwd=workshop.root,
        env=workshop.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(timeout=seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


COACH = (sys.executable, "-m", "coach")
# (command, what it takes as a whole in seconds, what is run before, exercises done)
KILLS = {
    "repro": (("dvc", "repro", "--force", "preprocess"), 4, (), 4),
    "push": (("dvc", "push"), 2, (), 4),
    "catch-up": ((*COACH, "catch-up", "5"), 6, (), 3),
    "reset": ((*COACH, "reset", "4"), 3, (("catch-up", "4"), ("catch-up", "5")), 2),
    "undo": ((*COACH, "undo", "--yes"), 1, (("catch-up", "5"),), 3),
}
MOMENTS = 6


@pytest.mark.parametrize("moment", range(MOMENTS))
@pytest.mark.parametrize("what", KILLS)
def test_killed(strike, what, moment):
    """Kill -9 at a random moment: nothing is lost, the coach goes on, and undo brings back what was there."""
    command, seconds, before, after = KILLS[what]
    number, moment = moment, random.Random(f"{what} {moment}").uniform(0.15, 1) * seconds
    workshop = strike(after)
    for words in before:
        workshop.coach(*words)
    if what == "push":
        in_the_bucket("[s.delete(b, n) for n in names]")(workshop)
    had = snapshot(workshop.root)
    killed(workshop, command, moment)
    said = type_it(workshop, ("check", "03"))
    assert said.returncode in (0, 1) and "Traceback" not in said.stderr, said.stderr
    if what in ("repro", "push"):  # DVC's own: what it makes it makes anew; the learner's files are as they were
        theirs = {path for path in had if not path.startswith((".dvc/", ".git/", "data/", "reports/", "dvc.lock"))}
        assert not {path for path in difference(had, snapshot(workshop.root)) if path in theirs}
        if workshop.run("dvc", "stage", "list", check=False).returncode:  # DVC was writing dvc.lock
            assert "`git checkout dvc.lock`" in type_it(workshop, ("check", "02")).stdout
            workshop.run("git", "checkout", "dvc.lock")
        workshop.run(*command)
        workshop.run("dvc", "push")
        assert type_it(workshop, ("check", "04")).returncode == 0
        return
    assert not lost(had, workshop.root), f"killed after {moment:.2f} s"
    saved = (workshop.root / ".coach/saved").exists() and type_it(workshop, ("saved",)).stdout
    if what != "undo" and saved and f"before `coach {what}" in saved:
        done = type_it(workshop, ("undo", "--yes"))
        assert done.returncode == 0, done.stdout + done.stderr
        assert not difference(had, snapshot(workshop.root)), f"killed after {moment:.2f} s"
        if number % 2:  # every other time: back, and no further
            return
    done = type_it(workshop, ("catch-up", "5"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert type_it(workshop, ("check", "04")).returncode == 0


class Counter:
    """Count what was tried and what survived, for the last line of `make faults`."""

    def __init__(self):
        self.tried = self.survived = 0

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.failed:
            self.tried += report.when == "call"
            self.survived += report.passed


if __name__ == "__main__":
    counter = Counter()
    code = pytest.main([__file__, "-q", "-n", "2", *sys.argv[1:]], plugins=[counter])
    print(f"{counter.tried} faults tried, {counter.survived} survived")
    sys.exit(code)
