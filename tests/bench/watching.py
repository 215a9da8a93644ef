"""Measure `coach watch`: from a save to the verdict, and what it takes while nothing changes; polling is the peer."""

import os
import subprocess
import sys
import time
from pathlib import Path

from measure import at_most, row
from states import States

POLLING = {"WATCHFILES_FORCE_POLLING": "true"}


def rows(folder, options):
    """Yield the rows of a save and of idleness."""
    with States().copy(3, folder / "watched").buckets() as workshop:
        with Watch(workshop) as events, Watch(workshop, **POLLING) as polling:
            idle = [[watch.idle() for _ in range(3)] for watch in (events, polling)]
        verdicts = []
        for variables in ({}, POLLING):
            with Watch(workshop, **variables) as watch:
                verdicts.append([watch.save_to_verdict() for _ in range(options.rounds)])
    limit = "start of Python and pytest, and the pause that lets several changes come together"
    yield row("save to verdict, against polling", *verdicts, at_most(1.5, "s"), limit)
    yield row("idle, against polling", *idle, at_most(1, "% of a core"), "events of the system", unit="%")


class Watch:
    """A `coach watch` without a terminal: it prints a block after each check."""

    def __init__(self, workshop, **variables):
        self.root = workshop.root
        self.process = subprocess.Popen(
            [sys.executable, "-m", "coach", "watch", "03"],
            cwd=workshop.root,
            env={**workshop.env, **variables, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        self.wait()
        return self

    def __exit__(self, *error):
        self.process.terminate()
        self.process.communicate(timeout=30)

    def wait(self):
        """Wait until a check has been shown."""
        while "checked at" not in self.process.stdout.readline():
            if self.process.poll() is not None:
                raise RuntimeError("coach watch has ended")

    def save_to_verdict(self):
        """Save a file that the check looks at, and return the seconds until the verdict is shown."""
        time.sleep(2.5)
        before = time.perf_counter()
        with open(self.root / ".dvc/config", "a", encoding="utf-8") as file:
            file.write("# saved\n")
        self.wait()
        return time.perf_counter() - before

    def idle(self, wait=10):
        """Return the share of a core, in percent, that it takes while nothing changes."""
        time.sleep(3)
        before, began = self.ticks(), time.monotonic()
        time.sleep(wait)
        used = (self.ticks() - before) / os.sysconf("SC_CLK_TCK")
        return 100 * used / (time.monotonic() - began)

    def ticks(self):
        """Return the processor's time that the process has taken so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])
