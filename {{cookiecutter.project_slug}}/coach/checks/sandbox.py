"""Run a grader's functions on the learner's code in child processes with a time limit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from coach.checks.vocabulary import NotYet

AHEAD = 3  # probes that run beside the checks: each may take 300 MB of memory
MEND = "mend that line, then `coach check`"


class Probe:
    """A grader's function at work on the learner's code, in a child process of its own; it begins at once.

    The learner's code may crash, hang, print or call `sys.exit`: each becomes a NotYet that says so.
    """

    def __init__(self, root, package, function):
        self.package, self.seconds = package, function.child_seconds
        self.folder = tempfile.TemporaryDirectory()
        self.answer = Path(self.folder.name) / "answer.json"
        file = sys.modules[function.__module__].__file__
        self.child = start([file, function.__name__, package, str(self.answer)], root)

    @cached_property
    def told(self):
        """What the function returned, as JSON, or a NotYet; who asks waits, until the time is up."""
        try:
            code = wait(self.child, self.seconds)
            said = json.loads(self.answer.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return NotYet(
                "code that runs to its end",
                how_it_ended(code, self.seconds),
                f"your code below {self.package}/",
                "look for a loop without end, or for an exit, then `coach check`",
            )
        finally:
            self.end()
        if "error" in said:
            return NotYet("code that runs", said["error"], said["where"], MEND)
        return said["value"]

    def end(self):
        """Leave nothing of the child running, and nothing of what it wrote."""
        if self.child:
            end(self.child)
            self.folder.cleanup()
        self.child = None


class Probes:
    """The probes of one run of the checks, each run once; a few are begun before a check asks for them."""

    def __init__(self, root, package):
        self.root, self.package = root, package
        self.begun, self.line = {}, []

    def line_up(self, functions):
        """Take note of what will be asked for, in this order, and begin with it."""
        self.line = list(functions)
        self.begin_ahead()

    def begin_ahead(self):
        """Begin the next in line, until enough have been begun for which no check has asked."""
        unasked = sum(probe.child is not None for probe in self.begun.values())
        for function in self.line[: AHEAD - unasked]:
            with suppress(OSError):  # the check that asks for it meets the same
                self.begin(function)

    def begin(self, function):
        """Return a function's probe, begun if it has not yet been."""
        if function in self.line:
            self.line.remove(function)
        if function not in self.begun:
            self.begun[function] = Probe(self.root, self.package, function)
        return self.begun[function]

    def value(self, function):
        """Return what a function says of the learner's code."""
        told = self.begin(function).told
        self.begin_ahead()
        if isinstance(told, NotYet):
            raise told
        return told

    def end(self):
        """End the probes for which no check has asked."""
        for probe in self.begun.values():
            probe.end()


def start(arguments, root):
    """Return a child process that runs this module in the folder `root`."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(root)}
    return subprocess.Popen(
        [sys.executable, "-m", "coach.checks.sandbox", *arguments],
        cwd=root,
        env=environment,
        stdin=subprocess.PIPE,  # open for as long as this process lives: see `end_with_parent`
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )


def wait(child, seconds):
    """Return a child's exit code, or None where it still runs after so many seconds."""
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def end(child):
    """End a child and, where the system can, all that it has started."""
    try:
        if os.name == "posix":
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    except OSError:
        pass
    child.stdin.close()
    child.wait()


def how_it_ended(code, seconds):
    """Say in words what a child without an answer did."""
    return (
        f"it still ran after {seconds} s and was stopped"
        if code is None
        else f"it ended itself with exit code {code}"
    )


def end_with_parent():
    """End this process when its parent does, however that ends: nobody else would stop a loop without end."""
    lifeline = os.dup(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # the learner's code has no input

    def follow():
        os.read(lifeline, 1)
        if os.name == "posix":
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def main(file, name, package, answer):
    """Call the named function of a file and write its value, or what went wrong, to `answer`."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("probe", file)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        said = {"value": getattr(module, name)(package)}
    except (Exception, SystemExit) as error:
        said = explain(error, Path(file))
    Path(answer).write_text(json.dumps(said), encoding="utf-8")


def explain(error, grader):
    """Say where in the learner's code an exception arose; one of the grader's own code goes on."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    own = [
        f
        for f in frames
        if Path(f.filename).is_relative_to(Path.cwd()) and Path(f.filename) != grader
    ]
    own = [
        f
        for f in own
        if "site-packages" not in f.filename and "coach" not in Path(f.filename).parts[-3:-1]
    ]
    where = (
        f"{Path(own[-1].filename).relative_to(Path.cwd()).as_posix()}, line {own[-1].lineno}"
        if own
        else str(grader.name)
    )
    if isinstance(error, SyntaxError) and error.filename:
        file = Path(error.filename)
        inside = file.is_relative_to(Path.cwd())
        where = f"{file.relative_to(Path.cwd()).as_posix() if inside else file.name}, line {error.lineno}"
    what = f"{type(error).__name__}: {error}".strip(": ")
    return {"error": what, "where": where}


if __name__ == "__main__":
    end_with_parent()
    main(*sys.argv[1:])
