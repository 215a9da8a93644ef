"""Checks of exercise 08: data versions without a pipeline; `dvc add`, Git and the remote together."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from coach import NotYet, hints, needs, points, require
from coach.checks.common import (
    next_for_missing,
    require_committed,
    require_not_in_git,
    require_remote,
)
from coach.checks.dvcfiles import Entry, parse_entries

ANSWERS = "answers/versions.yaml"
ANSWER = f"write the answer into {ANSWERS}, then `coach check`"


@dataclass(frozen=True)
class Version:
    """A version of the data: the newest commit that names it, and what the `.dvc` file says there."""

    commit: str
    entry: Entry


@hints(
    "A version of data is a commit of its `.dvc` file. `git log --oneline -- data/mine.dvc` lists them.",
    "Change the images between the two commits: `dvc add` writes another hash only for other files.",
    "Steps 1 and 2 of the text; each ends with `git commit` of the `.dvc` file.",
)
@points(2)
def test_two_versions(workshop):
    """Two commits of a .dvc file hold two versions of your own images."""
    history = {file: versions(workshop, file) for file in dvc_files(workshop)}
    waiting = [
        name for name in workshop.changed("*.dvc", ":!exercises", ":!coach") if name[-4:] == ".dvc"
    ]
    found = [f"{file} with one version" for file, known in history.items() if known]
    found += [f"{name} with changes that are not committed" for name in waiting]
    if waiting:
        next = f"`git add {waiting[0]}`, then `git commit`"
    elif history:
        next = "change the images, then `dvc add` and `git commit` once more"
    else:
        next = "`dvc add data/mine`, then `git add data/mine.dvc data/.gitignore` and `git commit`"
    require(
        any(len(known) > 1 for known in history.values()),
        expected="a .dvc file with two different versions (two md5) in two commits",
        found="; ".join(found) or "no .dvc file in any commit",
        where='`git log -p -- "*.dvc"`',
        next=next,
    )


@needs(test_two_versions)
@points(3)
@hints(
    "A commit holds the hashes only. Where is the data of the older version, if your disk breaks?",
    "`dvc push` sends what the files in front of you name; older commits have to be asked for.",
    "`dvc push --all-commits`",
)
def test_restorable(workshop):
    """Two versions, that of HEAD among them, can be had back from the remote."""
    url, push = require_remote(workshop).url, "dvc push --all-commits"
    for file in own_files(workshop):
        missing = {
            version: workshop.missing_objects(version.commit, (version.entry,))
            for version in versions(workshop, file).values()
        }
        bad = [version for version, objects in missing.items() if objects]
        if not enough(workshop, file, bad):
            name, problem = missing[bad[0]][0]
            require(
                False,
                expected=f"{bad[0].entry.path} as in commit {named(workshop, bad[0])} in the remote, whole",
                found=f"{problem}: {name}",
                where=url,
                next=next_for_missing(missing[bad[0]], f"{push} {file}", afterwards=push),
            )


@needs(test_two_versions)
@points(2)
@hints(
    "Git brings the `.dvc` file back, and only that. Who brings the images?",
    "`dvc data status` and `dvc status` compare the folder with the `.dvc` file; `git status` compares that with the commit.",
    "`git restore data/mine.dvc`, then `dvc checkout data/mine.dvc` (or commit the version that you want)",
)
def test_workspace(workshop):
    """Your folder holds the version that the commit you are on names."""
    files = [file for file in own_files(workshop) if entry_of(workshop, file, "HEAD")]
    require(
        files,
        expected="the .dvc file of your images in the commit that you are on",
        found=f"{own_files(workshop)[0]} only in commits of other branches, or removed since",
        where="`git log --oneline --all -- " + own_files(workshop)[0] + "`",
        next="`git merge` the branch that has it, or `git switch` to it, then `dvc checkout`",
    )
    for file in files:
        entry = entry_of(workshop, file, "HEAD")
        now, text = workshop.hash(entry.path), workshop.changed(file)
        require(
            now == entry.md5 and not text,
            expected=f"the version of the last commit in {entry.path} (md5 {entry.md5}), and {file} as committed",
            found=in_front(workshop, file, now) + (f", and {file} with changes" if text else ""),
            where=entry.path,
            next=next_in_front(workshop, file, now, text),
        )


def in_front(workshop, file, md5):
    """Say which version lies in the folder."""
    if md5 is None:
        return "nothing there"
    version = versions(workshop, file).get(md5)
    return (
        f"the version of commit {named(workshop, version)}"
        if version
        else f"files of no commit (md5 {md5})"
    )


def next_in_front(workshop, file, md5, text):
    """Return the command that brings folder and commit together; what no commit holds could be lost."""
    if md5 is not None and md5 not in versions(workshop, file):
        folder = entry_of(workshop, file, "HEAD").path
        return f"`dvc add {folder}` and `git commit {file}` to keep it, or `git checkout HEAD -- {file}` and `dvc checkout --force {file}`"
    return (
        f"`git checkout HEAD -- {file}`, then `dvc checkout {file}`"
        if text
        else f"`dvc checkout {file}`"
    )


@needs(test_two_versions)
@hints(
    "Git keeps every version of every file for ever, in every clone: the reason why images are left to DVC.",
    "`git ls-files data` lists what Git holds below data; only `.dvc` files and `.gitignore` belong there.",
    '`git rm -r --cached data/mine`, then `git commit -m "Leave the images to DVC"`',
)
def test_not_in_git(workshop):
    """Git holds the .dvc file and none of the images."""
    for file in own_files(workshop):
        require_not_in_git(workshop, next(iter(versions(workshop, file).values())).entry.path)


@hints(
    "The `.dir` object is a small text. Open it and read.",
    "Its name is the md5 itself, after the first two letters: .dvc/cache/files/md5/ca/61794….dir",
    f"Write one of the three words behind `folder_md5:` in {ANSWERS}.",
)
def test_what_the_md5_of_a_folder_is(workshop):
    """You know what the md5 of a folder is the hash of."""
    given = answer(workshop, "folder_md5")
    words = [word for word in given if word in ("archive", "listing", "folder")]
    require(
        words[:1] == ["listing"],
        expected="the one of archive, listing and folder that the object in DVC's cache shows",
        found=" ".join(given),
        where=f"{ANSWERS}, folder_md5",
        next=f"open {listing_file(workshop)} in your editor and look what it is; {ANSWER}",
    )


@hints(
    "Try it: the answer is what `git diff data/mine.dvc` shows after a renaming.",
    "The images stay the same, and there are as many of them; what does the listing hold besides their hashes?",
    f"Write a list behind `rename_changes:` in {ANSWERS}, such as `[md5, size]`; this one is wrong.",
)
def test_what_a_renaming_changes(workshop):
    """You know what changes in the .dvc file when an image is renamed."""
    given = answer(workshop, "rename_changes")
    require(
        set(given) & {"md5", "size", "nfiles", "path"} == {"md5"},
        expected="the keys that `git diff` shows after a renaming, no more and no fewer",
        found=", ".join(given),
        where=f"{ANSWERS}, rename_changes",
        next=f"rename an image in your folder, `dvc add data/mine` and look at `git diff data/mine.dvc`; {ANSWER}",
    )


@hints(
    "An object is named by the hash of its bytes. Which hash has the copy?",
    "`dvc push` sends what the remote does not have yet, and counts the new listing of the folder too.",
    f"Write the number of images, without the listing, behind `copy_sends:` in {ANSWERS}.",
)
def test_what_a_copy_sends(workshop):
    """You know how many images a push sends when an image was copied."""
    given = answer(workshop, "copy_sends")
    counted = " (one file is sent, but is it an image?)" if given[0] in ("1", "one") else ""
    require(
        given[0] in ("0", "zero", "none"),
        expected="the number of images in the remote that were not there before",
        found=" ".join(given) + counted,
        where=f"{ANSWERS}, copy_sends",
        next="copy an image in your folder, then `dvc add data/mine` and `dvc push`: which of the files has a new hash? "
        + ANSWER,
    )


@needs(test_what_the_md5_of_a_folder_is, test_what_a_renaming_changes, test_what_a_copy_sends)
@hints(
    "Who clones the repository sees what is committed, and nothing else.",
    "`git status` lists the file with your answers for as long as a commit lacks them.",
    f"`git add {ANSWERS}`, then `git commit`",
)
def test_answers_committed(workshop):
    """Your answers are committed."""
    require_committed(workshop, ANSWERS)


def dvc_files(workshop):
    """Return the .dvc files that a commit on any branch holds."""
    listed = (
        workshop.git("log", "--branches", "HEAD", "-m", "--format=", "--name-only", "--", "*.dvc")
        or ""
    )
    return sorted({name for name in listed.splitlines() if name.endswith(".dvc")})


def versions(workshop, file):
    """Return {md5: Version} of what `dvc add` wrote to a .dvc file, newest first."""
    found = {}
    for commit in workshop.commits(file):
        entry = entry_of(workshop, file, commit)
        if entry:
            found.setdefault(entry.md5, Version(commit, entry))
    return found


def entry_of(workshop, file, rev):
    """Return the output that a .dvc file names, its path seen from the root; None where it names none of its own."""
    try:
        data = workshop.yaml(file, rev)
        entry = next(iter(parse_entries(data.get("outs")).values()), None)
    except (NotYet, AttributeError, KeyError, TypeError):
        return None  # a commit with a broken file is no version
    if entry is None or not entry.md5 or data.get("deps"):  # `dvc import` writes deps
        return None
    path = (PurePosixPath(file).parent / entry.path).as_posix()
    return Entry(path, entry.md5, entry.size, entry.nfiles)


def own_files(workshop):
    """Return the .dvc files with two versions: those that HEAD holds, or all where it holds none."""
    files = [file for file in dvc_files(workshop) if len(versions(workshop, file)) > 1]
    return [file for file in files if entry_of(workshop, file, "HEAD")] or files


def enough(workshop, file, bad):
    """Say whether two versions are left without the bad ones, that of HEAD among them."""
    held = entry_of(workshop, file, "HEAD")
    lost = {version.entry.md5 for version in bad}
    return len(versions(workshop, file)) - len(lost) > 1 and not (held and held.md5 in lost)


def named(workshop, version):
    """Return a version's commit as a person knows it."""
    return workshop.git("log", "-1", "--format=%h (%s)", version.commit)


def answer(workshop, key):
    """Return the words of an answer, lower case; a NotYet where there is none."""
    value = workshop.yaml(ANSWERS).get(key)
    words = re.findall(r"[a-z0-9]+", str(value).lower()) if value not in (None, "") else []
    require(
        words,
        expected=f"an answer behind `{key}:`",
        found="no answer yet",
        where=ANSWERS,
        next=f"read the question there; step 5 of the text shows how to find out; {ANSWER}",
    )
    return words


def listing_file(workshop):
    """Return where DVC's cache keeps a listing: that of the learner's folder, or in general."""
    for file in dvc_files(workshop):
        entry = entry_of(workshop, file, "HEAD")
        if entry and entry.md5.endswith(".dir"):
            return f".dvc/cache/files/md5/{entry.md5[:2]}/{entry.md5[2:]}"
    return "an object of .dvc/cache/files/md5 whose name ends in .dir"
