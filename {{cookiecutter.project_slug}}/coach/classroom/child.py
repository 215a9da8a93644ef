"""One repository in a process of its own, with limits: whatever it does costs its own row only."""

from __future__ import annotations

import gc
import json
import os
import signal
from contextlib import suppress

# What the forked children share; on a system without fork each imports it anew.
from coach.classroom import reading, rerun, theirs
from coach.clean import clean

MEMORY, FILE = 2_000_000_000, 600_000_000  # bytes; of a regrade more, see `rerun`
LONGEST, MOST = 400, 50  # characters of a sentence, sentences in a list


def main(job, answer):
    """Grade the repository of a job, and send what came of it as JSON."""
    if os.name == "posix":
        os.setsid()  # so that it can be ended with all that it has started
    gc.disable()  # it ends soon
    limit(rerun.MEMORY if job["regrade"] else MEMORY, FILE)
    try:
        said = (rerun.outside if job["regrade"] else reading.read)(job)
    except theirs.Refused as error:
        said = {"refused": str(error)}
    except MemoryError:
        said = {"refused": "it needs too much memory"}
    except BaseException as error:
        said = {"refused": f"the reader failed at it ({type(error).__name__}: {error})"}
    answer.send_bytes(json.dumps(short(said)).encode())


def limit(memory, file):
    """Set limits of memory, of files that are written and of core dumps, where the system has such limits."""
    try:
        import resource
    except ImportError:
        return
    wanted = {"RLIMIT_AS": memory, "RLIMIT_FSIZE": file, "RLIMIT_CORE": 0}
    for name, most in wanted.items():
        with suppress(AttributeError, OSError, ValueError):
            resource.setrlimit(getattr(resource, name), (most, most))


def short(said):
    """Return an answer whose texts are fit to be shown, and few enough where they stand in a list."""
    if isinstance(said, dict):
        return {clean(key): short(value) for key, value in said.items()}
    if isinstance(said, list):
        texts = all(isinstance(value, str) for value in said)
        more = [f"and {len(said) - MOST} more"] if texts and len(said) > MOST else []
        return [short(value) for value in (said[:MOST] if texts else said)] + more
    return clean(said, LONGEST) if isinstance(said, str) else said


def end(process):
    """End a child and all that it has started."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()
