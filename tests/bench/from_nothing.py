"""Time the way from nothing to what a learner has passed, against one `pip install` of the same packages.

Nothing is a copy of the template: no environment, no workshop. Both sides share one cache of pip, filled by a run before
the measured ones as far as the package index lets pip keep anything, and both look at the index for each package.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from measure import STATED, in_turns, put_aside, row, seconds, timed, within
from states import SLUG, TEMPLATE

NOT_COPIED = (".git", ".venv", "build", "__pycache__", ".pytest_cache")
LEFT_OUT = {"VIRTUAL_ENV", "PIPENV_ACTIVE", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
PYTHON = str(Path(sys.executable).resolve())  # the one below this environment


def rows(folder, options):
    """Yield the rows of the first check, and of the first exercise with its second lock."""
    way = Way(folder)
    ours, peer = in_turns(way.ours, way.peer, rounds=max(1, options.rounds // 3))
    (check, exercise), (fewer, every) = zip(*ours), zip(*peer)
    limit = "pip, which writes and compiles the same files; Pipenv's resolver looks at each package before; pip"
    yield row("to a first passed check, against `pip install`", check, fewer, within(1.3), limit, floor=min(fewer))
    limit = "as above, with a second lock, which exercise 01 teaches; pip"
    yield row("to exercise 01 passed, against `pip install`", exercise, every, STATED, limit, floor=min(every))


class Way:
    """The way of a learner, and the packages that were there at its first check and at its end."""

    def __init__(self, folder):
        self.folder, self.template = folder, folder / "template"
        self.workshop = self.template / "build" / SLUG
        self.env = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
        self.env["PATH"] = self.env["PATH"].partition(os.pathsep)[2]  # without this environment
        for tool in ("PIP", "PIPENV"):
            self.env[f"{tool}_CACHE_DIR"] = str(folder / "cache")
        self.at_first_check = self.at_end = ()

    def ours(self):
        """Return the seconds to the first passed check, and to the first passed exercise."""
        shutil.copytree(TEMPLATE, self.template, ignore=shutil.ignore_patterns(*NOT_COPIED))
        took = seconds(["make", "workshop", f"PYTHON={PYTHON}"], cwd=self.template, env=self.env)
        try:
            self.at_first_check = self.packages()
            self.write_pipfile()
            first = took + timed(self.check, 1)
            last = first + self.learner("python", self.template / "tests" / "play.py", "solve", "01")
            last += timed(self.check, None)
            self.at_end = self.packages()
        finally:
            self.learner("coach", "bucket", "stop")
        return first, last

    def learner(self, *command):
        """Return how long a command takes in the learner's environment."""
        pipenv = self.template / ".venv" / "bin" / "pipenv"
        return seconds([pipenv, "run", *command], cwd=self.workshop, env=self.env)

    def write_pipfile(self):
        """Write three lines into the Pipfile, which is what the first check looks at."""
        show = ["git", "show", "solution/01_environment:Pipfile"]
        done = subprocess.run(show, cwd=self.workshop, capture_output=True, check=True)
        (self.workshop / "Pipfile").write_bytes(done.stdout)

    def check(self, least):
        """Check exercise 01, of which so many checks have to pass; all for None."""
        command = [self.template / ".venv" / "bin" / "pipenv", "run", "coach", "check", "01", "--json"]
        done = subprocess.run(command, cwd=self.workshop, env=self.env, capture_output=True, text=True)
        checks = json.loads(done.stdout)["exercises"][0]["checks"]
        passed = sum(check["verdict"] == "passed" for check in checks)
        if passed < (least or len(checks)):
            raise RuntimeError(f"{passed} of {len(checks)} checks passed:\n{done.stdout}{done.stderr}")

    def packages(self):
        """Return what is installed in both environments, a line each; where they differ, the learner's version."""
        found = {}
        for python in (self.template / ".venv" / "bin" / "python", self.workshop / ".venv" / "bin" / "python"):
            freeze = subprocess.run([python, "-m", "pip", "freeze"], env=self.env, capture_output=True, check=True)
            lines = freeze.stdout.decode().splitlines()
            found |= {re.sub(r"[-_.]+", "-", re.split("==| @ ", line)[0]).lower(): line for line in lines}
        return sorted(found.values())

    def links(self):
        """Return the pages of links that the Makefile lets pip look at."""
        makefile = "include Makefile\nlinks: ; @echo $$PIP_FIND_LINKS\n"
        show = ["make", "-s", "-f", "-", "links"]
        done = subprocess.run(show, input=makefile, cwd=self.template, env=self.env, capture_output=True, text=True)
        return done.stdout.strip()

    def peer(self):
        """Return the seconds of an environment and one `pip install`, for both lists; then put all aside."""
        env = {**self.env, "PIP_FIND_LINKS": self.links()}
        took = [self.install(packages, env) for packages in (self.at_first_check, self.at_end)]
        put_aside(self.template)
        return took

    def install(self, packages, env):
        """Return how long it takes to make an environment with these packages."""
        place, wanted = self.folder / "peer", self.folder / "packages.txt"
        wanted.write_text("\n".join(packages), encoding="utf-8")
        took = seconds([PYTHON, "-m", "venv", place], env=env)
        took += seconds([place / "bin" / "pip", "install", "--requirement", wanted], env=env)
        put_aside(place)
        return took
