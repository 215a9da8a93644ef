"""A slide as data; what of an exercise's text stands on its slides, and what the speaker says beside them."""

from __future__ import annotations

from dataclasses import dataclass

from coach.room import lesson, markup
from coach.room.markup import Block

TITLE, EXERCISE, TEXT, REST = "title", "exercise", "text", "rest"  # kinds of slides
CHECKED = "What is checked"
WHY = "Why it matters"
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


def text(source):
    """Return a paragraph."""
    return Block("text", source + "\n")


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
