"""The instructor's board: who may read and write what, that nothing acknowledged is lost, and that nothing hostile gets through."""

import asyncio
import contextlib
import errno
import http.client
import inspect
import json
import random
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from copy import deepcopy
from dataclasses import replace

import pytest
from boards import PATIENCE, Board, copy_of, hand, passed, report
from coach import course
from coach.board import agenda
from coach.board import app as application
from coach.board import keys, limits, serve, store, text, views
from coach.board.classroom import Classroom, Refused
from coach.board.clock import Clock, kept
from coach.board.lessons import Lesson, lessons, sentences_of
from coach.board.pages import MOST_WAITING, Pages
from coach.board.standing import Learner
from coach.board.wire import Events
from coach.environment import Trouble
from coach.joined.agreed import LARGEST
from states import free_port

NAMES = "Ada Lovelace", "Grace Hopper"


@pytest.fixture(scope="module")
def root(generated, tmp_path_factory):
    """Return a workshop in which a board can run."""
    return copy_of(generated, tmp_path_factory.mktemp("instructor") / "workshop")


@pytest.fixture(scope="module")
def board(root):
    """Return a board that the tests of this file share; each lets learners of its own join."""
    with Board(root) as found:
        yield found


@pytest.fixture
def fresh(generated, tmp_path):
    """Return a workshop in which no board has run."""
    return copy_of(generated, tmp_path / "workshop")


# What strangers write

BIDI, ZERO_WIDTH = "\u202e\u202d\u2066\u2069\u200f", "\u200b\u200d\ufeff\u2060"


def test_names_that_look_alike_get_numbers():
    """No two learners have names that look the same, however long they are."""
    taken = set()
    for wanted in ("Ada", "ADA", "Ａｄａ", "Ada (2)", "x" * 60, "x" * 60, "Ad\u200da"):
        name = text.unlike(wanted, taken, 60)
        assert text.key(name) not in taken and len(name) <= 60
        taken.add(text.key(name))
    assert {"ada", "ada (2)", "ada (3)", "ada (4)"} <= taken


# Where a learner stands

COURSE = {
    f"0{number}_{name}": Lesson(
        f"0{number}_{name}", f"0{number}", name, 10, {"test_a": "A holds.", "test_b": "B holds."}
    )
    for number, name in enumerate(("one", "two", "three"), start=1)
}


def standing(*events):
    """Return a learner after events, (exercise, verdict, {check: verdict}) at second 1, 2, 3, … each."""
    learner = Learner(1, "Ada", 0)
    for second, (exercise, verdict, checks) in enumerate(events, start=1):
        listed = [{"check": check, "verdict": said} for check, said in checks.items()]
        learner.apply(COURSE, second, second, {"exercise": exercise, "verdict": verdict, "checks": listed})
    return learner


A = ("01_one", "not yet", {"test_a": "not yet", "test_b": "not yet"})
B = ("01_one", "not yet", {"test_a": "passed", "test_b": "not yet"})
DONE = ("01_one", "passed", {"test_a": "passed", "test_b": "passed"})
TWO = ("02_two", "not yet", {"test_a": "skipped", "test_b": "not yet"})
ERROR = ("01_one", "error", {"test_a": "error"})
UNKNOWN = ("99_other", "not yet", {"test_a": "not yet"})
NEW_CHECK = ("01_one", "not yet", {"test_new": "not yet", "test_b": "not yet"})
NOT_BEGUN = ("01_one", "not started", {})
STANDINGS = {
    "nothing yet": ([], None),
    "the first check that is not yet right": ([A], ("01_one", "test_a", 1, 1)),
    "each try counts, the first one's time stays": ([A, A, A], ("01_one", "test_a", 1, 3)),
    "another check begins anew": ([A, A, B, B], ("01_one", "test_b", 3, 2)),
    "back to the first one": ([A, B, A], ("01_one", "test_a", 3, 1)),
    "a pass ends it": ([A, A, DONE], None),
    "after a pass anew": ([A, DONE, A], ("01_one", "test_a", 3, 1)),
    "the latest exercise counts": ([A, TWO], ("02_two", "test_b", 2, 1)),
    "another one between": ([A, TWO, A], ("01_one", "test_a", 1, 2)),
    "an earlier one looked at again": ([TWO, DONE], ("02_two", "test_b", 1, 1)),
    "the coach's own fault": ([A, ERROR], None),
    "an exercise that is not ours": ([A, UNKNOWN], ("01_one", "test_a", 1, 1)),
    "a check that is not ours": ([NEW_CHECK], ("01_one", "test_b", 1, 1)),
    "not begun": ([NOT_BEGUN], None),
}


@pytest.mark.parametrize("events, stuck", STANDINGS.values(), ids=STANDINGS)
def test_stuck_is_the_failing_check_of_the_latest_exercise(events, stuck):
    """Since when and how often counts from the first report in which this check failed first."""
    shown = views.stuck(standing(*events), COURSE)
    assert shown == stuck or (shown["exercise"], shown["check"], shown["since"], shown["tries"]) == stuck


def test_once_passed_stays_passed():
    """As in `coach list`; a later failure shows as being stuck all the same."""
    learner = standing(DONE, A)
    assert learner.cells == {"01_one": "passed"} and learner.stuck.check == "test_a"
    assert standing(A, ERROR).cells == {"01_one": "error"} and standing(A, NOT_BEGUN).cells == {"01_one": "not yet"}


def test_hardest_checks_count_learners_not_tries():
    """For how many a check is the failing one now, and for how many it ever was; the most first."""
    found = views.hardest([standing(A, A, A), standing(A, B), standing(B, B, DONE)], COURSE)
    counted = [(each["check"], each["now"], each["ever"]) for each in found]
    assert counted == [("test_a", 1, 2), ("test_b", 1, 2)]
    assert found[0]["title"] == "A holds."


def test_a_hand_that_the_instructor_has_lowered_stays_down():
    """An event that comes again, or was on its way, does not raise it; a new one does."""
    learner = Learner(1, "Ada", 0)
    learner.apply(COURSE, 1, 1, {"message": "help"})
    learner.lower(1)
    assert learner.hand is None
    learner.apply(COURSE, 1, 1, {"message": "help"})
    assert learner.hand is None
    learner.apply(COURSE, 2, 5, {"message": "again"})
    learner.lower(1)
    assert (learner.hand.since, learner.hand.message) == (5, "again")
    learner.apply(COURSE, 3, 6, {"message": None})
    assert learner.hand is None


def test_a_hand_that_is_raised_again_keeps_its_place_and_its_words():
    """Whoever asks twice does not go to the end of the list; new words take the place of the old ones."""
    learner = Learner(1, "Ada", 0)
    said = [(1, "help", "help"), (2, "", "help"), (3, "dvc push hangs", "dvc push hangs")]
    for number, message, shown in said:
        learner.apply(COURSE, number, number, {"message": message})
        assert (learner.hand.since, learner.hand.message) == (1, shown)
    learner.lower(2)
    assert learner.hand, "the instructor lowered an earlier one"
    learner.lower(3)
    assert learner.hand is None


NINE = time.mktime((2026, 1, 15, 9, 0, 0, 0, 0, 0))
AGENDA = {
    "not started": (None, 0, None, None, 0),
    "at once": (NINE, 0, "01_one", 600, 0),
    "just before the end": (NINE, 599, "01_one", 600, 0),
    "the second one": (NINE, 600, "02_two", 1200, 1),
    "the last one": (NINE, 1799, "03_three", 1800, 2),
    "all is over": (NINE, 1800, None, None, 3),
}


@pytest.mark.parametrize("started, after, at, ends, due", AGENDA.values(), ids=AGENDA)
def test_the_agenda_follows_the_minutes(started, after, at, ends, due):
    """One exercise after the other, from the moment when the clock was started."""
    found = agenda.place(COURSE, Clock(started), NINE + after)
    assert (found["at"], found["ends"], len(found["due"])) == (at, ends and NINE + ends, due)
    assert agenda.on_time([standing(DONE), standing(A)], found["due"]) == {0: 2, 1: 1}.get(due, 0)


@pytest.mark.parametrize("minute, begins, due", [(59, 0, 0), (61, 75, 1), (74, 75, 1), (76, 75, 1), (136, 195, 2)])
def test_the_agenda_keeps_the_breaks(minute, begins, due):
    """After at most 90 minutes there is a break, and lunch at noon, as `coach class agenda` has them."""
    course = {name: replace(one, minutes=60) for name, one in COURSE.items()}
    started = NINE + 30 * 60
    found = agenda.place(course, Clock(started), started + 60 * minute)
    assert (found["begins"], len(found["due"])) == (started + 60 * begins, due)


WISHES = {
    "start": (Clock(), "start", Clock(50)),
    "start twice": (Clock(10), "start", Clock(10)),
    "pause": (Clock(10), "pause", Clock(10, paused=50)),
    "pause twice": (Clock(10, paused=20), "pause", Clock(10, paused=20)),
    "pause what does not run": (Clock(), "pause", Clock()),
    "go on": (Clock(10, paused=20), "start", Clock(10, lost=30)),
    "go on after a second pause": (Clock(10, paused=40, lost=5), "start", Clock(10, lost=15)),
    "go on where the machine's clock was set back": (Clock(10, paused=90, lost=5), "start", Clock(10, lost=5)),
    "pause again": (Clock(10, lost=5), "pause", Clock(10, paused=50, lost=5)),
    "stop": (Clock(10, lost=5), "stop", Clock()),
    "stop what is paused": (Clock(10, paused=20, lost=5), "stop", Clock()),
    "stop what does not run": (Clock(), "stop", Clock()),
}


@pytest.mark.parametrize("clock, wish, after", WISHES.values(), ids=WISHES)
def test_the_clock_after_a_wish(clock, wish, after):
    """A pause keeps the place, a stop forgets it, a wish that comes twice is one; the store gives the same clock back."""
    assert clock.after(wish, 50) == after
    assert kept(dict(after.rows())) == after


PAUSES = {  # minutes: (at which the pause begins, how long it lasts)
    "short": (5, 3),
    "between two exercises": (10, 30),
    "as long as all exercises": (15, 30),
    "overnight": (25, 14 * 60),
}


@pytest.mark.parametrize("at, long", PAUSES.values(), ids=PAUSES)
def test_a_pause_keeps_the_place_and_shifts_what_comes_after(at, long):
    """While it lasts all stays as it was when it began; then everything is later by its length, and nothing else."""
    begins, ends = NINE + 60 * at, NINE + 60 * (at + long)
    running, paused = Clock(NINE), Clock(NINE).after("pause", begins)
    gone_on = paused.after("start", ends)
    there = agenda.place(COURSE, running, begins)
    for now in (begins, begins + 1, ends, ends + 1e6):
        assert agenda.place(COURSE, paused, now) == {**there, "paused": begins}
    for minute in range(at, 31):
        as_planned = agenda.place(COURSE, running, NINE + 60 * minute)
        later = agenda.place(COURSE, gone_on, NINE + 60 * (minute + long))
        shifted = {key: as_planned[key] and as_planned[key] + 60 * long for key in ("begins", "ends")}
        assert later == {**as_planned, **shifted}


@pytest.mark.parametrize("clock", [Clock(), Clock(NINE + 30 * 60), Clock(NINE + 30 * 60, NINE + 45 * 60, 600)], ids=str)
def test_the_breaks_are_those_of_the_agenda(clock):
    """As long as they are, before the exercises before which they come; where no clock runs, as if it began now."""
    course = {name: replace(one, minutes=60) for name, one in COURSE.items()}
    found = agenda.place(course, clock, NINE + 30 * 60)["breaks"]
    assert [tuple(one.values()) for one in found] == [("02_two", "Break", 15), ("03_three", "Lunch", 60)]
    assert agenda.place(COURSE, clock, NINE + 14 * 3600)["breaks"] == []


def test_a_pause_moves_no_break():
    """Breaks and lunch stay where they are in the agenda, however long the pause before them."""
    course = {name: replace(one, minutes=60) for name, one in COURSE.items()}
    began, lost = NINE + 30 * 60, 5 * 3600
    places = [agenda.place(course, Clock(began, lost=lost), began + lost + 60 * minute) for minute in (0, 61, 136, 300)]
    assert [one["begins"] and (one["begins"] - began - lost) / 60 for one in places] == [0, 75, 195, None]


def test_the_course_is_read_and_never_run(tmp_path, generated):
    """Each check has its sentence; a test file that would do harm does none, a broken one has no checks."""
    found = lessons(generated)
    assert list(found) == sorted(found) and found["02_download"].minutes > 0
    assert found["02_download"].checks["test_stage"] == "There is a stage download that runs its module."
    assert all(len(one.checks) >= 3 and all(map(str.strip, one.checks.values())) for one in found.values())
    harm = f'open({str(tmp_path / "harm")!r}, "w")\ndef test_x():\n    "It holds."\ndef helper(): "no"\n'
    assert dict(sentences_of(harm)) == {"test_x": "It holds."} and not (tmp_path / "harm").exists()
    assert dict(sentences_of("def test_x(:")) == dict(sentences_of("\0")) == {}
    assert course.workshop_name(generated) == "DVC Workshop" and course.workshop_name(tmp_path) == tmp_path.name


def test_the_projector_tells_nobody_apart():
    """Rows are in the order of progress under ids that are places; whoever joined first does not show."""
    learners = [standing(A), standing(DONE), standing()]
    learners[0].hand = type("Hand", (), {"since": 5, "message": "secret"})()
    rows = shown("projector", learners)
    assert list(rows) == [1, 2, 3] and [row["cells"][0] for row in rows.values()] == [
        "passed",
        "not yet",
        "not started",
    ]
    assert rows[2]["hand"] == {"since": 5} and not any("name" in row for row in rows.values())
    assert rows == shown("projector", [learners[2], learners[0], learners[1]])


def test_of_those_who_are_equally_far_the_order_tells_nothing():
    """Neither who joined first nor who reported last: it is chance, and it stays."""
    orders = set()
    for _ in range(50):
        learners = [standing(A, A), standing(A)]
        rows = shown("projector", learners)
        assert rows == shown("projector", learners)
        orders.add(rows[1]["stuck"]["tries"])
    assert orders == {1, 2}


def shown(view, learners):
    """Return the rows that a view shows of learners."""
    return views.rows(view, [views.card(view, one, COURSE) for one in learners])


# Who may do what


def test_a_learner_joins_reports_and_shows_on_the_page(board):
    """From the join code to the page: the verdict, the check that holds up, the hand; and it goes again after a pass."""
    token = board.join("Ada in full")["token"]
    with board.page() as page:
        assert page.named("Ada in full")["cells"][1] == "not started"
        assert board.send(token, report(1, ago=5), report(2), hand(3, "help")).data == {"delivered": 3}
        page.until(lambda page: page.named("Ada in full")["hand"])
        row = page.named("Ada in full")
        assert row["cells"][1] == "not yet" and row["hand"]["message"] == "help"
        assert (row["stuck"]["check"], row["stuck"]["tries"]) == ("test_stage", 2)
        assert row["stuck"]["title"] == page.state["exercises"][1]["checks"]["test_stage"]
        assert 0 <= time.time() - row["stuck"]["since"] < PATIENCE
        board.send(token, passed(4), hand(5, None))
        page.until(lambda page: page.named("Ada in full")["cells"][1] == "passed")
        assert page.named("Ada in full")["stuck"] is None and page.named("Ada in full")["hand"] is None
        assert page.state["join"] == f'coach join {board.url} {board.code} --name "…"'
        assert page.state["view"] == "names" and page.state["workshop"] == "DVC Workshop"


CODES = {
    "as shown": lambda code: code,
    "in small letters": str.lower,
    "without the dash": lambda code: code.replace("-", ""),
    "with spaces": lambda code: f" {code.replace('-', ' ')} ",
}


@pytest.mark.parametrize("typed", CODES.values(), ids=CODES)
def test_a_code_may_be_typed_in_any_way(board, typed):
    """What is read aloud is typed in many ways."""
    assert board.ask("/api/join", {"code": typed(board.code), "name": "Typist"}).status == 200


REFUSED_JOINS = {
    "a wrong code": ({"code": "AAAA-AAAA", "name": "Eve"}, 403),
    "the code and more": ({"code": "AAAA-AAAAA", "name": "Eve"}, 403),
    "a code of other letters": ({"code": "ÄÖÜ", "name": "Eve"}, 403),
    "no code": ({"name": "Eve"}, 422),
    "no name": ({"code": "{code}"}, 422),
    "an empty name": ({"code": "{code}", "name": ""}, 422),
    "a name of spaces": ({"code": "{code}", "name": " \u3000 "}, 422),
    "a name that shows nothing": ({"code": "{code}", "name": BIDI + ZERO_WIDTH}, 422),
    "a name that is none": ({"code": "{code}", "name": ["Eve"]}, 422),
    "a long name": ({"code": "{code}", "name": "x" * 61}, 422),
    "something more": ({"code": "{code}", "name": "Eve", "id": 1}, 422),
}


@pytest.mark.parametrize("asked, status", REFUSED_JOINS.values(), ids=REFUSED_JOINS)
def test_who_cannot_join_is_told_why(board, asked, status):
    """In words, and nobody is added."""
    asked = {key: board.code if value == "{code}" else value for key, value in asked.items()}
    answer = board.ask("/api/join", asked)
    assert answer.status == status and len(answer.data["detail"]) > 10
    with board.page() as page:
        assert page.named("Eve") is None


TOKENS = {"none": "", "a wrong one": "x" * 32, "the code": "{code}", "the secret": "{secret}", "hostile": "'; --"}


@pytest.mark.parametrize("path", ["/api/events", "/api/leave"])
@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_a_wrong_token_writes_nothing(board, path, token):
    """Neither the code nor the instructor's secret stands in for a token."""
    before = board.kept("count(*)")
    token = token.format(code=board.code, secret=board.secret)
    assert board.ask(path, {"now": time.time(), "events": [report(1)]}, token).status == 401
    assert board.kept("count(*)") == before


def test_nobody_writes_for_another(board):
    """A token is one learner's: no field of a request names another, and a token reads nothing."""
    mine, other = board.join("Mallory"), board.join("Victim")
    said = {"now": time.time(), "events": [hand(1, "I am Victim")], "learner": other["learner"]}
    assert board.ask("/api/events", said, mine["token"]).status == 422
    board.send(mine["token"], hand(1, "I am Mallory"))
    for view in ("names", "projector"):
        assert board.ask(f"/api/stream?view={view}", token=mine["token"]).status == 403
    for path in ("/api/events", "/api/join", "/api/hand/1", "/api/learners", "/.coach/board/board.sqlite"):
        assert board.ask(path, token=mine["token"]).status in (404, 405)
    with board.page() as page:
        assert page.named("Victim")["hand"] is None and page.named("Mallory")["hand"]["message"] == "I am Mallory"


COMMANDS = {
    "hand": ("/api/hand/{id}", {}),
    "remove": ("/api/remove/{id}", {}),
    "agenda": ("/api/agenda", {"clock": "start"}),
}
SURROUNDINGS = {
    "no cookie": ("", {}, False),
    "a wrong cookie": ("coach_board_names=" + "0" * 64, {}, False),
    "the secret as cookie": ("coach_board_names={secret}", {}, False),
    "the projector's cookie": ("{projector}", {}, False),
    "the projector's value": ("{renamed}", {}, False),
    "another site": ("{names}", {"Sec_Fetch_Site": "cross-site"}, False),
    "another port": ("{names}", {"Sec_Fetch_Site": "same-site"}, False),
    "another origin": ("{names}", {"Origin": "http://evil.example"}, False),
    "no origin at all": ("{names}", {"Origin": "null"}, False),
    "its own page": ("{names}", {"Sec_Fetch_Site": "same-origin", "Origin": "{url}"}, True),
    "an old browser": ("{names}", {}, True),
}


@pytest.fixture(scope="module")
def cookies(board):
    """Return the cookies of both roles, and what a cheat makes of them."""
    names, projector = board.login(), board.login(board.key)
    renamed = "coach_board_names=" + projector.partition("=")[2]
    return {"names": names, "projector": projector, "renamed": renamed, "secret": board.secret, "url": board.url}


@pytest.mark.parametrize("path, data", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("cookie, headers, is_right", SURROUNDINGS.values(), ids=SURROUNDINGS)
def test_only_the_instructors_own_page_gives_orders(board, cookies, path, data, cookie, headers, is_right):
    """Another site, the projector, or anybody else is refused."""
    path = path.format(id=board.join("Ordered")["learner"])
    headers = {name: value.format(**cookies) for name, value in headers.items()}
    answer = board.ask(path, data, cookie=cookie.format(**cookies), **headers)
    assert answer.status == (200 if is_right else 403), answer.body


def test_each_page_opens_with_its_own_secret(board, cookies):
    """The projector's address, which all can read on the wall, shows no names; nothing opens with what is shown there."""
    assert board.ask("/api/stream?view=names", cookie=cookies["projector"]).status == 403
    assert board.ask("/api/stream?view=other", cookie=cookies["names"]).status == 422
    board.page("projector", cookies["projector"]).close()
    board.page("projector", cookies["names"]).close()
    for secret in (board.code, cookies["names"].partition("=")[2], "x", "ä"):
        assert board.ask("/api/login", {"secret": secret}).status == 403


def test_the_cookie_is_out_of_reach(board):
    """No script reads it, no other site sends it, and it is not the secret."""
    said = board.ask("/api/login", {"secret": board.secret}).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/api"} <= set(said.split("; ")) and board.secret not in said


def test_the_projector_gets_no_names_and_no_messages(board, cookies):
    """Not anywhere in the bytes, at first or later, whatever learners do."""
    words = [*NAMES, "Katherine", "my secret trouble", "another trouble"]
    with board.page("projector", cookies["projector"]) as page, board.page() as instructor:
        tokens = [board.join(name)["token"] for name in NAMES]
        board.send(tokens[0], report(1), hand(2, "my secret trouble"))
        board.send(tokens[1], hand(1, "another trouble"), passed(2))
        instructor.until(lambda page: all(page.named(name) for name in NAMES))
        board.join("Katherine", tokens[1])
        instructor.until(lambda page: all(word.encode() in page.raw for word in words))
        page.until(lambda page: sum(bool(row["hand"]) for row in page.rows.values()) >= 2)
        again = board.page("projector", cookies["projector"])
        again.close()
        for raw in (page.raw, again.raw):
            assert b"test_stage" in raw and not [word for word in words if word.encode() in raw]
        assert {key for row in page.rows.values() for key in row} == {"id", "cells", "last", "stuck", "hand"}
        assert {key for row in page.rows.values() for key in row["hand"] or {}} == {"since"}
        assert sorted(page.rows) == list(range(1, len(instructor.rows) + 1))


def test_the_instructor_lowers_hands_removes_and_starts_the_agenda(board, cookies):
    """Each shows on all pages; who was removed can write no more, until they join again."""
    cookie, joined = cookies["names"], board.join("Remi")
    board.send(joined["token"], hand(1, "me"))
    with board.page(cookie=cookie) as page:
        board.ask(f"/api/hand/{joined['learner']}", {}, cookie=cookie)
        page.until(lambda page: not page.named("Remi")["hand"])
        board.ask("/api/agenda", {"clock": "start"}, cookie=cookie)
        page.until(lambda page: page.state["agenda"]["at"] == "01_environment")
        board.ask("/api/agenda", {"clock": "stop"}, cookie=cookie)
        page.until(lambda page: page.state["agenda"]["started"] is None)
        assert board.ask(f"/api/remove/{joined['learner']}", {}, cookie=cookie).status == 200
        page.until(lambda page: not page.named("Remi"))
        assert board.send(joined["token"], hand(2, "still here")).status == 403
        again = board.join("Remi", joined["token"])
        assert again == {**joined, "delivered": 1}
        page.until(lambda page: page.named("Remi"))
        assert board.ask("/api/leave", {}, joined["token"]).status == 200
        page.until(lambda page: not page.named("Remi"))
    assert board.ask("/api/remove/999999", {}, cookie=cookie).status == 404


def test_whoever_joins_again_is_the_same(board):
    """The token tells; the numbers go on, a name may change, and one's own name is not taken by oneself."""
    first = board.join("Rejoin")
    board.send(first["token"], report(7))
    assert board.join("Rejoin", first["token"]) == {**first, "delivered": 7}
    assert board.join("Rejoin")["name"] == "Rejoin (2)"
    assert board.join("Renamed", first["token"])["name"] == "Renamed"
    assert board.join("Stranger", "no such token")["learner"] != first["learner"]


# Requests that are wrong, too large, too many, too slow

RIGHT = {"now": 1.7e9, "events": [{**report(1), "time": 1.7e9}]}


def changed(**parts):
    """Return a body with another event."""
    event = {**RIGHT["events"][0], **parts}
    return json.dumps({**RIGHT, "events": [{k: v for k, v in event.items() if v is not ...}]})


BODIES = {
    "nothing": ("", 422),
    "no JSON": ("{", 422),
    "another kind": ("[]", 422),
    "no events": (json.dumps({"now": 1.0, "events": []}), 422),
    "too many events": (json.dumps({**RIGHT, "events": RIGHT["events"] * 51}), 422),
    "one thing more": (json.dumps({**RIGHT, "files": ["train.py"]}), 422),
    "one thing more in an event": (changed(code="import os"), 422),
    "an unknown kind": (changed(kind="delete"), 422),
    "a number as text": (changed(number="1"), 422),
    "number 0": (changed(number=0), 422),
    "a negative number": (changed(number=-1), 422),
    "a huge number": (changed(number=2**70), 422),
    "half a number": (changed(number=1.5), 422),
    "no time": (changed(time=...), 422),
    "a time that is none": (changed(time=0).replace('"time": 0', '"time": NaN'), 422),
    "a time without end": (changed(time=0).replace('"time": 0', '"time": 1e999'), 422),
    "a negative time": (changed(time=-1.0), 422),
    "an exercise with a path": (changed(exercise="../../etc"), 422),
    "an exercise with markup": (changed(exercise="<b>"), 422),
    "an exercise with a line end": (changed(exercise="01_one\n"), 422),
    "a long exercise": (changed(exercise="x" * 81), 422),
    "a verdict that is none": (changed(verdict="brilliant"), 422),
    "too many checks": (changed(checks=RIGHT["events"][0]["checks"] * 61), 422),
    "a check with markup": (changed(checks=[{"check": "<img>", "verdict": "passed"}]), 422),
    "a long message": (json.dumps({**RIGHT, "events": [hand(1, "x" * 201)]}), 422),
    "half a surrogate": (json.dumps({**RIGHT, "events": [hand(1, "\ud800")]}), 422),
    "deep nesting": ("[" * 20_000, 422),
    "too large": (json.dumps({**RIGHT, "x": "x" * LARGEST}), 413),
    "a megabyte": ("x" * 2**20, 413),
}


@pytest.mark.parametrize("body, status", BODIES.values(), ids=BODIES)
def test_what_does_not_fit_is_refused_whole(board, body, status):
    """In words, at once, and nothing of it is kept."""
    token, before = board.join("Fuzz")["token"], board.kept("count(*)")
    try:
        answer = board.ask("/api/events", token=token, raw=body.encode())
        assert answer.status == status and len(answer.data["detail"]) < 400
    except ConnectionError:  # refused before it was read
        assert status == 413
    assert board.kept("count(*)") == before


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_taken(board, kind):
    """What a form of another site could send is refused."""
    token = board.join("Form")["token"]
    raw = json.dumps(RIGHT).encode()
    assert board.ask("/api/events", token=token, raw=raw, Content_Type=kind).status == 415
    assert board.ask("/api/login", raw=b'{"secret":"x"}', Content_Type=kind).status == 415


def test_a_body_without_a_length_is_given_up_where_it_grows_too_large(board):
    """Chunk by chunk: the board stops long before the sender does."""
    token = board.join("Chunks")["token"]
    with socket.create_connection((board.host, board.port), timeout=PATIENCE) as line:
        line.sendall(head("POST /api/events", token, "Transfer-Encoding: chunked"))
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 50 * LARGEST:
                line.sendall(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
                sent += 0x2000
            assert line.recv(100).startswith(b"HTTP/1.1 413")
    assert board.send(token, report(1)).status == 200


def head(line, token, *others):
    """Return the head of a request."""
    lines = [f"{line} HTTP/1.1", "Host: board", "Content-Type: application/json", f"Authorization: Bearer {token}"]
    return "\r\n".join([*lines, *others, "", ""]).encode()


def test_slow_requests_are_not_waited_for(board):
    """Half a head, a head byte by byte, half a body: each is given up in time, and nobody else is held up."""
    token = board.join("Slow")["token"]
    whole = head("POST /api/events", token, "Content-Length: 100")
    starts = {
        "nothing": b"",
        "half a head": whole[:40],
        "drops of a head": whole[:40],
        "half a body": whole + b'{"now"',
    }
    lines = {name: socket.create_connection((board.host, board.port), timeout=1) for name in starts}
    for name, start in starts.items():
        lines[name].sendall(start)
    end = time.monotonic() + limits.SLOW + PATIENCE
    while lines:
        assert time.monotonic() < end, lines
        assert board.send(token, report(1)).status in (200, 429)
        with contextlib.suppress(ConnectionError, KeyError):
            lines["drops of a head"].sendall(b"x")
        for name in list(lines):
            with contextlib.suppress(TimeoutError):
                try:
                    said = lines[name].recv(1000)
                except ConnectionError:
                    said = b""
                assert not said or b" 408 " in said
                lines.pop(name).close()


def test_one_learner_cannot_keep_the_board_busy(board):
    """So many requests at once, then so many a second; the others are not held up, and nothing refused is kept."""
    busy, other = board.join("Busy")["token"], board.join("Patient")["token"]
    answers = [board.send(busy, report(number)) for number in range(1, 2 * limits.REQUESTS[0])]
    refused = [answer for answer in answers if answer.status == 429]
    assert answers[0].status == 200 and refused and all(int(a.headers["retry-after"]) >= 1 for a in refused)
    assert board.send(other, report(1)).status == 200


def test_codes_cannot_be_tried_out(fresh):
    """After some wrong ones even the right one has to wait; learners who are in are not concerned."""
    with Board(fresh) as board:
        token = board.join("Inside")["token"]
        for path, wrong in (("/api/join", {"code": "AAAA-AAAA", "name": "Eve"}), ("/api/login", {"secret": "guess"})):
            statuses = {board.ask(path, wrong).status for _ in range(limits.CODES[0])}
            assert statuses == {403} if path == "/api/join" else 429 in statuses
        assert board.ask("/api/join", {"code": board.code, "name": "Late"}).status == 429
        assert board.ask("/api/login", {"secret": board.secret}).status == 429
        assert board.send(token, report(1)).status == 200


def test_buckets_fill_again_and_addresses_are_forgotten(monkeypatch):
    """The wait that is told is enough; a network of many addresses is one; memory does not grow with addresses."""
    now = [100.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    bucket = limits.Bucket(2, 0.5)
    bucket.take(), bucket.take()
    assert bucket.wait() == pytest.approx(2)
    now[0] += 2
    bucket.take()
    assert limits.network("10.1.2.3") != limits.network("10.1.2.4") and limits.network("nobody") == "nobody"
    assert limits.network("::ffff:10.1.2.3") == limits.network("10.1.2.3") != limits.network("::ffff:10.1.2.4")
    assert limits.network("2001:db8::1") == limits.network("2001:db8::ffff") != limits.network("2001:db8:1::1")
    known = limits.Addresses(1, 1)
    for number in range(limits.MOST_ADDRESSES + 10):
        known.of(type("Request", (), {"client": type("Client", (), {"host": f"host{number}"})}))
    assert len(known.buckets) == limits.MOST_ADDRESSES


def test_pages_are_limited(board, cookies):
    """So many at once; when one closes, another may open."""
    with contextlib.ExitStack() as opened:
        pages = [opened.enter_context(board.page(cookie=cookies["names"])) for _ in range(limits.MOST_PAGES)]
        assert board.ask("/api/stream?view=names", cookie=cookies["names"]).status == 503
        pages[0].close()
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(AssertionError):
                opened.enter_context(board.page(cookie=cookies["names"]))
                break
            assert time.monotonic() < end


HEADERS = {
    "content-security-policy": r"default-src 'none'; script-src 'self'; .*frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ".+",
    "cache-control": "no-store",
}
ANSWERS = {
    "the page": ("GET", "/", 200),
    "the projector": ("GET", "/projector", 200),
    "its script": ("GET", "/page/board.js", 200),
    "its style": ("GET", "/page/board.css", 200),
    "nothing": ("GET", "/nothing", 404),
    "a way out": ("GET", "/page/../app.py", 404),
    "another way out": ("GET", "/page/..%2f..%2fcli.py", 404),
    "no documentation": ("GET", "/docs", 404),
    "no schema": ("GET", "/openapi.json", 404),
    "a wrong method": ("DELETE", "/api/events", 405),
    "no token": ("POST", "/api/events", 401),
    "no cookie": ("GET", "/api/stream?view=names", 403),
}


@pytest.mark.parametrize("method, path, status", ANSWERS.values(), ids=ANSWERS)
def test_every_answer_has_the_headers(board, method, path, status):
    """Also where something went wrong; none tells what serves."""
    answer = board.ask(path, method=method)
    assert answer.status == status and "server" not in answer.headers
    missing = [name for name, value in HEADERS.items() if not re.fullmatch(value, answer.headers.get(name, ""))]
    assert not missing


def test_secrets_and_names_stay_where_they_belong(board):
    """Neither is in an answer to a stranger, in the terminal, or in an address but behind #."""
    board.join("Nobody's business")
    for path in ("/", "/projector", "/page/board.js"):
        body = board.ask(path).body.decode()
        assert not [word for word in (board.secret, board.key, board.code, "Nobody's") if word in body]
    assert re.findall(r"\S*" + re.escape(board.secret), board.said) == [f"{board.url}/#{board.secret}"]
    folder = board.root / ".coach" / "board"
    assert folder.stat().st_mode & 0o077 == 0 and (folder / "board.sqlite").stat().st_mode & 0o077 == 0
    tokens = sqlite3.connect(folder / "board.sqlite").execute("SELECT token FROM learners").fetchall()
    assert tokens and all(re.fullmatch("[0-9a-f]{64}", token) for (token,) in tokens)


# Where it listens


def test_it_listens_on_this_machine_only_and_says_so(board):
    """Even another address of this very machine finds nobody."""
    assert "on this machine only" in board.said and "`coach board --host 0.0.0.0`" in board.said
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", board.port), timeout=2)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_it_says_what_it_means_to_listen_everywhere(fresh, host):
    """Who can reach it, by what address, and that others can read along; every address that it prints answers."""
    with Board(fresh, "--host", host) as board:
        address = re.search(r"Learners +coach join (http://\S+) ", board.said)[1]
        assert "Everybody in your network" in board.said and "plain http" in board.said and address in board.said
        assert board.join("Ada") and board.login()
        for there in ("127.0.0.2", "::1") if host == "::" else ("127.0.0.2",):
            socket.create_connection((there, board.port), timeout=PATIENCE).close()


def coach_board(root, *arguments):
    """Run `coach board` to its end."""
    command = [sys.executable, "-m", "coach", "board", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)


def in_the_way(root, taken):
    (root / ".coach").mkdir()
    (root / ".coach" / "board").write_text("a file")


def damage(root, taken):
    (root / ".coach" / "board").mkdir(parents=True)
    (root / ".coach" / "board" / "board.sqlite").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)


def no_database(root, taken):
    (root / ".coach" / "board").mkdir(parents=True)
    (root / ".coach" / "board" / "board.sqlite").write_text("my notes\n" * 100)


def other_tables(root, taken):
    (root / ".coach" / "board").mkdir(parents=True)
    with contextlib.closing(sqlite3.connect(root / ".coach" / "board" / "board.sqlite")) as db:
        db.executescript("CREATE TABLE meta (a); PRAGMA user_version = 99;")


def nothing(root, taken):
    pass


TROUBLES = {
    "a port in use": (nothing, ["--port", "{port}"], "another program"),
    "an address of another machine": (nothing, ["--host", "192.0.2.1"], "no such address"),
    "a host that is none": (nothing, ["--host", "no such host"], "no such address"),
    "a file in the folder's place": (in_the_way, [], "cannot be opened"),
    "a damaged database": (damage, [], "damaged"),
    "a text in its place": (no_database, [], "damaged"),
    "a database of another coach": (other_tables, [], "version 99"),
}


@pytest.mark.parametrize("prepare, arguments, found", TROUBLES.values(), ids=TROUBLES)
def test_what_keeps_a_board_from_starting_is_told(fresh, prepare, arguments, found):
    """In words, with the next command; what is there stays as it is."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        prepare(fresh, port)
        before = {f: f.read_bytes() for f in (fresh / ".coach").rglob("*.sqlite")}
        arguments = [argument.format(port=port) for argument in arguments]
        done = coach_board(fresh, *("--port", "0") if "--port" not in arguments else (), *arguments)
    assert done.returncode == 1 and found in done.stderr and "`coach" in done.stderr, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert {f: f.read_bytes() for f in before} == before


def test_a_port_that_the_system_keeps_is_told(monkeypatch):
    """Also the usual one, as Windows may do: the next command is another one, with a port that can be had."""

    def refuse(*where, **how):
        raise PermissionError(errno.EACCES, "access to a socket is forbidden by its access permissions")

    monkeypatch.setattr(serve.socket, "create_server", refuse)
    with pytest.raises(Trouble) as told:
        serve.listen("0.0.0.0", 8700)
    assert "`coach board --port 0`" in told.value.next and "8700" not in told.value.next


def test_two_boards_do_not_share_a_class(board):
    """The second one says where the first one is."""
    done = coach_board(board.root, "--port", "0")
    assert done.returncode == 1 and "runs already" in done.stderr and board.join("Still fine")


# It loses nothing


def test_ctrl_c_ends_in_order_with_pages_open(fresh):
    """Pages that stay open do not delay the end; class, code, secret, hands and the agenda are there again."""
    with Board(fresh) as board:
        joined, gone, cookie = board.join("Ada"), board.join("Gone"), board.login()
        board.send(joined["token"], report(1, ago=9), report(2), hand(3, "one"))
        board.ask("/api/agenda", {"clock": "start"}, cookie=cookie)
        board.ask(f"/api/remove/{gone['learner']}", {}, cookie=cookie)
        board.ask(f"/api/hand/{joined['learner']}", {}, cookie=cookie)
        with board.page(cookie=cookie) as page:
            page.until(lambda page: not page.named("Gone") and page.state["agenda"]["started"])
            code, said = board.interrupt()
            assert code == 0 and said.startswith("The board has ended") and page.until(lambda page: True) == 0
    with Board(fresh, port=board.port) as again:
        assert (again.code, again.secret, again.url) == (board.code, board.secret, board.url)
        with again.page(cookie=cookie) as after:
            assert after.rows == page.rows and after.named("Ada")["stuck"]["tries"] == 2
            assert after.state["agenda"] == page.state["agenda"] and after.state["hardest"] == page.state["hardest"]
        assert again.send(joined["token"], hand(3, "one")).data == {"delivered": 3}
        with again.page(cookie=cookie) as after:
            assert after.named("Ada")["hand"] is None


WRONG_WISHES = {
    "as it was": {"started": True},
    "none": {},
    "unknown": {"clock": "restart"},
    "two": {"clock": ["start", "stop"]},
    "one thing more": {"clock": "start", "at": 5},
}


@pytest.mark.parametrize("wish", WRONG_WISHES.values(), ids=WRONG_WISHES)
def test_a_wish_that_the_clock_does_not_know_changes_nothing(board, cookies, wish):
    """Refused in words."""
    with board.page(cookie=cookies["names"]) as page:
        before = page.state["agenda"]
    answer = board.ask("/api/agenda", wish, cookie=cookies["names"])
    assert answer.status == 422 and answer.data["detail"].startswith(("clock", "started", "at"))
    with board.page(cookie=cookies["names"]) as page:
        assert page.state["agenda"] == before


def test_a_pause_outlives_kill_9(fresh):
    """It was on the disk before the page heard of it: the place is kept, and the agenda goes on from there."""
    with Board(fresh) as board:
        cookie = board.login()
        board.ask("/api/agenda", {"clock": "start"}, cookie=cookie)
        assert board.ask("/api/agenda", {"clock": "pause"}, cookie=cookie).status == 200
        board.kill()
    with Board(fresh, port=board.port) as board, board.page(cookie=cookie) as page:
        paused = page.state["agenda"]
        assert paused["at"] == "01_environment" and paused["started"] <= paused["paused"] < time.time()
        assert board.ask("/api/agenda", {"clock": "start"}, cookie=cookie).status == 200
        board.kill()
    with Board(fresh, port=board.port) as board, board.page(cookie=cookie) as page:
        gone_on = page.state["agenda"]
        assert gone_on["paused"] is None and gone_on["started"] == paused["started"]
        later = gone_on["ends"] - paused["ends"]
        assert 0 < later < time.time() - paused["paused"]
        assert later == pytest.approx(gone_on["begins"] - paused["begins"])


def test_a_store_of_before_the_pause_opens(tmp_path):
    """Its clock runs on as it did, and can be paused."""
    file = tmp_path / "board" / "board.sqlite"
    store.make_folder(file)
    played(file, lambda room: room.set_clock("start"))
    with contextlib.closing(sqlite3.connect(file)) as db, db:
        assert db.execute("DELETE FROM meta WHERE key IN ('paused', 'lost')").rowcount == 2
        started = float(db.execute("SELECT value FROM meta WHERE key = 'started'").fetchone()[0])
    room = played(file, lambda room: room.set_clock("pause"))
    assert room.clock == Clock(started, room.clock.paused) and room.clock.paused >= started


BREAKS = {"as usual": [], "longer": ["--break", "20"], "none": ["--break", "0"]}


@pytest.mark.parametrize("given", BREAKS.values(), ids=BREAKS)
def test_the_board_has_the_agenda_that_is_printed(fresh, given):
    """The breaks of `coach class agenda` with the same --break; the command that goes on with the class names it."""
    with Board(fresh, *given) as board:
        cookie = board.login()
        board.ask("/api/agenda", {"clock": "start"}, cookie=cookie)
        with board.page(cookie=cookie) as page:
            there = page.state["agenda"]
        _, said = board.interrupt()
    start = time.strftime("%H:%M", time.localtime(there["started"]))
    command = [sys.executable, "-m", "coach", "class", "agenda", "--start", start, *given]
    printed = subprocess.run(command, cwd=fresh, capture_output=True, text=True, timeout=PATIENCE).stdout
    rows = re.findall(r"^  \d\d:\d\d +(\d+) min +(\w+)", printed, re.M)
    wanted = [(after, title, int(long)) for (long, title), (_, after) in zip(rows, rows[1:]) if not title.isdigit()]
    assert [(one["before"][:2], one["title"], one["minutes"]) for one in there["breaks"]] == wanted
    assert rows and f"{' '.join(given)}` goes on" in said and ("--break" in said) == bool(given)


class Crowd:
    """Learners who report without a pause, each in a thread of its own, and remember what was acknowledged."""

    def __init__(self, board, learners=8):
        self.board, self.is_over = board, False
        self.joined = [board.join(f"Learner {number}") for number in range(learners)]
        self.acknowledged = {one["learner"]: 0 for one in self.joined}
        self.threads = [threading.Thread(target=self.work, args=[one]) for one in self.joined]
        for thread in self.threads:
            thread.start()

    def work(self, one):
        """Send the next three events until they are acknowledged, as a sender does."""
        while not self.is_over:
            number = self.acknowledged[one["learner"]]
            events = [report(number + further) for further in (1, 2, 3)]
            try:
                answer = self.board.send(one["token"], *events)
            except (OSError, ValueError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            if answer.status == 200:
                self.acknowledged[one["learner"]] = answer.data["delivered"]
            else:
                time.sleep(0.2)

    def end(self):
        self.is_over = True
        for thread in self.threads:
            thread.join()


def test_kill_9_under_load_loses_nothing_that_was_acknowledged(fresh):
    """Again and again: what was acknowledged is there exactly once, in order, and the pages show it."""
    dice, port = random.Random(7), free_port()
    board = Board(fresh, port=port)
    crowd = Crowd(board)
    try:
        for _ in range(4):
            time.sleep(dice.uniform(0.2, 0.6))
            board.kill()
            known = dict(crowd.acknowledged)
            board = Board(fresh, port=port)
            kept = board.kept("learner, number")
            for learner, number in known.items():
                there = [n for who, n in kept if who == learner]
                assert there == list(range(1, len(there) + 1)) and len(there) >= number
    finally:
        crowd.end()
        try:
            assert all(number >= 3 for number in crowd.acknowledged.values())
            kept = board.kept("learner, number")
            assert len(kept) == len(set(kept)) >= sum(crowd.acknowledged.values())
            with board.page() as page:
                tries = {row["id"]: row["stuck"]["tries"] for row in page.rows.values()}
            assert tries == {who: max(n for w, n in kept if w == who) for who in tries}
        finally:
            board.kill()


def test_what_comes_twice_counts_once(board):
    """A number that is known is ignored, in the same request or later; a gap is none of the board's business."""
    token = board.join("Twice")["token"]
    assert board.send(token, report(1), report(1), report(2)).data == {"delivered": 2}
    assert board.send(token, report(1), report(2), report(3)).data == {"delivered": 3}
    assert board.send(token, report(9)).data == {"delivered": 9}
    with board.page() as page:
        assert page.named("Twice")["stuck"]["tries"] == 4


CLOCKS = {"right": 0, "an hour fast": 3600, "an hour slow": -3600, "in 1970": -1.7e9, "in 2200": 5e9}


@pytest.mark.parametrize("wrong", CLOCKS.values(), ids=CLOCKS)
def test_a_learners_clock_may_be_wrong(board, wrong):
    """How long ago counts; never in the future, never before the learner joined."""
    name = f"Clock {wrong}"
    token, began = board.join(name)["token"], time.time()
    now = max(0.0, time.time() + wrong)
    events = [{**report(1), "time": now}, {**hand(2, "?"), "time": now + 500}]
    board.send(token, *events, now=now)
    board.send(token, {**report(3, "03_remote", failing="test_default_remote"), "time": max(0.0, now - 4e4)}, now=now)
    times = [at for who, at in board.kept("learner, time")][-3:]
    assert all(began - 1 <= at <= time.time() for at in times), [at - began for at in times]


def test_the_same_class_is_rebuilt_from_the_store(tmp_path):
    """Whatever came, in whatever order: the class in memory and the one that is read again are the same."""
    file, dice = tmp_path / "board" / "board.sqlite", random.Random(3)
    store.make_folder(file)

    async def play(room):
        people = [(await room.join(f"Learner {number}"))[0] for number in range(5)]
        for _ in range(300):
            made = [random_event(dice) for _ in range(dice.randint(1, 4))]
            said = {"now": time.time(), "events": made}
            await room.deliver(dice.choice(people), Events.model_validate_json(json.dumps(said)))
            if dice.random() < 0.1:
                await room.lower(dice.choice(people))
        await room.remove(people[0])
        await room.set_clock("start")
        await room.set_clock("pause")

    room = played(file, play)
    again = Classroom(file, COURSE)
    assert again.everyone == room.everyone and again.clock == room.clock and again.names == room.names
    assert (again.code, again.secret) == (room.code, room.secret)
    again.writer.db.close()


def random_event(dice):
    """Return some event."""
    number = dice.randint(1, 400)
    if dice.random() < 0.2:
        return hand(number, dice.choice(["help", None]))
    exercise = dice.choice([*COURSE, "99_other"])
    verdict = dice.choice(["passed", "not yet", "error", "not started"])
    return report(number, exercise, verdict, test_a=dice.choice(["passed", "not yet"]), test_b="not yet")


def played(file, play):
    """Return a classroom after what `play(room)` did with it."""
    room = Classroom(file, COURSE)
    room.writer.start()
    try:
        asyncio.run(asyncio.wait_for(play(room), PATIENCE))
    finally:
        room.writer.end()
    return room


def test_a_full_disk_loses_nothing(tmp_path, capfd):
    """What could not be written is not acknowledged and not shown; when there is room, it goes on."""
    file = tmp_path / "board" / "board.sqlite"
    store.make_folder(file)

    async def play(room):
        learner, token = await room.join("Ada")
        said = {"now": time.time(), "events": [hand(number, "x" * 200) for number in range(1, 51)]}
        events = Events.model_validate_json(json.dumps(said))
        pages = room.writer.db.execute("PRAGMA page_count").fetchone()[0]
        room.writer.db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(sqlite3.Error):
            await room.deliver(learner, events)
        assert learner.number == 0 and learner.hand is None
        with pytest.raises(sqlite3.Error):
            await asyncio.gather(*(room.deliver(learner, events) for _ in range(3)))
        room.writer.db.execute("PRAGMA max_page_count = 100000")
        assert await room.deliver(learner, events) == 50

    played(file, play)
    said = capfd.readouterr().err
    assert said.count("The board cannot write") == 1 and said.count("can write again") == 1


CHANGES = {
    "remove": lambda room, one: room.remove(one),
    "lower": lambda room, one: room.lower(one),
    "rename": lambda room, one: room.join("Grace", "token of Ada"),
    "go on": lambda room, one: room.set_clock("start"),
    "stop": lambda room, one: room.set_clock("stop"),
    "join": lambda room, one: room.join("Bea"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_could_not_be_written_has_not_happened(tmp_path, monkeypatch, change):
    """Refused once and again, with nothing to be seen of it; where the disk takes it, it holds, also after a restart."""
    monkeypatch.setattr(keys, "new_secret", lambda: "token of Ada")
    file = tmp_path / "board" / "board.sqlite"
    store.make_folder(file)

    async def play(room):
        one, _ = await room.join("Ada")
        await room.deliver(one, Events.model_validate_json(json.dumps({"now": time.time(), "events": [hand(1, "?")]})))
        monkeypatch.undo()
        await room.set_clock("start")
        await room.set_clock("pause")
        room.changed, room.is_changed, before = set(), False, state(room)
        room.writer.db.execute("PRAGMA query_only = 1")
        for _ in range(2):
            with pytest.raises(sqlite3.Error):
                await change(room, one)
            assert state(room) == before and not room.is_changed and not room.changed
        room.writer.db.execute("PRAGMA query_only = 0")
        await change(room, one)
        assert state(room) != before and room.is_changed

    room = played(file, play)
    again = Classroom(file, COURSE)
    again.writer.db.close()
    assert state(again) == state(room)


def state(room):
    """Return what a class is at the moment."""
    return deepcopy((room.everyone, room.names, room.clock))


def test_changes_of_one_learner_at_the_same_moment_all_hold(tmp_path):
    """Whoever removes, renames or lowers a hand in between takes back nothing of the others."""
    file, dice = tmp_path / "board" / "board.sqlite", random.Random(9)
    store.make_folder(file)

    async def play(room):
        people = [await room.join("Ada") for _ in range(3)]
        for number in range(1, 20):
            said = {"now": time.time(), "events": [hand(number, "?")]}
            events = Events.model_validate_json(json.dumps(said))
            await asyncio.gather(*(room.deliver(one, events) for one, _ in people))
            wanted = [(room.join, dice.choice(["Ada", "Bea"]), token) for _, token in people]
            wanted += [(change, one) for one, _ in people for change in (room.lower, room.remove)]
            dice.shuffle(wanted)
            await asyncio.gather(*(work(*about) for work, *about in wanted))
            assert not any(one.hand for one, _ in people)
            assert sorted(room.names) == sorted(text.key(one.name) for one in room.learners)

    room = played(file, play)
    again = Classroom(file, COURSE)
    again.writer.db.close()
    assert state(again) == state(room)


def test_a_fault_of_one_request_ends_no_other(tmp_path, capfd):
    """Whatever a request meets while it is written, whoever asked is told; the next ones are written."""
    file = tmp_path / "board" / "board.sqlite"
    store.make_folder(file)

    async def play(room):
        for wrong in (
            lambda db: 1 / 0,
            lambda db: db.execute("?", [object()]),
            lambda db: db.execute("SELECT ?", [2**70]),
        ):
            with pytest.raises((ArithmeticError, sqlite3.Error)):
                await asyncio.wait_for(room.writer.do(wrong), PATIENCE)
        await asyncio.wait_for(room.join("Ada"), PATIENCE)

    played(file, play)
    assert [name for _, name, *_ in kept_learners(file)] == ["Ada"]
    assert "The board can write again." in capfd.readouterr().err


def kept_learners(file):
    """Return the learners as the store has them."""
    with contextlib.closing(sqlite3.connect(file)) as db:
        return list(store.learners(db))


def test_a_terminal_that_is_closed_ends_nothing(tmp_path, monkeypatch):
    """Then the instructor cannot be told of a full disk; the learners are, and the board goes on."""
    file = tmp_path / "board" / "board.sqlite"
    store.make_folder(file)

    async def play(room):
        room.writer.db.execute("PRAGMA query_only = 1")
        with pytest.raises(sqlite3.Error):
            await asyncio.wait_for(room.join("Ada"), PATIENCE)
        room.writer.db.execute("PRAGMA query_only = 0")
        await asyncio.wait_for(room.join("Bea"), PATIENCE)

    with open(tmp_path / "terminal", "w") as closed:
        monkeypatch.setattr("sys.stderr", closed)
    played(file, play)
    assert [name for _, name, *_ in kept_learners(file)] == ["Bea"]


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_waits_for_any_more_is_written(tmp_path):
    """At the end of the board some who asked are gone; the writer goes on to the last job."""
    file = tmp_path / "board" / "board.sqlite"
    store.make_folder(file)
    room = Classroom(file, COURSE)

    async def ask():
        for name in ("Ada", "Bea"):
            asyncio.get_running_loop().call_soon(asyncio.ensure_future, room.join(name))
        await asyncio.sleep(0.01)

    asyncio.run(ask())
    room.writer.start()
    room.writer.end()
    assert [name for _, name, *_ in kept_learners(file)] == ["Ada", "Bea"]


def test_the_end_says_nothing_of_a_disk_that_is_still_full(tmp_path, capfd):
    """Where nothing was written, nothing is said of writing."""
    file = tmp_path / "board" / "board.sqlite"
    store.make_folder(file)

    async def play(room):
        room.writer.db.execute("PRAGMA query_only = 1")
        with pytest.raises(sqlite3.Error):
            await room.join("Ada")

    played(file, play)
    said = capfd.readouterr().err
    assert said.count("The board cannot write") == 1 and "can write again" not in said


def test_a_class_has_an_end(tmp_path, monkeypatch):
    """One more than there is room for is told so; where one leaves, another one may come."""
    monkeypatch.setattr("coach.board.classroom.MOST_LEARNERS", 3)
    file = tmp_path / "board" / "board.sqlite"
    store.make_folder(file)

    async def play(room):
        first, token = await room.join("Ada")
        await asyncio.gather(room.join("Bea"), room.join("Cem"))
        with pytest.raises(Refused, match="full"):
            await room.join("Dan")
        assert (await room.join("Ada", token))[0] is first
        await room.remove(first)
        await room.join("Dan")
        with pytest.raises(Refused, match="full"):
            await room.join("Ada", token)

    played(file, play)


def test_no_more_come_in_at_once_than_there_is_room_for(tmp_path, monkeypatch):
    """Also where all ask before the first one is written, and some come back; those who are in may change their names."""
    monkeypatch.setattr("coach.board.classroom.MOST_LEARNERS", 6)
    file = tmp_path / "board" / "board.sqlite"
    store.make_folder(file)

    async def play(room):
        gone = [await room.join(f"Gone {number}") for number in range(3)]
        for learner, _ in gone:
            await room.remove(learner)
        inside, token = await room.join("Ada")
        asking = [room.join("New") for _ in range(4)] + [room.join("Back", token) for _, token in gone]
        answers = await asyncio.gather(*asking, return_exceptions=True)
        assert sum(isinstance(each, Refused) for each in answers) == 2 and len(room.learners) == 6
        assert (await room.join("Bea", token))[0] is inside and inside.name == "Bea"
        assert sorted(room.names) == sorted(text.key(one.name) for one in room.learners)

    played(file, play)


def test_requests_are_answered_one_after_the_other(tmp_path):
    """Nothing that touches the class runs in a thread of its own: FastAPI gives one to each plain function."""
    file = tmp_path / "board" / "board.sqlite"
    store.make_folder(file)
    room = Classroom(file, COURSE)
    found = [route.dependant for route in application.make(room, Pages(room, {})).routes if hasattr(route, "dependant")]
    for one in found:
        found += one.dependencies
    assert len(found) > 20 and all(inspect.iscoroutinefunction(one.call) for one in found)
    room.writer.db.close()


def test_many_join_at_once_under_one_name(tmp_path):
    """Each has a name and a number of their own."""
    file = tmp_path / "board" / "board.sqlite"
    store.make_folder(file)

    async def play(room):
        await asyncio.gather(*(room.join("Ada") for _ in range(50)))
        assert len({one.name for one in room.learners}) == len({one.id for one in room.learners}) == 50

    played(file, play)


# The pages


def test_a_page_that_does_not_keep_up_is_cut_off(tmp_path):
    """The others get everything, and nothing piles up for it; opened again, it gets all."""
    file = tmp_path / "board" / "board.sqlite"
    store.make_folder(file)

    async def play(room):
        pages = Pages(room, {"workshop": "W", "join": "J"})
        slow, quick = pages.follow("names"), pages.follow("names")
        await anext(slow)
        await anext(quick)
        learner, _ = await room.join("Ada")
        for number in range(2 * MOST_WAITING):
            room.touch(learner)
            learner.last = number
            pages.tell()
            assert f'"last":{number}' in (await anext(quick)).decode()
        assert max(queue.qsize() for queue in pages.waiting["names"]) <= MOST_WAITING
        with pytest.raises(StopAsyncIteration):
            while True:
                await anext(slow)
        assert pages.count == 1 and '"name":"Ada"' in (await anext(pages.follow("names"))).decode()

    played(file, play)


def test_a_page_knows_what_all_pages_know(tmp_path):
    """Whenever it was opened and whatever changed: `all` and what `changed` since are the rows as they are."""
    file, dice = tmp_path / "board" / "board.sqlite", random.Random(11)
    store.make_folder(file)

    async def play(room):
        pages, opened = Pages(room, {}), []
        people = [(await room.join(f"Learner {number}"))[0] for number in range(6)]
        for step in range(200):
            one, event = dice.choice(people), random_event(dice)
            one.apply(COURSE, step + 1, step, {k: v for k, v in event.items() if k not in ("kind", "number", "time")})
            room.touch(one)
            if dice.random() < 0.02:
                await room.remove(one)
            if dice.random() < 0.2:
                view = dice.choice(["names", "projector"])
                page = pages.follow(view)
                opened.append((view, page, take({}, await anext(page))))
            elif dice.random() < 0.4:
                pages.tell()
            await read_all(opened)
        pages.tell()
        await read_all(opened)
        for view, _, rows in opened:
            wanted = {key: {"id": key, **row} for key, row in shown(view, room.learners).items()}
            assert rows == wanted and 0 < len(rows) < 6

    played(file, play)


async def read_all(opened):
    """Let pages read what waits for them."""
    for _, page, rows in opened:
        waiting = page.ag_frame.f_locals["mine"]
        while not waiting.empty():
            take(rows, await anext(page))


def take(rows, message):
    """Change rows as a page does that gets a message."""
    data = json.loads(message.decode().split("data: ", 1)[1])
    rows |= {row["id"]: row for row in data["learners"]}
    for gone in data.get("gone", []):
        rows.pop(gone, None)
    return rows


def test_keys_are_none_of_each_other():
    """The projector's key and the cookies are derived from the secret, and each is another one."""
    secret = keys.new_secret()
    made = [keys.key(secret, "projector"), keys.session(secret, "names"), keys.session(secret, "projector"), secret]
    assert len(set(made)) == 4 and len({keys.new_code() for _ in range(100)}) == 100
    assert not set(keys.new_code()) & set("01OILU") and keys.same_code("k7qm 3xpa", "K7QM-3XPA")
