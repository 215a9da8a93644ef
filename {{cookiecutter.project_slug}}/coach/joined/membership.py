"""Which board this workshop has joined: `.coach/board.json`. Without it nothing is written and nothing is sent.

Whoever leaves is known to the board by the same token when they join the same class again, and has their row back.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from coach import environment
from coach.joined.agreed import plain


@dataclass(frozen=True)
class Membership:
    """The board's address, the code of the class, what the board calls and knows this learner by, and if they left."""

    url: str
    code: str
    name: str
    token: str
    has_left: bool = False

    def is_same_class(self, code):
        """Say whether a code is that of this class, however it is typed."""
        return plain(self.code) == plain(code)


def file_of(root) -> Path:
    """Return where the membership is kept."""
    return Path(root) / ".coach" / "board.json"


def load(root) -> Membership | None:
    """Return the membership; None without one, after leaving, or where the file is damaged."""
    found = last(root)
    return None if found is None or found.has_left else found


def last(root) -> Membership | None:
    """Return the last membership, of a class that was left perhaps."""
    try:
        known = json.loads(file_of(root).read_text(encoding="utf-8"))
        found = Membership(**known)
    except (OSError, ValueError, TypeError):
        return None
    texts = (found.url, found.code, found.name, found.token)
    return found if all(isinstance(each, str) for each in texts) else None


def save(root, member):
    """Keep a membership, readable by this user alone."""
    file_of(root).parent.mkdir(exist_ok=True)
    environment.write(file_of(root), json.dumps(asdict(member), indent=1) + "\n")


def leave(root):
    """Let this workshop belong to no class any more."""
    if member := load(root):
        save(root, replace(member, has_left=True))
