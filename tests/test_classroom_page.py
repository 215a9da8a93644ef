"""The page of a class report: whatever people are called it is safe, accessible, and whole without a network."""

import errno
import html
import os
import re
import shutil
from html.parser import HTMLParser

import pytest
from axe_playwright_python.sync_playwright import Axe
from coach import environment, writable
from coach.classroom import cli, marks, page, report, screen
from playwright.sync_api import sync_playwright
from typer.testing import CliRunner

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NAMES = [
    "Ada Lovelace",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><b>&amp;",
    "عليّ بن أحمد",
    "Maria-Magdalena von Habsburg-Lothringen zu Österreich",
    "Supercalifragilisticexpialidocious" * 3,
    "javascript:alert(1)",
]
VERDICTS = ["passed", "not yet", "skipped", "unseen", "error"]
PARTS = ["passed", "unseen"]
SIZES = {"telephone": (320, 640), "notebook": (1280, 800), "projector": (1920, 1080)}


def catalogue(exercises=4, checks=4):
    names = [f"{n:02}_exercise" for n in range(1, exercises + 1)]
    each = [
        {"check": f"test_{n}", "title": f"Check {n} is <b>right</b>.", "points": n, "needs": n > 1}
        for n in range(1, checks + 1)
    ]
    points = sum(one["points"] for one in each)
    return [{"exercise": n, "title": "Do it", "part": "1", "max_points": points, "checks": each} for n in names]


def learner(number, exercises):
    """Return a person whose verdicts are all kinds, in turn."""
    name = NAMES[number % len(NAMES)]
    why, verdicts = f"found {name}", VERDICTS if number % 3 else PARTS
    said = {
        one["exercise"]: {
            check["check"]: (verdicts[(number + place + at) % len(verdicts)], why)
            for place, check in enumerate(one["checks"])
        }
        for at, one in enumerate(exercises)
    }
    sources = [] if number % 6 == 5 else [(marks.REPORTED if number % 2 else marks.CLONE, said)]
    from coach.classroom.overrides import Override

    own = {exercises[0]["exercise"]: Override(2, None, name, 2)} if number % 4 == 1 else {}
    marked = marks.exercises(exercises, sources, own)
    return {
        "id": str(number),
        "name": name,
        "on_roster": number % 5 != 4,
        **marks.total(marked),
        "handed_in": bool(sources),
        "problems": [] if sources else [f"Could not be read: {name}."],
        "commit": "0" * 40 if sources else None,
        "date": "2026-11-21T20:15:00+00:00" if sources else None,
        "commits": 3 if sources else None,
        "edited": [f"exercises/{name}"] * (number % 3),
        "left_out": [f"{name} is a link"] * (number % 2),
        "sources": [source for source, _ in sources],
        "exercises": marked,
    }


def made(number):
    exercises = catalogue()
    learners = [learner(each, exercises) for each in range(number)]
    return {
        "schema": report.SCHEMA,
        "made": "2026-11-21T20:15:00+00:00",
        "workshop": NAMES[1],
        "isolation": report.ONLY_READ,
        "summary": report.summary(exercises, learners),
        "exercises": exercises,
        "learners": learners,
    }


class Tags(HTMLParser):
    """Note the names of all tags, their attributes, and the text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("number", [0, 1, 40])
def test_no_name_becomes_markup(number):
    read = Tags(page.text(made(number)))
    names = {tag for tag, _ in read.tags}
    assert not names & {"script", "img", "iframe", "link", "object", "form", "base"}
    for _, attributes in read.tags:
        assert not any(key.startswith("on") for key in attributes)
        assert attributes.get("href", "#").startswith("#")
    for name in NAMES[:number] if number > 1 else ():
        assert name in read.text


def test_nothing_comes_from_elsewhere():
    text = page.text(made(3))
    assert not re.findall(r"(?:https?:)?//[^\s<]|@import|url\(", text.replace("<!doctype html>", ""))
    (policy,) = [a["content"] for tag, a in Tags(text).tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy


@pytest.fixture(scope="module")
def browser():
    """Return a real browser; a machine without one cannot say anything of the page."""
    assert CHROMIUM, "these tests need Chromium"
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the pages of a small and of a larger class, as files."""
    folder = tmp_path_factory.mktemp("pages")
    for number in (3, 15):
        (folder / f"{number}.html").write_text(page.text(made(number)), encoding="utf-8")
    return folder


@pytest.fixture
def opened(browser, pages):
    """Return a function that opens a page as a file, without a network, and notes what the browser complains about."""
    contexts = []

    def open_page(number, size="notebook", scheme="light", **options):
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, offline=True, **options
        )
        contexts.append(context)
        tab = context.new_page()
        tab.complaints = []
        tab.on("console", lambda message: tab.complaints.append(message.text))
        tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.on("request", lambda request: request.url.startswith("file:") or tab.complaints.append(request.url))
        tab.goto((pages / f"{number}.html").as_uri())
        return tab

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(opened, size, scheme):
    tab = opened(15, size, scheme)
    tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(tab).response["violations"]
    assert not found, [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]
    assert not [said for said in tab.complaints if "Content Security Policy" not in said], tab.complaints


@pytest.mark.parametrize("size", SIZES)
def test_the_page_itself_does_not_scroll_sideways(opened, size):
    tab = opened(15, size)
    tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert tab.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


def test_style_is_applied_under_its_own_policy(opened):
    for scheme, back in (("light", "rgb(251, 251, 249)"), ("dark", "rgb(20, 23, 26)")):
        tab = opened(3, scheme=scheme)
        assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == back
        assert tab.complaints == []


def test_it_can_be_used_by_keyboard(opened):
    """Tab reaches the frames, which then scroll, and each person; Enter opens one."""
    tab = opened(15, "telephone")
    seen = set()
    for _ in range(60):
        tab.keyboard.press("Tab")
        seen.add(tab.evaluate("document.activeElement.tagName + '.' + document.activeElement.className"))
    assert {"A.", "DIV.frame", "SUMMARY."} <= seen
    tab.locator(".frame").first.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("document.querySelector('.frame').scrollLeft > 0")
    tab.locator("details").last.locator("summary").focus()
    tab.keyboard.press("Enter")
    assert tab.locator("details").last.evaluate("each => each.open")


def test_a_name_leads_to_what_else_is_known(opened):
    tab = opened(3)
    tab.locator(".overview tbody a").first.click()
    tab.wait_for_function("document.querySelector('#person-0').parentElement.open")
    assert tab.locator("#person-0").is_visible()


def test_words_carry_the_verdicts(opened):
    """Without any style, and so without colours, the page says all."""
    tab = opened(15)
    tab.evaluate("document.querySelector('style').remove()")
    text = tab.locator("main").inner_text()
    for word in ("not yet", "seen in part", "not started", "2 / 10 / 10", "not on the roster", "edited checks"):
        assert word in text
    cells = tab.locator(".map tbody td").all_inner_texts()
    assert {*cells} >= {"P", "R", "N", "w", "?", "E", "–"}


def test_the_terminal_shows_the_same(capsys):
    report_ = made(12)
    screen.put(report_)
    said = capsys.readouterr().out
    for one in report_["learners"]:
        assert one["name"] in said
    assert "Overridden: 01_exercise" in said and "\x1b" not in said
    assert html.escape("<script>") not in said


# The files that it is written to


def locked(*arguments, **options):
    raise PermissionError(errno.EACCES, "Permission denied", "another name")


@pytest.fixture
def command(monkeypatch, tmp_path):
    """Return a function that runs `coach class report` on a class that has been graded."""
    graded = []
    monkeypatch.setattr(report, "make", lambda *arguments: graded.append(arguments) or made(3))
    monkeypatch.setattr(cli, "find_root", lambda: tmp_path)

    def run(**files):
        options = [word for kind, file in files.items() for word in (f"--{kind}", str(file))]
        done = CliRunner().invoke(cli.app, ["report", "--repos", str(tmp_path), *options])
        return done, len(graded)

    return run


def test_it_is_written_where_one_was_before(command, tmp_path):
    (tmp_path / "page.html").write_text("the last one")
    done, graded = command(html=tmp_path / "page.html", csv=tmp_path / "table.csv")
    assert done.exit_code == 0 and graded == 1
    assert {file.name for file in tmp_path.iterdir()} == {"page.html", "table.csv"}
    assert (tmp_path / "page.html").read_text("utf-8").startswith("<!doctype html>")


def test_a_table_that_a_spreadsheet_has_open_is_told_before_the_class_is_graded(command, tmp_path, monkeypatch):
    (tmp_path / "table.csv").write_text("the last one")
    monkeypatch.setattr(writable, "WINDOWS", True)
    monkeypatch.setattr(writable, "open", locked, raising=False)
    done, graded = command(csv=tmp_path / "table.csv")
    assert graded == 0 and "close it where it is open" in done.exception.next
    assert done.exception.where == str(tmp_path / "table.csv")


def test_a_file_that_may_not_be_changed_is_replaced_all_the_same(command, tmp_path):
    """What counts is the folder: the new file takes the old one's place."""
    (tmp_path / "table.csv").write_text("the last one")
    (tmp_path / "table.csv").chmod(0o444)
    done, graded = command(csv=tmp_path / "table.csv")
    assert (done.exit_code, graded) == (0, 1) and "the last one" not in (tmp_path / "table.csv").read_text("utf-8")


def test_a_folder_in_which_nobody_may_write_is_told_before_the_class_is_graded(command, tmp_path, monkeypatch):
    monkeypatch.setattr(writable.tempfile, "TemporaryFile", locked)
    done, graded = command(html=tmp_path / "page.html")
    assert graded == 0 and done.exception.where == str(tmp_path / "page.html")


def test_a_report_that_cannot_be_written_in_the_end_is_still_printed(command, tmp_path, monkeypatch):
    (tmp_path / "page.html").write_text("the last one")
    monkeypatch.setattr(environment.os, "replace", locked)
    done, graded = command(html=tmp_path / "page.html")
    assert graded == 1 and NAMES[0] in done.stdout
    assert done.exception.filename == str(tmp_path / "page.html") and done.exception.errno == errno.EACCES
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]
    assert (tmp_path / "page.html").read_text() == "the last one"


def test_what_is_no_ordinary_file_is_not_replaced(command, tmp_path):
    """A device, say, or a pipe."""
    os.mkfifo(tmp_path / "pipe")
    done, graded = command(csv=tmp_path / "pipe")
    assert graded == 0 and done.exception.found == "no ordinary file"
    with pytest.raises(PermissionError, match="pipe"):
        environment.write(tmp_path / "pipe", "text")
    assert (tmp_path / "pipe").is_fifo() and len(list(tmp_path.iterdir())) == 1


def test_half_a_character_leaves_no_half_of_a_file(tmp_path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(UnicodeEncodeError):
        environment.write(tmp_path / "a", "new \ud800")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]
