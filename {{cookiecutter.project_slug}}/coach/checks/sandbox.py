"""Run a grader's function on the learner's code in a child process with a time limit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from coach.checks.vocabulary import NotYet

SECONDS = 30
MEND = "mend that line, then `coach check`"


def probe(root, function, seconds=SECONDS, **arguments):
    """Return what `function(**arguments)` returns as JSON, called in a child process in the folder `root`.

    The learner's code may crash, hang, print or call `sys.exit`: each becomes a NotYet that says so.
    """
    file = Path(sys.modules[function.__module__].__file__)
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = [
            sys.executable,
            "-m",
            "coach.checks.sandbox",
            str(file),
            function.__name__,
            str(answer),
        ]
        code = run(command, root, json.dumps(arguments), seconds)
        if not answer.exists():
            where = f"your code below {arguments.get('package') or Path(root).name}/"
            raise NotYet(
                "code that runs to its end",
                how_it_ended(code, seconds),
                where,
                "look for a loop without end, or for an exit, then `coach check`",
            )
        said = json.loads(answer.read_text(encoding="utf-8"))
    if "error" in said:
        raise NotYet("code that runs", said["error"], said["where"], MEND)
    return said["value"]


def run(command, root, text, seconds):
    """Return the child's exit code, or None where its time was up; nothing of it is left running."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(root)}
    child = subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )
    try:
        child.communicate(text.encode(), timeout=seconds)
        return child.returncode
    except subprocess.TimeoutExpired:
        return None
    finally:
        end(child)


def end(child):
    """End a child and, where the system can, all that it has started."""
    try:
        if os.name == "posix":
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    except OSError:
        pass
    child.wait()


def how_it_ended(code, seconds):
    """Say in words what a child without an answer did."""
    return (
        f"it still ran after {seconds} s and was stopped"
        if code is None
        else f"it ended itself with exit code {code}"
    )


def main(file, name, answer):
    """Call the named function of a file and write its value, or what went wrong, to `answer`."""
    import importlib.util

    arguments = json.loads(sys.stdin.read())
    spec = importlib.util.spec_from_file_location("probe", file)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        said = {"value": getattr(module, name)(**arguments)}
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
    main(*sys.argv[1:])
