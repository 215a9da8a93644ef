"""Checks of exercise 05: Git holds two versions of the data, made from two values of a parameter."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from coach import NotYet, hints, needs, points, require
from coach.common import belongs, require_fresh, require_remote, require_stage_committed
from coach.dvcfiles import Locked, load_listing
from coach.workshop import object_name

STAGE, BEFORE = "preprocess", "download"


@dataclass(frozen=True)
class Version:
    """What a commit's dvc.lock says of the stage and of the one before it."""

    rev: str
    locked: Locked
    before: Locked | None
    belongs: bool

    @property
    def params(self):
        """Return the recorded parameters, {dotted name: value}."""
        return {f"{file}:{key}": v for file, values in self.locked.params.items() for key, v in flat(values)}

    @property
    def made(self):
        """Return the recorded outputs, {path: md5}."""
        return {path: entry.md5 for path, entry in self.locked.outs.items()}

    @property
    def name(self):
        """Return the commit as a person reads it."""
        return f"commit {self.rev[:7]}"


def flat(values, above=""):
    """Yield (dotted name, value) of nested parameters."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


@lru_cache(maxsize=1)
def versions(workshop):
    """Return the Versions on all local branches, the newest first; a dvc.lock that cannot be read is none."""
    found = []
    for rev in workshop.commits("dvc.lock", "params.yaml"):
        try:
            locks = workshop.lock(rev)
            if STAGE in locks:
                fits = belongs(workshop, locks[STAGE], rev)
                found.append(Version(rev, locks[STAGE], locks.get(BEFORE), fits))
        except NotYet:
            continue
    return found


def pairs(workshop, *rules):
    """Return the pairs of (newer, older) versions for which every rule holds."""
    both = combinations(versions(workshop), 2)
    return [pair for pair in both if all(rule(workshop, *pair) for rule in rules)]


def changes(one, other):
    """Return the names of the parameters that both record, with different values."""
    return [key for key in one.params if key in other.params and one.params[key] != other.params[key]]


def other_values(workshop, one, other):
    """Say whether the versions were made with different values of a parameter."""
    return bool(changes(one, other))


def both_belong(workshop, one, other):
    """Say whether each version's dvc.lock has the values of the params.yaml beside it."""
    return one.belongs and other.belongs


def other_results(workshop, one, other):
    """Say whether the versions' outputs differ."""
    return any(other.made.get(path, md5) != md5 for path, md5 in one.made.items())


def same_before(workshop, one, other):
    """Say whether the stage before was left alone."""
    return one.before is not None and one.before == other.before


def both_kept(workshop, one, other):
    """Say whether the outputs of both versions are in the cache or in the remote."""
    return not lost(workshop, one) and not lost(workshop, other)


@lru_cache(maxsize=None)
def lost_objects(workshop, path, md5):
    """Return whether an output is neither in the cache nor in the remote."""
    return not (in_cache(workshop, md5) or in_remote(workshop, md5))


def lost(workshop, version):
    """Return the outputs of a version that cannot be brought back."""
    return [path for path, md5 in version.made.items() if lost_objects(workshop, path, md5)]


def in_cache(workshop, md5):
    """Say whether the local cache holds an output with all its files."""
    data = workshop.read(f".dvc/cache/{object_name(md5)}")
    if data is None or not md5.endswith(".dir"):
        return data is not None
    return all((workshop.root / ".dvc/cache" / object_name(each)).is_file() for each in load_listing(data).values())
