"""Grade many repositories, as many at a time as there are processors."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import types
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from coach.classroom import child

SECONDS, SECONDS_TO_RUN = 60, 600  # for one repository: to be read, to be run
LARGEST = 10_000_000  # bytes of an answer


def graded(jobs, here):
    """Yield (job, answer) as each repository is done."""
    with tempfile.TemporaryDirectory(prefix="coach-class-") as folder, prepared(here) as start:
        # One name for it, as on macOS it lies behind a link: what guards it compares names.
        folder, running = Path(folder).resolve(), set()
        with ThreadPoolExecutor(processors()) as threads:
            todo = [
                threads.submit(one, job, folder / str(number), start, running)
                for number, job in enumerate(jobs)
            ]
            try:
                for job, waited in zip(jobs, todo):
                    yield job, waited.result()
            finally:  # also where the person ends it by Ctrl-C
                for each in todo:
                    each.cancel()
                for process in list(running):
                    child.end(process)


def processors():
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def one(job, folder, start, running):
    """Return the answer to one job; an end without an answer is one too."""
    folder.mkdir()
    seconds = SECONDS_TO_RUN if job["regrade"] else SECONDS
    ours, theirs = start.Pipe(duplex=False)
    process = start.Process(target=child.main, args=({**job, "folder": str(folder)}, theirs))
    process.start()
    running.add(process)
    theirs.close()
    try:
        if not ours.poll(seconds):
            return {"refused": f"it took more than {seconds} seconds"}
        return json.loads(ours.recv_bytes(LARGEST))
    except (EOFError, OSError):
        process.join(5)
        return {"refused": f"its reader was ended ({how(process.exitcode)})"}
    finally:
        child.end(process)
        running.discard(process)
        shutil.rmtree(folder, ignore_errors=True)


def how(code):
    """Say how a process ended."""
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


@contextmanager
def prepared(here):
    """Prepare a server from which children are forked, all modules loaded; on Windows each loads them itself."""
    server = "forkserver" in multiprocessing.get_all_start_methods()
    start = multiprocessing.get_context("forkserver" if server else "spawn")
    if server:
        start.set_forkserver_preload(["coach.classroom.warm"])
    main, path, stands = sys.modules["__main__"], os.environ.get("PYTHONPATH"), os.getcwd()
    sys.modules["__main__"] = types.ModuleType("__main__")  # children would run the command again
    os.environ["PYTHONPATH"] = str(here)
    # Python looks for modules where it stands: that must not be among the learners' folders.
    os.chdir(here)
    try:
        yield start
    finally:
        os.chdir(stands)
        sys.modules["__main__"] = main
        os.environ.pop("PYTHONPATH")
        if path is not None:
            os.environ["PYTHONPATH"] = path
