"""A real board in a process of its own, and what learners and pages ask it, for tests and the benchmark."""

import contextlib
import http.client
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass

PATIENCE = 60  # seconds until something that hangs is given up


@dataclass
class Answer:
    """What the board has answered."""

    status: int
    headers: dict
    body: bytes

    @property
    def data(self):
        return json.loads(self.body)


def copy_of(generated, folder):
    """Return a copy of a generated workshop, without Git: all that a board needs."""
    return shutil.copytree(generated, folder, ignore=shutil.ignore_patterns(".git", "__pycache__", ".coach"))


class Board:
    """One `coach board`; what it prints is in `said`."""

    def __init__(self, root, *arguments, port=0):
        self.root, self.host = root, "127.0.0.1"
        command = [sys.executable, "-m", "coach", "board", "--port", str(port), *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, cwd=root, text=True, **pipes)
        self.said = ""
        while "Ctrl-C" not in self.said:
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError(f"coach board has ended: {self.said}")
            self.said += line
        self.port = int(re.search(r"http://127\.0\.0\.1:(\d+)/#", self.said)[1])
        self.secret = re.search(r"/#(\S+)", self.said)[1]
        self.key = re.search(r"/projector#(\S+)", self.said)[1]
        self.code = re.search(r"Join code +(\S+)", self.said)[1]
        self.url = f"http://{self.host}:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.kill()

    def kill(self):
        """End it as `kill -9` does."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def interrupt(self):
        """End it by Ctrl-C; return the exit code and its last words."""
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said

    def ask(self, path, data=None, token="", cookie="", method=None, raw=None, **headers):
        """Send a request and return its Answer."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Cookie": cookie} if cookie else {}
        body = raw if raw is not None else None if data is None else json.dumps(data).encode()
        headers = {"Content-Type": "application/json", **headers} if body is not None else headers
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request(method or ("GET" if body is None else "POST"), path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def join(self, name, token=""):
        """Let a learner join; return what the board answers."""
        answer = self.ask("/api/join", {"code": self.code, "name": name}, token)
        assert answer.status == 200, answer.body
        return answer.data

    def send(self, token, *events, now=None):
        """Deliver events and return the Answer."""
        now = time.time() if now is None else now
        return self.ask("/api/events", {"now": now, "events": list(events)}, token)

    def login(self, secret=None):
        """Return the cookie of the instructor, or of whoever has another secret."""
        answer = self.ask("/api/login", {"secret": secret or self.secret})
        assert answer.status == 200, answer.body
        return answer.headers["set-cookie"].split(";")[0]

    def page(self, view="names", cookie=None):
        """Open a page."""
        return Page(self, view, cookie or self.login())

    def kept(self, what="learner, number, time, kind, body"):
        """Return what the store has of the events, in the order in which they were kept."""
        with contextlib.closing(sqlite3.connect(self.root / ".coach" / "board" / "board.sqlite")) as db:
            return db.execute(f"SELECT {what} FROM events ORDER BY rowid").fetchall()


class Page:
    """An open page: it keeps what it was told, as a browser would, and the bytes as they came."""

    def __init__(self, board, view, cookie):
        self.connection = http.client.HTTPConnection(board.host, board.port, timeout=PATIENCE)
        self.connection.request("GET", f"/api/stream?view={view}", headers={"Cookie": cookie})
        self.response = self.connection.getresponse()
        assert self.response.status == 200, self.response.read()
        self.raw, self.state, self.rows = b"", {}, {}
        self.next()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        self.response.close()
        self.connection.close()

    def next(self):
        """Take in the next message and return (event, data); (None, None) at the end."""
        event, end = None, time.monotonic() + PATIENCE
        while line := self.response.readline():
            assert time.monotonic() < end, "signs of life, and nothing else"
            self.raw += line
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                event = value
            if name == "data":
                return event, self.take(event, json.loads(value))
        return None, None

    def take(self, event, data):
        """Change what the page shows."""
        if event == "all":
            self.rows = {}
        self.state |= {key: value for key, value in data.items() if key not in ("learners", "gone")}
        self.rows |= {row["id"]: row for row in data["learners"]}
        for gone in data.get("gone", []):
            self.rows.pop(gone, None)
        return data

    def until(self, is_so):
        """Take in messages until `is_so(page)`; return how many that took."""
        end, taken = time.monotonic() + PATIENCE, 0
        while not is_so(self):
            assert time.monotonic() < end and self.next()[0], self.rows
            taken += 1
        return taken

    def named(self, name):
        """Return the row of a learner, or None."""
        return next((row for row in self.rows.values() if row.get("name") == name), None)


def report(number, exercise="02_download", verdict="not yet", failing="test_stage", ago=0.0, **checks):
    """Return a report in which one check fails (None: all pass)."""
    checks = checks or ({failing: "not yet"} if failing else {"test_stage": "passed"})
    listed = [{"check": check, "verdict": said} for check, said in checks.items()]
    about = {"exercise": exercise, "verdict": verdict, "checks": listed}
    return {"kind": "report", "number": number, "time": time.time() - ago, **about}


def passed(number, exercise="02_download", ago=0.0):
    """Return the report of a pass."""
    return report(number, exercise, "passed", None, ago)


def hand(number, message, ago=0.0):
    """Return a hand that is raised, or lowered (None)."""
    return {"kind": "hand", "number": number, "time": time.time() - ago, "message": message}
