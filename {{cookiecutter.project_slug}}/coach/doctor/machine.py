"""The doctor's checks of Python, Git and the packages, and how it runs a command."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from coach import environment
from coach.environment import Trouble

PYTHONS = ((3, 10), (3, 13))
SLOW = 20  # seconds; DVC's first start may take that long where a virus scanner reads along
GET_GIT = {"win32": "`winget install Git.Git`", "darwin": "`xcode-select --install`"}


def run(command, root, seconds=5, env=None) -> str:
    """Return what a command prints; its absence, its failure or its silence is a Trouble."""
    # A pipe could be held open by what a command that hangs has started: a file cannot.
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(
                command,
                cwd=root,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            raise failed(command, f"no end after {seconds} s") from None
        except OSError as error:
            raise failed(command, error) from None
        output.seek(0)
        lines = output.read().decode("utf-8", "replace").strip().splitlines()
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


def repository(root) -> str:
    """The workshop is a Git repository that Git itself trusts."""
    try:
        run(["git", "rev-parse", "--git-dir"], root)
    except Trouble as trouble:
        trouble.where, trouble.expected = str(root), "a Git repository of your own"
        trouble.next = "`git init`, then `git add --all` and `git commit -m Start`"
        if re.search("dubious ownership|safe.directory", trouble.found):
            trouble.next = f'`git config --global --add safe.directory "{root}"`'
            trouble.found = "a folder that belongs to another user"
        raise
    return "of your own"


def answers(root) -> str:
    """pyproject.toml says what this workshop is."""
    known = environment.answers(root)
    return f"{known.data}, {known.buckets} buckets {known.raw} and {known.cache}"


def packages(root) -> str:
    """The environment has what the Pipfile names, in the versions that it names."""
    count = f"the {len(pipfile(root))} packages of the Pipfile"
    if wrong := lacking(root):
        found = ", ".join([*wrong[:5], *([f"and {len(wrong) - 5} more"] if wrong[5:] else [])])
        raise Trouble(found=found, expected=count, where=sys.prefix, next=install())
    return f"{count}, in {sys.prefix}"


def lacking(root) -> list[str]:
    """Say what is missing, or there in another version."""
    wrong = []
    for name, version in pipfile(root).items():
        found = installed(name)
        if found is None:
            wrong.append(f"no {name}")
        elif version and found != version:
            wrong.append(f"{name} {found} in place of {version}")
    return wrong


def install() -> str:
    """Return the commands that install the packages, and enter their environment."""
    if sys.prefix != sys.base_prefix:
        return "`pipenv install --dev`"
    first = "" if shutil.which("pipenv") else "`python -m pip install --user pipenv`, then "
    return f"{first}`pipenv install --dev`, then `pipenv shell`"


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
    return run([sys.executable, "-m", "dvc", "--version"], root, SLOW)
