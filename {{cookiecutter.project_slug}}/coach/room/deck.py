"""The slides of a workshop, as data: what stands on each, and what the speaker says beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from coach.room import agenda, fit, lesson, markup
from coach.room.markup import Block

TITLE, EXERCISE, TEXT, REST = "title", "exercise", "text", "rest"  # kinds of slides
CHECKED = "What is checked"
GOAL, WHY = "Goal", "Why it matters"
MOST_GOAL = 9  # em of it on the first slide
SHORT, LONG = 40, 120  # letters of a sentence that needs another beside it, or makes no heading
ENOUGH = 60  # letters of a paragraph
SAID_ONLY = ("Read on",)  # sections for the learner at home


@dataclass(frozen=True)
class Slide:
    """A slide: texts are Markdown; `over` stands small above the heading."""

    kind: str
    heading: str
    blocks: tuple[Block, ...] = ()
    over: str = ""
    notes: str = ""
    minutes: int = 0
    name: str = ""  # for the address: 04.3


def make(name, exercises, rows):
    """Return all Slides: the title, the agenda, then each exercise and each break at its time."""
    by_id = {one.id: one for one in exercises}
    found = [
        Slide(TITLE, name, (text(agenda.summary(rows)),)),
        *spread(Slide(TEXT, "Agenda", (timetable(rows),))),
    ]
    for row in rows:
        found += of_exercise(by_id[row.exercise], row) if row.exercise else [of_rest(row)]
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
    lines = [
        f"| {agenda.clock(row.begins)} | {agenda.number(row)} | {agenda.cell(row.title)} | {row.minutes} min |"
        for row in rows
    ]
    return Block("table", "\n".join(["| | | | |", "|---|---|---|---|", *lines]) + "\n")


def of_rest(row):
    """Return the slide of a break or of lunch."""
    return Slide(REST, row.title, minutes=row.minutes, name="break")


def of_exercise(exercise, row):
    """Return the slides of an exercise."""
    sections = lesson.sections(exercise)
    goal = tuple(dict(sections).get(GOAL, ()))
    goal = goal if sum(map(fit.height, goal)) <= MOST_GOAL else ()
    found, checks = [opening(exercise, row, goal)], lesson.checks(exercise)
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


def opening(exercise, row, goal):
    """Return an exercise's first slide: part, minutes, and what it is about."""
    about = filter(None, [f"Part {exercise.part}" * bool(exercise.part), f"{row.minutes} minutes"])
    time = f"Planned from {agenda.clock(row.begins)} to {agenda.clock(row.ends)}."
    blocks = (text(", ".join(about)), *goal)
    notes = f"{time}\n\n{late(exercise)}"
    return Slide(EXERCISE, exercise.title, blocks, notes=notes)


def late(exercise):
    """Return what late-comers type, as Markdown."""
    return f"Late-comers: `coach catch-up {exercise.number}`."


def of_section(heading, blocks, checks):
    """Return the slides of a section of an exercise's text."""
    if heading in SAID_ONLY:
        return []
    if heading == CHECKED:
        return of_checks(blocks, checks)
    before, steps = lesson.steps(blocks)
    if steps:
        opening = [Slide(TEXT, heading, shown(before), notes=said(before))] if before else []
        return opening + [of_step(step) for step in steps]
    blocks = shorter(blocks) if heading == WHY else tuple(blocks)
    return [Slide(TEXT, heading, blocks, notes=said(blocks_of(blocks, before)))]


def blocks_of(shown_blocks, all_blocks):
    """Return the blocks to be said: all, where some of them are shortened on the slide."""
    return all_blocks if tuple(all_blocks) != tuple(shown_blocks) else []


def of_step(step):
    """Return the slide of a step: its first sentence and its commands; the rest is for the speaker."""
    number, blocks = f"step {step.number}", list(shown(step.blocks))
    notes = "\n\n".join(filter(None, [step.rest, said(step.blocks)]))
    if len(step.title) > LONG:
        return Slide(TEXT, number.capitalize(), (text(step.title), *blocks), notes=notes)
    if step.rest and not blocks:
        blocks = [text(step.rest)]
    elif step.rest and len(step.title) < SHORT:
        blocks.insert(0, text(markup.first_sentence(step.rest)[0]))
    return Slide(TEXT, step.title, tuple(blocks), number, notes)


def of_checks(blocks, checks):
    """Return the slides of what is checked, and of the first hint of each check."""
    points = sum(check.points for check in checks)
    code = tuple(block for block in blocks if block.kind == "code")
    titles = Block("list", "".join(f"- {check.title}\n" for check in checks))
    first = Block("list", "".join(f"- {check.hints[0]}\n" for check in checks if check.hints))
    notes = "\n\n".join(stuck(check) for check in checks if check.hints)
    found = [Slide(TEXT, f"{CHECKED}: {points} points", (*code, titles), notes=said(blocks))]
    if first.source:
        found.append(Slide(TEXT, "Not yet? Ask yourself", (first,), notes=notes))
    return found


def stuck(check):
    """Return a check with all its hints, as Markdown."""
    return f"{check.title}\n\n" + "".join(f"- {hint}\n" for hint in check.hints)


def shown(blocks):
    """Return what a step shows: all but its prose."""
    return tuple(block for block in blocks if block.kind != "text")


def said(blocks):
    """Return what is said beside a slide: the prose, with the tables and lists that belong to it."""
    return "\n\n".join(block.source.strip() for block in blocks if block.kind != "code")


def shorter(blocks):
    """Return prose by how each paragraph begins, everything else as it is."""
    return tuple(
        text(markup.opening(block.source, ENOUGH)) if block.kind == "text" else block
        for block in blocks
    )


def text(source):
    """Return a paragraph."""
    return Block("text", source + "\n")


def spread(slide):
    """Return a slide, or several where it is too long for one, each with all the notes."""
    groups = fit.pages(slide.heading, slide.blocks)
    if len(groups) == 1:
        return [slide]
    return [
        replace(
            slide,
            blocks=tuple(group),
            over=f"{slide.over} ({number} of {len(groups)})".strip(),
        )
        for number, group in enumerate(groups, start=1)
    ]
