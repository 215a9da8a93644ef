"""A new version of the template from the repository that a workshop was cloned from: the instructor has put it there."""

from __future__ import annotations

from coach import show
from coach.environment import Trouble
from coach.updating import template
from coach.updating.git import GitFailed, commit_of, git, holds, lines, refs
from coach.updating.versions import Version, is_ours


def newest(root) -> Version:
    """Return the newest version that a remote repository has, the one of a class most of the time."""
    found, silent = {}, {}
    for remote in lines(root, "remote"):
        try:
            found[remote] = fetch(root, remote)
        except GitFailed as failure:
            silent[remote] = failure.found
    handed_on = {remote: commit for remote, commit in found.items() if commit}
    if not handed_on:
        raise unknown(root, silent)
    for remote, said in silent.items():
        show.line(f"No answer from {remote}, which is left out. {said.splitlines()[0]}")
    remote = furthest(root, handed_on)
    show.line(f"From the repository {remote}, which hands on the template's changes.")
    return version(root, remote, handed_on[remote])


def fetch(root, remote) -> str:
    """Fetch what a remote repository hands on of the template; return its version's commit, or nothing."""
    if not git(root, "ls-remote", "--heads", remote, "refs/heads/template"):
        return ""
    wanted = (
        f"+refs/heads/{name}:refs/remotes/{remote}/{name}" for name in ("template", "solution/*")
    )
    git(root, "fetch", "--quiet", "--no-tags", "--prune", remote, *wanted)
    commit = commit_of(root, f"refs/remotes/{remote}/template")
    return commit if is_ours(root, commit) else ""


def furthest(root, handed_on) -> str:
    """Return whose version goes back to the most of the others; of those that parted, the one of a later template."""

    def place(remote):
        mine = handed_on[remote]
        before = sum(holds(root, mine, other) for other in handed_on.values())
        return before, int(git(root, "log", "-1", "--format=%ct", mine))

    return max(handed_on, key=place)


def version(root, remote, commit) -> Version:
    """Return the version that a remote repository hands on, with its solutions."""
    solutions = refs(root, f"refs/remotes/{remote}/solution/*")
    return Version(commit, {name.rpartition("/")[2]: one for name, one in solutions.items()})


def unknown(root, silent) -> Trouble:
    """Return the Trouble of a workshop that nobody told where its template is, or of repositories that are silent."""
    for remote, said in silent.items():
        return template.not_reached(template.Source(remote), said)
    return Trouble(
        found="neither a remembered template, nor a remote repository with a branch `template`",
        expected="to know where the new version comes from",
        where=root,
        next="`coach update gh:OWNER/NAME`, or `coach update FOLDER` with the template's folder",
    )
