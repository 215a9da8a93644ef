"""Checks of exercise 05: Git holds two versions of the data, made from two values of a parameter."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from coach import NotYet, hints, needs, points
from coach.checks.common import belongs, require_fresh, require_stage_committed
from coach.checks.dvcfiles import Locked, load_listing
from coach.checks.workshop import object_name

STAGE, BEFORE = "preprocess", "download"


@dataclass(frozen=True, eq=False)
class Version:
    """What a commit's dvc.lock says of the stage and of the one before it."""

    rev: str
    locked: Locked
    before: Locked | None
    belongs: bool

    @property
    def params(self):
        """Return the recorded parameters, {dotted name: value}."""
        return {key: value for values in self.locked.params.values() for key, value in flat(values)}

    @property
    def made(self):
        """Return the recorded outputs, {path: md5}."""
        return {path: entry.md5 for path, entry in self.locked.outs.items()}


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


def shown(one, other):
    """Return the parameters that differ, for a person: `preprocess.max_angle 10 and 15`."""
    return ", ".join(
        f"{key} {other.params[key]} and {one.params[key]}" for key in changes(one, other)
    )


def changes(one, other):
    """Return the names of the parameters that both record, with different values."""
    return [
        key for key in one.params if key in other.params and one.params[key] != other.params[key]
    ]


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
    """Say whether the outputs of both versions can be brought back."""
    return not lost(workshop, one) and not lost(workshop, other)


@lru_cache(maxsize=None)
def lost(workshop, version):
    """Return the outputs of a version that neither Git nor the cache nor the remote holds."""
    entries = [
        entry
        for path, entry in version.locked.outs.items()
        if path not in workshop.tracked(version.rev)
    ]
    gone = [entry for entry in entries if not in_cache(workshop, entry.md5)]
    if gone and workshop.default_remote():
        gone = [entry for entry in gone if workshop.missing_objects("HEAD", (entry,))]
    return [entry.path for entry in gone]


def in_cache(workshop, md5):
    """Say whether the cache of this machine holds an output whole, a folder with all its files."""
    file = workshop.cache / object_name(md5)
    if workshop.hash(str(file)) != md5.removesuffix(".dir"):
        return False
    listing = load_listing(file.read_bytes()) if md5.endswith(".dir") else {}
    return all(in_cache(workshop, each) for each in listing.values())


# The checks


@points(3)
@hints(
    "The first version is that of exercise 04. For a second one, change a value below `preprocess:` in params.yaml.",
    "A value that is changed in params.yaml does nothing by itself: `dvc status` shows it, `dvc repro` acts on it.",
    '`dvc repro preprocess`, then `git add params.yaml dvc.lock`, then `git commit -m "Change a parameter"`',
)
def test_two_versions(workshop):
    """Two commits hold dvc.lock with different values of a parameter of preprocess."""
    if not pairs(workshop, other_values):
        raise one_version(workshop)


def one_version(workshop):
    """Return a NotYet that says what there is in place of a second version, and what is the next step."""
    expected, kept = "two commits whose dvc.lock was made with different values", versions(workshop)
    if not kept:
        return NotYet(
            expected,
            "no commit in which dvc.lock records a run of preprocess",
            "`git log -- dvc.lock`",
            "`coach check 04`",
        )
    last, now = kept[0], workshop.lock().get(STAGE)
    if now and changes(mine := Version("", now, None, True), last):
        found = f"{shown(mine, last)}, but the second only in your dvc.lock, which is not committed"
        return NotYet(
            expected, found, "`git status`", "`git add params.yaml dvc.lock`, then `git commit`"
        )
    if now and not belongs(workshop, now, None):
        found = (
            "another value in params.yaml, but the stage has not run with it: dvc.lock is as it was"
        )
        return NotYet(
            expected,
            found,
            "`dvc status preprocess`",
            "`dvc repro preprocess`, then `git add params.yaml dvc.lock` and `git commit`",
        )
    values = ", ".join(f"{key} {value}" for key, value in last.params.items())
    found = f"the same values in each commit: {values}"
    return NotYet(
        expected,
        found,
        "`git log -- dvc.lock`",
        "change a value below `preprocess:` in params.yaml, then `dvc repro preprocess`",
    )


@needs(test_two_versions)
@hints(
    "A commit is a version only if its files belong together.",
    "dvc.lock says with which values the stage ran; params.yaml of the same commit must say the same.",
    "`dvc repro preprocess`, then `git add params.yaml dvc.lock` and one `git commit` for both",
)
def test_lock_belongs(workshop):
    """In both commits, dvc.lock was made with the values of the params.yaml beside it."""
    if not pairs(workshop, other_values, both_belong):
        pair = pairs(workshop, other_values)[0]
        wrong = next(version for version in pair if not version.belongs)
        raise NotYet(
            "in each of the two commits the same values in dvc.lock and in params.yaml",
            f"in commit {wrong.rev[:7]} a dvc.lock that was made with other values than its params.yaml says",
            f"`git show {wrong.rev[:7]}`",
            "`dvc repro preprocess`, then `git add params.yaml dvc.lock` and `git commit`",
        )


@needs(test_lock_belongs)
@points(3)
@hints(
    "Another value should give other images. Has the stage run with it?",
    "`dvc commit` and an editor only write into dvc.lock; `dvc repro` makes the data.",
    "`dvc repro --force preprocess`, then `git add dvc.lock` and `git commit`",
)
def test_other_results(workshop):
    """The two versions have different results: the stage ran again."""
    if not pairs(workshop, other_values, both_belong, other_results):
        one, other = pairs(workshop, other_values, both_belong)[0]
        path, md5 = next(iter(one.made.items()), ("no output", ""))
        raise NotYet(
            f"different outputs for {shown(one, other)}",
            f"the same for both, {path} with the md5 {md5}: the stage did not run with the new value",
            f"`git diff {other.rev[:7]} {one.rev[:7]} -- dvc.lock`",
            "`dvc repro --force preprocess`, then `git add dvc.lock` and `git commit`",
        )


@needs(test_other_results)
@hints(
    "Only what comes after the change should run again.",
    "Change a value below `preprocess:` and leave `download:` as it is.",
    "`git checkout HEAD~1 -- params.yaml`, change one value below `preprocess:`, then `dvc repro preprocess` and `git commit`",
)
def test_download_left_alone(workshop):
    """The stage before it did not change: download is the same in both versions."""
    if not pairs(workshop, other_values, both_belong, other_results, same_before):
        one, other = pairs(workshop, other_values, both_belong, other_results)[0]
        raise NotYet(
            "the same record of download in both versions",
            (
                "another one: more than a parameter of preprocess has changed"
                if one.before
                else "no record of download"
            ),
            f"`git diff {other.rev[:7]} {one.rev[:7]} -- dvc.lock`",
            "change only a value below `preprocess:`, then `dvc repro preprocess` and `git commit`",
        )


@needs(test_download_left_alone)
@hints(
    "A version is worth something as long as its data can be brought back.",
    "The data of an older commit stays in your cache until you clear it, and in the remote once it is pushed.",
    "`dvc push --all-commits`",
)
def test_both_kept(workshop):
    """The data of both versions is in the cache or in the remote."""
    rules = (other_values, both_belong, other_results, same_before)
    if not any(both_kept(workshop, *pair) for pair in pairs(workshop, *rules)):  # it reads the data
        version = next(v for v in pairs(workshop, *rules)[0] if lost(workshop, v))
        raise NotYet(
            "the outputs of both versions in the cache or in the remote",
            f"{lost(workshop, version)[0]} of commit {version.rev[:7]} in neither of them",
            f"`git show {version.rev[:7]}:dvc.lock`",
            "change a value below `preprocess:`, then `dvc repro preprocess`, `git commit` and `dvc push`",
        )


@needs(test_lock_belongs)
@points(2)
@hints(
    "In the end files, record and commit must agree.",
    "`git status` and `dvc status preprocess` must both have nothing to tell about the stage.",
    "`git checkout HEAD -- params.yaml dvc.yaml dvc.lock`, then `dvc checkout preprocess`",
)
def test_workspace(workshop):
    """The workspace is as the last commit says: nothing left to commit or to run."""
    require_fresh(workshop, STAGE)
    now = workshop.lock()[STAGE]
    gone_back = [version for version in versions(workshop) if version.locked == now]
    if gone_back and workshop.lock("HEAD").get(STAGE) != now:
        raise NotYet(
            "params.yaml and dvc.lock as in the last commit",
            f"those of the earlier commit {gone_back[0].rev[:7]}, to which step 5 of the text goes back",
            "`git status`",
            "`git checkout HEAD -- params.yaml dvc.lock`, then `dvc checkout preprocess` (step 6 of the text)",
        )
    require_stage_committed(workshop, STAGE)
