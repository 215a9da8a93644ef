"""What a regrade found, by commit and by the checks that it ran: a second report need not run them again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from coach import environment
from coach.classroom import rerun

FOLDER = ".coach/class/regraded"


def digest(ours):
    """Return a short name for the instructor's copy, {path: blob id}."""
    text = json.dumps(sorted(ours.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def file_of(here, commit, checks):
    return Path(here, FOLDER, f"{commit}-{checks}.json")


def load(here, commit, checks):
    """Return what was found for a commit, or None."""
    try:
        said = json.loads(file_of(here, commit, checks).read_text(encoding="utf-8"))
        exercises = rerun.exercises(said["exercises"])
        return {"exercises": exercises, "isolation": list(map(str, said["isolation"]))}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def save(here, commit, checks, found):
    """Keep what was found, whole or not at all."""
    file = file_of(here, commit, checks)
    file.parent.mkdir(parents=True, exist_ok=True)
    facts = {key: found[key] for key in ("exercises", "isolation")}
    environment.write(file, json.dumps(facts, indent=1))
