"""Install the workshop from the folder that this file lies in, without network: python3 install.py [FOLDER]

It copies what it needs (every file is checked), makes the environment and the workshop, and asks the doctor.
Run it again after anything went wrong: it goes on where it stopped, and your own work stays. It needs nothing
but Python and Git.
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PIECE = 1024 * 1024
SPARE = 300 * PIECE
OTHER = "its contents are not those that were packed"
NOTE = "# No network: packages come from .coach/wheels. With a network, take these lines out."


class Trouble(Exception):
    """What was found and expected, where, and what to do."""


def trouble(found, expected, where, next):
    """Return a Trouble in the coach's four lines."""
    facts = zip(("Expected", "Found", "Where", "Next"), (expected, found, where, next))
    return Trouble("\n".join(f"{label:>8}: {fact}" for label, fact in facts))


def say(text):
    """Print a line at once."""
    print(text, flush=True)


def main(arguments):
    """Install, or say what is in the way; return the exit code."""
    if len(arguments) > 1 or arguments[:1] in (["-h"], ["--help"]) or sys.version_info < (3, 8):
        print(__doc__ if sys.version_info >= (3, 8) else "Python 3.10 or newer is needed.")
        return 0 if "--help" in arguments or "-h" in arguments else 2
    try:
        install(arguments)
    except Trouble as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        next = "mend that, then the same command: it goes on where it stopped"
        told = trouble(error.strerror, "to read and to write", error.filename, next)
        print(told, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def install(arguments):
    """Do all steps; each is quick where it was done before."""
    about = read_about()
    sums = read_sums(about)
    target = Path(arguments[0] if arguments else Path.home() / about["slug"]).absolute()
    system = packed_for_this(about)
    require_git()
    require_place(target, about)
    require_room(target, about["systems"][system])
    say(f"The workshop comes into {target}")
    make_workshop(target, about, sums)
    wheels = target / ".coach" / "wheels"
    bring(system, wheels, sums)
    bring("data", target / ".coach" / "downloads", sums)
    say("The folder is free: you may take the stick out.")
    make_environment(target, wheels)
    write_env(target, wheels)
    ask_coach(target)
    tell(target)


def read_about():
    """Return what the folder says of itself; `coach pack` writes that last."""
    try:
        return json.loads((HERE / "pack.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise trouble(
            "no pack.json, which is written last",
            "a folder that is complete",
            HERE,
            "tell the instructor: `coach pack` again completes it",
        ) from None


def read_sums(about):
    """Return {name: SHA-256} of the folder's files."""
    data = b"".join(pieces("SHA256SUMS"))
    if hashlib.sha256(data).hexdigest() != about["sums"]:
        raise damaged("SHA256SUMS", OTHER)
    return {line[66:]: line[:64] for line in data.decode("utf-8").splitlines()}


def packed_for_this(about):
    """Return this system's name, as `coach pack` names it; without packages for it, a Trouble."""
    python = "py{}.{}".format(*sys.version_info)
    name = f"{platform.system()}-{platform.machine()}-{python}".lower()
    if name in about["systems"]:
        return name
    known, here = sorted(about["systems"]), name.rpartition("-py")[0]
    fits = [one.rpartition("-py")[2] for one in known if one.rpartition("-py")[0] == here]
    other = f"`python{fits[0]} install.py`, with Python {fits[0]}; or " if fits else ""
    next = f"{other}ask the instructor to run `coach pack` on a machine like yours"
    expected = f"a system and Python of this folder: {', '.join(known)}"
    raise trouble(name, expected, sys.executable, next)


def require_git():
    """Trouble without Git."""
    if not shutil.which("git"):
        raise trouble("no command git", "Git", "the PATH", "install Git, then the same command")


def require_place(target, about):
    """Trouble where something else lies at the target."""
    if not target.exists() or is_workshop(target) or target.is_dir() and not any(target.iterdir()):
        return
    next = f"name another folder: `install.py {target.with_name(about['slug'] + '-2')}`"
    raise trouble("something else", "no such folder, or this workshop", target, next)


def is_workshop(target):
    """Say whether the workshop is there already."""
    return (target / ".git").exists() and (target / "coach" / "__main__.py").is_file()


def require_room(target, sizes):
    """Trouble, before anything is copied, where there is not enough room."""
    there = next(folder for folder in target.parents if folder.is_dir())
    need = SPARE + (0 if python_of(target).exists() else sizes["installed"])
    need += 0 if (target / ".coach" / "wheels").exists() else sizes["bytes"]
    free = shutil.disk_usage(there).free
    if free < need:
        found, expected = (f"{size / 1e9:.1f} GB" for size in (free, need))
        way_on = "make room, or name a folder on another disk"
        raise trouble(f"{found} free", expected, there, way_on)


def checked_copy(name, target, sums):
    """Copy a file of this folder and check it on the way; it appears whole or not at all."""
    part, digest = target.with_name(target.name + ".part"), hashlib.sha256()
    try:
        with open(part, "wb") as writer:
            for piece in pieces(name):
                digest.update(piece)
                writer.write(piece)
        if digest.hexdigest() != sums[name]:
            raise damaged(name, OTHER)
        os.replace(part, target)
    except OSError as error:
        # It is of the learner's disk, and does not name the file where writing fails.
        raise OSError(error.errno, error.strerror, str(target)) from None
    finally:
        if part.exists():
            part.unlink()


def pieces(name):
    """Yield a file of this folder in pieces; where it cannot be read, the folder is damaged."""
    try:
        with open(HERE / name, "rb") as reader:
            yield from iter(lambda: reader.read(PIECE), b"")
    except OSError as error:
        raise damaged(name, error.strerror) from None


def damaged(name, found):
    """Return the Trouble of a file of this folder."""
    next = "take another stick, and tell the instructor: `coach pack` again mends this one"
    return trouble(f"{name} is damaged: {found}", "what `coach pack` wrote", HERE / name, next)


def is_whole(file, wanted):
    """Say whether a file has been copied before."""
    if not file.is_file():
        return False
    digest = hashlib.sha256()
    with open(file, "rb") as stream:
        for piece in iter(lambda: stream.read(PIECE), b""):
            digest.update(piece)
    return digest.hexdigest() == wanted


def bring(folder, target, sums):
    """Copy all files of one of this folder's folders."""
    names = [name for name in sums if name.startswith(folder + "/")]
    target.mkdir(parents=True, exist_ok=True) if names else None
    for number, name in enumerate(names, start=1):
        if number % 25 == 0 or number == len(names):
            say(f"{folder}: {number} of {len(names)} files")
        file = target / name.split("/")[1]
        if not is_whole(file, sums[name]):
            checked_copy(name, file, sums)


def make_workshop(target, about, sums):
    """Make the learner's repository, with main and the solution branches and no remote; one that is there stays."""
    if is_workshop(target):
        return say("The workshop is there already; it stays as it is.")
    new = target.with_name(target.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    bundle = target.with_name(target.name + ".bundle")
    checked_copy("workshop.bundle", bundle, sums)
    run("git", "clone", "--quiet", "--branch", about["branch"], bundle, new)
    solutions = "refs/heads/solution/*:refs/heads/solution/*"
    run("git", "-C", new, "fetch", "--quiet", "origin", solutions)
    run("git", "-C", new, "remote", "remove", "origin")
    if target.is_dir():
        target.rmdir()
    os.replace(new, target)
    bundle.unlink()


def python_of(target):
    """Return the Python of the workshop's environment."""
    return target / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_environment(target, wheels):
    """Make the environment and install the packages; pip itself comes from its wheel, so that a bare Python will do."""
    say("Installing the packages. This takes a few minutes.")
    if not python_of(target).exists():
        run(sys.executable, "-m", "venv", "--without-pip", target / ".venv")
    pip = sorted(wheels.glob("pip-*.whl"))[-1]
    options = ["--quiet", "--isolated", "--disable-pip-version-check", "--no-warn-script-location"]
    options += ["--no-index", "--no-cache-dir", "--find-links", wheels, "--requirement"]
    run(python_of(target), pip / "pip", "install", *options, wheels / "requirements.txt")


def write_env(target, wheels):
    """Write .env: the workshop's own settings, and where pip and pipenv find packages without network."""
    file, example = target / ".env", target / ".env.example"
    lines = (file if file.exists() else example).read_text(encoding="utf-8").splitlines()
    mine = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": wheels.as_uri(),
        "PIPENV_PYPI_MIRROR": wheels.as_uri(),
    }
    kept = [line for line in lines if line != NOTE and line.split("=")[0] not in mine]
    new = file.with_name(".env.new")
    text = "\n".join([*kept, NOTE, *(f"{key}={value}" for key, value in mine.items())])
    new.write_bytes(f"{text}\n".encode())
    os.replace(new, file)


def ask_coach(target):
    """Start the buckets and let the doctor look; what they say is for the learner and stops nothing."""
    for words in (("bucket", "start"), ("doctor",)):
        say(f"\n$ coach {' '.join(words)}")
        command = [str(python_of(target)), "-m", "pipenv", "run", "python", "-m", "coach", *words]
        subprocess.run(command, cwd=str(target), env=environment(), check=False)


def tell(target):
    """Say what to type now."""
    pipenv = r".venv\Scripts\pipenv" if os.name == "nt" else ".venv/bin/pipenv"
    say(f"\nThe workshop is installed. Type:\n\n    cd {target}\n    {pipenv} shell\n    coach")


def environment():
    """Return the variables for a command, without what would lead pip, Pipenv or Python elsewhere."""
    taken = ("PIP_", "PIPENV_", "PYTHON", "VIRTUAL_ENV", "CONDA", "GIT_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(taken)}
    kept.update(PIPENV_VERBOSITY="-1", PIPENV_VENV_IN_PROJECT="1", PIPENV_IGNORE_VIRTUALENVS="1")
    return kept


def run(*command):
    """Run a command; its failure is a Trouble with its words."""
    command = [str(word) for word in command]
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(command, env=environment(), check=False, **output)
    if done.returncode:
        said = done.stdout.decode("utf-8", "replace").strip()[-1500:]
        found = said or f"exit code {done.returncode}"
        next = "mend that, then the same command; or ask the instructor"
        raise trouble(found, "a command that succeeds", " ".join(command), next)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
