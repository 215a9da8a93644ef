"""`coach watch`: check again after each change. One check at a time, in a child; what changes meanwhile is checked next.

Everything that happens (a change, a key, a check that ends) comes through one queue, on which the coach sleeps.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from contextlib import nullcontext

from coach import progress
from coach.environment import Trouble
from coach.errors import FAULT, NOT_YET, PASSED
from coach.joined import reporting
from coach.loop import changes, choices, keys, screen
from coach.loop.worker import Worker
from coach.saves import starts

REST = 1.0  # seconds at most between two checks, so that a running stage keeps the processor


class Gone(Trouble):
    """The workshop's folder is no longer there."""


class Session:
    """One `coach watch`: the exercise that is watched, its last result, and what else is on the screen."""

    def __init__(self, root, name):
        self.root, self.name = root, name
        self.graded, self.fault, self.problem = None, "", None
        self.message, self.notes, self.checked_at, self.seconds = "", [], "", 0.0
        self.worker, self.seen, self.is_resting = None, None, False
        self.events, self.with_keys = queue.SimpleQueue(), False

    @property
    def number(self):
        return self.name.split("_")[0]

    @property
    def is_busy(self):
        return self.worker is not None

    def once(self):
        """Check once, print the screen plainly, and return the exit code."""
        self.require()
        self.finished(*self.check(Worker(self.root, self.root / "exercises" / self.name)))
        if self.fault:
            return FAULT
        return {"passed": PASSED, "error": FAULT}.get(self.graded.verdict, NOT_YET)

    def run(self):
        """Watch until the learner quits; the terminal is then as it was."""
        self.with_keys, stop = keys.has_terminal(), threading.Event()
        tell = self.events.put
        terminal = keys.single() if self.with_keys else nullcontext(lambda: None)
        with terminal as again, keys.signals(lambda: tell(("draw",)), again):
            self.thread(changes.follow, self.root, lambda: tell(("look",)), self.note, stop)
            if self.with_keys:
                self.thread(keys.listen, lambda key: tell(("key", key)))
            try:
                self.look()
                while self.handle(*self.next_event()):
                    pass
            except KeyboardInterrupt:
                pass
            finally:
                stop.set()
                if self.worker:
                    self.worker.end()
        return PASSED

    def thread(self, work, *arguments):
        """Do something beside the loop; what goes wrong there is raised in the loop."""

        def target():
            try:
                work(*arguments)
            except Exception as error:
                self.events.put(("raise", error))

        threading.Thread(target=target, daemon=True).start()

    def note(self, text):
        self.events.put(("note", text))

    def next_event(self):
        """Sleep until something happens; on Windows Ctrl-C does not wake a sleeper, so look up now and then."""
        while True:
            try:
                return self.events.get(timeout=1 if os.name == "nt" else None)
            except queue.Empty:
                pass

    def handle(self, what, *value):
        """Answer one event; False ends the loop."""
        if what == "raise":
            raise value[0]
        if what == "key":
            return choices.press(self, *value)
        if what == "note":
            self.notes = [*value]
        elif what == "finished":
            self.worker = None
            self.finished(*value)
            self.rest()
        elif what in ("look", "rested"):
            self.is_resting = self.is_resting and what != "rested"
            self.look()
        if what in ("note", "draw") and self.with_keys:
            self.draw()
        return True

    def require(self):
        """Trouble where there is nothing to check; one that ends the session where the workshop itself is gone."""
        if not (self.root / "pyproject.toml").is_file():
            raise Gone(
                expected="the workshop's folder",
                found="no such workshop any more",
                where=self.root,
                next="`cd` to where it is now, then `coach watch`",
            )
        changes.require_repository(self.root)
        if not (self.root / "exercises" / self.name).is_dir():
            raise Trouble(
                expected=f"the folder exercises/{self.name}",
                found="no such folder",
                where=self.root,
                next="`git restore exercises`",
            )

    def look(self):
        """Start a check if anything has changed since the last one began."""
        try:
            self.require()
        except Gone:
            raise
        except Trouble as problem:
            self.seen, self.graded, self.checked_at = None, None, ""
            if str(problem) != str(self.problem):
                self.problem = problem
                self.draw()
            return
        if self.is_busy or self.is_resting:
            return
        state = (self.name, changes.state(self.root))
        if state != self.seen:
            self.seen, self.problem = state, None
            self.worker = Worker(self.root, self.root / "exercises" / self.name)
            self.thread(
                lambda worker: self.events.put(("finished", *self.check(worker))), self.worker
            )
            if self.with_keys:
                self.draw()

    def check(self, worker):
        """Wait for a check; return its result, what went wrong, and how long it took."""
        began = time.monotonic()
        return *worker.result(), time.monotonic() - began

    def finished(self, graded, fault, seconds):
        """Keep and show the result of a check."""
        begins = None
        if graded:
            with progress.changing(self.root) as known:
                begins = starts.record(self.root, known, [graded])
            reporting.report(self.root, [graded])
        if graded is None or graded.exercise == self.name:
            self.graded, self.fault, self.message = graded, fault, ""
            self.checked_at, self.seconds = time.strftime("%H:%M:%S"), seconds
            self.draw()
        starts.keep(self.root, begins)

    def change_to(self, name):
        """Watch another exercise."""
        self.name, self.graded, self.fault, self.checked_at = name, None, "", ""
        self.look()

    def rest(self):
        """Leave the processor to others for as long as the check took; then look what has changed meanwhile."""
        self.is_resting = True
        timer = threading.Timer(min(self.seconds, REST), self.events.put, [("rested",)])
        timer.daemon = True
        timer.start()

    def draw(self):
        screen.draw(self, progress.load(self.root), self.with_keys)
