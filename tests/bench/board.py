"""Load the board as a large class does: 500 learners who check every 20 s while 50 pages are open.

The board is a process of its own, and so is the load (`board.py URL CODE SECRET`), on the same cores.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

CHECKS = ("test_stage", "test_dependencies", "test_results", "test_ignored", "test_committed", "test_pushed")


def rows(folder, options):
    """Yield the rows of a report, of its way to the pages, and of the memory."""
    from boards import Board
    from measure import at_most, row
    from states import generate

    with Board(generate(folder)) as board:
        before = memory(board.process.pid)
        load = [sys.executable, __file__, board.url, board.code, board.secret, "--seconds", str(options.seconds)]
        done = subprocess.run([*load, "--seed", str(options.seed)], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        peak = memory(board.process.pid)
    found = json.loads(done.stdout)
    about = f"500 learners who check every 20 s, 50 pages, {options.seconds} s"
    bare = sorted(commits(folder / "bare.sqlite"))
    limit = "SQLite's commit, which waits for the disk; median {:.3g} ms, longest {:.3g} ms".format(
        *found["report"][1:]
    )
    ours, peer = [found["report"][0]], [of_100(bare, 99)]
    yield row(f"a report, p99, {about}, against a bare commit", ours, peer, at_most(50, "ms"), limit, unit="ms")
    limit = "pages are told five times a second; median {:.3g} s, longest {:.3g} s".format(*found["page"][1:])
    name = "from a report to each page, p99, the same load, against the pause between two messages"
    yield row(name, [found["page"][0]], [0.2], at_most(1, "s"), limit)
    limit = "Python with FastAPI, uvicorn and pydantic"
    yield row("memory, the same load, against an empty class", [peak], [before], at_most(200, "MB"), limit, unit="MB")


def memory(pid):
    """Return the most memory that a process has had so far, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def commits(file, number=500):
    """Yield how long a commit of one event takes, in ms, as the board sets SQLite."""
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE events (number INTEGER PRIMARY KEY, body TEXT)")
        for each in range(number):
            began = time.perf_counter()
            db.execute("INSERT INTO events VALUES (?, ?)", (each, "x" * 400))
            db.commit()
            yield 1000 * (time.perf_counter() - began)


def of_100(ordered, percent):
    """Return the value below which so many percent of ordered values lie."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


# The load


class Load:
    """The learners and the pages, and what they have measured."""

    def __init__(self, asked):
        self.asked, self.dice = asked, random.Random(asked.seed)
        self.host, self.port = asked.url.removeprefix("http://").split(":")
        self.reports, self.delays, self.begun, self.ready = [], [], {}, 0

    async def ask(self, path, data, token=""):
        """Send a request on a connection of its own, as a learner's coach does; return status, head and data."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        body = json.dumps(data).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: board\r\nContent-Type: application/json\r\nConnection: close\r\n"
        head += f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        said = await reader.read()
        writer.close()
        head, _, body = said.partition(b"\r\n\r\n")
        return int(head.split()[1]), head.decode(), json.loads(body)

    async def learner(self, number):
        """Join, then check every so many seconds, beginning at some moment."""
        status, _, joined = await self.ask("/api/join", {"code": self.asked.code, "name": f"Learner {number}"})
        assert status == 200, joined
        self.ready += 1
        while self.ready < self.asked.learners + self.asked.pages:
            await asyncio.sleep(0.1)
        await asyncio.sleep(self.dice.uniform(0, self.asked.every))
        end, tries = time.monotonic() + self.asked.seconds, 0
        while time.monotonic() < end:
            tries += 1
            began = time.perf_counter()
            self.begun[joined["learner"], tries] = began
            status, _, said = await self.ask("/api/events", self.events(tries), joined["token"])
            self.reports.append(1000 * (time.perf_counter() - began))
            assert status == 200, said
            await asyncio.sleep(self.asked.every)

    def events(self, number):
        """Return a request with one report."""
        now = time.time()
        checks = [{"check": check, "verdict": "not yet"} for check in CHECKS]
        about = {"exercise": "02_download", "verdict": "not yet", "checks": checks}
        return {"now": now, "events": [{"kind": "report", "number": number, "time": now, **about}]}

    async def page(self, view):
        """Keep a page open, and measure how late each report shows on it."""
        _, head, _ = await self.ask("/api/login", {"secret": self.asked.secret})
        cookie = next(line[12:].split(";")[0] for line in head.split("\r\n") if line.lower().startswith("set-cookie"))
        reader, writer = await asyncio.open_connection(self.host, self.port, limit=2**24)
        writer.write(f"GET /api/stream?view={view} HTTP/1.1\r\nHost: board\r\nCookie: {cookie}\r\n\r\n".encode())
        while line := await reader.readline():
            if line.startswith(b"event: all"):
                self.ready += 1
            if line.startswith(b"data: "):
                self.seen(json.loads(line[6:])["learners"], view)

    def seen(self, rows, view):
        """Measure the reports of rows that have just come; on the projector nobody can tell whose they are."""
        now = time.perf_counter()
        for row in rows if view == "names" else ():
            if row["stuck"]:
                self.delays.append(now - self.begun[row["id"], row["stuck"]["tries"]])

    async def run(self):
        """Let all come in, work for a while, and say what was measured."""
        views = ["names"] * (self.asked.pages - 1) + ["projector"]
        pages = [asyncio.create_task(self.page(view)) for view in views]
        await asyncio.gather(*(self.learner(number) for number in range(self.asked.learners)))
        await asyncio.sleep(2)
        assert not [page for page in pages if page.done()], "a page was cut off"
        assert len(self.delays) == len(self.reports) * (self.asked.pages - 1), "a report did not reach each page"
        for page in pages:
            page.cancel()
        return {"report": summary(self.reports), "page": summary(self.delays), "number": len(self.reports)}


def summary(values):
    """Return the p99, the median and the most of values."""
    ordered = sorted(values)
    return [of_100(ordered, 99), of_100(ordered, 50), ordered[-1]]


def main():
    """Put the load on a board that runs, and print what was measured as JSON."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    for name in ("url", "code", "secret"):
        parser.add_argument(name)
    for name, value in (("seconds", 60), ("learners", 500), ("pages", 50), ("every", 20), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=value)
    print(json.dumps(asyncio.run(Load(parser.parse_args()).run())))


if __name__ == "__main__":
    main()
