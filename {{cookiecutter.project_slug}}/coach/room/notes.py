"""The speaker's notes as one HTML page: by the clock, what to say and to type, where learners get stuck, the solutions."""

from __future__ import annotations

import re
from html import escape

from coach import course
from coach.helping import answer
from coach.room import agenda, deck, lesson, markup, page
from coach.room.opening import opening

OPENING = "Open the day"


def make(root, rows):
    """Return the page's text."""
    name = course.workshop_name(root)
    by_id = {one.id: one for one in course.exercises(root)}
    head = f"<h1>{escape(name)}</h1>\n<p>{agenda.summary(rows)}</p>\n{contents(rows)}"
    parts = [f"<header>\n{head}</header>\n<main>\n", of_opening(rows)]
    for row in rows:
        exercise, for_late = by_id.get(row.exercise), deck.late(row, rows)
        parts.append(of_exercise(root, exercise, row, for_late) if exercise else of_rest(row))
    return page.make(f"{name}: notes", "".join(parts) + "</main>\n", ["colours.css", "notes.css"])


def contents(rows):
    """Return the agenda as a list of links."""
    begin = agenda.clock(rows[0].begins)
    items = f'<li><a href="#opening">{OPENING}</a>, before {begin}</li>\n'
    for row in rows:
        time = f"<time>{agenda.clock(row.begins)}</time>"
        items += f"<li>{time} {link(row)}, {row.minutes} min</li>\n"
    return f'<nav aria-label="Agenda">\n<ul>\n{items}</ul>\n</nav>\n'


def link(row):
    """Return a row's title, for an exercise as a link to its notes."""
    title = f"{agenda.number(row)} {escape(row.title)}".strip()
    return f'<a href="#{escape(row.exercise)}">{title}</a>' if row.exercise else title


def of_opening(rows):
    """Return what is to be done before the first exercise."""
    return f'<section id="opening">\n<h2>{OPENING}</h2>\n{markup.html(opening(rows))}</section>\n'


def of_rest(row):
    """Return the line of a break."""
    return f'<p class="rest">{times(row)} {escape(row.title)}, {row.minutes} minutes</p>\n'


def times(row):
    """Return from when to when."""
    return f"<time>{agenda.clock(row.begins)} to {agenda.clock(row.ends)}</time>"


def of_exercise(root, exercise, row, for_late):
    """Return the notes of an exercise."""
    part = f"Part {exercise.part}, " if exercise.part else ""
    head = f"<h2>{exercise.number} {escape(exercise.title)}</h2>\n<p>{times(row)}, {part}{row.minutes} minutes</p>\n"
    text = markup.html(for_late)
    text += "".join(of_section(heading, blocks) for heading, blocks in lesson.sections(exercise))
    text += stuck(lesson.checks(exercise)) + solution(root, exercise)
    return f'<section id="{escape(exercise.id)}">\n{head}{text}</section>\n'


def of_section(heading, blocks):
    """Return a section of the exercise's text, whole."""
    title = f"<h3>{escape(heading)}</h3>\n" if heading else ""
    return title + "".join(markup.html(block.source) for block in blocks)


def stuck(checks):
    """Return the checks in a table, with all their hints."""
    cells = ((markup.inline(check.title), check.points, hints(check)) for check in checks)
    rows = "".join("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n".format(*row) for row in cells)
    head = "<tr><th>Check</th><th>Points</th><th>Hints, the command last</th></tr>\n"
    return f"<h3>Where learners get stuck</h3>\n<table>\n<thead>{head}</thead>\n<tbody>\n{rows}</tbody>\n</table>\n"


def hints(check):
    """Return the hints as a list."""
    items = "".join(f"<li>{markup.inline(hint)}</li>" for hint in check.hints)
    return f"<ol>{items}</ol>" if items else ""


def solution(root, exercise):
    """Return the solution: why, what changes in the files, and the commands that are left."""
    found = course.solution(root, exercise)
    parts = [answer.why(found.text)]
    if found.files:
        parts.append(fenced("diff", changes(root, found)))
    if found.commands:
        parts.append(fenced("console", "".join(f"$ {line}\n" for line in found.commands)))
    return "<h3>The solution, and why</h3>\n" + "".join(map(markup.html, parts))


def changes(root, found):
    """Return what a solution changes in the files, as a diff."""
    plain = ("--no-color", "--no-ext-diff", "--no-prefix")
    lines = course.git(root, "diff", *plain, found.before, found.branch, "--", *found.files)
    return re.sub(r"^(diff --git|index) .*\n", "", lines, flags=re.MULTILINE)


def fenced(kind, text):
    """Return a text as a block of code, whatever marks stand in it."""
    fence = "`" * 3
    while fence in text:
        fence += "`"
    return f"{fence}{kind}\n{text.rstrip()}\n{fence}\n"
