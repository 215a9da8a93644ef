"""Checks of exercise 10: two people's work comes together, and another machine gets all of it from the remotes."""

import re
from collections import namedtuple
from datetime import datetime
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from coach import hints, needs, points, require
from coach.common import belongs, require_committed, require_fresh, require_pushed
from coach.dvcfiles import hash_bytes, load_listing, parse_entries, parse_yaml
from coach.environment import Trouble
from coach.vocabulary import NotYet
from coach.workshop import Workshop, object_name

MARKS = "^(<<<<<<<|>>>>>>>)( |$)"
FOLLOWING = (
    "preprocess",
    "train",
)  # stages whose results change with each of their parameters and with their data


@points(2)
@hints(
    "`git remote -v` shows the repositories that yours knows. One of them has to be the team's.",
    "A repository to push to has no working tree: `git init --bare` makes one. It must hold your last commit.",
    "Step 1 of the text: `git init --bare`, `git remote add`, then `git push -u team HEAD`",
)
def test_origin(workshop):
    """A bare repository, one of your Git remotes, holds your last commit."""
    known = [
        (name, workshop.git("remote", "get-url", "--push", name))
        for name in (workshop.git("remote") or "").split()
    ]
    problems = [(name, url, origin_problem(workshop, name, url)) for name, url in known]
    if problems and not all(problem for *_, problem in problems):
        return
    name, url, (found, next) = (
        problems[0] if problems else ("", "", ("no remote", "`git init --bare lab/origin.git`"))
    )
    require(
        False,
        expected="a Git remote that is a bare repository and holds your last commit",
        found=f"{name}, {url}: {found}" if problems else found,
        where="`git remote -v`",
        next=next if problems else f"{next}, then `git remote add team lab/origin.git`",
    )


def origin_problem(workshop, name, url):
    """Return (what is wrong, what to type) with a Git remote, or None: bare, not our own, and not behind."""
    folder, head = local_folder(workshop, url), workshop.git("rev-parse", "HEAD")
    if folder is None:  # on another machine: Git remembers what it has pushed there
        held = workshop.git("for-each-ref", "--contains", head, f"refs/remotes/{name}")
        return None if held else ("it does not hold your last commit", f"`git push {name} HEAD`")
    if not folder.exists():
        return "there is nothing", f"`git init --bare {url}`"
    if (workshop.root / ".git").resolve() in (folder.resolve(), *folder.resolve().parents):
        return (
            "that is your own repository",
            f"`git remote remove {name}`, then `git init --bare lab/origin.git`",
        )
    bare = workshop.git(f"--git-dir={folder}", "rev-parse", "--is-bare-repository")
    if bare != "true":
        found = (
            "it has a working tree, so it is not bare"
            if bare or (folder / ".git").exists()
            else "it is no repository"
        )
        return (
            found,
            f"`git init --bare lab/origin.git`, then `git remote set-url {name} lab/origin.git`",
        )
    if workshop.git(f"--git-dir={folder}", "for-each-ref", "--contains", head):
        return None
    tips = workshop.git(
        f"--git-dir={folder}",
        "for-each-ref",
        "--format=%(refname:short) at “%(subject)”",
        "refs/heads",
    )
    return (
        f"it does not hold your last commit, but {(tips or 'nothing').splitlines()[0]}",
        f"`git push {name} HEAD`",
    )


def local_folder(workshop, url):
    """Return the folder of a remote on this machine, or None where it is on another one."""
    if url.startswith("file://"):
        return Path(url2pathname(urlsplit(url).path))
    on_another = (
        "://" in url or re.match(r"[^/\\]{2,}:", url) and not (workshop.root / url).exists()
    )
    return None if on_another else workshop.root / url


@hints(
    "Git marks a conflict in the file: lines that begin with `<<<<<<<` and `>>>>>>>`. None may be left.",
    "For dvc.lock do not edit between the marks: take one side whole and let DVC write it anew.",
    "`git checkout HEAD -- dvc.lock`, then `dvc repro`, `git add dvc.lock` and `git commit`",
)
def test_no_conflict_left(workshop):
    """The merge is finished: no conflict is open and no mark of one is left in a file."""
    opened = sorted(
        {line.split("\t")[1] for line in (workshop.git("ls-files", "-u") or "").splitlines()}
    )
    require(
        not opened,
        expected="every conflict settled",
        found="open conflicts in " + ", ".join(opened),
        where="`git status`",
        next=mended(opened[0], "HEAD") if opened else "",
    )
    for rev, when in (((), "now"), (("HEAD",), "in the last commit")):
        marked = (workshop.git("grep", "-n", "-I", "-E", MARKS, *rev) or "").removeprefix("HEAD:")
        name, line = (marked.split(":") + ["", ""])[:2]
        require(
            not marked,
            expected="files without marks of a conflict",
            found=f"{name} has one {when}, in line {line}",
            where=name,
            next=mended(name, "HEAD~1"),
        )
    require(
        workshop.git("rev-parse", "--verify", "--quiet", "MERGE_HEAD") is None,
        expected="a merge that is committed",
        found="one that waits for its commit",
        where="`git status`",
        next="`dvc repro`, `git add params.yaml dvc.lock dvclive reports`, then `git commit`",
    )


def mended(name, rev):
    """Return what to type for a file with a conflict: what a run writes is taken from one side, the rest is edited."""
    by_run = name == "dvc.lock" or name.endswith(".json")
    mend = (
        f"`git checkout {rev} -- {name}` (one side, whole)"
        if by_run
        else f"edit {name} so that it holds both sides"
    )
    return f"{mend}, then `dvc repro`, `git add {name}` and `git commit`"


@needs(test_no_conflict_left)
@points(2)
@hints(
    "Two pushes belong to each commit: one of Git's and one of DVC's.",
    "`dvc status --cloud` says what the remote lacks.",
    "`dvc push`",
)
def test_data_pushed(workshop):
    """Every file of the last commit's data is in the DVC remote, byte for byte."""
    lock = workshop.lock("HEAD")
    require(
        lock,
        expected="a dvc.lock that names the results",
        found="none",
        where="dvc.lock at HEAD",
        next="`dvc repro`, `git add dvc.lock`, then `git commit`",
    )
    require_pushed(workshop)


Join = namedtuple("Join", "sides base changes held")


@needs(test_no_conflict_left)
@points(3)
@hints(
    "`git log --graph --oneline` has to show two lines that part and come together again.",
    "Each side commits another parameter together with its dvc.lock; `git log -p -- params.yaml` shows who changed what.",
    "Steps 2 and 3 of the text; `git pull --no-rebase --no-commit -X ours` brings the colleague's side.",
)
def test_both_sides(workshop):
    """Your change of a parameter and a colleague's have come together, and both are kept."""
    all_joins = list(joins(workshop))
    if any(shortfall(workshop, join) is None for join in all_joins):
        return
    require(
        all_joins,
        expected="two lines of commits that come together: yours and a colleague's",
        found="one line of commits",
        where="`git log --graph --oneline`",
        next="`git pull --no-rebase --no-commit -X ours`, once the colleague's commit is pushed (step 3 of the text)",
    )
    raise max((shortfall(workshop, join) for join in all_joins), key=lambda error: error.rank)


def shortfall(workshop, join):
    """Return the NotYet of a join that does not do, the better the join the higher its rank; or None."""
    where = f"`git log --graph --oneline {join.base[:7]}..HEAD`"
    for side, own, other in zip(join.sides, join.changes, reversed(join.changes)):
        if not own.keys() - other.keys():
            found = (
                f"the side {side[:7]} changed {', '.join(own)}, as did the other one"
                if own
                else f"the side {side[:7]} changed none"
            )
            return ranked(
                1,
                "each side with a change of a parameter of its own",
                found,
                where,
                "`dvc exp run -S …` with another parameter on each side, as in step 2 of the text",
            )
        if workshop.read("dvc.lock", side) == workshop.read("dvc.lock", join.base):
            found = f"the side {side[:7]} changed {', '.join(own)} and left dvc.lock as it was"
            next = "once more from there: `dvc repro`, commit params.yaml with dvc.lock, then merge"
            return ranked(2, "each side with the dvc.lock of its own run", found, where, next)
    if join.held:
        return None
    now = values(workshop, "HEAD")
    lost = {
        k: v
        for own, other in (join.changes, join.changes[::-1])
        for k, v in own.items()
        if k not in other and now.get(k) != v
    }
    expected = "both changes kept: " + ", ".join(f"{key} {value}" for key, value in lost.items())
    found = ", ".join(f"{key} {now.get(key)}" for key in lost)
    return ranked(
        3,
        expected,
        found,
        "params.yaml at HEAD",
        "set it in params.yaml, then `dvc repro` and `git commit`",
    )


def ranked(rank, *facts):
    """Return a NotYet with a rank."""
    error = NotYet(*facts)
    error.rank = rank
    return error


def joins(workshop):
    """Yield a Join for each pair of commits that parted and came together again in HEAD's history."""
    for sides in dict.fromkeys(pairs(workshop)):
        base = workshop.git("merge-base", *sides)
        if base and base not in sides:
            before = values(workshop, base)
            changes = [
                {k: v for k, v in values(workshop, side).items() if before.get(k) != v}
                for side in sides
            ]
            yield Join(sides, base, changes, held(workshop, base, changes))


def pairs(workshop):
    """Yield pairs of commits: parents of a merge, and own ones with those of others that now stand in one line with them.

    The latter are what a rebase, a cherry-pick or a squash leaves; Git's log of what was done here still knows the own commit.
    """
    for line in (workshop.git("rev-list", "--merges", "--parents", "HEAD") or "").splitlines():
        yield from combinations(line.split()[1:], 2)
    mine = own_commits(workshop)
    run = (workshop.git("log", "--format=%H", "HEAD", "--remotes", "--", "dvc.lock") or "").split()
    for other in (commit for commit in run if commit not in mine):
        apart = (workshop.git("rev-list", *mine, "--not", other) or "").split()
        yield from ((own, other) for own in mine if own in apart)


def own_commits(view):
    """Return the commits that were made in this repository, not those that it got; DVC's experiments do not count."""
    log = [
        line.partition(" ")
        for line in (view.git("log", "-g", "--format=%H %gs", "HEAD") or "").splitlines()
    ]
    experiment = "commit: dvc: commit experiment"
    return {
        commit: what
        for commit, _, what in log
        if what.startswith("commit") and not what.startswith(experiment)
    }


def held(workshop, base, changes):
    """Return the commits since the base, newest first, whose parameters hold what either side alone has changed."""
    first, second = changes
    both = {k: v for k, v in (first | second).items() if not (k in first and k in second)}
    paths = ("--full-history", "--max-count=100", "--", "params.yaml", "dvc.lock")
    since = (workshop.git("rev-list", "HEAD", f"^{base}", *paths) or "").split()
    head = workshop.git("rev-parse", "HEAD")
    return [
        rev
        for rev in dict.fromkeys([head, *since])
        if both.items() <= values(workshop, rev).items()
    ]


def values(workshop, rev):
    """Return {dotted key: value} of a revision's parameters; {} where they cannot be read."""
    try:
        return flat(workshop.params(rev))
    except NotYet:
        return {}


def flat(nested, prefix=""):
    """Return nested parameters as {dotted key: value}; a list counts as its text."""
    pairs = {}
    for key, value in nested.items():
        pairs |= (
            flat(value, f"{prefix}{key}.")
            if isinstance(value, dict)
            else {f"{prefix}{key}": str(value)}
        )
    return pairs


@needs(test_both_sides)
@points(3)
@hints(
    "After a merge the results belong to neither side: they have to be made from the merged parameters.",
    "A dvc.lock that was merged line by line can claim the other side's parameter for your side's model; `dvc repro` then sees nothing to do.",
    "`git checkout <your commit before the merge> -- dvc.lock`, `dvc repro`, `git add dvc.lock dvclive reports`, `git commit`",
)
def test_reproduced(workshop):
    """The merged parameters have been run: dvc.lock and the results are theirs, and committed."""
    for name in workshop.stages():
        require_fresh(workshop, name)
    require_committed(workshop, "params.yaml", "dvc.yaml", "dvc.lock")
    if settled(workshop):
        return
    join = next(join for join in joins(workshop) if shortfall(workshop, join) is None)
    problem = record_problem(workshop, join.held[0]) or stale(workshop, join.held[0], join.sides)
    require(
        False,
        expected="results that were made from the parameters of both sides",
        found=problem,
        where=f"dvc.lock at {join.held[0][:7]}",
        next="`dvc repro --force`, `git add dvc.lock dvclive reports`, then `git commit`",
    )


def settled(workshop):
    """Return (join, commit) where both sides' parameters stand with a dvc.lock of their own run, newest first."""
    good = [
        (join, rev)
        for join in joins(workshop)
        if shortfall(workshop, join) is None
        for rev in join.held
    ]
    return [
        (j, rev)
        for j, rev in good
        if not record_problem(workshop, rev) and not stale(workshop, rev, j.sides)
    ]


def record_problem(workshop, rev):
    """Say how a revision's dvc.lock contradicts its parameters or itself, or None."""
    try:
        stages, lock = workshop.stages(rev), workshop.lock(rev)
    except NotYet as error:
        return error.found
    made = {path: entry.md5 for locked in lock.values() for path, entry in locked.outs.items()}
    for name in stages:
        if name not in lock:
            return f"no record of the stage {name}"
        if not belongs(workshop, lock[name], rev):
            return f"a record of the stage {name} with other values than those of params.yaml"
        for path, entry in lock[name].deps.items():
            if made.get(path, entry.md5) != entry.md5:
                return (
                    f"a record of the stage {name} with another {path} than the one that was made"
                )
    return None


def stale(workshop, rev, sides):
    """Say which stage has other inputs than on one side and yet the very same results, or None."""
    for side in sides:
        try:
            lock, before = workshop.lock(rev), workshop.lock(side)
        except NotYet:
            continue
        for name in (name for name in FOLLOWING if name in lock and name in before):
            if inputs(lock, name) != inputs(before, name) and hashes(lock[name].outs) == hashes(
                before[name].outs
            ):
                return f"the stage {name} still has the results of {side[:7]}, though its parameters or its data are others"
    return None


def inputs(lock, name):
    """Return a stage's recorded parameters and the hashes of what it takes from other stages."""
    made = {path for locked in lock.values() for path in locked.outs}
    return lock[name].params, {
        path: md5 for path, md5 in hashes(lock[name].deps).items() if path in made
    }


def hashes(entries):
    """Return {path: md5} of recorded entries."""
    return {path: entry.md5 for path, entry in entries.items()}


@needs(test_both_sides, test_data_pushed)
@points(2)
@hints(
    "A second machine has nothing but the addresses: `git clone` brings the texts, and DVC the data.",
    "The clone lies in the folder lab/, and its last commit came with `git clone` or `git pull`; no stage was run for it.",
    "`git clone lab/origin.git lab/laptop`, then `dvc --cd lab/laptop pull`",
)
def test_clone(workshop):
    """A clone in lab/ has every file of its commit's data, and has run no stage for it."""
    base = next(join.base for join in joins(workshop) if shortfall(workshop, join) is None)
    folders = [
        folder.parent
        for folder in sorted((workshop.root / "lab").glob("*/.git"))
        if folder.is_dir()
    ]
    problems = {folder.name: clone_problem(folder, base) for folder in folders}
    if problems and not all(problems.values()):
        return
    fewest = min(problems, key=lambda name: problems[name].rank) if problems else None
    raise (
        problems[fewest]
        if fewest
        else NotYet(
            "a clone of the shared repository",
            "none",
            "lab/",
            "`git clone lab/origin.git lab/laptop`, then `dvc --cd lab/laptop pull`",
        )
    )


def clone_problem(folder, base):
    """Return the NotYet of a clone that does not do, the better the clone the lower its rank; or None."""
    where = f"lab/{folder.name}"
    another = "`git clone lab/origin.git lab/another`, then `dvc --cd lab/another pull`"
    try:
        clone = Workshop(folder)
        head = clone.git("rev-parse", "HEAD")
        if clone.git("merge-base", "--is-ancestor", base, "HEAD") is None:
            return ranked(
                4,
                "a clone of the team's work",
                f"a repository without the commit {base[:7]}",
                where,
                another,
            )
        if head in own_commits(clone):
            return ranked(
                3,
                "a clone whose last commit was pulled",
                "one whose last commit was made there",
                where,
                another,
            )
        for entry in clone.outputs("HEAD"):
            now = clone.hash(entry.path)
            if now != entry.md5:
                found = f"{entry.path} {'is not as its dvc.lock or .dvc file says' if now else 'is missing'}"
                return ranked(
                    1,
                    "every file of its last commit's data",
                    found,
                    where,
                    f"`dvc --cd {where} pull --force`",
                )
        for name, when in reruns(clone):
            found = f"a run of the stage {name} at {when}, after its results had been committed"
            return ranked(2, "a clone that pulled its data and ran nothing", found, where, another)
    except (NotYet, Trouble) as error:
        return ranked(5, error.expected, error.found, f"{where}, {error.where}", another)
    return None


def reruns(view):
    """Yield (stage, when) for what was run here after the last commit of dvc.lock and gave what that commit holds.

    DVC writes each run down in its cache, but not what it pulls; only `--run-cache` sends these notes to a remote.
    """
    committed = int(view.git("log", "-1", "--format=%ct", "HEAD", "--", "dvc.lock") or 0)
    remote = view.default_remote()
    sent = (
        {name for name in view.objects(remote.url + "/") if name.startswith("runs/")}
        if remote
        else set()
    )
    for note in sorted(view.cache.glob("runs/*/*/*")):
        if (
            len(note.name) == 64
            and note.stat().st_mtime > committed + 1
            and note.relative_to(view.cache).as_posix() not in sent
        ):
            made = hashes(
                parse_entries(parse_yaml(note.read_text(encoding="utf-8"), note.name).get("outs"))
            )
            for name, locked in view.lock("HEAD").items():
                if hashes(locked.outs) == made:
                    yield name, f"{datetime.fromtimestamp(note.stat().st_mtime):%H:%M:%S}"


@needs(test_reproduced)
@points(2)
@hints(
    "The cache holds one file for each object, named by its hash; the remote has the same ones.",
    "Move the whole folder .dvc/cache away, then let DVC bring back what the last commit names. Running the stages again is no way: not every result can be made twice.",
    "`dvc pull`, after the cache was moved away as in step 5 of the text",
)
def test_cache_restored(workshop):
    """You have lost the cache and got every file of the last commit back from the remote."""
    where = (
        workshop.cache.relative_to(workshop.root).as_posix()
        if workshop.cache.is_relative_to(workshop.root)
        else workshop.cache
    )
    files = [item for entry in workshop.outputs("HEAD") for item in cached(workshop.cache, entry)]
    for label, file, problem in files:
        require(
            not problem,
            expected="every file of the last commit in the cache, byte for byte",
            found=f"{label} {problem}",
            where=where,
            next=(
                "`dvc pull`"
                if problem == "missing"
                else f"remove {file.name} from {file.parent.name} in it, then `dvc pull`"
            ),
        )
    lose = "`python -c \"import shutil; shutil.move('.dvc/cache', 'lab/lost-cache')\"`, then `dvc pull`"
    for name, when in reruns(workshop):
        require(
            False,
            expected="a cache that came back from the remote",
            found=f"a run of the stage {name} at {when}, after its results had been committed",
            where=f"{where}/runs",
            next=lose,
        )
    parted = min(
        int(workshop.git("log", "-1", "--format=%ct", join.base)) for join, _ in settled(workshop)
    )
    kept = [label for label, file, _ in files if file.stat().st_mtime < parted]
    require(
        not kept,
        expected="a cache that was lost and came back from the remote",
        found=f"{len(kept)} files in it from before the colleague's clone, {kept[0] if kept else ''} among them",
        where=where,
        next=lose,
    )


def cached(cache, entry):
    """Yield (what, file, problem or None) for each object of an output in the cache."""
    file = cache / object_name(entry.md5)
    problem = object_problem(file, entry.md5)
    yield entry.path, file, problem
    if entry.md5.endswith(".dir") and not problem:
        for name, md5 in load_listing(file.read_bytes()).items():
            member = cache / object_name(md5)
            yield f"{entry.path}/{name}", member, object_problem(member, md5)


def object_problem(file, md5):
    """Say what is wrong with a file of the cache, or None: its name is the md5 of its bytes."""
    if not file.is_file():
        return "missing"
    return None if hash_bytes(file.read_bytes()) == md5.removesuffix(".dir") else "damaged"
