"""A real board with simulated learners, for the tests of its page and for the pictures of it."""

import http.client
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import time

from states import free_port

SHOWN = re.compile(r"(Your page|Projector|Join code) +(?:http\S*#)?(\S+)")


class Board:
    """`coach board` of a workshop, in a process of its own; start and stop it as often as you like."""

    def __init__(self, root):
        self.root, self.port, self.process = root, free_port(), None
        self.people, self.cookie = [], None
        self.file = root / ".coach" / "board" / "board.sqlite"
        self.exercises = sorted(folder.name for folder in (root / "exercises").glob("[0-9]*_*"))

    def start(self):
        """Start it, and read from its terminal what opens it."""
        command = [sys.executable, "-u", "-m", "coach", "board", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=self.root, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        shown = {}
        while "Join code" not in shown:
            line = self.process.stdout.readline()
            assert line, f"the board did not start: exit {self.process.wait()}"
            shown.update(SHOWN.findall(line))
        self.secret, self.projector_key, self.code = (shown[label] for label in ("Your page", "Projector", "Join code"))
        self.wait_until_it_answers()
        return self

    def wait_until_it_answers(self):
        """Wait for the first answer; 30 seconds are a hang."""
        end = time.monotonic() + 30
        while True:
            try:
                return self.ask("GET", "/")
            except OSError:
                assert time.monotonic() < end, "the board does not answer"
                time.sleep(0.05)

    def stop(self):
        """Stop it at once, as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def forget(self):
        """Forget the class; the board must not run."""
        shutil.rmtree(self.file.parent)

    def age(self, minutes):
        """Let all that is kept have happened so much earlier; the board must not run."""
        db = sqlite3.connect(self.file)
        with db:
            for table, column in (("learners", "joined"), ("events", "time"), ("events", "received")):
                db.execute(f"UPDATE {table} SET {column} = {column} - ?", (60 * minutes,))
            db.execute("UPDATE meta SET value = value - ? WHERE key = 'started' AND value != ''", (60 * minutes,))
        db.close()

    @property
    def page(self):
        return f"http://127.0.0.1:{self.port}/"

    @property
    def projector(self):
        return f"{self.page}projector"

    def instruct(self, wish, **body):
        """Ask for something as the instructor's page does."""
        if self.cookie is None:
            self.ask("POST", "/api/login", {"secret": self.secret})
        return self.ask("POST", f"/api/{wish}", body or None, Cookie=self.cookie)

    def empty(self):
        """Take everybody out of view and stop the clock."""
        while self.people:
            self.instruct(f"remove/{self.people.pop().id}")
        self.instruct("agenda", started=False)

    def ask(self, method, path, body=None, **headers):
        """Return the data of an answer; an error is an AssertionError."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sent = None if body is None else json.dumps(body)
            line.request(method, path, sent, {"Content-Type": "application/json", **headers})
            answer = line.getresponse()
            text = answer.read().decode()
            assert answer.status < 300, f"{method} {path}: {answer.status} {text}"
            self.cookie = answer.headers.get("Set-Cookie", self.cookie)
            return json.loads(text) if "json" in answer.headers["Content-Type"] else text
        finally:
            line.close()

    def join(self, name):
        """Let somebody join."""
        self.people.append(Learner(self, name))
        return self.people[-1]


class Learner:
    """Somebody whose coach reports to the board."""

    def __init__(self, board, name):
        self.board, self.number = board, 0
        said = board.ask("POST", "/api/join", {"code": board.code, "name": name})
        self.id, self.name, self.token = said["learner"], said["name"], said["token"]

    def send(self, *events, ago=0):
        """Deliver events that happened so many seconds ago."""
        if not events:
            return self
        now = time.time()
        numbered = [{**event, "number": self.number + n, "time": now - ago} for n, event in enumerate(events, start=1)]
        self.number += len(events)
        self.board.ask("POST", "/api/events", {"now": now, "events": numbered}, Authorization=f"Bearer {self.token}")
        return self

    def passes(self, *exercises, ago=0):
        """Report that all checks of exercises have passed."""
        return self.send(*[report(each, "passed") for each in exercises], ago=ago)

    def fails(self, exercise, check, times=1, ago=0):
        """Report that a check has not passed yet."""
        return self.send(*[report(exercise, "not yet", check)] * times, ago=ago)

    def raises_hand(self, message, ago=0):
        return self.send({"kind": "hand", "message": message}, ago=ago)


def report(exercise, verdict, check=None):
    """Return the event of an exercise that has been checked."""
    checks = [{"check": check, "verdict": verdict}] if check else []
    return {"kind": "report", "exercise": exercise, "verdict": verdict, "checks": checks}
