"""Which board this workshop has joined: `.coach/board.json`. Without it nothing is written and nothing is sent."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from coach import environment
from coach.joined.agreed import plain


@dataclass(frozen=True)
class Membership:
    """The board's address, the code of the class, and what the board calls and knows this learner by."""

    url: str
    code: str
    name: str
    token: str

    def is_same_class(self, code):
        """Say whether a code is that of this class, however it is typed."""
        return plain(self.code) == plain(code)


def file_of(root) -> Path:
    """Return where the membership is kept."""
    return Path(root) / ".coach" / "board.json"


def load(root) -> Membership | None:
    """Return the membership; None without one, or where the file is damaged."""
    try:
        known = json.loads(file_of(root).read_text(encoding="utf-8"))
        found = Membership(**known)
    except (OSError, ValueError, TypeError):
        return None
    return found if all(isinstance(each, str) for each in known.values()) else None


def save(root, member):
    """Keep a membership, readable by this user alone."""
    file_of(root).parent.mkdir(exist_ok=True)
    environment.write(file_of(root), json.dumps(asdict(member), indent=1) + "\n")


def forget(root):
    """Let this workshop belong to no class."""
    file_of(root).unlink(missing_ok=True)
