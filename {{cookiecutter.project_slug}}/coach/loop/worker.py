"""Grade in a child process: fresh modules each time, and nothing that a check does can take `coach watch` down."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict

# Ctrl-C is for the parent alone.
APART = {"start_new_session": True} if os.name == "posix" else {"creationflags": 0x00000200}


class Worker:
    """The parent's side of one child, which grades one exercise and ends."""

    def __init__(self, root, folder):
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
        command = [sys.executable, "-m", "coach", "worker", str(folder)]
        self.child = subprocess.Popen(
            command, cwd=root, stderr=subprocess.DEVNULL, **pipes, **APART
        )

    def result(self):
        """Return (Graded or None, what went wrong or ""); this waits for the child."""
        from coach.checks.grading import Graded
        from coach.checks.plugin import Result

        said, _ = self.child.communicate()
        try:
            answer = json.loads(said)
        except ValueError:
            return None, f"the check ended with exit code {self.child.returncode}"
        if "fault" in answer:
            return None, answer["fault"]
        checks = [Result(**check) for check in answer["checks"]]
        return Graded(answer["exercise"], checks, answer["verdict"]), ""

    def end(self):
        """End the child, and with it what it has started."""
        self.child.terminate()
        self.child.wait()


def main():
    """Grade the exercise in the folder that the last argument names, and write what came of it to standard output."""
    # As after Ctrl-C, so that on the way out a learner's function that still runs is ended too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    answer = os.dup(1)  # whatever a check prints goes elsewhere
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with open(answer, "w", encoding="utf-8") as stream:
        json.dump(graded(sys.argv[-1]), stream)


def graded(folder):
    """Return an exercise's result as plain data, or what kept the coach from grading it."""
    from pathlib import Path

    from coach.checks.grading import grade
    from coach.environment import find_root, load_env

    try:
        root = find_root()
        load_env(root)
        return asdict(grade(root, [Path(folder)])[0])
    except Exception as error:
        return {"fault": f"{type(error).__name__}: {error}"}
