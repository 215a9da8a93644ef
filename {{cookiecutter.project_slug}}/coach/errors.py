"""What an error means to the learner, and as an exit code."""

from __future__ import annotations

import errno
import sys
import traceback

from coach.encoding import plain

PASSED, NOT_YET, USAGE, FAULT = 0, 1, 2, 3
# What the machine refuses, whatever the coach does: no room, no permission, a disk that cannot be written.
OF_THE_MACHINE = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


def run(app):
    """Run a command line; every error that the learner can mend is told in words."""
    try:
        app()
    except Exception as error:
        return explain(error)
    return PASSED


def explain(error):
    """Print what went wrong and return the exit code."""
    facts = [getattr(error, fact, None) for fact in ("expected", "found", "where", "next")]
    if all(facts):
        for label, fact in zip(("Expected", "Found", "Where", "Next"), facts):
            say(f"{label:>8}: {fact}")
        return getattr(error, "exit_code", NOT_YET)
    if hasattr(error, "exit_code"):
        say(error)
        return error.exit_code
    if isinstance(error, OSError) and error.errno in OF_THE_MACHINE:
        return explain(of_the_machine(error))
    say(f"The coach itself failed: {type(error).__name__}: {error}")
    say(
        f"That is not your mistake. `coach doctor` looks for the cause; {details()} has the details."
    )
    return FAULT


def say(text):
    """Print a text; what comes from outside must not steer the terminal."""
    print(plain(text), file=sys.stderr)


def of_the_machine(error):
    """Return an error of the disk as a Trouble."""
    from coach.environment import Trouble

    return Trouble(
        found=f"{error.strerror}",
        expected="files that the coach can read and write, and room on the disk",
        where=error.filename or "the workshop's folder",
        next="mend that (`coach doctor` shows how much room there is), then the same command",
    )


def details():
    """Write the traceback to a file for whoever mends the coach; return the file's name."""
    from coach.environment import find_root

    try:
        folder = find_root() / ".coach"
        folder.mkdir(exist_ok=True)
        (folder / "fault.txt").write_text(traceback.format_exc(), encoding="utf-8")
    except Exception:
        traceback.print_exc()
        return "the text above"
    return ".coach/fault.txt"
