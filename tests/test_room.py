"""Material for the room: the agenda's rules, slides and notes that hold all of the exercises' texts, and how they look in a browser."""

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from coach import course
from coach.room import agenda, content, deck, fit, lesson, markup
from coach.room.opening import opening
from commands import commands, fault_of
from playwright.sync_api import sync_playwright
from states import TEMPLATE, exercise_ids

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PAGE = TEMPLATE / "docs" / "run-this-workshop.md"


# The agenda


def exercises(*minutes):
    """Return exercises of so many minutes each."""
    return [SimpleNamespace(id=f"{n:02}_x", title=f"T{n}", part="1 P", minutes=m) for n, m in enumerate(minutes, 1)]


DAYS = {
    "the morning": ((20,) * 12, 9 * 60, 15),
    "the afternoon": ((25, 40, 15) * 3, 13 * 60 + 30, 15),
    "over noon": ((45,) * 8, 8 * 60, 10),
    "long ones": ((120, 100, 10, 95), 9 * 60, 15),
    "late": ((60,) * 5, 21 * 60, 15),
    "begins before noon": ((20,) * 9, 11 * 60 + 45, 15),
    "no minutes": ((0, 0, 30), 9 * 60, 15),
    "one": ((20,), 9 * 60, 15),
    "long breaks": ((30,) * 10, 9 * 60, 45),
}


@pytest.mark.parametrize("name", DAYS)
def test_agenda_keeps_its_rules(name):
    """Rows follow each other, exercises in order with their minutes; nobody works longer than 90 minutes but in one exercise."""
    minutes, start, pause = DAYS[name]
    rows = agenda.rows(exercises(*minutes), start, pause)
    assert rows[0].begins == start and all(one.ends == two.begins for one, two in zip(rows, rows[1:]))
    assert [row.minutes for row in rows if row.kind == agenda.EXERCISE] == list(minutes)
    assert rows[0].kind == rows[-1].kind == agenda.EXERCISE
    stretch = []
    for row in rows:
        stretch = stretch + [row.minutes] if row.kind == agenda.EXERCISE else []
        assert sum(stretch) <= 90 or len([m for m in stretch if m]) == 1
        assert row.kind != agenda.BREAK or row.minutes == pause


@pytest.mark.parametrize("name", DAYS)
def test_lunch_is_had_once_where_work_runs_over_noon(name):
    """Who begins before noon and is not done at 13:00 has lunch, around noon; nobody else has."""
    minutes, start, pause = DAYS[name]
    rows = agenda.rows(exercises(*minutes), start, pause)
    lunches = [row for row in rows if row.kind == agenda.LUNCH]
    assert len(lunches) == (start < 12 * 60 and rows[-1].ends > 13 * 60)
    longest = max(minutes)
    assert all(11 * 60 + 30 - longest <= row.begins <= 13 * 60 + longest for row in lunches)


def test_no_two_breaks_without_work_between():
    """A break that is due at lunchtime is lunch."""
    rows = agenda.rows(exercises(*(30,) * 8), 9 * 60)
    assert [row.kind for row in rows].count(agenda.LUNCH) == 1
    assert all(agenda.EXERCISE in (one.kind, two.kind) for one, two in zip(rows, rows[1:]))


TIMES = {
    "09:00": 540,
    "9:05": 545,
    "13": 780,
    "0:00": 0,
    "24:00": None,
    "9:60": None,
    "soon": None,
    "-1": None,
    "": None,
}


@pytest.mark.parametrize("text", TIMES)
def test_times_are_read(text):
    """Times of day are read, other texts are none."""
    assert agenda.minutes_of(text) == TIMES[text]


def coach(root, *arguments, check=True):
    """Run the coach in a workshop."""
    command = [sys.executable, "-m", "coach", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def test_agenda_is_printed(generated):
    """The terminal has each exercise with its time, below its part; Markdown has the same rows."""
    plain, md = coach(generated, "class", "agenda").stdout, coach(generated, "class", "agenda", "--md").stdout
    for exercise in exercise_ids():
        row = rf"{exercise.split('_')[0]}\b.*"
        title = re.search(r"^title: (.+)$", (generated / "exercises" / exercise / "README.md").read_text(), re.M)[1]
        time = re.search(rf"^  (\d\d:\d\d) +(\d+) min  {row}{re.escape(title)}$", plain, re.M)
        assert f"| {time[1]} | {time[2]} | {exercise.split('_')[0]} | {title} |" in md
    assert plain.startswith("Part 1 Core\n  09:00") and md.startswith("**Part 1 Core**\n")


@pytest.mark.parametrize("option", [("--start", "25:00"), ("--break", "-5"), ("--break", "soon")], ids=" ".join)
def test_bad_times_are_told(generated, option):
    """A time that is none ends with a word about it, as wrong usage."""
    done = coach(generated, "class", "agenda", *option, check=False)
    assert done.returncode == 2 and option[0] in done.stderr


# Slides and notes: one source


class Text(HTMLParser):
    """Collects a page's text, without its styles and scripts."""

    def __init__(self, page):
        super().__init__()
        self.parts, self.skipped = [], 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.skipped += tag in ("style", "script")

    def handle_endtag(self, tag):
        self.skipped -= tag in ("style", "script")

    def handle_data(self, data):
        self.parts += [data] * (not self.skipped)


def plain(page):
    """Return a page's text with single spaces."""
    return " ".join("".join(Text(page).parts).split())


def without_marks(text):
    """Return Markdown as a reader sees it."""
    return " ".join(markup.words(text).split())


@pytest.fixture(scope="module")
def workshop(generated, tmp_path_factory):
    """Return a copy of a workshop that can be changed."""
    copy = tmp_path_factory.mktemp("room") / "workshop"
    shutil.copytree(generated, copy)
    return copy


@pytest.fixture(scope="module")
def pages(workshop):
    """Return the files of slides and notes."""
    made = {}
    for kind in ("slides", "notes"):
        made[kind] = workshop.parent / f"{kind}.html"
        said = coach(workshop, "class", kind, str(made[kind])).stdout
        assert made[kind].as_uri() in said
    return made


@pytest.mark.parametrize("exercise", exercise_ids())
@pytest.mark.parametrize("kind", ["slides", "notes"])
def test_nothing_is_left_out(workshop, pages, kind, exercise):
    """Every command of every console block and the sentence of every check stand on the slides and in the notes."""
    shown = plain(pages[kind].read_text(encoding="utf-8"))
    folder = workshop / "exercises" / exercise
    text = (folder / "README.md").read_text(encoding="utf-8")
    typed = [line for block in re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S) for line in block.splitlines()]
    sentences = [line for file in folder.glob("test_*.py") for line in re.findall(SENTENCE, file.read_text("utf-8"))]
    assert typed and sentences
    missing = [line for line in typed + sentences if without(line) not in shown]
    assert missing == []


SENTENCE = re.compile(r'^def test_\w+\(workshop\):\n    """(.+?)(?:"""|$)', re.MULTILINE)


def without(line):
    """Return a line as it stands on a page: inline code has lost its marks."""
    return " ".join(re.sub(r"`([^`]*)`", r"\1", line).split())


@pytest.mark.parametrize("exercise", exercise_ids())
def test_the_speaker_has_all(workshop, pages, exercise):
    """The notes have the whole text, every hint, and the solution with its commands and files."""
    shown = plain(pages["notes"].read_text(encoding="utf-8"))
    text = (workshop / "exercises" / exercise / "README.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    prose = [block for block in markup.blocks(text) if block.kind == "text"]
    assert [block.source for block in prose if without_marks(block.source) not in shown] == []
    branch = f"solution/{exercise}"
    answer = subprocess.run(
        ["git", "show", f"{branch}:solutions/{exercise}/README.md"], cwd=workshop, capture_output=True, text=True
    ).stdout
    left = re.findall(r"^\$ (.+)$", answer, re.M)
    assert left and [line for line in left if without(line) not in shown] == []
    diff = subprocess.run(
        ["git", "diff", f"{branch}^", branch, "--", ".", ":!solutions"], cwd=workshop, capture_output=True, text=True
    ).stdout
    added = [line for line in diff.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert [line for line in added if " ".join(line.split()) not in shown] == []


OPENED = {
    "the machine": "coach doctor",
    "the board": "coach board --host 0.0.0.0",
    "both pages": "two addresses",
    "the projector": "projector's page",
    "the slides": "coach class slides",
    "joining": '$ coach join ADDRESS CODE --name "Ada"',
    "help": "coach raise-hand",
    "more": PAGE.name,
}


@pytest.mark.parametrize("what", OPENED)
def test_the_day_is_opened_before_the_first_exercise(pages, what):
    """The notes begin with what to open before minute 0 and how learners join; once, and the same beside the first slide."""
    for kind, page in pages.items():
        shown = plain(page.read_text(encoding="utf-8"))
        place = shown.index("Before 09:00")
        first = shown.index(
            "Write down what the project needs", place if kind == "notes" else shown.index("Exercise 01")
        )
        assert OPENED[what] in shown[place:first] and shown.count("Before 09:00") == 1


def test_commands_of_the_opening_exist(generated, monkeypatch):
    """What the notes let an instructor and learners type exists, and the page that they refer to has it, too."""
    monkeypatch.chdir(generated)
    text = opening(agenda.rows(exercises(20), 13 * 60 + 30))
    assert "**Before 13:30**" in text and len(commands(text)) > 5
    assert {line: fault_of(line) for line in commands(text) if fault_of(line)} == {}
    told = PAGE.read_text(encoding="utf-8")
    assert [line for line in commands(text) if " ".join(line.split()[:2]) not in told] == []


@pytest.mark.parametrize("kind", ["slides", "notes"])
def test_late_comers_have_something_to_catch_up_with(pages, kind):
    """Each exercise says how to catch up to it, but the first: there is nothing before it."""
    shown = plain(pages[kind].read_text(encoding="utf-8"))
    numbers = [exercise.split("_")[0] for exercise in exercise_ids()]
    assert f"Late-comers: coach catch-up {numbers[1]}. Goal" in shown or kind == "slides"
    assert re.findall(r"Late-comers: coach catch-up (\d+)\.", shown) == numbers[1:]


def test_hints_of_every_kind_are_read(workshop, pages):
    """Hints that are put together when the file is read are there too; in the notes all, on the slides the first of each check."""
    notes, slides = (plain(pages[kind].read_text(encoding="utf-8")) for kind in ("notes", "slides"))
    assert "Write a list behind rename_changes: in answers/versions.yaml" in notes
    assert "The .dir object is a small text. Open it and read." in slides


def test_one_source(workshop, pages):
    """An edited text, check or number of minutes changes slides and notes, and nothing else has to be edited."""
    folder = workshop / "exercises" / "02_download"
    before = {file: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.is_file()}
    edits = {
        "README.md": [("$ dvc repro download", "$ dvc repro --verbose download"), ("minutes: 20", "minutes: 33")],
        "test_download.py": [("There is a stage download", "There must be a stage download")],
    }
    try:
        for name, changes in edits.items():
            text = before[folder / name]
            for old, new in changes:
                assert old in text
                text = text.replace(old, new)
            (folder / name).write_text(text, encoding="utf-8")
        for kind, page in pages.items():
            old = plain(page.read_text(encoding="utf-8"))
            new_page = workshop.parent / f"new_{kind}.html"
            coach(workshop, "class", kind, str(new_page))
            new = plain(new_page.read_text(encoding="utf-8"))
            for words in ("dvc repro --verbose download", "33 min", "There must be a stage download"):
                assert words in new and words not in old
    finally:
        for file, text in before.items():
            file.write_text(text, encoding="utf-8")


# What announces something stands above it


def slides_of(root):
    """Return the Slides of a workshop."""
    found = course.exercises(root)
    return deck.make("A workshop", found, agenda.rows(found))


def slides_from(text):
    """Return the Slides of a section with steps."""
    return [page for slide in content.of_section("Steps", markup.blocks(text), []) for page in deck.spread(slide)]


def dangling(slides):
    """Return the slides whose last words announce something that is not on them."""
    ends = {slide: slide.blocks[-1].source if slide.blocks else slide.heading for slide in slides}
    prose = [slide for slide in slides if not slide.blocks or slide.blocks[-1].kind in ("text", "list")]
    return [slide for slide in prose if ends[slide].rstrip("*_ \n").endswith(":")]


def announced(blocks):
    """Return (the sentence that announces it, the block) of each block of a text that has such a sentence."""
    pairs = ((markup.announcement(above), below) for above, below in zip(blocks, blocks[1:]))
    number = re.compile(r"^\*\*\d+\.\*\* ")
    return [(number.sub("", sentence), below) for sentence, below in pairs if sentence and below.kind != "text"]


def without_its_sentence(blocks, slides):
    """Return the announced blocks of a text that stand on no slide right below the sentence that announces them."""
    shown = [pair for slide in slides for pair in zip(slide.blocks, slide.blocks[1:])]
    together = [(above.source.rstrip("\n"), below.lines[0]) for above, below in shown]
    return [
        sentence
        for sentence, block in announced(blocks)
        if not any(said.endswith(sentence) and first == block.lines[0] for said, first in together)
    ]


def test_no_slide_ends_before_what_it_announces(workshop):
    """Whatever a text announces with a colon stands below that sentence on the same slide, and no slide is a heading alone."""
    slides = slides_of(workshop)
    assert dangling(slides) == []
    for exercise in course.exercises(workshop):
        blocks = [block for heading, inside in lesson.sections(exercise) for block in inside if heading != "Read on"]
        assert without_its_sentence(blocks, slides) == [], exercise.id
    assert [slide.name for slide in slides if slide.kind == content.TEXT and not slide.blocks] == []


def test_why_it_matters_is_more_than_how_it_begins(workshop):
    """Each paragraph is there so far that it has a point, and said whole."""
    slides = {slide.over: slide for slide in slides_of(workshop) if slide.heading == content.WHY}
    for exercise in course.exercises(workshop):
        slide = slides[f"{exercise.number} {exercise.name}"]
        whole = [" ".join(b.source.split()) for b in dict(lesson.sections(exercise))[content.WHY] if b.kind == "text"]
        shown = [block.source.strip() for block in slide.blocks if block.kind == "text"]
        assert all(text.startswith(first) for text, first in zip(whole, shown, strict=True))
        assert all(len(first) >= 100 or first == text for text, first in zip(whole, shown))
        assert all(text in " ".join(slide.notes.split()) or text in shown for text in whole)


FILLER = "This sentence is only there to be said, and it takes some room. "
TABLE, CODE = "| a | b |\n|---|---|\n| one | two |\n", "```console\n$ dvc status\n```\n"
STEPS = {
    "a short title": f"**1.** Look. {FILLER * 3}These are missing:\n\n{TABLE}",
    "a long title": f"**1.** {FILLER}{FILLER}These are missing:\n\n{TABLE}",
    "a very long title": f"**1.** {FILLER.replace('.', ',') * 3}, so:\n\n{TABLE}",
    "a named step": f"**1. Merge.** {FILLER * 3}Merge so:\n\n{CODE}",
    "a sentence that is the title": f"**1.** Type this:\n\n{CODE}",
    "two blocks": f"**1.** Look. {FILLER}\n\n{CODE}\n{'And more. ' * 30}Now type:\n\n{CODE.replace('status', 'push')}",
    "a list": f"**1.** Look. {FILLER * 3}Mind three things:\n\n- one\n- two\n",
    "prose": f"**1.** Mind this:\n\n{FILLER}\n\n{FILLER}",
    "prose of prose": f"**1.** Look. {FILLER}Mind this:\n\nAnd that:\n\n{FILLER}\n\n{FILLER}",
    "prose, then code": f"**1.** Look. {FILLER * 3}Mind this:\n\n{FILLER}\n\n{CODE}",
    "nothing at all": f"**1.** Look. Mind this:\n\n**2.** {FILLER}\n\n{CODE}",
    "bold": f"**1.** Look. {FILLER * 3}**Type this:**\n\n{CODE}",
    "before the steps": f"{FILLER * 3}These are missing:\n\n{TABLE}\n**1.** Look.\n\n{CODE}",
    "prose before the steps": f"{FILLER * 3}\n\n**1.** Look.\n\n{CODE}",
    "a long table": f"**1.** Look. {FILLER * 3}These are missing:\n\n{TABLE}" + "| one | two |\n" * 40,
    "long code": f"**1.** Look. {FILLER * 3}Type all:\n\n```console\n" + "$ dvc status\n" * 60 + "```\n",
    "a long list": f"**1.** Look. {FILLER * 3}Mind these:\n\n" + f"- {FILLER}\n" * 40,
    "a long sentence": f"**1.** Look. {FILLER.replace('.', ',') * 12} so:\n\n{TABLE}" + "| one | two |\n" * 40,
    "a paragraph of a slide": f"**1.** Look.\n\n{CODE}\n{FILLER * 20}So:\n\n{TABLE}" + "| one | two |\n" * 9,
}


@pytest.mark.parametrize("case", STEPS)
def test_whatever_an_author_announces_is_there(case):
    """However a step is written, what it announces is on the slide, nothing that is shown is lost, and each slide fits."""
    blocks, slides = markup.blocks(STEPS[case]), slides_from(STEPS[case])
    if case != "nothing at all":
        assert dangling(slides) == []
    titles = [slide.heading for slide in slides]
    assert [sentence for sentence in without_its_sentence(blocks, slides) if sentence not in titles] == []
    shown = [block for slide in slides for block in slide.blocks]
    for kind in ("code", "table", "list"):
        lines = [line for block in blocks if block.kind == kind for line in block.lines]
        assert set(lines) <= {line for block in shown if block.kind == kind for line in block.lines}
    assert len({block for block in shown if block.kind == "text"}) == len([b for b in shown if b.kind == "text"])
    for slide in slides:
        assert fit.fits(slide.blocks, fit.room_below(slide.heading), fit.SIZES[-1])


BELOW = {
    "table": lambda count: TABLE + "| one | two |\n" * count,
    "code": lambda count: "```text\n" + "one\n" * count + "```\n",
    "list": lambda count: "- one\n" * count,
}


@pytest.mark.parametrize("kind", BELOW)
def test_pages_are_turned_before_an_announcement(kind):
    """Wherever a page ends, it does not end in what announces the next, and each one fits."""
    room = fit.room_below("Steps")
    for words in (1, 8, 20):
        for count in range(1, 45):
            blocks = markup.blocks(
                f"{FILLER * 4}\n\n{FILLER * words}So:\n\n{BELOW[kind](count)}\n{FILLER}So:\n\n{CODE}"
            )
            pages = fit.pages("Steps", blocks)
            assert all(fit.fits(page, room, fit.SIZES[-1]) for page in pages), (words, count)
            assert not any(markup.announcement(page[-1]) for page in pages), (words, count)
            assert [line for page in pages for block in page if block.kind == "code" for line in block.lines][
                -1
            ] == "$ dvc status"


def test_a_heading_alone_makes_no_slide():
    """A section with nothing in it has no slide; one with words before its steps has them on its own."""
    assert content.of_section("Steps", [], []) == []
    assert slides_from(STEPS["prose before the steps"])[0].blocks


def test_the_start_moves_the_clock(workshop, tmp_path):
    """--start and --break are in the notes as in the agenda."""
    page = tmp_path / "notes.html"
    coach(workshop, "class", "notes", str(page), "--start", "18:10", "--break", "7")
    shown = plain(page.read_text(encoding="utf-8"))
    assert "18:10 to 18:30" in shown and "Break, 7 minutes" in shown and "Lunch" not in shown


# Where it is written


def test_without_a_name_it_lies_below_the_coach(workshop):
    """Git does not see the page that was written without a name for it."""
    before = git_status(workshop)
    coach(workshop, "class", "slides")
    assert (workshop / ".coach" / "slides.html").is_file() and git_status(workshop) == before


def git_status(root):
    """Return what Git sees."""
    return subprocess.run(["git", "status", "--short"], cwd=root, capture_output=True, text=True, check=True).stdout


def test_what_others_wrote_stays(workshop, tmp_path, monkeypatch):
    """A file that the coach has not written is not overwritten; its own is, and a folder gets a file of the usual name."""
    mine = tmp_path / "talk.html"
    mine.write_text("mine")
    done = coach(workshop, "class", "slides", str(mine), check=False)
    assert done.returncode == 1 and "has not written" in done.stderr and mine.read_text() == "mine"
    monkeypatch.chdir(workshop)
    assert fault_of(re.search(r"`([^`]+)`", done.stderr)[1]) is None
    for _ in range(2):
        coach(workshop, "class", "slides", str(tmp_path))
    assert (tmp_path / "slides.html").is_file()


PLACES = {
    "no folder": ("nowhere/x.html", "no such folder", "`mkdir {folder}`"),
    "no folder above": ("nowhere/at/all/x.html", "no such folder", "`mkdir -p {folder}`"),
    "below a file": ("mine.html/x.html", "a file where a folder has to be", "with another name"),
}


@pytest.mark.parametrize("kind", ["slides", "notes"])
@pytest.mark.parametrize("case", PLACES)
def test_no_folder_is_made_unasked(workshop, tmp_path, kind, case):
    """Where the file cannot lie, that is told with the way on, and nothing is made."""
    name, found, way_on = PLACES[case]
    (tmp_path / "mine.html").write_text("mine")
    done = coach(workshop, "class", kind, str(tmp_path / name), check=False)
    assert done.returncode == 1 and f"Found: {found}" in done.stderr and f"coach class {kind}" in done.stderr
    assert way_on.format(folder=(tmp_path / name).parent) in done.stderr and os.listdir(tmp_path) == ["mine.html"]


def test_a_home_folder_that_no_shell_has_filled_in(workshop):
    """`~/slides.html`, as the help has it, is in the home folder on Windows too, whose cmd hands on the sign as it is."""
    home = Path(os.environ["HOME"])
    coach(workshop, "class", "slides", "~/slides.html")
    assert (home / "slides.html").is_file() and not (workshop / "~").exists()


def test_without_solutions_the_notes_say_how_to_get_them(workshop, tmp_path):
    """In a clone without the solution branches the notes end with the next command, and no file is made."""
    clone = tmp_path / "clone"
    shutil.copytree(workshop, clone)
    subprocess.run(["git", "branch", "-D", "solution/01_environment"], cwd=clone, check=True, capture_output=True)
    done = coach(clone, "class", "notes", str(tmp_path / "notes.html"), check=False)
    assert done.returncode == 2 and "`git fetch --all`" in done.stderr and not (tmp_path / "notes.html").exists()


def test_checks_that_python_cannot_read_are_named(workshop, tmp_path):
    """A broken test file is named, with what Python says."""
    copy = tmp_path / "copy"
    shutil.copytree(workshop, copy)
    (copy / "exercises" / "02_download" / "test_download.py").write_text("def test_x(:\n")
    done = coach(copy, "class", "slides", check=False)
    assert done.returncode == 1 and "SyntaxError" in done.stderr and "test_download.py" in done.stderr
    done = coach(copy, "class", "slides", "nowhere/x.html", check=False)
    assert "SyntaxError" not in done.stderr and "no such folder" in done.stderr  # asked before any page is made


# In a browser


@pytest.fixture(scope="session")
def browser():
    """Return a browser; only a person's own machine may lack one."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found and os.environ.get("CI"):
        pytest.fail(f"no browser: expected one of {', '.join(BROWSERS)}; `apt-get install chromium`")
    if not found:
        pytest.skip(f"needs one of {', '.join(BROWSERS)}")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def tab(browser):
    """Return a function that opens a page; what goes wrong in it, or what it asks for, fails the test."""
    wrong, opened = [], []

    def open_tab(file, width=1280, height=720, **options):
        page = browser.new_page(viewport={"width": width, "height": height}, **options)
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: wrong.append(request.url) if request.url != file.as_uri() else None)
        page.goto(file.as_uri())
        opened.append(page)
        return page

    yield open_tab
    for page in opened:
        page.close()
    assert wrong == []


OVERFULL = """() => [...document.querySelectorAll("main > section")].filter(slide => {
    const was = slide.classList.contains("now");
    slide.classList.add("now");
    const body = slide.querySelector(".body");
    const over = [slide, body].some(e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1);
    const below = body.getBoundingClientRect().bottom > slide.getBoundingClientRect().bottom + 1;
    if (!was) slide.classList.remove("now");
    return over || below;
}).map(slide => slide.id)"""

SCREENS = {
    "4:3": (1024, 768),
    "16:9": (1920, 1080),
    "laptop": (1280, 720),
    "wide": (2560, 1080),
    "upright": (768, 1024),
}


@pytest.mark.parametrize("screen", SCREENS)
def test_every_slide_fits(pages, tab, screen):
    """On every screen, with and without the notes, no slide is cut or has to be scrolled."""
    page = tab(pages["slides"], *SCREENS[screen])
    assert page.evaluate(OVERFULL) == []
    page.keyboard.press("n")
    assert page.evaluate(OVERFULL) == []


LONG = {
    "code": "```console\n" + "".join(f"$ dvc params diff HEAD~{n}\n{'x' * n * 3}\n" for n in range(40)) + "```\n",
    "table": "| a | b |\n|---|---|\n" + "| some words of a cell | and of one that is much longer than that |\n" * 30,
    "list": "- an item with quite a few words, so that it takes more than one line of a slide, here and there\n" * 25,
    "words": "A sentence that says much. " * 150,
    "one word": "- " + "endless" * 90 + "\n",
    "heading": "",
}


def test_what_is_long_goes_on_with_the_next_slide(workshop, tab, tmp_path):
    """Whatever an author writes fits, and all of it is there."""
    copy = tmp_path / "copy"
    shutil.copytree(workshop, copy)
    for exercise, (kind, long) in zip(exercise_ids(), LONG.items()):
        file = copy / "exercises" / exercise / "README.md"
        step = "**1.** " + ("A very long sentence indeed, " * 20 if kind == "heading" else "Look.")
        text = file.read_text(encoding="utf-8").replace("## Steps\n", f"## Steps\n\n{step}\n\n{long}\n", 1)
        file.write_text(text, encoding="utf-8")
    coach(copy, "class", "slides", str(tmp_path))
    page = tab(tmp_path / "slides.html", 1280, 720)
    assert page.evaluate(OVERFULL) == []
    shown = plain((tmp_path / "slides.html").read_text(encoding="utf-8"))
    lines = [line.strip("|- ") for long in LONG.values() for line in long.splitlines() if "```" not in line]
    assert [cell for line in lines for cell in line.split("|") if cell.strip() not in shown] == []


def test_keys(pages, tab):
    """Arrows, space, Home and End go through the slides; the address remembers the place; n shows notes, f fills the screen."""
    page = tab(pages["slides"])
    count, now = page.locator("main > section").count(), page.locator("section.now")
    place = lambda: page.locator("#place").inner_text()  # noqa: E731
    assert place() == f"1 of {count}"
    for key, expected in {"ArrowRight": 2, " ": 3, "PageDown": 4, "ArrowLeft": 3, "Home": 1, "ArrowLeft ": 1}.items():
        page.keyboard.press(key.strip() or "Space")
        assert place() == f"{expected} of {count}", key
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert place() == f"{count} of {count}"
    address = page.url
    assert address.endswith(now.get_attribute("id")) and now.count() == 1
    again = tab(pages["slides"])
    again.goto(address)
    again.reload()
    assert again.locator("#place").inner_text() == f"{count} of {count}"
    page.keyboard.press("Home")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    notes = now.locator("aside")
    assert not notes.is_visible()
    page.keyboard.press("n")
    assert notes.is_visible() and "Planned from 09:00" in notes.inner_text()
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement !== null")
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement === null")


@pytest.mark.parametrize("screen", SCREENS)
def test_no_button_lies_on_the_notes(pages, tab, screen):
    """The notes end above the buttons, however long they are."""
    page = tab(pages["slides"], *SCREENS[screen])
    page.keyboard.press("n")
    notes, buttons = page.locator("section.now aside").bounding_box(), page.locator("nav").bounding_box()
    assert notes["height"] > 100 and notes["y"] + notes["height"] <= buttons["y"]


def test_who_hears_the_slides_is_told(pages, tab):
    """The slide that is shown has the focus and is named by its heading; the others are not there for a screen reader."""
    page = tab(pages["slides"])
    page.keyboard.press("ArrowRight")
    focused = page.evaluate(
        "document.activeElement.className + ' ' + document.activeElement.getAttribute('aria-roledescription')"
    )
    assert "now" in focused and focused.endswith("slide")
    heading = page.locator("section.now h2")
    assert page.evaluate("document.activeElement.getAttribute('aria-labelledby')") == heading.get_attribute("id")
    assert page.locator("main > section:visible").count() == 1


def test_a_break_says_when_it_ends(pages, tab):
    """The slide of a break names the time at which it goes on."""
    page = tab(pages["slides"])
    page.evaluate("location.hash = 'break.1'")
    page.wait_for_selector("section.rest.now")
    assert re.search(r"we go on at \d\d:\d\d$", page.locator("section.now .until").inner_text())


def test_printed_one_slide_a_page(pages, tab, tmp_path):
    """A PDF has as many pages as there are slides, in 16:9."""
    page = tab(pages["slides"])
    count = page.locator("main > section").count()
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == count
    assert re.search(rb"/MediaBox\s*\[0 0 960 540", pdf)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1280, "height": 720})
    assert page.evaluate(OVERFULL) == []


BROKEN = """() => [...document.querySelectorAll("th, td, h2")].flatMap(cell => {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
    for (let text; (text = texts.nextNode());) {
        for (const word of text.data.matchAll(text.parentElement.closest("h2 code") ? /$^/g : /[^\\s/-]+/g)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map(line => line.top)).size > 1) found.push(word[0]);
        }
    }
    return found;
})"""


@pytest.mark.parametrize("width", [320, 360])
def test_no_word_is_broken_on_a_phone(pages, tab, width):
    """Times and words stay whole in the slides' tables and headings; only the path of a file in a heading may be broken."""
    page = tab(pages["slides"], width, 700)
    assert page.evaluate(BROKEN) == []
    page.evaluate("document.querySelector('td').style.cssText = 'overflow-wrap: anywhere; display: block; width: 1em'")
    assert page.evaluate(BROKEN) == ["09:00"]


@pytest.mark.parametrize("kind", ["slides", "notes"])
@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_can_read_it(pages, tab, kind, width):
    """On a phone all stands one below the other, and nothing goes out of the screen."""
    page = tab(pages[kind], width, 700)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("main > section").last.is_visible() and page.locator("main > section").first.is_visible()


def test_without_scripts_all_can_be_read(pages, tab):
    """Where scripts are off, the slides stand one below the other."""
    page = tab(pages["slides"], java_script_enabled=False)
    assert page.locator("main > section:visible").count() == page.locator("main > section").count()


CONTRAST = {"runOnly": ["color-contrast"]}  # all that differs in the dark


def violations(page, *context, **options):
    """Return what axe finds, in words."""
    found = Axe().run(page, *context, **options)
    return found.generate_report() if found.violations_count else ""


@pytest.mark.parametrize("scheme, options", [("light", None), ("dark", CONTRAST)], ids=["light", "dark"])
def test_axe_finds_no_violation_on_slides(pages, tab, scheme, options):
    """Slides of each kind, with their notes, are accessible."""
    page = tab(pages["slides"], color_scheme=scheme, bypass_csp=True)
    page.keyboard.press("n")
    for place in ("0.1", "0.2", "01.1", "02.2", "02.6", "break.1"):
        page.evaluate(f"location.hash = '{place}'")
        page.wait_for_selector(f"[id='{place}'].now")
        assert violations(page, options=options) == ""


@pytest.mark.parametrize("scheme, options", [("light", None), ("dark", CONTRAST)], ids=["light", "dark"])
def test_axe_finds_no_violation_in_notes(pages, tab, scheme, options):
    """The speaker's notes are accessible: the page, and the texts of one exercise."""
    page = tab(pages["notes"], color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('main > section:not(:nth-of-type(3))').forEach(one => one.remove())")
    assert page.locator("main > section").count() == 1 and page.locator("main pre.diff").count() == 1
    assert violations(page, options=options) == ""
    page.evaluate("document.querySelector('h2').style.cssText = 'color: #888; background: #999'")
    assert "color-contrast" in violations(page, options=options)


HOSTILE = (
    '<script>alert(1)</script> <img src=x onerror="alert(2)"> ![x](http://192.0.2.1/x.png) [x](javascript:alert(3))'
)


def test_a_text_cannot_run_or_load_anything(workshop, tab, tmp_path):
    """HTML in a text is shown as it stands; and were it not, the page's own policy would stop it."""
    copy = tmp_path / "copy"
    shutil.copytree(workshop, copy)
    file = copy / "exercises" / "01_environment" / "README.md"
    text = file.read_text(encoding="utf-8").replace("## Goal\n", f"## Goal\n\n{HOSTILE.split(' ![')[0]}\n", 1)
    file.write_text(text.replace("title: Write", "title: <b>Write</b>"), encoding="utf-8")
    for kind in ("slides", "notes"):
        coach(copy, "class", kind, str(tmp_path))
        page = tab(tmp_path / f"{kind}.html", 320, 700)
        assert "<script>alert(1)</script>" in page.locator("main").inner_text()
        assert page.locator("main script, main img, main b").count() == 0


def test_the_policy_stops_what_is_not_the_page_s_own(pages, browser, tmp_path):
    """A script and a picture that somebody adds to the page do nothing."""
    bad = "<script>document.title = 'taken'</script><img src='http://127.0.0.1:9/x.png'></main>"
    page_file = tmp_path / "bad.html"
    page_file.write_text(pages["slides"].read_text(encoding="utf-8").replace("</main>", bad, 1), encoding="utf-8")
    page, asked = browser.new_page(), []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    assert page.title() != "taken" and asked == [page_file.as_uri()]
    assert page.locator("section.now").count() == 1
    page.close()


# The page for whoever runs a workshop


def named():
    """Return the commands that the page names."""
    return commands(PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("line", sorted(set(named())))
def test_commands_of_the_page_exist(line, generated, monkeypatch):
    """Each command that the page names exists, with the options that it uses."""
    monkeypatch.chdir(generated)
    assert fault_of(line) is None, fault_of(line)


def test_the_pages_agenda_is_todays(generated):
    """The agenda that the page shows is what `coach class agenda --md` prints."""
    shown = re.search(r"<!-- agenda -->\n(.*?)\n<!-- /agenda -->", PAGE.read_text(encoding="utf-8"), re.S)
    assert shown[1].strip() == coach(generated, "class", "agenda", "--md").stdout.strip()


def test_the_pages_links_lead_somewhere():
    """Each link within the page names one of its headings, each other one a file or an address."""
    text = PAGE.read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^#+ (.+)$", text, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings
        elif not target.startswith("https://"):
            assert (PAGE.parent / target).exists()


def test_sizes_are_those_of_the_styles():
    """The sizes by which it is estimated what fits are those in slides.css."""
    css = markup.__file__.replace("markup.py", "slides.css")
    with open(css, encoding="utf-8") as stream:
        found = {
            float(size)
            for size in re.findall(r"\.(?:largest|large|small|smallest) \{ font-size: ([\d.]+)em", stream.read())
        }
    assert found | {1.0} == set(fit.SIZES)
