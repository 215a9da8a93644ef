"""A save takes in all that the learner has, and brings it back byte for byte, also where something goes wrong."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from coach.environment import Trouble
from coach.saves import restore, store
from snapshot import difference, git, snapshot


@pytest.fixture
def root(generated, tmp_path):
    """Return a workshop with a first commit of the learner's own."""
    folder = shutil.copytree(generated, tmp_path / "work shop é", symlinks=True)
    for name, text in {"notes.txt": "mine", "data/big.bin": "data", "README.md": "changed"}.items():
        (folder / name).write_text(text)
    git(folder, "add", "README.md")
    git(folder, "commit", "--quiet", "-m", "Mine")
    return folder


def conflict(root):
    """Leave a merge half-way, with a conflict."""
    git(root, "checkout", "--quiet", "-b", "other", "HEAD~1")
    (root / "README.md").write_text("theirs")
    git(root, "commit", "--quiet", "-a", "-m", "Theirs")
    git(root, "merge", "main", check=False)
    assert (root / ".git/MERGE_HEAD").exists()


def staged(root):
    (root / "params.yaml").write_text("staged: 1\n")
    git(root, "add", "params.yaml")
    (root / "params.yaml").write_text("staged: 1\nnot: staged\n")


def stashed(root):
    (root / "params.yaml").write_text("stashed: 1\n")
    git(root, "stash")


def links(root):
    (root / "link").symlink_to("README.md")
    (root / "folder link").symlink_to("coach", target_is_directory=True)
    (root / "dead link").symlink_to("nowhere")


def odd_names(root):
    for name in ("ü.txt", " leading", "new\nline", "quote'\"", "-dash", "a" * 200):
        (root / name).write_text(name)
    (root / "empty folder" / "deep").mkdir(parents=True)


def modes(root):
    (root / "run.sh").write_text("#!/bin/sh\n")
    (root / "run.sh").chmod(0o755)
    (root / "read only").write_text("r")
    (root / "read only").chmod(0o444)


def progress(root):
    (root / ".coach").mkdir(exist_ok=True)
    (root / ".coach/progress.json").write_text('{"passed": ["01_environment"]}')


MESSES = {
    "nothing": lambda root: None,
    "a merge with a conflict": conflict,
    "staged and not staged": staged,
    "a stash": stashed,
    "links": links,
    "odd names": odd_names,
    "modes": modes,
    "progress": progress,
    "detached": lambda root: git(root, "checkout", "--quiet", "--detach", "HEAD~1"),
    "no commit yet": lambda root: git(root, "checkout", "--quiet", "--orphan", "fresh"),
    "a secret": lambda root: (root / ".dvc/config.local").write_text("secret"),
    "CRLF": lambda root: (root / "params.yaml").write_bytes(b"a: 1\r\n"),
}


def harm(root):
    """Change everything that can be changed."""
    git(root, "reset", "--quiet", "--hard", "HEAD", check=False)
    git(root, "checkout", "--quiet", "--force", "-B", "main", "solution/03_remote")
    git(root, "branch", "-D", "other", check=False)
    git(root, "stash", "drop", check=False)
    git(root, "clean", "-ffdx", "--quiet", "-e", ".coach", "-e", ".env")
    (root / ".coach/progress.json").write_text("{}")
    (root / "notes.txt").mkdir()  # a folder where a file was
    (root / "notes.txt" / "deep.txt").write_text("in the way")
    shutil.rmtree(root / "tests")
    (root / "tests").write_text("a file where a folder was")
    (root / "new.txt").write_text("new")
    (root / "answers").rename(root / "elsewhere")
    (root / "answers").symlink_to("elsewhere", target_is_directory=True)


@pytest.mark.parametrize("mess", MESSES)
def test_everything_comes_back(root, mess):
    """Whatever the learner had, and whatever was done to it: it comes back, and Git is content with it."""
    MESSES[mess](root)
    before, status = snapshot(root), git(root, "status", "--porcelain")
    coach_before = (root / ".coach/progress.json").exists() and (root / ".coach/progress.json").read_bytes()
    save = store.take(root, "test", to_undo=True)
    assert not difference(before, snapshot(root)), "taking a save changed something"
    harm(root)
    restore.restore(root, save, "back")
    assert not difference(before, snapshot(root))
    assert git(root, "status", "--porcelain") == status
    git(root, "fsck", "--strict")
    after = (root / ".coach/progress.json").exists() and (root / ".coach/progress.json").read_bytes()
    assert after == coach_before


def test_what_was_there_before_a_restore_is_saved_too(root):
    """Going back, and forth again, loses nothing."""
    save = store.take(root, "first")
    harm(root)
    harmed = snapshot(root)
    restore.restore(root, save, "back")
    restore.restore(root, store.saves(root)[-1], "forth")
    assert not difference(harmed, snapshot(root))


def test_several_steps(root):
    """Each of several saves comes back, in any order."""
    states, saves = [], []
    for number in range(5):
        (root / "notes.txt").write_text(f"step {number}")
        (root / f"only {number}.txt").write_text("x")
        git(root, "add", "notes.txt")
        git(root, "commit", "--quiet", "-m", f"Step {number}")
        states.append(snapshot(root))
        saves.append(store.take(root, f"step {number}"))
    for number in (3, 0, 4, 1, 2):
        restore.restore(root, saves[number], "jump")
        assert not difference(states[number], snapshot(root)), number


def test_contents_are_kept_once(root):
    """A second save of the same adds a list and no content; environments and caches of Python are left out."""
    environment = root / "my env"
    environment.mkdir()
    (environment / "pyvenv.cfg").write_text("home = /")
    (environment / "huge").write_text("not saved")
    store.take(root, "one")
    kept = set(store.folder(root).glob("contents/*/*"))
    save = store.take(root, "two")
    assert set(store.folder(root).glob("contents/*/*")) == kept
    assert not [path for path in save.entries if "my env" in path or "__pycache__" in path]
    assert not list(store.folder(root).glob(".new-*"))


def test_the_oldest_go(root, monkeypatch):
    """Beyond the number that is kept, the oldest saves go, and with them what only they hold."""
    monkeypatch.setattr(store, "KEEP", 3)
    for number in range(6):
        (root / "notes.txt").write_text(f"only in {number}")
        store.take(root, f"save {number}")
    assert [save.number for save in store.saves(root)] == [4, 5, 6]
    texts = {file.read_bytes() for file in store.folder(root).glob("contents/*/*") if file.stat().st_size < 20}
    assert {b"only in 3", b"only in 5"} <= texts and b"only in 2" not in texts


class Stop(BaseException):
    """As sudden as a kill: nothing in the code may expect it."""


@pytest.mark.parametrize("after", [0, 1, 5, 20, 60])
@pytest.mark.parametrize("call", ["replace", "unlink"])
def test_a_restore_that_is_cut_off_goes_on(root, monkeypatch, call, after):
    """Wherever it is cut off, the next one brings everything back, and the coach knows that it was cut off."""
    before, save = snapshot(root), store.take(root, "first")
    harm(root)
    real, calls = {"replace": os.replace, "unlink": Path.unlink}[call], []
    number = len(store.saves(root))

    def cut(*arguments, **options):
        if restore.marker(root).exists() and not str(arguments[0]).startswith(str(store.folder(root))):
            calls.append(arguments)
            if len(calls) > after:
                raise Stop()
        return real(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", cut) if call == "replace" else patch.setattr(Path, "unlink", cut)
        try:
            restore.restore(root, save, "back")
        except Stop:
            assert restore.unfinished(root) == save.number
            assert len(store.saves(root)) == number + 1, "what was there before was saved first"
    restore.restore(root, save, "again")
    assert restore.unfinished(root) is None
    assert not difference(before, snapshot(root))


def test_a_full_disk_changes_nothing(root, monkeypatch):
    """Where there is no room for a save, it says so, and leaves no part of a save."""
    before = snapshot(root)
    usage = shutil.disk_usage(root)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(Trouble) as trouble:
        store.take(root, "full")
    assert "no room" in trouble.value.found and "nothing" in trouble.value.found
    assert store.saves(root) == [] and not difference(before, snapshot(root))


def test_a_disk_that_fills_up_half_way_changes_nothing(root):
    """Where a write fails in the middle of a save, there is no save, no part of one, and a sentence."""
    (root / "large.bin").write_bytes(os.urandom(3_000_000))
    before = snapshot(root)
    script = (
        "import resource, signal, sys; from pathlib import Path; from coach.saves import store\n"
        "from coach.environment import Trouble\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        "try: store.take(Path('.'), 'too large')\n"
        "except Trouble as trouble: print(trouble.found)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True)
    assert "nothing of the workshop was changed" in done.stdout, done.stdout + done.stderr
    assert store.saves(root) == [] and not difference(before, snapshot(root))
    assert not list(store.folder(root).glob(".new-*"))


def test_a_lost_content_is_told_before_anything_changes(root):
    """A save that is no longer whole is not laid over what is there."""
    save = store.take(root, "first")
    harm(root)
    harmed = snapshot(root)
    store.content(root, save.entries["data/big.bin"].content).unlink()
    with pytest.raises(Trouble) as trouble:
        restore.restore(root, save, "back")
    assert "coach saved" in trouble.value.next and not difference(harmed, snapshot(root))


def test_a_file_that_cannot_be_read_is_told(root, monkeypatch):
    """Something that a save cannot take in stops it, with the file's name."""
    from coach.saves import tree

    def refuse(path):
        if path.name == "notes.txt":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    real = tree.md5_of
    monkeypatch.setattr(tree, "md5_of", refuse)
    with pytest.raises(Trouble) as trouble:
        store.take(root, "unreadable")
    assert "notes.txt" in trouble.value.where and store.saves(root) == []


def test_a_broken_list_is_passed_over(root):
    """A save's list that is damaged does not take the others away."""
    store.take(root, "one")
    store.take(root, "two")
    (store.folder(root) / "0001.json").write_text('{"number": 1, "entr')
    assert [save.number for save in store.saves(root)] == [2]
