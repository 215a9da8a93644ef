"""The one thread that writes: all that waits is committed together, and told only when it is on the disk."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sys
import threading

END = None


class Writer(threading.Thread):
    """Does what it is given with the database, in order; nobody else writes."""

    def __init__(self, db):
        super().__init__(name="writer", daemon=True)
        self.db, self.jobs, self.problem = db, queue.SimpleQueue(), ""

    async def do(self, work):
        """Return what `work(db)` returns, after the commit; an exception where nothing of it was kept."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self.jobs.put((work, loop, done))
        return await done

    def end(self):
        """Write what waits, and close the database."""
        self.jobs.put(END)
        self.join()
        self.db.close()

    def run(self):
        while (jobs := self.waiting())[-1] is not END:
            self.commit(jobs)
        self.commit(jobs[:-1])

    def waiting(self):
        """Wait for a job; return it with all that have come meanwhile, the last of which may be END."""
        jobs = [self.jobs.get()]
        while jobs[-1] is not END and not self.jobs.empty():
            jobs.append(self.jobs.get())
        return jobs

    def commit(self, jobs):
        """Do the jobs in one transaction, then tell those who wait; nothing ends the writer but END."""
        if not jobs:
            return
        try:
            with self.db:
                answers = [(work(self.db), None) for work, _, _ in jobs]
        except Exception as error:
            answers = [(None, error)] * len(jobs)
            self.say(
                f"The board cannot write: {error}. What comes now is kept by the learners' coaches."
            )
        else:
            self.say("")
        for (_, loop, done), answer in zip(jobs, answers):
            with contextlib.suppress(RuntimeError):  # the board has ended: nobody waits any more
                loop.call_soon_threadsafe(settle, done, *answer)

    def say(self, problem):
        """Tell the instructor of a problem once, and of its end; a terminal that is closed is no problem."""
        if problem != self.problem:
            with contextlib.suppress(OSError, ValueError):
                print(problem or "The board can write again.", file=sys.stderr)
        self.problem = problem


def settle(done, answer, error):
    """Give an answer to whoever still waits for it."""
    if done.cancelled():
        return
    if error:
        done.set_exception(error)
    else:
        done.set_result(answer)
