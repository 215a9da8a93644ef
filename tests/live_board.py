"""A class on a real board, which may be stopped, aged and started again: for the tests of its page and the pictures of it."""

import shutil
import sqlite3

import boards


class LiveBoard:
    """A workshop's board and the learners who have joined it."""

    def __init__(self, root):
        self.root, self.port, self.running = root, 0, None
        self.people, self.cookie = [], None
        self.file = root / ".coach" / "board" / "board.sqlite"
        self.exercises = sorted(folder.name for folder in (root / "exercises").glob("[0-9]*_*"))

    def start(self):
        """Start it, always at the same port."""
        self.running = boards.Board(self.root, port=self.port)
        self.port = self.running.port
        self.cookie = self.running.login()
        return self

    def stop(self):
        """Stop it at once, as a power cut would."""
        if self.running:
            self.running.kill()

    def forget(self):
        """Forget the class; the board must not run."""
        shutil.rmtree(self.file.parent)

    def age(self, minutes):
        """Let all that is kept have happened so much earlier; the board must not run."""
        db = sqlite3.connect(self.file)
        with db:
            for table, column in (("learners", "joined"), ("events", "time"), ("events", "received")):
                db.execute(f"UPDATE {table} SET {column} = {column} - ?", (60 * minutes,))
            clock = "key IN ('started', 'paused') AND value != ''"
            db.execute(f"UPDATE meta SET value = value - ? WHERE {clock}", (60 * minutes,))
        db.close()

    @property
    def url(self):
        return f"{self.running.url}/"

    def address(self, view="names"):
        """Return the address of a view, with what opens it."""
        return f"{self.url}#{self.running.secret}" if view == "names" else f"{self.url}projector#{self.running.key}"

    def instruct(self, wish, **body):
        """Ask for something as the instructor's page does."""
        answer = self.running.ask(f"/api/{wish}", body or None, cookie=self.cookie, method="POST")
        assert answer.status == 200, answer.body

    def empty(self):
        """Take everybody out of view and stop the clock."""
        while self.people:
            self.instruct(f"remove/{self.people.pop().id}")
        self.instruct("agenda", clock="stop")

    def join(self, name):
        """Let somebody join."""
        self.people.append(Learner(self, name))
        return self.people[-1]


class Learner:
    """Somebody whose coach reports to the board."""

    def __init__(self, board, name):
        self.board, self.number = board, 0
        said = board.running.join(name)
        self.id, self.name, self.token = said["learner"], said["name"], said["token"]

    def next(self):
        """Return the number of the next event."""
        self.number += 1
        return self.number

    def send(self, *events):
        """Deliver events, if there are any."""
        if events:
            answer = self.board.running.send(self.token, *events)
            assert answer.status == 200, answer.body
        return self

    def passes(self, *exercises, ago=0):
        """Report that all checks of exercises have passed, so many seconds ago."""
        return self.send(*[boards.passed(self.next(), each, ago) for each in exercises])

    def fails(self, exercise, check, verdict="not yet", times=1, ago=0):
        """Report that a check has not passed yet."""
        return self.send(*[boards.report(self.next(), exercise, verdict, check, ago) for _ in range(times)])

    def raises_hand(self, message, ago=0):
        return self.send(boards.hand(self.next(), message, ago))
