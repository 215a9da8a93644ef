"""Checks of exercise 10: two people's work comes together, and other machines get all of it."""

import re
from collections import namedtuple
from datetime import datetime
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from coach import hints, needs, points, require
from coach.checks.common import belongs, require_committed, require_fresh, require_pushed
from coach.checks.dvcfiles import hash_bytes, load_listing, parse_entries, parse_yaml
from coach.checks.vocabulary import NotYet
from coach.checks.workshop import Workshop, object_name
from coach.environment import Trouble

MARKS = "^(<<<<<<<|>>>>>>>)( |$)"
FOLLOWING = ("preprocess", "train")  # their results change with every parameter, and with the data
ON_ITS_OWN = "change a parameter of your own with `dvc exp run -S`, as in step 2 of the text, then `git commit`"
MAKE_ORIGIN = "`git init --bare lab/origin.git`"
CLONE = "`git clone lab/origin.git lab/{0}`, then `dvc --cd lab/{0} pull`"
LOSE = "`python -c \"import shutil; shutil.move('.dvc/cache', 'lab/lost-cache')\"`, then `dvc pull`"


@points(2)
@hints(
    "`git remote -v` shows the repositories that yours knows. One of them has to be the team's.",
    "A repository to push to has no working tree: `git clone --bare` and `git init --bare` make one.",
    "Step 1 of the text: `git clone --bare`, `git remote add`, then `git push -u team HEAD`",
)
def test_origin(workshop):
    """A bare repository that is shared, one of your Git remotes, holds your last commit."""
    expected = "a Git remote that is a bare repository and holds your last commit"
    names = (workshop.git("remote") or "").split()
    urls = [workshop.git("remote", "get-url", "--push", name) for name in names]
    problems = [origin_problem(workshop, name, url) for name, url in zip(names, urls)]
    if not names:
        next = f"{MAKE_ORIGIN}, then `git remote add team lab/origin.git`"
        raise NotYet(expected, "no remote", "`git remote -v`", next)
    if all(problems):
        found, next = problems[0]
        raise NotYet(expected, f"{names[0]}, {urls[0]}: {found}", "`git remote -v`", next)
    good = [url for url, problem in zip(urls, problems) if problem is None]
    require(
        any(in_lab(workshop, url) for url in good) or clones(workshop),
        expected=f"a colleague's clone of {good[0]}",
        found="no clone in lab/",
        where="lab/",
        next=f"`git clone {good[0]} lab/colleague`, then `dvc --cd lab/colleague pull`",
    )


def origin_problem(workshop, name, url):
    """Return (what is wrong, what to type) with a Git remote, or None."""
    folder, head = local_folder(workshop, url), workshop.git("rev-parse", "HEAD")
    behind, push = "it does not hold your last commit", f"`git push {name} HEAD`"
    if folder is None:  # on another machine: Git remembers what it has pushed there
        held = workshop.git("for-each-ref", "--contains", head, f"refs/remotes/{name}")
        return None if held else (behind, push)
    if not folder.exists():
        return "there is nothing", f"`git init --bare {url}`"
    if (workshop.root / ".git").resolve() in (folder.resolve(), *folder.resolve().parents):
        return "that is your own repository", f"`git remote remove {name}`, then {MAKE_ORIGIN}"
    at = f"--git-dir={folder}"
    bare = workshop.git(at, "rev-parse", "--is-bare-repository")
    if bare != "true":
        tree = bare or (folder / ".git").exists()
        found = "it has a working tree, so it is not bare" if tree else "it is no repository"
        return found, f"{MAKE_ORIGIN}, then `git remote set-url {name} lab/origin.git`"
    if workshop.git(at, "for-each-ref", "--contains", head):
        return None
    tips = workshop.git(at, "for-each-ref", "--format=%(refname:short) at “%(subject)”")
    return f"{behind}, but {(tips or 'nothing').splitlines()[0]}", push


def local_folder(workshop, url):
    """Return the folder of a remote on this machine, or None where it is on another one."""
    if url.startswith("file://"):
        return Path(url2pathname(urlsplit(url).path))
    folder = workshop.root / url
    if "://" in url or re.match(r"[^/\\]{2,}:", url) and not folder.exists():
        return None
    return folder


def in_lab(workshop, url):
    """Say whether a remote lies in lab/, where nothing of an earlier exercise is."""
    folder, lab = local_folder(workshop, url), workshop.root / "lab"
    return folder is not None and folder.resolve().is_relative_to(lab.resolve())


@hints(
    "Git marks a conflict in the file: lines that begin with `<<<<<<<` and `>>>>>>>`.",
    "In dvc.lock do not edit between the marks: take one side whole and let DVC write it anew.",
    "`git checkout HEAD -- dvc.lock`, then `dvc repro`, `git add dvc.lock` and `git commit`",
)
def test_no_conflict_left(workshop):
    """The merge is finished: no conflict is open and no mark of one is left in a file."""
    unmerged = (workshop.git("ls-files", "-u") or "").splitlines()
    for name in sorted({line.split("\t")[1] for line in unmerged}):
        raise NotYet("no open conflict", f"one in {name}", "`git status`", mended(name, "HEAD"))
    for rev, when, mend in ((("HEAD",), "in the last commit", "HEAD~1"), ((), "now", "HEAD")):
        marked = (workshop.git("grep", "-n", "-I", "-E", MARKS, *rev) or "").removeprefix("HEAD:")
        name, line = (marked.split(":") + ["", ""])[:2]
        require(
            not marked,
            expected="files without marks of a conflict",
            found=f"{name} has one {when}, in line {line}",
            where=name,
            next=mended(name, mend),
        )
    require(
        workshop.git("rev-parse", "--verify", "--quiet", "MERGE_HEAD") is None,
        expected="a merge that is committed",
        found="one that waits for its commit",
        where="`git status`",
        next="`dvc repro`, `git add params.yaml dvc.lock dvclive reports`, then `git commit`",
    )


def mended(name, rev):
    """Return what to type for a file with a conflict: one side of what a run writes, or an edit."""
    whole = f"`git checkout {rev} -- {name}` (one side, whole)"
    by_run = name == "dvc.lock" or name.endswith(".json")
    mend = whole if by_run else f"edit {name} so that it holds both sides"
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
    require(
        workshop.lock("HEAD"),
        expected="a dvc.lock that names the results",
        found="none",
        where="dvc.lock in the last commit",
        next="`dvc repro`, `git add dvc.lock`, then `git commit`",
    )
    require_pushed(workshop)


@needs(test_no_conflict_left)
@points(3)
@hints(
    "`git log --graph --oneline` has to show two lines that part and come together again.",
    "Each side commits another parameter together with its dvc.lock: see `git log -p -- params.yaml`",
    "Steps 2 and 3 of the text: `git pull --no-rebase --no-commit -X ours` brings the other side.",
)
def test_both_sides(workshop):
    """Your change of a parameter and a colleague's have come together, and both are kept."""
    known = joins(workshop)
    require(
        known,
        expected="two lines of commits that come together: yours and a colleague's",
        found="one line of commits",
        where="`git log --graph --oneline`",
        next="once the colleague has pushed, `git pull --no-rebase --no-commit -X ours`",
    )
    if not good_joins(workshop):
        raise max((shortfall(workshop, join) for join in known), key=lambda error: error.rank)


Join = namedtuple("Join", "sides base changes held")


def joins(workshop):
    """Return a Join for each pair of commits that parted and came together in HEAD's history."""
    found = []
    for sides in dict.fromkeys(pairs(workshop)):
        base = workshop.git("merge-base", *sides)
        if base and base not in sides:
            before = values(workshop, base).items()
            changes = [dict(values(workshop, side).items() - before) for side in sides]
            found.append(Join(sides, base, changes, held(workshop, base, changes)))
    return found


def pairs(workshop):
    """Yield pairs of commits: the parents of a merge, and own commits with those that came in.

    The latter are for a rebase, a cherry-pick or a squash, which leave one line of commits: Git's
    log of what was done here still knows the own commit as it was.
    """
    for line in (workshop.git("rev-list", "--merges", "--parents", "HEAD") or "").splitlines():
        yield from combinations(line.split()[1:], 2)
    made, moved = own_commits(workshop), moved_commits(workshop)
    run = (workshop.git("log", "--format=%H", "HEAD", "--remotes", "--", "dvc.lock") or "").split()
    for other in dict.fromkeys(commit for commit in run + moved if commit not in made):
        apart = (workshop.git("rev-list", *made, *moved, "--not", other) or "").split()
        yield from ((own, other) for own in made + moved if own in apart)


def own_commits(view):
    """Return the commits that were made in this repository and not got, without experiments."""
    experiment = "commit: dvc: commit experiment"
    kept = [line for line in log_of(view) if line.startswith("commit")]
    return [line.split("\t")[-1] for line in kept if not line.startswith(experiment)]


def moved_commits(view):
    """Return where HEAD was before a rebase began: on one of the two sides, own or not."""
    log = log_of(view)
    return [
        before.split("\t")[-1]
        for after, before in zip(log, log[1:])
        if re.match(r"(pull|rebase).*\(start\)", after)
    ]


def log_of(view):
    """Return Git's log of what was done here, the newest first: what, a tab, the commit."""
    return (view.git("log", "-g", "--format=%gs%x09%H", "HEAD") or "").splitlines()


def held(workshop, base, changes):
    """Return the commits since the base, newest first, that hold what either side alone changed."""
    both = {key: value for own in alone(changes) for key, value in own.items()}.items()
    paths = ("--full-history", "--max-count=100", "--", "params.yaml", "dvc.lock")
    since = (workshop.git("rev-list", "HEAD", f"^{base}", *paths) or "").split()
    found = dict.fromkeys([workshop.git("rev-parse", "HEAD"), *since])
    return [rev for rev in found if both <= values(workshop, rev).items()]


def alone(changes):
    """Return what each side changed that the other one did not."""
    first, second = changes
    return [
        {key: value for key, value in own.items() if key not in other}
        for own, other in ((first, second), (second, first))
    ]


def values(workshop, rev):
    """Return {dotted key: text} of a revision's parameters; {} where they cannot be read."""
    try:
        return dict(flat(workshop.params(rev)))
    except NotYet:
        return {}


def flat(nested, prefix=""):
    """Yield (dotted key, text) of nested parameters."""
    for key, value in nested.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def good_joins(workshop):
    """Return the joins in which both sides did their part and both are kept."""
    return [join for join in joins(workshop) if shortfall(workshop, join) is None]


def shortfall(workshop, join):
    """Return the NotYet of a join that does not do, with a higher rank the better it is; or None."""
    where = f"`git log --graph --oneline {join.base[:7]}..HEAD`"
    for side, own, only in zip(join.sides, join.changes, alone(join.changes)):
        did = f"the side {side[:7]} changed {', '.join(own) or 'none'}"
        if not only:
            expected = "each side with a change of a parameter that the other one left alone"
            return ranked(1, expected, did, where, ON_ITS_OWN)
        if records(workshop, side) == records(workshop, join.base):
            expected = "each side with the dvc.lock of its own run"
            next = "on that side `dvc repro`, `git add dvc.lock` and `git commit`, then `git merge` once more"
            found = f"{did} and left the records in dvc.lock as they were"
            return ranked(2, expected, found, where, next)
    if join.held:
        return None
    now = values(workshop, "HEAD").items()
    lost = dict(set().union(*(own.items() for own in alone(join.changes))) - now)
    expected = "both changes kept: " + ", ".join(f"{key} {lost[key]}" for key in sorted(lost))
    found = ", ".join(f"{key} {dict(now).get(key)}" for key in sorted(lost))
    next = (
        "set both in params.yaml, then `dvc repro`, `git add params.yaml dvc.lock` and `git commit`"
    )
    return ranked(3, expected, found, "params.yaml at HEAD", next)


def ranked(rank, *facts):
    """Return a NotYet with a rank."""
    error = NotYet(*facts)
    error.rank = rank
    return error


@needs(test_both_sides)
@points(3)
@hints(
    "After a merge the results belong to neither side: they are made from the merged parameters.",
    "A dvc.lock that was merged line by line can claim the other side's parameter for your model: "
    "`dvc repro` then sees nothing to do.",
    "`git checkout <your commit before the merge> -- dvc.lock`, then `dvc repro` and `git commit`",
)
def test_reproduced(workshop):
    """The merged parameters have been run: dvc.lock and the results are theirs, and committed."""
    for name in workshop.stages():
        require_fresh(workshop, name)
    require_committed(workshop, "params.yaml", "dvc.yaml", "dvc.lock")
    problems = {rev: lie(workshop, rev, j.sides) for j in good_joins(workshop) for rev in j.held}
    if all(problems.values()):
        rev, problem = next(iter(problems.items()))
        raise NotYet(
            "results that were made from the parameters of both sides",
            problem,
            f"dvc.lock at {rev[:7]}",
            "`dvc repro --force`, `git add dvc.lock dvclive reports`, then `git commit`",
        )


def lie(workshop, rev, sides):
    """Say what a revision's dvc.lock claims against its parameters, itself or both sides; or None."""
    try:
        stages, lock = workshop.stages(rev), workshop.lock(rev)
    except NotYet as error:
        return error.found
    made = {path: md5 for locked in lock.values() for path, md5 in hashes(locked.outs).items()}
    for name in stages:
        if name not in lock:
            return f"no record of the stage {name}"
        if not belongs(workshop, lock[name], rev):
            return f"a record of the stage {name} with other values than those of params.yaml"
        if any(made.get(path, md5) != md5 for path, md5 in hashes(lock[name].deps).items()):
            return f"a record of the stage {name} with other data than an earlier stage made"
    for side, name in ((side, name) for side in sides for name in FOLLOWING):
        now, then = lock.get(name), records(workshop, side).get(name)
        if now and then and inputs(now, made) != inputs(then, made):
            if hashes(now.outs) == hashes(then.outs):
                why = "though its parameters or its data are others"
                return f"the stage {name} still has the results of {side[:7]}, {why}"
    return None


def records(workshop, rev):
    """Return what a revision's dvc.lock records; {} where it cannot be read."""
    try:
        return workshop.lock(rev)
    except NotYet:
        return {}


def inputs(locked, made):
    """Return a stage's recorded parameters and the hashes of what it takes from other stages."""
    return locked.params, {p: md5 for p, md5 in hashes(locked.deps).items() if p in made}


def hashes(entries):
    """Return {path: md5} of recorded entries."""
    return {path: entry.md5 for path, entry in entries.items()}


@needs(test_both_sides, test_data_pushed)
@points(2)
@hints(
    "A second machine has only the addresses: `git clone` brings the texts, and DVC the data.",
    "The clone lies in lab/, its last commit came with `git clone` or `git pull`, and it ran no stage.",
    CLONE.format("laptop"),
)
def test_clone(workshop):
    """A clone in lab/ has every file of its commit's data, and has run no stage for it."""
    base = good_joins(workshop)[0].base
    problems = [clone_problem(workshop, folder, base) for folder in clones(workshop)]
    if not problems:
        raise NotYet("a clone in lab/", "none", "lab/", CLONE.format("laptop"))
    if all(problems):
        raise min(problems, key=lambda error: error.rank)


def clones(workshop):
    """Return the folders in lab/ that are repositories with a working tree."""
    return [git.parent for git in sorted((workshop.root / "lab").glob("*/.git")) if git.is_dir()]


def clone_problem(workshop, folder, base):
    """Return the NotYet of a clone that does not do, with a lower rank the better it is; or None."""
    where, other = f"lab/{folder.name}", CLONE.format("another")
    try:
        clone = Workshop(folder)
        if not (has(clone, base, "HEAD") or has(workshop, base, clone.git("rev-parse", "HEAD"))):
            found = f"a repository without the commit {base[:7]}"
            return ranked(4, "a clone of the team's work", found, where, other)
        if clone.git("rev-parse", "HEAD") in own_commits(clone):
            found = "one whose last commit was made there"
            return ranked(3, "a clone whose last commit was pulled", found, where, other)
        for found in reruns(clone):
            return ranked(2, "a clone that pulled its data and ran nothing", found, where, other)
        for entry in clone.outputs("HEAD"):
            if (now := clone.hash(entry.path)) != entry.md5:
                found = f"{entry.path}, {'not as its commit says' if now else 'missing'}"
                pull = f"`dvc --cd {where} pull --force`"
                return ranked(1, "every file of its commit's data", found, where, pull)
            for label, _, problem in cached(clone.cache, entry):
                if problem:
                    expected = "data that was pulled, so that its cache has it too"
                    pull = f"`dvc --cd {where} pull`"
                    return ranked(1, expected, f"{label}, {problem} in the cache", where, pull)
    except (NotYet, Trouble) as error:
        return ranked(5, error.expected, error.found, f"{where}, {error.where}", other)
    return None


def has(view, base, rev):
    """Say whether a repository knows a commit and what it builds on; a shallow clone knows no more than the former."""
    return bool(rev) and view.git("merge-base", "--is-ancestor", base, rev) is not None


def reruns(view):
    """Yield in words what was run here after the last commit of dvc.lock and gave what it holds.

    DVC notes each run in its cache, but not what it pulls; only `--run-cache` sends the notes.
    """
    committed = int(view.git("log", "-1", "--format=%ct", "HEAD", "--", "dvc.lock") or 0)
    remote = view.default_remote()
    sent = view.objects(remote.url + "/") if remote else {}
    for note in sorted(view.cache.glob("runs/*/*/" + "?" * 64)):
        when = note.stat().st_mtime
        if when > committed + 1 and note.relative_to(view.cache).as_posix() not in sent:
            made = parse_yaml(note.read_text(encoding="utf-8"), note.name).get("outs")
            for name, locked in view.lock("HEAD").items():
                if hashes(locked.outs) == hashes(parse_entries(made)):
                    time = f"{datetime.fromtimestamp(when):%H:%M:%S}"
                    yield f"a run of the stage {name} at {time}, after its results were committed"


@needs(test_reproduced)
@points(2)
@hints(
    "The cache holds one file for each object, named by its hash; the remote has the same ones.",
    "Move the whole cache away, then let DVC bring back what the last commit names. To run the "
    "stages again is no way back: not every result can be made twice.",
    "`dvc pull`, after the cache was moved away as in step 5 of the text",
)
def test_cache_restored(workshop):
    """You have lost the cache and got every file of the last commit back from the remote."""
    inside = workshop.cache.is_relative_to(workshop.root)
    where = workshop.cache.relative_to(workshop.root).as_posix() if inside else workshop.cache
    files = [item for entry in workshop.outputs("HEAD") for item in cached(workshop.cache, entry)]
    for label, file, problem in files:
        remove = f"remove {file.parent.name}/{file.name} from it, then `dvc pull`"
        require(
            not problem,
            expected="every file of the last commit in the cache, byte for byte",
            found=f"{label} {problem}",
            where=where,
            next="`dvc pull`" if problem == "missing" else remove,
        )
    expected = "a cache that was lost and came back from the remote"
    for found in reruns(workshop):
        raise NotYet(expected, found, f"{where}/runs", LOSE)
    bases = {join.base for join in good_joins(workshop)}
    parted = min(int(workshop.git("log", "-1", "--format=%ct", base)) for base in bases)
    for label in (label for label, file, _ in files if file.stat().st_mtime < parted):
        raise NotYet(expected, f"{label}, there since before the colleague's clone", where, LOSE)


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
