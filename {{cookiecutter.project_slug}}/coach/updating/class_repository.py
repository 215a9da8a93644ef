"""A new version of the template from the repository that a workshop was cloned from: the instructor has put it there."""

from __future__ import annotations

from coach import show
from coach.environment import Trouble
from coach.updating import template
from coach.updating.git import GitFailed, git, lines, refs
from coach.updating.versions import Version, is_ours


def newest(root) -> Version:
    """Return the newest version that a remote repository has, the one of a class most of the time."""
    fetched, silent = [], None
    for remote in lines(root, "remote"):
        try:
            if fetch(root, remote):
                fetched.append(remote)
        except GitFailed as failure:
            silent = template.not_reached(template.Source(remote), failure.found)
    found = handed_on(root, fetched)
    if found is None:
        raise silent or unknown(root)
    show.line(f"From the repository {', '.join(fetched)}, which hands on the template's changes.")
    return found


def fetch(root, remote) -> bool:
    """Fetch what a remote repository hands on of the template; say whether it does."""
    if not git(root, "ls-remote", "--heads", remote, "refs/heads/template"):
        return False
    wanted = (
        f"+refs/heads/{name}:refs/remotes/{remote}/{name}" for name in ("template", "solution/*")
    )
    git(root, "fetch", "--quiet", "--no-tags", "--prune", remote, *wanted)
    return True


def unknown(root) -> Trouble:
    """Return the Trouble of a workshop that nobody told where its template is."""
    return Trouble(
        found="neither a remembered template, nor a remote repository with a branch `template`",
        expected="to know where the new version comes from",
        where=root,
        next="`coach update gh:OWNER/NAME`, or `coach update FOLDER` with the template's folder",
    )


def handed_on(root, fetched) -> Version | None:
    """Return the version that a remote repository hands on (its `template` and its solutions), or None."""
    for name, commit in refs(root, "refs/remotes/*/template").items():
        remote = name.split("/")[2]
        if remote in fetched and is_ours(root, commit):
            found = refs(root, f"refs/remotes/{remote}/solution/*")
            return Version(commit, {n.rpartition("/")[2]: c for n, c in found.items()})
    return None
