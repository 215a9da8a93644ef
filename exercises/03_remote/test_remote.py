"""Checks of exercise 03: the data is in the team's bucket, the bucket's address in Git, and no secret is."""

import re
from fnmatch import fnmatch

from coach import hints, needs, points, require
from coach.checks.common import next_for_default, require_pushed, require_remote

RAW, CONFIG = "data/raw", ".dvc/config"
SECRET_FILES = (
    ".env",
    "config.local",
    "*-key.json",
    "application_default_credentials.json",
    "*.p12",
    "id_rsa",
    "id_ed25519",
)
SECRET_TEXT = "|".join(
    [
        "-----BEGIN [A-Z ]*PRIVATE KEY",
        '"type": *"(service_account|authorized_user)"',
        '"(private_key|client_secret|refresh_token)": *"',
        "AKIA[0-9A-Z]{16}",
    ]
)
SECRET_SETTINGS = (
    "^[ \t]*(password|passphrase|token|access_key_id|secret_access_key|session_token|sas_token|connection_string|account_key"
    "|client_secret|oss_key_secret|sse_customer_key|gdrive_client_secret)[ \t]*=[ \t]*[^ \t]"
    "|://[^/@ ]*:[^/@ ]+@"
)


@hints(
    "`dvc remote list` shows the remotes that DVC knows; one of them has to be marked `(default)`.",
    "The address begins with that of your cache bucket, not of the raw bucket, and the setting has to be in .dvc/config: no `--local`, no `--global`.",
    "Step 1 of the text: `dvc remote add -d`, then a name, then the address (with `-f` it replaces a remote of that name).",
)
def test_default_remote(workshop):
    """Your cache bucket is the default remote."""
    remotes, default = workshop.remotes()
    require(
        remotes.get(default) or not default_of_this_machine(workshop),
        expected="a default remote in .dvc/config, which Git hands on to everybody",
        found="one in .dvc/config.local only, which stays on this machine",
        where=".dvc/config.local",
        next=f"{next_for_default(workshop)}, without `--local`",
    )
    require_remote(workshop)


def default_of_this_machine(workshop):
    """Return the name of the default remote in .dvc/config.local, or None."""
    from coach.checks.workshop import parse_config

    return parse_config(workshop.text(".dvc/config.local"), ".dvc/config.local")[1]


@needs(test_default_remote)
@hints(
    "A clone gets what Git holds. Does Git hold the address?",
    "`git status` shows what the last commit does not hold yet.",
    '`git add .dvc/config`, then `git commit -m "Keep the data in the cache bucket"`',
)
def test_address_committed(workshop):
    """The address is committed, so that a clone knows where to pull from."""
    now, held = workshop.default_remote(), workshop.default_remote("HEAD")
    require(
        held is not None and held.url == now.url,
        expected=f"the default remote {now.url} in the last commit",
        found=f"the default remote {held.url}" if held else "no default remote",
        where=".dvc/config in the last commit",
        next="`git add .dvc/config`, then `git commit`",
    )


@needs(test_default_remote)
@points(3)
@hints(
    "`git push` would not help: Git does not hold the data. DVC has a push of its own.",
    "`dvc status --cloud` says what the remote lacks; it looks for names, the coach looks at the bytes too.",
    "`dvc push`",
)
def test_everything_pushed(workshop):
    """Every file that the last commit's dvc.lock names is in the remote, byte for byte."""
    named = sorted({entry.path for entry in workshop.outputs("HEAD")})
    require(
        RAW in named,
        expected=f"{RAW} among the outputs",
        found=", ".join(named) or "no outputs",
        where="dvc.lock in the last commit",
        next="`dvc repro download`, `git add dvc.lock`, then `git commit`",
    )
    require_pushed(workshop)


@hints(
    "A key opens the bucket for everybody who has it, and Git hands it to everybody who clones.",
    "`git log --stat` shows which commit brought the file. To delete it in a later commit is not enough: the older one still has it.",
    "For the last commit: `git rm --cached <the file>`, then `git commit --amend`. The text says what to do for an older one.",
)
def test_no_secret(workshop):
    """No commit of any branch holds a key or a password."""
    found = [*secrets(workshop, "HEAD")]
    each = [
        f"{path}: {what}, {'in the last commit' if kept else 'still in an older commit'} (since {commit})"
        for path, what, commit, kept in found
    ]
    require(
        not found,
        expected="no secret in Git, neither now nor earlier",
        found="; ".join(each),
        where="`git log --stat` shows what each commit brought",
        next=next_for_secrets(workshop, found) if found else "",
    )
    for path, what, commit, _ in secrets(workshop, "--branches", "--not", "HEAD"):
        named = workshop.git("branch", "--contains", commit, "--format=%(refname:short)") or ""
        require(
            False,
            expected="no secret in Git, on no branch",
            found=f"{path}: {what}, in commit {commit}",
            where="the branches " + ", ".join(named.split()),
            next=f"`git branch -D {' '.join(named.split())}`, after you have taken from there what you need "
            "(`git cherry-pick`); if anything was pushed since, make the key invalid too",
        )


def next_for_secrets(workshop, found):
    """Return what takes all secrets out of what Git holds now, then out of each commit since the first of them."""
    files = " ".join(path for path, _, _, kept in found if kept and path != CONFIG)
    away = f"`git rm --cached {files}`, then " if files else ""
    in_config = any(kept and path == CONFIG for path, _, _, kept in found)
    out = f"take it out of {CONFIG} (`dvc remote modify --local` is for secrets), `git add {CONFIG}`, then "
    setting = out if in_config else ""
    since = {commit for _, _, commit, _ in found}
    order = (workshop.git("log", "--reverse", "--format=%h", "HEAD") or "").splitlines()
    first = min(since, key=order.index)
    anew = f"`git reset --soft {first}~1` and `git commit` (one commit in place of those since)"
    if since == set(order[-1:]):
        anew = "`git commit --amend`"
    return f"{away}{setting}{anew}; if anything was pushed since, make the key invalid too"


def secrets(workshop, *revisions):
    """Yield (path, what, first commit, is it in the last one) of each secret, by name or by text."""
    named = set()
    for path, commit in added(workshop, *revisions):
        if any(fnmatch(path.rsplit("/", 1)[-1], name) for name in SECRET_FILES):
            named.add(path)
            what = "a file that is for one machine only (settings or a key)"
            yield path, what, commit, path in workshop.tracked()
    for pattern, what, paths in (
        (SECRET_TEXT, "what looks like a key", ()),
        (SECRET_SETTINGS, "a password or a key among the settings", (CONFIG,)),
    ):
        for path, commit in added(workshop, *revisions, "-G" + pattern, "--", *paths):
            if path not in named:
                kept = re.search(pattern, workshop.text(path, "HEAD"), re.MULTILINE)
                yield path, what, commit, bool(kept)


def added(workshop, *arguments):
    """Return (path, commit) of what commits added first, or added matching text to."""
    shape = ("-m", "--reverse", "--no-renames", "--diff-filter=d", "--format=%x00%h", "--name-only")
    found = {}
    for part in (workshop.git("log", *shape, *arguments) or "").split("\0")[1:]:
        commit, *paths = part.split("\n")
        for path in filter(None, paths):
            found.setdefault(path, commit)
    return sorted(found.items())
