"""The packages: everything that the finished project needs, and pip and pipenv, as wheels for this system and Python."""

from __future__ import annotations

import collections
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from coach import course, show
from coach.environment import Trouble, read_toml

# Without these links pip takes, on Linux, builds of PyTorch that bring several GB of CUDA.
CPU = [f"https://download.pytorch.org/whl/cpu/{name}/" for name in ("torch", "torchvision")]
SECTIONS = ("packages", "dev-packages")


def system():
    """Return this system and Python as a folder's name: `linux-x86_64-py3.11`; install.py finds the same."""
    python = "py{}.{}".format(*sys.version_info)
    return f"{platform.system()}-{platform.machine()}-{python}".lower()


def text(root):
    """Return the requirements as pip reads them: the last solution's Pipfile, and the one that lies here."""
    wanted = {"pip": "pip"}
    for pipfile in (solved_pipfile(root), read_toml(Path(root) / "Pipfile")):
        for name, entry in ((n, e) for s in SECTIONS for n, e in pipfile.get(s, {}).items()):
            wanted[canonical(name)] = requirement(name, entry)
    return "".join(f"{line}\n" for _, line in sorted(wanted.items()))


def canonical(name):
    """Return a package's name as pip compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def solved_pipfile(root):
    """Return the Pipfile of the last solution: learners come to need what it names."""
    last = course.branch_of(root, course.exercises(root)[-1])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "Pipfile"
        file.write_bytes(course.git_bytes(root, "cat-file", "blob", f"{last}:Pipfile"))
        return read_toml(file)


def requirement(name, entry):
    """Return an entry of a Pipfile as pip reads it."""
    entry = {"version": entry} if isinstance(entry, str) else dict(entry)
    if unknown := entry.keys() - {"version", "extras", "markers", "index"}:
        raise Trouble(
            found=f"{name} with {', '.join(sorted(unknown))}",
            expected="packages with a version, and no more than extras and markers",
            where="Pipfile",
            next=f'`pipenv install "{name}==VERSION"`, so that pip finds it by its name',
        )
    extras = f"[{','.join(entry['extras'])}]" if entry.get("extras") else ""
    version = entry.get("version", "*")
    markers = f" ; {entry['markers']}" if entry.get("markers") else ""
    return f"{name}{extras}{'' if version == '*' else version}{markers}"


def gather(root, system):
    """Return the folder with all wheels and requirements.txt; it is kept, so that a second stick takes no download."""
    done = Path(root) / ".coach" / "pack" / system
    wanted = text(root)
    listed = done / "requirements.txt"
    if listed.is_file() and listed.read_text(encoding="utf-8") == wanted:
        show.line(f"Packages for {system}: as gathered before, in {done}.")
        return done
    show.line(f"Packages for {system}: pip gathers them, which takes some minutes the first time.")
    new = done.with_name(f"{done.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    (new / "requirements.txt").write_text(wanted, encoding="utf-8", newline="\n")
    run_pip(new)
    shutil.rmtree(done, ignore_errors=True)
    os.replace(new, done)
    return done


def run_pip(folder):
    """Let pip download every wheel, and build those that there are not; its failure is a Trouble with its words."""
    links = [] if "PIP_FIND_LINKS" in os.environ or platform.system() != "Linux" else CPU
    command = [sys.executable, "-m", "pip", "wheel", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "--wheel-dir", str(folder)]
    command += ["--requirement", str(folder / "requirements.txt")]
    command += [word for link in links for word in ("--find-links", link)]
    said, code = watched(command)
    if code:
        raise failed(said)


def watched(command):
    """Run a command, its newest line in the terminal; return its last lines and its exit code. It ends where this does."""
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
    said = collections.deque(maxlen=200)
    with subprocess.Popen(command, **output) as running, show.console.status("pip …") as status:
        try:
            for line in running.stdout:
                said.append(line.decode("utf-8", "replace").strip())
                status.update(show.plain(said[-1])[:70])
        except KeyboardInterrupt:
            running.kill()
            raise
    return list(said), running.returncode


def failed(said):
    """Return the Trouble of a pip that did not gather everything."""
    errors = [line for line in said if re.match("(?i)error|.*No module named pip", line)]
    return Trouble(
        found=f"pip ended with: {' '.join(errors[:3] or said[-2:])}",
        expected="every package of the Pipfile as a wheel for this system and Python",
        where="pip wheel",
        next="see to the network and the disk, then `coach pack FOLDER` again: pip keeps what it has downloaded",
    )


def sizes(folder):
    """Return how large the wheels are, and how large once they are installed."""
    found = sorted(folder.glob("*.whl"))
    inside = 0
    for wheel in found:
        with zipfile.ZipFile(wheel) as archive:
            inside += sum(member.file_size for member in archive.infolist())
    return {"bytes": sum(wheel.stat().st_size for wheel in found), "installed": inside}
