"""The folder for a room without network: how it is made and completed, what its installer refuses, and a class that has nothing else."""

import dataclasses
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest
from coach.buckets import rawdata
from coach.environment import Trouble
from coach.room.pack import make, stick, wheels
from filelock import FileLock
from states import TEMPLATE, generate, link

SYSTEM = wheels.system()
PYTHON = getattr(sys, "_base_executable", sys.executable)  # a bare one, without the environment of these tests
EXERCISE = TEMPLATE / "exercises" / "01_environment" / "README.md"


def packages(root, *names):
    """Put small packages where `coach pack` keeps what it has gathered, in place of 400 MB."""
    folder = root / ".coach" / "pack" / SYSTEM
    folder.mkdir(parents=True)
    for name in names:
        with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}.py", f"name = {name!r}\n" * 1000)
    with zipfile.ZipFile(folder / "pip-1.0-py3-none-any.whl", "w") as pip:  # this one installs nothing
        pip.writestr("pip/__main__.py", "")
    (folder / "requirements.txt").write_text(wheels.text(root), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def instructor(generated, tmp_path_factory):
    """Return a workshop that has gathered small packages; to copy, not to change."""
    root = tmp_path_factory.mktemp("instructor") / "dvc-workshop"
    shutil.copytree(generated, root)
    packages(root, "one", "two", "three")
    return root


@pytest.fixture
def workshop(instructor, tmp_path):
    """Return a workshop that has gathered small packages."""
    return shutil.copytree(instructor, tmp_path / "dvc-workshop")


@pytest.fixture(scope="module")
def packed_once(instructor, tmp_path_factory):
    """Return the folder that the workshop has been packed into; to copy, not to change."""
    folder = tmp_path_factory.mktemp("packed") / "USB STICK"
    make.pack(instructor, folder)
    return folder


@pytest.fixture
def packed(packed_once, tmp_path):
    """Return a folder that the workshop has been packed into."""
    return shutil.copytree(packed_once, tmp_path / "USB STICK")


def contents(folder):
    """Return {name: bytes} of all files in a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def install(folder, *arguments, python=PYTHON, check=False, **env):
    """Run the installer as a learner does."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder.parent / "home"), **env}
    command = [python, str(folder / "install.py"), *map(str, arguments)]
    return subprocess.run(command, env=env, cwd=folder.parent, capture_output=True, text=True, check=check)


# What is in it


def test_the_folder_is_whole(packed):
    """Every file has its checksum, in the format that `sha256sum` reads; the README names this system and both programs."""
    found = contents(packed)
    sums = stick.read_sums(packed)
    assert set(sums) == set(found) - {stick.MARK, stick.SUMS, stick.ABOUT}
    assert all(hashlib.sha256(found[name]).hexdigest() == value for name, value in sums.items())
    assert not [name for name in found if name.endswith((".part", ".new"))]
    readme = found["README.txt"].decode()
    assert SYSTEM in readme and "$" not in readme and "coach" in readme and "py E:\\workshop\\install.py" in readme
    assert all(path.stat().st_mode & 0o044 for path in packed.rglob("*") if path.is_file())


def test_the_requirements_are_those_of_the_finished_project(workshop):
    """What the last solution's Pipfile names, and what an instructor has added, is packed; pip and pipenv too."""
    pipfile = workshop / "Pipfile"
    text = pipfile.read_text(encoding="utf-8")
    text = text.replace("[packages]\n", '[packages]\njupyter = "*"\n').replace("numpy = ", "NumPy = ")
    pipfile.write_text(text.replace("==2.2.6", "==2.2.5"), encoding="utf-8")
    lines = wheels.text(workshop).splitlines()
    assert {"pip", "jupyter", "NumPy==2.2.5", "dvc[gs]==3.67.1", "pillow==12.0.0", "torch==2.13.0"} <= set(lines)
    names = [re.split(r"[\[=<> ;]", line)[0].lower() for line in lines]
    assert len(set(names)) == len(names) and "pipenv" in names and "pytest" in names


def test_a_package_from_elsewhere_is_told(workshop):
    """What pip cannot find by its name cannot be packed, and is named."""
    pipfile = workshop / "Pipfile"
    text = pipfile.read_text(encoding="utf-8")
    pipfile.write_text(text.replace("[packages]\n", '[packages]\nmine = {path = "../mine"}\n'), encoding="utf-8")
    with pytest.raises(Trouble) as caught:
        wheels.text(workshop)
    assert "mine" in caught.value.found and "path" in caught.value.found


def test_learners_get_what_the_template_makes(workshop, packed, tmp_path):
    """The bundle holds main and each solution branch, and nothing else that the instructor has."""
    bundle = packed / "workshop.bundle"
    heads = subprocess.run(
        ["git", "bundle", "list-heads", str(bundle)], capture_output=True, text=True, check=True
    ).stdout
    here = subprocess.run(
        ["git", "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads"],
        cwd=workshop, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert sorted(heads.splitlines()) == sorted(here.splitlines())
    run(workshop, "git", "branch", "my-notes")
    make.pack(workshop, tmp_path / "second")
    heads = subprocess.run(
        ["git", "bundle", "list-heads", str(tmp_path / "second" / "workshop.bundle")], capture_output=True, text=True
    ).stdout
    assert heads.count("refs/heads/solution/") == 10 and "my-notes" not in heads


def run(root, *command):
    """Run a command in a folder."""
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


def test_a_clone_can_be_packed(instructor, tmp_path, capsys):
    """An instructor's clone, whose solution branches are its remote's, gives the same; commits and changes on top are said."""
    clone = tmp_path / "clone"
    run(tmp_path, "git", "clone", "--quiet", str(instructor), str(clone))
    shutil.copytree(instructor / ".coach" / "pack", clone / ".coach" / "pack")
    (clone / "extra.txt").write_text("committed")
    run(clone, "git", "add", "extra.txt")
    run(clone, "git", "commit", "--quiet", "-m", "Add a file")
    (clone / "params.yaml").write_text("changed: 1\n")
    make.pack(clone, tmp_path / "stick")
    said = capsys.readouterr().out
    assert "main has 1 commit" in said and "not packed: params.yaml" in said
    heads = run(tmp_path, "git", "bundle", "list-heads", "stick/workshop.bundle")
    assert heads.count("refs/heads/solution/") == 10 and heads.count("refs/heads/main") == 1


def test_mnist_is_packed(tmp_path, monkeypatch):
    """The files that a learner's machine would download are in the folder and come to where the coach looks first; else it is told."""
    root = generate(tmp_path, data="mnist")
    packages(root, "one")
    files = {name: name.encode() for name in rawdata.DATASETS["mnist"].md5}
    known = {name: hashlib.md5(data).hexdigest() for name, data in files.items()}
    monkeypatch.setitem(rawdata.DATASETS, "mnist", dataclasses.replace(rawdata.DATASETS["mnist"], md5=known))
    monkeypatch.setenv("MNIST_MIRROR", "http://127.0.0.1:9")
    with pytest.raises(Trouble):
        make.pack(root, tmp_path / "stick")
    assert not (tmp_path / "stick" / stick.ABOUT).exists()
    cache = root / ".coach" / "downloads"
    for name, data in files.items():
        (cache / name).write_bytes(data)
    make.pack(root, tmp_path / "stick")
    assert {f"data/{name}" for name in files} <= set(stick.read_sums(tmp_path / "stick"))
    install(tmp_path / "stick", tmp_path / "learner")
    assert contents(tmp_path / "learner" / ".coach" / "downloads") == files


# Where it may be written


OTHERS = ("holiday.jpg", "install.py", "pack.json", "SHA256SUMS")


@pytest.mark.parametrize("place", ["inside", "file", *OTHERS])
def test_a_wrong_place_is_refused(instructor, tmp_path, place):
    """No folder inside of the workshop, no file, no folder with other people's files, whatever they are called."""
    folder = {"inside": instructor / "stick"}.get(place, tmp_path / "taken")
    if place == "file":
        folder.write_text("mine")
    if place in OTHERS:
        folder.mkdir()
        (folder / place).write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(Trouble) as caught:
        make.pack(instructor, folder)
    assert contents(tmp_path) == before and not (instructor / "stick").exists()
    assert "`coach pack " in caught.value.next


def test_no_room_is_said_before_anything_is_copied(instructor, tmp_path, monkeypatch):
    """Where there is not enough room, the folder stays empty and both numbers are told."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(stick.shutil, "disk_usage", lambda _: usage(10, 5, 5_000_000))
    with pytest.raises(Trouble) as caught:
        make.pack(instructor, tmp_path / "stick")
    assert "5 MB" in caught.value.found and "MB" in caught.value.expected
    assert not (tmp_path / "stick").exists()


def test_no_room_leaves_a_whole_folder_whole(workshop, packed, monkeypatch):
    """Where there is no room for what is new, a folder that was whole can still be installed from."""
    wheels_of = workshop / ".coach" / "pack" / SYSTEM
    shutil.copy(wheels_of / "one-1.0-py3-none-any.whl", wheels_of / "four-1.0-py3-none-any.whl")
    before = contents(packed)
    usage = namedtuple("usage", "total used free")
    free = {packed: 5_000_000}  # it is a disk of its own
    monkeypatch.setattr(stick.shutil, "disk_usage", lambda place: usage(10, 5, free.get(place, 10**12)))
    with pytest.raises(Trouble):
        make.pack(workshop, packed)
    assert contents(packed) == before


def full(*_):
    """Fail as a full disk does."""
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_told(instructor, tmp_path, monkeypatch):
    """An error of the disk while copying names the way on."""
    monkeypatch.setattr(stick, "copy", full)
    with pytest.raises(Trouble) as caught:
        make.pack(instructor, tmp_path / "stick")
    assert "No space" in caught.value.found and "again" in caught.value.next


# Half-made, damaged, completed


def stopping_after(monkeypatch, count):
    """Let Ctrl-C be pressed while a file is copied, after so many others."""
    copied, whole = [], stick.copy

    def copy(source, target):
        if len(copied) == count:
            target.with_name(f"{target.name}.part").write_bytes(b"half")
            raise KeyboardInterrupt
        copied.append(target.name)
        whole(source, target)

    monkeypatch.setattr(stick, "copy", copy)


@pytest.mark.parametrize("count", [0, 1, 4])
def test_half_made_is_said_and_completed(instructor, tmp_path, monkeypatch, count):
    """After Ctrl-C the installer refuses the folder; the same command completes it and copies nothing twice."""
    folder = tmp_path / "stick"
    with monkeypatch.context() as patch, pytest.raises(make.Stopped) as caught:
        stopping_after(patch, count)
        make.pack(instructor, folder)
    assert f"`coach pack {folder}`" in caught.value.next and caught.value.exit_code == 130
    if count:
        done = install(folder)
        assert done.returncode == 1 and "complete" in done.stderr and "`coach pack`" in done.stderr
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*/*.whl")}
    make.pack(instructor, folder)
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    test_the_folder_is_whole(folder)


def test_again_repairs(workshop, packed):
    """A file that was damaged or lost on the stick is there again, and what does not belong there is gone."""
    good = contents(packed)
    (packed / SYSTEM / "one-1.0-py3-none-any.whl").write_bytes(b"damaged")
    (packed / SYSTEM / "two-1.0-py3-none-any.whl").unlink()
    (packed / SYSTEM / "old-0.9-py3-none-any.whl").write_bytes(b"old")
    make.pack(workshop, packed)
    again = contents(packed)
    for name in ("workshop.bundle", stick.SUMS):  # Git may pack anew
        good.pop(name), again.pop(name)
    assert again == good


def test_several_systems_share_a_folder(workshop, packed, monkeypatch, capsys):
    """Run on another system it adds that one's packages and keeps the first's; those of another Pipfile are taken out and named."""
    first = {name for name in contents(packed) if name.startswith(SYSTEM)}
    monkeypatch.setattr(wheels, "system", lambda: "windows-amd64-py3.12")
    (workshop / ".coach" / "pack" / SYSTEM).rename(workshop / ".coach" / "pack" / "windows-amd64-py3.12")
    make.pack(workshop, packed)
    about = json.loads((packed / stick.ABOUT).read_text())
    assert set(about["systems"]) == {SYSTEM, "windows-amd64-py3.12"} and first <= set(contents(packed))
    test_the_folder_is_whole(packed)
    pipfile = workshop / "Pipfile"
    text = pipfile.read_text(encoding="utf-8")
    pipfile.write_text(text.replace("[packages]\n", '[packages]\njupyter = "*"\n'), encoding="utf-8")
    kept = workshop / ".coach" / "pack" / "windows-amd64-py3.12" / "requirements.txt"
    kept.write_text(wheels.text(workshop), encoding="utf-8")
    make.pack(workshop, packed)
    assert f"{SYSTEM} is not complete, or of another Pipfile" in capsys.readouterr().out
    assert not [name for name in contents(packed) if name.startswith(SYSTEM)]
    done = install(packed)
    assert done.returncode == 1 and "windows-amd64-py3.12" in done.stderr and SYSTEM in done.stderr


LEFT_OUT = {
    "of another Pipfile": lambda folder: (folder / "requirements.txt").write_text("jupyter\n"),
    "half-made": lambda folder: (folder / "requirements.txt").unlink(),
}


@pytest.mark.parametrize("why", LEFT_OUT)
@pytest.mark.parametrize("stop", ["no room", "a full disk"])
def test_what_goes_is_named_when_it_goes(workshop, packed, monkeypatch, capsys, why, stop):
    """Another system's packages that cannot stay are named once, when they go: not where the disk stops it all before."""
    other = shutil.copytree(packed / SYSTEM, packed / "windows-amd64-py3.12")
    LEFT_OUT[why](other)
    wheel = workshop / ".coach" / "pack" / SYSTEM / "one-1.0-py3-none-any.whl"
    shutil.copy(wheel, wheel.with_name("five-1.0-py3-none-any.whl"))
    before = contents(other)
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as patch, pytest.raises(Trouble):
        if stop == "no room":
            patch.setattr(stick.shutil, "disk_usage", lambda _: usage(10, 5, 5_000_000))
        else:
            patch.setattr(stick, "copy", full)
        make.pack(workshop, packed)
    assert "taken out" not in capsys.readouterr().out and contents(other) == before
    for count in (1, 0):
        make.pack(workshop, packed)
        assert capsys.readouterr().out.count(f"{other.name} is not complete, or of another Pipfile") == count
        assert contents(other) == {}


# What the installer refuses


def unreadable(file):
    """Let a file be there and reading it fail, as on a damaged stick."""
    file.unlink()
    file.mkdir()


DAMAGES = {
    "a wheel": (f"{SYSTEM}/one-1.0-py3-none-any.whl", lambda file: file.write_bytes(file.read_bytes()[:-1] + b"x")),
    "a wheel cut short": (f"{SYSTEM}/two-1.0-py3-none-any.whl", lambda file: file.write_bytes(file.read_bytes()[:100])),
    "a wheel lost": (f"{SYSTEM}/three-1.0-py3-none-any.whl", lambda file: file.unlink()),
    "the bundle": ("workshop.bundle", lambda file: file.write_bytes(b"x" + file.read_bytes()[1:])),
    "a wheel that cannot be read": (f"{SYSTEM}/one-1.0-py3-none-any.whl", unreadable),
    "no checksums": (stick.SUMS, lambda file: file.unlink()),
    "some checksums": (stick.SUMS, lambda file: file.write_bytes(file.read_bytes()[:150])),
    "no end": (stick.ABOUT, lambda file: file.unlink()),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_named(packed, tmp_path, damage):
    """The installer names the file that is damaged or missing, and installs nothing from it; a whole stick then goes on."""
    name, harm = DAMAGES[damage]
    good = (packed / name).read_bytes()
    harm(packed / name)
    done = install(packed, tmp_path / "learner")
    assert done.returncode == 1 and name in done.stderr and "Next:" in done.stderr, done.stderr
    assert not (tmp_path / "learner" / ".venv").exists()
    assert not list((tmp_path / "learner").rglob(f"{Path(name).name}*")) or "bundle" in name
    if harm is unreadable:
        (packed / name).rmdir()
    (packed / name).write_bytes(good)
    done = install(packed, tmp_path / "learner")
    assert "The workshop is installed" in done.stdout and "is damaged" not in done.stderr


@pytest.mark.parametrize("moment", ["at once", "later"])
def test_a_full_disk_of_the_learners_is_not_the_sticks_fault(workshop, tmp_path, moment):
    """Where the learner's disk takes no more, that is told, with the file; no half of one is left."""
    with zipfile.ZipFile(workshop / ".coach" / "pack" / SYSTEM / "four-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("four.py", "x" * 5_000_000)
    folder, full = tmp_path / "stick", tmp_path / "full.py"
    make.pack(workshop, folder)
    size = 2000 if moment == "at once" else 4_000_000
    limit = f"import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    full.write_text(f"{limit}\nrunpy.run_path(sys.argv.pop(1), run_name='__main__')\n")
    command, env = [PYTHON, str(full), str(folder / "install.py")], {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run([*command, str(tmp_path / "learner")], env=env, capture_output=True, text=True)
    assert done.returncode == 1 and "File too large" in done.stderr and "is damaged" not in done.stderr, done.stderr
    where = {"at once": tmp_path / "learner.bundle", "later": tmp_path / "learner/.coach/wheels"}[moment]
    assert f"Where: {where}" in done.stderr and "the same command" in done.stderr
    assert not list(tmp_path.rglob("*.part"))


def test_the_learners_workshop_is_as_generated(packed, generated, tmp_path):
    """Before any package is installed, the workshop is there: the same branches, no remote, a clean tree."""
    target = tmp_path / "learner"
    done = install(packed, target)
    assert done.returncode == 0 and "The workshop is installed" in done.stdout
    shape = ("git", "for-each-ref", "--format=%(objectname) %(refname)")
    assert run(target, *shape) == run(generated, *shape)
    assert run(target, "git", "remote") == "" and run(target, "git", "status", "--porcelain") == ""
    assert run(target, "git", "symbolic-ref", "--short", "HEAD") == "main\n"


def test_other_peoples_files_stay(packed, tmp_path):
    """Where something else lies the installer stops; an empty folder will do."""
    target = tmp_path / "learner"
    target.mkdir()
    (target / "thesis.txt").write_text("mine")
    done = install(packed, target)
    assert done.returncode == 1 and "something else" in done.stderr and contents(target) == {"thesis.txt": b"mine"}
    (target / "thesis.txt").unlink()
    assert "The folder is free" in install(packed, target).stdout


def test_a_learners_work_stays(packed, tmp_path):
    """Run again, the installer leaves files and commits as they are."""
    target = tmp_path / "learner"
    install(packed, target)
    (target / "params.yaml").write_text("mine: 1\n")
    run(target, "git", "commit", "-qam", "Mine")
    head = run(target, "git", "rev-parse", "HEAD")
    done = install(packed, target)
    assert "it stays as it is" in done.stdout and run(target, "git", "rev-parse", "HEAD") == head
    assert (target / "params.yaml").read_text() == "mine: 1\n"


def test_without_git_it_says_so(packed, tmp_path):
    """Git is asked for before anything is copied."""
    done = install(packed, tmp_path / "learner", PATH=str(tmp_path))
    assert done.returncode == 1 and "no command git" in done.stderr and not (tmp_path / "learner").exists()


def test_without_room_it_says_so(packed, tmp_path):
    """A learner's disk that is too small is told before anything is copied."""
    about = json.loads((packed / stick.ABOUT).read_text())
    about["systems"][SYSTEM]["installed"] = 10**15
    (packed / stick.ABOUT).write_text(json.dumps(about))
    done = install(packed, tmp_path / "learner")
    assert done.returncode == 1 and "GB free" in done.stderr and not (tmp_path / "learner").exists()


@pytest.mark.parametrize("arguments", [["--help"], ["a", "b"]], ids=" ".join)
def test_usage(packed, arguments):
    """Asked for help, or with too many words, it says how it is used."""
    done = install(packed, *arguments)
    assert done.returncode == (0 if "--help" in arguments else 2) and "python3 install.py [FOLDER]" in done.stdout


def test_pip_that_fails_is_told(workshop, tmp_path, monkeypatch):
    """Where pip cannot gather the packages, its words are told, nothing is packed, and the next try begins afresh."""
    shutil.rmtree(workshop / ".coach" / "pack")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(Trouble) as caught:
        make.pack(workshop, tmp_path / "stick")
    assert "No matching distribution" in caught.value.found
    assert not (tmp_path / "stick").exists() and not (workshop / ".coach" / "pack" / SYSTEM).exists()


def test_ctrl_c_ends_pip_too(monkeypatch):
    """What was started to gather packages does not go on alone."""
    started, popen = [], subprocess.Popen
    monkeypatch.setattr(wheels.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[0])

    def pressed(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(wheels.show, "plain", pressed)
    with pytest.raises(KeyboardInterrupt):
        wheels.watched([sys.executable, "-c", "import time; print('x', flush=True); time.sleep(600)"])
    assert started[0].wait(timeout=30) != 0


# A class that has nothing else


def gathered(root):
    """Return the folder with all packages, downloaded once for this checkout and kept below build/."""
    digest = hashlib.sha256(wheels.text(root).encode()).hexdigest()[:16]
    kept = TEMPLATE / "build" / "pack" / f"{SYSTEM}-{digest}"
    kept.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{kept}.lock"):
        if not (kept / "requirements.txt").exists():
            made = wheels.gather(root, SYSTEM)
            shutil.copytree(made, kept, dirs_exist_ok=True, copy_function=link, ignore=lambda *_: ["requirements.txt"])
            shutil.copy(made / "requirements.txt", kept)
    return kept


LEARNER = """
set -eu
"$PYTHON" "$STICK/install.py"
cd "$HOME/dvc-workshop"
git config --global user.name Learner
git config --global user.email learner@example.invalid
tools=.venv/bin
trap '$tools/pipenv run coach bucket stop' EXIT
$tools/pipenv run coach doctor
$tools/pipenv run python "$TESTS/play.py" lines exercises/01_environment/README.md
$tools/pipenv run coach check 01
$tools/pipenv run coach skip
$tools/pipenv run coach check 02
"""


def without_network():
    """Return the command before a command that shall have no network; only a person's own machine may lack the right."""
    namespace = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    tried = subprocess.run([*namespace, "true"], capture_output=True, text=True) if shutil.which("unshare") else None
    if tried and tried.returncode == 0:
        return [*namespace, PYTHON, str(TEMPLATE / "tests" / "offline.py")]
    why = f"`unshare --net`: {tried.stderr if tried else 'no such command'}"
    return pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)


@pytest.mark.skipif(platform.system() != "Linux", reason="`unshare` is Linux's")
def test_a_class_without_network(generated, tmp_path):
    """From the folder alone, with no network, an empty home and a bare Python, a learner installs, and passes two exercises."""
    before = without_network()
    root, folder, home = tmp_path / "instructor" / "dvc-workshop", tmp_path / "USB STICK", tmp_path / "Zoë Müller"
    shutil.copytree(generated, root)
    if not (kept := gathered(root)).is_relative_to(root):
        shutil.rmtree(root / ".coach" / "pack", ignore_errors=True)
        shutil.copytree(kept, root / ".coach" / "pack" / SYSTEM, copy_function=link)
    make.pack(root, folder)
    home.mkdir()
    env = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"}
    env |= {"PYTHON": PYTHON, "STICK": str(folder), "TESTS": str(TEMPLATE / "tests")}
    try:
        done = subprocess.run(
            [*before, "sh", "-c", LEARNER], env=env, cwd=home, capture_output=True, text=True, timeout=900
        )
    finally:
        size = sum(path.stat().st_size for path in folder.rglob("*"))
        shutil.rmtree(root)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "The folder is free" in said and re.search(r"\b(\d+) of \1 checks are well", said), said
    assert re.search(r"passed, (\d+) of \1 points.*passed, (\d+) of \2 points", said, re.DOTALL), said
    assert size < 1_000_000_000  # builds with CUDA would take several GB
    shutil.rmtree(home)
    shutil.rmtree(folder)
