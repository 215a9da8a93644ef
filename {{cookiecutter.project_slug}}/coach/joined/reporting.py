"""Let verdicts wait for the board and start the sender, in a moment: no network, nothing that could fail a check."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from coach.checks.vocabulary import NOT_STARTED, PASSED
from coach.joined import membership, spool
from coach.joined.agreed import MOST_CHECKS

# Out of reach of Ctrl-C and of a terminal that closes; on Windows without a window.
APART = {"start_new_session": True} if os.name == "posix" else {"creationflags": 0x08000200}


def report(root, graded) -> str:
    """Report verdicts to the board that was joined; return what the learner should know, mostly nothing.

    Without a board nothing is done. Whatever goes wrong here, the verdict counts and the check goes on.
    """
    if membership.load(root) is None:
        return ""
    try:
        return put(root, [event_of(one) for one in in_order(graded)])
    except (OSError, ValueError):
        return ""


def put(root, events) -> str:
    """Let events wait for the sender, and start one."""
    lost = spool.put(root, events) if events else 0
    if events:
        start(root)
    if not lost:
        return ""
    return (
        f"The board has been away for long: {spool.MOST} reports wait for it, and the oldest are given up."
        " `coach leave` ends the reporting."
    )


def in_order(graded):
    """Return what is worth a report: the first exercise that has not passed comes last, as that is where one is."""
    begun = [one for one in graded if one.verdict != NOT_STARTED]
    late = [one for one in begun if one.verdict != PASSED]
    return [one for one in begun if one not in late[:1]] + late[:1]


def event_of(one):
    """Return all that is told of an exercise: its name, its checks, the verdicts, and the time."""
    checks = [{"check": each.check, "verdict": each.verdict} for each in one.checks[:MOST_CHECKS]]
    about = {"exercise": one.exercise, "verdict": one.verdict, "checks": checks}
    return {"kind": "report", "time": time.time(), **about}


def start(root):
    """Start a sender, which goes on by itself; where one is at work already, the new one ends at once."""
    quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    command = [sys.executable, "-m", "coach", "deliver"]
    subprocess.Popen(command, cwd=root, **quiet, **APART)
