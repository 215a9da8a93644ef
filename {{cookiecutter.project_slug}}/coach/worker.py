"""Grade in a child process: fresh modules each time, and nothing that a check does can take `coach watch` down.

The next child is started ahead, and waits with its libraries loaded for the name of an exercise on its standard
input. So a check begins at once; waiting, the child uses no time of the processor, and it ends when its parent does.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict

APART = (
    {"start_new_session": True} if os.name == "posix" else {"creationflags": 0x00000200}
)  # Ctrl-C is for the parent alone


class Worker:
    """The parent's side of one child, which grades once."""

    def __init__(self, root):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        command = [sys.executable, "-m", "coach.worker"]
        self.child = subprocess.Popen(command, cwd=root, **pipes, **APART)

    def grade(self, folder):
        """Return (Graded or None, what went wrong or ""); this waits for the child."""
        from coach.checks.grading import Graded
        from coach.checks.plugin import Result

        said, _ = self.child.communicate(json.dumps(str(folder)).encode())
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
    """Wait for a folder's name, grade it, and write what came of it."""
    # As after Ctrl-C, so that on the way out a learner's function that still runs is ended too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    import coach.checks.common
    import coach.checks.workshop  # noqa: F401  what every check needs

    answer = os.dup(1)  # whatever a check prints goes elsewhere
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if asked := sys.stdin.readline():
        with open(answer, "w", encoding="utf-8") as stream:
            json.dump(graded(json.loads(asked)), stream)


def graded(folder):
    """Return an exercise's result as plain data, or what kept the coach from grading it."""
    import importlib
    from pathlib import Path

    from coach.checks.grading import grade
    from coach.environment import find_root, load_env

    importlib.invalidate_caches()  # something may have been installed since this process began
    root = find_root()
    load_env(root)
    try:
        return asdict(grade(root, [Path(folder)])[0])
    except Exception as error:
        return {"fault": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    main()
