"""Where the template is: as it was named, as the workshop remembers it, or as a class's repository hands it on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from coach.environment import Trouble
from coach.updating.git import GitFailed, commit_of, git

# As cookiecutter abbreviates addresses.
SHORT = {
    "gh": "https://github.com/{}.git",
    "gl": "https://gitlab.com/{}.git",
    "bb": "https://bitbucket.org/{}",
}


@dataclass(frozen=True)
class Source:
    """How to reach a template from anywhere on this machine, and which version of it (nothing: its newest)."""

    named: str
    checkout: str = ""

    @property
    def shown(self):
        """Return it in words, without a password that stands in an address."""
        version = f" at {self.checkout}" if self.checkout else ""
        return re.sub(r"//[^/@]*@", "//", self.named) + version


@dataclass(frozen=True)
class Template:
    """A template's files on this machine; its commit and when that was made, where both are known."""

    folder: Path
    commit: str = ""
    when: str = ""

    @property
    def shown(self):
        return f"commit {self.commit[:7]}" if self.commit else "files in no commit"


def kept(root) -> Source | None:
    """Return where this workshop's template is; a clone of a workshop does not know it."""
    named, checkout = (config(root, name) for name in ("template", "checkout"))
    return Source(named, checkout) if named else None


def config(root, name) -> str:
    return git(root, "config", "--get", f"coach.{name}", check=False) or ""


def keep(root, source):
    """Remember where the template is, in .git/config: it leaves neither this machine nor changes a commit."""
    if source == kept(root):
        return
    for name, value in {"template": source.named, "checkout": source.checkout}.items():
        if value:
            git(root, "config", f"coach.{name}", value)
        else:
            git(root, "config", "--unset", f"coach.{name}", check=False)


def named(text, checkout) -> Source:
    """Return the source that a person names: a folder, or an address."""
    folder = Path(text).expanduser()
    if any((folder / name).exists() for name in ("cookiecutter.json", ".git", "HEAD")):
        return Source(str(folder.resolve()), checkout)
    if text.lower().endswith(".zip") or not re.match(r"[\w+.-]{2,}:|\w+@", text):
        raise Trouble(
            found=f"{text!r}, which is neither a template's folder nor an address",
            expected="the template's folder, or the address of its Git repository",
            where=Path.cwd(),
            next="`coach update gh:OWNER/NAME`, or `coach update FOLDER`",
        )
    return Source(text, checkout)


def address(text) -> str:
    """Return an address as Git knows it."""
    start, colon, rest = text.partition(":")
    return SHORT[start].format(rest) if colon and start in SHORT else text.removeprefix("git+")


def opened(source, below) -> Template:
    """Return the template's files: those of a folder as they lie there, or else a clone below a folder."""
    folder = Path(source.named)
    if not source.checkout and (folder / "cookiecutter.json").is_file():
        return at(folder)
    folder = Path(below) / "template"
    try:
        git(below, "clone", "--quiet", "--", address(source.named), folder)
    except GitFailed as failure:
        raise not_reached(source, failure.found) from None
    if source.checkout:
        check_out(source, folder)
    return at(folder)


def at(folder) -> Template:
    """Return the template in a folder, with its version."""
    return Template(folder, *version_of(folder))


def check_out(source, folder):
    """Bring a clone to the version that was named."""
    for name in (f"origin/{source.checkout}", source.checkout):
        if commit := commit_of(folder, name):
            git(folder, "checkout", "--quiet", "--detach", commit)
            return
    raise Trouble(
        found=f"no branch, tag or commit {source.checkout!r}; nothing was changed",
        expected="a version of the template",
        where=Source(source.named).shown,
        next="`coach update --checkout REV` with one that is there; `git ls-remote` with the address lists them",
    )


def version_of(folder) -> tuple[str, str]:
    """Return (commit, time) of a template whose files are all committed; else nothing."""
    top = git(folder, "rev-parse", "--show-toplevel", check=False)
    if not top or Path(top).resolve() != Path(folder).resolve():
        return "", ""
    if git(folder, "status", "--porcelain", "--untracked-files=no", check=False) != "":
        return "", ""
    found = git(folder, "log", "-1", "--format=%H %ct", check=False) or " "
    return tuple(found.split(" "))


def not_reached(source, said) -> Trouble:
    """Return the Trouble of an address that does not answer."""
    return Trouble(
        found=f"{said}; nothing was changed",
        expected="the template's Git repository",
        where=source.shown,
        next="look whether the address is right and the network is there, then `coach update` again;"
        " without a network name a folder: `coach update FOLDER`",
    )
