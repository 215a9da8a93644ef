"""The slides of a workshop, in their order: title, agenda, exercises, breaks."""

from __future__ import annotations

from dataclasses import replace

from coach.room import agenda, fit, lesson
from coach.room.content import CHECKED, EXERCISE, REST, TEXT, TITLE, Slide, of_section, text
from coach.room.markup import Block
from coach.room.opening import opening

GOAL = "Goal"
MOST_GOAL = 9  # em of it on the first slide


def make(name, exercises, rows):
    """Return all Slides: the title, the agenda, then each exercise and each break at its time."""
    by_id = {one.id: one for one in exercises}
    found = [
        Slide(TITLE, name, (text(agenda.summary(rows)),), notes=opening(rows)),
        *spread(Slide(TEXT, "Agenda", (timetable(rows),))),
    ]
    for row in rows:
        exercise = by_id.get(row.exercise)
        found += of_exercise(exercise, row, late(row, rows)) if exercise else [of_rest(row)]
    return named(found)


def named(slides):
    """Return the slides with addresses that stay when another exercise changes: `04.3`."""
    counts, found = {}, []
    for slide in slides:
        group = slide.name or "0"
        counts[group] = counts.get(group, 0) + 1
        found.append(replace(slide, name=f"{group}.{counts[group]}"))
    return found


def timetable(rows):
    """Return the agenda as a table."""
    lines = ["| | | | |", "|---|---|---|---|"]
    for row in rows:
        begins, title = agenda.clock(row.begins), agenda.cell(row.title)
        lines.append(f"| {begins} | {agenda.number(row)} | {title} | {row.minutes} min |")
    return Block("table", "\n".join(lines) + "\n")


def of_rest(row):
    """Return the slide of a break or of lunch."""
    return Slide(REST, row.title, minutes=row.minutes, name="break")


def of_exercise(exercise, row, for_late):
    """Return the slides of an exercise."""
    sections = lesson.sections(exercise)
    goal = tuple(dict(sections).get(GOAL, ()))
    goal = goal if sum(map(fit.height, goal)) <= MOST_GOAL else ()
    found, checks = [first(exercise, row, goal, for_late)], lesson.checks(exercise)
    for heading, blocks in sections:
        if heading != GOAL or not goal:
            found += of_section(heading, blocks, checks)
    if CHECKED not in dict(sections):
        found += of_section(CHECKED, [], checks)
    return [page for slide in found for page in spread(labelled(slide, exercise))]


def labelled(slide, exercise):
    """Return a slide that says to which exercise it belongs."""
    over = f"{exercise.number} {exercise.name}"
    if slide.kind == EXERCISE:
        over = f"Exercise {exercise.number}"
    elif slide.over:
        over = f"{over}, {slide.over}"
    return replace(slide, over=over, name=exercise.number)


def first(exercise, row, goal, for_late):
    """Return an exercise's first slide: part, minutes, and what it is about."""
    about = filter(None, [f"Part {exercise.part}" * bool(exercise.part), f"{row.minutes} minutes"])
    time = f"Planned from {agenda.clock(row.begins)} to {agenda.clock(row.ends)}."
    blocks = (text(", ".join(about)), *goal)
    return Slide(EXERCISE, exercise.title, blocks, notes=f"{time}\n\n{for_late}".strip())


def late(row, rows):
    """Return what late-comers type, as Markdown; nothing comes before the first exercise."""
    return f"Late-comers: `coach catch-up {agenda.number(row)}`." if row != rows[0] else ""


def spread(slide):
    """Yield a slide, or several where it is too long for one, each with all the notes."""
    groups = fit.pages(slide.heading, slide.blocks)
    for number, group in enumerate(groups, start=1):
        over = f"{slide.over} ({number} of {len(groups)})" if len(groups) > 1 else slide.over
        yield replace(slide, blocks=tuple(group), over=over.strip())
