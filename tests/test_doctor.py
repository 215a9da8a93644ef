"""The doctor: every harm is found by the check that it belongs to, in seconds, and told with its remedy."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import patch

import pytest
from coach import environment
from coach.buckets import commands, gcs, http, server
from coach.doctor import diagnose, disk, identity, links, locks, machine, place, systems, work
from coach.doctor.table import Check

TEMPLATE = Path(__file__).parents[1] / "{{cookiecutter.project_slug}}"

PROJECT = """[tool.coach]
package = "w"
data = "digits"
buckets = "local"
raw = "gs://w-raw"
cache = "gs://w-cache"
"""
PIPFILE = """[packages]
dvc = {version = "*", extras = ["gs"]}
tomli = {version = "*", markers = "python_version < '3.11'"}
[dev-packages]
pytest = "*"
"""
REMOTE = "[core]\n    remote = workshop\n['remote \"workshop\"']\n    url = gs://w-cache/me\n"


@pytest.fixture(scope="module")
def healthy(tmp_path_factory):
    """Return a workshop in which all is well, with its server."""
    root = tmp_path_factory.mktemp("doctor") / "my shop"
    (root / ".dvc").mkdir(parents=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host = f"STORAGE_EMULATOR_HOST=http://127.0.0.1:{probe.getsockname()[1]}\n"
    texts = {"pyproject.toml": PROJECT, "Pipfile": PIPFILE, ".dvc/config": REMOTE}
    settings = host + "NO_GCE_CHECK=true\nGCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT=false\nDVC_NO_ANALYTICS=1\n"
    for name, text in {**texts, ".env": settings, ".env.example": settings}.items():
        (root / name).write_text(text)
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    commands.start(root)
    yield root
    server.end(root)


@pytest.fixture
def shell(monkeypatch, tmp_path_factory):
    """Return a home with a name for Git; nothing else of this machine reaches Git, DVC or a proxy."""
    for name in list(os.environ):
        if name.startswith("GIT_") or name.lower().endswith("_proxy") or name in ("XDG_CONFIG_HOME", "COLUMNS"):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text("[user]\n\tname = Somebody\n\temail = somebody@example.org\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("DVC_GLOBAL_CONFIG_DIR", str(home))
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(home / "dvc"))
    return home


@pytest.fixture
def root(healthy, shell, monkeypatch):
    """Return the healthy workshop, in a shell that has loaded `.env`; its files are put back after the test."""
    names = ("pyproject.toml", "Pipfile", ".env", ".env.example", ".dvc/config")
    before = {name: (healthy / name).read_bytes() for name in names}
    monkeypatch.setattr(environment, "ADDED", set())
    for key, value in environment.read_env(healthy).items():
        monkeypatch.setenv(key, value)
    yield healthy
    for name, data in before.items():
        (healthy / name).write_bytes(data)


def problems(root):
    """Return {name: finding} of what is not well; DVC itself, which is slow, is left to `test_all_is_well`."""
    quick = [check for check in diagnose.CHECKS if check.name not in ("DVC", "DVC reads")]
    with patch.object(diagnose, "CHECKS", quick):
        return {finding.name: finding for finding in diagnose.diagnose(root) if not finding.ok}


def edit(root, name, old, new):
    file = root / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_all_is_well(root, capsys, monkeypatch):
    monkeypatch.chdir(root)
    assert diagnose.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("ok  ") for line in lines[:-1])
    assert "ok       DVC reads: 4 files" in lines
    assert lines[-1] == "23 of 23 checks are well."


def test_a_problem_is_told_in_five_lines_and_the_first_command_comes_last(root, capsys, monkeypatch):
    monkeypatch.chdir(root)
    edit(root, ".dvc/config", "w-cache", "w-cahce")
    diagnose.main([])
    lines = capsys.readouterr().out.splitlines()
    labels = [line.split(":")[0].strip() for line in lines if line.startswith("  ")]
    assert labels == ["expected", "found", "where", "why", "next"]
    assert lines[-1] == "22 of 23 checks are well. Type first: `dvc remote add -f -d workshop gs://w-cache/me`"


@pytest.mark.parametrize("width", [40, 60, 100])
def test_no_line_is_wider_than_the_terminal(root, capsys, monkeypatch, width):
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", str(width))
    edit(root, "Pipfile", "pytest", "no-such-package")
    diagnose.main([])
    said = capsys.readouterr().out
    wide = [line for line in said.splitlines() if len(line) > width]
    assert all(len(line.split()) == 1 or line.startswith("      ") for line in wide)  # one long word, such as a path
    assert "no no-such-package" in said


def test_json_is_one_object(root, capsys, monkeypatch):
    monkeypatch.chdir(root)
    edit(root, ".dvc/config", "w-cache", "w-cahce")
    assert diagnose.main(["--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["schema"] == "coach/doctor/v1"
    bad = [finding for finding in said["findings"] if not finding["ok"]]
    assert [set(finding) for finding in bad] == [{"name", "ok", "found", "expected", "where", "next", "why"}]
    assert all(value for key, value in bad[0].items() if key != "ok")


@pytest.mark.parametrize("arguments, code", [(["--help"], 0), (["--nonsense"], 2)])
def test_usage(capsys, arguments, code):
    assert diagnose.main(arguments) == code and "Usage" in capsys.readouterr().out


# What a learner may have done: (file, old text, new text), the check that finds it, in what it found, in what is next
HARMS = {
    "answers broken": (("pyproject.toml", "digits", 'di"gits'), "answers", "", "git"),
    "package missing": (
        ("Pipfile", "pytest", "no-such-package"),
        "packages",
        "no no-such-package",
        "pipenv install",
    ),
    "other version": (
        ("Pipfile", 'pytest = "*"', 'pytest = "==1.0"'),
        "packages",
        "in place of 1.0",
        "pipenv install",
    ),
    "Pipfile broken": (("Pipfile", "[packages]", "[packages"), "packages", "", "git diff Pipfile"),
    "line of .env lost": (
        (".env", "NO_GCE_CHECK=true", ""),
        ".env",
        "no NO_GCE_CHECK",
        "NO_GCE_CHECK=true",
    ),
    ".env changed": (
        (".env", "NO_GCE_CHECK=true", "NO_GCE_CHECK=no"),
        "environment",
        "NO_GCE_CHECK=true",
        "pipenv shell",
    ),
    "wrong bucket": (
        (".dvc/config", "w-cache", "w-cahce"),
        "default remote",
        "gs://w-cahce/me",
        "gs://w-cache/me",
    ),
    "raw bucket": (
        (".dvc/config", "w-cache", "w-raw"),
        "default remote",
        "gs://w-raw/me",
        "gs://w-cache/me",
    ),
    "a folder": (
        (".dvc/config", "gs://w-cache/me", "../store"),
        "default remote",
        "../store",
        "'gs://w-cache/my shop'",
    ),
    "no such remote": (
        (".dvc/config", "remote = workshop", "remote = work"),
        "default remote",
        "work",
        "-d work",
    ),
    "config broken": ((".dvc/config", "[core]", "core"), "DVC configuration", "", "dvc config"),
    "no such link": (
        (".dvc/config", "[core]", "[cache]\n    type = hardlnik\n[core]"),
        "cache links",
        "hardlnik",
        "dvc config --local cache.type reflink,copy",
    ),
}


@pytest.mark.parametrize("harm, name, found, next", HARMS.values(), ids=HARMS)
def test_a_harm_is_found_by_its_own_check(root, harm, name, found, next):
    edit(root, *harm)
    said = problems(root)
    assert list(said) == [name]
    assert found in said[name].found and next in said[name].next
    assert said[name].expected and said[name].where and said[name].why


def test_no_default_remote_yet_is_no_problem(root):
    (root / ".dvc/config").write_text("[core]\n")
    assert not problems(root)


def test_the_local_configuration_counts_as_dvc_counts_it(root):
    local = root / ".dvc/config.local"
    local.write_text("['remote \"workshop\"']\n    url = gs://elsewhere/x\n")
    try:
        assert "elsewhere" in problems(root)["default remote"].found
    finally:
        local.unlink()


def test_a_lost_env(root):
    (root / ".env").unlink()
    assert problems(root)[".env"].next == "`coach bucket start`"


def test_a_shell_without_the_variables(root, monkeypatch):
    monkeypatch.delenv("STORAGE_EMULATOR_HOST")
    finding = problems(root)["environment"]
    assert finding.found == "no STORAGE_EMULATOR_HOST" and finding.next == "`pipenv shell`"
    monkeypatch.delenv("STORAGE_EMULATOR_HOST")


# The server


def test_a_server_that_does_not_run(root):
    commands.stop(root)
    before = time.monotonic()
    said = problems(root)
    assert time.monotonic() - before < 5
    assert list(said) == ["buckets"] and said["buckets"].next == "`coach bucket start`"
    commands.start(root)


def test_a_port_that_a_stranger_has_taken(root, monkeypatch):
    monkeypatch.setattr(http, "SECONDS", 0.3)
    commands.stop(root)
    port = int(environment.read_env(root)["STORAGE_EMULATOR_HOST"].rpartition(":")[2])
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", port))
        stranger.listen()
        said = problems(root)["buckets"]
    assert "another program" in said.found and "--port" in said.next
    commands.start(root)


def test_a_raw_bucket_with_a_file_missing(root):
    store = gcs.Storage(environment.read_env(root)["STORAGE_EMULATOR_HOST"])
    store.delete("w-raw", "digits/t10k-labels-idx1-ubyte.gz")
    assert "t10k-labels-idx1-ubyte.gz missing" == problems(root)["buckets"].found
    commands.start(root)


def test_a_bucket_that_is_gone(root):
    shutil.rmtree(root / ".coach/buckets/w-cache")
    assert "no bucket gs://w-cache" == problems(root)["buckets"].found
    commands.start(root)


# The cloud


@pytest.mark.parametrize("key, word", [(None, "no credentials"), ("gone.json", "gone.json")])
def test_a_cloud_without_credentials(root, monkeypatch, tmp_path, key, word):
    edit(root, "pyproject.toml", '"local"', '"cloud"')
    edit(root, ".env", "STORAGE_EMULATOR_HOST", "UNUSED")
    edit(root, ".env.example", "STORAGE_EMULATOR_HOST", "UNUSED")
    monkeypatch.delenv("STORAGE_EMULATOR_HOST")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("UNUSED", environment.read_env(root)["UNUSED"])
    shutil.copy(Path.home() / ".gitconfig", tmp_path)
    for name in ("HOME", "CLOUDSDK_CONFIG"):
        monkeypatch.setenv(name, str(tmp_path))
    if key:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / key))
    said = problems(root)
    assert list(said) == ["credentials"]
    assert word in said["credentials"].found and "gcloud auth" in said["credentials"].next


def test_a_local_server_where_the_cloud_is_meant(root):
    edit(root, "pyproject.toml", '"local"', '"cloud"')
    edit(root, ".env", "STORAGE_EMULATOR_HOST", "#")
    edit(root, ".env.example", "STORAGE_EMULATOR_HOST", "#")
    assert "STORAGE_EMULATOR_HOST" in problems(root)["environment"].found


# The machine


def test_a_python_that_is_too_old(root, monkeypatch):
    monkeypatch.setattr(machine.sys, "version_info", (3, 9, 1))
    assert problems(root)["Python"].found == "3.9.1"


def test_a_machine_without_git(root, monkeypatch):
    monkeypatch.setenv("PATH", "")
    said = problems(root)
    assert "PATH" in said["Git"].where and "install" in said["Git"].next
    assert {"Git identity", "repository", "Git lock"}.isdisjoint(said)  # they need Git


def test_a_folder_that_is_no_repository(root):
    (root / ".git").rename(root / ".gone")
    try:
        assert "git init" in problems(root)["repository"].next
    finally:
        (root / ".gone").rename(root / ".git")


def test_a_repository_of_somebody_else(root, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert problems(root)["repository"].next == f'`git config --global --add safe.directory "{root}"`'


# Who commits: (what the learner has set, whether DVC's own library knows a committer then)
CONFIGURED = {"GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "A", "GIT_CONFIG_KEY_1": "user.email"}
CONFIGURED |= {"GIT_CONFIG_VALUE_1": "a@example.org", "GIT_CONFIG_COUNT": "2"}
AUTHOR = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
COMMITTER = {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
NAMES = {
    "the usual file": ({}, True),
    "a file for Git alone": ({"HOME": "nobody", "GIT_CONFIG_GLOBAL": ".gitconfig"}, False),
    "variables of the configuration": ({"HOME": "nobody", **CONFIGURED}, False),
    "an author": ({"HOME": "nobody", **AUTHOR}, False),
    "author and committer": ({"HOME": "nobody", **AUTHOR, **COMMITTER}, True),
}


@pytest.mark.parametrize("variables, known", NAMES.values(), ids=NAMES)
def test_the_name_that_dvc_commits_in_is_found_as_dvc_finds_it(root, shell, monkeypatch, variables, known):
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (shell / "nobody").mkdir()
    for key, value in variables.items():
        monkeypatch.setenv(key, str(shell / value) if value in ("nobody", ".gitconfig") else value)
    code = "from dvc.scm import SCM; SCM('.').pygit2.committer"
    dvc = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert (dvc.returncode == 0) == known, dvc.stderr
    found = problems(root).get("DVC's identity")
    assert (found is None) == known
    if found:
        for command in commands_in(found.next):
            subprocess.run(command, cwd=root, check=True)
        assert identity.dvc_identity(root)
        for key in ("name", "email"):
            subprocess.run(["git", "config", "--unset", f"user.{key}"], cwd=root, check=True)


def commands_in(text):
    """Return the commands that an advice names, each as words."""
    return [shlex.split(command) for command in re.findall("`(.*?)`", text)]


def test_tools_that_hang_do_not_hold_the_doctor(root, monkeypatch, tmp_path):
    (tmp_path / "git").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    before = time.monotonic()
    assert "no end after" in problems(root)["Git"].found
    assert time.monotonic() - before < 20


def test_what_a_hanging_tool_has_started_does_not_hold_the_doctor_either(tmp_path):
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(20)'])"
    before = time.monotonic()
    with pytest.raises(environment.Trouble):
        machine.run([sys.executable, "-c", code], tmp_path, seconds=1)
    assert time.monotonic() - before < 10


def test_a_git_without_a_name(root, shell, monkeypatch):
    (shell / ".gitconfig").write_text("[user]\n\tname = Somebody\n")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    said = problems(root)
    assert said["Git identity"].next == '`git config --global user.email "you@example.org"`'
    assert "DVC's identity" not in said  # it is the same harm


def test_a_check_that_crashes_is_the_coachs_fault(root, monkeypatch):
    monkeypatch.setattr(diagnose, "CHECKS", [Check("x", lambda root: 1 / 0, "why")])
    assert "ZeroDivisionError" in problems(root)["x"].found and "not yours" in problems(root)["x"].where


def test_a_command_that_hangs_or_fails_is_told(tmp_path):
    for code in ("import time; time.sleep(9)", "raise SystemExit('no')"):
        with pytest.raises(environment.Trouble):
            machine.run([sys.executable, "-c", code], tmp_path, seconds=0.5)


def run_doctor(folder, *options):
    """Run the doctor in a Python that has nothing but its standard library."""
    env = {**os.environ, "PYTHONPATH": str(TEMPLATE)}
    command = [sys.executable, "-S", "-s", *options, "-m", "coach", "doctor"]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


def test_it_works_before_anything_is_installed(root):
    done = run_doctor(root)
    assert (done.returncode, done.stderr) == (1, "")
    assert "no dvc" in done.stdout and "`pipenv install --dev`" in done.stdout
    assert "ok       buckets" in done.stdout


def test_it_works_without_git_too(root, monkeypatch):
    monkeypatch.setenv("PATH", "")
    done = run_doctor(root)
    assert (done.returncode, done.stderr) == (1, "")
    assert "problem  Git\n" in done.stdout and "ok       DVC lock" in done.stdout


def test_nothing_but_the_standard_library_is_imported(root):
    code = """if True:
        import sys
        before = set(sys.modules)
        from coach.doctor import diagnose
        diagnose.main([])
        names = {name.split(".")[0] for name in set(sys.modules) - before}
        print("STRANGERS", sorted(names - set(sys.stdlib_module_names) - {"coach", "tomli"}))
    """
    env = {**os.environ, "PYTHONPATH": str(TEMPLATE)}
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=env, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "STRANGERS []", done.stdout + done.stderr
    assert "23 of 23" in done.stdout


def snapshot(root):
    """Return {file: (bytes, time of change)}, without what the bucket server writes."""
    files = (path for path in root.rglob("*") if path.is_file() and ".coach" not in path.parts)
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_it_changes_nothing(root):
    before = snapshot(root)
    assert not problems(root)
    assert snapshot(root) == before


def test_outside_of_a_workshop(tmp_path):
    done = run_doctor(tmp_path)
    assert (done.returncode, done.stderr) == (1, "") and "inside of the workshop" in done.stdout


def test_every_check_says_why_and_needs_only_checks_before_it():
    names = []
    for check in diagnose.CHECKS:
        assert check.why.endswith(".") and set(check.needs) <= set(names), check.name
        names.append(check.name)
    assert len(names) == len(set(names))


# The place


@pytest.mark.parametrize("name", ["my shop", "Wörk shöp 日本", "it's", "a#b", "a[1]", "a$HOME"])
def test_a_path_that_does_no_harm(tmp_path, name):
    assert name in place.folder(tmp_path / name)


@pytest.mark.parametrize("name", ["a{b", "a}b", f"a{os.pathsep}b"])
def test_a_path_that_confuses_dvc_or_python(tmp_path, name):
    with pytest.raises(environment.Trouble) as caught:
        place.folder(tmp_path / name)
    assert "in the path" in caught.value.found and "a-b`" in caught.value.next


@pytest.mark.parametrize("name, works", [("Wörk shöp 日本", True), ("a{b", False)])
def test_paths_do_to_dvc_what_the_doctor_says(tmp_path, shell, name, works):
    """The reason for the two tests above; should DVC learn to live with braces, the check can go."""
    repo = dvc_repo(tmp_path / name, "print(1)")
    assert (repo.dvc("repro").returncode == 0) == works


SYNCED = ["OneDrive/x", "OneDrive - My School/x", "Dropbox/x", "Dropbox (Personal)/x", "Library/Mobile Documents/x"]
SYNCED += ["Library/CloudStorage/GoogleDrive-me@example.org/x", "Google Drive/x", "iCloudDrive/x"]


@pytest.mark.parametrize("path", SYNCED)
def test_a_folder_that_is_synced(tmp_path, path):
    with pytest.raises(environment.Trouble) as caught:
        place.synced(tmp_path / path)
    assert f'"{tmp_path / path}" ~/x' in caught.value.next


def test_a_folder_of_onedrive_by_another_name(tmp_path, monkeypatch):
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "Firma"))
    with pytest.raises(environment.Trouble):
        place.synced(tmp_path / "Firma" / "x")
    assert place.synced(tmp_path / "onedrive-notes")


WSL = r"""none / overlay rw 0 0
/dev/sdc / ext4 rw,relatime 0 0
C:\134 /mnt/c 9p rw,dirsync,aname=drvfs 0 0
D:\134 /mnt/my\040disk drvfs rw 0 0
"""
UNDER_WSL = {"/mnt/c/w": True, "/mnt/my disk/w": True, "/home/me/w": False, "/mnt/cc/w": False}


@pytest.mark.parametrize("path, bad", UNDER_WSL.items(), ids=UNDER_WSL)
def test_a_drive_of_windows_under_wsl(tmp_path, monkeypatch, path, bad):
    monkeypatch.setattr(place, "MOUNTS", tmp_path / "mounts")
    monkeypatch.setattr(systems, "VERSION", tmp_path / "version")
    (tmp_path / "mounts").write_text(WSL)
    (tmp_path / "version").write_text("Linux version 6.6.87.2-microsoft-standard-WSL2")
    if bad:
        with pytest.raises(environment.Trouble) as caught:
            place.wsl_mount(path)
        assert f'mv "{path}" ~/w' in caught.value.next
    else:
        assert "ext4" in place.wsl_mount(path)


def test_a_linux_without_windows_has_no_such_drive(tmp_path, monkeypatch):
    monkeypatch.setattr(systems, "VERSION", tmp_path / "none")
    assert place.wsl_mount("/mnt/c/w") is None


LENGTHS = {"short": (20, False, False), "long, allowed": (120, True, False), "long": (120, False, True)}


@pytest.mark.parametrize("length, allowed, bad", LENGTHS.values(), ids=LENGTHS)
def test_paths_that_are_too_long_for_windows(monkeypatch, length, allowed, bad):
    root = "C:\\" + "x" * length
    assert place.long_paths(root) is None  # this is no Windows
    monkeypatch.setattr(place, "system", lambda: "windows")
    monkeypatch.setattr(place, "allowed", lambda: allowed)
    if bad:
        with pytest.raises(environment.Trouble) as caught:
            place.long_paths(root)
        assert "at most 96" in caught.value.expected
    else:
        assert "characters" in place.long_paths(root)


# The disk


def free(monkeypatch, gigabytes):
    """Let every disk have so much room."""
    usage = shutil.disk_usage("/")._replace(free=int(gigabytes * 1e9))
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda path: usage)


def test_a_disk_that_is_full(root, monkeypatch):
    free(monkeypatch, 0.002)
    said = problems(root)["disk space"]
    assert said.found == "0.0 GB free" and "for the data" in said.expected and "pip cache purge" in said.next


def test_packages_that_are_missing_need_room(root, monkeypatch):
    free(monkeypatch, 1)
    assert "disk space" not in problems(root)
    edit(root, "Pipfile", "pytest", "no-such-package")
    assert "for the packages" in problems(root)["disk space"].expected


def test_what_lies_on_one_disk_is_added_up(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "needs", lambda root: [(tmp_path, 1.0, "this"), (tmp_path / "not/yet", 2.0, "that")])
    free(monkeypatch, 2.5)
    with pytest.raises(environment.Trouble) as caught:
        disk.space(tmp_path)
    assert caught.value.expected == "3.0 GB: 1.0 for this, 2.0 for that"


# The clock


@pytest.mark.parametrize("year, bad", [(2020, False), (2090, True)])
def test_a_commit_of_the_future_means_a_clock_that_is_behind(root, year, bad):
    date = f"{year}-06-01T00:00:00Z"
    env = {**os.environ, "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date}
    subprocess.run(["git", "commit", "--quiet", "--allow-empty", "-m", "x"], cwd=root, env=env, check=True)
    try:
        said = problems(root)
        assert ("clock" in said) == bad
        assert not bad or f"the newest commit is from {year}" in said["clock"].found
    finally:
        subprocess.run(["git", "update-ref", "-d", "HEAD"], cwd=root, check=True)


def test_a_file_of_the_future_means_it_too(root):
    now = time.time()
    os.utime(root / "Pipfile", (now, now + 9999))
    try:
        assert "Pipfile" in problems(root)["clock"].found
    finally:
        os.utime(root / "Pipfile", (now, now))


# Proxies: what the shell has, and whether DVC's requests to this machine go astray
PROXIES = {
    "none": ({}, False),
    "http": ({"HTTP_PROXY": "http://127.0.0.1:9"}, True),
    "small letters": ({"http_proxy": "http://me:secret@127.0.0.1:9"}, True),
    "https only": ({"HTTPS_PROXY": "http://127.0.0.1:9"}, False),
    "all": ({"ALL_PROXY": "http://127.0.0.1:9"}, False),
    "not for us": ({"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "x.org,127.0.0.1"}, False),
    "not for anyone": ({"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "*"}, False),
    "another name of us": ({"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "localhost"}, True),
    "another name, small": ({"HTTP_PROXY": "http://127.0.0.1:9", "no_proxy": "localhost"}, True),
    "a range": ({"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.0/8"}, True),
}


@pytest.mark.parametrize("variables, bad", PROXIES.values(), ids=PROXIES)
def test_a_proxy_before_the_local_server(root, monkeypatch, variables, bad):
    for key, value in variables.items():
        monkeypatch.setenv(key, value)
    assert goes_through_a_proxy() == bad
    said = problems(root)
    assert ("proxy" in said) == bad and "secret" not in str(said)
    if bad:
        monkeypatch.setenv(*re.search("`(no_proxy|NO_PROXY)=(.*?)`", said["proxy"].next).groups())
        assert not goes_through_a_proxy() and "proxy" not in problems(root)


def goes_through_a_proxy():
    """Say whether the library that makes DVC's requests takes a proxy to the local server."""
    from aiohttp.helpers import get_env_proxy_for_url
    from yarl import URL

    try:
        return bool(get_env_proxy_for_url(URL("http://127.0.0.1:4443")))
    except LookupError:
        return False


def test_dvc_does_take_that_proxy(monkeypatch):
    """The reason for the check above: DVC's sessions with the bucket server trust the environment."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:4443")
    from dvc_gs import GSFileSystem

    assert GSFileSystem(bucket="w").fs_args["session_kwargs"] == {"trust_env": True}


def test_a_proxy_is_welcome_on_the_way_to_the_cloud(root, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    edit(root, "pyproject.toml", '"local"', '"cloud"')
    assert "proxy" not in problems(root)


# Locks


class Repo:
    """A repository of DVC in a folder."""

    def __init__(self, root):
        self.root, self.tmp = root, root / ".dvc" / "tmp"
        self.rwlock = self.tmp / "rwlock"

    def start(self, *arguments):
        """Start DVC beside the test."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([sys.executable, "-m", "dvc", *arguments], cwd=self.root, **quiet)

    def dvc(self, *arguments):
        """Return what became of a command of DVC."""
        command = [sys.executable, "-m", "dvc", *arguments]
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, timeout=60)

    def obey(self, advice):
        """Do what the doctor advises."""
        for first, *rest in commands_in(advice):
            command = [sys.executable, "-m", "dvc"] if first == "dvc" else [first]
            subprocess.run([*command, *rest], cwd=self.root, check=True, capture_output=True)


def dvc_repo(root, code="", config=""):
    """Return a repository, with one stage that runs a line of Python and writes a file where there is such a line."""
    root.mkdir()
    if code:
        add_stage(root, code)
    (root / ".dvc").mkdir()
    (root / ".dvc" / "config").write_text(config)
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    return Repo(root)


def add_stage(root, code):
    """Write the stage and its file."""
    (root / "stage.py").write_text(f"{code}\nopen('out', 'w').write('1')\n")
    stage = f"cmd: '{sys.executable} stage.py'\n    deps: [stage.py]\n    outs: [out]\n"
    (root / "dvc.yaml").write_text(f"stages:\n  s:\n    {stage}")


@pytest.fixture
def repo(tmp_path, shell):
    """Return a repository whose stage takes long."""
    return dvc_repo(tmp_path / "repo", "import time; open('began', 'w').close(); time.sleep(30)")


def wait_for(path):
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_dvc_that_runs_is_no_stale_lock_and_what_a_killed_one_leaves_dvc_clears_itself(repo):
    assert locks.dvc_lock(repo.root) == "free"
    running = repo.start("repro")
    try:
        wait_for(repo.root / "began")
        assert locks.dvc_lock(repo.root) == f"`dvc repro` runs (process {running.pid})"
    finally:
        running.kill()
        running.wait()
    assert str(running.pid) in repo.rwlock.read_text()
    assert f"process {running.pid} has ended" in locks.dvc_lock(repo.root)
    assert repo.dvc("status").returncode == 0  # what the doctor says is true: DVC does not mind


def claim(repo, pid):
    """Let a process hold the lock of the stage's output."""
    repo.tmp.mkdir(exist_ok=True)
    entry = {"pid": pid, "cmd": "/somewhere/bin/dvc repro"}
    repo.rwlock.write_text(json.dumps({"write": {str(repo.root / "out"): entry}}))


def assert_stale(repo, *words):
    """See that the doctor finds a lock that stops DVC, and that what it advises is enough."""
    assert repo.dvc("status").returncode != 0
    with pytest.raises(environment.Trouble) as caught:
        locks.dvc_lock(repo.root)
    assert all(word in caught.value.found for word in words)
    repo.obey(caught.value.next)
    assert repo.dvc("status").returncode == 0
    assert locks.dvc_lock(repo.root) == "free"


def test_a_lock_whose_process_number_another_program_has_today(repo):
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        try:
            claim(repo, stranger.pid)
            assert_stale(repo, "`dvc repro`", str(stranger.pid), "time.sleep")
        finally:
            stranger.kill()


@pytest.mark.parametrize("text", ["", "[]", '{"write": {"out": 1}}', '{"write": '], ids=repr)
def test_a_lock_file_that_is_damaged(repo, text):
    claim(repo, 1)
    repo.rwlock.write_text(text)
    assert_stale(repo, "cannot read")


def test_a_hard_lock_that_a_killed_dvc_has_left(repo):
    (repo.root / ".dvc/config").write_text("[core]\n    hardlink_lock = true\n")
    assert repo.dvc("status").returncode == 0 and locks.dvc_lock(repo.root) == "free"
    (repo.tmp / "lock").write_text(str(repo.tmp / "d45ae78be545902abf13a95871d7094d.lock"))
    assert_stale(repo, "has ended")


def test_the_lock_file_that_dvc_leaves_behind_every_time_is_no_problem(repo):
    assert repo.dvc("status").returncode == 0
    assert (repo.tmp / "lock").exists() and locks.dvc_lock(repo.root) == "free"


def test_a_system_that_does_not_tell_its_processes(repo, monkeypatch):
    claim(repo, 1)
    monkeypatch.setattr(locks.processes, "command_lines", lambda: subprocess.run(["/no/such/program"]))
    assert "lock" not in locks.dvc_lock(repo.root)


PROCESSES = {
    "/x/.venv/bin/python /x/.venv/bin/dvc repro": True,
    "/x/.venv/bin/python -m dvc exp run": True,
    r'"C:\w\Scripts\dvc.exe" push': True,
    "/home/me/dvc-workshop/.venv/bin/python -m jupyter": False,
    "vim notes.txt": False,
    "": False,
}


@pytest.mark.parametrize("line, expected", PROCESSES.items(), ids=PROCESSES)
def test_a_dvc_is_told_by_its_command_line(line, expected):
    assert locks.is_dvc(line) == expected


def test_a_lock_that_a_killed_git_has_left(repo, monkeypatch):
    elsewhere = {os.getpid(): "git commit", GONE: "python", GONE + 1: "/home/me/git/tool x"}
    monkeypatch.setattr(locks.processes, "command_lines", lambda: elsewhere)
    lock = repo.root / ".git" / "index.lock"
    assert locks.git_lock(repo.root) == "free"
    lock.touch()
    assert subprocess.run(["git", "add", "."], cwd=repo.root, capture_output=True).returncode != 0
    with pytest.raises(environment.Trouble) as caught:
        locks.git_lock(repo.root)
    assert caught.value.where == str(lock)
    repo.obey(caught.value.next)
    subprocess.run(["git", "add", "."], cwd=repo.root, check=True)
    assert locks.git_lock(repo.root) == "free"


GONE = 9_999_999  # more than any process id of Linux: where it works cannot be seen
GITS = {"git commit": True, r'"C:\Git\cmd\git.exe" add .': True, "/usr/bin/git": True, "git daemon --all": False}


@pytest.mark.parametrize("line, holds", GITS.items(), ids=GITS)
def test_a_git_that_runs_holds_its_lock_rightly(repo, monkeypatch, line, holds):
    (repo.root / ".git" / "index.lock").touch()
    monkeypatch.setattr(locks.processes, "command_lines", lambda: {GONE: line})
    if holds:
        assert locks.git_lock(repo.root) == f"Git runs (process {GONE})"
    else:
        with pytest.raises(environment.Trouble):
            locks.git_lock(repo.root)


# Links


def linked(root, kinds):
    """Return a repository with one file in DVC, brought from the cache by a kind of link."""
    repo = dvc_repo(root, config=f"[cache]\n    type = {kinds}\n" if kinds else "")
    (repo.root / "data").write_text("data")
    assert repo.dvc("add", "data").returncode == 0
    return repo


def test_the_links_of_this_disk_are_those_that_dvc_itself_finds(tmp_path, shell):
    from dvc_objects.fs.generic import test_links as tried_by_dvc
    from dvc_objects.fs.local import LocalFileSystem

    repo = linked(tmp_path / "repo", "")
    system, cache = LocalFileSystem(), str(repo.root / ".dvc" / "cache")
    kinds = ["reflink", "hardlink", "symlink", "copy"]
    assert links.possible(repo.root) == tried_by_dvc(kinds, system, cache, system, str(repo.root / "x"))


WELL = {"": "cop", "copy": "plain copies", "hardlink,copy": "hard links", "symlink": "links"}


@pytest.mark.parametrize("kinds, word", WELL.items(), ids=lambda value: value or "usual")
def test_links_that_are_well(tmp_path, shell, kinds, word):
    repo = linked(tmp_path / "repo", kinds)
    before, names = snapshot(repo.root), sorted(repo.root.rglob("*"))
    assert word in links.links(repo.root)
    assert snapshot(repo.root) == before and sorted(repo.root.rglob("*")) == names


def test_a_link_that_this_disk_cannot_do(tmp_path, shell, monkeypatch):
    repo = linked(tmp_path / "repo", "copy")
    edit(repo.root, ".dvc/config", "copy", "reflink")
    monkeypatch.setitem(links.MAKE, "reflink", lambda source, target: open(tmp_path / "no" / "such"))
    with pytest.raises(environment.Trouble) as caught:
        links.links(repo.root)
    assert caught.value.found == "reflink, which this disk cannot do"
    repo.obey(caught.value.next)
    assert "plain copies" in links.links(repo.root)


@pytest.mark.parametrize("kind", ["hardlink", "symlink"])
def test_a_linked_file_that_can_be_written(tmp_path, shell, kind):
    repo = linked(tmp_path / "repo", kind)
    cached = next(path for path in (repo.root / ".dvc/cache/files").rglob("*") if path.is_file())
    cached.chmod(0o644)
    with pytest.raises(environment.Trouble) as caught:
        links.links(repo.root)
    assert "that can be written" in caught.value.found
    repo.obey(caught.value.next)
    assert "copies" in links.links(repo.root)
    (repo.root / "data").write_text("other")
    assert cached.read_text() == "data"  # an edit no longer reaches the cache


@pytest.fixture
def workshop(generated, tmp_path):
    """Return a generated workshop that can be harmed."""
    return shutil.copytree(generated, tmp_path / "workshop", symlinks=True)


def test_half_of_a_merge_and_no_branch_are_told(workshop):
    """A merge that is not finished and a detached HEAD are found, with the command that ends them."""
    assert work.branch(workshop) == "on main"
    (workshop / ".git/MERGE_HEAD").write_text("0" * 40)
    with pytest.raises(environment.Trouble) as trouble:
        work.branch(workshop)
    assert "`git merge`" in trouble.value.found and "git merge --abort" in trouble.value.next
    (workshop / ".git/MERGE_HEAD").unlink()
    subprocess.run(["git", "checkout", "-q", "--detach"], cwd=workshop, check=True)
    with pytest.raises(environment.Trouble) as trouble:
        work.branch(workshop)
    assert "detached" in trouble.value.found and "git switch -" in trouble.value.next


def test_a_pipeline_that_dvc_cannot_read_is_told(workshop):
    """One wrong line in dvc.yaml is found."""
    assert "stage" in work.pipeline(workshop)
    (workshop / "dvc.yaml").write_text("stages: [\n")
    with pytest.raises(environment.Trouble) as trouble:
        work.pipeline(workshop)
    assert "dvc.yaml" in trouble.value.where and "dvc stage list" in trouble.value.next


def test_a_key_that_is_not_there_is_told(root):
    """A forgotten credentialpath stops every push; the doctor names the command that takes it away."""
    (root / ".dvc/config.local").write_text("['remote \"workshop\"']\n    credentialpath = /nowhere/key.json\n")
    try:
        assert "--unset credentialpath" in problems(root)["default remote"].next
    finally:
        (root / ".dvc/config.local").unlink()
