"""The doctor's checks of the machine: Python, Git, the packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from coach import environment
from coach.environment import Trouble

PYTHONS = ((3, 10), (3, 13))
INSTALL = "`pipenv install --dev`"
GET_GIT = {"win32": "`winget install Git.Git`", "darwin": "`xcode-select --install`"}


def run(command, root, seconds=10) -> str:
    """Return what a command prints; its absence, its failure or its silence is a Trouble."""
    try:
        done = subprocess.run(
            command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise failed(command, error) from None
    lines = (done.stdout + done.stderr).decode("utf-8", "replace").strip().splitlines()
    if done.returncode != 0:
        raise failed(command, lines[-1] if lines else f"exit code {done.returncode}")
    return "\n".join(lines)


def failed(command, found) -> Trouble:
    """Return the Trouble of a command that did not do its work."""
    line = " ".join(map(str, command))
    expected = "a command that succeeds within seconds"
    return Trouble(found=found, expected=expected, where=line, next=f"`{line}` shows the details")


def python(root) -> str:
    """Python is one of the versions that the workshop is tested on."""
    found = f"{sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]}"
    if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        expected = "Python {}.{} to {}.{}".format(*PYTHONS[0], *PYTHONS[1])
        next = "`pipenv install --dev --python 3.11`, with a Python 3.11 from python.org"
        raise Trouble(found=found, expected=expected, where=sys.executable, next=next)
    return found


def git(root) -> str:
    """Git is installed."""
    if not shutil.which("git"):
        next = GET_GIT.get(sys.platform, "`sudo apt install git`")
        raise Trouble(found="no command git", expected="Git", where="the PATH", next=next)
    return run(["git", "--version"], root)


def git_identity(root) -> str:
    """Git knows in whose name to commit."""
    values = {}
    for key, example in (("name", "Your Name"), ("email", "you@example.org")):
        values[key] = os.environ.get(f"GIT_AUTHOR_{key.upper()}") or git_config(root, f"user.{key}")
        if not values[key]:
            raise Trouble(
                found=f"no user.{key}",
                expected="a name and an e-mail address for your commits",
                where="Git's configuration",
                next=f'`git config --global user.{key} "{example}"`',
            )
    return "{name} <{email}>".format(**values)


def git_config(root, key) -> str:
    """Return a value of Git's configuration, or nothing."""
    try:
        return run(["git", "config", "--get", key], root)
    except Trouble:
        return ""


def answers(root) -> str:
    """pyproject.toml says what this workshop is."""
    known = environment.answers(root)
    return f"{known.data}, {known.buckets} buckets {known.raw} and {known.cache}"


def packages(root) -> str:
    """The environment has what the Pipfile names, in the versions that it names."""
    wanted, wrong = pipfile(root), []
    for name, version in wanted.items():
        found = installed(name)
        if found is None:
            wrong.append(f"no {name}")
        elif version and found != version:
            wrong.append(f"{name} {found} in place of {version}")
    if wrong:
        expected = f"the {len(wanted)} packages of the Pipfile"
        raise Trouble(found=", ".join(wrong), expected=expected, where=sys.prefix, next=INSTALL)
    return f"the {len(wanted)} of the Pipfile, in {sys.prefix}"


def pipfile(root) -> dict[str, str]:
    """Return {package: version, or nothing} of the Pipfile, without those for other systems."""
    data, wanted = environment.read_toml(Path(root) / "Pipfile"), {}
    for name, spec in {**data.get("packages", {}), **data.get("dev-packages", {})}.items():
        if isinstance(spec, dict) and "markers" in spec:
            continue
        version = spec.get("version", "") if isinstance(spec, dict) else spec
        exact = re.fullmatch(r"==\s*([^,*\s]+)", version)
        wanted[name] = exact[1] if exact else ""
    return wanted


def installed(name) -> str | None:
    """Return the installed version of a package without its build (`+cpu`), or None."""
    try:
        return metadata.version(name).partition("+")[0]
    except metadata.PackageNotFoundError:
        return None


def dvc(root) -> str:
    """DVC runs, once the Pipfile has it."""
    if installed("dvc") is None:
        return "not in the Pipfile yet: the first exercise adds it"
    return run([sys.executable, "-m", "dvc", "--version"], root, seconds=30)
