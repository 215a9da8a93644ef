"""`coach watch`: what it notices and what not, what it costs while nothing changes, and what it leaves behind."""

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

DONE = "checked at"
PATIENCE = 60  # seconds until a test gives up; nothing here measures time


class Watch:
    """A running `coach watch` without a terminal: it prints a block after each check."""

    def __init__(self, workshop, *arguments, **env):
        command = [sys.executable, "-m", "coach", "watch", *arguments]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        self.process = subprocess.Popen(
            command, cwd=workshop.root, env={**workshop.env, "PYTHONUNBUFFERED": "1", **env}, text=True, **pipes
        )
        self.lines = queue.SimpleQueue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        """Pass each line on, and None at the end."""
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def until(self, text, seconds=PATIENCE):
        """Return what is printed up to a line with this text, or up to the end."""
        said, end = "", time.monotonic() + seconds
        while text not in said:
            try:
                line = self.lines.get(timeout=max(end - time.monotonic(), 0.01))
            except queue.Empty:
                raise AssertionError(f"no {text!r} in:\n{said}") from None
            if line is None:
                break
            said += line
        return said

    def check(self):
        """Return the block of the next check."""
        said = self.until(DONE)
        assert DONE in said, said
        return said

    def is_quiet(self, seconds):
        """Say whether nothing is printed for so long."""
        try:
            self.lines.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def end(self, by=signal.SIGTERM):
        """End it and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(by)
        return self.process.wait(timeout=PATIENCE)


@pytest.fixture(scope="module")
def workshop(states, tmp_path_factory):
    """Return a workshop after exercise 02, its buckets running."""
    with states.copy(2, tmp_path_factory.mktemp("watched")).buckets() as made:
        yield made


@pytest.fixture
def watch(workshop):
    """Return a function that starts watching; whatever runs is ended."""
    started = []

    def start(*arguments, **env):
        started.append(Watch(workshop, *arguments, **env))
        return started[-1]

    yield start
    for each in started:
        each.end()


def children(pid):
    """Return the processes that a process has started."""
    files = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in files for child in file.read_text().split()]


def descendants(pid):
    """Return the processes that a process has started, and those that they have."""
    return [each for child in children(pid) for each in (child, *descendants(child))]


def seconds_of_processor(pid):
    """Return what a process and its ended children have used of the processor."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def test_once_is_a_check(workshop):
    """`--once` prints the verdict of `coach check`, and ends with its exit code: 0, 1, and 3 for a crash."""
    for exercise, code, verdict in (("02", 0, "passed, 10 of 10 points"), ("03", 1, "not yet, 1 of 6 points")):
        once, check = (workshop.coach(*words, exercise, check=False) for words in (("watch", "--once"), ("check",)))
        assert once.returncode == check.returncode == code
        assert verdict in once.stdout and verdict in check.stdout and "\x1b" not in once.stdout
    assert all(fact in once.stdout for fact in ("Expected  ", "Found  ", "Where  ", "Next  "))
    assert "> 03_remote" in once.stdout and "10_collaborate" in once.stdout


@pytest.mark.parametrize(
    "text", ["def test_it(workshop):\n    1 / 0\n", "import nothing_of_this_name\n"], ids=["crash", "import"]
)
def test_a_fault_of_the_coach_is_told_as_such(workshop, text):
    """A check that crashes, or cannot even be loaded, ends with 3 and without a traceback."""
    file = workshop.root / "exercises" / "03_remote" / "test_remote.py"
    before = file.read_text()
    file.write_text(text)
    try:
        once = workshop.coach("watch", "03", "--once", check=False)
    finally:
        file.write_text(before)
    assert once.returncode == 3 and "Traceback" not in once.stdout + once.stderr
    assert "error" in once.stdout or "The coach itself failed" in once.stdout


@pytest.mark.parametrize("polling", ["", "true"], ids=["events", "polling"])
def test_it_notices_a_save_a_commit_and_a_push(states, tmp_path, polling):
    """Each of the three steps of exercise 03 is checked as soon as it is done, by events and by polling."""
    with states.copy(2, tmp_path).buckets() as own:
        watching = Watch(own, "03", WATCHFILES_FORCE_POLLING=polling)
        try:
            assert "is the default remote." in watching.check()
            own.run("git", "checkout", "solution/03_remote", "--", ".dvc/config")
            assert "The address is committed" in last_block(watching)
            own.run("git", "commit", "-m", "Name the remote")
            assert "Every file that the last commit's dvc.lock names" in last_block(watching)
            own.run("dvc", "push")
            assert "passed, 6 of 6 points" in last_block(watching, "passed, 6 of 6")
        finally:
            assert watching.end(signal.SIGINT) == 0


def last_block(watching, wanted=""):
    """Return the newest block, once no more come (or once it shows what is wanted)."""
    said = watching.check()
    while wanted and wanted not in said:
        said = watching.check()
    while not wanted and not watching.lines.empty():
        said = watching.check()
    return said


LOOKED_AT = {
    "a file": "params.yaml",
    "a new folder": "data/new/image.png",
    "dvc.lock": "dvc.lock",
    "DVC's configuration": ".dvc/config.local",
    "HEAD": ".git/HEAD",
    "a branch": ".git/refs/heads/mine",
    "the log": ".git/logs/HEAD",
    "packed": ".git/packed-refs",
    "a push": ".coach/buckets/dvc-workshop-cache/files/md5/00/0123",
    "a lab's commit": "lab/other/.git/refs/heads/main",
}
NOT_LOOKED_AT = {
    "the environment": ".venv/lib/module.py",
    "an environment of another name": "env/lib/module.py",
    "bytecode": "dvc_workshop/__pycache__/images.pyc",
    "Git's objects": ".git/objects/00/1234",
    "Git's index": ".git/index",
    "DVC's cache": ".dvc/cache/files/md5/00/1234",
    "DVC's lock": ".dvc/tmp/lock",
    "the coach's notes": ".coach/progress.json",
    "the coach's saves": ".coach/saved/1/file",
    "an editor's folder": ".vscode/settings.json",
}


@pytest.fixture(scope="module")
def untouched(states, tmp_path_factory):
    """Return a workshop without buckets, to write anything into."""
    root = states.copy(0, tmp_path_factory.mktemp("untouched")).root
    (root / "env").mkdir()
    (root / "env" / "pyvenv.cfg").touch()
    (root / "lab" / "other" / ".git").mkdir(parents=True)
    (root / "lab" / "other" / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    return root


@pytest.mark.parametrize(
    "path, matters",
    [
        pytest.param(path, matters, id=name)
        for table, matters in ((LOOKED_AT, True), (NOT_LOOKED_AT, False))
        for name, path in table.items()
    ],
)
def test_what_is_looked_at(untouched, path, matters):
    """A change of what the checks look at is a reason to check again, and nothing else is."""
    before = state(untouched)
    assert state(untouched) == before
    file = untouched / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as stream:
        stream.write("\n")
    assert (state(untouched) != before) == matters


def state(root):
    """Return the state that the coach sees."""
    code = "from pathlib import Path; from coach.loop import changes; print(changes.state(Path.cwd()))"
    return subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True).stdout


def test_it_sleeps_while_nothing_changes(watch):
    """For some seconds: no check, no child, and less than a hundredth of a processor."""
    watching = watch("02")
    watching.check()
    time.sleep(3)
    before = seconds_of_processor(watching.process.pid)
    for _ in range(10):
        assert descendants(watching.process.pid) == []
        time.sleep(0.5)
    assert seconds_of_processor(watching.process.pid) - before < 0.05
    assert watching.is_quiet(0.1)


def test_many_changes_are_few_checks(workshop, watch):
    """A storm of changes makes a few checks, one at a time, and the last state is checked."""
    file = workshop.root / "params.yaml"
    before = file.read_text()
    watching = watch("03")
    watching.check()
    try:
        for number in range(100):
            file.write_text(f"{before}# {number}\n")
            # Its own children only: one that a worker has just forked still has the worker's command line.
            assert sum(" worker " in command_of(pid) for pid in children(watching.process.pid)) <= 1
            time.sleep(0.02)
        blocks = 1
        watching.check()
        while not watching.is_quiet(4):
            blocks += 1
            watching.check()
        assert blocks < 15
    finally:
        file.write_text(before)


def command_of(pid):
    """Return a process's command line, "" where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def test_it_does_not_disturb_dvc(workshop, watch):
    """Beside it a stage runs as always, and what it has made is checked at the end."""
    watching = watch("02")
    watching.check()
    for _ in range(2):
        done = workshop.run("dvc", "repro", "--force", "download", check=False)
        assert done.returncode == 0, done.stderr
    assert "passed, 10 of 10 points" in last_block(watching, "passed, 10 of 10 points")


TROUBLES = {"exercises/03_remote": "git restore exercises", ".git": "git status"}


@pytest.mark.parametrize("path", TROUBLES)
def test_it_goes_on_after_trouble(workshop, watch, path):
    """Without the exercise, or without Git, the coach says what is missing; once it is back, it checks again."""
    watching = watch("03")
    watching.check()
    away = workshop.root.parent / "away"
    shutil.move(workshop.root / path, away)
    said = watching.until("Next  ")
    shutil.move(away, workshop.root / path)
    assert TROUBLES[path] in said and "Expected  " in said and "Traceback" not in said
    assert "not yet" in watching.check()


def test_it_ends_where_the_workshop_is_gone(states, tmp_path):
    """A workshop that was moved away ends it, with a message."""
    own = states.copy(0, tmp_path)
    watching = Watch(own, "01")
    watching.check()
    shutil.move(own.root, tmp_path / "elsewhere")
    said = watching.until("Next: ")
    assert watching.process.wait(PATIENCE) == 1 and "no such workshop" in said and "Traceback" not in said


@pytest.mark.parametrize("killed", [False, True])
def test_no_child_is_left(states, tmp_path, killed):
    """However it ends in the middle of a check, with it end the check and the learner's function that hangs in it."""
    own = states.copy(3, tmp_path)
    file = own.root / "dvc_workshop" / "pipeline" / "preprocess.py"
    file.write_text(
        file.read_text().replace("raise NotImplementedError", "while True: pass\n    raise NotImplementedError")
    )
    watching = Watch(own, "04")
    end = time.monotonic() + PATIENCE
    while not any("coach.checks.sandbox" in command_of(pid) for pid in descendants(watching.process.pid)):
        assert time.monotonic() < end, "the learner's function was never run"
        time.sleep(0.05)
    (worker,), started = children(watching.process.pid), descendants(watching.process.pid)
    if killed:
        os.kill(worker, signal.SIGKILL)
    watching.end()
    end = time.monotonic() + PATIENCE
    while any("coach" in command_of(pid) for pid in started):
        assert time.monotonic() < end, "a child is left"
        time.sleep(0.1)


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
C:\\134 /mnt/c 9p rw 0 0
D:\\134 /mnt/my\\040disk drvfs rw 0 0
server:/home /home/lab nfs4 rw 0 0
/dev/sdb1 /home/lab/local ext4 rw 0 0
"""
EVENTS = {"/srv": True, "/mnt/c/work": False, "/mnt/my disk/x": False, "/home/lab/me": False, "/home/lab/local/x": True}


@pytest.mark.parametrize("folder", EVENTS)
def test_folders_without_events_are_known(untouched, tmp_path, folder):
    """A drive of Windows below WSL and a network folder give no events; a disk below them does."""
    (tmp_path / "mounts").write_text(MOUNTS)
    code = f"from coach.loop import changes; print(changes.kind_of_disk({folder!r}, {str(tmp_path / 'mounts')!r}))"
    kind = subprocess.run([sys.executable, "-c", code], cwd=untouched, capture_output=True, text=True).stdout.strip()
    code = f"from coach.loop import changes; print(not {kind!r}.startswith(changes.WITHOUT_EVENTS))"
    said = subprocess.run([sys.executable, "-c", code], cwd=untouched, capture_output=True, text=True).stdout.strip()
    assert kind and said == str(EVENTS[folder])


LIMIT = """
import threading, watchfiles
from pathlib import Path
from coach.loop import changes
real, told, stop = watchfiles.watch, threading.Event(), threading.Event()
def watch(*paths, force_polling, **options):
    if not force_polling:
        raise OSError("OS file watch limit reached.")
    return real(*paths, force_polling=True, **options)
watchfiles.watch = watch
threading.Thread(target=changes.follow, args=(Path.cwd(), told.set, lambda text: print(text, flush=True), stop)).start()
while not told.wait(0.1): pass
while True:
    told.clear()
    Path("params.yaml").write_text(Path("params.yaml").read_text() + "# more")
    if told.wait(5): break
print("noticed")
stop.set()
"""


def test_a_limit_of_the_system_is_no_end(untouched):
    """Where the system refuses to tell of changes, the coach says so and looks for them itself."""
    done = subprocess.run(
        [sys.executable, "-c", LIMIT], cwd=untouched, capture_output=True, text=True, timeout=PATIENCE
    )
    assert "watch limit reached" in done.stdout and "the coach looks for them" in done.stdout
    assert "noticed" in done.stdout and not done.stderr
