"""The learner's side of the board: what is told, in order and once, whatever the board does; and nothing without joining."""

import contextlib
import errno
import http.server
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from boards import PATIENCE, Board, copy_of, report
from coach import errors, show
from coach.board import wire
from coach.checks.grading import Graded
from coach.checks.plugin import Result
from coach.environment import Trouble
from coach.joined import agreed, joining, membership, reporting, sender, spool, talk
from states import free_port


@pytest.fixture(scope="module")
def board(generated, tmp_path_factory):
    """Return a board that the tests of this file share."""
    with Board(copy_of(generated, tmp_path_factory.mktemp("instructor") / "workshop")) as found:
        yield found


@pytest.fixture
def own_board(generated, tmp_path):
    """Return a board that a test may end."""
    with Board(copy_of(generated, tmp_path / "instructor"), port=free_port()) as found:
        yield found


@pytest.fixture
def learner(states, tmp_path):
    """Return a workshop after exercise 01, which no check needs a bucket for; whoever sends from it ends with it."""
    yield (found := states.copy(1, tmp_path / "learner"))
    membership.leave(found.root)


@pytest.fixture
def folder(tmp_path):
    """Return a folder with nothing in it but a place for the coach's files."""
    (tmp_path / "own" / ".coach").mkdir(parents=True)
    yield tmp_path / "own"
    membership.leave(tmp_path / "own")


def join(workshop, board, name):
    """Let a workshop join."""
    return workshop.coach("join", board.url, board.code, "--name", name)


def member(folder, board, name):
    """Let a folder join without its own command line."""
    return joining.join(folder, board.url, board.code, name)


def wait_for(is_so):
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not (found := is_so()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def numbers(board, name):
    """Return the numbers of a learner's events, in the order in which the board kept them."""
    where = "JOIN learners ON learners.id = events.learner WHERE name = ? ORDER BY events.rowid"
    with contextlib.closing(sqlite3.connect(board.root / ".coach/board/board.sqlite")) as db:
        return [number for (number,) in db.execute(f"SELECT number FROM events {where}", [name])]


def bodies(board, name):
    """Return what was kept of a learner's events."""
    where = "JOIN learners ON learners.id = events.learner WHERE name = ? ORDER BY events.rowid"
    with contextlib.closing(sqlite3.connect(board.root / ".coach/board/board.sqlite")) as db:
        return [json.loads(body) for (body,) in db.execute(f"SELECT body FROM events {where}", [name])]


def traces(workshop):
    """Return what the coach keeps of boards."""
    kept = Path(workshop.root if hasattr(workshop, "root") else workshop) / ".coach"
    return sorted(p.name for p in kept.iterdir() if p.name.startswith(("board", "spool")))


# From a check to the page


def test_a_check_shows_on_the_board(learner, board):
    """The verdicts of the exercise and of its checks, and nothing else: no code, no file, no path."""
    said = join(learner, board, "Ada Check")
    assert "You are in the class as Ada Check" in said.stdout and "No code, no files" in said.stdout
    done = learner.coach("check", "02", check=False)
    assert done.returncode == 1
    with board.page() as page:
        page.until(lambda page: page.named("Ada Check")["stuck"])
        row = page.named("Ada Check")
        assert row["cells"][1] == "not yet" and row["stuck"]["check"] == "test_stage"
        learner.coach("check", "01")
        page.until(lambda page: page.named("Ada Check")["cells"][0] == "passed")
    for body in bodies(board, "Ada Check"):
        assert set(body) == {"exercise", "verdict", "checks"}
        assert all(set(check) == {"check", "verdict"} for check in body["checks"]) and len(body["checks"]) > 2
    wait_for(lambda: not spool.waiting(learner.root))


def test_all_ways_to_check_are_told(learner, board):
    """`coach watch`, `coach check --json` and `--all`, which ends with the exercise where one is."""
    join(learner, board, "All Ways")
    learner.coach("watch", "02", "--once", check=False)
    wait_for(lambda: len(numbers(board, "All Ways")) == 1)
    printed = learner.coach("check", "02", "--json", check=False).stdout
    assert json.loads(printed)["exercises"]
    wait_for(lambda: len(numbers(board, "All Ways")) == 2)
    learner.coach("check", "--all", check=False)
    wait_for(lambda: not spool.waiting(learner.root))
    told = bodies(board, "All Ways")
    assert told[-1]["exercise"] == "02_download" and {"01_environment"} < {body["exercise"] for body in told}
    assert not [body for body in told if body["verdict"] == "not started"]


def test_what_the_coach_does_for_a_learner_is_told(at, board):
    """`coach skip` passes an exercise: the board hears of it once, and of no failure before."""
    workshop = at(1)
    join(workshop, board, "Skipper")
    workshop.coach("skip")
    wait_for(lambda: bodies(board, "Skipper"))
    wait_for(lambda: not spool.waiting(workshop.root))
    assert [(body["exercise"], body["verdict"]) for body in bodies(board, "Skipper")] == [("02_download", "passed")]


def test_without_joining_nothing_is_written_or_sent(learner, monkeypatch):
    """A check leaves no file, starts no process and opens no connection for a board."""
    code = (
        "import subprocess, socket, sys\n"
        "def no(*args, **more): print('REACHED OUT', args, file=sys.stderr)\n"
        "sys.addaudithook(lambda event, args: no(event, args) if event == 'socket.connect' or"
        " event == 'subprocess.Popen' and 'deliver' in str(args) else None)\n"
        "sys.argv = ['coach', 'check', '02']\n"
        "import runpy; runpy.run_module('coach', run_name='__main__')"
    )
    done = learner.run(sys.executable, "-c", code, check=False)
    assert done.returncode == 1 and "REACHED OUT" not in done.stderr, done.stderr
    assert traces(learner) == []
    assert reporting.report(learner.root, [graded("02_download", "not yet")]) == "" and traces(learner) == []


def test_a_check_loads_nothing_for_the_board(learner, board):
    """No network, no lock and no schema in the process that checks: the sender has a process of its own."""
    join(learner, board, "Light")
    code = "import sys; from coach.cli import app; app(standalone_mode=False); print(sorted(sys.modules))"
    loaded = learner.run(sys.executable, "-c", code, "check", "01").stdout.splitlines()[-1]
    assert "'coach.joined.reporting'" in loaded
    heavy = ("filelock", "http.client", "fastapi", "uvicorn", "coach.board.wire", "coach.joined.sender")
    assert not [name for name in heavy if f"'{name}'" in loaded]
    wait_for(lambda: numbers(board, "Light"))


def test_the_sender_loads_no_library_but_the_lock(learner, board):
    """It starts in a moment, and with every check."""
    join(learner, board, "Quick")
    spool.put(learner.root, [event("02_download")])
    code = "import sys; sys.argv[1:] = ['deliver']; from coach.__main__ import command_line; command_line()();"
    loaded = learner.run(sys.executable, "-c", code + " print(sorted(sys.modules))").stdout
    assert "filelock" in loaded and numbers(board, "Quick") == [1]
    assert not [name for name in ("pydantic", "typer", "rich", "pytest", "requests") if f"'{name}'" in loaded]


class Mute:
    """A server that takes every connection, and never answers."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"


@pytest.fixture
def mute():
    with (found := Mute()).listener:
        yield found


def test_a_board_that_never_answers_holds_up_nobody(learner, mute):
    """A check ends as it would without a board, and what it found waits."""
    alone = learner.coach("check", "02", check=False)
    membership.save(learner.root, membership.Membership(mute.url, "AAAA-AAAA", "Ada", "token"))
    beside = learner.coach("check", "02", check=False)
    assert (beside.returncode, beside.stdout, beside.stderr) == (alone.returncode, alone.stdout, alone.stderr)
    assert len(spool.waiting(learner.root)) == 1


SPOILED = {
    "a file in the spool's place": lambda kept: (kept / "spool").write_text("a file"),
    "a damaged membership": lambda kept: (kept / "board.json").write_text("{"),
    "a membership of another kind": lambda kept: (kept / "board.json").write_text("[1]"),
    "a folder in its place": lambda kept: ((kept / "board.json").unlink(), (kept / "board.json").mkdir()),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_the_verdict_counts_whatever_becomes_of_the_report(folder, mute, spoil):
    """A disk that cannot be written, a damaged file: the check is none the wiser."""
    membership.save(folder, membership.Membership(mute.url, "AAAA-AAAA", "Ada", "token"))
    spoil(folder / ".coach")
    assert reporting.report(folder, [graded("02_download", "not yet")]) == ""
    if (folder / ".coach" / "board.json").is_dir():
        (folder / ".coach" / "board.json").rmdir()


def test_a_full_disk_leaves_no_half_of_an_event(folder, monkeypatch):
    """What could not be written whole is not there at all."""
    membership.save(folder, membership.Membership("http://127.0.0.1:1", "AAAA-AAAA", "Ada", "token"))

    def full(*names):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool.os, "replace", full)
    assert reporting.report(folder, [graded("02_download", "not yet")]) == ""
    assert list(spool.folder(folder).iterdir()) == []


# In order, and once


def graded(exercise, verdict, checks=1):
    """Return an exercise as the coach has graded it."""
    said = "passed" if verdict == "passed" else "not yet"
    return Graded(exercise, [Result(exercise, f"test_{n}", "T.", said, 1) for n in range(checks)], verdict)


def event(exercise="02_download", checks=1):
    """Return an event that waits."""
    return reporting.event_of(graded(exercise, "not yet", checks))


def deliver(folder, **options):
    """Run a sender to its end."""
    shutil.copytree(Path(sender.__file__).parents[1], folder / "coach", dirs_exist_ok=True)
    (folder / "pyproject.toml").write_text("[tool.coach]\n")
    command = [sys.executable, "-m", "coach", "deliver"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)


def test_many_senders_at_once_tell_each_event_once_and_in_order(folder, board):
    """Only one of them works, even while more events come."""
    member(folder, board, "Crowded")
    spool.put(folder, [event(checks=number % 7) for number in range(120)])
    senders = [deliver(folder) for _ in range(4)]
    for _ in range(30):
        spool.put(folder, [event()])
    for each in senders:
        said, _ = each.communicate(timeout=PATIENCE)
        assert each.returncode == 0 and said == b"", said
    sender.deliver(folder)
    assert numbers(board, "Crowded") == list(range(1, 151)) and not spool.waiting(folder)
    assert [len(body["checks"]) for body in bodies(board, "Crowded")][:120] == [number % 7 for number in range(120)]


def test_away_and_back(learner, own_board):
    """What was checked while the board was away is delivered once it is back, in order, each once."""
    join(learner, own_board, "Patient")
    own_board.kill()
    for number in ("02", "01", "02"):
        learner.coach("check", number, check=False)
    assert len(spool.waiting(learner.root)) == 3
    said = learner.coach("raise-hand", "are you there?").stdout
    assert "The board does not answer now" in said
    with Board(own_board.root, port=own_board.port):
        learner.coach("check", "01")
        wait_for(lambda: len(numbers(own_board, "Patient")) == 5)
        wait_for(lambda: not spool.waiting(learner.root))
        told = [body.get("exercise", body.get("message")) for body in bodies(own_board, "Patient")]
        order = ["02_download", "01_environment", "02_download", "are you there?", "01_environment"]
        assert told == order and numbers(own_board, "Patient") == [1, 2, 3, 4, 5]


def test_an_answer_that_is_lost_doubles_nothing(folder, board, monkeypatch):
    """The board has kept the events, the learner has not heard of it: they are sent again, and kept once."""
    member(folder, board, "Deaf")
    spool.put(folder, [event(), event()])
    real = talk.ask

    def deaf(*arguments):
        real(*arguments)
        raise talk.Away("the answer was lost")

    monkeypatch.setattr(talk, "ask", deaf)
    assert sender.Sender(folder).step() > 0 and len(spool.waiting(folder)) == 2
    monkeypatch.setattr(talk, "ask", real)
    spool.put(folder, [event()])
    sender.deliver(folder)
    assert numbers(board, "Deaf") == [1, 2, 3] and not spool.waiting(folder)


def lose(kept):
    (kept / "last").unlink()


def empty(kept):
    (kept / "last").write_text("")


def restore(kept):
    (kept / "last").write_text("2")


FORGOTTEN = [(lose, 9, 3), (lose, 3, 9), (lose, 3, 3), (empty, 9, 3), (empty, 3, 9), (empty, 1, 1), (restore, 9, 3)]


@pytest.mark.parametrize("spoil, told, waiting", FORGOTTEN, ids=lambda part: getattr(part, "__name__", None))
def test_reports_arrive_though_it_is_forgotten_what_was_told(folder, board, spoil, told, waiting):
    """A lost, empty or older file: the board would take numbers that it knows for the same events once more."""
    member(folder, board, name := f"Forgetful {spoil.__name__} {told} {waiting}")
    spool.put(folder, [event("01_environment") for _ in range(told)])
    sender.deliver(folder)
    spool.put(folder, [event("02_download", checks=number) for number in range(waiting)])
    spoil(spool.folder(folder))
    sender.deliver(folder)
    assert [len(body["checks"]) for body in bodies(board, name)[told:]] == list(range(waiting))
    assert not spool.waiting(folder) and spool.last(folder) == numbers(board, name)[-1]
    spool.put(folder, [event("03_remote")])
    sender.deliver(folder)
    assert bodies(board, name)[-1]["exercise"] == "03_remote" and len(bodies(board, name)) == told + waiting + 1


def test_a_board_that_claims_more_and_more_is_asked_less_and_less(folder):
    """Whatever it says that it has, nothing is taken for told, and it is not asked without a pause."""
    server, asked = answers(200, body=lambda number: b'{"delivered": %d}' % (10**9 * number))
    with server:
        membership.save(folder, membership.Membership(server.url, "A", "Ada", "t"))
        spool.begin(folder, 0)
        spool.put(folder, [event()])
        one = sender.Sender(folder)
        waits = [one.step() for _ in range(8)]
        server.shutdown()
    assert all(waits) and waits[-1] > waits[0] and len(spool.waiting(folder)) == 1


DELIVERED = {"a text": "9", "a fraction": 1.5, "nothing": None, "yes": True, "less than nothing": -1, "endless": 10**30}


def stays_waiting(folder, server):
    """Deliver an event to a server that is no board; it refuses, and the event still waits."""
    membership.save(folder, membership.Membership(server.url, "A", "Ada", "t"))
    spool.put(folder, [event()])
    with pytest.raises(sender.Out):
        sender.deliver(folder)
    server.shutdown()
    assert len(spool.waiting(folder)) == 1


@pytest.mark.parametrize("delivered", DELIVERED.values(), ids=DELIVERED)
def test_an_answer_without_a_number_is_no_boards(folder, delivered):
    """What waits stays."""
    server, asked = answers(200, body=json.dumps({"name": "Ada", "token": "t", "delivered": delivered}).encode())
    with server:
        with pytest.raises(Trouble, match="something else"):
            joining.join(folder, server.url, "AAAA-AAAA", "Ada")
        stays_waiting(folder, server)


def test_an_event_that_cannot_be_read_now_is_told_later(folder, board, monkeypatch):
    """A disk that fails for a moment loses nothing, and the order stays."""
    member(folder, board, "Flaky")
    spool.put(folder, [event(checks=number) for number in range(3)])
    second, real = spool.line_up(folder)[1], sender.read

    def fail(file):
        if file == second:
            raise PermissionError(errno.EACCES, "another program has it", file)
        return real(file)

    monkeypatch.setattr(sender, "read", fail)
    one = sender.Sender(folder)
    assert one.step() > 0 and len(spool.waiting(folder)) == 3
    monkeypatch.setattr(sender, "read", real)
    sender.deliver(folder)
    assert [len(body["checks"]) for body in bodies(board, "Flaky")] == [0, 1, 2]
    assert "another program has it" in (folder / ".coach" / "board.log").read_text()


def test_an_event_that_had_to_go_meanwhile_is_no_fault(folder, board, monkeypatch):
    """Of too many the oldest go, also while a sender is at work."""
    member(folder, board, "Gone")
    spool.put(folder, [event(checks=number) for number in range(3)])
    gone, real = spool.line_up(folder)[0], sender.read
    monkeypatch.setattr(sender, "read", lambda file: (gone.unlink(missing_ok=True), real(file))[1])
    sender.deliver(folder)
    assert [len(body["checks"]) for body in bodies(board, "Gone")] == [1, 2]


WRONG = {
    "what the board refuses": json.dumps({**event("no exercise!")}),
    "what is too large": json.dumps({**event(), "exercise": "x" * 70_000}),
    "no JSON": "{",
    "no event": "[1]",
    "not even text": "\ud800",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_a_wrong_event_holds_up_no_other(folder, board, text, request):
    """It is dropped and noted; those before and after it arrive."""
    member(folder, board, name := f"Wrong {request.node.callspec.id}")
    spool.put(folder, [event("01_environment")])
    (spool.folder(folder) / f"new-{time.time_ns():020}-0-000.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    spool.put(folder, [event("02_download"), event("03_remote")])
    sender.deliver(folder)
    assert [body["exercise"] for body in bodies(board, name)] == ["01_environment", "02_download", "03_remote"]
    assert not spool.waiting(folder) and "dropped" in (folder / ".coach" / "board.log").read_text()


def answers(*statuses, body=b"{}"):
    """Return a server that gives these answers, one for each request, the last one for all others, and its requests."""
    told, asked = list(statuses), []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(told.pop(0) if len(told) > 1 else told[0])
            self.send_header("Retry-After", "7")
            self.end_headers()
            self.wfile.write(body(len(asked)) if callable(body) else body)

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_port}"
    return server, asked


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_board_that_cannot_now_is_asked_later(folder, status):
    """As late as it says; nothing is dropped, and the pauses grow."""
    server, asked = answers(status)
    with server:
        membership.save(folder, membership.Membership(server.url, "A", "Ada", "t"))
        spool.put(folder, [event()])
        one = sender.Sender(folder)
        waits = [one.step() for _ in range(8)]
        server.shutdown()
    assert all(wait >= 7 for wait in waits) and waits[-1] > waits[0] and max(waits) <= 7 + 1.5 * sender.LONGEST_PAUSE
    assert len(asked) == 8 and len(spool.waiting(folder)) == 1


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_board_that_does_not_know_us_is_left_alone(folder, status):
    """The sender ends and notes why; what waits stays for the day when the learner joins again."""
    server, asked = answers(status)
    with server:
        membership.save(folder, membership.Membership(server.url, "A", "Ada", "t"))
        spool.put(folder, [event()])
        with pytest.raises(sender.Out):
            sender.deliver(folder)
        server.shutdown()
    assert len(asked) == 1 and len(spool.waiting(folder)) == 1
    assert "refuses" in (folder / ".coach" / "board.log").read_text()


def test_some_other_server_is_not_taken_for_the_board(folder):
    """One that says yes to everything gets the event, but it counts as delivered only by the board's own words."""
    server, asked = answers(200, body=b"<html>Welcome to the network of this hotel</html>")
    with server:
        stays_waiting(folder, server)


def test_a_request_is_never_larger_than_the_board_takes(folder):
    """Neither in events nor in bytes, whatever waits."""
    server, asked = answers(200, body=b'{"delivered": 1}')
    with server:
        membership.save(folder, membership.Membership(server.url, "A", "Ada", "t"))
        spool.begin(folder, 0)
        spool.put(folder, [event("x" * 80, checks=60) for _ in range(60)] + [event() for _ in range(80)])
        sender.deliver(folder)
        server.shutdown()
    assert max(len(request["events"]) for request in asked) == agreed.MOST_EVENTS
    assert agreed.LARGEST / 2 < max(len(json.dumps(request)) for request in asked) <= agreed.LARGEST
    assert [e["number"] for request in asked for e in request["events"]] == list(range(1, 141))
    for request in asked:
        wire.Events.model_validate_json(json.dumps(request))


def test_what_waits_is_bounded_and_it_is_said(folder, mute, monkeypatch):
    """The oldest go; the learner is told."""
    monkeypatch.setattr(spool, "MOST", 5)
    monkeypatch.setattr(reporting, "start", lambda root: None)
    membership.save(folder, membership.Membership(mute.url, "A", "Ada", "t"))
    said = [reporting.report(folder, [graded(f"0{number}_x", "not yet")]) for number in range(8)]
    assert [bool(each) for each in said] == [False] * 5 + [True] * 3 and "`coach leave`" in said[-1]
    waiting = [json.loads(file.read_text())["exercise"] for file in spool.waiting(folder)]
    assert waiting == ["03_x", "04_x", "05_x", "06_x", "07_x"]


def test_a_clock_that_is_set_back_keeps_the_order(folder, monkeypatch):
    """What was checked later is told later."""
    times = iter([5_000, 3_000, 1_000, 9_000])
    monkeypatch.setattr(spool.time, "time_ns", lambda: next(times))
    for number in range(4):
        spool.put(folder, [event(f"0{number}_x")])
    assert [json.loads(f.read_text())["exercise"] for f in spool.line_up(folder)] == [f"0{n}_x" for n in range(4)]


# Join, leave, hands


def test_hands_go_up_and_down(learner, board):
    """The learner is told that the instructor sees it."""
    join(learner, board, "Handy")
    assert "Your hand is up" in learner.coach("raise-hand", "dvc push hangs <b>").stdout
    with board.page() as page:
        assert page.named("Handy")["hand"]["message"] == "dvc push hangs <b>"
        assert "Your hand is down" in learner.coach("lower-hand").stdout
        page.until(lambda page: not page.named("Handy")["hand"])


def sleeping(monkeypatch, how):
    """Let a sender sleep in some way; the clock and the locks are as always."""
    monkeypatch.setattr(sender, "time", SimpleNamespace(**{**vars(time), "sleep": how}))


def test_a_hand_goes_up_while_a_sender_waits_for_the_board_to_come_back(folder, own_board, monkeypatch):
    """The sender sleeps for long, as the board asked it to; the board is there again, and whoever asks is heard at once."""
    asleep, wake, real = threading.Event(), threading.Event(), talk.ask
    member(folder, own_board, "Eager")
    spool.put(folder, [event("01_environment")])
    monkeypatch.setattr(talk, "ask", lambda *about: talk.Answer(503, {}, 60))
    sleeping(monkeypatch, lambda seconds: seconds and (asleep.set(), wake.wait(PATIENCE)))
    thread = threading.Thread(target=sender.deliver, args=[folder])
    thread.start()
    try:
        assert asleep.wait(PATIENCE)
        monkeypatch.setattr(talk, "ask", real)
        assert joining.hand(folder, "help") and numbers(own_board, "Eager") == [1, 2]
        sender.deliver(folder)
        assert not wake.is_set(), "a second sender ends at once, and does not wait"
    finally:
        wake.set()
        thread.join(PATIENCE)
    assert not thread.is_alive() and numbers(own_board, "Eager") == [1, 2]


def test_a_hand_that_was_refused_does_not_go_up_later(folder, monkeypatch):
    """Who has been told that the board takes nothing may join again hours later; the reports still wait."""
    membership.save(folder, membership.Membership("http://127.0.0.1:1", "A", "Ada", "t"))
    spool.put(folder, [event()])
    monkeypatch.setattr(talk, "ask", lambda *about: talk.Answer(403, {}, 0))
    with pytest.raises(Trouble, match="takes nothing"):
        joining.hand(folder, "still there?")
    assert ["message" in json.loads(file.read_text()) for file in spool.waiting(folder)] == [False]


def test_while_one_sender_waits_no_other_one_does(folder, monkeypatch):
    """However often somebody checks while the board is away."""
    asleep, wake = threading.Event(), threading.Event()
    membership.save(folder, membership.Membership("http://127.0.0.1:1", "A", "Ada", "t"))
    spool.put(folder, [event()])
    sleeping(monkeypatch, lambda seconds: seconds and (asleep.set(), wake.wait(PATIENCE)))
    thread = threading.Thread(target=sender.deliver, args=[folder])
    thread.start()
    try:
        assert asleep.wait(PATIENCE)
        sleeping(monkeypatch, lambda seconds: pytest.fail("a second one waits"))
        sender.deliver(folder)
    finally:
        membership.leave(folder)
        wake.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def test_whoever_joins_again_goes_on(learner, board):
    """The same class: the same row, another name, the numbers go on; after `coach leave`, too, and nothing is sent between."""
    join(learner, board, "Before")
    learner.coach("raise-hand")
    known = membership.load(learner.root)
    (learner.root / ".coach/spool/last").unlink()  # as after a crash at the worst moment
    join(learner, board, "After")
    assert membership.load(learner.root).token == known.token
    learner.coach("lower-hand")
    assert numbers(board, "After") == [1, 2] and numbers(board, "Before") == []
    assert "You have left the class" in learner.coach("leave").stdout
    assert membership.load(learner.root) is None and not spool.waiting(learner.root)
    with board.page() as page:
        assert page.named("After") is None
    learner.coach("check", "02", check=False)
    assert not spool.waiting(learner.root)
    assert "in the class as After." in join(learner, board, "After").stdout
    assert membership.load(learner.root).token == known.token and numbers(board, "After") == [1, 2]


def test_who_has_a_name_that_is_taken_is_told_why_it_changed(folder, board, monkeypatch, capsys):
    """A number tells the two apart, and the coach says so."""
    from coach.joined import cli

    monkeypatch.setattr(cli, "find_root", lambda: folder)
    cli.join(board.url, board.code, "Twin")
    assert "who has that name" not in capsys.readouterr().out
    spool.clear(folder)
    membership.file_of(folder).unlink()
    cli.join(board.url, board.code, "Twin")
    said = capsys.readouterr().out
    assert "as Twin (2)." in said and "who has that name" in said


def test_another_class_hears_nothing_of_the_first(folder, board, own_board):
    """What waited for the one board is not told to the other, nor is the token."""
    first = member(folder, board, "Mover")
    spool.put(folder, [event("01_environment")])
    second = member(folder, own_board, "Mover")
    spool.put(folder, [event("02_download")])
    sender.deliver(folder)
    assert first.token != second.token and numbers(board, "Mover") == []
    assert [body["exercise"] for body in bodies(own_board, "Mover")] == ["02_download"]


def test_a_board_that_has_moved_knows_its_learners(folder, own_board):
    """The same class at another address: what waited is told there."""
    before = member(folder, own_board, "Nomad")
    own_board.kill()
    spool.put(folder, [event()])
    with Board(own_board.root) as moved:
        assert moved.port != own_board.port and member(folder, moved, "Nomad").token == before.token
        wait_for(lambda: (sender.deliver(folder), numbers(moved, "Nomad"))[1] == [1])


def test_the_token_is_the_learners_alone(folder, board):
    """Nobody else on the machine reads it, and Git does not see it."""
    member(folder, board, "Private")
    if os.name == "posix":
        assert membership.file_of(folder).stat().st_mode & 0o077 == 0


def test_git_sees_nothing_of_it(learner, board):
    """Neither the membership nor the spool is in the way of the learner's work."""
    before = learner.run("git", "status", "--porcelain").stdout
    join(learner, board, "Clean")
    learner.coach("check", "02", check=False)
    assert learner.run("git", "status", "--porcelain").stdout == before


def test_no_proxy_is_between(learner, board):
    """The board is in the room, whatever proxy the environment names."""
    learner.env |= {name: "http://127.0.0.1:1" for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy")}
    assert "You are in the class" in join(learner, board, "Direct").stdout


JOINS = {
    "nobody there": (["http://127.0.0.1:1", "{code}", "--name", "Ada"], 1, "no answer"),
    "another kind of server": (["{bucket}", "{code}", "--name", "Ada"], 1, "something else"),
    "a wrong code": (["{url}", "AAAA-AAAA", "--name", "Ada"], 1, "not the one of the class"),
    "an address that is none": (["ftp://x", "{code}", "--name", "Ada"], 1, "no such address"),
    "an address with a path": (["{url}/class/1", "{code}", "--name", "Ada"], 1, "no such address"),
    "an address with a password": (["http://me:pw@127.0.0.1", "{code}", "--name", "Ada"], 1, "no such address"),
    "a port that is none": (["http://127.0.0.1:99999", "{code}", "--name", "Ada"], 1, "no such address"),
    "an address with spaces": (["http://my board:8700", "{code}", "--name", "Ada"], 1, "no such address"),
    "an empty name": (["{url}", "{code}", "--name", " "], 1, "a name of"),
    "a name that shows nothing": (["{url}", "{code}", "--name", "\u200b\u202e"], 1, "does not take"),
    "a long name": (["{url}", "{code}", "--name", "x" * 61], 1, "a name of 61 characters"),
    "no name": (["{url}", "{code}"], 2, "--name"),
    "no code": (["{url}"], 2, "CODE"),
    "no message for a class": (["raise-hand", "help"], 1, "no class"),
    "no class to leave": (["leave"], 1, "no class"),
}


@pytest.mark.parametrize("arguments, code, found", JOINS.values(), ids=JOINS)
def test_what_goes_wrong_is_told_in_words(generated, tmp_path, board, arguments, code, found):
    """What was found, what was expected, and a command that goes on; and nothing is kept."""
    root = copy_of(generated, tmp_path / "workshop")
    server, _ = answers(501)
    with server:
        values = {"url": board.url, "code": board.code, "bucket": server.url}
        words = [argument.format(**values) for argument in arguments]
        words = words if words[0] in ("raise-hand", "leave") else ["join", *words]
        command = [sys.executable, "-m", "coach", *words]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=PATIENCE)
        server.shutdown()
    assert done.returncode == code and found in done.stderr, done.stdout + done.stderr
    assert "Traceback" not in done.stderr and (code == 2 or "`coach join --help`" in done.stderr)
    assert not (root / ".coach").exists() or not membership.file_of(root).exists()


STEERING = "\x1b]0;title\x07\x1b[2J\x1b[31mred\r\x08\x9b1A\u202egnp\n    Next: `rm -rf ~`\t\x7f\udc80 end"


@pytest.mark.parametrize("status", [200, 401, 409, 422, 429, 500, 503])
def test_no_answer_steers_the_terminal(generated, tmp_path, status):
    """Whatever a server says is shown as words, each fact in its one line; the log is as harmless."""
    root = copy_of(generated, tmp_path / "workshop")
    said = {"detail": STEERING, "name": STEERING, "token": "t", "delivered": 0}
    server, _ = answers(status, body=json.dumps(said).encode())
    words = ["join", server.url, "AAAA-AAAA", "--name", "Ada"]
    if status == 401:
        membership.save(root, membership.Membership(server.url, "A", "Ada", "t"))
        words = ["raise-hand"]
    with server:
        command = [sys.executable, "-m", "coach", *words]
        done = subprocess.run(command, cwd=root, capture_output=True, timeout=PATIENCE)
        server.shutdown()
    shown = (done.stdout + done.stderr).decode()
    log = root / ".coach" / "board.log"
    kept = log.read_text(encoding="utf-8") if log.exists() else ""
    assert not [letter for letter in shown + kept if not letter.isprintable() and letter != "\n"]
    assert len(re.findall("^ *Next:", shown, re.MULTILINE)) == 1 and "end" in shown + kept or status == 500
    assert done.returncode == (0 if status == 200 else 1), shown


FAULTS = {
    "four facts": Trouble(found=STEERING, expected="e", where="w", next="n"),
    "an error of the coach": ValueError(STEERING),
    "of the disk": OSError(28, STEERING, "a\x1b[2Jb"),
}


@pytest.mark.parametrize("error", FAULTS.values(), ids=FAULTS)
def test_no_error_steers_the_terminal(capsys, tmp_path, monkeypatch, error):
    """Nor does any other text that comes from outside; several lines stay several lines."""
    monkeypatch.chdir(tmp_path)
    errors.explain(error)
    show.line(STEERING)
    both = "".join(capsys.readouterr())
    assert "red" in both and "\n" in both and both.encode()
    assert not [letter for letter in both.replace("\n", "") if not letter.isprintable()]


@pytest.mark.parametrize("typed", ["{host}:{port}", "http://{host}:{port}/", "{url}/#whatever", " {url} "])
def test_an_address_may_be_typed_in_some_ways(folder, board, typed):
    """Without http, with a slash, with what a browser has behind it."""
    address = typed.format(host=board.host, port=board.port, url=board.url)
    assert joining.join(folder, address, board.code.lower(), "Typist").url == board.url


def test_a_class_can_be_left_without_the_board(folder, own_board, monkeypatch):
    """The learner decides: from then on nothing is sent, and it is said what the board still shows."""
    member(folder, own_board, "Leaver")
    own_board.kill()
    spool.put(folder, [event()])
    assert "until the instructor removes it" in joining.leave(folder)
    assert membership.load(folder) is None and not spool.waiting(folder)


def test_the_order_of_several_ends_where_the_learner_is():
    """Of `check --all`: the first exercise that has not passed comes last, and what is not begun is not told."""
    verdicts = {"01": "passed", "02": "not yet", "03": "passed", "04": "not yet", "05": "not started"}
    told = reporting.in_order([graded(name, verdict) for name, verdict in verdicts.items()])
    assert [one.exercise for one in told] == ["01", "03", "04", "02"]


def test_the_help_says_what_is_sent(learner):
    """Before one joins."""
    said = " ".join(learner.coach("join", "--help").stdout.split())
    for word in (
        "your name",
        "the exercise",
        "its checks with their verdicts",
        "the time",
        "No code, no files",
        "coach leave",
    ):
        assert word in said, said


def test_report_and_event_are_one_format():
    """What a check writes is what the schema of the board takes."""
    made = {**event(checks=3), "number": 1}
    assert set(made) == set(report(1))
    wire.Events.model_validate_json(json.dumps({"now": time.time(), "events": [made]}))
