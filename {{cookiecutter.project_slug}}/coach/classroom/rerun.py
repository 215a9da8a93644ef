"""Grade a clone by running all its checks, the learner's functions too, shut off from network and files."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from functools import cached_property
from pathlib import Path

from coach.classroom import intake, isolation, original, reading, theirs
from coach.classroom.seen import Seen
from coach.environment import Trouble, write

MEMORY, FILE = 8_000_000_000, 600_000_000  # bytes; PyTorch alone maps 4 GB
KEPT = ".coach/class/regraded"
VERDICTS = ("passed", "not yet", "skipped", "error", "unseen")


class Run(Seen):
    """What a clone shows, and what its code does; its data and its buckets stay unseen."""

    @cached_property
    def probes(self):
        """Return the probes, in which the learner's functions run."""
        from coach.checks.sandbox import Probes

        return Probes(self.folder, self.package)


def must_be_shut_off(here):
    """Stop where this system cannot shut off what a learner's code does, before any of it runs."""
    if not isolation.is_enough(tried(here)):
        raise Trouble(
            found="nothing that keeps the learners' code from your files",
            expected="Linux 5.13 or newer with Landlock, or macOS with sandbox-exec",
            where=f"this machine ({platform.platform()})",
            next="`coach class report` without `--regrade`, which runs nothing; or the same on such a system",
        )


def tried(here):
    """Return what shuts a process off on this system, tried in one that does nothing else."""
    with tempfile.TemporaryDirectory(prefix="coach-class-") as folder:
        done = start(Path(folder), here, [isolation.__name__, folder, *readable(here)])
    return json.loads(done.stdout) if done.returncode == 0 else []


def outside(job):
    """Take a repository in and have `inside` grade it in another process; return what that said."""
    folder, here = Path(job["folder"]), Path(job["here"])
    about = reading.take_in(job)
    original.lay(here, folder / "tree")
    (folder / "home").mkdir()
    facts = {"package": job["answers"].__dict__, "exercises": job["exercises"], "here": str(here)}
    (folder / "job.json").write_text(json.dumps(facts), encoding="utf-8")
    return {**about, **run(folder, here)}


def run(folder, here):
    """Have `inside` grade what lies in a folder, and return its answer."""
    try:
        done = start(folder, here, [__name__, str(folder)])
        return checked(json.loads(done.stdout))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        why = "".join(last) or done.returncode
        raise theirs.Refused(f"its checks could not be run ({why})") from None


def start(folder, here, module):
    """Run a module with a clean environment and, where the system does it from outside, shut off."""
    words = [*isolation.prefix(folder, readable(here)), sys.executable, "-m", *module]
    options = {"cwd": here, "env": environment(folder), "stdin": subprocess.DEVNULL}
    return subprocess.run(words, capture_output=True, check=False, **options)


def checked(said):
    """Return what was found in the form that it must have: a learner's code may have written it."""
    keys = ("check", "verdict", "why")
    found = {
        name: [{key: str(one[key]) for key in keys} for one in checks]
        for name, checks in said["exercises"].items()
    }
    if any(one["verdict"] not in VERDICTS for checks in found.values() for one in checks):
        raise ValueError("an unknown verdict")
    return {"exercises": found, "isolation": list(map(str, said["isolation"]))}


def environment(folder):
    """Return the variables of the process: nothing of this user's but where programs are found."""
    names = ("PATH", "SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "VIRTUAL_ENV")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    home = str(folder / "home")
    places = ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME", "APPDATA")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "USER": "learner"}
    dvc = reading.surroundings(Path(home))
    return {**kept, **{name: home for name in places}, **plain, **dvc, "NO_GCE_CHECK": "true"}


def readable(here):
    """Return the folders that grading reads besides the system's."""
    base = Path(sys.base_prefix).resolve()
    git = Path(intake.GIT).resolve().parent.parent
    parts = (here / part for part in original.PARTS)
    return list(map(str, (sys.prefix, sys.base_prefix, base, git, *parts)))


def inside(folder):
    """Grade what lies in the folder, shut off, and print the answer."""
    from coach.classroom.child import limit
    from coach.environment import Answers

    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    here = Path(job["here"])
    given = isolation.enter(str(folder), readable(here))
    if not isolation.is_enough(given):
        raise SystemExit("this system did not shut it off")
    limit(MEMORY, FILE)
    view = Run(folder / "tree", Answers(**job["package"]))
    said = {"isolation": given, "exercises": reading.results(here, job["exercises"], view)}
    print(json.dumps(said))


# What was found, by commit and by the checks that were run: a second report need not run them again


def digest(ours):
    """Return a short name for the instructor's copy, {path: blob id}."""
    text = json.dumps(sorted(ours.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def kept(here, commit, checks):
    """Return the file in which is kept what was found for a commit."""
    return Path(here, KEPT, f"{commit}-{checks}.json")


def load(here, commit, checks):
    """Return what was found for a commit, or None."""
    try:
        return checked(json.loads(kept(here, commit, checks).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def save(here, commit, checks, found):
    """Keep what was found, whole or not at all."""
    file = kept(here, commit, checks)
    file.parent.mkdir(parents=True, exist_ok=True)
    facts = {key: found[key] for key in ("exercises", "isolation")}
    write(file, json.dumps(facts, indent=1))


if __name__ == "__main__":
    inside(Path(sys.argv[1]))
