"""The workshop after each exercise: made once by playing the solutions, then copied and never replayed.

A state is kept under build/states, by a hash of all that it was made from; what an author changes in exercises/ or in
the coach is laid over the copy, so that work on a check does not wait for the states to be made anew.
"""

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from filelock import FileLock

TEMPLATE = Path(__file__).resolve().parents[1]
TREE = TEMPLATE / "{{cookiecutter.project_slug}}"
SLUG = "dvc-workshop"


def surroundings(home):
    """Return the variables that keep a run apart from the machine's user."""
    config = Path(home) / ".gitconfig"
    config.write_text("[user]\n\tname = Learner\n\temail = learner@example.invalid\n[init]\n\tdefaultBranch = main\n")
    return {
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "VIRTUAL_ENV": sys.prefix,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DVC_NO_ANALYTICS": "1",
        "NO_GCE_CHECK": "true",
        "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false",
        "DVC_SITE_CACHE_DIR": str(Path(home) / "dvc"),
        "PIPENV_COLORBLIND": "1",
        "PIPENV_NOSPIN": "1",
        "PIPENV_VERBOSITY": "-1",
    }


def generate(folder, **answers):
    """Return a workshop made by cookiecutter in a folder."""
    extra = [f"{key}={value}" for key, value in answers.items()]
    command = [sys.executable, "-m", "cookiecutter", str(TEMPLATE), "--no-input", "-o", str(folder), *extra]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"cookiecutter failed:\n{done.stdout}{done.stderr}")
    return Path(folder) / answers.get("project_slug", SLUG)


def exercise_ids():
    """Return the exercises' folder names, in their order."""
    return sorted(folder.name for folder in (TEMPLATE / "exercises").glob("[0-9]*_*"))


def free_port():
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def link(source, target):
    """Link a file where the disk can, or copy it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


class Workshop:
    """A workshop in a folder of its own, with its own bucket server."""

    def __init__(self, root):
        self.root = Path(root)
        self.env = dict(os.environ)
        self.python = sys.executable

    def run(self, *command, check=True, **options):
        """Run a command in the workshop and return what became of it."""
        done = subprocess.run(
            command, cwd=self.root, env=self.env, capture_output=True, text=True, stdin=subprocess.DEVNULL, **options
        )
        if check and done.returncode:
            raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def coach(self, *arguments, check=True):
        """Run the coach."""
        return self.run(self.python, "-m", "coach", *arguments, check=check)

    def play(self, *arguments, check=True):
        """Run lines of a text, or a whole solution; see play.py."""
        return self.run(self.python, str(TEMPLATE / "tests" / "play.py"), *arguments, check=check)

    def own_packages(self, folder):
        """Give the workshop an environment of its own, as links to this one's files, to install into.

        pip replaces files and never writes into one, so the environment that the other tests run in stays as it is.
        """
        shutil.copytree(sys.prefix, folder, symlinks=True, copy_function=link)
        scripts = Path(folder) / Path(sys.executable).parent.relative_to(sys.prefix)
        for script in (s for s in scripts.iterdir() if s.is_file() and not s.is_symlink()):
            there = script.read_bytes()
            script.unlink()
            script.write_bytes(there.replace(os.fsencode(sys.prefix), os.fsencode(folder)))
            script.chmod(0o755)
        self.python = str(scripts / Path(sys.executable).name)
        self.env.update(VIRTUAL_ENV=str(folder), PATH=f"{scripts}{os.pathsep}{self.env['PATH']}")

    def start_buckets(self):
        """Start the bucket server on a free port."""
        port = free_port()
        self.env["STORAGE_EMULATOR_HOST"] = f"http://127.0.0.1:{port}"
        self.coach("bucket", "start", "--port", str(port))

    def stop_buckets(self):
        """Stop the bucket server; its data stays."""
        self.coach("bucket", "stop", check=False)

    @contextlib.contextmanager
    def buckets(self):
        """Keep the bucket server running for a while."""
        self.start_buckets()
        try:
            yield self
        finally:
            self.stop_buckets()


class States:
    """The states of a workshop with the default answers, by number of exercises done."""

    def __init__(self):
        self.folder = TEMPLATE / "build" / "states" / key()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.today = None

    def kept(self, number):
        """Return the folder of the state after so many exercises, made where it is missing."""
        done = self.folder / f"{number:02}"
        with FileLock(self.folder / f"{number:02}.lock"):
            if not done.exists():
                self.make(number, self.folder / f"{number:02}.new", done)
        return done

    def make(self, number, new, done):
        """Make a state from the one before; it appears whole or not at all."""
        shutil.rmtree(new, ignore_errors=True)
        if number == 0:
            generate(new)
        else:
            shutil.copytree(self.kept(number - 1), new, symlinks=True)
            self.overlay(new / SLUG)
            with Workshop(new / SLUG).buckets() as workshop:
                workshop.coach("skip")
        os.replace(new, done)

    def copy(self, number, folder, saves=False):
        """Return a copy of a state as a Workshop, with today's checks and coach; with the saves if they are wanted."""
        ignore = None if saves else shutil.ignore_patterns("saved")
        shutil.copytree(self.kept(number), folder, symlinks=True, dirs_exist_ok=True, ignore=ignore)
        self.overlay(Path(folder) / SLUG)
        return Workshop(Path(folder) / SLUG)

    def overlay(self, root):
        """Lay today's checks and coach over a workshop."""
        for part in ("exercises", "coach"):
            shutil.rmtree(root / part)
            shutil.copytree(self.fresh() / part, root / part)

    def fresh(self):
        """Return a workshop generated from today's template."""
        if self.today is None:
            folder = tempfile.TemporaryDirectory()
            generate(folder.name)
            self.today = folder
        return Path(self.today.name) / SLUG


def key():
    """Return a hash of all that a state is made from: the tree without the coach and its README, the solutions, the hooks, this Python."""
    digest = hashlib.sha256(f"{sys.version_info} {sys.prefix}".encode())
    files = [p for p in TREE.rglob("*") if p.is_file() and "coach" not in p.relative_to(TREE).parts]
    files.remove(TREE / "README.md")
    files += (TEMPLATE / "solutions").glob("*/README.md")
    files += [
        TEMPLATE / "cookiecutter.json",
        TEMPLATE / "local_extensions.py",
        Path(__file__),
        *(TEMPLATE / "hooks").glob("*.py"),
    ]
    for file in sorted(f for f in files if "__pycache__" not in f.parts):
        digest.update(file.relative_to(TEMPLATE).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
