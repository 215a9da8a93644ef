"""Checks of exercise 01: what the project needs is written down, pinned, installed and committed."""

import difflib
import hashlib
import json
import os
import re
import subprocess
import sys
from importlib import metadata, util

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from coach import hints, needs, of_this_machine, points, require
from coach.checks.common import require_committed
from coach.environment import read_toml

# package: (the module that the code imports, what `pipenv install` is told)
ADDED = {
    "dvc": ("dvc", "dvc[gs]==3.67.1"),
    "dvclive": ("dvclive", "dvclive==3.49.1"),
    "pillow": ("PIL", "pillow==12.0.0"),
}
CATEGORIES = {"packages": "default", "dev-packages": "develop"}  # in the Pipfile: in the lock
NO_CATEGORY = {"source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv"}
RELOCK = "`pipenv lock`, then `pipenv sync --dev`"


def canonical(name):
    """Return a package's name as PEP 503 compares names: `Ruamel_YAML` is `ruamel-yaml`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def table(data, *keys):
    """Return the table that lies below these keys, an empty one where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def names(packages, spelling=canonical):
    """Return a table of packages with its names in their canonical form."""
    return {spelling(name): entry for name, entry in packages.items()}


def section(workshop, name="packages"):
    """Return {package: what the Pipfile says of it} of a section."""
    return names(table(read_toml(workshop.root / "Pipfile"), name))


def extras(entry):
    """Return the extras of a Pipfile's entry."""
    found = entry.get("extras", ()) if isinstance(entry, dict) else ()
    return {canonical(str(extra)) for extra in found} if isinstance(found, list) else set()


def allows(entry, version):
    """Say whether a Pipfile's entry allows a version; what comes from Git or from a file names none."""
    wanted = str(entry.get("version", "*") if isinstance(entry, dict) else entry)
    try:
        return Version(version) in SpecifierSet("" if wanted == "*" else wanted, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):  # a lock mended by hand may pin `*`, or a range
        return False


@points(2)
@hints(
    "The code imports dvc, dvclive and PIL (its package is called pillow). Does the Pipfile name all three?",
    "Below [packages], not below [dev-packages]; and dvc needs an extra, gs, to reach a `gs://` bucket.",
    '`pipenv install "dvc[gs]==3.67.1" "dvclive==3.49.1" "pillow==12.0.0"`',
)
def test_packages(workshop):
    """The Pipfile has dvc with its extra gs, dvclive and pillow below [packages]."""
    packages = section(workshop)
    for name, (_, wanted) in ADDED.items():
        require(
            name in packages,
            expected=f"the package {name} below [packages]",
            found=in_place_of(name, packages, section(workshop, "dev-packages")),
            where="Pipfile",
            next=f'`pipenv install "{wanted}"`',
        )
    chosen = extras(packages["dvc"])
    require(
        chosen & {"gs", "all"} or "dvc-gs" in packages,
        expected="dvc with the extra gs, which brings Google Cloud Storage",
        found=(
            "dvc with the extras " + ", ".join(sorted(chosen)) if chosen else "dvc without an extra"
        ),
        where="Pipfile, [packages]",
        next=f'`pipenv install "{ADDED["dvc"][1]}"`',
    )


def in_place_of(name, packages, tools):
    """Say what stands in the Pipfile where a package is missing."""
    if name in tools:
        return f"{name} below [dev-packages] only: who installs without `--dev` would not get it"
    similar = difflib.get_close_matches(name, packages.keys() - ADDED.keys(), n=1, cutoff=0.65)
    return f"{similar[0]}, which is another package" if similar else f"no {name}"


@needs(test_packages)
@points(2)
@hints(
    "Pipfile.lock records from which Pipfile it was made. Has the Pipfile changed since?",
    "`pipenv verify` compares the two; `pipenv lock` makes the lock anew.",
    "`pipenv lock`",
)
def test_lock(workshop):
    """Pipfile.lock was made from the Pipfile as it is now."""
    meta = table(read_lock(workshop), "_meta")
    pipfile = read_toml(workshop.root / "Pipfile")
    made_from = table(meta, "hash").get("sha256")
    # Pipenv hashes the canonical names; older ones hashed them as they were written.
    now = [pipfile_hash(pipfile, meta.get("sources"), spelling) for spelling in (canonical, str)]
    require(
        made_from in now or pipenv_agrees(workshop),
        expected="a lock that was made from this Pipfile",
        found=(
            "one that was made before the Pipfile changed"
            if made_from
            else "one that does not say from what"
        ),
        where="Pipfile.lock",
        next=RELOCK,
    )


def read_lock(workshop):
    """Return the data of Pipfile.lock."""
    text = workshop.text("Pipfile.lock")
    found = "no such file" if not text else ""
    try:
        lock = json.loads(text or "{}")
    except ValueError as error:
        lock, found = {}, f"text that is no JSON ({error})"
    if not isinstance(lock, dict):
        lock, found = {}, "something else, in JSON"
    require(
        lock,
        expected="the lock that pipenv writes",
        found=found or "nothing in it",
        where="Pipfile.lock",
        next=RELOCK,
    )
    return lock


def pipfile_hash(pipfile, sources, spelling):
    """Return the hash that pipenv records: of packages, Python and indexes, the lock's where the Pipfile has none."""
    data = {
        "_meta": {
            "sources": pipfile.get("source", sources),
            "requires": pipfile.get("requires", {}),
        }
    }
    for name, category in CATEGORIES.items():
        data[category] = names(table(pipfile, name), spelling)
    for name in pipfile.keys() - NO_CATEGORY - set(CATEGORIES.values()):
        data[name] = names(table(pipfile, name), spelling)
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def pipenv_agrees(workshop):
    """Ask pipenv itself: with package indexes from pip's configuration, its hash is of more than the lock shows."""
    command = [sys.executable, "-m", "pipenv", "verify"]
    try:
        done = subprocess.run(
            command, cwd=workshop.root, stdin=subprocess.DEVNULL, capture_output=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@needs(test_lock)
@hints(
    "The lock lists one version of every package, also of those that others bring along.",
    "Let pipenv write Pipfile.lock; what is edited by hand is not what was tried together.",
    "`pipenv lock`",
)
def test_pinned(workshop):
    """Pipfile.lock pins a version of each package of the Pipfile, and of what dvc needs for gs://."""
    lock = read_lock(workshop)
    for name, category in CATEGORIES.items():
        pinned = names(table(lock, category))
        wanted = section(workshop, name)
        if name == "packages":
            wanted.setdefault("dvc-gs", "*")
        for package, entry in wanted.items():
            if package not in {*pinned, *ADDED} and table(entry).keys() - {"version", "extras"}:
                continue  # for another system, or from elsewhere
            version = version_of(pinned.get(package))
            require(
                package in pinned and (version is None or allows(entry, version)),
                expected=f"{package} below `{category}`, in a version that the Pipfile allows",
                found=f"{package} {version}" if package in pinned else f"no {package}",
                where="Pipfile.lock",
                next=RELOCK,
            )


def version_of(entry):
    """Return the version that an entry of the lock pins, or None where it comes from Git or from a file."""
    return str(table(entry).get("version", "")).removeprefix("==") or None


@of_this_machine
@needs(test_pinned)
@points(2)
@hints(
    "To write a package down does not install it.",
    "`pipenv sync` installs what the lock pins, `--dev` the tools as well. The coach looks at the environment that it runs in.",
    "`pipenv sync --dev`, and where that does not help `pipenv shell` before you check again",
)
def test_installed(workshop):
    """The environment has what the lock pins, and Python finds it."""
    pinned = names(table(read_lock(workshop), "default"))
    modules = {name: module for name, (module, _) in ADDED.items()}
    for name, module in {**modules, "dvc-gs": "dvc_gs"}.items():
        version, found = version_of(pinned.get(name)), installed(name, module)
        fits = version is None or name not in ADDED or same(found, version)
        require(
            found and fits,
            expected=f"{name} {version}, as Pipfile.lock pins it" if version else name,
            found=f"{name} {found}" if found else f"no {name}",
            where=sys.prefix,
            next="`pipenv sync --dev`",
        )


def installed(name, module):
    """Return the version of a package whose module can be found, or None; nothing is imported."""
    try:
        return metadata.version(name) if util.find_spec(module) else None
    except (ImportError, ValueError):
        return None


def same(one, other):
    """Say whether two versions are one, whatever their build (`+cpu`)."""
    try:
        return Version(one).public == Version(other).public
    except (InvalidVersion, TypeError):
        return one == other


@hints(
    "Git can run a program before each commit; such a program is called a hook.",
    "`git rev-parse --git-path hooks` names the folder; the hook in it is called pre-commit.",
    "`pre-commit install`",
)
def test_hook(workshop):
    """Git runs pre-commit before each commit."""
    folder = workshop.git("rev-parse", "--git-path", "hooks") or ".git/hooks"
    hook = workshop.root / folder / "pre-commit"
    text = hook.read_text(encoding="utf-8", errors="replace") if hook.is_file() else ""
    lines = [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    ends = (n for n, line in enumerate(lines, 1) if re.match(r"exit\b", line))
    lines = lines[: next(ends, None)]
    runs = any(re.search(r"\bhook-impl\b|\bpre[-_]commit run\b", line) for line in lines)
    require(
        runs and os.access(hook, os.X_OK),
        expected="a hook that runs pre-commit",
        found=what_runs(hook, lines, runs),
        where=f"{folder}/pre-commit",
        next="`pre-commit install`",
    )


def what_runs(hook, lines, runs):
    """Say what Git does before a commit."""
    if runs:
        return "one that Git may not execute"
    if lines:
        return f"one that runs something else: {lines[-1].strip()}"
    return "an empty one" if hook.is_file() else "no hook"


@needs(test_lock)
@hints(
    "What you have changed is only in your folder so far.",
    "Both files belong into Git: the Pipfile says what is wanted, the lock what was tried.",
    '`git add Pipfile Pipfile.lock`, then `git commit -m "Add the packages for data versioning"`',
)
def test_committed(workshop):
    """Pipfile and Pipfile.lock are committed."""
    require_committed(workshop, "Pipfile", "Pipfile.lock")
