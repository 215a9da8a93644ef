"""The board's page in a real browser, with a real board and simulated learners."""

import os
import re
import shutil
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from coach import overview
from coach.room import agenda
from live_board import LiveBoard
from playwright.sync_api import expect, sync_playwright
from states import generate

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
QUIET += " --disable-component-update --disable-sync"
PATIENCE = 30_000  # milliseconds; a hang, not a measure
WIDTHS = (320, 768, 1280, 1920, 3840)
VIEWS = ("names", "projector")
EVENING = 20  # o'clock
NOT_OURS = "Failed to load resource"  # what the browser says of a board that is away, or refuses
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "entity": "&lt;b&gt;bold&lt;/b&gt;",
    "template": "{" + "{7*7}} ${alert(1)} `alert(1)`",
    "address": "javascript:alert(1)",
    "right to left": "\u05d0\u05d1\u05d2 (abc) \u0645\u062d\u0645\u062f",
    "long": "W" * 60,
    "emoji": "\U0001f9d1\u200d\U0001f4bb\U0001f525 \U0001f389",
    "marks": "Z\u0351\u036b\u0343a\u0334\u0335l\u0320\u0368go",
    "override": "\u202etxt.exe",
    "formula": "=1+1",
    "quotes": "O'Neil \"'; DROP TABLE learners;--",
}


@pytest.fixture(scope="module")
def chromium():
    """Return a browser for all tests; only a person's own machine may lack one."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found and os.environ.get("CI"):
        pytest.fail(f"no browser: expected one of {', '.join(BROWSERS)}; `apt-get install chromium`")
    if not found:
        pytest.skip(f"needs one of {', '.join(BROWSERS)}")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET.split())
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium):
    """Return a function that opens a page of a board; what harms a page fails the test."""
    contexts, harms = [], []

    def opened(address, width=1280, height=800, scheme="light", waits=True, **about):
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **about)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        report_harm(page, harms)
        page.goto(address)
        if waits:
            expect(page.locator("#link")).to_have_text("Live")
        return page

    opened.harms = harms
    yield opened
    for context in contexts:
        context.close()
    assert not harms


def report_harm(page, harms):
    """Note each dialog, each error of a script and each breach of the page's policy."""

    def dialog(shown):
        harms.append(f"dialog: {shown.message}")
        shown.dismiss()

    def said(message):
        if message.type == "error" and not message.text.startswith(NOT_OURS):
            harms.append(f"console: {message.text}")

    page.on("dialog", dialog)
    page.on("pageerror", lambda error: harms.append(f"error: {error}"))
    page.on("console", said)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Return a workshop with as many exercises as all parts have."""
    folder = generate(tmp_path_factory.mktemp("board"))
    for number in range(11, 24):
        shutil.copytree(folder / "exercises" / "02_download", folder / "exercises" / f"{number}_more")
    return folder


@pytest.fixture(scope="module")
def running(root):
    """Return a board that runs."""
    one = LiveBoard(root)
    yield one.start()
    one.stop()


@pytest.fixture
def board(running):
    """Return a board that runs, with nobody in view; not to be stopped."""
    yield running
    running.empty()


@pytest.fixture
def evening(monkeypatch):
    """Let the boards that are started from now on live where it is eight in the evening: no lunch moves the agenda."""
    monkeypatch.setenv("TZ", f"EVENING{time.gmtime().tm_hour - EVENING:+}")


@pytest.fixture
def fresh(root, tmp_path):
    """Return a board of a test's own, which may be stopped and started."""
    ignored = shutil.ignore_patterns(".coach", ".git")
    one = LiveBoard(shutil.copytree(root, tmp_path / "workshop", ignore=ignored))
    yield one.start()
    one.stop()


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Return a board that is full of everything: verdicts, hands, hostile names; to look at, not to change."""
    one = LiveBoard(generate(tmp_path_factory.mktemp("crowd")))
    try:
        fill(one)
        yield one
    finally:
        one.stop()


def fill(one):
    """Let a class of all kinds have worked for a while."""
    one.start()
    people = [one.join(name) for name in [*HOSTILE.values(), *(f"Learner {n}" for n in range(12))]]
    one.stop()
    one.age(90)
    one.start()
    for place, learner in enumerate(people):
        learner.passes(*one.exercises[: place % 8], ago=1500)
        learner.fails(one.exercises[place % 8], "test_committed", times=place % 5 + 1, ago=60 * place)
        if place % 4 == 0:
            learner.raises_hand(list(HOSTILE.values())[place % len(HOSTILE)] * 3, ago=60 * place)
    people[0].fails(one.exercises[8], None, "error")
    people[1].fails(one.exercises[8], None, "skipped")
    one.instruct("agenda", clock="start")


def row(page, name):
    """Return the row of a learner."""
    return page.locator("tbody tr").filter(has=page.get_by_role("rowheader", name=name))


def cell(page, text):
    return page.get_by_role("cell", name=text, exact=True)


# The page fills


def test_page_fills_while_learners_work(board, visit):
    """Who joins appears; verdicts, hands, who is stuck and what fails for most follow, without a reload."""
    page = visit(board.address())
    expect(page.locator("#nobody")).to_contain_text("Nobody has joined yet")
    expect(page.locator("#join")).to_contain_text(
        f"coach join http://127.0.0.1:{board.port} {board.running.code} --name"
    )
    ada, grace = board.join("Ada"), board.join("Grace")
    expect(page.locator("#joined")).to_have_text("2")
    expect(page.locator("#nobody")).to_be_hidden()
    expect(cell(page, "Ada, 02_download: not started")).to_be_attached()
    ada.passes("01_environment").fails("02_download", "test_stage", times=3)
    grace.fails("02_download", "test_stage").raises_hand("What is a stage?")  # once: she has just begun
    expect(cell(page, "Ada, 01_environment: passed")).to_be_attached()
    expect(cell(page, "Ada, 02_download: not yet")).to_be_attached()
    expect(page.locator("#sum-0")).to_have_text("1")
    expect(page.locator("#working")).to_have_text("2")
    expect(page.locator("#needing")).to_have_text("1")
    expect(page.locator("#hands li")).to_contain_text(["What is a stage?"])
    expect(page.locator("#stuck li").nth(0)).to_contain_text("There is a stage download that runs its module.")
    expect(page.locator("#stuck .tries")).to_have_text(["3 tries"])
    expect(page.locator("#hardest .numbers")).to_have_text(["2 now · 2 so far"])
    ada.passes("02_download")
    expect(cell(page, "Ada, 02_download: passed")).to_be_attached()
    expect(page.locator("#stuck li")).to_have_count(0)
    grace.fails("02_download", "test_stage", times=2)
    expect(page.locator("#stuck .tries")).to_have_text(["3 tries"])


def test_only_what_changed_is_touched(crowd, visit):
    """A report changes cells of one row; all rows stay the same elements, and the focus stays where it was."""
    page = visit(crowd.address())
    page.evaluate("""() => {
      window.before = [...document.querySelectorAll("tbody tr")];
      window.touched = new Set();
      const cells = (records) => records.map(({ target }) => target.closest?.("td:not(.number)")).filter(Boolean);
      new MutationObserver((records) => cells(records).forEach((one) => touched.add(one.closest("tr").dataset.id)))
        .observe(document.querySelector("tbody"), { attributes: true, childList: true, subtree: true });
      before[3].querySelector("button").focus();
    }""")
    late = crowd.join("Late")
    late.passes("01_environment")
    expect(cell(page, "Late, 01_environment: passed")).to_be_attached()
    page.evaluate("touched.clear()")
    late.passes("02_download")
    expect(cell(page, "Late, 02_download: passed")).to_be_attached()
    assert page.evaluate("[...touched]") == [str(late.id)]
    assert page.evaluate("before.every((one) => one.isConnected)")
    assert page.evaluate("document.activeElement === before[3].querySelector('button')")


def test_durations_and_help_after_ten_minutes(fresh, visit):
    """Somebody who has been at one check for ten minutes needs help, and the page says for how long."""
    ada, bo = fresh.join("Ada"), fresh.join("Bo")
    fresh.stop()
    fresh.age(70)
    fresh.start()
    ada.fails("01_environment", "test_lock", ago=65 * 60)
    bo.fails("01_environment", "test_lock", times=2, ago=9 * 60)
    page = visit(fresh.address())
    expect(page.locator("#needing")).to_have_text("1")
    expect(page.locator("#stuck .time")).to_have_text(["1 h 5 min", "9 min"])
    expect(page.locator("td.long")).to_have_count(1)
    expect(page.locator("#working")).to_have_text("1")
    page.get_by_label("most tries").check()
    expect(page.locator("#stuck .time")).to_have_text(["9 min", "1 h 5 min"])


def test_pace_against_the_agenda(evening, fresh, visit):
    """The page says where the agenda is, until when, and how many have passed what is due."""
    ada = fresh.join("Ada")
    fresh.join("Bo")
    page = visit(fresh.address())
    expect(page.locator("#agenda-at")).to_contain_text("The clock is not running. The exercises take")
    page.get_by_role("button", name="Start the clock").click()
    expect(page.locator("#agenda-at")).to_contain_text("01 Write down what the project needs, until")
    expect(page.locator("#agenda-with")).to_have_text("No exercise is due yet.")
    fresh.stop()
    fresh.age(45)
    fresh.start()
    ada.passes("01_environment", "02_download")
    expect(page.locator("#agenda-at")).to_contain_text("03 Keep the data in a remote, until")
    expect(page.locator("#agenda-at")).to_contain_text("14 min left")
    expect(page.locator("#agenda-with")).to_have_text("1 of 2 have passed what is due: exercises 01 to 02")
    expect(page.locator("th[aria-current=step]")).to_contain_text("03")


def test_a_pause_keeps_the_place(evening, fresh, visit):
    """The page says since when, and where, after a power cut as well; then it goes on with as many minutes as were left."""
    fresh.instruct("agenda", clock="start")
    fresh.stop()
    fresh.age(45)
    fresh.start()
    page, wall = visit(fresh.address()), visit(fresh.address("projector"))
    expect(page.locator("#agenda-at")).to_contain_text("14 min left")
    page.get_by_role("button", name="Pause").click()
    paused = re.compile(r"Paused since \d\d:\d\d in 03 Keep the data in a remote: 14 min left")
    for each in (page, wall):
        expect(each.locator("#agenda-at")).to_have_text(paused)
    fresh.stop()
    fresh.age(90)
    fresh.start()
    expect(page.locator("#link")).to_contain_text("The connection is back")
    for each in (page, wall):
        expect(each.locator("#agenda-at")).to_have_text(paused)
    page.get_by_role("button", name="Go on").click()
    for each in (page, wall):
        expect(each.locator("#agenda-at")).to_have_text(re.compile(r"03 .*, until \d\d:\d\d: 14 min left"))
    expect(page.locator("th[aria-current=step]")).to_contain_text("03")


def test_a_pause_in_a_break(evening, fresh, visit):
    """It keeps what is left of the break, too."""
    rows = agenda.rows(overview.exercises(fresh.root), 60 * EVENING)
    first = next(row for row in rows if row.kind == agenda.BREAK)
    fresh.instruct("agenda", clock="start")
    fresh.stop()
    fresh.age(first.begins - 60 * EVENING + 5)
    fresh.start()
    page = visit(fresh.address())
    expect(page.locator("#agenda-at")).to_contain_text("Break until")
    current = page.locator("#strip [aria-current=step]")
    expect(current).to_have_text("BreakBreak, 15 min")
    assert 0.3 < float(current.evaluate("(one) => one.style.getPropertyValue('--gone')")) < 0.4
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#agenda-at")).to_have_text(re.compile(r"Paused since .* in the break: 9 min left, then \d\d "))


def test_the_strip_shows_the_breaks(evening, fresh, visit):
    """Each where it is in the agenda, as wide as it is long, under a name; before the clock runs, too."""
    rows = agenda.rows(overview.exercises(fresh.root), 60 * EVENING)
    page = visit(fresh.address(), width=1920)
    pieces = page.get_by_role("list", name="Agenda").get_by_role("listitem")
    expect(pieces).to_have_count(len(rows))
    for row, piece in zip(rows, pieces.all()):
        expect(piece.locator(".unseen")).to_have_text(f"{agenda.number(row)} {row.title}, {row.minutes} min".lstrip())
    widths = [piece.bounding_box()["width"] for piece in pieces.all()]
    each = sum(widths) / sum(row.minutes for row in rows)
    assert all(abs(width - each * row.minutes) < 2 for width, row in zip(widths, rows)), widths
    page.get_by_role("button", name="Start the clock").click()
    expect(page.locator("#strip [aria-current=step]")).to_contain_text("01 Write down what the project needs")
    expect(pieces).to_have_count(len(rows))


def test_only_a_stop_begins_anew_and_asks_first(board, visit):
    """The buttons say what can be done; a stop that was not meant changes nothing, another one forgets the pause."""
    board.instruct("agenda", clock="start")
    page = visit(board.address())
    buttons = page.get_by_role("region", name="Pace").get_by_role("button")
    expect(buttons).to_have_text(["Pause", "Stop…"])
    buttons.nth(0).click()
    expect(buttons).to_have_text(["Go on", "Stop…"])
    buttons.nth(1).click()
    expect(page.locator("#ask")).to_contain_text("A pause keeps the place")
    page.get_by_role("button", name="Leave it").click()
    expect(page.locator("#agenda-at")).to_contain_text("Paused since")
    buttons.nth(1).click()
    page.get_by_role("button", name="Stop it").click()
    expect(buttons).to_have_text(["Start the clock"])
    expect(page.locator("#agenda-at")).to_contain_text("The clock is not running.")
    buttons.nth(0).click()
    expect(page.locator("#agenda-at")).to_contain_text("01 Write down what the project needs, until")


def test_after_the_last_exercise_there_is_nothing_to_pause(fresh, visit):
    """The clock can be stopped still, and started again."""
    fresh.instruct("agenda", clock="start")
    fresh.stop()
    fresh.age(48 * 60)
    fresh.start()
    page = visit(fresh.address())
    expect(page.locator("#agenda-at")).to_contain_text("is over")
    buttons = page.get_by_role("region", name="Pace").get_by_role("button")
    expect(buttons).to_have_text(["Stop…"])
    buttons.click()
    page.get_by_role("button", name="Stop it").click()
    expect(buttons).to_have_text(["Start the clock"])
    expect(buttons).to_be_focused()


@pytest.mark.parametrize("locale", ["en-US", "ar-EG", "de-DE"])
def test_times_are_those_of_the_agenda(board, visit, locale):
    """Whatever the browser's language: 24 hours, two digits each."""
    page = visit(board.address(), locale=locale)
    read = "async (hour) => (await import('/page/words.js')).clock(new Date(2026, 0, 15, hour, 7) / 1000)"
    assert [page.evaluate(read, hour) for hour in (0, 9, 15)] == ["00:07", "09:07", "15:07"]


def test_sort_and_find(board, visit):
    """The table is sorted by name, progress, stuck longest; what is typed leaves those who fit."""
    people = {name: board.join(name) for name in ("Cy", "Ada", "Bo", "\u00c9va")}
    people["Cy"].passes("01_environment", "02_download")
    people["Bo"].passes("01_environment").fails("02_download", "test_stage")
    people["Ada"].fails("01_environment", "test_lock")
    page = visit(board.address())
    names = page.locator("tbody bdi")
    expect(names).to_have_text(["Ada", "Bo", "Cy", "\u00c9va"])
    page.get_by_role("button", name="Passed", exact=True).click()
    expect(names).to_have_text(["Ada", "\u00c9va", "Bo", "Cy"])
    page.get_by_role("button", name="Passed", exact=True).click()
    expect(names).to_have_text(["Cy", "Bo", "\u00c9va", "Ada"])
    page.get_by_role("button", name="Stuck", exact=True).click()
    expect(names).to_have_text(["Bo", "Ada", "Cy", "\u00c9va"])
    people["Cy"].fails("03_remote", "test_default_remote")
    expect(names).to_have_text(["Bo", "Ada", "Cy", "\u00c9va"])
    people["Bo"].passes("02_download")
    expect(names).to_have_text(["Ada", "Cy", "Bo", "\u00c9va"])
    page.get_by_label("Find").fill("TEST_LOCK")
    expect(names).to_have_text(["Ada"])
    expect(page.locator("#found")).to_have_text("1 of 4")
    page.get_by_label("Find").fill("")
    expect(names).to_have_count(4)


def test_five_hundred_learners(fresh, visit):
    """With 500 learners and 23 exercises each has a row, and each report arrives."""
    people = [fresh.join(f"Learner {n:03}") for n in range(1, 501)]
    for learner in people[:46]:
        learner.passes(*fresh.exercises[: learner.id % 23])
    page = visit(fresh.address(), width=1920)
    expect(page.locator("tbody tr")).to_have_count(500)
    assert page.locator("tbody td:not(.number)").count() == 500 * 23
    expect(page.locator("#sum-0")).to_have_text("44")
    people[-1].passes("01_environment")
    expect(page.locator("#sum-0")).to_have_text("45")
    page.get_by_label("Find").fill("learner 007")
    expect(page.locator("tbody bdi")).to_have_text(["Learner 007"])


def test_somebody_is_taken_out_of_view(board, visit):
    """It is asked first; then the row is gone, and a learner of that number who comes later is a row of its own."""
    board.join("Ada")
    board.join("Bo")
    page = visit(board.address())
    page.get_by_role("button", name="Ada").click()
    expect(page.locator("#learner")).to_contain_text("Passed")
    page.get_by_role("button", name="Take out of view").click()
    page.get_by_role("button", name="Leave in").click()
    expect(row(page, "Ada")).to_have_count(1)
    page.get_by_role("button", name="Take out of view").click()
    page.get_by_role("button", name="Take out", exact=True).click()
    expect(page.locator("tbody bdi")).to_have_text(["Bo"])
    expect(page.locator("#learner")).to_be_hidden()


# Who may see it


def test_secret_is_asked_for_and_leaves_the_address(board, visit):
    """A wrong secret is refused in words; the right one opens the page and is not in the address afterwards."""
    page = visit(f"{board.url}#wrong", waits=False)
    expect(page.get_by_role("alert")).to_contain_text("That is not the secret of this board.")
    assert page.url == board.url
    page.goto(board.address())
    expect(page.locator("#link")).to_have_text("Live")
    assert page.url == board.url
    page.reload()
    expect(page.locator("#link")).to_have_text("Live")


def test_key_of_the_projector_shows_no_names(board, visit):
    """The projector's key does not open the page with names, and that page says so."""
    page = visit(f"{board.url}#{board.running.key}", waits=False)
    expect(page.get_by_role("alert")).to_contain_text("That is the key of the projector")
    page.goto(f"{board.url}projector")
    expect(page.locator("#link")).to_have_text("Live")


def heard(page, address):
    """Return all that the page's stream says from now on, as it grows."""
    said = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.eventSourceMessageReceived", lambda event: said.append(event["data"]))
    page.goto(address)
    return said


@pytest.mark.parametrize("view", VIEWS)
def test_projector_is_told_no_names(board, visit, view):
    """Neither the projector's elements nor what it receives hold a name or a message; the other view's do."""
    ada = board.join("Ada Lovelace")
    ada.passes("01_environment").raises_hand("It burns")
    page = visit("about:blank", waits=False)
    said = heard(page, board.address(view))
    expect(page.locator("#joined")).to_have_text("1")
    board.join("Grace Hopper").raises_hand("Mine too").passes("01_environment")
    expect(page.locator("#joined")).to_have_text("2")
    counted = {"names": page.locator("#sum-0"), "projector": page.locator("#bars .number").first}[view]
    expect(counted).to_have_text({"names": "2", "projector": "2 of 2"}[view])
    everything = page.content() + "".join(said)
    found = [each for each in ("Lovelace", "Hopper", "burns", "Mine") if each in everything]
    assert len(said) >= 2 and found == ([] if view == "projector" else ["Lovelace", "Hopper", "burns", "Mine"])


# Hostile names


def test_hostile_names_are_text(crowd, visit):
    """Each name stands there as the board keeps it, letter by letter; nothing of it became an element or ran."""
    kept = [crowd.join(name).name for name in HOSTILE.values()]
    page = visit(crowd.address())
    expect(page.locator("tbody bdi").filter(has_text="(2)")).to_have_count(len(HOSTILE))
    shown = page.locator("tbody bdi").all_text_contents()
    assert set(kept) <= set(shown)
    page.get_by_role("button", name=kept[0], exact=True).click()
    expect(page.locator("#learner-name")).to_have_text(kept[0])
    assert page.locator("#content :is(script, img, iframe, object, b > b)").count() == 0
    assert page.locator("bdi:not([dir=auto])").count() == 0
    assert page.locator("bdi *").count() == 0


@pytest.mark.parametrize("harm", ["dialog", "console", "error"])
def test_harm_is_noticed(crowd, visit, harm):
    """What the fixture looks for, it finds."""
    page = visit(crowd.address())
    scripts = {
        "dialog": "setTimeout(() => alert(1))",
        "console": "document.body.append(Object.assign(document.createElement('script'), { textContent: '1' }))",
        "error": "setTimeout(() => { throw new Error('x'); })",
    }
    page.evaluate(f"{scripts[harm]}; 0")
    page.wait_for_function("new Promise((done) => setTimeout(() => done(true), 200))")
    assert [each.split(":")[0] for each in visit.harms] == [harm]
    visit.harms.clear()


# For everybody


def tab_to(page, name):
    """Press Tab until the focus is on what has this name; where it is can be seen."""
    script = """() => {
      const one = document.activeElement;
      const name = one.ariaLabel ?? one.labels?.[0]?.textContent ?? one.textContent;
      return [name.trim(), getComputedStyle(one).outlineStyle];
    }"""
    seen = []
    while len(seen) < 60:
        page.keyboard.press("Tab")
        seen.append(page.evaluate(script))
        if seen[-1][0] == name:
            assert seen[-1][1] != "none", f"the focus on {name} cannot be seen"
            return
    pytest.fail(f"no way to {name} by Tab; passed {[each for each, _ in seen]}")


def test_keyboard_alone(board, visit):
    """Log in, start, pause and stop the clock, lower hands, sort, read of one learner: without a mouse."""
    board.join("Ada").passes("01_environment").raises_hand("One")
    board.join("Bo").raises_hand("Two")
    page = visit(board.url, waits=False)
    expect(page.get_by_label("Secret")).to_be_focused()
    page.keyboard.type(board.running.secret)
    page.keyboard.press("Enter")
    expect(page.locator("#link")).to_have_text("Live")
    tab_to(page, "Skip to the content")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    tab_to(page, "Start the clock")
    page.keyboard.press("Enter")
    expect(page.locator("#clock")).to_have_text("Pause")
    page.keyboard.press("Enter")
    expect(page.locator("#clock")).to_have_text("Go on")
    expect(page.locator("#clock")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#clock")).to_have_text("Pause")
    tab_to(page, "Stop…")
    page.keyboard.press("Enter")
    expect(page.locator("#ask")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#stop")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stop it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#clock")).to_have_text("Start the clock")
    expect(page.locator("#clock")).to_be_focused()
    tab_to(page, "Lower the hand of Ada")
    page.keyboard.press("Enter")
    expect(page.locator("#hands li")).to_have_count(1)
    expect(page.get_by_role("button", name="Lower the hand of Bo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#hands-none")).to_be_visible()
    tab_to(page, "Table of learners")
    tab_to(page, "Passed")
    page.keyboard.press("Enter")
    expect(page.locator("tbody bdi")).to_have_text(["Bo", "Ada"])
    expect(page.get_by_role("columnheader", name="Passed")).to_have_attribute("aria-sort", "ascending")
    tab_to(page, "Bo")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#learner")).to_contain_text("01 Write down what the project needs: passed")
    page.keyboard.press("Escape")
    expect(row(page, "Ada").get_by_role("button")).to_be_focused()


def nodes(page):
    """Return (role, name, is it live) of all that a screen reader meets."""
    found = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        (
            node["role"]["value"],
            node.get("name", {}).get("value", ""),
            next((p["value"].get("value") for p in node.get("properties", ()) if p["name"] == "live"), None),
        )
        for node in found
        if not node["ignored"]
    ]


def test_screen_reader(board, visit):
    """Landmarks, one main heading, a table with heads of rows and columns and words in its cells."""
    board.join("Ada").passes("01_environment").fails("02_download", "test_stage")
    page = visit(board.address())
    known = nodes(page)
    names = {(role, name) for role, name, _ in known}
    assert [name for role, name, _ in known if role == "heading"][0] == "DVC Workshop"
    assert page.locator("h1").count() == 1
    assert {"banner", "main", "contentinfo", "navigation", "table", "caption"} <= {role for role, _ in names}
    assert ("columnheader", "02 Download the data in a stage") in names
    assert ("rowheader", "Ada") in names
    assert {("cell", "Ada, 01_environment: passed"), ("cell", "Ada, 02_download: not yet")} <= names
    assert {("region", "Table of learners"), ("region", "Raised hands"), ("region", "Pace")} <= names
    nameless = [role for role, name, _ in known if role in ("button", "searchbox", "radio", "link") and not name]
    assert not nameless
    assert ("status", "", "polite") in known


def test_hands_are_announced_and_cells_are_not(board, visit):
    """A raised hand is read aloud once, with its message; verdicts are not, and hands that were up before are not."""
    ada, bo = board.join("Ada"), board.join("Bo")
    ada.raises_hand("Before")
    page = visit(board.address())
    expect(page.locator("#hands li")).to_have_count(1)
    expect(page.locator("#news")).to_have_text("")
    bo.passes("01_environment")
    expect(cell(page, "Bo, 01_environment: passed")).to_be_attached()
    expect(page.locator("#news")).to_have_text("")
    bo.raises_hand("Help me")
    expect(page.locator("#news")).to_have_text("Bo raised a hand. Help me")
    expect(page).to_have_title(re.compile(r"^\(2\) "))
    live = page.evaluate(
        "[...document.querySelectorAll('[aria-live], [role=status], [role=alert]')].map((one) => one.id)"
    )
    assert not page.locator("table [aria-live], table [role=status]").count() and "news" in live


@pytest.mark.parametrize("width", [320, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(crowd, visit, view, scheme, width):
    """axe-core finds no violation of its rules."""
    page = visit(crowd.address(view), width=width, scheme=scheme)
    found = Axe().run(page)
    assert not found.violations_count, found.generate_report()


def test_axe_finds_nothing_elsewhere(board, visit):
    """The same holds of the form, of an empty class, and of the two windows."""
    page = visit(board.url, waits=False)
    expect(page.get_by_label("Secret")).to_be_focused()
    assert not Axe().run(page).violations_count
    page = visit(board.address())
    assert not Axe().run(page).violations_count
    board.instruct("agenda", clock="start")
    board.instruct("agenda", clock="pause")
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    assert not Axe().run(page).violations_count
    board.join("Ada").fails("01_environment", "test_lock").raises_hand("Help")
    page.get_by_role("rowheader", name="Ada").get_by_role("button").click()
    assert not Axe().run(page).violations_count
    page.get_by_role("button", name="Take out of view").click()
    assert not Axe().run(page).violations_count


def test_axe_finds_harm(crowd, visit):
    """Without the label of its field, axe-core complains."""
    page = visit(crowd.address())
    page.evaluate(
        "document.querySelector('label[for=find]').remove(); document.querySelector('#find').placeholder = ''"
    )
    assert "label" in [each["id"] for each in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("view", VIEWS)
def test_no_sideways_scroll(crowd, visit, view):
    """From a small telephone to a wall the page is never wider than the window; the table scrolls in itself."""
    page = visit(crowd.address(view), width=WIDTHS[0])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth]")
        assert max(wide) <= width, f"{max(wide)} at {width}"
    if view == "names":
        page.set_viewport_size({"width": 320, "height": 900})
        head = page.locator("tbody th").first
        before = head.bounding_box()["x"]
        page.locator("#region").evaluate("(one) => one.scrollTo(200, 0)")
        assert page.locator("#region").evaluate("(one) => one.scrollLeft") > 100
        assert abs(head.bounding_box()["x"] - before) < 2, "the names do not stay"


def test_head_of_the_table_stays(crowd, visit):
    """However far down, the table shows its head; and no name that has the focus lies under it."""
    page = visit(crowd.address(), height=500)
    page.locator("#region").evaluate("(one) => one.scrollTo(0, 400)")
    region, head, sums = (page.locator(each).bounding_box() for each in ("#region", "thead", "tr.sums"))
    assert abs(head["y"] - region["y"]) < 3 and abs(sums["y"] + sums["height"] - head["y"] - head["height"]) < 2
    page.locator("tbody button").last.focus()
    for _ in range(page.locator("tbody tr").count()):
        page.keyboard.press("ArrowUp")
        name = page.locator("tbody button:focus").bounding_box()
        assert name["y"] >= page.locator("thead").bounding_box()["y"] + head["height"] - 1


def test_no_motion_where_none_is_wanted(crowd, chromium):
    """Who asks the system for less motion gets none."""
    for motion, wanted in (("reduce", False), ("no-preference", True)):
        page = chromium.new_page(reduced_motion=motion)
        page.goto(crowd.address())
        page.locator("tbody td").first.wait_for(state="attached")
        moves = "[...document.querySelectorAll('*')].some((one) => getComputedStyle(one).transitionDuration !== '0s')"
        assert page.evaluate(moves) is wanted
        page.close()


# The line to the board


def test_connection_lost_and_back(fresh, visit):
    """The page says that the connection is lost, then that it is back, and shows what has happened since."""
    ada = fresh.join("Ada")
    page = visit(fresh.address())
    expect(row(page, "Ada")).to_have_count(1)
    fresh.stop()
    expect(page.locator("#link")).to_contain_text("Connection lost at")
    page.get_by_role("button", name="Start the clock").click()
    expect(page.locator("#trouble")).to_contain_text("nothing was changed")
    fresh.start()
    ada.passes("01_environment")
    expect(page.locator("#link")).to_contain_text("The connection is back")
    expect(cell(page, "Ada, 01_environment: passed")).to_be_attached()


def test_another_class_asks_for_its_secret(fresh, visit):
    """Where a new class began on the same port, the page asks for its secret and keeps no name of the old one."""
    fresh.join("Ada Lovelace")
    page = visit(fresh.address())
    expect(row(page, "Ada Lovelace")).to_have_count(1)
    fresh.stop()
    fresh.forget()
    fresh.start()
    expect(page.get_by_label("Secret")).to_be_focused()
    assert "Lovelace" not in page.content()
    page.keyboard.type(fresh.running.secret)
    page.keyboard.press("Enter")
    expect(page.locator("#nobody")).to_be_visible()
