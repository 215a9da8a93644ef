"""`python -m coach deliver`: tell the board what waits, in order and once; of the libraries only the lock is loaded.

It ends when nothing waits, when the board does not want it, or when the board has been away for some minutes. The next
check starts another one.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
import threading
import time

from coach.joined import membership, spool, talk
from coach.joined.agreed import LARGEST, MOST_EVENTS

ROOM = LARGEST - 5_000  # bytes of a request that its events may take
FIRST_PAUSE, LONGEST_PAUSE = 1, 30  # seconds, where the board is away
PATIENCE = 300  # seconds after the last event
LONGEST_LIFE = 3600  # seconds, whatever the board does
LARGEST_LOG = 100_000  # bytes


class Out(Exception):
    """The board does not take anything from this learner."""


class Sender:
    """Tells the board what waits, batch by batch; only whose turn it is may do that."""

    def __init__(self, root, seconds=10):
        self.root, self.seconds = root, seconds
        self.pause, self.most = FIRST_PAUSE, MOST_EVENTS

    def step(self) -> float | None:
        """Deliver one batch; return how long to wait before the next one, or None where nothing waits."""
        member, files = membership.load(self.root), spool.line_up(self.root)
        if member is None or not files:
            return None
        try:
            files, events = self.batch(files)
            if not events:
                return 0
            said = {"now": time.time(), "events": events}
            answer = talk.ask(member.url, "/api/events", said, member.token, self.seconds)
        except talk.Away:
            return self.later(0)
        except OSError as error:
            log(self.root, f"cannot be read now: {error}")
            return self.later(0)
        return self.heard(answer, files)

    def heard(self, answer, files):
        """Do what the board's answer asks for; return how long to wait."""
        if answer.status == 200 and answer.delivered is not None:
            if answer.delivered > spool.highest(self.root):  # told from a copy of this workshop
                spool.number_anew(self.root, answer.delivered)
                return self.later(0)
            spool.told(self.root, files)
            self.pause, self.most = FIRST_PAUSE, MOST_EVENTS
            return 0
        if answer.status in (413, 422):
            return self.refused(answer, files)
        if answer.status in (408, 429) or answer.status >= 500:
            return self.later(answer.wait)
        log(self.root, f"the board refuses: {answer.why}")
        raise Out(answer.why)

    def refused(self, answer, files):
        """Find the event that the board holds for wrong by sending them one by one; it must not hold up the others."""
        if len(files) > 1:
            self.most = 1
            return 0
        log(self.root, f"dropped, as the board refuses it: {answer.why}: {read(files[0])!r}")
        spool.told(self.root, files)
        self.most = MOST_EVENTS
        return 0

    def later(self, wait):
        """Return how long to wait until the board may be back; not all learners at the same moment."""
        pause, self.pause = self.pause, min(2 * self.pause, LONGEST_PAUSE)
        return wait + pause * random.uniform(0.5, 1.5)

    def batch(self, files):
        """Return the first files that go into one request, and their events; what is no event is dropped."""
        chosen, events, size = [], [], 0
        for file in files[: self.most]:
            event = event_of(file)
            if event is None:
                log(self.root, f"dropped, as it cannot be read: {file.name}")
                file.unlink(missing_ok=True)
                continue
            size += len(json.dumps(event)) + 2
            if chosen and size > ROOM:
                break
            chosen.append(file)
            events.append(event)
        return chosen, events


def event_of(file):
    """Return the event of a file with its number, or None; OSError where that is to be seen later."""
    try:
        return {**json.loads(read(file)), "number": spool.number_of(file)}
    except (FileNotFoundError, ValueError, TypeError):
        return None


def read(file):
    return file.read_text(encoding="utf-8", errors="replace")


def log(root, text):
    """Note what the sender has met, in `.coach/board.log`; the file stays small."""
    file = root / ".coach" / "board.log"
    if not file.is_file() or file.stat().st_size < LARGEST_LOG:
        with open(file, "a", encoding="utf-8", newline="\n") as stream:
            stream.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text[:2000]}\n")


def lock_of(root, name):
    """Return a lock: `sender` has whoever waits for a board that is away, `turn` whoever talks to it."""
    from filelock import FileLock

    return FileLock(spool.folder(root) / f"{name}.lock")


def deliver(root):
    """Deliver until nothing waits; what comes while this lets the lock go is not forgotten."""
    from filelock import Timeout

    while spool.waiting(root) and membership.load(root):
        try:
            with lock_of(root, "sender").acquire(timeout=0):
                if not work(root):
                    return
        except Timeout:  # another sender is at work
            return


def work(root) -> bool:
    """Deliver what waits; False where the board was away for too long."""
    sender, newest, since = Sender(root), None, time.monotonic()
    while (wait := in_turn(sender)) is not None:
        if wait:
            there = spool.waiting(root)[-1:]
            if there != newest:
                newest, since = there, time.monotonic()
            if time.monotonic() - since > PATIENCE:
                return False
            time.sleep(wait)
    return True


def in_turn(sender) -> float | None:
    """Let a sender take one step; nobody has to wait while it sleeps."""
    with lock_of(sender.root, "turn"):
        return sender.step()


def deliver_now(root, seconds=4) -> bool:
    """Deliver what waits while somebody looks on; return whether nothing waits any more. Out where it is not wanted."""
    from filelock import Timeout

    end, sender = time.monotonic() + seconds, Sender(root, seconds / 2)
    try:
        with lock_of(root, "turn").acquire(timeout=seconds):
            while (wait := sender.step()) is not None and time.monotonic() + wait < end:
                time.sleep(wait)
    except Timeout:
        pass
    return not spool.waiting(root)


def main():
    """Deliver for the workshop in the current folder, quietly."""
    from coach.environment import find_root

    root = find_root()
    os.chdir(tempfile.gettempdir())  # so that the workshop's folder can be moved or deleted
    guard = threading.Timer(LONGEST_LIFE, os._exit, [0])
    guard.daemon = True
    guard.start()
    try:
        deliver(root)
    except (OSError, Out):  # a full disk, a folder that is gone; the next sender tells what waits
        pass
