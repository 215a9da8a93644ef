"""The doctor: every harm is found by the check that it belongs to, in seconds, and told with its remedy."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

TEMPLATE = Path(__file__).parents[1] / "{{cookiecutter.project_slug}}"
sys.path.insert(0, str(TEMPLATE))

from coach import environment  # noqa: E402
from coach.buckets import commands, gcs, http, server  # noqa: E402
from coach.doctor import diagnose, machine  # noqa: E402

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
    commands.start(root)
    yield root
    server.end(root)


@pytest.fixture
def root(healthy, monkeypatch):
    """Return the healthy workshop, in a shell that has loaded `.env`; its files are put back after the test."""
    names = ("pyproject.toml", "Pipfile", ".env", ".env.example", ".dvc/config")
    before = {name: (healthy / name).read_bytes() for name in names}
    monkeypatch.setattr(environment, "ADDED", set())
    for key, value in environment.read_env(healthy).items():
        monkeypatch.setenv(key, value)
    for part in ("NAME", "EMAIL"):
        monkeypatch.setenv(f"GIT_AUTHOR_{part}", "somebody")
    yield healthy
    for name, data in before.items():
        (healthy / name).write_bytes(data)


def problems(root):
    """Return {name: finding} of what is not well."""
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
    assert len(lines) == 11 and all(line.startswith("ok  ") for line in lines)
    assert "ok       DVC reads: 4 files" in lines


def test_json_is_one_object(root, capsys, monkeypatch):
    monkeypatch.chdir(root)
    edit(root, ".dvc/config", "w-cache", "w-cahce")
    assert diagnose.main(["--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["schema"] == "coach/doctor/v1"
    bad = [finding for finding in said["findings"] if not finding["ok"]]
    assert [set(finding) for finding in bad] == [{"name", "ok", "found", "expected", "where", "next"}]


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
    "config broken": ((".dvc/config", "[core]", "core"), "default remote", "", "dvc config"),
}


@pytest.mark.parametrize("harm, name, found, next", HARMS.values(), ids=HARMS)
def test_a_harm_is_found_by_its_own_check(root, monkeypatch, harm, name, found, next):
    monkeypatch.setattr(diagnose, "CHECKS", [check for check in diagnose.CHECKS if check[0] not in ("DVC", "DVC reads")])
    edit(root, *harm)
    said = problems(root)
    assert list(said) == [name]
    assert found in said[name].found and next in said[name].next
    assert said[name].expected and said[name].where


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
    assert "PATH" in problems(root)["Git"].where


def test_a_git_without_a_name(root, monkeypatch, tmp_path):
    monkeypatch.delenv("GIT_AUTHOR_EMAIL")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    assert problems(root)["Git identity"].next == '`git config --global user.email "you@example.org"`'


def test_a_check_that_crashes_is_the_coachs_fault(root, monkeypatch):
    monkeypatch.setattr(diagnose, "CHECKS", [("x", lambda root: 1 / 0, ())])
    assert "ZeroDivisionError" in problems(root)["x"].found and "not yours" in problems(root)["x"].where


def test_a_command_that_hangs_or_fails_is_told(tmp_path):
    for code in ("import time; time.sleep(9)", "raise SystemExit('no')"):
        with pytest.raises(environment.Trouble):
            machine.run([sys.executable, "-c", code], tmp_path, seconds=0.5)


def run_doctor(folder, *options):
    """Run the doctor in a Python that has nothing but its standard library."""
    env = {**os.environ, "PYTHONPATH": str(TEMPLATE)}
    command = [sys.executable, "-S", *options, "-m", "coach", "doctor"]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


def test_it_works_before_anything_is_installed(root):
    done = run_doctor(root)
    assert (done.returncode, done.stderr) == (1, "")
    assert "no dvc" in done.stdout and "next: `pipenv install --dev`" in done.stdout
    assert "ok       buckets" in done.stdout


def test_outside_of_a_workshop(tmp_path):
    done = run_doctor(tmp_path)
    assert (done.returncode, done.stderr) == (1, "") and "inside of the workshop" in done.stdout
